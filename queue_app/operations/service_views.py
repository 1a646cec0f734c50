"""What a visitor may know of one service, and of the days ahead, in the contract's words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from queue_app.domain.board import iso
from queue_app.domain.branch import BranchSetup, ServiceSetup
from queue_app.domain.forecast import Forecast
from queue_app.domain.intake import intake
from queue_app.operations.forecasting import Forecasts, too_late

ANNOUNCED_DAYS = 14
"""So many days ahead visitors are told of holidays and of days with hours of their own."""


def special_days(setup: BranchSetup, now: datetime) -> list[dict[str, Any]]:
    """Return the public holidays and exceptions of the next days, as the contract has them."""
    return [
        {
            "from": days.first.isoformat(),
            "to": days.last.isoformat(),
            "kind": str(days.day.kind),
            "hours": [list(interval) for interval in days.day.hours],
            "name": dict(days.day.name or {}),
        }
        for days in setup.hours.special_days(now, ANNOUNCED_DAYS)
    ]


def service_view(
    setup: BranchSetup,
    service: ServiceSetup,
    now: datetime,
    waiting: int,
    taken: int,
    last: Mapping[str, int],
    forecasts: Forecasts,
) -> dict[str, Any]:
    """Return the contract's `service`: whether it gives out a number now, and why not.

    Args:
        setup, service, now: of which, when.
        waiting: how many wait for it.
        taken: how many numbers it has given today.
        last: the last number of each series today.
        forecasts: who knows the pace.
    """
    late = too_late(forecasts, setup, service, now, waiting)
    found = intake(
        setup, service, now, taken=taken, last=last.get(service.series), late=late.closes_at if late else None
    )
    return {
        "id": service.slug,
        "letter": service.series,
        "name": dict(service.name),
        "state": found.state,
        "reason": found.reason and str(found.reason),
        "reason_name": dict(found.name),
        "opens_at": _iso(found.opens_at),
        "closes_at": _iso(found.closes_at),
        "waiting": waiting,
        "forecast": seconds_of(forecasts.of(setup, service, waiting)),
        "target_wait_seconds": service.target_wait_seconds,
        "bring": dict(service.bring),
        "conditions": dict(service.conditions),
        "instead": dict(service.instead),
    }


def seconds_of(forecast: Forecast) -> dict[str, int | None]:
    """Return a forecast as the contract has it."""
    return {"low_seconds": forecast.low_seconds, "high_seconds": forecast.high_seconds}


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else iso(moment)
