"""Requests of a page caught on their way, from the very next one on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, Route

from tests.servers import wait_until

PROBE = "/caught-by-the-test"
ASK = f"fetch('{PROBE}', {{method: 'HEAD'}}).then((answer) => answer.status, () => 0)"


def intercept(page: Page, pattern: str, handler: Callable[[Route], Any]) -> None:
    """Let `handler` answer the page's requests to `pattern`.

    `page.route` returns when the browser has been told, but the page's own process may learn of it a moment later: a request in
    between would reach the server. So the page asks for something that only the test answers, until it is answered.
    """
    page.route(f"**{PROBE}", lambda route: route.fulfill(status=299))
    wait_until(lambda: page.evaluate(ASK) == 299, "the page's requests to be caught", 20)
    page.route(pattern, handler)
