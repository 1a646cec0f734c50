"""Administers people: who may sign in, as what and where; every change is written down."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from queue_app.domain import people as check
from queue_app.domain.errors import QueueError
from queue_app.operations.administrators import Administrator, keeping_an_administrator
from queue_app.operations.audit import note_outside
from queue_app.operations.sign_ins import hash_password
from queue_app.operations.unit_of_work import Context
from queue_app.store.models import ApiToken, Branch, User, UserRole, WorkProfile
from queue_app.store.sign_ins import end_sign_ins

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Of one-time passwords: none of them looks like another."""


def people_view(context: Context, by: Administrator, *, everybody: bool = False) -> list[dict[str, Any]]:
    """Return those who have a role in the branch or everywhere, by user name; `everybody`: of the whole installation.

    Args:
        context, by: where, and who asks.
        everybody: only for who administrates everywhere.

    Raises:
        QueueError: `not_allowed`.
    """
    if everybody and not by.everywhere:
        raise QueueError("not_allowed")
    with context.database.reading() as connection:
        views = _views(connection, by)
    return [view for view in views if everybody or view["roles"] or view["everywhere"]]


def person_view(context: Context, by: Administrator, user_id: int) -> dict[str, Any]:
    """Return one person as `people_view` does.

    Raises:
        QueueError: `unknown_user`.
    """
    with context.database.reading() as connection:
        return _known(connection, by, user_id)


def _views(connection: Connection, by: Administrator, user_id: int | None = None) -> list[dict[str, Any]]:
    people = select(User.__table__).order_by(User.username)
    roles = select(UserRole.__table__, WorkProfile.name.label("profile"), Branch.slug).join_from(
        UserRole, WorkProfile, WorkProfile.id == UserRole.profile_id, isouter=True
    )
    roles = roles.join(Branch, Branch.id == UserRole.branch_id, isouter=True).order_by(Branch.slug)
    if user_id is not None:
        people, roles = people.where(User.id == user_id), roles.where(UserRole.user_id == user_id)
    held: dict[int, list[Any]] = {}
    for row in connection.execute(roles):
        held.setdefault(row.user_id, []).append(row)
    return [_view(row, held.get(row.id, []), by) for row in connection.execute(people)]


def _view(row: Any, held: list[Any], by: Administrator) -> dict[str, Any]:
    here = [each for each in held if each.branch_id == by.branch_id and each.branch_id is not None]
    elsewhere = sorted({each.slug for each in held if each.branch_id not in {None, by.branch_id}})
    return {
        "id": row.id,
        "username": row.username,
        "name": row.display_name,
        "language": row.language,
        "languages": list(row.languages),
        "active": row.active,
        "roles": _in_order(each.role for each in here),
        "everywhere": _in_order(each.role for each in held if each.branch_id is None),
        # In which other branches somebody works is told to those who administrate all of them.
        "other_branches": elsewhere if by.everywhere else [],
        "profile": next((each.profile for each in here if each.profile is not None), None),
        "has_password": bool(row.password_hash),
        "must_change_password": row.must_change_password,
        "second_factor": row.totp_secret is not None,
        "other_system": row.oidc_subject is not None,
        "yours_to_change": by.everywhere or (bool(here) and len(here) == len(held)),
    }


def _in_order(roles: Iterable[str]) -> list[str]:
    found = set(roles)
    return [role for role in check.ROLES if role in found]


def _known(connection: Connection, by: Administrator, user_id: int) -> dict[str, Any]:
    found = _views(connection, by, user_id)
    # Of whom a branch's administrator may not know, there is nobody.
    if not found or not (by.everywhere or found[0]["roles"] or found[0]["everywhere"]):
        raise QueueError("unknown_user", user=user_id)
    return found[0]


def _theirs(connection: Connection, by: Administrator, user_id: int) -> dict[str, Any]:
    """Return a person whose account `by` may change: one who works nowhere that `by` does not administrate."""
    found = _known(connection, by, user_id)
    if not found["yours_to_change"]:
        raise QueueError("not_allowed")
    return found


def user_id_of(context: Context, username: str) -> int:
    """Return the id of the person with this user name.

    Raises:
        QueueError: `unknown_user`.
    """
    with context.database.reading() as connection:
        found = connection.execute(select(User.id).where(User.username == username)).scalar()
    if found is None:
        raise QueueError("unknown_user", user=username)
    return int(found)


def add_person(
    context: Context, by: Administrator, wish: Mapping[str, Any], page_languages: Iterable[str]
) -> tuple[dict[str, Any], str]:
    """Add a person and return them, and the one-time password with which they sign in first.

    Args:
        context, by: where, and who does it.
        wish: `username`, and what of `name`, `language`, `languages`, `roles`, `everywhere`, `profile` is known.
        page_languages: those that pages speak.

    Raises:
        QueueError: `invalid_value`, `username_taken`, `not_allowed`.
    """
    username = check.check_username(wish.get("username"), "username")
    values = _account_values({"name": username, "language": "en", "languages": [], **wish}, list(page_languages))
    password = one_time_password()
    hashed = hash_password(password)
    account = {
        "username": username,
        "password_hash": hashed,
        "must_change_password": True,
        "created_at": context.clock.now(),
    }
    try:
        with context.database.writing() as connection:
            user_id = _insert(connection, account | values)
            _write_roles(connection, by, user_id, wish)
            found = _views(connection, by, user_id)[0]
            _note(context, connection, by, "add_person", found, None, _told(found))
    except IntegrityError as error:
        # Of two administrators at the same moment the other was faster.
        raise QueueError("username_taken", username=username) from error
    return found, password


def _insert(connection: Connection, account: Mapping[str, Any]) -> int:
    username = account["username"]
    # Capital or small, a name is one person's: the other could be taken for them.
    if connection.execute(select(User.id).where(func.lower(User.username) == username.lower())).first():
        raise QueueError("username_taken", username=username)
    key = connection.execute(insert(User).values(**account)).inserted_primary_key
    assert key is not None
    return int(key[0])


def change_person(
    context: Context, by: Administrator, user_id: int, wish: Mapping[str, Any], page_languages: Iterable[str]
) -> dict[str, Any]:
    """Change a person and return them: what `wish` leaves out stays; who is made inactive is signed out everywhere.

    Args:
        context, by: where, and who does it.
        user_id: whom.
        wish: some of `name`, `language`, `languages`, `active`, `roles`, `everywhere`, `profile`.
        page_languages: those that pages speak.

    Raises:
        QueueError: `invalid_value`, `unknown_user`, `not_allowed`, `last_administrator`.
    """
    values = _account_values(wish, list(page_languages))
    with context.database.writing() as connection, keeping_an_administrator(connection):
        before = _theirs(connection, by, user_id) if values else _known(connection, by, user_id)
        if values:
            connection.execute(update(User).where(User.id == user_id).values(**values))
        if values.get("active") is False:
            _let_out(context, connection, user_id)
        _write_roles(connection, by, user_id, wish)
        after = _views(connection, by, user_id)[0]
        old, new = _told(before), _told(after)
        changed = [name for name in new if old[name] != new[name]]
        if changed:
            _note(
                context, connection, by, "change_person", after,
                {name: old[name] for name in changed}, {name: new[name] for name in changed},
            )  # fmt: skip
    return after


def give_password(context: Context, by: Administrator, user_id: int) -> str:
    """Give a person a one-time password in place of theirs, end their sign-ins, and return it.

    Raises:
        QueueError: `unknown_user`, `not_allowed`.
    """
    password = one_time_password()
    hashed = hash_password(password)
    with context.database.writing() as connection:
        found = _theirs(connection, by, user_id)
        values = {"password_hash": hashed, "must_change_password": True}
        connection.execute(update(User).where(User.id == user_id).values(values))
        end_sign_ins(connection, context.clock.now(), user_id=user_id)
        _note(context, connection, by, "give_password", found, None, None)
    return password


def reset_second_factor(context: Context, by: Administrator, user_id: int) -> None:
    """Ask a person for no code any more, for example because their telephone is lost, and end their sign-ins.

    Raises:
        QueueError: `unknown_user`, `not_allowed`.
    """
    with context.database.writing() as connection:
        found = _theirs(connection, by, user_id)
        if not found["second_factor"]:
            return
        connection.execute(update(User).where(User.id == user_id).values(totp_secret=None))
        end_sign_ins(connection, context.clock.now(), user_id=user_id)
        seen = ({"second_factor": True}, {"second_factor": False})
        _note(context, connection, by, "reset_second_factor", found, *seen)


def may_end_sign_ins_of(connection: Connection, by: Administrator, user_id: int) -> bool:
    """Say whether `by` may sign a person out: one who works in their branch and nowhere beyond it."""
    found = _views(connection, by, user_id)
    return bool(found) and found[0]["yours_to_change"]


def people_of_branch(context: Context, branch_id: int) -> list[int]:
    """Return the ids of those who have a role in a branch, or everywhere."""
    with context.database.reading() as connection:
        where = (UserRole.branch_id == branch_id) | UserRole.branch_id.is_(None)
        return list(connection.execute(select(UserRole.user_id).where(where).distinct()).scalars())


def one_time_password() -> str:
    """Return a new password that can be read out: four groups of four, 78 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


def _account_values(wish: Mapping[str, Any], page_languages: list[str]) -> dict[str, Any]:
    """Return the columns of the account that a wish changes, checked."""
    values: dict[str, Any] = {}
    if "name" in wish:
        values["display_name"] = check.check_name(wish["name"], "name")
    if "language" in wish:
        values["language"] = check.check_language(wish["language"], "language", page_languages)
    if "languages" in wish:
        values["languages"] = list(check.check_languages(wish["languages"], "languages"))
    if "active" in wish:
        values["active"] = bool(wish["active"])
    return values


def _let_out(context: Context, connection: Connection, user_id: int) -> None:
    now = context.clock.now()
    end_sign_ins(connection, now, user_id=user_id)
    theirs = (ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
    connection.execute(update(ApiToken).where(*theirs).values(revoked_at=now))


def _write_roles(connection: Connection, by: Administrator, user_id: int, wish: Mapping[str, Any]) -> None:
    if "everywhere" in wish:
        if not by.everywhere:
            raise QueueError("not_allowed")
        _replace(connection, user_id, None, check.check_roles(wish["everywhere"], "everywhere"))
    if "roles" in wish:
        _replace(connection, user_id, by.branch_id, check.check_roles(wish["roles"], "roles"))
    if "profile" in wish:
        here = (UserRole.user_id == user_id, UserRole.branch_id == by.branch_id)
        profile_id = _profile_id(connection, by.branch_id, wish["profile"])
        connection.execute(update(UserRole).where(*here).values(profile_id=profile_id))


def _replace(connection: Connection, user_id: int, branch_id: int | None, roles: tuple[str, ...]) -> None:
    place = UserRole.branch_id.is_(None) if branch_id is None else UserRole.branch_id == branch_id
    here = (UserRole.user_id == user_id, place)
    held = list(connection.execute(select(UserRole.role, UserRole.profile_id).where(*here)))
    connection.execute(delete(UserRole).where(*here, UserRole.role.not_in(roles)))
    profile_id = next((row.profile_id for row in held if row.profile_id is not None), None)
    for role in roles:
        if role not in {row.role for row in held}:
            values = {"user_id": user_id, "branch_id": branch_id, "role": role, "profile_id": profile_id}
            connection.execute(insert(UserRole).values(**values))


def _profile_id(connection: Connection, branch_id: int | None, name: str | None) -> int | None:
    if name is None:
        return None
    named = (WorkProfile.branch_id == branch_id, WorkProfile.name == name)
    found = connection.execute(select(WorkProfile.id).where(*named)).scalar()
    if found is None:
        raise QueueError("unknown_profile", profile=name)
    return int(found)


def _told(view: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the audit log tells of a person."""
    return {name: view[name] for name in ("name", "language", "languages", "active", "roles", "everywhere", "profile")}


def _note(
    context: Context, connection: Connection, by: Administrator, action: str, found: Mapping[str, Any], before: Any, after: Any
) -> None:  # fmt: skip
    note_outside(context, connection, by.actor, action, found["username"], before, after, by.branch_id)
