"""A screen that hangs there for a week without being loaded anew needs no more of anything than on its first morning."""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.browser.week import BURST, WEEK_CALLS, Week
from tests.servers import QueueServer


def test_a_week_of_ten_thousand_calls_makes_the_page_no_heavier(browser: Browser, server: QueueServer) -> None:
    week = Week(browser.new_context(viewport={"width": 1280, "height": 720}), f"{server.url}/display/demo")
    week.until(1_000)
    before = week.weight()
    week.until(WEEK_CALLS)
    after = week.weight()
    page = week.page
    # It has followed everything, drawn the last call, told of what it has shown, and is the same page.
    revision = page.evaluate("standIn.revision")
    assert revision > 3 * (WEEK_CALLS - 10)
    assert page.locator("main").get_attribute("data-revision") == str(revision)
    assert page.locator("main").get_attribute("data-newest") == page.evaluate("standIn.newest")
    assert page.evaluate("standIn.acknowledged") >= WEEK_CALLS / BURST
    assert page.evaluate("window.same") is True
    assert after["nodes"] <= before["nodes"] + 20, (before, after)
    assert after["listeners"] <= before["listeners"], (before, after)
    assert after["heap"] <= before["heap"] * 1.1, (before, after)
    page.goto("about:blank")
