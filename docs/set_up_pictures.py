"""Takes the screenshots of the set-up and of the administration, on a server of its own that begins with nothing."""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.servers import QueueServer

FOLDER = Path(__file__).with_name("pictures")
PASSWORD = "four words in a row"
PAGES = ("", "hours", "services", "menu", "look", "configuration")


class EmptyServer(QueueServer):
    """The product on a database in which there is nothing but the tables."""

    def _set_up(self) -> None:
        self.flask("migrate")


def keep(page: Page, name: str) -> None:
    """Take the picture."""
    page.wait_for_timeout(300)
    page.screenshot(path=FOLDER / f"{name}.png")
    print(f"docs/pictures/{name}.png")


def take_pictures(browser: Browser) -> None:
    """Set a branch up from nothing, and take what is seen on the way and afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "not-the-template").touch()
        with EmptyServer(Path(folder)) as server:
            _take(browser, server)


def _take(browser: Browser, server: QueueServer) -> None:
    context = browser.new_context(viewport={"width": 1100, "height": 800}, locale="en", reduced_motion="reduce")
    page = context.new_page()
    page.goto(server.url)

    def go_on(step: str) -> None:
        keep(page, f"set-up/{step}")
        page.locator('button[value="on"]').click()

    keep(page, "set-up/language")
    page.locator('button[value="en"]').click()
    page.fill('[name="code"]', server.flask("set-up", "code").strip())
    page.locator('button[value="on"]').click()
    page.fill('[name="name"]', "Riverside Town Hall")
    page.check('[name="languages"][value="cs"]')
    go_on("branch")
    page.check('[name="trade"][value="town-hall"]')
    go_on("trade")
    for name, value in (("name", "Alex"), ("username", "alex"), ("password", PASSWORD), ("again", PASSWORD)):
        page.fill(f'[name="{name}"]', value)
    go_on("administrator")
    expect(page.locator(".first-step")).to_have_count(6)
    keep(page, "set-up/next")
    page.set_viewport_size({"width": 1280, "height": 860})
    for part in PAGES:
        page.goto(f"{server.url}/admin/riverside-town-hall/{part}".rstrip("/"))
        expect(page.locator('main[data-view="loading"]')).to_have_count(0)
        if part == "services":
            page.locator("details.service > summary").first.click()
        keep(page, f"administration/{part or 'overview'}")
