"""The API of the central templates: made once, followed by many branches, each with parts of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint

from queue_app.access import Caller
from queue_app.domain.board import iso
from queue_app.errors import body_of
from queue_app.operations import central_templates as templates
from queue_app.operations import template_records as records
from queue_app.operations.template_overlay import SAYABLE
from queue_app.operations.unit_of_work import Actor
from queue_app.web import schemas as s
from queue_app.web.api import MANAGES, allowed
from queue_app.web.api_config import ADMINISTERS, CHANGE, MAX_DOCUMENT_BYTES, STRANDED
from queue_app.web.api_queue import actor_in
from queue_app.web.operation import context, language_of, operation

api_templates = Blueprint("api_templates", __name__, url_prefix="/api/v1")

DOCUMENT: s.Schema = {
    "type": "object",
    "properties": {name: {} for name in ("queue", *SAYABLE)},
    "additionalProperties": False,
    "description": "A part of a branch's configuration document; docs/many-branches.md says what may stand in it.",
}
WISH: s.Schema = {"type": "object", "description": DOCUMENT["description"]}
PATHS: s.Schema = {
    "type": "array",
    "items": s.TEXT,
    "description": "Sections such as `hours`, services as `services/id-cards`.",
}
REFUSED = s.thing({"code": s.TEXT, "message": s.TEXT, "details": {"type": "object"}})
OUTCOME_PARTS = {
    "branch": s.TEXT,
    "own": PATHS,
    "changes": s.some(CHANGE),
    "stranded": s.some(STRANDED),
    "refused": s.maybe(REFUSED),
    "applied": s.YES_NO,
}
OUTCOME = s.thing(OUTCOME_PARTS)
OUTCOMES = s.thing({"branches": s.some(OUTCOME)})
HEAD = {
    "slug": s.TEXT,
    "name": s.TEXTS,
    "updated_at": s.MOMENT,
    "followers": s.some(s.thing({"branch": s.TEXT, "own": PATHS, "behind": s.YES_NO})),
}
TEMPLATE = s.thing({**HEAD, "document": DOCUMENT})
STANDING = s.thing({"template": s.maybe(s.TEXT), "behind": s.YES_NO, **OUTCOME_PARTS})
AGREES = {"accept_stranding": s.YES_NO}


@operation(
    api_templates, "GET", "/config-templates",
    summary="The central templates, and which branches follow each. Only for administrators of every branch.",
    scopes=ADMINISTERS, answers={200: s.thing({"templates": s.some(s.thing(HEAD))})},
)  # fmt: skip
def list_templates(who: Caller, body: None, query: dict[str, Any]) -> Any:
    """List the templates."""
    administrator(who)
    return {"templates": [_head(each, mine) for each, mine in every()]}


@operation(
    api_templates, "GET", "/config-templates/<template>",
    summary="One template with what it says. Only for administrators of every branch.",
    scopes=ADMINISTERS, answers={200: TEMPLATE}, errors=("unknown_template",),
)  # fmt: skip
def show_template(who: Caller, body: None, query: dict[str, Any], template: str) -> Any:
    """Show a template."""
    administrator(who)
    with context().database.reading() as connection:
        found = records.template_of(connection, template)
        mine = records.followings(connection, template)
    return {**_head(found, mine), "document": found.document}


@operation(
    api_templates, "PUT", "/config-templates/<template>",
    summary="Make or change a template, or say what that would change in each branch that follows. A branch that refuses stays "
    "as it was, and the answer says why. Only for administrators of every branch.",
    scopes=ADMINISTERS,
    body=s.wish({"name": s.TEXTS, "document": WISH, "dry_run": s.YES_NO, **AGREES}, required=("name", "document")),
    answers={200: OUTCOMES}, max_bytes=MAX_DOCUMENT_BYTES,
)  # fmt: skip
def put_template(who: Caller, body: dict[str, Any], query: dict[str, Any], template: str) -> Any:
    """Make or change a template."""
    actor = administrator(who)
    name, document = body["name"], body["document"]
    if body.get("dry_run", False):
        return _outcomes(who, templates.plan_template(context(), template, name, document), applied=False)
    agreed = body.get("accept_stranding", False)
    done = templates.save_template(context(), actor, template, name, document, accept_stranding=agreed)
    return _outcomes(who, done, applied=True)


@operation(
    api_templates, "POST", "/config-templates/<template>/apply",
    summary="Bring the branches up to the template that had refused it. Only for administrators of every branch.",
    scopes=ADMINISTERS, body=s.wish(AGREES), answers={200: OUTCOMES}, errors=("unknown_template",),
)  # fmt: skip
def apply(who: Caller, body: dict[str, Any], query: dict[str, Any], template: str) -> Any:
    """Apply a template again."""
    agreed = body.get("accept_stranding", False)
    done = templates.apply_template(context(), administrator(who), template, accept_stranding=agreed)
    return _outcomes(who, done, applied=True)


@operation(
    api_templates, "DELETE", "/config-templates/<template>",
    summary="Delete a template that no branch follows. Only for administrators of every branch.",
    scopes=ADMINISTERS, answers={200: s.thing({"deleted": s.TEXT})}, errors=("unknown_template", "template_followed"),
)  # fmt: skip
def delete_template(who: Caller, body: None, query: dict[str, Any], template: str) -> Any:
    """Delete a template."""
    templates.delete_template(context(), administrator(who), template)
    return {"deleted": template}


@operation(
    api_templates, "GET", "/branches/<branch>/template",
    summary="Which template the branch follows, what of it is the branch's own, and what bringing it up would change.",
    scopes=MANAGES, answers={200: STANDING}, errors=("unknown_branch",),
)  # fmt: skip
def show_following(who: Caller, body: None, query: dict[str, Any], branch: str) -> Any:
    """Show what a branch follows."""
    allowed(who, MANAGES, branch)
    return _standing(who, branch)


@operation(
    api_templates, "PUT", "/branches/<branch>/template",
    summary="Let the branch follow a template, with parts of its own, or none (null), or say what that would change. With "
    "`keep_differences` all in which it differs now is its own. Only for administrators of every branch.",
    scopes=ADMINISTERS,
    body=s.wish(
        {"template": s.maybe(s.TEXT), "own": PATHS, "keep_differences": s.YES_NO, "dry_run": s.YES_NO, **AGREES},
        required=("template",),
    ),
    answers={200: OUTCOME}, errors=("unknown_branch", "unknown_template", "follows_nothing", "would_strand", "conflict"),
)  # fmt: skip
def put_following(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str) -> Any:
    """Follow a template."""
    actor, template = administrator(who), body["template"]
    own, keep = body.get("own", []), body.get("keep_differences", False)
    if template is None:
        templates.unfollow(context(), actor, branch)
        return {**_outcome(who, templates.Outcome(branch, ())), "applied": True}
    if body.get("dry_run", False):
        context().setup(branch)
        return _outcome(who, templates.plan_follow(context(), branch, template, own, keep=keep))
    agreed = body.get("accept_stranding", False)
    done = templates.follow(context(), actor, branch, template, own, keep=keep, accept_stranding=agreed)
    return {**_outcome(who, done), "applied": True}


@operation(
    api_templates, "POST", "/branches/<branch>/template/follow-again",
    summary="Let the template hold again for what the branch has as its own.",
    scopes=MANAGES, body=s.wish({"path": s.TEXT, **AGREES}, required=("path",)),
    answers={200: OUTCOME}, errors=("unknown_branch", "follows_nothing", "would_strand", "conflict"),
)  # fmt: skip
def follow_again(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str) -> Any:
    """Follow the template again in one part."""
    actor = actor_in(who, MANAGES, branch)
    agreed = body.get("accept_stranding", False)
    done = templates.follow_again(context(), actor, branch, body["path"], accept_stranding=agreed)
    return {**_outcome(who, done), "applied": True}


def administrator(who: Caller) -> Actor:
    """Return the caller as one who acts on all branches.

    Raises:
        QueueError: `not_allowed`.
    """
    if not who.may("admin", None):
        raise who.refused()
    return Actor(who.key, who.name, who.user_id, supervises=True)


def every() -> list[tuple[records.Template, list[records.Following]]]:
    """Return every template, with the branches that follow it."""
    with context().database.reading() as connection:
        followings = records.followings(connection)
        return [
            (each, [mine for mine in followings if mine.template == each.slug])
            for each in records.every_template(connection)
        ]


def _head(template: records.Template, followers: Sequence[records.Following]) -> dict[str, Any]:
    return {
        "slug": template.slug,
        "name": template.name,
        "updated_at": iso(template.updated_at),
        "followers": [
            {"branch": each.branch, "own": list(each.own), "behind": each.last is not None} for each in followers
        ],
    }


def _outcomes(who: Caller, found: Sequence[templates.Outcome], *, applied: bool) -> dict[str, Any]:
    return {"branches": [{**_outcome(who, each), "applied": applied and each.refused is None} for each in found]}


def _outcome(who: Caller, found: templates.Outcome) -> dict[str, Any]:
    plan = found.plan
    return {
        "branch": found.branch,
        "own": list(found.own),
        "changes": [each.as_data() for each in plan.changes] if plan else [],
        "stranded": [each.as_data() for each in plan.stranded] if plan else [],
        "refused": None if found.refused is None else body_of(found.refused, language_of(who))["error"],
        "applied": False,
    }


def _standing(who: Caller, branch: str) -> dict[str, Any]:
    found = templates.standing(context(), branch)
    with context().database.reading() as connection:
        known = records.following_of(connection, branch)
    if found is None or known is None:
        return {"template": None, "behind": False, **_outcome(who, templates.Outcome(branch, ()))}
    return {"template": known.template, "behind": known.last is not None, **_outcome(who, found)}
