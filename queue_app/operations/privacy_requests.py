"""What somebody has a right to: to be told everything that is held about them, and to have it erased. Each is written down.

The log says what was asked for and how much was found, and names nobody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, delete, select

from queue_app.domain.board import iso
from queue_app.domain.errors import QueueError
from queue_app.domain.privacy_subject import Subject
from queue_app.operations import privacy_staff
from queue_app.operations.administrators import Administrator
from queue_app.operations.audit import note_outside
from queue_app.operations.contacts import open_contact
from queue_app.operations.privacy_rows import plain, rows
from queue_app.operations.unit_of_work import Context
from queue_app.sealing import Sealer
from queue_app.store.figures_only import figures_only
from queue_app.store.models import Leg, PrintJob, Ticket, TicketEvent, TicketNote
from queue_app.store.running_tables import AuditEntry, VisitorContact

EXPORTED, ERASED = "privacy_export", "privacy_erase"
LOGGED = (EXPORTED, ERASED, "privacy_figures")
"""What the privacy log consists of, in the audit log."""


def export(context: Context, sealer: Sealer, branch: str, by: Administrator, subject: Subject) -> dict[str, Any]:
    """Return everything that is held about `subject`, as JSON-able data.

    Args:
        context, sealer, branch: where.
        by: who asks; about a member of staff only who administrates all branches where they work.
        subject: about whom.

    Raises:
        QueueError: `unknown_ticket` (also where nobody left this number), `unknown_user`, `not_allowed`, `figures_only`.
    """
    branch_id = context.setup(branch).id
    if subject.person is not None:
        found = privacy_staff.export(context, by, subject.person)
        what, number = f"person user:{found['account']['id']}", 1
    else:
        with context.database.reading() as connection:
            ids = _tickets(connection, sealer, branch_id, subject)
            found = {"tickets": [_ticket(connection, sealer, ticket_id) for ticket_id in ids]}
        what, number = subject.what, len(ids)
    with context.database.writing() as connection:
        note_outside(context, connection, by.actor, EXPORTED, what, None, {"found": number}, branch_id)
    return {"branch": branch, "at": iso(context.clock.now()), **found}


def erase(context: Context, sealer: Sealer, branch: str, by: Administrator, subject: Subject) -> dict[str, int]:
    """Erase what is held about `subject`, and return of what how much.

    Of a visitor, what they left and what clerks noted; number and times stay, since they name nobody. Of a member of staff, see
    `privacy_staff.erase`.

    Raises:
        QueueError: as `export`; `last_administrator`.
    """
    branch_id = context.setup(branch).id

    def note(connection: Connection, what: str, erased: Mapping[str, int]) -> None:
        note_outside(context, connection, by.actor, ERASED, what, None, erased, branch_id)

    if subject.person is not None:
        erased = privacy_staff.erase(
            context,
            by,
            subject.person,
            lambda connection, user_id, found: note(connection, f"person user:{user_id}", found),
        )
        context.database.scrub()
        return erased
    with context.database.writing() as connection:
        ids = _tickets(connection, sealer, branch_id, subject)
        contacts = connection.execute(delete(VisitorContact).where(VisitorContact.ticket_id.in_(ids))).rowcount
        notes = connection.execute(delete(TicketNote).where(TicketNote.ticket_id.in_(ids))).rowcount
        erased = {"tickets": len(ids), "contacts": contacts, "notes": notes}
        note(connection, subject.what, erased)
    context.database.scrub()
    return erased


def _tickets(connection: Connection, sealer: Sealer, branch_id: int, subject: Subject) -> list[int]:
    if subject.ticket is not None:
        ids = list(_labelled(connection, branch_id, subject))
    else:
        # Encrypted, nothing can be looked for by what it is: all of them are opened. There are as many as there were visitors
        # in the last hours.
        kept = connection.execute(select(VisitorContact.__table__).where(VisitorContact.branch_id == branch_id)).all()
        ids = [row.ticket_id for row in kept if (open_contact(sealer, row.sealed) or {}).get("phone") == subject.phone]
    if not ids:
        raise QueueError("unknown_ticket")
    return ids


def _labelled(connection: Connection, branch_id: int, subject: Subject) -> Iterator[int]:
    assert subject.ticket is not None
    label, day = subject.ticket
    before = figures_only(connection, branch_id).before
    if before is not None and day < before:
        raise QueueError("figures_only", before=before.isoformat())
    ticket = Ticket.__table__.c
    yield from connection.execute(
        select(ticket.id).where(ticket.branch_id == branch_id, ticket.business_date == day, ticket.label == label)
    ).scalars()


def _ticket(connection: Connection, sealer: Sealer, ticket_id: int) -> dict[str, Any]:
    of = {table: table.__table__.c.ticket_id == ticket_id for table in (Leg, TicketEvent, TicketNote, PrintJob)}
    kept = connection.execute(
        select(VisitorContact.__table__).where(VisitorContact.ticket_id == ticket_id)
    ).one_or_none()
    return {
        "ticket": rows(connection, Ticket, Ticket.id == ticket_id)[0],
        "contact": open_contact(sealer, kept.sealed) if kept is not None else None,
        "contact_erased_at": plain(kept.erase_at) if kept is not None else None,
        "stays": rows(connection, Leg, of[Leg]),
        "events": rows(connection, TicketEvent, of[TicketEvent]),
        "notes": rows(connection, TicketNote, of[TicketNote]),
        "slips": [_slip(row) for row in rows(connection, PrintJob, of[PrintJob])],
    }


def _slip(row: dict[str, Any]) -> dict[str, Any]:
    # The address on the slip lets whoever has it act as the visitor.
    return {**row, "slip": {name: value for name, value in row["slip"].items() if name != "url"}}


def log_of(context: Context, branch: str, most: int = 20) -> list[dict[str, Any]]:
    """Return the newest entries of the privacy log of a branch: `{at, who, action, subject, found}`.

    Raises:
        QueueError: `unknown_branch`, `database_unavailable`.
    """
    entry = AuditEntry.__table__.c
    asked = (
        select(entry.at, entry.actor_name, entry.action, entry.subject, entry.after)
        .where(entry.branch_id == context.setup(branch).id, entry.action.in_(LOGGED))
        .order_by(entry.id.desc())
        .limit(most)
    )
    with context.database.reading() as connection:
        rows = connection.execute(asked).all()
    return [
        {"at": row.at, "who": row.actor_name, "action": row.action, "subject": row.subject, "found": row.after or {}}
        for row in rows
    ]
