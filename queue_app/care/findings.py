"""What an examination of the installation finds, and how its parts are run: one that fails says so and holds up no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from queue_app.config import Settings
from queue_app.domain.errors import QueueError
from queue_app.operations.delivery import Lobbies
from queue_app.operations.unit_of_work import Context
from queue_app.sealing import Sealer


class Standing(StrEnum):
    """How something stands: `warn` can wait until somebody has time, `bad` cannot."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True)
class Finding:
    """One line: what was looked at, how it stands, and what to do where it does not stand well."""

    what: str
    standing: Standing
    says: str
    todo: str = ""


@dataclass(frozen=True)
class Patient:
    """What is examined."""

    settings: Settings
    context: Context
    sealer: Sealer
    lobbies: Lobbies


Look = Callable[[Patient], Iterator[Finding]]
"""One part of an examination; it yields what it finds."""


def ok(what: str, says: str) -> Finding:
    """Return that something stands well."""
    return Finding(what, Standing.OK, says)


def warn(what: str, says: str, todo: str) -> Finding:
    """Return that something should be done."""
    return Finding(what, Standing.WARN, says, todo)


def bad(what: str, says: str, todo: str) -> Finding:
    """Return that something must be done."""
    return Finding(what, Standing.BAD, says, todo)


def examine(patient: Patient, looks: Sequence[Look]) -> Iterator[Finding]:
    """Run each look and yield what it finds."""
    for look in looks:
        what = look.__name__.replace("_", " ")
        try:
            yield from look(patient)
        except QueueError as error:
            yield bad(what, f"it could not be looked at: {error}", "see what is said of the database, and the log")
        except Exception as error:  # noqa: BLE001 - an examination that ends in the middle says nothing of the rest
            yield bad(what, f"it could not be looked at: {type(error).__name__}: {error}", "report this with the line")
