"""What `flask simulate` prints: tables for people, a document for programs. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from queue_app.replay.day import Day
from queue_app.replay.tables import Waits, draw
from queue_app.simulation.demand import Demand, Visit
from queue_app.simulation.figures import DeskFigures, Figures, Outcome

WAIT_HEADS = ("mean", "P50", "P90", "worst", "in time")
NONE = "-"


def headline(demand: Demand, visits: Sequence[Visit], seed: int) -> str:
    """Return a sentence about the day that was simulated."""
    zone = ZoneInfo(demand.time_zone)
    hours = f"{demand.opens.astimezone(zone):%H:%M} to {demand.closes.astimezone(zone):%H:%M}"
    classes: dict[str, int] = {}
    for visit in visits:
        classes[visit.priority] = classes.get(visit.priority, 0) + 1
    told = f"{demand.name}, {hours}: {_number(len(visits), 'visitor')} for {_number(len(demand.services), 'service')}"
    others = [f"{count} {name}" for name, count in sorted(classes.items()) if name != "standard"]
    booked = sum(visit.booked_for is not None for visit in visits)
    others += [f"{booked} booked"] if booked else []
    told += f" ({', '.join(others)})" if others else ""
    return f"{told}; seed {seed}."


def recorded_line(day: Day) -> str:
    """Return a sentence about how a recorded day went, to be held beside the simulated one."""
    known = [wait for ticket in day.tickets if (wait := ticket.wait_seconds) is not None]
    waits = Waits.of(known)
    figures = map(minutes, (waits.mean, waits.p50, waits.p90, max(known, default=None)))
    told = ", ".join(f"{head} {figure}" for head, figure in zip(WAIT_HEADS, figures, strict=False))
    return f"The record says: {len(known)} were called; waits {told}."


def meaning(target_minutes: int | None) -> str:
    """Return what the columns mean."""
    target = f"{target_minutes} minutes" if target_minutes else "the wait that the service promises"
    return (
        "Waits in minutes from the number to the call, of those served.\n"
        f"In time: called within {target}, of those served and of those who waited longer in vain."
    )


def one_office(outcome: Outcome) -> str:
    """Return the tables of one office: by service, by rule, by work profile."""
    parts = [
        f"Office: {outcome.name}",
        draw(
            ("Service", "came", "served", "absent", "left waiting", *WAIT_HEADS),
            [
                (each.name, str(each.came), str(each.served), str(each.no_shows), str(each.left_waiting), *_waits(each))
                for each in (*outcome.services, outcome.total)
            ],
        ),
        draw(("Rule", "called", *WAIT_HEADS), [(each.name, str(each.came), *_waits(each)) for each in outcome.rules]),
        draw(
            ("Work profile", "counters", "served", "occupied", "least", "most"),
            [_profile_row(name, desks) for name, desks in by_profile(outcome.desks).items()],
        ),
    ]
    return "\n\n".join(parts)


def side_by_side(outcomes: Sequence[Outcome]) -> str:
    """Return several offices beside each other: each as a whole, then the services and the rules."""
    whole = draw(
        ("Office", "served", "absent", "left waiting", *WAIT_HEADS, "occupied"),
        [
            (
                each.name, str(each.total.served), str(each.total.no_shows), str(each.total.left_waiting),
                *_waits(each.total), _percent(each.occupied),
            )
            for each in outcomes
        ],
    )  # fmt: skip
    services = [
        (
            each.name if not turn else "",
            outcome.name,
            str(outcome.services[place].served),
            *_waits(outcome.services[place]),
        )
        for place, each in enumerate(outcomes[0].services)
        for turn, outcome in enumerate(outcomes)
    ]
    words = sorted({each.name for outcome in outcomes for each in outcome.rules})
    # A rule may have called nobody in one of the offices.
    called = [{each.name: each for each in outcome.rules} for outcome in outcomes]
    rules = [
        (word, outcome.name, str(by_word[word].came), *_waits(by_word[word]))
        for word in words
        for outcome, by_word in zip(outcomes, called, strict=True)
        if word in by_word
    ]
    return "\n\n".join(
        [
            whole,
            draw(("Service", "office", "served", *WAIT_HEADS), services),
            draw(("Rule", "office", "called", *WAIT_HEADS), rules),
        ]
    )


def by_profile(desks: Iterable[DeskFigures]) -> dict[str, list[DeskFigures]]:
    """Return the counters of each work profile."""
    found: dict[str, list[DeskFigures]] = {}
    for desk in desks:
        found.setdefault(desk.profile, []).append(desk)
    return found


def _profile_row(name: str, desks: Sequence[DeskFigures]) -> tuple[str, ...]:
    shares = [_share(desk) for desk in desks]
    opened = sum(desk.open_seconds for desk in desks)
    whole = sum(desk.busy_seconds for desk in desks) / opened if opened else 0.0
    served = sum(desk.served for desk in desks)
    return (name, str(len(desks)), str(served), *map(_percent, (whole, min(shares), max(shares))))


def _share(desk: DeskFigures) -> float:
    return desk.busy_seconds / desk.open_seconds if desk.open_seconds else 0.0


def _waits(figures: Figures) -> tuple[str, ...]:
    waits = figures.waits
    return (*map(minutes, (waits.mean, waits.p50, waits.p90, figures.worst)), _percent(figures.level))


def minutes(seconds: float | None) -> str:
    """Return seconds as minutes with one decimal."""
    return NONE if seconds is None else f"{seconds / 60:.1f}"


def _percent(share: float | None) -> str:
    return NONE if share is None else f"{share:.0%}"


def _number(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' if number != 1 else ''}"


def document(
    demand: Demand, visits: Sequence[Visit], outcomes: Iterable[Outcome], seed: int, target_minutes: int | None
) -> dict[str, Any]:
    """Return everything as JSON-able values; waits in seconds, shares from 0 to 1."""
    return {
        "day": demand.name,
        "opens": demand.opens.isoformat(),
        "closes": demand.closes.isoformat(),
        "visitors": len(visits),
        "seed": seed,
        "target_minutes": target_minutes,
        "offices": [
            {
                "name": each.name,
                "total": _told(each.total),
                "services": [
                    {"service": service.slug, **_told(figures)}
                    for service, figures in zip(demand.services, each.services, strict=True)
                ],
                "rules": [_told(figures) for figures in each.rules],
                "counters": [_desk_told(desk) for desk in each.desks],
                "occupied": round(each.occupied, 4),
            }
            for each in outcomes
        ],
    }


def _told(figures: Figures) -> dict[str, Any]:
    waits = figures.waits
    return {
        "name": figures.name,
        "came": figures.came,
        "served": figures.served,
        "no_shows": figures.no_shows,
        "left_waiting": figures.left_waiting,
        "wait_mean_seconds": _rounded(waits.mean),
        "wait_p50_seconds": _rounded(waits.p50),
        "wait_p90_seconds": _rounded(waits.p90),
        "wait_max_seconds": _rounded(figures.worst),
        "in_time": _rounded(figures.level),
    }


def _desk_told(desk: DeskFigures) -> dict[str, Any]:
    return {
        "name": desk.name,
        "profile": desk.profile,
        "served": desk.served,
        "open_seconds": desk.open_seconds,
        "occupied": round(_share(desk), 4),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
