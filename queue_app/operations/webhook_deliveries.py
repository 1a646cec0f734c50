"""What webhooks are told: every event of the record, queued from where each one stands, until it was taken or given up.

Nothing here is part of an operation on the queue. The record is the queue of what has to be told: a worker reads it from the
revision at which a webhook stands, and raises that in the transaction that queues the deliveries, so that no event is lost
however the worker ends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, func, insert, or_, select, update

from queue_app.domain.board import iso
from queue_app.domain.branch import BranchSetup
from queue_app.domain.errors import QueueError
from queue_app.domain.events import Event
from queue_app.domain.reading import wrong
from queue_app.domain.webhooks import HOLDS_OTHERS, PAUSES, PING, event_body, wants
from queue_app.operations.audit import note_outside
from queue_app.operations.messages import INTERRUPTED
from queue_app.operations.unit_of_work import Actor, Context
from queue_app.operations.views import fresh_setup
from queue_app.operations.webhooks import KeptWebhook, let_go, webhook_of
from queue_app.store import queries as q
from queue_app.store.board import event_of
from queue_app.store.models import Branch, BranchState
from queue_app.store.running_tables import Webhook, WebhookDelivery

AT_ONCE = 200
"""So many events are queued in one transaction: it must not hold up the queue."""

MOST_REPLAYED = 1000
"""So many revisions can be replayed at once."""

MOST_A_PAGE = 100
MOST_SAID = 300

LEASE = timedelta(minutes=2)
"""So long a delivery belongs to the worker that tries it; where the worker dies meanwhile, it is tried again afterwards."""

KEPT_SENT, KEPT_FAILED = timedelta(days=7), timedelta(days=30)
"""So long it can be seen what became of a delivery."""

FORGOTTEN_AT_ONCE = 500

ITSELF = Actor("system", "system")

_HOOKS: Table = Webhook.__table__  # type: ignore[assignment]
_TABLE: Table = WebhookDelivery.__table__  # type: ignore[assignment]
_HOOK = _HOOKS.c
_ROW = _TABLE.c


@dataclass(frozen=True)
class Delivery:
    """One event on its way to one web address; the fields as in the table `webhook_delivery`."""

    id: int
    webhook_id: int
    revision: int
    body: Mapping[str, Any]
    state: str
    attempts: int
    status: int | None
    problem: str | None
    detail: str | None
    created_at: datetime
    not_before: datetime | None
    finished_at: datetime | None

    @property
    def call_id(self) -> str:
        """By what the other side knows it, however often it is sent."""
        return str(self.body["id"])


def queue_new(context: Context) -> None:
    """Queue what has happened since the revision at which each webhook stands."""
    behind = (
        select(_HOOK.id, _HOOK.revision, _HOOK.kinds, Branch.slug)
        .join(Branch, Branch.id == _HOOK.branch_id)
        .join(BranchState, and_(BranchState.branch_id == _HOOK.branch_id, BranchState.revision > _HOOK.revision))
        .where(_HOOK.active)
    )
    with context.database.reading() as connection:
        rows = connection.execute(behind).all()
    for row in rows:
        since = row.revision
        while since is not None:
            since = _queue_some(context, row, since)


def _queue_some(context: Context, row: Any, since: int) -> int | None:
    """Queue some of the events after `since`; return where to go on, None where that was all."""
    setup = fresh_setup(context, row.slug)
    events = _events(context, setup, since, AT_ONCE)
    if not events:
        return None
    with context.database.writing() as connection:
        # By the revision: of two workers one queues them, and none where it was switched off and on meanwhile.
        stands = (_HOOK.id == row.id, _HOOK.revision == since, _HOOK.active)
        raised = update(_HOOKS).where(*stands).values(revision=events[-1].revision)
        if not connection.execute(raised).rowcount:
            return None
        _queue(context, connection, row.id, setup, [event for event in events if wants(row.kinds, event)])
    return events[-1].revision if len(events) == AT_ONCE else None


def _events(context: Context, setup: BranchSetup, since: int, most: int) -> list[Event]:
    (rows,) = context.database.look((q.EVENTS_SINCE, {"branch_id": setup.id, "since": since, "most": most}))
    return [event_of(row) for row in rows]


def _queue(
    context: Context, connection: Connection, webhook_id: int, setup: BranchSetup, events: Sequence[Event]
) -> None:
    rows = [_new(context, webhook_id, event.revision, event_body(setup, event)) for event in events]
    if rows:
        connection.execute(insert(_TABLE), rows)


def _new(context: Context, webhook_id: int, revision: int, body: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "webhook_id": webhook_id, "revision": revision, "body": dict(body), "state": "queued", "attempts": 0,
        "created_at": context.clock.now(),
    }  # fmt: skip


def ping(context: Context, setup: BranchSetup, webhook_id: int) -> Delivery:
    """Let the address be called once, to try whether it answers.

    Raises:
        QueueError: `unknown_webhook`, `webhook_off`.
    """
    webhook = _active(context, setup, webhook_id)
    with context.database.writing() as connection:
        lowest = connection.execute(select(func.min(_ROW.revision)).where(_ROW.webhook_id == webhook.id)).scalar_one()
        revision = min(lowest or 0, 0) - 1
        now = context.clock.now()
        body = {
            "id": f"{setup.slug}-{PING}-{webhook.id}-{-revision}", "branch": setup.slug, "kind": PING, "at": iso(now),
        }  # fmt: skip
        delivery_id = connection.execute(
            insert(_TABLE).values(**_new(context, webhook.id, revision, body)).returning(_ROW.id)
        ).scalar_one()
    return delivery_of(context, webhook.id, delivery_id)


def replay(context: Context, setup: BranchSetup, webhook_id: int, actor: Actor, first: int, last: int) -> int:
    """Send the events of these revisions again, each with the id that it had, and return how many they are.

    Raises:
        QueueError: `unknown_webhook`, `webhook_off`, `invalid_value`.
    """
    webhook = _active(context, setup, webhook_id)
    if not 0 <= last - first < MOST_REPLAYED:
        raise wrong("to_revision", "at most %(most)d revisions after the first", most=MOST_REPLAYED)
    events = [
        event
        for event in _events(context, setup, first - 1, last - first + 1)
        # What lies above is told by itself.
        if event.revision <= min(last, webhook.revision) and wants(webhook.wish.kinds, event)
    ]
    wanted = {event.revision for event in events}
    span = (_ROW.webhook_id == webhook.id, _ROW.revision >= first, _ROW.revision <= last)
    with context.database.writing() as connection:
        known = set(connection.execute(select(_ROW.revision).where(*span)).scalars())
        connection.execute(update(_TABLE).where(*span, _ROW.state != "queued").values(**_anew()))
        _queue(context, connection, webhook.id, setup, [event for event in events if event.revision not in known])
        said = {"from_revision": first, "to_revision": last}
        note_outside(context, connection, actor, "replay_webhook", webhook.wish.name, None, said, setup.id)
    return len(wanted | known)


def again(context: Context, setup: BranchSetup, webhook_id: int, delivery_id: int) -> Delivery:
    """Send one delivery again, or at once where it waits for its next attempt.

    Raises:
        QueueError: `unknown_webhook`, `unknown_delivery`, `webhook_off`.
    """
    webhook = _active(context, setup, webhook_id)
    delivery_of(context, webhook.id, delivery_id)
    with context.database.writing() as connection:
        connection.execute(update(_TABLE).where(_ROW.id == delivery_id).values(**_anew()))
    return delivery_of(context, webhook.id, delivery_id)


def _anew() -> dict[str, Any]:
    return {"state": "queued", "attempts": 0, "not_before": None, "finished_at": None, "problem": None, "detail": None}


def _active(context: Context, setup: BranchSetup, webhook_id: int) -> KeptWebhook:
    webhook = webhook_of(context, setup, webhook_id)
    if not webhook.wish.active:
        raise QueueError("webhook_off")
    return webhook


def deliveries_of(
    context: Context, webhook_id: int, before: int | None = None, state: str | None = None, most: int = MOST_A_PAGE
) -> list[Delivery]:
    """Return deliveries of a webhook, the newest first.

    Args:
        context, webhook_id: of which one.
        before: only those older than the one with this id.
        state: only those that stand so.
        most: so many at most.
    """
    wanted: list[ColumnElement[bool]] = [_ROW.webhook_id == webhook_id]
    if before is not None:
        wanted.append(_ROW.id < before)
    if state is not None:
        wanted.append(_ROW.state == state)
    with context.database.reading() as connection:
        return [
            _delivery(row)
            for row in connection.execute(select(_TABLE).where(*wanted).order_by(_ROW.id.desc()).limit(most))
        ]


def delivery_of(context: Context, webhook_id: int, delivery_id: int) -> Delivery:
    """Return one delivery of a webhook.

    Raises:
        QueueError: `unknown_delivery`.
    """
    mine = (_ROW.id == delivery_id, _ROW.webhook_id == webhook_id)
    with context.database.reading() as connection:
        row = connection.execute(select(_TABLE).where(*mine)).one_or_none()
    if row is None:
        raise QueueError("unknown_delivery", id=delivery_id)
    return _delivery(row)


def with_work(context: Context) -> list[int]:
    """Return the webhooks for which something waits whose time has come."""
    due = (_ROW.state == "queued", or_(_ROW.not_before.is_(None), _ROW.not_before <= context.clock.now()))
    statement = select(_HOOK.id).join(_TABLE, _ROW.webhook_id == _HOOK.id).where(_HOOK.active, *due).distinct()
    with context.database.reading() as connection:
        return list(connection.execute(statement).scalars())


def claim(context: Context, webhook_id: int) -> tuple[Delivery, str, str] | None:
    """Take the next delivery of a webhook, for one worker alone, with its address and its sealed secret.

    The events go in the order of their revisions: one that was refused holds up those after it, until it was refused
    `HOLDS_OTHERS` times. None where there is nothing to do now.
    """
    now = context.clock.now()
    with context.database.reading() as connection:
        row = _next(connection, webhook_id, now)
    if row is None:
        return None
    with context.database.writing() as connection:
        mine = (_ROW.id == row.id, _ROW.state == "queued", _ROW.attempts == row.attempts)
        if row.attempts >= _most_attempts(row.revision):  # every one of its attempts was broken off
            values = {"state": "failed", "problem": INTERRUPTED, "finished_at": now}
            connection.execute(update(_TABLE).where(*mine).values(**values))
            return None
        taken = update(_TABLE).where(*mine).values(attempts=row.attempts + 1, not_before=now + LEASE).returning(_TABLE)
        delivery = connection.execute(taken).one_or_none()
    return None if delivery is None else (_delivery(delivery), row.url, row.secret)


def _next(connection: Connection, webhook_id: int, now: datetime) -> Any:
    waiting = (
        select(_TABLE, _HOOK.url, _HOOK.secret)
        .join(_HOOKS, _HOOK.id == _ROW.webhook_id)
        .where(_ROW.webhook_id == webhook_id, _ROW.state == "queued", _HOOK.active)
        .order_by(_ROW.revision)
        .limit(1)
    )
    aside = waiting.where(_ROW.attempts >= HOLDS_OTHERS, _ROW.not_before <= now)
    head = connection.execute(waiting.where(_ROW.attempts < HOLDS_OTHERS)).one_or_none()
    if head is not None and (head.not_before is None or head.not_before <= now):
        return head
    return connection.execute(aside).one_or_none()


def sent(context: Context, delivery: Delivery, status: int) -> None:
    """It was taken."""
    values = {"state": "sent", "status": status, "problem": None, "detail": None, "finished_at": context.clock.now()}
    _change(context, delivery, **values)


def not_sent(
    context: Context,
    delivery: Delivery,
    problem: str,
    said: str = "",
    status: int | None = None,
    *,
    for_good: bool = False,
) -> None:
    """An attempt failed: it is tried again later, or given up.

    Args:
        context, delivery: what was tried.
        problem: why, as a code.
        said: what the other side said, or the machine.
        status: what it answered, where it did.
        for_good: whether another attempt would be refused as well.
    """
    now = context.clock.now()
    values: dict[str, Any] = {"problem": problem, "detail": said[:MOST_SAID] or None, "status": status}
    if for_good or delivery.attempts >= _most_attempts(delivery.revision):
        _change(context, delivery, state="failed", finished_at=now, **values)
    else:
        _change(context, delivery, not_before=now + PAUSES[delivery.attempts - 1], **values)


def _most_attempts(revision: int) -> int:
    return 1 if revision < 0 else len(PAUSES) + 1  # whoever tries an address waits for the answer


def switch_off(context: Context, delivery: Delivery) -> None:
    """The other side says that it is gone for good: it is told nothing more."""
    with context.database.writing() as connection:
        off = update(_HOOKS).where(_HOOK.id == delivery.webhook_id, _HOOK.active).values(active=False)
        row = connection.execute(off.returning(_HOOK.name, _HOOK.branch_id)).one_or_none()
        if row is not None:
            let_go(context, connection, delivery.webhook_id)
            said = ({"active": True}, {"active": False})
            note_outside(context, connection, ITSELF, "change_webhook", row.name, *said, row.branch_id)


def clear_away(context: Context) -> None:
    """Forget deliveries that were done with long ago, a few at a time."""
    now = context.clock.now()
    over = or_(
        and_(_ROW.state == "sent", _ROW.finished_at <= now - KEPT_SENT),
        and_(_ROW.state == "failed", _ROW.finished_at <= now - KEPT_FAILED),
    )
    while True:
        with context.database.reading() as connection:
            ids = connection.execute(select(_ROW.id).where(over).limit(FORGOTTEN_AT_ONCE)).scalars().all()
        if not ids:
            return
        with context.database.writing() as connection:
            connection.execute(delete(_TABLE).where(_ROW.id.in_(ids), over))


def _change(context: Context, delivery: Delivery, **values: Any) -> None:
    # By the number of its attempts: whoever took so long that somebody else tries it already has nothing to say any more.
    mine = (_ROW.id == delivery.id, _ROW.state == "queued", _ROW.attempts == delivery.attempts)
    with context.database.writing() as connection:
        connection.execute(update(_TABLE).where(*mine).values(**values))


def _delivery(row: Any) -> Delivery:
    return Delivery(**{name: getattr(row, name) for name in Delivery.__dataclass_fields__})
