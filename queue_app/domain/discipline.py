"""Who is next, and why: one pure choice from the people waiting; `docs/rules.md` tells it with examples.

The rules, of which the first that applies decides:

1. Who may go here at all: a service of the counter, not before the time it was returned for, not kept for somebody else.
   Booked visitors before their time, and those who asked for a language not spoken here, only when nobody else waits.
2. Whoever has waited longer than the longest allowed wait, the one furthest over it first.
3. Tickets kept for this counter or its person, where the branch wants them first.
4. Classes, the most important first: strict, or a share of the calls.
5. Those who asked for a language spoken here.
6. The manner of the counter's profile chooses the service, with head starts; within a service the places decide.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from queue_app.domain.lanes import CounterState, Lane, Lanes, Seen, View, Waiting, look, merged
from queue_app.domain.profiles import BOOKED, MINUTE, Handling, PriorityClass, Profile
from queue_app.domain.turns import next_service, recalled_facts


class Rule(StrEnum):
    """Why a ticket was the next one; stored with the call, so that anybody may ask later."""

    FIRST_COME = "first_come"
    PRIORITY_FIRST = "priority_first"
    SHARE_OF_CLASS = "share_of_class"
    HEAD_START = "head_start"
    SERVICE_ORDER = "service_order"
    WEIGHTED_SHARE = "weighted_share"
    TARGET_RATIO = "target_ratio"
    LONGEST_WAIT = "longest_wait"
    BOOKED = "booked"
    BOOKED_EARLY = "booked_early"
    RESERVED = "reserved"
    OWN_LANGUAGE = "own_language"
    OTHER_LANGUAGE = "other_language"
    PUT_FIRST = "put_first"
    CHOSEN_BY_CLERK = "chosen_by_clerk"
    WITHOUT_WAITING = "without_waiting"


class Choice(NamedTuple):
    """Who is next, and why.

    Attributes:
        leg: the chosen leg.
        rule: the rule that chose it.
        facts: what makes the rule true, JSON-able: always `waited_minutes` (whole minutes in which it could have been
            called); `booked_for` (ISO 8601, UTC) for booked visitors in time; the values of the rule's sentence in
            `page_texts.RULE_TEXTS`; and what `turns.advance` has to know of who waited.
    """

    leg: Waiting
    rule: Rule
    facts: dict[str, Any]


def choose(waiting: Iterable[Waiting], profile: Profile, state: CounterState, now: int) -> Choice | None:
    """Choose who is called next at a counter.

    Pure, and independent of the order of `waiting`. Of each queue it needs no more than the first of every kind (class,
    language asked for, booked or not, kept or not) and the one that has waited longest.

    Args:
        waiting: legs that wait; those of other services may be among them.
        profile: the counter's work profile with the branch's rules.
        state: the counter, who works there, what it remembers.
        now: µs since 1970.

    Returns:
        The chosen leg, the rule that chose it and its facts, or None where nobody may be called here now.
    """
    view = look(waiting, profile, state, now)
    usual = merged(view.ready, view.mine) if view.mine else view.ready
    lanes = usual or view.held
    if not lanes:
        return None
    counter = _Counter(profile, state, now, frozenset(lane[1] for lane in lanes))
    found = counter.first_rule(view, usual)
    classes = {profile.rules.name_of(lane[0]) for lane in lanes}
    leg = found.seen.leg
    facts = {"waited_minutes": max(0, now - found.seen.since) // MINUTE, **found.facts}
    if leg.wishes is not None and leg.wishes.booked_for is not None and leg.in_time(profile.rules):
        facts["booked_for"] = _iso(leg.wishes.booked_for)
    facts |= recalled_facts(profile, counter.services, classes, profile.rules.name_of(found.rank))
    return Choice(leg, found.rule, facts)


class _Found(NamedTuple):
    rank: int
    seen: Seen
    rule: Rule
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Counter:
    """One counter at one moment; `services` are those in which somebody waits for it."""

    profile: Profile
    state: CounterState
    now: int
    services: Collection[int]

    def first_rule(self, view: View, usual: Lanes) -> _Found:
        """Let the first rule that applies choose; somebody waits."""
        if view.overdue is not None:
            return self._of_overdue(*view.overdue)
        if view.mine and self.profile.rules.reserved_first:
            found = self._decide(view.mine)
            wishes = found.seen.leg.wishes
            whose = "person" if wishes is not None and wishes.user_id is not None else "counter"
            return found._replace(rule=Rule.RESERVED, facts={"reserved_for": whose})
        if usual:
            return self._decide(usual)
        return self._of_held(self._decide(view.held))

    def _of_overdue(self, rank: int, seen: Seen) -> _Found:
        limit = self.profile.limits[seen.leg.service_id]
        over = self.now - seen.since - limit
        facts = {"limit_minutes": limit // MINUTE, "over_minutes": over // MINUTE}
        return _Found(rank, seen, Rule.LONGEST_WAIT, facts)

    def _of_held(self, found: _Found) -> _Found:
        wishes = found.seen.leg.wishes
        assert wishes is not None
        if wishes.booked_for is not None and wishes.booked_for > self.now:
            return found._replace(rule=Rule.BOOKED_EARLY, facts={})
        return found._replace(rule=Rule.OTHER_LANGUAGE, facts={"language": wishes.language})

    def _decide(self, lanes: Lanes) -> _Found:
        """Choose from the first of each lane: classes, then language, then the profile's manner."""
        ranks, first_class = self._classes({lane[0] for lane in lanes})
        lanes = {lane: seen for lane, seen in lanes.items() if lane[0] in ranks}
        own = {lane: seen for lane, seen in lanes.items() if lane[2]}
        if own and len(own) < len(lanes) and self.profile.rules.own_language_first:
            found = self._by_manner(own)
            wishes = found.seen.leg.wishes
            assert wishes is not None
            found = found._replace(rule=Rule.OWN_LANGUAGE, facts={"language": wishes.language})
        else:
            found = self._by_manner(lanes)
        if first_class is None:
            return found
        facts: dict[str, Any] = {"class": first_class.name}
        if first_class.is_share:
            return found._replace(rule=Rule.SHARE_OF_CLASS, facts=facts | {"every": first_class.every})
        rule = Rule.BOOKED if first_class.name == BOOKED else Rule.PRIORITY_FIRST
        return found._replace(rule=rule, facts=facts)

    def _classes(self, present: set[int]) -> tuple[set[int], PriorityClass | None]:
        """Return the ranks that may be called now, and the class that goes before the others where one does."""
        counted = self.state.turns.counted
        others = len(present) > 1
        barred: set[int] = set()
        for rank in sorted(present):
            if rank == len(self.profile.rules.classes):
                break
            each = self.profile.rules.classes[rank]
            count = counted.get(each.name, 0)
            if each.handling == Handling.STRICT:
                return {rank}, each
            if each.handling == Handling.AT_LEAST and others and count >= each.every - 1:
                return {rank}, each
            if each.handling == Handling.AT_MOST and others:
                if not count:
                    return {rank}, each
                barred.add(rank)
        # Where all who wait are of classes that have had their share, nobody is kept from them.
        return present - barred or present, None

    def _by_manner(self, lanes: Lanes) -> _Found:
        shifts = self.profile.rules.head_starts
        found = self._manner(lanes, shifts)
        if found.rank in shifts and self._manner(lanes, {}).seen.leg_id != found.seen.leg_id:
            minutes = shifts[found.rank] // MINUTE
            facts = {"class": self.profile.rules.name_of(found.rank), "head_start_minutes": minutes}
            return found._replace(rule=Rule.HEAD_START, facts=facts)
        return found

    def _manner(self, lanes: Lanes, shifts: Mapping[int, int]) -> _Found:
        """Choose by the profile's manner; `shifts` are the head starts by rank, in µs.

        The first of a lane is the first with and without its head start, since all of a lane have the same.
        """
        first: dict[int, tuple[int, int, Lane]] = {}
        for lane, seen in lanes.items():
            place = seen.place - shifts.get(lane[0], 0) if seen.place >= 0 else seen.place
            first[lane[1]] = min(first.get(lane[1], (place, seen.leg_id, lane)), (place, seen.leg_id, lane))
        profile, rule = self.profile, Rule(self.profile.manner)
        if rule == Rule.SERVICE_ORDER:
            place, _, lane = first[min(first, key=profile.place_of.__getitem__)]
        elif rule == Rule.WEIGHTED_SHARE:
            place, _, lane = first[next_service(profile, self.state.turns, self.services, first)]
        else:
            by_target = rule == Rule.TARGET_RATIO
            place, _, lane = min(first.values(), key=self._against_target if by_target else None)
            if lanes[lane].place < 0:
                return _Found(lane[0], lanes[lane], Rule.PUT_FIRST, {})
        return _Found(lane[0], lanes[lane], rule, self._facts(rule, lane[1], place))

    def _against_target(self, entry: tuple[int, int, Lane]) -> tuple[float, int, int]:
        # By the place, not by the arrival: so within a service the order is that of the places under this manner too, and
        # taking one ticket away cannot change the order of the others.
        place, leg_id, lane = entry
        return (place - self.now) / self.profile.targets[lane[1]], place, leg_id

    def _facts(self, rule: Rule, service_id: int, place: int) -> dict[str, Any]:
        if rule == Rule.SERVICE_ORDER:
            return {"place": self.profile.place_of[service_id] + 1, "services": len(self.profile.services)}
        if rule == Rule.WEIGHTED_SHARE:
            weights = self.profile.weights
            return {"weight": weights[service_id], "total": sum(weights[each] for each in self.services)}
        if rule == Rule.TARGET_RATIO:
            target = self.profile.targets[service_id]
            return {"target_minutes": target // MINUTE, "percent": max(0, (self.now - place) * 100 // target)}
        return {}


def _iso(microseconds: int) -> str:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)).isoformat()
