"""Reads what somebody wrote as JSON, with every mistake named by its exact place."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from queue_app.domain.errors import Problem, QueueError

MOST_MINUTES = 24 * 60

_Word = TypeVar("_Word", bound=StrEnum)


def object_of(value: object, place: str, allowed: Collection[str]) -> dict[str, Any]:
    """Return `value` as an object with no other keys than the `allowed` ones."""
    if not isinstance(value, dict):
        raise wrong(place, "an object is needed")
    for key in value:
        if key not in allowed:
            known = ", ".join(sorted(allowed))
            raise wrong(f"{place}.{key}".lstrip("."), "means nothing here; known are %(known)s", known=known)
    return value


def list_of(value: object, place: str) -> list[Any]:
    """Return `value` as a list."""
    if not isinstance(value, list):
        raise wrong(place, "a list is needed")
    return value


def whole(value: object, place: str, least: int, most: int) -> int:
    """Return `value` as a whole number from `least` to `most`."""
    # True is an int to Python, but nobody who writes true means 1.
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise wrong(place, "a whole number from %(least)d to %(most)d is needed", least=least, most=most)
    return value


def maybe_minutes(values: Mapping[str, Any], place: str, key: str, least: int) -> int | None:
    """Return the minutes that stand under `key` of the object at `place`, None where there are none."""
    if values.get(key) is None:
        return None
    return whole(values[key], f"{place}.{key}".lstrip("."), least, MOST_MINUTES)


def truth(value: object, place: str) -> bool:
    """Return `value` as true or false."""
    if not isinstance(value, bool):
        raise wrong(place, "true or false is needed")
    return value


def word_of(value: object, place: str, words: type[_Word]) -> _Word:
    """Return `value` as one of `words`."""
    if not isinstance(value, str) or value not in set(words):
        raise wrong(place, "one of %(words)s is needed", words=", ".join(words))
    return words(value)


def small_name(value: object, place: str) -> str:
    """Return `value` as a name that programs use: small letters, digits and `_`, 40 at most, not beginning with a digit."""
    if not isinstance(value, str) or not 1 <= len(value) <= 40 or not value.isidentifier() or value != value.lower():
        raise wrong(place, "a name of small letters, digits and _ is needed, not beginning with a digit")
    return value


def texts_of(value: object, place: str, longest: int) -> dict[str, str]:
    """Return `value` as texts by language, `{"cs": "Pasy"}`; languages without a text are left out."""
    texts = object_of(value, place, value.keys() if isinstance(value, dict) else ())
    for language, text in texts.items():
        if not isinstance(text, str) or len(text) > longest:
            raise wrong(f"{place}.{language}", "a text of at most %(most)d characters is needed", most=longest)
    return {language: text.strip() for language, text in texts.items() if text.strip()}


def wrong(place: str, text: str, /, **values: object) -> QueueError:
    """Return the refusal of what stands at `place`.

    Args:
        place: its path in what was written, such as `services[1].weight`; empty for the whole.
        text: why, in English: a literal that begins small, ends without a stop, has `%(name)s` and `%(name)d` places for
            what differs, and is collected for translation.
        values: what stands in the places.
    """
    return wrong_because(place, Problem(text, values))


def wrong_because(place: str, reason: str) -> QueueError:
    """Return the refusal of what stands at `place` for a reason that is a sentence already."""
    return QueueError("invalid_value", field=place, problem=reason)
