"""Who holds a token, and what a person may do where."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select

from queue_app.store.models import ApiToken, Branch, Kiosk

MOST_AT_ONCE = 500
"""So many tokens are asked for with one statement; SQLite takes no more than some thousand parameters."""


def hash_token(token: str) -> str:
    """Return what is kept of a bearer token: 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True)
class TokenHolder:
    """A live bearer token."""

    id: int
    name: str
    scopes: frozenset[str]
    branch_id: int | None
    user_id: int | None
    kiosk_id: int | None
    printer_id: int | None
    screen_id: int | None


@dataclass(frozen=True)
class Person:
    """A person who is signed in, with their roles: pairs of role and branch id (None: every branch)."""

    id: int
    username: str
    display_name: str
    language: str
    roles: frozenset[tuple[str, int | None]]


def find_token(connection: Connection, token_hash: str, now: datetime) -> TokenHolder | None:
    """Return the holder of the token with this hash, None where it is unknown, revoked or no longer good."""
    return find_tokens(connection, [token_hash], now).get(token_hash)


def find_tokens(connection: Connection, hashes: Sequence[str], now: datetime) -> dict[str, TokenHolder]:
    """Return the holders of the tokens with these hashes, without those that are unknown, revoked or no longer good."""
    found: dict[str, TokenHolder] = {}
    for begin in range(0, len(hashes), MOST_AT_ONCE):
        rows = connection.execute(
            select(ApiToken.__table__, Kiosk.printer_id)
            .join(Kiosk, Kiosk.id == ApiToken.kiosk_id, isouter=True)
            .where(ApiToken.token_hash.in_(hashes[begin : begin + MOST_AT_ONCE]), ApiToken.revoked_at.is_(None))
            .where(or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > now))
        )
        found |= {row.token_hash: _holder(row) for row in rows}
    return found


def _holder(row: Any) -> TokenHolder:
    return TokenHolder(
        row.id, row.name, frozenset(row.scopes), row.branch_id, row.user_id, row.kiosk_id, row.printer_id, row.screen_id
    )


def has_open_devices(connection: Connection, branch_id: int) -> bool:
    """Say whether any browser may be a device of this branch."""
    return bool(connection.execute(select(Branch.open_devices).where(Branch.id == branch_id)).scalar_one_or_none())
