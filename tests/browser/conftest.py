"""Real Chromium, and pages that fail their test when the console shows an error."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.axe import Axe
from tests.servers import QueueServer

MOST_MS = 30_000
"""A busy machine may be slow; a condition that is met ends the wait at once."""
expect.set_options(timeout=MOST_MS)

# Debian's Chromium without a window. The same engine as `chromium --headless`, but without the browser's own surface, whose
# renderer beside every page took ten times the processor of the page itself.
CHROMIUM = "/usr/bin/chromium-headless-shell"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required",
]  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open a page in a browser of its own: `open_page(url, width=1080, height=1920, locale="cs")`.

    The test fails at its end where a page threw an error or broke its content security policy.
    """
    contexts = []
    faults: list[str] = []

    def open_page(url: str, width: int = 1280, height: int = 800, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        context.set_default_timeout(MOST_MS)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text) if "Content Security" in message.text else None)
        page.goto(url)
        return page

    yield open_page
    # A kiosk's page that lived on would print what the next test's kiosk waits for.
    for context in contexts:
        context.close()
    assert not faults, faults


@pytest.fixture
def new_day(shared_server: QueueServer) -> None:
    """Let nobody of the test before wait in the demo branch, or sit anywhere."""
    assert shared_server.api("POST", "/branches/demo/close-day", {})[0] == 200


@pytest.fixture
def axe() -> Iterator[Axe]:
    """Look at pages with it: `axe.look(page, "which state")`; the test fails at its end where anything was found."""
    axe = Axe()
    yield axe
    assert axe.looked
    assert not axe.found, axe.verdict()


@pytest.fixture(scope="module")
def signed_in() -> dict[tuple[str, str], Any]:
    """The cookies of who has signed in already, by server and name."""
    return {}


@pytest.fixture
def sign_in(signed_in: dict[tuple[str, str], Any]) -> Callable[..., None]:
    """Sign a person of the demo branch in, and go to a page: `sign_in(page, server, "marta", "/printers/demo")`.

    Only the first time by the form; afterwards the browser is given the cookies of that time.
    """

    def sign_in(page: Page, server: QueueServer, username: str, path: str = "/desk") -> None:
        who = (server.url, username)
        if who in signed_in:
            page.context.add_cookies(signed_in[who])
            page.goto(f"{server.url}{path}")
            return
        page.goto(f"{server.url}/sign-in?{urlencode({'next': path})}")
        page.fill("input[name=username]", username)
        page.fill("input[name=password]", server.passwords[username])
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "/sign-in" not in url)
        signed_in[who] = page.context.cookies()

    return sign_in


@pytest.fixture
def page_of(
    open_page: Callable[..., Page], sign_in: Callable[..., None], shared_server: QueueServer
) -> Callable[..., Page]:
    """Open one of the manager's pages on the server of the test's file: `page_of("/printers/demo")`."""

    def page_of(path: str, width: int = 1366, height: int = 768) -> Page:
        page = open_page("about:blank", width, height)
        sign_in(page, shared_server, "marta", path)
        expect(page.locator("main[data-view]")).not_to_have_attribute("data-view", "loading")
        return page

    return page_of
