"""Who is next, and why: one pure choice from the people waiting."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Priority(StrEnum):
    """The classes a visitor may be in; the order in which they are called is in `RANK`."""

    PRIORITY = "priority"
    STANDARD = "standard"


RANK: dict[str, int] = {Priority.PRIORITY: 0, Priority.STANDARD: 1}
"""Smaller ranks are called first."""


class Rule(StrEnum):
    """Why a ticket was the next one; stored with the call, so that anybody may ask later."""

    FIRST_COME = "first_come"
    PRIORITY_FIRST = "priority_first"
    CHOSEN_BY_CLERK = "chosen_by_clerk"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One waiting leg as the rule sees it.

    Attributes:
        leg_id: the leg.
        service_id: whose queue it stands in.
        rank: the priority class as a number, smaller first.
        position: its place in the queue (µs of its arrival unless it was moved), smaller first.
    """

    leg_id: int
    service_id: int
    rank: int
    position: int


def order(leg: Waiting) -> tuple[int, int, int]:
    """Return the sorting key of the one queue discipline: class, then place, then leg (two arrivals in one µs)."""
    return leg.rank, leg.position, leg.leg_id


def choose(waiting: Iterable[Waiting], service_ids: frozenset[int]) -> tuple[Waiting, Rule] | None:
    """Choose who is called next at a counter.

    First come, first served across all services of the counter, priority classes before the others.

    Args:
        waiting: legs that wait, in any order; the first one of each service and class is enough.
        service_ids: the services that the counter takes.

    Returns:
        The chosen leg and the rule that chose it, or None where nobody waits for this counter.
    """
    candidates = [leg for leg in waiting if leg.service_id in service_ids]
    if not candidates:
        return None
    best = min(candidates, key=order)
    return best, Rule.PRIORITY_FIRST if best.rank < RANK[Priority.STANDARD] else Rule.FIRST_COME
