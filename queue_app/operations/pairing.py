"""A new device shows a code, an administrator enters it and says which device it is; from then on the device is let in."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy.exc
from sqlalchemy import Connection, delete, func, insert, select, update

from queue_app.domain.branch import BranchSetup
from queue_app.domain.errors import QueueError
from queue_app.domain.reading import wrong
from queue_app.operations.devices import MODELS, changing, device_name, device_row, shut_out
from queue_app.operations.unit_of_work import Context
from queue_app.store.models import ApiToken, Branch, Pairing
from queue_app.store.people import hash_token

ALPHABET = "ACDEFGHJKMNPRTVWXY34679"
"""No letter or digit that looks like another one from two metres: 0 O Q, 1 I L, 2 Z, 5 S, 8 B, U V."""
CODE_LETTERS = 6
CODE_HOLDS = timedelta(minutes=10)
MOST_OPEN = 200
"""So many codes may be shown at once in all branches: with 148 million codes, guessing hits one of them about never."""

WAITING, PAIRED, EXPIRED = "waiting", "paired", "expired"


@dataclass(frozen=True)
class Asked:
    """A device's wish to be let in: the code it shows, the secret it keeps, and how long the code holds."""

    code: str
    secret: str
    expires_at: datetime


@dataclass(frozen=True)
class Wish:
    """What an administrator says of the device that shows a code.

    Attributes:
        code: as the device shows it; spaces, dashes and small letters do not matter.
        name: of a new device, or a new name of an old one.
        screen_id, kiosk_id: the device in whose place the new machine comes.
    """

    code: str
    name: str | None = None
    screen_id: int | None = None
    kiosk_id: int | None = None


@dataclass(frozen=True)
class Paired:
    """A device that was let in: its kind (`display` or `kiosk`), its id and its name."""

    kind: str
    id: int
    name: str


def ask(context: Context, kind: str) -> Asked:
    """Begin to pair a device of this kind; nothing is let in yet.

    Raises:
        QueueError: `too_many_requests` while too many devices ask.
    """
    now = context.clock.now()
    secret = secrets.token_urlsafe(32)
    expires_at = now + CODE_HOLDS
    for _ in range(10):
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LETTERS))
        try:
            with context.database.writing() as connection:
                _make_room(connection, now)
                connection.execute(
                    insert(Pairing).values(
                        kind=kind, code=code, secret_hash=hash_token(secret), created_at=now, expires_at=expires_at
                    )
                )
        except sqlalchemy.exc.IntegrityError:
            continue  # another device shows this code just now
        return Asked(f"{code[:3]} {code[3:]}", secret, expires_at)
    raise QueueError("conflict")


def _make_room(connection: Connection, now: datetime) -> None:
    # A code that nobody entered in time is free for the next device.
    connection.execute(delete(Pairing).where(Pairing.done_at.is_(None), Pairing.expires_at <= now))
    shown = connection.execute(
        select(func.count(Pairing.id), func.min(Pairing.expires_at)).where(Pairing.done_at.is_(None))
    ).one()
    if shown[0] >= MOST_OPEN:
        raise QueueError("too_many_requests", retry_after_seconds=max(1, int((shown[1] - now).total_seconds())))


def state_of(context: Context, secret: str) -> tuple[str, str | None, str | None]:
    """Say how a device's wish stands: `waiting`, `paired` or `expired`, the branch's slug once paired, and the device's kind.

    A secret that nobody was given is answered like one that has expired.
    """
    with context.database.reading() as connection:
        row = connection.execute(
            select(Pairing.kind, Pairing.expires_at, Pairing.done_at, Branch.slug)
            .join(Branch, Branch.id == Pairing.branch_id, isouter=True)
            .where(Pairing.secret_hash == hash_token(secret))
        ).one_or_none()
    if row is None:
        return EXPIRED, None, None
    if row.done_at is not None:
        return PAIRED, row.slug, row.kind
    return (WAITING if row.expires_at > context.clock.now() else EXPIRED), None, row.kind


def pair(context: Context, branch: str, wish: Wish) -> Paired:
    """Let the device that shows a code into a branch; whatever machine was that device before is let in no longer.

    The device's secret becomes its token. Of two who enter the same code, one pairs it and the other is told that the code
    is unknown.

    Raises:
        QueueError: `unknown_branch`; `unknown_code` also where it is too old or was entered already; `unknown_screen`,
            `unknown_kiosk`, `name_taken`; `invalid_value` for a name that is missing or none, or a device of the other kind.
    """
    code = re.sub(r"[\s-]", "", wish.code).upper()
    name = None if wish.name is None else device_name(wish.name)
    now = context.clock.now()
    with changing(context, branch, "pair_device") as (connection, setup):
        taken = connection.execute(
            update(Pairing)
            .where(Pairing.code == code, Pairing.done_at.is_(None), Pairing.expires_at > now)
            .values(done_at=now, branch_id=setup.id)
        ).rowcount
        if not taken:
            raise QueueError("unknown_code")
        row = connection.execute(
            select(Pairing.id, Pairing.kind, Pairing.secret_hash)
            .where(Pairing.code == code, Pairing.done_at == now, Pairing.branch_id == setup.id)
            .order_by(Pairing.id.desc())
            .limit(1)
        ).one()
        paired = _device(connection, setup, row.kind, wish, name, now)
        connection.execute(update(Pairing).where(Pairing.id == row.id).values(device_id=paired.id))
        connection.execute(
            insert(ApiToken).values(
                name=paired.name,
                token_hash=row.secret_hash,
                scopes=[row.kind],
                branch_id=setup.id,
                created_at=now,
                **{"kiosk_id" if row.kind == "kiosk" else "screen_id": paired.id},
            )
        )
    return paired


def _device(
    connection: Connection, setup: BranchSetup, kind: str, wish: Wish, name: str | None, now: datetime
) -> Paired:
    mine, other = (wish.kiosk_id, wish.screen_id) if kind == "kiosk" else (wish.screen_id, wish.kiosk_id)
    if other is not None and kind == "kiosk":
        raise wrong("screen_id", "the device that shows this code is a kiosk")
    if other is not None:
        raise wrong("kiosk_id", "the device that shows this code is a lobby screen")
    model = MODELS[kind]
    if mine is None:
        if name is None:
            raise wrong("name", "a new device needs a name")
        key = connection.execute(insert(model).values(branch_id=setup.id, name=name)).inserted_primary_key
        assert key is not None
        return Paired(kind, int(key[0]), name)
    known = device_row(connection, setup, kind, mine)
    shut_out(connection, kind, mine, now)
    if name is not None and name != known.name:
        connection.execute(update(model).where(model.id == mine).values(name=name))
    return Paired(kind, mine, name or known.name)
