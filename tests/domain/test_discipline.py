"""Who is next, and why: tables for what each rule says, properties for what every rule keeps."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_app.domain.discipline import Choice, Rule, choose
from queue_app.domain.lanes import CounterState, Waiting, Wishes
from queue_app.domain.profiles import (
    MINUTE,
    BranchRules,
    Handling,
    Manner,
    PriorityClass,
    Profile,
    ServiceTerms,
    first_come,
)
from queue_app.page_texts import RULE_TEXTS
from tests.domain.queues import HERE, NOW, STATELESS, in_order, moment, people, profile, profiles, waits

STRICT = PriorityClass("pregnant")
EARLIER_20 = PriorityClass("pregnant", Handling.HEAD_START, minutes=20)
BOOKED_FIRST = PriorityClass("booked")
TARGETS = (ServiceTerms(1, target_minutes=10), ServiceTerms(2, target_minutes=30))
LIMITED = (ServiceTerms(1, longest_wait_minutes=30), ServiceTerms(2, longest_wait_minutes=60))

WHO_IS_NEXT: list[tuple[str, Profile, list[Waiting], int | None, str, dict[str, object]]] = [
    ("nobody waits", profile(), [], None, "", {}),
    ("nobody waits for this counter", profile("first_come", ServiceTerms(1)), [waits(9, service=2)], None, "", {}),
    ("first come", profile(), [waits(5), waits(9, 2)], 1, "first_come", {"waited_minutes": 9}),
    ("put first by a clerk", profile(), [waits(9), waits(5, position=-NOW)], 1, "put_first", {"waited_minutes": 5}),
    ("put last by a clerk", profile(), [waits(9, position=NOW), waits(5)], 1, "first_come", {}),
    ("a strict class", profile(classes=(STRICT,)), [waits(9), waits(1, 1, "pregnant")], 1, "priority_first", {"class": "pregnant"}),
    ("a class of no name here", profile(classes=(STRICT,)), [waits(9), waits(1, 1, "vip")], 0, "first_come", {}),
    ("a head start that helps", profile(classes=(EARLIER_20,)), [waits(25), waits(9, 1, "pregnant")], 1, "head_start", {"class": "pregnant", "head_start_minutes": 20}),
    ("a head start that is not enough", profile(classes=(EARLIER_20,)), [waits(30), waits(9, 1, "pregnant")], 0, "first_come", {}),
    ("a head start that was not needed", profile(classes=(EARLIER_20,)), [waits(8), waits(9, 1, "pregnant")], 1, "first_come", {}),
    ("the services' order", profile("service_order"), [waits(30, 3), waits(1, 2)], 1, "service_order", {"place": 2, "services": 4}),
    ("most of the promised wait", profile("target_ratio", *TARGETS), [waits(8, 1), waits(20, 2)], 0, "target_ratio", {"target_minutes": 10, "percent": 80}),
    ("more of the promised wait", profile("target_ratio", *TARGETS), [waits(8, 1), waits(27, 2)], 1, "target_ratio", {"target_minutes": 30, "percent": 90}),
    ("over the longest wait before a class", profile(classes=(STRICT,), longest_wait_minutes=60), [waits(61), waits(30, 1, "pregnant")], 0, "longest_wait", {"limit_minutes": 60, "over_minutes": 1}),
    ("exactly the longest wait is not over it", profile(classes=(STRICT,), longest_wait_minutes=60), [waits(60), waits(30, 1, "pregnant")], 1, "priority_first", {}),
    ("furthest over its own limit", profile("first_come", *LIMITED), [waits(65, 2), waits(40, 1)], 1, "longest_wait", {"limit_minutes": 30, "over_minutes": 10}),
    ("returned, not yet", profile(), [waits(9, not_before=1)], None, "", {}),
    ("returned, and it is time", profile(), [waits(9, not_before=0), waits(8)], 0, "first_come", {"waited_minutes": 0}),
    ("the minutes it was returned for do not count", profile(longest_wait_minutes=60), [waits(90, not_before=-5), waits(10)], 0, "first_come", {"waited_minutes": 5}),
    ("kept for another counter", profile(), [waits(9, counter_id=2)], None, "", {}),
    ("kept for another person", profile(), [waits(9, user_id=2)], None, "", {}),
    ("kept for me, in line", profile(), [waits(9), waits(5, counter_id=1)], 0, "first_come", {}),
    ("kept for me, first", profile(reserved_first=True), [waits(9), waits(5, counter_id=1)], 1, "reserved", {"reserved_for": "counter"}),
    ("kept for the person, first", profile(reserved_first=True), [waits(9), waits(5, user_id=1)], 1, "reserved", {"reserved_for": "person"}),
    ("my language first", profile(), [waits(9), waits(5, language="cs")], 1, "own_language", {"language": "cs"}),
    ("my language when all ask for it", profile(), [waits(9, language="cs"), waits(5, language="cs")], 0, "first_come", {}),
    ("my language in line", profile(own_language_first=False), [waits(9), waits(5, language="cs")], 0, "first_come", {}),
    ("a class before a language", profile(classes=(STRICT,)), [waits(5, language="cs"), waits(3, 1, "pregnant")], 1, "priority_first", {}),
    ("another language is left to others", profile(), [waits(9, language="de"), waits(5)], 1, "first_come", {}),
    ("another language when nobody else waits", profile(), [waits(9, language="de")], 0, "other_language", {"language": "de"}),
    ("another language after the set time", profile(), [waits(10, language="de"), waits(9)], 0, "first_come", {}),
    ("another language kept for me is not left to others", profile(), [waits(9, language="de", counter_id=1), waits(5)], 0, "first_come", {}),
    ("another language over the longest wait", profile(language_hold_minutes=99, longest_wait_minutes=60), [waits(61, language="de"), waits(5)], 0, "longest_wait", {}),
    ("booked, in line by the booked time", profile(), [waits(5), waits(30, booked_for=-6)], 1, "first_come", {"waited_minutes": 6}),
    ("booked, in line behind who came before that time", profile(), [waits(7), waits(30, booked_for=-6)], 0, "first_come", {}),
    ("booked, as a class", profile(classes=(BOOKED_FIRST,)), [waits(30), waits(9, booked_for=0)], 1, "booked", {"class": "booked", "waited_minutes": 0}),
    ("booked, of two the one booked earlier", profile(classes=(BOOKED_FIRST,)), [waits(30, booked_for=-1), waits(9, booked_for=-2)], 1, "booked", {}),
    ("booked, not yet", profile(classes=(BOOKED_FIRST,)), [waits(1), waits(30, booked_for=1)], 0, "first_come", {}),
    ("booked, early, when nobody else waits", profile(), [waits(30, booked_for=20)], 0, "booked_early", {"waited_minutes": 0}),
    ("booked, come too late", profile(classes=(BOOKED_FIRST,)), [waits(9), waits(4, booked_for=-20)], 0, "first_come", {}),
    ("booked, come just in time", profile(classes=(BOOKED_FIRST,)), [waits(9), waits(4, booked_for=-19)], 1, "booked", {"waited_minutes": 4}),
    ("booked, in time and kept waiting", profile(classes=(BOOKED_FIRST,)), [waits(90), waits(60, booked_for=-60)], 1, "booked", {}),
    ("of a more important class than booked", profile(classes=(STRICT, BOOKED_FIRST)), [waits(9, 1, "pregnant", booked_for=0), waits(8, 1, "pregnant")], 1, "priority_first", {"class": "pregnant"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("the_profile", "waiting", "expected", "rule", "facts"),
    [case[1:] for case in WHO_IS_NEXT],
    ids=[case[0] for case in WHO_IS_NEXT],
)
def test_who_is_next(
    the_profile: Profile, waiting: list[Waiting], expected: int | None, rule: str, facts: dict[str, object]
) -> None:
    choice = choose(waiting, the_profile, HERE, NOW)
    if expected is None:
        assert choice is None
    else:
        assert choice is not None
        assert (choice.leg, choice.rule) == (waiting[expected], rule)
        assert facts.items() <= choice.facts.items()


@pytest.mark.parametrize("manner", list(Manner))
def test_of_two_who_came_in_the_same_instant_the_one_recorded_first_is_called(manner: Manner) -> None:
    first, second = waits(5), waits(5)
    for waiting in ([first, second], [second, first]):
        choice = choose(waiting, profile(manner), HERE, NOW)
        assert choice is not None and choice.leg == first


def allowed(leg: Waiting, the_profile: Profile) -> bool:
    """Say, by other means than the code, whether a leg may be called by the counter of the tests now."""
    wishes = leg.wishes or Wishes()
    mine = wishes.counter_id in (None, HERE.counter_id) and wishes.user_id in (None, HERE.user_id)
    takes = leg.service_id in {terms.service_id for terms in the_profile.services}
    return takes and mine and (wishes.not_before or 0) <= NOW


def waited(leg: Waiting, the_profile: Profile) -> int:
    """Return for how many µs a leg could have been called."""
    wishes = leg.wishes or Wishes()
    begins = [leg.arrived, wishes.not_before or 0]
    if wishes.booked_for is not None and leg.arrived <= wishes.booked_for + the_profile.rules.late_minutes * MINUTE:
        begins.append(wishes.booked_for)
    return NOW - max(begins)


@given(people(), profiles(), st.randoms())
def test_the_choice_does_not_depend_on_the_order_of_its_input(
    waiting: list[Waiting], the_profile: Profile, shuffler: random.Random
) -> None:
    choice = choose(waiting, the_profile, HERE, NOW)
    shuffler.shuffle(waiting)
    assert choose(iter(waiting), the_profile, HERE, NOW) == choice


@given(people(), profiles())
def test_somebody_is_called_exactly_where_somebody_may_be_called_and_nobody_else(
    waiting: list[Waiting], the_profile: Profile
) -> None:
    choice = choose(waiting, the_profile, HERE, NOW)
    candidates = [leg for leg in waiting if allowed(leg, the_profile)]
    assert choice is None if not candidates else choice is not None and choice.leg in candidates


@given(people(), profiles())
def test_nobody_waits_past_the_longest_wait_while_somebody_else_is_called(
    waiting: list[Waiting], the_profile: Profile
) -> None:
    def over(leg: Waiting) -> int | None:
        own = next(each for each in the_profile.services if each.service_id == leg.service_id).longest_wait_minutes
        limit = own if own is not None else the_profile.rules.longest_wait_minutes
        return waited(leg, the_profile) - limit * MINUTE if limit is not None else None

    overs = [over(leg) for leg in waiting if allowed(leg, the_profile)]
    most = max((each for each in overs if each is not None), default=0)
    choice = choose(waiting, the_profile, HERE, NOW)
    if most > 0:
        assert choice is not None and choice.rule == Rule.LONGEST_WAIT and over(choice.leg) == most
    else:
        assert choice is None or choice.rule != Rule.LONGEST_WAIT


@given(people(plain=True), profiles([Manner.FIRST_COME], classes=False))
def test_first_come_first_served_overtakes_nobody(waiting: list[Waiting], the_profile: Profile) -> None:
    # Services with different limits may promote a later one; with one limit for all, promotion is first come too.
    the_profile = replace(
        the_profile, services=tuple(replace(each, longest_wait_minutes=None) for each in the_profile.services)
    )
    called = in_order(waiting, the_profile)
    assert [leg.leg_id for leg in called] == [
        leg.leg_id for leg in sorted(called, key=lambda leg: (leg.arrived, leg.leg_id))
    ]


@given(people(plain=True), profiles())
def test_under_every_manner_nobody_is_overtaken_within_a_service_and_class(
    waiting: list[Waiting], the_profile: Profile
) -> None:
    called = in_order(waiting, the_profile)
    for earlier, later in pairwise(called):
        same = (earlier.service_id, earlier.priority) == (later.service_id, later.priority)
        assert not same or (earlier.arrived, earlier.leg_id) < (later.arrived, later.leg_id)


@given(people(), profiles(STATELESS), st.data())
def test_taking_one_away_never_changes_the_order_of_the_others(
    waiting: list[Waiting], the_profile: Profile, data: st.DataObject
) -> None:
    called = in_order(waiting, the_profile)
    if called:
        gone = data.draw(st.sampled_from(called))
        rest = [leg for leg in waiting if leg is not gone]
        shares = any(each.is_share for each in the_profile.rules.classes)
        if not shares:
            assert in_order(rest, the_profile) == [leg for leg in called if leg is not gone]


@given(people(plain=True), profiles(classes=False), st.data())
def test_with_weights_taking_one_away_changes_the_next_service_only_where_its_queue_runs_empty(
    waiting: list[Waiting], the_profile: Profile, data: st.DataObject
) -> None:
    the_profile = replace(the_profile, manner=Manner.WEIGHTED_SHARE)
    choice = choose(waiting, the_profile, HERE, NOW)
    if choice is not None and choice.rule == Rule.WEIGHTED_SHARE:
        gone = data.draw(st.sampled_from(waiting))
        rest = [leg for leg in waiting if leg is not gone]
        again = choose(rest, the_profile, HERE, NOW)
        if any(leg.service_id == gone.service_id for leg in rest):
            assert again is not None and again.leg.service_id == choice.leg.service_id
            assert gone == choice.leg or again.leg == choice.leg


@given(people(plain=True), st.integers(1, 60), profiles([Manner.FIRST_COME], classes=False))
def test_a_head_start_is_an_earlier_arrival(waiting: list[Waiting], minutes: int, the_profile: Profile) -> None:
    rules = BranchRules(classes=(PriorityClass("pregnant", Handling.HEAD_START, minutes=minutes),))
    the_profile = Profile(tuple(ServiceTerms(each.service_id) for each in the_profile.services), rules=rules)
    shifted = [replace(leg, position=leg.position - minutes * MINUTE * (leg.priority == "pregnant")) for leg in waiting]
    plain = replace(the_profile, rules=BranchRules(classes=()))
    with_start = [leg.leg_id for leg in in_order(waiting, the_profile)]
    assert with_start == [leg.leg_id for leg in in_order(shifted, plain)]


@given(people(), profiles())
def test_a_strict_class_goes_before_all_who_are_less_important(waiting: list[Waiting], the_profile: Profile) -> None:
    rules = replace(the_profile.rules, classes=(PriorityClass("reduced_mobility"), PriorityClass("pregnant")))
    the_profile = replace(the_profile, rules=replace(rules, longest_wait_minutes=None, reserved_first=False))
    services = tuple(replace(each, longest_wait_minutes=None) for each in the_profile.services)
    choice = choose(waiting, replace(the_profile, services=services), HERE, NOW)
    if choice is not None and choice.rule not in (Rule.BOOKED_EARLY, Rule.OTHER_LANGUAGE):
        plain = {leg.priority for leg in waiting if leg.wishes is None and allowed(leg, the_profile)}
        rank = ["reduced_mobility", "pregnant"]
        assert all(
            choice.leg.priority in rank[: rank.index(each) + 1] for each in rank if each in plain
        )  # nobody less important than the most important one who waits


@given(people(), profiles())
def test_what_is_told_of_a_choice_is_true(waiting: list[Waiting], the_profile: Profile) -> None:
    choice = choose(waiting, the_profile, HERE, NOW)
    if choice is not None:
        assert json.loads(json.dumps(choice.facts)) == choice.facts
        assert RULE_TEXTS[choice.rule] % choice.facts
        assert choice.facts["waited_minutes"] == max(0, waited(choice.leg, the_profile)) // MINUTE
        others = [leg for leg in waiting if leg is not choice.leg and allowed(leg, the_profile)]
        assert TRUE_OF[choice.rule](choice, the_profile, others)


def _wishes(choice: Choice) -> Wishes:
    return choice.leg.wishes or Wishes()


def _limit(choice: Choice, the_profile: Profile) -> int:
    own = next(each for each in the_profile.services if each.service_id == choice.leg.service_id)
    limit = own.longest_wait_minutes if own.longest_wait_minutes is not None else the_profile.rules.longest_wait_minutes
    assert limit is not None
    return limit


def _ready(leg: Waiting, the_profile: Profile) -> bool:
    wishes = leg.wishes or Wishes()
    early = wishes.booked_for is not None and wishes.booked_for > NOW
    kept = wishes.counter_id is not None or wishes.user_id is not None
    left = wishes.language not in (None, "cs") and not kept
    return not early and not (left and waited(leg, the_profile) < the_profile.rules.language_hold_minutes * MINUTE)


def _class(choice: Choice, the_profile: Profile) -> PriorityClass:
    return next(each for each in the_profile.rules.classes if each.name == choice.facts["class"])


def _is_of(choice: Choice, the_profile: Profile) -> bool:
    name = choice.facts["class"]
    return choice.leg.priority == name or (name == "booked" and _wishes(choice).booked_for is not None)


def _place(leg: Waiting, the_profile: Profile) -> int:
    wishes = leg.wishes or Wishes()
    in_time = (
        wishes.booked_for is not None and leg.arrived <= wishes.booked_for + the_profile.rules.late_minutes * MINUTE
    )
    return wishes.booked_for if in_time and leg.position >= 0 else leg.position  # type: ignore[return-value]


TRUE_OF = {
    Rule.FIRST_COME: lambda choice, the_profile, others: the_profile.manner == "first_come",
    Rule.PRIORITY_FIRST: lambda choice, the_profile, others: _class(choice, the_profile).handling == "strict" and _is_of(choice, the_profile),
    Rule.BOOKED: lambda choice, the_profile, others: _class(choice, the_profile).handling == "strict" and moment(choice.facts["booked_for"]) <= NOW,
    Rule.SHARE_OF_CLASS: lambda choice, the_profile, others: _class(choice, the_profile).every == choice.facts["every"] and _is_of(choice, the_profile) and bool(others),
    Rule.HEAD_START: lambda choice, the_profile, others: _class(choice, the_profile).minutes == choice.facts["head_start_minutes"] and _is_of(choice, the_profile) and bool(others),
    Rule.SERVICE_ORDER: lambda choice, the_profile, others: the_profile.services[choice.facts["place"] - 1].service_id == choice.leg.service_id,
    Rule.WEIGHTED_SHARE: lambda choice, the_profile, others: the_profile.weights[choice.leg.service_id] == choice.facts["weight"] <= choice.facts["total"],
    Rule.TARGET_RATIO: lambda choice, the_profile, others: the_profile.manner == "target_ratio" and choice.facts["percent"] >= 0,
    Rule.LONGEST_WAIT: lambda choice, the_profile, others: choice.facts["limit_minutes"] == _limit(choice, the_profile) and choice.facts["waited_minutes"] >= choice.facts["limit_minutes"] and choice.facts["over_minutes"] == choice.facts["waited_minutes"] - choice.facts["limit_minutes"],
    Rule.BOOKED_EARLY: lambda choice, the_profile, others: moment(choice.facts["booked_for"]) > NOW and not any(_ready(leg, the_profile) for leg in others),
    Rule.OTHER_LANGUAGE: lambda choice, the_profile, others: _wishes(choice).language == choice.facts["language"] != "cs" and not any(_ready(leg, the_profile) for leg in others),
    Rule.RESERVED: lambda choice, the_profile, others: (_wishes(choice).user_id if choice.facts["reserved_for"] == "person" else _wishes(choice).counter_id) == 1,
    Rule.OWN_LANGUAGE: lambda choice, the_profile, others: _wishes(choice).language == choice.facts["language"] == "cs" and bool(others),
    Rule.PUT_FIRST: lambda choice, the_profile, others: choice.leg.position < 0,
}  # fmt: skip


def test_every_rule_has_a_sentence_and_a_proof_of_its_truth() -> None:
    assert set(RULE_TEXTS) == set(Rule)
    # These two are not chosen from the queue: a clerk says whom, or that there was no queue for them.
    assert set(TRUE_OF) == set(Rule) - {Rule.CHOSEN_BY_CLERK, Rule.WITHOUT_WAITING}


@given(people(plain=True), profiles([Manner.TARGET_RATIO], classes=False))
def test_by_target_nobody_has_waited_more_of_their_promise_than_who_is_called(
    waiting: list[Waiting], the_profile: Profile
) -> None:
    choice = choose(waiting, the_profile, HERE, NOW)
    if choice is not None and choice.rule == Rule.TARGET_RATIO:
        ratios = {leg: Fraction(NOW - leg.arrived, the_profile.targets[leg.service_id]) for leg in waiting if allowed(leg, the_profile)}  # fmt: skip
        assert ratios[choice.leg] == max(ratios.values())


@given(people(), profiles(), st.sampled_from([1, 2, 7]))
def test_what_is_kept_for_one_counter_never_goes_to_another(
    waiting: list[Waiting], the_profile: Profile, counter_id: int
) -> None:
    for leg in in_order(waiting, the_profile, CounterState(counter_id, 7)):
        assert leg.wishes is None or (leg.wishes.counter_id in (None, counter_id) and leg.wishes.user_id in (None, 7))


@given(people(), profiles())
def test_the_first_of_every_kind_and_the_longest_waiting_are_enough(
    waiting: list[Waiting], the_profile: Profile
) -> None:
    # What a query has to return instead of everybody.
    def kind(leg: Waiting) -> tuple[object, ...]:
        wishes = leg.wishes or Wishes()
        late = wishes.booked_for is not None and not leg.in_time(the_profile.rules)
        return leg.service_id, leg.priority, wishes, late, leg.position < 0

    firsts: dict[tuple[object, ...], Waiting] = {}
    for leg in sorted(waiting, key=lambda leg: (leg.position, leg.leg_id)):
        firsts.setdefault(kind(leg), leg)
    oldest: dict[tuple[object, ...], Waiting] = {}
    for leg in sorted(waiting, key=lambda leg: (leg.arrived, _place(leg, the_profile), leg.leg_id)):
        oldest.setdefault(kind(leg), leg)
    few = {leg.leg_id: leg for leg in (*firsts.values(), *oldest.values())}
    assert choose(few.values(), the_profile, HERE, NOW) == choose(waiting, the_profile, HERE, NOW)


@given(people(plain=True), st.frozensets(st.sampled_from((1, 2, 3, 4)), min_size=1))
def test_where_nothing_is_set_up_the_first_of_each_service_is_enough(
    waiting: list[Waiting], services: frozenset[int]
) -> None:
    waiting = [replace(leg, priority="priority" if leg.priority == "pregnant" else "standard") for leg in waiting]
    heads: dict[int, Waiting] = {}
    for leg in sorted(waiting, key=lambda leg: (leg.priority, leg.position, leg.leg_id)):
        heads.setdefault(leg.service_id, leg)
    assert choose(heads.values(), first_come(services), HERE, NOW) == choose(waiting, first_come(services), HERE, NOW)
