"""The API by which a kiosk's own browser prints: who may, what it gets, and that screens are told."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from queue_app.operations import setup
from queue_app.operations.unit_of_work import Context
from queue_app.store.models import PrinterRow
from tests.factories import Brno
from tests.web.callers import Api, assert_refused, bearer


@pytest.fixture
def brno(brno: Brno, context: Context) -> Brno:
    """Brno, whose kiosk's browser prints."""
    with context.database.writing() as connection:
        connection.execute(
            update(PrinterRow).where(PrinterRow.id == brno.printer_id).values(kind="browser", address={})
        )
    return brno


@pytest.fixture
def kiosk(api_of: Callable[..., Api]) -> Api:
    """The API as the kiosk calls it."""
    return api_of("kiosk", branch="brno")


def take(kiosk: Api) -> dict[str, Any]:
    """Take a number at the kiosk."""
    answer = kiosk.post("/branches/brno/tickets", {"service": "ids"})
    assert answer.status_code == 201
    ticket: dict[str, Any] = answer.json["ticket"]
    return ticket


def test_a_kiosk_fetches_its_slip_and_says_that_it_came_out(application: Flask, kiosk: Api) -> None:
    told: list[Any] = []
    application.extensions["queue_printing_news"] = told.append
    paper = kiosk.get("/branches/brno").json["paper"]
    assert (paper["kind"], paper["can_print"]) == ("browser", True)
    token = take(kiosk)["token"]
    assert kiosk.get("/branches/brno/slips/next").json == {"token": token}
    slip = kiosk.post(f"/tickets/{token}/slip/claim").json
    assert base64.b64decode(slip["picture"].removeprefix("data:image/png;base64,")).startswith(b"\x89PNG")
    assert slip["width_mm"] == 80 and not slip["copy"]
    assert kiosk.get("/branches/brno/slips/next").json == {"token": token}  # held still: its answer may have been lost
    answer = kiosk.post(f"/tickets/{token}/slip", {"state": "printed", "slip": slip["slip"]})
    assert answer.json["print"] == {"state": "printed", "error": None}
    assert kiosk.get("/branches/brno/slips/next").json == {"token": None}
    assert [(news.label, news.state) for news in told] == [("A001", "printed")]
    again = kiosk.post(f"/tickets/{token}/slip", {"state": "failed", "slip": slip["slip"]})
    assert again.json["print"] == {"state": "printed", "error": None} and len(told) == 1


def test_a_failure_is_told_to_the_screens_with_how_the_printer_stands(application: Flask, kiosk: Api) -> None:
    told: list[Any] = []
    application.extensions["queue_printing_news"] = told.append
    token = take(kiosk)["token"]
    kiosk.post(f"/tickets/{token}/slip/claim")
    answer = kiosk.post(f"/tickets/{token}/slip", {"state": "failed"})
    assert answer.json["print"] == {"state": "failed", "error": "timed_out"}
    assert [type(news).__name__ for news in told] == ["JobNews", "PrinterNews"]
    assert kiosk.get("/branches/brno").json["paper"]["can_print"] is False


def test_a_copy_is_fetched_too(kiosk: Api) -> None:
    token = take(kiosk)["token"]
    kiosk.post(f"/tickets/{token}/slip/claim")
    kiosk.post(f"/tickets/{token}/slip", {"state": "printed"})
    assert kiosk.post(f"/tickets/{token}/reprint").status_code == 202
    assert kiosk.post(f"/tickets/{token}/slip/claim").json["copy"] is True


@pytest.mark.parametrize("scope", ["desk", "display", "reports"])
def test_only_kiosks_print_by_themselves(api_of: Callable[..., Api], kiosk: Api, scope: str) -> None:
    token = take(kiosk)["token"]
    other = api_of(scope, branch="brno")
    assert_refused(other.post(f"/tickets/{token}/slip/claim"), 403, "not_allowed")
    assert_refused(other.post(f"/tickets/{token}/slip", {"state": "printed"}), 403, "not_allowed")
    assert_refused(other.get("/branches/brno/slips/next"), 403, "not_allowed")


def test_nobody_without_a_token_prints(visitor: Api, kiosk: Api) -> None:
    token = take(kiosk)["token"]
    assert_refused(visitor.post(f"/tickets/{token}/slip/claim"), 401, "not_signed_in")


def test_a_kiosk_beside_another_printer_is_refused(application: Flask, brno: Brno, kiosk: Api) -> None:
    with brno.context.database.writing() as connection:
        other = setup.add_printer(connection, brno.branch_id, "other", "browser", {})
        second = setup.add_kiosk(connection, brno.branch_id, "Kiosk 2", other)
    brno.context.reload("brno")
    elsewhere = Api(application, bearer(brno.context, "kiosk", branch="brno", kiosk_id=second))
    token = take(kiosk)["token"]
    assert_refused(elsewhere.post(f"/tickets/{token}/slip/claim"), 403, "not_allowed")
    assert elsewhere.get("/branches/brno/slips/next").json == {"token": None}
    assert kiosk.post(f"/tickets/{token}/slip/claim").status_code == 200


def test_there_is_nothing_to_print_twice(kiosk: Api) -> None:
    token = take(kiosk)["token"]
    slip = kiosk.post(f"/tickets/{token}/slip/claim").json["slip"]
    kiosk.post(f"/tickets/{token}/slip", {"state": "printed"})
    assert_refused(kiosk.post(f"/tickets/{token}/slip/claim"), 404, "unknown_print_job")
    assert_refused(kiosk.post("/tickets/nosuchticket/slip/claim"), 404, "unknown_ticket")
    other = take(kiosk)["token"]
    assert_refused(kiosk.post(f"/tickets/{other}/slip", {"state": "printed", "slip": slip}), 404, "unknown_print_job")


@pytest.mark.parametrize(
    "body", [{}, {"state": "queued"}, {"state": "printed", "slip": 0}, {"state": "printed", "x": 1}]
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(kiosk: Api, body: dict[str, Any]) -> None:
    token = take(kiosk)["token"]
    kiosk.post(f"/tickets/{token}/slip/claim")
    assert_refused(kiosk.post(f"/tickets/{token}/slip", body), 422, "invalid_value")
    assert kiosk.get(f"/tickets/{token}").json["print"]["state"] == "sending"


def test_paper_at_a_kiosk_says_where_else_a_slip_comes_out(brno: Brno, kiosk: Api, context: Context) -> None:
    with context.database.writing() as connection:
        other = setup.add_printer(connection, brno.branch_id, "Information desk", "folder", {"path": "/nonexistent"})
        connection.execute(
            update(PrinterRow).where(PrinterRow.id == brno.printer_id).values(status="paper_out", fallback_id=other)
        )
    paper = kiosk.get("/branches/brno").json["paper"]
    assert (paper["can_print"], paper["instead"]) == (True, "Information desk")
    with context.database.writing() as connection:
        connection.execute(update(PrinterRow).where(PrinterRow.id == other).values(status="offline"))
    paper = kiosk.get("/branches/brno").json["paper"]
    assert (paper["can_print"], paper["instead"], paper["status"]) == (False, None, "paper_out")
