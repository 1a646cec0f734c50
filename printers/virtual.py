"""A printer without hardware: it listens like a real one, answers like one, and keeps what it prints as text and pictures."""

import contextlib
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Any

from printers.escpos_ops import Page
from printers.profiles import get_profile
from printers.virtual_commands import obey
from printers.virtual_condition import Condition, without_questions
from printers.virtual_connection import Connection
from printers.virtual_door import Door, Mode
from printers.virtual_folder import PrintedSlip, SlipFolder

__all__ = ["Condition", "Door", "PrintedSlip", "VirtualPrinter", "serve_forever"]


class VirtualPrinter:
    """A TCP printer in this process; use it as a context manager.

    Args:
        port: to listen on; 0 takes a free one.
        out_dir: where `0001.txt`, `0001.png` and `log.jsonl` go; None keeps slips only in `jobs`.
        host: address to listen on.
        profile: name of the profile that says how wide the paper is.
        hang: accept connections and never read; short for `jam_after=0`.
        clock: the current time in seconds since 1970.
        condition: what is the matter with it, as fields of `Condition`.

    Attributes:
        port: the port it has.
        jobs: the slips printed so far.
        condition: how it is now; `set` changes it.
    """

    def __init__(
        self,
        port: int = 0,
        out_dir: Path | str | None = None,
        *,
        host: str = "127.0.0.1",
        profile: str = "generic-80",
        hang: bool = False,
        clock: Callable[[], float] = time.time,
        **condition: Any,
    ) -> None:
        self.out_dir = Path(out_dir) if out_dir is not None else None
        self.profile = get_profile(profile)
        self.condition = Condition(**({"jam_after": 0} if hang else {}) | condition)
        self.jobs: list[PrintedSlip] = []
        self.now = clock
        self._door = Door(host, port, _mode(self.condition))
        self._folder: SlipFolder | None = None
        self._closing = threading.Event()
        self._printed = threading.Condition()
        self._first_number = 1
        self._taken: list[PrintedSlip] = []
        self._to_keep: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        self._threads: list[threading.Thread] = []
        self._connections: list[Connection] = []
        self._accepted = 0

    def __enter__(self) -> "VirtualPrinter":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def host(self) -> str:
        """The address it listens on."""
        return self._door.host

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._door.port

    @property
    def closing(self) -> bool:
        """Whether it is being switched off."""
        return self._closing.is_set()

    def start(self) -> None:
        """Take the port and begin to print.

        Raises:
            OSError: the port is taken, or the folder cannot be made.
        """
        if self.out_dir is not None:
            self._folder = SlipFolder(self.out_dir, self.profile)
            self._first_number = self._folder.highest_number() + 1
        self._door.open(self.condition.tight)
        self._spawn(self._accept)
        self._keeper.start()

    def close(self) -> None:
        """Stop listening, finish what is being printed, and free the port."""
        self._closing.set()
        for thread in list(self._threads):
            thread.join(timeout=5)
        self._door.close()
        if self._keeper.is_alive():
            self._to_keep.put(None)
            self._keeper.join(timeout=5)

    def set(self, **changes: Any) -> None:
        """Change how it is, while it runs: it is so when this returns.

        Args:
            changes: fields of `Condition`.
        """
        self.condition = replace(self.condition, **changes)
        self._door.change(_mode(self.condition), self.condition.tight)
        for connection in list(self._connections):
            connection.tell_change()

    def wait_for(self, count: int, timeout_seconds: float = 5.0) -> list[PrintedSlip]:
        """Return the slips as soon as there are `count` of them.

        Raises:
            TimeoutError: there are fewer when the time is over.
        """
        with self._printed:
            if not self._printed.wait_for(lambda: len(self.jobs) >= count, timeout_seconds):
                raise TimeoutError(f"{len(self.jobs)} of {count} slips were printed.")
            return list(self.jobs)

    def bring_out(self, page: Page, connection: int, last_byte_at: float) -> int:
        """Put a slip out and return its number; its picture is drawn apart from the connections, nobody waits for it."""
        with self._printed:
            number = self._first_number + len(self._taken)
            size = len(without_questions(page.data))
            slip = PrintedSlip(number, page.text, page.complete, size, last_byte_at, page, connection)
            self._taken.append(slip)
            self._to_keep.put(lambda: self._show(slip))
        return number

    def acknowledge(self, number: int, acknowledged: bool | None) -> None:
        """Write down whether the sender of a slip could know that it was taken; this ends its line in the log."""
        self._to_keep.put(lambda: self._log(number, acknowledged))

    def _accept(self) -> None:
        while not self.closing:
            accepted = self._door.accept()
            if accepted is not None:
                self._accepted += 1
                self._spawn(self._serve, Connection(self, accepted, self._accepted))

    def _serve(self, connection: Connection) -> None:
        self._connections.append(connection)
        try:
            connection.serve()
        finally:
            self._connections.remove(connection)

    def _spawn(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads = [known for known in self._threads if known.is_alive()]
        self._threads.append(thread)
        thread.start()

    def _keep(self) -> None:
        while (work := self._to_keep.get()) is not None:
            work()

    def _show(self, slip: PrintedSlip) -> None:
        if self._folder is not None:
            self._folder.keep(slip)
        with self._printed:
            self.jobs.append(slip)
            self._printed.notify_all()

    def _log(self, number: int, acknowledged: bool | None) -> None:
        with self._printed:
            at = number - self._first_number
            slip = self.jobs[at] = replace(self.jobs[at], acknowledged=acknowledged)
        if self._folder is not None:
            self._folder.log(slip)


def _mode(condition: Condition) -> Mode:
    return "refusing" if condition.refusing else "hanging" if condition.hanging else "open"


def serve_forever(
    port: int,
    out_dir: Path | str,
    host: str = "127.0.0.1",
    profile: str = "generic-80",
    told: Iterable[str] = (),
) -> None:
    """Be a printer until interrupted with Ctrl-C, and obey the commands that come in line by line.

    Args:
        port: to listen on, usually 9100.
        out_dir: where the slips go.
        host: address to listen on.
        profile: says how wide the paper is.
        told: commands to begin with; see `printers.virtual_commands`.

    Raises:
        OSError: the port is taken, or the folder cannot be made.
        PrinterError: `unknown_profile`.
        ValueError: a command of `told` is none.
    """
    # In the background of a terminal, reading from it would stop the whole process.
    signal.signal(signal.SIGTTIN, signal.SIG_IGN)
    with VirtualPrinter(port, out_dir, host=host, profile=profile) as printer, contextlib.suppress(KeyboardInterrupt):
        for command in told:
            obey(printer, command)
        print(f"Printing on {printer.host}:{printer.port}, slips go to {printer.out_dir}", flush=True)
        threading.Thread(target=_listen, args=(printer,), daemon=True).start()
        threading.Event().wait()


def _listen(printer: VirtualPrinter) -> None:
    with contextlib.suppress(OSError, ValueError):
        for line in sys.stdin:
            if line.strip():
                try:
                    print(obey(printer, line), flush=True)
                except ValueError as error:
                    print(error, flush=True)
