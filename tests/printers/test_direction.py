"""Hebrew and Arabic: joined, in order, on every kind of paper."""

import subprocess
import unicodedata
from io import BytesIO

import pytest
from bidi import get_display
from hypothesis import given
from hypothesis import strategies as st
from printer_samples import CALM
from pypdf import PdfReader

from printers import fonts
from printers.direction import base_direction, has_right_to_left, joined, visual
from printers.escpos_decoder import decode
from printers.escpos_ops import Line, Raster
from printers.escpos_slip import render_escpos
from printers.lettering import clean, set_lines
from printers.pdf_slip import render_pdf
from printers.profiles import PROFILES
from printers.self_test import ALPHABETS
from printers.slip import Label, Qr, Slip, Text

ARABIC = "مرحبا بكم في بلدية برنو"
HEBREW = "ברוכים הבאים לעיריית ברנו"
MIXED = (
    "שלום לכולם, המספר שלך A017 (דלפק 5)",
    "رقمك هو A017 والشباك 5",
    "Your office: עיריית ברנו is open",
    "لا إله سلام الأول",
)


def test_hebrew_runs_from_right_to_left() -> None:
    assert visual("שלום", "R") == "םולש"


def test_numbers_and_latin_words_keep_their_order_within_the_line() -> None:
    assert visual("תור A017 דלפק 5", "R") == "5 קפלד A017 רות"


@pytest.mark.parametrize(
    ("text", "paper"),
    [
        ("שלום (5)", "(5) םולש"),
        ("אבג (ab) de", "de (ab) גבא"),
        ("office (אבג) open", "office (גבא) open"),
        ("((אב)) [ג]", "[ג] ((בא))"),
        ("אב < ג", "ג > בא"),
    ],
)
def test_brackets_turn_with_their_words(text: str, paper: str) -> None:
    assert visual(text, base_direction(text)) == paper


def test_arabic_letters_join_and_lam_alef_is_one() -> None:
    assert unicodedata.normalize("NFKC", joined("سلام")) == "سلام"
    assert joined("سلام") == "\ufeb3\ufefc\ufee1"
    assert visual(joined("سلام"), "R") == "\ufee1\ufefc\ufeb3"


def test_a_joiner_shapes_the_letters_around_it_and_is_not_drawn() -> None:
    joined_up, apart = joined("میخواهم"), joined("می\u200cخواهم")
    assert joined_up != apart
    assert "\u200c" not in visual(apart, "R")


def test_points_and_vowel_signs_are_left_out() -> None:
    assert joined("שָׁלוֹם") == "שלום"
    assert unicodedata.normalize("NFKC", joined("مَرْحَبًا")) == "مرحبا"


@pytest.mark.parametrize(
    ("text", "direction"), [("5 שלום abc", "R"), ("abc שלום", "L"), ("(مرحبا)", "R"), ("5 – 7", "L"), ("", "L")]
)
def test_a_paragraph_runs_as_its_first_letter_does(text: str, direction: str) -> None:
    assert base_direction(text) == direction


def test_a_direction_mark_decides_and_stays_only_where_it_can() -> None:
    assert clean("abc\u200f") == "abc"
    assert base_direction(clean("\u200fA017 שלום")) == "R"
    assert visual(clean("\u200fA017 שלום"), "R") == "םולש A017"


def test_lines_break_in_the_order_of_reading() -> None:
    lines = set_lines("אבג דהו זחט", 7, len)
    assert lines == ["והד גבא", "טחז"]


def test_only_joiners_after_arabic_and_marks_beside_right_to_left_survive_cleaning() -> None:
    assert clean("می\u200c\u200c\u200cخ") == "می\u200cخ"
    assert clean("a\u200db\u200cc") == "abc"
    assert clean("\u200e\u200f\u200eשלום\u202e\u2067") == "\u200eשלום"


@CALM
@given(st.text(st.sampled_from("אשלم ابلا\u0651\u05b7\u200c\u200d\u200e\u200f\u061c\u0301\u064bab5()[ ")))
def test_cleaning_right_to_left_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@CALM
@given(st.text(st.sampled_from("אשל اب5a()<«-. \u200c\u200f")))
def test_no_letter_is_lost_or_doubled_by_ordering(text: str) -> None:
    text = clean(text)
    ordered = visual(text, base_direction(text))
    turned = str.maketrans(")>»", "(<«")
    kept = "".join(letter for letter in text if unicodedata.category(letter) != "Cf")
    assert sorted(ordered.translate(turned)) == sorted(kept.translate(turned))


def test_the_fonts_have_every_joined_letter_of_the_alphabets() -> None:
    from reportlab.pdfbase.ttfonts import TTFontFile

    for bold in (False, True):
        letters = TTFontFile(str(fonts.path(bold))).charToGlyph
        for alphabet in ALPHABETS.values():
            for text in (alphabet, alphabet.replace(" ", "")):
                assert {letter for letter in joined(text) if ord(letter) not in letters} == set()


def seen(text: str) -> list[str]:
    """Return what a reader of the extracted text sees, line by line: compatibility forms resolved, directions obeyed."""
    lines = []
    for line in text.replace("\f", "").splitlines():
        shown = get_display(unicodedata.normalize("NFKC", line))
        lines.append("".join(letter for letter in shown if unicodedata.category(letter) != "Cf"))
    return [" ".join(line.split()) for line in lines if line.strip()]


@pytest.mark.parametrize("text", [ARABIC, HEBREW, *MIXED])
def test_pdftotext_gives_the_line_back_as_it_is_read(text: str) -> None:
    data = render_pdf(Slip("he", (Text(text, "small"), Qr("x", text))), "a4")
    done = subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True)
    assert seen(done.stdout.decode()) == [visual(text, base_direction(text))] * 2


@pytest.mark.parametrize("text", [ARABIC, HEBREW, "لا إله سلام الأول"])
def test_pypdf_gives_the_words_back_in_the_order_of_reading(text: str) -> None:
    data = render_pdf(Slip("he", (Text(text, "small"),)), "a4")
    extracted = PdfReader(BytesIO(data)).pages[0].extract_text()
    assert unicodedata.normalize("NFKC", extracted).split() == text.split()


@pytest.mark.parametrize("text", MIXED)
def test_pypdf_finds_every_word_of_a_mixed_line(text: str) -> None:
    """It drops spaces where the direction changes, so the words are looked for in what it gives."""
    data = render_pdf(Slip("he", (Text(text, "small"),)), "a4")
    extracted = unicodedata.normalize("NFKC", PdfReader(BytesIO(data)).pages[0].extract_text())
    for word in text.split():
        assert word.strip("(),") in extracted


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.name)
@pytest.mark.parametrize("align", ["left", "right", "center"])
def test_a_thermal_printer_gets_pictures_of_the_lines_and_text_around_them(profile: object, align: str) -> None:
    data = render_escpos(Slip("ar", (Text("before"), Text(ARABIC * 6, align=align), Text("after"))), profile)  # type: ignore[arg-type]
    (page,) = decode(data)
    assert [op.text for op in page.ops if isinstance(op, Line)] == ["before", "after"]
    pictures = [op for op in page.ops if isinstance(op, Raster)]
    assert len(pictures) > 1
    assert all(picture.width <= profile.width_dots + 7 and any(picture.bits) for picture in pictures)  # type: ignore[attr-defined]


def test_a_paragraph_to_the_right_ends_at_the_margin_on_the_right() -> None:
    (page,) = decode(render_escpos(Slip("he", (Text(HEBREW, align="right"),)), PROFILES["generic-80"]))
    (picture,) = (op for op in page.ops if isinstance(op, Raster))
    assert picture.width == 576
    last_columns = [picture.bits[row * 72 + 71] for row in range(picture.height)]
    assert any(last_columns)


def test_a_label_with_a_hebrew_letter_reads_from_the_right() -> None:
    data = render_pdf(Slip("he", (Label("א017"),)))
    assert "017" in PdfReader(BytesIO(data)).pages[0].extract_text()
    assert has_right_to_left("א017")
