"""The worker of the reports, a process of its own: makes large files, keeps ended days.

None of it is done in the web process, where it would hold up the lobby.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from queue_app.domain.errors import QueueError
from queue_app.operations import report_jobs
from queue_app.operations.keep_days import days_to_keep, keep_days
from queue_app.operations.report_jobs import Job
from queue_app.operations.report_readers import names_of_clerks, setup_of_reports
from queue_app.operations.retention import anything_to_forget, forget_old_days
from queue_app.operations.unit_of_work import Context
from queue_app.reports import files, registry
from queue_app.reports.document import Report
from queue_app.reports.question import Question, Reader
from queue_app.reports.record import Record
from queue_app.steps import take
from queue_app.web.report_pages import body_of

log = logging.getLogger("queue.reports")

LOOK_SECONDS = 5.0
"""How long the worker waits where nobody tells it that there is something to do."""

PAUSE_SECONDS = 0.05
"""So long the database is left to the desks between two steps of forgetting old days."""

PROGRESS_EVERY_ROWS = 20_000


class Cancelled(Exception):
    """Nobody wants the file any more."""


class ReportWorker:
    """Does all that has to do with reports and can wait a moment."""

    def __init__(self, context: Context, folder: Path) -> None:
        """Keep finished files in `folder`."""
        self._context = context
        self._folder = folder
        self._record = Record(context.database)
        self._wanted = threading.Event()
        self.is_stopping = False

    @property
    def record(self) -> Record:
        """What this process has read of the record."""
        return self._record

    def notice(self) -> None:
        """There is something to do."""
        self._wanted.set()

    def stop(self) -> None:
        """End after what is under way."""
        self.is_stopping = True
        self._wanted.set()

    def run(self) -> None:
        """Work until stopped."""
        self._folder.mkdir(parents=True, exist_ok=True)
        while not self.is_stopping:
            for step in (self.make_all, self.keep_ended_days, self.forget_old_days, self.clear_away):
                take(step, log)
            self._wanted.wait(LOOK_SECONDS)
            self._wanted.clear()

    def make_all(self) -> None:
        """Make every file that is asked for, one after the other."""
        while not self.is_stopping:
            job = report_jobs.claim(self._context)
            if job is None:
                return
            self._make(job)

    def keep_ended_days(self) -> None:
        """Keep the days that have ended; files that are asked for come first."""
        for branch in self._context.slugs().values():
            # Else the events of the day under way would be read every few seconds.
            if not days_to_keep(self._context, branch):
                continue
            for kept in keep_days(self._context, branch):
                log.info("%s: day %s kept, %d visits", kept.branch, kept.day, kept.visits)
                if self.is_stopping or self._wanted.is_set():
                    return

    def forget_old_days(self) -> None:
        """Let days that are older than their branch keeps single visits become figures; files that are asked for come first."""
        for branch in self._context.slugs().values():
            if not anything_to_forget(self._context, branch):
                continue
            for done in forget_old_days(self._context, branch):
                if isinstance(done, date):
                    log.info("%s: of day %s only the figures are kept", branch, done)
                # The desks come between two steps; whoever wants a report goes before the next one.
                if self.is_stopping or self._wanted.wait(PAUSE_SECONDS):
                    return
            self._context.database.scrub()

    def clear_away(self) -> None:
        """Delete files whose time is over."""
        for name in report_jobs.clear_away(self._context):
            (self._folder / name).unlink(missing_ok=True)

    def _make(self, job: Job) -> None:
        file = self._folder / f"{secrets.token_hex(16)}.{job.question['form']}"
        try:
            self._write(job, file)
            if not report_jobs.finish(self._context, job, file):
                raise Cancelled
        except Cancelled:
            file.unlink(missing_ok=True)
        except QueueError as error:
            file.unlink(missing_ok=True)
            report_jobs.fail(self._context, job, error.code)
        except OSError:
            log.exception("report %d could not be written", job.id)
            file.unlink(missing_ok=True)
            report_jobs.fail(self._context, job, "disk_refused")
        except Exception:
            log.exception("report %d failed", job.id)
            file.unlink(missing_ok=True)
            report_jobs.fail(self._context, job, "internal_error")

    def _write(self, job: Job, file: Path) -> None:
        form, language = job.question["form"], job.question["language"]
        report = report_of(self._context, self._record, job.question)
        if form == "html":
            file.write_text(body_of(report, language), "utf-8")
            return
        with file.open("wb") as out:
            files.write(
                report, form, language, out, self._context.clock.now(), self._progress(job, files.rows_of(report))
            )

    def _progress(self, job: Job, rows: int) -> Callable[[int], None]:
        """Return what is told how many of a job's rows are done; it ends the work where nobody wants the file any more."""
        told = 0

        def progress(done: int) -> None:
            nonlocal told
            if done - told >= PROGRESS_EVERY_ROWS:
                told = done
                if not report_jobs.progress(self._context, job, min(1.0, done / rows)):
                    raise Cancelled

        return progress


def report_of(context: Context, record: Record, asked: Mapping[str, Any]) -> Report:
    """Make the report that a job's or a schedule's question asks for.

    Args:
        context, record: where.
        asked: `{branch, report, from, to, by, per, target_seconds, compared, clerks}`.

    Raises:
        QueueError: as `registry.make`, `unknown_branch`.
    """
    setup = setup_of_reports(context, asked["branch"])
    question = Question(
        setup=setup,
        first=date.fromisoformat(asked["from"]),
        last=date.fromisoformat(asked["to"]),
        now=context.clock.now(),
        by=tuple(asked["by"]) if asked.get("by") is not None else None,
        per=asked.get("per"),
        target_seconds=asked.get("target_seconds"),
        reader=Reader(names_of_clerks(context)) if asked.get("clerks") else Reader(),
        smallest_group=setup.reporting.smallest_group,
    )
    return registry.make(record, context.database, asked["report"], question, compared=bool(asked.get("compared")))
