"""Deletes what is left of days of which only the figures are kept, a few rows at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, select

from queue_app.store.by_time import first_at
from queue_app.store.models import (
    Base,
    CounterPause,
    CounterSession,
    Leg,
    NumberSeries,
    PrintJob,
    ScreenAck,
    Ticket,
    TicketEvent,
    TicketNote,
)
from queue_app.store.report_tables import Message
from queue_app.store.running_tables import VisitorContact, Webhook, WebhookDelivery
from queue_app.store.session import Database

ROWS_AT_ONCE = 400
"""So many rows, with what hangs on them, go in one transaction: some ten milliseconds."""

_ticket = Ticket.__table__.c
_event = TicketEvent.__table__.c
_ack = ScreenAck.__table__.c
_session = CounterSession.__table__.c
_job = PrintJob.__table__.c
_message = Message.__table__.c
_delivery = WebhookDelivery.__table__.c


@dataclass(frozen=True)
class Forgotten:
    """What is to go: of a branch, all of business dates before `before`, events up to `floor`, all else from before `moment`."""

    branch_id: int
    before: date
    floor: int
    moment: datetime


def forget(database: Database, gone: Forgotten) -> Iterator[int]:
    """Delete what is to go, and yield after each transaction how many tickets, events and other rows it deleted.

    It may be broken off between any two of them: what is left goes the next time.

    Raises:
        QueueError: `database_unavailable`.
    """
    for step in (_tickets, _events, _acks, _sessions, _tests, _messages, _deliveries, _series):
        while True:
            with database.writing() as connection:
                number = step(connection, gone)
            if number:
                yield number
            if number < ROWS_AT_ONCE:
                break


def anything_left(connection: Connection, gone: Forgotten) -> bool:
    """Say whether tickets or events are still there that are to go."""
    ticket = select(_ticket.id).where(_ticket.branch_id == gone.branch_id, _ticket.business_date < gone.before).limit(1)
    event = select(_event.revision).where(_event.branch_id == gone.branch_id, _event.revision <= gone.floor).limit(1)
    return any(connection.execute(each).first() is not None for each in (ticket, event))


def _some(connection: Connection, key: ColumnElement[Any], *where: ColumnElement[bool]) -> list[Any]:
    return list(connection.execute(select(key).where(*where).order_by(key).limit(ROWS_AT_ONCE)).scalars())


def _drop(connection: Connection, table: type[Base], *where: ColumnElement[bool]) -> int:
    return connection.execute(delete(table).where(*where)).rowcount


def _tickets(connection: Connection, gone: Forgotten) -> int:
    of_days = (_ticket.branch_id == gone.branch_id, _ticket.business_date < gone.before)
    found = connection.execute(
        select(_ticket.id).where(*of_days).order_by(_ticket.business_date).limit(ROWS_AT_ONCE)
    ).scalars()
    ids = list(found)
    if ids:
        for table in (VisitorContact, TicketNote, PrintJob, Leg):
            _drop(connection, table, table.__table__.c.ticket_id.in_(ids))
        _drop(connection, Ticket, _ticket.id.in_(ids))
    return len(ids)


def _up_to(
    connection: Connection, table: type[Base], key: ColumnElement[int], branch: ColumnElement[int], gone: Forgotten
) -> int:
    """Delete the next rows whose `key` is a revision of the days that go."""
    keys = _some(connection, key, branch == gone.branch_id, key <= gone.floor)
    if keys:
        _drop(connection, table, branch == gone.branch_id, key >= keys[0], key <= keys[-1])
    return len(keys)


def _events(connection: Connection, gone: Forgotten) -> int:
    return _up_to(connection, TicketEvent, _event.revision, _event.branch_id, gone)


def _acks(connection: Connection, gone: Forgotten) -> int:
    return _up_to(connection, ScreenAck, _ack.call_id, _ack.branch_id, gone)


def _old(
    connection: Connection, key: ColumnElement[int], at: ColumnElement[datetime], gone: Forgotten
) -> ColumnElement[bool]:
    # Ids grow with time, and time has no index: nobody should wait while the whole table is looked through.
    return key < first_at(connection, key, at, gone.moment, ())


def _sessions(connection: Connection, gone: Forgotten) -> int:
    ids = _some(
        connection, _session.id, _session.branch_id == gone.branch_id,
        _old(connection, _session.id, _session.opened_at, gone), _session.closed_at.is_not(None),
    )  # fmt: skip
    if ids:
        _drop(connection, CounterPause, CounterPause.session_id.in_(ids))
        _drop(connection, CounterSession, _session.id.in_(ids))
    return len(ids)


def _tests(connection: Connection, gone: Forgotten) -> int:
    """Delete slips that had no ticket: they say who asked for them."""
    ids = _some(
        connection, _job.id, _job.branch_id == gone.branch_id, _job.ticket_id.is_(None),
        _old(connection, _job.id, _job.created_at, gone), _job.state.in_(("printed", "failed")),
    )  # fmt: skip
    return _drop(connection, PrintJob, _job.id.in_(ids)) if ids else 0


def _messages(connection: Connection, gone: Forgotten) -> int:
    ids = _some(
        connection, _message.id, _message.branch_id == gone.branch_id, _old(connection, _message.id, _message.created_at, gone),
        _message.state != "queued",
    )  # fmt: skip
    return _drop(connection, Message, _message.id.in_(ids)) if ids else 0


def _deliveries(connection: Connection, gone: Forgotten) -> int:
    hooks = select(Webhook.id).where(Webhook.branch_id == gone.branch_id)
    # The other side knows a delivery by its id, and SQLite would give the id of a newest row that is gone once more.
    newest = select(func.max(_delivery.id)).scalar_subquery()
    ids = _some(
        connection, _delivery.id, _delivery.webhook_id.in_(hooks), _delivery.revision <= gone.floor, _delivery.id < newest
    )  # fmt: skip
    return _drop(connection, WebhookDelivery, _delivery.id.in_(ids)) if ids else 0


def _series(connection: Connection, gone: Forgotten) -> int:
    table = NumberSeries.__table__.c
    _drop(connection, NumberSeries, table.branch_id == gone.branch_id, table.business_date < gone.before)
    return 0
