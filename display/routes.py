"""The lobby screen's page, what stands beside the calls on it, and its preview; what it shows comes live."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, g, jsonify, redirect, render_template, request, send_file, url_for

from display.facts import common_facts, facts_of, media_files
from display.media import file_in
from display.sample import sample_board, sample_waits
from queue_app.access import let_device_in, require
from queue_app.domain.errors import QueueError
from queue_app.domain.screen_layout import USUAL
from queue_app.operations import views

display = Blueprint("display", __name__, url_prefix="/display", template_folder="templates", static_folder="static")

SCREENS = frozenset({"display"})
MANAGERS = frozenset({"manager"})
KEPT_SECONDS = 365 * 86400
"""So long a browser may keep a picture that it asked for by its version: another picture has another one."""


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
    facts = facts_of(setup, g.language)
    return render_template("display/page.html", language=g.language, setup=setup, board=board, facts=facts)


@display.get("/<branch>/preview")
def preview(branch: str) -> Any:
    """Show a sample board with the layout that the layout editor, around this page, sends it."""
    context = current_app.extensions["queue_context"]
    setup = context.setup(branch)
    require(MANAGERS, setup.id)
    g.language = setup.language(request.args.get("lang"))
    g.framed_by_ours = True
    now = context.clock.now()
    facts = {
        "screen": None,
        **common_facts(setup, g.language, USUAL, now),
        "media": {"files": []},
        "waits": sample_waits(setup),
    }
    board = sample_board(setup, g.language, now)
    return render_template("display/preview.html", language=g.language, setup=setup, board=board, facts=facts)


@display.get("/<branch>/media/<folder>")
def media(branch: str, folder: str) -> Any:
    """Tell what a folder holds that is shown: `{"files": [{"url", "kind"}]}`."""
    setup = current_app.extensions["queue_context"].setup(branch)
    require(SCREENS, setup.id)
    return jsonify({"files": media_files(setup, folder)})


@display.get("/<branch>/media/<folder>/<file>")
def media_file(branch: str, folder: str, file: str) -> Response:
    """Give one picture or video out, or the page `?page=` of a PDF; videos also in parts."""
    setup = current_app.extensions["queue_context"].setup(branch)
    require(SCREENS, setup.id)
    data_dir = current_app.extensions["queue_settings"].data_dir
    found = file_in(data_dir, setup.slug, folder, file, request.args.get("page", type=int))
    if found is None:
        raise QueueError("unknown_path")
    answer = send_file(found.resolve(), conditional=True)
    if "v" in request.args:
        answer.cache_control.no_cache = None
        answer.cache_control.private = True
        answer.cache_control.max_age = KEPT_SECONDS
        answer.cache_control.immutable = True
    return answer
