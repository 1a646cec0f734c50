"""Callers of every kind who walk through every route: people by their cookies, programs and devices by their tokens."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient

from queue_app.operations.setup import add_user, create_token, revoke_tokens
from queue_app.operations.unit_of_work import Context
from tests.factories import PASSWORD, create_brno
from tests.web.access_table import DEVICES, PEOPLE

Knock = tuple[FlaskClient, dict[str, str]]
"""A browser, and the headers that it sends."""


@dataclass
class Walkers:
    """Everybody who may knock at a door.

    Attributes:
        here: by the column of the table.
        programs: tokens of programs, by the role whose rights they have.
        elsewhere: as `here`, of another branch.
        revoked: whose token was revoked.
    """

    here: dict[str, Callable[[], Knock]]
    programs: dict[str, Callable[[], Knock]]
    elsewhere: dict[str, Callable[[], Knock]]
    revoked: Callable[[], Knock]


def make_walkers(app: Flask, context: Context) -> Walkers:
    """Make them, in branch Brno and in Ostrava; Brno is there already."""
    create_brno(context, "ostrava")
    walkers = Walkers({"nobody": lambda: (app.test_client(), {})}, {}, {}, _bearer(app, _revoked(context)))
    for slug, doors in (("brno", walkers.here), ("ostrava", walkers.elsewhere)):
        branch_id = context.setup(slug).id
        for role in PEOPLE:
            doors[role] = _person(app, context, f"{role}.{slug}", role, branch_id)
        for scope in DEVICES:
            doors[scope] = _bearer(app, create_token(context, f"{scope} {slug}", [scope], slug))
    walkers.here["everywhere"] = _person(app, context, "everywhere", "admin", None)
    for scope, role in (("desk", "clerk"), ("manager", "manager"), ("admin", "admin")):
        walkers.programs[role] = _bearer(app, create_token(context, f"program {scope}", [scope], "brno"))
    return walkers


def _person(app: Flask, context: Context, username: str, role: str, branch_id: int | None) -> Callable[[], Knock]:
    with context.database.writing() as connection:
        user_id = add_user(connection, context.clock.now(), username, username, PASSWORD, [(role, branch_id)], "en")

    def knock() -> Knock:
        # Signed in anew at each door: behind one of them people are signed out.
        client, csrf = app.test_client(), secrets.token_urlsafe(24)
        key = app.extensions["queue_access"].begin(user_id, "password", 12, "127.0.0.1", "walker")
        with client.session_transaction() as session:
            session.update(sign_in=key, csrf=csrf, key=secrets.token_urlsafe(12))
        return client, {"X-CSRF-Token": csrf}

    return knock


def _revoked(context: Context) -> str:
    token = create_token(context, "revoked", ["admin", "kiosk", "display", "reports"])
    assert revoke_tokens(context, "revoked") == 1
    return token


def _bearer(app: Flask, token: str) -> Callable[[], Knock]:
    return lambda: (app.test_client(), {"Authorization": f"Bearer {token}"})
