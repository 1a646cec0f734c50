"""Open, pause, resume and close a counter: one clerk at one counter, one counter for one clerk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from queue_app.domain.branch import BranchSetup, CounterSetup
from queue_app.domain.errors import QueueError
from queue_app.domain.events import Kind
from queue_app.operations.unit_of_work import Actor, Context, Unit
from queue_app.store import queries as q
from queue_app.store.board import state_of
from queue_app.store.prepared import Row


@dataclass(frozen=True)
class CounterState:
    """How a counter stands: `open`, `paused`, `wrap_up` or `closed`, and who sits there."""

    setup: BranchSetup
    counter: CounterSetup
    state: str
    clerk: str | None
    opened_at: datetime | None


def open_counter(
    context: Context, counter_id: int, actor: Actor, profile: str | None = None, *, take_over: bool = False
) -> CounterState:
    """Sit down at a counter; sitting down again where one sits already changes nothing.

    Args:
        context: where to do it.
        counter_id: the counter.
        actor: who sits down.
        profile: name of a work profile; the clerk's own where None, else the counter's.
        take_over: whoever sits there leaves, and what is at the counter stays; only for those who supervise.

    Raises:
        QueueError: `counter_taken` with the other's name, `already_at_counter`, `unknown_profile`, `unknown_counter`,
            `not_allowed` for a take-over by somebody who does not supervise.
    """
    if take_over and not actor.supervises:
        raise QueueError("not_allowed")

    def decide(unit: Unit) -> CounterState:
        counter = unit.setup.counter(counter_id)
        here, elsewhere, clerk = unit.lock_and_read(
            (q.OPEN_SESSION, {"counter_id": counter_id}),
            (q.SESSION_OF_ACTOR, {"actor": actor.key}),
            (q.CLERK, {"user_id": actor.user_id}),
        )
        own_profile_id = clerk[0].profile_id if clerk else None
        profile_id = unit.setup.profile_named(profile).id if profile else own_profile_id or counter.profile_id
        if here and not (take_over and here[0].actor != actor.key):
            if here[0].actor != actor.key:
                raise QueueError("counter_taken", clerk=here[0].actor_name)
            return _state(unit, counter, here[0])
        if not here and counter in unit.setup.leaving_counters:
            raise QueueError("unknown_counter", counter=counter_id)
        if elsewhere and actor.user_id is not None:
            other = unit.setup.counters_by_id.get(elsewhere[0].counter_id)
            raise QueueError("already_at_counter", counter=other.name if other else "?")
        if here:
            end_session(unit, here[0], reason="taken_over")
        session = {
            "branch_id": unit.setup.id,
            "counter_id": counter_id,
            "user_id": actor.user_id,
            "actor": actor.key,
            "actor_name": actor.name,
            "profile_id": profile_id,
            "languages": clerk[0].languages if clerk else [],
            "turns": {},
            "opened_at": unit.now,
            "paused_at": None,
            "wrap_up_at": None,
            "closed_at": None,
            "end_reason": None,
        }
        unit.also_write(q.INSERT_SESSION, session)
        unit.record(
            Kind.COUNTER_OPENED,
            counter_id=counter_id,
            user_id=actor.user_id,
            data={"clerk": actor.name, "profile_id": profile_id},
        )
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
        unit.change_session(session.id, paused_at=unit.now, wrap_up_at=None)
        unit.record(Kind.COUNTER_PAUSED, counter_id=counter_id, user_id=session.user_id, reason=reason)
        return CounterState(unit.setup, counter, "paused", session.actor_name, session.opened_at)

    return context.perform(context.branch_of_counter(counter_id), "pause_counter", decide)


def resume_counter(context: Context, counter_id: int, actor: Actor) -> CounterState:
    """End the pause, or the wrap-up.

    Raises:
        QueueError: `counter_closed`, `counter_not_paused`, `not_your_counter`.
    """

    def decide(unit: Unit) -> CounterState:
        counter, session = _own(unit, counter_id, actor)
        if session.paused_at is None and session.wrap_up_at is None:
            raise QueueError("counter_not_paused", counter=counter_id)
        if session.paused_at is not None:
            unit.also_write(q.END_PAUSE, {"session": session.id, "ended_at": unit.now})
        unit.change_session(session.id, paused_at=None, wrap_up_at=None)
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


def begin_wrap_up(context: Context, counter_id: int, actor: Actor) -> CounterState:
    """Take the time to finish what a visitor left to do: nobody is called by itself until the next call or `resume`.

    Raises:
        QueueError: `counter_closed`, `counter_paused`, `counter_busy`, `not_your_counter`.
    """

    def decide(unit: Unit) -> CounterState:
        counter, session = _own(unit, counter_id, actor)
        busy = unit.lock_and_read((q.LEG_AT_COUNTER, {"counter_id": counter_id}))[0]
        if session.paused_at is not None:
            raise QueueError("counter_paused", counter=counter_id)
        if busy:
            raise QueueError("counter_busy", label=busy[0].t_label)
        if session.wrap_up_at is None:
            wrap_up(unit, session)
        return CounterState(unit.setup, counter, "wrap_up", session.actor_name, session.opened_at)

    return context.perform(context.branch_of_counter(counter_id), "wrap_up", decide)


def end_wrap_ups(context: Context, branch: str) -> list[int]:
    """End the wrap-ups that have lasted as long as the branch says, and return their counters."""
    seconds = context.setup(branch).desk.wrap_up_seconds
    if not seconds:
        return []
    before = context.clock.now() - timedelta(seconds=seconds)

    def decide(unit: Unit) -> list[int]:
        ended = []
        for session in unit.lock_and_read((q.OPEN_SESSIONS, {}))[0]:
            if session.wrap_up_at is not None and session.wrap_up_at <= before:
                unit.change_session(session.id, wrap_up_at=None)
                unit.record(Kind.COUNTER_RESUMED, counter_id=session.counter_id, user_id=session.user_id)
                ended.append(session.counter_id)
        return ended

    due = context.database.look((q.OPEN_SESSIONS, {"branch_id": context.setup(branch).id}))[0]
    if not any(session.wrap_up_at is not None and session.wrap_up_at <= before for session in due):
        return []
    return context.perform(branch, "end_wrap_ups", decide)


def wrap_up(unit: Unit, session: Row) -> None:
    """Leave the counter in peace: nobody is called to it by itself until the wrap-up ends."""
    unit.change_session(session.id, wrap_up_at=unit.now)
    seconds = unit.setup.desk.wrap_up_seconds
    unit.record(Kind.COUNTER_WRAP_UP, counter_id=session.counter_id, user_id=session.user_id, data={"seconds": seconds})


def end_session(unit: Unit, session: Row, reason: str) -> None:
    """End a counter session, and the pause in it where there is one."""
    if session.paused_at is not None:
        unit.also_write(q.END_PAUSE, {"session": session.id, "ended_at": unit.now})
    unit.change_session(session.id, paused_at=None, wrap_up_at=None, closed_at=unit.now, end_reason=reason)
    if any(counter.id == session.counter_id for counter in unit.setup.leaving_counters):
        unit.settings_changed()
    unit.record(Kind.COUNTER_CLOSED, counter_id=session.counter_id, user_id=session.user_id, reason=reason)


def _own(unit: Unit, counter_id: int, actor: Actor) -> tuple[CounterSetup, Row]:
    counter = unit.setup.counter(counter_id)
    sessions = unit.lock_and_read((q.OPEN_SESSION, {"counter_id": counter_id}))[0]
    if not sessions:
        raise QueueError("counter_closed", counter=counter_id)
    if sessions[0].actor != actor.key and not actor.supervises:
        raise QueueError("not_your_counter", clerk=sessions[0].actor_name)
    return counter, sessions[0]


def _state(unit: Unit, counter: CounterSetup, session: Row) -> CounterState:
    return CounterState(unit.setup, counter, state_of(session), session.actor_name, session.opened_at)
