"""Text from right to left: Hebrew and Arabic, joined and put in the order in which paper shows it.

The fonts are drawn letter by letter, so Arabic is set with Unicode's own joined forms, which the fonts carry.
Points and vowel signs (niqqud, harakat) are left out: placing them needs more than a font without layout
tables can say, office texts do without them, and a misplaced one reads as another word.
"""

import re
from functools import cache
from typing import Any, Literal
from unicodedata import bidirectional

from arabic_reshaper import ArabicReshaper
from bidi import get_display
from bidi.mirror import MIRRORED

Direction = Literal["L", "R"]

JOINERS = "\u200c\u200d"
DIRECTION_MARKS = "\u200e\u200f\u061c"

_RIGHT_TO_LEFT = re.compile(
    "[\u05be-\u05f4\u0608-\u061b\u061d-\u065f\u066d-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_ARABIC = re.compile("[\u0620-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc]")
_POINTS = re.compile(
    "[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed]"
)

# The library orders letters but leaves brackets as they are. A zero-width space set after each bracket comes out
# before it where the line was turned around there, which is where the bracket has to be turned as well.
_ZERO_WIDTH_SPACE = "\u200b"
_BRACKETS = "[" + re.escape("".join(MIRRORED)) + "]"
_BRACKET = re.compile(f"({_BRACKETS})")
_TURNED_OR_NOT = re.compile(f"{_ZERO_WIDTH_SPACE}({_BRACKETS})|({_BRACKETS}){_ZERO_WIDTH_SPACE}")
_INVISIBLE = dict.fromkeys(map(ord, JOINERS + DIRECTION_MARKS + _ZERO_WIDTH_SPACE))


def has_right_to_left(text: str) -> bool:
    """Return whether any letter of the text is written from right to left."""
    return not text.isascii() and _RIGHT_TO_LEFT.search(text) is not None


def is_arabic(letter: str) -> bool:
    """Return whether a joiner after this letter means something."""
    return _ARABIC.match(letter) is not None


def base_direction(text: str) -> Direction:
    """Return the direction of a paragraph: that of its first letter that has one."""
    for letter in text:
        kind = bidirectional(letter)
        if kind in {"R", "AL"}:
            return "R"
        if kind == "L":
            return "L"
    return "L"


def joined(text: str) -> str:
    """Return the text with Arabic letters in their joined forms, still in the order of reading.

    Args:
        text: cleaned text; only a whole paragraph joins rightly.
    """
    text = _POINTS.sub("", text)
    return str(_reshaper().reshape(text)) if _ARABIC.search(text) else text


def visual(line: str, base: Direction) -> str:
    """Return one line in the order in which its letters stand on paper, from left to right.

    Args:
        line: what stands on one line, in the order of reading.
        base: the direction of its paragraph.
    """
    ordered = str(get_display(_BRACKET.sub(rf"\1{_ZERO_WIDTH_SPACE}", line), base_dir=base))
    return _TURNED_OR_NOT.sub(_bracket, ordered).translate(_INVISIBLE)


def _bracket(place: re.Match[str]) -> str:
    turned, straight = place.groups()
    return str(MIRRORED[turned]) if turned else str(straight)


@cache
def _reshaper() -> Any:
    # Of the ligatures only those of lam and alef, which Arabic cannot do without: the vendored fonts have no
    # glyph for whole words.
    settings = {"delete_harakat": False, "support_zwj": True, "ARABIC LIGATURE ALLAH": False}
    return ArabicReshaper(configuration=settings)
