"""Slips on their way to paper: queued with the ticket, claimed one at a time for each printer, known to have ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select, update

from printers import Printer
from printers.errors import PrinterError
from printers.slip import Label, Qr, Rule, Slip, Text
from queue_app import i18n
from queue_app.domain.errors import QueueError
from queue_app.operations.unit_of_work import Context
from queue_app.store.models import UNFINISHED, Branch, PrinterRow, PrintJob, Service, Ticket

CLAIM_SECONDS = 60
"""How long a spooler may take over one slip before another may take it up again; well above every time-out."""

ATTEMPTS = 5
FIRST_PAUSE_SECONDS = 1.0
"""The pause before the second attempt; it doubles with each further one."""


def slip_job(
    branch_id: int, ticket_id: int, printer_id: int, now: datetime, facts: Mapping[str, Any], copy: bool = False
) -> dict[str, Any]:
    """Return the row of a queued slip.

    Args:
        branch_id, ticket_id, printer_id: what is printed and where.
        now: aware UTC.
        facts: what was true when the number was taken: `ahead`, `forecast` (low and high seconds) and `url`. The slip
            is set from them when it is printed, so that taking a number never waits for typesetting.
        copy: whether it is a reprint.
    """
    return {
        "branch_id": branch_id,
        "ticket_id": ticket_id,
        "printer_id": printer_id,
        "state": "queued",
        "slip": dict(facts),
        "copy": copy,
        "attempts": 0,
        "created_at": now,
        "not_before": None,
        "claimed_by": None,
        "claimed_until": None,
        "finished_at": None,
        "error_code": None,
    }


@dataclass(frozen=True)
class ClaimedJob:
    """One slip that this spooler, and no other, is to print now."""

    id: int
    branch: str
    ticket_id: int
    label: str
    printer: Printer
    slip: Slip
    attempts: int


@dataclass(frozen=True)
class Ended:
    """How an attempt ended; `error` None means that the printer took the whole slip."""

    job: ClaimedJob
    error: PrinterError | None

    @property
    def state(self) -> str:
        """The job's state after this attempt: `printed`, `failed` for good, or `queued` to be tried again."""
        if self.error is None:
            return "printed"
        return "queued" if self.error.retryable and self.job.attempts + 1 < ATTEMPTS else "failed"


def printers_with_work(context: Context) -> list[int]:
    """Return the ids of the printers that have unfinished slips."""
    with context.database.reading() as connection:
        unfinished = select(PrintJob.printer_id).where(UNFINISHED).distinct()
        return list(connection.execute(unfinished).scalars())


def take_up(
    context: Context, printer_id: int, spooler: str, ended: Ended | None, max_age_seconds: int
) -> ClaimedJob | None:
    """Write down how the last attempt ended and claim the printer's next slip, in one transaction.

    Args:
        context: where.
        printer_id: the printer.
        spooler: name of this spooler; another one's live claim is respected.
        ended: the attempt before, where there was one.
        max_age_seconds: slips older than this are dropped as `too_old`.

    Returns:
        The oldest slip that may be printed now, or None: the order of the slips of a printer is never changed, so a
        slip that waits for its next attempt holds those behind it back.
    """
    now = context.clock.now()
    with context.database.writing() as connection:
        if ended is not None:
            _write_end(connection, ended, now)
        while True:
            row = _oldest(connection, printer_id)
            if row is None or _is_held(row, spooler, now):
                return None
            if row.created_at < now - timedelta(seconds=max_age_seconds):
                _end(connection, row.id, "failed", now, error_code="too_old")
                continue
            connection.execute(
                update(PrintJob)
                .where(PrintJob.id == row.id)
                .values(
                    state="sending",
                    attempts=row.attempts + 1,
                    claimed_by=spooler,
                    claimed_until=now + timedelta(seconds=CLAIM_SECONDS),
                )
            )
            break
    # Typesetting comes after the commit: the database is never held for it.
    return _claimed(row)


def _oldest(connection: Connection, printer_id: int) -> Any:
    return connection.execute(
        select(
            PrintJob.id, PrintJob.state, PrintJob.slip, PrintJob.copy, PrintJob.attempts, PrintJob.created_at,
            PrintJob.not_before, PrintJob.claimed_by, PrintJob.claimed_until, PrintJob.ticket_id,
            Ticket.label, Ticket.language, Ticket.issued_at,
            Service.name.label("service_name"), Service.bring,
            Branch.slug, Branch.name.label("branch_name"), Branch.time_zone,
            PrinterRow.kind, PrinterRow.address, PrinterRow.profile, PrinterRow.paper,
        )
        .join(Ticket, Ticket.id == PrintJob.ticket_id)
        .join(Service, Service.id == Ticket.service_id)
        .join(Branch, Branch.id == PrintJob.branch_id)
        .join(PrinterRow, PrinterRow.id == PrintJob.printer_id)
        .where(PrintJob.printer_id == printer_id, UNFINISHED)
        .order_by(PrintJob.id)
        .limit(1)
        # Two spoolers on PostgreSQL: the second one waits here until the first one's claim can be seen.
        .with_for_update(of=PrintJob)
    ).one_or_none()  # fmt: skip


def _is_held(row: Any, spooler: str, now: datetime) -> bool:
    if row.state == "sending":
        return bool(row.claimed_by != spooler and row.claimed_until > now)
    return row.not_before is not None and row.not_before > now


def _write_end(connection: Connection, ended: Ended, now: datetime) -> None:
    printer = update(PrinterRow).where(
        PrinterRow.id == select(PrintJob.printer_id).where(PrintJob.id == ended.job.id).scalar_subquery()
    )
    if ended.error is None:
        _end(connection, ended.job.id, "printed", now)
        connection.execute(printer.values(last_success_at=now, last_error=None))
        return
    connection.execute(printer.values(last_error_at=now, last_error=ended.error.code))
    if ended.state == "failed":
        _end(connection, ended.job.id, "failed", now, error_code=ended.error.code)
        return
    pause = timedelta(seconds=FIRST_PAUSE_SECONDS * 2**ended.job.attempts)
    connection.execute(
        update(PrintJob)
        .where(PrintJob.id == ended.job.id)
        .values(state="queued", not_before=now + pause, claimed_by=None, error_code=ended.error.code)
    )


def _end(connection: Connection, job_id: int, state: str, now: datetime, error_code: str | None = None) -> None:
    connection.execute(
        update(PrintJob)
        .where(PrintJob.id == job_id)
        .values(state=state, finished_at=now, claimed_by=None, error_code=error_code)
    )


def _claimed(row: Any) -> ClaimedJob:
    return ClaimedJob(
        id=row.id,
        branch=row.slug,
        ticket_id=row.ticket_id,
        label=row.label,
        printer=Printer(kind=row.kind, address=row.address, profile=row.profile, paper=row.paper),
        slip=set_slip(
            language=row.language,
            branch_name=i18n.pick(row.branch_name, row.language),
            service_name=i18n.pick(row.service_name, row.language),
            bring=i18n.pick(row.bring, row.language),
            label=row.label,
            issued_at=row.issued_at,
            zone=ZoneInfo(row.time_zone),
            facts=row.slip,
            copy=row.copy,
        ),
        attempts=row.attempts,
    )


def set_slip(
    *,
    language: str,
    branch_name: str,
    service_name: str,
    bring: str,
    label: str,
    issued_at: datetime,
    zone: ZoneInfo,
    facts: Mapping[str, Any],
    copy: bool = False,
) -> Slip:
    """Set the slip of one ticket in the visitor's language, from the top of the paper to its end.

    Args:
        language: of the ticket.
        branch_name, service_name, bring: in that language; an empty `bring` is left out.
        label: the number.
        issued_at: when it was taken, aware UTC.
        zone: the branch's.
        facts: see `slip_job`.
        copy: whether to mark it as a copy.
    """
    low, high = facts["forecast"]
    blocks: list[Any] = [
        Text(branch_name, "normal", bold=True),
        Text(service_name, "normal"),
        Label(label),
        Text(i18n.people_ahead(language, facts["ahead"]), "normal"),
        Text(i18n.wait(language, low, high), "normal", bold=True),
        Rule(),
        Qr(facts["url"], i18n.text(language, "Follow your place on your phone")),
    ]
    if bring:
        blocks.append(Text(i18n.text(language, "Please have ready: %(things)s", things=bring), "small"))
    blocks.append(Text(i18n.date_and_time(language, issued_at, zone), "small"))
    if copy:
        blocks.insert(0, Text(i18n.text(language, "Copy"), "large", bold=True))
    return Slip(language, tuple(blocks))


def reprint(context: Context, ticket_id: int, printer_id: int | None = None) -> None:
    """Queue the ticket's slip once more, marked as a copy, on the same printer or another.

    Raises:
        QueueError: `unknown_print_job` where the ticket never had a slip.
    """
    with context.database.writing() as connection:
        job = connection.execute(
            select(PrintJob.__table__).where(PrintJob.ticket_id == ticket_id).order_by(PrintJob.id).limit(1)
        ).one_or_none()
        if job is None:
            raise QueueError("unknown_print_job", ticket=ticket_id)
        now = context.clock.now()
        row = slip_job(job.branch_id, ticket_id, printer_id or job.printer_id, now, job.slip, copy=True)
        connection.execute(PrintJob.__table__.insert().values(**row))  # type: ignore[attr-defined]
