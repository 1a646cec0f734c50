"""Changes what a branch wants of its reports."""

from __future__ import annotations

from queue_app.domain.reporting import ReportingRules, check_reporting
from queue_app.operations.audit import note_change
from queue_app.operations.rules_setup import change_settings, note_settings
from queue_app.operations.unit_of_work import Actor, Context, Unit
from queue_app.store import queries as q


def set_reporting(context: Context, branch: str, actor: Actor, data: object) -> ReportingRules:
    """Let other rules hold for the reports of a branch from now on.

    Args:
        context, branch, actor: where, and who does it.
        data: as `domain.reporting.check_reporting` reads it.

    Raises:
        QueueError: `unknown_branch`, `invalid_value`.
    """
    rules = check_reporting(data)

    def decide(unit: Unit) -> ReportingRules:
        unit.lock_and_read()
        values = {"branch": unit.setup.id, "reporting": rules.as_data()}
        unit.also_write(q.update_branch(("reporting",)), values, exactly_one=True)
        note_settings(unit, actor, "reporting")
        note_change(unit, actor, "change_reporting", unit.setup.slug, unit.setup.reporting.as_data(), rules.as_data())
        return rules

    return change_settings(context, branch, "set_reporting", decide)
