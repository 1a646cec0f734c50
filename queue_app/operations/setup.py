"""Set up branches, people, devices and tokens."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, select, update

from printers import Printer
from queue_app.domain.business_day import business_date
from queue_app.domain.errors import QueueError
from queue_app.domain.opening_hours import check
from queue_app.domain.reading import wrong
from queue_app.operations.acting import acting
from queue_app.operations.audit import note_outside
from queue_app.operations.sign_ins import hash_password
from queue_app.operations.unit_of_work import Context
from queue_app.store.models import (
    ApiToken,
    Branch,
    BranchState,
    Counter,
    Kiosk,
    PrinterRow,
    Screen,
    Service,
    User,
    UserRole,
    WorkProfile,
)
from queue_app.store.people import hash_token

SCOPES = ("admin", "manager", "desk", "kiosk", "display", "reports")
RESERVED_SLUGS = frozenset({"cloudprnt", "epson-sdp", "templates"})
"""What stands in addresses where a branch's name would: printers that fetch their slips, the templates of many branches."""


def create_branch(
    connection: Connection, now: datetime, slug: str, name: Mapping[str, str], time_zone: str, **options: Any
) -> int:
    """Create a branch and return its id.

    Args:
        connection: in a transaction, like everywhere here: what is set up together is kept together or not at all.
        now: aware UTC.
        slug: short name in addresses.
        name: by language.
        time_zone: IANA name.
        options: further columns of the table `branch`; `languages` must be among them.

    Raises:
        ValueError: the hours or the zone are not well-formed, or the slug means something else in addresses.
    """
    if slug in RESERVED_SLUGS:
        raise ValueError(f"a branch cannot be called {slug}")
    zone = ZoneInfo(time_zone)
    if options.get("opening_hours") is not None:
        check(options["opening_hours"])
    branch_id = _insert(connection, Branch, slug=slug, name=dict(name), time_zone=time_zone, created_at=now, **options)
    today = business_date(now, zone, options.get("cut_over_hour", 3))
    connection.execute(insert(BranchState).values(branch_id=branch_id, business_date=today))
    return branch_id


def add_service(
    connection: Connection, branch_id: int, slug: str, series: str, name: Mapping[str, str], **options: Any
) -> int:
    """Add a service to a branch and return its id; `options` are further columns of the table `service`."""
    if options.get("opening_hours") is not None:
        check(options["opening_hours"])
    return _insert(connection, Service, branch_id=branch_id, slug=slug, series=series, name=dict(name), **options)


def add_profile(
    connection: Connection,
    branch_id: int,
    name: str,
    services: Iterable[int | Mapping[str, Any]],
    manner: str = "first_come",
) -> int:
    """Add a work profile to a branch and return its id.

    Args:
        connection, branch_id: as everywhere here.
        name: unique in the branch.
        services: in the profile's order, each as its id or as its terms (`WorkProfile.terms`).
        manner: how the counter chooses between them (`domain.profiles.Manner`).
    """
    terms = [{"service_id": each} if isinstance(each, int) else dict(each) for each in services]
    return _insert(connection, WorkProfile, branch_id=branch_id, name=name, manner=manner, terms=terms)


def add_counter(connection: Connection, branch_id: int, name: str, **options: Any) -> int:
    """Add a counter to a branch and return its id; `options` are further columns of the table `counter`."""
    return _insert(connection, Counter, branch_id=branch_id, name=name, **options)


def add_printer(
    connection: Connection, branch_id: int, name: str, kind: str, address: Mapping[str, Any], **options: Any
) -> int:
    """Add a printer to a branch and return its id.

    Raises:
        printers.errors.PrinterError: `bad_address`, `unknown_profile`.
    """
    Printer(
        kind=kind, address=address, profile=options.get("profile", "generic-80"), paper=options.get("paper", "roll80")
    )
    return _insert(connection, PrinterRow, branch_id=branch_id, name=name, kind=kind, address=dict(address), **options)


def add_kiosk(connection: Connection, branch_id: int, name: str, printer_id: int | None) -> int:
    """Add a kiosk and the printer beside it to a branch and return its id."""
    return _insert(connection, Kiosk, branch_id=branch_id, name=name, printer_id=printer_id)


def add_screen(connection: Connection, branch_id: int, name: str) -> int:
    """Add a lobby screen to a branch and return its id."""
    return _insert(connection, Screen, branch_id=branch_id, name=name)


def add_user(
    connection: Connection,
    now: datetime,
    username: str,
    display_name: str,
    password: str,
    roles: Iterable[tuple[str, int | None]],
    language: str,
) -> int:
    """Add a person and return their id.

    Args:
        connection, now: as in `create_branch`.
        username: to sign in with.
        display_name: what colleagues see.
        password: kept as an Argon2 hash only.
        roles: pairs of a role and a branch id (None: every branch).
        language: of the desk.
    """
    user_id = _insert(
        connection,
        User,
        username=username,
        display_name=display_name,
        password_hash=hash_password(password),
        language=language,
        created_at=now,
    )
    for role, branch_id in roles:
        _insert(connection, UserRole, user_id=user_id, branch_id=branch_id, role=role)
    return user_id


def let_manage(context: Context, username: str, branch: str) -> None:
    """Make a person a manager of a branch, where they are not one yet.

    Raises:
        QueueError: `unknown_user`, `unknown_branch`.
    """
    branch_id = context.setup(branch).id
    role = UserRole.__table__.c
    with context.database.writing() as connection:
        user_id = connection.execute(select(User.id).where(User.username == username)).scalar()
        if user_id is None:
            raise QueueError("unknown_user", user=username)
        theirs = (role.user_id == user_id, role.branch_id == branch_id, role.role == "manager")
        if connection.execute(select(role.role).where(*theirs)).first() is None:
            _insert(connection, UserRole, user_id=user_id, branch_id=branch_id, role="manager")
            note_outside(context, connection, acting(), "let_manage", username, None, {"roles": ["manager"]}, branch_id)


def create_token(
    context: Context, name: str, scopes: Iterable[str], branch: str | None = None, **links: int | None
) -> str:
    """Make a bearer token and return it; only its hash is kept, so this is the only time it can be read.

    Args:
        context: where.
        name: what it is for.
        scopes: some of `SCOPES`.
        branch: slug of the only branch it is good for; None for every branch.
        links: `kiosk_id`, `screen_id` or `user_id` whose token it is.

    Raises:
        QueueError: `invalid_value` for an unknown scope, `unknown_branch`.
    """
    branch_id = context.setup(branch).id if branch else None
    with context.database.writing() as connection:
        return insert_token(connection, context.clock.now(), name, scopes, branch_id=branch_id, **links)[1]


def insert_token(
    connection: Connection, now: datetime, name: str, scopes: Iterable[str], **columns: Any
) -> tuple[int, str]:
    """Make a bearer token and return its id and the token; `columns` are further ones of the table `api_token`.

    Raises:
        QueueError: `invalid_value` for an unknown scope.
    """
    wanted = list(dict.fromkeys(scopes))
    if not wanted or not set(wanted) <= set(SCOPES):
        raise wrong("scopes", "some of %(words)s are needed", words=", ".join(SCOPES))
    token = secrets.token_urlsafe(32)
    values = {"name": name, "token_hash": hash_token(token), "scopes": wanted, "created_at": now}
    return _insert(connection, ApiToken, **values, **columns), token


def revoke_tokens(context: Context, name: str) -> int:
    """Revoke every live token called `name` and return how many there were."""
    with context.database.writing() as connection:
        live = (ApiToken.name == name) & ApiToken.revoked_at.is_(None)
        return connection.execute(update(ApiToken).where(live).values(revoked_at=context.clock.now())).rowcount


def _insert(connection: Connection, model: Any, **values: Any) -> int:
    key = connection.execute(insert(model).values(**values)).inserted_primary_key
    assert key is not None
    return int(key[0])
