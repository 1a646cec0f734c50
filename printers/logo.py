"""What somebody uploaded as the office's logo, made into a picture for slips."""

from io import BytesIO

from PIL import Image, ImageOps

from printers.pictures import BROKEN
from printers.slip_error import SlipError

MAX_UPLOAD_BYTES = 5_000_000
MAX_PIXELS = 25_000_000
MAX_WIDTH = 576
MAX_HEIGHT = 400

_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP")


def read_logo(data: bytes) -> bytes:
    """Return the uploaded picture as a PNG in greys, at most `MAX_WIDTH` × `MAX_HEIGHT`, without metadata.

    Transparent parts become white. Nothing is decoded before its size is known to be harmless.

    Args:
        data: the file: PNG, JPEG, GIF (its first picture), BMP or WebP; never SVG, which is a program.

    Raises:
        SlipError: `picture_too_large` beyond `MAX_UPLOAD_BYTES` or `MAX_PIXELS`, `not_a_picture`.
    """
    if len(data) > MAX_UPLOAD_BYTES:
        raise SlipError("picture_too_large", "A logo has at most %(most)d MB.", most=MAX_UPLOAD_BYTES // 1_000_000)
    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise _too_many_pixels()
            return _normalised(image)
    except SlipError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except BROKEN as error:
        raise SlipError("not_a_picture", "This is no PNG, JPEG, GIF, BMP or WebP, or a damaged one.") from error


def _too_many_pixels() -> SlipError:
    return SlipError("picture_too_large", "A logo has at most %(most)d million pixels.", most=MAX_PIXELS // 1_000_000)


def _normalised(image: Image.Image) -> bytes:
    image.draft("L", (2 * MAX_WIDTH, 2 * MAX_HEIGHT))  # A large JPEG is decoded at a fraction of its size.
    upright = ImageOps.exif_transpose(image)
    grey = _grey(upright)
    grey.thumbnail((MAX_WIDTH, MAX_HEIGHT), Image.Resampling.LANCZOS)
    target = BytesIO()
    # Pixels alone go into the new file: no profile, no place, no name of a camera's owner.
    Image.frombytes("L", grey.size, grey.tobytes()).save(target, "PNG", optimize=True)
    return target.getvalue()


def _grey(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I") or image.mode == "F":
        return image.convert("I").point(lambda level: level / 256).convert("L")  # 16 bits a pixel.
    if not image.has_transparency_data:
        return image.convert("L")
    colours = image.convert("RGBA")
    # Shrinking first keeps the memory for a large transparent picture at one copy.
    colours.thumbnail((MAX_WIDTH, MAX_HEIGHT), Image.Resampling.LANCZOS)
    white = Image.new("RGBA", colours.size, "white")
    return Image.alpha_composite(white, colours).convert("L")
