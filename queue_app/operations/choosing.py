"""Who is next at a counter: what is read for it, what the counter remembers, what is recorded of the choice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from queue_app.domain.branch import BranchSetup
from queue_app.domain.discipline import Choice, choose
from queue_app.domain.lanes import CounterState, Waiting, Wishes
from queue_app.domain.profiles import Profile
from queue_app.domain.turns import Called, Turns, advance
from queue_app.store import queries as q
from queue_app.store.prepared import Row
from queue_app.store.session import Step
from queue_app.store.types import microseconds

COUNTED_FACTS = frozenset({"weights", "classes", "counts_as"})
"""The facts of a call that say whose turn it was: `turns.recalled_facts`."""


@dataclass(frozen=True)
class Chosen:
    """Who is next, and what the counter remembers from then on.

    Attributes:
        row: the leg with its ticket.
        rule: the rule that chose it.
        facts: what makes the rule true.
        turns: what the session keeps, None where nothing changes.
    """

    row: Row
    rule: str
    facts: dict[str, Any]
    turns: dict[str, Any] | None


def read_heads(setup: BranchSetup, now: datetime) -> Step:
    """Return the read of everybody whom the choice has to know at `now`."""
    ranks = len(setup.rules.classes) + 1 if setup.shares_calls else 0
    limit = setup.shortest_limit
    if limit is None:
        return q.heads(ranks, overdue=False), {}
    return q.heads(ranks, overdue=True), {"overdue_before": now - timedelta(microseconds=limit)}


def choose_at(
    setup: BranchSetup, session: Row, heads: Sequence[Row], now: int, only: int | None = None
) -> Chosen | None:
    """Choose who is called next to the counter of `session`.

    Args:
        setup: the branch.
        session: the counter's open session.
        heads: what `read_heads` found.
        now: µs since 1970.
        only: id of a service; then only of its queue.

    Returns:
        The choice, None where nobody may be called here now.
    """
    profile = setup.profile(session.profile_id)
    turns = _remembered(session.turns, profile)
    state = CounterState(session.counter_id, session.user_id, frozenset(session.languages), turns)
    rows = {row.id: row for row in heads if only is None or row.service_id == only}
    choice = choose(map(_waiting, rows.values()), profile, state, now)
    if choice is None:
        return None
    if only is not None:
        # A queue that the clerk asked for by hand says nothing of whose turn it was; nor must a later reader count it.
        facts = {name: fact for name, fact in choice.facts.items() if name not in COUNTED_FACTS}
        return Chosen(rows[choice.leg.leg_id], str(choice.rule), facts, None)
    kept = _kept(profile, turns, choice)
    return Chosen(rows[choice.leg.leg_id], str(choice.rule), choice.facts, kept if kept != session.turns else None)


def _waiting(row: Row) -> Waiting:
    wishes = None
    booked_for = microseconds(row.booked_for) if row.booked_for is not None else None
    if booked_for is not None and row.position >= 0 and row.position != booked_for:
        # Came too late for it, or was put to the end by a clerk: the place counts, not the booked time.
        booked_for = None
    if (
        row.not_before is not None
        or row.reserved_counter_id is not None
        or row.reserved_user_id is not None
        or row.wanted_language is not None
        or booked_for is not None
    ):
        wishes = Wishes(
            microseconds(row.not_before) if row.not_before is not None else None,
            row.reserved_counter_id,
            row.reserved_user_id,
            row.wanted_language,
            booked_for,
        )
    return Waiting(row.id, row.service_id, row.position, microseconds(row.enqueued_at), row.t_priority, wishes)


def _remembered(told: dict[str, Any], profile: Profile) -> Turns:
    if not told:
        return Turns()
    same = told.get("weights") == _weights(profile)
    # Marks of other weights do not compare: with new ones everybody begins even.
    ahead = {int(service_id): mark for service_id, mark in told["ahead"].items()} if same else {}
    return Turns(ahead, told["counted"])


def _kept(profile: Profile, turns: Turns, choice: Choice) -> dict[str, Any]:
    after = advance(profile, turns, Called(choice.leg.service_id, choice.facts))
    if not after.ahead and not after.counted:
        return {}
    ahead = {str(service_id): mark for service_id, mark in after.ahead.items()}
    return {"weights": _weights(profile), "ahead": ahead, "counted": dict(after.counted)}


def _weights(profile: Profile) -> dict[str, int]:
    return {str(service_id): weight for service_id, weight in profile.weights.items()}
