"""How wide words are in the fonts that the house carries, and how they are broken into lines; for plots and PDFs."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from reportlab.pdfbase.pdfmetrics import stringWidth

from printers import fonts

fonts.register()

_MORE = "…"
_LONG = 60
_WORD = re.compile(r"[^ \t\r\n]+")  # a non-breaking blank is part of its word


def width_of(text: str, size: float, bold: bool = False) -> float:
    """Return the width of `text` in points.

    Args:
        text: one line.
        size: of the letters, in points.
        bold: whether they are bold.
    """
    # A long text hardly comes twice, and thousands of them are not to be kept.
    return (_width if len(text) <= _LONG else _measured)(text, bold) * size / 100


def _measured(text: str, bold: bool) -> float:
    return float(stringWidth(text, fonts.BOLD if bold else fonts.REGULAR, 100))


# Measured at 100 points and scaled: a table of a thousand pages repeats few words, but at several sizes.
_width = lru_cache(maxsize=50_000)(_measured)


def shortened(text: str, width: float, size: float, bold: bool = False) -> str:
    """Return `text`, its end cut off and marked with an ellipsis where it is wider than `width` points."""
    if width_of(text, size, bold) <= width:
        return text
    return text[: _fitting(text, width - width_of(_MORE, size, bold), size, bold)].rstrip() + _MORE


def wrapped(text: str, width: float, size: float, bold: bool = False, most: int | None = None) -> list[str]:
    """Return `text` broken into lines of at most `width` points, between words where that is possible.

    Args:
        text: any text; its own line ends become blanks.
        width: of a line, in points.
        size: of the letters, in points.
        bold: whether they are bold.
        most: so many lines at most, the last of them then cut off; None for as many as it takes.
    """
    if width_of(text, size, bold) <= width and "\n" not in text:
        return [text]
    lines = list(islice(_broken(text, width, size, bold), None if most is None else most + 1))
    if most is not None and len(lines) > most:
        lines = [*lines[: most - 1], shortened(" ".join(lines[most - 1 :]), width, size, bold)]
    return lines or [""]


def _broken(text: str, width: float, size: float, bold: bool) -> Iterator[str]:
    line = ""
    for word in _WORD.findall(text):
        longer = f"{line} {word}" if line else word
        if width_of(longer, size, bold) <= width:
            line = longer
            continue
        if line:
            yield line
        line = word
        while len(line) > 1 and width_of(line, size, bold) > width:
            fits = max(1, _fitting(line, width, size, bold))
            yield line[:fits]
            line = line[fits:]
    if line:
        yield line


def _fitting(text: str, width: float, size: float, bold: bool) -> int:
    """Return how many letters of `text` find room within `width` points."""
    most = min(len(text), int(8 * width / size) + 1)  # the narrowest letter is wider than an eighth of their size
    return max(0, bisect_right(range(most + 1), width, key=lambda end: width_of(text[:end], size, bold)) - 1)


def longest_word(text: str, size: float, bold: bool = False) -> float:
    """Return the width in points of the widest word of `text`: a narrower column would break it."""
    return max((width_of(word, size, bold) for word in _WORD.findall(text)), default=0.0)


@lru_cache(maxsize=2000)
def narrowest(text: str, lines: int, size: float, bold: bool = False) -> float:
    """Return the least width in points at which `text` stands on so many lines, unless its longest word needs more."""
    words = _WORD.findall(text)
    runs = (words[first:last] for first in range(len(words)) for last in range(first + 1, len(words) + 1))
    for width in sorted({width_of(" ".join(run), size, bold) for run in runs}):
        if width >= longest_word(text, size, bold) and len(wrapped(text, width, size, bold)) <= lines:
            return width
    return width_of(text, size, bold)
