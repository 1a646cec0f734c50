"""The administration's pages: who sees which, and a configuration that is brought in as a file."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from queue_app.operations.config_document import export_branch
from queue_app.operations.config_yaml import from_yaml, to_yaml
from queue_app.web.admin_nav import PAGES
from tests.factories import PASSWORD, Brno

HTML = {"Accept": "text/html"}
PATH = "/admin/brno/configuration"


class Person:
    """Somebody of the cast, signed in."""

    def __init__(self, app: Flask, name: str) -> None:
        """Sign in."""
        self.client = app.test_client()
        page = self.client.get("/sign-in", headers=HTML).text
        data = {"csrf_token": _token(page), "username": f"{name}.brno", "password": PASSWORD}
        assert self.client.post("/sign-in", data=data, headers=HTML).status_code == 302

    def send(self, text: str = "", file: bytes | None = None, **fields: str) -> TestResponse:
        """Send a configuration, as the page's form does."""
        page = self.client.get(PATH, headers=HTML).text
        data: dict[str, Any] = {"csrf_token": _token(page), "text": text, "go": "compare", **fields}
        if file is not None:
            data["file"] = (io.BytesIO(file), "brno.yaml")
        return self.client.post(PATH, data=data, headers=HTML, content_type="multipart/form-data")


def _token(page: str) -> str:
    found = re.search(r'name="csrf[_-]token" (?:value|content)="([^"]+)"', page)
    assert found
    return found[1]


@pytest.fixture
def marta(application: Flask, brno: Brno) -> Person:
    """The manager."""
    return Person(application, "marta")


def test_a_manager_sees_every_page_and_its_place_in_the_navigation(marta: Person) -> None:
    page = marta.client.get("/admin", headers=HTML).text
    addresses = re.findall(r'<li><a href="(/[^"]+)"', page)
    assert len(addresses) >= 9
    for address in addresses:
        answer = marta.client.get(address, headers=HTML)
        assert answer.status_code == 200, address
        if address.startswith("/admin"):
            assert f'href="{address}" aria-current="page"' in answer.text


def test_a_clerk_sees_none_of_them(application: Flask, brno: Brno) -> None:
    clerk = Person(application, "alena")
    assert clerk.client.get("/admin", headers=HTML).status_code == 403
    for path in ("", "/next", "/services", "/configuration", "/configuration.yaml"):
        assert clerk.client.get(f"/admin/brno{path}", headers=HTML).status_code == 403


def test_every_page_of_the_navigation_exists(application: Flask) -> None:
    endpoints = {rule.endpoint for rule in application.url_map.iter_rules()}
    assert {endpoint for _, pages in PAGES for endpoint, _, _ in pages} <= endpoints


def test_the_file_that_is_taken_along_brings_nothing_new(marta: Person) -> None:
    answer = marta.client.get(f"{PATH}.yaml")
    assert answer.mimetype == "application/yaml" and "people" not in from_yaml(answer.text)
    same = marta.send(file=answer.data)
    assert same.status_code == 200 and 'data-part="same"' in same.text


def test_a_file_is_compared_first_and_holds_only_when_that_was_seen(marta: Person, brno: Brno) -> None:
    text = "counters:\n- {name: '1', profile: null}\n- {name: Room 4, profile: null}\n"
    shown = marta.send(text)
    assert shown.status_code == 200 and "counters/Room 4" in shown.text
    assert [each.name for each in brno.context.reload("brno").counters] == ["1", "2", "3", "4"]
    done = marta.send(text, go="import")
    assert (done.status_code, done.headers["Location"]) == (302, f"{PATH}?done=yes")
    assert [each.name for each in brno.context.reload("brno").counters] == ["1", "Room 4"]


def test_whoever_would_be_stranded_is_named_and_it_has_to_be_accepted(marta: Person, brno: Brno) -> None:
    brno.take("cash")
    document = export_branch(brno.context, "brno")
    text = to_yaml({"services": [each for each in document["services"] if each["slug"] != "cash"], "menu": []})
    shown = marta.send(text)
    assert 'data-part="stranded"' in shown.text and "services/cash" in shown.text
    refused = marta.send(text, go="import")
    assert refused.status_code == 409 and 'data-part="stranded"' in refused.text
    assert len(brno.context.reload("brno").services) == 3
    assert marta.send(text, go="import", accept="yes").status_code == 302
    names = [each.slug for each in brno.context.reload("brno").services if each.active]
    assert "cash" not in names


@pytest.mark.parametrize(
    "text",
    [
        "", "- 1", "counters: [", "counters: 7", "services:\n- slug: ../x", "branch: null", "\0", "a: &a [1]\nb: *a",
        "!!python/object/apply:os.system [ls]", "nothing: 1", "[" * 400, "queue: 99", "counters:\n- {name: 1}",
        "hours: {weekly: {mon: [[8, 9]]}}", "people: []", "? [a, b]\n: 1", "2024-01-01: x",
    ],
)  # fmt: skip
def test_what_is_no_configuration_is_refused_with_a_reason_and_changes_nothing(
    marta: Person, brno: Brno, text: str
) -> None:
    before = export_branch(brno.context, "brno")
    for go in ("compare", "import"):
        answer = marta.send(text, go=go)
        assert answer.status_code == 422 and 'data-part="wrong"' in answer.text
    assert export_branch(brno.context, "brno") == before


def test_a_file_that_is_no_text_and_one_without_the_pages_token_are_refused(marta: Person) -> None:
    assert marta.send(file=b"\x89PNG\xff\xfe").status_code == 422
    assert marta.client.post(PATH, data={"text": "counters: []"}, headers=HTML).status_code == 403


@pytest.mark.parametrize(
    "value",
    ["08:00", "2026-12-24", "no", "yes", "on", "null", "~", "", "1.5", "007", "0x1f", "1e3", "true", "a: b", "- a", "ž\nb\n", " x ",
     "#", "!x", "*a", "&a", "12:30:00", "1_000", "=", "<<", ".inf", "é\u2009y", "a\ttab", "x" * 300],
)  # fmt: skip
def test_every_text_comes_back_from_yaml_as_it_was(value: str) -> None:
    document = {"a": [value, 1, 2.5, True, None, [[value]]], value: {"b": value}}
    assert from_yaml(to_yaml(document)) == document


def test_times_and_days_need_no_quotes() -> None:
    typed = "hours: {weekly: {mon: [[08:00, 12:00]]}, from: 2026-12-24, no: yes}"
    assert from_yaml(typed) == {"hours": {"weekly": {"mon": [["08:00", "12:00"]]}, "from": "2026-12-24", "no": "yes"}}


def test_who_saved_meanwhile_is_noticed(api_of: Any) -> None:
    admin = api_of("admin")
    seen = admin.get("/branches/brno/config")
    document = {"counters": [{"name": "1", "profile": None}]}
    sent = {"document": document}
    tag = {"If-Match": seen.headers["ETag"]}
    assert admin.call("PUT", "/branches/brno/config", json=sent, headers=tag).status_code == 200
    again = admin.call("PUT", "/branches/brno/config", json={"document": {"counters": []}}, headers=tag)
    assert (again.status_code, again.json["error"]["code"]) == (409, "settings_changed")
