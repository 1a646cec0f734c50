"""How a virtual printer is, and what it therefore answers: the bytes a real one would send."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Condition:
    """What is the matter with a printer; by default nothing.

    Args:
        paper: "ok", "low" or "out"; without paper it takes in a few kilobytes and prints them when there is some.
        cover: "closed" or "open"; an open one stops printing as missing paper does.
        fault: it reports a fault and prints nothing.
        slow: bytes taken a second.
        jam_after: stops reading each connection after so many bytes; 0 reads nothing.
        die_after: breaks each connection off after so many bytes.
        refusing: nobody listens, connections are refused.
        hanging: connections are neither taken nor refused.
        silent: answers no question.
        garbage: answers questions with nonsense.
        flood: answers a question without ever ending.
    """

    paper: Literal["ok", "low", "out"] = "ok"
    cover: Literal["closed", "open"] = "closed"
    fault: bool = False
    slow: int | None = None
    jam_after: int | None = None
    die_after: int | None = None
    refusing: bool = False
    hanging: bool = False
    silent: bool = False
    garbage: bool = False
    flood: bool = False

    @property
    def prints(self) -> bool:
        """Whether paper moves."""
        return self.paper != "out" and self.cover == "closed" and not self.fault

    @property
    def tight(self) -> bool:
        """Whether the few kilobytes a real printer can hold matter, instead of the megabytes of a server."""
        return bool(self.slow) or self.jam_after is not None or not self.prints

    def realtime(self, question: int) -> bytes:
        """Return the answer to `DLE EOT` 1 to 4."""
        bits = {
            1: 0 if self.prints else 0x08,
            2: (0x04 if self.cover == "open" else 0)
            | (0x20 if self.paper == "out" else 0)
            | (0x40 if self.fault else 0),
            3: 0x08 if self.fault else 0,
            4: {"ok": 0, "low": 0x0C, "out": 0x6C}[self.paper],
        }
        return bytes([0x12 | bits[question]])

    def asb(self) -> bytes:
        """Return the automatic status of four bytes."""
        first = 0x10 | (0 if self.prints else 0x08) | (0x20 if self.cover == "open" else 0)
        return bytes([first, 0x08 if self.fault else 0, self._sensor(), 0x0F])

    def sensor(self, which: int) -> bytes:
        """Return the answer to `GS r` 1 (paper) or 2 (drawer, always closed)."""
        return bytes([self._sensor() if which % 48 == 1 else 0])

    def _sensor(self) -> int:
        return {"ok": 0, "low": 0x03, "out": 0x0F}[self.paper]


class Questions:
    """Finds questions in a stream of bytes, however it is cut into pieces.

    Like a real printer it looks for them everywhere, also inside a picture.
    """

    _LONGEST = 11

    def __init__(self, pattern: bytes) -> None:
        """Look for one kind of question.

        Args:
            pattern: `REALTIME` or `IN_ORDER`.
        """
        self._pattern = re.compile(pattern, re.DOTALL)
        self._rest = b""

    def found(self, data: bytes) -> Iterator[bytes]:
        """Take in the next bytes and yield the questions that are complete with them."""
        stream, end = self._rest + data, 0
        for match in self._pattern.finditer(stream):
            end = match.end()
            yield match[0]
        self._rest = stream[max(end, len(stream) - self._LONGEST + 1) :]


REALTIME = rb"\x10\x04[\x01-\x04]"
"""`DLE EOT` n, answered when it arrives."""
IN_ORDER = rb"\x1dr[\x01\x02\x31\x32]|\x1da.|\x1d\(H\x06\x00\x30\x30[\x20-\x7e]{4}"
"""`GS r`, `GS a` and `GS ( H`, answered when everything before them is printed."""

_QUESTIONS = rb"(?:" + REALTIME + rb"|" + IN_ORDER + rb")*"


def without_questions(data: bytes) -> bytes:
    """Return the bytes of a slip without the questions asked before and after it."""
    start = re.match(_QUESTIONS, data, re.DOTALL)
    rest = data[start.end() :] if start else data
    return re.sub(rb"(?:" + REALTIME + rb"|" + IN_ORDER + rb")+\Z", b"", rest, flags=re.DOTALL)


_BEGUN = re.compile(rb"(?:\x10\x04?|\x1d[ra]?|\x1d\((?:H(?:\x06(?:\x00(?:\x30(?:\x30[\x20-\x7e]{0,3})?)?)?)?)?)\Z")


def begun_question(data: bytes) -> bytes:
    """Return the end of `data` that the next bytes may make a question of."""
    match = _BEGUN.search(data)
    return match[0] if match else b""
