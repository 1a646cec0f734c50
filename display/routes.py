"""The lobby screen's page; what it shows comes live."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for

from queue_app.access import let_device_in
from queue_app.operations import views

display = Blueprint("display", __name__, url_prefix="/display", template_folder="templates", static_folder="static")


@display.get("/<branch>")
def page(branch: str) -> Any:
    """Show the board of a branch, in `?lang=` or the branch's first language."""
    context = current_app.extensions["queue_context"]
    setup = context.setup(branch)
    let_device_in(setup, "display")
    if "token" in request.args:
        # The token has done its work; it must not stay in the address for the next person to read.
        return redirect(url_for("display.page", branch=branch))
    g.language = setup.language(request.args.get("lang"))
    board = views.board_view(context, branch, None, 0)
    return render_template("display/page.html", language=g.language, setup=setup, board=board)
