"""Those who call: programs with a bearer token, visitors without one, and people with a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import jsonschema_rs
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from queue_app.operations.setup import create_token
from queue_app.operations.unit_of_work import Context
from queue_app.store.models import Base, Branch, BranchState, Service
from queue_app.web.openapi import document
from tests.factories import PASSWORD

RECORD = (
    "ticket",
    "leg",
    "ticket_event",
    "branch_state",
    "number_series",
    "counter_session",
    "counter_pause",
    "print_job",
)
"""The tables that a refusal must leave as they are."""


def bearer(context: Context, *scopes: str, branch: str | None = None, **links: int) -> str:
    """Return a new token with these scopes."""
    return create_token(context, f"test {' '.join(scopes)}", scopes, branch, **links)


def rows_of(context: Context, *tables: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows of `tables`, of the whole record where none is named."""
    found = {}
    with context.database.reading() as connection:
        for name in tables or RECORD:
            table = Base.metadata.tables[name]
            found[name] = [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
    return found


def change(context: Context, model: type[Branch | Service], slug: str, **values: object) -> None:
    """Change the settings of the branch or service called `slug`, as an administrator would."""
    with context.database.writing() as connection:
        connection.execute(update(model).where(model.slug == slug).values(**values))
        connection.execute(update(BranchState).values(settings_revision=BranchState.settings_revision + 1))
    for branch in context.slugs().values():
        context.reload(branch)  # as the server's tick does within seconds; nothing ticks in these tests


@cache
def described() -> dict[str, Any]:
    """Return the OpenAPI document."""
    return document()


@cache
def _validator(path: str, method: str, status: int) -> Any:
    answers = described()["paths"][path][method]["responses"]
    assert str(status) in answers, f"{method.upper()} {path} answered {status}, which its description does not know"
    content = answers[str(status)]["content"].get("application/json")
    if content is None:
        return None
    schema = {**content["schema"], "components": described()["components"]}
    return jsonschema_rs.Draft202012Validator(schema)


class Api:
    """`/api/v1` as one caller uses it; every answer is held against its OpenAPI description."""

    def __init__(self, app: Flask, token: str | None = None) -> None:
        """Call with `token`, or as nobody."""
        self.app = app
        self.client = app.test_client()
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, path: str, **options: Any) -> TestResponse:
        """GET `/api/v1{path}`."""
        return self.call("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> TestResponse:
        """POST `body` to `/api/v1{path}`."""
        return self.call("POST", path, json={} if body is None else body, **options)

    def call(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **options: Any) -> TestResponse:
        """Make one request and check that the document describes its answer."""
        answer = self.client.open(
            f"/api/v1{path}", method=method, headers={**self.headers, **(headers or {})}, **options
        )
        self._check(method, f"/api/v1{path}".partition("?")[0], answer)
        return answer

    def _check(self, method: str, path: str, answer: TestResponse) -> None:
        if answer.status_code >= 400:
            assert_error_shape(answer)
        try:
            rule, _ = self.app.url_map.bind("localhost").match(path, method, return_rule=True)
        except Exception:  # noqa: BLE001 - an unknown path or method: its answer has the shape of an error, that is all
            assert answer.status_code >= 400
            return
        template = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        if answer.mimetype == "application/json":
            _validator(template, method.lower(), answer.status_code).validate(answer.json)


def assert_error_shape(answer: TestResponse) -> None:
    """Fail unless `answer` is the contract's error."""
    assert answer.mimetype == "application/json", answer.data[:200]
    error = json.loads(answer.data)
    assert error.keys() == {"error"} and error["error"].keys() == {"code", "message", "details"}
    assert re.fullmatch("[a-z_]+", error["error"]["code"])
    assert error["error"]["message"] and isinstance(error["error"]["details"], dict)


def assert_refused(answer: TestResponse, status: int, code: str) -> dict[str, Any]:
    """Fail unless `answer` is the refusal `code` with `status`; return its details."""
    assert_error_shape(answer)
    assert (answer.status_code, answer.json["error"]["code"]) == (status, code), answer.json
    details: dict[str, Any] = answer.json["error"]["details"]
    return details


def page_csrf(client: FlaskClient) -> str:
    """Return the CSRF token of this browser's session, as its pages carry it."""
    with client.session_transaction() as session:
        token: str = session["csrf"]
        return token


def sign_in(client: FlaskClient, username: str, password: str = PASSWORD, following: str = "") -> TestResponse:
    """Sign in as a browser does: fetch the page, send the form with the page's token."""
    client.get("/sign-in")
    form = {"username": username, "password": password, "csrf_token": page_csrf(client), "next": following}
    return client.post("/sign-in", data=form)
