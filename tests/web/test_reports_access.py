"""Who sees what of the reports: every form of every report, under every policy; files only by whoever asked for them."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from pypdf import PdfReader
from werkzeug.test import TestResponse

from queue_app.clock import SimulatedClock
from queue_app.domain.reporting import ClerkFigures
from queue_app.operations import serve
from queue_app.operations.reporting_setup import set_reporting
from queue_app.operations.unit_of_work import Context
from queue_app.report_worker import ReportWorker
from queue_app.reports import registry
from tests.factories import Brno, create_brno
from tests.web.callers import Api, assert_refused, bearer, page_csrf, sign_in

DAY = "from=2026-03-04&to=2026-03-04"
CLERKS = ("Alena", "Bohdan")
FORMS = ("json", "csv", "xlsx", "pdf", "html")
POLICIES: dict[str, frozenset[ClerkFigures]] = {
    "nobody": frozenset(),
    **{str(figures): frozenset({figures}) for figures in ClerkFigures},
    "everybody": frozenset(ClerkFigures),
}
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Who may see what does not depend on the database."""

NAMES_CLERKS = ("waits?by=clerk&", "staffing?by=clerk&", "staffing?by=clerk&per=hour&", "tickets?", "events?")
"""The questions whose answer names clerks where the reader may see them."""


@pytest.fixture
def busy(brno: Brno, clock: SimulatedClock) -> Brno:
    """A branch in which Alena and Bohdan have served six people, and noted something on one of them."""
    brno.open(0)
    brno.open(1)
    for number in range(6):
        brno.take(("ids", "driving")[number % 2])
        brno.next(number % 2)
        clock.advance(seconds=100)
    serve.finish(brno.context, brno.counters[0], brno.alena)
    serve.transfer(brno.context, brno.counters[1], brno.bohdan, serve.Destination("cash", user_id=brno.users["alena"]))
    return brno


Asks = Callable[[str], TestResponse]


@pytest.fixture
def readers(application: Flask, context: Context, busy: Brno) -> dict[str, Asks]:
    """Those who may read reports, each as what opens an address for them."""
    marta = application.test_client()
    sign_in(marta, "marta.brno")
    found: dict[str, Asks] = {"Marta": marta.get}
    for name, scope in (("a manager's program", "manager"), ("a program", "reports")):
        headers = {"Authorization": f"Bearer {bearer(context, scope, branch='brno')}"}
        found[name] = lambda path, headers=headers: application.test_client().get(path, headers=headers)
    headers = {"Authorization": f"Bearer {bearer(context, 'reports', branch='brno', user_id=busy.users['alena'])}"}
    found["a program of Alena's"] = lambda path: application.test_client().get(path, headers=headers)
    return found


def path_of(question: str, form: str) -> str:
    """Return the address of a report in a form."""
    if form == "html":
        return f"/reports/brno/{question}{DAY}"
    return f"/api/v1/branches/brno/reports/{question}{DAY}&format={form}&language=en"


def text_of(answer: TestResponse, form: str) -> str:
    """Return everything that a person or a program can read in an answer."""
    if answer.status_code != 200:
        return answer.text
    if form == "pdf":
        return "\n".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages)
    if form == "xlsx":
        book = load_workbook(BytesIO(answer.data))
        return json.dumps([[str(cell.value) for row in sheet for cell in row] for sheet in book], ensure_ascii=False)
    return answer.text


def may_see(reader: str, policy: frozenset[ClerkFigures]) -> bool:
    """Say whether the policy names this reader."""
    wanted = {"a program": ClerkFigures.PROGRAMS, "a program of Alena's": None}.get(reader, ClerkFigures.MANAGERS)
    return wanted in policy


@ON_SQLITE
@pytest.mark.parametrize("policy", POLICIES)
def test_clerks_are_named_in_no_form_to_whom_the_policy_does_not_name(
    policy: str, context: Context, busy: Brno, readers: dict[str, Asks], subtests: pytest.Subtests
) -> None:
    set_reporting(context, "brno", busy.actor("marta"), {"clerk_figures": list(POLICIES[policy])})
    for reader, asks in readers.items():
        sees = may_see(reader, POLICIES[policy])
        for question in (*NAMES_CLERKS, *(f"{name}?" for name in registry.REPORTS)):
            for form in FORMS if question in NAMES_CLERKS else ("json", "csv", "html"):
                with subtests.test(f"{reader}: {question} as {form}"):
                    answer = asks(path_of(question, form))
                    if "clerk" in question and not sees:
                        assert answer.status_code == 403
                    else:
                        assert answer.status_code == 200
                    if not sees:
                        assert all(clerk not in text_of(answer, form) for clerk in CLERKS)
                    elif question in NAMES_CLERKS:
                        assert all(clerk in text_of(answer, form) for clerk in CLERKS)


@ON_SQLITE
def test_the_test_above_would_see_a_name(readers: dict[str, Asks]) -> None:
    # Every form can be read by it: the names stand in each of them for Marta, whom the usual policy names.
    for form in FORMS:
        assert "Bohdan" in text_of(readers["Marta"](path_of("staffing?by=clerk&", form)), form)


@ON_SQLITE
@pytest.mark.parametrize("policy", POLICIES)
def test_a_clerk_sees_own_figures_alone_and_only_where_the_policy_says_so(
    policy: str, application: Flask, context: Context, busy: Brno, subtests: pytest.Subtests
) -> None:
    set_reporting(context, "brno", busy.actor("marta"), {"clerk_figures": list(POLICIES[policy])})
    alena = application.test_client()
    sign_in(alena, "alena.brno")
    for name in registry.REPORTS:
        for path in (f"/reports/brno/{name}?{DAY}", f"/api/v1/branches/brno/reports/{name}?{DAY}"):
            assert alena.get(path).status_code == 403
        with subtests.test(name):
            answer = alena.get(f"/api/v1/branches/brno/my-work/{name}?{DAY}")
            open_to_her = name in registry.OF_ONE_CLERK and ClerkFigures.OWN in POLICIES[policy]
            assert answer.status_code == (200 if open_to_her else 403)
            assert "Bohdan" not in answer.text
    for question in ("waits?by=clerk&per=none", "staffing?by=clerk"):
        answer = alena.get(f"/api/v1/branches/brno/my-work/{question}&{DAY}")
        if ClerkFigures.OWN in POLICIES[policy]:
            assert [row["clerk"] for row in answer.json["rows"]] == ["Alena"]
        else:
            assert_refused(answer, 403, "not_allowed")


@ON_SQLITE
def test_nobody_but_clerks_of_the_branch_has_work_there(
    application: Flask, context: Context, busy: Brno, subtests: pytest.Subtests
) -> None:
    create_brno(context, "ostrava")
    path = f"/api/v1/branches/brno/my-work/waits?{DAY}"
    for person in ("alena.ostrava", "marta.ostrava", "oskar.brno"):
        with subtests.test(person):
            client = application.test_client()
            sign_in(client, person)
            assert_refused(client.get(path), 403, "not_allowed")
    for scope in ("admin", "manager", "desk", "reports", "kiosk", "display"):
        with subtests.test(scope):
            api = Api(application, bearer(context, scope, branch="brno"))
            assert_refused(api.get(path.removeprefix("/api/v1")), 403, "not_allowed")
    assert_refused(application.test_client().get(path), 401, "not_signed_in")


# --- files -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def marta(application: Flask, busy: Brno) -> FlaskClient:
    """Marta's browser."""
    client = application.test_client()
    sign_in(client, "marta.brno")
    return client


def ask(client: FlaskClient, **wish: Any) -> int:
    """Ask for a file, and return its job."""
    body = {"report": "tickets", "format": "csv", "from": "2026-03-04", "to": "2026-03-04", **wish}
    headers = {"X-CSRF-Token": page_csrf(client)}
    answer = client.post("/api/v1/branches/brno/report-jobs", json=body, headers=headers)
    assert answer.status_code == 202, answer.json
    job: int = answer.json["job"]["id"]
    return job


def make_files(context: Context, tmp_path: Path) -> None:
    """Let the worker make what was asked for."""
    folder = tmp_path / "reports"
    folder.mkdir(exist_ok=True)
    ReportWorker(context, folder).make_all()


def test_a_file_is_for_nobody_but_who_asked_for_it(
    application: Flask, context: Context, marta: FlaskClient, tmp_path: Path, subtests: pytest.Subtests
) -> None:
    create_brno(context, "ostrava")
    job = ask(marta)
    make_files(context, tmp_path)
    assert "Alena" in marta.get(f"/api/v1/branches/brno/report-jobs/{job}/file").text
    strangers = {
        scope: Api(application, bearer(context, scope, branch="brno")) for scope in ("admin", "manager", "reports")
    }
    for name, api in strangers.items():
        with subtests.test(f"{name} of the branch"):
            for what in ("", "/file"):
                assert_refused(api.get(f"/branches/brno/report-jobs/{job}{what}"), 404, "unknown_report_job")
            assert_refused(api.post(f"/branches/brno/report-jobs/{job}/cancel"), 404, "unknown_report_job")
            assert api.get("/branches/brno/report-jobs").json == {"jobs": []}
    elsewhere = application.test_client()
    sign_in(elsewhere, "marta.ostrava")
    for branch, status, code in (("brno", 403, "not_allowed"), ("ostrava", 404, "unknown_report_job")):
        for what in ("", "/file"):
            assert_refused(elsewhere.get(f"/api/v1/branches/{branch}/report-jobs/{job}{what}"), status, code)
    assert marta.get(f"/api/v1/branches/brno/report-jobs/{job}/file").status_code == 200


def test_a_file_with_figures_of_clerks_is_closed_when_the_policy_changes(
    context: Context, busy: Brno, marta: FlaskClient, tmp_path: Path
) -> None:
    job = ask(marta)
    make_files(context, tmp_path)
    path = f"/api/v1/branches/brno/report-jobs/{job}/file"
    assert "Alena" in marta.get(path).text
    set_reporting(context, "brno", busy.actor("marta"), {"clerk_figures": []})
    assert_refused(marta.get(path), 403, "not_allowed")
    again = ask(marta)
    assert again != job
    make_files(context, tmp_path)
    assert "Alena" not in marta.get(f"/api/v1/branches/brno/report-jobs/{again}/file").text
