"""From an empty database to the first called number, in Hungarian, with nothing but a browser and the code from the log."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from gettext import NullTranslations
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from queue_app.i18n import catalogue
from queue_app.translations.collect import collect
from tests.browser.axe import Axe
from tests.servers import QueueServer

PASSWORD = "negy szo egy sorban"


class EmptyServer(QueueServer):
    """The product on a database in which there is nothing."""

    def __init__(self, folder: Path) -> None:
        """Set up no more than the tables."""
        (folder / "not-the-template").touch()
        super().__init__(folder)

    def _set_up(self) -> None:
        self.flask("migrate")

    def code(self) -> str:
        """Return the set-up code, as it stands in the log."""
        (line,) = [line for line in self.log.read_text().splitlines() if "/set-up and enter the code" in line]
        return line.rpartition("the code ")[2].split()[0].strip('",')


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[EmptyServer]:
    """A server that was just installed and started."""
    with EmptyServer(tmp_path) as server:
        yield server


def test_from_an_empty_database_to_the_first_called_number_in_hungarian(
    empty: EmptyServer, open_page: Callable[..., Page]
) -> None:
    axe = Axe()
    page = open_page(f"{empty.url}/", 1366, 768, locale="de-DE", reduced_motion="reduce")

    def on(step: str) -> None:
        expect(page.locator(f'main[data-step="{step}"]')).to_be_visible()
        axe.look(page, step)

    def go_on() -> None:
        page.locator('button[value="on"]').click()

    on("language")
    page.locator('button[value="hu"]').click()
    on("code")
    expect(page.locator("html")).to_have_attribute("lang", "hu")
    page.fill('[name="code"]', empty.code().lower())
    go_on()
    on("branch")
    expect(page.locator('[name="country"]')).to_have_value("HU")
    page.fill('[name="name"]', "Belvárosi ügyfélszolgálat")
    go_on()
    on("trade")
    go_on()
    on("administrator")
    page.fill('[name="name"]', "Ági")
    page.fill('[name="username"]', "agi")
    page.fill('[name="password"]', PASSWORD)
    page.fill('[name="again"]', PASSWORD)
    go_on()

    step = page.locator(".first-step")
    first_steps = page.url
    expect(page.locator('[data-step="services"]')).to_have_attribute("data-done", "no")
    expect(page.locator("html")).to_have_attribute("lang", "hu")
    axe.look(page, "first steps")

    page.locator('[data-step="services"] a').click()
    expect(page.locator('main[data-view="edit"]')).to_be_visible()
    page.locator('[data-add="rows"]').click()
    page.locator('[data-path="name.hu"]').fill("Ügyintézés")
    page.locator('[data-path="letter"]').fill("A")
    page.locator('[data-path="slug"]').fill("ugyintezes")
    save(page)
    axe.look(page, "services")
    page.goto(first_steps)
    page.locator('[data-step="counters"] a').click()
    expect(page.locator('main[data-view="edit"]')).to_be_visible()
    page.locator('[data-add="rows"]').click()
    page.locator('[data-path="name"]').fill("1")
    save(page)
    axe.look(page, "counters")
    page.goto(first_steps)
    for name in ("services", "counters"):
        expect(page.locator(f'[data-step="{name}"]')).to_have_attribute("data-done", "yes")

    # The kiosk is another machine: it shows a code, which the administrator enters.
    kiosk = open_page(step.nth(3).locator("code").inner_text(), 1080, 1920, locale="hu")
    pair(page, kiosk, '[data-step="kiosk"]')
    page.goto(first_steps)
    lobby = open_page(step.nth(4).locator("code").inner_text(), 1920, 1080, locale="hu")
    pair(page, lobby, '[data-step="screen"]')
    for device in (kiosk, lobby):
        expect(device.locator("html")).to_have_attribute("data-live", "yes")
        expect(device.locator("html")).to_have_attribute("lang", "hu")

    kiosk.locator('[data-service="ugyintezes"]').click()
    expect(kiosk.locator('[data-stage="number"] [data-part="label"]')).to_have_text("A\u2009001")
    page.goto(first_steps)
    for name in ("kiosk", "screen"):
        expect(page.locator(f'[data-step="{name}"]')).to_have_attribute("data-done", "yes")
    page.locator('[data-step="desk"] a').click()
    page.locator("[data-part=counters] button").first.click()
    expect(page.locator("html")).to_have_attribute("data-live", "yes")
    expect(page.locator("[data-part=line]")).to_contain_text("A\u2009001")
    page.keyboard.press("Space")
    expect(page.locator("[data-part=label]")).to_have_text("A\u2009001")
    expect(lobby.locator("main")).to_have_attribute("data-newest", "A001")
    assert not axe.found, axe.verdict()


def pair(page: Page, device: Page, step: str) -> None:
    """Enter the code that a device shows, from the page of the first steps."""
    expect(device.locator("[data-part=code]")).not_to_be_empty()
    code = device.locator("[data-part=code]").inner_text().replace(" ", "").replace("\n", "")
    page.locator(f"{step} a").first.click()
    expect(page.locator('main[data-view="loading"]')).to_have_count(0)
    page.locator('[data-do="pair"]').first.click()
    dialog = page.locator('dialog[data-dialog="pair"][open]')
    dialog.locator("#pair-code").fill(code)
    dialog.locator("#pair-name").fill(f"Eszköz {code}")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()


def save(page: Page) -> None:
    """Save the form, and wait until it is."""
    page.locator('[data-part="save"]').click()
    expect(page.locator("form[data-section]")).to_have_attribute("data-dirty", "no")
    expect(page.locator('[data-part="problem"]')).to_be_empty()


def test_every_text_of_these_pages_is_there_in_hungarian() -> None:
    known = catalogue("hu")
    pages = ("set_up", "admin_", "start.html", "web/admin")
    missing = [
        message.id
        for message in collect()
        if message.id
        and any(page in place for place, _ in message.locations for page in pages)
        and not _is_there(known, message.id)
    ]
    assert not missing


def _is_there(known: NullTranslations, message: str | tuple[str, str]) -> bool:
    if isinstance(message, str):
        return known.gettext(message) != message or message in SAME
    return known.ngettext(*message, 2) != message[1]


SAME = frozenset({"PDF"})
"""Said the same in Hungarian."""
