"""A slip as one black-and-white picture, for printers that take pictures and know no letters.

It is set like the PDF of a roll, in the dots of the printer's own head: nothing is scaled afterwards, so letters
and QR codes keep their edges.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache, partial
from io import BytesIO

from PIL import Image

from printers import fonts, pictures, qr
from printers.ink import font_of, label_image, length, qr_image, text_image
from printers.label_setting import DIGIT_HEIGHT
from printers.lettering import set_lines
from printers.profiles import PrinterProfile
from printers.sheets import (
    ASCENT,
    LABEL_AIR,
    LEADING,
    LEAST_TRIANGLE_POINTS,
    MIN_MODULE_POINTS,
    RULE_POINTS,
    Sheet,
    get_sheet,
)
from printers.slip import Block, Label, Picture, Qr, Rule, Slip, Space, Text

_NARROW_MM = 60  # Heads narrower than this print on a 58 mm roll.
_MARGIN_POINTS = 1.5  # Between the ends of the head and the ink.
_HEAD_POINTS = 8.0  # Empty paper above and below.
_MAX_HEIGHT_DOTS = 24_000  # Three metres of paper.


@dataclass(frozen=True, slots=True)
class _Head:
    """A printer's head and the sheet whose sizes suit it."""

    width: int
    dots_per_point: float
    sheet: Sheet

    def dots(self, points: float) -> int:
        return round(points * self.dots_per_point)

    @property
    def margin(self) -> int:
        return self.dots(_MARGIN_POINTS)

    @property
    def room(self) -> int:
        return self.width - 2 * self.margin


def render_png(slip: Slip, profile: PrinterProfile) -> bytes:
    """Return the slip as a one-bit PNG as wide as the printer's head.

    Args:
        slip: what stands on the paper.
        profile: how wide and how fine the head is; nothing else of it matters here.
    """
    inches = profile.width_dots / profile.dots_per_inch
    sheet = get_sheet("roll58" if inches * 25.4 < _NARROW_MM else "roll80")
    head = _Head(profile.width_dots, profile.dots_per_inch / 72, sheet)
    strips = [strip for block in slip.blocks for strip in _strips(block, head)]
    edge = head.dots(_HEAD_POINTS)
    height = min(sum(strip.height for strip in strips) + 2 * edge, _MAX_HEIGHT_DOTS)
    paper = Image.new("1", (head.width, height), 1)
    y = edge
    for strip in strips:
        paper.paste(0, (0, y), strip)
        y += strip.height
    target = BytesIO()
    paper.save(target, "PNG", dpi=(profile.dots_per_inch, profile.dots_per_inch))
    return target.getvalue()


def _strips(block: Block, head: _Head) -> Iterable[Image.Image]:
    match block:
        case Text():
            return _text(block, head)
        case Label():
            return [_label(block, head)]
        case Rule():
            return [_rule(head)]
        case Space():
            return [_empty(block.mm * 72 / 25.4, head)]
        case Qr():
            return [*_qr(block, head), *_text(Text(block.caption, "small"), head)]
        case Picture():
            return [_picture(block, head)]


def _text(text: Text, head: _Head) -> list[Image.Image]:
    size = head.dots(head.sheet.sizes[text.size])
    font = font_of(fonts.path(text.bold), size)
    lines = set_lines(text.text, head.room, partial(length, font=font), balanced=text.align == "center")
    return [_placed(_line(line, text.bold, size, head.room), head, text.align) for line in lines]


# The same words are printed all day: keep their pictures.
@lru_cache(maxsize=256)
def _line(line: str, bold: bool, size: int, room: int) -> Image.Image:
    font = font_of(fonts.path(bold), size)
    return text_image(line, font, round(size * LEADING), round(size * ASCENT), room)


def _placed(ink: Image.Image, head: _Head, align: str = "center", air: int = 0) -> Image.Image:
    """Put ink on a strip of paper as wide as the head."""
    spare = max(head.room - ink.width, 0)
    left = head.margin + {"left": 0, "center": spare // 2, "right": spare}[align]
    strip = Image.new("1", (head.width, ink.height + 2 * air))
    strip.paste(ink, (left, air))
    return strip


def _label(label: Label, head: _Head) -> Image.Image:
    most = head.dots(head.sheet.max_label_size)
    ink = label_image(label, head.room, round(most * DIGIT_HEIGHT), head.dots(LEAST_TRIANGLE_POINTS))
    return _placed(ink, head, air=round(LABEL_AIR * ink.height))


def _rule(head: _Head) -> Image.Image:
    strip = _empty(RULE_POINTS, head)
    middle = strip.height // 2
    strip.paste(1, (head.margin, middle - 1, head.width - head.margin, middle + 1))
    return strip


def _empty(points: float, head: _Head) -> Image.Image:
    return Image.new("1", (head.width, head.dots(points)))


def _qr(block: Qr, head: _Head) -> Iterable[Image.Image]:
    rows = qr.matrix(block.data)
    wanted = max(head.dots(head.sheet.qr_side), len(rows) * head.dots(MIN_MODULE_POINTS))
    module = max(min(wanted, head.room) // len(rows), 1)
    return [_placed(qr_image(rows, module), head, air=qr.QUIET_MODULES * module)]


def _picture(block: Picture, head: _Head) -> Image.Image:
    dots_per_mm = head.dots_per_point * 72 / 25.4
    width, height = block.size_mm(head.room / dots_per_mm)
    size = max(int(width * dots_per_mm), 1), max(round(height * dots_per_mm), 1)
    return _placed(pictures.dithered(block.png, *size), head)
