"""The API of the queue: branches, tickets, the board."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, current_app

from queue_app.access import Caller, screen_key
from queue_app.domain.errors import QueueError
from queue_app.operations import close_day as days
from queue_app.operations import serve, views
from queue_app.operations.acknowledge import acknowledge
from queue_app.operations.printer_views import paper_at, printer_beside
from queue_app.operations.printing import reprint
from queue_app.operations.take_ticket import PRINTING_CHANNELS, TakeTicket, take_ticket
from queue_app.web import schemas as s
from queue_app.web.contact import sealed
from queue_app.web.operation import EVERYBODY, MAX_INTEGER, context, forecasts, lobbies, moment, operation, public_url

api = Blueprint("api", __name__, url_prefix="/api/v1")

ANY = frozenset({"admin", "manager", "desk", "kiosk", "display", "reports"})
TAKES = frozenset({"kiosk", "desk"})
SEES_BOARD = frozenset({"display", "kiosk", "desk"})
MANAGES = frozenset({"manager"})
SUPERVISES = frozenset({"supervise"})
CHANNELS = ["kiosk", "staff", "web", "phone", "api"]
SLUG: s.Schema = {"type": "string", "minLength": 1, "maxLength": 64}


def allowed(who: Caller, scopes: frozenset[str], branch: str) -> Any:
    """Return the branch's setup if the caller has one of `scopes` there.

    Raises:
        QueueError: `unknown_branch`, `not_allowed`.
    """
    setup = context().setup(branch)
    if not who.may_any(scopes, setup.id):
        raise who.refused()
    return setup


@operation(
    api, "GET", "/branches/<branch>",
    summary="A branch: names, languages, whether it is open, its services with state, waiting and forecast.",
    scopes=ANY, answers={200: s.BRANCH}, errors=("unknown_branch",),
)  # fmt: skip
def show_branch(who: Caller, body: None, query: dict[str, Any], branch: str) -> Any:
    """Show a branch."""
    setup = allowed(who, ANY, branch)
    paper = paper_at(context(), setup, printer_beside(setup, who.printer_id))
    return {**views.branch_view(context(), forecasts(), branch), "paper": paper}


@operation(
    api, "POST", "/branches/<branch>/tickets",
    summary="Take a number. The same request_id again answers 200 with the same ticket.",
    scopes=TAKES,
    body=s.wish(
        {
            "service": {**SLUG, "description": "Slug of the service, or its letter where no other service has it."},
            "language": {"type": "string", "maxLength": 16},
            "priority": {"type": "string", "maxLength": 40, "description": "A class of the branch, or standard."},
            "channel": {"type": "string", "enum": CHANNELS},
            "wanted_language": {"type": "string", "maxLength": 16, "description": "To be served in this language."},
            "booked_for": {**s.MOMENT, "description": "The booked time. Only those at a desk say it."},
            "user": {"type": "integer", "minimum": 1, "maximum": MAX_INTEGER, "description": "Kept for this person."},
            "contact": {
                **s.maybe(s.CONTACT),
                "writeOnly": True,
                "description": "Where the branch asks for it; kept encrypted, and erased some time after the visit.",
            },
            "request_id": s.REQUEST_ID,
        },
        required=("service",),
    ),
    answers={201: s.TAKEN, 200: s.TAKEN},
    errors=(
        "unknown_branch", "unknown_service", "branch_closed", "service_closed", "quota_reached", "service_elsewhere",
        "too_late_today", "request_id_reused", "contact_not_asked", "conflict",
    ),
)  # fmt: skip
def take(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str) -> Any:
    """Take a number."""
    setup = allowed(who, TAKES, branch)
    if not who.unlimited:
        current_app.extensions["queue_kiosk_limit"].spend(who.key)
    if not body.keys().isdisjoint({"booked_for", "user"}) and not who.may("desk", setup.id):
        raise QueueError("not_allowed")
    channel = body.get("channel", "kiosk")
    printer_id = printer_beside(setup, who.printer_id) if channel in PRINTING_CHANNELS else who.printer_id
    wish = TakeTicket(
        service=body["service"],
        language=body.get("language"),
        priority=body.get("priority", "standard"),
        channel=channel,
        request_id=body.get("request_id"),
        wanted_language=body.get("wanted_language"),
        booked_for=moment(body["booked_for"], "booked_for") if "booked_for" in body else None,
        user_id=body.get("user"),
        printer_id=printer_id,
        public_url=public_url(),
        late_allowed=channel == "staff" and who.may("desk", setup.id),
        contact=sealed(body.get("contact")),
    )
    taken = take_ticket(context(), forecasts(), branch, wish)
    ticket = views.ticket_view(
        taken.setup, taken.ticket, taken.token, ahead=taken.ahead, forecast=taken.forecast, public_url=public_url()
    )
    if taken.is_new:
        return {"ticket": ticket, "print": {"state": "queued" if taken.printing else "none", "error": None}}, 201
    return {"ticket": ticket, "print": views.print_state(context(), taken.ticket.id)}, 200


@operation(
    api, "GET", "/tickets/<token>",
    summary="The visitor's own view of a ticket.",
    scopes=EVERYBODY, answers={200: s.VISITOR_TICKET}, errors=("unknown_ticket",),
)  # fmt: skip
def show_ticket(who: None, body: None, query: dict[str, Any], token: str) -> Any:
    """Show a ticket to whoever holds its token."""
    return views.ticket_by_token(context(), forecasts(), token, public_url())


@operation(
    api, "POST", "/tickets/<token>/cancel",
    summary="The visitor leaves the queue.",
    scopes=EVERYBODY, body=s.wish({}), answers={200: s.VISITOR_TICKET},
    errors=("unknown_ticket", "state_forbids", "conflict"),
)  # fmt: skip
def cancel(who: None, body: dict[str, Any], query: dict[str, Any], token: str) -> Any:
    """Let the holder of the token leave."""
    serve.cancel(context(), token)
    return views.ticket_by_token(context(), forecasts(), token, public_url())


@operation(
    api, "POST", "/tickets/<token>/reprint",
    summary="Print the slip once more, marked as a copy.",
    scopes=TAKES, body=s.wish({}), answers={202: s.VISITOR_TICKET},
    errors=("unknown_ticket", "unknown_print_job", "unknown_printer"),
)  # fmt: skip
def print_again(who: Caller, body: dict[str, Any], query: dict[str, Any], token: str) -> Any:
    """Queue the slip again."""
    view = views.ticket_by_token(context(), forecasts(), token, public_url())
    allowed(who, TAKES, view["branch"])
    if not who.unlimited:
        current_app.extensions["queue_kiosk_limit"].spend(who.key)
    reprint(context(), view["id"], who.key, who.printer_id)
    current_app.extensions["queue_notice_print"]()
    return views.ticket_by_token(context(), forecasts(), token, public_url()), 202


@operation(
    api, "GET", "/branches/<branch>/board",
    summary="The lobby's board: a snapshot, or with since the events after that revision where they are few enough.",
    scopes=SEES_BOARD,
    query={"since": {"type": "integer", "minimum": 0, "maximum": MAX_INTEGER}},
    answers={200: s.BOARD}, errors=("unknown_branch",),
)  # fmt: skip
def board(who: Caller, body: None, query: dict[str, Any], branch: str) -> Any:
    """Show the board."""
    allowed(who, SEES_BOARD, branch)
    return views.board_view(context(), branch, query["since"], current_app.extensions["queue_settings"].board_events)


@operation(
    api, "POST", "/branches/<branch>/board/acks",
    summary="A screen reports that it has shown or spoken a call.",
    scopes=frozenset({"display"}),
    body=s.wish(
        {
            "call_id": {"type": "integer", "minimum": 1, "maximum": MAX_INTEGER},
            "shown": s.YES_NO,
            "spoken": s.YES_NO,
            "screen": {"type": "string", "maxLength": 64, "description": "Tells screens of one browser apart."},
        },
        required=("call_id",),
    ),
    answers={200: s.DELIVERY}, errors=("unknown_branch", "unknown_call"),
)  # fmt: skip
def ack(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str) -> Any:
    """Write down what a screen did."""
    allowed(who, frozenset({"display"}), branch)
    key = screen_key(who, body.get("screen", ""))
    done = {name: body.get(name, False) for name in ("shown", "spoken")}
    delivery = asdict(acknowledge(context(), lobbies(), branch, body["call_id"], key, **done))
    current_app.extensions["queue_delivered"](branch, delivery)
    return delivery


@operation(
    api, "GET", "/branches/<branch>/counters",
    summary="The counters with state, clerk and current ticket.",
    scopes=frozenset({"desk"}), answers={200: s.thing({"counters": s.some(s.COUNTER)})}, errors=("unknown_branch",),
)  # fmt: skip
def counters(who: Caller, body: None, query: dict[str, Any], branch: str) -> Any:
    """Show the counters."""
    allowed(who, frozenset({"desk"}), branch)
    return {"counters": views.counters_view(context(), branch)}


@operation(
    api, "POST", "/branches/<branch>/close-day",
    summary="End the business day: waiting tickets expire, counters close, series start anew; the record stays.",
    scopes=MANAGES, body=s.wish({}), answers={200: s.CLOSED_DAY}, errors=("unknown_branch", "conflict"),
)  # fmt: skip
def close_day(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str) -> Any:
    """End the day by hand."""
    allowed(who, MANAGES, branch)
    closed = days.close_day(context(), branch)
    return {
        "business_date": closed.business_date.isoformat(),
        "expired": closed.expired,
        "counters_closed": closed.counters_closed,
    }
