"""The words of a call: which number, and where to; whole phrases as offices of each country say them."""

from __future__ import annotations

import re
from collections.abc import Callable

from queue_app.speech.numbers import LANGUAGES, MOST, czech_feminine, hungarian_adjective, number_words

LABEL = re.compile(r"([^\W\d_]{0,8})([0-9]{1,9})")
"""What a label looks like: the letters of its series, then its number."""

_TICKET = {"cs": "Číslo", "sk": "Číslo", "pl": "Numer", "hu": "Sorszám:", "en": "Number"}

_COUNTER: dict[str, Callable[[int], str]] = {
    "cs": lambda number: f"přepážka {czech_feminine(number)}",
    "sk": lambda number: f"priehradka číslo {number_words('sk', number)}",
    "pl": lambda number: f"stanowisko numer {number_words('pl', number)}",
    "hu": lambda number: f"{hungarian_adjective(number)} ablak",
    "en": lambda number: f"counter {number_words('en', number)}",
}
"""The term for a counter is the one that stands on the screens and slips of the language (`queue_app/translations/`)."""

_COUNTER_WORD = {"cs": "přepážka", "sk": "priehradka", "pl": "stanowisko", "hu": "ablak", "en": "counter"}

_SPELLED = {"pl": {"W": "wu", "Z": "zet"}}
"""Letters whose name must be written out: alone they are words (the Polish prepositions “w” and “z”), also for a voice."""

_NAME = re.compile(r"[^\W\d_]{3}")
_TOKEN = re.compile(r"\d+|[^\W\d_]+")


def number_of(label: str) -> tuple[str, int]:
    """Return the letters and the number of a label.

    Raises:
        ValueError: it is no label.
    """
    found = LABEL.fullmatch(label)
    if found is None:
        raise ValueError(label)
    return found[1].upper(), int(found[2])


def ticket_phrase(language: str, label: str) -> str:
    """Return “Číslo A, sedmnáct” for `A017`.

    Leading zeros are not spoken. A comma follows each letter: without it a voice would say the Czech conjunction “a” or the
    English article instead of the letter's name, and run the letter into the number.

    Raises:
        ValueError: it is no label.
    """
    letters, number = number_of(label)
    said = [letter_name(language, letter) for letter in letters]
    return f"{_TICKET[language]} {', '.join([*said, digits_words(language, str(number))])}"


def counter_phrase(language: str, counter: str) -> str:
    """Return “přepážka pět” for `5`; a counter with a name of its own, like “Pokladna 2”, is called by it alone."""
    if counter.isascii() and counter.isdigit() and len(counter) <= len(str(MOST)):
        return _COUNTER[language](int(counter))
    spoken = " ".join(_spoken(language, token) for token in _TOKEN.findall(counter)).rstrip(",")
    if _NAME.search(counter):
        return spoken
    return f"{_COUNTER_WORD[language]} {spoken}".rstrip()


def announcement(language: str, label: str, counter: str) -> str:
    """Return the whole text of a call, as it is synthesised: words, no digits.

    Args:
        language: one of `LANGUAGES`.
        label: of the ticket, `A017`.
        counter: its number or its name.

    Raises:
        ValueError: the language is none of them, or the label is none.
    """
    if language not in LANGUAGES:
        raise ValueError(language)
    return f"{ticket_phrase(language, label)}, {counter_phrase(language, counter)}."


def letter_name(language: str, letter: str) -> str:
    """Return how a letter is written so that a voice says its name."""
    return _SPELLED.get(language, {}).get(letter, letter)


def digits_words(language: str, digits: str) -> str:
    """Return digits as one number; digit by digit where they are too many for that."""
    if len(digits) <= len(str(MOST)):
        return number_words(language, int(digits))
    return " ".join(number_words(language, int(digit)) for digit in digits)


def _spoken(language: str, token: str) -> str:
    """Return a part of a counter's name: a number in words, a single capital letter by its name, a word as it is."""
    if token.isdigit():
        return digits_words(language, token)
    return f"{letter_name(language, token)}," if len(token) == 1 and token.isupper() else token
