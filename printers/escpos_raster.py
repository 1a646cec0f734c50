"""Pictures for thermal printers: words, labels and QR codes as dots, packed for `GS v 0`."""

from dataclasses import dataclass
from functools import cache, lru_cache
from math import ceil
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from printers import fonts, qr


@dataclass(frozen=True, slots=True)
class Cell:
    """The box of one printer letter, in dots.

    Args:
        width: how far the next letter stands.
        height: of the letter's box.
        spacing: from one line to the next.
        font_px: the size at which the vendored monospaced font fills the box.
    """

    width: int
    height: int
    spacing: int
    font_px: int


@cache
def font_of(file: Path, size_px: int) -> ImageFont.FreeTypeFont:
    """Return a font at a size; the simple layout gives the same dots on every machine."""
    return ImageFont.truetype(str(file), size_px, layout_engine=ImageFont.Layout.BASIC)


def _sans_that_fits(text: str, size_px: int, width_dots: int) -> ImageFont.FreeTypeFont:
    """Return the sans serif, smaller if need be: the line was broken for letters of equal width."""
    font = font_of(fonts.path(), size_px)
    width = font.getlength(text)
    if width <= width_dots:
        return font
    return font_of(fonts.path(), max(int(size_px * width_dots / width), 6))


# The same words are printed all day: keep their pictures.
@lru_cache(maxsize=256)
def text_line(text: str, cell: Cell, bold: bool, align: str, width_dots: int) -> bytes:
    """Return one line of text as a raster command, letter for letter where the printer's own would stand.

    The place on the line is part of the picture, because some printers ignore `ESC a` for pictures.

    Args:
        text: a line that fits the paper.
        cell: the size of its letters.
        bold: strike twice, one dot apart, as printers do.
        align: "left", "center" or "right".
        width_dots: of the paper.
    """
    font = font_of(fonts.mono_path(), cell.font_px)
    if not fonts.mono_has(text):
        font = _sans_that_fits(text, cell.font_px, width_dots - int(bold))
    width = min(ceil(font.getlength(text)) + int(bold), width_dots)
    left = _left(width, align, width_dots)
    image = Image.new("1", (left + width, cell.spacing))
    draw = ImageDraw.Draw(image)
    base = cell.height * 4 // 5  # Where printers put the base line.
    for strike in range(1 + bold):
        draw.text((left + strike, base), text, fill=1, font=font, anchor="ls")
    return raster(image)


@lru_cache(maxsize=64)
def label(letters: str, digits: str, width_dots: int, height_dots: int) -> bytes:
    """Return a ticket's label as a raster command, as large as the paper allows.

    Args:
        letters: before the gap, may be empty.
        digits: after it.
        width_dots: of the paper.
        height_dots: the most a digit may be high.
    """
    gap = 0.12 if letters and digits else 0.0
    probe = font_of(fonts.path(bold=True), 100)
    ems = (probe.getlength(letters) + probe.getlength(digits)) / 100 + gap
    size = max(8, min(int(width_dots * 0.96 / ems), int(height_dots / 0.73)))  # Digits are 0.73 em high.
    font = font_of(fonts.path(bold=True), size)
    width = min(int(ems * size) + 1, width_dots)
    left = _left(width, "center", width_dots)
    image = Image.new("1", (left + width, int(size * 0.96)))
    draw = ImageDraw.Draw(image)
    base = int(size * 0.84)
    draw.text((left, base), letters, fill=1, font=font, anchor="ls")
    draw.text((left + font.getlength(letters) + gap * size, base), digits, fill=1, font=font, anchor="ls")
    return raster(image)


def qr_code(data: str, module_dots: int, width_dots: int) -> bytes:
    """Return a centred QR code as a raster command.

    Args:
        data: what it says.
        module_dots: the side of one module.
        width_dots: of the paper.
    """
    rows = qr.matrix(data)
    side = len(rows)
    small = Image.new("1", (side, side))
    small.putdata([module for row in rows for module in row])
    code = small.resize((side * module_dots, side * module_dots), Image.Resampling.NEAREST)
    left = _left(code.width, "center", width_dots)
    image = Image.new("1", (left + code.width, code.height))
    image.paste(code, (left, 0))
    return raster(image)


def rule(width_dots: int) -> bytes:
    """Return a line two dots thick across the paper as a raster command."""
    return raster(Image.new("1", (width_dots, 2), 1))


def raster(image: Image.Image) -> bytes:
    """Return a one-bit picture, 1 for black, as `GS v 0`."""
    bytes_across = (image.width + 7) // 8
    size = bytes_across.to_bytes(2, "little") + image.height.to_bytes(2, "little")
    return b"\x1dv0\x00" + size + image.tobytes()


def _left(width: int, align: str, width_dots: int) -> int:
    spare = max(width_dots - width, 0)
    return {"left": 0, "center": spare // 2, "right": spare}[align]
