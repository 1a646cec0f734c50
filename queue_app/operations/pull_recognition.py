"""Which printer it is that fetches its slips: known by its password's hashes, never by the password itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from printers.cloudprnt import parse_mac
from printers.profiles import get_profile
from queue_app.operations.unit_of_work import Context
from queue_app.store.models import PrinterRow
from queue_app.store.people import hash_token

CLOUDPRNT = "cloudprnt"
SERVER_DIRECT_PRINT = "server_direct_print"


@dataclass(frozen=True)
class PullPrinter:
    """A printer that was recognised, as it stood when its request came in.

    Attributes:
        mac: of the only device that may use its name, where one was entered.
        confirm_method: how a Star printer is to confirm; `GET` where a proxy lets no `DELETE` pass.
    """

    id: int
    kind: str
    mac: str | None
    confirm_method: str
    width_dots: int
    digest_hash: str | None
    status: str
    status_at: datetime | None


def find_by_token(context: Context, kind: str, token: str) -> PullPrinter | None:
    """Return the printer of this kind whose password this is."""
    return _find(context, kind, PrinterRow.token_hash == hash_token(token))


def find_by_user(context: Context, kind: str, user: str) -> PullPrinter | None:
    """Return the printer of this kind with this user name, which is its id; whether it is that printer has yet to be proved."""
    if not re.fullmatch(r"[1-9][0-9]{0,8}", user):
        return None
    return _find(context, kind, PrinterRow.id == int(user))


def _find(context: Context, kind: str, condition: Any) -> PullPrinter | None:
    columns = (
        PrinterRow.id, PrinterRow.kind, PrinterRow.address, PrinterRow.profile, PrinterRow.digest_hash,
        PrinterRow.status, PrinterRow.status_at,
    )  # fmt: skip
    wanted = select(*columns).where(
        condition, PrinterRow.kind == kind, PrinterRow.enabled, PrinterRow.token_hash.is_not(None)
    )
    with context.database.reading() as connection:
        row = connection.execute(wanted).one_or_none()
    if row is None:
        return None
    mac = row.address.get("mac")
    return PullPrinter(
        id=row.id,
        kind=row.kind,
        mac=parse_mac(mac) if mac else None,
        confirm_method=row.address.get("confirm_method") or "DELETE",
        width_dots=get_profile(row.profile).width_dots,
        digest_hash=row.digest_hash,
        status=row.status,
        status_at=row.status_at,
    )
