"""Slips that a kiosk's own browser prints: claimed for it, drawn, known to have ended, given up where nobody fetches them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO

from PIL import Image
from sqlalchemy import select, update

from printers import PrinterError
from printers.profiles import PrinterProfile, get_profile
from printers.rendering import preview, render
from printers.sheets import get_sheet
from printers.slip import Slip
from queue_app.domain.errors import QueueError
from queue_app.domain.printing import JobNews, News
from queue_app.operations.printing import BROWSER, end_job, take_up_ticket
from queue_app.operations.unit_of_work import Context
from queue_app.store import queries as q
from queue_app.store.models import UNFINISHED, Branch, PrinterRow, PrintJob, Ticket

UNFETCHED_SECONDS = 60
"""A slip that no browser has fetched for so long will not be fetched: the kiosk's page is not open, or cannot print."""

_HEADS = {"roll80": "generic-80", "roll58": "generic-58"}
_POINTS_PER_MM = 72 / 25.4
_FINER = 2
"""The picture has so many dots for each of a usual printer's: sharp on finer ones, and nothing is lost on the usual one."""


@dataclass(frozen=True)
class BrowserSlip:
    """A slip as a browser prints it: a picture in the middle of a page.

    Attributes:
        id: of the slip.
        picture: a PNG.
        picture_width_mm: how wide it is to be printed.
        width_mm, height_mm: of the page.
        copy: whether it is marked as a copy.
    """

    id: int
    picture: bytes
    picture_width_mm: float
    width_mm: float
    height_mm: float
    copy: bool


def claim_slip(
    context: Context, token: str, caller_key: str, printer_id: int | None, max_age_seconds: int
) -> tuple[BrowserSlip | None, list[News]]:
    """Claim a ticket's slip for the browser that asks, and draw it; asking again gives the same.

    Args:
        context: where.
        token: of the ticket.
        caller_key: who asks.
        printer_id: the printer beside who asks.
        max_age_seconds: a slip older than this is dropped.

    Returns:
        The slip, None where it may not be printed now (another browser has it, or nobody waits for it any more), and what there
        is to tell.

    Raises:
        QueueError: `unknown_ticket`; `unknown_print_job` where no slip of the ticket waits for a browser; `not_allowed` where the
            browser does not stand beside that printer.
    """
    ticket_id = _ticket_id(context, token)
    waiting = (
        select(PrintJob.printer_id)
        .join(PrinterRow, PrinterRow.id == PrintJob.printer_id)
        .where(PrintJob.ticket_id == ticket_id, UNFINISHED, PrinterRow.kind == BROWSER)
    )
    with context.database.reading() as connection:
        row = connection.execute(waiting.order_by(PrintJob.id).limit(1)).one_or_none()
    if row is None:
        raise QueueError("unknown_print_job", ticket=ticket_id)
    if printer_id is None or row.printer_id != printer_id:
        raise QueueError("not_allowed")
    turn = take_up_ticket(context, printer_id, _holder(caller_key), ticket_id, max_age_seconds)
    if turn.job is None:
        return None, turn.news
    with context.database.reading() as connection:
        copy = connection.execute(select(PrintJob.copy).where(PrintJob.id == turn.job.id)).scalar_one()
    return _draw(turn.job.id, turn.job.slip, turn.job.printer.paper, copy), turn.news


def end_slip(context: Context, token: str, caller_key: str, job_id: int | None, printed: bool) -> list[News]:
    """Write down what a browser says became of the slip it claimed; saying it again changes nothing.

    Args:
        context: where.
        token: of the ticket.
        caller_key: who says so.
        job_id: the slip; None for the one it holds.
        printed: whether it came out.

    Returns:
        What there is to tell.

    Raises:
        QueueError: `unknown_ticket`; `unknown_print_job` where the ticket has no such slip.
    """
    ticket_id = _ticket_id(context, token)
    theirs = select(PrintJob.id, PrintJob.printer_id).where(PrintJob.ticket_id == ticket_id)
    if job_id is None:
        theirs = theirs.where(PrintJob.state == "sending", PrintJob.claimed_by == _holder(caller_key))
    else:
        theirs = theirs.where(PrintJob.id == job_id)
    with context.database.reading() as connection:
        row = connection.execute(theirs.order_by(PrintJob.id).limit(1)).one_or_none()
    if row is None and job_id is not None:
        raise QueueError("unknown_print_job", ticket=ticket_id)
    if row is None:
        return []
    return end_job(context, row.id, row.printer_id, None if printed else _not_printed(), _holder(caller_key)) or []


def next_for_browser(context: Context, caller_key: str, printer_id: int | None) -> str | None:
    """Return the token of the ticket whose slip is the next to be printed by a browser beside this printer, if any is.

    Also of one that the asking browser holds already: it prints one at a time, so that it asks means that it never got the slip,
    or was not heard when it said what became of it.
    """
    if printer_id is None:
        return None
    waiting = (
        select(Ticket.token)
        .join(PrintJob, PrintJob.ticket_id == Ticket.id)
        .join(PrinterRow, PrinterRow.id == PrintJob.printer_id)
        .where(
            PrinterRow.id == printer_id,
            PrinterRow.kind == BROWSER,
            PrinterRow.enabled,
            ~PrinterRow.paused,
            (PrintJob.state == "queued")
            | ((PrintJob.state == "sending") & (PrintJob.claimed_by == _holder(caller_key))),
        )
        .order_by(PrintJob.id)
        .limit(1)
    )
    with context.database.reading() as connection:
        token = connection.execute(waiting).scalar_one_or_none()
    return None if token is None else str(token)


def give_up_unfetched(context: Context) -> list[News]:
    """End the slips that no browser has fetched, or of which a browser that fetched them has said nothing more.

    Returns:
        What there is to tell: the desk sees them as it sees every slip that did not come out.
    """
    now = context.clock.now()
    unfetched = (PrintJob.state == "queued") & (PrintJob.created_at < now - timedelta(seconds=UNFETCHED_SECONDS))
    unsaid = (PrintJob.state == "sending") & (PrintJob.claimed_until < now)
    late = (
        select(PrintJob.id, PrintJob.state, PrintJob.ticket_id, Ticket.label, Branch.slug)
        .join(PrinterRow, PrinterRow.id == PrintJob.printer_id)
        .join(Branch, Branch.id == PrintJob.branch_id)
        .outerjoin(Ticket, Ticket.id == PrintJob.ticket_id)
        .where(PrinterRow.kind == BROWSER, ~PrinterRow.paused, unfetched | unsaid)
    )
    with context.database.reading() as connection:
        found = connection.execute(late.order_by(PrintJob.id)).all()
    news: list[News] = []
    for row in found:
        error = "too_old" if row.state == "queued" else "timed_out"
        # A browser may have fetched it, or confirmed it, since it was read.
        as_read = (PrintJob.id == row.id) & (PrintJob.state == row.state)
        if row.state == "sending":
            as_read &= PrintJob.claimed_until < now
        ended = {"state": "failed", "finished_at": now, "claimed_by": None, "error_code": error}
        with context.database.writing() as connection:
            if connection.execute(update(PrintJob).where(as_read).values(**ended)).rowcount:
                news.append(JobNews(row.slug, row.ticket_id, row.label or "", "failed", error))
    return news


def _ticket_id(context: Context, token: str) -> int:
    found = context.database.look((q.TICKET_BY_TOKEN, {"token": token}))[0]
    if not found:
        raise QueueError("unknown_ticket")
    return int(found[0].id)


def _holder(caller_key: str) -> str:
    return f"{BROWSER}:{caller_key}"


def _not_printed() -> PrinterError:
    error = PrinterError("timed_out", "The kiosk's browser did not print the slip.")
    # Its visitor stands there now: either another printer takes over, or the kiosk says that no slip came out.
    error.retryable = False
    return error


def _draw(job_id: int, slip: Slip, paper: str, copy: bool) -> BrowserSlip:
    sheet = get_sheet(paper)
    width = sheet.width / _POINTS_PER_MM
    if sheet.height is not None:
        picture = preview(slip, "pdf", get_profile("generic-80"), paper)
        return BrowserSlip(job_id, picture, width, width, sheet.height / _POINTS_PER_MM, copy)
    head = _fine_head(paper)
    picture = render(slip, "png", head, paper)
    with Image.open(BytesIO(picture)) as drawn:
        height = drawn.height / head.dots_per_inch * 25.4
    return BrowserSlip(job_id, picture, head.width_dots / head.dots_per_inch * 25.4, width, height, copy)


def _fine_head(paper: str) -> PrinterProfile:
    usual = get_profile(_HEADS[paper])
    return replace(usual, width_dots=usual.width_dots * _FINER, dots_per_inch=usual.dots_per_inch * _FINER)
