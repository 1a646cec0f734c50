"""What clerks at their counters did with their time: open, paused, busy, and idle while somebody waited for them.

Three things are followed: who sat at a counter and when, which legs were at it and when, and which legs waited and when. What was
undone did not happen: a call that was taken back kept nobody busy, and whoever it had called was waiting all the while.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from queue_app.domain.day_rows import NEVER, QUARTER_MS, Staff, ms, ms_or_never
from queue_app.domain.events import Event, Kind, LegRecord
from queue_app.domain.intervals import Intervals, minus, overlap, united
from queue_app.domain.tickets import AT_COUNTER, State

_ENDS_WRAP_UP = frozenset(
    {
        Kind.TICKET_CALLED, Kind.SERVICE_STARTED, Kind.COUNTER_RESUMED, Kind.COUNTER_PAUSED, Kind.COUNTER_CLOSED,
        Kind.ACTION_UNDONE,
    }
)  # fmt: skip


@dataclass
class _Stay:
    """Somebody at a counter, from the last call to leaving it."""

    leg_id: int
    begin: int
    end: int = NEVER


@dataclass
class _WrapUp:
    """A wrap-up, and the stay that it followed directly."""

    after: _Stay | None
    begin: int
    end: int = NEVER


@dataclass
class _Wait:
    """A leg in its queue, from when it may be called on; for whom it was kept."""

    service_id: int
    counter_id: int | None
    user_id: int | None
    begin: int
    end: int = NEVER


_Stretch = TypeVar("_Stretch", _Stay, _Wait)


@dataclass
class _Session:
    """One clerk at one counter; `profiles` says since when which work profile held."""

    counter_id: int
    user_id: int
    profiles: list[tuple[int, int | None]]
    begin: int
    end: int = NEVER
    paused_since: int = NEVER
    pauses: Intervals = field(default_factory=list)
    wrap_ups: list[_WrapUp] = field(default_factory=list)

    def wrap_up(self) -> _WrapUp | None:
        """Return the wrap-up under way, where there is one."""
        return self.wrap_ups[-1] if self.wrap_ups and self.wrap_ups[-1].end == NEVER else None


class _Spent(NamedTuple):
    """When a session was open, paused, busy, and idle although somebody waited; in the order of the columns of `Staff`."""

    opened: Intervals
    paused: Intervals
    busy: Intervals
    idle_waiting: Intervals


class StaffTime:
    """Follows the events of one business day, and how its legs move."""

    def __init__(self, services_of: Callable[[int | None], Collection[int]]) -> None:
        """Begin a day; `services_of` says which services a work profile (None: none) takes."""
        self._services_of = services_of
        self._open: dict[int, _Session] = {}
        self._sessions: list[_Session] = []
        self._stays: defaultdict[int, list[_Stay]] = defaultdict(list)
        self._last_stays: dict[int, _Stay] = {}
        self._waits: defaultdict[int, list[_Wait]] = defaultdict(list)

    def follow(self, event: Event) -> None:
        """Let `event`, the next of the branch, have happened at its counter."""
        if event.counter_id is None:
            return
        at = ms(event.at)
        if event.kind == Kind.COUNTER_OPENED:
            profiles = [(at, event.data.get("profile_id"))]
            session = _Session(event.counter_id, event.user_id or 0, profiles, at)
            self._open[event.counter_id] = session
            self._sessions.append(session)
        elif event.counter_id in self._open:
            self._follow_session(self._open[event.counter_id], event, at)

    def _follow_session(self, session: _Session, event: Event, at: int) -> None:
        kind = event.kind
        wrap_up = session.wrap_up()
        if wrap_up is not None and kind in _ENDS_WRAP_UP:
            wrap_up.end = at
            if kind == Kind.ACTION_UNDONE:
                session.wrap_ups.pop()
        if kind == Kind.COUNTER_PAUSED:
            session.paused_since = at
        elif kind == Kind.COUNTER_RESUMED and session.paused_since != NEVER:
            session.pauses.append((session.paused_since, at))
            session.paused_since = NEVER
        elif kind == Kind.COUNTER_WRAP_UP:
            last = next(reversed(self._stays[session.counter_id]), None)
            session.wrap_ups.append(_WrapUp(last if last is not None and last.end == at else None, at))
        elif kind == Kind.COUNTER_PROFILE_CHANGED:
            session.profiles.append((at, event.data.get("profile_id")))
        elif kind == Kind.COUNTER_CLOSED:
            session.end = at
            del self._open[session.counter_id]

    def leg_moved(self, leg: LegRecord, before: str | None, now: str | None, event: Event) -> None:
        """Let `event` have taken `leg` from the state `before` (None: there was no such leg) to `now` (None: there is none)."""
        at = ms(event.at)
        # Whom the event names left that counter; where it names none, the leg knows where it was.
        stays = self._stays[event.counter_id or leg.counter_id or 0]
        waits = self._waits[leg.id]
        undone = event.kind == Kind.ACTION_UNDONE
        if event.kind == Kind.TICKET_RECALLED:
            stays[-1].begin = at
        if before == now or (before in AT_COUNTER and now in AT_COUNTER):
            return
        if before == State.WAITING:
            _end(waits, at, undone=undone)
        elif before in AT_COUNTER:
            _end(stays, at, undone=undone)
        if now == State.WAITING:
            begin = max(at, ms_or_never(leg.not_before))
            _begin(waits, _Wait(leg.service_id, leg.reserved_counter_id, leg.reserved_user_id, begin), undone=undone)
        elif now in AT_COUNTER:
            self._last_stays[leg.id] = _begin(stays, _Stay(leg.id, at), undone=undone)

    def wrap_ups(self) -> dict[int, int]:
        """Return how long the wrap-up was that followed each leg's last stay at a counter, of those that have ended."""
        found: defaultdict[int, int] = defaultdict(int)
        for session in self._sessions:
            for each in session.wrap_ups:
                if each.end != NEVER and each.after is not None and each.after is self._last_stays[each.after.leg_id]:
                    found[each.after.leg_id] += max(0, each.end - each.begin)
        return dict(found)

    def rows(self, now: int, without: Collection[int]) -> list[Staff]:
        """Return the quarters of an hour as they stand at `now`; the legs in `without` waited for nobody."""
        waits = [wait for leg_id, each in self._waits.items() if leg_id not in without for wait in each]
        found: dict[tuple[int, int, int], list[int]] = {}
        for session in self._sessions:
            for place, intervals in enumerate(self._spent(session, waits, now)):
                for quarter, length in _by_quarter(intervals):
                    key = (session.counter_id, session.user_id, quarter)
                    found.setdefault(key, [0, 0, 0, 0])[place] += length
        return [Staff(*key, *figures) for key, figures in found.items()]

    def _spent(self, session: _Session, waits: Iterable[_Wait], now: int) -> _Spent:
        end = _or(session.end, now)
        opened = united([(session.begin, end)])
        # A pause in which the counter was closed ends with it.
        still = [(session.paused_since, end)] if session.paused_since != NEVER else []
        paused = overlap(opened, session.pauses + still)
        # Whoever takes a counter over takes over the visitor there, too.
        visitors: list[_Stay | _WrapUp] = [*self._stays[session.counter_id], *session.wrap_ups]
        taken = [(each.begin, _or(each.end, now)) for each in visitors]
        busy = minus(overlap(opened, taken), paused)
        idle = minus(minus(opened, paused), busy)
        return _Spent(opened, paused, busy, overlap(idle, self._wanted(session, waits, end)))

    def _wanted(self, session: _Session, waits: Iterable[_Wait], end: int) -> Intervals:
        """Return when somebody waited whom this clerk at this counter may take."""
        ends = [since for since, _ in session.profiles[1:]] + [end]
        spans = [
            (since, until, self._services_of(profile_id))
            for (since, profile_id), until in zip(session.profiles, ends, strict=True)
        ]
        return [
            (max(wait.begin, since), min(_or(wait.end, end), until))
            for wait in waits
            if wait.counter_id in (None, session.counter_id) and wait.user_id in (None, session.user_id)
            for since, until, services in spans
            if wait.service_id in services
        ]


def _begin(stretches: list[_Stretch], new: _Stretch, *, undone: bool) -> _Stretch:
    """Let a stretch of time begin, and return it; where an end was undone, the last one goes on as if it had not ended."""
    if undone:
        stretches[-1].end = NEVER
    else:
        stretches.append(new)
    return stretches[-1]


def _end(stretches: list[_Stretch], at: int, *, undone: bool) -> None:
    """Let the last stretch of time end; where its beginning was undone, it has never been."""
    if undone:
        stretches.pop()
    else:
        stretches[-1].end = at


def _or(moment: int, otherwise: int) -> int:
    return otherwise if moment == NEVER else moment


def _by_quarter(intervals: Intervals) -> Iterator[tuple[int, int]]:
    """Yield the beginnings of the quarters of an hour, each with how much of the time lies in it."""
    for begin, end in intervals:
        since = begin
        while since < end:
            quarter = since // QUARTER_MS * QUARTER_MS
            until = min(end, quarter + QUARTER_MS)
            yield quarter, until - since
            since = until
