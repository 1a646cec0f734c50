"""The first start: whether this installation has been set up, who may do it, and doing it, once."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from unicodedata import combining, normalize

from sqlalchemy import Connection, exists, select, text

from queue_app.domain.errors import QueueError
from queue_app.domain.passwords import check_password
from queue_app.domain.reading import wrong
from queue_app.operations import setup
from queue_app.operations.audit import note_outside
from queue_app.operations.config_document import branch_to_be, import_within, plan_import
from queue_app.operations.unit_of_work import Actor, Context, Unit
from queue_app.store.models import Branch, User, UserRole

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""None of them looks like another."""
CODE_LENGTH = 8
MOST_NAME = 200
USERNAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{1,63}")


def set_up_code(signing_key: str) -> str:
    """Return the code that opens the set-up pages, `K7QF-3M2P`: the same in every worker, and nobody can work it out.

    Args:
        signing_key: the installation's secret.
    """
    number = int.from_bytes(hmac.digest(signing_key.encode(), b"set-up code", hashlib.sha256))
    letters = []
    for _ in range(CODE_LENGTH):
        number, place = divmod(number, len(CODE_LETTERS))
        letters.append(CODE_LETTERS[place])
    half = CODE_LENGTH // 2
    return f"{''.join(letters[:half])}-{''.join(letters[half:])}"


def is_code(typed: str, signing_key: str) -> bool:
    """Say whether somebody typed the set-up code; capitals, spaces and dashes do not matter."""
    plain = re.sub(r"[^0-9A-Z]", "", typed.upper()[:100])
    return hmac.compare_digest(plain.encode(), set_up_code(signing_key).replace("-", "").encode())


def slug_of(name: str) -> str:
    """Return a word for addresses made of a name: `Městský úřad` becomes `mestsky-urad`; empty where there is no Latin letter."""
    plain = normalize("NFKD", name.casefold().replace("ł", "l").replace("ß", "ss"))
    letters = "".join(letter for letter in plain if not combining(letter))
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:40].strip("-")


@dataclass(frozen=True)
class Standing:
    """How far an installation has been set up."""

    has_administrator: bool
    has_branch: bool

    @property
    def is_empty(self) -> bool:
        """Whether nothing can be done here but setting it up."""
        return not self.has_administrator and not self.has_branch


def standing(context: Context) -> Standing:
    """Say how far this installation has been set up.

    An administrator is an active person with that role in every branch.
    """
    with context.database.reading() as connection:
        return Standing(has_administrator(connection), bool(connection.execute(select(exists(Branch.id))).scalar()))


def has_administrator(connection: Connection) -> bool:
    """Say whether there is an active person who administrates every branch."""
    everywhere = (UserRole.role == "admin") & UserRole.branch_id.is_(None)
    found = select(User.id).join(UserRole, UserRole.user_id == User.id).where(User.active, everywhere).limit(1)
    return connection.execute(found).first() is not None


@dataclass(frozen=True)
class Administrator:
    """The first person: who they are, and their password, which is kept as a hash only."""

    username: str
    name: str
    password: str = field(repr=False)
    language: str

    def check(self) -> None:
        """Refuse what cannot be a person.

        Raises:
            QueueError: `invalid_value` with `field` = `username` or `name`; `weak_password`.
        """
        if not USERNAME.fullmatch(self.username):
            raise wrong("username", "two to 64 of a–z, 0–9 and . _ - @ + are needed")
        if not self.name.strip() or len(self.name) > MOST_NAME:
            raise wrong("name", "a name of at most %(most)d letters is needed", most=MOST_NAME)
        check_password(self.password, (self.username, self.name))


def set_up(context: Context, administrator: Administrator, document: Mapping[str, Any] | None) -> int:
    """Make the first administrator, and the first branch with all that `document` says; return the person's id.

    Whoever comes second changes nothing, however close behind.

    Args:
        context: where.
        administrator: the person.
        document: the branch as a configuration document; None where there is a branch already.

    Raises:
        QueueError: `already_set_up`; `invalid_value` and `weak_password` with nothing changed.
    """
    administrator.check()

    def decide(unit: Unit, connection: Connection) -> int:
        user_id = _first(context, connection, administrator)
        import_within(unit, connection, _acting(user_id, administrator), slug, document)
        return user_id

    if document is None:
        with context.database.writing() as connection:
            return _first(context, connection, administrator)
    if standing(context).has_administrator:
        raise QueueError("already_set_up")
    slug = check_branch(context, document)
    try:
        return context.administer(slug, "set_up", decide, branch_to_be(context, slug, document))
    except QueueError as error:
        # Whoever was faster may have taken the branch's word as well.
        if error.code == "conflict" and standing(context).has_administrator:
            raise QueueError("already_set_up") from error
        raise


def check_branch(context: Context, document: Mapping[str, Any]) -> str:
    """Return the word of the branch that `document` would make.

    Raises:
        QueueError: `invalid_value` with the `field`'s path.
    """
    slug: str = document["branch"]["slug"]
    if slug in context.slugs().values():
        raise wrong("branch/slug", "another branch has this word already")
    plan_import(context, slug, document)
    return slug


def _come_alone(connection: Connection) -> None:
    # SQLite has one writer anyway; on PostgreSQL two browsers would both find nobody, and both go on.
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE user_account IN SHARE ROW EXCLUSIVE MODE"))


def _acting(user_id: int, who: Administrator) -> Actor:
    return Actor(f"user:{user_id}", who.name, user_id, supervises=True)


def _first(context: Context, connection: Connection, who: Administrator) -> int:
    """Add the first administrator and return their id.

    Raises:
        QueueError: `already_set_up`, `invalid_value`.
    """
    _come_alone(connection)
    if has_administrator(connection):
        raise QueueError("already_set_up")
    if connection.execute(select(User.id).where(User.username == who.username)).first() is not None:
        raise wrong("username", "somebody has this user name already")
    user_id = setup.add_user(
        connection, context.clock.now(), who.username, who.name, who.password, [("admin", None)], who.language
    )
    told = {"username": who.username, "name": who.name, "roles": ["admin"]}
    note_outside(context, connection, _acting(user_id, who), "set_up", who.username, None, told)
    return user_id
