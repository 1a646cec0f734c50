"""The API of the counters: what a clerk does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Blueprint

from queue_app.access import Caller
from queue_app.domain.board import iso
from queue_app.domain.errors import QueueError
from queue_app.domain.reading import wrong
from queue_app.operations import counters as sessions
from queue_app.operations import desk_actions, rules_setup, serve, undo, views
from queue_app.operations.contacts import contact_at
from queue_app.operations.queue_view import unserved_services
from queue_app.operations.serve import Destination, Served
from queue_app.operations.unit_of_work import Actor
from queue_app.web import schemas as s
from queue_app.web.api import SUPERVISES
from queue_app.web.contact import opened
from queue_app.web.operation import MAX_INTEGER, context, forecasts, language_of, lobbies, operation, public_url
from queue_app.web.why import why

api_counters = Blueprint("api_counters", __name__, url_prefix="/api/v1/counters")

DESK = frozenset({"desk"})
ID: s.Schema = {"type": "integer", "minimum": 1, "maximum": MAX_INTEGER}
POSITION: s.Schema = {"type": "string", "enum": ["keep", "first", "last"]}
REASON: s.Schema = {"type": "string", "maxLength": 200}
OUTCOME: s.Schema = {"type": "string", "maxLength": 200, "description": "How what is finished by it ended."}
SERVICE: s.Schema = {"type": "string", "minLength": 1, "maxLength": 64, "description": "Slug or letter."}
PROFILE: s.Schema = {"type": "string", "maxLength": 100}
NOTE: s.Schema = {
    "type": "string",
    "minLength": 1,
    "maxLength": desk_actions.MOST_NOTE,
    "description": "For the next clerk; erased when the day ends.",
}
AT_COUNTER = ("unknown_counter", "counter_closed", "not_your_counter", "conflict")
WITH_TICKET = (*AT_COUNTER, "no_ticket_at_counter", "state_forbids", "request_id_reused")
CALLING = (*AT_COUNTER, "counter_paused", "counter_busy", "outcome_needed", "request_id_reused")


DESTINATION: dict[str, s.Schema] = {"service": SERVICE, "counter": ID, "user": ID, "position": POSITION}
"""Where somebody is sent: the same service where none is said."""


def destination(body: dict[str, Any]) -> Destination:
    """Return where a body with the properties of `DESTINATION` leads."""
    return Destination(body.get("service"), body.get("counter"), body.get("user"), body.get("position", "keep"))


def actor_at(who: Caller, counter_id: int) -> Actor:
    """Return the caller as the one who acts at a counter.

    Raises:
        QueueError: `unknown_counter`, `not_allowed`.
    """
    setup = context().setup(context().branch_of_counter(counter_id))
    if not who.may("desk", setup.id):
        raise QueueError("not_allowed")
    return Actor(who.key, who.name, who.user_id, supervises=who.may("supervise", setup.id))


def told(who: Caller, served: Served) -> dict[str, Any]:
    """Return what an action left behind, in the contract's words and the caller's language."""
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
    return {
        "ticket": ticket,
        "leg": views.leg_view(served.setup, served.leg),
        "rule": served.rule,
        "facts": served.facts or {},
        "why": why(language_of(who), served.rule, served.facts, served.setup.zone),
    }


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
    actor = actor_at(who, counter)
    slug = context().branch_of_counter(counter)
    supervises = who.may("supervise", context().setup(slug).id)
    language = language_of(who)
    view = views.desk_view(context(), lobbies(), counter, who.user_id, language)
    ticket = view["counter"]["ticket"]
    if ticket is not None:
        ticket["why"] = why(language, ticket["rule"], ticket["facts"], context().setup(slug).zone)
        ticket["contact"] = opened(contact_at(context(), counter, ticket["id"], replace(actor, supervises=supervises)))
    return view


@operation(
    api_counters, "POST", "/<int:counter>/open",
    summary="Sit down at a counter; 409 counter_taken, with the name, where somebody else sits there.",
    scopes=DESK,
    body=s.wish(
        {
            "profile": PROFILE,
            "take_over": {**s.YES_NO, "description": "Whoever sits there leaves; only for those who supervise."},
        }
    ),
    answers={200: s.COUNTER_STATE},
    errors=("unknown_counter", "unknown_profile", "counter_taken", "already_at_counter", "conflict"),
)  # fmt: skip
def open_(who: Caller, body: dict[str, Any], query: dict[str, Any], counter: int) -> Any:
    """Open a counter."""
    actor, take_over = actor_at(who, counter), body.get("take_over", False)
    return _state(sessions.open_counter(context(), counter, actor, body.get("profile"), take_over=take_over))


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
    summary="End the pause, or the wrap-up.",
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
    api_counters, "POST", "/<int:counter>/wrap-up",
    summary="Nobody is called here by itself for a while; the next call or resume ends it.",
    scopes=DESK, body=s.wish({}), answers={200: s.COUNTER_STATE},
    errors=(*AT_COUNTER, "counter_paused", "counter_busy"),
)  # fmt: skip
def wrap_up(who: Caller, body: dict[str, Any], query: dict[str, Any], counter: int) -> Any:
    """Begin the wrap-up."""
    return _state(sessions.begin_wrap_up(context(), counter, actor_at(who, counter)))


@operation(
    api_counters, "POST", "/<int:counter>/profile",
    summary="Give the clerk at a counter another work profile, and say which queues nobody takes now.",
    scopes=SUPERVISES, body=s.wish({"profile": PROFILE}, required=("profile",)),
    answers={
        200: s.thing({**s.COUNTER_STATE["properties"], "profile": s.TEXT, "unserved": s.some(s.TEXT)}),
    },
    errors=("unknown_counter", "counter_closed", "unknown_profile", "conflict"),
)  # fmt: skip
def profile(who: Caller, body: dict[str, Any], query: dict[str, Any], counter: int) -> Any:
    """Change the work profile of an open counter."""
    actor = actor_at(who, counter)
    if not actor.supervises:
        raise QueueError("not_allowed")
    state = rules_setup.set_session_profile(context(), counter, actor, body["profile"])
    unserved = unserved_services(context(), state.setup.slug)
    return {**_state(state), "profile": body["profile"], "unserved": unserved}


@operation(
    api_counters, "POST", "/<int:counter>/call-next",
    summary="Call whoever is next here; what is being served is finished first where the branch says so.",
    scopes=DESK, body=s.wish({"service": SERVICE, "outcome": OUTCOME, "request_id": s.REQUEST_ID}),
    answers={200: s.SERVED}, errors=(*CALLING, "nobody_waiting", "unknown_service"),
)  # fmt: skip
def call_next(who: Caller, body: dict[str, Any], query: dict[str, Any], counter: int) -> Any:
    """Call the next ticket."""
    actor, request_id = actor_at(who, counter), body.get("request_id")
    return told(who, serve.call_next(context(), counter, actor, request_id, body.get("service"), body.get("outcome")))


@operation(
    api_counters, "POST", "/<int:counter>/call",
    summary="Call one particular waiting or parked ticket.",
    scopes=DESK, body=s.wish({"ticket": ID, "outcome": OUTCOME, "request_id": s.REQUEST_ID}, required=("ticket",)),
    answers={200: s.SERVED}, errors=(*CALLING, "unknown_ticket", "state_forbids"),
)  # fmt: skip
def call(who: Caller, body: dict[str, Any], query: dict[str, Any], counter: int) -> Any:
    """Call one ticket."""
    actor, request_id = actor_at(who, counter), body.get("request_id")
    return told(who, serve.call_ticket(context(), counter, body["ticket"], actor, request_id, body.get("outcome")))


@operation(
    api_counters, "POST", "/<int:counter>/finish",
    summary="End the service; where the branch wants it, the next visitor is called by itself.",
    scopes=DESK,
    body=s.wish(
        {
            "outcome": OUTCOME,
            "wrap_up": {**s.YES_NO, "description": "Whether a wrap-up follows; as the branch says where absent."},
            "request_id": s.REQUEST_ID,
        }
    ),
    answers={200: s.FINISHED}, errors=(*WITH_TICKET, "outcome_needed"),
)  # fmt: skip
def finish(who: Caller, body: dict[str, Any], query: dict[str, Any], counter: int) -> Any:
    """Finish the ticket."""
    actor, request_id = actor_at(who, counter), body.get("request_id")
    finished = serve.finish(context(), counter, actor, request_id, body.get("outcome"), body.get("wrap_up"))
    following = None
    if finished.setup.desk.auto_call:
        # Asked a second time, the next one has been called already.
        following = views.at_counter(context(), counter) or serve.call_by_itself(context(), counter)
    return {**told(who, finished), "next": told(who, following) if following else None}


@operation(
    api_counters, "POST", "/<int:counter>/undo",
    summary="Take back the last action at this counter, up to 20 seconds after it.",
    scopes=DESK, body=s.wish({"request_id": s.REQUEST_ID}), answers={200: s.SERVED},
    errors=(*AT_COUNTER, "nothing_to_undo", "undo_too_late", "request_id_reused"),
)  # fmt: skip
def take_back(who: Caller, body: dict[str, Any], query: dict[str, Any], counter: int) -> Any:
    """Undo the last action."""
    return told(who, undo.undo(context(), counter, actor_at(who, counter), body.get("request_id")))


@operation(
    api_counters, "POST", "/<int:counter>/serve-without-ticket",
    summary="Serve somebody who took no number: they get the next one, for the record.",
    scopes=DESK,
    body=s.wish(
        {
            "service": SERVICE,
            "language": {"type": "string", "maxLength": 16},
            "outcome": OUTCOME,
            "request_id": s.REQUEST_ID,
        },
        required=("service",),
    ),
    answers={200: s.SERVED}, errors=(*CALLING, "unknown_service", "quota_reached"),
)  # fmt: skip
def serve_without_ticket(who: Caller, body: dict[str, Any], query: dict[str, Any], counter: int) -> Any:
    """Serve without a number."""
    return told(
        who,
        desk_actions.serve_without_ticket(
            context(),
            counter,
            actor_at(who, counter),
            body["service"],
            body.get("request_id"),
            body.get("language"),
            body.get("outcome"),
        ),
    )


@operation(
    api_counters, "POST", "/<int:counter>/add-service",
    summary="The visitor came for more: when this service is finished they wait for that one, with the same number.",
    scopes=DESK, body=s.wish({"service": SERVICE, "request_id": s.REQUEST_ID}, required=("service",)),
    answers={200: s.SERVED}, errors=(*WITH_TICKET, "unknown_service"),
)  # fmt: skip
def add_service(who: Caller, body: dict[str, Any], query: dict[str, Any], counter: int) -> Any:
    """Add a further service to the visit."""
    actor, request_id = actor_at(who, counter), body.get("request_id")
    return told(who, desk_actions.add_service(context(), counter, actor, body["service"], request_id))


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
    return told(
        who,
        serve.return_to_queue(
            context(),
            counter,
            actor_at(who, counter),
            body.get("request_id"),
            body.get("position", "keep"),
            body.get("minutes", 0),
        ),
    )


@operation(
    api_counters, "POST", "/<int:counter>/park",
    summary="Hold the ticket for this counter, or for a person wherever they sit, to be called again by hand.",
    scopes=DESK, body=s.wish({"reason": REASON, "user": ID, "request_id": s.REQUEST_ID}), answers={200: s.SERVED},
    errors=(*WITH_TICKET, "unknown_user"),
)  # fmt: skip
def park(who: Caller, body: dict[str, Any], query: dict[str, Any], counter: int) -> Any:
    """Park the ticket."""
    actor, request_id = actor_at(who, counter), body.get("request_id")
    return told(who, serve.park(context(), counter, actor, request_id, body.get("reason"), body.get("user")))


@operation(
    api_counters, "POST", "/<int:counter>/transfer",
    summary="Send the visitor on to a service, a counter or a person; the number stays the same.",
    scopes=DESK,
    body=s.wish(
        {
            **DESTINATION,
            "note": NOTE,
            "request_id": s.REQUEST_ID,
        }
    ),
    answers={200: s.SERVED}, errors=(*WITH_TICKET, "unknown_service", "unknown_user"),
)  # fmt: skip
def transfer(who: Caller, body: dict[str, Any], query: dict[str, Any], counter: int) -> Any:
    """Transfer the ticket."""
    actor, request_id = actor_at(who, counter), body.get("request_id")
    # Looked at before anything is done, so that nothing is half done.
    if "note" in body and not body["note"].strip():
        raise wrong("note", "a text is needed")
    served = serve.transfer(context(), counter, actor, destination(body), request_id)
    if "note" in body:
        _leave_note(served, actor, body["note"])
    return told(who, served)


def _leave_note(served: Served, actor: Actor, words: str) -> None:
    notes = views.notes_of(context(), served.ticket.id)
    # A request that is made twice leaves its note once.
    if not any((note["author"], note["text"]) == (actor.name, words.strip()) for note in notes):
        desk_actions.add_note(context(), served.setup.slug, served.ticket.id, actor, words)


def _simple(name: str, summary: str, act: Callable[..., Served], *errors: str) -> None:
    @operation(
        api_counters, "POST", f"/<int:counter>/{name}",
        summary=summary, scopes=DESK, body=s.wish({"request_id": s.REQUEST_ID}), answers={200: s.SERVED},
        errors=(*WITH_TICKET, *errors),
    )  # fmt: skip
    def view(who: Caller, body: dict[str, Any], query: dict[str, Any], counter: int) -> Any:
        return told(who, act(context(), counter, actor_at(who, counter), body.get("request_id")))


_simple("recall", "Call the ticket at this counter again.", serve.recall)
_simple("start", "Confirm that the visitor has arrived: the service begins.", serve.start)
_simple("no-show", "End the visit of somebody who was called and did not come.", serve.no_show, "no_show_too_early")
