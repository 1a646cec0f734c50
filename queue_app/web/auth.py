"""Sign in and out."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, current_app, g, redirect, render_template, request, session, url_for

from queue_app import i18n
from queue_app.access import access, check_csrf, rights_changed, sign_in, sign_out
from queue_app.domain.errors import QueueError
from queue_app.errors import body_of
from queue_app.operations.sign_ins import check_code, check_name_and_password
from queue_app.web.operation import context

auth = Blueprint("auth", __name__)

HALF_SECONDS = 300
"""How long somebody whose password was right may take to enter the code."""
MOST_PASSWORD = 1000


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
    following = inside(request.form.get("next", ""))
    try:
        limit.spend(f"address {request.remote_addr}")
        limit.spend(f"name {username.lower()}")
        found = check_name_and_password(context(), username, request.form.get("password", "")[:MOST_PASSWORD])
    except QueueError as error:
        return _page(error, 429 if error.code == "too_many_requests" else 401)
    if found.needs_code:
        until = access().seconds_now() + HALF_SECONDS
        session["half"] = {"user": found.user_id, "mark": found.mark, "until": until, "next": following}
        return redirect(url_for("auth.code_page"))
    return enter(found.user_id, "password", following)


@auth.get("/sign-in/code")
def code_page() -> Any:
    """Ask for the code of the second factor."""
    return _code_page(None, 200) if _half() else redirect(url_for("auth.sign_in_page"))


@auth.post("/sign-in/code")
def do_code() -> Any:
    """Check the code; attempts of the person and of the address are counted, also over several sign-ins."""
    check_csrf()
    half = _half()
    if half is None:
        return redirect(url_for("auth.sign_in_page"))
    try:
        current_app.extensions["queue_sign_in_limit"].spend(f"address {request.remote_addr}")
        current_app.extensions["queue_second_factor_limit"].spend(f"person {half['user']}")
        sealer = current_app.extensions["queue_sealer"]
        check_code(context(), sealer, half["user"], half["mark"], request.form.get("code", "")[:40])
    except QueueError as error:
        return _code_page(error, 429 if error.code == "too_many_requests" else 401)
    return enter(half["user"], "totp", half["next"])


@auth.post("/sign-out")
def do_sign_out() -> Any:
    """End the session; a device that was let in stays one."""
    check_csrf()
    sign_out()
    rights_changed()
    return redirect(url_for("start.index"))


def enter(user_id: int, way: str, following: str) -> Any:
    """Begin the session of somebody who was recognised, and go where they wanted to."""
    sign_in(user_id, way, current_app.extensions["queue_settings"].session_hours)
    rights_changed()
    return redirect(following)


def _half() -> dict[str, Any] | None:
    """Return who has entered the right password and owes the code, while that may still be entered."""
    half: dict[str, Any] | None = session.get("half")
    return half if half is not None and access().seconds_now() < half["until"] else None


def _page(error: QueueError | None, status: int) -> Any:
    message = _speak(error)
    following = inside(request.values.get("next", ""))
    elsewhere = (
        current_app.extensions["queue_settings"].oidc_name if current_app.extensions["queue_elsewhere"] else None
    )
    return render_template(
        "sign_in.html", language=g.language, message=message, following=following, elsewhere=elsewhere
    ), status


def refuse_sign_in(error: QueueError, status: int) -> Any:
    """Show the page that asks for name and password, with why somebody was not let in."""
    return _page(error, status)


def _code_page(error: QueueError | None, status: int) -> Any:
    message = _speak(error)
    return render_template("sign_in_code.html", language=g.language, message=message), status


def _speak(error: QueueError | None) -> str | None:
    g.language = i18n.negotiate(request.args.get("lang") or request.headers.get("Accept-Language"), i18n.LANGUAGES)
    return body_of(error, g.language)["error"]["message"] if error else None


def inside(address: str) -> str:
    """Return `address` if it leads to a page of this server, else the desk: never out to another host."""
    parts = urlsplit(address)
    inside = address.startswith("/") and not address.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return address if inside and "\\" not in address and address.isprintable() else "/desk"
