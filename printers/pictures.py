"""Pictures on slips: what is accepted, and each in the form its printer wants; all are kept, a logo is printed all day."""

import struct
import zlib
from functools import lru_cache
from io import BytesIO

from PIL import Image

from printers.slip_error import SlipError

MAX_BYTES = 300_000
MAX_SIDE = 2_000

_SIGNATURE = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
_GREY, _BITS = 0, {1, 2, 4, 8}
# Everything that Pillow is known to raise on a file that is not what its first bytes promise.
BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    struct.error,
    zlib.error,
    IndexError,
    KeyError,
    TypeError,
    OverflowError,
    AttributeError,
)


def size(png: bytes) -> tuple[int, int]:
    """Return how many dots wide and high the picture is, having made sure that it can be drawn.

    Raises:
        SlipError: `picture_too_large` or `not_a_picture`.
    """
    return _decoded(png).size


# An unusable picture is refused anew each time: no cache remembers errors, and nobody prints it all day.
@lru_cache(maxsize=8)
def _decoded(png: bytes) -> Image.Image:
    if len(png) > MAX_BYTES:
        raise SlipError("picture_too_large", "A picture on a slip has at most %(most)d kB.", most=MAX_BYTES // 1_000)
    head = png[:33]
    if len(head) < 33 or not head.startswith(_SIGNATURE):
        raise SlipError("not_a_picture", "A picture on a slip is a PNG.")
    width, height, bits, colour = struct.unpack(">IIBB", head[16:26])
    if colour != _GREY or bits not in _BITS:
        raise SlipError("not_a_picture", "A picture on a slip is a PNG of greys, or of black and white.")
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
        raise SlipError(
            "picture_too_large", "A picture on a slip is at most %(most)d dots wide and high.", most=MAX_SIDE
        )
    try:
        with Image.open(BytesIO(png), formats=["PNG"]) as image:
            return image.convert("L")
    except BROKEN as error:
        raise SlipError("not_a_picture", "This PNG is damaged.") from error


@lru_cache(maxsize=8)
def deflated(png: bytes) -> bytes:
    """Return the greys of the picture, a byte each, as a PDF embeds them."""
    return zlib.compress(_decoded(png).tobytes(), 6)


@lru_cache(maxsize=16)
def dithered(png: bytes, width_dots: int, height_dots: int) -> Image.Image:
    """Return the picture in the dots of a thermal head, 1 for black (Floyd–Steinberg)."""
    grey = _decoded(png).resize((width_dots, height_dots), Image.Resampling.LANCZOS)
    return grey.point(lambda level: 255 - level).convert("1")
