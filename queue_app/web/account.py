"""One's own account: name, language, password, second factor, and where one is signed in."""

from __future__ import annotations

import io
from typing import Any

import segno
from flask import Blueprint, current_app, g, redirect, render_template, request, session, url_for
from markupsafe import Markup

from queue_app.access import SELF, Caller, check_csrf, require, rights_changed
from queue_app.domain.errors import QueueError
from queue_app.domain.reading import wrong
from queue_app.errors import reason_of, status_of
from queue_app.i18n import LANGUAGES, N_, text
from queue_app.operations import account as own
from queue_app.operations.sign_ins import address_of, end_sign_in, new_secret, sign_ins_view
from queue_app.operations.unit_of_work import Actor
from queue_app.web.operation import context
from queue_app.web.sign_in_words import shown

account = Blueprint("account", __name__)

SAID = {
    "details": N_("Your name and language are changed."),
    "password": N_("Your password is changed. You are signed out everywhere else."),
    "second_factor": N_("From now on you are asked for a code when you sign in."),
    "no_second_factor": N_("From now on you are asked for no code."),
    "ended": N_("Signed out there."),
}


@account.get("/account")
def show() -> Any:
    """Show a person their own account."""
    return _page(_who(), said=request.args.get("said"))


@account.post("/account/details")
def details() -> Any:
    """Change one's name and language."""
    who = _posted()
    language = request.form.get("language", "")

    def change() -> None:
        if language not in LANGUAGES:
            raise wrong("language", "one of %(words)s is needed", words=", ".join(LANGUAGES))
        own.change_details(context(), _actor(who), _field("name"), language)

    return _done(who, "details", change)


@account.post("/account/password")
def password() -> Any:
    """Change one's password."""
    who = _posted()

    def change() -> None:
        _count_attempt(who)
        new = _field("new")
        if new != _field("again"):
            raise wrong("again", "the two passwords are not the same")
        own.change_password(context(), _actor(who), _field("old"), new, who.sign_in_id)

    return _done(who, "password", change)


@account.post("/account/second-factor")
def begin_second_factor() -> Any:
    """Show the QR code of a new second factor, which counts as soon as its first code is entered."""
    who = _posted()
    try:
        _count_attempt(who)
        own.check_own_password(context(), _me(who), _field("password"))
    except QueueError as error:
        return _page(who, "second_factor", error)
    session["second_factor"] = current_app.extensions["queue_sealer"].seal(new_secret())
    return redirect(url_for("account.show", _anchor="second-factor"))


@account.post("/account/second-factor/confirm")
def confirm_second_factor() -> Any:
    """Ask for a code from now on."""
    who = _posted()
    sealer = current_app.extensions["queue_sealer"]

    def change() -> None:
        _count_attempt(who)
        if "second_factor" not in session:
            raise QueueError("wrong_code")
        secret = sealer.open(session["second_factor"])
        own.set_second_factor(context(), sealer, _actor(who), secret, _field("code"))
        session.pop("second_factor")

    return _done(who, "second_factor", change)


@account.post("/account/second-factor/remove")
def remove_second_factor() -> Any:
    """Ask for no code any more; or forget the QR code that was shown."""
    who = _posted()

    def change() -> None:
        _count_attempt(who)
        own.check_own_password(context(), _me(who), _field("password"))
        own.remove_second_factor(context(), _actor(who), _me(who))
        session.pop("second_factor", None)

    return _done(who, "no_second_factor", change)


@account.post("/account/sign-ins/<int:sign_in>/end")
def end(sign_in: int) -> Any:
    """Sign out somewhere else."""
    who = _posted()
    return _done(
        who, "ended", lambda: end_sign_in(context(), sign_in, lambda connection, user_id: user_id == who.user_id)
    )


def _who() -> Caller:
    who = require(frozenset({SELF}), None)
    g.language = who.language or "en"
    return who


def _posted() -> Caller:
    who = _who()
    check_csrf()
    return who


def _me(who: Caller) -> int:
    assert who.user_id is not None
    return who.user_id


def _actor(who: Caller) -> Actor:
    return Actor(who.key, who.name, who.user_id)


def _field(name: str) -> str:
    return request.form.get(name, "")[:1000].replace("\0", "")


def _count_attempt(who: Caller) -> None:
    current_app.extensions["queue_sign_in_limit"].spend(f"own {who.key}")


def _done(who: Caller, what: str, change: Any) -> Any:
    try:
        change()
    except QueueError as error:
        return _page(who, what, error)
    rights_changed()
    return redirect(url_for("account.show", said=what))


def _page(who: Caller, what: str | None = None, error: QueueError | None = None, said: str | None = None) -> Any:
    settings = current_app.extensions["queue_settings"]
    mine = sign_ins_view(context(), settings.session_idle_minutes, [_me(who)], who.sign_in_id)
    page = render_template(
        "account.html",
        language=g.language,
        caller=who,
        mine=own.account_view(context(), _me(who)),
        sign_ins=[shown(each, g.language) for each in mine],
        new=_new_second_factor(),
        problem=reason_of(error, g.language) if error is not None else None,
        problem_at=what,
        said=text(g.language, SAID[said]) if said in SAID else None,
    )
    if error is None:
        return page, 200
    # Who it is was known: what was entered is wrong, not the person.
    return page, 422 if error.code == "wrong_code" else status_of(error)


def _new_second_factor() -> dict[str, Any] | None:
    """Return the QR code that is shown, and what it says, while its first code has not been entered."""
    if "second_factor" not in session:
        return None
    secret = current_app.extensions["queue_sealer"].open(session["second_factor"])
    person = own.account_view(context(), _me(_who()))
    buffer = io.BytesIO()
    house = request.host.partition(":")[0]
    segno.make(address_of(secret, person["username"], house), error="m", micro=False).save(
        buffer, kind="svg", border=2, xmldecl=False, svgns=True, scale=5, svgclass=None, lineclass=None
    )
    # Made here, of letters and digits alone.
    drawing = Markup(buffer.getvalue().decode("ascii"))
    return {"drawing": drawing, "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))}
