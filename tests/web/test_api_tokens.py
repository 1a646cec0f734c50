"""Tokens of other programs: shown once, good where and as long as they are meant to be, and gone at once when they are revoked."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from queue_app.access import KEPT_SECONDS
from queue_app.clock import SimulatedClock
from queue_app.operations.unit_of_work import Context
from queue_app.store.running_tables import AuditEntry
from tests.factories import Brno, create_brno
from tests.web.callers import Api, assert_refused, bearer, rows_of

TOKENS = "/branches/brno/tokens"
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def audit(context: Context) -> list[tuple[str, str]]:
    """Return what was written down."""
    with context.database.reading() as connection:
        rows = connection.execute(select(AuditEntry.__table__).order_by(AuditEntry.id)).all()
    return [(row.action, row.subject) for row in rows]


def test_a_token_is_shown_once_works_where_it_may_and_is_gone_at_once_when_it_is_revoked(
    admin: Api, application: Flask, context: Context
) -> None:
    answer = admin.post(TOKENS, {"name": "signage", "scopes": ["display"]})
    assert answer.status_code == 201
    token, token_id = answer.json["token"], answer.json["id"]
    assert len(token) >= 43
    program = Api(application, token)
    assert program.get("/branches/brno/board").status_code == 200
    assert_refused(program.get("/branches/brno/counters"), 403, "not_allowed")
    listed = admin.get(TOKENS).json["tokens"]
    mine = next(each for each in listed if each["id"] == token_id)
    assert (mine["name"], mine["scopes"], mine["every_branch"], mine["expired"]) == (
        "signage",
        ["display"],
        False,
        False,
    )
    assert token not in admin.get(TOKENS).text and token not in repr(rows_of(context, "api_token", "audit_entry"))
    assert admin.call("DELETE", f"{TOKENS}/{token_id}").json == {"revoked": token_id}
    assert_refused(program.get("/branches/brno/board"), 401, "invalid_token")
    assert_refused(admin.call("DELETE", f"{TOKENS}/{token_id}"), 404, "unknown_token")
    assert audit(context) == [("make_token", "signage"), ("revoke_token", "signage")]


def test_a_token_is_good_until_its_time_is_over(admin: Api, application: Flask, clock: SimulatedClock) -> None:
    wish = {"name": "fair", "scopes": ["display"], "expires_at": "2026-03-04T09:00:00Z"}
    program = Api(application, admin.post(TOKENS, wish).json["token"])
    clock.advance(seconds=3599)
    assert program.get("/branches/brno/board").status_code == 200
    clock.advance(seconds=1 + KEPT_SECONDS)
    assert_refused(program.get("/branches/brno/board"), 401, "invalid_token")
    assert [each["expired"] for each in admin.get(TOKENS).json["tokens"] if each["name"] == "fair"] == [True]


def test_an_administrator_of_one_branch_makes_sees_and_revokes_no_others(
    api_of: Callable[..., Api], admin: Api, context: Context
) -> None:
    create_brno(context, "ostrava")
    here = api_of("admin", branch="brno")
    everywhere = admin.post(TOKENS, {"name": "all", "scopes": ["reports"], "every_branch": True}).json["id"]
    there = admin.post("/branches/ostrava/tokens", {"name": "there", "scopes": ["reports"]}).json["id"]
    before = rows_of(context, "api_token", "audit_entry")
    wish = {"name": "x", "scopes": ["reports"], "every_branch": True}
    assert_refused(here.post(TOKENS, wish), 403, "not_allowed")
    assert_refused(here.post("/branches/ostrava/tokens", {"name": "x", "scopes": ["desk"]}), 403, "not_allowed")
    for token_id in (everywhere, there):
        assert_refused(here.call("DELETE", f"{TOKENS}/{token_id}"), 404, "unknown_token")
    assert rows_of(context, "api_token", "audit_entry") == before
    assert not {"all", "there"} & {each["name"] for each in here.get(TOKENS).json["tokens"]}
    assert "all" in {each["name"] for each in admin.get(TOKENS).json["tokens"]}


def test_what_is_no_token_is_refused_and_changes_nothing(admin: Api, context: Context) -> None:
    before = rows_of(context, "api_token", "audit_entry")
    for wish in (
        {"name": "", "scopes": ["desk"]},
        {"name": " ", "scopes": ["desk"]},
        {"name": "x" * 81, "scopes": ["desk"]},
        {"name": "a\nb", "scopes": ["desk"]},
        {"name": "x", "scopes": []},
        {"name": "x", "scopes": ["root"]},
        {"name": "x", "scopes": ["desk"], "expires_at": "tomorrow"},
        {"name": "x", "scopes": ["desk"], "expires_at": "2026-03-04T08:00:00Z"},
        {"name": "x", "scopes": ["desk"], "expires_at": "2026-13-04T08:00:00Z"},
    ):
        assert_refused(admin.post(TOKENS, wish), 422, "invalid_value")
    assert rows_of(context, "api_token", "audit_entry") == before


def test_a_kiosks_token_is_not_among_those_of_programs(admin: Api, brno: Brno, context: Context) -> None:
    with context.database.writing() as connection:
        connection.exec_driver_sql("INSERT INTO kiosk (id, branch_id, name) VALUES (77, 1, 'Door')")
    bearer(context, "kiosk", branch="brno", kiosk_id=77)
    assert "kiosk" not in {scope for each in admin.get(TOKENS).json["tokens"] for scope in each["scopes"]}


def test_whoever_asks_too_often_is_told_when_to_come_again(
    api_of: Callable[..., Api], application: Flask, clock: SimulatedClock
) -> None:
    settings = application.extensions["queue_settings"]
    display, other = api_of("display", branch="brno"), api_of("display", branch="brno")
    for _ in range(settings.api_burst):
        assert display.client.get("/api/v1/branches/brno/board?since=x", headers=display.headers).status_code == 422
    answer = display.get("/branches/brno/board")
    details = assert_refused(answer, 429, "too_many_requests")
    assert answer.headers["Retry-After"] == str(details["retry_after_seconds"]) == "1"
    assert other.get("/branches/brno/board").status_code == 200
    clock.advance(seconds=1)
    assert display.get("/branches/brno/board").status_code == 200


def test_programs_that_administrate_are_never_told_to_wait(admin: Api, application: Flask) -> None:
    for _ in range(application.extensions["queue_settings"].api_burst + 20):
        answer = application.test_client().get("/api/v1/branches/brno/board?since=x", headers=admin.headers)
    assert answer.status_code == 422
