"""Rate limits: token buckets, in this process's memory or, where several processes serve, in the Redis they share."""

from __future__ import annotations

import hashlib
import logging
from collections import OrderedDict
from math import ceil
from typing import TYPE_CHECKING, Any

from queue_app.clock import Clock
from queue_app.domain.errors import QueueError

if TYPE_CHECKING:
    from redis.commands.core import Script

log = logging.getLogger("queue.limits")

REMEMBERED = 10_000
"""How many callers a process remembers; the one not seen for longest is forgotten first."""

NEVER_SECONDS = 3600.0
"""What is told where a bucket is never filled again."""

ANSWER_SECONDS = 0.5
OUTAGE_SECONDS = 5.0
"""How long a Redis that did not answer is left alone: a request must not wait for it each time."""

# Redis's own clock, so that the workers' clocks need not agree. Six digits: Lua would write a time of day with three.
SPEND = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local rate, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'seen')
local tokens = tonumber(bucket[1]) or burst
tokens = math.min(burst, tokens + math.max(0, now - (tonumber(bucket[2]) or now)) * rate)
local wait = 0
if tokens >= 1 then
  tokens = tokens - 1
else
  wait = rate > 0 and (1 - tokens) / rate or tonumber(ARGV[4])
end
redis.call('HSET', KEYS[1], 'tokens', string.format('%.6f', tokens), 'seen', string.format('%.6f', now))
redis.call('EXPIRE', KEYS[1], ARGV[3])
return string.format('%.6f', wait)
"""


class SharedBuckets:
    """The buckets of all processes of an installation, in their Redis."""

    def __init__(self, url: str, clock: Clock) -> None:
        """Remember where; it is connected to with the first question, after the server has made its processes."""
        self._url = url
        self._clock = clock
        self._script: Script | None = None
        self._left_alone_until: float | None = None

    def spend(self, key: str, per_second: float, burst: float) -> float | None:
        """Take one token of `key`'s bucket.

        Args:
            key: whose bucket; Redis sees its digest alone, for it may hold a name or an address.
            per_second: tokens that the bucket gains.
            burst: tokens that it holds at most.

        Returns:
            The seconds until there is one, 0 where one was taken, None where Redis does not answer.
        """
        from redis import RedisError

        if self._left_alone_until is not None and self._clock.monotonic() < self._left_alone_until:
            return None
        full_again = ceil(burst / per_second) + 1 if per_second else 24 * 3600
        name = f"queue:limit:{hashlib.sha256(key.encode()).hexdigest()[:32]}"
        try:
            answer: Any = self._bucket()(keys=[name], args=[per_second, burst, full_again, NEVER_SECONDS])
        except RedisError as error:
            if self._left_alone_until is None:
                log.warning("redis does not answer (%s): each process counts by itself", type(error).__name__)
            self._left_alone_until = self._clock.monotonic() + OUTAGE_SECONDS
            return None
        if self._left_alone_until is not None:
            log.info("redis answers again: rates are counted together")
            self._left_alone_until = None
        return float(answer)

    def _bucket(self) -> Script:
        if self._script is None:
            from redis import Redis
            from redis.backoff import NoBackoff
            from redis.retry import Retry

            # Not asked again: this process helps itself meanwhile. A connection that Redis has closed is made anew anyhow.
            connection = Redis.from_url(
                self._url,
                socket_timeout=ANSWER_SECONDS,
                socket_connect_timeout=ANSWER_SECONDS,
                retry=Retry(NoBackoff(), 0),
            )
            self._script = connection.register_script(SPEND)
        return self._script


class Limiter:
    """Lets each key act `per_minute` times a minute on average and `burst` times at once."""

    def __init__(
        self, clock: Clock, per_minute: float, burst: float, shared: SharedBuckets | None = None, name: str = ""
    ) -> None:
        """Count by `clock`.

        Args:
            clock: what a process counts by when it counts alone.
            per_minute: acts a minute, on average.
            burst: acts at once.
            shared: the buckets of all processes, where there are several; while they cannot be reached each counts alone.
            name: tells this limit's buckets from other limits' in `shared`.
        """
        self._clock = clock
        self._per_second = per_minute / 60
        self._burst = burst
        self._shared = shared
        self._name = name
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def spend(self, key: str) -> None:
        """Count one act of `key`.

        Raises:
            QueueError: `too_many_requests`, with `retry_after_seconds`.
        """
        wait = self._shared.spend(f"{self._name} {key}", self._per_second, self._burst) if self._shared else None
        if wait is None:
            wait = self._spend_alone(key)
        if wait > 0:
            raise QueueError("too_many_requests", retry_after_seconds=max(1, ceil(wait)))

    def _spend_alone(self, key: str) -> float:
        now = self._clock.monotonic()
        tokens, seen = self._buckets.pop(key, (self._burst, now))
        tokens = min(self._burst, tokens + (now - seen) * self._per_second)
        allowed = tokens >= 1
        self._buckets[key] = (tokens - 1 if allowed else tokens, now)
        if len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)
        if allowed:
            return 0
        return (1 - tokens) / self._per_second if self._per_second else NEVER_SECONDS
