"""Whether what is encrypted in the database can still be read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Table, select

from queue_app.sealing import SealBroken, Sealer
from queue_app.store.models import User
from queue_app.store.running_tables import VisitorContact, Webhook

_USER: Table = User.__table__  # type: ignore[assignment]
_WEBHOOK: Table = Webhook.__table__  # type: ignore[assignment]
_CONTACT: Table = VisitorContact.__table__  # type: ignore[assignment]

MOST_CONTACTS = 1000


def cannot_be_opened(connection: Connection, sealer: Sealer) -> dict[str, int]:
    """Return how many secrets of each kind cannot be opened with today's keys; of the newest thousand visitors at most."""
    sources = {
        "second factors": select(_USER.c.totp_secret).where(_USER.c.totp_secret.is_not(None)),
        "secrets of webhooks": select(_WEBHOOK.c.secret),
        "names or numbers of visitors": select(_CONTACT.c.sealed)
        .order_by(_CONTACT.c.ticket_id.desc())
        .limit(MOST_CONTACTS),
    }
    counts = {what: _closed(connection.execute(wish).scalars(), sealer) for what, wish in sources.items()}
    return {what: number for what, number in counts.items() if number}


def _closed(sealed: Iterable[Any], sealer: Sealer) -> int:
    number = 0
    for each in sealed:
        try:
            sealer.open(each.decode("ascii") if isinstance(each, bytes) else each)
        except (SealBroken, UnicodeDecodeError):
            number += 1
    return number
