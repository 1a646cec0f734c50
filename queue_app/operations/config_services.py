"""Reads the sections `services` and `menu` of a configuration document."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from queue_app.domain.desk import check_outcomes
from queue_app.domain.opening_hours import WEEKDAYS
from queue_app.domain.reading import maybe_minutes, truth, whole, wrong
from queue_app.domain.service_menu import MenuItem, check_menu, check_season
from queue_app.operations.config_check import Check, Reading, entries, hours_of, seconds_of, texts, under, unique
from queue_app.operations.config_export import Document, minutes

MOST_LETTERS = 3
MOST_DIGITS = 6
MOST_NUMBER = 999_999
USUAL_MINUTES = 5

_SLUG = re.compile(r"[A-Za-z0-9-]{1,64}")
KEYS = {
    "slug", "letter", "name", "first_number", "last_number", "digits", "daily_quota", "hours", "season",
    "target_wait_minutes", "expected_service_minutes", "longest_wait_minutes", "intake_open", "bring", "conditions",
    "instead", "slip_text", "outcomes",
}  # fmt: skip


def check_services(reading: Reading, data: Any) -> list[Document]:
    """Read the section `services`."""
    taken: list[str] = []
    found = []
    for number, told in entries(data, KEYS):
        with under(str(number)):
            slug = told.get("slug")
            if not isinstance(slug, str) or not _SLUG.fullmatch(slug):
                raise wrong("slug", "a name of letters, digits and - is needed, 64 at most")
            unique(slug, "slug", taken)
            found.append(_service(slug, told))
    return found


def _service(slug: str, told: dict[str, Any]) -> Document:
    letter = told.get("letter")
    # A digit at its end would make numbers of different services look the same.
    if not isinstance(letter, str) or not letter.isalpha() or len(letter) > MOST_LETTERS:
        raise wrong("letter", "1 to %(most)d letters are needed", most=MOST_LETTERS)
    first = whole(told.get("first_number", 1), "first_number", 0, MOST_NUMBER)
    last, quota = told.get("last_number"), told.get("daily_quota")
    return {
        "slug": slug,
        "letter": letter,
        "name": texts(told.get("name"), "name", 200, needed=True),
        "first_number": first,
        "last_number": None if last is None else whole(last, "last_number", first, MOST_NUMBER),
        "digits": whole(told.get("digits", 3), "digits", 1, MOST_DIGITS),
        "daily_quota": None if quota is None else whole(quota, "daily_quota", 0, MOST_NUMBER),
        "hours": hours_of(told.get("hours"), "hours"),
        "season": _season(told.get("season")),
        "target_wait_minutes": minutes(seconds_of(told.get("target_wait_minutes"), "target_wait_minutes")),
        "expected_service_minutes": minutes(
            seconds_of(told.get("expected_service_minutes", USUAL_MINUTES), "expected_service_minutes")
            or USUAL_MINUTES * 60
        ),
        "longest_wait_minutes": maybe_minutes(told, "", "longest_wait_minutes", least=1),
        "intake_open": truth(told.get("intake_open", True), "intake_open"),
        **{key: texts(told.get(key), key) for key in ("bring", "conditions", "instead", "slip_text")},
        "outcomes": [asdict(each) for each in check_outcomes(told.get("outcomes") or [])],
    }


def _season(value: Any) -> Document | None:
    with under("season"):
        season = check_season(value)
    if season is None:
        return None
    days = season.weekdays
    return {
        "from": value.get("from"),
        "to": value.get("to"),
        "weekdays": None if days is None else [day for day in WEEKDAYS if day in days],
    }


def check_groups(reading: Reading, data: Any) -> list[Document]:
    """Read the section `menu`."""
    return _items(check_menu(data, reading.names("services", "slug")))


def _items(items: Sequence[MenuItem]) -> list[Document]:
    return [
        {"service": item} if isinstance(item, str) else {"name": dict(item.name), "items": _items(item.items)}
        for item in items
    ]


CHECKS: dict[str, Check] = {"services": check_services, "menu": check_groups}
