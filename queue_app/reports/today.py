"""The business day under way: what has been kept of the promise so far, and whether more people come than usual."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from queue_app.reports.figures import VISITS
from queue_app.reports.kinds import profile
from queue_app.reports.question import Question
from queue_app.reports.record import Record
from queue_app.reports.tabulate import Wanted, tabulate
from queue_app.store.facts import Facts

USUAL_WEEKS = 26
"""The usual day is made from so many weeks: half a year of the same weekday gives enough days for a P90."""

FIGURES = (
    "arrived", "served", "left", "waiting", "within_target", "service_level", "wait_mean_seconds", "wait_p50_seconds",
    "wait_p90_seconds",
)  # fmt: skip


class Today:
    """Looks at the days under way; what is usual on a weekday is counted once an hour."""

    def __init__(self, record: Record) -> None:
        """Read by `record`."""
        self._record = record
        self._usual: dict[int, tuple[Any, dict[str, dict[str, Any]]]] = {}

    def facts(self, question: Question) -> Facts:
        """Read what is known of the business date of a question, once for all that is asked about it.

        Raises:
            QueueError: `database_unavailable`.
        """
        return self._record.facts(question.setup, question.first, question.last, question.now)

    @staticmethod
    def figures(facts: Facts, question: Question) -> dict[str, Any]:
        """Return the figures of a business date, over all services.

        Args:
            facts: of that day, by `facts`.
            question: about that one day.

        Returns:
            `FIGURES` by their names, as the report `service-level` has them.
        """
        wanted = Wanted("today", "", "visits", "issued", VISITS, FIGURES)
        return dict(tabulate(facts, question, wanted, ()).total or {})

    def arrivals(self, facts: Facts, question: Question) -> list[dict[str, Any]]:
        """Return, for each quarter of an hour of a business date, how many came and how many come on this weekday.

        Args:
            facts: of that day, by `facts`.
            question: about that one day.

        Returns:
            `{time_of_day, arrived, usual_mean, usual_p90}` in the order of the business day, without a gap from the first quarter
            that knows of anybody to the last one; `arrived` is None for what is still to come, `usual_…` where the weekday has no
            past, `usual_p90` also where that is shorter than twenty days.

        Raises:
            QueueError: `database_unavailable`.
        """
        came = {row["time_of_day"]: row["arrived"] for row in profile(facts, question)}
        usual = self._usual_of(question)
        quarters = [f"{quarter // 4:02d}:{quarter % 4 * 15:02d}" for quarter in range(96)]
        begin = 4 * question.setup.cut_over_hour
        quarters = quarters[begin:] + quarters[:begin]
        known = [place for place, quarter in enumerate(quarters) if quarter in came or quarter in usual]
        if not known:
            return []
        local = question.now.astimezone(question.setup.zone)
        so_far = quarters.index(f"{local.hour:02d}:{local.minute // 15 * 15:02d}")
        nothing = {"arrived_mean": 0.0, "arrived_p90": 0} if usual else {"arrived_mean": None, "arrived_p90": None}
        return [
            {
                "time_of_day": quarter,
                "arrived": came.get(quarter, 0) if place <= so_far else None,
                "usual_mean": usual.get(quarter, nothing)["arrived_mean"],
                "usual_p90": usual.get(quarter, nothing)["arrived_p90"],
            }
            for place, quarter in enumerate(quarters)
            if known[0] <= place <= known[-1]
        ]

    def _usual_of(self, question: Question) -> dict[str, dict[str, Any]]:
        # Past days hardly ever change, and the services and hours hardly more often: once an hour is enough.
        hour = question.now.replace(minute=0, second=0, microsecond=0)
        key = (question.first, question.setup.settings_revision, hour)
        known, rows = self._usual.get(question.setup.id, (None, {}))
        if known != key:
            day = question.first
            past = replace(question, first=day - timedelta(weeks=USUAL_WEEKS), last=day - timedelta(days=1))
            weekday = f"weekday:{day.isoweekday()}"
            rows = {row["time_of_day"]: row for row in profile(self.facts(past), past) if row["weekday"] == weekday}
            self._usual[question.setup.id] = (key, rows)
        return rows
