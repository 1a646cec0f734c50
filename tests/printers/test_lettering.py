"""Where lines break."""

from hypothesis import given
from hypothesis import strategies as st
from printer_samples import CALM

from printers.lettering import clean, shorten, wrap


def test_a_line_that_fits_stays_one_line() -> None:
    assert wrap("Občanské průkazy", 16, len) == ["Občanské průkazy"]


def test_no_text_gives_no_line() -> None:
    assert wrap("", 10, len) == []
    assert wrap("   ", 10, len) == []


def test_lines_break_between_words() -> None:
    assert wrap("Občanské průkazy a pasy", 17, len) == ["Občanské průkazy", "a pasy"]


def test_a_word_of_one_letter_goes_with_the_next_word() -> None:
    assert wrap("Občanské průkazy v Brně", 18, len) == ["Občanské průkazy", "v Brně"]


def test_a_no_break_space_holds_words_together() -> None:
    assert wrap("jděte k přepážce č.\u00a05", 20, len) == ["jděte k přepážce", "č.\u00a05"]


def test_a_word_longer_than_the_line_is_broken_at_a_joint_if_there_is_one() -> None:
    assert wrap("Brno-Královo-Pole", 14, len) == ["Brno-Královo-", "Pole"]
    assert wrap("Gépjármű-nyilvántartási", 20, len) == ["Gépjármű-", "nyilvántartási"]
    assert wrap("Legeslegmegszentségteleníthetetlen", 12, len) == [
        "Legeslegmegs",
        "zentségtelen",
        "íthetetlen",
    ]


def test_a_mark_stays_with_its_letter() -> None:
    assert wrap("abcdx\u0323efgh", 5, len)[0] == "abcd"


def test_balanced_lines_are_about_equally_long() -> None:
    lines = wrap("Občanské průkazy cestovní doklady pasy", 30, len, balanced=True)
    assert lines == ["Občanské průkazy", "cestovní doklady pasy"]


@CALM
@given(st.text(), st.integers(1, 60), st.booleans())
def test_wrapping_loses_no_letter_and_keeps_every_line_within_the_width(text: str, width: int, balanced: bool) -> None:
    text = clean(text)
    lines = wrap(text, width, len, balanced)
    assert all(0 < len(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@CALM
@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@CALM
@given(st.text(), st.integers(2, 50))
def test_a_shortened_text_is_short(text: str, letters: int) -> None:
    assert len(shorten(text, letters)) <= letters
