"""What a clerk does beside calling: serve without a number, add a service, reopen, move, cancel, leave a note."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from queue_app.clock import SimulatedClock
from queue_app.operations import desk_actions, serve
from queue_app.operations.close_day import close_day
from queue_app.operations.serve import Destination
from queue_app.store import queries as q
from tests.factories import Brno
from tests.operations.line import all_faults, snapshot
from tests.operations.test_take_and_serve import refused
from tests.operations.test_undo import here


def test_somebody_without_a_number_is_served_at_once_and_only_they_are(brno: Brno) -> None:
    brno.take()
    brno.open()
    with refused("no_ticket_at_counter"):
        serve.start(*here(brno))
    served = desk_actions.serve_without_ticket(*here(brno), "ids", request_id="walked up")
    assert (served.ticket.label, served.leg.state, served.rule) == ("A002", "serving", "without_waiting")
    assert (served.leg.calls, served.leg.started_at) == (0, served.leg.enqueued_at)
    again = desk_actions.serve_without_ticket(*here(brno), "ids", request_id="walked up")
    assert (again.ticket, again.leg, again.rule) == (served.ticket, served.leg, served.rule)
    with refused("request_id_reused"):
        desk_actions.serve_without_ticket(*here(brno), "cash", request_id="walked up")
    assert brno.next().ticket.label == "A001"
    assert brno.take().ticket.label == "A003"
    assert all_faults(brno.context) == []


def test_added_services_follow_each_other_at_the_place_of_the_first_arrival(brno: Brno, clock: SimulatedClock) -> None:
    brno.take()
    clock.advance(minutes=1)
    brno.take("cash"), brno.take("driving")
    brno.open()
    brno.next()
    for service in ("cash", "driving"):
        desk_actions.add_service(*here(brno), service)
    seen = []
    for _ in range(5):
        current = brno.context.database.look((q.LEG_AT_COUNTER, {"counter_id": brno.counters[0]}))[0][0]
        seen.append((current.t_label, current.sequence))
        serve.finish(*here(brno))
        if len(seen) < 5:
            brno.next()
    assert seen == [("A001", 1), ("A001", 2), ("A001", 3), ("C001", 1), ("B001", 1)]
    assert all_faults(brno.context) == []


def test_no_more_than_five_services_are_added(brno: Brno) -> None:
    brno.take()
    brno.open()
    brno.next()
    for _ in range(desk_actions.MOST_NEXT_SERVICES):
        desk_actions.add_service(*here(brno), "cash")
    with refused("state_forbids"):
        desk_actions.add_service(*here(brno), "cash")


ENDS: dict[str, Callable[[Brno], Any]] = {
    "finished": lambda brno: serve.finish(*here(brno), outcome="mistake"),
    "no_show": lambda brno: serve.no_show(*here(brno)),
    "cancelled": lambda brno: desk_actions.cancel_ticket(
        brno.context, "brno", min(snapshot(brno.context)[0]), brno.alena
    ),
}


@pytest.mark.parametrize("end", list(ENDS))
def test_who_was_ended_by_mistake_waits_again_at_their_place(brno: Brno, clock: SimulatedClock, end: str) -> None:
    ticket = brno.take().ticket
    clock.advance(minutes=1)
    brno.take()
    brno.open()
    brno.next()
    ENDS[end](brno)
    back = desk_actions.reopen(brno.context, "brno", ticket.id, brno.bohdan, request_id="back")
    assert (back.leg.state, back.leg.outcome, back.leg.ended_at, back.leg.counter_id) == ("waiting", None, None, None)
    assert desk_actions.reopen(brno.context, "brno", ticket.id, brno.bohdan, request_id="back").leg == back.leg
    with refused("state_forbids"):
        desk_actions.reopen(brno.context, "brno", ticket.id, brno.bohdan)
    assert brno.next().ticket.label == "A001"
    assert all_faults(brno.context) == []


def test_nobody_is_reopened_after_the_day(brno: Brno) -> None:
    gone, left = brno.take().ticket, brno.take()
    serve.cancel(brno.context, left.token)
    close_day(brno.context, "brno")
    for ticket in (gone, left.ticket):
        with refused("state_forbids"):
            desk_actions.reopen(brno.context, "brno", ticket.id, brno.alena)
    with refused("unknown_ticket"):
        desk_actions.reopen(brno.context, "brno", 7, brno.alena)


def test_somebody_who_waits_is_moved_and_has_not_been_served_by_it(brno: Brno, clock: SimulatedClock) -> None:
    ticket = brno.take().ticket
    brno.open()
    brno.next()
    clock.advance(minutes=2)
    serve.return_to_queue(*here(brno))
    clock.advance(minutes=2)
    desk_actions.move_ticket(
        brno.context, "brno", ticket.id, brno.actor("marta"), Destination("cash", position="first")
    )
    old, new = snapshot(brno.context)[1].values()
    assert (old["state"], old["started_at"], new["state"], new["service_id"]) == (
        "transferred", None, "waiting", brno.services["cash"],
    )  # fmt: skip
    assert brno.next().rule == "put_first"
    with refused("state_forbids"):
        desk_actions.move_ticket(brno.context, "brno", ticket.id, brno.actor("marta"), Destination("ids"))
    assert all_faults(brno.context) == []


def test_nobody_is_kept_for_a_person_who_does_not_work_here(brno: Brno) -> None:
    ticket = brno.take().ticket
    brno.open()
    with refused("unknown_user"):
        desk_actions.move_ticket(brno.context, "brno", ticket.id, brno.alena, Destination(user_id=brno.users["oskar"]))
    brno.next()
    with refused("unknown_user"):
        serve.park(*here(brno), user_id=brno.users["oskar"])
    with refused("unknown_user"):
        brno.take(user_id=brno.users["oskar"])


def test_a_clerk_ends_a_visit_but_not_a_service(brno: Brno) -> None:
    ticket = brno.take().ticket
    brno.open()
    brno.next()
    serve.start(*here(brno))
    with refused("state_forbids"):
        desk_actions.cancel_ticket(brno.context, "brno", ticket.id, brno.alena)
    serve.park(*here(brno))
    assert desk_actions.cancel_ticket(brno.context, "brno", ticket.id, brno.alena, "left").ticket.state == "cancelled"


def test_notes_are_for_today_only_and_not_in_the_record(brno: Brno) -> None:
    ticket = brno.take().ticket
    desk_actions.add_note(brno.context, "brno", ticket.id, brno.alena, "  brings a dog  ")
    (note,) = brno.context.database.look((q.NOTES_OF_TICKET, {"ticket_id": ticket.id}))[0]
    assert (note.author, note.text) == ("Alena", "brings a dog")
    for text in ("", "   ", "x" * 501):
        with refused("invalid_value"):
            desk_actions.add_note(brno.context, "brno", ticket.id, brno.alena, text)
    with brno.context.database.reading() as connection:
        told = connection.exec_driver_sql("SELECT data, reason FROM ticket_event").all()
    assert "dog" not in str(told)
    close_day(brno.context, "brno")
    assert brno.context.database.look((q.NOTES_OF_TICKET, {"ticket_id": ticket.id})) == [[]]
    with refused("state_forbids"):
        desk_actions.add_note(brno.context, "brno", ticket.id, brno.alena, "too late")
