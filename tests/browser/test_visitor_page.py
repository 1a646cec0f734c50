"""The visitor's page on a phone: real server, real Chromium."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.servers import QueueServer

PHONE = {"width": 390, "height": 844}


def take(server: QueueServer, service: str = "id-cards") -> dict[str, Any]:
    """Take a number in English and return the ticket."""
    wish = {"service": service, "channel": "api", "language": "en"}
    status, taken = server.api("POST", "/branches/demo/tickets", wish)
    assert status == 201
    ticket: dict[str, Any] = taken["ticket"]
    return ticket


def do(server: QueueServer, verb: str, body: Any = None) -> None:
    """Act at counter 1."""
    _, answer = server.api("GET", "/branches/demo/counters")
    counter = answer["counters"][0]["id"]
    status, told = server.api("POST", f"/counters/{counter}/{verb}", body or {})
    assert status == 200, told


@pytest.fixture
def phone(shared_server: QueueServer, open_page: Callable[..., Page]) -> Callable[..., Page]:
    """Open a ticket's page on a phone and wait until it hears what happens."""

    def phone(ticket: dict[str, Any], query: str = "") -> Page:
        page = open_page(f"{shared_server.url}/t/{ticket['token']}{query}", **PHONE)
        page.wait_for_selector("main[data-ready]")
        page.wait_for_selector("html[data-live=yes]")
        return page

    return phone


@pytest.fixture
def at_counter(shared_server: QueueServer) -> Callable[..., None]:
    """Act at counter 1, which is opened first where it is not."""
    shared_server.api("POST", f"/counters/{first_counter(shared_server)}/open", {})
    return lambda verb, body=None: do(shared_server, verb, body)


def first_counter(server: QueueServer) -> int:
    """Return the id of counter 1."""
    return int(server.api("GET", "/branches/demo/counters")[1]["counters"][0]["id"])


def test_the_page_turns_to_the_counter_by_itself(
    shared_server: QueueServer, phone: Callable[..., Page], at_counter: Callable[..., None]
) -> None:
    ticket = take(shared_server)
    page = phone(ticket)
    expect(page.locator("h1")).to_have_text(f"A\u2009{ticket['number']:03}")
    expect(page.locator('[data-part="turn"]')).to_have_attribute("data-state", "waiting")
    page.evaluate("navigator.vibrate = (pattern) => { window.buzzed = pattern; }")
    at_counter("call", {"ticket": ticket["id"]})
    expect(page.locator('[data-part="turn"]')).to_have_attribute("data-state", "called")
    expect(page.get_by_role("alert").first).to_contain_text("Please come to counter 1 now")
    expect(page.locator('[data-part="leave"]')).to_have_count(0)
    assert page.title().startswith("Counter 1")
    assert page.evaluate("window.buzzed.length") > 0
    at_counter("finish")
    expect(page.locator('[data-part="turn"]')).to_contain_text("Thank you for your visit")


def test_who_did_not_come_is_told_when_they_were_called(
    shared_server: QueueServer, phone: Callable[..., Page], at_counter: Callable[..., None]
) -> None:
    ticket = take(shared_server)
    page = phone(ticket)
    at_counter("call", {"ticket": ticket["id"]})
    expect(page.locator('[data-part="turn"]')).to_have_attribute("data-state", "called")
    at_counter("no-show")
    expect(page.locator('[data-part="turn"]')).to_contain_text("You were called at")
    expect(page.locator('[data-part="turn"]')).to_contain_text("take a new number")


def test_a_parked_visitor_knows_that_they_will_be_called_again(
    shared_server: QueueServer, phone: Callable[..., Page], at_counter: Callable[..., None]
) -> None:
    ticket = take(shared_server)
    page = phone(ticket)
    at_counter("call", {"ticket": ticket["id"]})
    at_counter("park")
    expect(page.locator('[data-part="turn"]')).to_contain_text("You will be called again")


def test_the_line_gets_shorter_while_one_looks(
    shared_server: QueueServer, phone: Callable[..., Page], at_counter: Callable[..., None]
) -> None:
    first = take(shared_server, "passports")
    page = phone(take(shared_server, "passports"))
    expect(page.locator('[data-part="turn"]')).to_contain_text("1 person is before you")
    expect(page.locator(".line__person")).to_have_count(1)
    at_counter("call", {"ticket": first["id"]})
    expect(page.locator('[data-part="turn"]')).to_contain_text("Nobody is before you")
    expect(page.locator(".line__person")).to_have_count(0)
    at_counter("finish")


def test_leaving_asks_first_and_then_leaves(shared_server: QueueServer, phone: Callable[..., Page]) -> None:
    ticket = take(shared_server, "driving")
    page = phone(ticket)
    page.get_by_text("Leave the queue", exact=True).click()
    page.get_by_role("link", name="No, keep my place").click()
    expect(page.get_by_role("button", name="Yes, leave the queue")).to_be_hidden()
    page.get_by_text("Leave the queue", exact=True).click()
    page.get_by_role("button", name="Yes, leave the queue").click()
    expect(page.locator('[data-part="turn"]')).to_contain_text("You have left the queue")
    assert shared_server.api("GET", f"/tickets/{ticket['token']}")[1]["state"] == "cancelled"


def test_without_scripts_the_page_is_whole_and_one_can_leave(
    shared_server: QueueServer, open_page: Callable[..., Page]
) -> None:
    ticket = take(shared_server, "driving")
    page = open_page(f"{shared_server.url}/t/{ticket['token']}", java_script_enabled=False, **PHONE)
    expect(page.locator("h1")).to_have_text(f"B\u2009{ticket['number']:03}")
    assert "http-equiv" in page.content()  # it looks again by itself
    page.get_by_text("Leave the queue", exact=True).click()
    page.get_by_role("button", name="Yes, leave the queue").click()
    expect(page.locator('[data-part="turn"]')).to_contain_text("You have left the queue")


def test_the_visitor_may_read_another_language(shared_server: QueueServer, phone: Callable[..., Page]) -> None:
    page = phone(take(shared_server, "driving"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("link", name="Polski").click()
    expect(page.locator("html")).to_have_attribute("lang", "pl")
    expect(page.locator('[data-part="turn"]')).to_contain_text("Prawa jazdy")


def test_the_sound_is_the_visitors_choice(shared_server: QueueServer, phone: Callable[..., Page]) -> None:
    page = phone(take(shared_server, "driving"))
    page.get_by_role("button", name="Turn the sound on").click()
    expect(page.get_by_role("button", name="Sound is on")).to_have_attribute("aria-pressed", "true")
