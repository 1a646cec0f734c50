"""Makes the demand, and the desks as they were, of a recorded day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median

from queue_app.domain.branch import BranchSetup
from queue_app.replay.day import TIME_ZONE, Day, Staffing, unique_series, unique_slugs
from queue_app.replay.matching import Offered, match_services
from queue_app.replay.office import counters_needed, expected_service_seconds
from queue_app.simulation.demand import Arrival, Demand, DemandedService

LEAST_CALLS = 10
"""From fewer calls in a row than this no service time is told."""

LEAST_SECONDS = 60.0
"""Nobody is served faster than this on average: calls that follow each other so closely were of people who had left."""

CLOSING_GRID_MINUTES = 15
"""A recorded day closes with its last event, rounded up to so many minutes."""

Shift = tuple[datetime, datetime]
"""From when until when a desk is open, aware."""


def demand_of_day(day: Day, branch: BranchSetup | None = None) -> Demand:
    """Return who came on a recorded day and how long they took, as far as the record tells it.

    Args:
        day: the day.
        branch: where given, the services are its own, found by their names or letters.

    Raises:
        DayError: the branch has not the day's services.
    """
    series, slugs = unique_series(day.services), unique_slugs(day.services)
    seconds = service_seconds(day)
    place = {service.service_id: number for number, service in enumerate(day.services)}
    if branch is None:
        services = tuple(
            DemandedService(slugs[each.service_id], series[each.service_id], each.name, seconds[each.service_id])
            for each in day.services
        )
    else:
        services = _of_branch(day, branch, seconds)
    moments = [ticket.issued_at for ticket in day.tickets]
    called = [ticket.called_at for ticket in day.tickets if ticket.called_at is not None]
    return Demand(
        name=f"{day.office} {day.date}",
        time_zone=TIME_ZONE,
        opens=min(moments),
        closes=_rounded_up(max(moments + called)),
        services=services,
        arrivals=tuple(Arrival(ticket.issued_at, place[ticket.service_id]) for ticket in day.tickets),
    )


def _of_branch(day: Day, branch: BranchSetup, seconds: Mapping[str, float]) -> tuple[DemandedService, ...]:
    offered = [Offered(each.slug, each.series, frozenset(each.name.values())) for each in branch.services]
    matched = match_services(day.services, offered)
    services = []
    for recorded in day.services:
        own = branch.service(matched[recorded.service_id])
        services.append(
            DemandedService(
                own.slug, own.series, recorded.name, seconds[recorded.service_id],
                target_minutes=max(1, own.target_wait_seconds // 60), longest_wait_minutes=own.longest_wait_minutes,
            )
        )  # fmt: skip
    return tuple(services)


def service_seconds(day: Day) -> dict[str, float]:
    """Return for each service id how long serving one visitor took on average, in seconds.

    The record does not say it, but while somebody waits, each of n open counters calls the next when it has served the
    last: then the time between two calls, times n, is a service time. Where there were too few such calls, it is the median
    of the day's other services, else what the city expected.
    """
    told = {service.service_id: _told(day, service.service_id) for service in day.services}
    known = [seconds for seconds in told.values() if seconds is not None]
    return {
        service_id: seconds or (median(known) if known else float(expected_service_seconds([day], service_id)))
        for service_id, seconds in told.items()
    }


def _told(day: Day, service_id: str) -> float | None:
    staffing = day.staffing.get(service_id, ())
    calls = [(t.called_at, t) for t in day.of_service(service_id) if t.called_at is not None]
    calls.sort(key=lambda call: call[0])
    spans = [
        (moment - before).total_seconds() * _open_at(staffing, before)
        for (before, _), (moment, ticket) in pairwise(calls)
        if ticket.issued_at <= before
    ]
    return max(LEAST_SECONDS, sum(spans) / len(spans)) if len(spans) >= LEAST_CALLS else None


def _open_at(staffing: Sequence[Staffing], moment: datetime) -> int:
    place = bisect_right([row.at for row in staffing], moment) - 1
    return max(1, staffing[place].open_counters) if place >= 0 else 1


def shifts_of_day(day: Day, demand: Demand) -> list[list[list[Shift]]]:
    """Return the desks as they were: for each service the desks that took it, for each desk when it was open.

    Where no counters were recorded a service has one, open all day. A service's last desk stays open while it is offered,
    for the record counts none open at times at which people were called.
    """
    most = counters_needed([day])
    return [
        [
            _shifts(day.staffing.get(service.service_id, ()), turn, demand)
            for turn in range(1, most[service.service_id] + 1)
        ]
        for service in day.services
    ]


def _shifts(staffing: Sequence[Staffing], turn: int, demand: Demand) -> list[Shift]:
    if turn == 1 or not staffing:
        return [(demand.opens, demand.closes)]
    shifts: list[Shift] = []
    ends = [*(row.at for row in staffing[1:]), demand.closes]
    for row, end in zip(staffing, ends, strict=True):
        begin, end = max(row.at, demand.opens), min(end, demand.closes)
        if row.open_counters < turn or begin >= end:
            continue
        if shifts and shifts[-1][1] == begin:
            begin = shifts.pop()[0]
        shifts.append((begin, end))
    return shifts


def _rounded_up(moment: datetime) -> datetime:
    grid = timedelta(minutes=CLOSING_GRID_MINUTES)
    past = (moment - datetime.min.replace(tzinfo=UTC)) % grid
    return moment - past + grid
