"""Pictures for thermal printers: words, labels, QR codes and logos as dots, packed for `GS v 0`.

The place on the line is part of every picture, because some printers ignore `ESC a` for pictures.
"""

from dataclasses import dataclass
from functools import lru_cache

from PIL import Image

from printers import fonts, pictures, qr
from printers.blocks import Label
from printers.ink import font_of, label_image, length, qr_image, text_image

_BAND_DOTS = 128  # A picture is sent in bands: the smallest printers keep no more of it at once.


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


# The same words are printed all day: keep their pictures.
@lru_cache(maxsize=256)
def text_line(text: str, cell: Cell, bold: bool, align: str, width_dots: int) -> bytes:
    """Return one line of text as a raster command, letter for letter where the printer's own would stand.

    Args:
        text: a line that fits the paper.
        cell: the size of its letters.
        bold: strike twice, one dot apart, as printers do.
        align: "left", "center" or "right".
        width_dots: of the paper.
    """
    if not fonts.mono_has(text):
        return sans_line(text, cell, bold, align, width_dots)
    font = font_of(fonts.mono_path(), cell.font_px)
    ink = text_image(text, font, cell.spacing, _base(cell), width_dots, strikes=1 + bold)
    return raster(_padded(ink, align, width_dots))


@lru_cache(maxsize=256)
def sans_line(text: str, cell: Cell, bold: bool, align: str, width_dots: int) -> bytes:
    """Return one line in the sans serif, which has more letters, as a raster command.

    Args:
        text: a line in the order in which paper shows it; it becomes smaller where it would be too long.
        cell, bold, align, width_dots: as for `text_line`.
    """
    file = fonts.path(bold)
    wanted = sans_length(text, cell, bold)
    size = cell.font_px if wanted <= width_dots else max(int(cell.font_px * width_dots / wanted), 6)
    ink = text_image(text, font_of(file, size), cell.spacing, _base(cell), width_dots)
    return raster(_padded(ink, align, width_dots))


def sans_length(text: str, cell: Cell, bold: bool) -> float:
    """Return how many dots wide `sans_line` would like to be."""
    return length(text, font_of(fonts.path(bold), cell.font_px))


def _base(cell: Cell) -> int:
    return cell.height * 4 // 5  # Where printers put the base line.


@lru_cache(maxsize=64)
def label(block: Label, width_dots: int, height_dots: int, least_triangle: int) -> bytes:
    """Return a ticket's label as a raster command, as large as the paper allows.

    Args:
        block: the label.
        width_dots: of the paper.
        height_dots: the most a digit may be high.
        least_triangle: how wide the triangle above is at least, in dots.
    """
    ink = label_image(block, int(width_dots * 0.96), height_dots, least_triangle)
    return raster(_padded(ink, "center", width_dots))


def qr_code(data: str, module_dots: int, width_dots: int) -> bytes:
    """Return a centred QR code as a raster command.

    Args:
        data: what it says.
        module_dots: the side of one module.
        width_dots: of the paper.
    """
    return raster(_padded(qr_image(qr.matrix(data), module_dots), "center", width_dots))


@lru_cache(maxsize=16)
def picture(png: bytes, width: int, height: int, width_dots: int) -> bytes:
    """Return a dithered, centred picture as raster commands, one for each band of it.

    Args:
        png: of a `Picture`.
        width: of the picture, in dots.
        height: likewise.
        width_dots: of the paper.
    """
    ink = _padded(pictures.dithered(png, width, height), "center", width_dots)
    bands = (ink.crop((0, top, ink.width, min(top + _BAND_DOTS, height))) for top in range(0, height, _BAND_DOTS))
    return b"".join(map(raster, bands))


def rule(width_dots: int) -> bytes:
    """Return a line two dots thick across the paper as a raster command."""
    return raster(Image.new("1", (width_dots, 2), 1))


def raster(image: Image.Image) -> bytes:
    """Return a one-bit picture, 1 for black, as `GS v 0`."""
    bytes_across = (image.width + 7) // 8
    size = bytes_across.to_bytes(2, "little") + image.height.to_bytes(2, "little")
    return b"\x1dv0\x00" + size + image.tobytes()


def _padded(ink: Image.Image, align: str, width_dots: int) -> Image.Image:
    """Put the empty paper to the left of the ink; what is empty to its right need not be sent."""
    spare = max(width_dots - ink.width, 0)
    left = {"left": 0, "center": spare // 2, "right": spare}[align]
    if not left:
        return ink
    image = Image.new("1", (left + ink.width, ink.height))
    image.paste(ink, (left, 0))
    return image
