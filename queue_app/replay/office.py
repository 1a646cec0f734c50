"""Makes a branch shaped like a recorded office."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from statistics import median

from sqlalchemy import Connection

from queue_app.domain.errors import QueueError
from queue_app.operations import setup
from queue_app.operations.unit_of_work import Context
from queue_app.replay.day import TIME_ZONE, Day, RecordedService, slug_of, unique_series, unique_slugs

LANGUAGES = ["pl", "en"]
DEFAULT_SERVICE_SECONDS = 600
"""What a service is expected to take where the city said nothing."""


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


def create_office(
    context: Context, slug: str, days: Sequence[Day], counters: Mapping[str, int], now: datetime, *, recorded: bool
) -> None:
    """Make a branch without opening hours with the services of `days`, each with counters of its own.

    Args:
        context: where.
        slug: of the new branch.
        days: of one office.
        counters: how many for each service id.
        now: aware; the branch's business date begins with it.
        recorded: whether its days lie in the past, so that a running server must leave them alone.
    """
    name = days[0].office.replace("_", " ")
    with context.database.writing() as connection:
        options = {
            "languages": LANGUAGES,
            "open_devices": False,
            "finish_on_next": True,
            "confirm_arrival": False,
            "day_ends_by_itself": not recorded,
        }
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
    """Return the median of what the city expected one service to take, of the times when it said anything."""
    rows = (row for day in days for row in day.staffing.get(service_id, ()))
    told = [row.expected_service_seconds for row in rows if row.expected_service_seconds]
    return round(median(told)) if told else DEFAULT_SERVICE_SECONDS


def slug_of_day(day: Day) -> str:
    """Return the slug of a branch for one day, for example `ud-bemowo-2020-01-09`."""
    return f"{slug_of_office(day)}-{day.date.isoformat()}"


def slug_of_office(day: Day) -> str:
    """Return the slug of a branch for all days of an office, for example `ud-bemowo`."""
    return slug_of(day.office) or "office"
