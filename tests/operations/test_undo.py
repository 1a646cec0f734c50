"""Undoing: tickets and legs stand as if it had not been, the record keeps both, and whoever comes too late is told so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from queue_app.clock import SimulatedClock
from queue_app.domain.events import Kind
from queue_app.operations import counters, desk_actions, rules_setup, serve
from queue_app.operations.serve import Destination
from queue_app.operations.undo import OF_TICKETS, undo
from queue_app.store import queries as q
from queue_app.store.models import TicketEvent
from tests.factories import Brno
from tests.operations.line import all_faults, snapshot
from tests.operations.test_take_and_serve import refused

Act = Callable[[Brno], Any]


def here(brno: Brno) -> tuple[Any, int, Any]:
    """Return where Alena acts."""
    return brno.context, brno.counters[0], brno.alena


def called(brno: Brno) -> None:
    """Let somebody stand at Alena's counter, called twice."""
    brno.next()
    serve.recall(*here(brno))


def served(brno: Brno) -> None:
    """Let somebody be served there."""
    brno.next()
    serve.start(*here(brno))


def with_more(brno: Brno) -> None:
    """Let somebody be served there, come for the cash desk too."""
    served(brno)
    desk_actions.add_service(*here(brno), "cash")


def parked(brno: Brno) -> None:
    """Let somebody be parked."""
    called(brno)
    serve.park(*here(brno), reason="a form")


def nothing(brno: Brno) -> None:
    """Leave everybody waiting."""


def call_parked(brno: Brno) -> None:
    """Call the parked ticket by hand."""
    serve.call_ticket(brno.context, brno.counters[0], ticket_in_hand(brno), brno.alena)


def ticket_in_hand(brno: Brno) -> int:
    """Return the id of the ticket that is called, served or parked."""
    (ticket_id,) = (
        key for key, each in snapshot(brno.context)[0].items() if each["state"] in ("called", "serving", "parked")
    )
    return ticket_id


def first_ticket(brno: Brno) -> int:
    """Return the id of A001."""
    return min(snapshot(brno.context)[0])


UNDONE: dict[str, tuple[Act, Act]] = {
    "call_next": (nothing, lambda brno: brno.next()),
    "call_next_that_finished_one": (served, lambda brno: brno.next()),
    "call_next_that_finished_one_nobody_confirmed": (called, lambda brno: brno.next()),
    "call_next_that_sent_one_on": (with_more, lambda brno: brno.next()),
    "call_of_a_parked_ticket": (parked, call_parked),
    "start": (called, lambda brno: serve.start(*here(brno))),
    "finish": (served, lambda brno: serve.finish(*here(brno), outcome="resolved")),
    "finish_unconfirmed": (called, lambda brno: serve.finish(*here(brno))),
    "finish_with_wrap_up": (served, lambda brno: serve.finish(*here(brno), wrap_up=True)),
    "finish_with_a_next_service": (with_more, lambda brno: serve.finish(*here(brno))),
    "finish_with_both": (with_more, lambda brno: serve.finish(*here(brno), wrap_up=True)),
    "no_show": (called, lambda brno: serve.no_show(*here(brno))),
    "return_keep": (called, lambda brno: serve.return_to_queue(*here(brno))),
    "return_last_in_ten_minutes": (served, lambda brno: serve.return_to_queue(*here(brno), position="last", minutes=10)),
    "park": (served, lambda brno: serve.park(*here(brno), reason="a form")),
    "park_for_a_person": (called, lambda brno: serve.park(*here(brno), user_id=brno.users["bohdan"])),
    "transfer_to_a_service": (served, lambda brno: serve.transfer(*here(brno), Destination("cash", position="first"))),
    "transfer_to_a_counter": (called, lambda brno: serve.transfer(*here(brno), Destination(counter_id=brno.counters[1]))),
    "cancel_at_the_counter": (called, lambda brno: desk_actions.cancel_ticket(brno.context, "brno", ticket_in_hand(brno), brno.alena, "left")),
    "add_service": (served, lambda brno: desk_actions.add_service(*here(brno), "driving")),
}  # fmt: skip


def three_wait(brno: Brno, clock: SimulatedClock) -> None:
    """Let three wait, one of whom wants much, and Alena sit down."""
    for wish in (
        {},
        {"wanted_language": "cs", "booked_for": clock.now() - timedelta(minutes=1)},
        {"priority": "priority"},
    ):
        clock.advance(minutes=1)
        brno.take(**wish)
    brno.take("driving")
    brno.open()


@pytest.mark.parametrize("action", list(UNDONE))
def test_undone_within_20_seconds_everything_stands_as_before_and_the_record_has_both(
    brno: Brno, clock: SimulatedClock, action: str
) -> None:
    three_wait(brno, clock)
    prepare, act = UNDONE[action]
    prepare(brno)
    clock.advance(seconds=45)
    before = snapshot(brno.context)
    act(brno)
    done = snapshot(brno.context)
    assert done != before
    clock.advance(seconds=20)
    back = undo(*here(brno), request_id="oops")
    assert snapshot(brno.context) == before
    assert all_faults(brno.context) == []
    with brno.context.database.reading() as connection:
        record = list(connection.execute(select(TicketEvent.__table__).order_by(TicketEvent.revision)))
    undone = [event for event in record if event.kind == Kind.ACTION_UNDONE]
    told = {revision: event.data["undone_kind"] for event in undone for revision in event.data["undone"]}
    assert told == {event.revision: event.kind for event in record if event.revision in told}
    # The action itself is still there, with whom it concerned, and the one who took it back.
    assert {event.kind for event in record if event.revision in told} <= OF_TICKETS
    assert {event.user_id for event in undone} == {brno.users["alena"]}
    assert {event.counter_id for event in undone} == {brno.counters[0]}
    # The same request again is the same answer; another one finds nothing more to take back.
    again = undo(*here(brno), request_id="oops")
    assert (again.ticket, again.leg, again.rule) == (back.ticket, back.leg, back.rule)
    with refused("nothing_to_undo"):
        undo(*here(brno))
    assert snapshot(brno.context) == before
    # And what was taken back can be done again.
    act(brno)
    again_done = snapshot(brno.context)
    assert [leg["state"] for leg in again_done[1].values()] == [leg["state"] for leg in done[1].values()]
    assert all_faults(brno.context) == []


def test_every_kind_that_can_be_undone_is_undone_above(brno: Brno, clock: SimulatedClock) -> None:
    three_wait(brno, clock)
    for prepare, act in UNDONE.values():
        prepare(brno)
        act(brno)
        undo(*here(brno))
        while any(leg["state"] in ("called", "serving") for leg in snapshot(brno.context)[1].values()):
            serve.return_to_queue(*here(brno), position="first")
        if any(leg["state"] == "parked" for leg in snapshot(brno.context)[1].values()):
            call_parked(brno)
            serve.return_to_queue(*here(brno), position="first")
    with brno.context.database.reading() as connection:
        record = connection.scalars(select(TicketEvent.data).where(TicketEvent.kind == Kind.ACTION_UNDONE))
        assert {data["undone_kind"] for data in record} == OF_TICKETS


@pytest.mark.parametrize(
    "action", ["call_next_that_finished_one", "finish_with_both", "cancel_at_the_counter", "add_service"]
)
def test_after_20_seconds_it_is_too_late_and_nothing_changes(brno: Brno, clock: SimulatedClock, action: str) -> None:
    three_wait(brno, clock)
    prepare, act = UNDONE[action]
    prepare(brno)
    act(brno)
    clock.advance(seconds=20, microseconds=1)
    done = snapshot(brno.context)
    with refused("undo_too_late"):
        undo(*here(brno))
    assert snapshot(brno.context) == done


GONE_ON: dict[str, tuple[str, Act]] = {
    "the next leg called elsewhere": ("transfer_to_a_service", lambda brno: brno.next(1)),
    "the next service called elsewhere": ("finish_with_a_next_service", lambda brno: brno.next(1, service="cash")),
    "returned and called elsewhere": ("return_keep", lambda brno: serve.call_ticket(brno.context, brno.counters[1], first_ticket(brno), brno.bohdan)),
    "parked and called elsewhere": ("park", lambda brno: serve.call_ticket(brno.context, brno.counters[1], first_ticket(brno), brno.bohdan)),
    "left while parked": ("park", lambda brno: serve.cancel(brno.context, snapshot(brno.context)[0][first_ticket(brno)]["token"])),
    "left while called": ("call_of_a_parked_ticket", lambda brno: serve.cancel(brno.context, snapshot(brno.context)[0][first_ticket(brno)]["token"])),
    "moved while waiting": ("transfer_to_a_service", lambda brno: desk_actions.move_ticket(brno.context, "brno", first_ticket(brno), brno.bohdan, Destination("driving"))),
    "reopened": ("no_show", lambda brno: desk_actions.reopen(brno.context, "brno", first_ticket(brno), brno.bohdan)),
    "reopened and called elsewhere": ("finish", lambda brno: (desk_actions.reopen(brno.context, "brno", first_ticket(brno), brno.bohdan), brno.next(1))),
}  # fmt: skip


@pytest.mark.parametrize("how", list(GONE_ON))
def test_a_ticket_that_has_gone_on_is_not_brought_back(brno: Brno, clock: SimulatedClock, how: str) -> None:
    brno.take()
    brno.take("driving")
    brno.open(0), brno.open(1)
    action, go_on = GONE_ON[how]
    prepare, act = UNDONE[action]
    prepare(brno)
    act(brno)
    go_on(brno)
    gone_on = snapshot(brno.context)
    with refused("undo_too_late"):
        undo(*here(brno))
    assert snapshot(brno.context) == gone_on
    assert all_faults(brno.context) == []


SOMETHING_ELSE: dict[str, Act] = {
    "a pause": lambda brno: counters.pause_counter(*here(brno)),
    "a recall": lambda brno: serve.recall(*here(brno)),
    "closing and opening": lambda brno: (serve.finish(*here(brno)), counters.close_counter(*here(brno)), brno.open()),
    "a wrap-up of its own": lambda brno: (serve.finish(*here(brno)), counters.begin_wrap_up(*here(brno))),
    "a take-over": lambda brno: counters.open_counter(
        brno.context, brno.counters[0], brno.actor("marta"), take_over=True
    ),
}


@pytest.mark.parametrize("what", list(SOMETHING_ELSE))
def test_only_the_last_action_of_the_counter_is_undone(brno: Brno, what: str) -> None:
    brno.take()
    brno.open()
    brno.next()
    SOMETHING_ELSE[what](brno)
    done = snapshot(brno.context)
    who = brno.actor("marta") if what == "a take-over" else brno.alena
    with refused("nothing_to_undo"):
        undo(brno.context, brno.counters[0], who)
    assert snapshot(brno.context) == done


def test_what_happens_to_others_or_is_only_noted_does_not_hinder_undoing(brno: Brno, clock: SimulatedClock) -> None:
    three_wait(brno, clock)
    brno.open(1)
    before = snapshot(brno.context)[1]
    mine = brno.next()
    brno.next(1)
    desk_actions.add_note(brno.context, "brno", mine.ticket.id, brno.bohdan, "came with a child")
    brno.take()
    undo(*here(brno))
    assert snapshot(brno.context)[1][mine.leg.id] == before[mine.leg.id]


def test_the_shares_of_the_counter_are_as_before_the_call(brno: Brno, clock: SimulatedClock) -> None:
    profile = {"services": [{"service": "ids", "weight": 2}, "driving"], "manner": "weighted_share"}
    marta = brno.actor("marta")
    rules_setup.set_profile(brno.context, "brno", marta, "shares", profile)
    rules_setup.set_rules(
        brno.context, "brno", marta, {"classes": [{"name": "vip", "handling": "at_most", "every": 3}]}
    )
    for number in range(12):
        brno.take(("ids", "driving")[number % 2], priority=("standard", "vip")[number % 3 // 2])
    counters.open_counter(*here(brno), "shares")
    for _ in range(6):
        turns = session_of(brno).turns
        called = brno.next()
        assert session_of(brno).turns != turns
        undo(*here(brno))
        assert session_of(brno).turns == turns
        again = brno.next()
        assert (again.leg.id, again.rule, again.facts) == (called.leg.id, called.rule, called.facts)


def session_of(brno: Brno) -> Any:
    """Return the open session of Alena's counter."""
    return brno.context.database.look((q.OPEN_SESSION, {"counter_id": brno.counters[0]}))[0][0]


def test_a_number_given_without_waiting_is_called_by_nobody_when_that_is_undone(brno: Brno) -> None:
    brno.take()
    brno.open()
    brno.next()
    serve.start(*here(brno))
    before = snapshot(brno.context)
    walk_in = desk_actions.serve_without_ticket(*here(brno), "cash")
    back = undo(*here(brno))
    after = snapshot(brno.context)
    assert back.ticket.label == "A001"
    assert {key: after[0][key] for key in before[0]} == before[0] and after[2] == before[2]
    assert {key: after[1][key] for key in before[1]} == before[1]
    assert after[0][walk_in.ticket.id]["state"] == after[1][walk_in.leg.id]["state"] == "cancelled"
    assert all_faults(brno.context) == []
    with refused("nobody_waiting"):
        brno.next()


def test_a_ticket_brought_back_has_the_rank_its_class_has_by_now(brno: Brno, clock: SimulatedClock) -> None:
    brno.take(priority="priority")
    brno.open()
    brno.next()
    serve.transfer(*here(brno), Destination("cash"))
    marta = brno.actor("marta")
    classes = [{"name": "pregnant"}, {"name": "vip"}, {"name": "priority"}]
    rules_setup.set_rules(brno.context, "brno", marta, {"classes": classes})
    assert undo(*here(brno)).leg.rank == 2
    assert all_faults(brno.context) == []
    serve.return_to_queue(*here(brno))
    brno.take(priority="vip")
    assert [brno.next().ticket.label for _ in range(2)] == ["A002", "A001"]


def test_only_who_sits_there_or_supervises_undoes(brno: Brno) -> None:
    brno.take()
    with refused("counter_closed"):
        undo(*here(brno))
    brno.open()
    with refused("nothing_to_undo"):
        undo(*here(brno))
    brno.next()
    with refused("not_your_counter"):
        undo(brno.context, brno.counters[0], brno.bohdan)
    assert undo(brno.context, brno.counters[0], brno.actor("marta")).ticket.state == "waiting"


def test_the_days_end_leaves_nothing_to_undo(brno: Brno, clock: SimulatedClock) -> None:
    brno.take()
    brno.open()
    clock.advance(hours=17, minutes=59, seconds=50)
    brno.next()
    clock.advance(seconds=11)
    with refused("counter_closed"):
        undo(*here(brno))
    brno.open()
    with refused("nothing_to_undo"):
        undo(*here(brno))
    assert all_faults(brno.context) == []
