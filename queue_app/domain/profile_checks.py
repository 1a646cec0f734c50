"""Work profiles and branch rules as JSON: read with every mistake named by its exact place."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from queue_app.domain.errors import QueueError
from queue_app.domain.profiles import (
    STANDARD,
    BranchRules,
    Handling,
    Manner,
    PriorityClass,
    Profile,
    ServiceTerms,
)

MOST_WEIGHT = 100
MOST_EVERY = 100
MOST_MINUTES = 24 * 60
MOST_CLASSES = 20

_Word = TypeVar("_Word", bound=StrEnum)


def check_profile(data: object, service_slugs: Mapping[str, int], rules: BranchRules | None = None) -> Profile:
    """Read a work profile.

    `{"services": [{"service": "id-cards", "weight": 2, "target_minutes": 10, "longest_wait_minutes": 45}, "taxes"],
    "manner": "weighted_share"}`; a service alone stands for one with nothing said of it, all but `services` may be left out.

    Args:
        data: what JSON held.
        service_slugs: the id of each service of the branch by its slug.
        rules: what holds in the whole branch; the defaults where None.

    Raises:
        QueueError: `invalid_value` with `field` (`services[1].weight`; empty for the whole) and `problem`, for the first
            mistake found: a wrong type, a value out of range, an unknown or repeated service, a key that means nothing.
    """
    profile = _object(data, "", {"services", "manner"})
    entries = _list(profile.get("services"), "services")
    if not entries:
        raise _wrong("services", "at least one service is needed")
    services: list[ServiceTerms] = []
    for number, entry in enumerate(entries):
        terms = _service(entry, f"services[{number}]", service_slugs)
        if any(terms.service_id == other.service_id for other in services):
            raise _wrong(f"services[{number}]", "the service stands in the list already")
        services.append(terms)
    manner = _word(profile.get("manner", Manner.FIRST_COME), "manner", Manner)
    if manner != Manner.WEIGHTED_SHARE:
        for number, terms in enumerate(services):
            if terms.weight != 1:
                raise _wrong(f"services[{number}].weight", "a weight means something only with weighted_share")
    return Profile(tuple(services), manner, rules or BranchRules())


def check_rules(data: object) -> BranchRules:
    """Read what holds in the whole branch.

    `{"classes": [{"name": "reduced_mobility"}, {"name": "pregnant", "handling": "at_least", "every": 3}, {"name": "booked",
    "handling": "head_start", "minutes": 15}], "longest_wait_minutes": 60, "late_minutes": 15, "language_hold_minutes": 10,
    "own_language_first": true, "reserved_first": false}`; everything may be left out.

    Raises:
        QueueError: `invalid_value` with `field` and `problem`, as `check_profile`.
    """
    default = BranchRules()
    rules = _object(data, "", set(BranchRules.__dataclass_fields__))
    classes = default.classes
    if "classes" in rules:
        classes = _classes(_list(rules["classes"], "classes"))
    return BranchRules(
        classes=classes,
        longest_wait_minutes=_maybe_minutes(rules, "", "longest_wait_minutes", least=1),
        late_minutes=_number(rules.get("late_minutes", default.late_minutes), "late_minutes", 0, MOST_MINUTES),
        language_hold_minutes=_number(
            rules.get("language_hold_minutes", default.language_hold_minutes), "language_hold_minutes", 0, MOST_MINUTES
        ),
        own_language_first=_truth(rules.get("own_language_first", default.own_language_first), "own_language_first"),
        reserved_first=_truth(rules.get("reserved_first", default.reserved_first), "reserved_first"),
    )


def _service(entry: object, place: str, service_slugs: Mapping[str, int]) -> ServiceTerms:
    if isinstance(entry, str):
        return ServiceTerms(_service_id(entry, place, service_slugs))
    terms = _object(entry, place, {"service", "weight", "target_minutes", "longest_wait_minutes"})
    return ServiceTerms(
        service_id=_service_id(terms.get("service"), f"{place}.service", service_slugs),
        weight=_number(terms.get("weight", 1), f"{place}.weight", 1, MOST_WEIGHT),
        target_minutes=_maybe_minutes(terms, place, "target_minutes", least=1),
        longest_wait_minutes=_maybe_minutes(terms, place, "longest_wait_minutes", least=1),
    )


def _service_id(slug: object, place: str, service_slugs: Mapping[str, int]) -> int:
    if not isinstance(slug, str):
        raise _wrong(place, "the slug of a service is needed")
    if slug not in service_slugs:
        raise _wrong(place, f"the branch has no service {slug[:40]!r}")
    return service_slugs[slug]


def _classes(entries: list[Any]) -> tuple[PriorityClass, ...]:
    if len(entries) > MOST_CLASSES:
        raise _wrong("classes", f"at most {MOST_CLASSES} classes")
    classes: list[PriorityClass] = []
    for number, entry in enumerate(entries):
        each = _class(entry, f"classes[{number}]")
        if any(each.name == other.name for other in classes):
            raise _wrong(f"classes[{number}].name", "the class stands in the list already")
        classes.append(each)
    return tuple(classes)


def _class(entry: object, place: str) -> PriorityClass:
    told = _object(entry, place, {"name", "handling", "every", "minutes"})
    name = told.get("name")
    if not isinstance(name, str) or not 1 <= len(name) <= 40 or not name.isidentifier() or name != name.lower():
        raise _wrong(f"{place}.name", "a name of small letters, digits and _ is needed, not beginning with a digit")
    if name == STANDARD:
        raise _wrong(f"{place}.name", "standard is everybody who is in no class")
    handling = _word(told.get("handling", Handling.STRICT), f"{place}.handling", Handling)
    needed = {Handling.AT_LEAST: "every", Handling.AT_MOST: "every", Handling.HEAD_START: "minutes"}.get(handling)
    for key, least, most in (("every", 2, MOST_EVERY), ("minutes", 1, MOST_MINUTES)):
        if key == needed:
            _number(told.get(key), f"{place}.{key}", least, most)
        elif key in told:
            raise _wrong(f"{place}.{key}", f"means nothing with {handling}")
    return PriorityClass(name, handling, told.get("every", 2), told.get("minutes", 0))


def _object(value: object, place: str, allowed: Collection[str]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(place, "an object is needed")
    for key in value:
        if key not in allowed:
            raise _wrong(f"{place}.{key}".lstrip("."), f"means nothing here; known are {', '.join(sorted(allowed))}")
    return value


def _list(value: object, place: str) -> list[Any]:
    if not isinstance(value, list):
        raise _wrong(place, "a list is needed")
    return value


def _number(value: object, place: str, least: int, most: int) -> int:
    # True is an int to Python, but nobody who writes true means 1.
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise _wrong(place, f"a whole number from {least} to {most} is needed")
    return value


def _maybe_minutes(values: Mapping[str, Any], place: str, key: str, least: int) -> int | None:
    if values.get(key) is None:
        return None
    return _number(values[key], f"{place}.{key}".lstrip("."), least, MOST_MINUTES)


def _truth(value: object, place: str) -> bool:
    if not isinstance(value, bool):
        raise _wrong(place, "true or false is needed")
    return value


def _word(value: object, place: str, words: type[_Word]) -> _Word:
    if not isinstance(value, str) or value not in set(words):
        raise _wrong(place, f"one of {', '.join(words)} is needed")
    return words(value)


def _wrong(place: str, problem: str) -> QueueError:
    return QueueError("invalid_value", field=place, problem=problem)
