"""Words, labels and QR codes as one-bit pictures, 1 for black: what every picture of a slip is put together from."""

from functools import cache
from math import ceil
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from printers import fonts
from printers import label_setting as setting
from printers.blocks import Label
from printers.label_setting import set_label

_PROBE_PX = 100  # The size at which a label is measured before its own is known.


@cache
def font_of(file: Path, size_px: int) -> ImageFont.FreeTypeFont:
    """Return a font at a size; the simple layout gives the same dots on every machine."""
    return ImageFont.truetype(str(file), size_px, layout_engine=ImageFont.Layout.BASIC)


def length(text: str, font: ImageFont.FreeTypeFont) -> float:
    """Return how many dots wide a line is; one-bit letters stand on whole dots, unlike those of screens."""
    return font.getlength(text, mode="1")


def text_image(
    text: str, font: ImageFont.FreeTypeFont, height: int, base: int, most: int, strikes: int = 1
) -> Image.Image:
    """Return a line of text, as wide as its ink: the hook of a ď at its end reaches beyond the letter's own width.

    Args:
        text: in the order in which paper shows it.
        font: its font and size.
        height: of the picture.
        base: the base line, from the top.
        most: the most the picture may be wide.
        strikes: how often it is struck, each time a dot further right, as printers make bold letters.
    """
    left, _, right, _ = font.getbbox(text, mode="1", anchor="ls")
    start = max(ceil(-left), 0)
    width = start + ceil(max(right, length(text, font))) + strikes - 1
    image = Image.new("1", (max(min(width, most), 1), height))
    draw = ImageDraw.Draw(image)
    for strike in range(strikes):
        draw.text((start + strike, base), text, fill=1, font=font, anchor="ls")
    return image


def label_image(label: Label, width_dots: int, height_dots: int, least_triangle: int) -> Image.Image:
    """Return a label with its triangle and its bars, as large as it may be.

    Args:
        label: the label.
        width_dots: the most it may be wide.
        height_dots: the most a digit may be high.
        least_triangle: how wide the triangle is at least, in dots.
    """
    probe = font_of(fonts.path(bold=True), _PROBE_PX)
    placed = set_label(label, lambda text: length(text, probe) / _PROBE_PX)
    # The foot of a J reaches to the left of the letter's own place.
    overhang = max(-probe.getbbox(placed.letters or placed.digits, anchor="ls")[0], 0) / _PROBE_PX
    ems = placed.width + 2 * overhang
    size = max(8, min(int(width_dots / ems), int(height_dots / setting.DIGIT_HEIGHT)))
    font = font_of(fonts.path(bold=True), size)
    placed = set_label(label, lambda text: length(text, font) / size)
    triangle = triangle_image(round(setting.triangle_size(size, least_triangle)[0]))
    base = triangle.height + round((setting.AIR + setting.DIGIT_HEIGHT) * size)
    width = max(ceil((placed.width + 2 * overhang) * size), triangle.width)
    image = Image.new("1", (width, base + round(setting.BELOW * size)))
    image.paste(triangle, ((image.width - triangle.width) // 2, 0))
    left = (image.width - placed.width * size) / 2
    draw = ImageDraw.Draw(image)
    draw.text((left, base), placed.letters, fill=1, font=font, anchor="ls")
    after_gap = left + placed.width * size - length(placed.digits, font)
    draw.text((after_gap, base), placed.digits, fill=1, font=font, anchor="ls")
    upper = base + round(setting.AIR * size)
    for start, length_of_bar in placed.bars:
        draw.rectangle((left + start * size, upper, left + (start + length_of_bar) * size, image.height), fill=1)
    return image


def triangle_image(width_dots: int) -> Image.Image:
    """Return the triangle that says which way is up."""
    _, height = setting.triangle_size(0, width_dots)
    image = Image.new("1", (width_dots, round(height)))
    ImageDraw.Draw(image).polygon(
        [((width_dots - 1) / 2, 0), (width_dots - 1, image.height - 1), (0, image.height - 1)], fill=1
    )
    return image


def qr_image(rows: tuple[bytes, ...], module_dots: int) -> Image.Image:
    """Return a QR code without its quiet zone.

    Args:
        rows: from `printers.qr.matrix`.
        module_dots: the side of one module.
    """
    small = Image.new("1", (len(rows), len(rows)))
    small.putdata([module for row in rows for module in row])
    side = len(rows) * module_dots
    return small.resize((side, side), Image.Resampling.NEAREST)
