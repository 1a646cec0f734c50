"""Slips as ESC/POS bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from printer_samples import ALPHABETS, CALM, FIVE_LANGUAGES, URL

from printers import escpos_slip
from printers.codepages import encode, transliterate
from printers.errors import PrinterError
from printers.escpos_decoder import decode
from printers.escpos_ops import Cut, Feed, Line, QrCode, Raster
from printers.profiles import PROFILES, PrinterProfile, get_profile
from printers.slip import Label, Qr, Rule, Slip, Space, Text

GENERIC_80 = PROFILES["generic-80"]
NO_PAGE = PROFILES["no-codepage"]
WITH_PAGE = [profile for profile in PROFILES.values() if profile.code_page]


def render(*blocks: object, profile: PrinterProfile = GENERIC_80) -> bytes:
    return escpos_slip.render_escpos(Slip("cs", blocks), profile)  # type: ignore[arg-type]


def lines_of(data: bytes) -> list[Line]:
    (page,) = decode(data)
    assert page.unknown == ()
    return [op for op in page.ops if isinstance(op, Line)]


def rasters_of(data: bytes) -> list[Raster]:
    (page,) = decode(data)
    return [op for op in page.ops if isinstance(op, Raster)]


@pytest.mark.parametrize("language", ALPHABETS)
@pytest.mark.parametrize("profile", WITH_PAGE, ids=lambda profile: profile.name)
def test_every_letter_of_the_language_is_in_the_bytes(profile: PrinterProfile, language: str) -> None:
    data = render(Text(ALPHABETS[language], "small"), profile=profile)
    shown = " ".join(line.text for line in lines_of(data))
    assert shown == ALPHABETS[language]
    assert ALPHABETS[language].split()[0] in data.decode("cp852")
    assert not rasters_of(data)


def test_letters_of_five_languages_stand_in_one_line_of_one_page() -> None:
    data = render(Text(FIVE_LANGUAGES))
    assert FIVE_LANGUAGES.encode("cp852") in data
    assert data.count(b"\x1bt") == 1


@pytest.mark.parametrize(("name", "number"), [("generic-80", 18), ("generic-58", 18), ("nt-5890k", 54)])
def test_the_code_page_is_selected_right_after_the_reset(name: str, number: int) -> None:
    assert render(Rule(), profile=PROFILES[name]).startswith(b"\x1b@\x1bt" + bytes([number]))


def test_typographic_characters_become_plain_ones() -> None:
    (line,) = lines_of(render(Text("„asi“ 8–12\u00a0min… 5\u202f€ — ‚no’")))
    assert line.text == "\"asi\" 8-12 min... 5 EUR - 'no'"


def test_characters_the_page_has_are_left_alone() -> None:
    assert transliterate("„8–12“ €", "cp1250") == "„8–12“ €"
    assert encode("„8–12“ €", "cp1250") == "„8–12“ €".encode("cp1250")


def test_only_the_line_with_a_missing_letter_becomes_a_picture() -> None:
    data = render(Text("Přepážka"), Text("Дякуємо"), Text("Žluť"))
    assert [line.text for line in lines_of(data)] == ["Přepážka", "Žluť"]
    (picture,) = rasters_of(data)
    assert any(picture.bits)


def test_a_picture_of_a_line_is_as_high_and_stands_as_a_line_of_text() -> None:
    data = render(Text("Дяк", align="right"), Text("abc", align="right"))
    (picture,) = rasters_of(data)
    (line,) = lines_of(data)
    assert picture.height == line.spacing
    assert picture.width == GENERIC_80.width_dots


def test_without_a_code_page_only_ascii_stays_text() -> None:
    data = render(Text("Prosim cekejte"), Text("Přepážka"), profile=NO_PAGE)
    assert b"\x1bt" not in data
    assert [line.text for line in lines_of(data)] == ["Prosim cekejte"]
    assert len(rasters_of(data)) == 1


def test_vietnamese_is_drawn_with_real_letters() -> None:
    """The monospaced font lacks them; a missing one would be drawn as the same box as any other."""
    known, other = rasters_of(render(Text("ốốố"), Text("ủủủ")))
    assert known.bits != other.bits


@pytest.mark.parametrize(("size", "columns"), [("small", 64), ("normal", 48), ("large", 24)])
def test_lines_are_wrapped_to_the_columns_of_their_size(size: str, columns: int) -> None:
    words = "Vyřízení občanského průkazu a cestovního dokladu " * 4
    lines = lines_of(render(Text(words, size)))  # type: ignore[arg-type]
    assert len(lines) > 1
    assert all(len(line.text) <= columns for line in lines)
    assert " ".join(line.text for line in lines) == words.strip()


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.name)
def test_the_label_is_text_and_the_largest_thing_that_fits(profile: PrinterProfile) -> None:
    data = render(Text("Vaše číslo", "large"), Label("A017"), profile=profile)
    label = next(line for line in lines_of(data) if line.text == "A017")
    ((_, style),) = label.runs
    assert style.width == style.height >= 7
    assert 4 * 12 * style.width <= profile.width_dots
    assert style.width == 8 or 4 * 12 * (style.width + 1) > profile.width_dots
    assert b"A017" in data


def test_a_label_the_page_lacks_becomes_a_large_picture() -> None:
    (picture,) = rasters_of(render(Label("Я017")))
    assert picture.height > 100


def test_a_label_may_be_a_picture_where_that_looks_better() -> None:
    smooth = PrinterProfile("smooth", 576, 48, "cp852", 18, native_qr=True, cut=True, picture_label=True)
    (picture,) = rasters_of(render(Label("A017"), profile=smooth))
    assert 150 < picture.height < 260


def test_a_qr_code_is_drawn_by_the_printer_that_can() -> None:
    (page,) = decode(render(Qr(URL, "Sledujte")))
    (code,) = [op for op in page.ops if isinstance(op, QrCode)]
    assert code.data == URL
    assert code.align == "center"
    assert "Sledujte" in page.text


def test_a_qr_code_is_a_picture_for_the_printer_that_cannot() -> None:
    (picture,) = rasters_of(render(Qr(URL), profile=PROFILES["nt-5890k"]))
    assert 150 < picture.height < 260
    assert picture.width <= 384


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.name)
def test_the_largest_qr_code_fits_the_paper(profile: PrinterProfile) -> None:
    pages = decode(render(Qr("x" * 500), profile=profile))
    for op in pages[0].ops:
        if isinstance(op, QrCode):
            assert (17 + 4 * 17) * op.module_dots <= profile.width_dots
        if isinstance(op, Raster):
            assert op.width <= profile.width_dots


def test_a_space_is_as_high_as_it_says_in_the_units_of_the_printer() -> None:
    for name, units in (("generic-80", 240), ("tm-t88v", 425)):
        (page,) = decode(render(Space(30), profile=PROFILES[name]))
        assert sum(op.units for op in page.ops if isinstance(op, Feed) and not op.lines) == units


def test_a_slip_ends_with_a_cut_or_a_feed_to_the_tear_bar() -> None:
    (cut,) = decode(render(Text("x")))
    (torn,) = decode(render(Text("x"), profile=PROFILES["generic-58"]))
    assert isinstance(cut.ops[-1], Cut) and cut.complete
    assert isinstance(torn.ops[-1], Feed) and torn.complete


def test_the_same_slip_gives_the_same_bytes(brno_slip: Slip) -> None:
    for profile in PROFILES.values():
        first = escpos_slip.render_escpos(brno_slip, profile)
        assert first == escpos_slip.render_escpos(brno_slip, profile)


def test_a_text_slip_is_small(brno_slip: Slip) -> None:
    assert len(escpos_slip.render_escpos(brno_slip, GENERIC_80)) < 1_500


def test_no_text_can_smuggle_a_command() -> None:
    data = render(Text("a\x1b@\x1dV\x00b"), Qr("x\x1b@y"))
    (page,) = decode(data)
    assert page.unknown == ()
    assert data.count(b"\x1b@") == 1


def test_an_unknown_profile_is_named_in_the_error() -> None:
    with pytest.raises(PrinterError) as caught:
        get_profile("tm-9000")
    assert caught.value.code == "unknown_profile"
    assert "tm-9000" in caught.value.message and "generic-80" in caught.value.message


@CALM
@given(
    st.text(max_size=300),
    st.sampled_from(["small", "normal", "large"]),
    st.sampled_from(sorted(PROFILES)),
)
def test_any_unicode_text_is_rendered_within_bounds(text: str, size: str, name: str) -> None:
    data = render(Text(text, size), profile=PROFILES[name])  # type: ignore[arg-type]
    assert len(data) < 400_000
    (page,) = decode(data)
    assert page.complete and page.unknown == ()


@pytest.mark.parametrize("text", ["x" * 5000, "č " * 2500, "🎫" * 5000, "Я" * 5000, "\x00" * 5000, "e\u0301" * 5000])
@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.name)
def test_five_thousand_letters_are_rendered_within_bounds(profile: PrinterProfile, text: str) -> None:
    data = render(Text(text, "large"), profile=profile)
    assert len(data) < 400_000
    assert decode(data)[0].complete
