"""Logs: one line an entry, in UTC, with the request it belongs to, and nothing in it that is nobody's business."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
from flask import Flask

from queue_app.logs import Context, formatter, request_id
from tests.factories import PASSWORD, Brno


@pytest.fixture(params=["text", "json"])
def written(request: pytest.FixtureRequest) -> Iterator[tuple[str, io.StringIO]]:
    """What is logged, in either form."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(Context())
    handler.setFormatter(formatter(request.param))
    root = logging.getLogger()
    root.addHandler(handler)
    level, root.level = root.level, logging.INFO
    root.setLevel(logging.INFO)
    yield request.param, stream
    root.setLevel(level)
    root.removeHandler(handler)


def test_an_operation_is_one_line_with_branch_ticket_and_request(
    application: Flask, brno: Brno, written: tuple[str, io.StringIO]
) -> None:
    form, stream = written
    client = application.test_client()
    answer = client.get("/healthz", headers={"X-Request-ID": "proxy-0123456789"})
    assert answer.headers["X-Request-ID"] == "proxy-0123456789"
    token = request_id.set("proxy-0123456789")
    ticket = brno.take("ids")
    request_id.reset(token)
    (line,) = [line for line in stream.getvalue().splitlines() if "take" in line]
    if form == "json":
        entry = json.loads(line)
        assert entry["time"].endswith("Z") and entry["logger"] == "queue.operations" and entry["level"] == "INFO"
        assert (entry["branch"], entry["ticket"]) == ("brno", str(ticket.ticket.id))
        assert entry["milliseconds"] >= 0 and entry["request_id"] == "proxy-0123456789"
    else:
        assert line[:4].isdigit() and line.split(" ")[0].endswith("Z")
        assert f"ticket={ticket.ticket.id}" in line and line.endswith("request=proxy-0123456789")


@pytest.mark.parametrize("given", ["", "short", "with space 12345", "x" * 65, "a\r\nSet-Cookie: b", "ä" * 20])
def test_a_request_id_that_is_not_sane_is_not_taken(application: Flask, given: str) -> None:
    headers = {"X-Request-ID": given} if "\n" not in given else {}
    first, second = (
        application.test_client().get("/healthz", headers=headers).headers["X-Request-ID"] for _ in range(2)
    )
    assert first != given and first != second and len(first) == 16


def test_what_is_logged_cannot_begin_a_line_of_its_own(written: tuple[str, io.StringIO]) -> None:
    form, stream = written
    logging.getLogger("queue.test").warning("a name is %s", "x\n2026-01-01T00:00:00Z INFO queue forged")
    assert len(stream.getvalue().splitlines()) == 1
    assert form == "text" or json.loads(stream.getvalue())["message"].count("\n") == 1


def test_a_fault_is_one_object_in_json(written: tuple[str, io.StringIO]) -> None:
    form, stream = written
    try:
        raise ValueError("no\nsuch thing")
    except ValueError:
        logging.getLogger("queue.test").exception("it failed")
    if form == "json":
        assert "ValueError" in json.loads(stream.getvalue())["exception"]


def test_what_gunicorn_says_of_an_address_is_left_out(written: tuple[str, io.StringIO]) -> None:
    _, stream = written
    logging.getLogger("gunicorn.error").error("Error handling request %s", "/t/secret-token?name=Jana")
    assert "secret-token" not in stream.getvalue() and "Jana" not in stream.getvalue()


def test_neither_tokens_nor_passwords_nor_queries_come_into_the_log(
    application: Flask, brno: Brno, written: tuple[str, io.StringIO], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, stream = written
    taken = brno.take("ids")
    secrets = [taken.token, "query-secret", PASSWORD, "wrong-password", "forged-bearer"]
    client = application.test_client()
    client.get(f"/t/{taken.token}?q=query-secret")
    client.get(f"/api/v1/tickets/{taken.token}")
    client.get("/api/v1/branches/brno?x=query-secret", headers={"Authorization": "Bearer forged-bearer"})
    client.get("/sign-in?next=query-secret")
    with client.session_transaction() as session:
        session["csrf"] = "c"
    for password in (PASSWORD, "wrong-password"):
        client.post("/sign-in", data={"username": "alena.brno", "password": password, "csrf_token": "c"})
    assert [secret for secret in secrets if secret in stream.getvalue()] == []
