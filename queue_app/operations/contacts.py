"""What visitors left with their tickets: who may see it, and that it is erased when its time has come.

It is encrypted as soon as it comes in, and opened only where it is shown or asked for.
"""

from __future__ import annotations

import json
import logging

from sqlalchemy import delete, select

from queue_app.domain.privacy import Contact, SealedContact
from queue_app.operations.unit_of_work import Actor, Context
from queue_app.sealing import SealBroken, Sealer
from queue_app.store import contacts
from queue_app.store import queries as q
from queue_app.store.running_tables import VisitorContact

log = logging.getLogger("queue.privacy")

ERASED_AT_ONCE = 500

_CONTACT = VisitorContact.__table__.c


def seal_contact(sealer: Sealer, contact: Contact) -> SealedContact:
    """Return what a visitor left, encrypted."""
    words = json.dumps(contact.as_data(), ensure_ascii=False)
    return SealedContact(contact.parts, sealer.seal(words).encode("ascii"))


def open_contact(sealer: Sealer, kept: bytes | None) -> dict[str, str] | None:
    """Return `{name?, phone?}` of what was kept; None where that is nothing, or where its key is here no longer."""
    if kept is None:
        return None
    try:
        found: dict[str, str] = json.loads(sealer.open(bytes(kept).decode("ascii")))
    except SealBroken:
        log.error("what a visitor left cannot be opened: the key it was sealed with is not in QUEUE_DATA_KEY")
        return None
    return found


def contact_at(context: Context, counter_id: int, ticket_id: int, actor: Actor) -> bytes | None:
    """Return what the visitor at a counter left, encrypted; None where that is nothing, or not for `actor` to see.

    Only whoever sits at the counter that has called or serves the ticket sees it, and those who supervise.

    Args:
        context: where.
        counter_id, ticket_id: the counter, and the ticket that is called or being served there.
        actor: who looks.

    Raises:
        QueueError: `database_unavailable`.
    """
    sessions, found = context.database.look(
        (q.OPEN_SESSION, {"counter_id": counter_id}),
        (contacts.CONTACT_AT_COUNTER, {"counter_id": counter_id, "ticket_id": ticket_id}),
    )
    sits_there = bool(sessions) and sessions[0].actor == actor.key
    return bytes(found[0].sealed) if found and (sits_there or actor.supervises) else None


def erase_due(context: Context) -> int:
    """Erase what visitors left whose time has come, in all branches, and return of how many tickets that was.

    Raises:
        QueueError: `database_unavailable`.
    """
    due = (_CONTACT.erase_at <= context.clock.now(),)
    erased = 0
    while True:
        with context.database.reading() as connection:
            ids = list(connection.execute(select(_CONTACT.ticket_id).where(*due).limit(ERASED_AT_ONCE)).scalars())
        if not ids:
            return erased
        with context.database.writing() as connection:
            # Asked once more: a visit that goes on since then is not over.
            erased += connection.execute(delete(VisitorContact).where(_CONTACT.ticket_id.in_(ids), *due)).rowcount
