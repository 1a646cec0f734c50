"""A printer without hardware: it listens like a real one and keeps what it prints as text and pictures."""

import contextlib
import json
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType

from printers.escpos_decoder import EscposDecoder
from printers.escpos_ops import Page
from printers.escpos_picture import draw_page
from printers.profiles import get_profile

_CHUNK_BYTES = 4096
_TICKS_A_SECOND = 20  # How finely a slow printer takes its bytes.
_ACCEPT_SECONDS = 0.03  # How soon a closing printer stops listening.


@dataclass(frozen=True, slots=True)
class PrintedSlip:
    """One slip that came out of the printer.

    Attributes:
        number: from 1, in the order of completion; continues over a restart in the same folder.
        text: the words on it.
        complete: it ended as a slip should, not in the middle.
        bytes: how many it was made of.
        last_byte_at: when the last of them arrived, in seconds since 1970.
        page: what was decoded.
    """

    number: int
    text: str
    complete: bool
    bytes: int
    last_byte_at: float
    page: Page


class VirtualPrinter:
    """A TCP printer in this process; use it as a context manager.

    Args:
        port: to listen on; 0 takes a free one.
        out_dir: where `0001.txt`, `0001.png` and `log.jsonl` go; None keeps slips only in `jobs`.
        host: address to listen on.
        profile: name of the profile that says how wide the paper is.
        refusing: nobody listens, connections are refused.
        slow: bytes taken a second.
        hang: accept connections and never read.
        die_after: break each connection off after so many bytes.
        clock: the current time in seconds since 1970.

    Attributes:
        port: the port it has.
        jobs: the slips printed so far.
    """

    def __init__(
        self,
        port: int = 0,
        out_dir: Path | str | None = None,
        *,
        host: str = "127.0.0.1",
        profile: str = "generic-80",
        refusing: bool = False,
        slow: int | None = None,
        hang: bool = False,
        die_after: int | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.host, self.port = host, port
        self.out_dir = Path(out_dir) if out_dir is not None else None
        self.profile = get_profile(profile)
        self.refusing, self.slow, self.hang, self.die_after = refusing, slow, hang, die_after
        self.jobs: list[PrintedSlip] = []
        self._clock = clock
        self._closing = threading.Event()
        self._printed = threading.Condition()
        self._last_number = 0
        self._finished: SimpleQueue[PrintedSlip | None] = SimpleQueue()
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        self._threads: list[threading.Thread] = []
        self._listener: socket.socket | None = None

    def __enter__(self) -> "VirtualPrinter":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Take the port and begin to print.

        Raises:
            OSError: the port is taken, or the folder cannot be made.
        """
        if self.out_dir is not None:
            self.out_dir.mkdir(parents=True, exist_ok=True)
            self._last_number = _highest_number(self.out_dir)
        listener = socket.socket()
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if self.hang or self.slow:  # A real printer has a few kilobytes, not the megabytes of a server.
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _CHUNK_BYTES)
            listener.bind((self.host, self.port))
            self.port = listener.getsockname()[1]
            listener.settimeout(_ACCEPT_SECONDS)
            if not self.refusing:  # A port that is taken but not listened to refuses.
                listener.listen(128)
                self._spawn(self._accept, listener)
        except OSError:
            listener.close()
            raise
        self._listener = listener
        self._keeper.start()

    def close(self) -> None:
        """Stop listening, finish what is being printed, and free the port."""
        self._closing.set()
        for thread in list(self._threads):
            thread.join(timeout=5)
        if self._listener is not None:
            self._listener.close()
            self._finished.put(None)
            self._keeper.join(timeout=5)

    def wait_for(self, count: int, timeout_seconds: float = 5.0) -> list[PrintedSlip]:
        """Return the slips as soon as there are `count` of them.

        Raises:
            TimeoutError: there are fewer when the time is over.
        """
        with self._printed:
            if not self._printed.wait_for(lambda: len(self.jobs) >= count, timeout_seconds):
                raise TimeoutError(f"{len(self.jobs)} of {count} slips were printed.")
            return list(self.jobs)

    def _spawn(self, work: Callable[[socket.socket], None], connection: socket.socket) -> None:
        thread = threading.Thread(target=work, args=(connection,), daemon=True)
        self._threads = [known for known in self._threads if known.is_alive()]
        self._threads.append(thread)
        thread.start()

    def _accept(self, listener: socket.socket) -> None:
        while not self._closing.is_set():
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            self._spawn(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        decoder = EscposDecoder()
        with connection:
            connection.settimeout(_ACCEPT_SECONDS)
            if self.hang:
                self._closing.wait()
                return
            for data in self._received(connection):
                self._print(decoder.feed(data))
            self._print(decoder.finish())

    def _received(self, connection: socket.socket) -> Iterator[bytes]:
        """Yield the bytes of a connection at the printer's own pace until either side ends it."""
        left = self.die_after
        step = max(self.slow // _TICKS_A_SECOND, 1) if self.slow else _CHUNK_BYTES
        while not self._closing.is_set():
            if left == 0:
                # Lingering for no time makes close() send a reset, as a pulled plug does.
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return
            try:
                data = connection.recv(step if left is None else min(step, left))
            except TimeoutError:
                continue
            except OSError:
                return
            if not data:
                return
            left = None if left is None else left - len(data)
            yield data
            if self.slow:
                time.sleep(len(data) / self.slow)

    def _print(self, pages: list[Page]) -> None:
        now = self._clock()
        for page in pages:
            with self._printed:
                self._last_number += 1
                number = self._last_number
                slip = PrintedSlip(number, page.text, page.complete, len(page.data), now, page)
                self._finished.put(slip)

    def _keep(self) -> None:
        """Write slips down one after another, apart from the connections: nobody waits for a picture."""
        while (slip := self._finished.get()) is not None:
            if self.out_dir is not None:
                self._write(slip, self.out_dir)
            with self._printed:
                self.jobs.append(slip)
                self._printed.notify_all()

    def _write(self, slip: PrintedSlip, folder: Path) -> None:
        name = f"{slip.number:04}"
        (folder / f"{name}.txt").write_text(slip.text + "\n", encoding="utf-8")
        dots_per_unit = self.profile.dots_per_inch / self.profile.feed_units_per_inch
        picture = draw_page(slip.page, self.profile.width_dots, dots_per_unit)
        picture.save(folder / f"{name}.png")
        entry = {
            "number": slip.number,
            "bytes": slip.bytes,
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(slip.last_byte_at)),
            "text": slip.text,
            "complete": slip.complete,
            "last_byte_at": slip.last_byte_at,
        }
        with (folder / "log.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps(entry, ensure_ascii=False) + "\n")


def _highest_number(folder: Path) -> int:
    numbers = (re.fullmatch(r"(\d{4,})\.txt", file.name) for file in folder.iterdir())
    return max((int(match[1]) for match in numbers if match), default=0)


def serve_forever(port: int, out_dir: Path | str, host: str = "127.0.0.1") -> None:
    """Be a printer until interrupted with Ctrl-C.

    Args:
        port: to listen on, usually 9100.
        out_dir: where the slips go.
        host: address to listen on.

    Raises:
        OSError: the port is taken, or the folder cannot be made.
    """
    with VirtualPrinter(port, out_dir, host=host) as printer, contextlib.suppress(KeyboardInterrupt):
        print(f"Printing on {printer.host}:{printer.port}, slips go to {printer.out_dir}", flush=True)
        threading.Event().wait()
