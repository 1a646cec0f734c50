"""What somebody uploads as a logo, and pictures on slips."""

import json
import struct
import time
import zlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from printer_samples import CALM, png

from printers.escpos_decoder import decode
from printers.escpos_ops import Raster
from printers.escpos_slip import render_escpos
from printers.logo import MAX_HEIGHT, MAX_UPLOAD_BYTES, MAX_WIDTH, read_logo
from printers.pdf_picture import draw_pdf
from printers.pdf_slip import PAPERS, render_pdf
from printers.pictures import MAX_BYTES, MAX_SIDE
from printers.profiles import PROFILES, PrinterProfile
from printers.rendering import FORMS, Form, preview
from printers.slip import Picture, Slip, SlipError


def saved(image: Image.Image, form: str, **options: object) -> bytes:
    target = BytesIO()
    image.save(target, form, **options)
    return target.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


def code_of_logo(data: bytes) -> str:
    with pytest.raises(SlipError) as caught:
        read_logo(data)
    assert caught.value.message.endswith(".")
    return caught.value.code


def painting(mode: str = "RGB", size: tuple[int, int] = (300, 200)) -> Image.Image:
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).ellipse((size[0] // 4, 0, size[0] // 2, size[1] - 1), fill=(160, 0, 0))
    return image.convert(mode)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "BMP", "WEBP"])
def test_every_common_form_becomes_a_grey_png_that_a_slip_takes(form: str) -> None:
    data = read_logo(saved(painting(), form))
    logo = opened(data)
    assert (logo.format, logo.mode, logo.size) == ("PNG", "L", (300, 200))
    assert logo.getpixel((5, 5)) > 250 and 20 < logo.getpixel((110, 100)) < 90  # type: ignore[operator]
    assert Picture(data, 30).png == data


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "I;16"])
def test_every_kind_of_png_is_read(mode: str) -> None:
    image = painting("L").convert("I").point(lambda level: level * 257).convert("I;16") if mode == "I;16" else None
    source = image or painting(mode)
    logo = opened(read_logo(saved(source, "PNG")))
    assert logo.getpixel((5, 5)) > 250 and logo.getpixel((110, 100)) < 140  # type: ignore[operator]


def test_a_cmyk_jpeg_is_read() -> None:
    assert opened(read_logo(saved(painting("CMYK"), "JPEG"))).mode == "L"


@pytest.mark.parametrize("form", ["PNG", "WEBP", "GIF"])
def test_what_is_transparent_becomes_white(form: str) -> None:
    image = Image.new("RGBA", (50, 50), (0, 0, 0, 0))
    ImageDraw.Draw(image).rectangle((10, 10, 20, 20), fill=(0, 0, 0, 255))
    logo = opened(read_logo(saved(image, form)))
    assert logo.getpixel((40, 40)) == 255
    assert logo.getpixel((15, 15)) < 20  # type: ignore[operator]


def test_a_picture_half_transparent_is_half_as_dark() -> None:
    logo = opened(read_logo(saved(Image.new("RGBA", (9, 9), (0, 0, 0, 128)), "PNG")))
    assert logo.getpixel((4, 4)) == pytest.approx(127, abs=2)


@pytest.mark.parametrize(
    ("size", "expected"), [((4000, 1000), (576, 144)), ((500, 2000), (100, 400)), ((60, 40), (60, 40))]
)
def test_a_large_picture_is_made_smaller_and_a_small_one_left(size: tuple[int, int], expected: tuple[int, int]) -> None:
    assert opened(read_logo(saved(painting(size=size), "PNG"))).size == expected


@pytest.mark.parametrize("size", [(20_000, 1), (1, 20_000), (1, 1)])
def test_the_thinnest_picture_is_a_picture(size: tuple[int, int]) -> None:
    logo = opened(read_logo(saved(Image.new("L", size), "PNG")))
    assert logo.width <= MAX_WIDTH and logo.height <= MAX_HEIGHT


def test_no_metadata_is_left_and_the_camera_is_held_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90°
    exif[0x013B] = "Alena"
    data = read_logo(saved(painting(size=(200, 100)), "JPEG", exif=exif, comment=b"Alena"))
    assert opened(data).size == (100, 200)
    assert b"Alena" not in data
    assert set(chunks(data)) == {b"IHDR", b"IDAT", b"IEND"}


def chunks(data: bytes) -> list[bytes]:
    found, at = [], 8
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        found.append(data[at + 4 : at + 8])
        at += 12 + length
    return found


def forged(width: int, height: int, bits: int = 8, colour: int = 0, body: bytes = b"") -> bytes:
    """Return a PNG that claims to be of a size, whatever is in it."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(body or b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<?xml version='1.0'?><svg/>",
        b"%PDF-1.4",
        b"GIF89a",
        b"\x89PNG\r\n\x1a\n",
        saved(painting(), "PNG")[:-200],
        saved(painting(), "JPEG")[:400],
        saved(painting(), "TIFF"),
        saved(painting(), "ICO"),
        saved(painting("1"), "XBM"),
    ],
    ids=lambda data: repr(data[:12]),
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    assert code_of_logo(data) == "not_a_picture"


@pytest.mark.parametrize("size", [(5001, 5000), (12_000, 9_000), (30_000, 30_000), (2**31 - 1, 2**31 - 1)])
def test_a_bomb_is_refused_before_it_goes_off(size: tuple[int, int]) -> None:
    started = time.perf_counter()
    assert code_of_logo(forged(*size)) == "picture_too_large"
    assert time.perf_counter() - started < 1


def test_fifty_megabytes_are_refused_undecoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "open", lambda *_, **__: pytest.fail("it was opened"))
    assert code_of_logo(saved(painting(), "PNG") + bytes(50_000_000)) == "picture_too_large"
    assert code_of_logo(bytes(MAX_UPLOAD_BYTES + 1)) == "picture_too_large"


@CALM
@given(st.binary(max_size=60), st.sampled_from(["PNG", "JPEG", "GIF", "BMP", "WEBP"]), st.integers(0, 900))
def test_no_damaged_upload_brings_anything_but_a_slip_error(noise: bytes, form: str, place: int) -> None:
    data = bytearray(saved(painting(size=(40, 30)), form))
    place = min(place, len(data))
    data[place : place + len(noise)] = noise
    try:
        Picture(read_logo(bytes(data)), 30)
    except SlipError as error:
        assert error.code in {"not_a_picture", "picture_too_large"}


@pytest.mark.parametrize(
    ("data", "width_mm", "code"),
    [
        (saved(painting("RGB"), "PNG"), 30, "not_a_picture"),
        (saved(painting("P"), "PNG"), 30, "not_a_picture"),
        (saved(painting("LA"), "PNG"), 30, "not_a_picture"),
        (saved(painting("L"), "JPEG"), 30, "not_a_picture"),
        (png()[:-30], 30, "not_a_picture"),
        (forged(40, 40, bits=16), 30, "not_a_picture"),
        (forged(0, 40), 30, "picture_too_large"),
        (forged(MAX_SIDE + 1, 40), 30, "picture_too_large"),
        (forged(MAX_SIDE, MAX_SIDE), 30, "not_a_picture"),
        (png() + bytes(MAX_BYTES), 30, "picture_too_large"),
        (png(), 0.5, "bad_value"),
        (png(), 101, "bad_value"),
        (png(), float("nan"), "bad_value"),
        (png(), True, "wrong_type"),
        ("png", 30, "wrong_type"),
    ],
)
def test_a_picture_that_cannot_be_printed_cannot_be_made(data: bytes, width_mm: float, code: str) -> None:
    with pytest.raises(SlipError) as caught:
        Picture(data, width_mm)
    assert caught.value.code == code


def test_a_slip_holds_four_pictures_and_no_more() -> None:
    assert Slip("cs", (Picture(png(), 30),) * 4)
    with pytest.raises(SlipError) as caught:
        Slip("cs", (Picture(png(), 30),) * 5)
    assert caught.value.code == "too_long"


def test_a_picture_survives_json_unchanged() -> None:
    slip = Slip("cs", (Picture(png(mode="1"), 30.5),))
    assert Slip.from_json(json.loads(json.dumps(slip.to_json()))) == slip


def blackness(image: Image.Image, box: tuple[float, float, float, float]) -> float:
    """Return how much of a part of a picture is black; its edges are given as parts of the whole."""
    left, top, right, bottom = box
    part = image.convert("L").crop(
        (int(left * image.width), int(top * image.height), int(right * image.width), int(bottom * image.height))
    )
    return 1 - sum(part.tobytes()) / 255 / len(part.tobytes())


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["generic-80", "generic-58", "tm-t88v"])
def test_a_picture_is_as_wide_as_it_says_and_as_dark_as_it_is(form: Form, name: str) -> None:
    profile = PROFILES[name]
    grey = saved(Image.new("L", (400, 200), 102), "PNG")  # 40 % white, so 60 % black
    image = opened(preview(Slip("cs", (Picture(grey, 40),)), form, profile, "roll80"))
    ink = image.convert("L").point(lambda level: 255 * (level < 200)).getbbox()
    assert ink is not None
    dots_per_inch = 200 if form == "pdf" else profile.dots_per_inch
    assert (ink[2] - ink[0]) / dots_per_inch * 25.4 == pytest.approx(40, abs=0.4)
    assert (ink[3] - ink[1]) / dots_per_inch * 25.4 == pytest.approx(20, abs=0.4)
    assert (ink[0] + ink[2]) / 2 == pytest.approx(image.width / 2, abs=5)
    middle = image.crop(ink)
    assert blackness(middle, (0.1, 0.1, 0.9, 0.9)) == pytest.approx(0.6, abs=0.03)


def test_a_high_picture_is_sent_in_bands_that_meet() -> None:
    profile = PROFILES["generic-80"]
    (page,) = decode(render_escpos(Slip("cs", (Picture(png(300, 600), 40),)), profile))
    bands = [op for op in page.ops if isinstance(op, Raster)]
    assert len(bands) > 3 and max(band.height for band in bands) <= 128
    assert sum(band.height for band in bands) == round(80 * 203 / 25.4)
    assert len({band.width for band in bands}) == 1


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.name)
@pytest.mark.parametrize("size", [(2000, 1), (1, 2000), (1, 1), (2000, 2000)])
def test_a_picture_of_any_proportion_stays_on_the_paper(profile: PrinterProfile, size: tuple[int, int]) -> None:
    slip = Slip("cs", (Picture(png(*size), 100),))
    (page,) = decode(render_escpos(slip, profile))
    bands = [op for op in page.ops if isinstance(op, Raster)]
    assert bands and all(band.width <= profile.width_dots + 7 for band in bands)
    assert sum(band.height for band in bands) <= 101 / 25.4 * profile.dots_per_inch


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("size", [(2000, 1), (1, 2000), (2000, 2000)])
def test_a_picture_of_any_proportion_stays_on_one_sheet(paper: str, size: tuple[int, int]) -> None:
    image = draw_pdf(render_pdf(Slip("cs", (Picture(png(*size), 100),)), paper))
    ink = image.point(lambda level: 255 * (level < 200)).getbbox()
    assert ink is not None
    assert ink[0] > 0.03 * image.width and ink[2] < 0.97 * image.width


def test_the_same_logo_twice_is_embedded_once() -> None:
    once, twice = (render_pdf(Slip("cs", (Picture(png(500, 300), 30),) * count)) for count in (1, 2))
    assert once.count(b"/Subtype /Image") == twice.count(b"/Subtype /Image") == 1
