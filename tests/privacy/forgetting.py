"""Days for the tests of retention, and what may be seen of them: every report to the cell, and the rows of every table."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select, update

from queue_app.clock import SimulatedClock
from queue_app.domain.branch import BranchSetup
from queue_app.operations import counters, serve
from queue_app.operations.close_day import close_day
from queue_app.operations.keep_days import differences_of_days, keep_days
from queue_app.operations.retention import forget_old_days
from queue_app.operations.unit_of_work import Context
from queue_app.operations.verify import differences
from queue_app.reports import registry
from queue_app.reports.question import Question
from queue_app.reports.record import Record
from queue_app.store.models import Branch, BranchState, Leg, Ticket, TicketEvent
from tests.factories import Brno

FIRST = date(2026, 3, 4)
COUNTED = tuple(kind.name for kind in registry.REPORTS.values() if kind.of_facts)


def a_day(brno: Brno, clock: SimulatedClock, visitors: int = 3, *, printed: bool = False) -> None:
    """Let so many visitors come, all but one be served and one of them come to nothing, and end the day."""
    counter = brno.open()
    for _ in range(visitors):
        brno.take(printer_id=brno.printer_id if printed else None)
        clock.advance(seconds=50)
    for _ in range(visitors - 1):
        brno.next()
        clock.advance(seconds=200)
    serve.finish(brno.context, counter, brno.alena)
    counters.pause_counter(brno.context, counter, brno.alena, "lunch")
    clock.advance(minutes=20)
    counters.close_counter(brno.context, counter, brno.alena)
    close_day(brno.context, "brno")
    clock.set(clock.now() + timedelta(days=1))


def days(brno: Brno, clock: SimulatedClock, *visitors: int) -> None:
    """Let these days pass, and be kept."""
    for number in visitors:
        a_day(brno, clock, number)
    assert len(list(keep_days(brno.context, "brno"))) == len(visitors)


def change_privacy(context: Context, slug: str = "brno", **rules: Any) -> None:
    """Let these rules hold in the branch."""
    here = select(Branch.id).where(Branch.slug == slug).scalar_subquery()
    with context.database.writing() as connection:
        connection.execute(update(Branch).where(Branch.slug == slug).values(privacy=rules))
        raised = BranchState.settings_revision + 1
        connection.execute(update(BranchState).where(BranchState.branch_id == here).values(settings_revision=raised))


def keep_single_visits(context: Context, number: int | None) -> None:
    """Let the branch keep single visits for so many days."""
    change_privacy(context, retention_days=number)


def forget_all(context: Context, slug: str = "brno") -> list[date]:
    """Let everything that is old become figures, and return the days."""
    return [done for done in forget_old_days(context, slug) if isinstance(done, date)]


def told(context: Context, setup: BranchSetup, *names: str, by: tuple[str, ...] | None = None) -> dict[str, Any]:
    """Return every cell of these reports (all that count, where none is named), as a process makes them that has just begun."""
    record = Record(context.database)
    question = Question(setup, FIRST - timedelta(days=5), FIRST + timedelta(days=400), context.clock.now(), by=by)
    made = {name: registry.make(record, context.database, name, question) for name in names or COUNTED}
    return {
        name: [(table.name, list(table.rows), table.total, table.hidden_small) for table in report.tables]
        for name, report in made.items()
    }


def problems(context: Context, slug: str = "brno") -> list[str]:
    """Return what `flask record verify` says."""
    return [text for _, text in differences(context)] + list(differences_of_days(context, slug))


def number_of(context: Context, table: Any, *where: Any) -> int:
    """Return how many rows there are."""
    with context.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(table).where(*where)).scalar_one()


def rows_left(context: Context) -> dict[str, int]:
    """Return how many tickets, legs and events there are."""
    return {each.__tablename__: number_of(context, each) for each in (Ticket, Leg, TicketEvent)}
