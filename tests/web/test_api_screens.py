"""The API of the devices and the commands `flask screen …`: asking to be let in, pairing, arranging, shutting out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from queue_app.clock import SimulatedClock
from queue_app.domain.screen_layout import USUAL
from tests.factories import Brno
from tests.web.callers import Api, assert_refused, page_csrf, sign_in

DEVICES = "/branches/brno/devices"


def ask(visitor: Api, kind: str = "display") -> tuple[str, str]:
    """Let a device ask to be let in and return its code and its secret."""
    answer = visitor.post("/pairings", {"kind": kind})
    assert (answer.status_code, answer.json.keys()) == (201, {"code", "secret", "expires_at"})
    return answer.json["code"], answer.json["secret"]


def pair(admin: Api, visitor: Api, name: str) -> int:
    """Pair a screen and return its id."""
    screen_id: int = admin.post(DEVICES, {"code": ask(visitor)[0], "name": name}).json["id"]
    return screen_id


@pytest.mark.parametrize(("kind", "page"), [("display", "/display/brno"), ("kiosk", "/kiosk/brno")])
def test_a_device_asks_is_paired_and_lets_itself_in(
    application: Flask, visitor: Api, admin: Api, kind: str, page: str
) -> None:
    code, secret = ask(visitor, kind)
    assert visitor.post("/pairings/state", {"secret": secret}).json == {"state": "waiting", "kind": kind}
    browser = application.test_client()
    assert browser.get(f"{page}?token={secret}", headers={"Accept": "application/json"}).status_code == 401
    paired = admin.post(DEVICES, {"code": code, "name": "Hall"})
    assert (paired.status_code, paired.json["kind"], paired.json["name"]) == (201, kind, "Hall")
    told = visitor.post("/pairings/state", {"secret": secret}).json
    assert told == {"state": "paired", "branch": "brno", "kind": kind}
    assert browser.get(f"{page}?token={secret}").location == page
    assert browser.get(page).status_code == 200
    listed = admin.get(DEVICES).json["kiosks" if kind == "kiosk" else "screens"]
    assert [(each["name"], each["paired"]) for each in listed][-1] == ("Hall", True)
    assert visitor.post("/pairings/state", {"secret": "x" * 43}).json == {"state": "expired"}


def test_a_screen_is_named_arranged_shut_out_and_taken_away(admin: Api, visitor: Api) -> None:
    screen = pair(admin, visitor, "Hall")
    path = f"/branches/brno/screens/{screen}"
    assert admin.call("PATCH", path, json={}).json == {"id": screen, "name": "Hall", "layout": USUAL.json()}
    wish = {"name": "Door", "layout": {"kind": "last_call", "zone": {"services": ["ids"]}}}
    changed = admin.call("PATCH", path, json=wish).json
    assert (changed["name"], changed["layout"]["kind"], changed["layout"]["zone"]["services"]) == (
        "Door",
        "last_call",
        ["ids"],
    )
    details = assert_refused(admin.call("PATCH", path, json={"layout": {"rows": 99}}), 422, "invalid_value")
    assert details["field"] == "rows"
    assert admin.call("PATCH", path, json={"layout": None}).json["layout"] == USUAL.json()
    assert admin.post(f"{path}/reload").json == {"id": screen}
    assert [admin.post(f"{path}/revoke").json["revoked"] for _ in range(2)] == [1, 0]
    assert [each["paired"] for each in admin.get(DEVICES).json["screens"]] == [False]
    assert admin.call("DELETE", path).json == {"id": screen}
    for method, more in (("PATCH", ""), ("DELETE", ""), ("POST", "/revoke"), ("POST", "/reload")):
        body = {} if method == "DELETE" else {"json": {}}
        assert_refused(admin.call(method, f"{path}{more}", **body), 404, "unknown_screen")
    kiosk = admin.get(DEVICES).json["kiosks"][0]["id"]
    path = f"/branches/brno/kiosks/{kiosk}"
    assert admin.call("PATCH", path, json={"name": "Entrance"}).json == {"id": kiosk}
    assert admin.get(DEVICES).json["kiosks"][0]["name"] == "Entrance"
    assert admin.post(f"{path}/revoke").json == {"id": kiosk, "revoked": 0}
    assert admin.call("DELETE", path).json == {"id": kiosk}
    assert_refused(admin.call("DELETE", path), 404, "unknown_kiosk")


def test_what_makes_no_sense_is_refused_and_says_where(admin: Api, visitor: Api) -> None:
    for body in ({}, {"kind": "desk"}, {"kind": 1}, {"kind": "display", "more": 1}):
        assert_refused(visitor.post("/pairings", body), 422, "invalid_value")
    for body in ({}, {"secret": "short"}, {"secret": 7}, {"secret": "x" * 65}, {"secret": "ž" * 43}):
        assert_refused(visitor.post("/pairings/state", body), 422, "invalid_value")
    code, _ = ask(visitor)
    for body in (
        {},
        {"code": ""},
        {"code": code, "name": ""},
        {"code": code, "screen_id": 0},
        {"code": "x" * 41, "name": "x"},
    ):
        assert_refused(admin.post(DEVICES, body), 422, "invalid_value")
    assert_refused(admin.post(DEVICES, {"code": "ZZZ ZZZ", "name": "x"}), 404, "unknown_code")
    screen = pair(admin, visitor, "Hall")
    assert_refused(admin.post(DEVICES, {"code": code, "name": "Hall"}), 409, "name_taken")
    path = f"/branches/brno/screens/{screen}"
    for body in ({"name": ""}, {"layout": []}, {"layout": {"kind": "all"}}, {"layout": {"nothing": 1}}, {"id": 2}):
        assert_refused(admin.call("PATCH", path, json=body), 422, "invalid_value")
    for path in (DEVICES, "/branches/brno/screens/1", "/branches/brno/kiosks/1/revoke"):
        method = "GET" if path == DEVICES else "PATCH" if path.endswith("/1") else "POST"
        body = {} if method == "GET" else {"json": {}}
        assert_refused(admin.call(method, path.replace("brno", "nowhere"), **body), 404, "unknown_branch")


def test_asking_is_limited_for_an_address_and_entering_codes_for_a_person(
    visitor: Api, admin: Api, api_of: Callable[..., Api], clock: SimulatedClock
) -> None:
    answers = [visitor.post("/pairings", {"kind": "display"}) for _ in range(21)]
    assert [answer.status_code for answer in answers] == [201] * 20 + [429]
    assert int(answers[-1].headers["Retry-After"]) == 10
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    assert visitor.post("/pairings", {"kind": "display"}, environ_base=elsewhere).status_code == 201
    states = [visitor.post("/pairings/state", {"secret": "x" * 43}).status_code for _ in range(121)]
    assert states == [200] * 120 + [429]
    guesses = [admin.post(DEVICES, {"code": "AAA AAA", "name": "x"}).status_code for _ in range(11)]
    assert guesses == [404] * 10 + [429]
    assert_refused(api_of("manager").post(DEVICES, {"code": "AAA AAA", "name": "x"}), 404, "unknown_code")
    clock.advance(seconds=6)
    assert_refused(admin.post(DEVICES, {"code": "AAA AAA", "name": "x"}), 404, "unknown_code")


def test_a_page_of_another_site_cannot_make_a_browser_ask(application: Flask, brno: Brno) -> None:
    # What a browser sends across sites without asking first is no JSON.
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        client = application.test_client()
        answer = client.post("/api/v1/pairings", data='{"kind": "display"}', headers={"Content-Type": kind})
        assert_refused(answer, 415, "unsupported_media_type")
        assert "Set-Cookie" not in answer.headers and "Access-Control-Allow-Origin" not in answer.headers


def test_a_manager_pairs_with_the_pages_token_and_not_without(application: Flask, brno: Brno, visitor: Api) -> None:
    code, _ = ask(visitor)
    browser = application.test_client()
    sign_in(browser, "marta.brno")
    wish = {"json": {"code": code, "name": "Hall"}}
    assert_refused(browser.post(f"/api/v1{DEVICES}", **wish), 403, "csrf_failed")
    answer = browser.post(f"/api/v1{DEVICES}", headers={"X-CSRF-Token": page_csrf(browser)}, **wish)
    assert answer.status_code == 201


def test_no_secret_of_a_device_is_kept_or_shown(visitor: Api, admin: Api, application: Flask) -> None:
    code, secret = ask(visitor)
    admin.post(DEVICES, {"code": code, "name": "Hall"})
    with application.extensions["queue_context"].database.reading() as connection:
        kept = repr([connection.exec_driver_sql(f"SELECT * FROM {name}").all() for name in ("pairing", "api_token")])
    assert secret not in kept and secret not in admin.get(DEVICES).text


def test_the_commands_list_pair_arrange_and_shut_out(
    application: Flask, brno: Brno, visitor: Api, tmp_path: Path
) -> None:
    run = application.test_cli_runner()

    def flask(*arguments: str, code: int = 0) -> str:
        result = run.invoke(args=["screen", *arguments])
        assert result.exit_code == code, result.output
        return result.output

    assert flask("pair", "brno", ask(visitor)[0], "--name", "Hall") == "Hall is paired.\n"
    first = visitor.app.extensions["queue_context"].setup("brno").screens[0].id
    assert flask("pair", "brno", ask(visitor)[0].lower(), "--name", "Hall") == "Hall is paired.\n"
    flask("pair", "brno", ask(visitor, "kiosk")[0], "--name", "Door", "--kiosk")
    (screen,) = json.loads(flask("list", "brno"))
    assert (screen["id"], screen["name"], screen["paired"], screen["state"]["health"]) == (first, "Hall", True, "never")
    assert json.loads(flask("layout", "brno", "Hall")) == USUAL.json()
    file = tmp_path / "layout.json"
    file.write_text('{"kind": "counters", "rows": 5}', "utf-8")
    assert json.loads(flask("layout", "brno", "Hall", str(file)))["rows"] == 5
    assert json.loads(flask("layout", "brno", "Hall"))["kind"] == "counters"
    for wrong in ("{", '{"rows": 99}'):
        file.write_text(wrong, "utf-8")
        assert "Error" in flask("layout", "brno", "Hall", str(file), code=1)
    assert flask("revoke", "brno", "Hall") == "1 revoked\n"
    assert "There is no such screen" in flask("revoke", "brno", "Roof", code=1)
    assert "There is no such branch" in flask("list", "nowhere", code=1)
    assert "No device shows this code" in flask("pair", "brno", "AAA AAA", "--name", "x", code=1)
