"""The board: everything the lobby may see of one branch, and how it follows the events.

A screen draws one snapshot and then lets events change it. `display/static/board.js` does in the browser what `follow` does
here, and the tests hold both against fresh snapshots.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from queue_app.domain.branch import BranchSetup
from queue_app.domain.events import Event, Kind

CALLS_SHOWN = 40
"""How many calls a board keeps, the newest first."""

NEEDS_SNAPSHOT = frozenset({Kind.ACTION_UNDONE})
"""What was taken back may bring an older call of the same ticket to the board again, which only the record knows."""

ON_BOARD = frozenset({"called", "serving", "finished", "transferred"})
"""States in which a called ticket stays among the last calls; the others take it down."""


def iso(moment: datetime) -> str:
    """Return an aware moment as the contract writes it: ISO 8601, UTC, with `Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def public_event(setup: BranchSetup, event: Event) -> dict[str, Any]:
    """Return what everybody in the lobby may know of an event; nothing in it identifies a person.

    Keys beside `branch`, `revision`, `kind` and `at`, where they apply: `label`, `service` (slug), `from` (the leg's state
    before), `counter` (its name), `call_id` and `language` (calls: in which the ticket was taken), `to_service` (transfers),
    `waiting` (how many of each service the day's end sent home).
    """
    data = event.data
    told: dict[str, Any] = {
        "branch": setup.slug,
        "revision": event.revision,
        "kind": str(event.kind),
        "at": iso(event.at),
    }
    if event.counter_id is not None:
        counter = setup.counters_by_id.get(event.counter_id)
        told["counter"] = counter.name if counter else "?"
    if "label" in data:
        told["label"] = data["label"]
        told["service"] = service_slug(setup, data["service_id"])
    if "from" in data:
        told["from"] = data["from"]
    if event.kind in {Kind.TICKET_CALLED, Kind.TICKET_RECALLED}:
        told["call_id"] = event.revision
        # The record did not always say it; and a language that the branch speaks no longer is spoken by nobody.
        told["language"] = setup.language(data.get("language"))
    if "to_service_id" in data:
        told["to_service"] = service_slug(setup, data["to_service_id"])
    if event.kind == Kind.TICKETS_EXPIRED:
        told["waiting"] = {service_slug(setup, int(key)): number for key, number in data["waiting"].items()}
    return told


def follow(board: dict[str, Any], event: Mapping[str, Any]) -> None:
    """Let `board` (a snapshot as sent to screens) follow one public event, which must be the next revision.

    Raises:
        ValueError: the event is not the next one, or one that only a new snapshot can follow.
    """
    if event["kind"] in NEEDS_SNAPSHOT:
        raise ValueError("a new snapshot is due")
    if event["revision"] != board["revision"] + 1:
        raise ValueError(f"revision {event['revision']} cannot follow {board['revision']}")
    board["revision"] = event["revision"]
    _count(board["waiting"], event)
    _follow_counters(board["counters"], event)
    kind = event["kind"]
    if kind in {Kind.TICKET_CALLED, Kind.TICKET_RECALLED}:
        _take_down(board, event["label"])
        call = {
            "call_id": event["call_id"],
            "label": event["label"],
            "service": event["service"],
            "language": event["language"],
            "counter": event["counter"],
            "called_at": event["at"],
            "state": "called",
        }
        board["calls"] = [call, *board["calls"]][:CALLS_SHOWN]
    elif kind in _NEW_STATE:
        for call in board["calls"]:
            if call["label"] == event["label"]:
                call["state"] = _NEW_STATE[kind]
    elif kind in _TAKES_DOWN:
        _take_down(board, event["label"])
    elif kind == Kind.TICKETS_EXPIRED:
        board["calls"] = []


def _follow_counters(counters: list[dict[str, Any]], event: Mapping[str, Any]) -> None:
    if event["kind"] in _COUNTER_STATE:
        for counter in counters:
            if counter["counter"] == event["counter"]:
                counter["state"] = _COUNTER_STATE[event["kind"]]


_NEW_STATE = {
    Kind.SERVICE_STARTED: "serving",
    Kind.TICKET_FINISHED: "finished",
    Kind.TICKET_TRANSFERRED: "transferred",
}
_COUNTER_STATE = {
    Kind.COUNTER_OPENED: "open",
    Kind.COUNTER_PAUSED: "paused",
    Kind.COUNTER_RESUMED: "open",
    Kind.COUNTER_WRAP_UP: "wrap_up",
    Kind.COUNTER_CLOSED: "closed",
}
_TAKES_DOWN = {
    Kind.TICKET_NO_SHOW,
    Kind.TICKET_CANCELLED,
    Kind.TICKET_RETURNED,
    Kind.TICKET_PARKED,
    Kind.TICKET_REOPENED,
}


def _count(waiting: dict[str, int], event: Mapping[str, Any]) -> None:
    kind = event["kind"]
    if kind in {Kind.TICKET_ISSUED, Kind.TICKET_RETURNED, Kind.TICKET_REOPENED}:
        waiting[event["service"]] = waiting.get(event["service"], 0) + 1
    if event.get("from") == "waiting":
        waiting[event["service"]] -= 1
    if "to_service" in event:
        waiting[event["to_service"]] = waiting.get(event["to_service"], 0) + 1
    if kind == Kind.TICKETS_EXPIRED:
        for service, number in event["waiting"].items():
            waiting[service] -= number


def _take_down(board: dict[str, Any], label: str) -> None:
    board["calls"] = [call for call in board["calls"] if call["label"] != label]


def service_slug(setup: BranchSetup, service_id: int) -> str:
    """Return a service's slug, `?` where the branch has it no longer."""
    service = setup.services_by_id.get(service_id)
    return service.slug if service else "?"
