"""Who may listen to what, and what a screen is sent when it comes or comes back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from queue_app import i18n
from queue_app.operations.setup import create_token
from queue_app.operations.unit_of_work import Context
from tests.factories import Brno, create_brno
from tests.realtime.screens import Screen
from tests.web.callers import Api, sign_in

MAY_LISTEN = {
    "board": {"admin", "manager", "desk", "kiosk", "display"},
    "desk": {"admin", "manager", "desk"},
}


def refusal(answer: dict[str, Any]) -> str:
    """Return the code of a refused subscription, which has the contract's error."""
    assert answer.keys() == {"ok", "error"} and answer["ok"] is False
    assert answer["error"].keys() == {"code", "message", "details"}
    code: str = answer["error"]["code"]
    return code


@pytest.mark.parametrize("channel", ["board", "desk"])
def test_a_channel_lets_in_exactly_those_who_may_see_it(
    application: Flask, brno: Brno, context: Context, channel: str
) -> None:
    create_brno(context, "ostrava")
    assert refusal(Screen(application).subscribe(channel, branch="brno")) == "not_signed_in"
    assert refusal(Screen(application).subscribe(channel, branch="brno", token="nonsense")) == "invalid_token"
    for scope in ("admin", "manager", "desk", "kiosk", "display", "reports"):
        here = create_token(context, "here", [scope], "brno")
        there = create_token(context, "there", [scope], "ostrava")
        by_token = Screen(application).subscribe(channel, branch="brno", token=here)
        by_header = Screen(application, {"Authorization": f"Bearer {here}"}).subscribe(channel, branch="brno")
        if scope in MAY_LISTEN[channel]:
            assert by_token["ok"] and by_header["ok"]
        else:
            assert refusal(by_token) == refusal(by_header) == "not_allowed"
        assert refusal(Screen(application).subscribe(channel, branch="brno", token=there)) == "not_allowed"
    assert refusal(Screen(application).subscribe(channel, branch="nowhere", token=here)) in {
        "unknown_branch",
        "not_allowed",
    }


def test_a_refusal_is_told_in_the_browsers_language(application: Flask, brno: Brno) -> None:
    for language in i18n.LANGUAGES:
        answer = Screen(application, {"Accept-Language": language}).subscribe("board", branch="brno")
        assert refusal(answer) == "not_signed_in"
        assert answer["error"]["message"] == i18n.text(language, "Please sign in.")


def test_people_listen_with_their_session_where_they_work(application: Flask, brno: Brno, context: Context) -> None:
    create_brno(context, "ostrava")
    for name, codes in {
        "alena.brno": (None, None),
        "alena.ostrava": ("not_allowed",) * 2,
        "oskar.brno": ("not_allowed",) * 2,
    }.items():
        browser = application.test_client()
        sign_in(browser, name)
        for channel, code in zip(("board", "desk"), codes, strict=True):
            answer = Screen(application, browser=browser).subscribe(channel, branch="brno")
            assert answer["ok"] if code is None else refusal(answer) == code


def test_a_lobby_screen_that_was_let_in_hears_the_board_and_not_the_desk(
    application: Flask, brno: Brno, context: Context
) -> None:
    browser = application.test_client()
    browser.get(f"/display/brno?token={create_token(context, 'lobby', ['display'], 'brno')}")
    screen = Screen(application, browser=browser)
    assert screen.subscribe("board", branch="brno")["ok"]
    assert refusal(screen.subscribe("desk", branch="brno")) == "not_allowed"
    brno.take()
    assert [event["channel"] for event in screen.told()] == ["board"]


def test_a_ticket_is_heard_by_its_token_alone(application: Flask, brno: Brno, admin: Api) -> None:
    mine = brno.take()
    page = Screen(application)
    answer = page.subscribe("ticket", token=mine.token)
    assert (answer["ok"], answer["revision"]) == (True, 1)
    assert answer["snapshot"] == {"label": "A001", "state": "waiting"}
    for token in (
        None,
        7,
        "",
        mine.ticket.id,
        str(mine.ticket.id),
        "A001",
        mine.token[:-1],
        ["x"],
        {"$ne": ""},
    ):
        assert refusal(Screen(application).subscribe("ticket", token=token)) == "unknown_ticket"
    assert (
        refusal(Screen(application, admin.headers).subscribe("ticket", branch="brno", ticket=mine.ticket.id))
        == "unknown_ticket"
    )


@pytest.mark.parametrize(
    "wish",
    [
        (), (None,), ("board",), ([],), (7,), ({},), ({"channel": "everything"},), ({"channel": None},),
        ({"channel": ["board"]},), ({"channel": "board\0"},), ({"channel": "ticket", "token": "a\0b"},),
        ({"channel": "ticket", "token": "\ud800"},),
        ({"channel": "board", "branch": "a\0b", "token": "x"},), ({"channel": "board", "token": "\udfff"},),
        ({"channel": "desk", "branch": {"a": 1}},), ({"channel": "room:board:brno", "branch": "brno"},),
    ],
)  # fmt: skip
def test_nonsense_is_refused_and_never_a_fault(
    application: Flask, brno: Brno, admin: Api, wish: tuple[Any, ...]
) -> None:
    code = refusal(Screen(application, admin.headers).emit(*wish))
    assert code in {"bad_request", "invalid_value", "unknown_branch", "unknown_ticket", "invalid_token"}


def test_a_screen_that_comes_gets_a_snapshot_and_one_that_comes_back_what_it_missed(
    application: Flask, brno: Brno, admin: Api
) -> None:
    brno.take()
    screen = Screen(application, admin.headers)
    first = screen.subscribe("board", branch="brno")
    assert first.keys() == {"ok", "revision", "snapshot"}
    board = admin.get("/branches/brno/board").json
    assert first["snapshot"] == board and first["revision"] == board["revision"] == 1
    screen.leave()
    brno.take(), brno.take("cash")
    back = Screen(application, admin.headers).subscribe("board", branch="brno", revision=first["revision"])
    assert back.keys() == {"ok", "revision", "events"}
    assert (back["revision"], [event["revision"] for event in back["events"]]) == (3, [2, 3])
    assert back["events"] == admin.get("/branches/brno/board?since=1").json["events"]
    current = Screen(application, admin.headers).subscribe("board", branch="brno", revision=3)
    assert current == {"ok": True, "revision": 3, "events": []}


def test_a_revision_that_is_too_old_of_the_future_or_none_gets_a_snapshot(
    application: Flask, brno: Brno, admin: Api
) -> None:
    for _ in range(3):
        brno.take()
    # The limit of the installation is 300 events; a smaller one is passed more quickly.
    application.extensions["queue_sockets"]._most_events = 2
    for revision in (0, 4, 2**60, 2**70, -1, 1.0, "1", True, None, [], {}):
        answer = Screen(application, admin.headers).subscribe("board", branch="brno", revision=revision)
        assert answer.keys() == {"ok", "revision", "snapshot"}, revision
        assert answer["revision"] == answer["snapshot"]["revision"] == 3
    assert "events" in Screen(application, admin.headers).subscribe("board", branch="brno", revision=1)


def test_screens_are_counted_while_they_listen(
    application: Flask, brno: Brno, admin: Api, api_of: Callable[..., Api]
) -> None:
    def count(branch_id: int) -> int:
        number: int = application.extensions["queue_lobbies"].number(branch_id)
        return number

    lobby = [Screen(application, api_of("display").headers) for _ in range(2)]
    for number, screen in enumerate(lobby):
        screen.subscribe("board", branch="brno", screen=f"tab {number}")
    Screen(application, admin.headers).subscribe(
        "board", branch="brno", screen=False
    )  # a desk that watches is no screen
    Screen(application, admin.headers).subscribe("desk", branch="brno")
    assert (count(brno.branch_id), count(brno.branch_id + 1)) == (2, 0)
    lobby[0].leave()
    assert count(brno.branch_id) == 1
