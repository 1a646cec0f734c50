"""Open, pause, resume and close a counter: one clerk at one counter, one counter for one clerk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from queue_app.domain.branch import BranchSetup, CounterSetup
from queue_app.domain.errors import QueueError
from queue_app.domain.events import Kind
from queue_app.operations.unit_of_work import Actor, Context, Unit
from queue_app.store import queries as q
from queue_app.store.prepared import Row


@dataclass(frozen=True)
class CounterState:
    """How a counter stands: `open`, `paused` or `closed`, and who sits there."""

    setup: BranchSetup
    counter: CounterSetup
    state: str
    clerk: str | None
    opened_at: datetime | None


def open_counter(context: Context, counter_id: int, actor: Actor, profile: str | None = None) -> CounterState:
    """Sit down at a counter; sitting down again where one sits already changes nothing.

    Args:
        context: where to do it.
        counter_id: the counter.
        actor: who sits down.
        profile: name of a work profile; the counter's own where None.

    Raises:
        QueueError: `counter_taken` with the other's name, `already_at_counter`, `unknown_profile`, `unknown_counter`.
    """

    def decide(unit: Unit) -> CounterState:
        counter = unit.setup.counter(counter_id)
        profile_id = unit.setup.profile_named(profile).id if profile else counter.profile_id
        here, elsewhere = unit.lock_and_read(
            (q.OPEN_SESSION, {"counter_id": counter_id}), (q.SESSION_OF_ACTOR, {"actor": actor.key})
        )
        if here:
            if here[0].actor != actor.key:
                raise QueueError("counter_taken", clerk=here[0].actor_name)
            return _state(unit, counter, here[0])
        if elsewhere and actor.user_id is not None:
            other = unit.setup.counters_by_id.get(elsewhere[0].counter_id)
            raise QueueError("already_at_counter", counter=other.name if other else "?")
        session = {
            "branch_id": unit.setup.id,
            "counter_id": counter_id,
            "user_id": actor.user_id,
            "actor": actor.key,
            "actor_name": actor.name,
            "profile_id": profile_id,
            "opened_at": unit.now,
            "paused_at": None,
            "closed_at": None,
            "end_reason": None,
        }
        unit.also_write(q.INSERT_SESSION, session)
        unit.record(Kind.COUNTER_OPENED, counter_id=counter_id, user_id=actor.user_id, data={"clerk": actor.name})
        return CounterState(unit.setup, counter, "open", actor.name, unit.now)

    return context.perform(context.branch_of_counter(counter_id), "open_counter", decide)


def pause_counter(context: Context, counter_id: int, actor: Actor, reason: str | None = None) -> CounterState:
    """Take a pause: nobody is called to this counter until it is resumed.

    Raises:
        QueueError: `counter_closed`, `counter_paused`, `not_your_counter`.
    """

    def decide(unit: Unit) -> CounterState:
        counter, session = _own(unit, counter_id, actor)
        if session.paused_at is not None:
            raise QueueError("counter_paused", counter=counter_id)
        pause = {"session_id": session.id, "started_at": unit.now, "ended_at": None, "reason": reason}
        unit.also_write(q.INSERT_PAUSE, pause)
        _write_session(unit, session, paused_at=unit.now)
        unit.record(Kind.COUNTER_PAUSED, counter_id=counter_id, user_id=session.user_id, reason=reason)
        return CounterState(unit.setup, counter, "paused", session.actor_name, session.opened_at)

    return context.perform(context.branch_of_counter(counter_id), "pause_counter", decide)


def resume_counter(context: Context, counter_id: int, actor: Actor) -> CounterState:
    """End the pause.

    Raises:
        QueueError: `counter_closed`, `counter_not_paused`, `not_your_counter`.
    """

    def decide(unit: Unit) -> CounterState:
        counter, session = _own(unit, counter_id, actor)
        if session.paused_at is None:
            raise QueueError("counter_not_paused", counter=counter_id)
        unit.also_write(q.END_PAUSE, {"session": session.id, "ended_at": unit.now})
        _write_session(unit, session, paused_at=None)
        unit.record(Kind.COUNTER_RESUMED, counter_id=counter_id, user_id=session.user_id)
        return CounterState(unit.setup, counter, "open", session.actor_name, session.opened_at)

    return context.perform(context.branch_of_counter(counter_id), "resume_counter", decide)


def close_counter(context: Context, counter_id: int, actor: Actor) -> CounterState:
    """Leave the counter.

    Raises:
        QueueError: `counter_busy` while a ticket is there, `counter_closed`, `not_your_counter`.
    """

    def decide(unit: Unit) -> CounterState:
        counter, session = _own(unit, counter_id, actor)
        busy = unit.lock_and_read((q.LEG_AT_COUNTER, {"counter_id": counter_id}))[0]
        if busy:
            raise QueueError("counter_busy", label=busy[0].t_label)
        end_session(unit, session, reason="closed")
        return CounterState(unit.setup, counter, "closed", None, None)

    return context.perform(context.branch_of_counter(counter_id), "close_counter", decide)


def end_session(unit: Unit, session: Row, reason: str) -> None:
    """End a counter session, and the pause in it where there is one."""
    if session.paused_at is not None:
        unit.also_write(q.END_PAUSE, {"session": session.id, "ended_at": unit.now})
    _write_session(unit, session, paused_at=None, closed_at=unit.now, end_reason=reason)
    unit.record(Kind.COUNTER_CLOSED, counter_id=session.counter_id, user_id=session.user_id, reason=reason)


def _write_session(
    unit: Unit,
    session: Row,
    *,
    paused_at: datetime | None,
    closed_at: datetime | None = None,
    end_reason: str | None = None,
) -> None:
    values = {"session": session.id, "paused_at": paused_at, "closed_at": closed_at, "end_reason": end_reason}
    unit.also_write(q.UPDATE_SESSION, values, exactly_one=True)


def _own(unit: Unit, counter_id: int, actor: Actor) -> tuple[CounterSetup, Row]:
    counter = unit.setup.counter(counter_id)
    sessions = unit.lock_and_read((q.OPEN_SESSION, {"counter_id": counter_id}))[0]
    if not sessions:
        raise QueueError("counter_closed", counter=counter_id)
    if sessions[0].actor != actor.key and not actor.supervises:
        raise QueueError("not_your_counter", clerk=sessions[0].actor_name)
    return counter, sessions[0]


def _state(unit: Unit, counter: CounterSetup, session: Row) -> CounterState:
    state = "paused" if session.paused_at is not None else "open"
    return CounterState(unit.setup, counter, state, session.actor_name, session.opened_at)
