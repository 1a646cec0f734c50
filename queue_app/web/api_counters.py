"""The API of the counters: what a clerk does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, current_app

from queue_app.access import Caller
from queue_app.domain.board import iso
from queue_app.domain.errors import QueueError
from queue_app.operations import counters as sessions
from queue_app.operations import serve, views
from queue_app.operations.serve import Destination, Served
from queue_app.operations.unit_of_work import Actor
from queue_app.web import schemas as s
from queue_app.web.operation import MAX_INTEGER, context, forecasts, operation, public_url

api_counters = Blueprint("api_counters", __name__, url_prefix="/api/v1/counters")

DESK = frozenset({"desk"})
ID: s.Schema = {"type": "integer", "minimum": 1, "maximum": MAX_INTEGER}
POSITION: s.Schema = {"type": "string", "enum": ["keep", "first", "last"]}
REASON: s.Schema = {"type": "string", "maxLength": 200}
AT_COUNTER = ("unknown_counter", "counter_closed", "not_your_counter", "conflict")
WITH_TICKET = (*AT_COUNTER, "no_ticket_at_counter", "state_forbids", "request_id_reused")
CALLING = (*AT_COUNTER, "counter_paused", "counter_busy", "request_id_reused")


def actor_at(who: Caller, counter_id: int) -> Actor:
    """Return the caller as the one who acts at a counter.

    Raises:
        QueueError: `unknown_counter`, `not_allowed`.
    """
    setup = context().setup(context().branch_of_counter(counter_id))
    if not who.may("desk", setup.id):
        raise QueueError("not_allowed")
    return Actor(who.key, who.name, who.user_id, supervises=who.may("manager", setup.id))


def _served(served: Served) -> dict[str, Any]:
    ahead = 0
    if served.leg.state == "waiting":
        ahead = views.ticket_by_token(context(), forecasts(), served.token, public_url())["ahead"]
    service = served.setup.services_by_id[served.leg.service_id]
    ticket = views.ticket_view(
        served.setup,
        served.ticket,
        served.token,
        ahead=ahead,
        forecast=forecasts().of(served.setup, service, ahead),
        public_url=public_url(),
    )
    return {"ticket": ticket, "leg": views.leg_view(served.setup, served.leg), "rule": served.rule}


def _state(state: sessions.CounterState) -> dict[str, Any]:
    return {
        "id": state.counter.id,
        "name": state.counter.name,
        "state": state.state,
        "clerk": state.clerk,
        "opened_at": iso(state.opened_at) if state.opened_at else None,
    }


@operation(
    api_counters, "GET", "/<int:counter>/desk",
    summary="Everything one desk shows: its counter and ticket, who waits for it, how far its call has got.",
    scopes=DESK, answers={200: s.DESK}, errors=("unknown_counter",),
)  # fmt: skip
def desk(who: Caller, body: None, query: dict[str, Any], counter: int) -> Any:
    """Show a desk."""
    actor_at(who, counter)
    slug = context().branch_of_counter(counter)
    return {**views.desk_view(context(), counter), "screens": current_app.extensions["queue_screens"](slug)}


@operation(
    api_counters, "POST", "/<int:counter>/open",
    summary="Sit down at a counter; 409 counter_taken, with the name, where somebody else sits there.",
    scopes=DESK, body=s.wish({"profile": {"type": "string", "maxLength": 100}}),
    answers={200: s.COUNTER_STATE},
    errors=("unknown_counter", "unknown_profile", "counter_taken", "already_at_counter", "conflict"),
)  # fmt: skip
def open_(who: Caller, body: dict[str, Any], query: dict[str, Any], counter: int) -> Any:
    """Open a counter."""
    return _state(sessions.open_counter(context(), counter, actor_at(who, counter), body.get("profile")))


@operation(
    api_counters, "POST", "/<int:counter>/pause",
    summary="Nobody is called to this counter until it is resumed.",
    scopes=DESK, body=s.wish({"reason": REASON}), answers={200: s.COUNTER_STATE},
    errors=(*AT_COUNTER, "counter_paused"),
)  # fmt: skip
def pause(who: Caller, body: dict[str, Any], query: dict[str, Any], counter: int) -> Any:
    """Pause a counter."""
    return _state(sessions.pause_counter(context(), counter, actor_at(who, counter), body.get("reason")))


@operation(
    api_counters, "POST", "/<int:counter>/resume",
    summary="End the pause.",
    scopes=DESK, body=s.wish({}), answers={200: s.COUNTER_STATE}, errors=(*AT_COUNTER, "counter_not_paused"),
)  # fmt: skip
def resume(who: Caller, body: dict[str, Any], query: dict[str, Any], counter: int) -> Any:
    """Resume a counter."""
    return _state(sessions.resume_counter(context(), counter, actor_at(who, counter)))


@operation(
    api_counters, "POST", "/<int:counter>/close",
    summary="Leave the counter; 409 counter_busy while a ticket is there.",
    scopes=DESK, body=s.wish({}), answers={200: s.COUNTER_STATE}, errors=(*AT_COUNTER, "counter_busy"),
)  # fmt: skip
def close(who: Caller, body: dict[str, Any], query: dict[str, Any], counter: int) -> Any:
    """Close a counter."""
    return _state(sessions.close_counter(context(), counter, actor_at(who, counter)))


@operation(
    api_counters, "POST", "/<int:counter>/call-next",
    summary="Call whoever is next here; what is being served is finished first where the branch says so.",
    scopes=DESK, body=s.wish({"request_id": s.REQUEST_ID}), answers={200: s.SERVED},
    errors=(*CALLING, "nobody_waiting"),
)  # fmt: skip
def call_next(who: Caller, body: dict[str, Any], query: dict[str, Any], counter: int) -> Any:
    """Call the next ticket."""
    return _served(serve.call_next(context(), counter, actor_at(who, counter), body.get("request_id")))


@operation(
    api_counters, "POST", "/<int:counter>/call",
    summary="Call one particular waiting or parked ticket.",
    scopes=DESK, body=s.wish({"ticket": ID, "request_id": s.REQUEST_ID}, required=("ticket",)),
    answers={200: s.SERVED}, errors=(*CALLING, "unknown_ticket", "state_forbids"),
)  # fmt: skip
def call(who: Caller, body: dict[str, Any], query: dict[str, Any], counter: int) -> Any:
    """Call one ticket."""
    return _served(
        serve.call_ticket(context(), counter, body["ticket"], actor_at(who, counter), body.get("request_id"))
    )


@operation(
    api_counters, "POST", "/<int:counter>/finish",
    summary="End the service.",
    scopes=DESK, body=s.wish({"outcome": REASON, "request_id": s.REQUEST_ID}), answers={200: s.SERVED},
    errors=WITH_TICKET,
)  # fmt: skip
def finish(who: Caller, body: dict[str, Any], query: dict[str, Any], counter: int) -> Any:
    """Finish the ticket."""
    return _served(
        serve.finish(context(), counter, actor_at(who, counter), body.get("request_id"), body.get("outcome"))
    )


@operation(
    api_counters, "POST", "/<int:counter>/return",
    summary="Put the ticket back into its queue: at its place, first or last, at once or after some minutes.",
    scopes=DESK,
    body=s.wish(
        {
            "position": POSITION,
            "minutes": {"type": "integer", "minimum": 0, "maximum": 480},
            "request_id": s.REQUEST_ID,
        }
    ),
    answers={200: s.SERVED}, errors=WITH_TICKET,
)  # fmt: skip
def return_(who: Caller, body: dict[str, Any], query: dict[str, Any], counter: int) -> Any:
    """Return the ticket to the queue."""
    return _served(
        serve.return_to_queue(
            context(),
            counter,
            actor_at(who, counter),
            body.get("request_id"),
            body.get("position", "keep"),
            body.get("minutes", 0),
        )
    )


@operation(
    api_counters, "POST", "/<int:counter>/park",
    summary="Hold the ticket for this counter, to be called again by hand.",
    scopes=DESK, body=s.wish({"reason": REASON, "request_id": s.REQUEST_ID}), answers={200: s.SERVED},
    errors=WITH_TICKET,
)  # fmt: skip
def park(who: Caller, body: dict[str, Any], query: dict[str, Any], counter: int) -> Any:
    """Park the ticket."""
    return _served(serve.park(context(), counter, actor_at(who, counter), body.get("request_id"), body.get("reason")))


@operation(
    api_counters, "POST", "/<int:counter>/transfer",
    summary="Send the visitor on to a service, a counter or a person; the number stays the same.",
    scopes=DESK,
    body=s.wish(
        {
            "service": {"type": "string", "minLength": 1, "maxLength": 64},
            "counter": ID,
            "user": ID,
            "position": POSITION,
            "request_id": s.REQUEST_ID,
        }
    ),
    answers={200: s.SERVED}, errors=(*WITH_TICKET, "unknown_service", "unknown_user"),
)  # fmt: skip
def transfer(who: Caller, body: dict[str, Any], query: dict[str, Any], counter: int) -> Any:
    """Transfer the ticket."""
    where = Destination(body.get("service"), body.get("counter"), body.get("user"), body.get("position", "keep"))
    return _served(serve.transfer(context(), counter, actor_at(who, counter), where, body.get("request_id")))


def _simple(name: str, summary: str, act: Callable[..., Served]) -> None:
    @operation(
        api_counters, "POST", f"/<int:counter>/{name}",
        summary=summary, scopes=DESK, body=s.wish({"request_id": s.REQUEST_ID}), answers={200: s.SERVED},
        errors=WITH_TICKET,
    )  # fmt: skip
    def view(who: Caller, body: dict[str, Any], query: dict[str, Any], counter: int) -> Any:
        return _served(act(context(), counter, actor_at(who, counter), body.get("request_id")))


_simple("recall", "Call the ticket at this counter again.", serve.recall)
_simple("start", "Confirm that the visitor has arrived: the service begins.", serve.start)
_simple("no-show", "End the visit of somebody who was called and did not come.", serve.no_show)
