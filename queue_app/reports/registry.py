"""The list of reports: each a name, a title, and a function from a question to a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from queue_app.domain.branch import BranchSetup
from queue_app.domain.errors import QueueError
from queue_app.i18n import N_
from queue_app.reports.table import Report
from queue_app.reports.waits import waits
from queue_app.store.session import Database


@dataclass(frozen=True)
class Question:
    """What is asked of a report: one branch, and business dates from `first` to `last`, both included."""

    setup: BranchSetup
    first: date
    last: date


@dataclass(frozen=True)
class Kind:
    """One report."""

    name: str
    title: str
    make: Callable[[Database, BranchSetup, date, date], Report]


REPORTS = {kind.name: kind for kind in (Kind("waits", N_("Waiting and service times"), waits),)}


def make(database: Database, name: str, question: Question) -> Report:
    """Make the report called `name`.

    Raises:
        QueueError: `unknown_report`; `invalid_value` where the dates run backwards or over more than ten years.
    """
    kind = REPORTS.get(name)
    if kind is None:
        raise QueueError("unknown_report", report=name)
    if question.first > question.last or (question.last - question.first).days > 3660:
        raise QueueError("invalid_value", field="from", problem="from must not be after to, nor ten years before it")
    return kind.make(database, question.setup, question.first, question.last)
