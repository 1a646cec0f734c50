"""A slip as data: what stands on the paper, in order, and nothing about printers.

A slip survives a journey through JSON unchanged, so that a print job can be stored, sent again and printed
later on another kind of printer.
"""

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from printers.blocks import (
    MAX_LABEL_LETTERS,
    MAX_PICTURE_MM,
    MAX_QR_BYTES,
    MAX_SPACE_MM,
    MAX_TEXT_LETTERS,
    Align,
    Block,
    Label,
    Picture,
    Qr,
    Rule,
    Size,
    Space,
    Text,
)
from printers.slip_error import SlipError

__all__ = [
    "MAX_BLOCKS",
    "MAX_LABEL_LETTERS",
    "MAX_PICTURES",
    "MAX_PICTURE_MM",
    "MAX_QR_BYTES",
    "MAX_SLIP_LETTERS",
    "MAX_SPACE_MM",
    "MAX_TEXT_LETTERS",
    "VERSION",
    "Align",
    "Block",
    "Label",
    "Picture",
    "Qr",
    "Rule",
    "Size",
    "Slip",
    "SlipError",
    "Space",
    "Text",
]

VERSION = 1
MAX_BLOCKS = 40
MAX_PICTURES = 4
MAX_SLIP_LETTERS = 3_000

# The name of each block in JSON and its fields: name → (type, required).
_KINDS: dict[str, tuple[type[Block], dict[str, bool]]] = {
    "text": (Text, {"text": True, "size": False, "bold": False, "align": False}),
    "label": (Label, {"text": True, "spoken": False}),
    "rule": (Rule, {}),
    "space": (Space, {"mm": True}),
    "qr": (Qr, {"data": True, "caption": False}),
    "picture": (Picture, {"png": True, "width_mm": True}),
}
_NAMES = {kind: name for name, (kind, _) in _KINDS.items()}


@dataclass(frozen=True, slots=True)
class Slip:
    """One printed ticket.

    Args:
        language: BCP 47 code of the words on it, such as "cs"; marks the PDF, never changes the words.
        blocks: from top to bottom, at most `MAX_BLOCKS`, of which at most `MAX_PICTURES` are pictures.

    Raises:
        SlipError: `too_long` beyond `MAX_BLOCKS`, `MAX_PICTURES` or `MAX_SLIP_LETTERS`, `wrong_type`, `bad_value`.
    """

    language: str
    blocks: tuple[Block, ...]

    def __post_init__(self) -> None:
        if not isinstance(self.language, str):
            raise SlipError("wrong_type", f"language must be a str, not a {type(self.language).__name__}.")
        letters = self.language.replace("-", "")
        if not (letters.isascii() and letters.isalnum() and len(self.language) <= 35):
            raise SlipError("bad_value", "A slip's language is a code such as cs or pt-BR.")
        object.__setattr__(self, "blocks", tuple(self.blocks))
        if len(self.blocks) > MAX_BLOCKS:
            raise SlipError("too_long", "A slip has at most %(most)d blocks.", most=MAX_BLOCKS)
        for block in self.blocks:
            if type(block) not in _NAMES:
                raise SlipError("unknown_block", f"A slip cannot hold a {type(block).__name__}.")
        if sum(isinstance(block, Picture) for block in self.blocks) > MAX_PICTURES:
            raise SlipError("too_long", "A slip has at most %(most)d pictures.", most=MAX_PICTURES)
        if sum(map(_letters, self.blocks)) > MAX_SLIP_LETTERS:
            raise SlipError("too_long", "A slip has at most %(most)d letters.", most=MAX_SLIP_LETTERS)

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
    if isinstance(block, Picture):
        fields["png"] = b64encode(block.png).decode()
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
        if kind is Picture:
            fields["png"] = _bytes(fields["png"])
        return kind(**fields)
    except SlipError as error:
        raise SlipError(error.code, f"{where} ({name}): {error.message}") from None


def _bytes(text: object) -> bytes:
    if not isinstance(text, str):
        raise SlipError("wrong_type", "png must be a text of base64.")
    try:
        return b64decode(text, validate=True)
    except ValueError:  # Also of a text with letters beyond ASCII.
        raise SlipError("bad_value", "png is no base64.") from None


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
