"""What stands on a branch's slips and in which order: a list of blocks that a manager arranges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from queue_app.domain.reading import wrong

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
        raise wrong("layout", "a layout is a list of 1 to %(most)d blocks", most=MAX_BLOCKS)
    checked = [_block(block, f"layout/{number}", languages) for number, block in enumerate(layout)]
    kinds = [block["block"] for block in checked]
    for number, kind in enumerate(kinds):
        if kind in ONCE and kind in kinds[:number]:
            raise wrong(f"layout/{number}/block", "%(block)s stands on the slip already", block=kind)
    if "label" not in kinds:
        raise wrong("layout", "a slip without its label is of no use")
    return checked


def _block(block: Any, where: str, languages: Sequence[str]) -> dict[str, Any]:
    if not isinstance(block, Mapping) or block.get("block") not in BLOCKS:
        raise wrong(f"{where}/block", "one of %(words)s is needed", words=", ".join(BLOCKS))
    kind = block["block"]
    for name in block:
        if name != "block" and name not in BLOCKS[kind]:
            raise wrong(f"{where}/{name}", "%(block)s has no such choice", block=kind)
    for name, value in block.items():
        _CHECKS[name](value, f"{where}/{name}", languages)
    if kind == "text" and not any(block.get("texts", {}).values()):
        raise wrong(f"{where}/texts", "a text in one language at least is needed")
    if kind == "space" and "mm" not in block:
        raise wrong(f"{where}/mm", "a height in millimetres is needed")
    return dict(block)


def _size(value: Any, where: str, languages: Sequence[str]) -> None:
    if value not in SIZES:
        raise wrong(where, "one of %(words)s is needed", words=", ".join(SIZES))


def _align(value: Any, where: str, languages: Sequence[str]) -> None:
    if value not in ALIGNS:
        raise wrong(where, "one of %(words)s is needed", words=", ".join(ALIGNS))


def _yes_no(value: Any, where: str, languages: Sequence[str]) -> None:
    if not isinstance(value, bool):
        raise wrong(where, "true or false is needed")


def _millimetres(low: float, high: float) -> Any:
    def check(value: Any, where: str, languages: Sequence[str]) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise wrong(where, "a number from %(least)s to %(most)s is needed", least=f"{low:g}", most=f"{high:g}")

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
        raise wrong(where, "an object of texts by language is needed")
    for language, words in value.items():
        if language not in languages:
            raise wrong(where, "the languages are %(languages)s", languages=", ".join(languages))
        if not isinstance(words, str) or len(words) > MAX_TEXT_LETTERS:
            raise wrong(f"{where}/{language}", "a text of at most %(most)d characters is needed", most=MAX_TEXT_LETTERS)


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
