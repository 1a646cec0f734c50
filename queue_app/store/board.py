"""Reads the board, and the events a screen has missed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from queue_app.domain.board import CALLS_SHOWN, NEEDS_SNAPSHOT, ON_BOARD, iso, public_event, service_slug
from queue_app.domain.branch import BranchSetup
from queue_app.domain.events import Event
from queue_app.store import queries as q
from queue_app.store.prepared import Row
from queue_app.store.session import Database


def event_of(row: Row) -> Event:
    """Return the event in a row of the record."""
    return Event(
        revision=row.revision,
        kind=row.kind,
        at=row.at,
        ticket_id=row.ticket_id,
        leg_id=row.leg_id,
        counter_id=row.counter_id,
        user_id=row.user_id,
        reason=row.reason,
        rule=row.rule,
        data=row.data,
    )


def state_of(session: Row | None) -> str:
    """Return the state of a counter from its open session, where it has one: `open`, `paused`, `wrap_up` or `closed`."""
    if session is None:
        return "closed"
    if session.paused_at is not None:
        return "paused"
    return "wrap_up" if session.wrap_up_at is not None else "open"


def read_board(database: Database, setup: BranchSetup, now: datetime) -> dict[str, Any]:
    """Return the board of a branch as one snapshot: `revision`, `server_time`, `calls`, `waiting`, `counters`, `notice`."""
    branch = {"branch_id": setup.id}
    (state,), calls, counts, sessions = database.look(
        (q.READ_STATE, branch),
        (q.CALLS_OF_DAY, {**branch, "most": CALLS_SHOWN * 3}),
        (q.WAITING_COUNTS, branch),
        (q.OPEN_SESSIONS, branch),
    )
    waiting = {service.slug: 0 for service in setup.called_services}
    for row in counts:
        if row.service_id in setup.services_by_id:
            waiting[setup.services_by_id[row.service_id].slug] = row.count
    open_counters = {row.counter_id: state_of(row) for row in sessions}
    return {
        "branch": setup.slug,
        "revision": state.revision,
        "server_time": iso(now),
        "calls": _calls(setup, calls),
        "waiting": waiting,
        "counters": [
            {"counter": counter.name, "state": open_counters.get(counter.id, "closed")}
            for counter in setup.present_counters
        ],
        "notice": dict(setup.notice),
    }


def _calls(setup: BranchSetup, rows: Sequence[Row]) -> list[dict[str, Any]]:
    # A transferred ticket that was called again stands here once, with its newest call; and where that one was taken down
    # (no-show, returned, parked) or the visitor left, an older call of the same ticket must not come back.
    newest: dict[str, Row] = {}
    for row in rows:
        newest.setdefault(row.t_label, row)
    return [
        {
            "call_id": row.call_revision,
            "label": row.t_label,
            "service": service_slug(setup, row.service_id),
            "language": setup.language(row.t_language),
            "counter": setup.counters_by_id[row.counter_id].name,
            "called_at": iso(row.last_called_at),
            "state": row.state,
        }
        for row in newest.values()
        if row.state in ON_BOARD and row.t_state != "cancelled" and row.counter_id in setup.counters_by_id
    ][:CALLS_SHOWN]


def read_events(
    database: Database, setup: BranchSetup, since: int, most: int
) -> tuple[int, list[dict[str, Any]] | None]:
    """Return the branch's revision and the public events after `since`, oldest first.

    The events are None where there are more than `most`, where one of them took an action back, where the next one is kept no
    longer, or where `since` lies in a future the branch never had (the screen knew another database): a new snapshot is due then.
    """
    (state,), rows = database.look(
        (q.READ_STATE, {"branch_id": setup.id}),
        (q.EVENTS_SINCE, {"branch_id": setup.id, "since": since, "most": most + 1}),
    )
    undone = any(row.kind in NEEDS_SNAPSHOT for row in rows)
    forgotten = state.revision > since and (not rows or rows[0].revision > since + 1)
    if since > state.revision or len(rows) > most or undone or forgotten:
        return state.revision, None
    return state.revision, [public_event(setup, event_of(row)) for row in rows]
