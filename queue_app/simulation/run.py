"""Runs a branch through a day: an agenda of events, a clock that jumps to each, and the real operations at every step."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from functools import partial
from itertools import count

from queue_app.domain.branch import BranchSetup
from queue_app.domain.errors import QueueError
from queue_app.domain.tickets import State
from queue_app.operations import counters, serve
from queue_app.operations.forecasting import Forecasts
from queue_app.operations.take_ticket import TakeTicket, take_ticket
from queue_app.operations.unit_of_work import Actor
from queue_app.simulation.demand import Demand, Visit
from queue_app.simulation.figures import Outcome, read_outcome
from queue_app.simulation.office import Desk, Office, create
from queue_app.store.session import Database

PATIENCE_SECONDS = 60
"""So long a clerk waits for somebody who does not come, where the branch does not want more."""

PACE_MINUTES = 15
"""So old the paces may be from which visitors are told their wait."""


class _What(IntEnum):
    """What happens; at the same moment the lower comes first: after the closing time nobody is called."""

    SHIFT_END = 0
    FREE = 1
    SHIFT_BEGIN = 2
    ARRIVE = 3


@dataclass
class _Clerk:
    """One counter during the day: who sits there, what it takes, and how it stands."""

    counter_id: int
    actor: Actor
    services: frozenset[int]
    on_duty: bool = False
    is_open: bool = False
    ticket_id: int | None = None
    idle_since: datetime | None = None


def simulate(
    database: Database,
    slug: str,
    demand: Demand,
    visits: Sequence[Visit],
    office: Office,
    target_minutes: int | None = None,
) -> Outcome:
    """Run one day with `visits` through a new branch `slug`, and return what its record says afterwards.

    Args:
        database: a thrown-away one.
        slug: unique in it.
        demand: the day.
        visits: who comes, in their order.
        office: who serves.
        target_minutes: what counts as in time; what each service promises where None.
    """
    run = _Run(database, slug, demand, visits, office)
    run.through_the_day()
    return read_outcome(database, run.setup, demand, office, run.counter_ids, target_minutes)


class _SeldomForecasts(Forecasts):
    """Forecasts made from paces of some minutes ago.

    Between two visitors simulated minutes pass, so each would have the paces read anew, which takes longer than all the rest;
    nothing that is simulated depends on what visitors are told.
    """

    _due: datetime | None = None

    def refresh(self, setup: BranchSetup) -> None:
        now = self._context.clock.now()
        if self._due is None or now >= self._due:
            self._due = now + timedelta(minutes=PACE_MINUTES)
            super().refresh(setup)


class _Run:
    """One day of one branch."""

    def __init__(self, database: Database, slug: str, demand: Demand, visits: Sequence[Visit], office: Office) -> None:
        self._context, self._clock, self.counter_ids = create(database, slug, demand, office)
        self.setup = self._context.setup(slug)
        self._slug, self._demand = slug, demand
        self._forecasts = _SeldomForecasts(self._context)
        self._visits: dict[int, Visit] = {}
        self._waiting: Counter[int] = Counter()
        self._numbers = count()
        self._agenda: list[tuple[datetime, _What, int, Callable[[], None]]] = []
        self._clerks = [
            _clerk(counter_id, desk) for counter_id, desk in zip(self.counter_ids, office.desks, strict=True)
        ]
        for clerk, desk in zip(self._clerks, office.desks, strict=True):
            for begin, end in desk.shifts:
                self._plan(begin, _What.SHIFT_BEGIN, partial(self._begin_shift, clerk))
                self._plan(end, _What.SHIFT_END, partial(self._end_shift, clerk))
        for visit in visits:
            self._plan(visit.at, _What.ARRIVE, partial(self._arrive, visit))

    def through_the_day(self) -> None:
        """Let everything happen, until the last visitor at a counter has gone."""
        while self._agenda:
            moment, _, _, act = heapq.heappop(self._agenda)
            self._clock.set(moment)
            act()

    def _plan(self, moment: datetime, what: _What, act: Callable[[], None]) -> None:
        # Numbered, so that what was planned first comes first, and no two functions are compared.
        heapq.heappush(self._agenda, (moment, what, next(self._numbers), act))

    def _after(self, seconds: float, act: Callable[[], None]) -> None:
        self._plan(self._clock.now() + timedelta(seconds=seconds), _What.FREE, act)

    def _begin_shift(self, clerk: _Clerk) -> None:
        clerk.on_duty = True
        if not clerk.is_open:
            counters.open_counter(self._context, clerk.counter_id, clerk.actor)
            clerk.is_open = True
            self._call_or_rest(clerk)

    def _end_shift(self, clerk: _Clerk) -> None:
        clerk.on_duty = False
        if clerk.idle_since is not None:
            self._leave(clerk)

    def _leave(self, clerk: _Clerk) -> None:
        counters.close_counter(self._context, clerk.counter_id, clerk.actor)
        clerk.is_open, clerk.idle_since = False, None

    def _arrive(self, visit: Visit) -> None:
        service = self._demand.services[visit.service]
        wish = TakeTicket(service.slug, priority=visit.priority, booked_for=visit.booked_for)
        taken = take_ticket(self._context, self._forecasts, self._slug, wish)
        self._visits[taken.ticket.id] = visit
        self._waiting[visit.service] += 1
        idle = [
            (clerk.idle_since, clerk.counter_id, clerk)
            for clerk in self._clerks
            if clerk.idle_since is not None and visit.service in clerk.services
        ]
        if idle:
            # Whoever has rested for longest.
            self._call_or_rest(min(idle)[2])

    def _call_or_rest(self, clerk: _Clerk) -> None:
        """Press Next, which ends the service of whoever is at the counter; where nobody waits, that is done by hand."""
        if not any(self._waiting[service] for service in clerk.services):
            if clerk.ticket_id is not None:
                serve.finish(self._context, clerk.counter_id, clerk.actor)
            clerk.ticket_id, clerk.idle_since = None, self._clock.now()
            return
        served = serve.call_next(self._context, clerk.counter_id, clerk.actor)
        clerk.ticket_id, clerk.idle_since = served.ticket.id, None
        visit = self._visits[served.ticket.id]
        self._waiting[visit.service] -= 1
        if visit.comes:
            self._after(visit.service_seconds, partial(self._served, clerk))
        else:
            self._after(self._patience, partial(self._give_up, clerk))

    @property
    def _patience(self) -> int:
        return max(PATIENCE_SECONDS, self.setup.desk.no_show_seconds)

    def _served(self, clerk: _Clerk) -> None:
        seconds = self.setup.desk.wrap_up_seconds
        if seconds or not clerk.on_duty:
            serve.finish(self._context, clerk.counter_id, clerk.actor)
            clerk.ticket_id = None
        if seconds:
            self._after(seconds, partial(self._go_on, clerk))
        else:
            self._go_on(clerk)

    def _give_up(self, clerk: _Clerk) -> None:
        """Call once more whoever has not come, as often as the branch wants, and then do without them."""
        try:
            gone = serve.no_show(self._context, clerk.counter_id, clerk.actor)
        except QueueError as refusal:
            if refusal.code != "no_show_too_early":
                raise
            gone = serve.recall(self._context, clerk.counter_id, clerk.actor)
        if gone.leg.state == State.CALLED:
            self._after(self._patience, partial(self._give_up, clerk))
            return
        clerk.ticket_id = None
        self._go_on(clerk)

    def _go_on(self, clerk: _Clerk) -> None:
        if clerk.on_duty:
            self._call_or_rest(clerk)
        else:
            self._leave(clerk)


def _clerk(counter_id: int, desk: Desk) -> _Clerk:
    services = frozenset(each.service_id for each in desk.profile.profile.services)
    return _Clerk(counter_id, Actor(f"simulated:{counter_id}", desk.name), services)
