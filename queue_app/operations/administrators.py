"""Nobody may be locked out for ever: of those who may administrate, somebody always stays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, select

from queue_app.domain.errors import QueueError
from queue_app.operations.unit_of_work import Actor
from queue_app.store.models import User, UserRole


@dataclass(frozen=True)
class Administrator:
    """Who administers people, and where.

    Attributes:
        actor: who.
        branch_id: the branch they act in; None at the command line, which belongs to none.
        everywhere: whether they administrate every branch.
    """

    actor: Actor
    branch_id: int | None
    everywhere: bool


@contextmanager
def keeping_an_administrator(connection: Connection) -> Iterator[None]:
    """Refuse what is done within, if with it a branch, or the whole installation, loses its last active administrator.

    Where there was none before, none is missed: an installation may be run by the command line alone.

    Raises:
        QueueError: `last_administrator`.
    """
    before = _administrated(connection, lock=True)
    yield
    after = _administrated(connection)
    if None not in after and before - after:
        raise QueueError("last_administrator")


def _administrated(connection: Connection, *, lock: bool = False) -> set[int | None]:
    """Return which branches an active person administrates of those that somebody does; None: the whole installation.

    Whoever administrates everything administrates each branch as well: a branch alone is not missed where such a person is.
    """
    asked = (
        select(UserRole.branch_id)
        .join(User, User.id == UserRole.user_id)
        .where(UserRole.role == "admin", User.active)
        .order_by(UserRole.id)
    )
    # Two administrators who take the role from each other at the same moment wait for one another.
    found = set(connection.execute(asked.with_for_update(of=UserRole) if lock else asked).scalars())
    return {None} if None in found else found
