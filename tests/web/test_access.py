"""Who may do what: every route, every kind of caller; nothing works without the right."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from queue_app.access import KEPT_SECONDS
from queue_app.clock import SimulatedClock
from queue_app.limits import Limiter
from queue_app.operations import setup
from queue_app.operations.setup import add_user, create_token, revoke_tokens
from queue_app.operations.unit_of_work import Context
from queue_app.realtime.contract import CHANNELS
from queue_app.store.models import Base, Branch
from tests.factories import PASSWORD, Brno
from tests.realtime.screens import Screen
from tests.web.access_table import OWN, YES, channels, is_public, routes
from tests.web.callers import Api, assert_refused, change, page_csrf, rows_of, sign_in
from tests.web.walkers import Walkers, make_walkers


@pytest.fixture
def database_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """A fresh database of one kind: who may do what is decided before any database is asked."""
    shutil.copy(migrated_sqlite, tmp_path / "queue.sqlite3")
    return f"sqlite:///{tmp_path / 'queue.sqlite3'}"


RULES = routes()
"""Who is let in where, as docs/access.md says; whoever adds a route adds its row there."""

OWN_ONLY = ("/account", "/api/v1/account/", "/api/v1/branches/<branch>/my-work/")
"""Of people alone: programs have no account, and no work of their own."""

LEAST_BODY: dict[str, Any] = {
    "tickets": {"service": "ids"},
    "people": {"username": "somebody.new"},
    "acks": {"call_id": 1},
    "pairings": {"kind": "display"},
    "state": {"secret": "x" * 43},
    "devices": {"code": "AAA AAA", "name": "x"},
    "call": {"ticket": 1},
    "panels": {"name": "x", "kind": "tcp", "address": {"host": "panel.invalid"}},
    "printers": {"name": "x", "kind": "browser", "address": {}},
    "reassign": {"to": 1},
    "report-jobs": {"report": "waits", "format": "csv"},
    "report-schedules": {
        "report": "waits",
        "format": "pdf",
        "language": "cs",
        "span": "day",
        "hour": 6,
        "recipients": ["marta@brno.example"],
    },
    "printer": {"printer": None},
    "branches": {"document": {}},
    "config": {"document": {}},
    "<template>": {"name": {"en": "x"}, "document": {}},
    "template": {"template": "none"},
    "follow-again": {"path": "hours"},
    "tokens": {"name": "x", "scopes": ["display"]},
    "webhooks": {"name": "x", "url": "https://webhook.invalid/"},
    "replay": {"from_revision": 1, "to_revision": 1},
    "slip": {"state": "printed"},
    "serve-without-ticket": {"service": "ids"},
    "add-service": {"service": "ids"},
    "profile": {"profile": "all"},
    "notes": {"text": "x"},
    "message": {"text": "x"},
    "notice": {"notice": {}},
    "intake": {"open": True},
    "outcomes": {"outcomes": []},
    "longest-wait": {"minutes": None},
    "<profile>": {"services": ["ids"]},
}

WITHOUT_COOKIES = ("/printers/cloudprnt", "/printers/epson-sdp")
"""Where printers come that fetch their slips: a browser's cookie means nothing there."""


@dataclass(frozen=True)
class Route:
    """One route with an address that leads somewhere."""

    method: str
    rule: str
    path: str


def routes_of(app: Flask, brno: Brno, token: str) -> list[Route]:
    """Return every route of the application, filled in with what there is."""
    values = {
        "branch": "brno", "token": token, "counter": brno.counters[0], "name": "waits", "filename":
        "tokens.css",
        "digits": "0b5d4e", "printer": brno.printer_id, "kiosk": 1, "screen": 1, "ticket": 100000000001, "panel": 1, "sign_in": 999999, "person": 999999,
        "job": 1, "schedule": 1, "message": 1, "bearer": 1, "webhook": 1, "delivery": 1, "step": "language", "service": "ids", "profile": "all", "language": "cs", "label": "A017", "place": "1",
        "template": "house", "folder": "hall", "file": "spring.jpg", "table": "tickets",
    }  # fmt: skip
    found = []
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            parts = {name: values[name] for name in rule.arguments - (rule.defaults or {}).keys()} | (
                rule.defaults or {}
            )
            found.append(Route(method, rule.rule, adapter.build(rule.endpoint, parts, method)))
    return found


def test_every_route_has_a_row_and_every_row_a_route(application: Flask, brno: Brno) -> None:
    known = {(route.method, route.rule) for route in routes_of(application, brno, "token")}
    assert known - RULES.keys() == set(), "a new route needs a row in docs/access.md"
    assert RULES.keys() - known == set()


def request(client: FlaskClient, route: Route, headers: dict[str, str]) -> TestResponse:
    """Make the request, with the least body that the route takes."""
    options = (
        {"json": LEAST_BODY.get(route.rule.rpartition("/")[2], {})} if route.method in {"POST", "PUT", "PATCH"} else {}
    )
    if route.rule.endswith("/logo"):
        options = {}
    return client.open(route.path, method=route.method, headers=headers, **options)


def let_in(route: Route, answer: TestResponse) -> bool:
    """Say whether the caller was let in: whatever else was wrong, it was not who asked."""
    if answer.status_code == 403 and answer.mimetype == "application/json":
        return bool(answer.json["error"]["code"] == "csrf_failed")
    if route.path.startswith("/sign-in"):
        return answer.status_code != 403  # who is told that name or code are wrong was let in to try
    if answer.status_code == 302:
        return not answer.location.startswith("/sign-in")
    return answer.status_code not in {401, 403}


@pytest.fixture
def walkers(application: Flask, brno: Brno, context: Context) -> Walkers:
    """Callers of every kind."""
    return make_walkers(application, context)


ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Who may do what is decided before the database is asked for more than rights: one kind of it is enough."""


@ONE_DATABASE
def test_each_route_lets_in_exactly_those_of_its_row(
    application: Flask, brno: Brno, walkers: Walkers, subtests: pytest.Subtests
) -> None:
    token = brno.take().token
    for route in routes_of(application, brno, token):
        row = RULES[route.method, route.rule]
        for caller, knock in walkers.here.items():
            with subtests.test(f"{caller}: {route.method} {route.rule}"):
                client, headers = knock()
                answer = request(client, route, headers)
                assert answer.status_code < 500
                assert let_in(route, answer) == (row[caller] == YES), answer.status
                if not let_in(route, answer) and route.path.startswith("/api/"):
                    assert_refused(answer, *((401, "not_signed_in") if caller == "nobody" else (403, "not_allowed")))
        for role, knock in walkers.programs.items():
            with subtests.test(f"a program with the rights of {role}: {route.method} {route.rule}"):
                client, headers = knock()
                wanted = row[role] == YES and (is_public(row) or not route.rule.startswith(OWN_ONLY))
                assert let_in(route, request(client, route, headers)) == wanted


@ONE_DATABASE
def test_no_right_in_one_branch_is_a_right_in_another_and_a_revoked_token_is_none(
    application: Flask, brno: Brno, context: Context, walkers: Walkers, subtests: pytest.Subtests
) -> None:
    token = brno.take().token
    before = rows_of(context)
    # What is public may be used by anybody, also to change something: it is knocked at last.
    for route in sorted(
        routes_of(application, brno, token), key=lambda route: is_public(RULES[route.method, route.rule])
    ):
        row = RULES[route.method, route.rule]
        if is_public(row):
            assert rows_of(context) == before
            before = rows_of(context)
        for caller, knock in walkers.elsewhere.items():
            with subtests.test(f"{caller} of ostrava: {route.method} {route.rule}"):
                client, headers = knock()
                wanted = row[caller] if row["elsewhere"] == OWN else row["elsewhere"]
                assert let_in(route, request(client, route, headers)) == (wanted == YES)
        with subtests.test(f"revoked: {route.method} {route.rule}"):
            client, headers = walkers.revoked()
            answer = request(client, route, headers)
            assert let_in(route, answer) == (row["revoked"] == YES), answer.status
            assert row["revoked"] == YES or answer.status_code == 401
        if is_public(row):
            before = rows_of(context)


@ONE_DATABASE
def test_each_channel_of_the_socket_lets_in_exactly_those_of_its_row(
    application: Flask, brno: Brno, walkers: Walkers, subtests: pytest.Subtests
) -> None:
    token = brno.take().token
    assert channels().keys() == set(CHANNELS), "a new channel needs a row in docs/access.md"
    doors = {**walkers.here, **{f"{name} elsewhere": knock for name, knock in walkers.elsewhere.items()}}
    for channel, row in channels().items():
        for caller, knock in {**doors, "revoked": walkers.revoked}.items():
            with subtests.test(f"{caller}: {channel}"):
                browser, headers = knock()
                line = Screen(application, headers, browser)
                asked = {"token": token} if channel == "ticket" else {"branch": "brno"}
                answer = line.subscribe(channel, **asked)
                wanted = row["elsewhere" if caller.endswith(" elsewhere") else caller]
                assert answer["ok"] == (wanted == YES), answer
                assert answer["ok"] or answer["error"]["code"] in {"not_allowed", "not_signed_in", "invalid_token"}
                line.leave()


def test_a_person_without_a_role_has_an_account_and_nothing_else(
    application: Flask, brno: Brno, context: Context
) -> None:
    client = application.test_client()
    assert sign_in(client, "oskar.brno").status_code == 302
    headers = {"X-CSRF-Token": page_csrf(client)}
    token = brno.take().token
    before = rows_of(context)
    for route in routes_of(application, brno, token):
        row = RULES[route.method, route.rule]
        if not is_public(row) and not route.rule.startswith("/metrics") and not route.path.startswith(WITHOUT_COOKIES):
            own = route.rule.startswith(("/account", "/api/v1/account/"))
            assert let_in(route, request(client, route, headers)) == own, route
    assert rows_of(context) == before


def test_a_revoked_token_stops_working_within_seconds(
    api_of: Callable[..., Api], context: Context, clock: SimulatedClock
) -> None:
    desk = api_of("desk")
    assert desk.get("/branches/brno").status_code == 200
    revoke_tokens(context, "test desk")
    clock.advance(seconds=KEPT_SECONDS)
    assert_refused(desk.get("/branches/brno"), 401, "invalid_token")


def test_a_person_who_may_not_work_here_any_more_is_out_within_seconds(
    application: Flask, brno: Brno, context: Context, clock: SimulatedClock
) -> None:
    client = application.test_client()
    sign_in(client, "alena.brno")
    assert client.get("/api/v1/branches/brno/counters").status_code == 200
    with context.database.writing() as connection:
        connection.execute(text("DELETE FROM user_role"))
    clock.advance(seconds=KEPT_SECONDS)
    assert_refused(client.get("/api/v1/branches/brno/counters"), 403, "not_allowed")
    with context.database.writing() as connection:
        connection.execute(text("UPDATE user_account SET active = false"))
    clock.advance(seconds=KEPT_SECONDS)
    assert_refused(client.get("/api/v1/branches/brno/counters"), 401, "not_signed_in")


def test_clerks_managers_and_outsiders_get_what_their_role_gives(
    application: Flask, brno: Brno, subtests: pytest.Subtests
) -> None:
    for name, paths in {
        "alena.brno": {"/desk/brno": 200, "/reports/brno": 403, "/display/brno": 200, "/kiosk/brno": 403},
        "marta.brno": {"/desk/brno": 200, "/reports/brno": 200, "/display/brno": 200, "/kiosk/brno": 403},
        "oskar.brno": {
            "/desk/brno": 403,
            "/reports/brno": 403,
            "/display/brno": 403,
            "/kiosk/brno": 403,
            "/desk": 403,
        },
    }.items():
        client = application.test_client()
        sign_in(client, name)
        for path, status in paths.items():
            with subtests.test(f"{name} {path}"):
                assert client.get(path, headers={"Accept": "text/html"}).status_code == status


# --- browsers -------------------------------------------------------------------------------------

WITHOUT_CSRF = {
    ("POST", "/t/<token>/leave"), ("POST", "/api/v1/tickets/<token>/cancel"),
    ("POST", "/api/v1/pairings"), ("POST", "/api/v1/pairings/state"),
}  # fmt: skip
"""Guarded by a token or a secret, which another site does not know; or nothing of the browser's session is used or changed."""


def test_a_cookie_alone_changes_nothing(
    application: Flask, brno: Brno, context: Context, subtests: pytest.Subtests
) -> None:
    token = brno.take().token
    client = application.test_client()
    # The clock stands still, and a browser is slowed down as well.
    application.extensions["queue_api_limit"] = Limiter(context.clock, 1e6, 1e6)
    # One who may do everything: who may not is refused for that, in some places before the page's token is looked at.
    with context.database.writing() as connection:
        add_user(connection, context.clock.now(), "chief", "Chief", PASSWORD, [("admin", None)], "en")
    sign_in(client, "chief")
    right = page_csrf(client)
    before = rows_of(context)
    for route in routes_of(application, brno, token):
        if (
            route.method == "GET"
            or (route.method, route.rule) in WITHOUT_CSRF
            or route.rule.startswith(WITHOUT_COOKIES)
        ):
            continue
        for sent in ("", "wrong", right[:-1], f"{right}x", "ž"):
            with subtests.test(f"{route.rule} with {sent!r}"):
                answer = request(client, route, {"X-CSRF-Token": sent} if sent.isascii() and sent else {})
                assert_refused(answer, 403, "csrf_failed")
                fields = {"csrf_token": sent, "username": "marta.brno", "password": PASSWORD}
                form = client.open(route.path, method=route.method, data=fields)
                assert_refused(form, 403, "csrf_failed")
    assert rows_of(context) == before
    opened = client.post(f"/api/v1/counters/{brno.counters[0]}/open", headers={"X-CSRF-Token": right})
    assert opened.status_code == 200


def test_a_get_never_changes_the_record(application: Flask, brno: Brno, context: Context, admin: Api) -> None:
    token = brno.take().token
    before = rows_of(context)
    for route in routes_of(application, brno, token):
        if route.method == "GET":
            application.test_client().get(route.path, headers=admin.headers)
    assert rows_of(context) == before


def test_signing_in_is_throttled_for_the_name_and_for_the_address(
    application: Flask, brno: Brno, clock: SimulatedClock
) -> None:
    client = application.test_client()
    attempts = application.extensions["queue_settings"].sign_in_attempts
    assert [sign_in(client, "alena.brno", f"guess {n}").status_code for n in range(attempts)] == [401] * attempts
    assert sign_in(client, "alena.brno").status_code == 429
    assert sign_in(client, "bohdan.brno").status_code == 429  # the address has used up its attempts too
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    form = {"username": "ALENA.brno", "password": PASSWORD, "csrf_token": page_csrf(client)}
    assert client.post("/sign-in", data=form, environ_base=elsewhere).status_code == 429
    clock.advance(minutes=1)
    assert sign_in(client, "alena.brno").status_code == 302


@pytest.mark.parametrize("username", ["nobody", "alena.brno", "", "a\0b", "x" * 10_000, "' OR 1=1 --"])
def test_a_wrong_name_and_a_wrong_password_are_told_the_same(application: Flask, brno: Brno, username: str) -> None:
    answer = sign_in(application.test_client(), username, "wrong")
    assert answer.status_code == 401
    assert "The name or the password is not right." in answer.text


@pytest.mark.parametrize(
    "following",
    [
        "//evil", "///evil", "/\\evil", "\\\\evil", "https://evil", "https:evil", "javascript:alert(1)",
        "/\t/evil", "/\n/evil",
        "evil", "", " //evil", "/desk\r\nX: y", "http:/evil",
    ],
)  # fmt: skip
def test_signing_in_never_leads_out_of_the_house(application: Flask, brno: Brno, following: str) -> None:
    client = application.test_client()
    answer = sign_in(client, "alena.brno", following=following)
    assert (answer.status_code, answer.location) == (302, "/desk")


def test_signing_in_leads_back_to_where_one_wanted_to_go(application: Flask, brno: Brno) -> None:
    client = application.test_client()
    asked = client.get("/reports/brno?from=2026-03-01", headers={"Accept": "text/html"})
    assert asked.location.startswith("/sign-in?next=")
    assert sign_in(client, "marta.brno", following="/reports/brno").location == "/reports/brno"


def test_signing_in_begins_a_new_session_and_signing_out_ends_it(application: Flask, brno: Brno) -> None:
    client = application.test_client()
    client.get("/sign-in")
    before = page_csrf(client)
    sign_in(client, "alena.brno")
    after = page_csrf(client)
    assert before != after
    assert client.get("/desk/brno").status_code == 200
    assert client.post("/sign-out", data={"csrf_token": after}).status_code == 302
    assert client.get("/api/v1/branches/brno/counters").status_code == 401


def test_a_person_is_signed_out_after_the_hours_of_the_setting(
    application: Flask, brno: Brno, clock: SimulatedClock
) -> None:
    client = application.test_client()
    sign_in(client, "alena.brno")
    hours = application.extensions["queue_settings"].session_hours
    for _ in range(hours - 1):
        clock.advance(hours=1)
        assert client.get("/api/v1/branches/brno/counters").status_code == 200
    clock.advance(hours=1, seconds=-1)
    assert client.get("/api/v1/branches/brno/counters").status_code == 200
    clock.advance(seconds=1)
    assert_refused(client.get("/api/v1/branches/brno/counters"), 401, "not_signed_in")


def test_the_session_cookie_is_for_the_server_alone(application: Flask, brno: Brno) -> None:
    client = application.test_client()
    (cookie,) = sign_in(client, "alena.brno").headers.getlist("Set-Cookie")
    assert cookie.startswith("queue_session=")
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie and "Expires=" in cookie
    application.config["SESSION_COOKIE_SECURE"] = True
    (cookie,) = sign_in(application.test_client(), "alena.brno").headers.getlist("Set-Cookie")
    assert "Secure" in cookie


def test_every_page_has_its_security_headers(
    application: Flask, brno: Brno, admin: Api, subtests: pytest.Subtests
) -> None:
    token = brno.take().token
    pages = 0
    for route in routes_of(application, brno, token):
        if route.method != "GET":
            continue
        with subtests.test(route.rule):
            answer = application.test_client().get(route.path, headers={**admin.headers, "Accept": "text/html"})
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            if answer.mimetype != "text/html":
                continue
            pages += 1
            policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
            assert (
                policy["default-src"] == "'none'"
                and policy["script-src"] == "'self'"
                and policy["style-src"] == "'self'"
            )
            within = "'self'" if route.rule == "/display/<branch>/preview" else "'none'"
            assert policy["frame-ancestors"] == within
            assert policy["base-uri"] == "'none'" and policy["form-action"] == "'self'"
            assert answer.headers["Referrer-Policy"] == "same-origin"
            assert answer.headers["Cache-Control"] == "no-store"
            assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)|\son[a-z]+=|\sstyle=", answer.text)
    assert pages >= 7
    refused = application.test_client().get("/desk/nowhere", headers={"Accept": "text/html", **admin.headers})
    assert (refused.status_code, "Content-Security-Policy" in refused.headers) == (404, True)


def test_answers_of_the_api_are_not_kept_anywhere(admin: Api) -> None:
    assert admin.get("/branches/brno").headers["Cache-Control"] == "no-store"
    assert admin.get("/branches/nowhere").headers["Cache-Control"] == "no-store"


# --- devices --------------------------------------------------------------------------------------


def test_a_kiosk_is_let_in_by_its_token_once_and_the_address_forgets_it(
    application: Flask, brno: Brno, context: Context, clock: SimulatedClock
) -> None:
    token = create_token(context, "hall", ["kiosk"], "brno")
    kiosk = application.test_client()
    assert_refused(kiosk.get("/kiosk/brno", headers={"Accept": "application/json"}), 401, "not_signed_in")
    moved = kiosk.get(f"/kiosk/brno?token={token}")
    assert (moved.status_code, moved.location) == (302, "/kiosk/brno")
    assert kiosk.get("/kiosk/brno").status_code == 200
    headers = {"X-CSRF-Token": page_csrf(kiosk)}
    clock.advance(days=30)  # nobody comes to let it in again
    wish = {"service": "ids"}
    assert kiosk.post("/api/v1/branches/brno/tickets", json=wish, headers=headers).status_code == 201
    assert kiosk.get("/api/v1/branches/brno/counters").status_code == 403
    assert kiosk.get("/display/brno").status_code == 403
    revoke_tokens(context, "hall")
    clock.advance(seconds=KEPT_SECONDS)
    assert kiosk.post("/api/v1/branches/brno/tickets", json=wish, headers=headers).status_code == 401


def test_each_kiosk_prints_on_the_printer_beside_it(application: Flask, brno: Brno, context: Context) -> None:
    with context.database.writing() as connection:
        second = setup.add_printer(connection, brno.branch_id, "paper 2", "folder", {"path": "/nonexistent"})
        kiosk_id = setup.add_kiosk(connection, brno.branch_id, "Kiosk 2", second)
    context.reload("brno")
    token = create_token(context, "second", ["kiosk"], "brno", kiosk_id=kiosk_id)
    browser = application.test_client()
    browser.get(f"/kiosk/brno?token={token}")
    headers = {"X-CSRF-Token": page_csrf(browser)}
    assert browser.post("/api/v1/branches/brno/tickets", json={"service": "ids"}, headers=headers).status_code == 201
    program = Api(application, token)
    assert program.post("/branches/brno/tickets", {"service": "ids"}).status_code == 201
    assert [row[3] for row in rows_of(context, "print_job")["print_job"]] == [second, second]


def test_an_open_branch_lets_any_browser_be_its_kiosk_and_its_screen_and_nothing_else(
    application: Flask, brno: Brno, context: Context
) -> None:
    change(context, Branch, "brno", open_devices=True)
    browser = application.test_client()
    assert browser.get("/kiosk/brno").status_code == 200
    headers = {"X-CSRF-Token": page_csrf(browser)}
    ticket = {"json": {"service": "ids"}, "headers": headers}
    assert browser.post("/api/v1/branches/brno/tickets", **ticket).status_code == 201
    assert browser.get("/api/v1/branches/brno/counters").status_code == 403
    assert browser.post("/api/v1/branches/brno/close-day", json={}, headers=headers).status_code == 403
    assert browser.get("/display/brno").status_code == 200


# --- secrets --------------------------------------------------------------------------------------


def test_no_password_and_no_bearer_token_is_kept_in_clear(application: Flask, brno: Brno, context: Context) -> None:
    token = create_token(context, "secret", ["admin"])
    sign_in(application.test_client(), "alena.brno")
    everything = repr(rows_of(context, *Base.metadata.tables))
    assert "alena.brno" in everything
    assert PASSWORD not in everything and token not in everything
    assert everything.count("$argon2id$") == 4


def test_no_secret_is_logged(
    application: Flask, brno: Brno, context: Context, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="queue")
    token = create_token(context, "secret", ["admin"])
    client = application.test_client()
    sign_in(client, "alena.brno", "a wrong password")
    client.get("/api/v1/branches/brno", headers={"Authorization": f"Bearer {token}"})
    taken = client.post(
        "/api/v1/branches/brno/tickets", json={"service": "ids"}, headers={"Authorization": f"Bearer {token}"}
    )
    assert "take_ticket" in caplog.text
    for secret in (token, "a wrong password", taken.json["ticket"]["token"], "Alena"):
        assert secret not in caplog.text
