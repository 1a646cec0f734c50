"""Old days become figures: what was counted stays to the cell, single visits are gone, and nobody is ever between the two."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from queue_app.clock import SimulatedClock
from queue_app.domain.errors import QueueError
from queue_app.domain.events import Kind
from queue_app.operations import counters, serve
from queue_app.operations.close_day import close_day
from queue_app.operations.keep_days import keep_days
from queue_app.operations.retention import anything_to_forget, due, forget_old_days
from queue_app.reports import registry
from queue_app.reports.feed import last_of_page, whole
from queue_app.reports.question import Question, Reader
from queue_app.reports.record import Record
from queue_app.store import facts, forgetting
from queue_app.store.board import read_events
from queue_app.store.facts import rows_of, unpack
from queue_app.store.figures_only import figures_only
from queue_app.store.models import (
    BranchState,
    CounterPause,
    CounterSession,
    Leg,
    NumberSeries,
    PrintJob,
    ScreenAck,
    Ticket,
    TicketEvent,
)
from queue_app.store.report_tables import DayFactsRow, Message
from queue_app.store.running_tables import Webhook, WebhookDelivery
from tests.factories import Brno, create_brno
from tests.privacy.forgetting import (
    COUNTED,
    FIRST,
    a_day,
    days,
    forget_all,
    keep_single_visits,
    number_of,
    problems,
    rows_left,
    told,
)


def test_every_report_stays_the_same_to_the_cell(brno: Brno, clock: SimulatedClock) -> None:
    days(brno, clock, 3, 6, 4, 5)
    brno.take()
    setup = brno.context.setup("brno")
    before = told(brno.context, setup)
    by = {each: told(brno.context, setup, by=(each,)) for each in ("service", "counter", "priority", "channel")}
    keep_single_visits(brno.context, 2)
    assert due(brno.context, "brno").days == (FIRST, FIRST + timedelta(days=1))
    assert due(brno.context, "brno").tickets == 9
    assert forget_all(brno.context) == [FIRST, FIRST + timedelta(days=1)]
    assert told(brno.context, setup) == before
    assert {each: told(brno.context, setup, by=(each,)) for each in by} == by
    assert problems(brno.context) == []
    assert not anything_to_forget(brno.context, "brno")


def test_single_visits_are_gone_and_the_later_days_are_whole(brno: Brno, clock: SimulatedClock) -> None:
    days(brno, clock, 3, 4)
    later = {
        table: number_of(brno.context, table) for table in (Ticket, Leg, TicketEvent, CounterSession, CounterPause)
    }
    a_day(brno, clock, 5)
    list(keep_days(brno.context, "brno"))
    all_rows = {table: number_of(brno.context, table) for table in later}
    keep_single_visits(brno.context, 1)
    forget_all(brno.context)
    assert {table: number_of(brno.context, table) for table in later} == {
        table: all_rows[table] - later[table] for table in later
    }
    assert number_of(brno.context, NumberSeries) == 1
    with brno.context.database.reading() as connection:
        assert connection.execute(select(Ticket.business_date).distinct()).scalars().all() == [
            FIRST + timedelta(days=2)
        ]


def test_who_worked_is_not_kept_but_that_somebody_worked_is(brno: Brno, clock: SimulatedClock) -> None:
    days(brno, clock, 4, 4)
    setup = brno.context.setup("brno")
    question = Question(
        setup, FIRST, FIRST + timedelta(days=3), clock.now(), by=("clerk",), reader=Reader({brno.users["alena"]: "Alena"}),
        smallest_group=2,
    )  # fmt: skip

    def by_clerk(name: str, asked: Question = question) -> Any:
        return registry.make(Record(brno.context.database), brno.context.database, name, asked)

    named = {row["clerk"]: row for row in by_clerk("staffing").tables[0].rows}
    assert named.keys() == {"Alena"}
    keep_single_visits(brno.context, 1)
    forget_all(brno.context)
    report = by_clerk("staffing")
    after = {row["clerk"]: row for row in report.tables[0].rows}
    assert after.keys() == {"Alena", ""}
    assert after["Alena"]["served"] + after[""]["served"] == named["Alena"]["served"]
    assert report.tables[0].total == by_clerk("staffing").tables[0].total
    assert report.figures_only_before == FIRST + timedelta(days=1)
    assert report.notes == [(registry.CLERKS_GONE, {"day": "2026-03-05"})] or report.notes[0][0] == registry.CLERKS_GONE
    with brno.context.database.reading() as connection:
        packed = connection.execute(select(DayFactsRow.rows).where(DayFactsRow.business_date == FIRST)).scalar_one()
    kept = rows_of(unpack(packed))
    assert {row.user_id for table in (kept.legs, kept.visits, kept.staff) for row in table} == {0}


def test_a_group_that_is_too_small_stays_hidden(brno: Brno, clock: SimulatedClock) -> None:
    a_day(brno, clock, 2)
    a_day(brno, clock, 2)
    list(keep_days(brno.context, "brno"))
    setup = brno.context.setup("brno")
    before = told(brno.context, setup, "waits", by=("priority",))
    assert any(hidden for tables in before.values() for *_, hidden in tables)
    keep_single_visits(brno.context, 1)
    forget_all(brno.context)
    assert told(brno.context, setup, "waits", by=("priority",)) == before


@pytest.mark.parametrize("broken_off_after", range(1, 13))
def test_a_day_is_whole_or_figures_wherever_it_is_broken_off(
    brno: Brno, clock: SimulatedClock, monkeypatch: pytest.MonkeyPatch, broken_off_after: int
) -> None:
    monkeypatch.setattr(forgetting, "ROWS_AT_ONCE", 4)
    days(brno, clock, 5, 3, 2)
    brno.take()
    setup = brno.context.setup("brno")
    before, single = told(brno.context, setup), told(brno.context, setup, "tickets", "events")
    keep_single_visits(brno.context, 1)
    steps = forget_old_days(brno.context, "brno")
    for _ in range(broken_off_after):
        next(steps)
    steps.close()
    assert told(brno.context, setup) == before
    assert problems(brno.context) == []
    left = figures_only_of(brno).before
    assert left is not None
    ((_, tickets, _, _),) = told(brno.context, setup, "tickets")["tickets"]
    ((_, every, _, _),) = single["tickets"]
    # All of a day, or nothing of it.
    assert tickets == [row for row in every if row["day"] >= left.isoformat()]
    forget_all(brno.context)
    assert told(brno.context, setup) == before
    assert problems(brno.context) == []
    assert not anything_to_forget(brno.context, "brno")
    ((_, rows, _, _),) = told(brno.context, setup, "tickets")["tickets"]
    assert {row["day"] for row in rows} == {"2026-03-06", "2026-03-07"}


def figures_only_of(brno: Brno) -> Any:
    """Return what is left of the branch's record."""
    with brno.context.database.reading() as connection:
        return figures_only(connection, brno.branch_id)


def test_what_is_not_old_not_ended_or_not_kept_is_never_touched(brno: Brno, clock: SimulatedClock) -> None:
    a_day(brno, clock)
    keep_single_visits(brno.context, 1)
    clock.advance(days=30)
    whole_record = rows_left(brno.context)
    # It has ended, but its figures are not kept yet.
    assert forget_all(brno.context) == []
    list(keep_days(brno.context, "brno"))
    keep_single_visits(brno.context, 40)
    assert forget_all(brno.context) == []
    keep_single_visits(brno.context, None)
    assert forget_all(brno.context) == []
    assert rows_left(brno.context) == whole_record
    with pytest.raises(QueueError):
        list(forget_old_days(brno.context, "brno", keep_days=0))
    assert forget_all_of(brno, 1) == [FIRST]


def forget_all_of(brno: Brno, keep: int) -> list[date]:
    """Let single visits be kept for so many days this once."""
    return [each for each in forget_old_days(brno.context, "brno", keep_days=keep) if isinstance(each, date)]


def test_the_day_under_way_is_never_touched_however_old_it_is(brno: Brno, clock: SimulatedClock) -> None:
    with brno.context.database.writing() as connection:
        connection.execute(update(BranchState).values(business_date=FIRST))
    days(brno, clock, 2)
    brno.open()
    taken = brno.take()
    clock.advance(days=100)
    assert forget_all_of(brno, 1) == [FIRST]
    with brno.context.database.reading() as connection:
        assert connection.execute(select(Ticket.id)).scalars().all() == [taken.ticket.id]


def test_a_day_ended_early_that_went_on_under_its_own_date_is_forgotten_whole(
    brno: Brno, clock: SimulatedClock
) -> None:
    counter = brno.open()
    counters.close_counter(brno.context, counter, brno.alena)
    brno.open()
    assert close_day(brno.context, "brno").business_date == FIRST  # nobody had a number: the date goes on
    a_day(brno, clock, 3)
    a_day(brno, clock, 2)
    list(keep_days(brno.context, "brno"))
    setup = brno.context.setup("brno")
    before = told(brno.context, setup)
    assert forget_all_of(brno, 1) == [FIRST]
    assert told(brno.context, setup) == before
    assert problems(brno.context) == []


def test_ids_revisions_and_numbers_go_on(brno: Brno, clock: SimulatedClock) -> None:
    days(brno, clock, 3, 3)
    with brno.context.database.reading() as connection:
        revision = connection.execute(select(BranchState.revision)).scalar_one()
        ids = set(connection.execute(select(Ticket.id)).scalars()) | set(connection.execute(select(Leg.id)).scalars())
    clock.advance(days=10)
    assert len(forget_all_of(brno, 1)) == 2
    assert rows_left(brno.context) == {"ticket": 0, "leg": 0, "ticket_event": 0}
    assert problems(brno.context) == []
    taken = brno.take()
    assert taken.ticket.id not in ids and taken.leg.id > max(ids)
    with brno.context.database.reading() as connection:
        assert (
            connection.execute(select(TicketEvent.revision).order_by(TicketEvent.revision)).scalars().first()
            == revision + 1
        )
    assert problems(brno.context) == []


def test_days_are_kept_anew_without_losing_those_of_which_only_figures_are_left(
    brno: Brno, clock: SimulatedClock
) -> None:
    days(brno, clock, 3, 4, 2)
    assert len(forget_all_of(brno, 2)) == 1
    setup = brno.context.setup("brno")
    before = told(brno.context, setup)
    assert [kept.day for kept in keep_days(brno.context, "brno", anew=True)] == [
        FIRST + timedelta(days=1), FIRST + timedelta(days=2),
    ]  # fmt: skip
    assert told(brno.context, setup) == before
    assert number_of(brno.context, DayFactsRow) == 3


def test_figures_of_another_form_are_not_thrown_away(
    brno: Brno, clock: SimulatedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    days(brno, clock, 3, 4)
    assert len(forget_all_of(brno, 1)) == 1
    monkeypatch.setattr("queue_app.operations.keep_days.FORM", facts.FORM + 1)
    monkeypatch.setattr(facts, "FORM", facts.FORM + 1)
    assert [kept.day for kept in keep_days(brno.context, "brno")] == [FIRST + timedelta(days=1)]
    assert number_of(brno.context, DayFactsRow) == 2


def test_a_screen_that_slept_that_long_takes_a_snapshot(brno: Brno, clock: SimulatedClock) -> None:
    days(brno, clock, 3, 3)
    setup = brno.context.setup("brno")
    database = brno.context.database
    revision, events = read_events(database, setup, 0, 1000)
    assert events is not None and len(events) == revision
    assert len(forget_all_of(brno, 1)) == 1
    floor = figures_only_of(brno).floor
    assert read_events(database, setup, 0, 1000) == (revision, None)
    assert read_events(database, setup, floor - 1, 1000) == (revision, None)
    assert read_events(database, setup, floor, 1000)[1] is not None
    clock.advance(days=9)
    assert len(forget_all_of(brno, 1)) == 1
    assert read_events(database, setup, revision - 1, 1000) == (revision, None)
    assert read_events(database, setup, revision, 1000) == (revision, [])


def test_single_rows_say_from_which_day_on_they_are_told(brno: Brno, clock: SimulatedClock) -> None:
    days(brno, clock, 3, 3)
    forget_all_of(brno, 1)
    setup = brno.context.setup("brno")
    for name in ("tickets", "events", "slips-and-screens"):
        question = Question(setup, FIRST, FIRST + timedelta(days=5), clock.now())
        report = registry.make(Record(brno.context.database), brno.context.database, name, question)
        assert report.notes[-1] == (registry.ROWS_GONE, {"day": "2026-03-05"})
        assert report.figures_only_before == FIRST + timedelta(days=1)
        later = Question(setup, FIRST + timedelta(days=1), FIRST + timedelta(days=5), clock.now())
        assert registry.make(Record(brno.context.database), brno.context.database, name, later).notes == ()
    for name in COUNTED:
        question = Question(setup, FIRST, FIRST + timedelta(days=5), clock.now())
        assert registry.make(Record(brno.context.database), brno.context.database, name, question).notes == ()


def test_a_program_that_follows_goes_on_with_the_first_whole_day(brno: Brno, clock: SimulatedClock) -> None:
    days(brno, clock, 3, 3)
    setup = brno.context.setup("brno")
    asked = Question(setup, FIRST, FIRST, clock.now(), after=0, limit=5)
    assert whole(brno.context.database, asked) == (asked, None)
    forget_all_of(brno, 1)
    question, before = whole(brno.context.database, asked)
    floor = figures_only_of(brno).floor
    assert (question.after, before) == (floor, FIRST + timedelta(days=1))
    assert last_of_page(brno.context.database, question) == (floor + 5, True)


def test_slips_acknowledgements_messages_and_deliveries_of_those_days_go_too(brno: Brno, clock: SimulatedClock) -> None:
    context = brno.context
    revisions = []
    with context.database.writing() as connection:
        hook = connection.execute(
            insert(Webhook).values(
                branch_id=brno.branch_id, name="x", url="https://example.org", secret="", kinds=[], active=True, revision=0,
                created_at=clock.now(),
            )
        ).inserted_primary_key[0]  # fmt: skip
    for _ in range(2):
        counter = brno.open()
        brno.take(printer_id=brno.printer_id)
        call = brno.next().leg.call_revision
        assert call is not None
        revisions.append(call)
        with context.database.writing() as connection:
            connection.execute(
                insert(PrintJob).values(
                    branch_id=brno.branch_id,
                    printer_id=brno.printer_id,
                    asked_by="user:1",
                    state="printed",
                    slip={},
                    attempts=1,
                    copy=False,
                    created_at=clock.now(),
                    finished_at=clock.now(),
                )
            )
            connection.execute(
                insert(ScreenAck).values(branch_id=brno.branch_id, call_id=call, screen_key="1", shown_at=clock.now())
            )
            connection.execute(
                insert(Message).values(
                    branch_id=brno.branch_id,
                    key=str(call),
                    kind="report",
                    to="a@example.org",
                    content={},
                    state="sent",
                    attempts=1,
                    created_at=clock.now(),
                )
            )
            connection.execute(
                insert(WebhookDelivery).values(
                    webhook_id=hook,
                    revision=call,
                    body={"label": "A001"},
                    state="sent",
                    attempts=1,
                    created_at=clock.now(),
                )
            )
        serve.finish(context, counter, brno.alena)
        close_day(context, "brno")
        clock.advance(days=1)
    list(keep_days(context, "brno"))
    assert len(forget_all_of(brno, 1)) == 1
    with context.database.reading() as connection:
        assert connection.execute(select(WebhookDelivery.revision)).scalars().all() == revisions[1:]
        assert connection.execute(select(ScreenAck.call_id)).scalars().all() == revisions[1:]
    assert number_of(context, PrintJob) == 2
    assert number_of(context, Message) == 1
    clock.advance(days=5)
    assert len(forget_all_of(brno, 1)) == 1
    assert number_of(context, PrintJob) == 0 and number_of(context, Message) == 0
    # The newest delivery stays: its id must not be given again.
    assert number_of(context, WebhookDelivery) == 1


def test_another_branch_is_not_touched(brno: Brno, clock: SimulatedClock) -> None:
    other = create_brno(brno.context, "olomouc")
    other.context.perform("olomouc", "note", lambda unit: (unit.lock_and_read(), unit.record(Kind.NOTICE_CHANGED)))
    days(brno, clock, 3, 3)
    events = select(TicketEvent.revision).where(TicketEvent.branch_id == other.branch_id)
    with brno.context.database.reading() as connection:
        before = connection.execute(events).all()
    forget_all_of(brno, 1)
    with brno.context.database.reading() as connection:
        assert connection.execute(events).all() == before != []
        assert figures_only(connection, other.branch_id).before is None
