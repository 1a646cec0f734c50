"""The API of webhooks: web addresses that are told what happens, what became of each call, and replays."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app

from queue_app.access import Caller
from queue_app.domain.board import iso
from queue_app.domain.events import Kind
from queue_app.domain.webhooks import MOST_NAME
from queue_app.operations import webhook_deliveries as deliveries
from queue_app.operations import webhooks
from queue_app.operations.webhook_deliveries import MOST_A_PAGE, MOST_REPLAYED, Delivery
from queue_app.operations.webhooks import KeptWebhook
from queue_app.sealing import Sealer
from queue_app.web import schemas as s
from queue_app.web.api import allowed
from queue_app.web.api_queue import actor_in
from queue_app.web.operation import MAX_INTEGER, context, operation

api_webhooks = Blueprint("api_webhooks", __name__, url_prefix="/api/v1/branches")

ADMINISTERS = frozenset({"admin"})
STATES = ["queued", "sent", "failed"]
WISH: dict[str, s.Schema] = {
    "name": {
        "type": "string",
        "minLength": 1,
        "maxLength": MOST_NAME,
        "description": "For people; one of each in a branch.",
    },
    "url": {"type": "string", "maxLength": 500, "description": "Where it calls: https:// or http://."},
    "kinds": {
        **s.some({"type": "string", "enum": list(Kind)}),
        "description": "The kinds of events that it is told of; of all where the list is empty.",
    },
    "active": {
        **s.YES_NO,
        "description": "False while it is switched off; switched on, it is told of what happens then.",
    },
}
WEBHOOK = s.thing(
    {
        "id": s.WHOLE,
        **WISH,
        "created_at": s.MOMENT,
        "revision": {**s.WHOLE, "description": "It has been told of everything up to this revision, or is being told."},
        "waiting": {**s.WHOLE, "description": "How many deliveries are on their way."},
        "failed": {**s.WHOLE, "description": "How many were given up in the last 30 days."},
        "last_sent_at": s.maybe(s.MOMENT),
        "problem": {**s.maybe(s.TEXT), "description": "Why the oldest one on its way was not taken yet, as a code."},
    }
)
DELIVERY = s.thing(
    {
        "id": s.WHOLE,
        "webhook_id": {**s.TEXT, "description": "What the header webhook-id says."},
        "kind": s.TEXT,
        "revision": {**s.maybe(s.WHOLE), "description": "Null for a call that only tries the address."},
        "state": {"type": "string", "enum": STATES},
        "attempts": s.WHOLE,
        "status": {**s.maybe(s.WHOLE), "description": "The HTTP status of the last answer."},
        "problem": {**s.maybe(s.TEXT), "description": "What was wrong with the last attempt, as a code."},
        "detail": s.maybe(s.TEXT),
        "created_at": s.MOMENT,
        "next_try_at": s.maybe(s.MOMENT),
        "finished_at": s.maybe(s.MOMENT),
        "body": {"type": "object", "description": "What was sent."},
    }
)
ONE = s.thing({"webhook": WEBHOOK})
SECRET: s.Schema = {**s.TEXT, "description": "Signs the calls. It is in this answer and never shown again."}
WITH_SECRET = s.thing({"webhook": WEBHOOK, "secret": SECRET})
OF_WEBHOOK = ("unknown_branch", "unknown_webhook")
REVISION: s.Schema = {"type": "integer", "minimum": 1, "maximum": MAX_INTEGER}


@operation(
    api_webhooks, "GET", "/<branch>/webhooks", summary="The webhooks of a branch, and how each stands.",
    scopes=ADMINISTERS, answers={200: s.thing({"webhooks": s.some(WEBHOOK)})}, errors=("unknown_branch",),
)  # fmt: skip
def list_webhooks(who: Caller, body: None, query: dict[str, Any], branch: str) -> Any:
    """List the webhooks."""
    setup = allowed(who, ADMINISTERS, branch)
    return {"webhooks": [_told(each) for each in webhooks.webhooks_of(context(), setup)]}


@operation(
    api_webhooks, "POST", "/<branch>/webhooks", summary="Tell a web address from now on what happens.",
    scopes=ADMINISTERS, body=s.wish(WISH, required=("name", "url")), answers={201: WITH_SECRET},
    errors=("unknown_branch", "name_taken", "too_many_webhooks"),
)  # fmt: skip
def add_webhook(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str) -> Any:
    """Add a webhook."""
    setup = allowed(who, ADMINISTERS, branch)
    webhook_id, secret = webhooks.create(context(), setup, actor_in(who, ADMINISTERS, branch), body, _sealer())
    _let_worker_look()
    return {**_one(setup, webhook_id), "secret": secret}, 201


@operation(
    api_webhooks, "PATCH", "/<branch>/webhooks/<int:webhook>",
    summary="Change some of what a webhook does, switch it off or on.",
    scopes=ADMINISTERS, body=s.wish(WISH), answers={200: ONE}, errors=(*OF_WEBHOOK, "name_taken"),
)  # fmt: skip
def change_webhook(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str, webhook: int) -> Any:
    """Change a webhook."""
    setup = allowed(who, ADMINISTERS, branch)
    kept = _told(webhooks.webhook_of(context(), setup, webhook))
    wish = {name: value for name, value in {**kept, **body}.items() if name in WISH}
    webhooks.change(context(), setup, actor_in(who, ADMINISTERS, branch), webhook, wish)
    _let_worker_look()
    return _one(setup, webhook)


@operation(
    api_webhooks, "DELETE", "/<branch>/webhooks/<int:webhook>",
    summary="Tell the address nothing more, and forget what it was told.",
    scopes=ADMINISTERS, answers={200: s.thing({"removed": s.WHOLE})}, errors=OF_WEBHOOK,
)  # fmt: skip
def remove_webhook(who: Caller, body: None, query: dict[str, Any], branch: str, webhook: int) -> Any:
    """Remove a webhook."""
    setup = allowed(who, ADMINISTERS, branch)
    webhooks.remove(context(), setup, actor_in(who, ADMINISTERS, branch), webhook)
    return {"removed": webhook}


@operation(
    api_webhooks, "POST", "/<branch>/webhooks/<int:webhook>/secret",
    summary="Make a new secret; for a day the calls are signed with the one before as well.",
    scopes=ADMINISTERS, body=s.wish({}), answers={200: WITH_SECRET}, errors=OF_WEBHOOK,
)  # fmt: skip
def renew_secret(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str, webhook: int) -> Any:
    """Make a new secret."""
    setup = allowed(who, ADMINISTERS, branch)
    secret = webhooks.renew_secret(context(), setup, actor_in(who, ADMINISTERS, branch), webhook, _sealer())
    return {**_one(setup, webhook), "secret": secret}


@operation(
    api_webhooks, "POST", "/<branch>/webhooks/<int:webhook>/test",
    summary="Call the address once, with an event of the kind ping, to try whether it answers.",
    scopes=ADMINISTERS, body=s.wish({}), answers={202: s.thing({"delivery": DELIVERY})},
    errors=(*OF_WEBHOOK, "webhook_off", "unknown_delivery"),
)  # fmt: skip
def try_webhook(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str, webhook: int) -> Any:
    """Try the address."""
    setup = allowed(who, ADMINISTERS, branch)
    delivery = deliveries.ping(context(), setup, webhook)
    _let_worker_look()
    return {"delivery": _delivery(delivery)}, 202


@operation(
    api_webhooks, "POST", "/<branch>/webhooks/<int:webhook>/replay",
    summary=f"Send the events of a span of revisions again, {MOST_REPLAYED} at most, each with the id that it had.",
    scopes=ADMINISTERS,
    body=s.wish({"from_revision": REVISION, "to_revision": REVISION}, required=("from_revision", "to_revision")),
    answers={202: s.thing({"queued": s.WHOLE})}, errors=(*OF_WEBHOOK, "webhook_off"),
)  # fmt: skip
def replay(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str, webhook: int) -> Any:
    """Send a span again."""
    setup, actor = allowed(who, ADMINISTERS, branch), actor_in(who, ADMINISTERS, branch)
    queued = deliveries.replay(context(), setup, webhook, actor, body["from_revision"], body["to_revision"])
    _let_worker_look()
    return {"queued": queued}, 202


@operation(
    api_webhooks, "GET", "/<branch>/webhooks/<int:webhook>/deliveries",
    summary="What a webhook was told, the newest first; next is what before has to be for those that are older.",
    scopes=ADMINISTERS,
    query={
        "before": {"type": "integer", "minimum": 1, "maximum": MAX_INTEGER},
        "state": {"type": "string", "enum": STATES},
        "limit": {"type": "integer", "minimum": 1, "maximum": MOST_A_PAGE, "default": 50},
    },
    answers={200: s.thing({"deliveries": s.some(DELIVERY), "next": s.maybe(s.WHOLE)})}, errors=OF_WEBHOOK,
)  # fmt: skip
def list_deliveries(who: Caller, body: None, query: dict[str, Any], branch: str, webhook: int) -> Any:
    """List what it was told."""
    setup = allowed(who, ADMINISTERS, branch)
    kept = webhooks.webhook_of(context(), setup, webhook)
    found = deliveries.deliveries_of(context(), kept.id, query["before"], query["state"], query["limit"])
    return {
        "deliveries": [_delivery(each) for each in found],
        "next": found[-1].id if len(found) == query["limit"] else None,
    }


@operation(
    api_webhooks, "POST", "/<branch>/webhooks/<int:webhook>/deliveries/<int:delivery>/again",
    summary="Send one delivery again, or at once where it waits for its next attempt.",
    scopes=ADMINISTERS, body=s.wish({}), answers={202: s.thing({"delivery": DELIVERY})},
    errors=(*OF_WEBHOOK, "unknown_delivery", "webhook_off"),
)  # fmt: skip
def send_again(
    who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str, webhook: int, delivery: int
) -> Any:
    """Send one again."""
    setup = allowed(who, ADMINISTERS, branch)
    found = deliveries.again(context(), setup, webhook, delivery)
    _let_worker_look()
    return {"delivery": _delivery(found)}, 202


def _sealer() -> Sealer:
    found: Sealer = current_app.extensions["queue_sealer"]
    return found


def _let_worker_look() -> None:
    # Whatever process runs the worker finds it by itself; the first webhook of an installation lets it begin.
    current_app.extensions["queue_notice_reports"]()


def _one(setup: Any, webhook_id: int) -> dict[str, Any]:
    return {"webhook": _told(webhooks.webhook_of(context(), setup, webhook_id))}


def _told(kept: KeptWebhook) -> dict[str, Any]:
    wish = kept.wish
    return {
        "id": kept.id, "name": wish.name, "url": wish.url, "kinds": [str(kind) for kind in wish.kinds], "active": wish.active,
        "created_at": iso(kept.created_at), "revision": kept.revision, "waiting": kept.waiting, "failed": kept.failed,
        "last_sent_at": iso(kept.last_sent_at) if kept.last_sent_at else None, "problem": kept.problem,
    }  # fmt: skip


def _delivery(one: Delivery) -> dict[str, Any]:
    waits = one.state == "queued" and one.not_before is not None
    return {
        "id": one.id, "webhook_id": one.call_id, "kind": one.body["kind"],
        "revision": one.revision if one.revision > 0 else None, "state": one.state, "attempts": one.attempts,
        "status": one.status, "problem": one.problem, "detail": one.detail, "created_at": iso(one.created_at),
        "next_try_at": iso(one.not_before) if waits and one.not_before else None,
        "finished_at": iso(one.finished_at) if one.finished_at else None, "body": dict(one.body),
    }  # fmt: skip
