"""What the tests of the line look at: every row as it is stored, and what must hold of them whatever was done."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from queue_app.domain.events import Kind, Rebuilt, apply
from queue_app.domain.tickets import AT_COUNTER, OPEN_STATES, TRANSITIONS
from queue_app.operations.unit_of_work import Context
from queue_app.operations.verify import differences
from queue_app.store.board import event_of
from queue_app.store.models import BranchState, CounterSession, Leg, Ticket, TicketEvent
from queue_app.store.prepared import Prepared

Rows = dict[int, dict[str, Any]]
STEPS = {(str(before), str(state)) for (before, _), state in TRANSITIONS.items()}


SNAPSHOT = [Prepared(select(model.__table__)) for model in (Ticket, Leg, CounterSession)]


def snapshot(context: Context) -> tuple[Rows, Rows, Rows]:
    """Return all tickets, legs and counter sessions as they are stored, each by its id, in the order of the ids."""
    found = context.database.look(*((each, {}) for each in SNAPSHOT))
    tickets, legs, sessions = ({row.id: row._asdict() for row in sorted(rows)} for rows in found)
    return tickets, legs, sessions


def revision_of(context: Context) -> int:
    """Return the revision of the only branch."""
    with context.database.reading() as connection:
        return int(connection.execute(select(BranchState.revision)).scalar_one())


def faults(tickets: Rows, legs: Rows, sessions: Rows) -> list[str]:
    """Return what must not be and is: a lost, doubled or stuck ticket, two at one counter, one at a counter left alone."""
    found = []
    by_ticket: dict[int, list[dict[str, Any]]] = {ticket_id: [] for ticket_id in tickets}
    at_counter: dict[int, str] = {}
    open_counters = {each["counter_id"] for each in sessions.values() if each["closed_at"] is None}
    for leg in sorted(legs.values(), key=lambda each: each["sequence"]):
        by_ticket[leg["ticket_id"]].append(leg)
        if leg["state"] in AT_COUNTER:
            if leg["counter_id"] in at_counter:
                found.append(f"two tickets at counter {leg['counter_id']}")
            at_counter[leg["counter_id"]] = leg["state"]
            if leg["counter_id"] not in open_counters:
                found.append(f"leg {leg['id']} is {leg['state']} at a counter where nobody sits")
        if leg["state"] == "parked" and not (leg["reserved_counter_id"] or leg["reserved_user_id"]):
            found.append(f"leg {leg['id']} is parked for nobody")
    for ticket_id, ticket in tickets.items():
        mine = by_ticket[ticket_id]
        if [leg["sequence"] for leg in mine] != list(range(1, len(mine) + 1)) or not mine:
            found.append(f"ticket {ticket_id} has the legs {[leg['sequence'] for leg in mine]}")
            continue
        last = mine[-1]
        if (ticket["state"], ticket["ended_at"]) != (last["state"], last["ended_at"]):
            found.append(f"ticket {ticket_id} is {ticket['state']}, its last leg {last['state']}")
        if (ticket["ended_at"] is None) != (ticket["state"] in OPEN_STATES):
            found.append(f"ticket {ticket_id} is {ticket['state']} and ended at {ticket['ended_at']}")
        if any(leg["state"] in OPEN_STATES for leg in mine[:-1]):
            found.append(f"ticket {ticket_id} has two open legs")
    labels = [(ticket["business_date"], ticket["label"]) for ticket in tickets.values()]
    if len(set(labels)) != len(labels):
        found.append("a label was given twice")
    for who in ("counter_id", "actor"):
        sitting = [each[who] for each in sessions.values() if each["closed_at"] is None]
        if len(set(sitting)) != len(sitting):
            found.append(f"two open sessions of one {who}")
    return found


def illegal_steps(context: Context) -> list[str]:
    """Return every event that took a leg where the table of its life does not lead; undoing alone may go back."""
    found = []
    view = Rebuilt()
    with context.database.reading() as connection:
        rows = list(connection.execute(select(TicketEvent.__table__).order_by(TicketEvent.revision)))
    for row in rows:
        before = {leg.id: str(leg.state) for leg in view.legs.values()}
        apply(view, event_of(row))
        if row.kind == Kind.ACTION_UNDONE:
            continue
        if before.keys() - view.legs.keys():
            found.append(f"{row.kind} {row.revision} lost a leg")
        for leg in view.legs.values():
            step = (before.get(leg.id, "waiting"), str(leg.state))
            if step[0] != step[1] and step not in STEPS:
                found.append(f"{row.kind} {row.revision} took leg {leg.id} from {step[0]} to {step[1]}")
    return found


def all_faults(context: Context) -> list[str]:
    """Return everything that must not be and is."""
    return [*faults(*snapshot(context)), *illegal_steps(context), *(text for _, text in differences(context))]
