"""What every answer carries, what cookies say, what is in public addresses, what stands in the log, which files are taken."""

from __future__ import annotations

import io
import logging
import re
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image

from queue_app import create_app
from queue_app.clock import SimulatedClock
from queue_app.config import Settings
from queue_app.operations.unit_of_work import Context
from tests.factories import PASSWORD, Brno, create_brno
from tests.web.access_table import is_public
from tests.web.callers import Api, assert_refused, page_csrf, rows_of, sign_in
from tests.web.test_access import RULES, routes_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
LOGO = "/branches/brno/slip-layout/logo"


def test_every_page_forbids_what_it_does_not_need_itself(
    application: Flask, brno: Brno, subtests: pytest.Subtests
) -> None:
    token = brno.take().token
    client = application.test_client()
    sign_in(client, "marta.brno")
    pages = 0
    for route in routes_of(application, brno, token):
        if route.method != "GET":
            continue
        for path in (route.path, f"{route.path}%00", f"{route.path}?lang=%ff"):
            answer = client.get(path, headers={"Accept": "text/html"})
            with subtests.test(path):
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                assert "Server" not in answer.headers or "Python" not in answer.headers["Server"]
                if answer.mimetype == "text/html":
                    pages += 1
                    policy = answer.headers["Content-Security-Policy"]
                    assert (
                        "default-src 'none'" in policy
                        and "script-src 'self';" in policy
                        and "base-uri 'none'" in policy
                    )
                    assert "unsafe" not in policy and "http" not in policy and "*" not in policy
                    assert re.search("frame-ancestors '(none|self)'", policy) and "form-action 'self'" in policy
                    assert answer.headers["Referrer-Policy"] == "same-origin"
                    assert answer.headers["Cache-Control"] == "no-store"
                    text = answer.get_data(as_text=True)
                    assert not re.search(r"<script(?![^>]*(src=|type=\"application/json\"))", text), "inline script"
                    assert not re.search(r"<style|\sstyle=|\son\w+=\"", text), "inline style or handler"
                    assert not re.search(r"<(script|link|img|iframe)[^>]+(src|href)=\"(https?:)?//", text), (
                        "another host"
                    )
                elif answer.mimetype == "application/json":
                    assert answer.headers["Cache-Control"] == "no-store"
    assert pages > 30


def test_cookies_are_for_this_server_alone(database_url: str, tmp_path: Path, clock: SimulatedClock) -> None:
    settings = Settings(
        data_dir=tmp_path, database_url=database_url, spooler=False, report_worker=False, cookie_secure=True
    )
    app = create_app(settings, clock=clock)
    create_brno(app.extensions["queue_context"])
    client = app.test_client()
    before = client.get("/sign-in", base_url="https://localhost").headers.getlist("Set-Cookie")
    with client.session_transaction(base_url="https://localhost") as session:
        csrf = session["csrf"]
    fields = {"username": "marta.brno", "password": PASSWORD, "csrf_token": csrf}
    after = client.post("/sign-in", data=fields, base_url="https://localhost").headers.getlist("Set-Cookie")
    assert before and after and before != after, "signing in begins a new session"
    for cookie in (*before, *after):
        assert (
            re.match("queue_[a-z_]+=", cookie)
            and "HttpOnly" in cookie
            and "SameSite=Lax" in cookie
            and "Secure" in cookie
        )
        assert "Domain=" not in cookie
    app.extensions["queue_context"].database.dispose()


def test_no_public_address_can_be_counted_through(application: Flask, brno: Brno) -> None:
    """What needs no right and shows one thing of many is found by an unguessable word, never by a number."""
    for (method, rule), row in RULES.items():
        if is_public(row):
            assert not re.search(r"<int:|<(ticket|counter|user|screen|kiosk|printer|id)>", rule), f"{method} {rule}"
    tokens = {brno.take().token for _ in range(200)}
    assert len(tokens) == 200 and all(re.fullmatch(r"[A-Za-z0-9_-]{22,}", token) for token in tokens)
    client = application.test_client()
    for number in (1, 2, 100000000001):
        assert client.get(f"/api/v1/tickets/{number}").status_code == 404
        assert client.get(f"/t/{number}").status_code == 404


def test_nobody_can_guess_for_long(application: Flask, brno: Brno, clock: SimulatedClock) -> None:
    """Names, addresses and codes of devices are all counted; what is right does not come through either meanwhile."""
    client = application.test_client()
    attempts = application.extensions["queue_settings"].sign_in_attempts
    statuses = [sign_in(client, "marta.brno", f"guess {number}").status_code for number in range(attempts + 3)]
    assert statuses == [401] * attempts + [429] * 3
    assert sign_in(client, "marta.brno").status_code == 429
    clock.advance(seconds=60)
    assert sign_in(client, "marta.brno").status_code == 302
    csrf = {"X-CSRF-Token": page_csrf(client)}
    wish = {"code": "AAA AAA", "name": "x"}
    codes = [client.post("/api/v1/branches/brno/devices", json=wish, headers=csrf).status_code for _ in range(15)]
    assert codes[0] == 404 and codes[-1] == 429


def test_a_fault_is_told_without_its_trace(
    application: Flask, brno: Brno, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from queue_app.operations import views

    def fails(*_: object) -> None:
        raise RuntimeError("the password is hunter2")

    monkeypatch.setattr(views, "branch_view", fails)
    token = Api(application, None)
    client = application.test_client()
    sign_in(client, "marta.brno")
    for accepted in ("text/html", "application/json"):
        answer = client.get("/api/v1/branches/brno", headers={"Accept": accepted, **token.headers})
        assert answer.status_code == 500
        assert "hunter2" not in answer.text and "Traceback" not in answer.text and "RuntimeError" not in answer.text
    assert "hunter2" in caplog.text, "whoever looks after the server sees it"


def test_the_log_of_a_busy_day_names_nobody_and_holds_no_token(
    application: Flask, brno: Brno, context: Context, api_of: Callable[..., Api], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    admin, desk = api_of("admin"), api_of("desk", branch="brno")
    client = application.test_client()
    sign_in(client, "marta.brno", "a wrong password 123")
    sign_in(client, "marta.brno")
    made = admin.post("/branches/brno/tokens", {"name": "Program of Jan Novák", "scopes": ["desk"]}).json
    hook = admin.post("/branches/brno/webhooks", {"name": "x", "url": "https://webhook.invalid/?key=s3cret"}).json
    taken = [desk.post("/branches/brno/tickets", {"service": "ids"}).json["ticket"]["token"] for _ in range(5)]
    counter = f"/counters/{brno.counters[0]}"
    for action, body in (
        ("open", {}),
        ("call-next", {}),
        ("start", {}),
        ("finish", {}),
        ("call-next", {}),
        ("no-show", {}),
    ):
        assert desk.post(f"{counter}/{action}", body).status_code == 200
    desk.post(f"/branches/brno/tickets/{brno.take().ticket.id}/notes", {"text": "Paní Dvořáková, tel. 602 123 456"})
    for token in taken:
        client.get(f"/t/{token}")
        client.get(f"/api/v1/tickets/{token}")
    secrets = [
        *taken, made["token"], hook["secret"], "s3cret", PASSWORD, "a wrong password 123", "Dvořák", "602 123 456", "Alena", "Novák",
        *(each.headers["Authorization"].partition(" ")[2] for each in (admin, desk)),
    ]  # fmt: skip
    said = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("queue"))
    assert "take_ticket" in said or "take" in said, "it was a busy day"
    assert [secret for secret in secrets if secret in said] == []


# --- files that are sent in -----------------------------------------------------------------------


def picture(form: str = "PNG", size: tuple[int, int] = (40, 20)) -> bytes:
    """Return a picture."""
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, form)
    return out.getvalue()


def bomb() -> bytes:
    """Return a PNG of a few kilobytes that says that it is 30,000 × 30,000."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")

    header = (30_000).to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 4_000_000, 9))
        + chunk(b"IEND", b"")
    )


NO_PICTURES = {
    "an SVG": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "a page": b"<!doctype html><script>alert(1)</script>",
    "a ZIP": b"PK\x03\x04" + b"\0" * 100,
    "half a picture": picture()[:40],
    "a picture of another kind": b"%PDF-1.7\n",
    "a bomb": bomb(),
}


def test_only_pictures_are_taken_as_a_logo_whatever_they_are_called(
    admin: Api, context: Context, subtests: pytest.Subtests
) -> None:
    before = rows_of(context, "branch", "audit_entry")
    for name, data in NO_PICTURES.items():
        for kind in ("image/png", "image/jpeg", "image/svg+xml", "application/octet-stream"):
            with subtests.test(f"{name} as {kind}"):
                answer = admin.call("POST", LOGO, data=data, headers={"Content-Type": kind})
                assert answer.status_code in {400, 413, 415, 422}, answer.status
    assert rows_of(context, "branch", "audit_entry") == before
    assert_refused(
        admin.call("POST", LOGO, data=b"x" * 10_000_000, headers={"Content-Type": "image/png"}), 413, "body_too_large"
    )


def test_media_are_given_by_what_they_are_called_never_as_a_page(
    application: Flask, brno: Brno, admin: Api, tmp_path: Path
) -> None:
    folder = tmp_path / "media" / "brno" / "hall"
    folder.mkdir(parents=True)
    for name in ("a.svg", "a.html", "a.js", ".hidden.png", "a.png.exe", "fine.png"):
        (folder / name).write_bytes(b"<script>alert(1)</script>")
    for name in (
        "a.svg",
        "a.html",
        "a.js",
        ".hidden.png",
        "a.png.exe",
        "../../../secret_key",
        "..%2f..%2fsecret_key",
        "%2fetc%2fpasswd",
    ):
        answer = application.test_client().get(f"/display/brno/media/hall/{name}", headers=admin.headers)
        assert answer.status_code in {404, 308}, name
        assert b"alert" not in answer.data
