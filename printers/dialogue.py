"""The talk with a device that takes a stream of bytes: how are you, here is a slip, is it out?

One procedure for every such way; a way only opens a `Line`. ESC/POS alone knows the questions, so a document is sent without any.
"""

import contextlib
import secrets
import string
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from printers.deadline import Deadline
from printers.errors import PrinterError, bad_address
from printers.status import GARBAGE, SILENT, Status, is_asb, is_realtime, parse_asb, parse_realtime
from printers.way import N_, Delivered, Field, Values, nothing, seconds

_MAX_ANSWER_BYTES = 1024
# The answers without which nothing is known come first: some models answer only a few of the questions.
_QUESTIONS = (1, 4, 2, 3)
_LOOK_SECONDS = 0.5
_XON_XOFF = b"\x11\x13"
_PROCESS_ID_BYTES = 7

TALK_FIELDS = (
    Field(
        "status",
        "choice",
        N_("Whether the printer is asked for paper and cover before a slip: auto stops asking one that never answers."),
        default="auto",
        choices=("auto", "always", "never"),
    ),
    seconds("answer_timeout_seconds", 0.5, N_("How long the printer may take to say how it is.")),
    Field(
        "confirm",
        "choice",
        N_(
            "Whether a slip counts as printed only when the printer says so; process_id needs a model with the command GS ( H."
        ),
        default="none",
        choices=("none", "process_id"),
    ),
    seconds("confirm_timeout_seconds", 10, N_("How long a slip may take to be confirmed.")),
)


class Line(Protocol):
    """An open way to one device, for one slip. Every failure is a `PrinterError`."""

    @property
    def answers(self) -> bool:
        """Whether anything can come back at all; where nothing can, nothing is asked."""

    def write(self, data: bytes, deadline: Deadline) -> None:
        """Hand over all of `data`.

        Raises:
            PrinterError: `timed_out` at the deadline, or whatever broke.
        """

    def read(self, deadline: Deadline) -> bytes:
        """Return what the device says; nothing where it says nothing until the deadline, or never will.

        Raises:
            PrinterError: the device went away.
        """

    def finish(self) -> None:
        """Wait, within bounds of the line's own, until the device has taken everything in.

        Raises:
            PrinterError: it did not.
        """

    def close(self) -> None:
        """Let go of the device, at once and whatever happened."""


@dataclass(frozen=True, slots=True)
class StreamTransport:
    """A device that takes a stream of bytes.

    Args:
        open_line: opens it, within bounds.
        write_timeout_seconds: for handing over the whole job.
        escpos: whether jobs are ESC/POS, so that questions make sense.
        status: "auto", "always" or "never", of `TALK_FIELDS`.
        answer_timeout_seconds: for the answers to all questions about the status.
        confirm: "none" or "process_id".
        confirm_timeout_seconds: from the last byte to the confirmation.
        must_close: the device has taken a job only when it ends the connection.
    """

    open_line: Callable[[], Line]
    write_timeout_seconds: float
    escpos: bool
    status: str
    answer_timeout_seconds: float
    confirm: str
    confirm_timeout_seconds: float
    must_close: bool

    @classmethod
    def from_values(cls, values: Values, open_line: Callable[[], Line]) -> "StreamTransport":
        """Make one from the address of a way that has `TALK_FIELDS` and "write_timeout_seconds"."""
        return cls(
            open_line,
            values["write_timeout_seconds"],
            values.get("form", "escpos") == "escpos",
            values["status"],
            values["answer_timeout_seconds"],
            values["confirm"],
            values["confirm_timeout_seconds"],
            values.get("must_close", False),
        )

    def send(
        self, data: bytes, job_name: str, ask_first: bool = False, taken: Callable[[], None] = nothing
    ) -> Delivered:
        confirming = self.escpos and self.confirm == "process_id"
        line = self.open_line()
        try:
            if confirming and not line.answers:
                raise bad_address("This printer has no way to confirm a slip: set confirm to none.")
            asking = line.answers and self.escpos and (self.status == "always" or (self.status == "auto" and ask_first))
            talk = Talk(line)
            before = self._ask(talk) if asking else None
            answers = before is not None and before.answered
            name = _process_id() if confirming else b""
            line.write(data + (b"\x1d(H\x06\x00\x30\x30" + name if confirming else b""), self._writing())
            if confirming:
                self._wait_until_processed(talk, name, answers)
            # A printer may fall silent while it is busy with the slip: then the earlier answer stands.
            after = self._ask(talk) if answers else None
            heard = confirming or (after is not None and after.answered)
            # Of a silent device only the end of the connection shows that it took everything in. One that spoke is let go
            # after that is on record: whoever is killed in between breaks the connection off, and both sides know it.
            if self.must_close or not heard:
                line.finish()
                taken()
            else:
                taken()
                with contextlib.suppress(PrinterError):
                    line.finish()
        finally:
            line.close()
        return Delivered(after if after is not None and after.answered else before, confirmed=confirming)

    def read_status(self, timeout_seconds: float) -> Status:
        if not self.escpos:
            return SILENT
        line = self.open_line()
        try:
            return Talk(line).ask(Deadline(timeout_seconds)) if line.answers else SILENT
        finally:
            line.close()

    def _writing(self) -> Deadline:
        return Deadline(self.write_timeout_seconds)

    def _ask(self, talk: "Talk") -> Status:
        status = talk.ask(Deadline(self.answer_timeout_seconds))
        if refusal := status.refusal():
            raise refusal
        return status

    def _wait_until_processed(self, talk: "Talk", name: bytes, answers: bool) -> None:
        """Wait for the printer to name the slip; while it does not, a printer that answers is asked what is wrong."""
        deadline = Deadline(self.confirm_timeout_seconds)
        while not talk.was_processed(name, Deadline(min(_LOOK_SECONDS, deadline.left))):
            if not deadline.left:
                raise PrinterError(
                    "timed_out", "The printer took the slip but never said that it is out. Check the slip."
                )
            if answers:
                self._ask(talk)


class Talk:
    """Questions and answers on one line; answers to other questions than the last are kept, not mistaken for it."""

    def __init__(self, line: Line) -> None:
        """Begin to talk.

        Args:
            line: open.
        """
        self._line = line
        self._heard = bytearray()
        self._processed: set[bytes] = set()
        self._asb = b""
        self._garbage = False

    def ask(self, deadline: Deadline) -> Status:
        """Ask how the printer is (`DLE EOT` 1 to 4) and return what it says until the deadline.

        Raises:
            PrinterError: the device went away.
        """
        self._asb, self._garbage = b"", False
        found: dict[int, int] = {}
        room = _MAX_ANSWER_BYTES
        for question in _QUESTIONS:
            self._line.write(b"\x10\x04" + bytes([question]), deadline)
            while (answer := self._next_realtime()) is None and not self._garbage:
                data = self._line.read(deadline)
                self._heard += data
                room -= len(data)
                # A device that talks without end says nothing: it is not listened to beyond a bound.
                if not data or room < 0:
                    break
            if answer is None:
                break
            found[question] = answer
        if self._garbage or room < 0:
            self._heard.clear()
            return GARBAGE
        return parse_realtime(found) if found or not self._asb else parse_asb(self._asb)

    def was_processed(self, name: bytes, deadline: Deadline) -> bool:
        """Say whether the printer named this slip as processed before the deadline.

        Raises:
            PrinterError: the device went away.
        """
        room = _MAX_ANSWER_BYTES
        while True:
            while self._next_realtime() is not None:
                pass  # an answer that came too late
            if name in self._processed:
                return True
            if self._garbage:
                self._heard.clear()
                self._garbage = False
            data = self._line.read(deadline)
            self._heard += data
            room -= len(data)
            if not data or room < 0:
                return False

    def _next_realtime(self) -> int | None:
        """Take what was heard apart; return the next answer to a real-time question, None where more has to be read."""
        heard = self._heard
        while heard and not self._garbage:
            first = heard[0]
            if is_realtime(first):
                del heard[0]
                return first
            if first in _XON_XOFF:
                del heard[0]
            elif first == 0x37:
                if len(heard) < _PROCESS_ID_BYTES:
                    return None
                self._garbage = heard[1] != 0x22 or heard[6] != 0
                self._processed.add(bytes(heard[2:6]))
                del heard[:_PROCESS_ID_BYTES]
            elif len(heard) < 4 and is_asb(bytes(heard).ljust(4, b"\0")):
                return None
            else:
                self._garbage = not is_asb(bytes(heard[:4]))
                self._asb = bytes(heard[:4])
                del heard[:4]
        return None


def _process_id() -> bytes:
    """Return four letters that tell this slip from any other a printer may still have in its buffer."""
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(4)).encode()
