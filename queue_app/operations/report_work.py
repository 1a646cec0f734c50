"""Whether the worker of the reports is needed though nobody has asked for a report."""

from __future__ import annotations

from queue_app.operations.messages import any_queued
from queue_app.operations.report_schedules import any_active
from queue_app.operations.unit_of_work import Context
from queue_app.operations.views import fresh_setup


def anything_to_do(context: Context) -> bool:
    """Say whether something is to be sent now or when its time comes, or thresholds are to be watched.

    Raises:
        QueueError: `database_unavailable`.
    """
    watched = any(fresh_setup(context, slug).reporting.alarms for slug in context.slugs().values())
    return watched or any_queued(context) or any_active(context)
