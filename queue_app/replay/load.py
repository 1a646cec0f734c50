"""Loads recorded days into the record through the real operations, with a clock that jumps to each event."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from functools import partial
from typing import Any

from sqlalchemy import event

from queue_app.clock import SimulatedClock
from queue_app.domain.branch import BranchSetup
from queue_app.domain.business_day import business_date
from queue_app.domain.errors import QueueError
from queue_app.operations import counters, serve
from queue_app.operations.close_day import ClosedDay, close_day
from queue_app.operations.forecasting import Forecasts
from queue_app.operations.take_ticket import TakeTicket, take_ticket
from queue_app.operations.unit_of_work import Actor, Context
from queue_app.replay.day import Day, RecordedTicket
from queue_app.replay.matching import Desk, Offered, match_counters, match_services
from queue_app.replay.office import DEFAULT_SERVICE_SECONDS
from queue_app.store.session import Database

MORNING_HOUR = 6
EVENING_HOUR = 23
"""Local hours: the first day begins at the one; what is still served at the other ends with its day."""

LONGEST_SERVICE = 3
"""Nobody is served for longer than so many times the city's own expected service time."""


_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class LoadError(Exception):
    """The days cannot be loaded; the text says why."""


def loading_context(database: Database, start: datetime) -> tuple[Context, SimulatedClock]:
    """Return a context on `database` with a simulated clock of its own that stands at `start` (aware)."""
    clock = SimulatedClock(start)
    return Context(database, clock), clock


def hurry(database: Database) -> None:
    """Let this process's own writes reach the disk a little later; call it before the first connection.

    With a write-ahead log `NORMAL` cannot break the database in a power cut, only lose the last moments, and
    what is loaded can be loaded again. (`OFF` could break everything that is in the database.)
    """
    if database.is_sqlite:

        @event.listens_for(database.writer, "connect")
        def _connected(connection: Any, _record: object) -> None:
            connection.execute("PRAGMA synchronous=NORMAL")


class _What(IntEnum):
    """What happens; at the same moment the lower comes first: nobody is called before having a number."""

    FINISH = 0
    STAFF = 1
    ISSUE = 2
    CALL = 3


@dataclass
class _Desk:
    """One counter during one day."""

    counter_id: int
    actor: Actor
    is_open: bool = False
    ticket_id: int | None = None
    since: datetime | None = None


@dataclass
class _Service:
    """One service during one day: its desks, who waits, and how many desks should be open."""

    slug: str
    desks: list[_Desk]
    waiting: deque[int] = field(default_factory=deque)
    staff: int = 0
    longest: timedelta = timedelta(seconds=DEFAULT_SERVICE_SECONDS * LONGEST_SERVICE)

    def free(self) -> _Desk | None:
        """Return the open desk that has been free for longest."""
        idle = [desk for desk in self.desks if desk.is_open and desk.ticket_id is None]
        return min(idle, key=lambda desk: desk.since or _LONG_AGO, default=None)

    def closed(self) -> _Desk | None:
        """Return the first desk that is not open."""
        return next((desk for desk in self.desks if not desk.is_open), None)

    def longest_busy(self) -> _Desk:
        """Return the desk whose service began first."""
        return min((desk for desk in self.desks if desk.is_open), key=lambda desk: desk.since or _LONG_AGO)

    def open_desks(self) -> int:
        """Return how many desks are open."""
        return sum(desk.is_open for desk in self.desks)


class DayLoader:
    """Loads one day into one branch."""

    def __init__(self, context: Context, clock: SimulatedClock, branch: str, day: Day, tick: Callable[[], Any]) -> None:
        """Prepare it; `tick` is called for each ticket that was issued or called.

        Raises:
            LoadError: the branch has gone past this day.
            DayError: the branch has not the day's services.
        """
        self._context, self._clock, self._branch, self._day, self._tick = context, clock, branch, day, tick
        self._setup = context.reload(branch)
        self._forecasts = Forecasts(context)
        self._check_times()
        slugs, desks = match_office(self._setup, day)
        self._services = {
            own: _Service(slug, [_Desk(desk, _clerk(desk)) for desk in desks[own]]) for own, slug in slugs.items()
        }
        self.issued: dict[tuple[str, int], int] = {}
        self._events: list[tuple[datetime, _What, int, Callable[[], None]]] = []
        self._planned = 0

    def _check_times(self) -> None:
        for ticket in self._day.tickets:
            if business_date(ticket.issued_at, self._setup.zone, self._setup.cut_over_hour) != self._day.date:
                raise LoadError(
                    f"a ticket was issued at {ticket.issued_at:%H:%M} UTC, outside the branch's business day"
                )

    def load(self) -> ClosedDay:
        """Load the whole day, end it, and return what its end did.

        Raises:
            LoadError: somebody else changed the branch underway.
        """
        self._plan_day()
        evening = max(self._day.at(EVENING_HOUR), self._events_end())
        try:
            while self._events and self._events[0][0] < evening:
                moment, _, _, act = heapq.heappop(self._events)
                self._clock.set(moment)
                act()
            self._clock.set(evening)
            return close_day(self._context, self._branch)
        except QueueError as error:
            raise LoadError(_interfered(self._branch, str(error))) from error

    def _events_end(self) -> datetime:
        return max(moment for moment, *_ in self._events) + timedelta(seconds=1)

    def _plan_day(self) -> None:
        for own, service in self._services.items():
            rows = self._day.staffing.get(own, ())
            for row in rows:
                self._plan(
                    row.at,
                    _What.STAFF,
                    partial(self._staff, service, row.open_counters, row.expected_service_seconds),
                )
        for ticket in self._day.tickets:
            self._plan(ticket.issued_at, _What.ISSUE, partial(self._issue, ticket))
            if ticket.called_at is not None:
                self._plan(ticket.called_at, _What.CALL, partial(self._call, ticket))

    def _plan(self, moment: datetime, what: _What, act: Callable[[], None]) -> None:
        self._planned += 1
        heapq.heappush(self._events, (moment, what, self._planned, act))

    def _staff(self, service: _Service, wanted: int, expected_service_seconds: int) -> None:
        service.staff = wanted
        if expected_service_seconds:
            service.longest = timedelta(seconds=expected_service_seconds * LONGEST_SERVICE)
        while service.open_desks() < wanted and (closed := service.closed()) is not None:
            self._open(closed)
        while service.open_desks() > wanted and (free := service.free()) is not None:
            self._close(free)

    def _open(self, desk: _Desk) -> None:
        counters.open_counter(self._context, desk.counter_id, desk.actor)
        desk.is_open, desk.since = True, self._clock.now()

    def _close(self, desk: _Desk) -> None:
        counters.close_counter(self._context, desk.counter_id, desk.actor)
        desk.is_open = False

    def _issue(self, ticket: RecordedTicket) -> None:
        service = self._services[ticket.service_id]
        taken = take_ticket(self._context, self._forecasts, self._branch, TakeTicket(service.slug, channel="kiosk"))
        if taken.ticket.business_date != self._day.date.isoformat():
            raise LoadError(_interfered(self._branch, f"a number was given for {taken.ticket.business_date}"))
        self.issued[ticket.key] = taken.ticket.id
        service.waiting.append(taken.ticket.id)
        self._tick()

    def _call(self, ticket: RecordedTicket) -> None:
        service = self._services[ticket.service_id]
        wanted = self.issued[ticket.key]
        desk = self._desk_for(service)
        if service.waiting[0] == wanted:
            served = serve.call_next(self._context, desk.counter_id, desk.actor)
        else:
            served = serve.call_ticket(self._context, desk.counter_id, wanted, desk.actor)
        if served.ticket.id != wanted:
            raise LoadError(_interfered(self._branch, f"{served.ticket.label} was called in place of {ticket.number}"))
        # The files do not say how long people walked, so the service begins with the call.
        serve.start(self._context, desk.counter_id, desk.actor)
        service.waiting.remove(wanted)
        desk.ticket_id, desk.since = wanted, self._clock.now()
        self._plan(
            self._clock.now() + service.longest,
            _What.FINISH,
            partial(self._finish_late, service, desk, wanted),
        )
        self._tick()

    def _desk_for(self, service: _Service) -> _Desk:
        """Return a free desk; where none is, open one that should be open, or end the longest service."""
        desk = service.free()
        if desk is None and service.open_desks() < max(1, service.staff) and (desk := service.closed()) is not None:
            self._open(desk)
        if desk is None:
            desk = service.longest_busy()
            self._finish(desk)
        return desk

    def _finish(self, desk: _Desk) -> None:
        serve.finish(self._context, desk.counter_id, desk.actor)
        desk.ticket_id, desk.since = None, self._clock.now()

    def _finish_late(self, service: _Service, desk: _Desk, ticket_id: int) -> None:
        if desk.ticket_id != ticket_id:
            return
        self._finish(desk)
        if service.open_desks() > service.staff and self._day.staffing:
            self._close(desk)


def _clerk(counter_id: int) -> Actor:
    return Actor(f"recorded:{counter_id}", "Recorded desk")


def _interfered(branch: str, what: str) -> str:
    return (
        f"somebody else changed the branch {branch} while it was being loaded ({what}): load the days into a new "
        "branch, and let nobody work in it meanwhile."
    )


def match_office(setup: BranchSetup, day: Day) -> tuple[dict[str, str], dict[str, list[int]]]:
    """Return the slug and the counters of the branch for each recorded service id.

    Raises:
        DayError: the branch has not the day's services, or no counters of their own for them.
    """
    offered = [Offered(s.slug, s.series, frozenset(s.name.values())) for s in setup.services]
    slugs = match_services(day.services, offered)
    desks: Sequence[Desk] = [
        Desk(
            counter.id,
            frozenset(
                setup.services_by_id[own].slug
                for own in setup.services_of(counter.profile_id)
                if own in setup.services_by_id
            ),
        )
        for counter in setup.counters
    ]
    return slugs, match_counters(slugs, desks)
