"""Nothing that can stand on a slip stops a printer, or speaks to it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from printer_samples import CALM, png

from printers.codepages import encode
from printers.escpos_decoder import decode
from printers.escpos_ops import Cut, Feed, Line, Raster
from printers.escpos_slip import render_escpos
from printers.lettering import MAX_MARKS_ON_A_LETTER, clean
from printers.profiles import PROFILES, PrinterProfile
from printers.rendering import FORMS, Form, preview, render
from printers.sheets import PAPERS
from printers.slip import Block, Label, Picture, Qr, Rule, Slip, SlipError, Space, Text

SIZES = st.sampled_from(["small", "normal", "large"])
ALIGNS = st.sampled_from(["left", "center", "right"])
# Any letter, and often those that are known to be trouble.
TROUBLE = st.sampled_from(
    "\x00\x1b\x1d\x1c\x10\n\t\x7f\x9b\ud800\udfff\u200b\u200d\u200f\u202e\u2066\ufe0f\ufeff\u0301\u05b7\u0651אשلاé🎫👩‍🚀\U000e0041\uffff"
)
LETTERS = st.text(st.one_of(st.characters(), TROUBLE, st.sampled_from("Ž a69-/")), max_size=120)


def made(kind: type[Block], *fields: object) -> Block | None:
    try:
        return kind(*fields)  # type: ignore[arg-type]
    except SlipError:
        return None


BLOCKS = st.one_of(
    st.builds(lambda *fields: made(Text, *fields), LETTERS, SIZES, st.booleans(), ALIGNS),
    st.builds(lambda text: made(Label, text), st.text(st.one_of(st.characters(), TROUBLE), max_size=16)),
    st.builds(lambda *fields: made(Qr, *fields), LETTERS, LETTERS),
    st.builds(lambda mm: made(Space, mm), st.floats(0, 50)),
    st.builds(
        lambda *fields: made(Picture, png(*fields[:3]), fields[3]),
        st.integers(1, 300),
        st.integers(1, 300),
        st.sampled_from(["1", "L"]),
        st.floats(1, 100),
    ),
    st.just(Rule()),
)
SLIPS = st.lists(BLOCKS, max_size=5).map(lambda blocks: Slip("cs", tuple(block for block in blocks if block)))


@settings(CALM, max_examples=150)
@given(SLIPS, st.sampled_from(sorted(PROFILES)), st.sampled_from(PAPERS), st.sampled_from(FORMS))
def test_whatever_can_be_made_can_be_printed(slip: Slip, name: str, paper: str, form: Form) -> None:
    data = render(slip, form, PROFILES[name], paper)
    assert len(data) < 900_000
    if form == "escpos":
        (page,) = decode(data)
        assert page.complete and page.unknown == ()


@settings(CALM, max_examples=40)
@given(SLIPS, st.sampled_from(sorted(PROFILES)), st.sampled_from(FORMS))
def test_whatever_can_be_made_can_be_previewed(slip: Slip, name: str, form: Form) -> None:
    assert preview(slip, form, PROFILES[name], "a6").startswith(b"\x89PNG")


@CALM
@given(LETTERS, SIZES, ALIGNS, st.sampled_from(sorted(PROFILES)))
def test_no_control_character_of_a_text_reaches_the_printer(text: str, size: str, align: str, name: str) -> None:
    """What a printer obeys is the same whatever a line says: only letters and pictures of lines differ."""
    profile = PROFILES[name]
    (page,) = decode(render_escpos(Slip("cs", (Text(text, size, align=align),)), profile))  # type: ignore[arg-type]
    for op in page.ops:
        assert isinstance(op, Line | Raster | Feed | Cut)
        if isinstance(op, Line):
            encoded = encode(op.text, profile.code_page)
            assert encoded is not None
            assert min(encoded, default=32) >= 32 and 0x7F not in encoded


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("profile", [PROFILES["generic-80"], PROFILES["no-codepage"]], ids=lambda one: one.name)
@pytest.mark.parametrize("text", ["🎫 Přepážka", "👩‍🚀", "中文", "❤️", "\U0001f1e8\U0001f1ff"])
def test_letters_that_no_font_has_leave_a_mark_and_the_rest_of_the_line(
    form: Form, profile: PrinterProfile, text: str
) -> None:
    empty, said = (preview(Slip("cs", (Text(words),)), form, profile, "a6") for words in ("", text))
    assert empty != said
    if form == "escpos":
        (page,) = decode(render_escpos(Slip("cs", (Text(text),)), profile))
        (op,) = (op for op in page.ops if isinstance(op, Raster))
        assert sum(bin(byte).count("1") for byte in op.bits) > 30


def test_no_pile_of_marks_is_higher_than_languages_build_them() -> None:
    assert clean("z" + "\u0301\u0302\u0303\u0304" * 500) == clean("z\u0301\u0302\u0303\u0304")
    assert clean("ế̀̃") and MAX_MARKS_ON_A_LETTER == 3
    assert len(clean("a\u0332" * 10)) == 20


def test_a_flood_of_nothing_is_nothing() -> None:
    assert clean("\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f" * 5000) == ""
    assert clean("a" + "\ufe0f\u200d" * 5000 + "b") == "ab"
    assert len(clean("ש" + "\u200f" * 5000)) == 2


def printers_for(form: Form) -> list[PrinterProfile]:
    """Return the profiles that make a difference: a PDF has no use for them."""
    return [PROFILES["generic-80"]] if form == "pdf" else list(PROFILES.values())


@pytest.mark.parametrize("letter", ["x", "č ", "🎫", "ש", "لا", "e\u0332\u0333", "\u200d", "\x1b", "6", "W"])
@pytest.mark.parametrize("form", FORMS)
def test_five_thousand_letters_end_with_an_ellipsis_and_take_no_acre_of_paper(letter: str, form: Form) -> None:
    text = Text(letter * 5000, "large")
    assert len(text.text) <= 1000
    assert text.text == "" or text.text.endswith("…")
    for profile in printers_for(form):
        assert len(render(Slip("cs", (text,)), form, profile, "roll58")) < 900_000


@pytest.mark.parametrize("label", ["🎫", "W" * 16, "69" * 8, "ש69", "لا", "A\u200d6", "ÁÉŐ 9", "—", "∞"])
@pytest.mark.parametrize("form", FORMS)
def test_any_label_is_printed(label: str, form: Form) -> None:
    slip = Slip("cs", (Label(label),))
    for profile in printers_for(form):
        for paper in PAPERS if form == "pdf" else ["roll80"]:
            assert render(slip, form, profile, paper)
