"""What stands on a branch's slips and in which order: a list of blocks that a manager arranges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from queue_app.domain.errors import QueueError

SIZES = ("small", "normal", "large")
ALIGNS = ("center", "left", "right")
MAX_BLOCKS = 30
MAX_TEXT_LETTERS = 500

_WORDS = {"size", "bold", "align"}
BLOCKS: dict[str, frozenset[str]] = {
    "logo": frozenset({"width_mm"}),
    "branch": frozenset(_WORDS),
    "service": frozenset(_WORDS),
    "label": frozenset(),
    "ahead": frozenset(_WORDS),
    "wait": frozenset(_WORDS),
    "bring": frozenset(_WORDS),
    "service_text": frozenset(_WORDS),
    "notice": frozenset(_WORDS),
    "time": frozenset(_WORDS),
    "text": frozenset({*_WORDS, "texts"}),
    "qr": frozenset({"caption"}),
    "rule": frozenset(),
    "space": frozenset({"mm"}),
}
"""The kinds of block, and what may be chosen of each.

`bring` is what to have ready and `service_text` what else is said of the service; `notice` is the branch's notice of the day;
`text` is a manager's own, by language. A block that has nothing to say on a slip leaves no gap.
"""

ONCE = frozenset(BLOCKS) - {"text", "rule", "space"}
"""Blocks that may stand on a slip only once."""

DEFAULT: tuple[Mapping[str, Any], ...] = (
    {"block": "logo"},
    {"block": "branch"},
    {"block": "space", "mm": 1},
    {"block": "service", "size": "large", "bold": True},
    {"block": "space", "mm": 2},
    {"block": "label"},
    {"block": "space", "mm": 2},
    {"block": "ahead"},
    {"block": "wait", "bold": True},
    {"block": "space", "mm": 1},
    {"block": "qr"},
    {"block": "space", "mm": 1},
    {"block": "rule"},
    {"block": "bring", "size": "small"},
    {"block": "service_text", "size": "small"},
    {"block": "notice", "size": "small"},
    {"block": "space", "mm": 1},
    {"block": "time", "size": "small"},
)


def check_layout(layout: Any, languages: Sequence[str]) -> list[dict[str, Any]]:
    """Return a layout as it is kept, or say what is wrong with it.

    Args:
        layout: a list of objects with `block` and what `BLOCKS` allows for it.
        languages: those in which `texts` may be given.

    Raises:
        QueueError: `invalid_value`; `field` names the place, such as `3/size`.
    """
    if not isinstance(layout, list) or not 1 <= len(layout) <= MAX_BLOCKS:
        raise _invalid("", f"a layout is a list of 1 to {MAX_BLOCKS} blocks")
    checked = [_block(block, f"layout/{number}", languages) for number, block in enumerate(layout)]
    kinds = [block["block"] for block in checked]
    for number, kind in enumerate(kinds):
        if kind in ONCE and kind in kinds[:number]:
            raise _invalid(f"layout/{number}/block", f"{kind} stands on the slip already")
    if "label" not in kinds:
        raise _invalid("", "a slip without its label is of no use")
    return checked


def _block(block: Any, where: str, languages: Sequence[str]) -> dict[str, Any]:
    if not isinstance(block, Mapping) or block.get("block") not in BLOCKS:
        raise _invalid(f"{where}/block", f"one of {', '.join(BLOCKS)}")
    kind = block["block"]
    for name in block:
        if name != "block" and name not in BLOCKS[kind]:
            raise _invalid(f"{where}/{name}", f"{kind} has no such choice")
    for name, value in block.items():
        _CHECKS[name](value, f"{where}/{name}", languages)
    if kind == "text" and not any(block.get("texts", {}).values()):
        raise _invalid(f"{where}/texts", "a text in at least one language")
    if kind == "space" and "mm" not in block:
        raise _invalid(f"{where}/mm", "a height in millimetres")
    return dict(block)


def _size(value: Any, where: str, languages: Sequence[str]) -> None:
    if value not in SIZES:
        raise _invalid(where, f"one of {', '.join(SIZES)}")


def _align(value: Any, where: str, languages: Sequence[str]) -> None:
    if value not in ALIGNS:
        raise _invalid(where, f"one of {', '.join(ALIGNS)}")


def _yes_no(value: Any, where: str, languages: Sequence[str]) -> None:
    if not isinstance(value, bool):
        raise _invalid(where, "true or false")


def _millimetres(low: float, high: float) -> Any:
    def check(value: Any, where: str, languages: Sequence[str]) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise _invalid(where, f"a number from {low:g} to {high:g}")

    return check


def check_texts(value: Any, where: str, languages: Sequence[str]) -> None:
    """Refuse what is not texts by language.

    Args:
        value: what was given.
        where: its place, for the refusal.
        languages: those there may be.

    Raises:
        QueueError: `invalid_value`.
    """
    if not isinstance(value, Mapping):
        raise _invalid(where, "an object of texts by language")
    for language, words in value.items():
        if language not in languages:
            raise _invalid(where, f"languages are {', '.join(languages)}")
        if not isinstance(words, str) or len(words) > MAX_TEXT_LETTERS:
            raise _invalid(f"{where}/{language}", f"a text of at most {MAX_TEXT_LETTERS} letters")


_CHECKS: dict[str, Any] = {
    "block": lambda value, where, languages: None,
    "size": _size,
    "align": _align,
    "bold": _yes_no,
    "caption": _yes_no,
    "mm": _millimetres(0, 50),
    "width_mm": _millimetres(5, 72),
    "texts": check_texts,
}


def _invalid(field: str, problem: str) -> QueueError:
    return QueueError("invalid_value", field=field or "layout", problem=problem)
