"""A slip as ESC/POS: the bytes a thermal printer understands.

One code page a slip, selected by number at its beginning and never guessed. A line with a letter the page
lacks is sent as a picture of that line; the lines around it stay text. A paragraph from right to left is sent as
pictures of its lines, because no printer here puts one in order.
"""

from functools import cache, lru_cache, partial

from PIL import Image

from printers import escpos_raster, qr
from printers.codepages import encode, transliterate
from printers.direction import has_right_to_left
from printers.escpos_raster import Cell, raster
from printers.ink import triangle_image
from printers.label_setting import AMBIGUOUS, in_order
from printers.lettering import set_lines, wrap
from printers.profiles import PrinterProfile
from printers.slip import Align, Block, Label, Picture, Qr, Rule, Size, Slip, Space, Text

# The commands used, by the names of the ESC/POS reference.
INITIALIZE = b"\x1b@"
SELECT_CODE_PAGE = b"\x1bt"  # + number
CANCEL_TWO_BYTE_MODE = b"\x1c."
SMOOTHING_ON = b"\x1db\x01"
MOTION_UNITS = b"\x1dP\x00"  # + vertical units per inch; across stays as it is.
JUSTIFY = b"\x1ba"  # + 0 left, 1 center, 2 right
FONT = b"\x1bM"  # + 0 A, 1 B
EMPHASIZE = b"\x1bE"  # + 0 or 1
CHARACTER_SIZE = b"\x1d!"  # + (width - 1) << 4 | (height - 1)
LINE_SPACING = b"\x1b3"  # + vertical units
FEED_UNITS = b"\x1bJ"  # + vertical units
FEED_LINES = b"\x1bd"  # + lines
FEED_AND_CUT = b"\x1dVB\x00"
QR_COMMAND = b"\x1d(k"

CELLS: dict[Size, Cell] = {
    "small": Cell(width=9, height=17, spacing=23, font_px=15),
    "normal": Cell(width=12, height=24, spacing=31, font_px=20),
    "large": Cell(width=24, height=48, spacing=58, font_px=40),
}
# Hebrew and Arabic letters are lower than Latin ones of the same size, and Arabic reaches further down.
_RIGHT_TO_LEFT_CELLS: dict[Size, Cell] = {
    "small": Cell(width=9, height=22, spacing=27, font_px=19),
    "normal": Cell(width=12, height=27, spacing=35, font_px=24),
    "large": Cell(width=24, height=52, spacing=63, font_px=46),
}
_ALIGN: dict[Align, int] = {"left": 0, "center": 1, "right": 2}
_LETTER_DOTS = CELLS["normal"].width
_LINE_DOTS = CELLS["normal"].height
_MAX_MULTIPLIER = 8
_BAR = "▀"  # Half a line high, and in the code page of every printer that has one at all.
_TRIANGLE_MM = 4.0
_LABEL_AIR_MM = 1.6
_QR_MM = {True: 30, False: 25}  # On wide (80 mm) and narrow paper.


def render_escpos(slip: Slip, profile: PrinterProfile) -> bytes:
    """Return the bytes that print the slip on a printer of this profile.

    Args:
        slip: what stands on the paper.
        profile: the printer's abilities.

    Returns:
        One complete job, from `ESC @` to the cut or the feed to the tear bar.
    """
    parts = [_begin(profile)]
    parts += [_block(block, profile) for block in slip.blocks]
    parts.append(_end(profile))
    return b"".join(parts)


@cache
def _begin(profile: PrinterProfile) -> bytes:
    parts = [INITIALIZE]
    if profile.code_page_number is not None:
        parts.append(SELECT_CODE_PAGE + bytes([profile.code_page_number]))
    if profile.set_units:
        parts.append(MOTION_UNITS + bytes([profile.feed_units_per_inch]))
    if profile.two_byte_start:
        parts.append(CANCEL_TWO_BYTE_MODE)
    if profile.smoothing:
        parts.append(SMOOTHING_ON)
    return b"".join(parts)


@cache
def _end(profile: PrinterProfile) -> bytes:
    plain = _style("normal", False, "left", profile)
    if profile.cut:
        return plain + FEED_LINES + b"\x02" + FEED_AND_CUT
    return plain + FEED_LINES + b"\x05"  # From the head to the tear bar.


def _block(block: Block, profile: PrinterProfile) -> bytes:
    match block:
        case Text():
            return _text(block, profile)
        case Label():
            return _label(block, profile)
        case Rule():
            return _rule(profile)
        case Space():
            return _feed(block.mm, profile)
        case Qr():
            return _qr(block, profile)
        case Picture():
            return _picture(block, profile)


def _text(text: Text, profile: PrinterProfile) -> bytes:
    if has_right_to_left(text.text):
        return _right_to_left(text, profile)
    cell = CELLS[text.size]
    columns = _columns(text.size, profile)
    plain = transliterate(text.text, profile.code_page)
    lines = wrap(plain, columns, len, balanced=text.align == "center")
    style = _style(text.size, text.bold, text.align, profile)
    parts = [style]
    for line in lines:
        encoded = encode(line, profile.code_page)
        if encoded is not None:
            parts.append(encoded + b"\n")
            continue
        picture = escpos_raster.text_line(line, cell, text.bold, text.align, profile.width_dots)
        parts += (JUSTIFY + b"\x00", picture, style)
    return b"".join(parts)


def _right_to_left(text: Text, profile: PrinterProfile) -> bytes:
    cell, room = _RIGHT_TO_LEFT_CELLS[text.size], profile.width_dots
    measure = partial(escpos_raster.sans_length, cell=cell, bold=text.bold)
    lines = set_lines(text.text, room, measure, balanced=text.align == "center")
    drawn = [escpos_raster.sans_line(line, cell, text.bold, text.align, room) for line in lines]
    return b"".join((JUSTIFY + b"\x00", *drawn))


def _columns(size: Size, profile: PrinterProfile) -> int:
    if size == "small":
        return profile.width_dots // CELLS["small"].width
    return profile.columns_font_a // (2 if size == "large" else 1)


@lru_cache(maxsize=256)
def _style(size: Size, bold: bool, align: Align, profile: PrinterProfile) -> bytes:
    multiplier = 1 if size == "large" else 0
    return b"".join(
        (
            JUSTIFY + bytes([_ALIGN[align]]),
            FONT + bytes([size == "small"]),
            CHARACTER_SIZE + bytes([multiplier << 4 | multiplier]),
            EMPHASIZE + bytes([bold]),
            LINE_SPACING + bytes([_units(CELLS[size].spacing, profile)]),
        )
    )


def _units(dots: int, profile: PrinterProfile) -> int:
    return min(round(dots * profile.feed_units_per_inch / profile.dots_per_inch), 255)


def _label(block: Label, profile: PrinterProfile) -> bytes:
    """Enlarge the printer's own letters, whose cells are wide enough to need no gap before the number."""
    label = transliterate("".join(in_order(block)), profile.code_page)
    encoded = encode(label, profile.code_page)
    too_long = len(label) > profile.columns_font_a  # "…" is three letters where a page lacks it.
    if profile.picture_label or encoded is None or too_long:
        triangle = round(_TRIANGLE_MM * profile.dots_per_inch / 25.4)
        drawn = escpos_raster.label(block, profile.width_dots, _LINE_DOTS * _MAX_MULTIPLIER, triangle)
        air = _feed(_LABEL_AIR_MM, profile)
        return air + JUSTIFY + b"\x00" + drawn + air
    times = max(1, min(profile.width_dots // (len(label) * _LETTER_DOTS), _MAX_MULTIPLIER))
    return b"".join(
        (
            _triangle(profile),
            _style("normal", True, "center", profile),
            CHARACTER_SIZE + bytes([(times - 1) << 4 | (times - 1)]),
            LINE_SPACING + bytes([_units(_LINE_DOTS * times, profile)]),
            encoded,
            b"\n",
            _bars(label, times, profile),
        )
    )


@cache
def _triangle(profile: PrinterProfile) -> bytes:
    """Draw which way is up, in the middle above the label; the cells of its letters bring their own air."""
    width = round(_TRIANGLE_MM * profile.dots_per_inch / 25.4)
    triangle = triangle_image(width)
    image = Image.new("1", ((profile.width_dots + width) // 2, triangle.height))
    image.paste(triangle, (image.width - width, 0))
    return _feed(_LABEL_AIR_MM, profile) + JUSTIFY + b"\x00" + raster(image)


def _bars(label: str, times: int, profile: PrinterProfile) -> bytes:
    """Return a bar under each 6 and 9: a line of half blocks, as many to a digit as it is enlarged.

    They stand on the printer's own grid, so they meet their digits whatever the margins are. The printer's own
    underline (`ESC -`) stays two dots thick however large the letters are: too thin to be seen under them.
    Where the code page has no half block, the bars are drawn.
    """
    if AMBIGUOUS.isdisjoint(label):
        return b""
    # Neighbours do not touch, where there is room for that.
    bar = f" {_BAR * (times - 2)} " if times > 2 else _BAR * times
    line = "".join(bar if letter in AMBIGUOUS else " " * times for letter in label)
    encoded = encode(line, profile.code_page)
    if encoded is not None:
        return _style("normal", False, "center", profile) + encoded + b"\n"
    left = (profile.width_dots - len(line) * _LETTER_DOTS) // 2
    image = Image.new("1", (profile.width_dots, _LINE_DOTS // 2))
    for at, mark in enumerate(line):
        if mark == _BAR:
            image.paste(1, (left + at * _LETTER_DOTS, 0, left + (at + 1) * _LETTER_DOTS, image.height))
    return JUSTIFY + b"\x00" + raster(image) + _feed(_LABEL_AIR_MM, profile)


@cache
def _rule(profile: PrinterProfile) -> bytes:
    line = encode("─" * profile.columns_font_a, profile.code_page)
    if line is not None:
        return _style("normal", False, "center", profile) + line + b"\n"
    margin = _feed(1.8, profile)
    return margin + JUSTIFY + b"\x00" + escpos_raster.rule(profile.width_dots) + margin


@lru_cache(maxsize=256)
def _feed(mm: float, profile: PrinterProfile) -> bytes:
    full, rest = divmod(round(mm / 25.4 * profile.feed_units_per_inch), 255)
    return (FEED_UNITS + b"\xff") * full + (FEED_UNITS + bytes([rest]) if rest else b"")


def _qr(block: Qr, profile: PrinterProfile) -> bytes:
    wanted_mm = _QR_MM[profile.width_dots > 450]
    wanted_dots = wanted_mm * profile.dots_per_inch / 25.4
    module_dots = max(3, min(int(wanted_dots / qr.modules_across(block.data)), 10))
    if profile.native_qr:
        code = JUSTIFY + b"\x01" + _native_qr(block.data.encode(), module_dots)
    else:
        code = JUSTIFY + b"\x00" + escpos_raster.qr_code(block.data, module_dots, profile.width_dots)
    quiet = _feed(qr.QUIET_MODULES * module_dots * 25.4 / profile.dots_per_inch, profile)
    caption = _text(Text(block.caption, "small"), profile) if block.caption else b""
    return quiet + code + quiet + caption


def _native_qr(data: bytes, module_dots: int) -> bytes:
    """Set model 2, the module's side and level M; store the data; print what is stored."""
    settings = (b"1A2\x00", b"1C" + bytes([module_dots]), b"1E1", b"1P0" + data, b"1Q0")
    return b"".join(QR_COMMAND + len(one).to_bytes(2, "little") + one for one in settings)


def _picture(block: Picture, profile: PrinterProfile) -> bytes:
    dots_per_mm = profile.dots_per_inch / 25.4
    width, height = block.size_mm(profile.width_dots / dots_per_mm)
    size = max(int(width * dots_per_mm), 1), max(round(height * dots_per_mm), 1)
    return JUSTIFY + b"\x00" + escpos_raster.picture(block.png, *size, profile.width_dots)
