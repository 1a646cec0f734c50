"""Reads a day that is given by rates: how many come an hour, for each service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from queue_app.domain.branch import BranchSetup, pick
from queue_app.domain.profiles import DEFAULT_TARGET_MINUTES
from queue_app.domain.reading import list_of, maybe_minutes, object_of, wrong
from queue_app.simulation.demand import VARIATION, Demand, DemandedService, draw_arrivals

DATE = date(2026, 3, 4)
"""The day that drawn visitors come on: an ordinary Wednesday, always the same, so that a seed gives one day."""

HOURS = 24
MOST_AN_HOUR = 5_000
MOST_SERVICE_MINUTES = 8 * 60
MOST_VARIATION = 3
MOST_SERVICES = 60
SERVICE_KEYS = {"service", "name", "per_hour", "service_minutes", "variation", "target_minutes"}


@dataclass(frozen=True)
class Rates:
    """What a file of rates says.

    Attributes:
        opens, closes: local times of the day.
        services: what visitors come for.
        per_hour: for each service 24 numbers, how many come an hour at that local hour.
    """

    opens: time
    closes: time
    services: tuple[DemandedService, ...]
    per_hour: tuple[tuple[float, ...], ...]


def check_rates(data: object, branch: BranchSetup | None = None) -> Rates:
    """Read rates.

    `{"open": "08:00", "close": "16:00", "services": [{"service": "id-cards", "name": "Identity cards", "per_hour": 20,
    "service_minutes": 6, "variation": 0.75, "target_minutes": 15}]}`; `per_hour` may be a list of 24 numbers, one for each
    local hour of the day.

    Args:
        data: what JSON held.
        branch: where given, services are its own, and say themselves what the file leaves out.

    Raises:
        QueueError: `invalid_value` with `field` and `problem`, for the first mistake found.
    """
    told = object_of(data, "", {"services", "open", "close"})
    opens, closes = _time(told.get("open"), "open"), _time(told.get("close"), "close")
    if opens >= closes:
        raise wrong("close", f"{closes:%H:%M} is not after {opens:%H:%M}")
    entries = list_of(told.get("services"), "services")
    if not 1 <= len(entries) <= MOST_SERVICES:
        raise wrong("services", f"from 1 to {MOST_SERVICES} services are needed")
    services: list[DemandedService] = []
    per_hour: list[tuple[float, ...]] = []
    for number, entry in enumerate(entries):
        place = f"services[{number}]"
        service = object_of(entry, place, SERVICE_KEYS)
        slug = _text(service.get("service"), f"{place}.service")
        if any(slug == other.slug for other in services):
            raise wrong(f"{place}.service", "the service stands in the list already")
        services.append(_service(service, place, slug, number, branch))
        per_hour.append(_per_hour(service.get("per_hour"), f"{place}.per_hour"))
    return Rates(opens, closes, tuple(services), tuple(per_hour))


def demand_of_rates(name: str, rates: Rates, time_zone: str, seed: int) -> Demand:
    """Draw a day of `rates` in `time_zone`."""
    zone = ZoneInfo(time_zone)
    opens, closes = (datetime.combine(DATE, moment, zone).astimezone(UTC) for moment in (rates.opens, rates.closes))
    arrivals = draw_arrivals(rates.per_hour, _stretches(opens, closes, zone), seed)
    return Demand(name, time_zone, opens, closes, rates.services, tuple(arrivals))


def _stretches(opens: datetime, closes: datetime, zone: ZoneInfo) -> list[tuple[datetime, datetime, int]]:
    stretches = []
    begin = opens
    while begin < closes:
        local = begin.astimezone(zone)
        end = min(closes, begin + timedelta(minutes=60 - local.minute))
        stretches.append((begin, end, local.hour))
        begin = end
    return stretches


def _service(told: dict[str, Any], place: str, slug: str, number: int, branch: BranchSetup | None) -> DemandedService:
    def minutes() -> float:
        return _number(told.get("service_minutes"), f"{place}.service_minutes", 1 / 60, MOST_SERVICE_MINUTES)

    name = _text(told.get("name", slug), f"{place}.name")
    variation = _number(told.get("variation", VARIATION), f"{place}.variation", 0, MOST_VARIATION)
    target = maybe_minutes(told, place, "target_minutes", least=1)
    if branch is None:
        target = target or DEFAULT_TARGET_MINUTES
        return DemandedService(slug, series_at(number), name, minutes() * 60, variation, target)
    own = next((each for each in branch.services if each.slug == slug), None)
    if own is None:
        slugs = ", ".join(each.slug for each in branch.services)
        raise wrong(f"{place}.service", f"the branch has no service {slug[:40]!r}; it has {slugs}")
    return DemandedService(
        slug,
        own.series,
        name if "name" in told else pick(own.name, "en", branch.default_language),
        minutes() * 60 if "service_minutes" in told else own.expected_service_seconds,
        variation,
        target or max(1, own.target_wait_seconds // 60),
        own.longest_wait_minutes,
    )


def series_at(number: int) -> str:
    """Return a series for the service at the place `number`: A … Z, then A2 … Z2, and so on."""
    turn, letter = divmod(number, 26)
    return f"{chr(ord('A') + letter)}{turn + 1 if turn else ''}"


def _per_hour(value: object, place: str) -> tuple[float, ...]:
    if not isinstance(value, list):
        return (_number(value, place, 0, MOST_AN_HOUR),) * HOURS
    if len(value) != HOURS:
        raise wrong(place, f"a number, or {HOURS} numbers (one for each hour of the day), not {len(value)}")
    return tuple(_number(each, f"{place}[{hour}]", 0, MOST_AN_HOUR) for hour, each in enumerate(value))


def _number(value: object, place: str, least: float, most: float) -> float:
    # True is a number to Python, but nobody who writes true means 1.
    if not isinstance(value, int | float) or isinstance(value, bool) or not least <= value <= most:
        raise wrong(place, f"a number from {least:.2g} to {most:g} is needed")
    return float(value)


def _time(value: object, place: str) -> time:
    try:
        if not isinstance(value, str) or len(value) != 5:
            raise ValueError
        return time.fromisoformat(value)
    except ValueError:
        raise wrong(place, "a local time like 08:00 is needed") from None


def _text(value: object, place: str) -> str:
    if not isinstance(value, str) or not 1 <= len(value.strip()) <= 80:
        raise wrong(place, "a text of 1 to 80 characters is needed")
    return value
