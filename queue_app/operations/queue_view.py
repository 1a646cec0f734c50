"""The whole queue of a branch at a glance, as who answers for it sees it: counters, services, everybody who waits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from queue_app.domain.board import iso
from queue_app.domain.branch import BranchSetup, ServiceSetup
from queue_app.operations.alarms import raised
from queue_app.operations.screen_views import screen_troubles
from queue_app.operations.unit_of_work import Context
from queue_app.operations.views import fresh_setup, profile_name
from queue_app.store import queries as q
from queue_app.store.board import state_of
from queue_app.store.prepared import Row
from queue_app.store.types import microseconds

MOST_SHOWN = 500
"""So many of those who wait are listed; all are counted."""

CALLING = frozenset({"open", "wrap_up"})
"""States of a counter to which people are called."""


def queue_view(context: Context, slug: str) -> dict[str, Any]:
    """Return the queue of a branch: its counters, its services, who waits, and the services that nobody serves.

    Raises:
        QueueError: `unknown_branch`.
    """
    setup = fresh_setup(context, slug)
    here = {"branch_id": setup.id}
    (state,), sessions, legs, waiting, notes, people = context.database.look(
        (q.READ_STATE, here),
        (q.OPEN_SESSIONS, here),
        (q.OPEN_LEGS, here),
        (q.EVERYBODY_WAITING, here),
        (q.NOTES_BY_TICKET, here),
        (q.PEOPLE, here),
    )
    now = context.clock.now()
    view = _Queue(
        setup,
        now,
        {row.counter_id: row for row in sessions},
        {row.counter_id: row for row in legs if row.state in {"called", "serving"}},
        waiting,
        {row.ticket_id: row.count for row in notes},
        {row.id: row.display_name for row in people},
    )
    return {
        "revision": state.revision,
        "server_time": iso(now),
        "counters": view.counters(),
        "services": view.services(),
        "waiting": [view.waiting_leg(row) for row in waiting[:MOST_SHOWN]],
        "classes": [each.name for each in setup.rules.classes],
        "unserved": unserved(setup, sessions, {row.service_id for row in waiting}),
        "screen_troubles": screen_troubles(context, setup, now),
        "alarms": raised(context, setup),
    }


def unserved_services(context: Context, slug: str) -> list[str]:
    """Return the slugs of the services for which people wait and no counter is open."""
    setup = context.setup(slug)
    here = {"branch_id": setup.id}
    sessions, counts = context.database.look((q.OPEN_SESSIONS, here), (q.WAITING_COUNTS, here))
    return unserved(setup, sessions, {row.service_id for row in counts})


def unserved(setup: BranchSetup, sessions: Sequence[Row], waited_for: Collection[int]) -> list[str]:
    """Return the slugs of those of the services `waited_for` (ids) that no counter of `sessions` takes now."""
    served = {
        service_id
        for session in sessions
        if state_of(session) in CALLING
        for service_id in setup.services_of(session.profile_id)
    }
    return [service.slug for service in setup.called_services if service.id in waited_for and service.id not in served]


@dataclass(frozen=True)
class _Queue:
    """A branch at one moment; sessions and legs by their counter's id, notes counted by ticket, people's names by id."""

    setup: BranchSetup
    now: datetime
    sessions: dict[int, Row]
    at_counter: dict[int, Row]
    waiting: Sequence[Row]
    notes: dict[int, int]
    people: dict[int, str]

    def counters(self) -> list[dict[str, Any]]:
        """Return every counter: its state and since when, its clerk, its ticket, and how many it could call now."""
        result = []
        for counter in self.setup.present_counters:
            session, leg = self.sessions.get(counter.id), self.at_counter.get(counter.id)
            profile_id = session.profile_id if session else counter.profile_id
            since = session and (session.paused_at or session.wrap_up_at or session.opened_at)
            result.append(
                {
                    "id": counter.id,
                    "name": counter.name,
                    "state": state_of(session),
                    "clerk": session.actor_name if session else None,
                    "since": iso(since) if since else None,
                    "profile": profile_name(self.setup, profile_id),
                    "ticket": self._ticket(leg) if leg else None,
                    "waiting": self._could_call(counter.id, session, self.setup.services_of(profile_id)),
                }
            )
        return result

    def _ticket(self, leg: Row) -> dict[str, Any]:
        since = leg.started_at or leg.last_called_at
        return {
            "id": leg.t_id,
            "label": leg.t_label,
            "service": self._slug(leg.service_id),
            "state": leg.state,
            "since": iso(since) if since else None,
        }

    def _could_call(self, counter_id: int, session: Row | None, services: Collection[int]) -> int:
        user_id = session.user_id if session else None
        return sum(
            leg.service_id in services
            and (leg.reserved_counter_id is None or leg.reserved_counter_id == counter_id)
            and (leg.reserved_user_id is None or leg.reserved_user_id == user_id)
            and (leg.not_before is None or leg.not_before <= self.now)
            for leg in self.waiting
        )

    def services(self) -> list[dict[str, Any]]:
        """Return every service: how many wait, how long at the most, how many over the target, and who serves it."""
        waits: dict[int, list[int]] = {service.id: [] for service in self.setup.called_services}
        for leg in self.waiting:
            if leg.service_id in waits:
                waits[leg.service_id].append(self._wait(leg))
        calling = [
            self.setup.services_of(session.profile_id)
            for session in self.sessions.values()
            if state_of(session) in CALLING
        ]
        return [
            self._service(service, waits[service.id], sum(service.id in taken for taken in calling))
            for service in self.setup.called_services
        ]

    def _service(self, service: ServiceSetup, waits: list[int], counters: int) -> dict[str, Any]:
        return {
            "id": service.slug,
            "name": dict(service.name),
            "letter": service.series,
            "waiting": len(waits),
            "longest_seconds": max(waits, default=0),
            "target_seconds": service.target_wait_seconds,
            "over_target": sum(wait > service.target_wait_seconds for wait in waits),
            "intake_open": service.intake_open,
            "open": self.setup.service_opening(service, self.now).is_open,
            "counters": counters,
        }

    def waiting_leg(self, leg: Row) -> dict[str, Any]:
        """Return one of those who wait."""
        service = self.setup.services_by_id.get(leg.service_id)
        target = service.target_wait_seconds if service else self.setup.target_wait_seconds
        wait = self._wait(leg)
        return {
            "id": leg.t_id,
            "label": leg.t_label,
            "service": self._slug(leg.service_id),
            "priority": leg.t_priority,
            "language": leg.t_language,
            "wanted_language": leg.wanted_language,
            "wait_seconds": wait,
            "target_seconds": target,
            "over": wait > target,
            "position_hint": "first" if leg.position < 0 else None,
            "reserved": self._reserved(leg),
            "not_before": iso(leg.not_before) if leg.not_before else None,
            "booked_for": iso(leg.booked_for) if leg.booked_for else None,
            "notes": self.notes.get(leg.t_id, 0),
        }

    def _wait(self, leg: Row) -> int:
        # As the rules count it: from when they could have been called (docs/rules.md). Where a booked visitor came too late,
        # or was sent to the end, the booked time is not their place any more.
        in_time = leg.booked_for is not None and (leg.position < 0 or leg.position == microseconds(leg.booked_for))
        begun = max(leg.enqueued_at, leg.not_before or leg.enqueued_at, leg.booked_for if in_time else leg.enqueued_at)
        return max(0, int((self.now - begun).total_seconds()))

    def _reserved(self, leg: Row) -> dict[str, str] | None:
        counter = self.setup.counters_by_id.get(leg.reserved_counter_id)
        if counter is not None:
            return {"counter": counter.name}
        return {"person": self.people.get(leg.reserved_user_id, "?")} if leg.reserved_user_id is not None else None

    def _slug(self, service_id: int) -> str:
        service = self.setup.services_by_id.get(service_id)
        return service.slug if service else "?"
