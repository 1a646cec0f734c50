"""A decoded slip as a picture: every dot where a thermal printer would burn it."""

from PIL import Image, ImageChops, ImageDraw

from printers import fonts, qr
from printers.escpos_ops import Feed, Line, Op, Page, QrCode, Raster, Style
from printers.ink import font_of, qr_image

# Font → (cell width, cell height, size of the vendored font that fills it), in dots.
_FONTS = {"A": (12, 24, 20), "B": (9, 17, 15)}
_MARGIN_DOTS = 24
_MAX_HEIGHT_DOTS = 20_000  # 2.5 m of paper; more is not a slip, and a picture should not eat the memory.


def draw_page(page: Page, width_dots: int = 576, dots_per_unit: float = 1.0) -> Image.Image:
    """Return the slip as a greyscale picture, paper white, with a margin as on real paper.

    Args:
        page: from the decoder.
        width_dots: the printable width.
        dots_per_unit: dots in one unit of vertical motion: dots_per_inch / feed_units_per_inch of the
            profile.
    """
    strips: list[Image.Image] = []
    height = 0
    for op in page.ops:
        strips.append(_strip(op, width_dots, dots_per_unit))
        height += strips[-1].height
        if height > _MAX_HEIGHT_DOTS:
            break
    ink = Image.new("1", (width_dots, height))
    y = 0
    for strip in strips:
        ink.paste(strip, (0, y))
        y += strip.height
    paper = Image.new("L", (width_dots + 2 * _MARGIN_DOTS, height + 2 * _MARGIN_DOTS), 255)
    paper.paste(0, (_MARGIN_DOTS, _MARGIN_DOTS), ink)
    return paper


def _strip(op: Op, width_dots: int, dots_per_unit: float) -> Image.Image:
    match op:
        case Line():
            return _line(op, width_dots, dots_per_unit)
        case Raster():
            picture = Image.frombytes("1", (op.width, op.height), op.bits)
            return _placed(picture, op.align, width_dots)
        case QrCode():
            return _qr(op, width_dots)
        case Feed():
            return Image.new("1", (width_dots, round(op.units * dots_per_unit)))
        case _:
            return Image.new("1", (width_dots, 0))


def _placed(picture: Image.Image, align: str, width_dots: int) -> Image.Image:
    spare = width_dots - picture.width
    left = {"left": 0, "center": spare // 2, "right": spare}[align]
    strip = Image.new("1", (width_dots, picture.height))
    strip.paste(picture, (max(left, 0), 0))
    return strip


def _line(line: Line, width_dots: int, dots_per_unit: float) -> Image.Image:
    letters = [_letter(letter, style) for text, style in line.runs for letter in text]
    high = max((letter.height for letter in letters), default=0)
    row = Image.new("1", (sum(letter.width for letter in letters), high))
    x = 0
    for letter in letters:
        row.paste(letter, (x, high - letter.height))  # All stand on one base line.
        x += letter.width
    strip = Image.new("1", (width_dots, max(high, round(line.spacing * dots_per_unit))))
    # A printer breaks a line that is too long; the renderers never send one, so it is simply cut here.
    strip.paste(_placed(row, line.align, width_dots), (0, 0))
    return strip


def _letter(letter: str, style: Style) -> Image.Image:
    """Draw one letter in its cell and enlarge it dot by dot, as printers do."""
    width, height, size = _FONTS[style.font]
    rounding = 4 if style.smooth else 1
    cell = Image.new("1", (width * rounding, height * rounding))
    draw = ImageDraw.Draw(cell)
    if letter in "─━":  # Box lines join without a gap on printers.
        draw.rectangle((0, height // 2 * rounding, cell.width, (height // 2 + 1) * rounding), fill=1)
    elif letter == "▀":
        draw.rectangle((0, 0, cell.width, height // 2 * rounding - 1), fill=1)
    else:
        font = font_of(fonts.mono_path(), size * rounding)
        draw.text((0, height * 4 // 5 * rounding), letter, fill=1, font=font, anchor="ls")
    if style.bold:
        cell = ImageChops.logical_or(cell, _shifted(cell, rounding))
    return cell.resize((width * style.width, height * style.height), Image.Resampling.NEAREST)


def _shifted(cell: Image.Image, dots: int) -> Image.Image:
    moved = Image.new("1", cell.size)
    moved.paste(cell, (dots, 0))
    return moved


def _qr(code: QrCode, width_dots: int) -> Image.Image:
    return _placed(qr_image(qr.matrix(code.data), code.module_dots), code.align, width_dots)
