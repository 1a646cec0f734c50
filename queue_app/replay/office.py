"""A branch shaped like a recorded office: made anew, or found in what a branch already offers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from sqlalchemy import Connection

from queue_app.domain.errors import QueueError
from queue_app.operations import setup
from queue_app.operations.unit_of_work import Context
from queue_app.replay.day import TIME_ZONE, Day, DayError, RecordedService, slug_of, unique_series, unique_slugs

LANGUAGES = ["pl", "en"]
DEFAULT_SERVICE_SECONDS = 600
"""What a service is expected to take where the city said nothing."""


@dataclass(frozen=True)
class Offered:
    """A service of a branch that is there already: its slug, its series letter, and its names in all languages."""

    slug: str
    letter: str
    names: frozenset[str]


@dataclass(frozen=True)
class Desk:
    """A counter of a branch that is there already, and the slugs of the services it takes."""

    counter_id: int
    services: frozenset[str]


def match_services(services: Sequence[RecordedService], offered: Sequence[Offered]) -> dict[str, str]:
    """Return the slug of the branch's service for each recorded service id: by name, else by letter.

    Raises:
        DayError: a service has no counterpart, or more than one, or shares it with another.
    """
    found: dict[str, str] = {}
    for service in services:
        same = [offer for offer in offered if service.name in offer.names]
        if len(same) != 1:
            same = [offer for offer in same or offered if offer.letter == service.letter]
        if len(same) != 1 or same[0].slug in found.values():
            raise DayError(
                f"the branch has no service of its own for {service.letter} {service.name} "
                f"(it offers {', '.join(offer.slug for offer in offered)})"
            )
        found[service.service_id] = same[0].slug
    return found


def match_counters(slugs: Mapping[str, str], desks: Iterable[Desk]) -> dict[str, list[int]]:
    """Return, for each recorded service id, the counters that take its service and no other.

    Raises:
        DayError: a service has no such counter.
    """
    by_slug: dict[str, list[int]] = {}
    for desk in desks:
        if len(desk.services) == 1:
            by_slug.setdefault(min(desk.services), []).append(desk.counter_id)
    for slug in slugs.values():
        if slug not in by_slug:
            raise DayError(f"the branch has no closed counter that takes only {slug}")
    return {service_id: by_slug[slug] for service_id, slug in slugs.items()}


def free_slug(context: Context, wanted: str) -> str:
    """Return `wanted`, or `wanted-2` and so on, whichever no branch has yet."""
    taken = set(context.slugs().values())
    turn = 1
    slug = wanted
    while slug in taken:
        turn += 1
        slug = f"{wanted}-{turn}"
    return slug


def exists(context: Context, slug: str) -> bool:
    """Say whether there is a branch `slug`."""
    try:
        context.setup(slug)
    except QueueError:
        return False
    return True


def counters_needed(days: Sequence[Day]) -> dict[str, int]:
    """Return the most counters that were open for each service at once, at least one."""
    most = {service.service_id: 1 for service in services_of(days)}
    for day in days:
        for service_id, rows in day.staffing.items():
            if service_id in most:
                most[service_id] = max(most[service_id], *(row.open_counters for row in rows))
    return most


def services_of(days: Sequence[Day]) -> list[RecordedService]:
    """Return the services of several days of one office, merged by their id; the newest name counts."""
    merged = {service.service_id: service for day in days for service in day.services}
    return list(merged.values())


def create_office(context: Context, slug: str, days: Sequence[Day], counters: Mapping[str, int], now: datetime) -> None:
    """Make a branch with the services of `days`, without opening hours, each service with counters of its own.

    Args:
        context: where.
        slug: of the new branch.
        days: of one office.
        counters: how many for each service id.
        now: aware; the branch's business date begins with it.
    """
    name = days[0].office.replace("_", " ")
    with context.database.writing() as connection:
        options = {"languages": LANGUAGES, "open_devices": False, "finish_on_next": True, "confirm_arrival": False}
        branch_id = setup.create_branch(connection, now, slug, {"pl": name}, TIME_ZONE, **options)
        _fill(connection, branch_id, days, counters)


def _fill(connection: Connection, branch_id: int, days: Sequence[Day], counters: Mapping[str, int]) -> None:
    services = services_of(days)
    series, slugs = unique_series(services), unique_slugs(services)
    place = 0
    for position, service in enumerate(services):
        own = service.service_id
        expected = expected_service_seconds(days, own)
        service_id = setup.add_service(
            connection, branch_id, slugs[own], series[own], {"pl": service.name},
            position=position, expected_service_seconds=expected,
        )  # fmt: skip
        profile_id = setup.add_profile(connection, branch_id, slugs[own], [service_id])
        for turn in range(1, counters[own] + 1):
            place += 1
            counter = f"{series[own]}-{turn}" if counters[own] > 1 else series[own]
            setup.add_counter(connection, branch_id, counter, position=place, profile_id=profile_id)


def expected_service_seconds(days: Iterable[Day], service_id: str) -> int:
    """Return the median of what the city expected one service to take, of the times at which it expected anything."""
    told = [row.expected_service_seconds for day in days for row in day.staffing.get(service_id, ())]
    return round(median(told)) if (told := [seconds for seconds in told if seconds]) else DEFAULT_SERVICE_SECONDS


def slug_of_day(day: Day) -> str:
    """Return the slug of a branch for one day, for example `ud-bemowo-2020-01-09`."""
    return f"{slug_of_office(day)}-{day.date.isoformat()}"


def slug_of_office(day: Day) -> str:
    """Return the slug of a branch for all days of an office, for example `ud-bemowo`."""
    return slug_of(day.office) or "office"
