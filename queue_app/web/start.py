"""The start page: where everything is."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, g, render_template, request

from queue_app import i18n
from queue_app.access import caller
from queue_app.operations import views
from queue_app.web.opening_words import opening_words
from queue_app.web.operation import context

start = Blueprint("start", __name__)


@start.get("/")
def index() -> Any:
    """Show the doors of every branch: their names are public, what lies behind each door is guarded there."""
    g.language = i18n.negotiate(request.args.get("lang") or request.headers.get("Accept-Language"), i18n.LANGUAGES)
    who, ids = caller(), {slug: branch_id for branch_id, slug in context().slugs().items()}

    def may(scope: str, slug: str) -> bool:
        # Whoever is not signed in yet is shown where one signs in; whoever is, only where they may go.
        if who is None or who.user_id is None:
            return scope in {"desk", "reports"}
        return who.may(scope, ids[slug])

    def opening(slug: str) -> str:
        return opening_words(g.language, context().setup(slug), context().clock.now())

    branches = views.branches(context())
    return render_template(
        "start.html", branches=branches, language=g.language, caller=who, may=may, opening=opening,
        unattended=current_app.extensions["queue_first_start"].lacks_administrator(),
    )  # fmt: skip
