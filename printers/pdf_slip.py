"""A slip as PDF: for office printers, for archives, and for looking at.

The same slip always gives the same bytes.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from io import BytesIO
from typing import Literal, get_args

from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from printers import fonts, qr
from printers.errors import PrinterError
from printers.lettering import wrap
from printers.slip import Block, Label, Qr, Rule, Size, Slip, Space, Text

Paper = Literal["roll80", "roll58", "a6"]
PAPERS: tuple[Paper, ...] = get_args(Paper)

fonts.register()

_MAX_PAGE_POINTS = 14_400.0  # PDF readers open nothing higher (ISO 32000-1, annex C).
_LEADING = 1.32  # From one base line to the next, in font sizes.
_ASCENT = 1.0  # From the top of a line to its base line, in font sizes.
_DIGIT_HEIGHT = 0.73  # Of DejaVu Sans Bold, in font sizes.
# In font sizes: wide enough to be seen, narrow enough that readers take it for no space.
_LABEL_GAP = 0.09
_MAX_LABEL_GROWTH = 7.5  # A short label such as "7" stops growing here, in sizes of normal text.


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A paper and the sizes that suit it, in points; no height means as long as the slip."""

    width: float
    height: float | None
    margin: float
    sizes: dict[Size, float]
    qr_side: float

    @property
    def inner_width(self) -> float:
        return self.width - 2 * self.margin

    def scaled(self, scale: float) -> "_Sheet":
        """Return the same paper with smaller type."""
        sizes = {size: points * scale for size, points in self.sizes.items()}
        return replace(self, sizes=sizes, qr_side=self.qr_side * scale)


# Thermal heads leave about 4 mm of an 80 mm roll and 5 mm of a 58 mm roll white on each side.
_SHEETS: dict[str, _Sheet] = {
    "roll80": _Sheet(80 * mm, None, 4.5 * mm, {"small": 8.5, "normal": 11.5, "large": 17.0}, 30 * mm),
    "roll58": _Sheet(58 * mm, None, 5 * mm, {"small": 7.0, "normal": 9.0, "large": 12.5}, 24 * mm),
    "a6": _Sheet(105 * mm, 148 * mm, 9 * mm, {"small": 9.5, "normal": 12.5, "large": 18.5}, 34 * mm),
}


@dataclass(frozen=True, slots=True)
class _Box:
    """A strip of the slip: how high it is and how to draw it below a given y."""

    height: float
    draw: Callable[[Canvas, float], None]


def render_pdf(slip: Slip, paper: str = "roll80") -> bytes:
    """Return the slip as a PDF document with the house's own fonts in it.

    Args:
        slip: what stands on the paper.
        paper: "roll80" and "roll58" give one page as long as the slip, "a6" as many pages as needed.

    Raises:
        PrinterError: `unknown_profile` for an unknown paper.
    """
    sheet = _sheet(paper)
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


def _sheet(paper: str) -> _Sheet:
    try:
        return _SHEETS[paper]
    except KeyError:
        known = ", ".join(PAPERS)
        raise PrinterError("unknown_profile", f"There is no paper {paper!r}. Known: {known}.") from None


def _layout(slip: Slip, sheet: _Sheet) -> list[_Box]:
    """Return the slip's strips, set a little smaller when that keeps them on one cut sheet."""
    boxes = [box for block in slip.blocks for box in _boxes(block, sheet)]
    if sheet.height is None:
        return boxes
    for scale in (0.92, 0.85, 0.78):
        if _height(boxes) <= sheet.height - 2 * sheet.margin:
            break
        boxes = [box for block in slip.blocks for box in _boxes(block, sheet.scaled(scale))]
    return boxes


def _height(boxes: list[_Box]) -> float:
    return sum(box.height for box in boxes)


def _pages(boxes: list[_Box], room: float) -> Iterator[list[_Box]]:
    """Deal the boxes out to pages; a slip without any box still is one page."""
    page: list[_Box] = []
    used = 0.0
    for box in boxes:
        # Half a point forgives rounding: a roll is exactly as long as its slip.
        if page and used + box.height > room + 0.5:
            yield page
            page, used = [], 0.0
        page.append(box)
        used += box.height
    yield page


def _boxes(block: Block, sheet: _Sheet) -> list[_Box]:
    match block:
        case Text():
            return _text(block, sheet)
        case Label():
            return [_label(block, sheet)]
        case Rule():
            return [_Box(4 * mm, partial(_draw_rule, sheet))]
        case Space():
            return [_Box(block.mm * mm, _draw_nothing)]
        case Qr():
            return [_qr(block, sheet), *_text(Text(block.caption, "small"), sheet)]


def _text(text: Text, sheet: _Sheet) -> list[_Box]:
    font = fonts.BOLD if text.bold else fonts.REGULAR
    size = sheet.sizes[text.size]
    measure = partial(_width, font=font, size=size)
    lines = wrap(text.text, sheet.inner_width, measure, balanced=text.align == "center")
    return [_Box(size * _LEADING, partial(_draw_line, sheet, text.align, line, font, size)) for line in lines]


@lru_cache(maxsize=4096)
def _width(text: str, font: str, size: float) -> float:
    return float(stringWidth(text, font, size))


def _draw_line(sheet: _Sheet, align: str, line: str, font: str, size: float, canvas: Canvas, top: float) -> None:
    canvas.setFont(font, size)
    base = top - size * _ASCENT
    if align == "center":
        canvas.drawCentredString(sheet.width / 2, base, line)
    elif align == "right":
        canvas.drawRightString(sheet.width - sheet.margin, base, line)
    else:
        canvas.drawString(sheet.margin, base, line)


def _label(label: Label, sheet: _Sheet) -> _Box:
    letters, digits = label.parts
    gap = _LABEL_GAP if letters and digits else 0.0
    ems = _width(letters, fonts.BOLD, 1.0) + gap + _width(digits, fonts.BOLD, 1.0)
    size = min(sheet.inner_width / ems, sheet.sizes["normal"] * _MAX_LABEL_GROWTH)
    air = size * 0.2  # Above and below the digits.
    return _Box(
        size * _DIGIT_HEIGHT + 2 * air,
        partial(_draw_label, sheet, letters, digits, size, ems * size, gap * size, air),
    )


def _draw_label(
    sheet: _Sheet,
    letters: str,
    digits: str,
    size: float,
    width: float,
    gap: float,
    air: float,
    canvas: Canvas,
    top: float,
) -> None:
    left = (sheet.width - width) / 2
    base = top - air - size * _DIGIT_HEIGHT
    text = canvas.beginText(left, base)
    text.setFont(fonts.BOLD, size)
    text.textOut(letters[:-1])
    # The gap is a wider last letter, not a second string: readers extract "A017" as one word.
    text.setCharSpace(gap)
    text.textOut(letters[-1:])
    text.setCharSpace(0)
    text.textOut(digits)
    canvas.drawText(text)


def _draw_rule(sheet: _Sheet, canvas: Canvas, top: float) -> None:
    canvas.setLineWidth(0.6)
    canvas.line(sheet.margin, top - 2 * mm, sheet.width - sheet.margin, top - 2 * mm)


def _draw_nothing(canvas: Canvas, top: float) -> None:
    """Leave the paper empty."""


def _qr(block: Qr, sheet: _Sheet) -> _Box:
    rows = qr.matrix(block.data)
    # A phone needs modules of about 0.4 mm: a long text makes a larger code, as far as the paper goes.
    side = min(max(sheet.qr_side, len(rows) * 0.42 * mm), sheet.inner_width)
    module = side / len(rows)
    quiet = qr.QUIET_MODULES * module * 0.75  # The rest of the quiet zone is the line spacing below.
    return _Box(side + 2 * quiet, partial(_draw_qr, sheet, rows, module, quiet))


def _draw_qr(sheet: _Sheet, rows: tuple[bytes, ...], module: float, quiet: float, canvas: Canvas, top: float) -> None:
    """Fill all dark modules as one path, a rectangle for each run: small, quick, and without hairlines.

    The path is written out here in whole modules, because building it number by number through the canvas
    takes a quarter of the time of the slip.
    """
    canvas.saveState()
    canvas.translate((sheet.width - len(rows) * module) / 2, top - quiet - len(rows) * module)
    canvas.scale(module, module)
    runs = (
        f"{start} {len(rows) - 1 - row_number} {length} 1 re"
        for row_number, row in enumerate(rows)
        for start, length in _runs(row)
    )
    canvas.addLiteral("\n".join((*runs, "f")))
    canvas.restoreState()


def _runs(row: bytes) -> Iterator[tuple[int, int]]:
    """Yield (start, length) of each run of dark modules."""
    start = row.find(1)
    while start >= 0:
        end = row.find(0, start)
        end = len(row) if end < 0 else end
        yield start, end - start
        start = row.find(1, end)
