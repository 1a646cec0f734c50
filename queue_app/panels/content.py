"""What a panel of a certain model can show of a call."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from queue_app.panels.errors import PanelError

DIGITS = frozenset("0123456789- ")
SEVEN_SEGMENTS = DIGITS | frozenset("ABCDEFHJLNOPRTUY")
"""What seven segments can draw so that it is read as what it is: S is a 5 on them, I a 1, G nearly a 6 and Q a 9."""
EVERYTHING = DIGITS | frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


@dataclass(frozen=True, slots=True)
class Profile:
    """A model of panel.

    Args:
        characters: how many it has for the number.
        drawable: the characters it can draw.
        counter: how many characters it has for a counter's name.
        arrow: whether it has an arrow.
        dots: whether it is made of dots, not of segments.
    """

    characters: int
    drawable: frozenset[str]
    counter: int = 0
    arrow: bool = False
    dots: bool = False


PROFILES: Mapping[str, Profile] = {
    "digits-3": Profile(3, DIGITS),
    "digits-4": Profile(4, DIGITS),
    "segments-4": Profile(4, SEVEN_SEGMENTS),
    "segments-6": Profile(6, SEVEN_SEGMENTS),
    "matrix-6": Profile(6, EVERYTHING, dots=True),
    "main-digits-4": Profile(4, DIGITS, counter=2, arrow=True),
    "main-segments-4": Profile(4, SEVEN_SEGMENTS, counter=2, arrow=True),
    "main-matrix-6": Profile(6, EVERYTHING, counter=3, arrow=True, dots=True),
}
"""Models by the name that settings call them; a further one is a further line here and in `docs/panels.md`."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a panel shows: as in `frames.Show`, without what depends on the moment."""

    text: str = ""
    counter: str = ""
    arrow: str = ""


DARK = Content()


def nobody(profile: Profile) -> Content:
    """Return what says "open, nobody is called": a hyphen in each place."""
    return Content("-" * profile.characters)


def fit(profile: Profile, label: str, counter: str = "", arrow: str = "") -> Content:
    """Return a call as a panel can show it.

    Args:
        profile: of the panel.
        label: of the ticket, such as A017. Where a letter cannot be drawn or there is no room for it, its number alone.
        counter: name of the counter; only its number where there are letters that cannot be drawn or too many.
        arrow: a value of `frames.ARROWS`, or empty.

    Raises:
        PanelError: `too_long`; part of a number would be another number.
    """
    number = _digits(label)
    for text in (label.upper(), number, number.lstrip("0")):
        if text and len(text) <= profile.characters and profile.drawable.issuperset(text):
            return Content(text, _counter(profile, counter), arrow if profile.arrow else "")
    raise PanelError("too_long", f"{label} does not fit on {profile.characters} characters.")


def _counter(profile: Profile, name: str) -> str:
    for text in (name.upper(), _digits(name)):
        if text.isascii() and text.isalnum() and len(text) <= profile.counter and profile.drawable.issuperset(text):
            return text
    return ""


def _digits(words: str) -> str:
    """Return the digits at the end of a label or a name; none where other digits stand elsewhere in it."""
    found = re.fullmatch(r"[^0-9]*([0-9]+)", words)
    return found[1] if found else ""
