"""The page of a lobby screen from the server's side: its own layout, its media, its preview."""

from __future__ import annotations

import json
import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import update

from queue_app.domain.screen_layout import USUAL
from queue_app.operations import setup
from queue_app.operations.setup import create_token
from queue_app.operations.unit_of_work import Context
from queue_app.store.models import Screen
from tests.factories import Brno
from tests.servers import wait_until
from tests.web.callers import sign_in


def facts(page: str) -> dict[str, Any]:
    """Return what a page tells its scripts of its screen."""
    found = re.search(r'<script type="application/json" id="screen">(.*?)</script>', page, re.DOTALL)
    assert found
    told: dict[str, Any] = json.loads(found.group(1))
    return told


@pytest.fixture
def screen(application: Flask, brno: Brno, context: Context) -> FlaskClient:
    """A browser that was let in as the screen *Hall*, which has a layout."""
    layout = {
        "kind": "counters",
        "zone": {"counters": ["1", "2"], "services": ["ids", "gone"]},
        "media": {"folder": "hall"},
    }
    with context.database.writing() as connection:
        hall = setup.add_screen(connection, brno.branch_id, "Hall")
        connection.execute(update(Screen).where(Screen.id == hall).values(layout=layout))
    token = create_token(context, "Hall", ["display"], "brno", screen_id=hall)
    client = application.test_client()
    assert client.get(f"/display/brno?token={token}").status_code == 302
    return client


@pytest.fixture
def media(application: Flask) -> Path:
    """The folder *hall* of the branch's media."""
    folder: Path = application.extensions["queue_settings"].data_dir / "media" / "brno" / "hall"
    folder.mkdir(parents=True)
    return folder


def test_a_screen_is_told_its_name_its_layout_and_the_branchs_hours(screen: FlaskClient) -> None:
    told = facts(screen.get("/display/brno?lang=en").text)
    assert told["screen"]["name"] == "Hall"
    assert told["layout"]["kind"] == "counters"
    assert told["layout"]["zone"] == {"counters": ["1", "2"], "services": ["ids"]}  # the branch has no service "gone"
    assert [service["slug"] for service in told["services"]] == ["ids", "driving", "cash"]
    assert set(told["hours"]) == {"now", "is_open", "closes_at", "opens_at"}
    assert told["media"] == {"files": []}


def test_a_browser_without_a_name_shows_what_is_usual(application: Flask, brno: Brno, context: Context) -> None:
    token = create_token(context, "plain", ["display"], "brno")
    answer = application.test_client().get("/display/brno", headers={"Authorization": f"Bearer {token}"})
    told = facts(answer.text)
    assert (told["screen"], told["layout"]) == (None, json.loads(json.dumps(USUAL.json())))


def test_only_pictures_and_videos_of_the_folder_are_given_out(screen: FlaskClient, media: Path, tmp_path: Path) -> None:
    Image.new("RGB", (8, 8)).save(media / "spring fair.png")
    (media / "film.mp4").write_bytes(bytes(range(256)) * 40)
    for name in ("notes.txt", ".hidden.png", "page.html", "vector.svg"):
        (media / name).write_text("for nobody")
    outside = tmp_path / "secret.png"
    Image.new("RGB", (8, 8)).save(outside)
    (media / "linked.png").symlink_to(outside)
    files = screen.get("/display/brno/media/hall").json["files"]
    assert [each["kind"] for each in files] == ["video", "image"]
    assert facts(screen.get("/display/brno").text)["media"]["files"] == files

    picture = screen.get(files[1]["url"])
    assert (picture.status_code, picture.mimetype) == (200, "image/png")
    assert "immutable" in picture.headers["Cache-Control"] and "private" in picture.headers["Cache-Control"]
    part = screen.get(files[0]["url"], headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.data) == (206, (bytes(range(256)) * 40)[100:200])
    picture.close()
    part.close()

    for path in (
        "hall/notes.txt", "hall/.hidden.png", "hall/page.html", "hall/vector.svg", "hall/linked.png", "hall/none.png",
        "hall/..%2fhall%2ffilm.mp4", "hall/%2e%2e", "..%2f..%2fsecret_key", "hall/..%5cfilm.mp4", "empty/film.mp4", "hall/film.mp4?page=1",
    ):  # fmt: skip
        assert screen.get(f"/display/brno/media/{path}").status_code == 404, path
    assert screen.get("/display/brno/media/empty").json == {"files": []}


def test_a_pdf_is_shown_page_by_page(screen: FlaskClient, media: Path) -> None:
    first, second = (Image.new("RGB", (400, 300), colour) for colour in ("red", "blue"))
    first.save(media / "slides.pdf", save_all=True, append_images=[second])
    (media / "torn.pdf").write_bytes(b"%PDF-1.7 and no more")

    def pages() -> list[dict[str, str]]:
        found: list[dict[str, str]] = screen.get("/display/brno/media/hall").json["files"]
        return found

    files = wait_until(pages, "the pages to be drawn")
    assert [each["kind"] for each in files] == ["image", "image"]
    answer = screen.get(files[1]["url"])
    red, _, blue = Image.open(BytesIO(answer.data)).convert("RGB").getpixel((50, 50))
    assert answer.mimetype == "image/jpeg" and blue > 200 > 50 > red
    answer.close()
    assert screen.get("/display/brno/media/hall/slides.pdf").status_code == 404  # the document itself is for nobody
    assert screen.get("/display/brno/media/hall/slides.pdf?page=3").status_code == 404
    wait_until(lambda: list(media.parents[2].glob("media-pages/brno/hall/torn.pdf-*")), "the torn one to be given up")
    assert pages() == files


def test_the_preview_may_stand_in_a_page_of_ours_and_nothing_else_may(application: Flask, brno: Brno) -> None:
    client = application.test_client()
    sign_in(client, "marta.brno")
    answer = client.get("/display/brno/preview?lang=cs")
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    assert facts(answer.text)["waits"][0]["forecast"]["low_seconds"] > 0
    board = json.loads(answer.text.split('id="board">')[1].split("</script>")[0])
    assert {call["counter"] for call in board["calls"]} == {"1", "2"}
    assert [counter["state"] for counter in board["counters"]] == ["open", "open", "paused", "closed"]
    assert "frame-ancestors 'none'" in client.get("/display/brno").headers["Content-Security-Policy"]
