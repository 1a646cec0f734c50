"""What is held about a member of staff; and how their name is taken away while what they did stays as figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from typing import Any

from sqlalchemy import Connection, delete, select, update

from queue_app.domain.errors import QueueError
from queue_app.domain.events import Kind
from queue_app.operations.administrators import Administrator, keeping_an_administrator
from queue_app.operations.people_setup import person_view, user_id_of
from queue_app.operations.privacy_rows import rows
from queue_app.operations.unit_of_work import Context
from queue_app.store.models import ApiToken, CounterPause, CounterSession, TicketEvent, TicketNote, User, UserRole
from queue_app.store.running_tables import AuditEntry, UserSession

_SECRETS = frozenset({"password_hash", "totp_secret", "totp_last_step", "key_hash", "token_hash", "request_key"})
_NAMED_IN = ("by", "clerk")
"""Where the facts of an event name whoever acted."""
_BY_NOBODY_AT_A_COUNTER = (Kind.SETTINGS_CHANGED, Kind.NOTICE_CHANGED, Kind.DESK_MESSAGE, Kind.COUNTER_PROFILE_CHANGED)
"""Events that may name a person in their facts alone."""
EVENTS_AT_ONCE = 400

Note = Callable[[Connection, int, Mapping[str, int]], None]


def export(context: Context, by: Administrator, username: str) -> dict[str, Any]:
    """Return everything that is held about a person: account, sign-ins, tokens, time at counters, what they did and changed.

    Raises:
        QueueError: `unknown_user`, `not_allowed`.
    """
    user_id = _theirs(context, by, username)
    key = f"user:{user_id}"
    with context.database.reading() as connection:
        sessions = rows(connection, CounterSession, CounterSession.actor == key, without=_SECRETS)
        ids = [row["id"] for row in sessions]

        def of(table: Any, *where: Any) -> list[dict[str, Any]]:
            return rows(connection, table, *where, without=_SECRETS)

        return {
            "account": of(User, User.id == user_id)[0],
            "roles": of(UserRole, UserRole.user_id == user_id),
            "sign_ins": of(UserSession, UserSession.user_id == user_id),
            "tokens": of(ApiToken, (ApiToken.user_id == user_id) | (ApiToken.created_by == key)),
            "counter_sessions": sessions,
            "pauses": of(CounterPause, CounterPause.session_id.in_(ids)),
            "events": of(TicketEvent, TicketEvent.user_id == user_id),
            "changes": of(AuditEntry, AuditEntry.actor == key),
            "changes_about": of(AuditEntry, AuditEntry.subject == username),
        }


def erase(context: Context, by: Administrator, username: str, note: Note) -> dict[str, int]:
    """Put a pseudonym in the place of a person's name everywhere, and end what they may do; return of what how much that was.

    The figures of their work stay, under the pseudonym. Sign-ins are deleted, tokens revoked, the account cannot be used again.
    It may be broken off and done again: the account, by which the person is found, loses its name last.

    Args:
        context, by, username: where, who does it, and whose name goes.
        note: writes down that it was done, with the person's id and what was done.

    Raises:
        QueueError: `unknown_user`, `not_allowed`, `last_administrator`.
    """
    user_id = _theirs(context, by, username)
    key, pseudonym = f"user:{user_id}", f"person-{user_id}"
    with context.database.reading() as connection:
        names = _names(connection, user_id, key)
    events = _rename_in_record(context, user_id, names, pseudonym)
    with context.database.writing() as connection:
        theirs = CounterSession.actor == key
        connection.execute(update(CounterSession).where(theirs).values(actor_name=pseudonym))
        connection.execute(update(TicketNote).where(TicketNote.author.in_(names)).values(author=pseudonym))
        changes = _rename_in_log(connection, key, names, pseudonym)
        with keeping_an_administrator(connection):
            sign_ins = _let_go(context, connection, user_id, pseudonym)
        erased = {"sign_ins": sign_ins, "changes": changes, "events": events}
        note(connection, user_id, erased)
    return erased


def _theirs(context: Context, by: Administrator, username: str) -> int:
    user_id = user_id_of(context, username)
    if not person_view(context, by, user_id)["yours_to_change"]:
        raise QueueError("not_allowed")
    return user_id


def _names(connection: Connection, user_id: int, key: str) -> set[str]:
    """Return everything that the person was ever called."""
    user = connection.execute(select(User.username, User.display_name).where(User.id == user_id)).one()
    sat = connection.execute(select(CounterSession.actor_name).where(CounterSession.actor == key).distinct()).scalars()
    changed = connection.execute(select(AuditEntry.actor_name).where(AuditEntry.actor == key).distinct()).scalars()
    return {user.username, user.display_name, *sat, *changed}


def _let_go(context: Context, connection: Connection, user_id: int, pseudonym: str) -> int:
    connection.execute(
        update(User)
        .where(User.id == user_id)
        .values(
            username=pseudonym, display_name=pseudonym, password_hash="", active=False, languages=[], totp_secret=None,
            totp_last_step=None, oidc_issuer=None, oidc_subject=None, must_change_password=False,
        )
    )  # fmt: skip
    connection.execute(delete(UserRole).where(UserRole.user_id == user_id))
    valid = (ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
    connection.execute(update(ApiToken).where(*valid).values(revoked_at=context.clock.now()))
    return connection.execute(delete(UserSession).where(UserSession.user_id == user_id)).rowcount


def _rename_in_log(connection: Connection, key: str, names: Set[str], pseudonym: str) -> int:
    changed = 0
    for row in connection.execute(select(AuditEntry.__table__)).all():
        values = {
            "actor_name": pseudonym if row.actor == key else row.actor_name,
            **{part: _renamed(getattr(row, part), names, pseudonym) for part in ("subject", "before", "after")},
        }
        if any(getattr(row, part) != value for part, value in values.items()):
            connection.execute(update(AuditEntry).where(AuditEntry.id == row.id).values(**values))
            changed += 1
    return changed


def _renamed(value: Any, names: Set[str], pseudonym: str) -> Any:
    """Return what the log tells, with the pseudonym wherever one of the names stands alone."""
    if isinstance(value, str):
        return pseudonym if value in names else value
    if isinstance(value, list):
        return [_renamed(each, names, pseudonym) for each in value]
    if isinstance(value, dict):
        return {_renamed(name, names, pseudonym): _renamed(each, names, pseudonym) for name, each in value.items()}
    return value


def _rename_in_record(context: Context, user_id: int, names: Set[str], pseudonym: str) -> int:
    """Rename whoever acted in the facts of events, a few at a time: years of them may have to be looked through."""
    event = TicketEvent.__table__.c
    changed, at = 0, (0, 0)
    place = (event.branch_id, event.revision)
    while True:
        with context.database.writing() as connection:
            after = (event.branch_id > at[0]) | ((event.branch_id == at[0]) & (event.revision > at[1]))
            found = connection.execute(
                select(*place, event.data)
                .where(after, (event.user_id == user_id) | event.kind.in_(_BY_NOBODY_AT_A_COUNTER))
                .order_by(*place)
                .limit(EVENTS_AT_ONCE)
            ).all()  # fmt: skip
            for row in found:
                data = {
                    name: pseudonym if name in _NAMED_IN and value in names else value
                    for name, value in row.data.items()
                }
                if data != row.data:
                    this = (event.branch_id == row.branch_id, event.revision == row.revision)
                    connection.execute(update(TicketEvent).where(*this).values(data=data))
                    changed += 1
        if len(found) < EVENTS_AT_ONCE:
            return changed
        at = (found[-1].branch_id, found[-1].revision)
