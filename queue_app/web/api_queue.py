"""The API of the whole queue: what is seen of it, and what is done to people who stand in it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from queue_app.access import Caller
from queue_app.operations import desk_actions, rules_setup, views
from queue_app.operations.queue_view import queue_view
from queue_app.operations.unit_of_work import Actor
from queue_app.web import schemas as s
from queue_app.web.api import SUPERVISES, allowed
from queue_app.web.api_counters import DESK, DESTINATION, NOTE, REASON, destination, told
from queue_app.web.operation import context, operation

api_queue = Blueprint("api_queue", __name__, url_prefix="/api/v1/branches")

OF_TICKET = ("unknown_branch", "unknown_ticket", "state_forbids", "request_id_reused", "conflict")


def actor_in(who: Caller, scopes: frozenset[str], branch: str) -> Actor:
    """Return the caller as the one who acts in a branch.

    Raises:
        QueueError: `unknown_branch`, `not_allowed`.
    """
    setup = allowed(who, scopes, branch)
    return Actor(who.key, who.name, who.user_id, supervises=who.may("supervise", setup.id))


@operation(
    api_queue, "GET", "/<branch>/queue",
    summary="The whole queue: counters, services, everybody who waits (500 at the most are listed, all are counted).",
    scopes=DESK, answers={200: s.QUEUE}, errors=("unknown_branch",),
)  # fmt: skip
def show_queue(who: Caller, body: None, query: dict[str, Any], branch: str) -> Any:
    """Show the queue."""
    allowed(who, DESK, branch)
    return queue_view(context(), branch)


@operation(
    api_queue, "POST", "/<branch>/tickets/<int:ticket>/reopen",
    summary="Let somebody wait again, at the place they had, whose visit of today was ended by mistake.",
    scopes=DESK, body=s.wish({"request_id": s.REQUEST_ID}), answers={200: s.SERVED}, errors=OF_TICKET,
)  # fmt: skip
def reopen(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str, ticket: int) -> Any:
    """Reopen a ticket."""
    actor = actor_in(who, DESK, branch)
    return told(who, desk_actions.reopen(context(), branch, ticket, actor, body.get("request_id")))


@operation(
    api_queue, "POST", "/<branch>/tickets/<int:ticket>/move",
    summary="Send somebody who waits or is parked to another queue, counter, person or place; the number stays.",
    scopes=DESK, body=s.wish({**DESTINATION, "request_id": s.REQUEST_ID}), answers={200: s.SERVED},
    errors=(*OF_TICKET, "unknown_service", "unknown_counter", "unknown_user"),
)  # fmt: skip
def move(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str, ticket: int) -> Any:
    """Move a ticket."""
    actor, where = actor_in(who, DESK, branch), destination(body)
    return told(who, desk_actions.move_ticket(context(), branch, ticket, actor, where, body.get("request_id")))


@operation(
    api_queue, "POST", "/<branch>/tickets/<int:ticket>/cancel",
    summary="End the visit of somebody who has left, or said so.",
    scopes=DESK, body=s.wish({"reason": REASON, "request_id": s.REQUEST_ID}), answers={200: s.SERVED},
    errors=OF_TICKET,
)  # fmt: skip
def cancel(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str, ticket: int) -> Any:
    """Cancel a ticket."""
    actor, request_id = actor_in(who, DESK, branch), body.get("request_id")
    return told(who, desk_actions.cancel_ticket(context(), branch, ticket, actor, body.get("reason"), request_id))


@operation(
    api_queue, "POST", "/<branch>/tickets/<int:ticket>/notes",
    summary="Leave a note on a ticket for the next clerk; it is erased when the day ends.",
    scopes=DESK, body=s.wish({"text": NOTE}, required=("text",)), answers={201: s.thing({"notes": s.some(s.NOTE)})},
    errors=("unknown_branch", "unknown_ticket", "state_forbids", "conflict"),
)  # fmt: skip
def note(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str, ticket: int) -> Any:
    """Leave a note."""
    desk_actions.add_note(context(), branch, ticket, actor_in(who, DESK, branch), body["text"])
    return {"notes": views.notes_of(context(), ticket)}, 201


@operation(
    api_queue, "POST", "/<branch>/services/<service>/intake",
    summary="Give out numbers for a service, or none any more; who has one is served.",
    scopes=SUPERVISES, body=s.wish({"open": s.YES_NO}, required=("open",)),
    answers={200: s.thing({"service": s.TEXT, "intake_open": s.YES_NO})},
    errors=("unknown_branch", "unknown_service", "conflict"),
)  # fmt: skip
def intake(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str, service: str) -> Any:
    """Open or close the intake of a service."""
    rules_setup.set_intake(context(), branch, actor_in(who, SUPERVISES, branch), service, body["open"])
    return {"service": context().setup(branch).service(service).slug, "intake_open": body["open"]}


@operation(
    api_queue, "POST", "/<branch>/message",
    summary="Show a message at every desk of the branch, and nowhere else.",
    scopes=SUPERVISES,
    body=s.wish(
        {"text": {"type": "string", "minLength": 1, "maxLength": rules_setup.MOST_MESSAGE}}, required=("text",)
    ),
    answers={200: s.thing({"text": s.TEXT})}, errors=("unknown_branch", "conflict"),
)  # fmt: skip
def message(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str) -> Any:
    """Send the desks a message."""
    rules_setup.send_message(context(), branch, actor_in(who, SUPERVISES, branch), body["text"])
    return {"text": body["text"].strip()}


@operation(
    api_queue, "POST", "/<branch>/notice",
    summary="Show the lobby a notice, in some of the branch's languages; none where it is empty.",
    scopes=SUPERVISES, body=s.wish({"notice": s.TEXTS}, required=("notice",)),
    answers={200: s.thing({"notice": s.TEXTS})}, errors=("unknown_branch", "conflict"),
)  # fmt: skip
def notice(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str) -> Any:
    """Change the lobby's notice."""
    return {"notice": rules_setup.set_notice(context(), branch, actor_in(who, SUPERVISES, branch), body["notice"])}
