"""The desk: where clerks work."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, render_template

from queue_app.access import require
from queue_app.domain.errors import QueueError
from queue_app.operations import views
from queue_app.web.operation import context

desk = Blueprint("desk", __name__)


@desk.get("/desk")
def choose() -> Any:
    """Go to the desk of the only branch, or choose one."""
    return _page(None)


@desk.get("/desk/<branch>")
def of_branch(branch: str) -> Any:
    """Show the desk of a branch: first the free counters, then the work."""
    return _page(branch)


def _page(branch: str | None) -> Any:
    slugs = context().slugs()
    who = require(frozenset({"desk"}), None) if not slugs else None
    mine = []
    for branch_id, slug in slugs.items():
        try:
            who = require(frozenset({"desk"}), branch_id)
            mine.append(slug)
        except QueueError as error:
            if error.code != "not_allowed":
                raise
    if not mine or (branch is not None and branch not in mine):
        raise QueueError("not_allowed" if branch is None or branch in slugs.values() else "unknown_branch")
    assert who is not None
    g.language = who.language or "en"
    chosen = branch or (mine[0] if len(mine) == 1 else None)
    setup = context().setup(chosen) if chosen else None
    named = {view["slug"]: view["name"] for view in views.branches(context())}
    return render_template(
        "desk.html",
        language=g.language,
        setup=setup,
        branches=[{"slug": slug, "name": named[slug]} for slug in mine],
        caller=who,
        is_manager=setup is not None and who.may("manager", setup.id),
    )
