"""Rebuild tickets and legs from the record and compare them with what is stored."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from queue_app.domain.events import rebuild
from queue_app.operations.unit_of_work import Context
from queue_app.store import queries as q
from queue_app.store.board import event_of
from queue_app.store.figures_only import figures_only
from queue_app.store.models import BranchState, Leg, NumberSeries, Ticket, TicketEvent


def differences(context: Context) -> Iterator[tuple[str, str]]:
    """Yield the branch's slug and a sentence for every difference between the record and what is stored.

    Everything is read in one snapshot, so it may run beside a busy server.
    """
    for branch_id, slug in context.slugs().items():
        with context.database.reading() as connection:
            if not context.database.is_sqlite:
                connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            for text in _of_branch(connection, branch_id):
                yield slug, text


def _of_branch(connection: Connection, branch_id: int) -> Iterator[str]:
    # Of the days before, only figures are left; what still stands there is about to go.
    whole = figures_only(connection, branch_id)
    first_day = whole.first_of(date.min)
    rows = connection.execution_options(yield_per=2000).execute(
        select(TicketEvent.__table__)
        .where(TicketEvent.branch_id == branch_id, TicketEvent.revision > whole.floor)
        .order_by(TicketEvent.revision)
    )
    last = whole.floor

    def events() -> Iterator[Any]:
        nonlocal last
        for row in rows:
            last = row.revision
            yield event_of(row)

    rebuilt = rebuild(events(), first=whole.floor + 1)
    yield from rebuilt.problems
    state = connection.execute(select(BranchState.revision).where(BranchState.branch_id == branch_id)).scalar_one()
    if state != last:
        yield f"the branch stands at revision {state}, its last event at {last}"
    tickets = connection.execute(
        select(Ticket.__table__).where(Ticket.branch_id == branch_id, Ticket.business_date >= first_day)
    )
    yield from _compare("ticket", tickets, rebuilt.tickets, [name for name in q.TICKET_COLUMNS if name != "token"])
    legs = connection.execute(
        select(Leg.__table__)
        .join(Ticket, Ticket.id == Leg.ticket_id)
        .where(Leg.branch_id == branch_id, Ticket.business_date >= first_day)
    )
    yield from _compare("leg", legs, rebuilt.legs, q.LEG_COLUMNS)
    yield from _numbers(connection, branch_id, rebuilt.tickets, first_day)


def _compare(what: str, rows: Any, told: dict[int, Any], columns: Any) -> Iterator[str]:
    seen = set()
    for row in rows:
        seen.add(row.id)
        record = told.get(row.id)
        if record is None:
            yield f"{what} {row.id} is stored, but no event made it"
            continue
        for name in columns:
            stored, expected = getattr(row, name), getattr(record, name)
            if name == "business_date":
                stored = stored.isoformat()
            if stored != expected:
                yield f"{what} {row.id}: {name} is {stored!r}, the record says {expected!r}"
    for missing in told.keys() - seen:
        yield f"{what} {missing} is in the record, but not stored"


def _numbers(connection: Connection, branch_id: int, tickets: dict[int, Any], first_day: date) -> Iterator[str]:
    highest: dict[tuple[str, str], int] = {}
    for ticket in tickets.values():
        key = (ticket.business_date, ticket.series)
        highest[key] = max(highest.get(key, 0), ticket.number)
    series_of = (NumberSeries.branch_id == branch_id, NumberSeries.business_date >= first_day)
    for row in connection.execute(select(NumberSeries.__table__).where(*series_of)):
        told = highest.pop((row.business_date.isoformat(), row.series), None)
        if told != row.last:
            yield f"series {row.series} of {row.business_date} stands at {row.last}, the record says {told}"
    for (day, series), number in highest.items():
        yield f"series {series} of {day} is not stored, the record gave {number}"
