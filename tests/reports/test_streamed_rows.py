"""Rows that are read while they are written: each cell is what a plain reading gives, in CSV as in the rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from queue_app.clock import SimulatedClock
from queue_app.domain.errors import QueueError
from queue_app.operations import serve
from queue_app.reports import files, registry
from queue_app.reports.document import Column, Kind, Report, Table
from queue_app.reports.forms.for_programs import as_csv, safe_cell
from queue_app.reports.question import Question, Reader
from queue_app.reports.record import Record
from queue_app.reports.streamed import Durations, LocalTimes, Streamed
from queue_app.store.models import Leg, Ticket, TicketEvent
from queue_app.store.types import from_microseconds, microseconds
from tests.factories import Brno

ZONES = (
    "Europe/Prague",
    "Europe/London",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "America/St_Johns",
    "UTC",
)
MOMENTS = st.datetimes(datetime(2015, 1, 1), datetime(2045, 1, 1), timezones=st.just(UTC)).map(microseconds)
TEXTS = st.text(st.sampled_from("=+-@\t\r\n \",;'a1Ž＝\u00a0\ufeff"), max_size=6) | st.text(max_size=4)


def written_plainly(columns: list[Column], rows: list[dict[str, Any]]) -> str:
    """Return the CSV that the standard library writes, cell by cell."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow([column.name for column in columns])
    writer.writerows([safe_cell(row[column.name]) for column in columns] for row in rows)
    return buffer.getvalue()


@given(zone=st.sampled_from(ZONES), moments=st.lists(MOMENTS, max_size=30), shift=st.integers(-5, 5))
def test_moments_are_written_as_the_standard_library_writes_them(zone: str, moments: list[int], shift: int) -> None:
    # Also at the very second at which a clock is put forward or back.
    local = ZoneInfo(zone)
    changes = [microseconds(datetime(2026, 3, 29, 1, tzinfo=UTC)), microseconds(datetime(2026, 4, 4, 15, tzinfo=UTC))]
    moments = moments + [change + shift * 1_000_000 for change in changes]
    times = LocalTimes(local)
    plain = [from_microseconds(moment).astimezone(local) for moment in moments]
    assert times.to_the_second(moments) == [moment.isoformat(timespec="seconds") for moment in plain]
    assert times.to_the_millisecond(moments) == [moment.isoformat(timespec="milliseconds") for moment in plain]
    assert times.to_the_second([None, *moments])[0] is None


@given(
    pairs=st.lists(st.tuples(MOMENTS, st.integers(-(10**6), 10**11) | st.integers(0, 10**6).map(lambda n: n * 50_000)))
)
def test_durations_are_rounded_as_the_standard_library_rounds_them(pairs: list[tuple[int, int]]) -> None:
    begins, ends = [begin for begin, _ in pairs], [begin + passed for begin, passed in pairs]
    plain = [max(0.0, round(timedelta(microseconds=passed).total_seconds(), 1)) for _, passed in pairs]
    assert Durations().between(begins, ends) == plain
    assert Durations().between([None, *begins], [0, *ends])[0] is None


@settings(max_examples=200)
@given(
    cells=st.lists(
        st.tuples(TEXTS | st.none(), st.integers() | st.none(), st.floats(0, 1e6) | st.none(), TEXTS), max_size=40
    ),
    streamed=st.booleans(),
)
def test_csv_is_what_the_standard_library_writes(cells: list[tuple[Any, ...]], streamed: bool) -> None:
    kinds = (Kind.TEXT, Kind.COUNT, Kind.SECONDS, Kind.CLERK)
    columns = [Column(kind.value, "", "", kind) for kind in kinds]
    names = [column.name for column in columns]
    rows = [dict(zip(names, row, strict=True)) for row in cells]

    def read() -> Iterator[list[tuple[Any, ...]]]:
        for begin in range(0, len(cells), 7):
            yield list(zip(*cells[begin : begin + 7], strict=True))

    found = Table("sample", "", columns, Streamed(names, read, lambda: len(cells)) if streamed else rows)
    assert "".join(as_csv(found)) == written_plainly(columns, rows)
    assert [dict(row) for row in found.rows] == rows


def a_busy_day(brno: Brno, clock: SimulatedClock) -> None:
    """Let people come, be served, transferred, not come, and go on waiting; labels and reasons that look like formulas too."""
    counter = brno.open()
    for _ in range(9):
        brno.take()
        clock.advance(seconds=61.305)
    for number in range(5):
        brno.next()
        clock.advance(seconds=100.25 + number / 7)
    serve.finish(brno.context, counter, brno.alena)
    with brno.context.database.writing() as connection:
        newest = select(Ticket.id).order_by(Ticket.id).limit(1).scalar_subquery()
        connection.execute(update(Ticket).where(Ticket.id == newest).values(label='=1,"x"', language="-de"))
        connection.execute(update(TicketEvent).where(TicketEvent.revision == 3).values(reason="@why\n", rule=None))
        booked = select(Leg.id).order_by(Leg.id.desc()).limit(1).scalar_subquery()
        connection.execute(update(Leg).where(Leg.id == booked).values(booked_for=clock.now()))


def asked(brno: Brno, clock: SimulatedClock, **more: Any) -> Question:
    """Ask about today, as somebody who may see clerks."""
    setup = brno.context.setup("brno")
    today = clock.now().date()
    return Question(
        setup, today, today, clock.now(), reader=Reader({user: name for name, user in brno.users.items()}), **more
    )


def report_of(brno: Brno, name: str, question: Question) -> Report:
    """Make a report."""
    return registry.make(Record(brno.context.database), brno.context.database, name, question)


def plain_tickets(brno: Brno, question: Question) -> list[dict[str, Any]]:
    """Read the rows of the report on tickets one by one, through SQLAlchemy's own types."""
    setup, names = question.setup, question.reader.names or {}

    def local(moment: datetime | None) -> str | None:
        return moment.astimezone(setup.zone).isoformat(timespec="seconds") if moment else None

    def between(begin: datetime | None, end: datetime | None) -> float | None:
        return None if begin is None or end is None else max(0.0, round((end - begin).total_seconds(), 1))

    ticket, leg = Ticket.__table__, Leg.__table__
    with brno.context.database.reading() as connection:
        tickets = {row.id: row for row in connection.execute(select(ticket))}
        legs = connection.execute(select(leg).order_by(leg.c.ticket_id, leg.c.sequence)).all()
    rows = []
    for each in legs:
        own = tickets[each.ticket_id]
        begin = max(each.enqueued_at, each.booked_for) if each.booked_for else each.enqueued_at
        rows.append({
            "ticket": own.id, "day": own.business_date.isoformat(), "label": own.label, "stage": each.sequence,
            "service": setup.services_by_id[each.service_id].slug, "priority": own.priority, "channel": own.channel,
            "language": own.language, "state": each.state, "outcome": each.outcome or "",
            "counter": {counter.id: counter.name for counter in setup.counters}.get(each.counter_id, ""),
            "clerk": names.get(each.user_id, ""), "rule": each.rule or "", "enqueued_at": local(each.enqueued_at),
            "called_at": local(each.first_called_at), "started_at": local(each.started_at), "ended_at": local(each.ended_at),
            "calls": each.calls, "wait_seconds": between(begin, each.started_at),
            "service_seconds": between(each.started_at, each.ended_at),
        })  # fmt: skip
    return rows


def test_tickets_are_what_a_plain_reading_finds(brno: Brno, clock: SimulatedClock) -> None:
    a_busy_day(brno, clock)
    question = asked(brno, clock)
    (table,) = report_of(brno, "tickets", question).tables
    expected = plain_tickets(brno, question)
    assert list(table.rows) == expected and len(expected) == 9
    assert "".join(as_csv(table)) == written_plainly(list(table.columns), expected)
    assert "'=1," in "".join(as_csv(table)) and "'-de" in "".join(as_csv(table))


def test_events_are_written_as_the_rows_say(brno: Brno, clock: SimulatedClock) -> None:
    a_busy_day(brno, clock)
    (table,) = report_of(brno, "events", asked(brno, clock)).tables
    rows = list(table.rows)
    with brno.context.database.reading() as connection:
        record = connection.execute(select(TicketEvent.revision, TicketEvent.at).order_by(TicketEvent.revision)).all()
    zone = brno.context.setup("brno").zone
    assert [(row["revision"], row["at"]) for row in rows] == [
        (revision, at.astimezone(zone).isoformat(timespec="milliseconds")) for revision, at in record
    ]
    text = "".join(as_csv(table))
    assert text == written_plainly(list(table.columns), [dict(row) for row in rows])
    assert "'@why" in text


@pytest.mark.parametrize("name", ["tickets", "events"])
@pytest.mark.parametrize("more", [{}, {"limit": 3}, {"after": 2, "limit": 100}])
def test_rows_are_counted_beforehand(brno: Brno, clock: SimulatedClock, name: str, more: dict[str, int]) -> None:
    a_busy_day(brno, clock)
    report = report_of(brno, name, asked(brno, clock, **more))
    assert files.rows_of(report) == len(list(report.tables[0].rows)) > 0


def test_a_pdf_that_nobody_could_read_is_refused(
    brno: Brno, clock: SimulatedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_busy_day(brno, clock)
    report = report_of(brno, "tickets", asked(brno, clock))
    monkeypatch.setattr(files, "LONGEST_PDF_ROWS", 8)
    with pytest.raises(QueueError, match="report_too_long"):
        files.write(report, "pdf", "en", io.BytesIO(), clock.now())
    monkeypatch.setattr(files, "LONGEST_PDF_ROWS", 9)
    files.write(report, "pdf", "en", io.BytesIO(), clock.now())


def test_whoever_stops_reading_gives_the_connection_back(brno: Brno, clock: SimulatedClock) -> None:
    a_busy_day(brno, clock)
    (table,) = report_of(brno, "events", asked(brno, clock)).tables
    for _ in range(20):  # more than there are connections
        rows = iter(table.rows)
        next(rows)
        del rows
    assert len(list(table.rows)) > 0
