"""The countries of the world: their names, and what time it is there."""

from __future__ import annotations

from functools import cache
from unicodedata import combining, normalize
from zoneinfo import available_timezones

from babel import Locale
from babel.core import get_global

from queue_app.store import public_holidays

USUAL = {"en": "GB", "cs": "CZ", "sk": "SK", "pl": "PL", "hu": "HU"}
"""Where a language is spoken first of all: what is offered to somebody who chose it."""

NO_COUNTRIES = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}
"""Codes of two letters that Unicode uses for what is no country."""


@cache
def countries(language: str) -> list[tuple[str, str]]:
    """Return code and name of each country that has a time zone, by its name in `language`."""
    names = Locale.parse(language).territories
    known = {code for code in _zones() if code in names and code not in NO_COUNTRIES}
    return sorted(((code, names[code]) for code in known), key=lambda each: _plain(each[1]))


def zones_of(country: str) -> list[str]:
    """Return the time zones of a country by its code of two letters; nothing where there is no such country."""
    return _zones().get(country, [])


def all_zones() -> list[str]:
    """Return every country's time zones by name."""
    return sorted({zone for zones in _zones().values() for zone in zones})


def has_holidays(country: str) -> bool:
    """Say whether the public holidays of a country are known."""
    return country in public_holidays.countries()


@cache
def _zones() -> dict[str, list[str]]:
    known = available_timezones()
    found: dict[str, list[str]] = {}
    for zone, country in get_global("zone_territories").items():
        if zone in known and len(country) == 2 and "/" in zone and not zone.startswith("Etc/"):
            found.setdefault(country, []).append(zone)
    return {country: sorted(zones) for country, zones in found.items()}


def _plain(name: str) -> str:
    return "".join(letter for letter in normalize("NFKD", name) if not combining(letter)).casefold()
