"""A week of a lobby screen in seconds: the real page with a server and a clock that the test drives; and what it weighs."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import BrowserContext, CDPSession, Page

SCRIPT = Path(__file__).parent / "stand_in.js"
WEEK_SECONDS = 7 * 24 * 3600
WEEK_CALLS = 10_000
BURST = 100  # calls between two looks at the clock: about a hundred minutes of that week
DRAW_MS = 100  # a few frames


class Week:
    """One lobby screen, and its visitors."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        """Open the screen, with nobody called yet."""
        context.add_init_script(path=SCRIPT)
        self.page: Page = context.new_page()
        self.page.clock.install()
        self.page.goto(address)
        self.page.wait_for_selector("html[data-live=yes]")
        self.page.evaluate("window.same = true")
        self._devtools: CDPSession = context.new_cdp_session(self.page)
        self._devtools.send("Performance.enable")
        self.called = 0

    def until(self, calls: int) -> None:
        """Let so many calls have been made, as far apart as they are in a week, and the last one have come to rest."""
        while self.called < calls:
            self.page.evaluate("number => standIn.calls(number)", BURST)
            self.called += BURST
            self._pass(WEEK_SECONDS * 1000 * BURST // WEEK_CALLS)
        for _ in range(3):
            self._pass(60_000)

    def _pass(self, milliseconds: int) -> None:
        """Let time pass in the page: what has come is drawn, and whatever is due by then happens once."""
        self.page.clock.run_for(DRAW_MS)
        self.page.clock.fast_forward(milliseconds - DRAW_MS)
        self.page.clock.run_for(DRAW_MS)

    def weight(self) -> dict[str, int]:
        """Return what the page holds once the garbage is gone: bytes of its scripts' memory, DOM nodes, listeners."""
        for _ in range(2):
            self._devtools.send("HeapProfiler.collectGarbage")
        found = {each["name"]: int(each["value"]) for each in self._devtools.send("Performance.getMetrics")["metrics"]}
        return {"heap": found["JSHeapUsedSize"], "nodes": found["Nodes"], "listeners": found["JSEventListeners"]}
