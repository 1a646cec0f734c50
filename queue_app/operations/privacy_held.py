"""What personal data an installation holds, where, how much of it and how old: without a single name."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, func, select

from queue_app.domain.board import iso
from queue_app.operations.retention import due
from queue_app.operations.unit_of_work import Context
from queue_app.operations.views import fresh_setup
from queue_app.store.figures_only import figures_only
from queue_app.store.models import (
    ApiToken,
    CounterSession,
    PrintJob,
    ScreenAck,
    Ticket,
    TicketEvent,
    TicketNote,
    User,
    UserRole,
)
from queue_app.store.report_tables import DayFactsRow, Message
from queue_app.store.running_tables import AuditEntry, UserSession, VisitorContact, Webhook, WebhookDelivery


def held(context: Context, branch: str) -> dict[str, Any]:
    """Return the rules of a branch, and of each kind of data how many there are and since when.

    Raises:
        QueueError: `unknown_branch`, `database_unavailable`.
    """
    setup = fresh_setup(context, branch)
    with context.database.reading() as connection:
        found = {
            "branch": branch,
            "rules": setup.privacy.as_data(),
            "visitors": _visitors(connection, setup.id, context.clock.now()),
            "staff": _staff(connection, setup.id),
        }
    next_ones = due(context, branch)
    return {**found, "due": {"days": len(next_ones.days), "tickets": next_ones.tickets}}


def _visitors(connection: Connection, branch_id: int, now: datetime) -> dict[str, Any]:
    contact, ticket = VisitorContact.__table__.c, Ticket.__table__.c
    left = figures_only(connection, branch_id)
    contacts = connection.execute(
        select(func.count(), func.count(contact.erase_at), func.min(contact.erase_at), func.min(ticket.issued_at))
        .select_from(VisitorContact.__table__.join(Ticket.__table__, ticket.id == contact.ticket_id))
        .where(contact.branch_id == branch_id)
    ).one()
    overdue = _count(connection, VisitorContact, contact.branch_id == branch_id, contact.erase_at <= now)
    day = DayFactsRow.__table__.c
    figures = (day.branch_id == branch_id, day.business_date < (left.before or date.min))
    hooks = select(Webhook.id).where(Webhook.branch_id == branch_id)
    return {
        "contacts": {
            "number": contacts[0],
            "visit_over": contacts[1],
            "overdue": overdue,
            "next_erased_at": _moment(contacts[2]),
            "oldest": _moment(contacts[3]),
        },
        "tickets": _of(connection, Ticket, ticket.issued_at, ticket.branch_id == branch_id),
        "events": {"number": _count(connection, TicketEvent, TicketEvent.branch_id == branch_id)},
        "notes": _of(connection, TicketNote, TicketNote.at, TicketNote.branch_id == branch_id),
        "slips": _of(connection, PrintJob, PrintJob.created_at, PrintJob.branch_id == branch_id),
        "acknowledgements": {"number": _count(connection, ScreenAck, ScreenAck.branch_id == branch_id)},
        "deliveries": _of(connection, WebhookDelivery, WebhookDelivery.created_at, WebhookDelivery.webhook_id.in_(hooks)),
        "messages": _of(connection, Message, Message.created_at, Message.branch_id == branch_id),
        "figures_only_before": left.before.isoformat() if left.before else None,
        "days_of_figures": _count(connection, DayFactsRow, *figures),
    }  # fmt: skip


def _staff(connection: Connection, branch_id: int) -> dict[str, Any]:
    here = select(UserRole.user_id).where((UserRole.branch_id == branch_id) | UserRole.branch_id.is_(None))
    return {
        "accounts": _of(connection, User, User.created_at, User.id.in_(here)),
        "sign_ins": _of(connection, UserSession, UserSession.created_at, UserSession.user_id.in_(here)),
        "tokens": _of(connection, ApiToken, ApiToken.created_at, ApiToken.user_id.in_(here)),
        "counter_sessions": _of(
            connection, CounterSession, CounterSession.opened_at, CounterSession.branch_id == branch_id
        ),
        "audit_entries": _of(connection, AuditEntry, AuditEntry.at, AuditEntry.branch_id == branch_id),
    }


def _of(connection: Connection, table: Any, at: Any, *where: Any) -> dict[str, Any]:
    number, oldest = connection.execute(select(func.count(), func.min(at)).select_from(table).where(*where)).one()
    return {"number": number, "oldest": _moment(oldest)}


def _count(connection: Connection, table: Any, *where: Any) -> int:
    return int(connection.execute(select(func.count()).select_from(table).where(*where)).scalar_one())


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else iso(moment.astimezone(UTC))
