"""What runs beside the requests of each web process: the end of the day, other processes' events, the print worker."""

from __future__ import annotations

import contextlib
import json
import logging
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from queue_app.domain.errors import QueueError
from queue_app.domain.printing import JobNews, News, PrinterNews
from queue_app.operations.close_day import close_day_if_over, is_over
from queue_app.operations.counters import end_wrap_ups
from queue_app.operations.serve import call_by_itself
from queue_app.operations.unit_of_work import Context
from queue_app.realtime.publisher import Publisher
from queue_app.store import queries as q
from queue_app.store.board import event_of

log = logging.getLogger("queue.background")

CATCH_UP_EVENTS = 200
"""The most events of another process that are told on at once; screens that miss more fetch them by themselves."""


RESTART_SECONDS = 1.0
"""The pause before a print worker that ended is started again."""

_NEWS: dict[str, Callable[..., News]] = {"JobNews": JobNews, "PrinterNews": PrinterNews}


class PrintWorker:
    """The spooler in a process of its own, so that typesetting and slow devices never hold up a request.

    The two hold the ends of one socket: a byte down it says that a slip was queued, a line up it that one has ended, and when
    either process dies, however suddenly, the other one notices.
    """

    def __init__(self, tell: Callable[[News], None]) -> None:
        """Tell `tell` of slips that came out or did not, and of printers whose status changed."""
        self._tell = tell
        self._line: socket.socket | None = None
        self._stopping = threading.Event()

    def notice(self) -> None:
        """A slip was queued."""
        if self._line is not None:
            with contextlib.suppress(OSError):
                self._line.send(b"\n")

    def stop(self) -> None:
        """Let the worker end after the slips that are being sent."""
        self._stopping.set()
        if self._line is not None:
            with contextlib.suppress(OSError):
                self._line.shutdown(socket.SHUT_RDWR)

    def run(self) -> None:
        """Keep a worker running until stopped."""
        while not self._stopping.is_set():
            ours, theirs = socket.socketpair()
            command = [sys.executable, "-m", "flask", "--app", "wsgi", "print-worker", "--line", str(theirs.fileno())]
            folder = Path(__file__).parent.parent
            with subprocess.Popen(command, cwd=folder, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL) as process:
                theirs.close()
                self._line = ours
                self._listen(ours)
                self._line = None
                ours.close()
                if self._stopping.is_set():
                    return
                # A child that left the line is ending; one that hangs must not hold this thread.
                process.kill()
            log.warning("the print worker ended; starting it again")
            self._stopping.wait(RESTART_SECONDS)

    def _listen(self, line: socket.socket) -> None:
        rest = b""
        while True:
            try:
                data = line.recv(4096)
            except OSError:
                return
            if not data:
                return
            *lines, rest = (rest + data).split(b"\n")
            for text in lines:
                try:
                    name, facts = json.loads(text)
                    self._tell(_NEWS[name](**facts))
                except Exception:
                    log.exception("telling of a slip failed")


class Background:
    """Threads, or green threads, of one web process."""

    def __init__(
        self, context: Context, publisher: Publisher, printing: PrintWorker | None, tick_seconds: float
    ) -> None:
        """Tick every `tick_seconds`; keep a print worker where one is given."""
        self._context = context
        self._publisher = publisher
        self._printing = printing
        self._tick_seconds = tick_seconds
        self._stopped = threading.Event()

    def start(self) -> None:
        """Begin."""
        threading.Thread(target=self._tick_for_ever, daemon=True).start()
        if self._printing is not None:
            threading.Thread(target=self._printing.run, daemon=True).start()

    def stop(self) -> None:
        """End after what is under way."""
        self._stopped.set()
        if self._printing is not None:
            self._printing.stop()

    def notice_print(self) -> None:
        """A slip was queued."""
        if self._printing is not None:
            self._printing.notice()

    def _tick_for_ever(self) -> None:
        while not self._stopped.is_set():
            for step in (self._close_days, self._end_wrap_ups, self._tell_of_others):
                self._guarded(step)
            self._stopped.wait(self._tick_seconds)

    @staticmethod
    def _guarded(step: Callable[[], None]) -> None:
        try:
            step()
        except QueueError as error:
            log.warning("%s: %s", step.__name__, error)
        except Exception:
            log.exception("%s failed", step.__name__)

    def _close_days(self) -> None:
        for slug in self._context.slugs().values():
            # A branch of recorded days lives by the clock of those who load them, not by ours.
            if self._context.setup(slug).day_ends_by_itself and is_over(self._context, slug):
                closed = close_day_if_over(self._context, slug)
                if closed is not None:
                    log.info("%s: day %s closed, %d expired", slug, closed.business_date, closed.expired)

    def _end_wrap_ups(self) -> None:
        for slug in self._context.slugs().values():
            for counter_id in end_wrap_ups(self._context, slug):
                call_by_itself(self._context, counter_id)

    def _tell_of_others(self) -> None:
        """Tell this process's screens what the command line or another worker committed meanwhile."""
        for slug in self._context.slugs().values():
            setup = self._context.setup(slug)
            known = self._publisher.revisions.get(slug)
            (state,), *_ = self._context.database.look((q.READ_STATE, {"branch_id": setup.id}))
            if state.settings_revision != setup.settings_revision:
                setup = self._context.reload(slug)
            if known is not None and state.revision > known:
                wanted = {"branch_id": setup.id, "since": known, "most": CATCH_UP_EVENTS}
                rows = self._context.database.look((q.EVENTS_SINCE, wanted))[0]
                # Between the look and here this process may have told them itself; a screen knows them by revision.
                self._publisher.publish(setup, [event_of(row) for row in rows])
            self._publisher.revisions.setdefault(slug, state.revision)
