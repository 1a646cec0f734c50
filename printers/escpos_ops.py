"""What a thermal printer did to the paper: lines, pictures, QR codes, feeds and cuts."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from printers.slip import Align

DEFAULT_SPACING = 30  # In vertical units: what ESC 2 restores.


@dataclass(frozen=True, slots=True)
class Style:
    """How the next letters are printed; multipliers are 1 to 8, spacing is in vertical units."""

    font: Literal["A", "B"] = "A"
    width: int = 1
    height: int = 1
    bold: bool = False
    align: Align = "left"
    spacing: int = DEFAULT_SPACING
    smooth: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line: its runs of letters in one style each."""

    runs: tuple[tuple[str, Style], ...]
    align: Align
    spacing: int

    @property
    def text(self) -> str:
        return "".join(text for text, _ in self.runs)


@dataclass(frozen=True, slots=True)
class Raster:
    """A picture: rows of packed bits, 1 for black, `width` a multiple of 8."""

    width: int
    height: int
    bits: bytes
    align: Align


@dataclass(frozen=True, slots=True)
class QrCode:
    """A QR code drawn by the printer."""

    data: str
    module_dots: int
    align: Align


@dataclass(frozen=True, slots=True)
class Feed:
    """Empty paper, in vertical units; `lines` when it was asked for in lines."""

    units: int
    lines: int = 0


@dataclass(frozen=True, slots=True)
class Cut:
    """The knife."""


Op: TypeAlias = Line | Raster | QrCode | Feed | Cut


@dataclass(frozen=True, slots=True)
class Page:
    """One slip as it came out.

    Args:
        ops: from top to bottom.
        data: the bytes it was made of.
        complete: it ended with a cut, or with the feed by lines that brings paper to a tear bar.
        unknown: commands nobody here knows, which a printer might have printed as letters.
    """

    ops: tuple[Op, ...]
    data: bytes
    complete: bool
    unknown: tuple[bytes, ...] = ()

    @property
    def text(self) -> str:
        """The words on the slip, a line for each printed line; QR codes as "[QR …]"."""
        lines = []
        for op in self.ops:
            if isinstance(op, Line):
                lines.append(op.text.rstrip())
            elif isinstance(op, QrCode):
                lines.append(f"[QR {op.data}]")
        return "\n".join(lines)
