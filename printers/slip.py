"""A slip as data: what stands on the paper, in order, and nothing about printers.

A slip survives a journey through JSON unchanged, so that a print job can be stored, sent again and printed
later on another kind of printer.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

from printers.lettering import clean, shorten

Size = Literal["small", "normal", "large"]
Align = Literal["center", "left", "right"]

VERSION = 1
MAX_BLOCKS = 40
MAX_TEXT_LETTERS = 1_000
MAX_SLIP_LETTERS = 3_000
MAX_LABEL_LETTERS = 16
MAX_QR_BYTES = 500
MAX_SPACE_MM = 50.0


class SlipError(ValueError):
    """A slip's description is not usable.

    Attributes:
        code: `not_an_object`, `missing_field`, `unknown_field`, `unknown_block`, `unknown_version`,
            `wrong_type`, `bad_value`, `empty` or `too_long`.
        message: what is wrong and where, in English, for the person who wrote the description.
    """

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        self.message = message
        super().__init__(code, message)

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


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
        if not text:
            raise SlipError("empty", "A label needs at least one letter or digit.")
        if len(text) > MAX_LABEL_LETTERS:
            raise SlipError("too_long", f"A label has at most {MAX_LABEL_LETTERS} letters and digits.")
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
            raise SlipError("bad_value", f"A space is between 0 and {MAX_SPACE_MM:g} mm high.")


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
            raise SlipError("too_long", f"A QR code holds at most {MAX_QR_BYTES} bytes on a slip.")
        object.__setattr__(self, "data", data)
        object.__setattr__(self, "caption", shorten(clean(self.caption).strip(" "), MAX_TEXT_LETTERS))


Block: TypeAlias = Text | Label | Rule | Space | Qr

# The name of each block in JSON and its fields: name → (type, required).
_KINDS: dict[str, tuple[type[Block], dict[str, bool]]] = {
    "text": (Text, {"text": True, "size": False, "bold": False, "align": False}),
    "label": (Label, {"text": True, "spoken": False}),
    "rule": (Rule, {}),
    "space": (Space, {"mm": True}),
    "qr": (Qr, {"data": True, "caption": False}),
}
_NAMES = {kind: name for name, (kind, _) in _KINDS.items()}


@dataclass(frozen=True, slots=True)
class Slip:
    """One printed ticket.

    Args:
        language: BCP 47 code of the words on it, such as "cs"; marks the PDF, never changes the words.
        blocks: from top to bottom, at most `MAX_BLOCKS`.

    Raises:
        SlipError: `too_long` beyond `MAX_BLOCKS` or `MAX_SLIP_LETTERS`, `wrong_type`, `bad_value`.
    """

    language: str
    blocks: tuple[Block, ...]

    def __post_init__(self) -> None:
        _require(self.language, str, "language")
        letters = self.language.replace("-", "")
        if not (letters.isascii() and letters.isalnum() and len(self.language) <= 35):
            raise SlipError("bad_value", "A slip's language is a code such as cs or pt-BR.")
        object.__setattr__(self, "blocks", tuple(self.blocks))
        if len(self.blocks) > MAX_BLOCKS:
            raise SlipError("too_long", f"A slip has at most {MAX_BLOCKS} blocks.")
        for block in self.blocks:
            if type(block) not in _NAMES:
                raise SlipError("unknown_block", f"A slip cannot hold a {type(block).__name__}.")
        if sum(map(_letters, self.blocks)) > MAX_SLIP_LETTERS:
            raise SlipError("too_long", f"A slip has at most {MAX_SLIP_LETTERS:,} letters.")

    @property
    def label(self) -> str:
        """The first label's text, or an empty string."""
        return next((block.text for block in self.blocks if isinstance(block, Label)), "")

    def to_json(self) -> dict[str, object]:
        """Return the slip as dictionaries, lists and plain values, ready for `json.dumps`."""
        return {
            "version": VERSION,
            "language": self.language,
            "blocks": [_block_to_json(block) for block in self.blocks],
        }

    @classmethod
    def from_json(cls, data: object) -> "Slip":
        """Read a slip from what `to_json` wrote.

        Args:
            data: the decoded JSON; a missing "version" means 1.

        Raises:
            SlipError: any of its codes; the message names the block, counted from 1.
        """
        fields = _object(data, "The slip")
        _check_fields(fields, {"version": False, "language": True, "blocks": True}, "The slip")
        if fields.get("version", VERSION) != VERSION:
            raise SlipError("unknown_version", f"This slip is of version {fields['version']}, not {VERSION}.")
        blocks = fields["blocks"]
        if not isinstance(blocks, Sequence) or isinstance(blocks, str | bytes):
            raise SlipError("wrong_type", "The slip's blocks must be a list.")
        language = fields["language"]
        if not isinstance(language, str):
            raise SlipError("wrong_type", "The slip's language must be a text.")
        return cls(language, tuple(_block_from_json(block, at) for at, block in enumerate(blocks, 1)))


def _letters(block: Block) -> int:
    if isinstance(block, Text):
        return len(block.text)
    return len(block.caption) if isinstance(block, Qr) else 0


def _block_to_json(block: Block) -> dict[str, object]:
    name = _NAMES[type(block)]
    fields = {field: getattr(block, field) for field in _KINDS[name][1]}
    return {"kind": name, **{field: value for field, value in fields.items() if value is not None}}


def _block_from_json(data: object, position: int) -> Block:
    where = f"Block {position}"
    fields: dict[str, Any] = dict(_object(data, where))  # Each block checks its own.
    name = fields.pop("kind", None)
    if not isinstance(name, str) or name not in _KINDS:
        raise SlipError("unknown_block", f"{where} is of no known kind: {', '.join(_KINDS)}.")
    kind, expected = _KINDS[name]
    _check_fields(fields, expected, f"{where} ({name})")
    try:
        return kind(**fields)
    except SlipError as error:
        raise SlipError(error.code, f"{where} ({name}): {error.message}") from None


def _object(data: object, where: str) -> Mapping[str, object]:
    if not isinstance(data, Mapping) or not all(isinstance(key, str) for key in data):
        raise SlipError("not_an_object", f"{where} must be an object with named fields.")
    return data


def _check_fields(fields: Mapping[str, object], expected: Mapping[str, bool], where: str) -> None:
    for name, required in expected.items():
        if required and name not in fields:
            raise SlipError("missing_field", f"{where} has no {name}.")
    for name in fields:
        if name not in expected:
            raise SlipError("unknown_field", f"{where} has an unknown field {name!r}.")


def _require(value: object, kind: type, name: str) -> None:
    if not isinstance(value, kind):
        raise SlipError("wrong_type", f"{name} must be a {kind.__name__}, not a {type(value).__name__}.")


def _one_of(value: object, allowed: tuple[str, ...], name: str) -> None:
    if value not in allowed:
        raise SlipError("bad_value", f"{name} must be one of {', '.join(allowed)}.")
