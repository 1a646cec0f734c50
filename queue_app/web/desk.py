"""The desk: where clerks work."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, render_template

from queue_app import i18n
from queue_app.web.branches import branches_of
from queue_app.web.operation import context

desk = Blueprint("desk", __name__)
DESK = frozenset({"desk"})


@desk.get("/desk")
def choose() -> Any:
    """Go to the desk of the only branch, or choose one."""
    return _page(None)


@desk.get("/desk/<branch>")
def of_branch(branch: str) -> Any:
    """Show the desk of a branch: first the free counters, then the work."""
    return _page(branch)


def _page(branch: str | None) -> Any:
    who, mine = branches_of(DESK)
    slugs = [view["slug"] for view in mine]
    if branch is not None and branch not in slugs:
        context().setup(branch)
        raise who.refused()
    g.language = who.language or "en"
    chosen = branch or (slugs[0] if len(slugs) == 1 else None)
    setup = context().setup(chosen) if chosen else None
    return render_template(
        "desk.html",
        language=g.language,
        setup=setup,
        branches=mine,
        language_names=i18n.NAMES,
        caller=who,
        is_manager=setup is not None and who.may("manager", setup.id),
        is_supervisor=setup is not None and who.may("supervise", setup.id),
    )
