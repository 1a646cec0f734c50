"""What happens to slips and printers, in the words that kiosks, desks and other programs are told."""

from __future__ import annotations

from dataclasses import dataclass

STATUSES = ("ready", "paper_low", "paper_out", "cover_open", "fault", "offline", "unknown")
"""How a printer can stand; one that says nothing is `unknown`, never `ready`."""

CANNOT_PRINT = frozenset({"paper_out", "cover_open", "fault", "offline"})
"""The words that say a slip would certainly not come out now; `unknown` is not one of them, nor is it `ready`."""

ATTEMPTS = 5
"""After so many attempts a slip on which the printer breaks off each time is given up: it must not block those behind it."""

FIRST_PAUSE_SECONDS = 1.0
"""The pause before the second attempt; it doubles with each further one."""

LONGEST_PAUSE_SECONDS = 15.0

PATIENT = frozenset({"unreachable", "refused", "offline", "paper_out", "cover_open", "fault", "unplugged", "disk_full"})
"""Errors of the printer, not of the slip: its slips wait until it is well again, or nobody waits for them any more."""

AT_ONCE = frozenset({"paper_out", "cover_open", "unplugged"})
"""Errors that a second attempt will not mend: the printer that stands in takes over at once, not after the second."""

_WORDS = {
    "paper_out": "paper_out",
    "cover_open": "cover_open",
    "offline": "offline",
    "unreachable": "offline",
    "refused": "offline",
    "unplugged": "offline",
}


@dataclass(frozen=True)
class JobNews:
    """A slip came out, or why not; a self-test has no ticket and no label."""

    branch: str
    ticket_id: int | None
    label: str
    state: str
    error: str | None


@dataclass(frozen=True)
class PrinterNews:
    """A printer's status changed; `detail` is what the device or the last error says beside the word."""

    branch: str
    printer_id: int
    name: str
    status: str
    detail: str | None


News = JobNews | PrinterNews


def word_of_error(code: str) -> str:
    """Return how a printer stands after a slip ended with this error."""
    return _WORDS.get(code, "fault")


def pause_seconds(attempts: int) -> float:
    """Return how long a slip rests after so many attempts: growing, but never so long that nobody waits for it any more."""
    return min(FIRST_PAUSE_SECONDS * 2.0 ** min(attempts - 1, 10), LONGEST_PAUSE_SECONDS)


def stands_in_now(error: str, retryable: bool, attempts: int, status: str) -> bool:
    """Say whether the printer that stands in should take a slip over.

    Args:
        error: code of the last attempt's error.
        retryable: whether trying again can help at all.
        attempts: how many were made, with the last.
        status: how the printer stood before that attempt.
    """
    return attempts >= 2 or error in AT_ONCE or status in CANNOT_PRINT or not retryable


def given_up(error: str, retryable: bool, attempts: int) -> bool:
    """Say whether a slip that nobody stands in for has failed for good."""
    return not retryable or (attempts >= ATTEMPTS and error not in PATIENT)
