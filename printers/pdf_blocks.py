"""The blocks of a slip as strips of a PDF page."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from hashlib import sha256

from reportlab.lib.units import mm
from reportlab.pdfbase.pdfdoc import PDFImageXObject
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from printers import fonts, pictures, qr
from printers import label_setting as setting
from printers.label_setting import LabelSetting, set_label
from printers.lettering import set_lines
from printers.sheets import (
    ASCENT,
    LABEL_AIR,
    LEADING,
    LEAST_TRIANGLE_POINTS,
    MIN_MODULE_POINTS,
    RULE_POINTS,
    Sheet,
)
from printers.slip import Block, Label, Picture, Qr, Rule, Space, Text


@dataclass(frozen=True, slots=True)
class Box:
    """A strip of the slip: how high it is, in points, and how to draw it below a given y."""

    height: float
    draw: Callable[[Canvas, float], None]


def boxes_of(block: Block, sheet: Sheet) -> list[Box]:
    """Return the strips of one block, of which each stays whole when the slip goes on over several pages."""
    match block:
        case Text():
            return _text(block, sheet)
        case Label():
            return [_label(block, sheet)]
        case Rule():
            return [Box(RULE_POINTS, partial(_draw_rule, sheet))]
        case Space():
            return [Box(block.mm * mm * sheet.scale, _draw_nothing)]
        case Qr():
            return [_qr(block, sheet), *_text(Text(block.caption, "small"), sheet)]
        case Picture():
            return [_picture(block, sheet)]


def _text(text: Text, sheet: Sheet) -> list[Box]:
    font = fonts.BOLD if text.bold else fonts.REGULAR
    size = sheet.sizes[text.size]
    measure = partial(_width, font=font, size=size)
    lines = set_lines(text.text, sheet.inner_width, measure, balanced=text.align == "center")
    return [Box(size * LEADING, partial(_draw_line, sheet, text.align, line, font, size)) for line in lines]


@lru_cache(maxsize=4096)
def _width(text: str, font: str, size: float) -> float:
    return float(stringWidth(text, font, size))


def _draw_line(sheet: Sheet, align: str, line: str, font: str, size: float, canvas: Canvas, top: float) -> None:
    canvas.setFont(font, size)
    base = top - size * ASCENT
    if align == "center":
        canvas.drawCentredString(sheet.width / 2, base, line)
    elif align == "right":
        canvas.drawRightString(sheet.width - sheet.margin, base, line)
    else:
        canvas.drawString(sheet.margin, base, line)


def _label(label: Label, sheet: Sheet) -> Box:
    placed = set_label(label, partial(_width, font=fonts.BOLD, size=1.0))
    size = min(sheet.inner_width / placed.width, sheet.max_label_size)
    _, triangle = setting.triangle_size(size, LEAST_TRIANGLE_POINTS)
    height = triangle + size * (setting.AIR + setting.DIGIT_HEIGHT + setting.BELOW + 2 * LABEL_AIR)
    return Box(height, partial(_draw_label, sheet, placed, size))


def _draw_label(sheet: Sheet, placed: LabelSetting, size: float, canvas: Canvas, top: float) -> None:
    top -= LABEL_AIR * size
    width, height = setting.triangle_size(size, LEAST_TRIANGLE_POINTS)
    triangle = canvas.beginPath()
    triangle.moveTo(sheet.width / 2, top)
    triangle.lineTo((sheet.width + width) / 2, top - height)
    triangle.lineTo((sheet.width - width) / 2, top - height)
    triangle.close()
    canvas.drawPath(triangle, stroke=0, fill=1)
    base = top - height - (setting.AIR + setting.DIGIT_HEIGHT) * size
    left = (sheet.width - placed.width * size) / 2
    bar, lower = setting.BAR_HEIGHT * size, base - setting.BELOW * size
    for start, width in placed.bars:
        canvas.rect(left + start * size, lower, width * size, bar, stroke=0, fill=1)
    text = canvas.beginText(left, base)
    text.setFont(fonts.BOLD, size)
    text.textOut(placed.letters[:-1])
    # The gap is a wider last letter, not a second string: readers extract "A017" as one word.
    text.setCharSpace(placed.gap * size)
    text.textOut(placed.letters[-1:])
    text.setCharSpace(0)
    text.textOut(placed.digits)
    canvas.drawText(text)


def _draw_rule(sheet: Sheet, canvas: Canvas, top: float) -> None:
    canvas.setLineWidth(0.6)
    middle = top - RULE_POINTS / 2
    canvas.line(sheet.margin, middle, sheet.width - sheet.margin, middle)


def _draw_nothing(canvas: Canvas, top: float) -> None:
    """Leave the paper empty."""


def _qr(block: Qr, sheet: Sheet) -> Box:
    rows = qr.matrix(block.data)
    # A long text makes a larger code, as far as the paper goes.
    side = min(max(sheet.qr_side, len(rows) * MIN_MODULE_POINTS), sheet.inner_width)
    module = side / len(rows)
    quiet = qr.QUIET_MODULES * module
    return Box(side + 2 * quiet, partial(_draw_qr, sheet, rows, module, quiet))


def _draw_qr(sheet: Sheet, rows: tuple[bytes, ...], module: float, quiet: float, canvas: Canvas, top: float) -> None:
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


def _picture(block: Picture, sheet: Sheet) -> Box:
    width, height = (length * mm * sheet.scale for length in block.size_mm(sheet.inner_width / mm))
    return Box(height, partial(_draw_picture, sheet, block.png, width, height))


def _draw_picture(sheet: Sheet, png: bytes, width: float, height: float, canvas: Canvas, top: float) -> None:
    """Embed the picture's greys as they are kept, already packed; the canvas would pack them for each slip."""
    document = canvas._doc
    name = sha256(png).hexdigest()
    if document.getXObjectName(name) not in document.idToObject:
        image = PDFImageXObject(name)
        image.width, image.height = pictures.size(png)
        image.bitsPerComponent, image.colorSpace = 8, "DeviceGray"
        image._filters = ("FlateDecode",)
        image.streamContent = pictures.deflated(png)
        canvas._setXObjects(image)
        document.Reference(image, document.getXObjectName(name))
        document.addForm(name, image)
    canvas.saveState()
    canvas.translate((sheet.width - width) / 2, top - height)
    canvas.scale(width, height)
    canvas.addLiteral(f"/{document.getXObjectName(name)} Do")
    canvas.restoreState()
    canvas._formsinuse.append(name)
    canvas._currentPageHasImages = 1
