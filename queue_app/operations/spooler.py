"""The spooler: a worker for each printer, so that one that hangs holds up nobody else's slip."""

from __future__ import annotations

import logging
import os
import secrets
import threading
from collections.abc import Callable

from printers import deliver
from printers.errors import PrinterError
from queue_app.domain.errors import QueueError
from queue_app.operations.printing import ClaimedJob, Ended, printers_with_work, take_up
from queue_app.operations.unit_of_work import Context

log = logging.getLogger("queue.spooler")

LOOK_SECONDS = 0.5
"""How often a worker looks for slips nobody told it about: other processes' and those whose pause is over."""


class Spooler:
    """Prints what is queued, with a thread for each printer."""

    def __init__(
        self, context: Context, max_age_seconds: int, tell: Callable[[str, int, str, str, str | None], None]
    ) -> None:
        """Print through `context`.

        Args:
            context: where the slips are.
            max_age_seconds: slips older than this are dropped, visibly.
            tell: told of each slip that was printed or that failed: branch, ticket id, label, state, and the error's code.
        """
        self._context = context
        self._max_age_seconds = max_age_seconds
        self._tell = tell
        self._name = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._news = threading.Event()
        self._workers: dict[int, threading.Event] = {}
        self._threads: list[threading.Thread] = []
        self._stopping = False

    def notice(self) -> None:
        """Look now: a slip was queued."""
        self._news.set()
        for news in list(self._workers.values()):
            news.set()

    def stop(self) -> None:
        """End after the slips that are being sent."""
        self._stopping = True
        self.notice()

    def run(self) -> None:
        """Look for printers with work and give each a worker, until stopped."""
        while not self._stopping:
            try:
                for printer_id in printers_with_work(self._context):
                    if printer_id not in self._workers:
                        self._workers[printer_id] = threading.Event()
                        worker = threading.Thread(target=self._work, args=(printer_id,), daemon=True)
                        self._threads.append(worker)
                        worker.start()
            except QueueError:
                log.warning("the database does not answer; slips wait")
            self._news.wait(LOOK_SECONDS)
            self._news.clear()
        for worker in self._threads:
            worker.join()

    def _work(self, printer_id: int) -> None:
        news = self._workers[printer_id]
        ended: Ended | None = None
        while not self._stopping or ended is not None:
            job = None
            try:
                job = take_up(self._context, printer_id, self._name, ended, self._max_age_seconds)
                if ended is not None:
                    self._report(ended)
                ended = None
            except QueueError:
                log.warning("the database does not answer; printer %s waits", printer_id)
            except Exception:
                log.exception("printer %s: a slip could not be taken up", printer_id)
            if job is not None:
                ended = Ended(job, self._deliver(job))
                continue
            news.wait(LOOK_SECONDS)
            news.clear()

    @staticmethod
    def _deliver(job: ClaimedJob) -> PrinterError | None:
        try:
            deliver(job.slip, job.printer, f"{job.branch}-{job.label}-{job.id}")
        except PrinterError as error:
            log.warning("slip %s of %s was not printed: %s", job.id, job.branch, error.code)
            return error
        return None

    def _report(self, ended: Ended) -> None:
        error = ended.error
        try:
            job = ended.job
            self._tell(job.branch, job.ticket_id, job.label, ended.state, error.code if error else None)
        except Exception:
            log.exception("telling of slip %s failed", ended.job.id)
