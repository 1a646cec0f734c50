"""Nothing for axe to find: every page, in the states in which people meet it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.axe import FROM_AFAR, Axe
from tests.browser.closed import add_closed_branch
from tests.browser.desks import OpenPage, SignIn, at_desk, counter_id, desk, rows, take
from tests.browser.intercept import intercept
from tests.servers import QueueServer, wait_until

pytestmark = pytest.mark.usefixtures("new_day")

STILL: dict[str, Any] = {"reduced_motion": "reduce", "locale": "en"}
"""No colour is caught halfway."""

OUTCOMES = {"outcomes": [{"code": "resolved", "name": {"en": "Resolved"}}, {"code": "again", "name": {"en": "Again"}}]}


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QueueServer]:
    """The demo branch, and a second one, Brno, that is closed all week."""
    server = QueueServer(tmp_path_factory.mktemp("server"), QUEUE_SIGN_IN_ATTEMPTS="1000", QUEUE_KIOSK_RATE="1000")
    add_closed_branch(server)
    with server:
        assert server.api("PUT", "/branches/demo/services/id-cards/outcomes", OUTCOMES)[0] == 200
        yield server


@pytest.fixture
def axe() -> Iterator[Axe]:
    """Look at pages with it: `axe.look(page, "which state")`; the test fails at its end where anything was found."""
    axe = Axe()
    yield axe
    assert axe.looked
    assert not axe.found, axe.verdict()


def act(server: QueueServer, verb: str, counter: str = "1", **body: Any) -> Any:
    """Do something at a counter of the demo branch, and return the answer."""
    status, answer = server.api("POST", f"/counters/{counter_id(server, counter)}/{verb}", body)
    assert status == 200, answer
    return answer


def live(page: Page) -> Page:
    """Wait until the page hears what happens."""
    expect(page.locator("html")).to_have_attribute("data-live", "yes")
    return page


class Line:
    """The socket of a page, which can be cut for good."""

    def __init__(self, page: Page) -> None:
        """Stand between the page and the server from now on."""
        self._cut = False
        self._sockets: list[WebSocketRoute] = []
        page.route_web_socket("**/socket.io/**", self._opened)

    def _opened(self, socket: WebSocketRoute) -> None:
        if self._cut:
            socket.close()
        else:
            self._sockets.append(socket)
            socket.connect_to_server()

    def cut(self) -> None:
        """Cut it."""
        self._cut = True
        for socket in self._sockets:
            socket.close()


def test_what_is_wrong_would_be_found(open_page: OpenPage) -> None:
    page = open_page("about:blank")
    page.set_content(
        "<title>x</title><main><h1>All</h1><p style='color: #666'>seven</p><p style='color: #999'>four</p><img src=''><a href='/'>a</a><a href='/'>b</a></main>"
    )
    axe = Axe()
    axe.look(page, "made so", FROM_AFAR)
    for rule in ("html-has-lang", "image-alt", "color-contrast", "color-contrast-enhanced"):
        assert f": {rule} " in axe.verdict(), axe.verdict()


def test_the_lobby(open_page: OpenPage, shared_server: QueueServer, axe: Axe) -> None:
    page = open_page("about:blank", 1920, 1080, **STILL)
    line = Line(page)
    page.clock.install()
    page.goto(f"{shared_server.url}/display/demo?lang=en")
    live(page)
    expect(page.locator(".stage-message")).to_have_text("All counters are closed")
    axe.look(page, "all counters are closed", FROM_AFAR)

    for counter in ("1", "2", "3"):
        act(shared_server, "open", counter)
    expect(page.locator(".stage-message")).to_have_text("Your number will appear here")
    axe.look(page, "nobody has been called yet", FROM_AFAR)

    for counter in ("1", "2", "3"):
        take(shared_server)
        act(shared_server, "call-next", counter)
    shared_server.api("POST", "/branches/demo/notice", {"notice": {"en": "We close at 14:00 today"}})
    expect(page.locator(".last-calls li")).to_have_count(2)
    expect(page.locator(".notice")).to_be_visible()
    expect(page.locator(".stage")).to_have_attribute("data-state", "calling")
    axe.look(page, "calling", FROM_AFAR)

    page.clock.fast_forward(60_000)
    act(shared_server, "start", "3")
    act(shared_server, "pause", "2", reason="break")
    expect(page.locator(".stage")).to_have_attribute("data-state", "rest")
    axe.look(page, "at rest", FROM_AFAR)

    line.cut()
    expect(page.locator("html")).to_have_attribute("data-live", "no")
    intercept(page, "**/api/v1/branches/demo/board**", lambda route: route.abort())
    page.clock.fast_forward(6_000)
    expect(page.locator(".ribbon")).to_be_visible()
    axe.look(page, "the line is cut", FROM_AFAR)

    page.goto(f"{shared_server.url}/display/brno")
    expect(page.locator(".stage-message")).not_to_be_empty()
    axe.look(page, "the branch is closed", FROM_AFAR)


def test_the_kiosk(open_page: OpenPage, shared_server: QueueServer, axe: Axe) -> None:
    assert shared_server.api("POST", "/branches/demo/services/payments/intake", {"open": False})[0] == 200
    page = open_page(f"{shared_server.url}/kiosk/demo", 1080, 1920, **STILL)
    live(page)
    page.evaluate(
        "Object.assign(document.querySelector('main').dataset, { returnSeconds: 600, problemReturnSeconds: 600 })"
    )
    expect(page.locator('[data-service="payments"]')).to_have_attribute("aria-disabled", "true")
    axe.look(page, "start", FROM_AFAR)
    assert shared_server.api("POST", "/branches/demo/services/payments/intake", {"open": True})[0] == 200
    page.locator('[data-part="priority"]').click()
    expect(page.locator('[data-part="priority-on"]')).to_be_visible()
    axe.look(page, "start, with priority", FROM_AFAR)

    page.locator('[data-service="id-cards"]').click()
    expect(page.locator('[data-stage="number"]')).to_be_visible()
    expect(page.locator('[data-part="slip"]')).not_to_be_empty()
    axe.look(page, "number taken", FROM_AFAR)
    wait_until(lambda: _home(page), "the kiosk to go back")

    refusal = {"error": {"code": "quota_reached", "message": "", "details": {}}}
    intercept(page, "**/api/v1/branches/demo/tickets", lambda route: route.fulfill(status=409, json=refusal))
    page.locator('[data-service="id-cards"]').click()
    expect(page.locator('[data-stage="problem"]')).to_be_visible()
    axe.look(page, "a problem", FROM_AFAR)

    page.goto(f"{shared_server.url}/kiosk/brno")
    expect(page.locator('[data-stage="closed"]')).to_be_visible()
    axe.look(page, "closed", FROM_AFAR)


def _home(page: Page) -> bool:
    """Ask the kiosk to go back to its start, which it hears only a moment after the number has come."""
    page.keyboard.press("Escape")
    return page.locator('[data-stage="start"]').is_visible()


def test_the_desk(open_page: OpenPage, shared_server: QueueServer, sign_in: SignIn, axe: Axe) -> None:
    page = desk(open_page, sign_in, shared_server, "alena", **STILL)
    axe.look(page, "choosing a counter")
    page.locator("[data-open]").first.click()
    at_desk(page, "idle")
    axe.look(page, "idle")
    for service in ("A", "A", "A", "B"):
        take(shared_server, service)
    rows(page, 4)
    for key, part in (("?", "help-box"), ("c", "choice"), ("a", "choice")):
        page.keyboard.press(key)
        expect(page.locator(f"[data-part={part}]")).to_be_visible()
        axe.look(page, f"after the key {key}")
        page.keyboard.press("Escape")
        expect(page.locator(f"[data-part={part}]")).to_be_hidden()
        at_desk(page, "idle")
    page.keyboard.press("m")
    expect(page.locator("[data-part=menu]")).to_be_visible()
    axe.look(page, "the menu")
    page.keyboard.press("Escape")

    page.keyboard.press("Space")
    expect(page.locator(".desk")).to_have_attribute("data-state", "called")
    expect(page.locator(".desk")).to_have_attribute("data-busy", "no")
    assert shared_server.api("POST", "/branches/demo/message", {"text": "The lift is broken"})[0] == 200
    expect(page.locator("[data-part=messages]")).to_contain_text("lift")
    axe.look(page, "called, with a message")
    for key, form in (("b", "return"), ("t", "transfer"), ("i", "issue"), ("k", "note")):
        page.keyboard.press(key)
        expect(page.locator(f"[data-form={form}]")).to_be_visible()
        axe.look(page, f"the form {form}")
        page.keyboard.press("Escape")
        expect(page.locator(f"[data-form={form}]")).to_be_hidden()
    page.keyboard.press("f")
    expect(page.locator("[data-part=choice]")).to_be_visible()
    axe.look(page, "the outcome is asked for")
    page.keyboard.press("1")
    at_desk(page, "idle")
    page.locator("[data-row-more]").first.press("Enter")
    expect(page.locator("[data-part=choice]")).to_be_visible()
    axe.look(page, "what can be done with who waits")
    page.keyboard.press("Escape")
    expect(page.locator("[data-part=choice]")).to_be_hidden()
    page.keyboard.press("a")
    expect(page.locator("[data-part=choice]")).to_be_visible()
    page.keyboard.press("1")
    at_desk(page, "paused")
    axe.look(page, "paused")


def test_the_visitors_page(open_page: OpenPage, shared_server: QueueServer, axe: Axe) -> None:
    act(shared_server, "open")
    take(shared_server)
    first, second, third = (take(shared_server, language="en") for _ in range(3))
    page = open_page(f"{shared_server.url}/t/{first['token']}", 390, 844, **STILL)
    live(page)
    turn = page.locator('[data-part="turn"]')
    axe.look(page, "waiting")
    page.get_by_text("Leave the queue", exact=True).click()
    axe.look(page, "asked whether to leave")
    for verb, state in (
        ("call", "called"),
        ("park", "parked"),
        ("call", "called"),
        ("start", "serving"),
        ("finish", "finished"),
    ):
        act(shared_server, verb, **({"ticket": first["id"]} if verb == "call" else {}))
        expect(turn).to_have_attribute("data-state", state)
        axe.look(page, state)
    act(shared_server, "call", ticket=second["id"])
    act(shared_server, "no-show")
    shared_server.api("POST", f"/tickets/{third['token']}/cancel", {})
    for ticket, state in ((second, "no_show"), (third, "cancelled")):
        page.goto(f"{shared_server.url}/t/{ticket['token']}")
        expect(turn).to_have_attribute("data-state", state)
        axe.look(page, state)


@pytest.fixture
def manager(open_page: OpenPage, sign_in: SignIn, shared_server: QueueServer, axe: Axe) -> Callable[[str], Page]:
    """The manager's browser: `manager("/supervise/demo")` goes there and looks."""
    page = open_page(f"{shared_server.url}/sign-in", 1366, 768, **STILL)
    axe.look(page, "/sign-in")
    sign_in(page, shared_server, "marta")

    def visit(path: str) -> Page:
        page.goto(f"{shared_server.url}{path}")
        expect(page.locator('main[data-view="loading"]')).to_have_count(0)
        axe.look(page, path)
        return page

    return visit


def dialog(page: Page, name: str) -> None:
    """Wait for a dialog."""
    expect(page.locator(f'dialog[data-dialog="{name}"][open]')).to_be_visible()


def test_the_supervisors_pages(manager: Callable[[str], Page], shared_server: QueueServer, axe: Axe) -> None:
    act(shared_server, "open")
    act(shared_server, "open", "2")
    act(shared_server, "pause", "2", reason="break")
    wait = [take(shared_server, "A", priority="priority"), take(shared_server, "B"), take(shared_server, "D")]
    act(shared_server, "call-next")
    _backdate(shared_server, wait[1]["id"])
    page = manager("/supervise/demo")
    for way, name in (("message", "message"), ("notice", "notice")):
        page.locator(f'[data-do="{way}"]').click()
        dialog(page, name)
        axe.look(page, f"supervise, the dialog {name}")
        page.keyboard.press("Escape")
    for key, name in (("Enter", "move"), ("Delete", "cancel")):
        page.locator(".people .person").first.press(key)
        dialog(page, name)
        axe.look(page, f"supervise, the dialog {name}")
        page.keyboard.press("Escape")
    page.locator('[role="switch"]').first.click()
    dialog(page, "sure")
    axe.look(page, "supervise, the dialog sure")

    page = manager("/supervise/demo/rules")
    for fold in page.locator("details > summary").all():
        fold.click()
    page.locator('[data-do="add-class"]').click()
    page.locator('[name="late_minutes"]').fill("soon")
    page.locator('[data-form="rules"] [data-part="save"]').click()
    expect(page.locator('[name="late_minutes"]')).to_have_attribute("aria-invalid", "true")
    axe.look(page, "rules, unfolded, with something wrong")


def _backdate(server: QueueServer, ticket: int) -> None:
    """Let a ticket have been taken an hour ago."""
    with closing(sqlite3.connect(server.folder / "queue.sqlite3")) as connection, connection:
        hour = 3600 * 1_000_000
        connection.execute(
            "UPDATE leg SET enqueued_at = enqueued_at - ?, position = position - ? WHERE ticket_id = ?",
            [hour, hour, ticket],
        )


def test_the_printers_pages(manager: Callable[[str], Page], shared_server: QueueServer, axe: Axe) -> None:
    nobody = {"name": "Hall", "kind": "network", "address": {"host": "127.0.0.1", "port": 1}}
    assert shared_server.api("POST", "/branches/demo/printers", nobody)[0] == 201
    assert (
        shared_server.api("POST", "/branches/demo/printers", {"name": "Star", "kind": "cloudprnt", "address": {}})[0]
        == 201
    )
    page = manager("/printers/demo")
    for name, act_, box in (
        ("Hall", "change", "form"),
        ("Hall", "preview", "preview"),
        ("Hall", "reassign", "reassign"),
        ("Star", "password", "password"),
        ("Hall", "remove", "sure"),
    ):
        card = page.locator(".printer").filter(has=page.get_by_role("heading", name=name, exact=True))
        card.locator(f'[data-do="{act_}"]').click()
        dialog(page, box)
        axe.look(page, f"printers, the dialog {box}")
        page.keyboard.press("Escape")
    page = manager("/printers/demo/slip")
    for fold in page.locator("details > summary").all():
        fold.click()
    page.locator("#add-kind").select_option("text")
    page.locator(".add button").click()
    axe.look(page, "the slip's layout, unfolded")
    page.on("dialog", lambda question: question.accept())


def test_every_layout_of_the_lobby(manager: Callable[[str], Page], axe: Axe) -> None:
    page = manager("/display/demo/preview")
    show = {"waiting": True, "clock": True, "date": True, "notice": True}
    for kind in ("calls", "last_call", "counters", "waiting", "counter", "sound"):
        layout = {"kind": kind, "counter": "1" if kind == "counter" else None, "arrows": {"1": "left"}, "show": show}

        def is_laid_out(layout: dict[str, object] = layout) -> bool:
            # The page that arranges screens waits until the preview listens; this one asks until it does.
            page.evaluate("layout => window.postMessage({ layout }, location.origin)", layout)
            return page.locator("main").get_attribute("data-kind") == layout["kind"]

        wait_until(is_laid_out, f"the layout {kind}")
        axe.look(page, f"the layout {kind}", FROM_AFAR)


def test_the_screens_pages(
    open_page: OpenPage, manager: Callable[[str], Page], shared_server: QueueServer, axe: Axe
) -> None:
    live(open_page(f"{shared_server.url}/display/demo", 1280, 720))
    page = manager("/screens/demo")
    page.locator('[data-do="pair"]').first.click()
    dialog(page, "pair")
    axe.look(page, "screens, the dialog pair")
    page.keyboard.press("Escape")
    (screen, *_) = shared_server.api("GET", "/branches/demo/devices")[1]["screens"]
    page = manager(f"/screens/demo/{screen['id']}")
    for fold in page.locator("details:not([open]) > summary").all():
        fold.click()
    axe.look(page, "a screen's layout, unfolded")
    for path in ("/display", "/kiosk"):
        page.goto(f"{shared_server.url}{path}")
        expect(page.locator("[data-part=code]")).not_to_be_empty()
        axe.look(page, f"{path}, waiting to be paired", FROM_AFAR)


def test_the_other_pages(manager: Callable[[str], Page], shared_server: QueueServer, axe: Axe) -> None:
    act(shared_server, "open", "3")
    take(shared_server, "C")
    for verb in ("call-next", "start", "finish"):
        act(shared_server, verb, "3")
    manager("/reports/demo?from=2020-01-01")
    manager("/reports/demo?from=2020-01-01&to=2020-01-02")
    manager("/")
    manager("/desk")
    manager("/t/nobody-has-this-one")
