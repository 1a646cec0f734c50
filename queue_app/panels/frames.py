"""The bytes between the server and a panel: frames of printable ASCII with an address, a number and a checksum.

    <01,2A,S,A017,5,L,08,020,6F1C>

A frame begins with `<` wherever it comes, so that half a frame is over with the next one, and counts only if its checksum is
right. What stands between frames is noise.
"""

from __future__ import annotations

import re
from binascii import crc_hqx
from dataclasses import dataclass

ADDRESSES = range(1, 100)
LONGEST_BYTES = 48
LONGEST_TEXT = 12
ARROWS = {
    "left": "L", "right": "R", "up": "U", "down": "D",
    "up_left": "UL", "up_right": "UR", "down_left": "DL", "down_right": "DR",
}  # fmt: skip
"""Directions as settings call them, with their letters in a frame; without an arrow there stands nothing."""
REASONS = ("LONG", "CHAR", "KIND", "FAULT")
"""Why a panel refuses: too long for it, a character it cannot draw, a kind of frame it does not know, it is broken."""

_TEXT = re.compile(rf"[A-Z0-9 \-]{{0,{LONGEST_TEXT}}}")
_COUNTER = re.compile(r"[A-Z0-9]{0,3}")
_ADDRESS, _NUMBER = re.compile(r"\d\d"), re.compile(r"[0-9A-F]{2}")
_BLINK, _HOLD = re.compile(r"\d\d"), re.compile(r"\d{3}")


@dataclass(frozen=True, slots=True)
class Show:
    """Show this from now on.

    Args:
        text: capital letters, digits, spaces and hyphens, aligned to the right; empty for a dark panel.
        counter: name of the counter, on a panel that has room for it.
        arrow: a value of `ARROWS`, or empty.
        blink: seconds for which it blinks from now on.
        hold: seconds after which the panel goes dark by itself where no further frame has come: it never shows an old number.
    """

    text: str = ""
    counter: str = ""
    arrow: str = ""
    blink: int = 0
    hold: int = 20


@dataclass(frozen=True, slots=True)
class Test:
    """Light everything for so many seconds or until something is to be shown, then go on as before."""

    __test__ = False  # no test of pytest's

    seconds: int


@dataclass(frozen=True, slots=True)
class Taken:
    """The panel's answer: it is so."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The panel's answer: it stays as it was, for a reason of `REASONS`."""

    reason: str


Message = Show | Test | Taken | Refused


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame.

    Args:
        address: of the panel, on the way there and back.
        number: 0 to 255; an answer carries the number of what it answers.
        message: what is said.
    """

    address: int
    number: int
    message: Message


def encode(frame: Frame) -> bytes:
    """Return the bytes of a frame.

    Raises:
        ValueError: something in it is outside what a frame can carry.
    """
    body = f"{frame.address:02},{frame.number:02X},{_words(frame.message)},"
    data = f"<{body}{crc_hqx(body.encode('ascii'), 0xFFFF):04X}>".encode("ascii")
    if decode(data) != frame:
        raise ValueError(f"{frame} does not fit into a frame")
    return data


def decode(data: bytes) -> Frame:
    """Return the frame that `data` is, from `<` to `>`.

    Raises:
        ValueError: it is none, or its checksum is wrong.
    """
    body, comma, checksum = data[1:-1].rpartition(b",")
    if data[:1] != b"<" or data[-1:] != b">" or not comma or len(data) > LONGEST_BYTES:
        raise ValueError("no frame")
    if checksum != b"%04X" % crc_hqx(body + comma, 0xFFFF):
        raise ValueError("wrong checksum")
    address, number, kind, *parts = body.decode("ascii").split(",") if body.count(b",") >= 2 else ("", "", "")
    if not _ADDRESS.fullmatch(address) or int(address) not in ADDRESSES or not _NUMBER.fullmatch(number):
        raise ValueError("no address or no number")
    return Frame(int(address), int(number, 16), _message(kind, parts))


def _words(message: Message) -> str:
    match message:
        case Show(text, counter, arrow, blink, hold):
            return f"S,{text},{counter},{arrow},{blink:02},{hold:03}"
        case Test(seconds):
            return f"T,{seconds:02}"
        case Taken():
            return "A"
        case Refused(reason):
            return f"N,{reason}"


def _message(kind: str, parts: list[str]) -> Message:
    match kind, parts:
        case "S", [text, counter, arrow, blink, hold] if (
            _TEXT.fullmatch(text)
            and _COUNTER.fullmatch(counter)
            and arrow in ("", *ARROWS.values())
            and _BLINK.fullmatch(blink)
            and _HOLD.fullmatch(hold)
        ):
            return Show(text, counter, arrow, int(blink), int(hold))
        case "T", [seconds] if _BLINK.fullmatch(seconds):
            return Test(int(seconds))
        case "A", []:
            return Taken()
        case "N", [reason] if reason in REASONS:
            return Refused(reason)
    raise ValueError("unknown kind")


class Reader:
    """Finds the frames in a stream of bytes, however it is cut into pieces and whatever stands between them."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._open = b""

    def feed(self, data: bytes) -> list[Frame]:
        """Take in the next bytes and return the frames that are complete with them."""
        found = []
        for byte in data:
            letter = bytes([byte])
            if letter == b"<":
                self._open = letter
            elif not self._open:
                continue
            elif not 0x20 <= byte < 0x7F or len(self._open) >= LONGEST_BYTES:
                self._open = b""  # no frame holds such a byte: what began was cut off
            else:
                self._open += letter
                if letter == b">":
                    found += self._complete()
        return found

    def _complete(self) -> list[Frame]:
        data, self._open = self._open, b""
        try:
            return [decode(data)]
        except ValueError:
            return []
