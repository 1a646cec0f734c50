"""The blocks a slip is made of: what each of them holds, and what it refuses."""

import unicodedata
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from printers import pictures
from printers.lettering import clean, shorten
from printers.slip_error import SlipError

Size = Literal["small", "normal", "large"]
Align = Literal["center", "left", "right"]

MAX_TEXT_LETTERS = 1_000
MAX_LABEL_LETTERS = 16
MAX_QR_BYTES = 500
MAX_SPACE_MM = 50.0
MAX_PICTURE_MM = 100.0


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; renderers wrap it to the width of their paper.

    Args:
        text: cleaned at construction and cut with "…" after `MAX_TEXT_LETTERS` letters; an empty one prints
            nothing.
        size: "normal" is for reading, "large" for what matters, "small" for what may be overlooked.
        bold: heavier letters.
        align: where lines stand on the paper.
    """

    text: str
    size: Size = "normal"
    bold: bool = False
    align: Align = "center"

    def __post_init__(self) -> None:
        _require(self.text, str, "text")
        _require(self.bold, bool, "bold")
        _one_of(self.size, get_args(Size), "size")
        _one_of(self.align, get_args(Align), "align")
        object.__setattr__(self, "text", shorten(clean(self.text).strip(" "), MAX_TEXT_LETTERS))


@dataclass(frozen=True, slots=True)
class Label:
    """The ticket's label, in the largest type that fits the paper.

    Args:
        text: letter and number, such as "A017"; renderers set a small gap between the two.
        spoken: how a voice says it, when that differs; never printed.

    Raises:
        SlipError: `empty`, or `too_long` beyond `MAX_LABEL_LETTERS`.
    """

    text: str
    spoken: str | None = None

    def __post_init__(self) -> None:
        _require(self.text, str, "text")
        text = clean(self.text).strip()
        if all(unicodedata.category(letter)[0] in "MZC" for letter in text):  # Marks without a letter are no width.
            raise SlipError("empty", "A label needs at least one letter or digit.")
        if len(text) > MAX_LABEL_LETTERS:
            raise SlipError("too_long", "A label has at most %(most)d letters and digits.", most=MAX_LABEL_LETTERS)
        object.__setattr__(self, "text", text)
        if self.spoken is not None:
            _require(self.spoken, str, "spoken")
            object.__setattr__(self, "spoken", shorten(clean(self.spoken).strip(), MAX_TEXT_LETTERS))

    @property
    def parts(self) -> tuple[str, str]:
        """The letter, empty when there is none, and the number, to be set with a gap between."""
        digits = next((at for at, letter in enumerate(self.text) if letter.isdecimal()), 0)
        return self.text[:digits].rstrip(" -\u00a0\u2009\u202f"), self.text[digits:]


@dataclass(frozen=True, slots=True)
class Rule:
    """A thin line across the paper."""


@dataclass(frozen=True, slots=True)
class Space:
    """Empty paper.

    Args:
        mm: height in millimetres, from 0 to `MAX_SPACE_MM`.
    """

    mm: float

    def __post_init__(self) -> None:
        if isinstance(self.mm, bool) or not isinstance(self.mm, int | float):
            raise SlipError("wrong_type", "A space's mm must be a number.")
        if not 0 <= self.mm <= MAX_SPACE_MM:  # Also refuses NaN, which compares with nothing.
            raise SlipError("bad_value", "A space is between 0 and %(most)s mm high.", most=f"{MAX_SPACE_MM:g}")


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR code with an optional line of words beneath it.

    Args:
        data: what a phone reads, usually an address; kept letter by letter except for control characters.
        caption: cleaned and cut like a `Text`.

    Raises:
        SlipError: `empty`, or `too_long` beyond `MAX_QR_BYTES` of UTF-8 (a denser code is unreadable on a
            slip).
    """

    data: str
    caption: str = ""

    def __post_init__(self) -> None:
        _require(self.data, str, "data")
        _require(self.caption, str, "caption")
        data = "".join(letter for letter in self.data if unicodedata.category(letter) not in {"Cc", "Cs"})
        if not data:
            raise SlipError("empty", "A QR code needs something to say.")
        if len(data.encode()) > MAX_QR_BYTES:
            raise SlipError("too_long", "A QR code holds at most %(most)d bytes on a slip.", most=MAX_QR_BYTES)
        object.__setattr__(self, "data", data)
        object.__setattr__(self, "caption", shorten(clean(self.caption).strip(" "), MAX_TEXT_LETTERS))


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in the middle of the paper, such as the office's coat of arms.

    Args:
        png: a PNG of greys or of black and white, at most `printers.pictures.MAX_BYTES` long and
            `printers.pictures.MAX_SIDE` dots wide and high; `printers.logo.read_logo` makes one.
        width_mm: how wide it is printed, up to `MAX_PICTURE_MM`; narrower where the paper is, or where it
            would be higher than `MAX_PICTURE_MM`.

    Raises:
        SlipError: `wrong_type`, `bad_value`, `not_a_picture` or `picture_too_large`.
    """

    png: bytes
    width_mm: float

    def __post_init__(self) -> None:
        _require(self.png, bytes, "png")
        if isinstance(self.width_mm, bool) or not isinstance(self.width_mm, int | float):
            raise SlipError("wrong_type", "A picture's width_mm must be a number.")
        if not 1 <= self.width_mm <= MAX_PICTURE_MM:
            raise SlipError("bad_value", "A picture is between 1 and %(most)s mm wide.", most=f"{MAX_PICTURE_MM:g}")
        pictures.size(self.png)

    def size_mm(self, room_mm: float) -> tuple[float, float]:
        """Return how wide and high it is printed.

        Args:
            room_mm: how wide the paper is between its margins.
        """
        across, down = pictures.size(self.png)
        width = min(self.width_mm, room_mm, MAX_PICTURE_MM * across / down)
        return width, width * down / across


Block: TypeAlias = Text | Label | Rule | Space | Qr | Picture


def _require(value: object, kind: type, name: str) -> None:
    if not isinstance(value, kind):
        raise SlipError("wrong_type", f"{name} must be a {kind.__name__}, not a {type(value).__name__}.")


def _one_of(value: object, allowed: tuple[str, ...], name: str) -> None:
    if value not in allowed:
        raise SlipError("bad_value", f"{name} must be one of {', '.join(allowed)}.")
