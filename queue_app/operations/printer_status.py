"""How the printers stand: what the devices say, what their last slip showed, and who is told of a change."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from printers.status import Status
from queue_app.domain.printing import PrinterNews
from queue_app.operations.unit_of_work import Context
from queue_app.store.models import Branch, PrinterEvent, PrinterRow

SILENT_SECONDS = 60
"""A printer that fetches its slips and has not asked for so long is offline."""


def report_status(context: Context, printer_id: int, status: Status) -> PrinterNews | None:
    """Write down what a device said of itself; return the news where that is a change."""
    with context.database.writing() as connection:
        return note(connection, printer_id, status.word, status.detail or None, context.clock.now())


def note(connection: Connection, printer_id: int, word: str, detail: str | None, now: datetime) -> PrinterNews | None:
    """Write down how a printer stands, and in its history where that is a change.

    Args:
        connection: in a transaction.
        printer_id: the printer.
        word: of `printers.status`.
        detail: what else the device or the error says, in English or as a code.
        now: aware UTC.

    Returns:
        The news, where the word changed.
    """
    row = connection.execute(
        select(PrinterRow.name, PrinterRow.status, PrinterRow.branch_id, Branch.slug)
        .join(Branch, Branch.id == PrinterRow.branch_id)
        .where(PrinterRow.id == printer_id)
    ).one()
    connection.execute(
        update(PrinterRow).where(PrinterRow.id == printer_id).values(status=word, status_detail=detail, status_at=now)
    )
    if word == row.status:
        return None
    event = {"branch_id": row.branch_id, "printer_id": printer_id, "at": now, "status": word, "detail": detail}
    connection.execute(insert(PrinterEvent).values(**event))
    return PrinterNews(row.slug, printer_id, row.name, word, detail)


def note_silent(context: Context, kinds: list[str]) -> list[PrinterNews]:
    """Write down as offline the printers of these kinds that fetch their slips and have not asked for a while."""
    now = context.clock.now()
    limit = now - timedelta(seconds=SILENT_SECONDS)
    silent = select(PrinterRow.id).where(
        PrinterRow.kind.in_(kinds), PrinterRow.enabled, PrinterRow.status != "offline", PrinterRow.status_at < limit
    )
    with context.database.reading() as connection:
        found = list(connection.execute(silent).scalars())
    if not found:
        return []
    with context.database.writing() as connection:
        news = [note(connection, printer_id, "offline", "silent", now) for printer_id in found]
    return [one for one in news if one is not None]
