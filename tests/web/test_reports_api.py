"""The reports over the API: every form, every breakdown, page by page, and who may see whose figures."""

from __future__ import annotations

import csv
import io
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from pypdf import PdfReader

from queue_app.clock import SimulatedClock
from queue_app.domain.reporting import ClerkFigures
from queue_app.operations import serve
from queue_app.operations.reporting_setup import set_reporting
from queue_app.operations.rules_setup import set_rules
from queue_app.operations.unit_of_work import Context
from queue_app.reports import registry
from tests.factories import Brno
from tests.web.callers import Api, assert_refused, bearer, sign_in

DAY = "from=2026-03-04&to=2026-03-04"


@pytest.fixture
def busy(brno: Brno, clock: SimulatedClock) -> Brno:
    """A branch in which seven came, and Alena and Bohdan have served six."""
    brno.open(0)
    brno.open(1)
    for number in range(7):
        brno.take(("ids", "driving")[number % 2], priority="priority" if number == 0 else "standard")
        clock.advance(seconds=40)
    for number in range(6):
        brno.next(number % 2)
        clock.advance(seconds=100)
    for index, who in enumerate((brno.alena, brno.bohdan)):
        serve.finish(brno.context, brno.counters[index], who)
    return brno


@pytest.fixture
def api(application: Flask, context: Context, busy: Brno) -> Api:
    """A manager's program."""
    return Api(application, bearer(context, "manager", branch="brno"))


def figures(api: Api, path: str) -> Any:
    """Return a report."""
    answer = api.get(f"/branches/brno/reports/{path}")
    assert answer.status_code == 200, answer.json
    return answer.json


@pytest.mark.parametrize("name", registry.REPORTS)
def test_every_report_comes_in_every_form(api: Api, name: str) -> None:
    document = figures(api, f"{name}?{DAY}")
    assert document["report"] == name and document["rows"] is not None
    for form, begin in (("xlsx", b"PK"), ("pdf", b"%PDF-")):
        answer = api.get(f"/branches/brno/reports/{name}?{DAY}&format={form}&language=cs")
        assert answer.status_code == 200 and answer.data.startswith(begin)
        assert f"filename=brno-{name}-2026-03-04-2026-03-04.{form}" in answer.headers["Content-Disposition"]
    table = csv.reader(io.StringIO(api.get(f"/branches/brno/reports/{name}?{DAY}&format=csv").text))
    assert next(table) == [column["name"] for column in document["columns"]]
    assert len(list(table)) == len(document["rows"])


def test_a_report_says_how_many_were_served_within_the_promise(api: Api) -> None:
    total = figures(api, f"service-level?{DAY}&target_seconds=300")["total"]
    assert (total["arrived"], total["served"], total["waiting"]) == (7, 6, 1)
    # Waits: 280, 240 + 100, 200 + 200, 160 + 300, 120 + 400, 80 + 500 seconds; the seventh waits for 840 - 240.
    assert total["within_target"] == 1
    assert total["service_level"] == round(1 / 7, 4) and total["service_level_strict"] == round(1 / 6, 4)


def test_rows_are_broken_down_as_asked_and_add_up_to_the_whole(api: Api, subtests: pytest.Subtests) -> None:
    for per in ("none", "quarter", "hour", "day", "weekday", "week", "month", "time_of_day"):
        for by in ("", "service", "counter", "clerk", "priority", "channel", "outcome", "service,clerk"):
            with subtests.test(f"{per} {by}"):
                document = figures(api, f"waits?{DAY}&per={per}&by={by}")
                asked = [*([per] if per != "none" else []), *(by.split(",") if by else [])]
                assert [column["name"] for column in document["columns"]][: len(asked)] == asked
                assert sum(row["served"] for row in document["rows"]) == document["total"]["served"] == 6


def test_the_days_before_stand_beside_where_they_are_asked_for(api: Api) -> None:
    document = figures(api, f"waits?{DAY}&compare=before")
    assert document["before"]["served"] == 0
    assert figures(api, f"waits?{DAY}")["before"] is None


def test_what_has_no_answer_is_refused(api: Api) -> None:
    for asked in ("by=colour", "per=decade", "target_seconds=0", "from=2026-03-05&to=2026-03-04", "from=x"):
        assert_refused(api.get(f"/branches/brno/reports/waits?{asked}"), 422, "invalid_value")


def test_long_reports_are_read_page_by_page_and_nothing_is_missed(api: Api) -> None:
    for name, key in (("tickets", "ticket"), ("events", "revision")):
        whole = figures(api, f"{name}?{DAY}")
        assert whole["next"] is None
        rows: list[Any] = []
        after = 0
        while after is not None:
            page = figures(api, f"{name}?{DAY}&limit=3&after={after}")
            rows += page["rows"]
            after = page["next"]
        assert rows == whole["rows"] and len({row[key] for row in rows}) == len(rows)


def test_few_people_are_not_told_apart(api: Api, context: Context, busy: Brno, clock: SimulatedClock) -> None:
    # One with priority, five without: told apart, the one would be what is left of the total.
    document = figures(api, f"waits?{DAY}&per=none&by=priority")
    assert document["hidden_small"]
    assert [(row["priority"], row["served"]) for row in document["rows"]] == [("few", 6)]
    assert document["rows"][0]["wait_mean_seconds"] == document["total"]["wait_mean_seconds"]
    classes = [{"name": name} for name in ("priority", "vip", "pregnant")]
    set_rules(context, "brno", busy.actor("marta"), {"classes": classes})
    for number in range(9):
        busy.take(priority=("vip", "pregnant")[number < 4])
        busy.next()
        clock.advance(seconds=30)
    serve.finish(busy.context, busy.counters[0], busy.alena)
    rows = figures(api, f"waits?{DAY}&per=none&by=priority")["rows"]
    assert [(row["priority"], row["served"]) for row in rows] == [("few", 5), ("standard", 5), ("vip", 5)]
    assert all(row["wait_mean_seconds"] is not None for row in rows)
    # Of a service where all of them are too few nothing is told but how many they were.
    rows = figures(api, f"waits?{DAY}&per=none&by=service,priority")["rows"]
    assert [(row["service"], row["priority"], row["served"]) for row in rows][-1] == ("driving", "few", 3)
    assert rows[-1]["wait_mean_seconds"] is None


def test_figures_of_single_clerks_are_for_those_whom_the_branch_names(
    application: Flask, context: Context, busy: Brno, api: Api
) -> None:
    by_clerk = f"/branches/brno/reports/staffing?{DAY}&by=clerk"
    program = Api(application, bearer(context, "reports", branch="brno"))
    assert [row["clerk"] for row in api.get(by_clerk).json["rows"]] == ["Alena", "Bohdan"]
    assert_refused(program.get(by_clerk), 403, "not_allowed")
    assert {row["clerk"] for row in program.get(f"/branches/brno/reports/tickets?{DAY}").json["rows"]} == {""}
    set_reporting(context, "brno", busy.actor("marta"), {"clerk_figures": [ClerkFigures.PROGRAMS]})
    assert_refused(api.get(by_clerk), 403, "not_allowed")
    assert program.get(by_clerk).status_code == 200


def test_clerks_see_their_own_work_and_nobody_elses_where_the_branch_lets_them(
    application: Flask, context: Context, busy: Brno
) -> None:
    client = application.test_client()
    sign_in(client, "alena.brno")
    own = client.get(f"/api/v1/branches/brno/my-work/waits?{DAY}&per=none&by=clerk")
    assert [(row["clerk"], row["served"]) for row in own.json["rows"]] == [("Alena", 3)]
    assert own.json["total"]["served"] == 3
    assert_refused(client.get(f"/api/v1/branches/brno/my-work/tickets?{DAY}"), 403, "not_allowed")
    assert_refused(client.get(f"/api/v1/branches/brno/reports/waits?{DAY}"), 403, "not_allowed")
    set_reporting(context, "brno", busy.actor("marta"), {"clerk_figures": ["managers"]})
    assert_refused(client.get(f"/api/v1/branches/brno/my-work/waits?{DAY}"), 403, "not_allowed")


def test_a_branch_says_what_it_wants_of_its_reports(api: Api) -> None:
    usual = api.get("/branches/brno/reporting").json
    assert usual["clerk_figures"] == ["managers", "own"] and usual["smallest_group"] == 5
    wish = {
        "smallest_group": 8,
        "alarms": [{"watches": "longest_wait", "limit": 30}],
        "emails": ["marta@brno.example"],
        "webhooks": ["https://brno.example/alarm"],
    }
    changed = api.call("PUT", "/branches/brno/reporting", json=wish).json
    assert changed == usual | wish | {"alarms": [{"watches": "longest_wait", "limit": 30, "minutes": 2}]}
    for wrong in (
        {"emails": ["marta"]},
        {"emails": ["a@b.example\r\nBcc: x@y.example"]},
        {"webhooks": ["ftp://brno.example"]},
        {"alarms": [{"watches": "service_level", "limit": 101}]},
        {"alarms": [{"watches": "waiting", "limit": 5}, {"watches": "waiting", "limit": 6}]},
        {"clerk_figures": ["everybody"]},
    ):
        assert_refused(api.call("PUT", "/branches/brno/reporting", json=wrong), 422, "invalid_value")
    assert api.get("/branches/brno/reporting").json == changed


def test_figures_are_the_same_in_xlsx_and_json(api: Api) -> None:
    document = figures(api, f"service-level?{DAY}")
    book = load_workbook(BytesIO(api.get(f"/branches/brno/reports/service-level?{DAY}&format=xlsx&language=en").data))
    sheet = book.worksheets[0]
    cells = {str(row[0].value): row for row in sheet.iter_rows() if row[0].value}
    assert cells["Together"][1].value == document["total"]["arrived"] == 7


def test_the_pdf_tells_the_branch_and_the_days(api: Api) -> None:
    answer = api.get(f"/branches/brno/reports/waits?{DAY}&format=pdf&language=cs")
    text = PdfReader(BytesIO(answer.data)).pages[0].extract_text()
    assert "Brno" in text and "2026" in text
