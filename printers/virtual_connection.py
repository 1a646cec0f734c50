"""One connection to a virtual printer: bytes taken at its pace, questions answered, slips handed on."""

import contextlib
import socket
import struct
import threading
import time
from typing import Protocol

from printers.escpos_decoder import EscposDecoder
from printers.escpos_ops import Page
from printers.virtual_condition import IN_ORDER, REALTIME, Condition, Questions, begun_question, without_questions

_CHUNK_BYTES = 4096
_BUFFER_BYTES = 4096  # What it takes in while it cannot print.
_TICKS_A_SECOND = 20  # How finely a slow printer takes its bytes.
_LOOK_SECONDS = 0.03  # How soon it notices that it is told something.
_SILENT_LOOKS = 33  # About a second without a byte: the log does not wait any longer for an acknowledgement.
_NONSENSE = b"\xff\x00E?"
_FLOOD = b"\x12" * 512


class Mechanism(Protocol):
    """What a connection needs of its printer."""

    @property
    def condition(self) -> Condition:
        """How the printer is now."""

    @property
    def closing(self) -> bool:
        """Whether it is being switched off."""

    def now(self) -> float:
        """Return the time in seconds since 1970."""

    def bring_out(self, page: Page, connection: int, last_byte_at: float) -> int:
        """Put a slip out and return its number."""

    def acknowledge(self, number: int, acknowledged: bool | None) -> None:
        """Write down whether the sender of a slip could know that it was taken."""


class Connection:
    """Serves one connection until either side ends it and everything taken in is printed."""

    def __init__(self, printer: Mechanism, connection: socket.socket, number: int) -> None:
        """Take the connection over.

        Args:
            printer: it leads to.
            connection: just accepted.
            number: from 1, for the log.
        """
        self._printer, self._socket, self._number = printer, connection, number
        self._decoder = EscposDecoder()
        self._realtime, self._in_order = Questions(REALTIME), Questions(IN_ORDER)
        self._pending = bytearray()
        self._taken = 0
        self._last_byte_at = printer.now()
        self._open_slips: dict[int, bool] = {}
        self._silent_looks = 0
        self._sending = threading.Lock()
        self._tells_changes = False
        self._begun = b""
        self._broken_off = False

    def serve(self) -> None:
        """Take bytes in until the end, and print them all."""
        clean: bool | None = False
        self._socket.settimeout(_LOOK_SECONDS)
        with self._socket, contextlib.suppress(OSError):
            clean = self._take_in()
        # What lies in the buffer of a printer without paper comes out when there is some, whoever is gone by then.
        while not self._printer.closing and self._pending:
            self._print()
            time.sleep(_LOOK_SECONDS if self._pending else 0)
        self._bring_out(self._decoder.finish())
        self._acknowledge(clean)

    def tell_change(self) -> None:
        """Send the automatic status where the sender asked for it (`GS a`)."""
        if self._tells_changes:
            self._say(self._printer.condition.asb())

    def _take_in(self) -> bool | None:
        """Take bytes in; say whether the sender ended as it should, None where this printer did.

        Raises:
            OSError: the sender broke off.
        """
        while not self._printer.closing:
            condition = self._printer.condition
            self._print()
            if condition.die_after is not None and self._taken >= condition.die_after:
                # Lingering for no time makes close() send a reset, as a pulled plug does.
                self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return False
            room = self._room(condition)
            if not room:
                time.sleep(_LOOK_SECONDS)
                continue
            try:
                data = self._socket.recv(room)
            except TimeoutError:
                self._stay_silent()
                continue
            if not data:
                return not self._broken_off
            self._take(data)
            if condition.slow:
                time.sleep(len(data) / condition.slow)
        return None

    def _room(self, condition: Condition) -> int:
        """Return how many bytes may be taken in now."""
        room = max(condition.slow // _TICKS_A_SECOND, 1) if condition.slow else _CHUNK_BYTES
        for limit in (condition.jam_after, condition.die_after):
            if limit is not None:
                room = min(room, max(limit - self._taken, 0))
        return min(room, max(_BUFFER_BYTES - len(self._pending), 0))

    def _take(self, data: bytes) -> None:
        self._silent_looks = 0
        self._taken += len(data)
        self._last_byte_at = self._printer.now()
        rest = without_questions(self._begun + data)
        self._begun = begun_question(rest)
        if rest != self._begun:
            self._acknowledge(True)  # Who goes on with the next slip has ended with the last.
        for question in self._realtime.found(data):
            self._answer(self._printer.condition.realtime(question[2]))
        self._pending += data

    def _stay_silent(self) -> None:
        self._silent_looks += 1
        if self._silent_looks == _SILENT_LOOKS:
            self._acknowledge(None)

    def _print(self) -> None:
        """Print what was taken in, as far as paper moves, and answer the questions between."""
        if not self._pending or not self._printer.condition.prints:
            return
        data = bytes(self._pending)
        self._pending.clear()
        self._bring_out(self._decoder.feed(data))
        for question in self._in_order.found(data):
            if question.startswith(b"\x1dr"):
                self._answer(self._printer.condition.sensor(question[2]))
            elif question.startswith(b"\x1da"):
                self._tells_changes = question[2] != 0
                self.tell_change()
            else:
                self._answer(b"\x37\x22" + question[-4:] + b"\0")

    def _bring_out(self, pages: list[Page]) -> None:
        for page in pages:
            number = self._printer.bring_out(page, self._number, self._last_byte_at)
            self._open_slips[number] = page.complete

    def _acknowledge(self, acknowledged: bool | None) -> None:
        for number, complete in self._open_slips.items():
            self._printer.acknowledge(number, acknowledged if complete else False)
        self._open_slips.clear()

    def _answer(self, answer: bytes) -> None:
        condition = self._printer.condition
        if condition.silent:
            return
        if condition.flood:
            threading.Thread(target=self._flood, daemon=True).start()
            return
        self._say(_NONSENSE if condition.garbage else answer)

    def _flood(self) -> None:
        while not self._printer.closing and self._printer.condition.flood and self._say(_FLOOD):
            pass

    def _say(self, data: bytes) -> bool:
        with self._sending:
            try:
                self._socket.sendall(data)
            except OSError:
                # A reset is told once: told to who sends, it looks like a clean end to who receives.
                self._broken_off = True
                return False
        return True
