"""A branch's own colour stays readable, whichever it is."""

from __future__ import annotations

import pytest

from queue_app.domain.colour import WHITE, contrast, darkened, is_colour, on

COLOURS = ["#000000", "#ffffff", "#0b5d4e", "#f2b705", "#777777", "#ff0000", "#00ff00", "#0000ff", "#c0ffee"]


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#123456", "#123456") == 1


@pytest.mark.parametrize("colour", COLOURS)
def test_text_on_any_accent_is_read(colour: str) -> None:
    assert contrast(on(colour), colour) >= 4.5


@pytest.mark.parametrize("colour", COLOURS)
def test_the_strong_accent_is_read_on_paper(colour: str) -> None:
    assert contrast(darkened(colour, 7), WHITE) >= 7


def test_a_colour_dark_enough_is_left_alone() -> None:
    assert darkened("#0b5d4e", 7) == "#0b5d4e"


@pytest.mark.parametrize("text", ["", "0b5d4e", "#0b5d4", "#0b5d4e;", "red", "#0b5d4g"])
def test_what_is_no_colour_is_known(text: str) -> None:
    assert not is_colour(text)
