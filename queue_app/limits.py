"""Rate limits: token buckets in this process's memory; several workers each allow the full rate."""

from __future__ import annotations

from collections import OrderedDict
from math import ceil

from queue_app.clock import Clock
from queue_app.domain.errors import QueueError

REMEMBERED = 10_000
"""How many callers are remembered; the one not seen for longest is forgotten first."""


class Limiter:
    """Lets each key act `per_minute` times a minute on average and `burst` times at once."""

    def __init__(self, clock: Clock, per_minute: float, burst: float) -> None:
        """Count by `clock`."""
        self._clock = clock
        self._per_second = per_minute / 60
        self._burst = burst
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def spend(self, key: str) -> None:
        """Count one act of `key`.

        Raises:
            QueueError: `too_many_requests`, with `retry_after_seconds`.
        """
        now = self._clock.monotonic()
        tokens, seen = self._buckets.pop(key, (self._burst, now))
        tokens = min(self._burst, tokens + (now - seen) * self._per_second)
        allowed = tokens >= 1
        self._buckets[key] = (tokens - 1 if allowed else tokens, now)
        if len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)
        if not allowed:
            wait = (1 - tokens) / self._per_second if self._per_second else 3600
            raise QueueError("too_many_requests", retry_after_seconds=max(1, ceil(wait)))
