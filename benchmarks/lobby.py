"""From the desk's POST to the call painted on lobby screens in Chromium; what a call weighs, and what a screen after many."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median, quantiles
from threading import Event, Thread
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.running import bare, product, table
from benchmarks.screens import Lobby
from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.browser.week import WEEK_CALLS, Week
from tests.servers import QueueServer

SITUATIONS = ((1, 0), (10, 0), (10, 500))
"""Real pages, simulated screens besides."""
CALLS = 60
PAUSE_SECONDS = 1.0
"""Ten pages painted by software on two cores follow one call a second; with four a second what is measured is their queue."""
IDLE_SECONDS = 20
CHANNEL = "call-painted-"

OBSERVE = f"""() => {{
    window.painted = {{}};
    const known = Math.max(0, ...(document.querySelector("main")?.board?.calls ?? []).map((call) => call.call_id));
    new PerformanceObserver((list) => {{
        for (const {{ name, startTime }} of list.getEntries())
            if (name.startsWith("{CHANNEL}") && Number(name.slice({len(CHANNEL)})) > known)
                window.painted[name.slice({len(CHANNEL)})] ??= performance.timeOrigin + startTime;
    }}).observe({{ type: "mark" }});
}}"""


def lobby() -> None:
    """Measure, and print the three tables."""
    delays, per_call = _delays()
    heads = ["pages", "simulated", "what", "p50 ms", "p99 ms", "last page p50 ms", "last page p99 ms"]
    table(heads, delays)
    print()
    table(["what", "bytes per call and screen"], per_call)
    print()
    table(
        ["calls", "script memory MB", "DOM nodes", "listeners", "idle page, % of a core", "whole browser, %"],
        _weights(),
    )


@contextmanager
def _chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


def _delays() -> tuple[list[list[str]], list[list[str]]]:
    """Measure calls and bare broadcasts with the same screens on each, one after the other."""
    rows: list[list[str]] = []
    errors: list[float] = []
    with bare() as bare_port, product(QUEUE_SPOOLER="no", QUEUE_KIOSK_RATE="100000") as server:
        token = server.token()
        wish = {"channel": "board", "branch": "demo", "token": token}
        server.api("POST", "/counters/1/open", {})
        for pages, simulated in SITUATIONS:
            for _ in range(CALLS):
                server.api("POST", "/branches/demo/tickets", {"service": "id-cards", "channel": "phone"})
            for what, port, path, wanted, post in (
                ("call", server.port, "/display/demo", wish, _caller(server)),
                ("bare broadcast", bare_port, "/page", {}, _broadcaster(bare_port)),
            ):
                with _chromium() as browser:
                    run = _Run(browser, port, path, pages, simulated, wanted)
                    run.calls(post)
                    rows.append([str(pages), str(simulated), what, *run.figures()])
                    errors.append(run.error)
                    if simulated and what == "call":
                        weighed = [["events over the socket", f"{run.bytes_per_call():.0f}"]]
                    run.close()
    print(f"Clocks of page and driver compared to ± {max(errors):.1f} ms.\n")
    return rows, weighed


class _Run:
    """So many pages and simulated screens at one server, and what was painted when."""

    def __init__(
        self, browser: Browser, port: int, path: str, pages: int, simulated: int, wish: dict[str, Any]
    ) -> None:
        """Connect them: the pages in the midst of the simulated ones, as messages go out in the order of connecting."""
        self._lobbies = [Lobby(port, simulated // 2, wish)]
        with _answering(self._lobbies[0]):
            self._pages = [self._open(browser, f"http://127.0.0.1:{port}{path}") for _ in range(pages)]
            found = [_ahead(page) for page in self._pages]
        self._lobbies.append(Lobby(port, simulated - simulated // 2, wish))
        self._ahead = [ahead for ahead, _ in found]
        self.error = max(error for _, error in found)
        self._begun: list[float] = []
        self._drain()

    @staticmethod
    def _open(browser: Browser, address: str) -> Page:
        page = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
        page.goto(address)
        page.wait_for_selector("html[data-live=yes]", state="attached", timeout=60_000)
        page.evaluate(OBSERVE)
        return page

    def _drain(self) -> None:
        for lobby in self._lobbies:
            lobby.drain(PAUSE_SECONDS / 2)

    def calls(self, post: Callable[[int], None]) -> None:
        """Call, with a pause between two calls, and wait until the last one is painted everywhere."""
        for number in range(CALLS):
            self._begun.append(time.time() * 1000)
            post(number + 1)
            self._drain()
        for page in self._pages:
            page.wait_for_function("wanted => Object.keys(window.painted).length >= wanted", arg=CALLS, timeout=60_000)

    def figures(self) -> list[str]:
        """Return p50 and p99 of every call on every page, and of the last page of every call."""
        delays = [self._of(page, ahead) for page, ahead in zip(self._pages, self._ahead, strict=True)]
        last = [max(each) for each in zip(*delays, strict=True)]
        return [
            f"{figure:.1f}"
            for found in ([delay for each in delays for delay in each], last)
            for figure in (median(found), quantiles(found, n=100)[98])
        ]

    def _of(self, page: Page, ahead: float) -> list[float]:
        painted = {int(call): at for call, at in page.evaluate("window.painted").items()}
        assert len(painted) == CALLS, f"{len(painted)} of {CALLS} calls were painted"
        return [painted[call] - ahead - begun for call, begun in zip(sorted(painted), self._begun, strict=True)]

    def bytes_per_call(self) -> float:
        """Return what one simulated screen was sent for one call."""
        screens = [screen for lobby in self._lobbies for screen in lobby.screens]
        return sum(screen.bytes for screen in screens) / len(screens) / CALLS

    def close(self) -> None:
        """Hang up."""
        for lobby in self._lobbies:
            lobby.close()


@contextmanager
def _answering(lobby: Lobby) -> Iterator[None]:
    """Let the simulated screens answer the server's pings meanwhile; it hangs up on whoever does not."""
    done = Event()

    def listen() -> None:
        while not done.is_set():
            lobby.drain(0.2)

    thread = Thread(target=listen)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _ahead(page: Page) -> tuple[float, float]:
    """Return by how many milliseconds the page's clock is ahead of this one, and by how many that may be wrong."""
    tries = []
    for _ in range(30):
        before = time.time() * 1000
        there = page.evaluate("performance.timeOrigin + performance.now()")
        after = time.time() * 1000
        tries.append(((after - before) / 2, there - (before + after) / 2))
    error, ahead = min(tries)
    return ahead, error


def _caller(server: QueueServer) -> Callable[[int], None]:
    headers = {"Authorization": f"Bearer {server.token()}", "Content-Type": "application/json"}
    return _poster(server.port, lambda _: "/api/v1/counters/1/call-next", headers)


def _broadcaster(port: int) -> Callable[[int], None]:
    return _poster(port, lambda number: f"/broadcast?call={number}", {})


def _poster(port: int, path: Callable[[int], str], headers: dict[str, str]) -> Callable[[int], None]:
    connection = http.client.HTTPConnection("127.0.0.1", port)

    def post(number: int) -> None:
        connection.request("POST", path(number), json.dumps({}), headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status

    return post


def _weights() -> list[list[str]]:
    """Weigh one page after 100 and after 10,000 calls, a week of them, and see what it does while nothing happens."""
    rows = []
    with product(QUEUE_SPOOLER="no") as server, _chromium() as browser:
        week = Week(browser.new_context(viewport={"width": 1920, "height": 1080}), f"{server.url}/display/demo")
        for calls in (100, WEEK_CALLS):
            week.until(calls)
            weight = week.weight()
            shares = [f"{share:.2f}" for share in _idle(week.page, browser)]
            rows.append(
                [f"{calls:,}", f"{weight['heap'] / 1e6:.2f}", str(weight["nodes"]), str(weight["listeners"]), *shares]
            )
    return rows


def _idle(page: Page, browser: Browser) -> tuple[float, float]:
    """Return the shares of one core, in percent, that the page's main thread and all processes of the browser take."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    whole = browser.new_browser_cdp_session()

    def used() -> tuple[float, float]:
        metrics = {each["name"]: each["value"] for each in devtools.send("Performance.getMetrics")["metrics"]}
        return metrics["TaskDuration"], sum(
            each["cpuTime"] for each in whole.send("SystemInfo.getProcessInfo")["processInfo"]
        )

    before = used()
    page.wait_for_timeout(IDLE_SECONDS * 1000)
    after = used()
    return (after[0] - before[0]) / IDLE_SECONDS * 100, (after[1] - before[1]) / IDLE_SECONDS * 100
