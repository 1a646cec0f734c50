"""What one report or file costs, in a process of its own: `python -m benchmarks.report_costs URL WHAT …` prints a line of JSON.

A process for each, as what one report left in memory would be a gift to the next, and a peak is a process's.
"""

from __future__ import annotations

import csv
import json
import os
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import make_url, select

from benchmarks.record import SLUG
from queue_app.clock import SystemClock
from queue_app.config import Settings
from queue_app.operations.report_readers import names_of_clerks, setup_of_reports
from queue_app.operations.unit_of_work import Context
from queue_app.reports import files, registry
from queue_app.reports.document import Report
from queue_app.reports.question import Question, Reader
from queue_app.reports.record import Record
from queue_app.store.models import Ticket
from queue_app.store.session import Database

BARE = """
SELECT ticket.id, ticket.business_date, ticket.label, ticket.priority, ticket.channel, ticket.language, leg.sequence,
    leg.service_id, leg.state, leg.outcome, leg.counter_id, leg.user_id, leg.rule, leg.enqueued_at, leg.booked_for,
    leg.first_called_at, leg.started_at, leg.ended_at, leg.calls
FROM ticket JOIN leg ON leg.ticket_id = ticket.id
WHERE ticket.branch_id = 1 AND ticket.business_date >= '{first}' AND ticket.business_date <= '{last}'
ORDER BY ticket.business_date, ticket.id, leg.sequence
"""
"""The rows of the report on tickets, as they are stored."""


class Installation:
    """The record at an address."""

    def __init__(self, url: str) -> None:
        """Open it."""
        self.url = Settings(database_url=url).url
        self.context = Context(Database(self.url), SystemClock())
        self.database = self.context.database
        self.record = Record(self.database)

    def make(self, name: str, first: date, last: date) -> Report:
        """Make a report for somebody who may see everything."""
        reader = Reader(names_of_clerks(self.context))
        question = Question(setup_of_reports(self.context, SLUG), first, last, self.context.clock.now(), reader=reader)
        return registry.make(self.record, self.database, name, question)


def report(place: Installation, name: str, first: date, last: date) -> dict[str, Any]:
    """Make a report twice."""
    setup_of_reports(place.context, SLUG)  # so that it is connected
    before = _peak()
    times = []
    for _ in range(2):
        begun = time.perf_counter()
        made = place.make(name, first, last)
        times.append((time.perf_counter() - begun) * 1000)
    return {"ms": times, "mb": _peak() - before, "rows": [len(list(table.rows)) for table in made.tables]}


def exports(place: Installation, first: date, last: date) -> dict[str, Any]:
    """Write the tickets as CSV, and the bare rows, each three times in turn; return rows a second of each."""
    seconds: dict[str, list[float]] = {"bare": [], "ours": []}
    bare = _bare_sqlite if place.database.is_sqlite else _bare_postgres
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "out.csv"
        for _ in range(3):
            with _timed(seconds["bare"]):
                rows = bare(place.url, BARE.format(first=first, last=last), target)
            with _timed(seconds["ours"]):
                _export(place, "csv", target, first, last)
        lines = target.read_bytes().count(b"\n") - 1
    assert lines == rows, (lines, rows)
    return {name: [rows / each for each in times] for name, times in seconds.items()}


def export(place: Installation, form: str, first: date, last: date) -> dict[str, Any]:
    """Write the tickets once, and return what memory it took."""
    _export(place, form, Path(os.devnull), first, first)
    before, times = _peak(), list[float]()
    with tempfile.TemporaryDirectory() as folder, _timed(times):
        _export(place, form, Path(folder) / "out", first, last)
    return {"seconds": times[0], "mb": _peak() - before}


def _export(place: Installation, form: str, target: Path, first: date, last: date) -> None:
    with target.open("wb") as file:
        files.write(place.make("tickets", first, last), form, "cs", file, place.context.clock.now(), lambda rows: None)


def _bare_sqlite(url: str, statement: str, target: Path) -> int:
    rows = 0
    connection = sqlite3.connect(make_url(url).database or "")
    with target.open("w", newline="") as file:
        writer = csv.writer(file)
        for row in connection.execute(statement):
            writer.writerow(row)
            rows += 1
    connection.close()
    return rows


def _bare_postgres(url: str, statement: str, target: Path) -> int:
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as connection, target.open("wb") as file, connection.cursor() as cursor:
        with cursor.copy(f"COPY ({statement}) TO STDOUT CSV".encode()) as copy:
            for data in copy:
                file.write(data)
        return cursor.rowcount


@contextmanager
def _timed(times: list[float]) -> Iterator[None]:
    begun = time.perf_counter()
    yield
    times.append(time.perf_counter() - begun)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def days_of(place: Installation) -> tuple[date, date]:
    """Return the first and the last day of the record."""
    ticket, branch = Ticket.__table__.c, setup_of_reports(place.context, SLUG).id
    with place.database.reading() as connection:
        ends = [
            connection.execute(
                select(ticket.business_date).where(ticket.branch_id == branch).order_by(order).limit(1)
            ).scalar_one()
            for order in (ticket.id, ticket.id.desc())
        ]
    return ends[0], ends[1]


MEASURES: dict[str, Callable[..., Any]] = {"report": report, "exports": exports, "export": export}

if __name__ == "__main__":
    url, what, *texts = sys.argv[1:]
    arguments = [date.fromisoformat(text) if text[:1].isdigit() else text for text in texts]
    print(json.dumps(MEASURES[what](Installation(url), *arguments)))
