"""The queue as one counter sees it at one moment: the first of every lane, and who is furthest over the longest wait."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from queue_app.domain.profiles import BOOKED, MINUTE, STANDARD, BranchRules, Profile
from queue_app.domain.turns import Turns


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is particular about a waiting leg; most have nothing of it. Moments in µs since 1970.

    Attributes:
        not_before: not to be called before, None where at any time.
        counter_id, user_id: kept for this counter, for this person.
        language: the visitor asked to be served in it.
        booked_for: the booked time; None also for a leg that was moved to the end of its queue.
    """

    not_before: int | None = None
    counter_id: int | None = None
    user_id: int | None = None
    language: str | None = None
    booked_for: int | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """One waiting leg as the rules see it.

    Attributes:
        leg_id: the leg.
        service_id: whose queue it stands in.
        position: its place in the queue (µs of its arrival unless it was moved), smaller first; negative: put first.
        arrived: when it joined the queue, µs since 1970.
        priority: the ticket's class; a name that the branch does not have counts as `standard`.
        wishes: what is particular about it, None where nothing is.
    """

    leg_id: int
    service_id: int
    position: int
    arrived: int
    priority: str = STANDARD
    wishes: Wishes | None = None

    def in_time(self, rules: BranchRules) -> bool:
        """Say whether this is a booked visitor who did not come too late: coming late counts, being kept waiting does not."""
        booked_for = self.wishes.booked_for if self.wishes is not None else None
        return booked_for is not None and self.arrived <= booked_for + rules.late_minutes * MINUTE


@dataclass(frozen=True, slots=True)
class CounterState:
    """The counter that asks.

    Attributes:
        counter_id, user_id: who it is and who works there, for tickets kept for them.
        languages: what is spoken there.
        turns: what it remembers of its calls.
    """

    counter_id: int | None = None
    user_id: int | None = None
    languages: frozenset[str] = frozenset()
    turns: Turns = field(default_factory=Turns)


class Seen(NamedTuple):
    """A leg as a counter sees it at one moment; `place` and `since` (when it could first have been called) in µs."""

    place: int
    leg_id: int
    since: int
    leg: Waiting


Lane = tuple[int, int, bool]
"""A class's rank, a service, whether it asked for a language spoken here: within a lane, place and leg alone decide."""

Lanes = dict[Lane, Seen]
"""The first of each lane."""


@dataclass(slots=True)
class View:
    """What a counter may choose from.

    Attributes:
        ready: those who may be called.
        mine: those of them who are kept for this counter or its person.
        held: those who are called only when nobody else waits: booked for later, or left to counters of their language.
        overdue: who is furthest over the longest allowed wait, of all three, with the rank of their class.
    """

    ready: Lanes = field(default_factory=dict)
    mine: Lanes = field(default_factory=dict)
    held: Lanes = field(default_factory=dict)
    overdue: tuple[int, Seen] | None = None


def look(waiting: Iterable[Waiting], profile: Profile, state: CounterState, now: int) -> View:
    """Return what the counter may choose from at `now` (µs since 1970).

    The only pass over everybody, so a leg without wishes costs neither a call nor, unless it is the first of its lane so
    far, an object.
    """
    rank_of, standard = profile.rules.rank_of, len(profile.rules.classes)
    # Whoever could have been called before this moment has waited longer than the service allows.
    latest = {service_id: now - limit for service_id, limit in profile.limits.items()}
    view = View()
    ready = view.ready
    furthest: tuple[int, int, int] | None = None
    for leg in waiting:
        service_id = leg.service_id
        if service_id not in latest:
            continue
        rank, place, since, own, lanes = rank_of.get(leg.priority, standard), leg.position, leg.arrived, False, ready
        if leg.wishes is not None:
            wished = _wished(leg, leg.wishes, rank, view, profile.rules, state, now)
            if wished is None:
                continue
            rank, place, since, own, lanes = wished
        if since < latest[service_id]:
            over = (since - latest[service_id], place, leg.leg_id)
            if furthest is None or over < furthest:
                furthest, view.overdue = over, (rank, Seen(place, leg.leg_id, since, leg))
        lane = (rank, service_id, own)
        first = lanes.get(lane)
        if first is None or place < first[0] or (place == first[0] and leg.leg_id < first[1]):
            lanes[lane] = Seen(place, leg.leg_id, since, leg)
    return view


def _wished(
    leg: Waiting, wishes: Wishes, rank: int, view: View, rules: BranchRules, state: CounterState, now: int
) -> tuple[int, int, int, bool, Lanes] | None:
    """Return rank, place, begin of the wait, own language and lanes of a leg with wishes; None where it may not go here."""
    if not _permitted(wishes, state, now):
        return None
    place, since, early = leg.position, leg.arrived, False
    if wishes.booked_for is not None and leg.in_time(rules):
        # A visitor put first by a clerk stays so; else the booked time is the place, however early they came.
        place = place if place < 0 else wishes.booked_for
        since = max(since, wishes.booked_for)
        rank = min(rank, rules.rank_of.get(BOOKED, rank))
        early = wishes.booked_for > now
    if wishes.not_before is not None:
        since = max(since, wishes.not_before)
    own = wishes.language in state.languages
    kept = wishes.counter_id is not None or wishes.user_id is not None
    elsewhere = wishes.language is not None and not own and not kept
    if early or (elsewhere and now - since < rules.language_hold_minutes * MINUTE):
        return rank, place, since, own, view.held
    return rank, place, since, own, view.mine if kept else view.ready


def _permitted(wishes: Wishes, state: CounterState, now: int) -> bool:
    return (
        (wishes.not_before is None or wishes.not_before <= now)
        and (wishes.counter_id is None or wishes.counter_id == state.counter_id)
        and (wishes.user_id is None or wishes.user_id == state.user_id)
    )


def merged(some: Lanes, others: Lanes) -> Lanes:
    """Return the first of each lane of both."""
    result = dict(some)
    for lane, seen in others.items():
        if lane not in result or seen[:2] < result[lane][:2]:
            result[lane] = seen
    return result
