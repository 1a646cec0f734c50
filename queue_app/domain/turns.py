"""Whose turn it is: the little that a counter has to remember between two calls, for weighted shares and shares of a class.

Weighted shares follow the earliest eligible virtual deadline first (Stoica and Abdel-Wahab 1995; with one server and equal
steps it is the P-fair schedule of Baruah et al. 1996). A service stands at a mark; a call moves its mark on by one step,
1 ÷ weight. The middle is the mean of the marks of the services that wait, each counted with its weight. Whoever stands
before the middle of the coming call may go, and of those the one whose next mark comes first goes.

* While the same services wait from an even start, after every number of calls each service has been called less than one
  call more or less than its share; after as many calls as the weights add up to, exactly its share, and all marks are even.
* A service in which nobody waits is not owed anything: its mark is moved up to the last of those that wait.
* A call that another rule made counts as well, but at most one step of the lightest service is held against its service.
  So after any history, while the same services wait and the shares choose, no service is ever called more than
  2 · weight ÷ smallest weight calls more or less than its share.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from queue_app.domain.profiles import Handling, Manner, PriorityClass, Profile


@dataclass(frozen=True, slots=True)
class Turns:
    """What a counter remembers; empty at its opening, and whenever all shares are even.

    Attributes:
        ahead: how far the mark of a service is ahead of the last one that waits, in parts of `Profile.unit`; none is even.
        counted: for a class `at_least`: calls of others since it began to wait or was called last; for a class `at_most`:
            calls of others that have yet to be made before its next one. None is 0.
    """

    ahead: Mapping[int, int] = field(default_factory=dict)
    counted: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Called:
    """One call as the record tells it: all that the turns need.

    Attributes:
        service_id: the service of the ticket called.
        facts: the facts that `discipline.choose` gave with it.
    """

    service_id: int
    facts: Mapping[str, Any]


def next_service(profile: Profile, turns: Turns, waiting: Collection[int], allowed: Collection[int]) -> int:
    """Return the service whose turn it is by the weights of `profile`.

    Args:
        profile: the weights, and the order that settles ties.
        turns: what the counter remembers.
        waiting: the services in which somebody waits; they make the middle.
        allowed: those of them that may be chosen (a class before the others may leave only some); not empty.
    """
    weights, unit, ahead = profile.weights, profile.unit, turns.ahead
    total = sum(weights[each] for each in waiting)
    middle = sum(weights[each] * ahead.get(each, 0) for each in waiting) + unit
    # A mark before the middle after this call: mark < (Σ weight · mark + 1 call) ÷ Σ weight, in whole numbers.
    eligible = [each for each in allowed if ahead.get(each, 0) * total < middle] or list(allowed)
    return min(eligible, key=lambda each: (ahead.get(each, 0) + unit // weights[each], profile.place_of[each]))


def recalled_facts(
    profile: Profile, services: Collection[int], classes: Collection[str], chosen: str
) -> dict[str, Any]:
    """Return what a call has to tell of who waited, so that `advance` can follow it; nothing where nothing is counted.

    Args:
        profile: the counter's.
        services: the services in which somebody waited for this counter.
        classes: the classes in which somebody waited for it.
        chosen: the class of the ticket called.
    """
    told: dict[str, Any] = {}
    if profile.manner == Manner.WEIGHTED_SHARE:
        # As a list of pairs: JSON knows no numbers as keys. The weights tell a later reader which rule held then.
        told["weights"] = [[each, profile.weights[each]] for each in sorted(services)]
    if profile.rules.shares:
        told["classes"] = sorted(classes)
        told["counts_as"] = chosen
    return told


def advance(profile: Profile, turns: Turns, call: Called) -> Turns:
    """Return what the counter remembers after `call`; a call that a clerk chose by hand changes nothing."""
    ahead, counted = turns.ahead, turns.counted
    pairs = call.facts.get("weights")
    if pairs is not None and profile.manner == Manner.WEIGHTED_SHARE:
        ahead = _moved(profile, ahead, call.service_id, [service_id for service_id, _ in pairs])
    if "classes" in call.facts:
        counted = _recounted(profile, counted, call.facts["counts_as"], call.facts["classes"])
    return Turns(ahead, counted)


def rebuild(profile: Profile, calls: Iterable[Called]) -> Turns:
    """Return what a counter remembers after `calls`, from its opening on, in their order.

    A call made when the weights were others begins anew: their marks do not compare.
    """
    turns = Turns()
    for call in calls:
        pairs = call.facts.get("weights")
        if pairs is not None and any(profile.weights.get(service) != weight for service, weight in pairs):
            turns = Turns({}, turns.counted)
            call = Called(call.service_id, {name: fact for name, fact in call.facts.items() if name != "weights"})
        turns = advance(profile, turns, call)
    return turns


def _moved(profile: Profile, ahead: Mapping[int, int], service_id: int, waiting: Collection[int]) -> dict[int, int]:
    marks = {each: ahead.get(each, 0) for each in {*waiting, *ahead, service_id}}
    marks[service_id] += profile.unit // profile.weights[service_id]
    last = min(marks[each] for each in waiting) if waiting else 0
    most = profile.unit // min(profile.weights.values())
    # Whoever is even or behind is left out: that is how an empty queue loses its turn.
    return {each: min(mark - last, most) for each, mark in marks.items() if mark > last}


def _recounted(profile: Profile, counted: Mapping[str, int], chosen: str, waiting: Collection[str]) -> dict[str, int]:
    counts = {each.name: _count(each, counted.get(each.name, 0), chosen, waiting) for each in profile.rules.shares}
    return {name: count for name, count in counts.items() if count}


def _count(each: PriorityClass, count: int, chosen: str, waiting: Collection[str]) -> int:
    if each.handling == Handling.AT_MOST:
        return each.every - 1 if chosen == each.name else max(count - 1, 0)
    return min(count + 1, each.every - 1) if chosen != each.name and each.name in waiting else 0
