"""Who comes on a simulated day, what for, and how long each of them will take; drawn once, the same for every attempt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log, sqrt
from random import Random

from queue_app.domain.profiles import DEFAULT_TARGET_MINUTES, STANDARD

VARIATION = 0.75
"""Standard deviation of service times, as a share of their mean, where nothing else is said."""

EARLIEST_MINUTES = 15
LATEST_MINUTES = 5
"""Booked visitors come from so long before their time to so long after it, evenly."""

BOOKING_GRID_MINUTES = 5
"""Times that can be booked are so far apart."""


@dataclass(frozen=True)
class DemandedService:
    """What visitors come for.

    Attributes:
        slug, series, name: as in a branch.
        service_seconds: the mean time that one visitor takes.
        variation: standard deviation of that time as a share of the mean; 0 for always the same.
        target_minutes: the promised wait.
        longest_wait_minutes: the longest allowed wait, None for the branch's.
    """

    slug: str
    series: str
    name: str
    service_seconds: float
    variation: float = VARIATION
    target_minutes: int = DEFAULT_TARGET_MINUTES
    longest_wait_minutes: int | None = None


@dataclass(frozen=True)
class Arrival:
    """Somebody comes at `at` (aware, UTC) for the service that stands at the place `service` of the day's list."""

    at: datetime
    service: int


@dataclass(frozen=True)
class Demand:
    """One day.

    Attributes:
        name: what it is called in the tables.
        time_zone: IANA name.
        opens, closes: aware, UTC; nobody is called after the one, who is being served is served to the end.
        services: what is offered.
        arrivals: in their order.
    """

    name: str
    time_zone: str
    opens: datetime
    closes: datetime
    services: tuple[DemandedService, ...]
    arrivals: tuple[Arrival, ...]


@dataclass(frozen=True)
class Visit:
    """One visitor with everything that chance decided about them.

    Attributes:
        at, service: as in `Arrival`.
        service_seconds: how long serving them will take.
        priority: their class.
        booked_for: the booked time, aware; None for a walk-in.
        comes: whether they come when they are called.
    """

    at: datetime
    service: int
    service_seconds: int
    priority: str
    booked_for: datetime | None
    comes: bool


@dataclass(frozen=True)
class Mix:
    """What visitors are like: shares from 0 to 1.

    Attributes:
        classes: share of each class of the branch; the rest is `standard`.
        booked: share of visitors who have booked.
        no_shows: share of visitors who do not come when they are called.
    """

    classes: Mapping[str, float]
    booked: float = 0.0
    no_shows: float = 0.0


def draw_visits(demand: Demand, mix: Mix, seed: int) -> list[Visit]:
    """Decide by chance what each visitor is like.

    Every question has a chance of its own and every visitor the same one whatever else is asked: with more booked visitors
    or another rule the service times stay as they were, so that two attempts differ by nothing but what was changed.
    """
    times, classes, bookings, absences = (Random(f"{seed} {what}") for what in ("time", "class", "booked", "no-show"))
    visits = []
    for arrival in demand.arrivals:
        service = demand.services[arrival.service]
        booked, offset = bookings.random(), bookings.random()
        visits.append(
            Visit(
                at=arrival.at,
                service=arrival.service,
                service_seconds=_service_seconds(times, service),
                priority=_class(classes.random(), mix.classes),
                booked_for=_booked_for(arrival.at, offset) if booked < mix.booked else None,
                comes=absences.random() >= mix.no_shows,
            )
        )
    return visits


def draw_arrivals(
    rates: Sequence[Sequence[float]], hours: Sequence[tuple[datetime, datetime, int]], seed: int
) -> list[Arrival]:
    """Let people come by chance, independently of each other (a Poisson process), for each service by itself.

    Args:
        rates: for each service how many come an hour, by the local hour (24 numbers).
        hours: the stretches of the day in their order: from, until (aware), and the local hour whose rate holds.
        seed: the same one gives the same arrivals.
    """
    arrivals: list[Arrival] = []
    for place, by_hour in enumerate(rates):
        chance = Random(f"{seed} arrivals {place}")
        for begin, end, hour in hours:
            # It forgets what was before: each stretch may begin anew.
            moment = begin
            while by_hour[hour]:
                moment += timedelta(hours=chance.expovariate(by_hour[hour]))
                if moment >= end:
                    break
                arrivals.append(Arrival(moment.replace(microsecond=0), place))
    return sorted(arrivals, key=lambda arrival: (arrival.at, arrival.service))


def _service_seconds(chance: Random, service: DemandedService) -> int:
    # Lognormal, as measured service times usually are: many short ones, a few very long ones. Drawn as a factor, so that
    # another mean stretches every visitor's time and changes nothing else.
    spread = sqrt(log(1 + service.variation**2))
    factor = chance.lognormvariate(-spread * spread / 2, spread) if spread else 1.0
    return max(1, round(service.service_seconds * factor))


def _class(drawn: float, shares: Mapping[str, float]) -> str:
    for name, share in shares.items():
        if drawn < share:
            return name
        drawn -= share
    return STANDARD


def _booked_for(at: datetime, drawn: float) -> datetime:
    grid = BOOKING_GRID_MINUTES * 60
    wished = at + timedelta(minutes=drawn * (EARLIEST_MINUTES + LATEST_MINUTES) - LATEST_MINUTES)
    return wished + timedelta(seconds=round(wished.timestamp() / grid) * grid - wished.timestamp())
