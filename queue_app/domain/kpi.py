"""The figures of a leg and of many legs, exactly as docs/kpi.md defines them; durations in seconds, absent ones None."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from math import ceil


def seconds_between(begin: datetime | None, end: datetime | None) -> float | None:
    """Return the seconds from `begin` to `end`, or None where one of them did not happen: absent is never 0."""
    if begin is None or end is None:
        return None
    return (end - begin).total_seconds()


def percentile(values: Sequence[float], percent: float) -> float | None:
    """Return the nearest-rank percentile `x_(⌈p·n/100⌉)` of `values`; None where there are none.

    Args:
        values: sorted, smallest first.
        percent: above 0, up to 100.
    """
    if not values:
        return None
    return values[max(1, ceil(percent * len(values) / 100)) - 1]


def service_level(
    waits_served: Sequence[float], waits_left: Sequence[float], still_waiting: Sequence[float], target_seconds: float
) -> float | None:
    """Return the headline service level `N(W₁ ≤ T) / (served + left after waiting > T + still waiting > T)`.

    Args:
        waits_served: seconds that each served visitor waited.
        waits_left: seconds that each visitor who left unserved had waited.
        still_waiting: seconds that each waiting visitor has waited so far.
        target_seconds: T.
    """
    counted = (
        len(waits_served)
        + sum(wait > target_seconds for wait in waits_left)
        + sum(wait > target_seconds for wait in still_waiting)
    )
    return sum(wait <= target_seconds for wait in waits_served) / counted if counted else None
