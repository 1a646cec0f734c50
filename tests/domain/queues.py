"""Queues, profiles and counters for the tests of the rules: made by hand, and made up by hypothesis."""

from __future__ import annotations

from datetime import datetime
from itertools import count

from hypothesis import strategies as st

from queue_app.domain.discipline import choose
from queue_app.domain.lanes import CounterState, Waiting, Wishes
from queue_app.domain.profiles import (
    MINUTE,
    STANDARD,
    BranchRules,
    Handling,
    Manner,
    PriorityClass,
    Profile,
    ServiceTerms,
)

NOW = 10_000 * MINUTE
HERE = CounterState(counter_id=1, user_id=1, languages=frozenset({"cs"}))
SERVICES = (1, 2, 3, 4)
STATELESS = [manner for manner in Manner if manner != Manner.WEIGHTED_SHARE]
_numbers = count(1)


def waits(
    minutes: float, service: int = 1, priority: str = STANDARD, position: int | None = None, **wishes: object
) -> Waiting:
    """Return somebody who came so many minutes ago; wishes in minutes from now where they are moments."""
    arrived = NOW - int(minutes * MINUTE)
    for name in ("not_before", "booked_for"):
        if name in wishes:
            wishes[name] = NOW + wishes[name] * MINUTE  # type: ignore[operator]
    place = arrived if position is None else position
    return Waiting(next(_numbers), service, place, arrived, priority, Wishes(**wishes) if wishes else None)  # type: ignore[arg-type]


def profile(manner: str = "first_come", *terms: ServiceTerms, **rules: object) -> Profile:
    """Return a profile of four services, or of those given; without classes unless some are given."""
    services = terms or tuple(ServiceTerms(service) for service in SERVICES)
    return Profile(services, Manner(manner), BranchRules(**{"classes": (), **rules}))  # type: ignore[arg-type]


def weighted(**weights: int) -> Profile:
    """Return a profile of weighted shares: `weighted(a=2, b=1)` for the services 1 and 2."""
    return profile("weighted_share", *(ServiceTerms(each, weight) for each, weight in enumerate(weights.values(), 1)))


def in_order(waiting: list[Waiting], the_profile: Profile, state: CounterState = HERE) -> list[Waiting]:
    """Return everybody in the order in which the counter would call them all at this moment, remembering nothing."""
    left, called = list(waiting), []
    while (choice := choose(left, the_profile, state, NOW)) is not None:
        called.append(choice.leg)
        left.remove(choice.leg)
    return called


def moment(text: str) -> int:
    """Return the µs since 1970 of an ISO text."""
    return round(datetime.fromisoformat(text).timestamp() * 1_000_000)


CLASSES = st.lists(
    st.builds(
        PriorityClass,
        st.sampled_from(["reduced_mobility", "pregnant", "booked"]),
        st.sampled_from(Handling),
        st.integers(2, 4),
        st.integers(0, 40),
    ),
    unique_by=lambda each: each.name,
    max_size=3,
).map(tuple)

MINUTES = st.integers(0, 120)


def wishes() -> st.SearchStrategy[Wishes | None]:
    """Make wishes of every kind, and mostly none."""
    moments = st.none() | st.integers(-60, 60).map(lambda minutes: NOW + minutes * MINUTE)
    some = st.builds(
        Wishes,
        not_before=moments,
        counter_id=st.sampled_from([None, None, None, 1, 2]),
        user_id=st.sampled_from([None, None, None, 1, 2]),
        language=st.sampled_from([None, "cs", "de"]),
        booked_for=moments,
    )
    return st.none() | some


@st.composite
def people(draw: st.DrawFn, plain: bool = False, most: int = 8) -> list[Waiting]:
    """Make up a lobby; `plain` without wishes, and everybody in the place of their arrival."""
    lobby = []
    for number in range(draw(st.integers(0, most))):
        arrived = NOW - draw(MINUTES) * MINUTE - draw(st.integers(0, 3))
        place = arrived if plain else draw(st.sampled_from([arrived, arrived, -arrived, NOW - MINUTE]))
        priority = draw(st.sampled_from([STANDARD, STANDARD, "reduced_mobility", "pregnant", "unheard_of"]))
        service = draw(st.sampled_from((*SERVICES, 9)))
        lobby.append(Waiting(number, service, place, arrived, priority, None if plain else draw(wishes())))
    return lobby


@st.composite
def profiles(draw: st.DrawFn, manners: list[Manner] | None = None, classes: bool = True) -> Profile:
    """Make up a work profile."""
    terms = st.builds(
        ServiceTerms,
        st.sampled_from(SERVICES),
        st.integers(1, 5),
        st.integers(1, 60),
        st.none() | st.integers(1, 120),
    )
    rules = BranchRules(
        classes=draw(CLASSES) if classes else (),
        longest_wait_minutes=draw(st.none() | st.integers(1, 120)),
        late_minutes=draw(st.integers(0, 30)),
        language_hold_minutes=draw(st.integers(0, 30)),
        own_language_first=draw(st.booleans()),
        reserved_first=draw(st.booleans()),
    )
    services = draw(st.lists(terms, min_size=1, max_size=4, unique_by=lambda each: each.service_id))
    return Profile(tuple(services), draw(st.sampled_from(manners or list(Manner))), rules)
