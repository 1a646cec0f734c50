"""Administering people: who may, what is kept from whom, and that nobody is locked out for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from queue_app.access import SELF
from queue_app.operations.administrators import Administrator
from queue_app.operations.people_setup import change_person
from queue_app.operations.setup import add_user, create_token
from queue_app.operations.unit_of_work import Actor, Context
from queue_app.store.models import User
from queue_app.store.running_tables import AuditEntry
from tests.factories import PASSWORD, Brno, create_brno
from tests.realtime.screens import Screen
from tests.web.callers import Api, assert_refused, page_csrf, rows_of, sign_in

PEOPLE = "/branches/brno/people"
TABLES = ("user_account", "user_role", "audit_entry", "user_session")


@pytest.fixture
def here(application: Flask, brno: Brno, context: Context) -> Api:
    """The API as the administrator of Brno alone calls it."""
    return Api(application, create_token(context, "of Brno", ["admin"], "brno"))


def person(api: Api, username: str) -> dict[str, Any]:
    """Return one person as the API shows them."""
    found = api.get(f"{PEOPLE}").json["people"]
    return next(each for each in found if each["username"] == username)


def browser_of(application: Flask, username: str, password: str = PASSWORD) -> FlaskClient:
    """Return a browser in which somebody has signed in."""
    client = application.test_client()
    assert sign_in(client, username, password).status_code == 302
    return client


def test_a_new_person_signs_in_with_the_password_that_is_shown_once(application: Flask, here: Api) -> None:
    wish = {"username": "cyril", "name": "Cyril", "language": "cs", "roles": ["clerk"], "languages": ["cs", "de"]}
    added = here.post(PEOPLE, wish)
    assert added.status_code == 201
    password = added.json["password"]
    assert added.json["person"]["roles"] == ["clerk"] and added.json["person"]["must_change_password"]
    assert password not in repr(rows_of(here.app.extensions["queue_context"], *TABLES))
    client = browser_of(application, "cyril", password)
    assert_refused(client.get("/api/v1/branches/brno/counters"), 403, "password_must_change")
    form = {"old": password, "new": "my own long pass phrase", "again": "my own long pass phrase"}
    client.post("/account/password", data={**form, "csrf_token": page_csrf(client)})
    assert client.get("/api/v1/branches/brno/counters").status_code == 200


@pytest.mark.parametrize("taken", ["alena.brno", "ALENA.brno"])
def test_a_user_name_is_one_persons(here: Api, taken: str) -> None:
    assert_refused(here.post(PEOPLE, {"username": taken}), 409, "username_taken")


@pytest.mark.parametrize(
    "wish",
    [
        {"username": "a b"}, {"username": "a/b"}, {"username": ""}, {"username": "x", "roles": ["king"]},
        {"username": "x", "language": "xx"}, {"username": "x", "languages": ["Czech"]}, {"username": "x", "name": " "}, {},
        {"username": "x", "profile": "none of ours"}, {"username": "x", "password": "mine"},
    ],
)  # fmt: skip
def test_what_cannot_be_adds_nobody(here: Api, context: Context, wish: dict[str, Any]) -> None:
    before = rows_of(context, *TABLES)
    assert here.post(PEOPLE, wish).status_code in {404, 422}
    assert rows_of(context, *TABLES) == before


def test_roles_hold_at_once(application: Flask, here: Api) -> None:
    alena = browser_of(application, "alena.brno")
    address = f"{PEOPLE}/{person(here, 'alena.brno')['id']}"
    assert alena.get("/api/v1/branches/brno/devices").status_code == 403
    here.call("PATCH", address, json={"roles": ["supervisor"]})
    assert alena.get("/api/v1/branches/brno/devices").status_code == 200
    here.call("PATCH", address, json={"roles": []})
    assert alena.get("/api/v1/branches/brno/counters").status_code == 403


def test_who_is_deactivated_is_out_at_once_and_may_come_back(application: Flask, here: Api) -> None:
    alena = browser_of(application, "alena.brno")
    address = f"{PEOPLE}/{person(here, 'alena.brno')['id']}"
    assert here.call("PATCH", address, json={"active": False}).json["active"] is False
    assert alena.get("/api/v1/branches/brno/counters").status_code == 401
    assert sign_in(application.test_client(), "alena.brno").status_code == 401
    here.call("PATCH", address, json={"active": True})
    assert alena.get("/api/v1/branches/brno/counters").status_code == 401
    assert sign_in(application.test_client(), "alena.brno").status_code == 302


def test_a_one_time_password_replaces_the_old_one_and_ends_every_sign_in(application: Flask, here: Api) -> None:
    alena = browser_of(application, "alena.brno")
    given = here.post(f"{PEOPLE}/{person(here, 'alena.brno')['id']}/password").json["password"]
    assert alena.get("/api/v1/branches/brno/counters").status_code == 401
    assert sign_in(application.test_client(), "alena.brno").status_code == 401
    assert sign_in(application.test_client(), "alena.brno", given).status_code == 302
    assert person(here, "alena.brno")["must_change_password"]


def test_a_lost_telephone_is_helped_by_an_administrator(application: Flask, here: Api, context: Context) -> None:
    with context.database.writing() as connection:
        sealed = application.extensions["queue_sealer"].seal("A" * 32)
        connection.execute(update(User).where(User.username == "alena.brno").values(totp_secret=sealed))
    assert sign_in(application.test_client(), "alena.brno").location == "/sign-in/code"
    address = f"{PEOPLE}/{person(here, 'alena.brno')['id']}"
    assert person(here, "alena.brno")["second_factor"] is True
    assert here.call("DELETE", f"{address}/second-factor").json["second_factor"] is False
    assert sign_in(application.test_client(), "alena.brno").location == "/desk"


def test_an_administrator_of_one_branch_touches_nobody_who_works_beyond_it(
    application: Flask, here: Api, context: Context
) -> None:
    ostrava = create_brno(context, "ostrava")
    with context.database.writing() as connection:
        chief = add_user(connection, context.clock.now(), "chief", "Chief", PASSWORD, [("admin", None)], "en")
        both = [("clerk", here_id(context)), ("admin", ostrava.branch_id)]
        between = add_user(connection, context.clock.now(), "both", "Both", PASSWORD, both, "en")
    before = rows_of(context, *TABLES)
    for user_id, code in (
        (chief, "not_allowed"),
        (between, "not_allowed"),
        (ostrava.users["alena"], "unknown_user"),
        (999, "unknown_user"),
    ):
        status = 403 if code == "not_allowed" else 404
        address = f"{PEOPLE}/{user_id}"
        assert_refused(here.call("PATCH", address, json={"active": False}), status, code)
        assert_refused(here.call("PATCH", address, json={"name": "Mine"}), status, code)
        assert_refused(here.post(f"{address}/password"), status, code)
        assert_refused(here.call("DELETE", f"{address}/second-factor"), status, code)
    assert_refused(here.call("PATCH", f"{PEOPLE}/{chief}", json={"everywhere": []}), 403, "not_allowed")
    assert_refused(here.post(PEOPLE, {"username": "new", "everywhere": ["admin"]}), 403, "not_allowed")
    assert_refused(here.get(f"{PEOPLE}?all=yes"), 403, "not_allowed")
    assert rows_of(context, *TABLES) == before
    names = {each["username"] for each in here.get(PEOPLE).json["people"]}
    assert {"chief", "both", "alena.brno"} <= names and "alena.ostrava" not in names
    assert person(here, "both")["other_branches"] == []
    assert here.call("PATCH", f"{PEOPLE}/{between}", json={"roles": ["clerk", "auditor"]}).status_code == 200


def here_id(context: Context) -> int:
    """Return the id of branch Brno."""
    return context.setup("brno").id


def test_who_administrates_everywhere_sees_everybody(admin: Api, context: Context) -> None:
    create_brno(context, "ostrava")
    names = {each["username"] for each in admin.get(f"{PEOPLE}?all=yes").json["people"]}
    assert {"alena.ostrava", "oskar.brno"} <= names


def test_the_last_administrator_stays(application: Flask, admin: Api, context: Context, brno: Brno) -> None:
    with context.database.writing() as connection:
        first, second = (
            add_user(connection, context.clock.now(), name, name, PASSWORD, [("admin", None)], "en")
            for name in ("eva", "dan")
        )
    address = f"{PEOPLE}/{first}"
    assert admin.call("PATCH", f"{PEOPLE}/{second}", json={"active": False}).status_code == 200
    before = rows_of(context, *TABLES)
    for wish in ({"active": False}, {"everywhere": []}, {"everywhere": ["manager"], "roles": ["admin"]}):
        assert_refused(admin.call("PATCH", address, json=wish), 409, "last_administrator")
    assert rows_of(context, *TABLES) == before
    assert admin.call("PATCH", address, json={"name": "Eva", "roles": ["clerk"]}).status_code == 200


def test_two_administrators_who_deactivate_each_other_leave_one(
    application: Flask, context: Context, brno: Brno
) -> None:
    with context.database.writing() as connection:
        ids = [
            add_user(connection, context.clock.now(), name, name, PASSWORD, [("admin", None)], "en")
            for name in ("eva", "dan")
        ]
    gate, refused = threading.Barrier(2), []

    def deactivate(whom: int) -> None:
        gate.wait()
        try:
            change_person(
                context, Administrator(Actor("user:1", "x"), brno.branch_id, True), whom, {"active": False}, ["en"]
            )
        except Exception as error:  # noqa: BLE001 - looked at below
            refused.append(getattr(error, "code", error))

    threads = [threading.Thread(target=deactivate, args=[user_id]) for user_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert refused == ["last_administrator"]
    with context.database.reading() as connection:
        assert len(connection.execute(select(User.id).where(User.id.in_(ids), User.active)).all()) == 1


def test_who_is_signed_in_where_is_shown_with_the_counter_and_can_be_ended(
    application: Flask, here: Api, brno: Brno
) -> None:
    alena = browser_of(application, "alena.brno")
    headers = {"X-CSRF-Token": page_csrf(alena)}
    assert alena.post(f"/api/v1/counters/{brno.counters[0]}/open", headers=headers).status_code == 200
    (shown,) = here.get("/branches/brno/sign-ins").json["sign_ins"]
    assert (shown["username"], shown["way"], shown["address"]) == ("alena.brno", "password", "127.0.0.1")
    assert shown["counters"] == [{"branch": "brno", "counter": "1"}]
    assert here.call("DELETE", f"/branches/brno/sign-ins/{shown['id']}").status_code == 200
    assert alena.get("/api/v1/branches/brno/counters").status_code == 401
    assert here.get("/branches/brno/sign-ins").json["sign_ins"] == []
    assert_refused(here.call("DELETE", f"/branches/brno/sign-ins/{shown['id']}"), 404, "unknown_sign_in")


def test_a_branchs_administrator_ends_no_sign_in_of_somebody_else(
    application: Flask, here: Api, context: Context
) -> None:
    create_brno(context, "ostrava")
    stranger = browser_of(application, "alena.ostrava")
    (mine,) = stranger.get("/api/v1/account/sign-ins").json["sign_ins"]
    assert here.get("/branches/brno/sign-ins").json["sign_ins"] == []
    assert_refused(here.call("DELETE", f"/branches/brno/sign-ins/{mine['id']}"), 404, "unknown_sign_in")
    assert stranger.get("/api/v1/branches/ostrava/counters").status_code == 200


def test_every_change_of_people_is_written_down_without_a_secret(here: Api, context: Context) -> None:
    password = here.post(PEOPLE, {"username": "cyril", "roles": ["clerk"]}).json["password"]
    address = f"{PEOPLE}/{person(here, 'cyril')['id']}"
    here.call("PATCH", address, json={"roles": ["manager"], "name": "Cyril"})
    here.call("PATCH", address, json={"roles": ["manager"]})  # nothing changes: nothing is written down
    given = here.post(f"{address}/password").json["password"]
    with context.database.reading() as connection:
        entries = connection.execute(select(AuditEntry).order_by(AuditEntry.id)).all()
        rows = [
            tuple(row)
            for row in connection.execute(
                select(AuditEntry.action, AuditEntry.subject, AuditEntry.before, AuditEntry.after).order_by(
                    AuditEntry.id
                )
            )
        ]
    kept = [row for row in rows if row[1] == "cyril"]
    assert [row[0] for row in kept] == ["add_person", "change_person", "give_password"]
    assert kept[1][2:] == ({"name": "cyril", "roles": ["clerk"]}, {"name": "Cyril", "roles": ["manager"]})
    assert entries and password not in repr(rows) and given not in repr(rows) and "argon2" not in repr(rows)


def test_the_own_account_is_a_persons_alone(api_of: Callable[..., Api]) -> None:
    for scope in ("admin", "manager", "desk", "kiosk", "display", "reports"):
        assert_refused(api_of(scope).get("/account/sign-ins"), 403, "not_allowed")
    assert SELF == "self"


def test_an_open_line_is_cut_when_its_person_is_deactivated_or_signed_out(application: Flask, here: Api) -> None:
    alena, bohdan = (browser_of(application, f"{name}.brno") for name in ("alena", "bohdan"))
    lines = [Screen(application, browser=client) for client in (alena, bohdan)]
    for line in lines:
        assert line.subscribe("desk", branch="brno")["ok"]
    here.call("PATCH", f"{PEOPLE}/{person(here, 'alena.brno')['id']}", json={"active": False})
    assert [line.is_connected() for line in lines] == [False, True]
    (left,) = here.get("/branches/brno/sign-ins").json["sign_ins"]
    here.call("DELETE", f"/branches/brno/sign-ins/{left['id']}")
    assert not lines[1].is_connected()
