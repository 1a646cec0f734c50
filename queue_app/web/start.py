"""The start page: where everything is."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, render_template, request

from queue_app import i18n
from queue_app.access import caller
from queue_app.operations import views
from queue_app.web.operation import context

start = Blueprint("start", __name__)


@start.get("/")
def index() -> Any:
    """Show the doors of every branch: their names are public, what lies behind each door is guarded there."""
    g.language = i18n.negotiate(request.args.get("lang") or request.headers.get("Accept-Language"), i18n.LANGUAGES)
    return render_template("start.html", branches=views.branches(context()), language=g.language, caller=caller())
