"""What is held, handing it out and erasing it: by the API, the page and the command line; and the log, which names nobody."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from queue_app.clock import SimulatedClock
from queue_app.operations import rules_setup
from queue_app.operations.close_day import close_day
from queue_app.operations.keep_days import keep_days
from queue_app.operations.setup import SCOPES
from queue_app.store.models import Branch, TicketEvent
from queue_app.store.running_tables import AuditEntry, VisitorContact
from tests.factories import Brno
from tests.privacy.forgetting import days, number_of, problems
from tests.web.callers import Api, assert_refused, change, rows_of, sign_in
from tests.web.test_contacts_api import NAME, PHONE, WISH, traces_in


@pytest.fixture
def asking(brno: Brno) -> Brno:
    """The branch asks for both."""
    change(brno.context, Branch, "brno", privacy={"ask_name": True, "ask_phone": True})
    return brno


def entries(brno: Brno) -> list[Any]:
    """Return the privacy log, with all it says."""
    with brno.context.database.reading() as connection:
        return list(connection.execute(select(AuditEntry.__table__).where(AuditEntry.action.startswith("privacy_"))))


def test_it_is_told_what_is_held_and_not_about_whom(asking: Brno, admin: Api, clock: SimulatedClock) -> None:
    admin.post("/branches/brno/tickets", WISH)
    clock.advance(hours=1)
    found = admin.get("/branches/brno/privacy").json
    assert found["rules"] == {"ask_name": True, "ask_phone": True, "erase_after_hours": 24, "retention_days": None}
    assert found["visitors"]["contacts"] == {
        "number": 1, "visit_over": 0, "overdue": 0, "next_erased_at": None, "oldest": "2026-03-04T08:00:00.000Z",
    }  # fmt: skip
    assert found["staff"]["accounts"]["number"] == 3  # Oskar works elsewhere
    close_day(asking.context, "brno")
    clock.advance(hours=25)
    contacts = admin.get("/branches/brno/privacy").json["visitors"]["contacts"]
    assert (contacts["visit_over"], contacts["overdue"]) == (1, 1)
    assert traces_in(found) == []


def test_a_visitor_is_handed_everything_and_has_it_erased(asking: Brno, admin: Api) -> None:
    taken = admin.post("/branches/brno/tickets", WISH).json["ticket"]
    admin.post("/branches/brno/tickets", {"service": "ids", "contact": {"name": "Somebody Else"}})
    by_number = admin.post("/branches/brno/privacy/export", {"ticket": "a001", "date": "2026-03-04"}).json
    by_phone = admin.post("/branches/brno/privacy/export", {"phone": "+420600987654"}).json
    assert by_number["tickets"] == by_phone["tickets"]
    (found,) = by_phone["tickets"]
    assert found["contact"] == {"name": NAME, "phone": "+420600987654"}
    assert found["ticket"]["label"] == "A001" and found["events"] and found["stays"]
    assert taken["token"] not in json.dumps(by_phone)
    erased = admin.post("/branches/brno/privacy/erase", {"phone": PHONE}).json
    assert erased == {"erased": {"tickets": 1, "contacts": 1, "notes": 0}}
    assert number_of(asking.context, VisitorContact) == 1
    assert_refused(admin.post("/branches/brno/privacy/export", {"phone": PHONE}), 404, "unknown_ticket")
    assert admin.get(f"/tickets/{taken['token']}").json["label"] == "A001"
    log = entries(asking)
    assert [(each.action, each.subject) for each in log] == [
        ("privacy_export", "ticket A001/2026-03-04"), ("privacy_export", "phone"), ("privacy_erase", "phone"),
    ]  # fmt: skip
    assert traces_in(repr(log)) == []
    assert problems(asking.context) == []


@pytest.mark.parametrize(
    "body",
    [{}, {"phone": "600 Nevyzrazená"}, {"ticket": "A001"}, {"date": "2026-03-04"}, {"ticket": "A001", "date": "yesterday"},
     {"phone": PHONE, "person": "alena.brno"}, {"phone": ["600987654"]}, {"phone": "600987654" * 20}],
)  # fmt: skip
@pytest.mark.parametrize("act", ["export", "erase"])
def test_a_request_about_nobody_in_particular_is_refused_and_not_repeated(
    asking: Brno, admin: Api, act: str, body: Any
) -> None:
    before = rows_of(asking.context, "visitor_contact", "user_account", "audit_entry")
    refused = admin.post(f"/branches/brno/privacy/{act}", body)
    assert_refused(refused, 422, "invalid_value")
    assert traces_in(refused.json) == []
    assert rows_of(asking.context, "visitor_contact", "user_account", "audit_entry") == before


def test_the_name_of_somebody_who_worked_here_goes_and_their_figures_stay(
    asking: Brno, admin: Api, application: Flask
) -> None:
    context, counter = asking.context, asking.open()
    asking.take()
    asking.next()
    rules_setup.send_message(context, "brno", asking.alena, "Back at ten")
    browser = application.test_client()
    sign_in(browser, "alena.brno")
    found = admin.post("/branches/brno/privacy/export", {"person": "alena.brno"}).json
    assert found["account"]["display_name"] == "Alena" and found["counter_sessions"] and found["sign_ins"]
    assert "password_hash" not in json.dumps(found) and "key_hash" not in json.dumps(found)
    before = number_of(context, TicketEvent, TicketEvent.user_id == asking.users["alena"])
    assert before > 1
    erased = admin.post("/branches/brno/privacy/erase", {"person": "alena.brno"}).json["erased"]
    assert erased["events"] >= 1 and erased["sign_ins"] == 1
    assert number_of(context, TicketEvent, TicketEvent.user_id == asking.users["alena"]) == before
    everything = repr(
        {
            name: rows
            for name, rows in rows_of(
                context, "user_account", "counter_session", "ticket_event", "audit_entry", "ticket_note"
            ).items()
        }
    )
    assert not re.search(r"\balena\b", everything, re.IGNORECASE)
    assert f"person-{asking.users['alena']}" in everything
    assert "Bohdan" in everything
    assert browser.get("/desk/brno").status_code in {302, 401, 403}
    assert_refused(admin.post("/branches/brno/privacy/export", {"person": "alena.brno"}), 404, "unknown_user")
    assert admin.post(f"/counters/{counter}/finish", {}).status_code in {200, 409}
    assert problems(context) == []


def test_only_administrators_are_let_near(asking: Brno, api_of: Callable[..., Api]) -> None:
    for scope in set(SCOPES) - {"admin"}:
        api = api_of(scope)
        assert api.get("/branches/brno/privacy").status_code == 403
        for act in ("export", "erase"):
            assert_refused(api.post(f"/branches/brno/privacy/{act}", {"person": "alena.brno"}), 403, "not_allowed")


def test_the_page_shows_rules_what_is_held_and_the_log(asking: Brno, admin: Api, application: Flask) -> None:
    admin.post("/branches/brno/tickets", WISH)
    admin.post("/branches/brno/privacy/export", {"phone": PHONE})
    page = application.test_client().get("/admin/brno/privacy", headers=admin.headers)
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert 'data-path="retention_days"' in text and "phone" in text
    assert traces_in(text) == []


def test_a_retention_period_is_told_before_it_holds(brno: Brno, admin: Api, clock: SimulatedClock) -> None:
    days(brno, clock, 3, 4, 2)
    assert admin.get("/branches/brno/privacy/due?days=1").json == {"days": 2, "tickets": 7}
    assert admin.get("/branches/brno/privacy/due").json == {"days": 0, "tickets": 0}
    assert admin.get("/branches/brno/privacy/due?days=0").status_code == 422


def test_the_command_line_shows_hands_out_erases_and_keeps_figures(
    asking: Brno, admin: Api, application: Flask, clock: SimulatedClock
) -> None:
    runner = application.test_cli_runner()

    def flask(*words: str) -> str:
        done = runner.invoke(args=["privacy", *words])
        assert done.exit_code == 0, done.output
        return done.output

    admin.post("/branches/brno/tickets", WISH)
    assert json.loads(flask("show", "brno"))["visitors"]["contacts"]["number"] == 1
    assert json.loads(flask("export", "brno", "--ticket", "A001/2026-03-04"))["tickets"][0]["contact"]["name"] == NAME
    assert json.loads(flask("erase", "brno", "--phone", PHONE, "--yes"))["contacts"] == 1
    assert runner.invoke(args=["privacy", "export", "brno", "--phone", PHONE]).exit_code == 1
    assert runner.invoke(args=["privacy", "export", "brno", "--ticket", "A001"]).exit_code == 1
    close_day(asking.context, "brno")
    list(keep_days(asking.context, "brno"))
    clock.advance(days=9)
    before = rows_of(asking.context)
    assert "1 days (2026-03-04 to 2026-03-04) with 1 tickets" in flask("keep-to", "brno", "--days", "3")
    assert rows_of(asking.context) == before
    assert "done" in flask("keep-to", "brno", "--days", "3", "--yes")
    assert number_of(asking.context, TicketEvent) == 0
    gone = runner.invoke(args=["privacy", "export", "brno", "--ticket", "A001/2026-03-04"])
    assert gone.exit_code == 1 and "figures" in gone.output
    log = entries(asking)
    assert [each.action for each in log] == ["privacy_export", "privacy_erase", "privacy_figures"]
    assert log[-1].after["days"] == 1
    assert traces_in(repr(log)) == []
