"""Work profiles and branch rules as JSON: what is read, and where exactly a mistake is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_app.domain.errors import QueueError
from queue_app.domain.profile_checks import check_profile, check_rules
from queue_app.domain.profiles import (
    BranchRules,
    Handling,
    Manner,
    PriorityClass,
    Profile,
    ServiceTerms,
    first_come,
)

SLUGS = {"id-cards": 1, "taxes": 2}


def test_a_whole_profile_is_read() -> None:
    first = {"service": "taxes", "weight": 2, "target_minutes": 10, "longest_wait_minutes": 45}
    read = check_profile({"services": [first, "id-cards"], "manner": "weighted_share"}, SLUGS)
    assert read == Profile((ServiceTerms(2, 2, 10, 45), ServiceTerms(1)), Manner.WEIGHTED_SHARE)


def test_what_is_left_out_is_first_come_first_served() -> None:
    assert check_profile({"services": ["id-cards", "taxes"]}, SLUGS) == first_come(frozenset({1, 2}))
    assert check_rules({}) == BranchRules()


def test_whole_branch_rules_are_read() -> None:
    classes = [
        {"name": "reduced_mobility"},
        {"name": "pregnant", "handling": "at_least", "every": 3},
        {"name": "booked", "handling": "head_start", "minutes": 15},
    ]
    read = check_rules({"classes": classes, "longest_wait_minutes": 60, "late_minutes": 0, "reserved_first": True})
    assert read.classes == (
        PriorityClass("reduced_mobility"),
        PriorityClass("pregnant", Handling.AT_LEAST, every=3),
        PriorityClass("booked", Handling.HEAD_START, minutes=15),
    )
    assert (read.longest_wait_minutes, read.late_minutes, read.reserved_first) == (60, 0, True)


def test_limits_fall_back_to_the_branch() -> None:
    rules = check_rules({"longest_wait_minutes": 60})
    first = {"service": "id-cards", "target_minutes": 5, "longest_wait_minutes": 20}
    read = check_profile({"services": [first, "taxes"], "manner": "target_ratio"}, SLUGS, rules)
    assert [read.limits[each] // 60_000_000 for each in (1, 2)] == [20, 60]


PROFILES: list[tuple[Any, str]] = [
    (None, ""),
    ([], ""),
    ({}, "services"),
    ({"services": {}}, "services"),
    ({"services": []}, "services"),
    ({"services": ["id-cards"], "manners": "first_come"}, "manners"),
    ({"services": ["id-cards"], "manner": "fifo"}, "manner"),
    ({"services": ["id-cards"], "manner": ["first_come"]}, "manner"),
    ({"services": [7]}, "services[0]"),
    ({"services": ["passports"]}, "services[0]"),
    ({"services": ["taxes", "taxes"]}, "services[1]"),
    ({"services": ["taxes", {"service": "taxes"}]}, "services[1]"),
    ({"services": ["taxes", {}]}, "services[1].service"),
    ({"services": [{"service": "taxes", "colour": "red"}]}, "services[0].colour"),
    ({"services": [{"service": "taxes", "weight": 2}]}, "services[0].weight"),
    *(
        (
            {"services": ["id-cards", {"service": "taxes", "weight": value}], "manner": "weighted_share"},
            "services[1].weight",
        )
        for value in (0, -1, 101, 1.5, "2", True, None)
    ),
    ({"services": [{"service": "taxes", "target_minutes": 0}]}, "services[0].target_minutes"),
    ({"services": [{"service": "taxes", "longest_wait_minutes": 1441}]}, "services[0].longest_wait_minutes"),
]
RULES: list[tuple[Any, str]] = [
    (7, ""),
    ({"clases": []}, "clases"),
    ({"classes": {}}, "classes"),
    ({"classes": [{"name": f"c{number}"} for number in range(21)]}, "classes"),
    ({"classes": ["booked"]}, "classes[0]"),
    ({"classes": [{}]}, "classes[0].name"),
    ({"classes": [{"name": "Booked"}]}, "classes[0].name"),
    ({"classes": [{"name": "standard"}]}, "classes[0].name"),
    ({"classes": [{"name": "a"}, {"name": "a"}]}, "classes[1].name"),
    ({"classes": [{"name": "a", "handling": "always"}]}, "classes[0].handling"),
    ({"classes": [{"name": "a", "handling": "at_least"}]}, "classes[0].every"),
    ({"classes": [{"name": "a", "handling": "at_most", "every": 1}]}, "classes[0].every"),
    ({"classes": [{"name": "a", "handling": "head_start"}]}, "classes[0].minutes"),
    ({"classes": [{"name": "a", "handling": "strict", "minutes": 5}]}, "classes[0].minutes"),
    ({"classes": [{"name": "a", "every": 3}]}, "classes[0].every"),
    ({"longest_wait_minutes": 0}, "longest_wait_minutes"),
    ({"late_minutes": -1}, "late_minutes"),
    ({"late_minutes": None}, "late_minutes"),
    ({"language_hold_minutes": "10"}, "language_hold_minutes"),
    ({"own_language_first": 1}, "own_language_first"),
    ({"reserved_first": None}, "reserved_first"),
]


@pytest.mark.parametrize(("data", "field"), PROFILES, ids=str)
def test_a_mistake_in_a_profile_is_told_by_its_place(data: Any, field: str) -> None:
    with pytest.raises(QueueError) as refusal:
        check_profile(data, SLUGS)
    assert (refusal.value.code, refusal.value.details["field"]) == ("invalid_value", field)
    assert refusal.value.details["problem"]


@pytest.mark.parametrize(("data", "field"), RULES, ids=str)
def test_a_mistake_in_the_rules_is_told_by_its_place(data: Any, field: str) -> None:
    with pytest.raises(QueueError) as refusal:
        check_rules(data)
    assert (refusal.value.code, refusal.value.details["field"]) == ("invalid_value", field)
    assert refusal.value.details["problem"]


WORDS = st.sampled_from([
    "services", "service", "weight", "manner", "weighted_share", "id-cards", "classes", "name", "handling", "every", "minutes",
    "at_least", "booked", "longest_wait_minutes",
])  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_whatever_json_holds_is_read_or_refused(data: Any) -> None:
    for check in (lambda: check_profile(data, SLUGS), lambda: check_rules(data)):
        try:
            check()
        except QueueError as refusal:
            assert refusal.code == "invalid_value" and {"field", "problem"} <= refusal.details.keys()
