"""Finished reports that are given out again: only to whoever asks just the same, and only while nothing has changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert, update

from queue_app.clock import SimulatedClock
from queue_app.operations.keep_days import keep_days
from queue_app.operations.report_readers import setup_of_reports
from queue_app.operations.reporting_setup import set_reporting
from queue_app.reports import registry, shelf
from queue_app.reports.document import Report
from queue_app.reports.question import Question, Reader
from queue_app.reports.record import Record
from queue_app.store.facts import digest, pack, rows_of, unpack
from queue_app.store.models import PrintJob, Ticket
from queue_app.store.report_tables import DayFactsRow
from tests.factories import Brno
from tests.reports.test_keep_days import a_day

FIRST, LAST = date(2026, 3, 4), date(2026, 3, 5)


@pytest.fixture
def kept(brno: Brno, clock: SimulatedClock) -> Record:
    """Two days that are over and kept, and the reading of a process."""
    a_day(brno, clock, 6)
    a_day(brno, clock, 3)
    list(keep_days(brno.context, "brno"))
    return Record(brno.context.database)


def asked(brno: Brno, clock: SimulatedClock, **more: Any) -> Question:
    """Ask about the two days."""
    return Question(setup_of_reports(brno.context, "brno"), FIRST, LAST, clock.now(), **more)


def made(brno: Brno, record: Record, question: Question, name: str = "waits") -> Report:
    """Make a report, or get it from the shelf."""
    return registry.make(record, brno.context.database, name, question)


def test_the_same_question_has_the_same_answer_at_once(brno: Brno, clock: SimulatedClock, kept: Record) -> None:
    first = made(brno, kept, asked(brno, clock))
    clock.advance(seconds=3600)
    assert made(brno, kept, asked(brno, clock)) is first


def test_nobody_gets_a_report_that_was_made_for_somebody_elses_rights(
    brno: Brno, clock: SimulatedClock, kept: Record
) -> None:
    names = {user: name for name, user in brno.users.items()}
    sees, other = asked(brno, clock, reader=Reader(names)), asked(brno, clock)
    with_names = made(brno, kept, replace(sees, by=("clerk",)))
    plain = made(brno, kept, other, "staffing")
    own = made(brno, kept, replace(sees, only_clerk=brno.users["alena"]), "staffing")
    assert made(brno, kept, sees, "staffing") is not plain
    assert own is not made(brno, kept, replace(sees, only_clerk=brno.users["bohdan"]), "staffing")
    assert made(brno, kept, replace(other, by=("service",))) is not with_names
    fewer = Reader({brno.users["alena"]: "alena"})
    assert made(brno, kept, replace(sees, by=("clerk",), reader=fewer)) is not with_names
    with pytest.raises(registry.QueueError, match="not_allowed"):
        made(brno, kept, replace(other, by=("clerk",)))


@pytest.mark.parametrize(
    "change",
    [{"by": ("service",)}, {"per": "week"}, {"target_seconds": 60}, {"last": FIRST}, {"smallest_group": 2}],
)
def test_another_question_has_another_answer(
    brno: Brno, clock: SimulatedClock, kept: Record, change: dict[str, Any]
) -> None:
    question = asked(brno, clock)
    first = made(brno, kept, question)
    assert made(brno, kept, replace(question, **change)) is not first


def test_settings_that_were_changed_are_seen(brno: Brno, clock: SimulatedClock, kept: Record) -> None:
    first = made(brno, kept, asked(brno, clock))
    set_reporting(brno.context, "brno", brno.actor("marta"), {"smallest_group": 9})
    changed = made(brno, kept, asked(brno, clock))
    assert changed is not first and changed.setup.reporting.smallest_group == 9
    assert made(brno, kept, asked(brno, clock)) is changed


def test_a_span_with_a_day_under_way_is_made_anew_each_time(brno: Brno, clock: SimulatedClock, kept: Record) -> None:
    question = replace(asked(brno, clock), last=date(2026, 3, 6))
    assert made(brno, kept, question, "service-level").tables[0].total["arrived"] == 9  # type: ignore[index]
    brno.take()
    under_way = made(brno, kept, replace(question, now=clock.now()), "service-level")
    assert under_way.tables[0].total["arrived"] == 10  # type: ignore[index]
    assert made(brno, kept, replace(question, now=clock.now()), "service-level") is not under_way


def test_an_event_of_today_leaves_the_days_that_are_over_as_they_are(
    brno: Brno, clock: SimulatedClock, kept: Record
) -> None:
    first = made(brno, kept, asked(brno, clock))
    brno.take()
    assert made(brno, kept, asked(brno, clock)) is first


def test_a_day_that_was_kept_anew_is_read_anew(brno: Brno, clock: SimulatedClock, kept: Record) -> None:
    table = DayFactsRow.__table__.c
    right = made(brno, kept, asked(brno, clock), "service-level")
    with brno.context.database.writing() as connection:
        row = connection.execute(DayFactsRow.__table__.select().where(table.business_date == LAST)).one()
        facts = rows_of(unpack(row.rows))
        facts.visits.pop()
        wrong = pack(facts)
        connection.execute(
            update(DayFactsRow).where(table.business_date == LAST).values(rows=wrong, digest=digest(wrong))
        )
    spoiled = made(brno, kept, asked(brno, clock), "service-level")
    assert spoiled.tables[0].total["arrived"] == right.tables[0].total["arrived"] - 1  # type: ignore[index]
    assert len(list(keep_days(brno.context, "brno", anew=True))) == 2
    again = made(brno, kept, asked(brno, clock), "service-level")
    assert again.tables[0].total == right.tables[0].total


def test_reports_are_whole_at_every_moment_while_days_are_kept_anew(
    brno: Brno, clock: SimulatedClock, kept: Record
) -> None:
    question = replace(asked(brno, clock), last=date(2026, 3, 6))
    brno.take()
    for _ in keep_days(brno.context, "brno", anew=True):
        assert made(brno, kept, question, "service-level").tables[0].total["arrived"] == 10  # type: ignore[index]
        fresh = Record(brno.context.database)
        assert made(brno, fresh, question, "service-level").tables[0].total["arrived"] == 10  # type: ignore[index]


def test_rows_that_are_read_as_they_are_written_are_never_kept(brno: Brno, clock: SimulatedClock, kept: Record) -> None:
    for name in ("tickets", "events"):
        report = made(brno, kept, asked(brno, clock), name)
        assert made(brno, kept, asked(brno, clock), name) is not report
        kept.shelf.put(name, asked(brno, clock), {}, report)
        assert kept.shelf.find(name, asked(brno, clock), {}) is None


def test_slips_that_come_out_later_are_seen_after_a_minute(brno: Brno, clock: SimulatedClock, kept: Record) -> None:
    question = asked(brno, clock)
    before = made(brno, kept, question, "slips-and-screens")
    with brno.context.database.writing() as connection:
        ticket = connection.execute(Ticket.__table__.select().limit(1)).one()
        connection.execute(
            insert(PrintJob).values(
                branch_id=brno.branch_id, ticket_id=ticket.id, printer_id=brno.printer_id, state="printed", slip={},
                created_at=ticket.issued_at, finished_at=clock.now(), copy=False, attempts=1,
            )
        )  # fmt: skip
    clock.advance(seconds=59)
    assert made(brno, kept, asked(brno, clock), "slips-and-screens") is before
    clock.advance(seconds=1)
    after = made(brno, kept, asked(brno, clock), "slips-and-screens")
    assert [row["slips"] for row in after.tables[0].rows] == [1]


def test_the_shelf_has_room_for_so_many_rows(
    brno: Brno, clock: SimulatedClock, kept: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = [replace(asked(brno, clock), target_seconds=number) for number in range(1, 6)]
    rows = sum(len(list(table.rows)) for table in made(brno, kept, questions[0]).tables)
    monkeypatch.setattr(shelf, "ROWS_KEPT", 4 * rows)
    reports = [made(brno, kept, question) for question in questions]
    assert [
        made(brno, kept, question) is report for question, report in zip(questions[1:], reports[1:], strict=True)
    ] == [True] * 4
    assert made(brno, kept, questions[0]) is not reports[0]
    monkeypatch.setattr(shelf, "ROWS_KEPT", 4 * rows - 4)
    large = replace(asked(brno, clock), target_seconds=99)
    assert made(brno, kept, large) is not made(brno, kept, large)
