"""The lobby screen in a real browser: every call is seen, none is lost, a cut line heals without a reload."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.servers import QueueServer, wait_until

pytestmark = pytest.mark.usefixtures("new_day")

OpenPage = Callable[..., Page]

REMEMBER_WHAT_STOOD_LARGE = """() => {
    const main = document.querySelector("main");
    window.seen = [];
    new MutationObserver(() => {
        const newest = main.dataset.newest;
        if (newest && window.seen.at(-1) !== newest) window.seen.push(newest);
    }).observe(main, { attributes: true, attributeFilter: ["data-newest"] });
}"""


def counters(server: QueueServer) -> list[dict[str, Any]]:
    """Return the counters of the demo branch."""
    found: list[dict[str, Any]] = server.api("GET", "/branches/demo/counters")[1]["counters"]
    return found


def open_counters(server: QueueServer, number: int) -> list[str]:
    """Open so many counters and return the beginning of their addresses."""
    paths = [f"/counters/{counter['id']}" for counter in counters(server)[:number]]
    for path in paths:
        assert server.api("POST", f"{path}/open", {})[0] == 200
    return paths


def take(server: QueueServer, service: str = "A") -> dict[str, Any]:
    """Take a number."""
    status, answer = server.api("POST", "/branches/demo/tickets", {"service": service})
    assert status == 201, answer
    ticket: dict[str, Any] = answer["ticket"]
    return ticket


def lobby(open_page: OpenPage, server: QueueServer) -> Page:
    """Open the lobby screen and wait until it is live."""
    page = open_page(f"{server.url}/display/demo?lang=en", 1920, 1080)
    expect(page.locator("html")).to_have_attribute("data-live", "yes")
    return page


def board(server: QueueServer) -> dict[str, Any]:
    """Return a fresh snapshot."""
    snapshot: dict[str, Any] = server.api("GET", "/branches/demo/board")[1]
    return snapshot


def until_current(page: Page, server: QueueServer) -> None:
    """Wait until the screen has applied everything that has happened."""
    expect(page.locator("main")).to_have_attribute("data-revision", str(board(server)["revision"]))


def plain(label: str) -> re.Pattern[str]:
    """Return what finds a label however wide the space in it is."""
    return re.compile(rf"{label[0]}\s?{label[1:]}")


def test_a_call_stands_large_with_its_label_and_its_counter(open_page: OpenPage, shared_server: QueueServer) -> None:
    page = lobby(open_page, shared_server)
    path = open_counters(shared_server, 1)[0]
    ticket = take(shared_server)
    shared_server.api("POST", f"{path}/call-next", {})
    expect(page.locator(".stage-label")).to_have_text(plain(ticket["label"]))
    expect(page.locator(".stage-counter")).to_have_text("1")
    expect(page.get_by_role("status").first).to_have_text(f"Number {ticket['label']}, please come to counter 1")
    expect(page.locator("main")).to_have_attribute("data-newest", ticket["label"])
    letters = page.locator(".stage-label").evaluate("element => parseFloat(getComputedStyle(element).fontSize)")
    assert letters / 1080 >= 0.28


def test_two_calls_in_the_same_second_are_both_shown_and_both_acknowledged(
    open_page: OpenPage, shared_server: QueueServer
) -> None:
    page = lobby(open_page, shared_server)
    page.evaluate(REMEMBER_WHAT_STOOD_LARGE)
    paths = open_counters(shared_server, 2)
    labels = {take(shared_server)["label"] for _ in paths}
    with ThreadPoolExecutor(2) as pool:
        called = list(pool.map(lambda path: shared_server.api("POST", f"{path}/call-next", {}), paths))
    assert {answer["ticket"]["label"] for _, answer in called} == labels
    first = called_first(shared_server)
    (second,) = labels - {first}
    # The first one keeps its time, then the second one gets its own.
    expect(page.locator("main")).to_have_attribute("data-newest", second)
    expect(page.locator(".last-calls li").first).to_contain_text(plain(first))
    assert page.evaluate("() => window.seen") == [first, second]

    def delivered() -> bool:
        desks = [shared_server.api("GET", f"{path}/desk")[1] for path in paths]
        return all(desk["delivery"]["shown"] >= 1 and desk["delivery"]["spoken"] >= 1 for desk in desks)

    wait_until(delivered, "both calls to be shown and spoken", 20)


def called_first(server: QueueServer) -> str:
    """Return the label of the older one of the calls on the board."""
    label: str = board(server)["calls"][-1]["label"]
    return label


def test_the_page_follows_events_to_the_same_board_as_a_fresh_snapshot(
    open_page: OpenPage, shared_server: QueueServer
) -> None:
    page = lobby(open_page, shared_server)
    paths = open_counters(shared_server, 3)
    dice = random.Random(20260304)
    actions = [
        "call-next",
        "call-next",
        "recall",
        "start",
        "finish",
        "no-show",
        "park",
        "return",
        "transfer",
        "pause",
        "resume",
    ]
    for _ in range(4):
        for _ in range(25):
            if dice.random() < 0.35:
                taken = take(shared_server, dice.choice("ABCDE"))
                if dice.random() < 0.2:
                    shared_server.api("POST", f"/tickets/{taken['token']}/cancel", {})
            action = dice.choice(actions)
            body = {"service": dice.choice(["id-cards", "driving"])} if action == "transfer" else {}
            shared_server.api("POST", f"{dice.choice(paths)}/{action}", body)
        until_current(page, shared_server)
        assert_same_board(page, board(shared_server))
    shared_server.api("POST", "/branches/demo/close-day", {})
    until_current(page, shared_server)
    assert_same_board(page, board(shared_server))


def assert_same_board(page: Page, fresh: dict[str, Any]) -> None:
    """Compare what the page made of the events with a snapshot."""
    followed = page.locator("main").evaluate("element => element.board")
    assert followed["waiting"] == fresh["waiting"]
    assert followed["counters"] == fresh["counters"]
    # Where calls were taken down, a snapshot fills up from older ones that a screen let go long ago.
    assert followed["calls"] == fresh["calls"][: len(followed["calls"])]
    assert len(followed["calls"]) == len(fresh["calls"]) or len(fresh["calls"]) == 12


def test_closed_counters_are_said_in_words(open_page: OpenPage, shared_server: QueueServer) -> None:
    page = lobby(open_page, shared_server)
    expect(page.locator(".stage-message")).to_have_text("All counters are closed")
    (path,) = open_counters(shared_server, 1)
    expect(page.locator(".stage-message")).to_have_text("Your number will appear here")
    shared_server.api("POST", f"{path}/pause", {})
    expect(page.locator(".stage-message")).to_contain_text("break")


def test_a_call_that_was_taken_back_comes_down(open_page: OpenPage, shared_server: QueueServer) -> None:
    page = lobby(open_page, shared_server)
    path = open_counters(shared_server, 1)[0]
    ticket = take(shared_server)
    shared_server.api("POST", f"{path}/call-next", {})
    expect(page.locator("main")).to_have_attribute("data-newest", ticket["label"])
    shared_server.api("POST", f"{path}/return", {})
    expect(page.locator("main")).to_have_attribute("data-newest", "")


def test_a_cut_line_is_said_after_five_seconds_and_heals_without_a_reload(open_page: OpenPage, tmp_path: Path) -> None:
    with QueueServer(tmp_path) as server:
        page = lobby(open_page, server)
        path = open_counters(server, 1)[0]
        first = take(server)
        server.api("POST", f"{path}/call-next", {})
        expect(page.locator("main")).to_have_attribute("data-newest", first["label"])
        page.evaluate("() => { window.same = true; }")
        server.kill()
        expect(page.locator("html")).to_have_attribute("data-live", "no")
        expect(page.locator(".ribbon")).to_be_hidden()
        expect(page.locator(".ribbon")).to_be_visible()
        expect(page.locator(".stage-label")).to_have_text(plain(first["label"]))
        server.start()
        expect(page.locator("html")).to_have_attribute("data-live", "yes")
        expect(page.locator(".ribbon")).to_be_hidden()
        second = take(server)
        server.api("POST", f"{path}/call-next", {})
        expect(page.locator("main")).to_have_attribute("data-newest", second["label"])
        until_current(page, server)
        assert page.evaluate("() => window.same") is True
