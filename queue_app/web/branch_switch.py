"""The way from a page of one branch to the same page of another, for those who work in several."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from queue_app.access import Caller, caller
from queue_app.domain.branch import BranchSetup
from queue_app.operations import views
from queue_app.web.branches_page import STAFF
from queue_app.web.operation import context

INSTEAD = {"screens_page.layout": "screens_page.show"}
"""Pages of something that only one branch has: where one goes in another branch."""


def other_branches(setup: BranchSetup) -> list[dict[str, Any]]:
    """Return name and address of each other branch where the person works, the same page where they may see it there.

    Elsewhere the address is that of the branch in the list of all, from which they go on to what they may see.
    """
    who = caller()
    if who is None or who.user_id is None or not _works_in_several(who):
        return []
    here = _scopes(who, setup.id)
    ids = {slug: branch_id for branch_id, slug in context().slugs().items()}
    found = []
    for branch in views.branches(context()):
        slug = branch["slug"]
        if slug != setup.slug and who.may_any(STAFF, ids[slug]):
            same = here <= _scopes(who, ids[slug])
            found.append({"name": branch["name"], "address": _same_page(slug) if same else _in_the_list(slug)})
    return found


def _works_in_several(who: Caller) -> bool:
    branches = {branch_id for scope, branch_id in who.grants if scope in STAFF}
    return None in branches or len(branches) > 1


def _scopes(who: Caller, branch_id: int) -> set[str]:
    return {scope for scope, granted in who.grants if granted in (None, branch_id)}


def _same_page(slug: str) -> str:
    endpoint = request.endpoint or ""
    parts = request.view_args or {}
    if endpoint in INSTEAD:
        return url_for(INSTEAD[endpoint], branch=slug)
    if "branch" not in parts:  # the page of the only branch, or of that which was chosen
        return _in_the_list(slug)
    return url_for(endpoint, **{**parts, "branch": slug})


def _in_the_list(slug: str) -> str:
    return url_for("branches_page.show", _anchor=slug)
