"""The supervisor's pages: for the managers of the branch, with everything that their scripts need and nothing inline."""

from __future__ import annotations

import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from queue_app.operations.unit_of_work import Context
from queue_app.store.models import Branch, Service
from tests.factories import Brno, create_brno
from tests.web.callers import change, sign_in

PATHS = ("/supervise/brno", "/supervise/brno/rules")
HTML = {"Accept": "text/html"}


def signed_in(application: Flask, name: str) -> FlaskClient:
    """Return a browser in which this person has signed in."""
    client = application.test_client()
    assert sign_in(client, name).status_code == 302
    return client


@pytest.mark.parametrize("path", PATHS)
def test_the_supervisors_pages_are_for_managers_of_the_branch(
    application: Flask, brno: Brno, context: Context, path: str
) -> None:
    create_brno(context, "ostrava")
    assert signed_in(application, "marta.brno").get(path, headers=HTML).status_code == 200
    for name in ("alena.brno", "oskar.brno", "marta.ostrava"):
        assert signed_in(application, name).get(path, headers=HTML).status_code == 403
    nobody = application.test_client().get(path, headers=HTML)
    assert (nobody.status_code, nobody.location) == (302, f"/sign-in?next={path}")


@pytest.mark.parametrize("path", PATHS)
def test_the_supervisors_pages_run_nothing_inline(application: Flask, brno: Brno, path: str) -> None:
    page = signed_in(application, "marta.brno").get(path, headers=HTML).text
    for attributes, inside in re.findall(r"<script([^>]*)>(.*?)</script>", page, re.DOTALL):
        assert "application/json" in attributes or not inside.strip()
    assert not re.search(r"\s(style|on\w+)=", page)
    assert not re.search(r"https?://(?!www\.w3\.org)", page)
    assert re.search(r'<meta name="csrf-token" content=".+">', page)


def test_the_pages_carry_the_settings_as_they_are_now(application: Flask, brno: Brno, context: Context) -> None:
    client = signed_in(application, "marta.brno")
    change(context, Service, "ids", longest_wait_minutes=30)
    change(context, Branch, "brno", notice={"cs": "Zavřeno </script>"})
    page = client.get(PATHS[0], headers=HTML).text
    found = re.search(r'id="facts">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    facts = json.loads(found[1])
    assert facts["notice"] == {"cs": "Zavřeno </script>"}
    assert {each["slug"]: each["longest_wait_minutes"] for each in facts["services"]} == {
        "ids": 30,
        "driving": None,
        "cash": None,
    }


def test_the_start_page_shows_managers_the_door(application: Flask, brno: Brno) -> None:
    door = 'href="/supervise/brno"'
    assert door in signed_in(application, "marta.brno").get("/").text
    assert door not in signed_in(application, "alena.brno").get("/").text
