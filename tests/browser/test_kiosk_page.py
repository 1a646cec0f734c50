"""The kiosk as a visitor meets it: real server, real Chromium."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.closed import add_closed_branch
from tests.browser.intercept import intercept
from tests.servers import QueueServer, free_port, wait_until

START = '[data-stage="start"]'
NUMBER = '[data-stage="number"]'
PROBLEM = '[data-stage="problem"]'


def change(server: QueueServer, *statements: str) -> None:
    """Set the branch up differently, before its server is started."""
    with closing(sqlite3.connect(server.folder / "queue.sqlite3")) as connection, connection:
        for statement in statements:
            connection.execute(statement)


@pytest.fixture(scope="module")
def kiosk_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QueueServer]:
    """The demo branch with a service that is closed and one whose numbers are all taken; and Brno, closed all week."""
    server = QueueServer(tmp_path_factory.mktemp("kiosk"))
    add_closed_branch(server)
    change(
        server,
        "UPDATE service SET intake_open = 0 WHERE slug = 'payments'",
        "UPDATE service SET daily_quota = 0 WHERE slug = 'information'",
    )
    with server:
        yield server


@pytest.fixture
def kiosk(kiosk_server: QueueServer, open_page: Callable[..., Page]) -> Page:
    """The kiosk's page, in English, ready for a touch."""
    return ready(open_page(f"{kiosk_server.url}/kiosk/demo?lang=en", width=1080, height=1920))


def ready(page: Page) -> Page:
    """Wait until the page answers to a touch and hears what happens."""
    page.wait_for_selector("main[data-ready]")
    page.wait_for_selector("html[data-live=yes]")
    return page


def button(page: Page, service: str) -> str:
    """Return the selector of a service's button."""
    return f'[data-service="{service}"]'


def waiting(server: QueueServer, service: str) -> int:
    """Return how many wait for a service."""
    _, branch = server.api("GET", "/branches/demo")
    return int(next(one["waiting"] for one in branch["services"] if one["id"] == service))


def shorten(page: Page, **seconds: float) -> None:
    """Set the kiosk's times, by the names of its data attributes."""
    page.evaluate("seconds => Object.assign(document.querySelector('main').dataset, seconds)", seconds)


def press_until(page: Page, key: str, condition: Callable[[], bool]) -> None:
    """Press a key again and again until it has had its effect."""

    def pressed() -> bool:
        page.keyboard.press(key)
        return condition()

    wait_until(pressed, f"{key} to do something", seconds=20)


def test_one_touch_gives_a_number_and_says_it(kiosk: Page, kiosk_server: QueueServer) -> None:
    before = waiting(kiosk_server, "id-cards")
    kiosk.click(button(kiosk, "id-cards"))
    expect(kiosk.locator(NUMBER)).to_be_visible()
    number = kiosk.locator('[data-part="label"]').inner_text()
    assert number == f"A\u2009{before + 1:03}"
    expect(kiosk.locator('[data-part="announce"]')).to_have_text(f"Your number is A {before + 1}")
    expect(kiosk.locator('[data-part="done"]')).to_be_focused()
    expect(kiosk.locator('[data-part="qr"]')).to_be_visible()
    assert waiting(kiosk_server, "id-cards") == before + 1


def test_a_double_touch_is_one_ticket(kiosk: Page, kiosk_server: QueueServer) -> None:
    before = waiting(kiosk_server, "id-cards")
    kiosk.dblclick(button(kiosk, "id-cards"))
    expect(kiosk.locator(NUMBER)).to_be_visible()
    assert waiting(kiosk_server, "id-cards") == before + 1


def test_an_answer_lost_on_the_way_is_one_ticket(kiosk: Page, kiosk_server: QueueServer) -> None:
    before = waiting(kiosk_server, "id-cards")
    lost: list[str] = []

    def lose_the_first(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().text())  # the server has given the number; the kiosk never hears of it
        route.abort()

    intercept(kiosk, "**/api/v1/branches/demo/tickets", lose_the_first)
    kiosk.click(button(kiosk, "id-cards"))
    expect(kiosk.locator(NUMBER)).to_be_visible()
    assert lost
    assert waiting(kiosk_server, "id-cards") == before + 1


def test_a_number_whose_answer_was_cut_off_is_asked_for_again_and_is_one_ticket(
    kiosk: Page, kiosk_server: QueueServer
) -> None:
    before = waiting(kiosk_server, "id-cards")
    cut: list[str] = []

    def cut_the_first(route: Route) -> None:
        answer = route.fetch()
        body = answer.text()
        if not cut:
            cut.append(body)
            body = body[: len(body) // 2]
        route.fulfill(status=answer.status, content_type="application/json", body=body)

    intercept(kiosk, "**/api/v1/branches/demo/tickets", cut_the_first)
    kiosk.click(button(kiosk, "id-cards"))
    expect(kiosk.locator(NUMBER)).to_be_visible()
    shown = kiosk.locator('[data-part="label"]').inner_text()
    assert shown.replace("\u2009", "") == json.loads(cut[0])["ticket"]["label"].replace(" ", "")
    assert waiting(kiosk_server, "id-cards") == before + 1


def test_figures_that_were_cut_off_on_the_way_close_nothing(
    kiosk_server: QueueServer, open_page: Callable[..., Page]
) -> None:
    kiosk = ready(open_page(f"{kiosk_server.url}/kiosk/demo", width=1080, height=1920))
    half = '{"slug": "demo", "na'
    intercept(
        kiosk,
        "**/api/v1/branches/demo",
        lambda route: route.fulfill(status=200, content_type="application/json", body=half),
    )
    with kiosk.expect_response("**/api/v1/branches/demo"):
        shorten(kiosk, returnSeconds=5)
        kiosk.click(button(kiosk, "id-cards"))
        expect(kiosk.locator(NUMBER)).to_be_visible()
    expect(kiosk.locator(START)).to_be_visible()


def test_the_keyboard_is_enough(kiosk: Page) -> None:
    focused = "selector => document.activeElement === document.querySelector(selector)"
    press_until(kiosk, "Tab", lambda: bool(kiosk.evaluate(focused, button(kiosk, "driving"))))
    kiosk.keyboard.press("Enter")
    expect(kiosk.locator(NUMBER)).to_be_visible()
    press_until(kiosk, "Escape", lambda: kiosk.locator(START).is_visible())


def test_the_language_row_changes_the_texts(kiosk: Page) -> None:
    expect(kiosk.locator(button(kiosk, "id-cards"))).to_contain_text("Identity cards")
    kiosk.get_by_role("link", name="Magyar").click()
    expect(kiosk.locator("html")).to_have_attribute("lang", "hu")
    expect(kiosk.locator(button(kiosk, "id-cards"))).to_contain_text("Személyi igazolványok")
    expect(kiosk.get_by_role("link", name="Magyar")).to_have_attribute("aria-current", "true")


def test_left_alone_the_kiosk_goes_back_to_the_branchs_language(kiosk: Page) -> None:
    shorten(kiosk, idleSeconds=0.5)
    kiosk.keyboard.press("Shift")  # the last sign of the visitor who chose English
    expect(kiosk.locator("html")).to_have_attribute("lang", "cs")


@pytest.mark.parametrize(
    ("service", "reason"), [("payments", "Closed"), ("information", "All numbers for today have been taken")]
)
def test_a_closed_service_says_why_and_gives_no_number(
    kiosk: Page, kiosk_server: QueueServer, service: str, reason: str
) -> None:
    requests: list[str] = []
    kiosk.on("request", lambda request: requests.append(request.url) if request.method == "POST" else None)
    closed = kiosk.locator(button(kiosk, service))
    expect(closed).to_have_attribute("aria-disabled", "true")
    expect(closed).to_contain_text(reason)
    closed.click(force=True)
    expect(kiosk.locator('[data-part="announce"]')).to_have_text(reason)
    expect(kiosk.locator(START)).to_be_visible()
    assert not requests


def test_a_refusal_is_said_in_plain_words_and_goes_away_by_itself(kiosk: Page) -> None:
    shorten(kiosk, problemReturnSeconds=4)
    refusal = {"error": {"code": "quota_reached", "message": "", "details": {}}}
    intercept(kiosk, "**/api/v1/branches/demo/tickets", lambda route: route.fulfill(status=409, json=refusal))
    kiosk.click(button(kiosk, "id-cards"))
    expect(kiosk.locator(PROBLEM)).to_contain_text("All numbers for today have been taken")
    expect(kiosk.locator(START)).to_be_visible()


def test_the_number_page_goes_back_by_itself(kiosk_server: QueueServer, open_page: Callable[..., Page]) -> None:
    kiosk = ready(open_page(f"{kiosk_server.url}/kiosk/demo", width=1280, height=800))
    shorten(kiosk, returnSeconds=4, slipSeconds=60)
    kiosk.click(button(kiosk, "passports"))
    expect(kiosk.locator(NUMBER)).to_be_visible()
    expect(kiosk.locator(START)).to_be_visible()
    expect(kiosk.locator(NUMBER)).to_be_hidden()


def test_priority_holds_for_one_number(kiosk_server: QueueServer, open_page: Callable[..., Page]) -> None:
    kiosk = ready(open_page(f"{kiosk_server.url}/kiosk/demo", width=1080, height=1920))
    kiosk.click('[data-part="priority"]')
    expect(kiosk.locator('[data-part="priority-on"]')).to_be_visible()
    with kiosk.expect_response("**/api/v1/branches/demo/tickets") as taken:
        kiosk.click(button(kiosk, "id-cards"))
    assert taken.value.json()["ticket"]["priority"] == "priority"
    expect(kiosk.locator('[data-part="number-priority"]')).to_be_visible()
    press_until(kiosk, "Escape", lambda: kiosk.locator(START).is_visible())
    expect(kiosk.locator('[data-part="priority"]')).to_have_attribute("aria-pressed", "false")


def test_figures_follow_what_happens_elsewhere(kiosk: Page, kiosk_server: QueueServer) -> None:
    before = waiting(kiosk_server, "driving")
    for _ in range(2):
        assert kiosk_server.api("POST", "/branches/demo/tickets", {"service": "driving", "channel": "api"})[0] == 201
    expect(kiosk.locator(button(kiosk, "driving"))).to_contain_text(f"{before + 2} people waiting")


@pytest.mark.parametrize("label", ["A1", "A017", "W888", "A1000", "WW8888"])
def test_every_label_fits_and_is_enormous(kiosk: Page, label: str) -> None:
    def call_it(route: Route) -> None:
        answer = route.fetch()
        document = answer.json()
        document["ticket"]["label"] = label
        route.fulfill(response=answer, json=document)

    intercept(kiosk, "**/api/v1/branches/demo/tickets", call_it)
    kiosk.click(button(kiosk, "id-cards"))
    expect(kiosk.locator(NUMBER)).to_be_visible()
    left, right, size = kiosk.evaluate(
        """() => {
            const element = document.querySelector('[data-part="label"]');
            const range = document.createRange();
            range.selectNodeContents(element);
            const box = range.getBoundingClientRect();
            return [box.left, box.right, parseFloat(getComputedStyle(element).fontSize)];
        }"""
    )
    assert left >= 0
    assert right <= 1080
    assert right - left >= 300
    assert size >= 180


@pytest.mark.parametrize(("width", "height"), [(1080, 1920), (1280, 800)])
def test_what_is_touched_is_large_enough(
    kiosk_server: QueueServer, open_page: Callable[..., Page], width: int, height: int
) -> None:
    kiosk = ready(open_page(f"{kiosk_server.url}/kiosk/demo?lang=hu", width=width, height=height))
    for target in kiosk.locator("button:visible, a:visible").all():
        box = target.bounding_box()
        assert box is not None
        assert box["height"] >= 88, target.inner_text()
        assert box["x"] >= 0, target.inner_text()
        assert box["x"] + box["width"] <= width, target.inner_text()
        assert box["y"] + box["height"] <= height, target.inner_text()


def test_without_paper_the_visitor_is_asked_to_photograph(tmp_path: Path, open_page: Callable[..., Page]) -> None:
    server = QueueServer(tmp_path)
    nobody = f'{{"host": "127.0.0.1", "port": {free_port()}}}'
    change(server, f"UPDATE printer SET kind = 'network', address = '{nobody}'")
    with server:
        kiosk = ready(open_page(f"{server.url}/kiosk/demo?lang=en", width=1080, height=1920))
        kiosk.click(button(kiosk, "id-cards"))
        expect(kiosk.locator('[data-part="slip"]')).to_contain_text("Please take a photo of your number")
        expect(kiosk.locator('[data-part="label"]')).to_have_text("A\u2009001")
        server.kill()  # an orderly end would wait for the open page


def test_a_slip_that_does_not_come_is_not_waited_for(kiosk: Page) -> None:
    def held(route: Route) -> None:
        answer = route.fetch()
        document = answer.json()
        document["print"] = {"state": "queued", "error": None}  # behind another slip that does not come out
        route.fulfill(response=answer, json=document)

    intercept(kiosk, "**/api/v1/tickets/*", held)
    shorten(kiosk, slipSeconds=4)
    kiosk.click(button(kiosk, "id-cards"))
    expect(kiosk.locator('[data-part="slip"]')).to_have_text("Please take your slip")
    expect(kiosk.locator('[data-part="slip"]')).to_contain_text("Please take a photo of your number")


def test_a_closed_house_says_when_it_opens(kiosk_server: QueueServer, open_page: Callable[..., Page]) -> None:
    kiosk = ready(open_page(f"{kiosk_server.url}/kiosk/brno?lang=en", width=1080, height=1920))
    expect(kiosk.get_by_role("heading", name="We are closed now")).to_be_visible()
    expect(kiosk.locator('[data-part="opens"]')).to_contain_text("00:00")
    expect(kiosk.locator('[data-stage="closed"] [data-day="mon"]')).to_contain_text("00:00–00:01")
    expect(kiosk.locator(START)).to_be_hidden()


def test_with_the_server_gone_the_kiosk_says_so_and_recovers_without_a_reload(
    server: QueueServer, open_page: Callable[..., Page]
) -> None:
    kiosk = ready(open_page(f"{server.url}/kiosk/demo", width=1080, height=1920))
    kiosk.evaluate("window.samePage = true")
    shorten(kiosk, problemReturnSeconds=4)
    server.kill()
    kiosk.click(button(kiosk, "id-cards"))
    expect(kiosk.locator(PROBLEM)).to_be_visible()
    expect(kiosk.locator(START)).to_be_visible()
    expect(kiosk.locator(".ribbon:not([hidden])")).to_be_visible(timeout=20_000)
    server.start()
    expect(kiosk.locator("html")).to_have_attribute("data-live", "yes", timeout=20_000)
    expect(kiosk.locator(".ribbon:not([hidden])")).to_have_count(0)
    kiosk.click(button(kiosk, "id-cards"))
    expect(kiosk.locator(NUMBER)).to_be_visible()
    assert kiosk.evaluate("window.samePage") is True
