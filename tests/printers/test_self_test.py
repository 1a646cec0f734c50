"""The slip that shows what a printer can do."""

import pytest

from printers.escpos_decoder import decode
from printers.pdf_slip import PAPERS, render_pdf
from printers.profiles import PROFILES, PrinterProfile
from printers.rendering import FORMS, preview, render
from printers.self_test import ALPHABETS, self_test_slip
from printers.slip import Label, Qr, Slip, Text

LINES = ["Tiskárna u vchodu", "192.0.2.7:9100", "středa 4. března 2026 · 10:12"]


def texts(slip: Slip) -> list[str]:
    return [block.text for block in slip.blocks if isinstance(block, Text)]


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.name)
def test_it_says_what_it_was_told_and_what_the_printer_is(profile: PrinterProfile) -> None:
    slip = self_test_slip("Zkušební lístek", LINES, profile, "cs")
    assert texts(slip)[:4] == ["Zkušební lístek", *LINES]
    assert profile.name in texts(slip)[4]
    assert (profile.code_page or "ascii").upper() in texts(slip)[4]
    assert slip.language == "cs"


def test_every_alphabet_is_on_it_whole_and_the_digits_are_in_the_largest_type() -> None:
    slip = self_test_slip("Test", LINES, PROFILES["generic-80"], "en")
    for name, alphabet in ALPHABETS.items():
        assert name in texts(slip) and alphabet in texts(slip)
    (label,) = (block for block in slip.blocks if isinstance(block, Label))
    assert label.text.endswith("0123456789")
    assert any(isinstance(block, Qr) for block in slip.blocks)


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.name)
def test_the_ruler_is_as_wide_as_the_paper(profile: PrinterProfile) -> None:
    slip = self_test_slip("Test", LINES, profile, "en")
    (page,) = decode(render(slip, "escpos", profile, ""))
    assert page.complete and page.unknown == ()
    ruler = next(line for line in page.text.splitlines() if line.startswith("---------1"))
    assert len(ruler) == profile.columns_font_a
    assert {"|<", ">|<", ">|"} <= set(page.text.splitlines())


@pytest.mark.parametrize("lines", [[], ["x" * 5000] * 50, ["\x1b@\ud800🎫" * 99] * 9])
def test_any_lines_fit(lines: list[str]) -> None:
    for profile in PROFILES.values():
        slip = self_test_slip("T" * 5000, lines, profile, "hu")
        assert Slip.from_json(slip.to_json()) == slip
        for form in FORMS:
            assert preview(slip, form, profile, "roll58")


@pytest.mark.parametrize("paper", PAPERS)
def test_it_fits_a_pdf(paper: str) -> None:
    assert len(render_pdf(self_test_slip("Test", LINES, PROFILES["generic-80"], "en"), paper)) < 60_000
