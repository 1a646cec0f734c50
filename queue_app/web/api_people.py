"""The API of people: who may sign in as what, one-time passwords, and who is signed in where."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app

from queue_app.access import SELF, Caller, rights_changed
from queue_app.domain.board import iso
from queue_app.domain.people import MOST_LANGUAGES, MOST_NAME, MOST_USERNAME, ROLES
from queue_app.i18n import LANGUAGES
from queue_app.operations import people_setup as people
from queue_app.operations.administrators import Administrator
from queue_app.operations.sign_ins import end_sign_in, sign_ins_view
from queue_app.operations.unit_of_work import Actor
from queue_app.web import schemas as s
from queue_app.web.api import allowed
from queue_app.web.operation import context, operation

api_people = Blueprint("api_people", __name__, url_prefix="/api/v1")

ADMIN = frozenset({"admin"})
ROLE: s.Schema = {"type": "string", "enum": list(ROLES)}
SOME_ROLES: s.Schema = {"type": "array", "items": ROLE, "maxItems": len(ROLES)}
NAME: s.Schema = {"type": "string", "minLength": 1, "maxLength": MOST_NAME}
USERNAME: s.Schema = {"type": "string", "minLength": 1, "maxLength": MOST_USERNAME, "description": "To sign in with."}
PARTS: dict[str, s.Schema] = {
    "name": NAME,
    "language": {"type": "string", "enum": list(LANGUAGES), "description": "Of the pages."},
    "languages": {
        "type": "array",
        "items": {"type": "string", "pattern": "^[a-z]{2,3}$"},
        "maxItems": MOST_LANGUAGES,
        "description": "Which they serve visitors in.",
    },
    "roles": {**SOME_ROLES, "description": "In this branch."},
    "everywhere": {**SOME_ROLES, "description": "In every branch; only who administrates all of them may say it."},
    "profile": {"type": ["string", "null"], "maxLength": 100, "description": "Their own work profile here."},
}
PERSON = s.thing(
    {
        "id": s.WHOLE,
        "username": s.TEXT,
        "name": s.TEXT,
        "language": s.TEXT,
        "languages": s.some(s.TEXT),
        "active": s.YES_NO,
        "roles": s.some(ROLE),
        "everywhere": s.some(ROLE),
        "other_branches": s.some(s.TEXT),
        "profile": s.maybe(s.TEXT),
        "has_password": s.YES_NO,
        "must_change_password": s.YES_NO,
        "second_factor": s.YES_NO,
        "other_system": s.YES_NO,
        "yours_to_change": s.YES_NO,
    }
)
PASSWORD: s.Schema = {**s.TEXT, "description": "Good for the first sign-in, and told this once."}
SIGN_IN = s.thing(
    {
        "id": s.WHOLE,
        "username": s.TEXT,
        "name": s.TEXT,
        "way": {"type": "string", "enum": ["password", "totp", "oidc"]},
        "address": s.TEXT,
        "browser": s.TEXT,
        "since": s.MOMENT,
        "seen_at": s.MOMENT,
        "until": s.MOMENT,
        "mine": s.YES_NO,
        "counters": s.some(s.thing({"branch": s.TEXT, "counter": s.TEXT})),
    }
)
SIGN_INS = s.thing({"sign_ins": s.some(SIGN_IN)})
OF_PERSON = ("unknown_branch", "unknown_user")


def administrator(who: Caller, branch: str) -> Administrator:
    """Return the caller as one who administrates people in a branch.

    Raises:
        QueueError: `unknown_branch`, `not_allowed`.
    """
    setup = allowed(who, ADMIN, branch)
    return Administrator(Actor(who.key, who.name, who.user_id), setup.id, who.may("admin", None))


@operation(
    api_people, "GET", "/branches/<branch>/people",
    summary="Who works in a branch, as what; with all=yes everybody of the installation.",
    scopes=ADMIN, query={"all": {"type": "string", "enum": ["yes", "no"], "default": "no"}},
    answers={200: s.thing({"people": s.some(PERSON)})}, errors=("unknown_branch",),
)  # fmt: skip
def show_people(who: Caller, body: None, query: dict[str, Any], branch: str) -> Any:
    """Show who works in a branch."""
    by = administrator(who, branch)
    return {"people": people.people_view(context(), by, everybody=query["all"] == "yes")}


@operation(
    api_people, "POST", "/branches/<branch>/people",
    summary="Add a person; the one-time password in the answer is told this once.",
    scopes=ADMIN, body=s.wish({"username": USERNAME, **PARTS}, required=("username",)),
    answers={201: s.thing({"person": PERSON, "password": PASSWORD})},
    errors=("unknown_branch", "unknown_profile", "username_taken"),
)  # fmt: skip
def add_person(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str) -> Any:
    """Add a person."""
    person, password = people.add_person(context(), administrator(who, branch), body, LANGUAGES)
    return {"person": person, "password": password}, 201


@operation(
    api_people, "PATCH", "/branches/<branch>/people/<int:person>",
    summary="Change a person's roles here, their name, languages and profile, or whether they may sign in at all.",
    scopes=ADMIN, body=s.wish({**PARTS, "active": s.YES_NO}), answers={200: PERSON},
    errors=(*OF_PERSON, "unknown_profile", "last_administrator"),
)  # fmt: skip
def change_person(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str, person: int) -> Any:
    """Change a person."""
    found = people.change_person(context(), administrator(who, branch), person, body, LANGUAGES)
    rights_changed()
    return found


@operation(
    api_people, "POST", "/branches/<branch>/people/<int:person>/password",
    summary="Give a person a one-time password, told this once; all their sign-ins end.",
    scopes=ADMIN, body=s.wish({}), answers={200: s.thing({"password": PASSWORD})}, errors=OF_PERSON,
)  # fmt: skip
def give_password(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str, person: int) -> Any:
    """Give a one-time password."""
    password = people.give_password(context(), administrator(who, branch), person)
    rights_changed()
    return {"password": password}


@operation(
    api_people, "DELETE", "/branches/<branch>/people/<int:person>/second-factor",
    summary="Ask a person for no code any more, whose telephone is lost; all their sign-ins end.",
    scopes=ADMIN, answers={200: PERSON}, errors=OF_PERSON,
)  # fmt: skip
def reset_second_factor(who: Caller, body: None, query: dict[str, Any], branch: str, person: int) -> Any:
    """Reset the second factor."""
    by = administrator(who, branch)
    people.reset_second_factor(context(), by, person)
    rights_changed()
    return people.person_view(context(), by, person)


@operation(
    api_people, "GET", "/branches/<branch>/sign-ins",
    summary="Who of a branch is signed in now: since when, where, and at which counter.",
    scopes=ADMIN, answers={200: SIGN_INS}, errors=("unknown_branch",),
)  # fmt: skip
def show_sign_ins(who: Caller, body: None, query: dict[str, Any], branch: str) -> Any:
    """Show who is signed in."""
    by = administrator(who, branch)
    assert by.branch_id is not None
    return _sign_ins(who, people.people_of_branch(context(), by.branch_id))


@operation(
    api_people, "DELETE", "/branches/<branch>/sign-ins/<int:sign_in>",
    summary="Sign somebody of a branch out in one browser.",
    scopes=ADMIN, answers={200: s.thing({"ended": s.WHOLE})}, errors=("unknown_branch", "unknown_sign_in"),
)  # fmt: skip
def end_one(who: Caller, body: None, query: dict[str, Any], branch: str, sign_in: int) -> Any:
    """End a sign-in."""
    by = administrator(who, branch)
    end_sign_in(context(), sign_in, lambda connection, user_id: people.may_end_sign_ins_of(connection, by, user_id), by)
    rights_changed()
    return {"ended": sign_in}


@operation(
    api_people, "GET", "/account/sign-ins",
    summary="Where the caller, who must be a person, is signed in.",
    scopes=frozenset({SELF}), answers={200: SIGN_INS},
)  # fmt: skip
def show_mine(who: Caller, body: None, query: dict[str, Any]) -> Any:
    """Show one's own sign-ins."""
    assert who.user_id is not None
    return _sign_ins(who, [who.user_id])


@operation(
    api_people, "DELETE", "/account/sign-ins/<int:sign_in>",
    summary="Sign out in another browser.",
    scopes=frozenset({SELF}), answers={200: s.thing({"ended": s.WHOLE})}, errors=("unknown_sign_in",),
)  # fmt: skip
def end_mine(who: Caller, body: None, query: dict[str, Any], sign_in: int) -> Any:
    """End one's own sign-in."""
    end_sign_in(context(), sign_in, lambda connection, user_id: user_id == who.user_id)
    rights_changed()
    return {"ended": sign_in}


def _sign_ins(who: Caller, users: list[int]) -> dict[str, Any]:
    idle = current_app.extensions["queue_settings"].session_idle_minutes
    found = sign_ins_view(context(), idle, users, who.sign_in_id)
    return {
        "sign_ins": [{**each, **{name: iso(each[name]) for name in ("since", "seen_at", "until")}} for each in found]
    }
