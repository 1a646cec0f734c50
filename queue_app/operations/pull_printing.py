"""Printers that fetch their slips by themselves: the two conversations, Star's CloudPRNT and Epson's Server Direct Print."""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import select, update

from printers import cloudprnt, render
from printers import server_direct_print as sdp
from printers.errors import PrinterError
from printers.status import Status, parse_cloudprnt, parse_epos_status
from queue_app.domain.errors import QueueError
from queue_app.domain.printing import CANNOT_PRINT, News
from queue_app.operations.printer_status import SILENT_SECONDS, report_status
from queue_app.operations.printing import PULL, PULL_CLAIM_SECONDS, ClaimedJob, end_job, hurry, peek_job, take_up
from queue_app.operations.pull_recognition import PullPrinter
from queue_app.operations.unit_of_work import Context
from queue_app.store.models import PrinterRow, PrintJob

log = logging.getLogger("queue.pull")
S = TypeVar("S")
T = TypeVar("T")

HEARTBEAT_SECONDS = SILENT_SECONDS / 4
"""How often it is written down that a printer whose status stays the same still asks: not with every poll."""

PICTURE, PICTURE_HEADERS = cloudprnt.PNG, cloudprnt.SLIP_HEADERS
"""How a Star printer's slip goes out."""

EPSON_AGAIN_SECONDS = 2 * sdp.TIMEOUT_SECONDS
"""How long an Epson printer that asks again gets nothing new after a slip: it has given up by then, or never got it. A printer
that asks while it still prints must not be given the same slip once more."""


class PullPrinting:
    """What printers that fetch their slips are answered.

    Every method raises `QueueError`, `bad_request` where a printer cannot be understood; every refusal leaves all as it was.
    """

    def __init__(self, context: Context, key: str, max_age_seconds: int, tell: Callable[[News], None]) -> None:
        """Answer from `context`.

        Args:
            context: where the slips are.
            key: signs the names by which printers speak of their slips.
            max_age_seconds: slips older than this are dropped, visibly.
            tell: told of each slip that came out or did not, and of each printer whose status changes.
        """
        self._context = context
        self._key = key.encode()
        self._max_age_seconds = max_age_seconds
        self._tell = tell
        self._asked: set[int] = set()

    def poll(self, printer: PullPrinter, body: bytes) -> bytes:
        """Answer a CloudPRNT poll: is there a slip, and how is the printer?

        Raises:
            QueueError: `not_allowed` where another device uses this printer's name.
        """
        said = _read(cloudprnt.parse_poll, body)
        _check_mac(printer, said.mac)
        error = cloudprnt.error_of(said.code)
        held = self._held(printer)
        # "If status is not OK, then the server can determine that printing did not succeed": unless it is still at it.
        if error is not None and held is not None and not said.printing:
            self._end(printer, held[0], error)
        self._note(printer, parse_cloudprnt(f"{said.code.number} {said.code.text}"))
        if said.actions:
            self._look_at(printer, cloudprnt.parse_client(said.actions))
        if error is not None or said.printing or (held is not None and held[1] + _LEASE > self._context.clock.now()):
            return cloudprnt.poll_answer(None)
        job_id = peek_job(self._context, printer.id, self._max_age_seconds)
        if job_id is not None:
            return cloudprnt.poll_answer(self._name(printer, job_id), printer.confirm_method)
        ask = () if printer.id in self._asked else cloudprnt.QUESTIONS
        self._asked.add(printer.id)
        return cloudprnt.poll_answer(None, ask=ask)

    def fetch(self, printer: PullPrinter, job_token: str | None, mac: str | None, media_type: str | None) -> bytes:
        """Return the slip that a CloudPRNT printer was offered; the same again when it asks again.

        Args:
            printer: who asks.
            job_token: from the offer; None from firmware that knows none.
            mac: of the device that asks, where it says so.
            media_type: the form it wants.

        Raises:
            QueueError: `not_allowed`, `unsupported_media_type`, and `unknown_print_job` where that slip is not for it, not in its
                turn, or already done with.
        """
        _check_mac(printer, _read(cloudprnt.parse_mac, mac) if mac else None)
        if not cloudprnt.is_offered(media_type):
            raise QueueError("unsupported_media_type")
        held = self._held(printer)
        next_id = held[0] if held is not None else peek_job(self._context, printer.id, self._max_age_seconds)
        if next_id is None or (job_token is not None and self._read_name(printer, job_token) != next_id):
            raise QueueError("unknown_print_job")
        turn = take_up(self._context, printer.id, PULL, None, self._max_age_seconds)
        self._tell_all(turn.news)
        data = self._rendered(printer, turn.job) if turn.job is not None and turn.job.id == next_id else None
        if data is None:
            raise QueueError("unknown_print_job")
        return data

    def confirm(self, printer: PullPrinter, job_token: str | None, mac: str | None, code: str) -> None:
        """Write down how a CloudPRNT printer says that a slip ended; saying it again does no harm.

        Args:
            printer: who says so.
            job_token: of the slip; None from firmware that knows none, which means the one it holds.
            mac: of the device, where it says so.
            code: its status code.

        Raises:
            QueueError: `not_allowed`, `unknown_print_job` where the slip was never offered to this printer.
        """
        _check_mac(printer, _read(cloudprnt.parse_mac, mac) if mac else None)
        error = cloudprnt.error_of(_read(cloudprnt.parse_code, code))
        job_id = self._meant(printer, job_token)
        if job_id is not None:
            self._end(printer, job_id, error)

    def direct_print(self, printer: PullPrinter, body: bytes) -> bytes:
        """Answer one request of an Epson printer; nothing at all where there is nothing to print.

        Raises:
            QueueError: `unknown_print_job` where it speaks of a slip that was never given to it.
        """
        request = _read(sdp.parse_request, body)
        if isinstance(request, sdp.SetStatus):
            if request.local is not None:
                self._note(printer, parse_epos_status(request.local))
            return b""
        if isinstance(request, sdp.SetResponse):
            self._results(printer, request)
            return b""
        self._seen(printer)
        held = self._held(printer)
        if held is not None and held[1] + _EPSON_AGAIN > self._context.clock.now():
            return b""
        # Looked at first: a printer with nothing to do must not write with every request.
        if peek_job(self._context, printer.id, self._max_age_seconds) is None:
            return b""
        turn = take_up(self._context, printer.id, PULL, None, self._max_age_seconds)
        self._tell_all(turn.news)
        data = self._rendered(printer, turn.job) if turn.job is not None else None
        if turn.job is None or data is None:
            return b""
        return sdp.slips_answer([(self._name(printer, turn.job.id), data)])

    def _rendered(self, printer: PullPrinter, job: ClaimedJob) -> bytes | None:
        try:
            return render(job.slip, job.printer)
        except Exception:
            # Whatever is wrong with this one, those behind it must not wait for it.
            log.exception("slip %s cannot be drawn", job.id)
            self._end(printer, job.id, PrinterError("job_refused", "The slip cannot be drawn for this printer."))
            return None

    def _results(self, printer: PullPrinter, response: sdp.SetResponse) -> None:
        # All are read before the first one is written down: a request with one forged name changes nothing.
        ends = [(self._meant(printer, result.job_token), sdp.error_of(result)) for result in response.results]
        if response.refusal is not None:
            ends.append((self._meant(printer, None), sdp.refused(response)))
        for job_id, error in ends:
            if job_id is not None:
                self._end(printer, job_id, error)
        for result in response.results:
            status = parse_epos_status(result.status) if result.status is not None else None
            if status is not None and status.word != "unknown":
                self._note(printer, status)

    def _held(self, printer: PullPrinter) -> tuple[int, datetime] | None:
        """Return the slip this printer fetched and has not spoken of since, and when it last fetched it."""
        held = select(PrintJob.id, PrintJob.claimed_until).where(
            PrintJob.printer_id == printer.id, PrintJob.state == "sending", PrintJob.claimed_by == PULL
        )
        with self._context.database.reading() as connection:
            row = connection.execute(held.order_by(PrintJob.id).limit(1)).one_or_none()
        return None if row is None else (int(row.id), row.claimed_until - _LEASE)

    def _meant(self, printer: PullPrinter, job_token: str | None) -> int | None:
        if job_token is not None:
            return self._read_name(printer, job_token)
        held = self._held(printer)
        return None if held is None else held[0]

    def _name(self, printer: PullPrinter, job_id: int) -> str:
        """Return the name of a slip for this printer: no other can make it up. An Epson gives back no more than 30 letters."""
        proof = hmac.digest(self._key, f"slip {job_id} for printer {printer.id}".encode(), hashlib.sha256)
        return f"{job_id}.{base64.urlsafe_b64encode(proof[:12]).decode()}"

    def _read_name(self, printer: PullPrinter, name: str) -> int:
        number = name.partition(".")[0]
        known = re.fullmatch(r"[1-9][0-9]{0,12}", number) is not None
        if not known or not hmac.compare_digest(
            self._name(printer, int(number)).encode(), name.encode(errors="replace")
        ):
            raise QueueError("unknown_print_job")
        return int(number)

    def _end(self, printer: PullPrinter, job_id: int, error: PrinterError | None) -> None:
        news = end_job(self._context, job_id, printer.id, error, PULL)
        if news is not None:
            if error is not None:
                log.warning("printer %s did not print slip %s: %s", printer.id, job_id, error.code)
            self._tell_all(news)

    def _note(self, printer: PullPrinter, status: Status) -> None:
        now = self._context.clock.now()
        if status.word == printer.status and _is_fresh(printer, now):
            return
        news = report_status(self._context, printer.id, status)
        if printer.status in CANNOT_PRINT and status.word not in CANNOT_PRINT:
            hurry(self._context, printer.id)
        self._tell_all([news] if news is not None else [])

    def _seen(self, printer: PullPrinter) -> None:
        """An Epson that only asks says nothing of how it is, but it is there."""
        if printer.status in {"offline", "unknown"}:
            self._note(printer, Status())
        elif not _is_fresh(printer, self._context.clock.now()):
            with self._context.database.writing() as connection:
                mine = update(PrinterRow).where(PrinterRow.id == printer.id)
                connection.execute(mine.values(status_at=self._context.clock.now()))

    def _look_at(self, printer: PullPrinter, client: cloudprnt.Client) -> None:
        log.info(
            "printer %s is a %s, version %s, asks every %s s and prints %s dots",
            printer.id, client.type, client.version, client.poll_seconds, client.width_dots,
        )  # fmt: skip
        if client.encodings and cloudprnt.PNG not in client.encodings:
            log.warning("printer %s takes no pictures (PNG): slips will not come out", printer.id)
        if client.width_dots is not None and client.width_dots < printer.width_dots:
            log.warning("printer %s is narrower than its profile: slips will be cut off", printer.id)
        if client.poll_seconds is not None and 2 * client.poll_seconds + 5 > SILENT_SECONDS:
            log.warning("printer %s asks so seldom that it will be taken for offline", printer.id)

    def _tell_all(self, news: Iterable[News]) -> None:
        for one in news:
            try:
                self._tell(one)
            except Exception:
                log.exception("telling of %s failed", one)


_LEASE = timedelta(seconds=PULL_CLAIM_SECONDS)
_EPSON_AGAIN = timedelta(seconds=EPSON_AGAIN_SECONDS)


def _is_fresh(printer: PullPrinter, now: datetime) -> bool:
    return printer.status_at is not None and now - printer.status_at < timedelta(seconds=HEARTBEAT_SECONDS)


def _read(parse: Callable[[S], T], sent: S) -> T:
    try:
        return parse(sent)
    except ValueError as error:
        raise QueueError("bad_request", problem=str(error)) from None


def _check_mac(printer: PullPrinter, mac: str | None) -> None:
    # A device that hides its address is not taken for the one that is allowed to fetch.
    if printer.mac is not None and mac != printer.mac:
        raise QueueError("not_allowed")
