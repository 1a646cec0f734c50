"""How a branch and a counter want the next visitor chosen: classes of visitors, limits, and the manner of a work profile."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property, lru_cache
from math import lcm

MINUTE = 60_000_000
"""Microseconds of a minute; every moment and every place in a queue is a whole number of microseconds."""

STANDARD = "standard"
"""The class of everybody who is in no other; always the last one."""

PRIORITY = "priority"
"""The class of a branch that has set up no others, and the word of the kiosk's switch."""

BOOKED = "booked"
"""The class that a booked visitor is in from the booked time on, where the branch has one of this name."""

NEVER = 1 << 62
"""A limit in µs that nobody reaches (146,000 years)."""


class Manner(StrEnum):
    """How a counter chooses between its services; within a service the order is always that of the places."""

    FIRST_COME = "first_come"
    SERVICE_ORDER = "service_order"
    WEIGHTED_SHARE = "weighted_share"
    TARGET_RATIO = "target_ratio"


class Handling(StrEnum):
    """What a class of visitors is given before the others.

    `strict`: always first. `at_least`: of every `every` calls one, at the latest. `at_most`: first, but of every `every`
    calls only one. `head_start`: placed as if they had come `minutes` earlier. The two shares count while the class and
    somebody else wait.
    """

    STRICT = "strict"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    HEAD_START = "head_start"


@dataclass(frozen=True, slots=True)
class PriorityClass:
    """One class of visitors.

    Attributes:
        name: the word stored with the ticket.
        handling: what it is given.
        every: of how many calls one is meant, for `at_least` and `at_most`; 2 or more.
        minutes: the head start, for `head_start`.
    """

    name: str
    handling: Handling = Handling.STRICT
    every: int = 2
    minutes: int = 0

    @property
    def is_share(self) -> bool:
        """Whether calls have to be counted for this class."""
        return self.handling in (Handling.AT_LEAST, Handling.AT_MOST)


@dataclass(frozen=True)
class BranchRules:
    """What holds at every counter of a branch.

    Attributes:
        classes: the classes of visitors, the most important first; whoever is in none of them is `standard`.
        longest_wait_minutes: whoever has waited longer goes first, under every manner and before every class; a service
            may have its own limit. None for no limit.
        late_minutes: a booked visitor who came later than this after the booked time counts as a walk-in.
        language_hold_minutes: so long a visitor who asked for a language is left to the counters that speak it, unless
            nobody else waits.
        own_language_first: whether a counter calls those who asked for one of its languages before others of their class.
        reserved_first: whether a counter calls the tickets kept for it before all others; else they stand in the line.
    """

    classes: tuple[PriorityClass, ...] = (PriorityClass(PRIORITY),)
    longest_wait_minutes: int | None = None
    late_minutes: int = 15
    language_hold_minutes: int = 10
    own_language_first: bool = True
    reserved_first: bool = False

    @cached_property
    def rank_of(self) -> dict[str, int]:
        """Return the rank of each class by its name, 0 for the most important; a name that is missing is `standard`."""
        return {each.name: rank for rank, each in enumerate(self.classes)}

    @cached_property
    def shares(self) -> tuple[PriorityClass, ...]:
        """Return the classes for which calls are counted."""
        return tuple(each for each in self.classes if each.is_share)

    @cached_property
    def head_starts(self) -> dict[int, int]:
        """Return the head start in µs of each rank that has one."""
        return {
            rank: each.minutes * MINUTE
            for rank, each in enumerate(self.classes)
            if each.handling == Handling.HEAD_START and each.minutes
        }

    def class_of(self, word: str) -> str | None:
        """Return the class that a visitor's word means, None where the branch has no such class.

        `priority` is what a kiosk's switch says: where no class is called so, the most important one that nobody books.
        """
        if word == STANDARD or word in self.rank_of:
            return word
        if word != PRIORITY:
            return None
        return next((each.name for each in self.classes if each.name != BOOKED), None)

    def name_of(self, rank: int) -> str:
        """Return the name of the class with this rank."""
        return self.classes[rank].name if rank < len(self.classes) else STANDARD


@dataclass(frozen=True, slots=True)
class ServiceTerms:
    """What one service is to a counter.

    Attributes:
        service_id: the service.
        weight: its share of the calls, for `weighted_share`; 1 or more.
        target_minutes: the wait it promises, for `target_ratio`; 1 or more, None for what the service itself promises.
        longest_wait_minutes: its own longest wait, None for the branch's.
    """

    service_id: int
    weight: int = 1
    target_minutes: int | None = None
    longest_wait_minutes: int | None = None


DEFAULT_TARGET_MINUTES = 15
"""The promised wait where neither the profile nor the service says one."""


@dataclass(frozen=True)
class Profile:
    """A work profile: which services a counter takes, and how it chooses between them.

    Attributes:
        services: the services in their order, which is the priority for `service_order` and settles ties of shares.
        manner: how the next service is chosen.
        rules: what holds in the whole branch.
    """

    services: tuple[ServiceTerms, ...]
    manner: Manner = Manner.FIRST_COME
    rules: BranchRules = field(default_factory=BranchRules)

    @cached_property
    def place_of(self) -> dict[int, int]:
        """Return the place of each service in the profile's order, 0 for the first."""
        return {each.service_id: place for place, each in enumerate(self.services)}

    @cached_property
    def weights(self) -> dict[int, int]:
        """Return the weight of each service."""
        return {each.service_id: each.weight for each in self.services}

    @cached_property
    def unit(self) -> int:
        """Return in how many parts a round is divided, so that each service's step (unit ÷ weight) is a whole number."""
        return lcm(*self.weights.values()) if self.services else 1

    @cached_property
    def targets(self) -> dict[int, int]:
        """Return the promised wait of each service in µs."""
        return {each.service_id: (each.target_minutes or DEFAULT_TARGET_MINUTES) * MINUTE for each in self.services}

    @cached_property
    def limits(self) -> dict[int, int]:
        """Return the longest allowed wait of each service in µs, `NEVER` where there is none."""
        house = self.rules.longest_wait_minutes
        limits = {}
        for each in self.services:
            minutes = house if each.longest_wait_minutes is None else each.longest_wait_minutes
            limits[each.service_id] = NEVER if minutes is None else minutes * MINUTE
        return limits


@lru_cache(maxsize=256)
def first_come(service_ids: frozenset[int]) -> Profile:
    """Return the profile of a counter that nobody has set up otherwise: all `service_ids`, first come, first served."""
    return Profile(tuple(ServiceTerms(service_id) for service_id in sorted(service_ids)))
