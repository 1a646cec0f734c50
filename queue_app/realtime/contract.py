"""What goes over the socket: channels, rooms and messages, as the outer contract has them."""

from __future__ import annotations

from typing import Any

from queue_app.domain.board import public_event
from queue_app.domain.branch import BranchSetup
from queue_app.domain.events import Event, Kind

BOARD, DESK, TICKET = "board", "desk", "ticket"
CHANNELS = (BOARD, DESK, TICKET)
EVENT = "event"
DELIVERY = "delivery"
"""Told to desks: how many screens have shown and spoken a call, of how many that should."""
LAYOUT = "layout"
"""Told to one lobby screen: it was arranged anew."""
RELOAD = "reload"
"""Told to one lobby screen: its page has to be loaded anew."""
SCREEN = "screen"
"""The room of a named screen's pages, by its id; nobody can ask for it."""
PRINTER = "printer"
"""Told to boards and desks: how a printer stands now."""


def room(channel: str, name: str | int) -> str:
    """Return the room of a channel: a branch's board or desks (by slug), or one ticket (by id)."""
    return f"{channel}:{name}"


def queue_room(branch: str) -> str:
    """Return the room of the visitors' pages of a branch: told that the queue moved, and nothing else."""
    return f"line:{branch}"


def board_message(setup: BranchSetup, event: Event) -> dict[str, Any]:
    """Return the message of the board channel."""
    return {"channel": BOARD, **public_event(setup, event)}


def desk_message(board: dict[str, Any], event: Event) -> dict[str, Any]:
    """Return the message of the desk channel: the board's, which ticket it was, and what a supervisor tells the desks."""
    message = {**board, "channel": DESK, "ticket": event.ticket_id, "rule": event.rule}
    if event.kind == Kind.DESK_MESSAGE:
        message |= {"text": event.data["text"], "by": event.data["by"]}
    return message


def ticket_message(board: dict[str, Any]) -> dict[str, Any]:
    """Return the message of the ticket channel."""
    return {**board, "channel": TICKET}


def moved_message(board: dict[str, Any]) -> dict[str, Any]:
    """Return what a waiting visitor's page is told of other people's tickets: that the queue moved."""
    return {
        "channel": TICKET,
        "branch": board["branch"],
        "revision": board["revision"],
        "kind": board["kind"],
        "others": True,
    }
