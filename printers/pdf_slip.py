"""A slip as PDF: for office printers, for archives, and for looking at.

The same slip always gives the same bytes.
"""

from collections.abc import Iterator
from io import BytesIO

from reportlab.pdfgen.canvas import Canvas

from printers import fonts
from printers.pdf_blocks import Box, boxes_of
from printers.sheets import PAPERS, Paper, Sheet, get_sheet
from printers.slip import Slip

__all__ = ["PAPERS", "Paper", "render_pdf"]

fonts.register()

_MAX_PAGE_POINTS = 14_400.0  # PDF readers open nothing higher (ISO 32000-1, annex C).


def render_pdf(slip: Slip, paper: str = "roll80") -> bytes:
    """Return the slip as a PDF document with the house's own fonts in it.

    Args:
        slip: what stands on the paper.
        paper: "roll80" and "roll58" give one page as long as the slip, "a6", "a5" and "a4" as many pages as
            needed.

    Raises:
        PrinterError: `unknown_profile` for an unknown paper.
    """
    sheet = get_sheet(paper)
    boxes = _layout(slip, sheet)
    page_height = sheet.height or min(_height(boxes) + 2 * sheet.margin, _MAX_PAGE_POINTS)
    target = BytesIO()
    canvas = Canvas(
        target,
        pagesize=(sheet.width, page_height),
        pageCompression=1,
        invariant=1,
        initialFontName=fonts.REGULAR,
        lang=slip.language,
    )
    fonts.begin(canvas._doc)
    canvas.setTitle(slip.label or "–")
    canvas.setAuthor("")
    canvas.setCreator("")
    canvas.setSubject("")
    for page in _pages(boxes, page_height - 2 * sheet.margin):
        # A cut sheet looks best with the slip in its middle; a roll has no room to spare.
        y = (page_height + _height(page)) / 2
        for box in page:
            box.draw(canvas, y)
            y -= box.height
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def _layout(slip: Slip, sheet: Sheet) -> list[Box]:
    """Return the slip's strips, set a little smaller when that keeps them on one cut sheet."""
    boxes = [box for block in slip.blocks for box in boxes_of(block, sheet)]
    if sheet.height is None:
        return boxes
    for scale in (0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65):
        if _height(boxes) <= sheet.height - 2 * sheet.margin:
            break
        boxes = [box for block in slip.blocks for box in boxes_of(block, sheet.scaled(scale))]
    return boxes


def _height(boxes: list[Box]) -> float:
    return sum(box.height for box in boxes)


def _pages(boxes: list[Box], room: float) -> Iterator[list[Box]]:
    """Deal the boxes out to pages; a slip without any box still is one page."""
    page: list[Box] = []
    used = 0.0
    for box in boxes:
        # Half a point forgives rounding: a roll is exactly as long as its slip.
        if page and used + box.height > room + 0.5:
            yield page
            page, used = [], 0.0
        page.append(box)
        used += box.height
    yield page
