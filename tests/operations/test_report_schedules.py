"""Scheduled reports become messages once: whoever tries at the same time, however long nobody looked."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import event

from queue_app.clock import SimulatedClock
from queue_app.domain.errors import QueueError
from queue_app.domain.reporting import ClerkFigures
from queue_app.operations import report_schedules
from queue_app.operations.close_day import is_over
from queue_app.operations.messages import Outgoing, messages_of
from queue_app.operations.report_schedules import asked_now, change, create, queue_due, remove, schedules_of, send_now
from queue_app.operations.report_work import anything_to_do
from queue_app.operations.reporting_setup import set_reporting
from queue_app.operations.unit_of_work import Context
from queue_app.operations.verify import differences
from queue_app.operations.views import fresh_setup
from tests.factories import Brno, create_brno

MARTA, DIRECTOR = "marta@brno.example", "director@brno.example"


def wish(**changes: Any) -> dict[str, Any]:
    """Return a schedule: waits, every day at six, as PDF."""
    usual = {
        "report": "waits",
        "form": "pdf",
        "language": "cs",
        "span": "day",
        "hour": 6,
        "recipients": [MARTA, DIRECTOR],
    }
    return {**usual, **changes}


def add(brno: Brno, **changes: Any) -> int:
    """Add a schedule of the manager's."""
    return create(brno.context, "brno", brno.actor("marta"), wish(**changes))


def told(brno: Brno) -> list[tuple[str, str, str]]:
    """Return the messages as recipient and days, the oldest first."""
    found: list[Outgoing] = list(reversed(messages_of(brno.context, brno.branch_id)))
    return [(each.to, each.content["from"], each.content["to"]) for each in found]


def at(clock: SimulatedClock, text: str) -> None:
    """Move to this moment of UTC; in March Brno is an hour ahead."""
    clock.set(datetime.fromisoformat(f"{text}+00:00"))


def test_each_day_is_sent_to_everybody_once(brno: Brno, clock: SimulatedClock) -> None:
    add(brno)
    assert queue_due(brno.context) == 0 and not told(brno)  # today's hour had passed when it was wished for
    at(clock, "2026-03-05T04:59:59")
    assert queue_due(brno.context) == 0
    at(clock, "2026-03-05T05:00")
    assert [queue_due(brno.context) for _ in range(3)] == [2, 0, 0]
    assert told(brno) == [(to, "2026-03-04", "2026-03-04") for to in (MARTA, DIRECTOR)]
    at(clock, "2026-03-06T05:00")
    assert queue_due(brno.context) == 2


def test_after_a_long_stand_the_last_span_alone_is_sent(brno: Brno, clock: SimulatedClock) -> None:
    for span in ("day", "week", "month"):
        add(brno, span=span, recipients=[f"{span}@brno.example"])
    at(clock, "2026-05-20T12:00")
    assert queue_due(brno.context) == 3
    assert told(brno) == [
        ("day@brno.example", "2026-05-19", "2026-05-19"),
        ("week@brno.example", "2026-05-11", "2026-05-17"),
        ("month@brno.example", "2026-04-01", "2026-04-30"),
    ]
    assert queue_due(brno.context) == 0


def test_the_night_of_an_hour_less_and_the_night_of_an_hour_more_send_one_report_each(
    brno: Brno, clock: SimulatedClock
) -> None:
    add(brno, hour=2, recipients=[MARTA])
    for night in ("2026-03-29", "2026-10-25"):
        begin = datetime.fromisoformat(f"{night}T00:00+00:00")
        clock.set(begin.replace(hour=12, day=begin.day - 1))
        queue_due(brno.context)
        before = len(told(brno))
        for _ in range(24 * 4):
            clock.advance(minutes=15)
            queue_due(brno.context)
        assert len(told(brno)) == before + 1
        assert told(brno)[-1][1] == date.fromisoformat(night).replace(day=begin.day - 1).isoformat()


def test_the_day_it_is_about_has_ended_before_even_where_no_server_ran(brno: Brno, clock: SimulatedClock) -> None:
    brno.take()
    add(brno, hour=0, recipients=[MARTA])
    at(clock, "2026-03-05T00:30")  # the day ends at three, two o'clock UTC
    assert queue_due(brno.context) == 0
    at(clock, "2026-03-05T02:00")
    assert is_over(brno.context, "brno")
    assert queue_due(brno.context) == 1
    assert not is_over(brno.context, "brno")


def test_workers_that_race_queue_each_report_once(brno: Brno, clock: SimulatedClock) -> None:
    for hour in range(5):
        add(brno, hour=hour)
    at(clock, "2026-03-05T12:00")
    queued: list[int] = []
    begin = threading.Barrier(4)

    def work() -> None:
        begin.wait()
        queued.append(queue_due(brno.context))

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(queued) == 10 == len(told(brno))


def test_a_worker_that_dies_in_the_middle_leaves_all_of_it_or_nothing(brno: Brno, clock: SimulatedClock) -> None:
    add(brno)
    at(clock, "2026-03-05T12:00")
    writer = brno.context.database.writer
    for statement in range(1, 8):
        seen = 0

        def die(*arguments: Any, last: int = statement) -> None:
            nonlocal seen
            seen += "message" in arguments[2] or "report_schedule" in arguments[2]
            if seen == last:
                raise KeyboardInterrupt

        event.listen(writer, "before_cursor_execute", die)
        try:
            queue_due(brno.context)
        except KeyboardInterrupt:
            assert told(brno) == []
        finally:
            event.remove(writer, "before_cursor_execute", die)
    assert len(told(brno)) == 2
    assert queue_due(brno.context) == 0


def test_a_span_that_was_sent_is_not_sent_again_where_the_hour_is_put_off(brno: Brno, clock: SimulatedClock) -> None:
    number = add(brno, recipients=[MARTA])
    at(clock, "2026-03-05T05:00")
    assert queue_due(brno.context) == 1
    change(brno.context, "brno", number, brno.actor("marta"), wish(hour=9))
    at(clock, "2026-03-05T08:00")
    assert queue_due(brno.context) == 1  # to the director, who is new in the list
    assert told(brno) == [(MARTA, "2026-03-04", "2026-03-04"), (DIRECTOR, "2026-03-04", "2026-03-04")]


def test_what_pauses_is_not_sent_and_what_goes_on_does_not_catch_up(brno: Brno, clock: SimulatedClock) -> None:
    number = add(brno)
    change(brno.context, "brno", number, brno.actor("marta"), wish(active=False))
    assert not anything_to_do(brno.context)
    at(clock, "2026-03-10T12:00")
    assert queue_due(brno.context) == 0
    change(brno.context, "brno", number, brno.actor("marta"), wish(active=True))
    assert anything_to_do(brno.context) and queue_due(brno.context) == 0
    at(clock, "2026-03-11T12:00")
    assert queue_due(brno.context) == 2


def test_what_is_sent_by_hand_goes_beside_and_a_second_press_is_the_same(brno: Brno, clock: SimulatedClock) -> None:
    number = add(brno)
    assert [send_now(brno.context, "brno", number, "press") for _ in range(2)] == [2, 0]
    assert send_now(brno.context, "brno", number, "another") == 2
    assert told(brno)[0][1] == "2026-03-03"
    at(clock, "2026-03-05T05:00")
    assert queue_due(brno.context) == 2


def test_by_hand_nobody_fills_the_list_without_end(brno: Brno, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_schedules, "MOST_QUEUED", 4)
    number = add(brno)
    assert [send_now(brno.context, "brno", number, str(press)) for press in range(2)] == [2, 2]
    with pytest.raises(QueueError, match="too_many_reports"):
        send_now(brno.context, "brno", number, "3")


def test_what_is_removed_is_gone_and_what_of_it_waits_is_not_wanted(brno: Brno, context: Context) -> None:
    number = add(brno)
    send_now(context, "brno", number, "press")
    setup = fresh_setup(context, "brno")
    assert report_schedules.is_wanted(context, setup, number, MARTA)
    remove(context, "brno", number, brno.actor("marta"))
    assert schedules_of(context, setup) == []
    assert {message.schedule_id for message in messages_of(context, brno.branch_id)} == {None}
    assert not report_schedules.is_wanted(context, setup, number, MARTA)
    for act in (
        lambda: remove(context, "brno", number, brno.actor("marta")),
        lambda: change(context, "brno", number, brno.actor("marta"), wish()),
        lambda: send_now(context, "brno", number, "again"),
    ):
        with pytest.raises(QueueError, match="unknown_schedule"):
            act()


def test_a_schedule_of_another_branch_is_unknown(brno: Brno, context: Context) -> None:
    ostrava = create_brno(context, "ostrava")
    number = add(brno)
    with pytest.raises(QueueError, match="unknown_schedule"):
        remove(context, "ostrava", number, ostrava.actor("marta"))
    other = create(context, "ostrava", ostrava.actor("marta"), wish())
    assert other != number and len(schedules_of(context, context.setup("brno"))) == 1


def test_who_changed_it_stands_in_the_record_and_the_record_holds(brno: Brno, context: Context) -> None:
    number = add(brno)
    change(context, "brno", number, brno.actor("marta"), wish(hour=7))
    remove(context, "brno", number, brno.actor("marta"))
    with context.database.reading() as connection:
        found = connection.exec_driver_sql("SELECT user_id FROM ticket_event WHERE kind = 'settings_changed'").all()
    assert [row[0] for row in found] == [brno.users["marta"]] * 3
    assert list(differences(context)) == []


def test_there_are_not_more_than_a_branch_may_have(brno: Brno, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_schedules, "MOST_SCHEDULES", 2)
    add(brno)
    add(brno)
    with pytest.raises(QueueError, match="too_many_schedules"):
        add(brno)


def test_the_figures_of_clerks_are_asked_for_only_as_long_as_the_branch_lets_managers_see_them(brno: Brno) -> None:
    add(brno, options={"by": ["clerk"], "clerks": True})
    send_now(brno.context, "brno", schedules_of(brno.context, brno.context.setup("brno"))[0].id, "x")
    content = messages_of(brno.context, brno.branch_id)[0].content
    assert asked_now(brno.context.setup("brno"), content)["clerks"] is True
    set_reporting(brno.context, "brno", brno.actor("marta"), {"clerk_figures": [str(ClerkFigures.OWN)]})
    assert asked_now(brno.context.setup("brno"), content)["clerks"] is False


def test_the_moment_of_the_next_time_is_told_in_utc(brno: Brno, clock: SimulatedClock) -> None:
    add(brno, span="month", hour=6)
    (kept,) = schedules_of(brno.context, brno.context.setup("brno"))
    assert kept.next_at == datetime(2026, 4, 1, 4, tzinfo=UTC)
