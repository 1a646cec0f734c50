"""ESC/POS read back: bytes in, decoded slips out. The half of the virtual printer that touches nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from printers.codepages import PAGE_OF_NUMBER
from printers.escpos_ops import DEFAULT_SPACING, Cut, Feed, Line, Op, Page, QrCode, Raster, Style
from printers.slip import Align

_ALIGNS: tuple[Align, ...] = ("left", "center", "right")
MAX_QR_BYTES = 2_000  # A little less than any QR code can hold.


def decode(data: bytes) -> list[Page]:
    """Return the slips in a complete stream of ESC/POS bytes."""
    decoder = EscposDecoder()
    return decoder.feed(data) + decoder.finish()


class _Incomplete(Exception):
    """A command's last bytes have not arrived."""


@dataclass
class EscposDecoder:
    """Reads a stream as it arrives; a slip is handed out as soon as its cut is there."""

    _buffer: bytearray = field(default_factory=bytearray)
    _at: int = 0
    _style: Style = field(default_factory=Style)
    _codec: str = "cp437"
    _runs: list[tuple[str, Style]] = field(default_factory=list)
    _ops: list[Op] = field(default_factory=list)
    _unknown: list[bytes] = field(default_factory=list)
    _pages: list[Page] = field(default_factory=list)
    _qr_module_dots: int = 3
    _qr_data: bytes = b""

    def feed(self, data: bytes) -> list[Page]:
        """Take in bytes and return the slips they completed."""
        self._buffer += data
        while self._at < len(self._buffer):
            start = self._at
            try:
                self._step()
            except _Incomplete:
                self._at = start
                break
        return self._hand_out()

    def finish(self) -> list[Page]:
        """Return what is on paper when nothing more arrives: no slip, or the last one."""
        broken = self._at < len(self._buffer) or bool(self._runs)
        if broken:
            self._at = len(self._buffer)
        self._end_line()
        self._end_page(broken=broken)
        return self._hand_out()

    def _hand_out(self) -> list[Page]:
        pages, self._pages = self._pages, []
        return pages

    def _step(self) -> None:
        lead = self._buffer[self._at]
        if lead in _FAMILIES:
            name = bytes(self._peek(2))
            command = _COMMANDS.get(name)
            if command is None:
                self._skip_unknown(name)
                return
            size, act = command
            self._at += 2
            act(self, self._take(size))
        elif lead == 0x0A:
            self._at += 1
            self._new_line()
        elif lead < 0x20:
            self._at += 1  # CR, HT, NUL …: no paper moves.
        else:
            self._letters()

    def _letters(self) -> None:
        end = self._at
        while end < len(self._buffer) and self._buffer[end] >= 0x20:
            end += 1
        text = self._buffer[self._at : end].decode(self._codec, errors="replace")
        self._at = end
        if self._runs and self._runs[-1][1] == self._style:
            text = self._runs.pop()[0] + text
        self._runs.append((text, self._style))

    def _peek(self, count: int) -> bytearray:
        if self._at + count > len(self._buffer):
            raise _Incomplete
        return self._buffer[self._at : self._at + count]

    def _take(self, count: int) -> bytes:
        taken = bytes(self._peek(count))
        self._at += count
        return taken

    def _skip_unknown(self, name: bytes) -> None:
        self._unknown.append(name)
        self._at += 2

    # What the commands do. Each gets its fixed parameters; longer ones take the rest themselves.

    def _initialize(self, _: bytes) -> None:
        self._end_line()
        # An ESC @ belongs to the slip it begins.
        self._end_page(keep=2)
        self._style, self._codec = Style(), "cp437"

    def _select_code_page(self, number: bytes) -> None:
        self._codec = PAGE_OF_NUMBER.get(number[0], "cp437")

    def _change(self, **changes: object) -> None:
        self._style = replace(self._style, **changes)  # type: ignore[arg-type]

    def _size(self, size: bytes) -> None:
        self._change(width=(size[0] >> 4 & 7) + 1, height=(size[0] & 7) + 1)

    def _mode(self, mode: bytes) -> None:
        bits = mode[0]
        self._change(
            font="B" if bits & 1 else "A",
            bold=bool(bits & 8),
            height=2 if bits & 16 else 1,
            width=2 if bits & 32 else 1,
        )

    def _new_line(self) -> None:
        self._ops.append(Line(tuple(self._runs), self._style.align, self._style.spacing))
        self._runs = []

    def _end_line(self) -> None:
        if self._runs:
            self._new_line()

    def _feed_units(self, units: bytes) -> None:
        self._end_line()
        self._ops.append(Feed(units[0]))

    def _feed_lines(self, lines: bytes) -> None:
        self._end_line()
        self._ops.append(Feed(lines[0] * self._style.spacing, lines[0]))

    def _cut(self, mode: bytes) -> None:
        if mode[0] in {65, 66, 97, 98, 103, 104}:
            self._take(1)  # How far to feed first.
        self._cut_now(b"")

    def _cut_now(self, _: bytes) -> None:
        self._end_line()
        self._ops.append(Cut())
        self._end_page()

    def _raster(self, head: bytes) -> None:
        if head[0] != ord("0"):
            self._unknown.append(b"\x1dv" + head[:1])
            return
        across, height = int.from_bytes(head[2:4], "little"), int.from_bytes(head[4:6], "little")
        bits = self._take(across * height)
        self._end_line()
        if bits:
            self._ops.append(Raster(across * 8, height, bits, self._style.align))

    def _bit_image(self, head: bytes) -> None:
        columns = int.from_bytes(head[1:3], "little")
        self._take(columns * (3 if head[0] in {32, 33} else 1))  # Drawn by nobody since GS v 0.

    def _bracket(self, head: bytes) -> None:
        """GS ( k and its kin: a function letter, a length, the parameters."""
        parameters = self._take(int.from_bytes(head[1:3], "little"))
        if head[:1] != b"k" or parameters[:1] != b"1":
            return
        function, rest = parameters[1:2], parameters[2:]
        if function == b"C":
            self._qr_module_dots = max(rest[0], 1) if rest else 3
        elif function == b"P":
            self._qr_data = rest[1:]
        elif function == b"Q" and 0 < len(self._qr_data) <= MAX_QR_BYTES:
            self._end_line()
            data = self._qr_data.decode("utf-8", errors="replace")
            self._ops.append(QrCode(data, self._qr_module_dots, self._style.align))

    def _end_page(self, keep: int = 0, broken: bool = False) -> None:
        end = self._at - keep
        if self._ops:
            last = self._ops[-1]
            complete = isinstance(last, Cut) or (isinstance(last, Feed) and last.lines > 0)
            data = bytes(self._buffer[:end])
            page = Page(tuple(self._ops), data, complete and not broken, tuple(self._unknown))
            self._pages.append(page)
            self._ops, self._unknown = [], []
            del self._buffer[:end]
            self._at = keep


_Act: TypeAlias = Callable[[EscposDecoder, bytes], None]


def _ignore(decoder: EscposDecoder, parameters: bytes) -> None:
    """Do nothing: the command moves no ink."""


def _align(decoder: EscposDecoder, how: bytes) -> None:
    decoder._change(align=_ALIGNS[how[0] % 48 % 3])


# First bytes of commands: DLE, ESC, FS, GS.
_FAMILIES = frozenset(b"\x10\x1b\x1c\x1d")

# Command → (how many bytes of parameters always follow, what it does).
_COMMANDS: dict[bytes, tuple[int, _Act]] = {
    b"\x1b@": (0, EscposDecoder._initialize),
    b"\x1bt": (1, EscposDecoder._select_code_page),
    b"\x1ba": (1, _align),
    b"\x1bM": (1, lambda decoder, font: decoder._change(font="B" if font[0] in {1, 49} else "A")),
    b"\x1b!": (1, EscposDecoder._mode),
    b"\x1bE": (1, lambda decoder, on: decoder._change(bold=bool(on[0] & 1))),
    b"\x1bG": (1, lambda decoder, on: decoder._change(bold=bool(on[0] & 1))),
    b"\x1b2": (0, lambda decoder, _: decoder._change(spacing=DEFAULT_SPACING)),
    b"\x1b3": (1, lambda decoder, units: decoder._change(spacing=units[0])),
    b"\x1bJ": (1, EscposDecoder._feed_units),
    b"\x1bd": (1, EscposDecoder._feed_lines),
    b"\x1bi": (0, EscposDecoder._cut_now),
    b"\x1bm": (0, EscposDecoder._cut_now),
    b"\x1b*": (3, EscposDecoder._bit_image),
    b"\x1d!": (1, EscposDecoder._size),
    b"\x1db": (1, lambda decoder, on: decoder._change(smooth=bool(on[0] & 1))),
    b"\x1dV": (1, EscposDecoder._cut),
    b"\x1dv": (6, EscposDecoder._raster),
    b"\x1d(": (3, EscposDecoder._bracket),
    b"\x1c(": (3, EscposDecoder._bracket),
    # Read past: spacing, underline, rotation, reverse, national sets, positions, drawer, two-byte mode,
    # status.
    **{b"\x1b" + name: (1, _ignore) for name in (b" ", b"-", b"R", b"V", b"{", b"r", b"=", b"U")},
    **{b"\x1b" + name: (2, _ignore) for name in (b"$", b"\\", b"c")},
    b"\x1bp": (3, _ignore),
    **{b"\x1d" + name: (1, _ignore) for name in (b"B", b"H", b"f", b"h", b"w", b"a", b"r", b"I")},
    **{b"\x1d" + name: (2, _ignore) for name in (b"L", b"W", b"P", b"$", b"\\")},
    **{b"\x1c" + name: (0, _ignore) for name in (b".", b"&")},
    **{b"\x1c" + name: (1, _ignore) for name in (b"!", b"C", b"-")},
    b"\x1cS": (2, _ignore),
    b"\x10\x04": (1, _ignore),
    b"\x10\x05": (1, _ignore),
    b"\x10\x14": (3, _ignore),
}
