"""A visit from the number to its end, on both databases."""

from __future__ import annotations

import pytest

from queue_app.clock import SimulatedClock
from queue_app.domain.errors import QueueError
from queue_app.operations import counters, serve
from queue_app.operations.serve import Destination
from queue_app.operations.verify import differences
from queue_app.store import queries as q
from tests.factories import Brno


def refused(code: str):  # type: ignore[no-untyped-def]
    """Expect a refusal with this code."""
    return pytest.raises(QueueError, match=f"^{code}")


def test_numbers_follow_each_other_in_each_series(brno: Brno) -> None:
    labels = [brno.take(service).ticket.label for service in ("ids", "ids", "driving", "ids", "A", "B")]
    assert labels == ["A001", "A002", "B001", "A003", "A004", "B002"]


def test_the_same_request_again_is_the_same_ticket(brno: Brno) -> None:
    first = brno.take(request_id="one touch")
    again = brno.take(request_id="one touch")
    assert (first.is_new, again.is_new) == (True, False)
    assert again.ticket == first.ticket and again.token == first.token
    assert brno.take(request_id="another").ticket.label == "A002"


def test_a_request_id_used_for_something_else_is_refused(brno: Brno) -> None:
    brno.take(request_id="x")
    with refused("request_id_reused"):
        brno.take("driving", request_id="x")
    brno.open()
    with refused("request_id_reused"):
        brno.next(request_id="x")
    assert brno.take("driving").ticket.label == "B001"


def test_second_clerk_gets_the_next_ticket_not_the_same_one(brno: Brno) -> None:
    for _ in range(3):
        brno.take()
    brno.open(0), brno.open(1)
    assert [brno.next(0).ticket.label, brno.next(1).ticket.label] == ["A001", "A002"]


def test_next_finishes_the_ticket_before_and_records_its_times(brno: Brno, clock: SimulatedClock) -> None:
    brno.take(), brno.take()
    brno.open()
    clock.advance(minutes=7)
    brno.next()
    clock.advance(minutes=3)
    serve.start(brno.context, brno.counters[0], brno.alena)
    clock.advance(minutes=5)
    assert brno.next().ticket.label == "A002"
    rows = brno.context.database.look((q.LEG_BY_ID, {"leg_id": brno.branch_id * 10**11 + 1}))[0]
    leg = rows[0]
    assert leg.state == "finished"
    assert (leg.started_at - leg.enqueued_at).total_seconds() == 600
    assert (leg.ended_at - leg.started_at).total_seconds() == 300


def test_the_same_call_next_again_answers_with_the_same_call_even_when_it_finished_another_ticket(brno: Brno) -> None:
    for _ in range(3):
        brno.take()
    brno.open()
    brno.next(request_id="first press")
    second = brno.next(request_id="second press")
    again = brno.next(request_id="second press")
    assert (again.ticket, again.leg, again.rule) == (second.ticket, second.leg, second.rule)
    assert brno.next(request_id="first press").ticket.label == "A001"


def test_nobody_waiting_changes_nothing_and_the_ticket_stays(brno: Brno) -> None:
    brno.take()
    brno.open()
    brno.next()
    with refused("nobody_waiting"):
        brno.next()
    assert serve.recall(brno.context, brno.counters[0], brno.alena).ticket.label == "A001"


def test_priority_visitors_come_first_and_the_call_says_so(brno: Brno) -> None:
    brno.take()
    brno.take(priority="priority")
    brno.open()
    first = brno.next()
    assert (first.ticket.label, first.rule) == ("A002", "priority_first")
    assert brno.next().rule == "first_come"


def test_one_particular_ticket_can_be_called(brno: Brno) -> None:
    brno.take()
    wanted = brno.take()
    brno.open()
    called = serve.call_ticket(brno.context, brno.counters[0], wanted.ticket.id, brno.alena)
    assert (called.ticket.label, called.rule) == ("A002", "chosen_by_clerk")
    with refused("state_forbids"):
        serve.call_ticket(brno.context, brno.counters[0], wanted.ticket.id, brno.alena)
    with refused("unknown_ticket"):
        serve.call_ticket(brno.context, brno.counters[0], 7, brno.alena)


def test_a_returned_ticket_keeps_its_place_or_goes_where_it_is_told(brno: Brno, clock: SimulatedClock) -> None:
    for _ in range(3):
        clock.advance(seconds=1)
        brno.take()
    brno.open()
    clock.advance(minutes=1)
    for position, expected in (("keep", "A001"), ("last", "A002"), ("first", "A002")):
        brno.next()
        serve.return_to_queue(brno.context, brno.counters[0], brno.alena, position=position)
        assert brno.next().ticket.label == expected, position
        serve.return_to_queue(brno.context, brno.counters[0], brno.alena)


def test_a_ticket_returned_for_ten_minutes_is_not_called_before(brno: Brno, clock: SimulatedClock) -> None:
    brno.take()
    brno.open()
    brno.next()
    serve.return_to_queue(brno.context, brno.counters[0], brno.alena, minutes=10)
    with refused("nobody_waiting"):
        brno.next()
    clock.advance(minutes=10)
    assert brno.next().ticket.label == "A001"


def test_a_parked_ticket_waits_for_its_counter_and_is_called_by_hand(brno: Brno) -> None:
    taken = brno.take()
    brno.open(0), brno.open(1)
    brno.next()
    serve.park(brno.context, brno.counters[0], brno.alena, reason="copying a document")
    with refused("nobody_waiting"):
        brno.next(1)
    assert serve.call_ticket(brno.context, brno.counters[0], taken.ticket.id, brno.alena).ticket.label == "A001"


def test_a_transfer_keeps_the_number_and_the_place_of_the_original_arrival(brno: Brno, clock: SimulatedClock) -> None:
    brno.take("ids")
    clock.advance(minutes=1)
    brno.take("driving")
    brno.open()
    brno.next()
    moved = serve.transfer(brno.context, brno.counters[0], brno.alena, Destination(service="driving"))
    assert moved.ticket.state == "waiting"
    again = brno.next()
    assert (again.ticket.label, again.leg.sequence, again.leg.service_id) == ("A001", 2, brno.services["driving"])


def test_a_transfer_to_a_counter_is_called_only_there(brno: Brno) -> None:
    brno.take()
    brno.open(0), brno.open(1)
    brno.next(0)
    serve.transfer(brno.context, brno.counters[0], brno.alena, Destination(counter_id=brno.counters[1]))
    with refused("nobody_waiting"):
        brno.next(0)
    assert brno.next(1).ticket.label == "A001"


def test_two_clerks_at_one_counter_is_refused_with_the_others_name(brno: Brno) -> None:
    brno.open(0)
    with refused("counter_taken") as caught:
        counters.open_counter(brno.context, brno.counters[0], brno.bohdan)
    assert caught.value.details == {"clerk": "Alena"}
    with refused("already_at_counter"):
        counters.open_counter(brno.context, brno.counters[1], brno.alena)
    with refused("not_your_counter"):
        brno.next(0, brno.bohdan)


def test_a_paused_counter_calls_nobody_and_a_busy_one_does_not_close(brno: Brno) -> None:
    brno.take(), brno.take()
    counter = brno.open()
    counters.pause_counter(brno.context, counter, brno.alena, "lunch")
    with refused("counter_paused"):
        brno.next()
    counters.resume_counter(brno.context, counter, brno.alena)
    brno.next()
    with refused("counter_busy"):
        counters.close_counter(brno.context, counter, brno.alena)
    serve.no_show(brno.context, counter, brno.alena)
    counters.close_counter(brno.context, counter, brno.alena)
    with refused("counter_closed"):
        brno.next()


def test_a_visitor_may_leave_once_or_twice_but_not_while_being_served(brno: Brno) -> None:
    taken = brno.take()
    assert serve.cancel(brno.context, taken.token).leg.state == "cancelled"
    assert serve.cancel(brno.context, taken.token).leg.state == "cancelled"
    served = brno.take()
    brno.open()
    brno.next()
    serve.start(brno.context, brno.counters[0], brno.alena)
    with refused("state_forbids"):
        serve.cancel(brno.context, served.token)
    with refused("unknown_ticket"):
        serve.cancel(brno.context, "nonsense")


def test_after_a_full_day_the_record_rebuilds_everything(brno: Brno, clock: SimulatedClock) -> None:
    test_a_returned_ticket_keeps_its_place_or_goes_where_it_is_told(brno, clock)
    brno.next()
    serve.no_show(brno.context, brno.counters[0], brno.alena)
    serve.cancel(brno.context, brno.take().token)
    brno.take("driving", priority="priority")
    brno.next()
    serve.transfer(brno.context, brno.counters[0], brno.alena, Destination(service="cash", position="last"))
    brno.next()
    serve.park(brno.context, brno.counters[0], brno.alena)
    assert list(differences(brno.context)) == []


def test_the_thousandth_look_and_the_operation_after_many_refusals_work_like_the_first(brno: Brno) -> None:
    brno.open()
    for _ in range(12):
        with refused("nobody_waiting"):
            brno.next()
        brno.context.database.look((q.READ_STATE, {"branch_id": brno.branch_id}))
    brno.take()
    assert brno.next().ticket.label == "A001"
