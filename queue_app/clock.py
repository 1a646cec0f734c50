"""The only place that reads the current time; everything else is given a clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What an operation needs to know of time."""

    def now(self) -> datetime:
        """Return the current moment as an aware UTC datetime."""

    def monotonic(self) -> float:
        """Return seconds that never run backwards, for durations and cache ages."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the machine's current moment, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return the machine's monotonic seconds."""
        return time.monotonic()


class SimulatedClock:
    """A clock that stands still until it is moved: for tests, loading and simulating recorded days."""

    def __init__(self, start: datetime) -> None:
        """Start at `start`, which must be aware."""
        self._now = start.astimezone(UTC)
        self._start = self._now

    def now(self) -> datetime:
        """Return the simulated moment, aware, in UTC."""
        return self._now

    def monotonic(self) -> float:
        """Return the simulated seconds since the start."""
        return (self._now - self._start).total_seconds()

    def set(self, moment: datetime) -> None:
        """Move to `moment` (aware)."""
        self._now = moment.astimezone(UTC)

    def advance(self, **duration: float) -> None:
        """Move on by a `timedelta(**duration)`, for example `advance(minutes=5)`."""
        self._now += timedelta(**duration)
