"""What tests of the desk share: taking numbers, sitting down, waiting for a desk to be ready for the next key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.servers import QueueServer

OpenPage = Callable[..., Page]
SignIn = Callable[..., None]


def take(server: QueueServer, service: str = "A", **wish: str) -> dict[str, Any]:
    """Take a number."""
    status, answer = server.api("POST", "/branches/demo/tickets", {"service": service, **wish})
    assert status == 201, answer
    ticket: dict[str, Any] = answer["ticket"]
    return ticket


def state_of(server: QueueServer, ticket: dict[str, Any]) -> str:
    """Return how the record says that the ticket stands."""
    return str(server.api("GET", f"/tickets/{ticket['token']}")[1]["state"])


def desk(
    open_page: OpenPage, sign_in: SignIn, server: QueueServer, who: str, counter: str | None = None, **options: Any
) -> Page:
    """Sign `who` in, and let them sit down at the counter of this name; `options` are the page's."""
    page = open_page("about:blank", **{"width": 1366, "height": 768, **options})
    sign_in(page, server, who)
    expect(page.locator("html")).to_have_attribute("data-live", "yes")
    expect(page.locator(".desk")).to_have_attribute("data-view", "choose")
    if counter is not None:
        page.locator(f'[data-open="{counter_id(server, counter)}"]').click()
        expect(page.locator(".desk")).to_have_attribute("data-view", "work")
    return page


def counter_id(server: QueueServer, name: str) -> int:
    """Return the id of the counter of this name."""
    counters = server.api("GET", "/branches/demo/counters")[1]["counters"]
    return next(int(counter["id"]) for counter in counters if counter["name"] == name)


def at_desk(page: Page, state: str, label: str = "") -> None:
    """Wait until the desk is in `state` (with the ticket `label`) and ready for the next key."""
    root = page.locator(".desk")
    expect(root).to_have_attribute("data-state", state)
    expect(root).to_have_attribute("data-ticket", label)
    expect(root).to_have_attribute("data-busy", "no")


def rows(page: Page, number: int) -> None:
    """Wait until so many stand in the list."""
    expect(page.locator(".line-list li")).to_have_count(number)


def line(page: Page) -> list[str]:
    """Return the labels of the list."""
    return [str(row.get_attribute("data-label")) for row in page.locator(".line-list li").all()]
