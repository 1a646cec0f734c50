"""Letters and lines: what may stand on paper, and where a paragraph breaks."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable

from printers.direction import (
    DIRECTION_MARKS,
    JOINERS,
    base_direction,
    has_right_to_left,
    is_arabic,
    joined,
    visual,
)

MAX_MARKS_ON_A_LETTER = 3

_FIRST_GUESS = 32  # Letters of a word that is tried for being too long for a line.

# Where a word too long for the line is best broken: after one of these.
_JOINTS = "-/–—@._&?="

# Line breaks and tabs, and the spaces that no font here has.
_LIKE_A_SPACE = "\n\r\t\v\f\u1680\u3000"

# More marks than any language puts on a letter: piled up, they run over the lines above.
_MARK = "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_PILE = re.compile(f"({_MARK}{{{MAX_MARKS_ON_A_LETTER}}}){_MARK}+")


# Texts in the languages of the house: printable, composed, and without marks that stand by themselves.
_NOTHING_TO_DO = re.compile(
    "[ -~\u00a0-\u00ac\u00ae-\u024f\u0400-\u0482\u048a-\u052f\u2010-\u2027\u202f\u20ac]*"
).fullmatch


def clean(text: str) -> str:
    """Return the text as paper can show it: composed letters, no control characters, one line.

    Line breaks and tabs become spaces, so that words do not grow together. Soft hyphens, variation selectors,
    embeddings and every other invisible character go; of joiners and direction marks only those stay that
    mean something: after an Arabic letter, and in a text with letters from right to left. What is left is
    composed (NFC), because "ř" as r + caron is in no code page, and no letter carries more than
    `MAX_MARKS_ON_A_LETTER` marks.

    Args:
        text: anything, including lone surrogates from broken JSON.
    """
    if _NOTHING_TO_DO(text):
        return text
    marks_matter = has_right_to_left(text)
    kept: list[str] = []
    letter_before = ""  # The last one that is no mark on another.
    for letter in text:
        category = unicodedata.category(letter)
        if letter in _LIKE_A_SPACE or category in {"Zl", "Zp"}:
            kept.append(" ")
            letter_before = " "
        elif category == "Cf":
            wanted = is_arabic(letter_before) if letter in JOINERS else marks_matter and letter in DIRECTION_MARKS
            if wanted and not (kept and kept[-1] in JOINERS + DIRECTION_MARKS):
                kept.append(letter)
        elif category not in {"Cc", "Cs"} and not _is_variation_selector(letter):
            kept.append(letter)
            letter_before = letter_before if category[0] == "M" else letter
    return _PILE.sub(r"\1", unicodedata.normalize("NFC", "".join(kept)))


def _is_variation_selector(letter: str) -> bool:
    """They choose between an emoji and a plain sign; a font with one of the two prints them as a box."""
    return "\ufe00" <= letter <= "\ufe0f" or "\U000e0100" <= letter <= "\U000e01ef"


def shorten(text: str, letters: int) -> str:
    """Return the text, or its first whole words and "…" when it has more letters than allowed."""
    if len(text) <= letters:
        return text
    head = text[: letters - 1]
    whole_words = head.rpartition(" ")[0]
    return (whole_words or head).rstrip() + "…"


def wrap(text: str, width: float, measure: Callable[[str], float], balanced: bool = False) -> list[str]:
    """Break a paragraph into lines.

    Lines break at ordinary spaces only (a no-break space holds "č. 5" together). A word longer than a whole
    line is broken, after a hyphen or a slash if there is one far enough to the right.

    Args:
        text: cleaned text.
        width: the width of a line, in the unit of `measure`.
        measure: the width of a piece of text; never shrinks when letters are added.
        balanced: make the lines of a short paragraph equally long, as centred titles want it, without using
            more lines.

    Returns:
        The lines without trailing spaces; none for an empty text.
    """
    if measure(text) <= width:
        return [text] if text.strip(" ") else []
    lines, broken = _fill(text, width, measure)
    if not balanced or broken or not 1 < len(lines) <= 4:
        return lines
    narrow, wide = width / 2, width
    for _ in range(6):  # Within 1 % of the narrowest width that needs no further line.
        middle = (narrow + wide) / 2
        attempt, broken = _fill(text, middle, measure)
        if broken or len(attempt) > len(lines):
            narrow = middle
        else:
            lines, wide = attempt, middle
    return lines


def set_lines(text: str, width: float, measure: Callable[[str], float], balanced: bool = False) -> list[str]:
    """Break a paragraph into lines and put the letters of each in the order in which paper shows them.

    Args:
        text, width, measure, balanced: as for `wrap`.
    """
    if not has_right_to_left(text):
        return wrap(text, width, measure, balanced)
    base = base_direction(text)
    return [visual(line, base) for line in wrap(joined(text), width, measure, balanced)]


def _fill(text: str, width: float, measure: Callable[[str], float]) -> tuple[list[str], bool]:
    """Fill lines greedily; also say whether a word had to be broken."""
    lines: list[str] = []
    line = ""
    broken = False
    for word in _words(text, width, measure):
        longer = f"{line} {word}" if line else word
        if measure(longer) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        while len(word) > 1 and not _fits(word, width, measure):
            piece = word[: _break_at(word, width, measure)]
            lines.append(piece)
            word = word[len(piece) :]
            broken = True
        line = word
    return ([*lines, line] if line else lines), broken


def _words(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """Split at spaces, but keep a word of one letter with the next: no line ends in "a", "v" or "z"."""
    words: list[str] = []
    for word in filter(None, text.split(" ")):
        if words and len(words[-1]) == 1 and words[-1].isalpha():
            together = f"{words[-1]} {word}"
            if measure(together) <= width:
                words[-1] = together
                continue
        words.append(word)
    return words


def _fits(word: str, width: float, measure: Callable[[str], float]) -> bool:
    """Return whether a word fits a line, without measuring all of one that is many lines long."""
    count = _FIRST_GUESS
    while count < len(word):
        if measure(word[:count]) > width:
            return False
        count *= 2
    return measure(word) <= width


def _break_at(word: str, width: float, measure: Callable[[str], float]) -> int:
    """Return how many letters of a word go on a line that is too short for all of it: at least one."""
    most = _FIRST_GUESS
    while most < len(word) and measure(word[:most]) <= width:
        most *= 2
    fitting = bisect_right(range(1, min(most, len(word))), width, key=lambda count: measure(word[:count]))
    joint = max(word.rfind(mark, 0, fitting) for mark in _JOINTS) + 1
    if joint * 3 >= fitting:
        return joint
    while fitting > 1 and unicodedata.combining(word[fitting]):
        fitting -= 1  # A mark stays with its letter.
    return max(fitting, 1)
