"""What a clerk does with a ticket: call, recall, start, finish, no-show, return, park, transfer; and the visitor's leaving."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple, dataclass
from datetime import timedelta
from typing import Any

from queue_app.domain.branch import BranchSetup
from queue_app.domain.discipline import Rule, choose
from queue_app.domain.errors import QueueError
from queue_app.domain.events import Kind, LegRecord, TicketRecord
from queue_app.domain.lanes import CounterState, Waiting, Wishes
from queue_app.domain.profiles import first_come
from queue_app.domain.tickets import OPEN_STATES, Action, State, after
from queue_app.operations.unit_of_work import Actor, Context, Unit
from queue_app.store import queries as q
from queue_app.store.prepared import Row
from queue_app.store.session import Step
from queue_app.store.types import microseconds


@dataclass(frozen=True)
class Served:
    """What an action left behind: the ticket, the leg it acted on, and the rule that chose it."""

    setup: BranchSetup
    ticket: TicketRecord
    leg: LegRecord
    token: str
    rule: str | None


def call_next(context: Context, counter_id: int, actor: Actor, request_id: str | None = None) -> Served:
    """Call whoever is next for this counter; what is at the counter is finished first where the branch says so.

    Raises:
        QueueError: `nobody_waiting` (nothing is changed, the ticket at the counter stays), `counter_busy`,
            `counter_closed`, `counter_paused`, `not_your_counter`, `unknown_counter`, `request_id_reused`.
    """
    key = f"call_next {counter_id}"

    def decide(unit: Unit) -> Served:
        heads_of = {"now": unit.now, "counter_id": counter_id, "user_id": actor.user_id}
        at_counter, heads, earlier = _enter(unit, counter_id, actor, request_id, key, (q.HEADS, heads_of))
        if earlier is not None:
            return earlier
        session = at_counter.session
        rows = {row.id: row for row in heads}
        profile = first_come(unit.setup.services_of(session.profile_id))
        # HEADS lets through what is kept for whoever asks, which for a supervisor is not the person of the session.
        state = CounterState(counter_id, actor.user_id)
        chosen = choose(map(_waiting, heads), profile, state, microseconds(unit.now))
        if chosen is None:
            raise QueueError("nobody_waiting")
        _make_room(unit, counter_id, session, at_counter.row)
        return _call(unit, rows[chosen.leg.leg_id], counter_id, session, chosen.rule, request_id, key)

    return context.perform(context.branch_of_counter(counter_id), "call_next", decide)


def call_ticket(
    context: Context, counter_id: int, ticket_id: int, actor: Actor, request_id: str | None = None
) -> Served:
    """Call one particular waiting or parked ticket.

    Raises:
        QueueError: `unknown_ticket`, `state_forbids`, and as `call_next`.
    """
    key = f"call {counter_id} {ticket_id}"

    def decide(unit: Unit) -> Served:
        wanted = (q.LAST_LEG_OF_TICKET, {"ticket_id": ticket_id})
        at_counter, rows, earlier = _enter(unit, counter_id, actor, request_id, key, wanted)
        if earlier is not None:
            return earlier
        if not rows or rows[0].t_id // 10**11 != unit.setup.id:
            raise QueueError("unknown_ticket", ticket=ticket_id)
        after(State(rows[0].state), Action.CALL)
        _make_room(unit, counter_id, at_counter.session, at_counter.row)
        return _call(unit, rows[0], counter_id, at_counter.session, Rule.CHOSEN_BY_CLERK, request_id, key)

    return context.perform(context.branch_of_counter(counter_id), "call", decide)


def recall(context: Context, counter_id: int, actor: Actor, request_id: str | None = None) -> Served:
    """Call the ticket at this counter again.

    Raises:
        QueueError: `no_ticket_at_counter`, `state_forbids`, `counter_closed`, `not_your_counter`.
    """
    return _act(context, counter_id, actor, request_id, Action.RECALL, Kind.TICKET_RECALLED)


def start(context: Context, counter_id: int, actor: Actor, request_id: str | None = None) -> Served:
    """Confirm that the visitor has arrived: the service begins.

    Raises:
        QueueError: as `recall`.
    """
    return _act(context, counter_id, actor, request_id, Action.START, Kind.SERVICE_STARTED)


def finish(
    context: Context, counter_id: int, actor: Actor, request_id: str | None = None, outcome: str | None = None
) -> Served:
    """End the service.

    Raises:
        QueueError: as `recall`; `state_forbids` also where the branch wants the arrival confirmed and it was not.
    """

    def facts(unit: Unit, leg: LegRecord) -> dict[str, Any]:
        if unit.setup.confirm_arrival and leg.state == State.CALLED:
            raise QueueError("state_forbids", state=leg.state, action="finish")
        return {"data": {"outcome": outcome}}

    return _act(context, counter_id, actor, request_id, Action.FINISH, Kind.TICKET_FINISHED, facts, (outcome,))


def no_show(context: Context, counter_id: int, actor: Actor, request_id: str | None = None) -> Served:
    """End the visit of somebody who was called and did not come.

    Raises:
        QueueError: as `recall`.
    """
    return _act(context, counter_id, actor, request_id, Action.NO_SHOW, Kind.TICKET_NO_SHOW)


def return_to_queue(
    context: Context,
    counter_id: int,
    actor: Actor,
    request_id: str | None = None,
    position: str = "keep",
    minutes: int = 0,
) -> Served:
    """Put the ticket at this counter back into its queue.

    Args:
        context, counter_id, actor, request_id: as everywhere.
        position: `keep` its place, or `first`, or `last`.
        minutes: not called again before so many minutes have passed.

    Raises:
        QueueError: as `recall`.
    """

    def facts(unit: Unit, leg: LegRecord) -> dict[str, Any]:
        not_before = (unit.now + timedelta(minutes=minutes)).isoformat() if minutes else None
        return {"data": {"position": _place(unit, leg, position), "not_before": not_before}}

    return _act(context, counter_id, actor, request_id, Action.RETURN, Kind.TICKET_RETURNED, facts, (position, minutes))


def park(
    context: Context, counter_id: int, actor: Actor, request_id: str | None = None, reason: str | None = None
) -> Served:
    """Hold the ticket for this counter, to be called again by hand.

    Raises:
        QueueError: as `recall`.
    """

    def facts(unit: Unit, leg: LegRecord) -> dict[str, Any]:
        return {"reason": reason, "data": {"reserved_counter_id": counter_id}}

    return _act(context, counter_id, actor, request_id, Action.PARK, Kind.TICKET_PARKED, facts, (reason,))


@dataclass(frozen=True)
class Destination:
    """Where a transfer leads: a service (the same one where None), a counter or a person; and the place in that queue."""

    service: str | None = None
    counter_id: int | None = None
    user_id: int | None = None
    position: str = "keep"


def transfer(
    context: Context, counter_id: int, actor: Actor, destination: Destination, request_id: str | None = None
) -> Served:
    """End this leg and open the next one elsewhere; the visitor keeps the number.

    Raises:
        QueueError: `unknown_service`, `unknown_counter`, `unknown_user`, and as `recall`.
    """

    def facts(unit: Unit, leg: LegRecord) -> dict[str, Any]:
        setup = unit.setup
        service_id = setup.service(destination.service).id if destination.service else leg.service_id
        if destination.counter_id is not None:
            setup.counter(destination.counter_id)
        if destination.user_id is not None and not unit.lock_and_read((q.USER, {"user_id": destination.user_id}))[0]:
            raise QueueError("unknown_user", user=destination.user_id)
        data = {
            "new_leg_id": unit.next_id(),
            "to_service_id": service_id,
            "position": _place(unit, leg, destination.position),
            "reserved_counter_id": destination.counter_id,
            "reserved_user_id": destination.user_id,
        }
        return {"data": data}

    return _act(
        context, counter_id, actor, request_id, Action.TRANSFER, Kind.TICKET_TRANSFERRED, facts, astuple(destination)
    )


def cancel(context: Context, token: str) -> Served:
    """Let the visitor who holds `token` leave the queue; leaving twice is the same as leaving once.

    Raises:
        QueueError: `unknown_ticket`, `state_forbids`.
    """
    found = context.database.look((q.TICKET_BY_TOKEN, {"token": token}))[0]
    if not found:
        raise QueueError("unknown_ticket")

    def decide(unit: Unit) -> Served:
        (row,) = unit.lock_and_read((q.LAST_LEG_OF_TICKET, {"ticket_id": found[0].id}))[0]
        ticket, leg = unit.take_in(row)
        if leg.state != State.CANCELLED:
            _record(unit, Kind.TICKET_CANCELLED, Action.CANCEL, ticket, leg, None, None)
        return Served(unit.setup, ticket, leg, unit.token(ticket.id), leg.rule)

    return context.perform(context.slugs()[found[0].branch_id], "cancel", decide)


<<<<<<< HEAD
def token_of(context: Context, branch: str, ticket_id: int) -> str:
    """Return the token of a branch's ticket, for those who may act on it without holding it.

    Raises:
        QueueError: `unknown_branch`, `unknown_ticket`.
    """
    rows = context.database.look((q.TOKEN_OF_TICKET, {"branch_id": context.setup(branch).id, "ticket_id": ticket_id}))[
        0
    ]
    if not rows:
        raise QueueError("unknown_ticket", ticket=ticket_id)
    return str(rows[0].token)
=======
def _waiting(row: Row) -> Waiting:
    """Return a row of HEADS as the rules see it."""
    wishes = None
    if row.not_before is not None or row.reserved_counter_id is not None or row.reserved_user_id is not None:
        not_before = microseconds(row.not_before) if row.not_before is not None else None
        wishes = Wishes(not_before, row.reserved_counter_id, row.reserved_user_id)
    return Waiting(row.id, row.service_id, row.position, microseconds(row.enqueued_at), row.t_priority, wishes)
>>>>>>> rules


@dataclass(frozen=True)
class _AtCounter:
    session: Row
    row: Row | None


def _enter(
    unit: Unit, counter_id: int, actor: Actor, request_id: str | None, key: str, *steps: Step
) -> tuple[_AtCounter, list[Row], Served | None]:
    """Lock, read the counter and one more list, and check that `actor` may act here; or return the earlier answer."""
    always: list[Step] = [(q.OPEN_SESSION, {"counter_id": counter_id}), (q.LEG_AT_COUNTER, {"counter_id": counter_id})]
    asked: list[Step] = [(q.EVENT_OF_REQUEST, {"request_id": request_id})] if request_id is not None else []
    results = unit.lock_and_read(*always, *asked, *steps)
    sessions, at_counter = results[:2]
    earlier = unit.answered(results[2], key) if asked else None
    if earlier is not None:
        return _AtCounter(None, None), [], _first_answer(unit, earlier)
    if not sessions:
        unit.setup.counter(counter_id)
        raise QueueError("counter_closed", counter=counter_id)
    session = sessions[0]
    if session.actor != actor.key and not actor.supervises:
        raise QueueError("not_your_counter", clerk=session.actor_name)
    return _AtCounter(session, at_counter[0] if at_counter else None), results[-1] if steps else [], None


def _first_answer(unit: Unit, event: Row) -> Served:
    (row,) = unit.lock_and_read((q.LEG_BY_ID, {"leg_id": event.leg_id}))[0]
    ticket, leg = unit.take_in(row)
    return Served(unit.setup, ticket, leg, unit.token(ticket.id), event.rule or leg.rule)


def _make_room(unit: Unit, counter_id: int, session: Row, row: Row | None) -> None:
    if session.paused_at is not None:
        raise QueueError("counter_paused", counter=counter_id)
    if row is None:
        return
    if not unit.setup.finish_on_next or (unit.setup.confirm_arrival and row.state == State.CALLED):
        raise QueueError("counter_busy", label=row.t_label)
    ticket, leg = unit.take_in(row)
    _record(unit, Kind.TICKET_FINISHED, Action.FINISH, ticket, leg, counter_id, session.user_id, data={"outcome": None})


def _call(unit: Unit, row: Row, counter_id: int, session: Row, rule: str, request_id: str | None, key: str) -> Served:
    ticket, leg = unit.take_in(row)
    unit.remember_request(request_id, key)
    _record(unit, Kind.TICKET_CALLED, Action.CALL, ticket, leg, counter_id, session.user_id, rule=str(rule))
    return Served(unit.setup, ticket, leg, unit.token(ticket.id), str(rule))


def _act(
    context: Context,
    counter_id: int,
    actor: Actor,
    request_id: str | None,
    action: Action,
    kind: Kind,
    facts: Callable[[Unit, LegRecord], dict[str, Any]] | None = None,
    wish: tuple[object, ...] = (),
) -> Served:
    """Do `action` to the ticket at the counter; `wish` is what else was asked for, by which a repeated request is known."""
    key = " ".join(map(str, (action, counter_id, *wish)))

    def decide(unit: Unit) -> Served:
        at_counter, _, earlier = _enter(unit, counter_id, actor, request_id, key)
        if earlier is not None:
            return earlier
        if at_counter.row is None:
            raise QueueError("no_ticket_at_counter", counter=counter_id)
        ticket, leg = unit.take_in(at_counter.row)
        after(State(leg.state), action)
        more = facts(unit, leg) if facts is not None else {}
        unit.remember_request(request_id, key)
        rule = leg.rule
        _record(unit, kind, action, ticket, leg, counter_id, at_counter.session.user_id, **more)
        return Served(unit.setup, ticket, leg, unit.token(ticket.id), rule)

    return context.perform(context.branch_of_counter(counter_id), str(action), decide)


def _record(
    unit: Unit,
    kind: Kind,
    action: Action,
    ticket: TicketRecord,
    leg: LegRecord,
    counter_id: int | None,
    user_id: int | None,
    data: dict[str, Any] | None = None,
    **facts: Any,
) -> None:
    """Record one step of a leg, with what the screens need to follow it, and see that it ends where the table says."""
    expected = after(State(leg.state), action)
    told = {"label": ticket.label, "service_id": leg.service_id, "from": leg.state, **(data or {})}
    unit.record(kind, ticket_id=ticket.id, leg_id=leg.id, counter_id=counter_id, user_id=user_id, data=told, **facts)
    assert leg.state == expected and (ticket.state in OPEN_STATES or ticket.ended_at is not None)


def _place(unit: Unit, leg: LegRecord, position: str) -> int:
    if position == "first":
        # Before everybody who has come so far; of two put first, the later one stands before the earlier one.
        return -microseconds(unit.now)
    return leg.position if position == "keep" else microseconds(unit.now)
