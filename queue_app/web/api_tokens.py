"""The API of bearer tokens: other programs are let in and shut out by administrators."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app

from queue_app.access import Caller, access
from queue_app.domain.board import iso
from queue_app.domain.errors import QueueError
from queue_app.operations import tokens
from queue_app.operations.setup import SCOPES
from queue_app.operations.tokens import MOST_NAME, KeptToken
from queue_app.web import schemas as s
from queue_app.web.api import allowed
from queue_app.web.api_queue import actor_in
from queue_app.web.operation import context, moment, operation

api_tokens = Blueprint("api_tokens", __name__, url_prefix="/api/v1/branches")

ADMINISTERS = frozenset({"admin"})
SCOPE: s.Schema = {"type": "string", "enum": list(SCOPES)}
NAME: s.Schema = {"type": "string", "minLength": 1, "maxLength": MOST_NAME, "description": "What the token is for."}
TOKEN = s.thing(
    {
        "id": s.WHOLE,
        "name": s.TEXT,
        "scopes": s.some(s.TEXT),
        "every_branch": {**s.YES_NO, "description": "Whether it is good for every branch."},
        "created_at": s.MOMENT,
        "created_by": s.maybe(s.TEXT),
        "expires_at": {**s.maybe(s.MOMENT), "description": "From when on it is good no longer; null for never."},
        "expired": s.YES_NO,
    }
)


@operation(
    api_tokens, "GET", "/<branch>/tokens",
    summary="The tokens of a branch; those of every branch too for administrators of all. Never the tokens themselves.",
    scopes=ADMINISTERS, answers={200: s.thing({"tokens": s.some(TOKEN)})}, errors=("unknown_branch",),
)  # fmt: skip
def list_tokens(who: Caller, body: None, query: dict[str, Any], branch: str) -> Any:
    """List the tokens."""
    setup = allowed(who, ADMINISTERS, branch)
    return {"tokens": [_told(each) for each in tokens.tokens_of(context(), setup, everywhere=_everywhere(who))]}


@operation(
    api_tokens, "POST", "/<branch>/tokens",
    summary="Make a token. It is in this answer and never shown again.", scopes=ADMINISTERS,
    body=s.wish(
        {
            "name": NAME,
            "scopes": {**s.some(SCOPE), "minItems": 1},
            "every_branch": {**s.YES_NO, "description": "Good for every branch; only administrators of all may make one."},
            "expires_at": s.maybe(s.MOMENT),
        },
        required=("name", "scopes"),
    ),
    answers={201: s.thing({"id": s.WHOLE, "token": s.TEXT})}, errors=("unknown_branch",),
)  # fmt: skip
def make_token(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str) -> Any:
    """Make a token."""
    actor = actor_in(who, ADMINISTERS, branch)
    everywhere = body.get("every_branch", False)
    if everywhere and not _everywhere(who):
        raise QueueError("not_allowed")
    until = moment(body["expires_at"], "expires_at") if body.get("expires_at") else None
    token_id, token = tokens.make(context(), actor, body["name"], body["scopes"], None if everywhere else branch, until)
    return {"id": token_id, "token": token}, 201


@operation(
    api_tokens, "DELETE", "/<branch>/tokens/<int:bearer>",
    summary="Revoke a token: it is good no longer at once, and what listens by it is cut off.",
    scopes=ADMINISTERS, answers={200: s.thing({"revoked": s.WHOLE})}, errors=("unknown_branch", "unknown_token"),
)  # fmt: skip
def revoke_token(who: Caller, body: None, query: dict[str, Any], branch: str, bearer: int) -> Any:
    """Revoke a token."""
    setup, actor = allowed(who, ADMINISTERS, branch), actor_in(who, ADMINISTERS, branch)
    tokens.revoke(context(), setup, actor, bearer, everywhere=_everywhere(who))
    access().forget()
    current_app.extensions["queue_screens_changed"]()
    return {"revoked": bearer}


def _everywhere(who: Caller) -> bool:
    return who.may("admin", None)


def _told(kept: KeptToken) -> dict[str, Any]:
    now = context().clock.now()
    return {
        "id": kept.id, "name": kept.name, "scopes": list(kept.scopes), "every_branch": kept.branch_id is None,
        "created_at": iso(kept.created_at), "created_by": kept.created_by,
        "expires_at": iso(kept.expires_at) if kept.expires_at else None,
        "expired": kept.expires_at is not None and kept.expires_at <= now,
    }  # fmt: skip
