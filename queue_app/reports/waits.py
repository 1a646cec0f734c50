"""Wait and service times per day, service and counter: the first thing a manager asks for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from queue_app.domain.branch import BranchSetup
from queue_app.domain.business_day import business_date, day_bounds
from queue_app.domain.discipline import Rule
from queue_app.domain.kpi import percentile, seconds_between
from queue_app.i18n import N_
from queue_app.reports.table import Column, Report
from queue_app.store.models import Leg
from queue_app.store.session import Database

SMALLEST_P90 = 20
"""Below so many values a P90 would be one person's wait, so it is not given (docs/kpi.md)."""

COLUMNS = (
    Column("day", N_("Day"), N_("Business date, in the branch's time zone")),
    Column("service", N_("Service"), N_("Where the visitor waited")),
    Column("counter", N_("Counter"), N_("Where the visitor was served; empty for those who were not")),
    Column("served", N_("Served"), N_("Stays in the queue that ended with service"), "legs"),
    Column("left", N_("Left unserved"), N_("No-shows, cancelled and expired"), "legs"),
    Column(
        "wait_mean_seconds",
        N_("Wait, mean"),
        N_("From joining the queue to the start of service, of those served"),
        "s",
    ),
    Column("wait_p50_seconds", N_("Wait, half within"), N_("Median of the same"), "s"),
    Column("wait_p90_seconds", N_("Wait, nine of ten within"), N_("90th percentile; empty below 20 served"), "s"),
    Column("wait_max_seconds", N_("Wait, longest"), N_("The longest of the same"), "s"),
    Column("within_target", N_("Within the target"), N_("Served whose wait was within the service's target"), "legs"),
    Column("service_mean_seconds", N_("Service, mean"), N_("From the start of service to its end"), "s"),
    Column("service_p90_seconds", N_("Service, nine of ten within"), N_("90th percentile; empty below 20 served"), "s"),
)


@dataclass
class _Group:
    served: int = 0
    waits: list[float] = field(default_factory=list)
    services: list[float] = field(default_factory=list)
    left: int = 0
    within_target: int = 0

    def figures(self) -> dict[str, Any]:
        waits, services = sorted(self.waits), sorted(self.services)
        return {
            "served": self.served,
            "left": self.left,
            "wait_mean_seconds": _mean(waits),
            "wait_p50_seconds": _rounded(percentile(waits, 50)),
            "wait_p90_seconds": _rounded(percentile(waits, 90)) if len(waits) >= SMALLEST_P90 else None,
            "wait_max_seconds": _rounded(waits[-1]) if waits else None,
            "within_target": self.within_target,
            "service_mean_seconds": _mean(services),
            "service_p90_seconds": _rounded(percentile(services, 90)) if len(services) >= SMALLEST_P90 else None,
        }


def waits(database: Database, setup: BranchSetup, first: date, last: date) -> Report:
    """Return one row for each day, service and counter, in this order.

    A leg belongs to the day in which it joined the queue. Figures of the total are pooled from the legs themselves,
    never averaged from averages.
    """
    groups: defaultdict[tuple[str, int, str], _Group] = defaultdict(_Group)
    total = _Group()
    for leg in _legs(database, setup, first, last):
        # Whoever booked and came early waits from the booked time on only (docs/kpi.md).
        wait = seconds_between(max(leg.enqueued_at, leg.booked_for or leg.enqueued_at), leg.started_at)
        served = leg.state in {"finished", "transferred"}
        if not served and leg.state not in {"no_show", "cancelled", "expired"}:
            continue
        if leg.state == "transferred" and wait is None:
            continue  # moved to another queue while waiting: neither served here nor lost
        counter = setup.counters_by_id.get(leg.counter_id) if served else None
        key = (_day(setup, leg.enqueued_at), leg.service_id, counter.name if counter else "")
        for group in (groups[key], total):
            if served and wait is not None:
                group.served += 1
                if leg.rule != Rule.WITHOUT_WAITING:  # a wait that did not happen is absent, never 0
                    group.waits.append(max(0.0, wait))
                    group.within_target += wait <= _target(setup, leg.service_id)
                # A service that only the day's end ended has no length worth knowing.
                if leg.outcome != "day_closed":
                    group.services.append(seconds_between(leg.started_at, leg.ended_at) or 0.0)
            else:
                group.left += 1
    order = {service.id: index for index, service in enumerate(setup.services)}
    keys = sorted(groups, key=lambda key: (key[0], order.get(key[1], len(order)), key[2]))
    rows = [
        {"day": key[0], "service": _slug(setup, key[1]), "counter": key[2], **groups[key].figures()} for key in keys
    ]
    return Report("waits", COLUMNS, rows, {"day": "", "service": "", "counter": "", **total.figures()})


def _legs(database: Database, setup: BranchSetup, first: date, last: date) -> Iterable[Any]:
    begin = day_bounds(first, setup.zone, setup.cut_over_hour)[0]
    end = day_bounds(last, setup.zone, setup.cut_over_hour)[1]
    statement = select(
        Leg.state,
        Leg.service_id,
        Leg.counter_id,
        Leg.enqueued_at,
        Leg.booked_for,
        Leg.started_at,
        Leg.ended_at,
        Leg.rule,
        Leg.outcome,
    ).where(Leg.branch_id == setup.id, Leg.enqueued_at >= begin, Leg.enqueued_at < end)
    with database.reading() as connection:
        yield from connection.execution_options(yield_per=2000).execute(statement)


def _day(setup: BranchSetup, moment: datetime) -> str:
    return business_date(moment, setup.zone, setup.cut_over_hour).isoformat()


def _target(setup: BranchSetup, service_id: int) -> int:
    service = setup.services_by_id.get(service_id)
    return service.target_wait_seconds if service else setup.target_wait_seconds


def _slug(setup: BranchSetup, service_id: int) -> str:
    service = setup.services_by_id.get(service_id)
    return service.slug if service else "?"


def _mean(values: list[float]) -> float | None:
    return _rounded(sum(values) / len(values)) if values else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
