"""The pages of other programs: a token is made, copied and revoked; a webhook is set up, tried, and says what went wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import Axe
from tests.browser.desks import OpenPage, SignIn
from tests.sending.receiver import Receiver, is_signed, receiver
from tests.servers import QueueServer, wait_until


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QueueServer]:
    """A server that may call programs on this machine."""
    with QueueServer(tmp_path_factory.mktemp("server"), QUEUE_PRIVATE_ADDRESSES="yes") as server:
        yield server


@pytest.fixture
def other() -> Iterator[Receiver]:
    """The program that is told."""
    with receiver() as found:
        yield found


@pytest.fixture
def page_at(open_page: OpenPage, sign_in: SignIn, shared_server: QueueServer) -> Callable[[str], Page]:
    """Open a page as the administrator."""

    def at(path: str) -> Page:
        page = open_page("about:blank", locale="en", reduced_motion="reduce")
        sign_in(page, shared_server, "dana", path)
        expect(page.locator("main")).to_have_attribute("data-view", "list")
        return page

    return at


def test_a_token_is_made_shown_once_and_revoked(page_at: Callable[[str], Page]) -> None:
    page, axe = page_at("/admin/demo/tokens"), Axe()
    axe.look(page, "no tokens")
    page.locator('[data-do="add"]').click()
    sheet = page.locator('[data-dialog="token"]')
    sheet.locator("button.button--main").click()
    expect(sheet.locator("#t-name-wrong")).to_be_visible()
    sheet.locator('[name="name"]').fill("Signage")
    sheet.locator('[name="scope"][value="display"]').check()
    axe.look(page, "the form")
    sheet.locator('[name="name"]').press("Enter")
    once = page.locator('[data-dialog="once"]')
    expect(once).to_be_visible()
    token = once.locator('[name="value"]').input_value()
    assert len(token) >= 43
    axe.look(page, "the token")
    once.locator("button.button--main").click()
    row = page.locator("li.device", has_text="Signage")
    expect(row).to_be_visible()
    assert token not in page.content()
    row.locator('[data-do="revoke"]').click()
    page.locator('[data-dialog="sure"] [data-part="yes"]').click()
    expect(row).to_have_count(0)
    expect(page.locator('[data-part="status"]')).to_contain_text("Signage")
    assert not axe.found, axe.verdict()


def test_a_webhook_is_set_up_tried_and_seen_to_fail_and_to_go(page_at: Callable[[str], Page], other: Receiver) -> None:
    page, axe = page_at("/admin/demo/webhooks"), Axe()
    page.locator('[data-do="add"]').click()
    sheet = page.locator('[data-dialog="webhook"]')
    sheet.locator('[name="name"]').fill("Signage")
    sheet.locator('[name="url"]').fill("ftp://nowhere")
    sheet.locator("button.button--main").click()
    expect(sheet.locator("#w-url-wrong")).to_be_visible()
    sheet.locator('[name="url"]').fill(other.url)
    sheet.locator("button.button--main").click()
    once = page.locator('[data-dialog="once"]')
    expect(once).to_be_visible()
    secret = once.locator('[name="value"]').input_value()
    assert secret.startswith("whsec_")
    once.locator("button.button--main").click()
    other.answers = [500]
    row = page.locator('[data-part="webhooks"] li.device')
    row.locator('[data-do="test"]').click()
    call = page.locator('[data-part="deliveries"] li.device')
    expect(call).to_have_attribute("data-sign", "stop", timeout=60_000)
    expect(call.locator('[data-part="why"]')).to_contain_text("HTTP 500")
    axe.look(page, "a call that failed")
    call.locator('[data-do="again"]').click()
    expect(call).to_have_attribute("data-sign", "well", timeout=60_000)
    wait_until(lambda: len(other.heard) == 2, "the second call")
    assert all(is_signed(secret, *each) for each in other.heard)
    row.locator('[data-do="remove"]').click()
    page.locator('[data-dialog="sure"] [data-part="yes"]').click()
    expect(row).to_have_count(0)
    assert not axe.found, axe.verdict()


@pytest.mark.parametrize("language", ["en", "hu"])
def test_the_page_of_the_api_is_found_through_by_words(
    open_page: OpenPage, shared_server: QueueServer, language: str
) -> None:
    page, axe = open_page(f"{shared_server.url}/api?lang={language}", locale=language, reduced_motion="reduce"), Axe()
    expect(page.locator("html")).to_have_attribute("lang", language)
    page.locator("#find").fill("post tickets cancel")
    shown = page.locator('[data-part="operation"]:visible')
    expect(shown.first).to_contain_text("/cancel")
    expect(page.locator('[data-part="found"]')).not_to_be_empty()
    assert 1 <= shown.count() <= 5
    shown.first.locator("summary").click()
    expect(shown.first.locator("pre").first).to_be_visible()
    axe.look(page, "one path is open")
    assert not axe.found, axe.verdict()
