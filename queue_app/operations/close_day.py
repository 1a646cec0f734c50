"""End the business day: who still waits goes home, counters close, the series begin anew; the record stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from queue_app.domain.branch import BranchSetup
from queue_app.domain.business_day import business_date, day_bounds
from queue_app.domain.events import Kind
from queue_app.domain.tickets import Action, State, after
from queue_app.operations.counters import end_session
from queue_app.operations.unit_of_work import Context, Unit
from queue_app.store import queries as q
from queue_app.store.prepared import Row

DAY_CLOSED = "day_closed"
"""The reason (and outcome) that marks what only the day's end ended."""

TOLD_BEFORE = timedelta(minutes=15)
"""So long before the day ends by itself the desks say so."""


@dataclass(frozen=True)
class ClosedDay:
    """What the end of a day did."""

    business_date: date
    expired: int
    counters_closed: int


def close_day(context: Context, branch: str) -> ClosedDay:
    """End the branch's business day now, by hand.

    The next number is the first of the next business date, even if it is taken the same evening: a label never
    repeats within a business date. Closing a day in which nothing happened changes nothing.

    Raises:
        QueueError: `unknown_branch`, `database_unavailable`.
    """

    def decide(unit: Unit) -> ClosedDay:
        legs, sessions, numbers = _read(unit)
        today = business_date(unit.now, unit.setup.zone, unit.setup.cut_over_hour)
        if today > unit.business_date:
            return _end(unit, legs, sessions, today)
        if not numbers and not legs and not sessions:
            return ClosedDay(unit.business_date, 0, 0)
        following = unit.business_date + timedelta(days=1) if numbers else unit.business_date
        return _end(unit, legs, sessions, following)

    return context.perform(branch, "close_day", decide)


def close_day_if_over(context: Context, branch: str) -> ClosedDay | None:
    """End the business day where its cut-over has passed, also long ago (the server was down); None where it has not.

    What ends with it ends at the cut-over, not at the moment this was noticed.
    """

    def decide(unit: Unit) -> ClosedDay | None:
        legs, sessions, _ = _read(unit)
        setup = unit.setup
        today = business_date(unit.now, setup.zone, setup.cut_over_hour)
        if today <= unit.business_date:
            return None
        unit.now = day_bounds(unit.business_date, setup.zone, setup.cut_over_hour)[1]
        return _end(unit, legs, sessions, today)

    return context.perform(branch, "close_day", decide)


def is_over(context: Context, branch: str) -> bool:
    """Say, without a transaction, whether the branch's business day has passed its cut-over."""
    setup = context.setup(branch)
    state = context.database.look((q.READ_STATE, {"branch_id": setup.id}))[0][0]
    today = business_date(context.clock.now(), setup.zone, setup.cut_over_hour)
    return bool(today > state.business_date)


def day_ends_at(setup: BranchSetup, now: datetime) -> datetime | None:
    """Return when the branch's day ends by itself, where that is near enough to be told to whoever still works."""
    if not setup.day_ends_by_itself:
        return None
    end = day_bounds(business_date(now, setup.zone, setup.cut_over_hour), setup.zone, setup.cut_over_hour)[1]
    return end if end - now <= TOLD_BEFORE else None


def _read(unit: Unit) -> tuple[list[Row], list[Row], list[Row]]:
    legs, sessions, numbers = unit.lock_and_read(
        (q.OPEN_LEGS, {}), (q.OPEN_SESSIONS, {}), (q.NUMBERS_TODAY, {}), day_may_be_over=True
    )
    return legs, sessions, numbers


def _end(unit: Unit, legs: list[Row], sessions: list[Row], following: date) -> ClosedDay:
    ended = unit.business_date
    taken = [unit.take_in(row)[1] for row in legs]
    outcome = {leg.id: after(State(leg.state), Action.EXPIRE) for leg in taken}
    waiting: dict[str, int] = {}
    for leg in taken:
        if leg.state == State.WAITING:
            waiting[str(leg.service_id)] = waiting.get(str(leg.service_id), 0) + 1
    unit.record(
        Kind.TICKETS_EXPIRED,
        reason=DAY_CLOSED,
        data={
            "business_date": ended.isoformat(),
            "expired_legs": [leg_id for leg_id, state in outcome.items() if state == State.EXPIRED],
            "finished_legs": [leg_id for leg_id, state in outcome.items() if state == State.FINISHED],
            "waiting": waiting,
            "outcome": DAY_CLOSED,
        },
    )
    for session in sessions:
        end_session(unit, session, reason=DAY_CLOSED)
    if unit.setup.retired_services:
        unit.settings_changed()
    unit.also_write(q.ERASE_NOTES, {"branch": unit.setup.id})
    unit.turn_day(following)
    return ClosedDay(ended, sum(state == State.EXPIRED for state in outcome.values()), len(sessions))
