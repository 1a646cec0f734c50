"""Each service's pace, read at most every few seconds, and the forecasts made from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from queue_app.domain.branch import BranchSetup, ServiceSetup
from queue_app.domain.forecast import WINDOW_SECONDS, Forecast, Pace, expected_seconds, forecast
from queue_app.operations.unit_of_work import Context
from queue_app.store import queries as q

PACE_AGE_SECONDS = 5.0
"""How old a pace may be: long enough to cost nothing per ticket, short enough that nobody sees the difference."""

LOOK_BACK_CALLS = 200
"""Among so many last calls of the branch the last one of each service is looked for."""


@dataclass(frozen=True)
class _Kept:
    read_at: float
    settings_revision: int
    paces: dict[int, Pace]


@dataclass(frozen=True)
class Late:
    """That whoever comes now comes too late today: when the service closes, and how long they would wait."""

    closes_at: datetime
    wait: Forecast


class Forecasts:
    """Forecasts for all branches of one process."""

    def __init__(self, context: Context) -> None:
        """Read through `context`."""
        self._context = context
        self._kept: dict[int, _Kept] = {}

    def refresh(self, setup: BranchSetup) -> None:
        """Read the branch's paces where they are too old; never called inside an operation, which holds a connection."""
        kept = self._kept.get(setup.id)
        now = self._context.clock.monotonic()
        if kept is None or now - kept.read_at > PACE_AGE_SECONDS or kept.settings_revision != setup.settings_revision:
            self._kept[setup.id] = _Kept(now, setup.settings_revision, self._read(setup))

    def of(self, setup: BranchSetup, service: ServiceSetup, ahead: int) -> Forecast:
        """Return the range of seconds that somebody with `ahead` people before them in `service` waits from now."""
        kept = self._kept.get(setup.id)
        pace = kept.paces.get(service.id) if kept is not None else None
        return forecast(ahead, pace) if pace is not None else Forecast(None, None)

    def middle(self, setup: BranchSetup, service: ServiceSetup, ahead: int) -> float | None:
        """Return the middle of that range, None where nobody can tell."""
        kept = self._kept.get(setup.id)
        pace = kept.paces.get(service.id) if kept is not None else None
        return expected_seconds(ahead, pace) if pace is not None else None

    def _read(self, setup: BranchSetup) -> dict[int, Pace]:
        now = self._context.clock.now()
        branch = {"branch_id": setup.id, "since": now - timedelta(seconds=WINDOW_SECONDS), "most": LOOK_BACK_CALLS}
        counts, last, sessions = self._context.database.look(
            (q.PACE, branch), (q.LAST_CALLS, branch), (q.OPEN_SESSIONS, branch)
        )
        calls = {row.service_id: row.calls for row in counts}
        waits: dict[int, float] = {}
        for row in last:
            if row.first_called_at is not None:
                waits.setdefault(row.service_id, (row.first_called_at - row.enqueued_at).total_seconds())
        working = [setup.services_of(row.profile_id) for row in sessions if row.paused_at is None]
        return {
            service.id: Pace(
                calls=calls.get(service.id, 0),
                last_wait_seconds=waits.get(service.id),
                counters=sum(service.id in services for services in working),
                expected_service_seconds=service.expected_service_seconds,
            )
            for service in setup.called_services
        }


def too_late(forecasts: Forecasts, setup: BranchSetup, service: ServiceSetup, now: datetime, ahead: int) -> Late | None:
    """Say whether it is too late at `now` for another number of an open service, with `ahead` people before it."""
    if setup.year.last_ticket is None:
        return None
    closes_at = setup.hours.too_late(service, now, forecasts.middle(setup, service, ahead))
    return None if closes_at is None else Late(closes_at, forecasts.of(setup, service, ahead))
