"""What the report of waits says of visits that did not go the usual way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from queue_app.clock import SimulatedClock
from queue_app.operations import counters, desk_actions, serve
from queue_app.operations.serve import Destination
from queue_app.operations.take_ticket import TakeTicket, take_ticket
from queue_app.reports import registry
from queue_app.reports.question import Question
from queue_app.reports.record import Record
from tests.factories import Brno


def total(brno: Brno) -> dict[str, Any]:
    """Return the report's last line for today."""
    now = brno.context.clock.now()
    question = Question(brno.context.setup("brno"), now.date(), now.date(), now)
    report = registry.make(Record(brno.context.database), brno.context.database, "waits", question)
    return dict(report.tables[0].total or {})


def test_who_was_served_without_waiting_counts_in_service_not_in_waits(brno: Brno, clock: SimulatedClock) -> None:
    counter = brno.open()
    desk_actions.serve_without_ticket(brno.context, counter, brno.alena, "ids")
    clock.advance(seconds=240)
    serve.finish(brno.context, counter, brno.alena)
    figures = total(brno)
    assert (figures["served"], figures["service_mean_seconds"]) == (1, 240)
    assert figures["wait_mean_seconds"] is None
    assert figures["within_target"] == 0


def test_who_booked_and_came_early_waits_from_the_booked_time(brno: Brno, clock: SimulatedClock) -> None:
    counter = brno.open()
    booked_for = clock.now() + timedelta(minutes=20)
    take_ticket(brno.context, brno.forecasts, "brno", TakeTicket("ids", booked_for=booked_for))
    clock.advance(seconds=25 * 60)
    assert brno.next().rule == "first_come"
    serve.finish(brno.context, counter, brno.alena)
    assert total(brno)["wait_mean_seconds"] == 5 * 60


def test_who_was_moved_while_waiting_is_neither_served_nor_lost_there(brno: Brno, clock: SimulatedClock) -> None:
    counter = brno.open()
    taken = brno.take("ids")
    clock.advance(seconds=60)
    desk_actions.move_ticket(brno.context, "brno", taken.ticket.id, brno.alena, Destination("driving"))
    clock.advance(seconds=60)
    brno.next()
    serve.finish(brno.context, counter, brno.alena)
    counters.close_counter(brno.context, counter, brno.alena)
    figures = total(brno)
    assert (figures["served"], figures["left"]) == (1, 0)
