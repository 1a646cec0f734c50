"""A branch at this moment in a few figures: for the manager's wall, and for the thresholds that are watched."""

from __future__ import annotations

from typing import Any

from queue_app.operations.forecasting import Forecasts
from queue_app.operations.queue_view import CALLING, queue_view
from queue_app.operations.unit_of_work import Context

STATES = ("open", "wrap_up", "paused", "closed")


def branch_now(context: Context, forecasts: Forecasts, slug: str) -> dict[str, Any]:
    """Return how a branch stands.

    Returns:
        `waiting` people; `longest_wait_seconds` of those who wait; `predicted_wait_seconds` of whoever would come now (the
        longest of the services for which people wait; None where it cannot be told); `unserved_seconds` (how long somebody
        has waited for a service that no open counter takes; 0 where there is nobody); `counters_open`, `counters_by_state`;
        `services`, `counters`, `unserved` and `alarms` as `queue_view` has them, each service with its `predicted_seconds`.

    Raises:
        QueueError: `unknown_branch`, `database_unavailable`.
    """
    queue = queue_view(context, slug)
    setup = context.setup(slug)
    forecasts.refresh(setup)
    services = []
    for service, view in zip(setup.called_services, queue["services"], strict=True):
        predicted = forecasts.middle(setup, service, view["waiting"])
        services.append({**view, "predicted_seconds": None if predicted is None else round(predicted)})
    states = [counter["state"] for counter in queue["counters"]]
    waited_for = [service for service in services if service["waiting"]]
    return {
        "revision": queue["revision"],
        "server_time": queue["server_time"],
        "waiting": sum(service["waiting"] for service in services),
        "longest_wait_seconds": max((service["longest_seconds"] for service in waited_for), default=0),
        "predicted_wait_seconds": max(
            (each["predicted_seconds"] for each in waited_for if each["predicted_seconds"] is not None), default=None
        ),
        "unserved_seconds": max(
            (each["longest_seconds"] for each in services if each["id"] in queue["unserved"]), default=0
        ),
        "counters_open": sum(state in CALLING for state in states),
        "counters_by_state": {state: states.count(state) for state in STATES},
        "services": services,
        "counters": queue["counters"],
        "unserved": queue["unserved"],
        "alarms": queue["alarms"],
    }
