"""Set up webhooks: which web addresses are told what happens in a branch, and with which secret the calls are signed."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, select, update

from queue_app.domain.branch import BranchSetup
from queue_app.domain.errors import QueueError
from queue_app.domain.webhooks import MOST_WEBHOOKS, OLD_SECRET_FOR, SECRET_BYTES, WebhookWish, check_webhook, secret_of
from queue_app.operations.audit import note_outside
from queue_app.operations.unit_of_work import Actor, Context
from queue_app.sealing import Sealer
from queue_app.store.models import BranchState
from queue_app.store.running_tables import Webhook, WebhookDelivery

SWITCHED_OFF = "switched_off"
"""The problem of a delivery that was waiting when its webhook was switched off."""

_TABLE: Table = Webhook.__table__  # type: ignore[assignment]
_DELIVERIES: Table = WebhookDelivery.__table__  # type: ignore[assignment]
_HOOK = _TABLE.c
_DELIVERY = _DELIVERIES.c


@dataclass(frozen=True)
class KeptWebhook:
    """A webhook as it is kept, with how its deliveries stand.

    Attributes:
        id, branch_id, wish: which one, where, and what it is to do.
        secret: sealed.
        revision: it has been told of everything up to this revision, or will be.
        created_at: when it was made.
        waiting, failed: how many deliveries are on their way, and how many were given up.
        last_sent_at: when it last took one.
        problem: what is wrong with the oldest one that waits, as a code; None where nothing is.
    """

    id: int
    branch_id: int
    wish: WebhookWish
    secret: str
    revision: int
    created_at: datetime
    waiting: int = 0
    failed: int = 0
    last_sent_at: datetime | None = None
    problem: str | None = None


def webhooks_of(context: Context, setup: BranchSetup) -> list[KeptWebhook]:
    """Return the webhooks of a branch, the oldest first."""
    with context.database.reading() as connection:
        rows = connection.execute(select(_TABLE).where(_HOOK.branch_id == setup.id).order_by(_HOOK.id)).all()
        return [_kept(connection, row) for row in rows]


def webhook_of(context: Context, setup: BranchSetup, webhook_id: int) -> KeptWebhook:
    """Return one webhook of a branch.

    Raises:
        QueueError: `unknown_webhook`.
    """
    with context.database.reading() as connection:
        return _kept(connection, _row(connection, setup, webhook_id))


def any_active(context: Context) -> bool:
    """Say whether anybody is told of anything."""
    with context.database.reading() as connection:
        return connection.execute(select(_HOOK.id).where(_HOOK.active).limit(1)).first() is not None


def create(context: Context, setup: BranchSetup, actor: Actor, data: object, sealer: Sealer) -> tuple[int, str]:
    """Tell a web address from now on what happens; return the webhook's id and its secret, which is never shown again.

    Args:
        context, setup, actor: where, and who wants it.
        data: as `domain.webhooks.check_webhook` reads it.
        sealer: keeps the secret.

    Raises:
        QueueError: `invalid_value`, `name_taken`, `too_many_webhooks`.
    """
    wish = check_webhook(data)
    secret = secret_of(secrets.token_bytes(SECRET_BYTES))
    with context.database.writing() as connection:
        known = connection.execute(select(_HOOK.id).where(_HOOK.branch_id == setup.id)).all()
        if len(known) >= MOST_WEBHOOKS:
            raise QueueError("too_many_webhooks", most=MOST_WEBHOOKS)
        _check_name(connection, setup, wish.name, None)
        row = {
            **_values(wish), "branch_id": setup.id, "secret": sealed(sealer, secret), "created_at": context.clock.now(),
            "revision": _revision_now(connection, setup),
        }  # fmt: skip
        webhook_id = int(connection.execute(insert(_TABLE).values(**row).returning(_HOOK.id)).scalar_one())
        note_outside(context, connection, actor, "add_webhook", wish.name, None, _told(wish), setup.id)
    return webhook_id, secret


def change(context: Context, setup: BranchSetup, actor: Actor, webhook_id: int, data: object) -> None:
    """Change what a webhook does.

    One that is switched on is told of what happens from now on; what was waiting when it was switched off is given up. Both
    can be sent by a replay.

    Raises:
        QueueError: `unknown_webhook`, `invalid_value`, `name_taken`.
    """
    wish = check_webhook(data)
    with context.database.writing() as connection:
        row = _row(connection, setup, webhook_id)
        _check_name(connection, setup, wish.name, webhook_id)
        values = _values(wish)
        if wish.active and not row.active:
            values["revision"] = _revision_now(connection, setup)
        connection.execute(update(_TABLE).where(_HOOK.id == webhook_id).values(**values))
        if row.active and not wish.active:
            let_go(context, connection, webhook_id)
        before, after = _told(_wish(row)), _told(wish)
        changed = [name for name in after if before[name] != after[name]]
        if changed:
            was, now_is = ({name: told[name] for name in changed} for told in (before, after))
            note_outside(context, connection, actor, "change_webhook", row.name, was, now_is, setup.id)


def renew_secret(context: Context, setup: BranchSetup, actor: Actor, webhook_id: int, sealer: Sealer) -> str:
    """Make a new secret and return it; for a day the calls are signed with the one before as well.

    Raises:
        QueueError: `unknown_webhook`.
        SealBroken: the secret before cannot be read.
    """
    secret = secret_of(secrets.token_bytes(SECRET_BYTES))
    with context.database.writing() as connection:
        row = _row(connection, setup, webhook_id)
        before = secrets_of(sealer, row.secret, context.clock.now())[0]
        until = context.clock.now() + OLD_SECRET_FOR
        values = {"secret": sealed(sealer, secret, before, until)}
        connection.execute(update(_TABLE).where(_HOOK.id == webhook_id).values(**values))
        note_outside(context, connection, actor, "renew_webhook_secret", row.name, None, None, setup.id)
    return secret


def remove(context: Context, setup: BranchSetup, actor: Actor, webhook_id: int) -> None:
    """Tell the address nothing more, and forget what it was told.

    Raises:
        QueueError: `unknown_webhook`.
    """
    with context.database.writing() as connection:
        row = _row(connection, setup, webhook_id)
        connection.execute(delete(_DELIVERIES).where(_DELIVERY.webhook_id == webhook_id))
        connection.execute(delete(_TABLE).where(_HOOK.id == webhook_id))
        note_outside(context, connection, actor, "remove_webhook", row.name, _told(_wish(row)), None, setup.id)


def let_go(context: Context, connection: Connection, webhook_id: int) -> None:
    """Give up what waits to be sent to a webhook that is switched off."""
    waiting = (_DELIVERY.webhook_id == webhook_id, _DELIVERY.state == "queued")
    values = {"state": "failed", "problem": SWITCHED_OFF, "finished_at": context.clock.now()}
    connection.execute(update(_DELIVERIES).where(*waiting).values(**values))


def sealed(sealer: Sealer, secret: str, before: str | None = None, until: datetime | None = None) -> str:
    """Return a secret as it is kept, with the one before and until when that is still good."""
    return sealer.seal(json.dumps([secret, before, until.isoformat() if until else None]))


def secrets_of(sealer: Sealer, kept: str, now: datetime) -> list[str]:
    """Return the secrets that calls are signed with now, the newest first.

    Raises:
        SealBroken: it cannot be read.
    """
    secret, before, until = json.loads(sealer.open(kept))
    return [secret, before] if before and now < datetime.fromisoformat(until) else [secret]


def _row(connection: Connection, setup: BranchSetup, webhook_id: int) -> Any:
    mine = (_HOOK.id == webhook_id, _HOOK.branch_id == setup.id)
    row = connection.execute(select(_TABLE).where(*mine)).one_or_none()
    if row is None:
        raise QueueError("unknown_webhook", id=webhook_id)
    return row


def _kept(connection: Connection, row: Any) -> KeptWebhook:
    of_it = _DELIVERY.webhook_id == row.id
    counted = (
        select(_DELIVERY.state, func.count(), func.max(_DELIVERY.finished_at)).where(of_it).group_by(_DELIVERY.state)
    )
    counts = {state: (number, latest) for state, number, latest in connection.execute(counted)}
    oldest = select(_DELIVERY.problem).where(of_it, _DELIVERY.state == "queued").order_by(_DELIVERY.revision).limit(1)
    return KeptWebhook(
        row.id, row.branch_id, _wish(row), row.secret, row.revision, row.created_at,
        waiting=counts.get("queued", (0, None))[0], failed=counts.get("failed", (0, None))[0],
        last_sent_at=counts.get("sent", (0, None))[1], problem=connection.execute(oldest).scalar_one_or_none(),
    )  # fmt: skip


def _check_name(connection: Connection, setup: BranchSetup, name: str, mine: int | None) -> None:
    same = select(_HOOK.id).where(_HOOK.branch_id == setup.id, _HOOK.name == name)
    if any(found != mine for found in connection.execute(same).scalars()):
        raise QueueError("name_taken", field="name")


def _revision_now(connection: Connection, setup: BranchSetup) -> int:
    statement = select(BranchState.revision).where(BranchState.branch_id == setup.id)
    return int(connection.execute(statement).scalar_one())


def _wish(row: Any) -> WebhookWish:
    return WebhookWish(row.name, row.url, tuple(row.kinds), row.active)


def _values(wish: WebhookWish) -> dict[str, Any]:
    return {"name": wish.name, "url": wish.url, "kinds": _kinds(wish.kinds), "active": wish.active}


def _kinds(kinds: Sequence[str]) -> list[str]:
    return [str(kind) for kind in kinds]


def _told(wish: WebhookWish) -> dict[str, Any]:
    """Return what the audit says of a webhook: of its address no query, where some keep a password."""
    return {**_values(wish), "url": wish.url.partition("?")[0]}
