"""Letters and lines: what may stand on paper, and where a paragraph breaks."""

import unicodedata
from bisect import bisect_right
from collections.abc import Callable

# Where a word too long for the line is best broken: after one of these.
_JOINTS = "-/–—@._&?="

# Line breaks and tabs, and the spaces that no font here has.
_LIKE_A_SPACE = "\n\r\t\v\f\u1680\u3000"


def clean(text: str) -> str:
    """Return the text as paper can show it: composed letters, no control characters, one line.

    Line breaks and tabs become spaces, so that words do not grow together. Direction marks, joiners and soft
    hyphens go: no printer here acts on them, and some print them as boxes. What is left is composed (NFC),
    because "ř" as r + caron is in no code page.

    Args:
        text: anything, including lone surrogates from broken JSON.
    """
    if text.isascii() and text.isprintable():
        return text
    kept = []
    for letter in text:
        category = unicodedata.category(letter)
        if letter in _LIKE_A_SPACE or category in {"Zl", "Zp"}:
            kept.append(" ")
        elif category not in {"Cc", "Cf", "Cs"}:
            kept.append(letter)
    return unicodedata.normalize("NFC", "".join(kept))


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
        while measure(word) > width and len(word) > 1:
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


def _break_at(word: str, width: float, measure: Callable[[str], float]) -> int:
    """Return how many letters of a word go on a line that is too short for all of it: at least one."""
    fitting = bisect_right(range(1, len(word)), width, key=lambda count: measure(word[:count]))
    joint = max(word.rfind(mark, 0, fitting) for mark in _JOINTS) + 1
    if joint * 3 >= fitting:
        return joint
    while fitting > 1 and unicodedata.combining(word[fitting]):
        fitting -= 1  # A mark stays with its letter.
    return max(fitting, 1)
