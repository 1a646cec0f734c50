"""Days that have ended are kept, and what is kept is what the record says."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import update

from queue_app.clock import SimulatedClock
from queue_app.operations import counters, serve
from queue_app.operations.close_day import close_day, close_day_if_over
from queue_app.operations.keep_days import days_to_keep, differences_of_days, keep_days
from queue_app.reports import registry
from queue_app.reports.document import Report
from queue_app.reports.question import Question
from queue_app.reports.record import Record
from queue_app.store.facts import last_kept, pack, rows_of, unpack
from queue_app.store.report_tables import DayFactsRow
from tests.factories import Brno


def a_day(brno: Brno, clock: SimulatedClock, visitors: int) -> None:
    """Let so many visitors come and all but one be served, and end the day."""
    counter = brno.open()
    for _ in range(visitors):
        brno.take()
        clock.advance(seconds=50)
    for _ in range(visitors - 1):
        brno.next()
        clock.advance(seconds=200)
    serve.finish(brno.context, counter, brno.alena)
    counters.close_counter(brno.context, counter, brno.alena)
    close_day(brno.context, "brno")
    clock.advance(days=1)


def reported(brno: Brno, clock: SimulatedClock, name: str = "waits") -> Report:
    """Make a report on the week, as a process does that has just begun."""
    setup = brno.context.setup("brno")
    question = Question(setup, date(2026, 3, 2), date(2026, 3, 8), clock.now())
    return registry.make(Record(brno.context.database), brno.context.database, name, question)


def test_reports_are_the_same_before_and_after_their_days_are_kept(brno: Brno, clock: SimulatedClock) -> None:
    for visitors in (3, 5, 2):
        a_day(brno, clock, visitors)
    brno.take()
    names = [kind.name for kind in registry.REPORTS.values() if kind.of_facts]
    before = {name: [list(table.rows) for table in reported(brno, clock, name).tables] for name in names}
    assert days_to_keep(brno.context, "brno")
    assert [(day.day.day, day.visits) for day in keep_days(brno.context, "brno")] == [(4, 3), (5, 5), (6, 2)]
    assert not days_to_keep(brno.context, "brno")
    assert list(keep_days(brno.context, "brno")) == []
    assert {name: [list(table.rows) for table in reported(brno, clock, name).tables] for name in names} == before


def test_a_process_that_reads_on_sees_what_was_kept_meanwhile(brno: Brno, clock: SimulatedClock) -> None:
    record = Record(brno.context.database)
    setup = brno.context.setup("brno")

    def arrived() -> int:
        facts = record.facts(setup, date(2026, 3, 2), date(2026, 3, 8), clock.now())
        return len(facts.visits["issued"])

    a_day(brno, clock, 3)
    assert arrived() == 3
    assert len(list(keep_days(brno.context, "brno"))) == 1
    assert arrived() == 3
    a_day(brno, clock, 4)
    brno.take()
    assert arrived() == 8
    assert len(list(keep_days(brno.context, "brno"))) == 1
    brno.take()
    assert arrived() == 9


def test_reading_that_is_broken_off_goes_on_where_it_was(brno: Brno, clock: SimulatedClock) -> None:
    for visitors in (2, 3, 4):
        a_day(brno, clock, visitors)
    whole = [list(table.rows) for table in reported(brno, clock).tables]
    next(keep_days(brno.context, "brno"))  # the process ended after the first day
    assert [list(table.rows) for table in reported(brno, clock).tables] == whole
    assert [day.visits for day in keep_days(brno.context, "brno")] == [3, 4]


def test_a_day_that_is_ended_before_its_first_number_is_one_with_what_follows(
    brno: Brno, clock: SimulatedClock
) -> None:
    counter = brno.open()
    clock.advance(seconds=600)
    close_day(brno.context, "brno")  # nobody had taken a number: the date stays
    assert len(list(keep_days(brno.context, "brno"))) == 1
    assert counter == brno.counters[0]
    a_day(brno, clock, 2)
    assert [day.visits for day in keep_days(brno.context, "brno")] == [2]
    assert list(differences_of_days(brno.context, "brno")) == []
    staffing = reported(brno, clock, "staffing").tables[0].total
    assert staffing is not None and staffing["open_seconds"] == 600 + 2 * 50 + 200


def test_a_kept_day_that_is_not_what_the_record_says_is_found_and_made_anew(brno: Brno, clock: SimulatedClock) -> None:
    a_day(brno, clock, 3)
    a_day(brno, clock, 4)
    list(keep_days(brno.context, "brno"))
    assert list(differences_of_days(brno.context, "brno")) == []
    table = DayFactsRow.__table__.c
    with brno.context.database.writing() as connection:
        kept = connection.execute(DayFactsRow.__table__.select().where(table.business_date == date(2026, 3, 5))).one()
        facts = rows_of(unpack(kept.rows))
        facts.legs[0] = facts.legs[0]._replace(wait=1)
        connection.execute(update(DayFactsRow).where(table.business_date == date(2026, 3, 5)).values(rows=pack(facts)))
    assert list(differences_of_days(brno.context, "brno")) == [
        "2026-03-05: 1 rows of legs are not what the record says"
    ]
    newest = last_kept(brno.context.database, brno.branch_id)
    assert len(list(keep_days(brno.context, "brno", anew=True))) == 2
    assert last_kept(brno.context.database, brno.branch_id) == newest
    assert list(differences_of_days(brno.context, "brno")) == []


def test_a_day_that_ended_long_ago_ends_at_its_cut_over(brno: Brno, clock: SimulatedClock) -> None:
    brno.take()
    clock.advance(seconds=timedelta(days=3).total_seconds())
    close_day_if_over(brno.context, "brno")
    (kept,) = keep_days(brno.context, "brno")
    assert (kept.day, kept.visits) == (date(2026, 3, 4), 1)
    (table, *_) = reported(brno, clock, "endings").tables
    assert table.total is not None and (table.total["arrived"], table.total["expired"]) == (1, 1)
