"""The configuration of a branch as a file: taken along, compared, and brought in."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, current_app, g, redirect, request, url_for

from queue_app.access import check_csrf
from queue_app.domain.errors import QueueError
from queue_app.errors import body_of
from queue_app.operations.config_document import Terms, export_branch, import_branch, plan_import
from queue_app.operations.config_yaml import from_yaml, write_yaml
from queue_app.web.admin_nav import admin_page, let_in
from queue_app.web.api_config import MAX_DOCUMENT_BYTES
from queue_app.web.api_queue import actor_in
from queue_app.web.operation import context

admin_config = Blueprint("admin_config", __name__)
MANAGER = "manager"
MOST_SHOWN = 160
"""Letters of a value in the list of what would change."""


@admin_config.get("/admin/<branch>/configuration")
def show(branch: str) -> str:
    """Show the way to take the configuration along, and to bring one in."""
    return _page(branch, done="done" in request.args)


@admin_config.get("/admin/<branch>/configuration.yaml")
def download(branch: str) -> Response:
    """Give the configuration as a file."""
    setup, who = let_in(branch, MANAGER)
    document = export_branch(context(), branch)
    if not who.may("admin", setup.id):
        del document["people"]
    answer = Response(write_yaml(document), mimetype="application/yaml")
    answer.headers["Content-Disposition"] = f'attachment; filename="{branch}.yaml"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@admin_config.post("/admin/<branch>/configuration")
def bring_in(branch: str) -> Any:
    """Show what a file would change, and whom it would leave waiting; or let it hold, once that was seen."""
    setup, who = let_in(branch, MANAGER)
    # A document holds a logo, and is larger than any other form.
    request.max_content_length = request.max_form_memory_size = MAX_DOCUMENT_BYTES
    check_csrf()
    text = _text()
    files_in = current_app.extensions["queue_settings"].data_dir / "slips"
    terms = Terms(people=who.may("admin", setup.id), files_in=files_in)
    try:
        document = from_yaml(text)
        plan = plan_import(context(), branch, document, terms)
        if request.form.get("go") == "import":
            actor = actor_in(who, frozenset({MANAGER}), branch)
            accepts = request.form.get("accept") == "yes"
            import_branch(context(), actor, branch, document, accept_stranding=accepts, terms=terms)
            return redirect(url_for("admin_config.show", branch=branch, done="yes"))
    except QueueError as error:
        if error.code == "would_strand":
            return _page(branch, plan=plan, typed=text), 409
        return _page(branch, wrong=_told(error), typed=text), 422
    return _page(branch, plan=plan, typed=text)


def _text() -> str:
    """Return the document that was sent as a file, else what was typed."""
    file = request.files.get("file")
    data = file.read() if file is not None else b""
    if not data:
        return request.form.get("text", "")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "\0"  # which no YAML may hold: it is refused like any other mistake


def _told(error: QueueError) -> str:
    """Return what is wrong, and its place in the document."""
    message: str = body_of(error, g.language)["error"]["message"]
    place = error.details.get("field")
    return f"{message} ({place})" if place else message


def _page(branch: str, **values: Any) -> str:
    given = {"plan": None, "wrong": None, "typed": "", "done": False, **values}
    return admin_page("admin_configuration.html", branch, MANAGER, brief=brief, **given)


def brief(value: Any) -> str:
    """Return a value as one short line."""
    if value is None:
        return "–"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"
