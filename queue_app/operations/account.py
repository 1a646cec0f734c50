"""What people do with their own account: name, language, password, second factor."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select, update

from queue_app.domain.errors import QueueError
from queue_app.domain.passwords import check_password
from queue_app.domain.reading import wrong
from queue_app.operations.audit import note_outside
from queue_app.operations.sign_ins import hash_password, is_password, step_of
from queue_app.operations.unit_of_work import Actor, Context
from queue_app.sealing import Sealer
from queue_app.store.models import User
from queue_app.store.sign_ins import end_sign_ins

MOST_NAME = 100


def account_view(context: Context, user_id: int) -> dict[str, Any]:
    """Return what a person's own page shows of their account.

    Raises:
        QueueError: `unknown_user`.
    """
    with context.database.reading() as connection:
        row = _row(connection, user_id)
    return {
        "username": row.username,
        "name": row.display_name,
        "language": row.language,
        "has_password": bool(row.password_hash),
        "must_change_password": row.must_change_password,
        "second_factor": row.totp_secret is not None,
        "elsewhere": row.oidc_subject is not None,
    }


def change_details(context: Context, actor: Actor, name: str, language: str) -> None:
    """Change a person's own name and language.

    Raises:
        QueueError: `invalid_value`.
    """
    name = checked_name(name)
    assert actor.user_id is not None
    with context.database.writing() as connection:
        row = _row(connection, actor.user_id)
        before, after = _difference(
            {"name": row.display_name, "language": row.language}, {"name": name, "language": language}
        )
        if after:
            connection.execute(
                update(User).where(User.id == actor.user_id).values(display_name=name, language=language)
            )
            note_outside(context, connection, actor, "change_person", row.username, before, after)


def checked_name(name: str) -> str:
    """Return a person's name without spaces around it.

    Raises:
        QueueError: `invalid_value`.
    """
    name = name.strip()
    if not 1 <= len(name) <= MOST_NAME or not name.isprintable():
        raise wrong("name", "a name of 1 to %(most)d characters is needed", most=MOST_NAME)
    return name


def change_password(context: Context, actor: Actor, old: str, new: str, sign_in: int | None) -> None:
    """Change a person's own password; all their other sign-ins end with it.

    Args:
        context, actor: where, and who.
        old, new: the passwords.
        sign_in: the one that stays.

    Raises:
        QueueError: `wrong_password`, `weak_password`.
    """
    assert actor.user_id is not None
    with context.database.reading() as connection:
        row = _row(connection, actor.user_id)
    # Slow, on purpose: not within the transaction that everybody else waits for.
    if not is_password(row.password_hash, old):
        raise QueueError("wrong_password")
    check_password(new, (row.username, row.display_name))
    if new == old:
        raise QueueError("weak_password", problem="same_again")
    hashed = hash_password(new)
    with context.database.writing() as connection:
        mine = (User.id == actor.user_id, User.password_hash == row.password_hash)
        values = {"password_hash": hashed, "must_change_password": False}
        if not connection.execute(update(User).where(*mine).values(values)).rowcount:
            raise QueueError("conflict")
        end_sign_ins(connection, context.clock.now(), user_id=actor.user_id, but=sign_in)
        note_outside(context, connection, actor, "change_own_password", row.username, None, None)


def check_own_password(context: Context, user_id: int, password: str) -> None:
    """Refuse somebody who sits at another person's browser; who has no password here is not asked for one.

    Raises:
        QueueError: `wrong_password`.
    """
    with context.database.reading() as connection:
        row = _row(connection, user_id)
    if row.password_hash and not is_password(row.password_hash, password):
        raise QueueError("wrong_password")


def set_second_factor(context: Context, sealer: Sealer, actor: Actor, secret: str, code: str) -> None:
    """Ask this person for a code from now on; the first one shows that their telephone has the secret.

    Raises:
        QueueError: `wrong_code`.
    """
    assert actor.user_id is not None
    step = step_of(secret, code, context.clock.now())
    if step is None:
        raise QueueError("wrong_code")
    with context.database.writing() as connection:
        row = _row(connection, actor.user_id)
        values = {"totp_secret": sealer.seal(secret), "totp_last_step": step}
        connection.execute(update(User).where(User.id == actor.user_id).values(values))
        before = {"second_factor": row.totp_secret is not None}
        note_outside(context, connection, actor, "set_second_factor", row.username, before, {"second_factor": True})


def remove_second_factor(context: Context, actor: Actor, user_id: int, branch_id: int | None = None) -> None:
    """Ask a person for no code any more; nothing happens where none was asked for.

    Args:
        context, actor: where, and who does it.
        user_id: whose.
        branch_id: whose audit log tells of it, where an administrator of a branch does it.
    """
    with context.database.writing() as connection:
        row = _row(connection, user_id)
        if row.totp_secret is None:
            return
        # The last step stays: a code that was used is not good again when a new secret is made at once.
        connection.execute(update(User).where(User.id == user_id).values(totp_secret=None))
        seen = ({"second_factor": True}, {"second_factor": False})
        note_outside(context, connection, actor, "remove_second_factor", row.username, *seen, branch_id)


def _row(connection: Connection, user_id: int) -> Any:
    row = connection.execute(select(User.__table__).where(User.id == user_id)).one_or_none()
    if row is None:
        raise QueueError("unknown_user", user=user_id)
    return row


def _difference(before: dict[str, Any], after: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    changed = [name for name in after if before[name] != after[name]]
    return {name: before[name] for name in changed}, {name: after[name] for name in changed}
