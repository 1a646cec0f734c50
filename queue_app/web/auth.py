"""Sign in and out."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, current_app, g, redirect, render_template, request, session, url_for

from queue_app import i18n
from queue_app.access import check_csrf, sign_in
from queue_app.domain.errors import QueueError
from queue_app.errors import body_of
from queue_app.operations.setup import authenticate
from queue_app.web.operation import context

auth = Blueprint("auth", __name__)


@auth.get("/sign-in")
def sign_in_page() -> Any:
    """Ask for name and password."""
    return _page(None, 200)


@auth.post("/sign-in")
def do_sign_in() -> Any:
    """Check name and password; the name's and the address's attempts are both counted."""
    check_csrf()
    username = request.form.get("username", "")[:200].replace("\0", "")  # which PostgreSQL cannot be asked for
    limit = current_app.extensions["queue_sign_in_limit"]
    try:
        limit.spend(f"address {request.remote_addr}")
        limit.spend(f"name {username.lower()}")
        user_id = authenticate(context(), username, request.form.get("password", "")[:1000])
    except QueueError as error:
        return _page(error, 429 if error.code == "too_many_requests" else 401)
    sign_in(user_id, current_app.extensions["queue_settings"].session_hours)
    return redirect(_inside(request.form.get("next", "")))


@auth.post("/sign-out")
def do_sign_out() -> Any:
    """End the session; a device that was let in stays one."""
    check_csrf()
    session.pop("user", None)
    return redirect(url_for("start.index"))


def _page(error: QueueError | None, status: int) -> Any:
    g.language = i18n.negotiate(request.args.get("lang") or request.headers.get("Accept-Language"), i18n.LANGUAGES)
    message = body_of(error, g.language)["error"]["message"] if error else None
    following = _inside(request.values.get("next", ""))
    return render_template("sign_in.html", language=g.language, message=message, following=following), status


def _inside(address: str) -> str:
    """Return `address` if it leads to a page of this server, else the desk: never out to another host."""
    parts = urlsplit(address)
    inside = address.startswith("/") and not address.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return address if inside and "\\" not in address and address.isprintable() else "/desk"
