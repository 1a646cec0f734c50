"""The lines of lobby screens: heartbeats, what the desks count, layouts, and that revoked ones are cut."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from queue_app.clock import SimulatedClock
from queue_app.operations import devices, pairing
from queue_app.operations.pairing import Wish
from queue_app.operations.setup import create_token, revoke_tokens
from queue_app.operations.unit_of_work import Context
from queue_app.store.models import Branch
from tests.factories import Brno, create_brno
from tests.realtime.screens import Screen
from tests.web.callers import Api, change, sign_in


def paired(context: Context, name: str, **layout: Any) -> tuple[int, str]:
    """Pair a screen, arrange it, and return its id and its token."""
    asked = pairing.ask(context, "display")
    screen = pairing.pair(context, "brno", Wish(asked.code, name))
    if layout:
        devices.change_device(context, "brno", "display", screen.id, {"layout": layout})
    return screen.id, asked.secret


def lobby_screen(app: Flask, token: str) -> Screen:
    """Let a browser in by a token and return its line."""
    browser = app.test_client()
    assert browser.get(f"/display/brno?token={token}").status_code == 302
    return Screen(app, browser=browser)


def standing(admin: Api, name: str) -> dict[str, Any]:
    """Return how a screen stands."""
    view = admin.get("/branches/brno/devices").json
    found: dict[str, Any] = next(screen for screen in view["screens"] if screen["name"] == name)
    return found


def test_a_paired_screen_says_how_it_stands_and_is_known_by_its_name(
    application: Flask, brno: Brno, admin: Api, context: Context
) -> None:
    screen_id, token = paired(context, "Hall")
    line = lobby_screen(application, token)
    assert line.subscribe("board", branch="brno", screen="page", sound="blocked")["ok"]
    assert standing(admin, "Hall")["state"]["health"] == "muted"
    brno.take()
    answer = line.say("heartbeat", {"revision": 1, "visible": True, "sound": "on", "width": 1920, "height": 1080})
    assert answer == {"ok": True, "revision": 1, "server_time": "2026-03-04T08:00:00.000Z"}
    state = standing(admin, "Hall")["state"]
    assert (state["health"], state["revision"], state["width"]) == ("muted", None, None)  # a second has not passed yet
    application.extensions["queue_screens"].tick()
    state = standing(admin, "Hall")["state"]
    assert (state["health"], state["revision"], state["width"]) == ("ok", 1, 1920)
    brno.open()
    brno.next()
    # Its acknowledgements come under the same name, by whichever page of it.
    acks = Api(application, token)
    assert acks.post("/branches/brno/board/acks", {"call_id": 3, "shown": True}).json["shown"] == 1
    again = acks.post("/branches/brno/board/acks", {"call_id": 3, "shown": True, "screen": "another page"}).json
    assert (again["shown"], again["screens"], again["speakers"]) == (1, 1, 1)
    line.leave()
    assert admin.get(f"/counters/{brno.counters[0]}/desk").json["delivery"]["screens"] == 0
    assert standing(admin, "Hall")["id"] == screen_id


def test_the_desks_count_only_the_screens_whose_zone_has_the_call(
    application: Flask, brno: Brno, admin: Api, context: Context
) -> None:
    for name, layout in {
        "Whole": {},
        "Cash": {"zone": {"services": ["cash"]}},
        "Two": {"kind": "counter", "counter": "2"},
        "Speaker": {"kind": "sound", "zone": {"counters": ["1"]}},
        "Mute": {"sound": {"chime": False, "speech": False}},
    }.items():
        assert lobby_screen(application, paired(context, name, **layout)[1]).subscribe("board", branch="brno")["ok"]
    desk = Screen(application, admin.headers)
    desk.subscribe("desk", branch="brno")
    for number, (service, screens, speakers) in enumerate((("ids", 2, 2), ("cash", 3, 3))):
        brno.take(service)
        brno.open(0) if number == 0 else None
        call_id = brno.next().leg.call_revision
        admin.post("/branches/brno/board/acks", {"call_id": call_id, "shown": True, "screen": "x"})
        told = {"call_id": call_id, "shown": 1, "spoken": 0, "screens": screens, "speakers": speakers}
        assert desk.told("delivery") == [told]
        assert admin.get(f"/counters/{brno.counters[0]}/desk").json["delivery"] == told
    metrics = admin.client.get("/metrics").text
    assert 'queue_screens{branch="brno"} 5.0' in metrics


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ((), "bad_request"), ((None,), "bad_request"), (([],), "bad_request"), (("x",), "bad_request"),
        (({"revision": -1},), "invalid_value"), (({"visible": "yes"},), "invalid_value"),
        (({"sound": {"a": 1}},), "invalid_value"), (({"width": 10**12},), "invalid_value"),
        (({"page_started_at": "\ud800"},), "invalid_value"),
    ],
)  # fmt: skip
def test_a_heartbeat_that_makes_no_sense_is_refused_and_changes_nothing(
    application: Flask, brno: Brno, admin: Api, context: Context, told: tuple[Any, ...], code: str
) -> None:
    line = lobby_screen(application, paired(context, "Hall")[1])
    line.subscribe("board", branch="brno")
    before = standing(admin, "Hall")
    assert line.say("heartbeat", *told)["error"]["code"] == code
    assert standing(admin, "Hall") == before


def test_only_a_screen_that_listens_has_a_heartbeat(application: Flask, brno: Brno, admin: Api) -> None:
    line = Screen(application, admin.headers)
    for channel, more in (("desk", {}), ("board", {"screen": False})):
        assert line.subscribe(channel, branch="brno", **more)["ok"]
        assert line.say("heartbeat", {"revision": 0})["error"]["code"] == "not_allowed"
    assert admin.get("/branches/brno/devices").json["unnamed"] == []
    assert line.subscribe("board", branch="brno", screen="x")["ok"]
    assert line.say("heartbeat", {"revision": 0})["ok"]
    assert len(admin.get("/branches/brno/devices").json["unnamed"]) == 1


def test_whose_token_is_revoked_is_cut_at_once_and_no_other(
    application: Flask, brno: Brno, admin: Api, context: Context
) -> None:
    (hall, token), (door, _), (stairs, _) = (paired(context, name) for name in ("Hall", "Door", "Stairs"))
    by_cookie, by_header = lobby_screen(application, token), Screen(application, {"Authorization": f"Bearer {token}"})
    by_wish = Screen(application)
    lines = [by_cookie, by_header, by_wish]
    for line, wish in zip(lines, ({}, {}, {"token": token}), strict=True):
        assert line.subscribe("board", branch="brno", **wish)["ok"]
    watching = Screen(application, admin.headers)
    watching.subscribe("board", branch="brno", screen="admin")
    admin.post(f"/branches/brno/screens/{door}/revoke")
    assert all(line.is_connected() for line in lines)
    assert admin.post(f"/branches/brno/screens/{hall}/revoke").json == {"id": hall, "revoked": 1}
    assert not any(line.is_connected() for line in lines)
    assert watching.is_connected()
    assert standing(admin, "Hall")["state"]["gone_at"] is not None
    assert Screen(application).subscribe("board", branch="brno", token=token)["error"]["code"] == "invalid_token"
    brno.take()
    assert len(watching.told()) == 1
    assert admin.call("DELETE", f"/branches/brno/screens/{stairs}").status_code == 200


def test_what_was_revoked_elsewhere_is_cut_with_the_next_tick(
    application: Flask, brno: Brno, context: Context, clock: SimulatedClock
) -> None:
    look_after = application.extensions["queue_sockets"].look_after
    kiosk = Screen(application, {"Authorization": f"Bearer {create_token(context, 'hall', ['kiosk'], 'brno')}"})
    assert kiosk.subscribe("board", branch="brno", screen=False)["ok"]
    clerk = application.test_client()
    sign_in(clerk, "alena.brno")
    desk = Screen(application, browser=clerk)
    assert desk.subscribe("desk", branch="brno")["ok"]
    look_after()
    assert kiosk.is_connected() and desk.is_connected()
    revoke_tokens(context, "hall")
    look_after()
    assert not kiosk.is_connected() and desk.is_connected()
    clock.advance(hours=application.extensions["queue_settings"].session_hours)
    look_after()
    assert not desk.is_connected()


def test_browsers_that_were_let_in_by_open_devices_are_out_when_they_are_open_no_longer(
    application: Flask, brno: Brno, context: Context, clock: SimulatedClock
) -> None:
    change(context, Branch, "brno", open_devices=True)
    browser = application.test_client()
    assert browser.get("/display/brno").status_code == 200
    line = Screen(application, browser=browser)
    assert line.subscribe("board", branch="brno", screen="x")["ok"]
    assert line.subscribe("desk", branch="brno")["error"]["code"] == "not_allowed"
    change(context, Branch, "brno", open_devices=False)
    clock.advance(seconds=5)
    application.extensions["queue_sockets"].look_after()
    assert not line.is_connected()
    assert browser.get("/api/v1/branches/brno/board").status_code == 401
    assert Screen(application, browser=browser).subscribe("board", branch="brno")["error"]["code"] == "not_signed_in"


def test_a_person_who_looked_at_the_lobby_leaves_no_screen_behind(application: Flask, brno: Brno) -> None:
    browser = application.test_client()
    sign_in(browser, "alena.brno")
    assert browser.get("/display/brno").status_code == 200
    with browser.session_transaction() as session:
        session.pop("sign_in")
    assert browser.get("/display/brno", headers={"Accept": "application/json"}).status_code == 401
    assert Screen(application, browser=browser).subscribe("board", branch="brno")["error"]["code"] == "not_signed_in"


def test_a_screen_of_another_branch_hears_nothing_here(
    application: Flask, brno: Brno, context: Context, api_of: Callable[..., Api]
) -> None:
    create_brno(context, "ostrava")
    _, token = paired(context, "Hall")
    assert Screen(application).subscribe("board", branch="ostrava", token=token)["error"]["code"] == "not_allowed"
    for scope in ("reports", "kiosk", "display"):
        line = Screen(application, api_of(scope, branch="brno").headers)
        assert line.subscribe("desk", branch="brno")["error"]["code"] == "not_allowed"


def test_a_new_layout_is_told_to_its_own_screen_alone_also_where_it_was_set_elsewhere(
    application: Flask, brno: Brno, admin: Api, context: Context
) -> None:
    (hall, hall_token), (_, door_token) = paired(context, "Hall"), paired(context, "Door")
    in_hall, at_door = (lobby_screen(application, token) for token in (hall_token, door_token))
    for line in (in_hall, at_door):
        line.subscribe("board", branch="brno")
    changed = admin.call("PATCH", f"/branches/brno/screens/{hall}", json={"layout": {"kind": "last_call"}})
    (told,) = in_hall.told("layout")
    assert told == {"layout": changed.json["layout"]} and told["layout"]["kind"] == "last_call"
    admin.call("PATCH", f"/branches/brno/screens/{hall}", json={"name": "Big hall"})
    devices.change_device(context, "brno", "display", hall, {"layout": None})
    application.extensions["queue_sockets"].look_after()
    application.extensions["queue_sockets"].look_after()
    assert [told["layout"]["kind"] for told in in_hall.told("layout")] == ["calls"]
    assert admin.post(f"/branches/brno/screens/{hall}/reload").status_code == 202
    assert (in_hall.told("reload"), at_door.told("reload")) == ([{}], [])
    assert at_door.told("layout") == at_door.told() == in_hall.told() == []
