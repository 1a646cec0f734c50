"""Slips as PDF."""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from printer_samples import ALPHABETS, CALM, FIVE_LANGUAGES
from pypdf import PdfReader

from printers import fonts
from printers.errors import PrinterError
from printers.pdf_slip import PAPERS, render_pdf
from printers.slip import Label, Qr, Rule, Slip, Space, Text


def pdftotext(data: bytes) -> str:
    done = subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True)
    return done.stdout.decode()


def words(text: str) -> str:
    return " ".join(text.split())


def pages(data: bytes) -> list[object]:
    return list(PdfReader(BytesIO(data)).pages)


def extracted(data: bytes) -> str:
    return words(" ".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages))


@pytest.mark.parametrize("paper", PAPERS)
def test_letters_of_five_languages_are_extracted_exactly(five_languages: Slip, paper: str) -> None:
    data = render_pdf(five_languages, paper)
    for text in (extracted(data), words(pdftotext(data))):
        for expected in (FIVE_LANGUAGES, *ALPHABETS.values()):
            assert expected in text


def test_letters_beyond_the_five_languages_are_extracted_exactly() -> None:
    line = "Дякуємо, ευχαριστώ, số của bạn → „Müller“ … 5 €"
    data = render_pdf(Slip("uk", (Text(line, "small"),)))
    assert line in extracted(data)
    assert line in words(pdftotext(data))


@pytest.mark.parametrize("paper", PAPERS)
def test_the_label_is_extracted_as_one_word(brno_slip: Slip, paper: str) -> None:
    data = render_pdf(brno_slip, paper)
    assert "A017" in extracted(data)
    assert "A017" in pdftotext(data)


@pytest.mark.parametrize("paper", PAPERS)
def test_a_slip_is_small_and_on_one_page(brno_slip: Slip, paper: str) -> None:
    data = render_pdf(brno_slip, paper)
    assert len(data) <= 30_000
    assert len(pages(data)) == 1


def test_even_every_letter_of_every_language_stays_below_thirty_kilobytes(five_languages: Slip) -> None:
    assert len(render_pdf(five_languages)) <= 30_000


def test_the_same_slip_gives_the_same_bytes(brno_slip: Slip) -> None:
    assert render_pdf(brno_slip) == render_pdf(brno_slip)


def test_only_our_own_fonts_are_in_it_and_embedded(brno_slip: Slip, tmp_path: Path) -> None:
    file = tmp_path / "slip.pdf"
    file.write_bytes(render_pdf(brno_slip))
    listing = subprocess.run(["pdffonts", file], capture_output=True, check=True, text=True).stdout
    rows = [line.split() for line in listing.splitlines()[2:]]
    assert {re.sub(r"^[A-Z]{6}\+", "", row[0]) for row in rows} == {fonts.REGULAR, fonts.BOLD}
    assert all(row[-5:-2] == ["yes", "yes", "yes"] for row in rows)  # embedded, subset, with a Unicode map


def test_it_says_its_title_and_language(brno_slip: Slip) -> None:
    reader = PdfReader(BytesIO(render_pdf(brno_slip)))
    assert reader.metadata is not None
    assert reader.metadata.title == "A017"
    assert reader.trailer["/Root"]["/Lang"] == "cs"  # type: ignore[index]


def test_a_roll_is_as_long_as_its_slip() -> None:
    short, long = (
        float(PdfReader(BytesIO(render_pdf(Slip("cs", (Space(mm),))))).pages[0].mediabox.height) for mm in (10, 50)
    )
    assert long - short == pytest.approx(40 / 25.4 * 72, abs=0.1)


def test_a_slip_too_long_for_a_cut_sheet_goes_on_another_page_whole() -> None:
    slip = Slip("cs", tuple(Text(f"Řádek {number}") for number in range(1, 41)))
    data = render_pdf(slip, "a6")
    assert len(pages(data)) == 2
    assert all(f"Řádek {number}" in extracted(data) for number in range(1, 41))


def test_long_service_names_are_wrapped_inside_the_paper() -> None:
    slip = Slip("hu", (Text("Megszentségteleníthetetlenségeskedéseitekért felelős osztály " * 3, "large"),))
    for page in PdfReader(BytesIO(render_pdf(slip, "roll58"))).pages:
        right = float(page.mediabox.width)
        places: list[float] = []
        page.extract_text(visitor_text=lambda text, cm, tm, font, size, out=places: out.append(tm[4]))
        assert all(0 <= place < right for place in places)


def test_an_unknown_paper_is_refused(brno_slip: Slip) -> None:
    with pytest.raises(PrinterError) as caught:
        render_pdf(brno_slip, "a3")
    assert caught.value.code == "unknown_profile"


def test_an_empty_slip_is_an_empty_page() -> None:
    assert len(pages(render_pdf(Slip("cs", ())))) == 1


def test_a_slip_of_the_largest_blocks_is_still_a_page_readers_open() -> None:
    blocks = (Space(50),) * 36 + (Text("W WWWWWWWWW " * 83, "large"),) * 3
    data = render_pdf(Slip("cs", blocks), "roll58")
    assert float(PdfReader(BytesIO(data)).pages[0].mediabox.height) <= 14_400


@CALM
@given(st.text(max_size=300), st.sampled_from(["small", "normal", "large"]), st.sampled_from(PAPERS))
def test_any_unicode_text_is_rendered_within_bounds(text: str, size: str, paper: str) -> None:
    data = render_pdf(Slip("cs", (Text(text, size), Rule())), paper)  # type: ignore[arg-type]
    assert len(data) < 100_000
    assert data.startswith(b"%PDF")


@pytest.mark.parametrize("text", ["x" * 5000, "č " * 2500, "🎫" * 5000, "中文" * 2500, "\x00" * 5000])
def test_five_thousand_letters_are_rendered_within_bounds(text: str) -> None:
    for paper in PAPERS:
        assert len(render_pdf(Slip("cs", (Text(text, "large"), Qr("x" * 500), Label("A" * 16))), paper)) < 60_000


def test_slips_rendered_by_many_threads_at_once_are_all_right() -> None:
    slips = [
        Slip("cs", (Label(f"A{number:03}"), Text(letters))) for number in range(4) for letters in ALPHABETS.values()
    ]
    expected = [render_pdf(slip) for slip in slips]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # Threads change places in the middle of everything.
    try:
        with ThreadPoolExecutor(8) as threads:
            assert list(threads.map(render_pdf, slips)) == expected
    finally:
        sys.setswitchinterval(interval)


def test_the_fonts_are_found_beside_the_module_of_the_same_name() -> None:
    for file in (fonts.path(), fonts.path(bold=True), fonts.mono_path()):
        assert file.is_file()
    assert (fonts.path().parent / "LICENSE.txt").is_file()
