"""Lobby screens and kiosks of a branch: named, arranged, shut out, taken away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy.exc
from sqlalchemy import ColumnElement, Connection, delete, select, update

from queue_app.domain.branch import BranchSetup
from queue_app.domain.errors import QueueError
from queue_app.domain.reading import wrong
from queue_app.domain.screen_layout import read_layout
from queue_app.operations.audit import noting
from queue_app.operations.unit_of_work import Context
from queue_app.store.models import ApiToken, BranchState, Kiosk, Pairing, Screen, ScreenState

MOST_NAME_LETTERS = 80
MODELS: dict[str, type[Screen | Kiosk]] = {"display": Screen, "kiosk": Kiosk}
"""What a device of each kind is; the kind is also the scope of its token."""
_UNKNOWN = {"display": "unknown_screen", "kiosk": "unknown_kiosk"}


@contextmanager
def changing(context: Context, branch: str, action: str) -> Iterator[tuple[Connection, BranchSetup]]:
    """Change a branch's devices in one transaction, and write down what; every process reads the branch's settings anew.

    No event tells of it: the pages that it concerns are told by themselves, and no other page has to load itself again.

    Raises:
        QueueError: `unknown_branch`; `name_taken` where a name would stand twice.
    """
    setup = context.setup(branch)
    try:
        with context.database.writing() as connection:
            connection.execute(
                update(BranchState)
                .where(BranchState.branch_id == setup.id)
                .values(settings_revision=BranchState.settings_revision + 1)
            )
            with noting(context, connection, action, lambda: _told(connection, setup), setup.id):
                yield connection, setup
    except sqlalchemy.exc.IntegrityError as error:
        raise QueueError("name_taken") from error
    context.reload(branch)


def _told(connection: Connection, setup: BranchSetup) -> dict[str, Any]:
    """Return how the devices are set up, and which machine each of them is, as the audit log tells it."""
    told: dict[str, Any] = {}
    for kind, model in MODELS.items():
        for row in connection.execute(
            select(model.__table__).where(model.branch_id == setup.id).order_by(model.id)
        ).all():
            tokens = connection.execute(select(ApiToken.token_hash).where(tokens_of(kind, row.id))).scalars()
            # Of a token of random letters its hash says nothing but whether it is the same one.
            machines = [f"sha256 {token_hash[:8]}" for token_hash in tokens]
            layout = {"layout": row.layout} if kind == "display" else {}
            told[f"{kind} {row.id}"] = {"name": row.name, **layout, "let_in": machines}
    return told


def device_name(name: str) -> str:
    """Return a device's name, tidied.

    Raises:
        QueueError: `invalid_value`.
    """
    tidy = " ".join(name.split())
    if not tidy or len(tidy) > MOST_NAME_LETTERS or not tidy.isprintable():
        raise wrong("name", "a name of at most %(most)d letters is needed", most=MOST_NAME_LETTERS)
    return tidy


def device_row(connection: Connection, setup: BranchSetup, kind: str, device_id: int) -> Any:
    """Return a device of the branch.

    Raises:
        QueueError: `unknown_screen`, `unknown_kiosk`.
    """
    model = MODELS[kind]
    theirs = (model.id == device_id) & (model.branch_id == setup.id)
    row = connection.execute(select(model.__table__).where(theirs)).one_or_none()
    if row is None:
        raise QueueError(_UNKNOWN[kind], **{"kiosk" if kind == "kiosk" else "screen": device_id})
    return row


def tokens_of(kind: str, device_id: int) -> ColumnElement[bool]:
    """Return the condition of a device's tokens that still let in."""
    column = ApiToken.kiosk_id if kind == "kiosk" else ApiToken.screen_id
    return (column == device_id) & ApiToken.revoked_at.is_(None)


def shut_out(connection: Connection, kind: str, device_id: int, now: datetime) -> int:
    """Revoke every token of a device and return how many there were."""
    return connection.execute(update(ApiToken).where(tokens_of(kind, device_id)).values(revoked_at=now)).rowcount


def change_device(context: Context, branch: str, kind: str, device_id: int, changes: Mapping[str, Any]) -> None:
    """Change what is known of a device, all of it or nothing.

    Args:
        context, branch, kind, device_id: which.
        changes: `name`; of a screen also `layout`, None for what is usual.

    Raises:
        QueueError: `unknown_branch`, `unknown_screen`, `unknown_kiosk`, `name_taken`; `invalid_value` with `field` for the
            first mistake.
    """
    with changing(context, branch, "change_device") as (connection, setup):
        device_row(connection, setup, kind, device_id)
        values: dict[str, Any] = {}
        if "name" in changes:
            values["name"] = device_name(changes["name"])
            connection.execute(update(ApiToken).where(tokens_of(kind, device_id)).values(name=values["name"]))
        if "layout" in changes:
            layout = changes["layout"]
            values["layout"] = None if layout is None else read_layout(layout, setup).json()
        if values:
            model = MODELS[kind]
            connection.execute(update(model).where(model.id == device_id).values(**values))


def revoke_device(context: Context, branch: str, kind: str, device_id: int) -> int:
    """Let a device in no longer and return how many tokens it had; it stays, and another machine may take its place.

    Raises:
        QueueError: `unknown_branch`, `unknown_screen`, `unknown_kiosk`.
    """
    with changing(context, branch, "revoke_device") as (connection, setup):
        device_row(connection, setup, kind, device_id)
        return shut_out(connection, kind, device_id, context.clock.now())


def remove_device(context: Context, branch: str, kind: str, device_id: int) -> None:
    """Take a device away: its tokens let in no longer, its name is free.

    Raises:
        QueueError: `unknown_branch`, `unknown_screen`, `unknown_kiosk`.
    """
    with changing(context, branch, "remove_device") as (connection, setup):
        device_row(connection, setup, kind, device_id)
        forget_device(connection, kind, device_id, context.clock.now())


def forget_device(connection: Connection, kind: str, device_id: int, now: datetime) -> None:
    """Take a device away in the transaction of `connection`: its row, its tokens, and what it was known by."""
    shut_out(connection, kind, device_id, now)
    column = ApiToken.kiosk_id if kind == "kiosk" else ApiToken.screen_id
    connection.execute(update(ApiToken).where(column == device_id).values({column.key: None}))
    # Another device may get the same id one day; nothing that this one was known by must lead there.
    connection.execute(delete(Pairing).where(Pairing.kind == kind, Pairing.device_id == device_id))
    if kind == "display":
        connection.execute(delete(ScreenState).where(ScreenState.screen_id == device_id))
    model = MODELS[kind]
    connection.execute(delete(model).where(model.id == device_id))
