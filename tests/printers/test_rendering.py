"""One slip in three forms, and what is previewed is what is sent."""

import time
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from itertools import pairwise
from statistics import median

import pytest
from PIL import Image
from printer_samples import png

from printers.errors import PrinterError
from printers.escpos_slip import render_escpos
from printers.pdf_slip import PAPERS, render_pdf
from printers.profiles import PROFILES, PrinterProfile
from printers.rendering import FORMS, Form, preview, render
from printers.slip import Label, Picture, Qr, Slip, Space, Text

GENERIC_80 = PROFILES["generic-80"]
ALL = pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.name)


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


def test_each_form_is_rendered_by_its_own(brno_slip: Slip) -> None:
    assert render(brno_slip, "escpos", GENERIC_80, "a6") == render_escpos(brno_slip, GENERIC_80)
    assert render(brno_slip, "pdf", GENERIC_80, "a6") == render_pdf(brno_slip, "a6")
    assert opened(render(brno_slip, "png", GENERIC_80, "a6")).format == "PNG"


@ALL
def test_a_picture_for_a_printer_is_of_black_and_white_and_as_wide_as_its_head(
    brno_slip: Slip, profile: PrinterProfile
) -> None:
    image = opened(render(brno_slip, "png", profile, ""))
    assert (image.mode, image.width) == ("1", profile.width_dots)
    assert 400 < image.height < 2000
    ink = image.convert("L").point(lambda level: 255 - level).getbbox()
    assert ink is not None and ink[0] >= 2 and ink[2] <= profile.width_dots - 2


@ALL
@pytest.mark.parametrize("form", FORMS)
def test_a_preview_is_a_picture_and_always_the_same(brno_slip: Slip, form: Form, profile: PrinterProfile) -> None:
    data = preview(brno_slip, form, profile, "roll80")
    assert opened(data).format == "PNG"
    assert data == preview(brno_slip, form, profile, "roll80")


def test_the_preview_of_a_picture_is_the_picture(brno_slip: Slip) -> None:
    assert preview(brno_slip, "png", GENERIC_80, "") == render(brno_slip, "png", GENERIC_80, "")


def test_the_preview_changes_with_every_word(brno_slip: Slip) -> None:
    other = Slip("cs", (*brno_slip.blocks[:-1], Text("úterý 4. března 2025 · 14:06", "small")))
    for form in FORMS:
        assert preview(brno_slip, form, GENERIC_80, "a6") != preview(other, form, GENERIC_80, "a6")


@pytest.mark.parametrize(("paper", "width", "height"), [("a6", 827, 1165), ("a5", 1165, 1654), ("a4", 1654, 2339)])
def test_a_preview_of_a_sheet_has_its_shape(brno_slip: Slip, paper: str, width: int, height: int) -> None:
    image = opened(preview(brno_slip, "pdf", GENERIC_80, paper))
    assert image.size == (pytest.approx(width, abs=2), pytest.approx(height, abs=2))


def test_all_pages_of_a_long_slip_are_in_its_preview() -> None:
    slip = Slip("cs", tuple(Text(f"Řádek {number}", "large") for number in range(40)))
    one, two = (opened(preview(Slip("cs", slip.blocks[:count]), "pdf", GENERIC_80, "a6")).height for count in (1, 40))
    assert two > 1.9 * one


@pytest.mark.parametrize("paper", PAPERS)
def test_the_label_is_what_is_largest_on_every_paper(brno_slip: Slip, paper: str) -> None:
    """The label takes at least half of the width of the paper, and is clear of its edges."""
    image = opened(preview(Slip("cs", (Label("A069"),)), "pdf", GENERIC_80, paper)).convert("L")
    ink = image.point(lambda level: 255 * (level < 128)).getbbox()
    assert ink is not None
    assert ink[2] - ink[0] > 0.5 * image.width
    assert ink[0] > 0.04 * image.width and image.width - ink[2] > 0.04 * image.width


def test_a_code_is_found_with_its_quiet_zone_around_it() -> None:
    for form in FORMS:
        image = opened(
            preview(Slip("cs", (Text("x" * 20), Qr("https://a.cz"), Text("x" * 20))), form, GENERIC_80, "a6")
        )
        dark = image.convert("L").point(lambda level: 255 * (level < 128))
        rows = [dark.crop((0, y, dark.width, y + 1)).getbbox() for y in range(dark.height)]
        inked = [y for y, box in enumerate(rows) if box]
        gaps = [(after - before, before) for before, after in pairwise(inked) if after - before > 1]
        (above, _), (below, _) = sorted(gaps, reverse=True)[:2]
        code = next(box for y, box in enumerate(rows) if box and y > gaps[0][1] + above)
        module = (code[2] - code[0]) / 21
        assert min(above, below) >= 4 * module * 0.98


def test_an_unknown_paper_is_refused_by_name() -> None:
    with pytest.raises(PrinterError) as caught:
        render(Slip("cs", ()), "pdf", GENERIC_80, "a7")
    assert caught.value.code == "unknown_profile" and "a4" in caught.value.message


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_slip_and_an_endless_one_can_be_previewed(form: Form) -> None:
    endless = Slip("cs", (*(Space(50),) * 33, *(Text("W" * 999, "large"),) * 3, *(Picture(png(9, 9), 100),) * 4))
    for slip in (Slip("cs", ()), endless):
        image = opened(preview(slip, form, GENERIC_80, "roll58"))
        assert image.width * image.height < 60_000_000


def test_many_threads_may_preview_at_once(brno_slip: Slip) -> None:
    expected = preview(brno_slip, "pdf", GENERIC_80, "roll80")
    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(lambda _: preview(brno_slip, "pdf", GENERIC_80, "roll80"), range(12))) == {expected}


def test_rendering_is_quick(brno_slip: Slip) -> None:
    """Bounds far above what a calm machine takes, so that only a blunder crosses them."""

    def took(form: Form) -> float:
        times = []
        for number in range(15):
            slip = Slip("cs", (*brno_slip.blocks, Label(f"A{number:03}")))
            started = time.perf_counter()
            render(slip, form, GENERIC_80, "roll80")
            times.append(time.perf_counter() - started)
        return median(times) * 1000

    assert took("escpos") < 5
    assert took("pdf") < 50
    assert took("png") < 80
