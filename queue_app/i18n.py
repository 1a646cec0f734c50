"""Texts in the visitor's language: gettext catalogues, plurals, and a few phrases that every door says the same way."""

from __future__ import annotations

import gettext as _gettext
from datetime import datetime
from functools import cache
from io import BytesIO
from math import ceil
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton, format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = ("en", "cs", "sk", "pl", "hu")
NAMES = {"en": "English", "cs": "Čeština", "sk": "Slovenčina", "pl": "Polski", "hu": "Magyar"}
"""Each language by its own name."""

LONG_WAIT_MINUTES = 180
"""Beyond this a wait is said in hours: minutes would pretend to know."""

FOLDER = Path(__file__).with_name("translations")


def N_(message: str) -> str:
    """Mark a message for translation where it is written, to be translated where it is shown."""
    return message


def NP_(one: str, many: str) -> tuple[str, str]:
    """Mark a message with its plural for translation where it is written."""
    return one, many


@cache
def catalogue(language: str) -> _gettext.NullTranslations:
    """Return the catalogue of `language`; the texts in the code are the English ones.

    The `.po` file is compiled in memory at the first use: there is no built file that could be stale or missing.
    """
    path = FOLDER / language / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return _gettext.NullTranslations()
    with path.open("rb") as file:
        messages = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return _gettext.GNUTranslations(compiled)


def text(language: str, message: str, /, **values: Any) -> str:
    """Return `message` in `language` with `%(name)s` places filled in."""
    translated = catalogue(language).gettext(message)
    return translated % values if values else translated


def plural(language: str, one: str, many: str, number: int, **values: Any) -> str:
    """Return the form of a message that `number` asks for in `language`, with `%(number)d` filled in."""
    return catalogue(language).ngettext(one, many, number) % {"number": number, **values}


def forms(language: str, one: str, many: str) -> list[str]:
    """Return all forms of a plural message in gettext's order, unfilled, for scripts that count by themselves."""
    table = getattr(catalogue(language), "_catalog", {})
    found = [table[one, index] for index in range(4) if (one, index) in table]
    return found or [one, many]


def negotiate(wanted: str | None, offered: tuple[str, ...]) -> str:
    """Return the first of the `Accept-Language` list `wanted` that is offered, else the first one offered."""
    weighted = []
    for part in (wanted or "").split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            weighted.append((-float(quality or 1), tag.split("-")[0].lower()))
        except ValueError:
            continue
    return next((tag for _, tag in sorted(weighted, key=lambda pair: pair[0]) if tag in offered), offered[0])


def people_ahead(language: str, ahead: int) -> str:
    """Say how many people are called before this one."""
    if ahead == 0:
        return text(language, "Nobody is before you")
    return plural(language, "%(number)d person is before you", "%(number)d people are before you", ahead)


def wait(language: str, low_seconds: int | None, high_seconds: int | None) -> str:
    """Say a forecast in minutes, as a range: never in seconds, never more exact than it is."""
    if low_seconds is None or high_seconds is None:
        return text(language, "The wait cannot be told yet")
    low, high = low_seconds // 60, ceil(high_seconds / 60)
    if high <= 1:
        return text(language, "In a moment")
    if high > LONG_WAIT_MINUTES:
        low, high = low // 60, ceil(high / 60)
        if low == 0:
            return text(language, "up to %(high)d h", high=high)
        if low == high:
            return text(language, "about %(high)d h", high=high)
        return text(language, "about %(low)d–%(high)d h", low=low, high=high)
    if low == 0:
        return text(language, "up to %(high)d min", high=high)
    if low == high:
        return text(language, "about %(high)d min", high=high)
    return text(language, "about %(low)d–%(high)d min", low=low, high=high)


def clock_time(language: str, moment: datetime, zone: ZoneInfo) -> str:
    """Return the local time of day, short, in 24 hours: English is read by the whole continent."""
    return format_time(moment.astimezone(zone), "short", locale="en_GB" if language == "en" else language)


def date_and_time(language: str, moment: datetime, zone: ZoneInfo) -> str:
    """Return the local date and time as `language` writes them, for a slip or a heading."""
    return f"{_date(language, moment, zone, 'yMEd')}  {clock_time(language, moment, zone)}"


def _date(language: str, moment: datetime, zone: ZoneInfo, parts: str) -> str:
    # A skeleton, not a pattern: the order of day and month, and their points, are the language's own.
    return format_skeleton(parts, moment.astimezone(zone), locale="en_GB" if language == "en" else language)
