"""Reads and writes of who is signed in where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, select, update

from queue_app.store.models import Branch, Counter, CounterSession, User, UserRole
from queue_app.store.people import MOST_AT_ONCE, Person
from queue_app.store.running_tables import UserSession

MOST_LETTERS = 200
"""So much is kept of what a browser says it is."""


@dataclass(frozen=True)
class SignIn:
    """A sign-in that nobody has ended, and the active person who made it; whether it still holds, the clock says."""

    id: int
    person: Person
    must_change_password: bool
    seen_at: datetime
    expires_at: datetime


def find_sign_ins(connection: Connection, hashes: Sequence[str]) -> dict[str, SignIn]:
    """Return the sign-ins with these hashes of their keys, without those that were ended or whose person is not active."""
    found: dict[str, SignIn] = {}
    for begin in range(0, len(hashes), MOST_AT_ONCE):
        rows = connection.execute(
            select(
                UserSession.id, UserSession.key_hash, UserSession.seen_at, UserSession.expires_at, UserSession.user_id,
                User.username, User.display_name, User.language, User.must_change_password,
            )
            .join(User, User.id == UserSession.user_id)
            .where(UserSession.key_hash.in_(hashes[begin : begin + MOST_AT_ONCE]), UserSession.ended_at.is_(None), User.active)
        ).all()  # fmt: skip
        roles = _roles(connection, {row.user_id for row in rows})
        for row in rows:
            person = Person(row.user_id, row.username, row.display_name, row.language, roles[row.user_id])
            found[row.key_hash] = SignIn(row.id, person, row.must_change_password, row.seen_at, row.expires_at)
    return found


def _roles(connection: Connection, user_ids: set[int]) -> dict[int, frozenset[tuple[str, int | None]]]:
    rows = connection.execute(
        select(UserRole.user_id, UserRole.role, UserRole.branch_id).where(UserRole.user_id.in_(user_ids))
    ).all()
    return {
        user_id: frozenset((row.role, row.branch_id) for row in rows if row.user_id == user_id) for user_id in user_ids
    }


def insert_sign_in(
    connection: Connection,
    user_id: int,
    key_hash: str,
    way: str,
    now: datetime,
    expires_at: datetime,
    address: str,
    agent: str,
) -> None:
    """Write down that a person has signed in: `way` is `password`, `totp` or `oidc`."""
    connection.execute(
        insert(UserSession).values(
            user_id=user_id, key_hash=key_hash, way=way, address=address[:MOST_LETTERS], agent=agent[:MOST_LETTERS],
            created_at=now, seen_at=now, expires_at=expires_at,
        )
    )  # fmt: skip


def note_seen(connection: Connection, sign_in: int, now: datetime) -> None:
    """Write down that a person was here."""
    connection.execute(update(UserSession).where(UserSession.id == sign_in).values(seen_at=now))


def end_sign_ins(
    connection: Connection,
    now: datetime,
    *,
    sign_in: int | None = None,
    key_hash: str | None = None,
    user_id: int | None = None,
    but: int | None = None,
) -> int:
    """End sign-ins and return how many: one, by its id or the hash of its key, or all of a person, `but` one of them."""
    which: list[ColumnElement[bool]] = [UserSession.ended_at.is_(None)]
    which += [UserSession.id == sign_in] if sign_in is not None else []
    which += [UserSession.key_hash == key_hash] if key_hash is not None else []
    which += [UserSession.user_id == user_id] if user_id is not None else []
    which += [UserSession.id != but] if but is not None else []
    assert len(which) > 1
    return connection.execute(update(UserSession).where(*which).values(ended_at=now)).rowcount


def live_sign_ins(
    connection: Connection, now: datetime, idle_since: datetime | None, users: Sequence[int] | None
) -> list[Any]:
    """Return the sign-ins that hold now, the one seen last first.

    Args:
        connection: where.
        now: aware UTC.
        idle_since: who was seen before this is signed in no longer; None where that does not matter.
        users: of these people only; None for everybody.
    """
    wanted = (
        select(
            UserSession.id, UserSession.user_id, UserSession.way, UserSession.address, UserSession.agent,
            UserSession.created_at, UserSession.seen_at, UserSession.expires_at, User.username, User.display_name,
        )
        .join(User, User.id == UserSession.user_id)
        .where(UserSession.ended_at.is_(None), UserSession.expires_at > now, User.active)
        .order_by(UserSession.seen_at.desc(), UserSession.id.desc())
    )  # fmt: skip
    if idle_since is not None:
        wanted = wanted.where(UserSession.seen_at > idle_since)
    if users is not None:
        wanted = wanted.where(UserSession.user_id.in_(users))
    return list(connection.execute(wanted))


def open_counters(connection: Connection, users: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    """Return, for each of these people, the counters they have open: slug of the branch and name of the counter."""
    found: dict[int, list[tuple[str, str]]] = {}
    rows = connection.execute(
        select(CounterSession.user_id, Branch.slug, Counter.name)
        .join(Counter, Counter.id == CounterSession.counter_id)
        .join(Branch, Branch.id == Counter.branch_id)
        .where(CounterSession.user_id.in_(users), CounterSession.closed_at.is_(None))
        .order_by(Branch.id, Counter.position, Counter.id)
    )
    for row in rows:
        found.setdefault(row.user_id, []).append((row.slug, row.name))
    return found
