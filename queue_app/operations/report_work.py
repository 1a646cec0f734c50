"""Whether the worker of the reports is needed though nobody has asked for a report."""

from __future__ import annotations

from queue_app.operations.messages import any_queued
from queue_app.operations.report_schedules import any_active
from queue_app.operations.unit_of_work import Context
from queue_app.operations.views import fresh_setup
from queue_app.operations.webhooks import any_active as any_webhook


def anything_to_do(context: Context) -> bool:
    """Say whether something is to be sent now or when its time comes, thresholds are to be watched, or webhooks to be told.

    Raises:
        QueueError: `database_unavailable`.
    """
    setups = [fresh_setup(context, slug) for slug in context.slugs().values()]
    watched = any(setup.reporting.alarms or setup.privacy.retention_days is not None for setup in setups)
    return watched or any_queued(context) or any_active(context) or any_webhook(context)
