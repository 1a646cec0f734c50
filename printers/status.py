"""How a printer is, in its own words made one: ready, out of paper, open, broken, offline, or nobody knows.

The parsers here are pure and take whatever arrives: what is not clearly an answer makes the printer `unknown`, never fine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote

from printers.errors import PrinterError

if TYPE_CHECKING:
    from printers import Printer

Word = Literal["ready", "paper_low", "paper_out", "cover_open", "fault", "offline", "unknown"]
WORDS: tuple[Word, ...] = ("ready", "paper_low", "paper_out", "cover_open", "fault", "offline", "unknown")
ANSWER_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Status:
    """What a printer says about itself; what it does not say is unknown.

    Attributes:
        online: whether it would print; None where it did not say.
        paper: how much is left.
        cover: whether it is open.
        fault: whether something needs hands: a jam, the cutter, the head.
        answered: something came back at all, sense or not; whether asking this printer again is of any use.
        detail: what else it said, in English or in the device's own words, for a technician.
    """

    online: bool | None = None
    paper: Literal["ok", "low", "out", "unknown"] = "unknown"
    cover: Literal["closed", "open", "unknown"] = "unknown"
    fault: bool | None = None
    answered: bool = True
    detail: str = ""

    @property
    def word(self) -> Word:
        """The state in one stable word; the cause that hands can remove comes first."""
        # An open cover lets the paper sensor see nothing, so it is said before "paper out".
        if self.cover == "open":
            return "cover_open"
        if self.paper == "out":
            return "paper_out"
        if self.fault:
            return "fault"
        if self.online is None:
            return "unknown"
        if not self.online:
            return "offline"
        return "paper_low" if self.paper == "low" else "ready"

    @property
    def can_print(self) -> bool:
        """False only where a slip would certainly not come out now."""
        return self.word not in _SAID

    def refusal(self) -> PrinterError | None:
        """Return why nothing should be sent now, or None."""
        said = _SAID.get(self.word)
        return PrinterError(self.word, said) if said else None


_SAID: Mapping[Word, str] = {
    "cover_open": "The printer's cover is open. Close it.",
    "paper_out": "The printer is out of paper. Put in a new roll.",
    "fault": "The printer reports a fault. Look for jammed paper, then switch it off and on.",
    "offline": "The printer says that it is offline. Look at its display and its buttons.",
}
SILENT = Status(answered=False)
GARBAGE = Status(detail="garbage")


def read_status(printer: Printer, timeout_seconds: float = ANSWER_SECONDS) -> Status:
    """Ask a printer how it is, without printing; a printer that cannot be asked is unknown.

    Args:
        printer: any; only those on the network, on USB, on a serial line, on a device node or behind IPP can answer.
        timeout_seconds: for the answer, after the connection with its own bound.
    """
    from printers.way import TwoWay

    if printer.pull:
        return SILENT
    transport = printer.transport()
    if not isinstance(transport, TwoWay):
        return SILENT
    try:
        return transport.read_status(timeout_seconds)
    except PrinterError as error:
        # Refused may mean busy with another's slip; only what is clearly not there is offline.
        gone = error.code in {"unreachable", "unplugged"}
        return Status(online=False if gone else None, answered=False, detail=error.code)


# ESC/POS: DLE EOT n. In every answer bits 0 and 7 are 0, bits 1 and 4 are 1.

_OFFLINE, _ERROR, _RECOVERABLE, _CUTTER, _FATAL, _OVERHEATED = 0x08, 0x40, 0x04, 0x08, 0x20, 0x40


def is_realtime(byte: int) -> bool:
    """Say whether a byte can be the answer to a real-time question."""
    return byte & 0b1001_0011 == 0b0001_0010


def parse_realtime(answers: Mapping[int, int]) -> Status:
    """Read the answers to `DLE EOT n`.

    Args:
        answers: the byte for each n from 1 to 4 that was answered.

    Returns:
        `SILENT` where there are none; unknown where a byte is none of these answers.
    """
    if not answers:
        return SILENT
    if not all(is_realtime(byte) for byte in answers.values()):
        return GARBAGE
    causes, errors, sensor = answers.get(2), answers.get(3), answers.get(4)
    online = not answers[1] & _OFFLINE if 1 in answers else None
    fault = None
    if causes is not None or errors is not None:
        fault = bool((causes or 0) & _ERROR or (errors or 0) & (_RECOVERABLE | _CUTTER | _FATAL | _OVERHEATED))
    return Status(
        online=online,
        paper=_paper(sensor, causes),
        cover="unknown" if causes is None else "open" if causes & 0x04 else "closed",
        fault=fault,
        detail=_errors(errors or 0),
    )


def _paper(sensor: int | None, causes: int | None) -> Literal["ok", "low", "out", "unknown"]:
    if (sensor or 0) & 0x60 or (causes or 0) & 0x20:
        return "out"
    if sensor is None:
        return "unknown"
    return "low" if sensor & 0x0C else "ok"


def _errors(byte: int) -> str:
    names = {_RECOVERABLE: "mechanical error", _CUTTER: "cutter", _FATAL: "unrecoverable", _OVERHEATED: "head too hot"}
    return ", ".join(name for bit, name in names.items() if byte & bit)


# Epson's automatic status back, as four bytes on the line and as one number in ePOS XML.


def is_asb(data: bytes) -> bool:
    """Say whether four bytes can be an automatic status: their fixed bits are as they must be."""
    return len(data) == 4 and data[0] & 0x93 == 0x10 and not any(byte & 0x90 for byte in data[1:])


def parse_asb(data: bytes) -> Status:
    """Read the four bytes of an automatic status (`GS a`).

    Args:
        data: as they arrived; anything else than four bytes with the right fixed bits is unknown.
    """
    if not data:
        return SILENT
    if not is_asb(data):
        return GARBAGE
    # The number of ePOS holds the same bits, without the fixed ones.
    return _asb_status(data[0] & 0x6F | data[1] << 8 | (data[2] & 0x0F) << 16)


def parse_epos_status(status: int) -> Status:
    """Read the number in the `status` of an Epson ePOS response.

    Args:
        status: automatic status bits; bit 0 means that the print mechanism itself did not answer.
    """
    if status < 0 or status.bit_length() > 32:
        return GARBAGE
    if status & 0x1:
        return Status(answered=False, detail="no response")
    return _asb_status(status)


def _asb_status(bits: int) -> Status:
    names = {0x400: "mechanical error", 0x800: "cutter", 0x2000: "unrecoverable", 0x4000: "head too hot"}
    errors = [name for bit, name in names.items() if bits & bit]
    return Status(
        online=not bits & 0x8,
        paper="out" if bits & 0xC0000 else "low" if bits & 0x30000 else "ok",
        cover="open" if bits & 0x20 else "closed",
        fault=bool(errors),
        detail=", ".join(errors),
    )


# Star CloudPRNT.


def parse_cloudprnt(status_code: str) -> Status:
    """Read the `statusCode` a Star printer sends when it polls.

    Args:
        status_code: such as "200 OK" or, as it is sent, "200%20OK". Only the number counts, and of a number nobody knows its
            first digits, as the protocol asks.
    """
    text = unquote(status_code).strip()[:100]
    code = re.match(r"([0-9]{3})[0-9]?(?![0-9A-Za-z])", text)
    if code is None:
        return SILENT if not text else GARBAGE
    number = code[1]
    match number[0], number[1]:
        case "2", "1":
            return Status(online=True, paper="low", cover="closed", fault=False, detail=text)
        case "2", _:
            return Status(online=True, paper="ok", cover="closed", fault=False, detail=text)
        case "4", "1":
            # 411 is a jam: there is paper, in the wrong place.
            paper: Literal["out", "unknown"] = "unknown" if number == "411" else "out"
            return Status(online=False, paper=paper, fault=number == "411", detail=text)
        case "4", "2":
            return Status(online=False, cover="open", detail=text)
        case "4", _:
            return Status(online=False, fault=True, detail=text)
        case _:
            # 5xx speaks of a job the printer could not take, not of the printer.
            return Status(detail=text)


# IPP.

_STOPPED = 5
_REASONS: Mapping[str, tuple[str, ...]] = {
    "paper": ("media-empty", "media-needed"),
    "low": ("media-low",),
    "cover": ("cover-open", "door-open", "interlock-open"),
    "offline": (
        "offline", "paused", "moving-to-paused", "shutdown", "timed-out", "connecting-to-device",
        "cups-waiting-for-job-completed", "deactivated", "standby", "power-off",
    ),
    "fault": (
        "media-jam", "fuser-over-temp", "fuser-under-temp", "input-tray-missing", "output-area-full",
        "marker-supply-empty", "marker-waste-full", "developer-empty", "opc-life-over", "spool-area-full", "other",
    ),
}  # fmt: skip


def parse_ipp(printer_state: int | None, reasons: Iterable[str], accepting: bool = True) -> Status:
    """Read what an IPP printer or a CUPS queue says.

    Args:
        printer_state: `printer-state`: 3 idle, 4 processing, 5 stopped; anything else is no answer.
        reasons: `printer-state-reasons`, with or without "-report", "-warning" or "-error".
        accepting: `printer-is-accepting-jobs`.
    """
    words = sorted(reason for reason in reasons if reason and reason != "none")[:20]
    detail = ", ".join(words)[:200]
    if printer_state not in {3, 4, _STOPPED}:
        return Status(detail=detail or "garbage")
    groups = {_group(word) for word in words}
    stopped = printer_state == _STOPPED
    known = groups & {"paper", "cover", "fault"}
    return Status(
        online=not stopped and accepting and "offline" not in groups,
        paper="out" if "paper" in groups else "low" if "low" in groups else "ok",
        cover="open" if "cover" in groups else "closed",
        fault="fault" in groups or (stopped and not known and "offline" not in groups and bool(words)),
        detail=detail,
    )


def _group(reason: str) -> str:
    """Return what a reason is about; one that is only reported or warned of stops nothing yet."""
    bare, severity = reason, "error"
    for suffix in ("error", "warning", "report"):
        if reason.endswith(f"-{suffix}"):
            bare, severity = reason.removesuffix(f"-{suffix}"), suffix
    group = next((group for group, words in _REASONS.items() if bare in words), "")
    if severity == "error":
        return group or ("fault" if reason.endswith("-error") else "")
    # One of several trays is empty: the printer goes on with another.
    return {"paper": "low", "low": "low"}.get(group, "")
