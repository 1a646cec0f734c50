"""Work profiles and branch rules as JSON: read with every mistake named by its exact place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from queue_app.domain.profiles import (
    STANDARD,
    BranchRules,
    Handling,
    Manner,
    PriorityClass,
    Profile,
    ServiceTerms,
)
from queue_app.domain.reading import (
    MOST_MINUTES,
    list_of,
    maybe_minutes,
    object_of,
    small_name,
    truth,
    whole,
    word_of,
    wrong,
)

MOST_WEIGHT = 100
MOST_EVERY = 100
MOST_CLASSES = 20


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
    profile = object_of(data, "", {"services", "manner"})
    entries = list_of(profile.get("services"), "services")
    if not entries:
        raise wrong("services", "at least one service is needed")
    services: list[ServiceTerms] = []
    for number, entry in enumerate(entries):
        terms = _service(entry, f"services[{number}]", service_slugs)
        if any(terms.service_id == other.service_id for other in services):
            raise wrong(f"services[{number}]", "the service stands in the list already")
        services.append(terms)
    manner = word_of(profile.get("manner", Manner.FIRST_COME), "manner", Manner)
    if manner != Manner.WEIGHTED_SHARE:
        for number, terms in enumerate(services):
            if terms.weight != 1:
                raise wrong(f"services[{number}].weight", "a weight means something only with weighted_share")
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
    rules = object_of(data, "", set(BranchRules.__dataclass_fields__))
    classes = default.classes
    if "classes" in rules:
        classes = _classes(list_of(rules["classes"], "classes"))
    return BranchRules(
        classes=classes,
        longest_wait_minutes=maybe_minutes(rules, "", "longest_wait_minutes", least=1),
        late_minutes=whole(rules.get("late_minutes", default.late_minutes), "late_minutes", 0, MOST_MINUTES),
        language_hold_minutes=whole(
            rules.get("language_hold_minutes", default.language_hold_minutes), "language_hold_minutes", 0, MOST_MINUTES
        ),
        own_language_first=truth(rules.get("own_language_first", default.own_language_first), "own_language_first"),
        reserved_first=truth(rules.get("reserved_first", default.reserved_first), "reserved_first"),
    )


def _service(entry: object, place: str, service_slugs: Mapping[str, int]) -> ServiceTerms:
    if isinstance(entry, str):
        return ServiceTerms(_service_id(entry, place, service_slugs))
    terms = object_of(entry, place, {"service", "weight", "target_minutes", "longest_wait_minutes"})
    return ServiceTerms(
        service_id=_service_id(terms.get("service"), f"{place}.service", service_slugs),
        weight=whole(terms.get("weight", 1), f"{place}.weight", 1, MOST_WEIGHT),
        target_minutes=maybe_minutes(terms, place, "target_minutes", least=1),
        longest_wait_minutes=maybe_minutes(terms, place, "longest_wait_minutes", least=1),
    )


def _service_id(slug: object, place: str, service_slugs: Mapping[str, int]) -> int:
    if not isinstance(slug, str):
        raise wrong(place, "the slug of a service is needed")
    if slug not in service_slugs:
        raise wrong(place, "the branch has no service %(service)s", service=repr(slug[:40]))
    return service_slugs[slug]


def _classes(entries: list[Any]) -> tuple[PriorityClass, ...]:
    if len(entries) > MOST_CLASSES:
        raise wrong("classes", "at most %(most)d classes", most=MOST_CLASSES)
    classes: list[PriorityClass] = []
    for number, entry in enumerate(entries):
        each = _class(entry, f"classes[{number}]")
        if any(each.name == other.name for other in classes):
            raise wrong(f"classes[{number}].name", "the class stands in the list already")
        classes.append(each)
    return tuple(classes)


def _class(entry: object, place: str) -> PriorityClass:
    told = object_of(entry, place, {"name", "handling", "every", "minutes"})
    name = small_name(told.get("name"), f"{place}.name")
    if name == STANDARD:
        raise wrong(f"{place}.name", "standard is everybody who is in no class")
    handling = word_of(told.get("handling", Handling.STRICT), f"{place}.handling", Handling)
    needed = {Handling.AT_LEAST: "every", Handling.AT_MOST: "every", Handling.HEAD_START: "minutes"}.get(handling)
    for key, least, most in (("every", 2, MOST_EVERY), ("minutes", 1, MOST_MINUTES)):
        if key == needed:
            whole(told.get(key), f"{place}.{key}", least, most)
        elif key in told:
            raise wrong(f"{place}.{key}", "means nothing with %(handling)s", handling=handling)
    return PriorityClass(name, handling, told.get("every", 2), told.get("minutes", 0))
