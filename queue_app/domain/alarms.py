"""When a threshold has been crossed for long enough that somebody has to be told, and when it is over. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from queue_app.domain.reporting import Alarm, Threshold

LEAST_VISITS = 20
"""Before so many visits have been called or have left, the day's service level says nothing: one late visitor would be 50 %."""


@dataclass(frozen=True)
class AlarmStanding:
    """How one threshold stands.

    Attributes:
        crossed_at: since when it has been crossed without a break; None where it is not.
        raised_at: when the alarm was raised; None where it is not.
        value: the value by which it was raised, or by which it was over; not those between, which change all the time.
    """

    crossed_at: datetime | None = None
    raised_at: datetime | None = None
    value: float | None = None


def is_crossed(alarm: Alarm, value: float | None) -> bool:
    """Say whether a value is beyond an alarm's limit; what is not known is not beyond it."""
    if value is None:
        return False
    return value < alarm.limit if alarm.watches == Threshold.SERVICE_LEVEL else value > alarm.limit


def follow(alarm: Alarm, before: AlarmStanding, value: float | None, now: datetime) -> AlarmStanding:
    """Return how an alarm stands after a look.

    Args:
        alarm: the threshold.
        before: how it stood.
        value: what is watched, in the unit of its limit; None where it cannot be told.
        now: aware.
    """
    if not is_crossed(alarm, value):
        return AlarmStanding(value=value) if before.raised_at is not None else AlarmStanding(value=before.value)
    since = before.crossed_at or now
    if before.raised_at is None and now - since >= timedelta(minutes=alarm.minutes):
        return AlarmStanding(since, now, value)
    return AlarmStanding(since, before.raised_at, before.value)


def values_of(figures: Mapping[str, float | None]) -> dict[Threshold, float | None]:
    """Return what is watched, in the units of the limits.

    Args:
        figures: `waiting` people; `longest_wait_seconds`, `predicted_wait_seconds`, `unserved_seconds` (how long somebody has
            waited for a service that no open counter takes); `service_level` from 0 to 1 of `counted` visits today.
    """
    level = figures.get("service_level") if (figures.get("counted") or 0) >= LEAST_VISITS else None

    def scaled(name: str, factor: float) -> float | None:
        value = figures.get(name)
        return None if value is None else value * factor

    return {
        Threshold.WAITING: scaled("waiting", 1),
        Threshold.LONGEST_WAIT: scaled("longest_wait_seconds", 1 / 60),
        Threshold.PREDICTED_WAIT: scaled("predicted_wait_seconds", 1 / 60),
        Threshold.SERVICE_LEVEL: None if level is None else level * 100,
        Threshold.NOBODY_SERVING: scaled("unserved_seconds", 1 / 60),
    }
