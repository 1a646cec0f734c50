"""The pages of the screens: for the managers of the branch, with everything that their scripts need and nothing inline."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from queue_app.domain.screen_layout import USUAL
from queue_app.operations.setup import add_screen
from queue_app.operations.unit_of_work import Context
from tests.factories import Brno, create_brno
from tests.web.callers import sign_in

HTML = {"Accept": "text/html"}


@pytest.fixture
def paths(context: Context, brno: Brno) -> tuple[str, ...]:
    """Every page, that of a screen named Lobby included."""
    with context.database.writing() as connection:
        screen = add_screen(connection, context.setup("brno").id, "Lobby")
    context.reload("brno")
    return ("/screens", "/screens/brno", f"/screens/brno/{screen}")


def signed_in(application: Flask, name: str) -> FlaskClient:
    """Return a browser in which this person has signed in."""
    client = application.test_client()
    assert sign_in(client, name).status_code == 302
    return client


def facts(page: str, name: str) -> Any:
    """Return what a page tells its scripts."""
    found = re.search(rf'id="{name}">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def test_the_screens_pages_are_for_managers_of_the_branch(
    application: Flask, context: Context, paths: tuple[str, ...]
) -> None:
    create_brno(context, "ostrava")
    manager = signed_in(application, "marta.brno")
    others = {name: signed_in(application, name) for name in ("alena.brno", "oskar.brno", "marta.ostrava")}
    for path in paths:
        assert manager.get(path, headers=HTML).status_code == 200
        nobody = application.test_client().get(path, headers=HTML)
        assert (nobody.status_code, nobody.location) == (302, f"/sign-in?next={path}")
        for name, other in others.items():
            # Without a branch in the address, the manager of another branch is shown that one.
            own = path == "/screens" and name == "marta.ostrava"
            assert other.get(path, headers=HTML).status_code == (200 if own else 403)


def test_the_screens_pages_run_nothing_inline(application: Flask, paths: tuple[str, ...]) -> None:
    client = signed_in(application, "marta.brno")
    for path in paths:
        page = client.get(path, headers=HTML).text
        for attributes, inside in re.findall(r"<script([^>]*)>(.*?)</script>", page, re.DOTALL):
            assert "application/json" in attributes or not inside.strip()
        assert not re.search(r"\s(style|on\w+)=", page)
        assert re.search(r'<meta name="csrf-token" content=".+">', page)


def test_only_a_screen_of_the_branch_has_an_editor(
    application: Flask, context: Context, paths: tuple[str, ...]
) -> None:
    create_brno(context, "ostrava")
    client = signed_in(application, "marta.ostrava")
    number = paths[-1].rpartition("/")[2]
    assert client.get(f"/screens/ostrava/{number}", headers=HTML).status_code == 404
    assert client.get("/screens/ostrava/999", headers=HTML).status_code == 404


def test_the_editor_offers_the_folders_that_are_there_and_says_where(
    application: Flask, paths: tuple[str, ...], tmp_path: Path
) -> None:
    client = signed_in(application, "marta.brno")
    offered = re.compile(r'name="media\.folder">.*?</select>', re.DOTALL)
    assert str(tmp_path / "media" / "brno") in client.get(paths[-1], headers=HTML).text
    for folder in ("spring", "not a name", "autumn"):
        (tmp_path / "media" / "brno" / folder).mkdir(parents=True)
    (tmp_path / "media" / "brno" / "file").touch()
    found = offered.search(client.get(paths[-1], headers=HTML).text)
    assert found is not None
    assert re.findall(r"<option>(.*?)</option>", found[0]) == ["autumn", "spring"]
    told = facts(client.get(paths[-1], headers=HTML).text, "facts")
    assert told["usual"] == USUAL.json()


def test_the_start_page_shows_managers_the_door_to_the_screens(application: Flask, brno: Brno) -> None:
    door = 'href="/screens/brno"'
    assert door in signed_in(application, "marta.brno").get("/").text
    assert door not in signed_in(application, "alena.brno").get("/").text
