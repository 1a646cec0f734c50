"""The API of the configuration document: the whole set-up of a branch, read, compared and brought in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, request

from queue_app.access import Caller, access
from queue_app.domain.errors import QueueError
from queue_app.domain.reading import wrong
from queue_app.operations import config_document as config
from queue_app.operations.unit_of_work import Actor
from queue_app.web import schemas as s
from queue_app.web.api import MANAGES, allowed
from queue_app.web.api_queue import actor_in
from queue_app.web.operation import context, operation, reply

api_config = Blueprint("api_config", __name__, url_prefix="/api/v1")

ADMINISTERS = frozenset({"admin"})
MAX_DOCUMENT_BYTES = 4 * 1024 * 1024
"""A document holds the logo, and texts in every language."""

OBJECT: s.Schema = {"type": "object"}
LIST = s.some(OBJECT)
_PARTS: dict[str, s.Schema] = {
    "queue": {"const": config.FORM, "description": "The form of the document."},
    "slip": {"type": ["array", "null"], "description": "The blocks of a slip; null for the usual ones."},
    **{name: OBJECT for name in ("branch", "branding", "hours", "privacy", "rules", "desk", "reporting")},
    **{
        name: LIST
        for name in ("services", "menu", "profiles", "counters", "printers", "kiosks", "screens", "panels", "people")
    },
}
DOCUMENT: s.Schema = {
    "type": "object",
    "properties": {name: _PARTS[name] for name in ("queue", *config.SECTIONS)},
    "required": [name for name in ("queue", *config.SECTIONS) if name != "people"],
    "additionalProperties": False,
    "description": "The set-up of a branch; docs/configuration.md has every value.",
}
WISH: s.Schema = {
    # What a section may hold is looked at by the operation, which names every mistake by its place in the document.
    "type": "object",
    "properties": {
        name: {"description": f"As the document of a branch has it: {name}."} for name in DOCUMENT["properties"]
    },
    "description": "A document, whole or in part: a section that is left out stays as it is; one that is there replaces it.",
}
CHANGE = s.thing({"path": s.TEXT, "before": {}, "after": {}})
STRANDED = s.thing(
    {
        "what": {**s.TEXT, "description": "As `services/passports`, `counters/3` or `people/alena`."},
        "why": {
            "type": "string",
            "enum": ["service_retired", "service_unserved", "counter_retired", "person_leaves"],
        },
        "waiting": s.WHOLE,
        "labels": {**s.some(s.TEXT), "description": "Of the first ten of them."},
    }
)
PLAN = s.thing({"changes": s.some(CHANGE), "stranded": s.some(STRANDED), "applied": s.YES_NO})


@operation(
    api_config, "GET", "/branches/<branch>/config",
    summary="The whole set-up of the branch as one document, without secrets; the people only for administrators.",
    scopes=MANAGES, answers={200: DOCUMENT}, errors=("unknown_branch",),
)  # fmt: skip
def show_config(who: Caller, body: None, query: dict[str, Any], branch: str) -> Any:
    """Show the configuration document."""
    setup = allowed(who, MANAGES, branch)
    document = config.export_branch(context(), branch)
    if not who.may("admin", setup.id):
        del document["people"]
    answer = reply(document)
    answer.set_etag(config.sum_of(document))
    return answer


@operation(
    api_config, "PUT", "/branches/<branch>/config",
    summary="Set the branch up as a document says, all of it or nothing; or say what that would change. Refused where "
    "visitors would be left waiting, unless that is accepted: nobody is lost by it; and where `If-Match` has the ETag of a "
    "document that has changed since. Only administrators change people.",
    scopes=MANAGES,
    body=s.wish(
        {"document": WISH, "dry_run": s.YES_NO, "accept_stranding": s.YES_NO}, required=("document",)
    ),
    answers={200: PLAN}, errors=("unknown_branch", "would_strand", "settings_changed", "conflict"),
    max_bytes=MAX_DOCUMENT_BYTES,
)  # fmt: skip
def put_config(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str) -> Any:
    """Bring a document in, or say what it would change."""
    actor = actor_in(who, MANAGES, branch)
    setup = context().setup(branch)
    terms = config.Terms(people=who.may("admin", setup.id), files_in=_files_in(), as_of=_seen())
    if body.get("dry_run", False):
        return _plan_json(config.plan_import(context(), branch, body["document"], terms), applied=False)
    plan = config.import_branch(
        context(), actor, branch, body["document"], accept_stranding=body.get("accept_stranding", False), terms=terms
    )
    if plan.touches("people"):
        access().forget()
    return _plan_json(plan, applied=bool(plan.changes))


@operation(
    api_config, "POST", "/branches",
    summary="Make a branch of a document, which has the section `branch` at least. Only for administrators of every branch.",
    scopes=ADMINISTERS, body=s.wish({"document": WISH}, required=("document",)),
    answers={201: PLAN}, errors=("name_taken", "conflict"),
    max_bytes=MAX_DOCUMENT_BYTES,
)  # fmt: skip
def make_branch(who: Caller, body: dict[str, Any], query: dict[str, Any]) -> Any:
    """Make a branch."""
    if not who.may("admin", None):
        raise QueueError("not_allowed")
    branch = body["document"].get("branch")
    slug = branch.get("slug") if isinstance(branch, dict) else None
    if not isinstance(slug, str):
        raise wrong("branch/slug", "the word for the branch in addresses is needed")
    if slug in context().slugs().values():
        raise QueueError("name_taken")
    actor = Actor(who.key, who.name, who.user_id, supervises=True)
    plan = config.import_branch(
        context(), actor, slug, body["document"], terms=config.Terms(people=True, files_in=_files_in())
    )
    return _plan_json(plan, applied=True), 201


def _plan_json(plan: config.Plan, *, applied: bool) -> dict[str, Any]:
    return {
        "changes": [each.as_data() for each in plan.changes],
        "stranded": [each.as_data() for each in plan.stranded],
        "applied": applied,
    }


def _seen() -> str | None:
    """Return the sum of the document that the caller saw, where the request says it (`If-Match`)."""
    return next(iter(request.if_match.as_set()), None)


def _files_in() -> Any:
    return current_app.extensions["queue_settings"].data_dir / "slips"
