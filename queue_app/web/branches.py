"""Which branches somebody may work in, for pages that begin with a choice."""

from __future__ import annotations

from typing import Any

from queue_app.access import Caller, caller
from queue_app.domain.errors import QueueError
from queue_app.operations import views
from queue_app.web.operation import context


def branches_of(scopes: frozenset[str]) -> tuple[Caller, list[dict[str, Any]]]:
    """Return the caller, and slug and name of each branch where they have one of `scopes`.

    Raises:
        QueueError: `not_signed_in`; `not_allowed` where there is no such branch.
    """
    who = caller()
    if who is None:
        raise QueueError("not_signed_in")
    ids = {slug: branch_id for branch_id, slug in context().slugs().items()}
    mine = [view for view in views.branches(context()) if who.may_any(scopes, ids[view["slug"]])]
    if not mine:
        raise who.refused()
    return who, mine
