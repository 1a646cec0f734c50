"""Signing in: the password, the second factor, and who is signed in where."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import Connection, select, update

from queue_app.domain.errors import QueueError
from queue_app.operations.administrators import Administrator
from queue_app.operations.audit import note_outside
from queue_app.operations.unit_of_work import Context
from queue_app.sealing import SealBroken, Sealer
from queue_app.store import sign_ins as store
from queue_app.store.models import User
from queue_app.store.people import hash_token
from queue_app.store.running_tables import UserSession

STEP_SECONDS = 30
"""How long one code of a second factor is shown (RFC 6238)."""
STEPS_BESIDE = 1
"""A telephone's clock may be wrong by so many steps."""

_hasher = PasswordHasher()


@cache
def _nobody() -> str:
    """Return a hash that no password has; made by the first sign-in, so that no command waits for it."""
    return _hasher.hash(secrets.token_urlsafe())


@dataclass(frozen=True)
class Checked:
    """Whose password was right.

    Attributes:
        user_id: the person.
        needs_code: whether a code of the second factor is asked for as well.
        mark: changes with the password: what was begun with the old one cannot be ended after it.
    """

    user_id: int
    needs_code: bool
    mark: str


def check_name_and_password(context: Context, username: str, password: str) -> Checked:
    """Return whose name and password these are.

    Raises:
        QueueError: `wrong_credentials`; an unknown name takes as long as a wrong password and says the same.
    """
    with context.database.reading() as connection:
        row = connection.execute(
            select(User.id, User.password_hash, User.totp_secret).where(User.username == username, User.active)
        ).one_or_none()
    stored = row.password_hash if row is not None else ""
    if not is_password(stored, password) or row is None:
        raise QueueError("wrong_credentials")
    return Checked(row.id, row.totp_secret is not None, hash_token(stored))


def is_password(stored: str, password: str) -> bool:
    """Say whether `stored` is the hash of `password`; without a hash it takes as long, and it is not."""
    nobody = _nobody()
    try:
        _hasher.verify(stored or nobody, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
    return bool(stored)


def hash_password(password: str) -> str:
    """Return what is kept of a password."""
    return _hasher.hash(password)


def check_code(context: Context, sealer: Sealer, user_id: int, mark: str, code: str) -> None:
    """Take one code of a person's second factor; it is good once.

    Args:
        context, sealer: where, and what opens the secret.
        user_id: whose.
        mark: of the password that was entered before.
        code: as it was entered.

    Raises:
        QueueError: `wrong_code`; `wrong_credentials` where the password was changed, or the person deactivated, in between.
    """
    with context.database.reading() as connection:
        row = connection.execute(
            select(User.password_hash, User.totp_secret).where(User.id == user_id, User.active)
        ).one_or_none()
    if row is None or row.totp_secret is None or not hmac.compare_digest(hash_token(row.password_hash), mark):
        raise QueueError("wrong_credentials")
    try:
        step = step_of(sealer.open(row.totp_secret), code, context.clock.now())
    except SealBroken:
        step = None
    if step is None:
        raise QueueError("wrong_code")
    with context.database.writing() as connection:
        unused = User.totp_last_step.is_(None) | (User.totp_last_step < step)
        taken = connection.execute(update(User).where(User.id == user_id, unused).values(totp_last_step=step)).rowcount
    if not taken:
        raise QueueError("wrong_code")


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """Return the time step that a code belongs to; None where it is no code of now."""
    plain = "".join(code.split())
    current = int(now.timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    found = None
    for step in range(current - STEPS_BESIDE, current + STEPS_BESIDE + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), plain.encode()):
            found = step
    return found


def new_secret() -> str:
    """Return a new secret of a second factor."""
    return pyotp.random_base32()


def address_of(secret: str, username: str, house: str) -> str:
    """Return what a telephone reads from the QR code: the secret, whose it is and of which house."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=house)


def sign_ins_view(
    context: Context, idle_minutes: int, users: Sequence[int] | None, mine: int | None = None
) -> list[dict[str, Any]]:
    """Return who is signed in where, the one seen last first.

    Args:
        context: where.
        idle_minutes: who was not seen for longer is signed in no longer; 0 where that does not matter.
        users: of these people only; None for everybody.
        mine: the id of the sign-in that asks.
    """
    now = context.clock.now()
    idle_since = now - timedelta(minutes=idle_minutes) if idle_minutes else None
    with context.database.reading() as connection:
        rows = store.live_sign_ins(connection, now, idle_since, users)
        counters = store.open_counters(connection, [row.user_id for row in rows])
    return [
        {
            "id": row.id,
            "username": row.username,
            "name": row.display_name,
            "way": row.way,
            "address": row.address,
            "browser": row.agent,
            "since": row.created_at,
            "seen_at": row.seen_at,
            "until": row.expires_at,
            "mine": row.id == mine,
            "counters": [{"branch": slug, "counter": name} for slug, name in counters.get(row.user_id, ())],
        }
        for row in rows
    ]


def end_sign_in(
    context: Context, sign_in: int, may_end: Callable[[Connection, int], bool], by: Administrator | None = None
) -> int:
    """End a sign-in and return whose it was.

    Args:
        context: where.
        sign_in: its id.
        may_end: says whether the caller may end one of the person with this id; who may not is told that there is none.
        by: who ends somebody else's, which is written down.

    Raises:
        QueueError: `unknown_sign_in`.
    """
    table = UserSession
    with context.database.writing() as connection:
        user_id = connection.execute(select(table.user_id).where(table.id == sign_in)).scalar()
        if user_id is None or not may_end(connection, user_id):
            raise QueueError("unknown_sign_in", sign_in=sign_in)
        if not store.end_sign_ins(connection, context.clock.now(), sign_in=sign_in):
            raise QueueError("unknown_sign_in", sign_in=sign_in)
        if by is not None:
            username = connection.execute(select(User.username).where(User.id == user_id)).scalar_one()
            note_outside(context, connection, by.actor, "sign_out", username, None, None, by.branch_id)
    return int(user_id)
