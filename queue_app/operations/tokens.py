"""Bearer tokens of other programs: made, listed and revoked by administrators; of each only a hash is kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, or_, select, update

from queue_app.domain.branch import BranchSetup
from queue_app.domain.errors import QueueError
from queue_app.domain.reading import wrong
from queue_app.operations.audit import note_outside
from queue_app.operations.setup import insert_token
from queue_app.operations.unit_of_work import Actor, Context
from queue_app.store.models import ApiToken, User

MOST_NAME = 80

_TABLE: Table = ApiToken.__table__  # type: ignore[assignment]
_TOKEN = _TABLE.c
_LIVE = _TOKEN.revoked_at.is_(None)
_OF_PROGRAMS = (_LIVE, _TOKEN.kiosk_id.is_(None), _TOKEN.screen_id.is_(None))
"""Kiosks and screens are let in, and shut out, where they are set up."""


@dataclass(frozen=True)
class KeptToken:
    """What is kept of a token: for which program, for what, and until when; `branch_id` is None where it is for every branch."""

    id: int
    name: str
    scopes: Sequence[str]
    branch_id: int | None
    created_at: datetime
    created_by: str | None
    expires_at: datetime | None


def tokens_of(context: Context, setup: BranchSetup, *, everywhere: bool) -> list[KeptToken]:
    """Return the tokens of a branch that were not revoked, the oldest first; `everywhere` those of every branch as well."""
    with context.database.reading() as connection:
        rows = connection.execute(select(_TABLE).where(*_OF_PROGRAMS, _of(setup, everywhere)).order_by(_TOKEN.id)).all()
        names = _names(connection, rows)
    return [
        KeptToken(
            row.id, row.name, row.scopes, row.branch_id, row.created_at, names.get(row.created_by, row.created_by),
            row.expires_at,
        )
        for row in rows
    ]  # fmt: skip


def make(
    context: Context,
    actor: Actor,
    name: str,
    scopes: Iterable[str],
    branch: str | None,
    expires_at: datetime | None = None,
) -> tuple[int, str]:
    """Make a bearer token; return its id and the token, which cannot be read again.

    Args:
        context, actor: where, and who wants it.
        name: what it is for.
        scopes: some of `operations.setup.SCOPES`.
        branch: slug of the only branch it is good for; None for every branch.
        expires_at: from when on it is good no longer.

    Raises:
        QueueError: `invalid_value`, `unknown_branch`.
    """
    now = context.clock.now()
    if not 1 <= len(name.strip()) <= MOST_NAME or not name.isprintable():
        raise wrong("name", "a name of at most %(most)d characters is needed", most=MOST_NAME)
    if expires_at is not None and expires_at <= now:
        raise wrong("expires_at", "a moment to come is needed")
    branch_id = context.setup(branch).id if branch else None
    with context.database.writing() as connection:
        token_id, token = insert_token(
            connection, now, name.strip(), scopes, branch_id=branch_id, created_by=actor.key, expires_at=expires_at
        )
        row = connection.execute(select(_TABLE).where(_TOKEN.id == token_id)).one()
        note_outside(context, connection, actor, "make_token", name.strip(), None, _told(row), branch_id)
    return token_id, token


def revoke(context: Context, setup: BranchSetup, actor: Actor, token_id: int, *, everywhere: bool) -> None:
    """Let a token of the branch be good no longer; with `everywhere` also one of every branch.

    Raises:
        QueueError: `unknown_token`.
    """
    with context.database.writing() as connection:
        if not _revoke(context, connection, actor, *_OF_PROGRAMS, _TOKEN.id == token_id, _of(setup, everywhere)):
            raise QueueError("unknown_token", id=token_id)


def revoke_called(context: Context, actor: Actor, name: str) -> int:
    """Let every token with this name be good no longer, those of devices too, and return how many there were."""
    with context.database.writing() as connection:
        return _revoke(context, connection, actor, _LIVE, _TOKEN.name == name)


def _revoke(context: Context, connection: Connection, actor: Actor, *which: ColumnElement[bool]) -> int:
    gone = update(_TABLE).where(*which).values(revoked_at=context.clock.now()).returning(_TABLE)
    rows = connection.execute(gone).all()
    for row in rows:
        note_outside(context, connection, actor, "revoke_token", row.name, _told(row), None, row.branch_id)
    return len(rows)


def _of(setup: BranchSetup, everywhere: bool) -> ColumnElement[bool]:
    mine = _TOKEN.branch_id == setup.id
    return or_(mine, _TOKEN.branch_id.is_(None)) if everywhere else mine


def _told(row: Any) -> dict[str, Any]:
    expires_at = row.expires_at.isoformat() if row.expires_at else None
    return {"id": row.id, "scopes": list(row.scopes), "every_branch": row.branch_id is None, "expires_at": expires_at}


def _names(connection: Connection, rows: Sequence[Any]) -> dict[str, str]:
    ids = [int(row.created_by.removeprefix("user:")) for row in rows if (row.created_by or "").startswith("user:")]
    people = connection.execute(select(User.id, User.display_name).where(User.id.in_(ids)))
    return {f"user:{row.id}": row.display_name for row in people}
