"""Reports that are sent by themselves: set up, and turned into messages when their time has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, select, update

from queue_app.domain.board import iso
from queue_app.domain.branch import BranchSetup
from queue_app.domain.errors import QueueError
from queue_app.domain.events import Kind
from queue_app.domain.report_schedule import (
    Form,
    ReportSchedule,
    Span,
    check_schedule,
    due_at,
    last_span,
    latest_day,
    next_day,
)
from queue_app.domain.reporting import ClerkFigures
from queue_app.operations.audit import note_change
from queue_app.operations.close_day import close_day_if_over, is_over
from queue_app.operations.messages import count_queued, queue_message
from queue_app.operations.unit_of_work import Actor, Context, Unit
from queue_app.operations.views import fresh_setup
from queue_app.store import report_tables
from queue_app.store.prepared import Prepared, insert_into, update_of

MOST_SCHEDULES = 50
"""So many of them a branch may have."""

MOST_QUEUED = 500
"""Beyond so many messages that have not gone yet, nobody can have more sent by hand."""

_TABLE: Table = report_tables.ReportSchedule.__table__  # type: ignore[assignment]
_MESSAGES: Table = report_tables.Message.__table__  # type: ignore[assignment]
_ROW = _TABLE.c
_CHANGED = (
    "report", "options", "form", "language", "span", "hour", "recipients", "active", "next_on",
)  # fmt: skip
_INSERT = insert_into(_TABLE)
_UPDATE = update_of(_TABLE, _CHANGED, _ROW.id == bindparam("schedule"))
_LET_GO = update_of(_MESSAGES, ("schedule_id",), _MESSAGES.c.schedule_id == bindparam("schedule"))
_DELETE = Prepared(delete(_TABLE).where(_ROW.id == bindparam("schedule")))


@dataclass(frozen=True)
class KeptSchedule:
    """A schedule as it is kept: `next_at` is when it is due, whether it pauses or not."""

    id: int
    wish: ReportSchedule
    next_on: date
    next_at: datetime


def create(context: Context, branch: str, actor: Actor, data: object) -> int:
    """Let a report be sent by itself from now on, and return the schedule's id.

    Args:
        context, branch, actor: where, and who wants it.
        data: as `domain.report_schedule.check_schedule` reads it.

    Raises:
        QueueError: `unknown_branch`, `invalid_value`, `too_many_schedules`.
    """
    wish = check_schedule(data)
    # Counted before: an operation holds a connection, and may not wait for another one. Two managers at once may add one more.
    if len(schedules_of(context, context.setup(branch))) >= MOST_SCHEDULES:
        raise QueueError("too_many_schedules", most=MOST_SCHEDULES)

    def decide(unit: Unit) -> int:
        unit.lock_and_read()
        schedule_id = unit.next_id()
        values = {**_values(unit.setup, wish, unit.now), "branch_id": unit.setup.id, "created_by": actor.key}
        unit.also_write(_INSERT, {**values, "id": schedule_id})
        _record(unit, actor, "added", schedule_id, None, wish)
        return schedule_id

    return context.perform(branch, "add_report_schedule", decide)


def change(context: Context, branch: str, schedule_id: int, actor: Actor, data: object) -> None:
    """Change what a schedule says, let it pause or go on; it is due next as if it were new.

    Raises:
        QueueError: `unknown_branch`, `unknown_schedule`, `invalid_value`.
    """
    wish = check_schedule(data)
    known = schedule_of(context, context.setup(branch), schedule_id)

    def decide(unit: Unit) -> None:
        unit.lock_and_read()
        values = _values(unit.setup, wish, unit.now)
        unit.also_write(_UPDATE, {**values, "schedule": schedule_id}, exactly_one=True)
        _record(unit, actor, "changed", schedule_id, known.wish, wish)

    context.perform(branch, "change_report_schedule", decide)


def remove(context: Context, branch: str, schedule_id: int, actor: Actor) -> None:
    """Send it no longer; what of it waits to be sent is not sent either.

    Raises:
        QueueError: `unknown_branch`, `unknown_schedule`.
    """
    known = schedule_of(context, context.setup(branch), schedule_id)

    def decide(unit: Unit) -> None:
        unit.lock_and_read()
        unit.also_write(_LET_GO, {"schedule": schedule_id, "schedule_id": None})
        unit.also_write(_DELETE, {"schedule": schedule_id}, exactly_one=True)
        _record(unit, actor, "removed", schedule_id, known.wish, None)

    context.perform(branch, "remove_report_schedule", decide)


def schedules_of(context: Context, setup: BranchSetup) -> list[KeptSchedule]:
    """Return a branch's schedules, the oldest first."""
    statement = select(_TABLE).where(_ROW.branch_id == setup.id).order_by(_ROW.id)
    with context.database.reading() as connection:
        return [_kept(setup, row) for row in connection.execute(statement)]


def schedule_of(context: Context, setup: BranchSetup, schedule_id: int) -> KeptSchedule:
    """Return one schedule of a branch; raises `unknown_schedule`."""
    statement = select(_TABLE).where(_ROW.branch_id == setup.id, _ROW.id == schedule_id)
    with context.database.reading() as connection:
        row = connection.execute(statement).one_or_none()
    if row is None:
        raise QueueError("unknown_schedule", schedule=schedule_id)
    return _kept(setup, row)


def any_active(context: Context) -> bool:
    """Say whether any branch has a report sent by itself."""
    with context.database.reading() as connection:
        return connection.execute(select(_ROW.id).where(_ROW.active).limit(1)).first() is not None


def send_now(context: Context, branch: str, schedule_id: int, request_id: str) -> int:
    """Let the last whole span be sent now, beside what is sent by itself; return how many messages that are.

    Raises:
        QueueError: `unknown_branch`, `unknown_schedule`, `too_many_reports`.
    """
    setup = context.setup(branch)
    kept = schedule_of(context, setup, schedule_id)
    day = latest_day(kept.wish, setup.zone, setup.cut_over_hour, context.clock.now())
    with context.database.writing() as connection:
        if count_queued(connection, setup.id) >= MOST_QUEUED:
            raise QueueError("too_many_reports", most=MOST_QUEUED)
        return _queue(context, connection, setup, kept, day, f"now {request_id}")


def queue_due(context: Context) -> int:
    """Turn every schedule whose time has come into messages, each span once; return how many messages that are.

    After a long stand the last span alone is sent. The day it is about is ended first, where nobody has done that yet.

    Raises:
        QueueError: `database_unavailable`.
    """
    with context.database.reading() as connection:
        rows = connection.execute(select(_TABLE).where(_ROW.active).order_by(_ROW.id)).all()
    slugs = context.slugs() if rows else {}
    setups = {branch: fresh_setup(context, slugs[branch]) for branch in {row.branch_id for row in rows}}
    queued = 0
    for row in rows:
        setup = setups[row.branch_id]
        kept = _kept(setup, row)
        if kept.next_at <= context.clock.now():
            if setup.day_ends_by_itself and is_over(context, setup.slug):
                close_day_if_over(context, setup.slug)
            queued += _queue_span(context, setup, kept)
    return queued


def _queue_span(context: Context, setup: BranchSetup, kept: KeptSchedule) -> int:
    now = context.clock.now()
    day = latest_day(kept.wish, setup.zone, setup.cut_over_hour, now)
    following = next_day(kept.wish, setup.zone, setup.cut_over_hour, now)
    with context.database.writing() as connection:
        # Both or neither: the messages are there exactly where the schedule has gone on, whoever else tries at the same time.
        mine = (_ROW.id == kept.id, _ROW.next_on == kept.next_on, _ROW.active)
        if not connection.execute(update(_TABLE).where(*mine).values(next_on=following)).rowcount:
            return 0
        return _queue(context, connection, setup, kept, day, "due")


def _queue(
    context: Context, connection: Connection, setup: BranchSetup, kept: KeptSchedule, day: date, why: str
) -> int:
    first, last = last_span(kept.wish.span, day)
    # With the moment: one file is made for all of them, and another one for those of another time.
    content = {
        **kept.wish.options, "branch": setup.slug, "report": kept.wish.report, "form": str(kept.wish.form),
        "language": kept.wish.language, "from": first.isoformat(), "to": last.isoformat(),
        "asked_at": iso(context.clock.now()),
    }  # fmt: skip
    return sum(
        queue_message(
            context, connection, setup.id, f"report {kept.id} {first} {last} {why} {to}", "report", to, content, kept.id
        )
        for to in kept.wish.recipients
    )


def is_wanted(context: Context, setup: BranchSetup, schedule_id: int | None, to: str) -> bool:
    """Say whether a schedule still is there and still names `to`."""
    if schedule_id is None:
        return False
    try:
        return to in schedule_of(context, setup, schedule_id).wish.recipients
    except QueueError as error:
        if error.code != "unknown_schedule":
            raise
        return False


def asked_now(setup: BranchSetup, content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a message asks of the reports, with the figures of single clerks only where managers may see them now."""
    allowed = ClerkFigures.MANAGERS in setup.reporting.clerk_figures
    return {**content, "clerks": bool(content.get("clerks")) and allowed}


def _values(setup: BranchSetup, wish: ReportSchedule, now: datetime) -> dict[str, Any]:
    return {
        **{name: getattr(wish, name) for name in _CHANGED if name != "next_on"},
        "options": dict(wish.options),
        "form": str(wish.form),
        "span": str(wish.span),
        "recipients": list(wish.recipients),
        "next_on": next_day(wish, setup.zone, setup.cut_over_hour, now),
    }


def _kept(setup: BranchSetup, row: Any) -> KeptSchedule:
    wish = ReportSchedule(
        row.report,
        Form(row.form),
        row.language,
        Span(row.span),
        row.hour,
        tuple(row.recipients),
        row.options,
        row.active,
    )
    return KeptSchedule(row.id, wish, row.next_on, due_at(row.next_on, row.hour, setup.zone, setup.cut_over_hour))


def _record(
    unit: Unit, actor: Actor, act: str, schedule_id: int, before: ReportSchedule | None, after: ReportSchedule | None
) -> None:
    data = {"what": "report_schedule", "by": actor.name, "act": act, "schedule": schedule_id}
    unit.record(Kind.SETTINGS_CHANGED, user_id=actor.user_id, data=data)
    seen = [None if wish is None else asdict(wish) for wish in (before, after)]
    note_change(unit, actor, f"{act}_report_schedule", str(schedule_id), *seen)
