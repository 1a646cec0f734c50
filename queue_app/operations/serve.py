"""What a clerk does with a ticket: call, recall, start, finish, no-show, return, park, transfer; and the visitor's leaving."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import astuple, dataclass
from datetime import timedelta
from typing import Any

from queue_app.domain.branch import BranchSetup
from queue_app.domain.discipline import Rule
from queue_app.domain.errors import QueueError
from queue_app.domain.events import Kind, LegRecord, TicketRecord
from queue_app.domain.reading import wrong
from queue_app.domain.tickets import OPEN_STATES, Action, State, after
from queue_app.operations.choosing import choose_at, read_heads
from queue_app.operations.counters import wrap_up as wrap_up_counter
from queue_app.operations.unit_of_work import IDS_A_BRANCH, Actor, Context, Unit
from queue_app.store import queries as q
from queue_app.store.prepared import Row
from queue_app.store.session import Step
from queue_app.store.types import microseconds


@dataclass(frozen=True)
class Served:
    """What an action left behind: the ticket, the leg it acted on, the rule that chose it and what makes that rule true."""

    setup: BranchSetup
    ticket: TicketRecord
    leg: LegRecord
    token: str
    rule: str | None
    facts: dict[str, Any] | None = None


def call_next(
    context: Context,
    counter_id: int,
    actor: Actor,
    request_id: str | None = None,
    service: str | None = None,
    outcome: str | None = None,
    *,
    only_if_free: bool = False,
) -> Served:
    """Call whoever is next for this counter; what is at the counter is finished first where the branch says so.

    Args:
        context, counter_id, actor, request_id: as everywhere.
        service: only from this service's queue.
        outcome: how the service that is finished by it ended.
        only_if_free: `counter_busy` where somebody is at the counter, whatever the branch says.

    Raises:
        QueueError: `nobody_waiting` (nothing is changed, the ticket at the counter stays), `counter_busy`,
            `counter_closed`, `counter_paused`, `not_your_counter`, `unknown_counter`, `unknown_service`, `outcome_needed`,
            `request_id_reused`.
    """
    key = " ".join(["call_next", str(counter_id), *filter(None, (service, outcome))])

    def decide(unit: Unit) -> Served:
        only = unit.setup.called_service(service).id if service is not None else None
        at_counter, heads, earlier = enter(unit, counter_id, actor, request_id, key, read_heads(unit.setup, unit.now))
        if earlier is not None:
            return earlier
        session = at_counter.session
        if only_if_free and (at_counter.row is not None or session.wrap_up_at is not None):
            raise QueueError("counter_busy", label=at_counter.row.t_label if at_counter.row is not None else "")
        chosen = choose_at(unit.setup, session, heads, microseconds(unit.now), only)
        if chosen is None:
            raise QueueError("nobody_waiting")
        make_room(unit, counter_id, at_counter, outcome)
        if chosen.turns is not None:
            unit.change_session(session.id, turns=chosen.turns)
        data: dict[str, Any] = {"facts": chosen.facts}
        if chosen.turns is not None:
            # What undoing the call gives back.
            data["turns_before"] = session.turns
        return _call(unit, chosen.row, counter_id, session, chosen.rule, request_id, key, data)

    return context.perform(context.branch_of_counter(counter_id), "call_next", decide)


def call_ticket(
    context: Context,
    counter_id: int,
    ticket_id: int,
    actor: Actor,
    request_id: str | None = None,
    outcome: str | None = None,
) -> Served:
    """Call one particular waiting or parked ticket; `outcome` is that of the service which is finished by it.

    Raises:
        QueueError: `unknown_ticket`, `state_forbids`, and as `call_next`.
    """
    key = " ".join(["call", str(counter_id), str(ticket_id), *filter(None, (outcome,))])

    def decide(unit: Unit) -> Served:
        wanted = (q.LAST_LEG_OF_TICKET, {"ticket_id": ticket_id})
        at_counter, rows, earlier = enter(unit, counter_id, actor, request_id, key, wanted)
        if earlier is not None:
            return earlier
        if not rows or rows[0].t_id // IDS_A_BRANCH != unit.setup.id:
            raise QueueError("unknown_ticket", ticket=ticket_id)
        after(State(rows[0].state), Action.CALL)
        make_room(unit, counter_id, at_counter, outcome)
        return _call(unit, rows[0], counter_id, at_counter.session, Rule.CHOSEN_BY_CLERK, request_id, key, {})

    return context.perform(context.branch_of_counter(counter_id), "call", decide)


def recall(context: Context, counter_id: int, actor: Actor, request_id: str | None = None) -> Served:
    """Call the ticket at this counter again; where the branch says how often, one time more ends it as a no-show.

    Raises:
        QueueError: `no_ticket_at_counter`, `state_forbids`, `counter_closed`, `not_your_counter`.
    """

    def instead(unit: Unit, leg: LegRecord) -> tuple[Action, Kind]:
        most = unit.setup.desk.most_recalls
        if most is not None and leg.state == State.CALLED and leg.recalls >= most:
            return Action.NO_SHOW, Kind.TICKET_NO_SHOW
        return Action.RECALL, Kind.TICKET_RECALLED

    return _act(context, counter_id, actor, request_id, Action.RECALL, Kind.TICKET_RECALLED, instead=instead)


def start(context: Context, counter_id: int, actor: Actor, request_id: str | None = None) -> Served:
    """Confirm that the visitor has arrived: the service begins.

    Raises:
        QueueError: as `recall`.
    """
    return _act(context, counter_id, actor, request_id, Action.START, Kind.SERVICE_STARTED)


def finish(
    context: Context,
    counter_id: int,
    actor: Actor,
    request_id: str | None = None,
    outcome: str | None = None,
    wrap_up: bool | None = None,
) -> Served:
    """End the service; a visitor who came for more goes on to the next service's queue.

    Args:
        context, counter_id, actor, request_id: as everywhere.
        outcome: how it ended, one of the service's outcomes where it has any.
        wrap_up: whether the counter is left in peace for a while; as the branch says where None.

    Raises:
        QueueError: as `recall`, `outcome_needed`, `invalid_value`; `state_forbids` also where the branch wants the arrival
            confirmed and it was not.
    """

    def facts(unit: Unit, ticket: TicketRecord, leg: LegRecord) -> dict[str, Any]:
        if unit.setup.confirm_arrival and leg.state == State.CALLED:
            raise QueueError("state_forbids", state=leg.state, action="finish")
        return {"data": _end_of_service(unit, ticket, leg, outcome)}

    def then(unit: Unit, session: Row) -> None:
        wanted = wrap_up if wrap_up is not None else unit.setup.desk.wrap_up_seconds > 0
        # Who takes a pause is left in peace already, and the end of a wrap-up must not end the pause.
        if wanted and session.paused_at is None:
            wrap_up_counter(unit, session)

    wish = (outcome,) if wrap_up is None else (outcome, wrap_up)
    return _act(context, counter_id, actor, request_id, Action.FINISH, Kind.TICKET_FINISHED, facts, wish, then=then)


def call_by_itself(context: Context, counter_id: int) -> Served | None:
    """Call the next visitor to a counter that is free, where its branch wants that; None where nobody is called.

    For what follows a service or a wrap-up; it acts for the clerk who sits there.
    """
    setup = context.setup(context.branch_of_counter(counter_id))
    if not setup.desk.auto_call:
        return None
    found = context.database.look((q.OPEN_SESSION, {"counter_id": counter_id}))[0]
    if not found:
        return None
    clerk = Actor(found[0].actor, found[0].actor_name, found[0].user_id)
    try:
        return call_next(context, counter_id, clerk, only_if_free=True)
    except QueueError as refusal:
        if refusal.code in {"nobody_waiting", "counter_busy", "counter_paused", "counter_closed", "not_your_counter"}:
            return None
        raise


def no_show(context: Context, counter_id: int, actor: Actor, request_id: str | None = None) -> Served:
    """End the visit of somebody who was called and did not come.

    Raises:
        QueueError: as `recall`; `no_show_too_early` with `calls`, `needed_calls` and `seconds_left`.
    """

    def facts(unit: Unit, ticket: TicketRecord, leg: LegRecord) -> dict[str, Any]:
        desk = unit.setup.desk
        assert leg.last_called_at is not None
        # Not before 0: another process may have called after this one looked at the clock.
        since = max(0.0, (unit.now - leg.last_called_at).total_seconds())
        left = desk.no_show_seconds - since
        calls = leg.recalls + 1
        if calls < desk.no_show_calls or left > 0:
            raise QueueError(
                "no_show_too_early", calls=calls, needed_calls=desk.no_show_calls, seconds_left=max(0, math.ceil(left))
            )
        return {}

    return _act(context, counter_id, actor, request_id, Action.NO_SHOW, Kind.TICKET_NO_SHOW, facts)


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

    def facts(unit: Unit, ticket: TicketRecord, leg: LegRecord) -> dict[str, Any]:
        not_before = (unit.now + timedelta(minutes=minutes)).isoformat() if minutes else None
        return {"data": {"position": place_of(unit, leg, position), "not_before": not_before}}

    return _act(context, counter_id, actor, request_id, Action.RETURN, Kind.TICKET_RETURNED, facts, (position, minutes))


def park(
    context: Context,
    counter_id: int,
    actor: Actor,
    request_id: str | None = None,
    reason: str | None = None,
    user_id: int | None = None,
) -> Served:
    """Hold the ticket for this counter, or for a person wherever they sit, to be called again by hand.

    Raises:
        QueueError: as `recall`, `unknown_user`.
    """

    def facts(unit: Unit, ticket: TicketRecord, leg: LegRecord) -> dict[str, Any]:
        if user_id is None:
            return {"reason": reason, "data": {"reserved_counter_id": counter_id}}
        known_user(unit, user_id)
        return {"reason": reason, "data": {"reserved_user_id": user_id}}

    wish = (reason,) if user_id is None else (reason, user_id)
    return _act(context, counter_id, actor, request_id, Action.PARK, Kind.TICKET_PARKED, facts, wish)


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

    def facts(unit: Unit, ticket: TicketRecord, leg: LegRecord) -> dict[str, Any]:
        return {"data": transfer_data(unit, leg, destination)}

    return _act(
        context, counter_id, actor, request_id, Action.TRANSFER, Kind.TICKET_TRANSFERRED, facts, astuple(destination)
    )


def transfer_data(unit: Unit, leg: LegRecord, destination: Destination) -> dict[str, Any]:
    """Return what a transfer's event has to say of the next leg.

    Raises:
        QueueError: `unknown_service`, `unknown_counter`, `unknown_user`.
    """
    setup = unit.setup
    own = setup.services_by_id.get(leg.service_id)
    # Its own service may be one that is given out no more.
    stays = destination.service is None or (own is not None and destination.service == own.slug)
    service_id = leg.service_id if stays else setup.service(destination.service or "").id
    if destination.counter_id is not None:
        setup.counter(destination.counter_id)
    if destination.user_id is not None:
        known_user(unit, destination.user_id)
    return {
        "new_leg_id": unit.next_id(),
        "to_service_id": service_id,
        "position": place_of(unit, leg, destination.position),
        "reserved_counter_id": destination.counter_id,
        "reserved_user_id": destination.user_id,
    }


def known_user(unit: Unit, user_id: int) -> None:
    """Refuse a person who does not work in the branch.

    Raises:
        QueueError: `unknown_user`.
    """
    if not unit.lock_and_read((q.USER, {"user_id": user_id}))[0]:
        raise QueueError("unknown_user", user=user_id)


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
            record_step(unit, Kind.TICKET_CANCELLED, Action.CANCEL, ticket, leg, None, None)
        return Served(unit.setup, ticket, leg, unit.token(ticket.id), leg.rule)

    return context.perform(context.slugs()[found[0].branch_id], "cancel", decide)


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


@dataclass(frozen=True)
class AtCounter:
    """A counter as an action finds it: its open session, and the leg that is there with its ticket."""

    session: Row
    row: Row | None


def enter(
    unit: Unit, counter_id: int, actor: Actor, request_id: str | None, key: str, *steps: Step
) -> tuple[AtCounter, list[Row], Served | None]:
    """Lock, read the counter and one more list, and check that `actor` may act here; or return the earlier answer."""
    always: list[Step] = [(q.OPEN_SESSION, {"counter_id": counter_id}), (q.LEG_AT_COUNTER, {"counter_id": counter_id})]
    asked: list[Step] = [(q.EVENT_OF_REQUEST, {"request_id": request_id})] if request_id is not None else []
    results = unit.lock_and_read(*always, *asked, *steps)
    sessions, at_counter = results[:2]
    earlier = unit.answered(results[2], key) if asked else None
    if earlier is not None:
        return AtCounter(None, None), [], first_answer(unit, earlier)
    if not sessions:
        unit.setup.counter(counter_id)
        raise QueueError("counter_closed", counter=counter_id)
    session = sessions[0]
    if session.actor != actor.key and not actor.supervises:
        raise QueueError("not_your_counter", clerk=session.actor_name)
    return AtCounter(session, at_counter[0] if at_counter else None), results[-1] if steps else [], None


def first_answer(unit: Unit, event: Row) -> Served:
    """Return what the event that already answered this request left behind."""
    (row,) = unit.lock_and_read((q.LEG_BY_ID, {"leg_id": event.leg_id}))[0]
    ticket, leg = unit.take_in(row)
    return Served(unit.setup, ticket, leg, unit.token(ticket.id), event.rule or leg.rule, leg.rule_facts)


def make_room(unit: Unit, counter_id: int, at_counter: AtCounter, outcome: str | None = None) -> None:
    """Finish what is at the counter where the branch lets a call do that, and end the wrap-up.

    Raises:
        QueueError: `counter_paused`, `counter_busy`, `outcome_needed`, `invalid_value`.
    """
    session, row = at_counter.session, at_counter.row
    if session.paused_at is not None:
        raise QueueError("counter_paused", counter=counter_id)
    if session.wrap_up_at is not None:
        unit.change_session(session.id, wrap_up_at=None)
    if row is None:
        return
    if not unit.setup.finish_on_next or (unit.setup.confirm_arrival and row.state == State.CALLED):
        raise QueueError("counter_busy", label=row.t_label)
    ticket, leg = unit.take_in(row)
    data = _end_of_service(unit, ticket, leg, outcome)
    record_step(unit, Kind.TICKET_FINISHED, Action.FINISH, ticket, leg, counter_id, session.user_id, data=data)


def _end_of_service(unit: Unit, ticket: TicketRecord, leg: LegRecord, outcome: str | None) -> dict[str, Any]:
    """Return what the event of a finished service says: the outcome, and the next leg where the visitor came for more."""
    service = unit.setup.services_by_id.get(leg.service_id)
    codes = [each.code for each in service.outcomes] if service is not None else []
    if outcome is None and codes and unit.setup.desk.outcome_required:
        raise QueueError("outcome_needed", service=service.slug if service else "?", outcomes=codes)
    if outcome is not None and codes and outcome not in codes:
        raise wrong("outcome", "one of %(words)s is needed", words=", ".join(codes))
    data: dict[str, Any] = {"outcome": outcome}
    if ticket.next_services:
        # The next service's queue takes them where they would stand had they come for it first.
        data |= {"new_leg_id": unit.next_id(), "to_service_id": ticket.next_services[0], "position": leg.position}
    return data


def _call(
    unit: Unit,
    row: Row,
    counter_id: int,
    session: Row,
    rule: str,
    request_id: str | None,
    key: str,
    data: dict[str, Any],
) -> Served:
    ticket, leg = unit.take_in(row)
    unit.remember_request(request_id, key)
    record_step(
        unit, Kind.TICKET_CALLED, Action.CALL, ticket, leg, counter_id, session.user_id, data=data, rule=str(rule)
    )
    return Served(unit.setup, ticket, leg, unit.token(ticket.id), str(rule), leg.rule_facts)


def _act(
    context: Context,
    counter_id: int,
    actor: Actor,
    request_id: str | None,
    action: Action,
    kind: Kind,
    facts: Callable[[Unit, TicketRecord, LegRecord], dict[str, Any]] | None = None,
    wish: tuple[object, ...] = (),
    *,
    instead: Callable[[Unit, LegRecord], tuple[Action, Kind]] | None = None,
    then: Callable[[Unit, Row], None] | None = None,
) -> Served:
    """Do `action` to the ticket at the counter.

    Args:
        context, counter_id, actor, request_id: as everywhere.
        action, kind: the step of the leg's life, and the event it is recorded as.
        facts: what else the event says; refuses where more than the leg's state matters.
        wish: what else was asked for, by which a repeated request is known.
        instead: what the action turns into.
        then: what follows in the same transaction, with the counter's session.
    """
    key = " ".join(map(str, (action, counter_id, *wish)))

    def decide(unit: Unit) -> Served:
        at_counter, _, earlier = enter(unit, counter_id, actor, request_id, key)
        if earlier is not None:
            return earlier
        if at_counter.row is None:
            raise QueueError("no_ticket_at_counter", counter=counter_id)
        ticket, leg = unit.take_in(at_counter.row)
        step, told = instead(unit, leg) if instead is not None else (action, kind)
        after(State(leg.state), step)
        more = facts(unit, ticket, leg) if facts is not None else {}
        unit.remember_request(request_id, key)
        rule, rule_facts = leg.rule, leg.rule_facts
        record_step(unit, told, step, ticket, leg, counter_id, at_counter.session.user_id, **more)
        if then is not None:
            then(unit, at_counter.session)
        return Served(unit.setup, ticket, leg, unit.token(ticket.id), rule, rule_facts)

    return context.perform(context.branch_of_counter(counter_id), str(action), decide)


def record_step(
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
    if kind in {Kind.TICKET_CALLED, Kind.TICKET_RECALLED}:
        told["language"] = ticket.language
    unit.record(kind, ticket_id=ticket.id, leg_id=leg.id, counter_id=counter_id, user_id=user_id, data=told, **facts)
    assert leg.state == expected and (ticket.state in OPEN_STATES or ticket.ended_at is not None)


def place_of(unit: Unit, leg: LegRecord, position: str) -> int:
    """Return the place in the queue that `keep`, `first` or `last` means now."""
    if position == "first":
        # Before everybody who has come so far; of two put first, the later one stands before the earlier one.
        return -microseconds(unit.now)
    return leg.position if position == "keep" else microseconds(unit.now)
