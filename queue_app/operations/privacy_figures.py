"""Retention by hand: single visits are forgotten now, and the privacy log says so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from queue_app.operations.audit import note_outside
from queue_app.operations.retention import forget_old_days
from queue_app.operations.unit_of_work import Actor, Context


def forget_by_hand(context: Context, branch: str, actor: Actor, keep_days: int | None) -> Iterator[date | int]:
    """Do what `retention.forget_old_days` does, and write down how much that was, also where it is broken off.

    Raises:
        QueueError: as `retention.forget_old_days`.
    """
    days: list[date] = []
    deleted = 0
    try:
        for done in forget_old_days(context, branch, keep_days):
            if isinstance(done, date):
                days.append(done)
            else:
                deleted += done
            yield done
    finally:
        told = {"days": len(days), "last": days[-1].isoformat() if days else None, "rows": deleted}
        with context.database.writing() as connection:
            note_outside(context, connection, actor, "privacy_figures", branch, None, told, context.setup(branch).id)
    context.database.scrub()
