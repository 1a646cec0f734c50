"""How long choosing who is next takes, against a bare `min()` over the same people."""

from __future__ import annotations

from operator import attrgetter
from random import Random
from statistics import median
from time import perf_counter

from benchmarks.running import table
from queue_app.domain.discipline import choose
from queue_app.domain.lanes import CounterState, Waiting, Wishes
from queue_app.domain.profiles import MINUTE, BranchRules, Handling, Manner, PriorityClass, Profile, ServiceTerms

SERVICES = 12
PEOPLE = (10, 100, 1_000, 10_000)
NOW = 1_760_000_000_000_000
RULES = BranchRules(
    classes=(
        PriorityClass("reduced_mobility"),
        PriorityClass("pregnant", Handling.AT_LEAST, every=3),
        PriorityClass("booked", Handling.HEAD_START, minutes=15),
    ),
    longest_wait_minutes=90,
)


def choose_table() -> None:
    """Measure every manner in turn with the bare `min()`, so that the machine's drift touches both; print medians."""
    rows = []
    for number in PEOPLE:
        for what, people in (("plain", _people(number, 0.0)), ("a third with wishes", _people(number, 0.33))):
            for manner in Manner:
                weights = range(1, SERVICES + 1)
                services = tuple(ServiceTerms(each, weight, 5 + each) for each, weight in enumerate(weights))
                profile = Profile(services, manner, RULES)
                rows.append([f"{number:,}", what, str(manner), *_measure(people, profile)])
    table(["waiting", "of whom", "manner", "choose ms", "bare min() ms", "ratio"], rows)


def _measure(people: list[Waiting], profile: Profile) -> list[str]:
    state = CounterState(1, 1, frozenset({"cs", "en"}))
    place = attrgetter("position", "leg_id")
    rounds = []
    for _ in range(9 if len(people) > 5_000 else 41):
        begin = perf_counter()
        choose(people, profile, state, NOW)
        middle = perf_counter()
        min(people, key=place)
        rounds.append((middle - begin, perf_counter() - middle))
    chosen, bare = (median(each[which] for each in rounds) for which in (0, 1))
    ratio = median(chosen / bare for chosen, bare in rounds)
    return [f"{chosen * 1000:.2f}", f"{bare * 1000:.2f}", f"{ratio:.1f}"]


def _people(number: int, wishing: float) -> list[Waiting]:
    chance = Random(7)
    people = []
    for leg_id in range(number):
        arrived = NOW - chance.randrange(100 * MINUTE)
        priority = chance.choices(("standard", "pregnant", "reduced_mobility"), (8, 1, 1))[0]
        wishes = None
        if chance.random() < wishing:
            wishes = chance.choice(
                (
                    Wishes(not_before=NOW + chance.randrange(-10, 10) * MINUTE),
                    Wishes(counter_id=chance.randrange(1, 9)),
                    Wishes(language=chance.choice(("de", "en"))),
                    Wishes(booked_for=NOW + chance.randrange(-60, 60) * MINUTE),
                )
            )
        people.append(Waiting(leg_id, chance.randrange(SERVICES), arrived, arrived, priority, wishes))
    return people
