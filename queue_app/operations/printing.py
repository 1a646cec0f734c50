"""Slips on their way to paper: queued with the ticket, claimed one at a time for each printer, known to have ended."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, or_, select, update

from printers import Printer
from printers.errors import PrinterError
from printers.slip import Slip
from queue_app.domain.errors import QueueError
from queue_app.domain.printing import (
    CANNOT_PRINT,
    JobNews,
    News,
    PrinterNews,
    given_up,
    pause_seconds,
    stands_in_now,
    word_of_error,
)
from queue_app.domain.tickets import OPEN_STATES
from queue_app.operations.printer_status import note
from queue_app.operations.slips import SlipFacts, self_test, set_slip
from queue_app.operations.unit_of_work import Context
from queue_app.operations.workers import is_gone
from queue_app.store.models import (
    UNFINISHED,
    Branch,
    BranchLogo,
    PrinterRow,
    PrintJob,
    Service,
    Ticket,
)

log = logging.getLogger("queue.printing")

CLAIM_SECONDS = 15
"""How long a claim holds; who is still sending renews it. A worker that was killed is noticed sooner on its own machine."""

PULL = "pull"
"""The holder of the slips that printers fetch by themselves; which printer it is, the slip says."""

BROWSER = "browser"
"""What the name of a holder begins with that is a kiosk's browser, which fetches its slips too."""

PULL_CLAIM_SECONDS = 60
"""How long a printer, or a browser, that fetches its slips has to say what became of one."""


def slip_job(
    branch_id: int,
    ticket_id: int | None,
    printer_id: int,
    now: datetime,
    facts: Mapping[str, Any],
    *,
    copy: bool = False,
    asked_by: str | None = None,
) -> dict[str, Any]:
    """Return the row of a queued slip.

    Args:
        branch_id, ticket_id, printer_id: what is printed and where; a slip without a ticket is a self-test.
        now: aware UTC.
        facts: what was true when the number was taken: `ahead`, `forecast` (low and high seconds) and `url`. The slip
            is set from them when it is printed, so that taking a number never waits for typesetting.
        copy: whether it is a reprint.
        asked_by: who asked for a copy or a test.
    """
    return {
        "branch_id": branch_id,
        "ticket_id": ticket_id,
        "printer_id": printer_id,
        "moved_from_id": None,
        "asked_by": asked_by,
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
    """One slip that this holder, and no other, is to print now; `attempts` were made before."""

    id: int
    branch: str
    ticket_id: int | None
    label: str
    printer_id: int
    printer: Printer
    slip: Slip
    attempts: int
    status: str


@dataclass(frozen=True)
class Ended:
    """How an attempt ended; `error` None means that the printer took the whole slip."""

    job: ClaimedJob
    error: PrinterError | None


@dataclass
class Turn:
    """What one look into a printer's queue brought: the slip to print now, and what there is to tell."""

    job: ClaimedJob | None = None
    news: list[News] = field(default_factory=list)


def printers_with_work(context: Context) -> set[int]:
    """Return the ids of the printers whose next slip may be sent now; those behind a slip that rests have to wait with it."""
    now = context.clock.now()
    heads = select(func.min(PrintJob.id)).where(UNFINISHED).group_by(PrintJob.printer_id)
    may_go = or_(PrintJob.not_before.is_(None), PrintJob.not_before <= now, PrintJob.state == "sending")
    with context.database.reading() as connection:
        return set(connection.execute(select(PrintJob.printer_id).where(PrintJob.id.in_(heads), may_go)).scalars())


def pushed_printers(context: Context) -> dict[int, Printer]:
    """Return the printers in use that slips are sent to, by id; one whose settings no longer hold is left out."""
    rows = select(PrinterRow.id, PrinterRow.kind, PrinterRow.address, PrinterRow.profile, PrinterRow.paper)
    found = {}
    with context.database.reading() as connection:
        for row in connection.execute(rows.where(PrinterRow.enabled)):
            try:
                printer = Printer(kind=row.kind, address=row.address, profile=row.profile, paper=row.paper)
            except PrinterError as error:
                log.warning("printer %s is not set up well: %s", row.id, error.code)
                continue
            if not printer.pull:
                found[row.id] = printer
    return found


def take_up(
    context: Context,
    printer_id: int,
    holder: str,
    ended: Ended | None,
    max_age_seconds: int,
    *,
    more: bool = True,
) -> Turn:
    """Write down how the last attempt ended and claim the printer's next slip, in one transaction.

    Args:
        context: where.
        printer_id: the printer.
        holder: name of who prints; another one's live claim is respected.
        ended: the attempt before, where there was one.
        max_age_seconds: slips older than this are dropped as `too_old`.
        more: whether to claim one at all.

    Returns:
        The oldest slip that may be printed now: the order of the slips of a printer is never changed, so a slip that waits
        for its next attempt holds those behind it back.
    """
    now = context.clock.now()
    turn = Turn()
    with context.database.writing() as connection:
        if ended is not None:
            turn.news += _write_end(connection, ended, now)
        row = _first_due(connection, printer_id, holder, now, max_age_seconds, turn) if more else None
        if row is not None:
            _claim(connection, row, holder, now)
    if row is not None and not _set(context, row, now, turn):
        # Whatever is wrong with this one, those behind it must not wait for it.
        following = take_up(context, printer_id, holder, None, max_age_seconds)
        return Turn(following.job, turn.news + following.news)
    return turn


def _set(context: Context, row: Any, now: datetime, turn: Turn) -> bool:
    """Set a slip that was claimed, after the commit: the database is never held for typesetting. Say whether it could be."""
    try:
        turn.job = claimed_job(row)
    except Exception:
        log.exception("slip %s of %s could not be set", row.id, row.slug)
        with context.database.writing() as connection:
            turn.news.append(_give_up(connection, row, "bad_slip", now))
        return False
    return True


def take_up_ticket(context: Context, printer_id: int, holder: str, ticket_id: int, max_age_seconds: int) -> Turn:
    """Claim a ticket's slip, whatever waits before it: for a browser, which prints what its kiosk asks for.

    Args:
        context, printer_id, holder, max_age_seconds: as in `take_up`.
        ticket_id: whose slip.
    """
    now = context.clock.now()
    turn = Turn()
    with context.database.writing() as connection:
        row = _first_due(connection, printer_id, holder, now, max_age_seconds, turn, ticket_id)
        if row is not None:
            _claim(connection, row, holder, now)
    if row is not None:
        _set(context, row, now, turn)
    return turn


def peek_job(context: Context, printer_id: int, max_age_seconds: int) -> int | None:
    """Return the id of the slip that a printer which asks for it now would get, without claiming it."""
    now = context.clock.now()
    oldest = _jobs().where(PrintJob.printer_id == printer_id, UNFINISHED).order_by(PrintJob.id)
    with context.database.reading() as connection:
        for row in connection.execute(oldest):
            if row.paused or not row.enabled or _is_held(row, PULL, now):
                return None
            if _useless(row, now, max_age_seconds) is None:
                return int(row.id)
    return None


def end_job(
    context: Context, job_id: int, printer_id: int, error: PrinterError | None, holder: str | None = None
) -> list[News] | None:
    """Write down how a slip that a printer fetched by itself ended.

    Args:
        context: where.
        job_id: the slip.
        printer_id: who says so: only the printer that holds a slip can end it.
        error: why it was not printed, None where it was.
        holder: who says so, where several fetch for one printer: only who holds a slip can end it.

    Returns:
        What there is to tell; None where that slip is not, or no longer, on its way there, so that saying it twice does no harm.
        A slip that came out after its time was over still counts as printed, unless it is on another's way by now.
    """
    now = context.clock.now()
    wanted = _jobs().where(PrintJob.id == job_id, PrintJob.printer_id == printer_id).with_for_update(of=PrintJob)
    with context.database.writing() as connection:
        row = connection.execute(wanted).one_or_none()
        if row is None:
            return None
        late = error is None and row.state == "queued" and row.attempts > 0
        if not late and (row.state != "sending" or (holder is not None and row.claimed_by != holder)):
            return None
        return _write_end(connection, Ended(claimed_job(row, attempts=row.attempts - 1), error), now)


def sweep(context: Context, kinds: Collection[str], max_age_seconds: int) -> list[News]:
    """See to the slips of printers that fetch them and may be silent: what is too old is dropped, what another can print moves.

    Args:
        context: where.
        kinds: of printers that fetch their slips.
        max_age_seconds: as for `take_up`.
    """
    now = context.clock.now()
    theirs = _jobs().where(UNFINISHED, PrinterRow.kind.in_(kinds)).order_by(PrintJob.id)
    news: list[News] = []
    with context.database.reading() as connection:
        if connection.execute(theirs.limit(1)).first() is None:
            return news
    with context.database.writing() as connection:
        for row in connection.execute(theirs.with_for_update(of=PrintJob)).all():
            if row.state == "sending" and row.claimed_until > now:
                continue
            useless = _useless(row, now, max_age_seconds)
            if useless is not None:
                news.append(_give_up(connection, row, useless, now))
            elif row.paused or row.status in CANNOT_PRINT:
                target = _stand_in(connection, row.id, row.printer_id)
                if target is not None:
                    _move(connection, row.id, row.printer_id, target)
    return news


def renew(context: Context, holder: str) -> None:
    """Hold what `holder` is sending a little longer."""
    until = context.clock.now() + timedelta(seconds=CLAIM_SECONDS)
    with context.database.writing() as connection:
        connection.execute(
            update(PrintJob).where(UNFINISHED, PrintJob.claimed_by == holder).values(claimed_until=until)
        )


def hurry(context: Context, printer_id: int) -> None:
    """Let the slips of a printer that is well again go now, whatever pause they are in."""
    with context.database.writing() as connection:
        waiting = (PrintJob.printer_id == printer_id) & (PrintJob.state == "queued")
        connection.execute(update(PrintJob).where(waiting).values(not_before=None))


def _jobs() -> Any:
    return (
        select(
            PrintJob.id, PrintJob.branch_id, PrintJob.state, PrintJob.slip, PrintJob.copy, PrintJob.attempts,
            PrintJob.created_at, PrintJob.not_before, PrintJob.claimed_by, PrintJob.claimed_until, PrintJob.ticket_id,
            PrintJob.printer_id, PrintJob.asked_by,
            Ticket.label, Ticket.language, Ticket.issued_at, Ticket.state.label("ticket_state"),
            Service.name.label("service_name"), Service.bring, Service.slip_text,
            Branch.slug, Branch.name.label("branch_name"), Branch.time_zone, Branch.languages, Branch.notice,
            Branch.slip_layout, BranchLogo.png.label("logo"),
            PrinterRow.name.label("printer_name"), PrinterRow.kind, PrinterRow.address, PrinterRow.profile,
            PrinterRow.paper, PrinterRow.status, PrinterRow.paused, PrinterRow.enabled,
        )
        .join(Branch, Branch.id == PrintJob.branch_id)
        .join(PrinterRow, PrinterRow.id == PrintJob.printer_id)
        .outerjoin(Ticket, Ticket.id == PrintJob.ticket_id)
        .outerjoin(Service, Service.id == Ticket.service_id)
        .outerjoin(BranchLogo, BranchLogo.branch_id == Branch.id)
    )  # fmt: skip


def _first_due(
    connection: Connection,
    printer_id: int,
    holder: str,
    now: datetime,
    max_age_seconds: int,
    turn: Turn,
    ticket_id: int | None = None,
) -> Any:
    """Return the printer's oldest slip where it may go now; drop those on the way that nobody waits for any more."""
    oldest = _jobs().where(PrintJob.printer_id == printer_id, UNFINISHED).order_by(PrintJob.id).limit(1)
    if ticket_id is not None:
        oldest = oldest.where(PrintJob.ticket_id == ticket_id)
    while True:
        # Two holders on PostgreSQL: the second one waits here until the first one's claim can be seen.
        row = connection.execute(oldest.with_for_update(of=PrintJob)).one_or_none()
        if row is None or _is_held(row, holder, now):
            return None
        useless = _useless(row, now, max_age_seconds)
        if useless is not None:
            turn.news.append(_give_up(connection, row, useless, now))
        elif row.paused or not row.enabled:
            target = _stand_in(connection, row.id, printer_id)
            if target is None:
                return None
            _move(connection, row.id, printer_id, target)
        else:
            return row


def _is_held(row: Any, holder: str, now: datetime) -> bool:
    if row.state == "sending":
        return bool(row.claimed_by != holder and row.claimed_until > now and not is_gone(row.claimed_by))
    return row.not_before is not None and row.not_before > now


def _useless(row: Any, now: datetime, max_age_seconds: int) -> str | None:
    if row.created_at < now - timedelta(seconds=max_age_seconds):
        return "too_old"
    # A copy is printed because somebody asked for it; the first slip of a visitor who has left is no use to anybody.
    if row.ticket_id is not None and not row.copy and row.ticket_state not in OPEN_STATES:
        return "ticket_ended"
    return None


def _claim(connection: Connection, row: Any, holder: str, now: datetime) -> None:
    # A printer that asks again for the slip it holds already has had no further attempt.
    again = row.state == "sending" and row.claimed_by == holder
    seconds = PULL_CLAIM_SECONDS if holder == PULL or holder.startswith(f"{BROWSER}:") else CLAIM_SECONDS
    connection.execute(
        update(PrintJob)
        .where(PrintJob.id == row.id)
        .values(
            state="sending",
            attempts=row.attempts + (not again),
            claimed_by=holder,
            claimed_until=now + timedelta(seconds=seconds),
        )
    )


def _write_end(connection: Connection, ended: Ended, now: datetime) -> list[News]:
    job, error = ended.job, ended.error
    printer = update(PrinterRow).where(PrinterRow.id == job.printer_id)
    if error is None:
        _end(connection, job.id, "printed", now)
        connection.execute(printer.values(last_success_at=now, last_error=None))
        # It took a slip, so it is no longer what the last error said; whether it is fine, only the device can say.
        told = note(connection, job.printer_id, "unknown", None, now) if job.status in CANNOT_PRINT else None
        return _with(told, JobNews(job.branch, job.ticket_id, job.label, "printed", None))
    connection.execute(printer.values(last_error_at=now, last_error=error.code))
    told = note(connection, job.printer_id, word_of_error(error.code), error.code, now)
    return _with(told, JobNews(job.branch, job.ticket_id, job.label, _next(connection, job, error, now), error.code))


def _with(printer_news: PrinterNews | None, job_news: JobNews) -> list[News]:
    return [job_news] if printer_news is None else [job_news, printer_news]


def _next(connection: Connection, job: ClaimedJob, error: PrinterError, now: datetime) -> str:
    """Decide what becomes of a slip that was not printed, and return its state: tried again, moved, or given up."""
    attempts = job.attempts + 1
    if stands_in_now(error.code, error.retryable, attempts, job.status):
        target = _stand_in(connection, job.id, job.printer_id)
        if target is not None:
            _move(connection, job.id, job.printer_id, target)
            return "queued"
    if given_up(error.code, error.retryable, attempts):
        _end(connection, job.id, "failed", now, error.code)
        return "failed"
    pause = timedelta(seconds=pause_seconds(attempts))
    connection.execute(
        update(PrintJob)
        .where(PrintJob.id == job.id)
        .values(state="queued", not_before=now + pause, claimed_by=None, error_code=error.code)
    )
    return "queued"


def _stand_in(connection: Connection, job_id: int, printer_id: int) -> int | None:
    """Return the printer that takes over the slip, where there is one that can; a slip moves once, never in a circle."""
    other = PrinterRow.__table__.alias()
    row = connection.execute(
        select(other.c.id, other.c.status, PrintJob.moved_from_id, PrintJob.ticket_id)
        .select_from(PrintJob)
        .join(PrinterRow, PrinterRow.id == printer_id)
        .join(other, other.c.id == PrinterRow.fallback_id)
        .where(PrintJob.id == job_id, other.c.enabled, ~other.c.paused)
    ).one_or_none()
    # A self-test says whether this printer works; on another one it would say nothing.
    if row is None or row.moved_from_id is not None or row.status in CANNOT_PRINT or row.ticket_id is None:
        return None
    return int(row.id)


def _move(connection: Connection, job_id: int, from_id: int, to_id: int) -> None:
    connection.execute(
        update(PrintJob)
        .where(PrintJob.id == job_id)
        .values(
            printer_id=to_id, moved_from_id=from_id, state="queued", attempts=0,
            not_before=None, claimed_by=None, claimed_until=None, error_code=None,
        )
    )  # fmt: skip


def _give_up(connection: Connection, row: Any, code: str, now: datetime) -> JobNews:
    """End a slip that will not be printed, and return what there is to tell."""
    _end(connection, row.id, "failed", now, code)
    return JobNews(row.slug, row.ticket_id, row.label or "", "failed", code)


def _end(connection: Connection, job_id: int, state: str, now: datetime, error_code: str | None = None) -> None:
    connection.execute(
        update(PrintJob)
        .where(PrintJob.id == job_id)
        .values(state=state, finished_at=now, claimed_by=None, error_code=error_code)
    )


def claimed_job(row: Any, attempts: int | None = None) -> ClaimedJob:
    """Return a row of a slip, its ticket, branch and printer as a slip that is set and ready to send."""
    printer = Printer(kind=row.kind, address=row.address, profile=row.profile, paper=row.paper)
    if row.ticket_id is None:
        slip = self_test(row.printer_name, printer, row.slip["language"], row.created_at, ZoneInfo(row.time_zone))
    else:
        slip = set_slip(_facts(row), row.slip_layout)
    return ClaimedJob(
        id=row.id,
        branch=row.slug,
        ticket_id=row.ticket_id,
        label=row.label or "",
        printer_id=row.printer_id,
        printer=printer,
        slip=slip,
        attempts=row.attempts if attempts is None else attempts,
        status=row.status,
    )


def _facts(row: Any) -> SlipFacts:
    return SlipFacts(
        language=row.language,
        fallback=row.languages[0],
        branch_name=row.branch_name,
        service_name=row.service_name,
        bring=row.bring,
        service_text=row.slip_text,
        notice=row.notice,
        label=row.label,
        issued_at=row.issued_at,
        zone=ZoneInfo(row.time_zone),
        ahead=row.slip["ahead"],
        forecast=tuple(row.slip["forecast"]),
        url=row.slip["url"],
        logo=row.logo,
        copy=row.copy,
    )


def reprint(context: Context, ticket_id: int, asked_by: str, printer_id: int | None = None) -> None:
    """Queue the ticket's slip once more, marked as a copy, on the same printer or another.

    Args:
        context: where.
        ticket_id: whose slip.
        asked_by: who wants it, kept with the copy.
        printer_id: another printer of the branch.

    Raises:
        QueueError: `unknown_print_job` where the ticket never had a slip; `unknown_printer`.
    """
    now = context.clock.now()
    with context.database.writing() as connection:
        job = connection.execute(
            select(PrintJob.__table__).where(PrintJob.ticket_id == ticket_id).order_by(PrintJob.id).limit(1)
        ).one_or_none()
        if job is None:
            raise QueueError("unknown_print_job", ticket=ticket_id)
        wanted = printer_id or job.printer_id
        theirs = (PrinterRow.branch_id == job.branch_id) & PrinterRow.enabled
        if connection.execute(select(PrinterRow.id).where(PrinterRow.id == wanted, theirs)).first() is None:
            raise QueueError("unknown_printer", printer=wanted)
        # What has not come out yet would come out beside its copy: the copy takes its place.
        connection.execute(
            update(PrintJob)
            .where(PrintJob.ticket_id == ticket_id, PrintJob.state == "queued")
            .values(state="failed", finished_at=now, error_code="replaced")
        )
        row = slip_job(job.branch_id, ticket_id, wanted, now, job.slip, copy=True, asked_by=asked_by)
        connection.execute(PrintJob.__table__.insert().values(**row))  # type: ignore[attr-defined]
