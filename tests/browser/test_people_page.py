"""The pages of people in a browser: a first sign-in, a code from the telephone, and an administrator at work."""

from __future__ import annotations

import time
from collections.abc import Callable

import pyotp
from playwright.sync_api import Page, expect

from tests.browser.axe import Axe
from tests.servers import QueueServer

OpenPage = Callable[..., Page]
OWN = "three words and a number 7"


def enter(page: Page, server: QueueServer, username: str, password: str) -> None:
    """Sign in by the form."""
    page.goto(f"{server.url}/sign-in?next=/admin/demo/people")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")


def act(page: Page, username: str, name: str) -> None:
    """Press one of the buttons of a person's row."""
    page.locator('[data-part="people"] > li', has_text=username).locator(f'[data-do="{name}"]').click()


def test_an_administrator_sets_up_a_code_and_administers_people(
    open_page: OpenPage, shared_server: QueueServer
) -> None:
    given = shared_server.flask("user", "add", "chief", "--name", "Chief", "--role", "admin").strip()
    page, axe = open_page("about:blank", 1366, 900, locale="en"), Axe()

    # The one-time password leads to one's own account, and nowhere else.
    enter(page, shared_server, "chief", given)
    page.wait_for_url("**/account")
    axe.look(page, "choosing a password")
    for field, words in (("old", given), ("new", OWN), ("again", OWN)):
        page.fill(f'[data-form="password"] [name="{field}"]', words)
    page.press('[data-form="password"] [name="again"]', "Enter")
    expect(page.locator('[data-form="details"]')).to_be_visible()

    # A code from the telephone, which the page draws.
    page.fill('[data-form="begin"] [name="password"]', OWN)
    page.press('[data-form="begin"] [name="password"]', "Enter")
    expect(page.locator(".code svg")).to_be_visible()
    axe.look(page, "setting up a code")
    totp = pyotp.TOTP(page.locator('[data-part="secret"]').inner_text().replace(" ", ""))
    first = totp.now()
    page.fill('[data-form="confirm"] [name="code"]', first)
    page.press('[data-form="confirm"] [name="code"]', "Enter")
    expect(page.locator('[data-second-factor="yes"]')).to_be_visible()
    axe.look(page, "my account")

    # It is asked for, and the one that was used is not taken again.
    page.context.clear_cookies()
    enter(page, shared_server, "chief", OWN)
    page.wait_for_url("**/sign-in/code")
    axe.look(page, "the code is asked for")
    page.fill('[name="code"]', first)
    page.press('[name="code"]', "Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    # The next step's code is taken already: telephones may go before us.
    page.fill('[name="code"]', totp.generate_otp(int(time.time()) // 30 + 1))
    page.press('[name="code"]', "Enter")
    page.wait_for_url("**/admin/demo/people")

    administer(page, axe)
    page.goto(f"{shared_server.url}/admin/demo/audit")
    expect(page.locator('[data-action="add_person"]')).to_have_count(1)
    axe.look(page, "the audit log")
    assert not axe.found, axe.verdict()


def administer(page: Page, axe: Axe) -> None:
    """Add, change, help and deactivate a person, with the keyboard where there is a form."""
    expect(page.locator('main[data-view="list"]')).to_be_visible()
    axe.look(page, "people")
    page.click('[data-do="add"]')
    dialog, once = page.locator('[data-dialog="person"]'), page.locator('[data-dialog="once"]')
    page.keyboard.type("alena")
    page.keyboard.press("Enter")
    expect(dialog.locator(".wrong:visible")).to_be_visible()  # the name is taken
    page.fill("#p-username", "cyril")
    page.fill("#p-name", "Cyril")
    axe.look(page, "adding a person")
    page.keyboard.press("Enter")
    expect(once).to_be_visible()
    password = once.locator("[name=value]").input_value()
    assert len(password) == 19
    page.keyboard.press("Enter")
    expect(once).to_be_hidden()
    assert password not in page.content()

    act(page, "cyril", "change")
    dialog.locator('input[name="roles"][value="supervisor"]').check()
    dialog.locator("button.button--main").click()
    row = page.locator('[data-part="people"] > li', has_text="cyril")
    expect(dialog).to_be_hidden()
    expect(row.locator('[data-part="what"]')).to_contain_text(
        dialog.locator('input[name="roles"][value="supervisor"]').get_attribute("data-words") or "?"
    )
    act(page, "cyril", "deactivate")
    page.locator('[data-dialog="sure"] [data-part="yes"]').click()
    expect(row).to_have_attribute("data-sign", "stop")
    act(page, "cyril", "activate")
    expect(row).to_have_attribute("data-sign", "well")
    expect(page.locator('[data-part="sign-ins"] > li')).not_to_have_count(0)
