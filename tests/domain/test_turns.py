"""Shares: of the services by weight, of the classes by count; and what a counter has to remember for them."""

from __future__ import annotations

import json
from collections import Counter
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from queue_app.domain.discipline import Choice, Rule, choose
from queue_app.domain.lanes import CounterState, Waiting
from queue_app.domain.profiles import Handling, PriorityClass, Profile, ServiceTerms
from queue_app.domain.turns import Called, Turns, advance, rebuild
from tests.domain.queues import NOW, people, profile, profiles, waits, weighted

WEIGHTS = st.lists(st.integers(1, 9), min_size=1, max_size=6)


def of_weights(weights: list[int]) -> Profile:
    return profile("weighted_share", *(ServiceTerms(each, weight) for each, weight in enumerate(weights, 1)))


def one_of_each(services: set[int] | range) -> list[Waiting]:
    return [waits(5, service) for service in services]


def call(waiting: list[Waiting], the_profile: Profile, turns: Turns) -> tuple[Choice, Turns]:
    choice = choose(waiting, the_profile, CounterState(turns=turns), NOW)
    assert choice is not None
    return choice, advance(the_profile, turns, Called(choice.leg.service_id, choice.facts))


def services_called(the_profile: Profile, present: list[set[int]], turns: Turns | None = None) -> list[int]:
    turns, called = turns or Turns(), []
    for services in present:
        choice, turns = call(one_of_each(services), the_profile, turns)
        called.append(choice.leg.service_id)
    return called


def test_two_to_one_to_one() -> None:
    assert services_called(weighted(a=2, b=1, c=1), [{1, 2, 3}] * 8) == [1, 2, 1, 3, 1, 2, 1, 3]


@given(WEIGHTS, st.integers(1, 60))
def test_after_every_call_each_service_is_less_than_one_call_from_its_share(weights: list[int], calls: int) -> None:
    the_profile, total = of_weights(weights), sum(weights)
    called = services_called(the_profile, [set(range(1, len(weights) + 1))] * calls)
    for number in range(1, calls + 1):
        counts = Counter(called[:number])
        assert all(
            abs(counts[each] - Fraction(number * weight, total)) < 1 for each, weight in the_profile.weights.items()
        )


@given(WEIGHTS, st.integers(1, 3))
def test_after_a_whole_round_the_shares_are_exact_and_nothing_is_remembered(weights: list[int], rounds: int) -> None:
    the_profile, turns = of_weights(weights), Turns()
    everywhere = range(1, len(weights) + 1)
    called: Counter[int] = Counter()
    for _ in range(rounds * sum(weights)):
        choice, turns = call(one_of_each(everywhere), the_profile, turns)
        called[choice.leg.service_id] += 1
    assert called == {each: rounds * weight for each, weight in the_profile.weights.items()}
    assert turns == Turns()


HISTORY = st.lists(st.sets(st.integers(1, 4), min_size=1), max_size=25)


@given(st.lists(st.integers(1, 9), min_size=4, max_size=4), HISTORY, st.integers(1, 50))
def test_after_any_history_the_shares_are_kept_within_a_bound(
    weights: list[int], history: list[set[int]], calls: int
) -> None:
    the_profile, turns = of_weights(weights), Turns()
    for number, services in enumerate(history):
        # Some of the calls of the past were another rule's: of whoever has waited too long.
        waiting = one_of_each(services)
        choice, turns = call(waiting[:1] if number % 3 == 0 else waiting, the_profile, turns)
        if number % 3 == 0:
            turns = advance(
                the_profile, turns, Called(choice.leg.service_id, {"weights": [[each, 0] for each in services]})
            )
    called = Counter(services_called(the_profile, [{1, 2, 3, 4}] * calls, turns))
    for each, weight in the_profile.weights.items():
        assert abs(called[each] - Fraction(calls * weight, sum(weights))) <= Fraction(2 * weight, min(weights))


def test_an_empty_queue_is_owed_nothing_when_somebody_comes() -> None:
    the_profile = weighted(a=1, b=1)
    assert services_called(the_profile, [{1}] * 50 + [{1, 2}] * 6) == [1] * 50 + [1, 2, 1, 2, 1, 2]


def test_a_queue_that_flickers_gets_no_more_than_one_that_stays() -> None:
    the_profile = weighted(a=1, b=1, c=1)
    called = Counter(services_called(the_profile, [{1, 2, 3}, {1, 2}] * 60))
    assert called[3] <= called[1] and called[3] <= called[2]


@given(st.lists(st.integers(1, 9), min_size=4, max_size=4), HISTORY)
def test_whoever_keeps_waiting_is_called_within_a_bounded_number_of_calls(
    weights: list[int], history: list[set[int]]
) -> None:
    the_profile = of_weights(weights)
    called = services_called(the_profile, [services | {4} for services in history])
    # Each of the others can be called until its next mark passes that of the one who waits.
    bound = 1 + sum(-(-2 * weight // min(weights)) + 1 for weight in weights[:3])
    since = 0
    for service in called:
        since = 0 if service == 4 else since + 1
        assert since <= bound


@given(people(plain=True), profiles())
def test_what_is_remembered_is_rebuilt_from_the_calls_alone(waiting: list[Waiting], the_profile: Profile) -> None:
    turns, record = Turns(), []
    left = list(waiting)
    while (choice := choose(left, the_profile, CounterState(turns=turns), NOW)) is not None:
        left.remove(choice.leg)
        made = Called(choice.leg.service_id, json.loads(json.dumps(choice.facts)))
        record.append(made)
        turns = advance(the_profile, turns, made)
    assert rebuild(the_profile, record) == turns


def test_a_call_chosen_by_hand_and_a_change_of_weights() -> None:
    before, now = weighted(a=2, b=1), weighted(a=1, b=1)
    choice, turns = call(one_of_each({1, 2}), before, Turns())
    made = Called(choice.leg.service_id, choice.facts)
    assert turns != Turns() and advance(before, turns, Called(2, {})) == turns
    assert rebuild(before, [made]) == turns
    assert rebuild(now, [made]) == Turns()
    of_today = Called(2, {"weights": [[1, 1], [2, 1]]})
    assert rebuild(now, [of_today]) != Turns() == rebuild(now, [of_today, made])


def classes_called(handling: Handling, every: int, lobbies: list[str]) -> list[str]:
    """Return the class of each call; a lobby is a letter for everybody who waits, `c` of the class and `o` of the others."""
    the_profile = profile(classes=(PriorityClass("pregnant", handling, every=every),))
    turns, called = Turns(), []
    for lobby in lobbies:
        # The class stands behind the others, so that by the places alone it would never be called.
        waiting = [waits(5, priority="pregnant") if each == "c" else waits(9) for each in lobby]
        choice, turns = call(waiting, the_profile, turns)
        assert (choice.rule == Rule.SHARE_OF_CLASS) == (choice.leg.priority == "pregnant" and "o" in lobby)
        called.append("c" if choice.leg.priority == "pregnant" else "o")
    return called


def test_every_third_call_at_the_latest() -> None:
    assert "".join(classes_called(Handling.AT_LEAST, 3, ["oc"] * 7)) == "oocooco"


def test_every_third_call_at_most() -> None:
    assert "".join(classes_called(Handling.AT_MOST, 3, ["oc"] * 7)) == "coocooc"


def test_nobody_is_kept_from_a_class_that_had_its_share_where_nobody_else_waits() -> None:
    assert "".join(classes_called(Handling.AT_MOST, 3, ["oc", "c", "oc", "oc", "oc"])) == "ccooc"


def test_a_class_that_had_its_share_waits_even_where_it_came_first() -> None:
    the_profile = profile(classes=(PriorityClass("pregnant", Handling.AT_MOST, every=3),))
    choice, _ = call([waits(30, priority="pregnant"), waits(5)], the_profile, Turns({}, {"pregnant": 1}))
    assert choice.leg.priority == "standard"


def test_a_class_is_owed_nothing_for_calls_before_it_came() -> None:
    assert "".join(classes_called(Handling.AT_LEAST, 3, ["o"] * 5 + ["oc"] * 3)) == "oooooooc"


def test_calls_of_another_rule_are_held_against_a_service_for_one_turn_only() -> None:
    the_profile, turns = weighted(a=1, b=1), Turns()
    for _ in range(50):
        turns = advance(the_profile, turns, Called(1, {"weights": [[1, 1], [2, 1]]}))
    assert services_called(the_profile, [{1, 2}] * 4, turns).count(1) >= 1


def test_of_two_classes_that_had_their_share_somebody_is_called_all_the_same() -> None:
    both = (PriorityClass("pregnant", Handling.AT_MOST), PriorityClass("booked", Handling.AT_MOST))
    turns = Turns({}, {"pregnant": 1, "booked": 1})
    choice, _ = call([waits(9, priority="booked"), waits(5, priority="pregnant")], profile(classes=both), turns)
    assert (choice.leg.priority, choice.rule) == ("booked", "first_come")


LOBBIES = st.lists(st.sampled_from(["oc", "oc", "oc", "o", "c"]), max_size=40)


@given(st.integers(2, 5), LOBBIES)
def test_a_share_at_least_is_kept_while_both_wait(every: int, lobbies: list[str]) -> None:
    called = classes_called(Handling.AT_LEAST, every, lobbies)
    for start in range(len(lobbies) - every + 1):
        if lobbies[start : start + every] == ["oc"] * every:
            assert "c" in called[start : start + every]


@given(st.integers(2, 5), LOBBIES)
def test_a_share_at_most_is_kept_while_both_wait(every: int, lobbies: list[str]) -> None:
    called = classes_called(Handling.AT_MOST, every, lobbies)
    for start in range(len(lobbies) - every + 1):
        window = slice(start, start + every)
        if lobbies[window] == ["oc"] * every:
            # And no less: of as many calls exactly one.
            assert called[window].count("c") <= 1
            assert every == 1 or "c" in called[window] or "c" in called[max(0, start - every) : start]
