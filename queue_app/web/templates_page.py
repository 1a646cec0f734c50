"""The pages of the central templates: what there is, what a change does to each branch, and what a branch has as its own."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from queue_app.access import Caller, check_csrf, require
from queue_app.domain.errors import QueueError
from queue_app.errors import body_of
from queue_app.i18n import LANGUAGES, NAMES
from queue_app.operations import central_templates as templates
from queue_app.operations import template_records as records
from queue_app.operations import views
from queue_app.operations.config_document import export_branch
from queue_app.operations.config_yaml import from_yaml, to_yaml
from queue_app.operations.template_overlay import template_from
from queue_app.operations.trades import document_of, trades
from queue_app.web.admin_config import brief
from queue_app.web.admin_nav import admin_page, let_in
from queue_app.web.api_config import ADMINISTERS, MAX_DOCUMENT_BYTES
from queue_app.web.api_queue import actor_in
from queue_app.web.api_templates import administrator, every
from queue_app.web.operation import context, language_of

templates_page = Blueprint("templates_page", __name__)
MANAGER = "manager"


@templates_page.get("/admin/templates")
def show() -> Any:
    """Show every template and who follows it, and the way to make one."""
    return _list(_administrator())


@templates_page.post("/admin/templates")
def write() -> Any:
    """Show what a template would do to each branch; or let it hold, once that was seen."""
    who = _administrator()
    # A document holds a logo, and is larger than any other form.
    request.max_content_length = request.max_form_memory_size = MAX_DOCUMENT_BYTES
    check_csrf()
    form = request.form
    slug, typed = form.get("slug", "").strip(), form.get("text", "")
    name = {code: text for code in LANGUAGES if (text := form.get(f"name-{code}", "").strip())}
    given = {"slug": slug, "name": name, "typed": typed}
    try:
        document = from_yaml(typed)
        if form.get("go") != "save":
            return _one(who, **given, plans=templates.plan_template(context(), slug, name, document))
        agreed = form.get("accept") == "yes"
        done = templates.save_template(context(), administrator(who), slug, name, document, accept_stranding=agreed)
    except QueueError as error:
        return _one(who, **given, wrong=_told(error)), 422
    return _one(who, **given, done=done)


@templates_page.get("/admin/templates/<template>")
def edit(template: str) -> Any:
    """Show one template; `new` is one that is to be made, of a branch, a trade, or nothing."""
    who = _administrator()
    if template == "new":
        return _one(who, slug="", name={}, typed=to_yaml(_beginning(request.args.get("of", ""))))
    with context().database.reading() as connection:
        found = records.template_of(connection, template)
    return _one(who, slug=found.slug, name=found.name, typed=to_yaml(found.document))


@templates_page.post("/admin/templates/<template>")
def act(template: str) -> Any:
    """Let a branch follow a template or nothing, bring branches up to it, or delete it."""
    who = _administrator()
    check_csrf()
    actor, form = administrator(who), request.form
    go, branch, agreed = form.get("go"), form.get("branch", ""), form.get("accept") == "yes"
    try:
        if go == "follow":
            keep = form.get("keep") == "yes"
            templates.follow(context(), actor, branch, template, keep=keep, accept_stranding=agreed)
        elif go == "unfollow":
            templates.unfollow(context(), actor, branch)
        elif go == "delete":
            templates.delete_template(context(), actor, template)
        else:
            templates.apply_template(context(), actor, template, accept_stranding=agreed)
    except QueueError as error:
        return _list(who, wrong=_told(error)), 422
    return redirect(url_for("templates_page.show"))


@templates_page.get("/admin/<branch>/template")
def of_branch(branch: str) -> Any:
    """Show what a branch follows, and what of it is its own."""
    return _of_branch(branch)


@templates_page.post("/admin/<branch>/template")
def again(branch: str) -> Any:
    """Let the template hold again in one part of a branch."""
    _, who = let_in(branch, MANAGER)
    check_csrf()
    actor = actor_in(who, frozenset({MANAGER}), branch)
    path, agreed = request.form.get("path", ""), request.form.get("accept") == "yes"
    try:
        templates.follow_again(context(), actor, branch, path, accept_stranding=agreed)
    except QueueError as error:
        return _of_branch(branch, wrong=_told(error), stranding=path if error.code == "would_strand" else None), 422
    return redirect(url_for("templates_page.of_branch", branch=branch))


def _administrator() -> Caller:
    who = require(ADMINISTERS, None)
    g.language = language_of(who)
    return who


def _beginning(of: str) -> Any:
    kind, _, name = of.partition(":")
    if kind == "trade":
        return template_from(document_of(name, list(LANGUAGES), None))
    return template_from(export_branch(context(), name)) if kind == "branch" else {"queue": 1, "hours": {}}


def _list(who: Caller, **values: Any) -> str:
    followed = every()
    return render_template(
        "config_templates.html", language=g.language, caller=who, templates=followed, branches=views.branches(context()),
        names={each["slug"]: each["name"] for each in views.branches(context())}, trades=trades(),
        follows={each.branch for _, mine in followed for each in mine}, wrong=values.get("wrong"),
    )  # fmt: skip


def _one(who: Caller, **values: Any) -> str:
    given = {"plans": None, "done": None, "wrong": None, **values}
    names = {each["slug"]: each["name"] for each in views.branches(context())}
    return render_template(
        "config_template.html", language=g.language, caller=who, tongues=[(code, NAMES[code]) for code in LANGUAGES],
        names=names, brief=brief, told=_told, **given,
    )  # fmt: skip


def _of_branch(branch: str, **values: Any) -> str | Response:
    let_in(branch, MANAGER)
    found = templates.standing(context(), branch)
    with context().database.reading() as connection:
        known = records.following_of(connection, branch)
        template = records.template_of(connection, known.template) if known else None
    given = {"wrong": None, "stranding": None, **values}
    behind = known is not None and known.last is not None
    return admin_page(
        "admin_template.html",
        branch,
        MANAGER,
        standing=found,
        template=template,
        behind=behind,
        brief=brief,
        told=_told,
        **given,
    )


def _told(error: QueueError) -> str:
    """Return what is wrong, and its place in the document."""
    message: str = body_of(error, g.language)["error"]["message"]
    place = error.details.get("field")
    return f"{message} ({place})" if place else message
