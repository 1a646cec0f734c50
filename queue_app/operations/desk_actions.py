"""What a clerk does beside calling: serve without a number, add a service, reopen, move, cancel, leave a note."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import astuple

from queue_app.domain.discipline import Rule
from queue_app.domain.errors import QueueError
from queue_app.domain.events import Kind, LegRecord, TicketRecord
from queue_app.domain.numbering import label, next_number
from queue_app.domain.profiles import STANDARD
from queue_app.domain.reading import wrong
from queue_app.domain.tickets import OPEN_STATES, Action, State, after
from queue_app.operations.serve import (
    Destination,
    Served,
    enter,
    first_answer,
    make_room,
    record_step,
    transfer_data,
)
from queue_app.operations.take_ticket import write_number
from queue_app.operations.unit_of_work import IDS_A_BRANCH, Actor, Context, Unit
from queue_app.store import queries as q
from queue_app.store.prepared import Row
from queue_app.store.types import microseconds

MOST_NEXT_SERVICES = 5
MOST_NOTE = 500
"""Characters of a note."""


def serve_without_ticket(
    context: Context,
    counter_id: int,
    actor: Actor,
    service: str,
    request_id: str | None = None,
    language: str | None = None,
    outcome: str | None = None,
) -> Served:
    """Serve somebody who took no number: they get the next one, for the record, without having waited or been called.

    Args:
        context, counter_id, actor, request_id: as everywhere.
        service: slug or letter.
        language: the visitor's; the branch's first where None.
        outcome: that of the service which is finished by it.

    Raises:
        QueueError: `unknown_service`, `counter_busy`, `counter_paused`, `counter_closed`, `not_your_counter`,
            `outcome_needed`, `quota_reached` (the range of numbers is used up), `request_id_reused`.
    """
    key = " ".join(map(str, filter(None, ("without_ticket", counter_id, service, language, outcome))))

    def decide(unit: Unit) -> Served:
        wanted = unit.setup.service(service)
        at_counter, last, earlier = enter(
            unit, counter_id, actor, request_id, key, (q.LAST_NUMBER, {"series": wanted.series})
        )
        if earlier is not None:
            return earlier
        make_room(unit, counter_id, at_counter, outcome)
        number = next_number(last[0].last if last else None, wanted.first_number)
        if wanted.last_number is not None and number > wanted.last_number:
            raise QueueError("quota_reached", service=wanted.slug, last_number=wanted.last_number)
        unit.remember_request(request_id, key)
        event = unit.issue(
            secrets.token_urlsafe(16),
            data={
                "label": label(wanted.series, number, wanted.digits),
                "series": wanted.series,
                "number": number,
                "service_id": wanted.id,
                "business_date": unit.business_date.isoformat(),
                "language": unit.setup.language(language),
                "priority": STANDARD,
                "channel": "counter",
                "rank": unit.setup.rank(STANDARD),
                "position": microseconds(unit.now),
            },
        )
        write_number(unit, wanted, last, number)
        assert event.ticket_id is not None
        ticket, leg = unit.view.tickets[event.ticket_id], unit.view.legs[event.ticket_id]
        rule = str(Rule.WITHOUT_WAITING)
        session = at_counter.session
        record_step(unit, Kind.SERVICE_STARTED, Action.START, ticket, leg, counter_id, session.user_id, rule=rule)
        return Served(unit.setup, ticket, leg, unit.token(ticket.id), rule)

    return context.perform(context.branch_of_counter(counter_id), "without_ticket", decide)


def add_service(context: Context, counter_id: int, actor: Actor, service: str, request_id: str | None = None) -> Served:
    """Add a further service to the visit at this counter: when this one is finished, the visitor waits for that one.

    Raises:
        QueueError: `unknown_service`, `no_ticket_at_counter`, `state_forbids` (more than five), and as `serve.recall`.
    """
    key = f"add_service {counter_id} {service}"

    def decide(unit: Unit) -> Served:
        at_counter, _, earlier = enter(unit, counter_id, actor, request_id, key)
        if earlier is not None:
            return earlier
        wanted = unit.setup.service(service)
        if at_counter.row is None:
            raise QueueError("no_ticket_at_counter", counter=counter_id)
        ticket, leg = unit.take_in(at_counter.row)
        if len(ticket.next_services) >= MOST_NEXT_SERVICES:
            raise QueueError("state_forbids", state=leg.state, action="add_service")
        unit.remember_request(request_id, key)
        unit.record(
            Kind.SERVICE_ADDED,
            ticket_id=ticket.id,
            leg_id=leg.id,
            counter_id=counter_id,
            user_id=at_counter.session.user_id,
            data={"label": ticket.label, "service_id": leg.service_id, "added_service_id": wanted.id},
        )
        return Served(unit.setup, ticket, leg, unit.token(ticket.id), leg.rule, leg.rule_facts)

    return context.perform(context.branch_of_counter(counter_id), "add_service", decide)


def reopen(context: Context, branch: str, ticket_id: int, actor: Actor, request_id: str | None = None) -> Served:
    """Let somebody wait again, at the place they had, whose visit of today was ended by mistake.

    Raises:
        QueueError: `unknown_ticket`, `state_forbids` (still open, expired, or of another day), `request_id_reused`.
    """

    def step(unit: Unit, ticket: TicketRecord, leg: LegRecord) -> None:
        if ticket.business_date != unit.business_date.isoformat():
            raise QueueError("state_forbids", state=leg.state, action="reopen")
        after(State(leg.state), Action.REOPEN)
        record_step(
            unit, Kind.TICKET_REOPENED, Action.REOPEN, ticket, leg, None, actor.user_id,
            data={"position": leg.position, "by": actor.name},
        )  # fmt: skip

    return _with_ticket(context, branch, "reopen", ticket_id, request_id, f"reopen {ticket_id}", step)


def move_ticket(
    context: Context,
    branch: str,
    ticket_id: int,
    actor: Actor,
    destination: Destination,
    request_id: str | None = None,
) -> Served:
    """Send somebody who waits (or is parked) to another queue, counter, person or place; the number stays.

    Raises:
        QueueError: `unknown_ticket`, `unknown_service`, `unknown_counter`, `unknown_user`, `state_forbids`.
    """

    def step(unit: Unit, ticket: TicketRecord, leg: LegRecord) -> None:
        if leg.state not in {State.WAITING, State.PARKED}:
            raise QueueError("state_forbids", state=leg.state, action="transfer")
        data = transfer_data(unit, leg, destination)
        record_step(unit, Kind.TICKET_TRANSFERRED, Action.TRANSFER, ticket, leg, None, actor.user_id, data=data)

    key = " ".join(map(str, ("move", ticket_id, *astuple(destination))))
    return _with_ticket(context, branch, "move", ticket_id, request_id, key, step)


def cancel_ticket(
    context: Context,
    branch: str,
    ticket_id: int,
    actor: Actor,
    reason: str | None = None,
    request_id: str | None = None,
) -> Served:
    """End a visit for somebody who has left or said so.

    Raises:
        QueueError: `unknown_ticket`, `state_forbids`.
    """

    def step(unit: Unit, ticket: TicketRecord, leg: LegRecord) -> None:
        after(State(leg.state), Action.CANCEL)
        # Said at the counter where the ticket is, it can be undone there.
        counter_id = leg.counter_id if leg.state == State.CALLED else None
        record_step(unit, Kind.TICKET_CANCELLED, Action.CANCEL, ticket, leg, counter_id, actor.user_id, reason=reason)

    return _with_ticket(context, branch, "cancel", ticket_id, request_id, f"cancel {ticket_id} {reason}", step)


def _with_ticket(
    context: Context,
    branch: str,
    verb: str,
    ticket_id: int,
    request_id: str | None,
    key: str,
    step: Callable[[Unit, TicketRecord, LegRecord], None],
) -> Served:
    """Take `step` with a ticket of the branch, wherever it is, once for each `request_id`."""

    def decide(unit: Unit) -> Served:
        row, earlier = _last_leg(unit, ticket_id, request_id, key)
        if earlier is not None:
            return earlier
        ticket, leg = unit.take_in(row)
        unit.remember_request(request_id, key)
        step(unit, ticket, leg)
        return Served(unit.setup, ticket, leg, unit.token(ticket.id), None)

    return context.perform(branch, verb, decide)


def add_note(context: Context, branch: str, ticket_id: int, actor: Actor, text: str) -> None:
    """Leave a note for the next clerk; it is erased when the day ends and never stands in the record.

    Raises:
        QueueError: `unknown_ticket`, `state_forbids` (the visit is over), `invalid_value`.
    """
    if not text.strip() or len(text) > MOST_NOTE:
        raise wrong("text", "a text of %(least)d to %(most)d characters is needed", least=1, most=MOST_NOTE)

    def decide(unit: Unit) -> None:
        row, _ = _last_leg(unit, ticket_id, None, "")
        ticket, leg = unit.take_in(row)
        if leg.state not in OPEN_STATES:
            raise QueueError("state_forbids", state=leg.state, action="note")
        note = {"branch_id": unit.setup.id, "ticket_id": ticket_id, "at": unit.now, "author": actor.name}
        unit.also_write(q.INSERT_NOTE, {**note, "text": text.strip()})
        unit.record(
            Kind.TICKET_NOTED,
            ticket_id=ticket.id,
            leg_id=leg.id,
            user_id=actor.user_id,
            data={"label": ticket.label, "service_id": leg.service_id},
        )

    context.perform(branch, "note", decide)


def _last_leg(unit: Unit, ticket_id: int, request_id: str | None, key: str) -> tuple[Row, Served | None]:
    asked = [(q.EVENT_OF_REQUEST, {"request_id": request_id})] if request_id is not None else []
    rows, *answered = unit.lock_and_read((q.LAST_LEG_OF_TICKET, {"ticket_id": ticket_id}), *asked)
    earlier = unit.answered(answered[0], key) if asked else None
    if not rows or rows[0].t_id // IDS_A_BRANCH != unit.setup.id:
        raise QueueError("unknown_ticket", ticket=ticket_id)
    return rows[0], first_answer(unit, earlier) if earlier is not None else None
