"""Public holidays by country, from the `holidays` package: their days, and their names in the visitors' languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

import holidays

from queue_app.domain.calendar import Calendar, HolidayNames
from queue_app.domain.reading import wrong

KEPT_YEARS = 64
"""So many years of countries are kept; a branch looks at two or three of one country."""


def holiday_names(calendar: Calendar, languages: Sequence[str]) -> HolidayNames | None:
    """Return who knows a branch's public holidays; None where it keeps none.

    Args:
        calendar: of the branch.
        languages: of the branch; what the package does not say in one of them stands in the country's own first.
    """
    if calendar.holidays is None:
        return None
    country, subdivision, spoken = calendar.holidays.country, calendar.holidays.subdivision, tuple(languages)
    return lambda day: _year(country, subdivision, day.year, spoken).get(day)


def check_country(calendar: Calendar) -> None:
    """Refuse a calendar with a country, or a part of one, that has no holidays in the package.

    Raises:
        QueueError: `invalid_value` with `field` and `problem`.
    """
    if calendar.holidays is None:
        return
    country, subdivision = calendar.holidays.country, calendar.holidays.subdivision
    known = countries()
    if country not in known:
        raise wrong(
            "holidays.country",
            "the public holidays of %(country)s are not known; there are those of CZ, SK, PL and many more",
            country=repr(country[:6]),
        )
    if subdivision is not None and subdivision not in known[country]:
        parts = ", ".join(known[country][:20]) or "–"
        raise wrong(
            "holidays.subdivision",
            "%(country)s has no part %(part)s; there are %(parts)s",
            country=country,
            part=repr(subdivision[:20]),
            parts=parts,
        )


def countries() -> Mapping[str, Sequence[str]]:
    """Return the codes of the parts of each country that has holidays of its own, by the country's two letters."""
    return holidays.list_supported_countries(include_aliases=False)


@lru_cache(maxsize=KEPT_YEARS)
def _year(country: str, subdivision: str | None, year: int, languages: tuple[str, ...]) -> dict[date, dict[str, str]]:
    """Return the names of one year's public holidays by day and language, the country's own language first."""
    usual = holidays.country_holidays(country, subdiv=subdivision)
    own, supported = usual.default_language, usual.supported_languages
    found: dict[date, dict[str, str]] = {}
    for language, code in _codes(own, supported, languages).items():
        # The language is always said: without it the package would take that of the server's environment.
        for day, name in holidays.country_holidays(country, subdiv=subdivision, years=year, language=code).items():
            found.setdefault(day, {})[language] = _told(name)
    return found


def _codes(own: str | None, supported: Sequence[str], languages: Sequence[str]) -> dict[str, str | None]:
    """Return the package's code of each language that it has names in, the country's own first."""
    found: dict[str, str | None] = {own[:2] if own else languages[0]: own}
    for language in languages:
        code = next((each for each in (language, f"{language}_GB", f"{language}_US") if each in supported), None)
        if code is not None:
            found.setdefault(language, code)
    return found


def _told(name: str) -> str:
    """Return the name as it is read out: two holidays on one day come joined by a semicolon."""
    return name.replace("; ", ", ")
