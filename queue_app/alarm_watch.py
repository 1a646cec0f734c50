"""Watches the thresholds of all branches, beside the worker of the reports: an alarm does not wait for a large file."""

from __future__ import annotations

import logging
import threading

from queue_app.domain.branch import BranchSetup
from queue_app.domain.business_day import business_date
from queue_app.domain.errors import QueueError
from queue_app.operations.alarms import look
from queue_app.operations.branch_now import branch_now
from queue_app.operations.forecasting import Forecasts
from queue_app.operations.unit_of_work import Context
from queue_app.operations.views import fresh_setup
from queue_app.reports.question import Question
from queue_app.reports.record import Record
from queue_app.reports.today import Today

log = logging.getLogger("queue.alarms")

LOOK_SECONDS = 10.0


class AlarmWatch:
    """Looks at every branch, every few seconds."""

    def __init__(self, context: Context) -> None:
        """Read by `context`."""
        self._context = context
        self._forecasts = Forecasts(context)
        self._today = Today(Record(context.database))
        self._stopped = threading.Event()

    def stop(self) -> None:
        """End after the look under way."""
        self._stopped.set()

    def run(self) -> None:
        """Look until stopped."""
        while not self._stopped.is_set():
            self.look_at_all()
            self._stopped.wait(LOOK_SECONDS)

    def look_at_all(self) -> None:
        """Look at every branch once; one that cannot be looked at does not keep the others from it."""
        try:
            slugs = list(self._context.slugs().values())
        except QueueError as error:
            log.warning("%s", error)
            return
        for slug in slugs:
            try:
                setup = fresh_setup(self._context, slug)
                # Where nothing is watched any more, what stood is forgotten.
                look(self._context, setup, self._figures(setup) if setup.reporting.alarms else {})
            except QueueError as error:
                log.warning("%s: %s", slug, error)
            except Exception:
                log.exception("%s: the alarms could not be looked at", slug)

    def _figures(self, setup: BranchSetup) -> dict[str, float | None]:
        now = self._context.clock.now()
        day = business_date(now, setup.zone, setup.cut_over_hour)
        question = Question(setup, day, day, now)
        today = self._today.figures(self._today.facts(question), question)
        branch = branch_now(self._context, self._forecasts, setup.slug)
        names = ("waiting", "longest_wait_seconds", "predicted_wait_seconds", "unserved_seconds")
        return {
            **{name: branch[name] for name in names},
            "service_level": today.get("service_level"),
            "counted": (today.get("served") or 0) + (today.get("left") or 0),
        }
