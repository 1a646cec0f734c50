"""Printers of a branch: add, change, test, pause, stand in for one another, and what their slips look like."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy.exc
from sqlalchemy import Connection, delete, insert, select, update

from printers import Printer, PrinterError, get_way
from printers.logo import read_logo
from printers.slip import SlipError
from printers.ways import find_ways
from queue_app.domain.branch import BranchSetup
from queue_app.domain.errors import QueueError, problem_of
from queue_app.domain.reading import wrong, wrong_because
from queue_app.domain.slip_layout import check_layout, check_texts
from queue_app.operations.audit import noting
from queue_app.operations.printer_views import sample_facts
from queue_app.operations.printing import slip_job
from queue_app.operations.slips import set_slip
from queue_app.operations.unit_of_work import Context
from queue_app.store.models import Branch, BranchLogo, BranchState, Kiosk, PrinterRow, PrintJob, Service
from queue_app.store.people import hash_token

DIGEST_REALM = "queue printers"
MAX_NAME_LETTERS = 80
_DEVICES = re.compile(r"/dev/(usb/lp\d{1,3}|lp\d{1,3}|tty(USB|ACM|S)\d{1,3}|serial/by-(id|path)/[\w.:+-]{1,200})")


@dataclass(frozen=True)
class PrinterWish:
    """A printer as somebody wants it; see the table `printer` for the meaning of each field."""

    name: str
    kind: str
    address: Mapping[str, Any]
    profile: str = "generic-80"
    paper: str = "roll80"
    fallback_id: int | None = None


def add_printer(context: Context, branch: str, wish: PrinterWish, files_in: Path | None = None) -> int:
    """Add a printer to a branch and return its id.

    Args:
        context, branch: where.
        wish: the printer.
        files_in: the only folder that it may write files into, beside the nodes of printers in /dev; None, for those who sit at
            the server's command line, lets it write anywhere.

    Raises:
        QueueError: `unknown_branch`, `unknown_printer` for the one that stands in, `name_taken`, `invalid_value`.
    """
    with _changing(context, branch, "add_printer") as (connection, setup):
        values = _checked(connection, setup, wish, files_in)
        key = _unless_taken(connection, insert(PrinterRow).values(branch_id=setup.id, **values)).inserted_primary_key
        assert key is not None
        return int(key[0])


def change_printer(
    context: Context, branch: str, printer_id: int, changes: Mapping[str, Any], files_in: Path | None = None
) -> None:
    """Change some of a printer's settings; its queue stays.

    Args:
        context, branch, files_in: as in `add_printer`.
        printer_id: which.
        changes: fields of `PrinterWish`. A secret that the new address leaves out stays as it was.

    Raises:
        QueueError: as `add_printer`, and `unknown_printer`.
    """
    with _changing(context, branch, "change_printer") as (connection, setup):
        row = _row(connection, setup, printer_id)
        known = {name: getattr(row, name) for name in PrinterWish.__dataclass_fields__}
        wish = {**known, **changes}
        if wish["kind"] == row.kind and "address" in changes:
            way = find_ways().get(row.kind)
            secret = {field.name for field in way.fields if field.secret} if way else set()
            kept = {name: value for name, value in row.address.items() if name in secret}
            wish["address"] = kept | {name: value for name, value in wish["address"].items() if value is not None}
        if wish["fallback_id"] == printer_id:
            raise wrong("fallback", "a printer cannot stand in for itself")
        # Where it writes was chosen by somebody who may: renaming it asks for no new permission.
        where = None if is_same_place(row, PrinterWish(**wish)) else files_in
        values = _checked(connection, setup, PrinterWish(**wish), where)
        _unless_taken(connection, update(PrinterRow).where(PrinterRow.id == printer_id).values(**values))


def remove_printer(context: Context, branch: str, printer_id: int) -> None:
    """Take a printer out of use; what waits for it, and its kiosks, go to the one that stands in, where there is one.

    Raises:
        QueueError: `unknown_branch`, `unknown_printer`.
    """
    with _changing(context, branch, "remove_printer") as (connection, setup):
        row = _row(connection, setup, printer_id)
        retire_printer(connection, row, context.clock.now(), row.fallback_id)


def retire_printer(connection: Connection, row: Any, now: datetime, to_id: int | None) -> None:
    """Take a printer out of use in the transaction of `connection`.

    Args:
        connection: of the transaction.
        row: the printer's.
        now: aware UTC.
        to_id: of the printer that takes what waits for it, and its kiosks; None where there is none.
    """
    if to_id is not None:
        _reassign(connection, row.id, to_id)
    waiting = (PrintJob.printer_id == row.id) & (PrintJob.state == "queued")
    connection.execute(
        update(PrintJob).where(waiting).values(state="failed", finished_at=now, error_code="printer_removed")
    )
    connection.execute(update(Kiosk).where(Kiosk.printer_id == row.id).values(printer_id=None))
    others = update(PrinterRow).where(PrinterRow.fallback_id == row.id)
    connection.execute(others.values(fallback_id=None))
    # Its row stays, for its slips refer to it; its name becomes free for the next one.
    connection.execute(
        update(PrinterRow)
        .where(PrinterRow.id == row.id)
        .values(enabled=False, name=f"{row.name} #{row.id}", token_hash=None, digest_hash=None)
    )


def pause_printer(context: Context, branch: str, printer_id: int, paused: bool) -> None:
    """Hold a printer's slips back, or let them go on; meanwhile the printer that stands in takes them.

    Raises:
        QueueError: `unknown_branch`, `unknown_printer`.
    """
    with _changing(context, branch, "pause_printer") as (connection, setup):
        _row(connection, setup, printer_id)
        connection.execute(update(PrinterRow).where(PrinterRow.id == printer_id).values(paused=paused))


def reassign_printer(context: Context, branch: str, printer_id: int, to_id: int) -> int:
    """Give a printer's waiting slips, and the kiosks beside it, to another; return how many slips.

    Raises:
        QueueError: `unknown_branch`, `unknown_printer`, `invalid_value` where both are the same.
    """
    with _changing(context, branch, "reassign_printer") as (connection, setup):
        _row(connection, setup, printer_id)
        _row(connection, setup, to_id)
        if printer_id == to_id:
            raise wrong("to", "it is the same printer")
        return _reassign(connection, printer_id, to_id)


def assign_kiosk(context: Context, branch: str, kiosk_id: int, printer_id: int | None) -> None:
    """Let a kiosk print on a printer of its branch, or on none.

    Raises:
        QueueError: `unknown_branch`, `unknown_printer`, `unknown_kiosk`.
    """
    with _changing(context, branch, "assign_kiosk") as (connection, setup):
        if printer_id is not None:
            _row(connection, setup, printer_id)
        theirs = (Kiosk.id == kiosk_id) & (Kiosk.branch_id == setup.id)
        if not connection.execute(update(Kiosk).where(theirs).values(printer_id=printer_id)).rowcount:
            raise QueueError("unknown_kiosk", kiosk=kiosk_id)


def queue_self_test(context: Context, branch: str, printer_id: int, language: str, asked_by: str) -> None:
    """Queue a self-test slip: every language's letters, sizes, a ruler and a code.

    Raises:
        QueueError: `unknown_branch`, `unknown_printer`.
    """
    setup = context.setup(branch)
    with context.database.writing() as connection:
        _row(connection, setup, printer_id)
        facts = {"language": language}
        job = slip_job(setup.id, None, printer_id, context.clock.now(), facts, asked_by=asked_by)
        connection.execute(insert(PrintJob).values(**job))


def new_printer_token(context: Context, branch: str, printer_id: int) -> str:
    """Make the password with which a printer fetches its slips and return it, this once; the one before stops working.

    Raises:
        QueueError: `unknown_branch`, `unknown_printer`.
    """
    # 30 characters: the most that Epson's printers take, and 176 random bits.
    token = secrets.token_urlsafe(22)
    # What RFC 7616 calls HA1. Kept for printers that prove the password instead of sending it; like the other hash it is
    # of so many random bits that nobody finds the password from it.
    digest = hashlib.md5(f"{printer_id}:{DIGEST_REALM}:{token}".encode(), usedforsecurity=False).hexdigest()
    with _changing(context, branch, "new_printer_password") as (connection, setup):
        _row(connection, setup, printer_id)
        hashes = {"token_hash": hash_token(token), "digest_hash": digest}
        connection.execute(update(PrinterRow).where(PrinterRow.id == printer_id).values(**hashes))
    return token


def arrange_slips(context: Context, branch: str, wish: Mapping[str, Any]) -> None:
    """Arrange what stands on the branch's slips.

    Args:
        context, branch: where.
        wish: `layout`, a list of blocks, or None for the usual one; `service_texts`, what else is said of some services, by slug
            and language. What is left out stays.

    Raises:
        QueueError: `unknown_branch`, `unknown_service`, `invalid_value`.
    """
    with _changing(context, branch, "arrange_slips") as (connection, setup):
        if "layout" in wish:
            checked = None if wish["layout"] is None else check_layout(wish["layout"], setup.languages)
            connection.execute(update(Branch).where(Branch.id == setup.id).values(slip_layout=checked))
        for slug, texts in wish.get("service_texts", {}).items():
            check_texts(texts, f"service_texts/{slug}", setup.languages)
            kept = {language: words for language, words in texts.items() if words.strip()}
            service = update(Service).where(Service.id == setup.service(slug).id)
            connection.execute(service.values(slip_text=kept))
        _set_every_slip(connection, setup, context.clock.now())


def _set_every_slip(connection: Connection, setup: BranchSetup, now: datetime) -> None:
    """Refuse what cannot be set, such as more words than a slip holds: found at the printer, it would hold up every slip."""
    layout = connection.execute(select(Branch.slip_layout).where(Branch.id == setup.id)).scalar_one()
    texts = connection.execute(select(Service.slug, Service.slip_text).where(Service.branch_id == setup.id)).all()
    slip_texts = {row.slug: row.slip_text for row in texts}
    for service in setup.services:
        for language in setup.languages:
            facts = sample_facts(setup, service, language, slip_texts.get(service.slug, {}), now)
            try:
                set_slip(facts, layout)
            except SlipError as error:
                raise wrong_because("layout", problem_of(error)) from None


def set_logo(context: Context, branch: str, data: bytes | None) -> None:
    """Keep the picture for the branch's slips, made small and grey; None takes it away.

    Raises:
        QueueError: `unknown_branch`; `not_a_picture`, `picture_too_large`.
    """
    try:
        png = None if data is None else read_logo(data)
    except SlipError as error:
        raise QueueError(error.code, problem=problem_of(error)) from None
    with _changing(context, branch, "set_logo") as (connection, setup):
        connection.execute(delete(BranchLogo).where(BranchLogo.branch_id == setup.id))
        if png is not None:
            connection.execute(insert(BranchLogo).values(branch_id=setup.id, png=png))


@contextmanager
def _changing(context: Context, branch: str, action: str) -> Iterator[tuple[Connection, BranchSetup]]:
    """Change the settings of a branch in one transaction, and write down what; every worker notices by the settings' revision."""
    setup = context.setup(branch)
    with context.database.writing() as connection:
        connection.execute(
            update(BranchState)
            .where(BranchState.branch_id == setup.id)
            .values(settings_revision=BranchState.settings_revision + 1)
        )
        with noting(context, connection, action, lambda: _told(connection, setup), setup.id):
            yield connection, setup
    context.reload(branch)


def _told(connection: Connection, setup: BranchSetup) -> dict[str, Any]:
    """Return how the printers, and what they print, are set up, as the audit log tells it."""
    rows = connection.execute(
        select(PrinterRow.__table__).where(PrinterRow.branch_id == setup.id).order_by(PrinterRow.id)
    ).all()
    names = {row.id: row.name for row in rows}
    told: dict[str, Any] = {f"printers/{row.name}": _printer_told(row, names) for row in rows if row.enabled}
    kiosks = connection.execute(select(Kiosk.name, Kiosk.printer_id).where(Kiosk.branch_id == setup.id))
    told |= {f"kiosks/{row.name}": {"printer": names.get(row.printer_id)} for row in kiosks}
    told["slip"] = connection.execute(select(Branch.slip_layout).where(Branch.id == setup.id)).scalar_one()
    texts = connection.execute(select(Service.slug, Service.slip_text).where(Service.branch_id == setup.id))
    told |= {f"services/{row.slug}/slip_text": row.slip_text for row in texts}
    logo = connection.execute(select(BranchLogo.png).where(BranchLogo.branch_id == setup.id)).scalar()
    return told | {"logo": None if logo is None else f"sha256 {hashlib.sha256(logo).hexdigest()[:16]}"}


def _printer_told(row: Any, names: Mapping[int, str]) -> dict[str, Any]:
    way = find_ways().get(row.kind)
    open_ = {field.name for field in way.fields if not field.secret} if way else set()
    return {
        "kind": row.kind,
        "address": {name: value for name, value in row.address.items() if name in open_},
        "profile": row.profile,
        "paper": row.paper,
        "fallback": names.get(row.fallback_id),
        "paused": row.paused,
        # Only whether it is the same one: of a password of random letters its hash says nothing.
        "password": None if row.token_hash is None else f"sha256 {row.token_hash[:8]}",
    }


def _row(connection: Connection, setup: BranchSetup, printer_id: int) -> Any:
    theirs = (PrinterRow.id == printer_id) & (PrinterRow.branch_id == setup.id) & PrinterRow.enabled
    row = connection.execute(select(PrinterRow.__table__).where(theirs)).one_or_none()
    if row is None:
        raise QueueError("unknown_printer", printer=printer_id)
    return row


def _checked(connection: Connection, setup: BranchSetup, wish: PrinterWish, files_in: Path | None) -> dict[str, Any]:
    name = " ".join(wish.name.split())
    if not name or len(name) > MAX_NAME_LETTERS or not name.isprintable():
        raise wrong("name", "a name of at most %(most)d letters is needed", most=MAX_NAME_LETTERS)
    check_wish(wish)
    if files_in is not None:
        check_path(wish, files_in)
    if wish.fallback_id is not None:
        _row(connection, setup, wish.fallback_id)
    values = {name: getattr(wish, name) for name in ("kind", "profile", "paper", "fallback_id")}
    return {"name": name, "address": dict(wish.address), **values}


def check_wish(wish: PrinterWish) -> None:
    """Refuse a printer that cannot work, whatever it is called.

    Raises:
        QueueError: `invalid_value` with the very field.
    """
    _check_address(wish)
    try:
        Printer(kind=wish.kind, address=wish.address, profile=wish.profile, paper=wish.paper)
    except PrinterError as error:
        raise wrong_because("profile", problem_of(error)) from None


def is_same_place(row: Any, wish: PrinterWish) -> bool:
    """Say whether a wish leaves a printer's address as it is, whichever defaults are spelled out."""
    try:
        return bool(
            wish.kind == row.kind and get_way(row.kind).check(row.address) == get_way(row.kind).check(wish.address)
        )
    except PrinterError:
        return False


def _check_address(wish: PrinterWish) -> None:
    """Refuse an address that cannot work, and name the very field, so that a form can show it there."""
    try:
        way = get_way(wish.kind)
    except PrinterError as error:
        raise wrong_because("kind", problem_of(error)) from None
    for field in way.fields:
        try:
            field.check(wish.address.get(field.name))
        except PrinterError as error:
            raise wrong_because(f"address/{field.name}", problem_of(error)) from None
    try:
        way.check(wish.address)
    except PrinterError as error:
        raise wrong_because("address", problem_of(error)) from None


def check_path(wish: PrinterWish, files_in: Path | None) -> None:
    """Refuse a path by which a page could make the server write over its own, or anybody's, files."""
    for field in get_way(wish.kind).fields:
        path = wish.address.get(field.name)
        is_path = field.type == "path" or (wish.kind, field.name) == ("serial", "port")
        if not is_path or path is None:
            continue
        real = os.path.realpath(path)
        inside = files_in is not None and Path(real).is_relative_to(os.path.realpath(files_in))
        if not (_DEVICES.fullmatch(str(path)) or inside):
            place = f"address/{field.name}"
            if files_in is None:
                raise wrong(place, "from here only a printer's node in /dev may be chosen")
            raise wrong(
                place, "from here only a printer's node in /dev or a path in %(folder)s may be chosen", folder=files_in
            )


def _unless_taken(connection: Connection, statement: Any) -> Any:
    try:
        return connection.execute(statement)
    except sqlalchemy.exc.IntegrityError:
        raise QueueError("name_taken") from None


def _reassign(connection: Connection, from_id: int, to_id: int) -> int:
    waiting = (PrintJob.printer_id == from_id) & (PrintJob.state == "queued") & PrintJob.ticket_id.is_not(None)
    moved = connection.execute(
        update(PrintJob)
        .where(waiting)
        .values(printer_id=to_id, moved_from_id=from_id, attempts=0, not_before=None, error_code=None)
    ).rowcount
    connection.execute(update(Kiosk).where(Kiosk.printer_id == from_id).values(printer_id=to_id))
    return int(moved)
