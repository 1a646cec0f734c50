"""Finished reports: whoever asks the same again gets them at once, as long as nothing of it has changed."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from queue_app.reports.document import Report
from queue_app.reports.question import Question

ROWS_KEPT = 40_000
"""So many rows of finished reports stay in memory; a row is one or two kilobytes."""


@dataclass(frozen=True)
class _Kept:
    """A report, the question that it answers, and the `digest` of each day that it was made from."""

    question: Question
    days: Mapping[date, int]
    report: Report
    rows: int


class Shelf:
    """The reports that one process has made lately.

    One is given out only where the whole question is equal: the branch with all its settings, what the reader may see, and
    the days. Nothing is left to a key that might leave something out.
    """

    def __init__(self) -> None:
        """Begin empty."""
        self._kept: OrderedDict[tuple[Any, ...], _Kept] = OrderedDict()
        self._lock = threading.Lock()

    def find(
        self, name: str, question: Question, days: Mapping[date, int], seconds: int | None = None
    ) -> Report | None:
        """Return the report called `name` that answers `question`, where it was made from days with just these digests.

        Args:
            name: the report's.
            question: what is asked now.
            days: the `digest` of each day.
            seconds: only one that was made so lately.
        """
        with self._lock:
            kept = self._kept.get(_place(name, question))
            # Of days that are over it does not matter when somebody asks.
            if kept is None or kept.days != days or replace(kept.question, now=question.now) != question:
                return None
            if seconds is not None and not timedelta() <= question.now - kept.question.now < timedelta(seconds=seconds):
                return None
            self._kept.move_to_end(_place(name, question))
            return kept.report

    def put(self, name: str, question: Question, days: Mapping[date, int], report: Report) -> None:
        """Keep a report on days that are all over; one whose rows are read as they are written is never kept."""
        if not all(isinstance(table.rows, list) for table in report.tables):
            return
        rows = sum(len(table.rows) for table in report.tables if isinstance(table.rows, list))
        if rows > ROWS_KEPT // 4:
            return
        with self._lock:
            self._kept[_place(name, question)] = _Kept(question, dict(days), report, rows)
            self._kept.move_to_end(_place(name, question))
            while sum(each.rows for each in self._kept.values()) > ROWS_KEPT:
                self._kept.popitem(last=False)


def _place(name: str, question: Question) -> tuple[Any, ...]:
    """Return where a report stands: whatever differs among questions that are often asked in turn."""
    return (
        name, question.setup.id, question.first, question.last, question.by, question.per, question.target_seconds,
        question.only_clerk, question.reader.names is None,
    )  # fmt: skip
