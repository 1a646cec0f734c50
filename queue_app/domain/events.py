"""The record: what an event is, and how tickets and legs follow from the events alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from queue_app.domain.tickets import AT_COUNTER, State


class Kind(StrEnum):
    """What happened; the outer contract's names."""

    TICKET_ISSUED = "ticket_issued"
    TICKET_CALLED = "ticket_called"
    TICKET_RECALLED = "ticket_recalled"
    SERVICE_STARTED = "service_started"
    TICKET_FINISHED = "ticket_finished"
    TICKET_NO_SHOW = "ticket_no_show"
    TICKET_PARKED = "ticket_parked"
    TICKET_RETURNED = "ticket_returned"
    TICKET_TRANSFERRED = "ticket_transferred"
    TICKET_CANCELLED = "ticket_cancelled"
    TICKETS_EXPIRED = "tickets_expired"
    TICKET_REOPENED = "ticket_reopened"
    TICKET_NOTED = "ticket_noted"
    SERVICE_ADDED = "service_added"
    ACTION_UNDONE = "action_undone"
    COUNTER_OPENED = "counter_opened"
    COUNTER_PAUSED = "counter_paused"
    COUNTER_RESUMED = "counter_resumed"
    COUNTER_WRAP_UP = "counter_wrap_up"
    COUNTER_PROFILE_CHANGED = "counter_profile_changed"
    COUNTER_CLOSED = "counter_closed"
    DESK_MESSAGE = "desk_message"
    NOTICE_CHANGED = "notice_changed"
    SETTINGS_CHANGED = "settings_changed"


PRINT_JOB_CHANGED = "print_job_changed"
"""Pushed to desks and kiosks with the branch's current revision; a job has a life of its own and is no event of the record."""


@dataclass(frozen=True, slots=True)
class Event:
    """One row of the record.

    Attributes:
        revision: the branch's revision that this event made.
        kind: what happened.
        at: when, aware UTC.
        ticket_id, leg_id, counter_id, user_id: whom it concerns, where it concerns one.
        reason: why, where a person or the day's end gave a reason.
        rule: which rule chose the ticket, for calls.
        data: everything else that a rebuild needs, JSON-able; in `with` the revision of the event that began the operation,
            where one operation recorded several.
    """

    revision: int
    kind: str
    at: datetime
    ticket_id: int | None = None
    leg_id: int | None = None
    counter_id: int | None = None
    user_id: int | None = None
    reason: str | None = None
    rule: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class LegRecord:
    """A leg as the events tell it; the names are those of the stored columns."""

    id: int
    ticket_id: int
    sequence: int
    service_id: int
    rank: int
    position: int
    enqueued_at: datetime
    state: str = State.WAITING
    reserved_counter_id: int | None = None
    reserved_user_id: int | None = None
    not_before: datetime | None = None
    first_called_at: datetime | None = None
    last_called_at: datetime | None = None
    calls: int = 0
    call_revision: int | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    counter_id: int | None = None
    user_id: int | None = None
    rule: str | None = None
    outcome: str | None = None
    wanted_language: str | None = None
    booked_for: datetime | None = None
    rule_facts: dict[str, Any] | None = None
    recalls: int = 0


@dataclass(slots=True)
class TicketRecord:
    """A ticket as the events tell it; the names are those of the stored columns."""

    id: int
    label: str
    series: str
    number: int
    service_id: int
    business_date: str
    language: str
    priority: str
    channel: str
    issued_at: datetime
    state: str = State.WAITING
    ended_at: datetime | None = None
    next_services: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Rebuilt:
    """What the events say that tickets and legs are."""

    tickets: dict[int, TicketRecord] = field(default_factory=dict)
    legs: dict[int, LegRecord] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def rebuild(events: Iterable[Event], first: int = 1) -> Rebuilt:
    """Rebuild one branch's tickets and legs from its events, in the order of their revisions, which begin with `first`.

    A gap or a repeat in the revisions, or an event about a ticket that the record does not know, is told in `problems`.
    """
    result = Rebuilt()
    expected = first
    for event in events:
        if event.revision != expected:
            result.problems.append(f"revision {expected} is missing: the next event has {event.revision}")
        expected = event.revision + 1
        try:
            apply(result, event)
        except KeyError as missing:
            result.problems.append(f"revision {event.revision} ({event.kind}) speaks of {missing}, which no event made")
    return result


def apply(view: Rebuilt, event: Event) -> None:
    """Let the tickets and legs in `view` follow `event`: the one place where the record becomes state.

    Operations use it on the few rows they hold, `rebuild` on everything, so the two can only differ if rows were changed
    behind the record's back.

    Raises:
        KeyError: the event speaks of a ticket or leg that `view` does not hold.
    """
    step = _STEPS.get(event.kind)
    if step is not None:
        step(view, event)


def _issued(result: Rebuilt, event: Event) -> None:
    data = event.data
    assert event.ticket_id is not None and event.leg_id is not None
    result.tickets[event.ticket_id] = TicketRecord(
        id=event.ticket_id,
        issued_at=event.at,
        **{name: data[name] for name in _TICKET_FIELDS},
    )
    result.legs[event.leg_id] = LegRecord(
        id=event.leg_id,
        ticket_id=event.ticket_id,
        sequence=1,
        service_id=data["service_id"],
        rank=data["rank"],
        position=data["position"],
        enqueued_at=event.at,
        wanted_language=data.get("wanted_language"),
        booked_for=_moment(data.get("booked_for")),
    )
    _reserve(result.legs[event.leg_id], data)


_TICKET_FIELDS = (
    "label", "series", "number", "service_id", "business_date", "language", "priority", "channel",
)  # fmt: skip


def _leg(result: Rebuilt, event: Event) -> LegRecord:
    return result.legs[event.leg_id]  # type: ignore[index]  # None is not a key, and is told as a problem


def _set(result: Rebuilt, leg: LegRecord, state: State, ended_at: datetime | None = None) -> None:
    leg.state = state
    leg.ended_at = ended_at
    ticket = result.tickets[leg.ticket_id]
    ticket.state = state
    ticket.ended_at = ended_at


def _called(result: Rebuilt, event: Event) -> None:
    leg = _leg(result, event)
    leg.first_called_at = leg.first_called_at or event.at
    leg.last_called_at, leg.call_revision = event.at, event.revision
    leg.calls += 1
    leg.counter_id, leg.user_id, leg.rule = event.counter_id, event.user_id, event.rule
    leg.rule_facts = event.data.get("facts")
    leg.recalls = 0
    _set(result, leg, State.CALLED)


def _recalled(result: Rebuilt, event: Event) -> None:
    leg = _leg(result, event)
    leg.last_called_at, leg.call_revision = event.at, event.revision
    leg.calls += 1
    leg.recalls += 1


def _started(result: Rebuilt, event: Event) -> None:
    leg = _leg(result, event)
    leg.started_at = event.at
    if event.rule is not None:
        # Somebody who is served without having waited: nothing has called this leg to the counter.
        leg.counter_id, leg.user_id, leg.rule = event.counter_id, event.user_id, event.rule
    _set(result, leg, State.SERVING)


def _finished(result: Rebuilt, event: Event) -> None:
    leg = _leg(result, event)
    # Where the desk does not confirm the arrival, the service began with the last call (docs/kpi.md).
    leg.started_at = leg.started_at or leg.last_called_at
    leg.outcome = event.data.get("outcome")
    _set(result, leg, State.FINISHED, event.at)
    if "new_leg_id" in event.data:
        ticket = result.tickets[leg.ticket_id]
        ticket.next_services = ticket.next_services[1:]
        _open_next(result, leg, event)


def _no_show(result: Rebuilt, event: Event) -> None:
    _set(result, _leg(result, event), State.NO_SHOW, event.at)


def _cancelled(result: Rebuilt, event: Event) -> None:
    _set(result, _leg(result, event), State.CANCELLED, event.at)


def _back_in_hand(leg: LegRecord) -> None:
    leg.started_at = None
    leg.counter_id = leg.user_id = leg.rule = leg.rule_facts = None


def _reserve(leg: LegRecord, data: Mapping[str, Any]) -> None:
    leg.reserved_counter_id = data.get("reserved_counter_id")
    leg.reserved_user_id = data.get("reserved_user_id")


def _returned(result: Rebuilt, event: Event) -> None:
    leg = _leg(result, event)
    _back_in_hand(leg)
    _reserve(leg, event.data)
    leg.position = event.data["position"]
    leg.not_before = _moment(event.data.get("not_before"))
    _set(result, leg, State.WAITING)


def _parked(result: Rebuilt, event: Event) -> None:
    leg = _leg(result, event)
    _back_in_hand(leg)
    _reserve(leg, event.data)
    _set(result, leg, State.PARKED)


def _transferred(result: Rebuilt, event: Event) -> None:
    old = _leg(result, event)
    if old.state in AT_COUNTER:
        old.started_at = old.started_at or old.last_called_at
    _set(result, old, State.TRANSFERRED, event.at)
    _open_next(result, old, event)


def _open_next(result: Rebuilt, old: LegRecord, event: Event) -> None:
    new = LegRecord(
        id=event.data["new_leg_id"],
        ticket_id=old.ticket_id,
        sequence=old.sequence + 1,
        service_id=event.data["to_service_id"],
        rank=old.rank,
        position=event.data["position"],
        enqueued_at=event.at,
        wanted_language=old.wanted_language,
    )
    _reserve(new, event.data)
    result.legs[new.id] = new
    _set(result, new, State.WAITING)


def _reopened(result: Rebuilt, event: Event) -> None:
    leg = _leg(result, event)
    _back_in_hand(leg)
    leg.outcome = None
    leg.not_before = None
    leg.position = event.data["position"]
    _set(result, leg, State.WAITING)


def _service_added(result: Rebuilt, event: Event) -> None:
    ticket = result.tickets[event.ticket_id]  # type: ignore[index]  # as in `_leg`
    ticket.next_services = [*ticket.next_services, event.data["added_service_id"]]


def _undone(result: Rebuilt, event: Event) -> None:
    """Set everything back to what the event says that it was, and forget the legs that the undone step had opened."""
    for leg_id in event.data["gone"]:
        del result.legs[leg_id]
    for leg_id, fields in event.data["legs"].items():
        _write_back(result.legs[int(leg_id)], fields)
    _write_back(result.tickets[event.ticket_id], event.data["ticket"])  # type: ignore[index]  # as in `_leg`


def _write_back(record: LegRecord | TicketRecord, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        setattr(record, name, _moment(value) if name in _MOMENTS else value)


_MOMENTS = frozenset(
    {
        "enqueued_at",
        "not_before",
        "first_called_at",
        "last_called_at",
        "started_at",
        "ended_at",
        "booked_for",
        "issued_at",
    }
)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def difference(now: LegRecord | TicketRecord, before: LegRecord | TicketRecord) -> dict[str, Any]:
    """Return the fields in which `before` differs from `now`, with the values of `before`, JSON-able: what undoing writes."""
    changed = {
        name: getattr(before, name) for name in now.__dataclass_fields__ if getattr(now, name) != getattr(before, name)
    }
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in changed.items()}


def _ranked(result: Rebuilt, event: Event) -> None:
    # The classes of the branch changed: those who wait keep their class, which may have another rank now.
    for leg_id, rank in event.data.get("ranks", {}).items():
        leg = result.legs.get(int(leg_id))
        if leg is not None:
            leg.rank = rank


def _expired(result: Rebuilt, event: Event) -> None:
    for leg_id in event.data["expired_legs"]:
        _set(result, result.legs[leg_id], State.EXPIRED, event.at)
    for leg_id in event.data["finished_legs"]:
        leg = result.legs[leg_id]
        leg.outcome = event.data["outcome"]
        _set(result, leg, State.FINISHED, event.at)


_STEPS: dict[str, Callable[[Rebuilt, Event], None]] = {
    Kind.TICKET_ISSUED: _issued,
    Kind.TICKET_CALLED: _called,
    Kind.TICKET_RECALLED: _recalled,
    Kind.SERVICE_STARTED: _started,
    Kind.TICKET_FINISHED: _finished,
    Kind.TICKET_NO_SHOW: _no_show,
    Kind.TICKET_CANCELLED: _cancelled,
    Kind.TICKET_RETURNED: _returned,
    Kind.TICKET_PARKED: _parked,
    Kind.TICKET_TRANSFERRED: _transferred,
    Kind.TICKETS_EXPIRED: _expired,
    Kind.TICKET_REOPENED: _reopened,
    Kind.SERVICE_ADDED: _service_added,
    Kind.ACTION_UNDONE: _undone,
    Kind.SETTINGS_CHANGED: _ranked,
}
