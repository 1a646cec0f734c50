"""What a week of attacks would type into the forms: no fault, no trace, nothing changed by what was refused, no way out.

The forms are found by themselves: every route outside the API that takes something from a browser.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from queue_app import create_app
from queue_app.clock import SimulatedClock
from queue_app.config import Settings
from queue_app.operations.unit_of_work import Context
from tests.conftest import MORNING
from tests.factories import PASSWORD, Brno, create_brno
from tests.web.callers import page_csrf, sign_in
from tests.web.states import WholeState
from tests.web.test_access import WITHOUT_COOKIES, routes_of

NAUGHTY = (
    "", " ", "\0", "a\0b", "\r\nSet-Cookie: x=1", "\u202e\u2066abc", "\ufeff", "\U0001f600", "\U0010ffff", "%00", "%s%n%x", "{{7*7}}",
    "${7*7}", "{% raw %}", "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'; DROP TABLE ticket; --", "1 OR 1=1",
    "../../../etc/passwd", "..\\..\\windows", "file:///etc/passwd", "//evil.example/", "/\\evil.example", "javascript:alert(1)",
    "https://evil.example/", "|id", "`id`", "$(id)", "NaN", "-1", "0", "1e309", "9" * 5000, "x" * 70_000, "null", "true", "[]", "{}",
    "é" * 300, "ﷺ" * 50, "Z\u0351\u036b" * 40, "2026-02-30", "0001-01-01", "admin", "marta.brno",
)  # fmt: skip
OUTSIDE = ("//evil.example", "https://evil.example", "javascript:")
TRACES = ("Traceback", 'File "', "sqlalchemy", "werkzeug.", "jinja2")
FIELDS = re.compile(rb'<(?:input|select|textarea|button)[^>]*\bname="([^"]+)"')
MANY = 1000
"""Letters; more are typed into a few fields only: the limit is of the whole form."""
APART = 3
"""So many words lie between what a field is sent one time and the next."""
FIRST_FIELDS = ("username", "password", "next", "csrf_token")


class House:
    """One application for all of this module, and what its database holds."""

    def __init__(self, folder: Path) -> None:
        """Set up the branch that every test knows."""
        usual = Settings(
            data_dir=folder, secret_key="signs", spooler=False, report_worker=False, sign_in_attempts=10**6
        )
        self.app: Flask = create_app(usual, clock=SimulatedClock(MORNING))
        context: Context = self.app.extensions["queue_context"]
        self.brno: Brno = create_brno(context)
        self.token = self.brno.take().token
        self.state = WholeState(folder / "queue.sqlite3")
        self.clients = {"nobody": self.app.test_client(), "marta.brno": self.app.test_client()}
        assert sign_in(self.clients["marta.brno"], "marta.brno").status_code == 302
        self.clients["nobody"].get("/sign-in")
        self.forms = [
            (route.rule, route.method, route.path)
            for route in routes_of(self.app, self.brno, self.token)
            if route.method != "GET" and not route.rule.startswith(("/api/", *WITHOUT_COOKIES))
        ]
        self.fields = sorted(
            {name.decode() for page in self.pages() for name in FIELDS.findall(page)} | {*FIRST_FIELDS}
        )

    def pages(self) -> Iterator[bytes]:
        """Yield every page as a manager sees it."""
        for route in routes_of(self.app, self.brno, self.token):
            if route.method == "GET" and not route.rule.startswith("/api/"):
                answer = self.clients["marta.brno"].get(route.path, headers={"Accept": "text/html"})
                if answer.mimetype == "text/html":
                    yield answer.data


@pytest.fixture(scope="module")
def house(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The one of this module."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copy(migrated_sqlite, folder / "queue.sqlite3")
    found = House(folder)
    yield found
    found.state.close()
    found.app.extensions["queue_context"].database.dispose()


def assert_harmless(answer: TestResponse, told: str) -> None:
    """Fail where an answer is a fault, shows a trace, or leads out of the house."""
    assert answer.status_code < 500 or answer.status_code == 503, told
    if answer.mimetype in {"text/html", "application/json", "text/plain"}:
        text = answer.get_data(as_text=True)
        assert not any(trace in text for trace in TRACES), told
        assert "<script>alert(1)" not in text and "<img src=x" not in text, told
    location = answer.headers.get("Location", "")
    assert not location.lower().startswith(OUTSIDE), told
    # As browsers read it, to whom a backslash is a slash and a tab is nothing.
    read = re.sub(r"[\t\r\n]", "", location).replace("\\", "/")
    assert urlsplit(urljoin("http://localhost/", read)).hostname == "localhost", told
    assert "x=1" not in answer.headers.get("Set-Cookie", ""), told


def send(house: House, client: FlaskClient, method: str, path: str, fields: dict[str, Any]) -> None:
    """Send a form, and fail unless the answer is harmless and a refusal changed nothing."""
    before = house.state.rows()
    told = f"{method} {path} {str(fields)[:300]}"
    answer = client.open(path, method=method, data=fields, headers={"Accept": "text/html"})
    assert_harmless(answer, told)
    if answer.status_code >= 400:
        assert house.state.rows() == before, f"{told}: a refusal changed something"


def typed_from(names: list[str], place: int) -> dict[str, str]:
    """Return another naughty word for each field, the first from this place of the list."""
    typed = {name: NAUGHTY[(place + number) % len(NAUGHTY)] for number, name in enumerate(names)}
    return {name: words if len(words) < MANY or name in FIRST_FIELDS else words[:MANY] for name, words in typed.items()}


def test_there_are_forms_and_every_one_is_found(house: House) -> None:
    rules = {rule for rule, _, _ in house.forms}
    assert {"/sign-in", "/sign-out", "/t/<token>/leave"} <= rules
    assert {"username", "password"} <= set(house.fields)


@pytest.mark.parametrize("right", [True, False], ids=["with the page's token", "without it"])
def test_naughty_words_in_every_field_of_every_form(house: House, right: bool) -> None:
    for caller, client in house.clients.items():
        for rule, method, path in house.forms:
            for place in range(0, len(NAUGHTY), APART):
                if caller != "nobody" and rule == "/sign-out" and right:
                    continue  # it would do what it is for
                fields = typed_from(house.fields, place)
                fields["csrf_token"] = page_csrf(client) if right else fields["csrf_token"]
                send(house, client, method, path, fields)


def test_a_form_that_is_no_form_is_refused_without_a_fault(house: House) -> None:
    bodies: list[tuple[str, bytes]] = [
        ("multipart/form-data", b"x"), ("multipart/form-data; boundary=", b"--\r\n"), ("multipart/form-data; boundary=b", b"--b\r\n\r\n"),
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data; name=\"a\"; filename=\"../../x.svg\"\r\n\r\n<svg/>\r\n--b--"),
        ("application/x-www-form-urlencoded", b"%ff%fe=%00&=&&&;;" * 50), ("application/x-www-form-urlencoded; charset=utf-16", b"\xff\xfe"),
        ("application/json", b"{"), ("text/xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'), ("", b"\0" * 1000),
        ("application/x-www-form-urlencoded", b"&".join(b"f%d=1" % number for number in range(5000))),
    ]  # fmt: skip
    for client in house.clients.values():
        for _, method, path in house.forms:
            for kind, body in bodies:
                before = house.state.rows()
                told = f"{method} {path} {kind}"
                answer = client.open(path, method=method, data=body, content_type=kind, headers={"Accept": "text/html"})
                assert_harmless(answer, told)
                assert answer.status_code >= 400 or house.state.rows() == before or path.endswith("/leave"), told


@settings(max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_is_typed(house: House, data: st.DataObject) -> None:
    _, method, path = data.draw(st.sampled_from([form for form in house.forms if form[0] != "/sign-out"]))
    caller = data.draw(st.sampled_from(sorted(house.clients)))
    client = house.clients[caller]
    typed = st.text(st.characters(exclude_categories=["Cs"]), max_size=200) | st.sampled_from(NAUGHTY)
    fields = data.draw(
        st.dictionaries(st.sampled_from(house.fields) | st.text("abc_[]", max_size=8), typed, max_size=6)
    )
    if data.draw(st.booleans()):
        fields["csrf_token"] = page_csrf(client)
    send(house, client, method, path, {name: value for name, value in fields.items() if name})


def test_nobody_is_led_out_of_the_house_by_next_or_any_other_word(house: House) -> None:
    """Through every page that reads something from its address, and through the sign-in itself."""
    leads = [words for words in NAUGHTY if "evil" in words or "javascript" in words]
    leads += [
        "/\t/evil.example",
        "/\n/evil.example",
        "///evil.example",
        "/%2fevil.example",
        "http:evil.example",
        "\\\\evil.example",
    ]
    for words in leads:
        client = house.app.test_client()
        client.get("/sign-in")
        fields = {"username": "marta.brno", "password": PASSWORD, "csrf_token": page_csrf(client), "next": words}
        answer = client.post("/sign-in", data=fields)
        assert answer.status_code == 302
        assert_harmless(answer, words)
        assert re.match(r"/(?![/\\])", answer.headers["Location"]), words
    for route in routes_of(house.app, house.brno, house.token):
        if route.method == "GET" and not route.rule.startswith("/api/"):
            for words in leads[:3]:
                asked = {"next": words, "lang": words, "return": words, "url": words}
                assert_harmless(
                    house.clients["marta.brno"].get(route.path, query_string=asked), f"{route.path} {words!r}"
                )
