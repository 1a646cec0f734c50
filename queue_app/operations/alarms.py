"""Looks whether a branch's thresholds are crossed, keeps since when, and lets those be told who want to know."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select

from queue_app.domain.alarms import AlarmStanding, follow, values_of
from queue_app.domain.board import iso
from queue_app.domain.branch import BranchSetup
from queue_app.domain.reporting import Alarm
from queue_app.operations.messages import queue_message
from queue_app.operations.unit_of_work import Context
from queue_app.store.models import BranchState
from queue_app.store.report_tables import AlarmState

_TABLE: Table = AlarmState.__table__  # type: ignore[assignment]
_STATE = _TABLE.c


def look(context: Context, setup: BranchSetup, figures: Mapping[str, float | None]) -> None:
    """Follow all thresholds of a branch.

    Whoever the branch names is told once when an alarm is raised, and once when it is over.

    Args:
        context, setup: whose; the setup as it is now.
        figures: as `domain.alarms.values_of` reads them.

    Raises:
        QueueError: `database_unavailable`.
    """
    now = context.clock.now()
    values = values_of(figures)

    def after(before: Mapping[str, AlarmStanding]) -> dict[str, AlarmStanding]:
        return {
            alarm.watches: follow(alarm, before.get(alarm.watches, AlarmStanding()), values[alarm.watches], now)
            for alarm in setup.reporting.alarms
        }

    with context.database.reading() as connection:
        before = _standing(connection, setup.id)
    # Most looks change nothing: they do not hold up those who write.
    if after(before) == before:
        return
    with context.database.writing() as connection:
        # One look at a time writes, also where two machines look: each change is told once.
        connection.execute(select(BranchState.revision).where(BranchState.branch_id == setup.id).with_for_update())
        before = _standing(connection, setup.id)
        standing = after(before)
        connection.execute(delete(_TABLE).where(_STATE.branch_id == setup.id))
        for name, new in standing.items():
            connection.execute(
                insert(_TABLE).values(
                    branch_id=setup.id, name=name, crossed_at=new.crossed_at, raised_at=new.raised_at, value=new.value
                )
            )
        for alarm in setup.reporting.alarms:
            _tell(context, connection, setup, alarm, before.get(alarm.watches), standing[alarm.watches], now)


def raised(context: Context, setup: BranchSetup) -> list[dict[str, Any]]:
    """Return the alarms of a branch that are raised now.

    Returns:
        Each `{watches, limit, value, since}`: the value by which it was raised, in the unit of its limit, and since when the
        threshold has been crossed.
    """
    alarms = {str(alarm.watches): alarm for alarm in setup.reporting.alarms}
    if not alarms:
        return []
    with context.database.reading() as connection:
        standing = _standing(connection, setup.id)
    return [
        {"watches": name, "limit": alarms[name].limit, "value": each.value, "since": iso(each.crossed_at)}
        for name, each in sorted(standing.items())
        if name in alarms and each.raised_at is not None and each.crossed_at is not None
    ]


def _standing(connection: Connection, branch_id: int) -> dict[str, AlarmStanding]:
    rows = connection.execute(select(_TABLE).where(_STATE.branch_id == branch_id))
    return {row.name: AlarmStanding(row.crossed_at, row.raised_at, row.value) for row in rows}


def _tell(
    context: Context,
    connection: Connection,
    setup: BranchSetup,
    alarm: Alarm,
    old: AlarmStanding | None,
    new: AlarmStanding,
    now: datetime,
) -> None:
    was_raised_at = old.raised_at if old is not None else None
    raised_at = new.raised_at or was_raised_at
    if raised_at is None or (was_raised_at is None) == (new.raised_at is None):
        return
    over = new.raised_at is None
    content = {
        "branch": setup.slug, "alarm": str(alarm.watches), "limit": alarm.limit, "value": new.value,
        "raised_at": iso(raised_at), "over_at": iso(now) if over else None,
    }  # fmt: skip
    for to in (*setup.reporting.emails, *setup.reporting.webhooks):
        key = f"alarm {setup.id} {alarm.watches} {iso(raised_at)} {'end' if over else 'begin'} {to}"
        queue_message(context, connection, setup.id, key, "alarm", to, content)
