"""Workers in processes of their own, so that slow devices never hold up a request."""

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

from queue_app.domain.printing import JobNews, News, PrinterNews

log = logging.getLogger("queue.background")

RESTART_SECONDS = 1.0
"""The pause before a worker that ended is started again."""

_NEWS: dict[str, Callable[..., News]] = {"JobNews": JobNews, "PrinterNews": PrinterNews}


class ChildWorker:
    """A worker that runs beside this process (`queue_app.workers`).

    The two hold the ends of one socket: a byte down it says that there is something to do, a line up it what came of it, and
    when either process dies, however suddenly, the other one notices.
    """

    def __init__(self, command: str) -> None:
        """Run `COMMAND --line N`, where N is the descriptor of its end of the socket."""
        self._command = command
        self._line: socket.socket | None = None
        self._stopping = threading.Event()

    def notice(self) -> None:
        """There is something to do."""
        if self._line is not None:
            with contextlib.suppress(OSError):
                self._line.send(b"\n")

    def stop(self) -> None:
        """Let the worker end after what is under way."""
        self._stopping.set()
        if self._line is not None:
            with contextlib.suppress(OSError):
                self._line.shutdown(socket.SHUT_RDWR)

    def run(self) -> None:
        """Keep a worker running until stopped."""
        while self._is_wanted():
            ours, theirs = socket.socketpair()
            command = [sys.executable, "-m", "queue_app.workers", self._command, "--line", str(theirs.fileno())]
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
            self._ended()
            self._stopping.wait(RESTART_SECONDS)

    def _is_wanted(self) -> bool:
        """Wait until a worker is needed; say whether it is, or whether all is over."""
        return not self._stopping.is_set()

    def _ended(self) -> None:
        """Take note that the worker ended by itself."""
        log.warning("%s ended; starting it again", self._command)

    def _heard(self, text: bytes) -> None:
        """Take a line that came up."""

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
                self._heard(text)


class PrintWorker(ChildWorker):
    """The spooler in a process of its own."""

    def __init__(self, tell: Callable[[News], None]) -> None:
        """Tell `tell` of slips that came out or did not, and of printers whose status changed."""
        super().__init__("print-worker")
        self._tell = tell

    def _heard(self, text: bytes) -> None:
        try:
            name, facts = json.loads(text)
            self._tell(_NEWS[name](**facts))
        except Exception:
            log.exception("telling of a slip failed")


class PanelProcess(ChildWorker):
    """What drives the counter panels, in a process of its own; there is none where there are no panels."""

    def __init__(self, any_panels: Callable[[], bool]) -> None:
        """Run as long as `any_panels()` is true; `look` asks it."""
        super().__init__("panel-worker")
        self._any_panels = any_panels
        self._needed = threading.Event()

    def look(self) -> None:
        """Start the worker where there is none and there are panels.

        Raises:
            QueueError: `database_unavailable`.
        """
        if not self._needed.is_set() and self._any_panels():
            self._needed.set()

    def stop(self) -> None:
        """Let the worker end; the panels go dark by themselves."""
        super().stop()
        self._needed.set()

    def _is_wanted(self) -> bool:
        self._needed.wait()
        return not self._stopping.is_set()

    def _ended(self) -> None:
        # Either it died, or it found no panels any more: the next look says which.
        self._needed.clear()
        try:
            self.look()
        except Exception:
            log.exception("whether there are panels could not be found out; the next tick asks again")
        if self._needed.is_set():
            super()._ended()


class ReportProcess(ChildWorker):
    """Makes large reports, keeps ended days, sends by itself: a process of its own that begins with the first thing to do."""

    def __init__(self) -> None:
        """Wait for the first notice."""
        super().__init__("report-worker")
        self._needed = threading.Event()

    @property
    def is_needed(self) -> bool:
        """Whether there has been something to do: from then on it runs, and looks by itself."""
        return self._needed.is_set()

    def notice(self) -> None:
        """There is something to do: the worker looks for it when it starts, and whenever it is told."""
        self._needed.set()
        super().notice()

    def stop(self) -> None:
        """Let the worker end after what is under way."""
        super().stop()
        self._needed.set()

    def _is_wanted(self) -> bool:
        self._needed.wait()
        return not self._stopping.is_set()
