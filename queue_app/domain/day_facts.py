"""One business day read from the record: a row for each visit, each leg, and each quarter of an hour of each counter.

This is what every report is made from. It follows the events one by one, so a day that is still under way is read on from where
it was left; docs/kpi.md has the formulas, `domain.day_rows` the rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from queue_app.domain.day_rows import (
    DAY_CLOSED,
    NEVER,
    QUARTER_MS,
    DayFacts,
    Leg,
    Staff,
    Visit,
    ms,
    ms_or_never,
)
from queue_app.domain.discipline import Rule
from queue_app.domain.events import Event, Kind, LegRecord, Rebuilt, TicketRecord, apply
from queue_app.domain.forecast import LOW_FACTOR
from queue_app.domain.staff_time import StaffTime
from queue_app.domain.tickets import AT_COUNTER, State

__all__ = ["DAY_CLOSED", "NEVER", "QUARTER_MS", "DayFacts", "DayReader", "Leg", "Staff", "Visit", "ms"]

_LEFT = frozenset({State.NO_SHOW, State.CANCELLED, State.EXPIRED})
_CALLS = frozenset({Kind.TICKET_CALLED, Kind.TICKET_RECALLED})
_STILL = frozenset({State.WAITING, State.CALLED, State.PARKED})


class DayReader:
    """Follows the events of one business day; `facts` may be asked for at any moment."""

    def __init__(self, services_of: Callable[[int | None], Collection[int]]) -> None:
        """Begin a day; `services_of` says which services a work profile (None: none) takes."""
        self._view = Rebuilt()
        self._promises: dict[int, tuple[int, int]] = {}
        self._returns: defaultdict[int, int] = defaultdict(int)
        self._nobody: dict[int, int] = {}
        self._staff = StaffTime(services_of)
        self._calls = 0
        self.over = False
        """Whether the day has ended."""

    def follow(self, event: Event) -> None:
        """Let `event`, the next of the branch, have happened."""
        self._calls += event.kind in _CALLS
        legs = self._view.legs
        touched = {leg_id: legs.get(leg_id) for leg_id in _touched(event)}
        before = {leg_id: leg.state for leg_id, leg in touched.items() if leg is not None}
        try:
            apply(self._view, event)
        except KeyError:
            return  # it speaks of a ticket that this day does not know: `record verify` tells of it
        if event.kind == Kind.TICKET_ISSUED:
            self._note_promise(event)
        self._staff.follow(event)
        for leg_id, known in touched.items():
            leg = legs.get(leg_id) or known
            if leg is not None:
                now = leg.state if leg_id in legs else None
                self._count_returns(leg, before.get(leg_id), now, event)
                self._staff.leg_moved(leg, before.get(leg_id), now, event)
        self._look_for_nobody(event)
        self.over = self.over or event.kind == Kind.TICKETS_EXPIRED

    def _note_promise(self, event: Event) -> None:
        low, high = event.data.get("forecast") or (None, None)
        if low is not None and high is not None and event.ticket_id is not None:
            self._promises[event.ticket_id] = (low * 1000, high * 1000)

    def _count_returns(self, leg: LegRecord, before: str | None, now: str | None, event: Event) -> None:
        if event.kind == Kind.TICKET_RETURNED and before in AT_COUNTER:
            self._returns[leg.id] += 1
        elif event.kind == Kind.ACTION_UNDONE and before == State.WAITING and now in AT_COUNTER:
            # Only a return is undone by going from the queue to a counter.
            self._returns[leg.id] -= 1

    def _look_for_nobody(self, event: Event) -> None:
        # Where serving somebody without a number is undone, a number is left that nobody holds.
        if event.leg_id is None or event.ticket_id is None:
            return
        if event.kind == Kind.ACTION_UNDONE and event.data.get("undone_kind") == Kind.SERVICE_STARTED:
            if self._view.legs[event.leg_id].state == State.WAITING:
                self._nobody[event.ticket_id] = event.leg_id
        elif event.kind == Kind.TICKET_REOPENED:
            self._nobody.pop(event.ticket_id, None)

    def facts(self, now: datetime) -> DayFacts:
        """Return the day's rows as they stand at `now` (aware); what is under way then has no end yet."""
        legs_of: defaultdict[int, list[LegRecord]] = defaultdict(list)
        for leg in self._view.legs.values():
            legs_of[leg.ticket_id].append(leg)
        wrap_ups, until = self._staff.wrap_ups(), ms(now)
        facts = DayFacts(calls=self._calls)
        for ticket in self._view.tickets.values():
            if ticket.id in self._nobody:
                continue
            records = sorted(legs_of[ticket.id], key=_sequence)
            legs = [
                _leg(len(facts.visits), ticket, leg, self._returns[leg.id], wrap_ups.get(leg.id, NEVER), until)
                for leg in records
            ]
            facts.legs += legs
            facts.visits.append(_visit(ticket, records, legs, self._promises.get(ticket.id, (NEVER, NEVER)), until))
        facts.staff = self._staff.rows(until, without=frozenset(self._nobody.values()))
        return facts


def _touched(event: Event) -> list[int]:
    """Return the legs whose state `event` may change."""
    data = event.data
    named = [leg_id for leg_id in (event.leg_id, data.get("new_leg_id")) if leg_id is not None]
    # What undoing and the day's end change: JSON has its keys as texts.
    for several in ("legs", "gone", "expired_legs", "finished_legs"):
        named += map(int, data.get(several, ()))
    return named


def _sequence(leg: LegRecord) -> int:
    return leg.sequence


class _Waits(NamedTuple):
    """The durations of a leg up to the start of its service, and how long somebody waited who was not served."""

    queue_wait: int = NEVER
    response: int = NEVER
    wait: int = NEVER
    in_vain: int = NEVER


def _begin(leg: LegRecord) -> int:
    """Return when a leg's wait began: whoever booked and came early waits from the booked time on."""
    return max(ms(leg.enqueued_at), ms_or_never(leg.booked_for))


def _between(begin: int, end: int) -> int:
    return NEVER if NEVER in (begin, end) else max(0, end - begin)


def _waits(leg: LegRecord, started: int, now: int) -> _Waits:
    if leg.rule == Rule.WITHOUT_WAITING:
        return _Waits()
    begin, called = _begin(leg), ms_or_never(leg.first_called_at)
    return _Waits(
        queue_wait=_between(begin, called),
        response=_between(called, started),
        wait=_between(begin, started),
        in_vain=_in_vain(leg, begin, now),
    )


def _in_vain(record: LegRecord | TicketRecord, begin: int, now: int) -> int:
    if record.state in _STILL:
        return _between(begin, now)
    return _between(begin, ms_or_never(record.ended_at)) if record.state in _LEFT else NEVER


def _was_served(leg: LegRecord) -> bool:
    return leg.state == State.FINISHED or (leg.state == State.TRANSFERRED and leg.started_at is not None)


def _start(leg: LegRecord) -> int:
    """Return when the service of a leg began that was served or is being served."""
    return ms_or_never(leg.started_at) if _was_served(leg) or leg.state == State.SERVING else NEVER


def _leg(place: int, ticket: TicketRecord, leg: LegRecord, returns: int, wrap_up: int, now: int) -> Leg:
    served, started = _was_served(leg), _start(leg)
    waits = _waits(leg, started, now)
    wrap_up = wrap_up if served else NEVER
    whole = served and leg.outcome != DAY_CLOSED
    somewhere = served or leg.state in AT_COUNTER or leg.state == State.NO_SHOW
    return Leg(
        visit=place,
        sequence=leg.sequence,
        service_id=leg.service_id,
        counter_id=(leg.counter_id or 0) if somewhere else 0,
        user_id=(leg.user_id or 0) if somewhere else 0,
        priority=ticket.priority,
        channel=ticket.channel,
        outcome=leg.outcome or "",
        end=leg.state,
        served=served,
        enqueued=ms(leg.enqueued_at),
        queue_wait=waits.queue_wait,
        response=waits.response,
        wait=waits.wait,
        waited_in_vain=waits.in_vain,
        service_time=_between(started, ms_or_never(leg.ended_at)) + max(0, wrap_up) if whole else NEVER,
        wrap_up=wrap_up,
        calls=leg.calls,
        returns=returns,
    )


def _visit(
    ticket: TicketRecord, records: Sequence[LegRecord], legs: Sequence[Leg], promise: tuple[int, int], now: int
) -> Visit:
    first = next(((leg, record) for leg, record in zip(legs, records, strict=True) if leg.served), None)
    waits = _waits_for_services(records)
    outcomes = [leg.outcome for leg in legs if leg.outcome not in ("", DAY_CLOSED)]
    low, high = promise
    return Visit(
        service_id=legs[0].service_id,
        counter_id=first[0].counter_id if first else 0,
        user_id=first[0].user_id if first else 0,
        priority=ticket.priority,
        channel=ticket.channel,
        outcome=outcomes[-1] if outcomes else "",
        end=ticket.state,
        served=first is not None,
        issued=ms(ticket.issued_at),
        first_served=ms_or_never(first[1].ended_at) if first else NEVER,
        ended=ms_or_never(ticket.ended_at),
        wait=waits[0] if waits else NEVER,
        waited_in_vain=_in_vain(ticket, _begin(records[0]), now) if first is None else NEVER,
        total_wait=_sum(waits),
        transfer_wait=_sum(waits[1:]),
        total_time=_between(ms(ticket.issued_at), ms_or_never(ticket.ended_at)),
        legs_served=sum(leg.served for leg in legs),
        transfers=sum(leg.end == State.TRANSFERRED for leg in legs),
        called=any(leg.calls for leg in legs),
        promised_from=low,
        promised_to=high,
        expected=NEVER if low == NEVER else round(low / LOW_FACTOR),
    )


def _waits_for_services(records: Sequence[LegRecord]) -> list[int]:
    """Return how long a visit waited for each of its services; `NEVER` for one without waiting.

    Whoever was moved to another queue while waiting has waited in both for the same service.
    """
    waits: list[int] = []
    begin = NEVER
    for leg in records:
        begin = _begin(leg) if begin == NEVER else begin
        if _start(leg) != NEVER:
            waits.append(NEVER if leg.rule == Rule.WITHOUT_WAITING else _between(begin, _start(leg)))
            begin = NEVER
    return waits


def _sum(durations: Sequence[int]) -> int:
    happened = [duration for duration in durations if duration != NEVER]
    return sum(happened) if happened else NEVER
