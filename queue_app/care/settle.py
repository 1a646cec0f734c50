"""What a restore must not bring back: sign-ins, revoked tokens, people who may not sign in, personal data that was erased."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import Table, bindparam, delete, select, update

from queue_app.clock import Clock
from queue_app.operations.audit import note_outside
from queue_app.operations.unit_of_work import Actor, Context
from queue_app.store.models import ApiToken, User
from queue_app.store.running_tables import UserSession, VisitorContact
from queue_app.store.session import Database

CONSOLE = Actor("console", "console", supervises=True)
_TOKEN: Table = ApiToken.__table__  # type: ignore[assignment]
_USER: Table = User.__table__  # type: ignore[assignment]
_SESSION: Table = UserSession.__table__  # type: ignore[assignment]
_CONTACT: Table = VisitorContact.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Told:
    """What the database that is replaced says.

    Attributes:
        revoked: hashes of tokens that are good no longer.
        inactive: names of people who may not sign in.
        tickets, contacts: ids of its tickets with personal data when it was asked for, and of those that still have it; None
            where it cannot tell.
    """

    revoked: frozenset[str] = frozenset()
    inactive: frozenset[str] = frozenset()
    contacts: frozenset[int] | None = None
    last_ticket: Mapping[int, int] | None = None


def told_by(ask: Callable[[str], list[Any]]) -> Told:
    """Ask a database, of this release or an earlier one, for what must stay as it is; one that cannot answer tells nothing."""
    try:
        revoked = frozenset(row[0] for row in ask("SELECT token_hash FROM api_token WHERE revoked_at IS NOT NULL"))
        inactive = frozenset(row[0] for row in ask("SELECT username FROM user_account WHERE NOT active"))
    except (sqlite3.DatabaseError, psycopg.Error):
        return Told()
    try:
        contacts = frozenset(row[0] for row in ask("SELECT ticket_id FROM visitor_contact"))
        last = {row[0]: row[1] for row in ask("SELECT branch_id, max(id) FROM ticket GROUP BY branch_id")}
    except (sqlite3.DatabaseError, psycopg.Error):
        return Told(revoked, inactive)
    return Told(revoked, inactive, contacts, last)


def settle(database: Database, clock: Clock, told: Told, file: str, manifest: Mapping[str, Any]) -> list[str]:
    """Bring a restored database to where people may trust it, write the restore down, and say what was done.

    Args:
        database: the restored one, at this release's migration.
        clock: by which sign-ins end.
        told: what the one that is replaced says.
        file, manifest: of the backup.
    """
    now = clock.now()
    with database.writing() as connection:
        ended = connection.execute(update(_SESSION).where(_SESSION.c.ended_at.is_(None)).values(ended_at=now)).rowcount
        good = set(connection.execute(select(_TOKEN.c.token_hash).where(_TOKEN.c.revoked_at.is_(None))).scalars())
        active = set(connection.execute(select(_USER.c.username).where(_USER.c.active)).scalars())
        again, back = sorted(good & told.revoked), sorted(active & told.inactive)
        if again:
            revoke = update(_TOKEN).where(_TOKEN.c.token_hash == bindparam("hash")).values(revoked_at=now)
            connection.execute(revoke, [{"hash": token} for token in again])
        if back:
            forbid = update(_USER).where(_USER.c.username == bindparam("name")).values(active=False)
            connection.execute(forbid, [{"name": name} for name in back])
        held = connection.execute(select(_CONTACT.c.ticket_id, _CONTACT.c.branch_id)).all()
        erased = [row.ticket_id for row in held if _was_erased(row.ticket_id, row.branch_id, told)]
        if erased:
            erase = delete(_CONTACT).where(_CONTACT.c.ticket_id == bindparam("ticket"))
            connection.execute(erase, [{"ticket": ticket} for ticket in erased])
        done = {
            "sessions_ended": ended,
            "tokens_revoked": len(again),
            "people_inactive": back,
            "contacts_erased": len(erased),
        }
        backed_up = {"begun_at": manifest["begun_at"], "product": manifest.get("product")}
        note_outside(Context(database, clock), connection, CONSOLE, "restore", file, None, backed_up | done)
    lines = (
        (ended, "sign-ins were ended: people sign in again."),
        (len(again), "tokens that had been revoked since stay revoked."),
        (len(back), "people who may not sign in any more still may not."),
        (len(erased), "names or numbers of visitors that had been erased since stay erased."),
    )
    return [f"{number} {text}" for number, text in lines if number]


def _was_erased(ticket_id: int, branch_id: int, told: Told) -> bool:
    if told.contacts is None or told.last_ticket is None:
        return False
    # A ticket that the replaced database never had was not erased there: it is older than the backup.
    return ticket_id not in told.contacts and ticket_id <= told.last_ticket.get(branch_id, 0)
