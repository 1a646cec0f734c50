"""Take the last action at a counter back: the record keeps both, tickets and legs stand as if it had not been."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from queue_app.domain.desk import UNDO_SECONDS
from queue_app.domain.errors import QueueError
from queue_app.domain.events import Event, Kind, Rebuilt, apply, difference
from queue_app.domain.tickets import Action
from queue_app.operations.serve import Served, enter, record_step
from queue_app.operations.unit_of_work import IDS_A_BRANCH, Actor, Context, Unit
from queue_app.store import queries as q
from queue_app.store.board import event_of
from queue_app.store.prepared import Row

OF_TICKETS = frozenset(
    {
        Kind.TICKET_CALLED, Kind.SERVICE_STARTED, Kind.TICKET_FINISHED, Kind.TICKET_NO_SHOW, Kind.TICKET_RETURNED,
        Kind.TICKET_PARKED, Kind.TICKET_TRANSFERRED, Kind.TICKET_CANCELLED, Kind.SERVICE_ADDED,
    }
)  # fmt: skip
"""What can be taken back. A recall cannot be unspoken; opening and closing a counter have buttons of their own."""

_HARMLESS = frozenset({Kind.TICKET_NOTED, Kind.SETTINGS_CHANGED})
"""What may have happened to a ticket since: it did not move it on."""

LOOK_BACK = 5000
"""So many revisions back the last event of a counter is looked for; a branch makes far fewer in 20 seconds."""


def undo(context: Context, counter_id: int, actor: Actor, request_id: str | None = None) -> Served:
    """Take back the last action at this counter, up to 20 seconds after it.

    An action that did two things (finish and call the next) is taken back whole.

    Raises:
        QueueError: `nothing_to_undo`; `undo_too_late` also where the ticket has gone on since; `counter_closed`,
            `not_your_counter`.
    """
    key = f"undo {counter_id}"

    def decide(unit: Unit) -> Served:
        at_counter, _, earlier = enter(unit, counter_id, actor, request_id, key)
        if earlier is not None:
            return earlier
        wanted = {"since": unit.revision - LOOK_BACK, "counter_id": counter_id}
        events = last_operation(unit.lock_and_read((q.EVENTS_OF_COUNTER, wanted))[0], unit.now)
        undone = frozenset(event.revision for event in events)
        first = next(event for event in events if event.ticket_id is not None)
        served = None
        # Backwards: the ticket called leaves the counter before the one finished comes back to it.
        for event in reversed(events):
            if event is first:
                # The answer tells of the ticket that is at the counter again, and so must the same request's later one.
                unit.remember_request(request_id, key)
            if event.ticket_id is not None:
                served = _take_back(unit, event, undone, at_counter.session.user_id)
            if "turns_before" in event.data:
                unit.change_session(at_counter.session.id, turns=event.data["turns_before"])
            if event.kind == Kind.COUNTER_WRAP_UP:
                unit.change_session(at_counter.session.id, wrap_up_at=None)
        assert served is not None
        return served

    return context.perform(context.branch_of_counter(counter_id), "undo", decide)


def last_operation(rows: Sequence[Row], now: datetime) -> list[Event]:
    """Return the events of the last operation at a counter, in their order.

    Args:
        rows: what `EVENTS_OF_COUNTER` found.
        now: aware UTC.

    Raises:
        QueueError: `nothing_to_undo`, `undo_too_late`.
    """
    events = [event_of(row) for row in rows]
    if not events:
        raise QueueError("nothing_to_undo")
    begun = events[0].data.get("with", events[0].revision)
    together = sorted((event for event in events if event.revision >= begun), key=lambda event: event.revision)
    kinds = {event.kind for event in together}
    if not kinds & OF_TICKETS or not kinds <= OF_TICKETS | {Kind.COUNTER_WRAP_UP}:
        raise QueueError("nothing_to_undo")
    if now - together[0].at > timedelta(seconds=UNDO_SECONDS):
        raise QueueError("undo_too_late")
    return together


def undoable(context: Context, branch_id: int, counter_id: int, revision: int) -> dict[str, Any] | None:
    """Say what could be undone at a counter: `{kind, label, seconds_left}` of its last action; None where nothing could.

    Args:
        context: where to look.
        branch_id, counter_id: the counter.
        revision: the branch's.
    """
    wanted = {"branch_id": branch_id, "since": revision - LOOK_BACK, "counter_id": counter_id}
    now = context.clock.now()
    try:
        events = last_operation(context.database.look((q.EVENTS_OF_COUNTER, wanted))[0], now)
    except QueueError:
        return None
    last = next(event for event in reversed(events) if event.ticket_id is not None)
    left = UNDO_SECONDS - (now - events[0].at).total_seconds()
    return {"kind": str(last.kind), "label": last.data["label"], "seconds_left": math.ceil(left)}


def _take_back(unit: Unit, event: Event, undone: frozenset[int], user_id: int | None) -> Served:
    """Set the ticket of `event` back to how it stood without the `undone` events, and record that `user_id` did so."""
    assert event.ticket_id is not None
    issued = event.ticket_id - unit.setup.id * IDS_A_BRANCH
    rows, last = unit.lock_and_read(
        (q.EVENTS_OF_TICKET, {"issued": issued, "ticket_id": event.ticket_id}),
        (q.LAST_LEG_OF_TICKET, {"ticket_id": event.ticket_id}),
    )
    if any(row.revision > event.revision and row.kind not in _HARMLESS for row in rows):
        raise QueueError("undo_too_late")
    before = _before(rows, undone, event.ticket_id)
    ticket, leg = unit.take_in(last[0])
    gone = [] if leg.id in before.legs else [leg.id]
    if gone:
        (acted_on,) = unit.lock_and_read((q.LEG_BY_ID, {"leg_id": event.leg_id}))[0]
        leg = unit.take_in(acted_on)[1]
    # The classes may have changed since, and only who stood in a queue then has the new rank.
    before.legs[leg.id].rank = unit.setup.rank(ticket.priority)
    told: dict[str, Any] = {
        "label": ticket.label,
        "service_id": leg.service_id,
        "undone": [event.revision],
        "undone_kind": event.kind,
        "legs": {str(leg.id): difference(leg, before.legs[leg.id])},
        "ticket": difference(ticket, before.tickets[ticket.id]),
        "gone": gone,
    }
    unit.record(
        Kind.ACTION_UNDONE,
        ticket_id=ticket.id,
        leg_id=leg.id,
        counter_id=event.counter_id,
        user_id=user_id,
        data=told,
    )
    if event.kind == Kind.SERVICE_STARTED and event.rule is not None:
        # Served without having waited: nobody holds this number, so it must not be called.
        record_step(unit, Kind.TICKET_CANCELLED, Action.CANCEL, ticket, leg, None, user_id, reason="undone")
    return Served(unit.setup, ticket, leg, unit.token(ticket.id), leg.rule, leg.rule_facts)


def _before(rows: Sequence[Row], undone: frozenset[int], ticket_id: int) -> Rebuilt:
    view = Rebuilt()
    for row in rows:
        if row.revision not in undone:
            apply(view, event_of(row))
    assert ticket_id in view.tickets
    return view
