"""A lobby screen and the world around it: no network, a page that is stuck, the night, a code, and a screen that is shut out."""

from __future__ import annotations

import re
import sqlite3
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Error, Page, Route, WebSocketRoute, expect

from tests.browser.cable import REFUSED, Cables
from tests.browser.intercept import intercept
from tests.servers import QueueServer, wait_until

OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QueueServer]:
    """The demo branch, whose devices must be let in."""
    server = QueueServer(tmp_path_factory.mktemp("house"), QUEUE_SPOOLER="no")
    with closing(sqlite3.connect(server.folder / "queue.sqlite3")) as connection, connection:
        connection.execute("UPDATE branch SET open_devices = 0")
    with server:
        yield server


@pytest.fixture(autouse=True)
def new_day(house: QueueServer) -> None:
    """Let nobody of the test before wait, or sit anywhere."""
    house.api("POST", "/branches/demo/close-day", {})


@pytest.fixture
def cables() -> Iterator[Cables]:
    """All cables of a test."""
    cables = Cables()
    yield cables
    cables.close()


def live(page: Page) -> None:
    """Wait until the page hears what happens."""
    expect(page.locator("html")).to_have_attribute("data-live", "yes")


def screen_of(server: QueueServer, name: str) -> dict[str, Any]:
    """Return what the manager sees of a named screen."""
    devices = server.api("GET", "/branches/demo/devices")[1]
    return next(screen for screen in devices["screens"] if screen["name"] == name)


def call_somebody(server: QueueServer) -> str:
    """Let somebody be called at the first counter, and return the label."""
    counter = server.api("GET", "/branches/demo/counters")[1]["counters"][0]["id"]
    server.api("POST", f"/counters/{counter}/open", {})
    assert server.api("POST", "/branches/demo/tickets", {"service": "A"})[0] == 201
    status, answer = server.api("POST", f"/counters/{counter}/call-next", {})
    assert status == 200, answer
    return str(answer["ticket"]["label"])


def code_on(page: Page) -> str:
    """Return the code that a page shows."""
    expect(page.locator("[data-part=code]")).to_have_text(re.compile(r"^\w{6}$"))
    return str(page.locator("[data-part=code]").text_content())


def test_a_new_screen_shows_a_code_goes_on_when_it_was_entered_and_shows_one_again_when_it_is_shut_out(
    house: QueueServer, open_page: OpenPage
) -> None:
    page = open_page(f"{house.url}/display", 1920, 1080, locale="en")
    code = code_on(page)
    expect(page.locator("main")).to_contain_text("10 more minutes")
    page.reload()
    assert code_on(page) == code, "somebody may just be typing it"
    status, paired = house.api("POST", "/branches/demo/devices", {"code": code.lower(), "name": "Hall"})
    assert status == 201, paired
    page.wait_for_url(f"{house.url}/display/demo")
    live(page)
    wait_until(lambda: screen_of(house, "Hall")["state"]["health"] == "ok", "the screen to be seen by the manager")
    page.goto(f"{house.url}/display")
    page.wait_for_url(f"{house.url}/display/demo")  # as after the player's next start
    live(page)
    label = call_somebody(house)
    expect(page.locator("main")).to_have_attribute("data-newest", label)

    assert house.api("POST", f"/branches/demo/screens/{paired['id']}/revoke", {})[0] == 200
    assert code_on(page) != code
    assert label[1:] not in str(page.locator("body").text_content())


def test_a_kiosk_is_paired_in_the_same_way(house: QueueServer, open_page: OpenPage) -> None:
    page = open_page(f"{house.url}/kiosk", 1080, 1920, locale="en")
    expect(page.locator("h1")).to_have_text("This kiosk is not set up yet")
    assert house.api("POST", "/branches/demo/devices", {"code": code_on(page), "name": "Door"})[0] == 201
    page.wait_for_url(f"{house.url}/kiosk/demo")
    page.wait_for_selector("main[data-ready]")


def test_a_code_that_has_run_out_is_followed_by_a_new_one(house: QueueServer, open_page: OpenPage) -> None:
    page = open_page(f"{house.url}/display", 1280, 720)
    code = code_on(page)
    page.evaluate("""() => {
        const kept = JSON.parse(localStorage["pairing-display"]);
        localStorage["pairing-display"] = JSON.stringify({ ...kept, secret: "x".repeat(40) });
    }""")  # the server has forgotten it
    page.reload()
    wait_until(lambda: code_on(page) != code, "another code")


NIGHT = """() => {
    const parts = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: document.body.dataset.zone });
    const [hour, minute] = parts.format(new Date()).split(":").map(Number);
    return (28.5 - hour - minute / 60) * 3600000;
}"""
"""How many milliseconds it is to half past four in the next night, on the branch's clock."""


def let_in(open_page: OpenPage, server: QueueServer, *changes: tuple[str, str, str], **options: Any) -> Page:
    """Open the lobby screen, with `(script, what stands there, what stands there instead)` changed in its scripts."""
    page = open_page(f"{server.url}/display/demo/waiting", 1280, 720, service_workers="block", **options)
    for script in {script for script, _, _ in changes}:
        intercept(
            page, f"**/display/static/{script}", partial(_changed, [each for each in changes if each[0] == script])
        )
    page.goto(f"{server.url}/display/demo?token={server.token()}&lang=en")
    live(page)
    page.evaluate("() => { window.same = true; }")
    return page


def _changed(changes: list[tuple[str, str, str]], route: Route) -> None:
    # Not by `route.fetch`: what that holds is gone when the page is loaded anew meanwhile, and then the test fails.
    with urllib.request.urlopen(route.request.url) as answer:
        text = answer.read().decode()
        headers = {name: value for name, value in answer.headers.items() if name != "Content-Length"}
    for _, before, after in changes:
        assert before in text
        text = text.replace(before, after)
    route.fulfill(headers=headers, body=text)


def loaded_anew(page: Page) -> bool:
    """Say whether the page is another one than at the beginning, and hears what happens."""
    try:
        return bool(page.evaluate("() => !window.same && document.documentElement.dataset.live === 'yes'"))
    except Error:  # it is just being loaded
        return False


def watched(page: Page) -> bool:
    """Say whether the watchdog has heard of the page being painted: a worker begins when the page has time for it."""
    page.wait_for_timeout(50)  # of a worker that has just begun one hears only while one listens
    return any(worker.evaluate("() => typeof left === 'number' && left <= MOST_LOOKS") for worker in page.workers)


AT_ONCE = ("reloads.js", "5 * 60000", "0")
NOT_PATIENT = ("watchdog_worker.js", "LOOK_MS = 2000", "LOOK_MS = 300")


def test_a_screen_that_starts_without_a_network_says_whose_it_is_and_goes_on_when_it_is_there(
    house: QueueServer, cables: Cables, open_page: OpenPage
) -> None:
    cable = cables.lay(house.port)
    url = f"http://127.0.0.1:{cable.port}/display"
    page = open_page(f"{url}/demo/waiting", 1920, 1080)
    page.evaluate("() => caches.open('lobby-0')")  # of a release before
    page.goto(f"{url}/demo?token={house.token()}")
    live(page)
    label = call_somebody(house)
    expect(page.locator("main")).to_have_attribute("data-newest", label)
    kept_page = "async () => Boolean(await caches.match('/display/demo/waiting', { ignoreSearch: true }))"
    wait_until(lambda: page.evaluate(kept_page), "the waiting page to be kept")
    assert page.evaluate("() => caches.keys()") == ["lobby-1"]
    kept = page.evaluate(
        "async () => (await (await caches.open('lobby-1')).keys()).map(({ url }) => new URL(url).pathname)"
    )
    assert not [
        path
        for path in kept
        if path.startswith(("/api/", "/socket.io/")) or path == "/display/demo" or "/speech/" in path
    ]
    cable.cut(REFUSED)
    for path in ("", "/demo"):
        later = page.context.new_page()
        later.goto(f"{url}{path}")
        expect(later.locator("h1")).to_have_text("Městský úřad Brno-střed")
        expect(later.locator("main")).to_have_attribute("class", "waiting-page")
        assert later.locator("h1").evaluate("element => parseFloat(getComputedStyle(element).fontSize)") > 60
        assert label[1:] not in str(later.locator("body").text_content())
        if path:
            cable.mend()
            live(later)
            expect(later.locator("main")).to_contain_text(label[1:])
        later.close()


def test_a_page_that_paints_no_more_is_loaded_anew(house: QueueServer, open_page: OpenPage) -> None:
    page = let_in(open_page, house, AT_ONCE, NOT_PATIENT)
    wait_until(lambda: watched(page), "the watchdog to watch")
    page.evaluate("() => { window.requestAnimationFrame = () => 0; }")
    wait_until(lambda: loaded_anew(page), "the page to be loaded anew")


def test_a_page_whose_thread_was_blocked_is_loaded_anew_as_soon_as_it_breathes(
    house: QueueServer, open_page: OpenPage
) -> None:
    page = let_in(open_page, house, AT_ONCE, NOT_PATIENT)
    wait_until(lambda: watched(page), "the watchdog to watch")
    page.evaluate("() => { const end = performance.now() + 5000; while (performance.now() < end); }")
    wait_until(lambda: loaded_anew(page), "the page to be loaded anew")


def test_a_page_whose_scripts_fail_again_and_again_is_loaded_anew_but_not_at_once(
    house: QueueServer, open_page: OpenPage
) -> None:
    page = let_in(open_page, house)
    fail = "() => { for (let time = 0; time < 5; time += 1) window.dispatchEvent(new ErrorEvent('error')); }"
    page.evaluate(fail)
    expect(page.locator("html")).to_have_attribute("data-live", "yes")
    assert page.evaluate("() => window.same")
    page = let_in(open_page, house, AT_ONCE)
    page.evaluate(fail)
    wait_until(lambda: loaded_anew(page), "the page to be loaded anew")


def test_events_that_overtake_each_other_and_one_that_is_lost_leave_no_call_out(
    house: QueueServer, open_page: OpenPage
) -> None:
    held: list[str | bytes] = []
    lost: list[str | bytes] = []

    def unruly(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def to_page(message: str | bytes) -> None:
            if '["event"' not in str(message):
                socket.send(message)
            elif '"ticket_called"' not in str(message):
                socket.send(message)
                while held:
                    socket.send(held.pop())
            elif not lost:
                lost.append(message)
            else:
                held.append(message)

        server.on_message(to_page)

    page = open_page(f"{house.url}/display/demo/waiting", 1280, 720, service_workers="block")
    page.route_web_socket("**/socket.io/**", unruly)
    # The heartbeat would find out after a while what is missing: here it must be the gap itself.
    intercept(page, "**/display/static/heartbeat.js", partial(_changed, [("", "BEHIND_MS = 10000", "BEHIND_MS = 1e9")]))
    page.goto(f"{house.url}/display/demo?token={house.token()}")
    live(page)
    labels = [call_somebody(house) for _ in range(3)]
    house.api("POST", "/branches/demo/tickets", {"service": "A"})  # lets go of what is held
    for label in labels:
        expect(page.locator("main")).to_contain_text(label[1:])
    assert lost and not held


def test_a_screen_that_hears_nothing_over_a_line_that_lives_fetches_what_it_lacks(
    house: QueueServer, open_page: OpenPage
) -> None:
    def deaf(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        server.on_message(lambda message: None if '["event"' in str(message) else socket.send(message))

    page = open_page(f"{house.url}/display/demo/waiting", 1280, 720, service_workers="block")
    page.route_web_socket("**/socket.io/**", deaf)
    quick = partial(_changed, [("", "BEAT_MS = 10000", "BEAT_MS = 200"), ("", "BEHIND_MS = 10000", "BEHIND_MS = 400")])
    intercept(page, "**/display/static/heartbeat.js", quick)
    page.goto(f"{house.url}/display/demo?token={house.token()}")
    live(page)
    page.evaluate("() => { window.same = true; }")
    label = call_somebody(house)
    expect(page.locator("main")).to_have_attribute("data-newest", label)
    assert page.evaluate("() => window.same && document.documentElement.dataset.live") == "yes"


def test_a_page_is_loaded_anew_in_the_night_unless_somebody_works(house: QueueServer, open_page: OpenPage) -> None:
    page = open_page(
        f"{house.url}/display/static/display.css", service_workers="block"
    )  # no page that has plans of its own
    page.clock.install()
    page.evaluate("""async () => {
        const { reloadNightly } = await import("/display/static/reloads.js");
        Object.assign(window, { asked: 0, working: true });
        reloadNightly(() => Date.now(), () => working, { whenCalm() { asked += 1; } });
    }""")
    page.clock.fast_forward(page.evaluate(NIGHT))
    assert page.evaluate("() => asked") == 0
    page.clock.fast_forward(12 * 3600_000)
    page.evaluate("() => { working = false; }")
    page.clock.fast_forward(3600_000)
    assert page.evaluate("() => asked") == 0, "it is day"
    page.clock.fast_forward(page.evaluate(NIGHT))
    assert page.evaluate("() => asked") == 1


def test_a_screen_that_is_told_to_is_loaded_anew(house: QueueServer, open_page: OpenPage) -> None:
    asked = house.api("POST", "/pairings", {"kind": "display"})[1]
    screen = house.api("POST", "/branches/demo/devices", {"code": asked["code"], "name": "Stairs"})[1]["id"]
    page = open_page(f"{house.url}/display/demo?token={asked['secret']}", 1280, 720)
    live(page)
    layout = {"layout": {"kind": "last_call"}}
    for method, path, body, status in (("POST", "/reload", {}, 202), ("PATCH", "", layout, 200)):
        page.evaluate("() => { window.same = true; }")
        assert house.api(method, f"/branches/demo/screens/{screen}{path}", body)[0] == status
        wait_until(partial(loaded_anew, page), "the page to be loaded anew")
    expect(page.locator("main")).to_have_attribute("data-kind", "last_call")
