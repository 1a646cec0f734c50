"""One simulated day of a busy branch, with the product's own choice of who is next and its own step from events to tickets."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from math import log
from operator import attrgetter
from random import Random
from typing import Any, NamedTuple

from queue_app.domain.branch import BranchSetup, ServiceSetup
from queue_app.domain.discipline import Choice, choose
from queue_app.domain.events import Event, Kind, LegRecord, Rebuilt, apply
from queue_app.domain.forecast import WINDOW_SECONDS, Pace, forecast
from queue_app.domain.lanes import CounterState, Waiting
from queue_app.domain.numbering import label, next_number
from queue_app.domain.profiles import Profile
from queue_app.domain.tickets import State
from queue_app.operations.close_day import DAY_CLOSED
from queue_app.store.types import from_microseconds, microseconds

SHARES = {"id-cards": 25, "driving": 20, "passports": 15, "payments": 22, "information": 18}
MEAN_SECONDS = {"id-cards": 330, "driving": 290, "passports": 380, "payments": 110, "information": 150}
LANGUAGE_SHARES = {"cs": 82, "sk": 6, "pl": 3, "hu": 3, "en": 6}
CHANNEL_SHARES = {"kiosk": 78, "web": 15, "staff": 7}
PROFILES = {"documents": tuple(SHARES)[:3], "cash": tuple(SHARES)[3:], "all": tuple(SHARES)}
COUNTERS = ["documents", "cash", "documents", "documents", "all", "documents", "cash", "documents", "all", "documents"]
"""The work profile of each counter; the first so many are staffed."""

CLERKS = "Alena, Bohdan, Cyril, Dana, Emil, Filip, Gita, Hana, Ivan, Jana, Karel, Lucie, Milan, Nina"
OUTCOMES = ("resolved", "papers_missing", "referred")
FATES = {"comes": 880, "late": 10, "no_show": 21, "no_show_recalled": 21, "returned": 11, "transferred": 52}
"""What becomes of how many of a thousand visitors who are called for the first time."""

HALF_HOURS = (9, 11, 11, 10, 9, 8, 6, 5, 5, 6, 7, 7, 7, 6, 5, 4, 3, 2)
"""How many of a hundred visitors come in each half hour from 8:00 on."""


class Shape(NamedTuple):
    """A kind of day: how many visitors come, how many counters are staffed, for how many hours numbers are given."""

    visitors: int
    counters: int
    hours: int


@dataclass
class _Desk:
    """A counter during a simulated day; `pauses` are those that are due: reason and seconds."""

    session_id: int
    where: dict[str, int]
    clerk: str
    profile_id: int | None
    profile: Profile
    pauses: list[tuple[str, float]] = field(default_factory=list)
    leg: LegRecord | None = None
    free: bool = False


class OfficeDay:
    """A simulated day: its moments are counted from midnight, its revisions, ids and sessions from 1."""

    def __init__(self, branch: BranchSetup, clerks: Sequence[tuple[int, str]], shape: Shape, chance: Random) -> None:
        self.branch, self.shape, self.chance = branch, shape, chance
        self.view, self.events = Rebuilt(), list[Event]()
        self.sessions, self.pauses = list[dict[str, Any]](), list[dict[str, Any]]()
        self.numbers: dict[str, int] = {}
        self._seconds = 0.0
        self._agenda: list[tuple[float, int, Callable[[], object]]] = []
        self._planned = 0
        self._waiting: dict[int, Waiting] = {}
        self._called: list[LegRecord] = []
        self._working: list[_Desk] = []
        self._last_call = (8 + shape.hours) * 3600 + 900
        for counter, (user_id, name) in zip(branch.counters, chance.sample(clerks, shape.counters), strict=False):
            where = {"counter_id": counter.id, "user_id": user_id}
            desk = _Desk(0, where, name, counter.profile_id, branch.profile(counter.profile_id))
            self._at(chance.uniform(7.8, 8.0) * 3600, partial(self._open, desk))
        halves = range(shape.hours * 2)
        visitors = round(shape.visitors * chance.gauss(1, 0.08))
        for half in chance.choices(halves, HALF_HOURS[: len(halves)], k=visitors):
            self._at((16 + half + chance.random()) * 1800, self._arrive)
        self._at(self._last_call + chance.uniform(1500, 1800), self._close)
        while self._agenda:
            self._seconds, _, act = heapq.heappop(self._agenda)
            act()

    @property
    def _now(self) -> datetime:
        return from_microseconds(self._microseconds)

    @property
    def _microseconds(self) -> int:
        return round(self._seconds * 1e6)

    def _at(self, seconds: float, act: Callable[[], object]) -> None:
        self._planned += 1
        heapq.heappush(self._agenda, (seconds, self._planned, act))

    def _after(self, least: float, most: float, act: Callable[[], object]) -> None:
        self._at(self._seconds + self.chance.uniform(least, most), act)

    def _drawn(self, shares: Mapping[str, int]) -> str:
        return self.chance.choices(list(shares), list(shares.values()))[0]

    def _record(self, kind: Kind, begun: int | None = None, **facts: Any) -> int:
        """Record that something happened now, and return the revision; `begun` is that with which the operation began."""
        if begun is not None:
            facts["data"] = {**facts.get("data", {}), "with": begun}
        event = Event(revision=len(self.events) + 1, kind=kind, at=self._now, **facts)
        apply(self.view, event)
        self.events.append(event)
        return event.revision

    def _step(self, kind: Kind, desk: _Desk | None, leg: LegRecord, **facts: Any) -> int:
        ticket = self.view.tickets[leg.ticket_id]
        told = {"label": ticket.label, "service_id": leg.service_id, "from": leg.state, **facts.pop("data", {})}
        if kind in (Kind.TICKET_CALLED, Kind.TICKET_RECALLED):
            told["language"] = ticket.language
        where = desk.where if desk is not None else {}
        return self._record(kind, ticket_id=ticket.id, leg_id=leg.id, data=told, **where, **facts)

    def _arrive(self) -> None:
        service = self.branch.service(self._drawn(SHARES))
        priority = "priority" if self.chance.random() < 0.06 else "standard"
        rank = self.branch.rank(priority)
        number = self.numbers[service.series] = next_number(self.numbers.get(service.series), service.first_number)
        waiting = [leg for leg in self._waiting.values() if leg.service_id == service.id]
        told = forecast(sum(self.branch.rank(leg.priority) <= rank for leg in waiting), self._pace(service))
        data = {
            "label": label(service.series, number, service.digits),
            "series": service.series,
            "number": number,
            "service_id": service.id,
            "business_date": "@day",
            "language": self._drawn(LANGUAGE_SHARES),
            "priority": priority,
            "channel": self._drawn(CHANNEL_SHARES),
            "rank": rank,
            "position": self._microseconds,
            "forecast": [told.low_seconds, told.high_seconds],
        }
        leg_id = len(self.events) + 1
        self._record(Kind.TICKET_ISSUED, ticket_id=leg_id, leg_id=leg_id, data=data)
        if self.chance.random() < 0.055:
            self._after(60, 1500, partial(self._cancel, self.view.legs[leg_id]))
        self._wait(self.view.legs[leg_id])

    def _pace(self, service: ServiceSetup) -> Pace:
        now = self._now
        since = now - timedelta(seconds=WINDOW_SECONDS)
        legs = [leg for leg in self._called if leg.service_id == service.id and (leg.last_called_at or now) >= since]
        last = max((leg for leg in legs if leg.counter_id), key=attrgetter("last_called_at", "id"), default=None)
        wait = None
        if last is not None and last.first_called_at is not None:
            wait = (last.first_called_at - last.enqueued_at).total_seconds()
        counters = sum(service.id in desk.profile.place_of for desk in self._working)
        return Pace(len(legs), wait, counters, service.expected_service_seconds)

    def _wait(self, leg: LegRecord) -> None:
        priority = self.view.tickets[leg.ticket_id].priority
        arrived = microseconds(leg.enqueued_at)
        self._waiting[leg.id] = Waiting(leg.id, leg.service_id, leg.position, arrived, priority)
        free = [desk for desk in self._working if desk.free and leg.service_id in desk.profile.place_of]
        if free:
            desk = self.chance.choice(free)
            desk.free = False
            self._after(2, 8, partial(self._next, desk))

    def _cancel(self, leg: LegRecord) -> None:
        if self._waiting.pop(leg.id, None) is not None:
            self._step(Kind.TICKET_CANCELLED, None, leg)

    def _open(self, desk: _Desk) -> None:
        told = {"clerk": desk.clerk, "profile_id": desk.profile_id}
        self._record(Kind.COUNTER_OPENED, data=told, **desk.where)
        desk.session_id = len(self.sessions) + 1
        session = {"id": f"@s{desk.session_id}", "branch_id": self.branch.id, **desk.where}
        session |= {"actor": f"user:{desk.where['user_id']}", "actor_name": desk.clerk, "profile_id": desk.profile_id}
        self.sessions.append(session | {"languages": [], "turns": {}, "opened_at": self._now})
        self._working.append(desk)
        for part, pause in ((0.25, ("break", 900.0)), (0.5, ("lunch", 1800.0))):
            hour = 8 + self.shape.hours * (part + self.chance.uniform(-0.1, 0.1))
            self._at(hour * 3600, partial(self._pause_due, desk, pause))
        self._next(desk)

    def _next(self, desk: _Desk) -> None:
        """Press Next, which finishes what is at the counter; only finish it where nobody waits or a pause is due."""
        chosen, finished = None, None
        if not desk.pauses and self._seconds < self._last_call:
            state = CounterState(desk.where["counter_id"], desk.where["user_id"])
            chosen = choose(self._waiting.values(), desk.profile, state, self._microseconds)
        if desk.leg is not None:
            outcome = self.chance.choice(OUTCOMES) if self.chance.random() < 0.15 else None
            finished = self._step(Kind.TICKET_FINISHED, desk, desk.leg, data={"outcome": outcome})
        desk.leg, desk.free = None, chosen is None and not desk.pauses
        if chosen is not None:
            self._call(desk, chosen, finished)
        elif desk.pauses:
            self._after(2, 20, partial(self._pause, desk))

    def _call(self, desk: _Desk, chosen: Choice, begun: int | None) -> None:
        del self._waiting[chosen.leg.leg_id]
        leg = desk.leg = self.view.legs[chosen.leg.leg_id]
        fate = self._drawn(FATES) if leg.sequence == 1 and not leg.calls else "comes"
        if not leg.calls:
            self._called.append(leg)
        self._step(Kind.TICKET_CALLED, desk, leg, rule=str(chosen.rule), data={"facts": chosen.facts}, begun=begun)
        if fate in ("late", "no_show_recalled"):
            self._after(35, 60, partial(self._step, Kind.TICKET_RECALLED, desk, leg))
        if fate.startswith("no_show"):
            self._after(75, 150, partial(self._lose, desk, leg))
        else:
            least, most = (62, 100) if fate == "late" else (6, 40)
            self._after(least, most, partial(self._start, desk, leg, fate))

    def _start(self, desk: _Desk, leg: LegRecord, fate: str) -> None:
        self._step(Kind.SERVICE_STARTED, desk, leg)
        mean = MEAN_SECONDS[self.branch.services_by_id[leg.service_id].slug]
        seconds = max(20.0, self.chance.lognormvariate(log(mean) - 0.18, 0.6))
        if fate == "returned":
            self._after(30, 120, partial(self._return, desk, leg))
        elif fate == "transferred":
            self._after(seconds * 0.5, seconds * 0.8, partial(self._transfer, desk, leg))
        else:
            self._after(seconds, seconds, partial(self._next, desk))

    def _lose(self, desk: _Desk, leg: LegRecord) -> None:
        self._step(Kind.TICKET_NO_SHOW, desk, leg)
        self._be_rid(desk)

    def _return(self, desk: _Desk, leg: LegRecord) -> None:
        self._step(Kind.TICKET_RETURNED, desk, leg, data={"position": self._microseconds, "not_before": None})
        self._be_rid(desk)
        self._wait(leg)

    def _transfer(self, desk: _Desk, leg: LegRecord) -> None:
        others = [service.id for service in self.branch.services if service.id != leg.service_id]
        new_leg_id = len(self.events) + 1
        told = {"new_leg_id": new_leg_id, "to_service_id": self.chance.choice(others), "position": leg.position}
        nobody = {"reserved_counter_id": None, "reserved_user_id": None}
        self._step(Kind.TICKET_TRANSFERRED, desk, leg, data={**told, **nobody})
        self._be_rid(desk)
        self._wait(self.view.legs[new_leg_id])

    def _be_rid(self, desk: _Desk) -> None:
        desk.leg = None
        self._after(2, 8, partial(self._next, desk))

    def _pause_due(self, desk: _Desk, pause: tuple[str, float]) -> None:
        desk.pauses.append(pause)
        if desk.free:
            self._next(desk)

    def _pause(self, desk: _Desk) -> None:
        reason, seconds = desk.pauses.pop(0)
        self._record(Kind.COUNTER_PAUSED, reason=reason, **desk.where)
        self._working.remove(desk)
        pause = {"session_id": desk.session_id, "started_at": self._now, "ended_at": None, "reason": reason}
        self.pauses.append(pause)
        self._after(seconds * 0.9, seconds * 1.1, partial(self._resume, desk, pause))

    def _resume(self, desk: _Desk, pause: dict[str, Any]) -> None:
        self._record(Kind.COUNTER_RESUMED, **desk.where)
        self._working.append(desk)
        pause["ended_at"] = self._now
        self._next(desk)

    def _close(self) -> None:
        """End the day by hand, as `operations.close_day` does."""
        self._agenda.clear()
        legs = sorted((leg for leg in self.view.legs.values() if leg.ended_at is None), key=attrgetter("id"))
        serving = [leg.id for leg in legs if leg.state == State.SERVING]
        waiting = Counter(str(leg.service_id) for leg in legs if leg.state == State.WAITING)
        begun = self._record(**end_of_day([leg.id for leg in legs if leg.id not in serving], serving, waiting))
        for session in self.sessions:
            where = {"counter_id": session["counter_id"], "user_id": session["user_id"]}
            self._record(Kind.COUNTER_CLOSED, begun, reason=DAY_CLOSED, **where)
            session |= {"closed_at": self._now, "end_reason": DAY_CLOSED}


def end_of_day(expired: list[int], finished: list[int], waiting: Mapping[str, int]) -> dict[str, Any]:
    lists = {"expired_legs": expired, "finished_legs": finished, "waiting": dict(waiting)}
    data = {"business_date": "@day", **lists, "outcome": DAY_CLOSED}
    return {"kind": Kind.TICKETS_EXPIRED, "reason": DAY_CLOSED, "data": data}
