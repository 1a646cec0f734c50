"""Makes the configuration document of a first branch out of a few answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from queue_app.domain.reading import wrong
from queue_app.operations.countries import has_holidays, zones_of
from queue_app.operations.first_start import slug_of
from queue_app.operations.trades import document_of


def document_of_answers(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return the configuration document of the branch that was described.

    Args:
        kept: `language` of whoever answers; `branch` with `name`, `slug`, `country`, `time_zone`, `languages` and `open` (whether
            any browser may be a device); `trade`, or None for a branch that begins with nothing.

    Raises:
        QueueError: `invalid_value`, where the time zone cannot be told or a name is missing.
    """
    branch, language = kept["branch"], kept["language"]
    if not branch["name"]:
        raise wrong("branch/name", "a name is needed")
    # The language of whoever sets up comes first: what they type stands in it.
    spoken = [language, *(each for each in branch["languages"] if each != language)]
    own = {
        "slug": branch["slug"] or slug_of(branch["name"]),
        "name": {language: branch["name"]},
        "time_zone": branch["time_zone"] or _only_zone(branch["country"]),
        "languages": spoken,
        "open_devices": branch["open"],
    }
    rest = _begun(kept.get("trade"), spoken, branch["country"])
    return {**rest, "queue": 1, "branch": {**rest["branch"], **own}}


def _begun(trade: str | None, spoken: list[str], country: str) -> dict[str, Any]:
    """Return what the branch begins with: a trade's document, or nothing but the country's public holidays."""
    if trade:
        return document_of(trade, spoken, country)
    holidays = {"country": country, "subdivision": None, "open": False} if has_holidays(country) else None
    return {"branch": {}, "hours": {"weekly": None, "holidays": holidays, "exceptions": [], "last_ticket": None}}


def _only_zone(country: str) -> str:
    """Return the time of a country that has one only.

    Raises:
        QueueError: `invalid_value`.
    """
    found = zones_of(country)
    if len(found) != 1:
        raise wrong("branch/time_zone", "this country has more than one time zone: choose yours")
    return found[0]
