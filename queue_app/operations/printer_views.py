"""Looks at a branch's printing: the printers, the slips in trouble, and how a slip will look."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from printers import Printer, PrinterError
from printers.profiles import get_profile
from printers.rendering import preview
from printers.slip import SlipError
from printers.ways import find_ways
from queue_app.domain.board import iso
from queue_app.domain.branch import BranchSetup, ServiceSetup, Texts
from queue_app.domain.errors import QueueError, problem_of
from queue_app.domain.printing import CANNOT_PRINT
from queue_app.domain.reading import wrong_because
from queue_app.domain.slip_layout import DEFAULT, check_layout, check_texts
from queue_app.domain.tickets import OPEN_STATES
from queue_app.operations.slips import SlipFacts, self_test, set_slip
from queue_app.operations.unit_of_work import Context
from queue_app.store.models import (
    UNFINISHED,
    Branch,
    BranchLogo,
    BranchState,
    Kiosk,
    PrinterEvent,
    PrinterRow,
    PrintJob,
    Service,
    Ticket,
)

LATE_SECONDS = 20
"""A slip that has not come out so long after its number was taken is in trouble: the visitor has gone without it."""

EVENTS_SHOWN = 20
MASK = "•••"
"""Stands for a secret that is set; it never leaves the server."""


def printers_view(context: Context, branch: str) -> list[dict[str, Any]]:
    """Return every printer of a branch: where it is, how it stands, what waits for it, its last success and last error."""
    setup = context.setup(branch)
    with context.database.reading() as connection:
        rows = connection.execute(
            select(PrinterRow.__table__)
            .where(PrinterRow.branch_id == setup.id, PrinterRow.enabled)
            .order_by(PrinterRow.id)
        ).all()
        waiting = connection.execute(
            select(PrintJob.printer_id, func.count(), func.min(PrintJob.created_at))
            .where(PrintJob.branch_id == setup.id, UNFINISHED)
            .group_by(PrintJob.printer_id)
        )
        queues = {printer_id: (count, oldest) for printer_id, count, oldest in waiting}
        changes = connection.execute(
            select(PrinterEvent.printer_id, func.max(PrinterEvent.at))
            .where(PrinterEvent.branch_id == setup.id)
            .group_by(PrinterEvent.printer_id)
        )
        since = {printer_id: at for printer_id, at in changes}
        changes = connection.execute(
            select(PrinterEvent.printer_id, func.max(PrinterEvent.at))
            .where(PrinterEvent.branch_id == setup.id)
            .group_by(PrinterEvent.printer_id)
        )
        since = {printer_id: at for printer_id, at in changes}
        kiosks = list(
            connection.execute(select(Kiosk.id, Kiosk.name, Kiosk.printer_id).where(Kiosk.branch_id == setup.id))
        )
    return [_printer(row, queues.get(row.id, (0, None)), since.get(row.id), kiosks) for row in rows]


def _printer(row: Any, queue: tuple[int, datetime | None], since: datetime | None, kiosks: list[Any]) -> dict[str, Any]:
    way = find_ways().get(row.kind)
    # What is kept of a kind that is gone is shown by nobody: any of it may be a secret.
    shown = {} if way is None else row.address
    secrets = {field.name for field in way.fields if field.secret} if way else set()
    form = _form(row)
    return {
        "id": row.id,
        "name": row.name,
        "kind": row.kind,
        "address": {name: MASK if value and name in secrets else value for name, value in shown.items()},
        "profile": row.profile,
        "paper": row.paper,
        "form": form or "escpos",
        "fetches": way is not None and way.pull,
        "has_token": row.token_hash is not None,
        "paused": row.paused,
        "fallback": row.fallback_id,
        "status": row.status if form else "fault",
        "can_print": form is not None and row.status not in CANNOT_PRINT and not row.paused,
        "detail": row.status_detail if form else "bad_address",
        "status_at": _iso(row.status_at),
        "status_since": _iso(since),
        "waiting": queue[0],
        "oldest_at": _iso(queue[1]),
        "last_success_at": _iso(row.last_success_at),
        "last_error_at": _iso(row.last_error_at),
        "last_error": row.last_error,
        "kiosks": [{"id": kiosk.id, "name": kiosk.name} for kiosk in kiosks if kiosk.printer_id == row.id],
    }


def _form(row: Any) -> str | None:
    """Return what a printer is sent; None where its settings hold no longer, which must not hide the others."""
    try:
        return str(Printer(kind=row.kind, address=row.address, profile=row.profile, paper=row.paper).form)
    except PrinterError:
        return None


def kiosks_view(context: Context, branch: str) -> list[dict[str, Any]]:
    """Return the kiosks of a branch and on which printer each one prints: `{id, name, printer}`."""
    setup = context.setup(branch)
    with context.database.reading() as connection:
        rows = connection.execute(
            select(Kiosk.id, Kiosk.name, Kiosk.printer_id).where(Kiosk.branch_id == setup.id).order_by(Kiosk.id)
        )
        return [{"id": row.id, "name": row.name, "printer": row.printer_id} for row in rows]


def printer_events(context: Context, branch: str, printer_id: int) -> list[dict[str, Any]]:
    """Return the last changes of a printer's status, newest first."""
    setup = context.setup(branch)
    with context.database.reading() as connection:
        rows = connection.execute(
            select(PrinterEvent.at, PrinterEvent.status, PrinterEvent.detail)
            .where(PrinterEvent.printer_id == printer_id, PrinterEvent.branch_id == setup.id)
            .order_by(PrinterEvent.id.desc())
            .limit(EVENTS_SHOWN)
        )
        return [{"at": iso(row.at), "status": row.status, "detail": row.detail} for row in rows]


def printer_beside(setup: BranchSetup, own: int | None) -> int | None:
    """Return the printer beside a device: its own, else the one beside the branch's first kiosk that has one."""
    return own or next((kiosk.printer_id for kiosk in setup.kiosks if kiosk.printer_id), None)


def paper_at(context: Context, setup: BranchSetup, printer_id: int | None) -> dict[str, Any]:
    """Return whether a slip would come out now where a kiosk prints: `{"status", "can_print", "printer", "kind", "instead"}`.

    What stands in for the printer counts: where that can print, a slip will come out, at another place, whose name `instead` is.
    """
    nothing = {"status": "none", "can_print": False, "printer": None, "kind": None, "instead": None}
    if printer_id is None or printer_id not in setup.printers:
        return nothing
    other = PrinterRow.__table__.alias()
    with context.database.reading() as connection:
        row = connection.execute(
            select(
                PrinterRow.id, PrinterRow.kind, PrinterRow.status, PrinterRow.paused,
                other.c.id.label("other_id"), other.c.name.label("other_name"),
                other.c.status.label("other_status"), other.c.paused.label("other_paused"),
            )
            .outerjoin(other, (other.c.id == PrinterRow.fallback_id) & other.c.enabled)
            .where(PrinterRow.id == printer_id)
        ).one_or_none()  # fmt: skip
    if row is None:
        return nothing
    own = row.status not in CANNOT_PRINT and not row.paused
    instead = row.other_id is not None and row.other_status not in CANNOT_PRINT and not row.other_paused
    status = row.status if own or not instead else row.other_status
    return {
        "status": "paused" if row.paused and not instead else status,
        "can_print": own or instead,
        "printer": row.id,
        "kind": row.kind,
        "instead": row.other_name if instead and not own else None,
    }


def slips_in_trouble(context: Context, branch: str) -> list[dict[str, Any]]:
    """Return the tickets still under way whose slip has not come out, oldest first: nobody may become a ghost number."""
    setup = context.setup(branch)
    now = context.clock.now()
    mine = PrintJob.__table__.alias()
    newest = select(func.max(mine.c.id)).where(mine.c.ticket_id == Ticket.id).scalar_subquery()
    with context.database.reading() as connection:
        rows = connection.execute(
            select(
                Ticket.id, Ticket.label, Ticket.state.label("ticket_state"), Ticket.issued_at, Service.slug,
                PrintJob.state, PrintJob.error_code, PrintJob.created_at, PrintJob.copy,
                PrinterRow.id.label("printer_id"), PrinterRow.name.label("printer_name"),
            )
            .select_from(BranchState)
            # Of the day that is on: its tickets are found by an index, however many years are on record.
            .join(
                Ticket,
                (Ticket.branch_id == BranchState.branch_id) & (Ticket.business_date == BranchState.business_date),
            )
            .join(PrintJob, PrintJob.id == newest)
            .join(Service, Service.id == Ticket.service_id)
            .join(PrinterRow, PrinterRow.id == PrintJob.printer_id)
            .where(
                BranchState.branch_id == setup.id,
                Ticket.state.in_([str(state) for state in OPEN_STATES]),
                PrintJob.state != "printed",
                (PrintJob.state == "failed")
                | PrintJob.error_code.is_not(None)
                | (PrintJob.created_at < now - timedelta(seconds=LATE_SECONDS)),
            )
            .order_by(Ticket.id)
            .limit(200)
        ).all()  # fmt: skip
    return [
        {
            "ticket": row.id,
            "label": row.label,
            "service": row.slug,
            "ticket_state": row.ticket_state,
            "issued_at": iso(row.issued_at),
            "state": row.state,
            "error": row.error_code,
            "printer": row.printer_id,
            "printer_name": row.printer_name,
        }
        for row in rows
    ]


def layout_view(context: Context, branch: str) -> dict[str, Any]:
    """Return what stands on the branch's slips: the layout, whether it is the usual one, the logo, the services' texts."""
    setup = context.setup(branch)
    with context.database.reading() as connection:
        layout = connection.execute(select(Branch.slip_layout).where(Branch.id == setup.id)).scalar_one()
        logo = connection.execute(select(func.length(BranchLogo.png)).where(BranchLogo.branch_id == setup.id)).first()
        texts = connection.execute(
            select(Service.slug, Service.slip_text).where(Service.branch_id == setup.id, Service.active)
        ).all()
    return {
        "layout": [dict(block) for block in (DEFAULT if layout is None else layout)],
        "usual": layout is None,
        "logo": logo is not None,
        "service_texts": {row.slug: row.slip_text for row in texts},
    }


def preview_slip(
    context: Context,
    branch: str,
    printer_id: int,
    language: str,
    layout: Any = None,
    service: str | None = None,
    public_url: str = "https://queue.example",
    test: bool = False,
    service_text: Texts | None = None,
) -> bytes:
    """Return a picture (PNG) of a slip of this branch as this printer will print it, made from the very bytes it would get.

    Args:
        context, branch: where.
        printer_id: whose paper and letters.
        language: of the visitor.
        layout: one that is not kept yet; the branch's own where None.
        service: slug; the branch's first one where None.
        public_url: where visitors' phones reach the server.
        test: the self-test slip instead.
        service_text: what else is said of the service, where that is not kept yet.

    Raises:
        QueueError: `unknown_branch`, `unknown_printer`, `unknown_service`, `invalid_value`.
    """
    setup = context.setup(branch)
    if not setup.services:
        raise QueueError("unknown_service", service=service or "")
    chosen = setup.service(service) if service else setup.services[0]
    if service_text is not None:
        check_texts(service_text, "service_text", setup.languages)
    with context.database.reading() as connection:
        row = connection.execute(
            select(PrinterRow.__table__).where(
                PrinterRow.id == printer_id, PrinterRow.branch_id == setup.id, PrinterRow.enabled
            )
        ).one_or_none()
        if row is None:
            raise QueueError("unknown_printer", printer=printer_id)
        kept = connection.execute(select(Branch.slip_layout).where(Branch.id == setup.id)).scalar_one()
        logo = connection.execute(select(BranchLogo.png).where(BranchLogo.branch_id == setup.id)).scalar_one_or_none()
        if service_text is None:
            service_text = connection.execute(select(Service.slip_text).where(Service.id == chosen.id)).scalar_one()
    now = context.clock.now()
    sample = sample_facts(setup, chosen, setup.language(language), service_text, now)
    facts = replace(sample, url=f"{public_url}/t/{'x' * 22}", logo=logo)
    try:
        printer = Printer(kind=row.kind, address=row.address, profile=row.profile, paper=row.paper)
        if test:
            slip = self_test(row.name, printer, facts.language, now, setup.zone)
        else:
            slip = set_slip(facts, kept if layout is None else check_layout(layout, setup.languages))
        return preview(slip, printer.form, get_profile(printer.profile), printer.paper)
    except (SlipError, PrinterError) as error:
        raise wrong_because("layout", problem_of(error)) from None


def sample_facts(
    setup: BranchSetup, service: ServiceSetup, language: str, service_text: Texts, now: datetime
) -> SlipFacts:
    """Return what a slip of this service would say now, with a number that nobody holds.

    Args:
        setup, service: where and for what.
        language: of the visitor.
        service_text: what else is said of the service, by language.
        now: aware UTC.
    """
    return SlipFacts(
        language=language,
        fallback=setup.default_language,
        branch_name=setup.name,
        service_name=service.name,
        bring=service.bring,
        service_text=service_text,
        notice=setup.notice,
        # Digits that could be misread, so that everybody sees how they are told apart.
        label=f"{service.series}069",
        issued_at=now,
        zone=setup.zone,
        ahead=4,
        forecast=(480, 720),
        url="https://queue.example/t/",
    )


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else iso(moment)
