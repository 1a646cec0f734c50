"""What a business day is read into: a row for each leg, each visit, and each quarter of an hour of each clerk at each counter.

Moments are whole milliseconds since 1970 UTC, durations whole milliseconds, `NEVER` where they did not happen: absent is not 0.
The names are those of docs/kpi.md, which has the formulas.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

NEVER = -1
"""A duration that did not happen, a moment that has not come."""

QUARTER_MS = 900_000

DAY_CLOSED = "day_closed"
"""The outcome of a service that only the day's end finished."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


class Leg(NamedTuple):
    """One leg.

    `visit` is the place of its visit in the day's visits; `end` a state of `domain.tickets`; `served` whether it ended with a
    service: finished, or transferred after the service had begun. `counter_id` and `user_id` are those who served it, have it or
    called it in vain; 0 where there are none.
    """

    visit: int
    sequence: int
    service_id: int
    counter_id: int
    user_id: int
    priority: str
    channel: str
    outcome: str
    end: str
    served: bool
    enqueued: int
    queue_wait: int
    response: int
    wait: int
    waited_in_vain: int
    service_time: int
    wrap_up: int
    calls: int
    returns: int


class Visit(NamedTuple):
    """One visit, from issue to its end; `service_id` is what was first asked for, `end` the state of its last leg.

    `counter_id` and `user_id` are those of its first service, `first_served` is when that ended, `promised_from` and
    `promised_to` the range of the wait that was told at issue, `expected` its middle.
    """

    service_id: int
    counter_id: int
    user_id: int
    priority: str
    channel: str
    outcome: str
    end: str
    served: bool
    issued: int
    first_served: int
    ended: int
    wait: int
    waited_in_vain: int
    total_wait: int
    transfer_wait: int
    total_time: int
    legs_served: int
    transfers: int
    called: bool
    promised_from: int
    promised_to: int
    expected: int


class Staff(NamedTuple):
    """One quarter of an hour of one clerk at one counter, if it was open at all in it: ms of each.

    `idle_waiting` is the idle time while somebody waited whom this counter may take.
    """

    counter_id: int
    user_id: int
    begin: int
    opened: int
    paused: int
    busy: int
    idle_waiting: int


@dataclass
class DayFacts:
    """A day's rows; `calls` is how often somebody was called or called again, also where that was undone."""

    legs: list[Leg] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    staff: list[Staff] = field(default_factory=list)
    calls: int = 0


def ms(moment: datetime) -> int:
    """Return an aware moment as whole milliseconds since 1970 UTC."""
    return (moment - _EPOCH) // _MS


def ms_or_never(moment: datetime | None) -> int:
    """Return the same of a moment that may not have come."""
    return NEVER if moment is None else ms(moment)
