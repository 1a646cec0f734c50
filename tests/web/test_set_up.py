"""The set-up pages: from an empty database to a branch and its administrator, by whoever has the code, and once."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from queue_app.domain.errors import QueueError
from queue_app.i18n import LANGUAGES
from queue_app.operations.first_branch import document_of_answers
from queue_app.operations.first_start import Administrator, is_code, set_up, set_up_code, slug_of, standing
from queue_app.operations.trades import trades
from queue_app.operations.unit_of_work import Context
from queue_app.store.models import Branch, User, UserRole
from queue_app.store.running_tables import AuditEntry
from tests.factories import Brno

PAGE = {"Accept": "text/html"}
PASSWORD = "negy szo egy sorban"
BRANCH = {"name": "Belváros", "country": "HU", "languages": ["hu", "en"]}
PERSON = {"name": "Ági", "username": "agi", "password": PASSWORD, "again": PASSWORD}


class Newcomer:
    """Somebody with a browser who has just installed the server."""

    def __init__(self, app: Flask) -> None:
        """Open the start page, and be led to the set-up."""
        self.code = set_up_code(app.extensions["queue_settings"].signing_key())
        self.client: FlaskClient = app.test_client()
        self.page: TestResponse = self.client.get("/", headers=PAGE, follow_redirects=True)

    def answer(self, step: str, **fields: Any) -> TestResponse:
        """Send the form of a step, and go where it leads."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.page.text)
        data = {"csrf_token": found[1] if found else "", **fields}
        self.page = self.client.post(f"/set-up/{step}", data=data, headers=PAGE, follow_redirects=True)
        return self.page

    @property
    def step(self) -> str:
        """The step that is shown."""
        found = re.search(r'data-step="(\w+)"', self.page.text)
        return found[1] if found else ""

    def go_to(self, step: str) -> None:
        """Answer everything before this step."""
        for name, fields in (
            ("language", {"language": "hu"}),
            ("code", {"code": self.code}),
            ("branch", BRANCH),
            ("trade", {"trade": ""}),
        ):
            if name == step:
                break
            self.answer(name, **fields)
        assert self.step == step, self.page.text

    def wrong(self) -> str | None:
        """The field that is marked as wrong."""
        found = re.search(r'class="su-wrong" id="(\w+)-wrong"', self.page.text)
        return found[1] if found else None


@pytest.fixture
def newcomer(application: Flask) -> Newcomer:
    """A browser at the set-up of an empty installation."""
    return Newcomer(application)


def test_every_page_of_an_empty_installation_leads_to_its_set_up(application: Flask) -> None:
    client = application.test_client()
    for path in ("/", "/sign-in", "/desk", "/kiosk", "/kiosk/brno", "/display", "/admin", "/reports/brno", "/nothing"):
        answer = client.get(path, headers=PAGE)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/set-up"), path
    for path in ("/healthz", "/readyz", "/static/base.css", "/api/v1/openapi.json"):
        assert client.get(path, headers=PAGE).status_code == 200, path


def test_answers_lead_to_a_branch_and_a_signed_in_administrator(newcomer: Newcomer, context: Context) -> None:
    newcomer.go_to("administrator")
    answer = newcomer.answer("administrator", **PERSON)
    assert answer.request.path == "/admin/belvaros/next", answer.text
    assert '<html lang="hu">' in answer.text
    made = context.setup("belvaros")
    assert (made.languages, made.time_zone, made.name) == (("hu", "en"), "Europe/Budapest", {"hu": "Belváros"})
    assert made.year.holidays is not None and made.year.holidays.country == "HU"
    assert not made.open_devices
    assert _signs_in(newcomer.client.application, "agi", PASSWORD)
    with context.database.reading() as connection:
        roles = connection.execute(select(UserRole.role, UserRole.branch_id)).all()
        noted = set(connection.execute(select(AuditEntry.action)).scalars())
    assert [tuple(role) for role in roles] == [("admin", None)]
    assert {"set_up", "make_branch"} <= noted
    assert newcomer.client.get("/desk/belvaros", headers=PAGE).status_code == 200


def _signs_in(app: Flask, username: str, password: str) -> bool:
    client = app.test_client()
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in", headers=PAGE).text)
    assert found
    sent = {"csrf_token": found[1], "username": username, "password": password}
    return client.post("/sign-in", data=sent, headers=PAGE).status_code == 302


def test_what_was_answered_is_there_on_the_way_back(newcomer: Newcomer) -> None:
    newcomer.go_to("administrator")
    newcomer.answer("administrator", name="Ági", username="agi", password="not kept anywhere", go="back")
    assert newcomer.step == "trade"
    newcomer.answer("trade", trade="bank", go="back")
    assert newcomer.step == "branch" and 'value="Belváros"' in newcomer.page.text
    newcomer.answer("branch", name="Belváros 2", country="PL", languages=["pl"], go="back")
    assert newcomer.step == "code"
    newcomer.answer("code", code=newcomer.code)
    assert 'value="Belváros 2"' in newcomer.page.text
    assert '<option value="PL" selected>' in newcomer.page.text
    newcomer.answer("branch", name="Belváros 2", country="PL", languages=["pl"])
    newcomer.answer("trade", trade="")
    assert 'value="agi"' in newcomer.page.text and "not kept anywhere" not in newcomer.page.text
    with newcomer.client.session_transaction() as session:
        assert "not kept anywhere" not in str(dict(session)) and newcomer.code not in str(dict(session))


def test_no_step_can_be_taken_before_the_code(newcomer: Newcomer, context: Context) -> None:
    newcomer.go_to("code")
    for step in ("branch", "trade", "administrator"):
        newcomer.answer(step, **BRANCH, username="x" * 3, password=PASSWORD, again=PASSWORD)
        assert newcomer.step == "code"
    for code in ("", "0000-0000", newcomer.code[:-1], "\0"):
        newcomer.answer("code", code=code)
        assert (newcomer.step, newcomer.wrong()) == ("code", "code")
    assert standing(context).is_empty


def test_the_code_cannot_be_tried_for_long(newcomer: Newcomer) -> None:
    newcomer.go_to("code")
    answers = [newcomer.answer("code", code="2222-2222") for _ in range(12)]
    assert "su-wrong" in answers[0].text
    newcomer.answer("code", code=newcomer.code)
    assert newcomer.step == "code", "throttled, even with the right one"


def test_the_code_is_the_same_in_every_worker_and_another_on_every_server() -> None:
    assert set_up_code("one") == set_up_code("one") != set_up_code("two")
    code = set_up_code("one")
    assert is_code(code.lower().replace("-", " "), "one") and not is_code("", "one") and not is_code(code, "two")


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({**BRANCH, "name": ""}, "name"),
        ({**BRANCH, "country": "US"}, "time_zone"),
        ({**BRANCH, "country": "XX"}, "time_zone"),
        ({**BRANCH, "time_zone": "Europe/Nowhere"}, "time_zone"),
        ({**BRANCH, "slug": "Not a word"}, "slug"),
        ({**BRANCH, "slug": "cloudprnt"}, "slug"),
        ({**BRANCH, "name": "市役所"}, "slug"),
    ],
)
def test_what_is_wrong_with_the_branch_is_said_at_its_field(
    newcomer: Newcomer, fields: dict[str, Any], place: str
) -> None:
    newcomer.go_to("branch")
    answer = newcomer.answer("branch", **fields)
    assert (answer.status_code, newcomer.step, newcomer.wrong()) == (422, "branch", place)


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({**PERSON, "name": " "}, "name"),
        ({**PERSON, "username": "á b"}, "username"),
        ({**PERSON, "password": "short", "again": "short"}, "password"),
        ({**PERSON, "again": "another"}, "again"),
    ],
)
def test_what_is_wrong_with_the_administrator_is_said_at_its_field_and_nothing_is_made(
    newcomer: Newcomer, context: Context, fields: dict[str, Any], place: str
) -> None:
    newcomer.go_to("administrator")
    answer = newcomer.answer("administrator", **fields)
    assert (answer.status_code, newcomer.wrong()) == (422, place)
    assert standing(context).is_empty


def test_hostile_answers_change_nothing_and_break_nothing(newcomer: Newcomer, context: Context) -> None:
    newcomer.go_to("branch")
    for step in ("language", "code", "branch", "trade", "administrator", "nothing"):
        for evil in ("\0", "\ud800".encode("utf-8", "surrogatepass"), "<script>", "A" * 5000, "../../etc"):
            for field in ("language", "code", "name", "slug", "country", "languages", "trade", "username", "go"):
                status = newcomer.client.post(
                    f"/set-up/{step}", data={"csrf_token": "x", field: evil}, headers=PAGE
                ).status_code
                assert status < 500
    assert standing(context).is_empty


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("trade", [slug for slug, _ in trades()])
def test_every_kind_of_office_makes_a_branch_in_every_language(context: Context, trade: str, language: str) -> None:
    answers = {
        "language": language,
        "trade": trade,
        "branch": {"name": "Büro", "slug": "", "country": "CZ", "time_zone": "", "languages": ["en"], "open": True},
    }
    set_up(context, Administrator("dana", "Dana", PASSWORD, language), document_of_answers(answers))
    made = context.setup("buro")
    assert made.services and made.counters and made.open_devices and made.default_language == language


def test_of_two_at_the_same_time_one_sets_up_and_the_other_changes_nothing(context: Context) -> None:
    outcomes: list[str] = []
    barrier = threading.Barrier(4)

    def try_it(number: int) -> None:
        document = document_of_answers(
            {
                "language": "en",
                "trade": None,
                "branch": {
                    "name": f"Branch {number % 2}", "slug": "", "country": "GB", "time_zone": "", "languages": [], "open": False,
                },
            }
        )  # fmt: skip
        barrier.wait()
        try:
            set_up(context, Administrator(f"person{number}", f"Somebody {number}", PASSWORD, "en"), document)
            outcomes.append("made")
        except QueueError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=try_it, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["already_set_up"] * 3 + ["made"]
    with context.database.reading() as connection:
        assert len(connection.execute(select(User.id)).all()) == 1
        assert len(connection.execute(select(Branch.id)).all()) == 1


def test_once_set_up_the_pages_lead_away_also_from_a_form_that_was_open(
    application: Flask, newcomer: Newcomer, context: Context
) -> None:
    late = Newcomer(application)
    late.go_to("administrator")
    newcomer.go_to("administrator")
    newcomer.answer("administrator", **PERSON)
    answer = late.answer("administrator", **{**PERSON, "username": "late"})
    assert answer.request.path == "/"
    for path in ("/set-up", "/set-up/administrator"):
        assert application.test_client().get(path, headers=PAGE).headers["Location"] == "/"
    with context.database.reading() as connection:
        assert connection.execute(select(User.username)).scalars().all() == ["agi"]


def test_a_branch_that_knew_no_administrators_works_on_and_gets_its_first_one(application: Flask, brno: Brno) -> None:
    client = application.test_client()
    assert client.get("/kiosk/brno", headers=PAGE).status_code != 302
    assert 'data-part="unattended"' in client.get("/", headers=PAGE).text
    newcomer = Newcomer(application)
    newcomer.page = newcomer.client.get("/set-up", headers=PAGE, follow_redirects=True)
    newcomer.answer("language", language="cs")
    newcomer.answer("code", code=newcomer.code)
    assert newcomer.step == "administrator"
    newcomer.answer("administrator", **{**PERSON, "username": "marta.brno"})
    assert newcomer.wrong() == "username", "somebody has this name"
    answer = newcomer.answer("administrator", **PERSON)
    assert answer.request.path == "/admin/brno/next"
    assert 'data-part="unattended"' not in client.get("/", headers=PAGE).text


def test_a_program_may_set_everything_up_without_the_pages(application: Flask, api_of: Callable[..., Any]) -> None:
    # `api_of` makes a token on a database that has a branch; the pages do not stand in the way of programs.
    assert api_of("admin").get("/branches").status_code == 200


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Městský úřad", "mestsky-urad"), ("Łódź – Śródmieście", "lodz-srodmiescie"), ("市", ""), ("A" * 60, "a" * 40)],
)
def test_a_word_for_addresses_is_made_of_the_name(name: str, slug: str) -> None:
    assert slug_of(name) == slug
