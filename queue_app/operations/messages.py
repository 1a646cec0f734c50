"""What leaves the house: e-mails and calls of web addresses, kept until they have gone or nobody tries any more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from queue_app.domain.errors import QueueError
from queue_app.operations.unit_of_work import Context
from queue_app.store.report_tables import Message

PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6))
"""After each attempt that failed, the next one comes so much later; after the last of them nobody tries any more."""

LEASE = timedelta(minutes=10)
"""So long a message belongs to the worker that tries it; where the worker dies meanwhile, it is tried again afterwards."""

KEPT = timedelta(days=90)
"""So long it can be seen what became of a message."""

MOST_SAID = 300
MOST_A_PAGE = 100

INTERRUPTED = "interrupted"
"""The problem of a message whose worker ended while it tried."""

_TABLE: Table = Message.__table__  # type: ignore[assignment]
_MESSAGE = _TABLE.c


@dataclass(frozen=True)
class Outgoing:
    """One message; the fields as in the table `message`."""

    id: int
    branch_id: int
    key: str
    kind: str
    schedule_id: int | None
    to: str
    content: Mapping[str, Any]
    state: str
    attempts: int
    problem: str | None
    detail: str | None
    created_at: datetime
    not_before: datetime | None
    finished_at: datetime | None


def queue_message(
    context: Context,
    connection: Connection,
    branch_id: int,
    key: str,
    kind: str,
    to: str,
    content: Mapping[str, Any],
    schedule_id: int | None = None,
) -> bool:
    """Let a message be sent; return False where the one with this `key` is known already, and so is never sent twice."""
    values = {
        "branch_id": branch_id, "key": key, "kind": kind, "to": to, "content": dict(content), "state": "queued", "attempts": 0,
        "schedule_id": schedule_id, "created_at": context.clock.now(),
    }  # fmt: skip
    try:
        with connection.begin_nested():
            connection.execute(insert(_TABLE).values(**values))
    except IntegrityError:
        return False
    return True


def any_queued(context: Context) -> bool:
    """Say whether any message has not gone yet, and is still tried."""
    with context.database.reading() as connection:
        return connection.execute(select(_MESSAGE.id).where(_MESSAGE.state == "queued").limit(1)).first() is not None


def queued(context: Context, kind: str) -> Sequence[Outgoing]:
    """Return all messages of a kind that have not gone yet."""
    statement = select(_TABLE).where(_MESSAGE.state == "queued", _MESSAGE.kind == kind)
    with context.database.reading() as connection:
        return [_outgoing(row) for row in connection.execute(statement)]


def claim(context: Context) -> Outgoing | None:
    """Take the oldest message whose time has come, for one worker alone; None where there is none."""
    now = context.clock.now()
    ready = (_MESSAGE.state == "queued", or_(_MESSAGE.not_before.is_(None), _MESSAGE.not_before <= now))
    with context.database.reading() as connection:
        waiting = connection.execute(select(_TABLE).where(*ready).order_by(_MESSAGE.id).limit(10)).all()
    for row in waiting:
        mine = (_MESSAGE.id == row.id, _MESSAGE.attempts == row.attempts)
        with context.database.writing() as connection:
            if row.attempts > len(PAUSES):  # every one of its attempts was broken off
                values = {"state": "failed", "problem": INTERRUPTED, "finished_at": now}
                connection.execute(update(_TABLE).where(*ready, *mine).values(**values))
                continue
            values = {"attempts": row.attempts + 1, "not_before": now + LEASE}
            taken = connection.execute(update(_TABLE).where(*ready, *mine).values(**values)).rowcount
        if taken:
            return message_of(context, row.branch_id, row.id)
    return None


def sent(context: Context, message: Outgoing, detail: str) -> None:
    """It has gone; `detail` says where to."""
    _change(context, message, state="sent", problem=None, detail=detail[:MOST_SAID], finished_at=context.clock.now())


def not_sent(context: Context, message: Outgoing, problem: str, said: str = "", *, for_good: bool = False) -> None:
    """An attempt failed: it is tried again later, or given up.

    Args:
        context, message: what was tried.
        problem: why, as a code.
        said: what the other side said, or the machine.
        for_good: whether another attempt would be refused as well.
    """
    now = context.clock.now()
    values: dict[str, Any] = {"problem": problem, "detail": said[:MOST_SAID] or None}
    if for_good or message.attempts > len(PAUSES):
        _change(context, message, state="failed", finished_at=now, **values)
    else:
        _change(context, message, not_before=now + PAUSES[message.attempts - 1], **values)


def again(context: Context, branch_id: int, message_id: int) -> Outgoing:
    """Try a message anew that was given up.

    Raises:
        QueueError: `unknown_message`, `message_not_failed`.
    """
    message_of(context, branch_id, message_id)
    with context.database.writing() as connection:
        statement = update(_TABLE).where(_MESSAGE.id == message_id, _MESSAGE.state == "failed")
        values = {"state": "queued", "attempts": 0, "not_before": None, "finished_at": None}
        if not connection.execute(statement.values(**values)).rowcount:
            raise QueueError("message_not_failed")
    return message_of(context, branch_id, message_id)


def message_of(context: Context, branch_id: int, message_id: int) -> Outgoing:
    """Return one message of a branch; raises `unknown_message`."""
    mine = (_MESSAGE.id == message_id, _MESSAGE.branch_id == branch_id)
    with context.database.reading() as connection:
        row = connection.execute(select(_TABLE).where(*mine)).one_or_none()
    if row is None:
        raise QueueError("unknown_message", id=message_id)
    return _outgoing(row)


def messages_of(
    context: Context, branch_id: int, before: int | None = None, most: int = MOST_A_PAGE
) -> Sequence[Outgoing]:
    """Return a branch's messages, the newest first; with `before`, those older than the one with this id."""
    wanted: list[ColumnElement[bool]] = [_MESSAGE.branch_id == branch_id]
    if before is not None:
        wanted.append(_MESSAGE.id < before)
    statement = select(_TABLE).where(*wanted).order_by(_MESSAGE.id.desc()).limit(most)
    with context.database.reading() as connection:
        return [_outgoing(row) for row in connection.execute(statement)]


def count_queued(connection: Connection, branch_id: int) -> int:
    """Return how many messages of a branch have not gone yet."""
    statement = select(func.count()).where(_MESSAGE.branch_id == branch_id, _MESSAGE.state == "queued")
    return int(connection.execute(statement).scalar_one())


def clear_away(context: Context) -> None:
    """Forget messages that were done with long ago."""
    over = (_MESSAGE.state != "queued", _MESSAGE.finished_at <= context.clock.now() - KEPT)
    with context.database.reading() as connection:
        if connection.execute(select(_MESSAGE.id).where(*over).limit(1)).first() is None:
            return
    with context.database.writing() as connection:
        connection.execute(delete(_TABLE).where(*over))


def _change(context: Context, message: Outgoing, **values: Any) -> None:
    # By the number of its attempts: whoever took so long that somebody else tries it already has nothing to say any more.
    mine = (_MESSAGE.id == message.id, _MESSAGE.state == "queued", _MESSAGE.attempts == message.attempts)
    with context.database.writing() as connection:
        connection.execute(update(_TABLE).where(*mine).values(**values))


def _outgoing(row: Any) -> Outgoing:
    return Outgoing(**{name: getattr(row, name) for name in Outgoing.__dataclass_fields__})
