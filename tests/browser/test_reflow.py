"""No page has to be scrolled sideways where it is 320 CSS pixels wide, in any language (WCAG 2.2, 1.4.10 Reflow)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest import Subtests

from queue_app.i18n import LANGUAGES
from tests.servers import QueueServer

WIDTH = 320
PAGES = [
    "/account", "/admin", "/admin/demo", *(
        f"/admin/demo/{part}"
        for part in (
            "about", "look", "counters", "devices", "hours", "menu", "next", "services", "configuration", "audit", "people",
            "privacy", "tokens", "webhooks", "template",
        )
    ),
    "/admin/templates", "/admin/templates/new?of=trade:bank", "/branches", "/branches/report", "/desk/demo", "/printers/demo",
    "/printers/demo/slip", "/reports/demo", "/reports/demo/waits", "/reports/demo/sending", "/reports/demo/settings",
    "/screens/demo", "/supervise/demo", "/supervise/demo/rules", "/api", "/",
]  # fmt: skip

BESIDE = """() => {
  const wide = document.documentElement.scrollWidth;
  if (wide <= innerWidth) return null;
  const beyond = [...document.querySelectorAll("body *")].filter((each) => each.getBoundingClientRect().right > innerWidth + 0.5);
  return [wide, ...beyond.slice(-3).map((each) => `${each.tagName} ${each.className} ${each.textContent.trim().slice(0, 40)}`)];
}"""


@pytest.fixture
def chief(open_page: Callable[..., Page], shared_server: QueueServer) -> Page:
    """A narrow browser of somebody who may see everything."""
    given = shared_server.flask("user", "add", "chief", "--name", "Chief", "--role", "admin").strip()
    page = open_page(f"{shared_server.url}/sign-in", WIDTH, 640)
    page.fill("input[name=username]", "chief")
    page.fill("input[name=password]", given)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/account*")
    for name, word in (("old", given), ("new", "four words in a row"), ("again", "four words in a row")):
        page.fill(f"input[name={name}]", word)
    page.press("input[name=again]", "Enter")
    page.wait_for_selector('form[data-form="details"]')
    return page


def test_no_page_is_wider_than_a_small_telephone(chief: Page, shared_server: QueueServer, subtests: Subtests) -> None:
    for language in LANGUAGES:
        with subtests.test(language):
            fits(chief, shared_server, language)


def fits(chief: Page, shared_server: QueueServer, language: str) -> None:
    """Look at every page in a language."""
    chief.goto(f"{shared_server.url}/account")
    chief.select_option("select[name=language]", language)
    chief.locator('form[data-form="details"] button').click()
    expect(chief.locator("html")).to_have_attribute("lang", language)
    too_wide = {}
    for path in PAGES:
        answer = chief.goto(f"{shared_server.url}{path}")
        assert answer is not None and answer.ok, path
        expect(chief.locator('main[data-view="loading"]')).to_have_count(0)
        chief.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        if beside := chief.evaluate(BESIDE):
            too_wide[path] = beside
    assert not too_wide, "\n".join(f"{path} {beside}" for path, beside in too_wide.items())
