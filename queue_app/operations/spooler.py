"""The spooler: a worker for each printer, so that one that hangs holds up nobody else's slip."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from printers import KINDS, Printer, PrinterError, deliver, get_way, read_status
from queue_app.domain.errors import QueueError
from queue_app.domain.printing import CANNOT_PRINT, News, word_of_error
from queue_app.operations.browser_printing import give_up_unfetched
from queue_app.operations.printer_status import note_silent, report_status
from queue_app.operations.printing import (
    BROWSER,
    CLAIM_SECONDS,
    ClaimedJob,
    Ended,
    Turn,
    hurry,
    printers_with_work,
    pushed_printers,
    renew,
    sweep,
    take_up,
)
from queue_app.operations.unit_of_work import Context
from queue_app.operations.workers import worker_name

log = logging.getLogger("queue.spooler")

LOOK_SECONDS = 0.5
"""How often the spooler looks for slips nobody told it about: other processes' and those whose pause is over."""

STATUS_SECONDS = 15.0
"""How often a printer that has nothing to do is asked how it stands."""

TROUBLE_SECONDS = 2.0
"""The same while it cannot print: somebody is putting paper in."""


PULL_KINDS = [kind for kind in KINDS if get_way(kind).pull and kind != BROWSER]
"""Kinds of printers that fetch their slips by themselves; the spooler only notices when they fall silent. A kiosk's browser asks
only when there is something to print, so its silence means nothing."""


@dataclass
class _Worker:
    """What one printer's thread knows: whether there is news for it, and whether its printer has ever answered."""

    printer: Printer
    news: threading.Event = field(default_factory=threading.Event)
    answers: bool | None = None
    word: str = "unknown"
    asked_at: float = 0.0


class Spooler:
    """Prints what is queued, with a thread for each printer."""

    def __init__(self, context: Context, max_age_seconds: int, tell: Callable[[News], None]) -> None:
        """Print through `context`.

        Args:
            context: where the slips are.
            max_age_seconds: slips older than this are dropped, visibly.
            tell: told of each slip that came out or did not, and of each printer whose status changes.
        """
        self._context = context
        self._max_age_seconds = max_age_seconds
        self._tell = tell
        self._name = worker_name()
        self._news = threading.Event()
        self._workers: dict[int, _Worker] = {}
        self._threads: list[threading.Thread] = []
        self._stopping = False

    def notice(self) -> None:
        """Look now: a slip was queued."""
        self._news.set()

    def stop(self) -> None:
        """End after the slips that are being sent."""
        self._stopping = True
        self._news.set()
        for worker in list(self._workers.values()):
            worker.news.set()

    def run(self) -> None:
        """Keep a worker for each printer and wake those that have something to print, until stopped."""
        kept = self._context.clock.monotonic()
        while not self._stopping:
            try:
                self._keep_workers()
                for printer_id in printers_with_work(self._context):
                    if printer_id in self._workers:
                        self._workers[printer_id].news.set()
                if self._context.clock.monotonic() - kept > CLAIM_SECONDS / 3:
                    kept = self._context.clock.monotonic()
                    renew(self._context, self._name)
                    self._report(note_silent(self._context, PULL_KINDS))
                    self._report(sweep(self._context, PULL_KINDS, self._max_age_seconds))
                    self._report(give_up_unfetched(self._context))
            except QueueError:
                log.warning("the database does not answer; slips wait")
            self._news.wait(LOOK_SECONDS)
            self._news.clear()
        for thread in self._threads:
            thread.join()

    def _keep_workers(self) -> None:
        """Begin with printers that were added, end with those that were removed, and follow those that were changed."""
        wanted = pushed_printers(self._context)
        for printer_id, printer in wanted.items():
            known = self._workers.get(printer_id)
            if known is None:
                self._workers[printer_id] = _Worker(printer)
                thread = threading.Thread(target=self._work, args=(printer_id,), daemon=True)
                self._threads = [alive for alive in self._threads if alive.is_alive()]
                self._threads.append(thread)
                thread.start()
            elif known.printer != printer:
                known.printer, known.answers, known.asked_at = printer, None, 0.0
        for printer_id in self._workers.keys() - wanted.keys():
            self._workers.pop(printer_id).news.set()

    def _work(self, printer_id: int) -> None:
        worker = self._workers[printer_id]
        ended: Ended | None = None
        while ended is not None or not (self._stopping or self._workers.get(printer_id) is not worker):
            turn = self._take_up(printer_id, ended)
            while turn is not None and turn.job is not None:
                ended, turn = self._deliver(turn.job, worker)
            if turn is not None:
                ended = None
                self._ask(printer_id, worker)
            worker.news.wait(LOOK_SECONDS if ended is not None else self._pause(worker))
            worker.news.clear()

    def _take_up(self, printer_id: int, ended: Ended | None) -> Turn | None:
        """Write down how a slip ended and take up the next one; None where the database does not answer."""
        try:
            more = not self._stopping
            turn = take_up(self._context, printer_id, self._name, ended, self._max_age_seconds, more=more)
        except QueueError:
            log.warning("the database does not answer; printer %s waits", printer_id)
        except Exception:
            log.exception("printer %s: a slip could not be taken up", printer_id)
        else:
            self._report(turn.news)
            return turn
        return None

    def _pause(self, worker: _Worker) -> float:
        seconds = TROUBLE_SECONDS if worker.word in CANNOT_PRINT else STATUS_SECONDS
        return max(worker.asked_at + seconds - self._context.clock.monotonic(), 0.05)

    def _ask(self, printer_id: int, worker: _Worker) -> None:
        """Ask the device how it stands, when it is time; what waits for it goes at once when it is well again."""
        if self._stopping or self._pause(worker) > 0.05:
            return
        worker.asked_at = self._context.clock.monotonic()
        try:
            status = read_status(worker.printer)
            worker.answers = status.answered
            # Silence is no news: what the last slip showed still holds, unless it was that nobody was there at all.
            if not status.answered and status.word == "unknown" and worker.word != "offline":
                return
            was, worker.word = worker.word, status.word
            news = report_status(self._context, printer_id, status)
            if was in CANNOT_PRINT and status.word not in CANNOT_PRINT:
                hurry(self._context, printer_id)
                worker.news.set()
            if news is not None:
                self._report([news])
        except QueueError:
            log.warning("the database does not answer; printer %s waits", printer_id)
        except Exception:
            log.exception("printer %s could not be asked", printer_id)

    def _deliver(self, job: ClaimedJob, worker: _Worker) -> tuple[Ended, Turn | None]:
        """Print a slip; return how it ended and the next turn, None where the end is not on record yet.

        A slip that the printer took is put on record before the printer is let go, so that it is never printed again.
        """
        ended = Ended(job, None)
        turns: list[Turn | None] = []

        def taken() -> None:
            turns.append(self._take_up(job.printer_id, ended))

        try:
            name = f"{job.branch}-{job.label or 'test'}-{job.id}"
            # A printer that has never answered is not waited for with every slip.
            delivered = deliver(job.slip, job.printer, name, ask_first=worker.answers is not False, taken=taken)
        except PrinterError as error:
            log.warning("slip %s of %s was not printed: %s", job.id, job.branch, error.code)
            worker.word = word_of_error(error.code)
            ended = Ended(job, error)
            return ended, self._take_up(job.printer_id, ended)
        except Exception:
            log.exception("slip %s of %s could not be printed", job.id, job.branch)
            ended = Ended(job, PrinterError("bad_slip", "This slip cannot be printed."))
            return ended, self._take_up(job.printer_id, ended)
        if delivered.status is not None:
            worker.answers = delivered.status.answered
        if worker.word in CANNOT_PRINT:
            worker.word = "unknown"
        return ended, turns[0]

    def _report(self, news: Sequence[News]) -> None:
        for one in news:
            try:
                self._tell(one)
            except Exception:
                log.exception("telling of %s failed", one)
