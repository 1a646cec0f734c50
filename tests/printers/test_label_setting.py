"""A label that nobody reads upside down, on every kind of paper."""

from functools import cache
from io import BytesIO
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from printer_samples import CALM

from printers.escpos_decoder import decode
from printers.escpos_ops import Line, Raster
from printers.escpos_slip import render_escpos
from printers.ink import label_image
from printers.label_setting import set_label
from printers.profiles import PROFILES, PrinterProfile
from printers.rendering import preview
from printers.sheets import PAPERS
from printers.slip import Label, Slip

WINDOWS_PAGE = PrinterProfile("windows", 576, 48, "cp1250", 45, native_qr=True, cut=True)
SMOOTH = PrinterProfile("smooth", 576, 48, "cp852", 18, native_qr=True, cut=True, picture_label=True)
EVERY = [*PROFILES.values(), WINDOWS_PAGE, SMOOTH]


def runs(row: list[bool]) -> list[tuple[int, int]]:
    """Return (start, length) of each black run of a row."""
    found, start = [], None
    for at, black in enumerate([*row, False]):
        if black and start is None:
            start = at
        elif not black and start is not None:
            found.append((start, at - start))
            start = None
    return found


@cache
def rows(text: str, form: str, profile: PrinterProfile, paper: str) -> list[list[tuple[int, int]]]:
    """Return the black runs of each row, from the first with ink to the last, of a slip with nothing but a label."""
    data = preview(Slip("cs", (Label(text),)), form, profile, paper)  # type: ignore[arg-type]
    image = Image.open(BytesIO(data)).convert("L").point(lambda level: 255 * (level < 128))
    pixels, width = image.tobytes(), image.width
    found = [runs([bool(p) for p in pixels[y * width : (y + 1) * width]]) for y in range(image.height)]
    inked = [y for y, row in enumerate(found) if row]
    return found[inked[0] : inked[-1] + 1]


def sides() -> list[tuple[str, PrinterProfile, str]]:
    """Return every form, profile and paper there is."""
    thermal = [(form, profile, "roll80") for form in ("escpos", "png") for profile in EVERY]
    return thermal + [("pdf", EVERY[0], paper) for paper in PAPERS]


EVERYWHERE = pytest.mark.parametrize(
    ("form", "profile", "paper"), sides(), ids=[f"{form}-{profile.name}-{paper}" for form, profile, paper in sides()]
)


@EVERYWHERE
def test_a_triangle_in_the_middle_points_up(form: str, profile: PrinterProfile, paper: str) -> None:
    found = rows("A017", form, profile, paper)
    triangle = [row[0] for row in found[: found.index([])]]
    widths = [width for _, width in triangle]
    assert widths == sorted(widths) and len(widths) >= 9 and widths[0] <= 4 and widths[-1] >= 18
    inked = [run for row in found for run in row]
    label = (min(start for start, _ in inked) + max(map(sum, inked))) / 2
    tip = triangle[0][0] + triangle[0][1] / 2
    assert abs(tip - label) < 30  # A 7 leaves a little white at its side.


@EVERYWHERE
def test_every_six_and_nine_stands_on_a_bar_of_its_own(form: str, profile: PrinterProfile, paper: str) -> None:
    bars = rows("A069", form, profile, paper)[-4]
    assert len(bars) == 2
    (_, first), (_, second) = bars
    assert abs(first - second) <= 2 and first >= 30
    plain = rows("A017", form, profile, paper)
    marked = rows("A069", form, profile, paper)
    thick = sum(1 for row in reversed(marked[-30:]) if len(row) == 2 and abs(row[0][1] - first) <= 2)
    assert thick >= 5
    assert len(marked) > len(plain) + 4


@EVERYWHERE
def test_a_bar_is_under_its_digit_and_under_no_other(form: str, profile: PrinterProfile, paper: str) -> None:
    bars = [rows(text, form, profile, paper)[-4] for text in ("6000", "0600", "0060", "0006")]
    assert all(len(bar) == 1 for bar in bars)
    starts = [bar[0][0] for bar in bars]
    steps = [second - first for first, second in pairwise(starts)]
    assert max(steps) - min(steps) <= 2
    assert all(0 < bar[0][1] <= steps[0] for bar in bars)


def test_the_bars_are_a_line_of_text_where_the_page_has_half_blocks() -> None:
    data = render_escpos(Slip("cs", (Label("A69"),)), PROFILES["generic-80"])
    (page,) = decode(data)
    lines = [op.text for op in page.ops if isinstance(op, Line)]
    assert lines == ["A69", " " * 8 + " ▀▀▀▀▀▀  ▀▀▀▀▀▀ "]
    assert len([op for op in page.ops if isinstance(op, Raster)]) == 1


@pytest.mark.parametrize("profile", [WINDOWS_PAGE, PROFILES["no-codepage"]], ids=lambda profile: profile.name)
def test_the_bars_are_drawn_where_it_has_none(profile: PrinterProfile) -> None:
    (page,) = decode(render_escpos(Slip("cs", (Label("A69"),)), profile))
    assert [op.text for op in page.ops if isinstance(op, Line)] == ["A69"]
    assert len([op for op in page.ops if isinstance(op, Raster)]) == 2


def test_a_label_without_six_or_nine_has_no_bar() -> None:
    (page,) = decode(render_escpos(Slip("cs", (Label("A017"),)), PROFILES["generic-80"]))
    assert [op.text for op in page.ops if isinstance(op, Line)] == ["A017"]


@CALM
@given(st.text(st.sampled_from("A B69017-"), min_size=1, max_size=16).filter(str.strip))
def test_there_are_as_many_bars_as_sixes_and_nines_and_all_within_the_label(text: str) -> None:
    label = Label(text)
    placed = set_label(label, lambda piece: 0.7 * len(piece))
    shown = placed.letters + placed.digits
    assert len(placed.bars) == shown.count("6") + shown.count("9")
    assert all(start >= 0 and start + width <= placed.width for start, width in placed.bars)


@CALM
@given(st.text(st.sampled_from("AŽJ69…"), min_size=1, max_size=16), st.sampled_from(EVERY))
def test_no_line_of_a_label_is_wider_than_the_paper(text: str, profile: PrinterProfile) -> None:
    (page,) = decode(render_escpos(Slip("cs", (Label(text),)), profile))
    for op in page.ops:
        if isinstance(op, Line):
            assert sum(len(letters) * style.width * 12 for letters, style in op.runs) <= profile.width_dots
        elif isinstance(op, Raster):
            assert op.width <= profile.width_dots + 7


def test_no_part_of_a_letter_is_cut_off() -> None:
    """The foot of a J stands out to the left: with a letter before it, there are as many black dots in it."""

    def black(text: str) -> int:
        image = label_image(Label(text), 10_000, 100, 20)
        return sum(bin(byte).count("1") for byte in image.tobytes())

    assert abs(black("JI") - black("IJ")) < 40
