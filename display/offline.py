"""What a lobby screen keeps for the time without a network: its service worker, and the page that says that it waits."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, g, render_template, request, send_from_directory

offline = Blueprint("display_offline", __name__, url_prefix="/display", template_folder="templates")


@offline.get("/sw.js")
def service_worker() -> Response:
    """Give the service worker out, which may answer for `/display` and everything below."""
    answer = send_from_directory(f"{offline.root_path}/static", "sw.js", mimetype="text/javascript")
    answer.headers["Service-Worker-Allowed"] = "/display"
    return answer


@offline.get("/<branch>/waiting")
def waiting(branch: str) -> Any:
    """Say whose screen this is and that it waits for its connection; it has no board, so it can show no number."""
    setup = current_app.extensions["queue_context"].setup(branch)
    g.language = setup.language(request.args.get("lang"))
    return render_template("display/waiting.html", language=g.language, setup=setup)
