"""Paper as people meet it: a kiosk, a desk and a phone beside a printer that runs out of it, and a kiosk that prints by itself."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from printers.virtual import VirtualPrinter
from tests.browser.desks import OpenPage, SignIn
from tests.browser.desks import desk as desk_of
from tests.browser.intercept import intercept
from tests.servers import QueueServer, wait_until

NO_SLIP = "No slip came out. Please take a photo of your number"
PRINT_AT_ONCE = """
    window.prints = [];
    window.print = () => {
        const image = document.querySelector('body > .paper img');
        window.prints.push({ width: image.naturalWidth, shown: image.style.width });
        dispatchEvent(new Event('beforeprint'));
        dispatchEvent(new Event('afterprint'));
    };
"""


@pytest.fixture
def printer() -> Iterator[VirtualPrinter]:
    """A printer without hardware that says how it is."""
    with VirtualPrinter() as printer:
        yield printer


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QueueServer]:
    """One server for all tests here; each signs in anew, which a real one would think too often."""
    with QueueServer(tmp_path_factory.mktemp("server"), QUEUE_SIGN_IN_ATTEMPTS="1000") as server:
        yield server


@pytest.fixture
def server(shared_server: QueueServer) -> Iterator[QueueServer]:
    """The server on a new day; afterwards nobody waits for a slip, and the demo's own printer is the only one."""
    yield shared_server
    shared_server.api("POST", "/branches/demo/close-day", {})
    with closing(sqlite3.connect(shared_server.folder / "queue.sqlite3", timeout=20)) as connection, connection:
        connection.execute("UPDATE print_job SET state = 'printed'")
    _, *others = shared_server.api("GET", "/branches/demo/printers")[1]["printers"]
    for printer in others:
        set_printer(shared_server, fallback=None)
        assert shared_server.api("POST", f"/branches/demo/printers/{printer['id']}/remove", {})[0] == 200


@pytest.fixture
def house(server: QueueServer, printer: VirtualPrinter) -> Iterator[QueueServer]:
    """The demo branch with that printer beside its kiosk."""
    set_printer(server, name="Hall printer", kind="network", address={"host": printer.host, "port": printer.port})
    yield server
    printer.set(paper="ok", cover="closed")
    wait_until(lambda: not _unprinted(server), "the last slips to come out")


def _unprinted(server: QueueServer) -> int:
    """Return how many slips the print worker has still to do with."""
    with closing(sqlite3.connect(server.folder / "queue.sqlite3")) as connection:
        count = connection.execute("SELECT count(*) FROM print_job WHERE state IN ('queued', 'sending')").fetchone()
    return int(count[0])


def set_printer(server: QueueServer, **changes: Any) -> int:
    """Change the first printer of the branch and return its id."""
    printer, *_ = server.api("GET", "/branches/demo/printers")[1]["printers"]
    status, answer = server.api("POST", f"/branches/demo/printers/{printer['id']}", changes)
    assert status == 200, answer
    return int(printer["id"])


def kiosk_of(open_page: OpenPage, server: QueueServer, width: int = 1080, height: int = 1920, **seconds: float) -> Page:
    """Open the kiosk, in English, with these of its times, and wait until it is live."""
    page = open_page(f"{server.url}/kiosk/demo?lang=en", width=width, height=height)
    page.wait_for_selector("main[data-ready]")
    page.wait_for_selector("html[data-live=yes]")
    times = {"returnSeconds": 120, "failedReturnSeconds": 120, "slipSeconds": 60, **seconds}
    page.evaluate("times => Object.assign(document.querySelector('main').dataset, times)", times)
    return page


def take(page: Page, service: str = "id-cards") -> str:
    """Touch a service and return the label that is shown."""
    page.click(f'[data-service="{service}"]')
    expect(page.locator('[data-stage="number"]')).to_be_visible()
    return page.locator('[data-part="label"]').inner_text().replace("\u2009", "")


def slips_of(server: QueueServer) -> dict[str, str]:
    """Return how the slips in trouble stand, by label."""
    return {slip["label"]: slip["state"] for slip in server.api("GET", "/branches/demo/slips")[1]["slips"]}


def state_of(server: QueueServer, token: str) -> dict[str, Any]:
    """Return how the ticket's slip stands."""
    printed: dict[str, Any] = server.api("GET", f"/tickets/{token}")[1]["print"]
    return printed


def test_a_kiosk_whose_printer_is_well_says_nothing_of_paper(house: QueueServer, open_page: OpenPage) -> None:
    kiosk = kiosk_of(open_page, house)
    expect(kiosk.locator('[data-part="paperless"]')).to_be_hidden()
    take(kiosk)
    expect(kiosk.locator(".number")).to_have_attribute("data-slip", "printed")
    expect(kiosk.locator('[data-part="slip"]')).to_have_text("Please take your slip")


def test_low_paper_is_the_desks_business_and_not_the_visitors(
    house: QueueServer, printer: VirtualPrinter, open_page: OpenPage, sign_in: SignIn
) -> None:
    printer.set(paper="low")
    kiosk, desk = kiosk_of(open_page, house), desk_of(open_page, sign_in, house, "alena", "1")
    take(kiosk)
    expect(desk.locator(".desk-paper")).to_contain_text("Hall printer")
    expect(kiosk.locator('[data-part="slip"]')).to_have_text("Please take your slip")
    expect(kiosk.locator('[data-part="paperless"]')).to_have_text("")


def test_paper_out_is_said_before_and_after_the_touch_and_goes_when_paper_is_in(
    house: QueueServer, printer: VirtualPrinter, open_page: OpenPage, sign_in: SignIn
) -> None:
    kiosk, other = kiosk_of(open_page, house), kiosk_of(open_page, house, 1280, 800)
    desk = desk_of(open_page, sign_in, house, "alena", "1")
    expect(desk.locator(".desk-paper")).to_be_hidden()
    printer.set(paper="out")
    label = take(kiosk)
    expect(kiosk.locator('[data-part="slip"]')).to_have_text(NO_SLIP)
    expect(kiosk.locator(".number")).to_have_attribute("data-slip", "missing")
    expect(kiosk.locator('[data-part="announce"]')).to_have_text(NO_SLIP)
    # The other kiosk beside the same printer says it before anybody touches it, to eyes and ears.
    notice = other.locator('[data-part="paperless"]')
    expect(notice).to_have_text("No paper – your number will be shown here. Please take a photo of it.")
    expect(notice).to_have_attribute("role", "status")
    # Known before the touch, so nobody is told to take a slip first.
    second = take(other)
    assert other.locator('[data-part="slip"]').inner_text() == NO_SLIP
    row = desk.locator(f'[data-label="{label}"]')
    expect(row).to_have_attribute("data-slip", "none")
    expect(row.locator(".line-marks")).to_contain_text("□")
    expect(desk.locator('[data-part="printers"]')).to_have_text(re.compile(r"Hall printer.*\d\d:\d\d"))

    printer.set(paper="ok")
    expect(kiosk.locator('[data-part="slip"]')).to_have_text("Your slip has come out after all. Please take it")
    expect(other.locator(".number")).to_have_attribute("data-slip", "printed")
    expect(notice).to_have_text("")
    expect(desk.locator(".desk-paper")).to_be_hidden()
    expect(row).to_have_attribute("data-slip", "")
    assert [slip.text.count(one) > 0 for slip, one in zip(printer.wait_for(2), (label, second), strict=True)] == [
        True,
        True,
    ]


def test_a_kiosk_that_lost_its_line_knows_of_the_paper_when_it_is_back(
    house: QueueServer, printer: VirtualPrinter, open_page: OpenPage
) -> None:
    kiosk = kiosk_of(open_page, house)
    kiosk.context.set_offline(True)
    intercept(kiosk, "**/socket.io/**", lambda route: route.abort())
    printer.set(cover="open")
    house.api("POST", "/branches/demo/tickets", {"service": "driving", "channel": "kiosk"})
    wait_until(lambda: slips_of(house), "the slip to be in trouble")
    kiosk.unroute("**/socket.io/**")
    kiosk.context.set_offline(False)
    expect(kiosk.locator('[data-part="paperless"]')).to_contain_text("No slips just now")


def test_a_slip_that_nobody_sees_is_printed_again_once_from_the_kiosk(
    house: QueueServer, printer: VirtualPrinter, open_page: OpenPage
) -> None:
    kiosk = kiosk_of(open_page, house, againSeconds=1)
    label = take(kiosk)
    again = kiosk.get_by_role("button", name="Print again")
    expect(again).to_be_visible()
    box = again.bounding_box()
    assert box is not None and box["height"] >= 88
    expect(kiosk.locator('[data-part="announce"]')).to_have_text("If no slip came out, press Print again")
    again.focus()
    kiosk.keyboard.press("Enter")
    first, copy = printer.wait_for(2)
    assert label in copy.text and "Copy" in copy.text and "Copy" not in first.text
    expect(kiosk.locator('[data-part="slip"]')).to_have_text("Please take your slip")
    expect(kiosk.locator('[data-part="done"]')).to_be_focused()
    kiosk.wait_for_timeout(1500)  # longer than after the first one
    expect(again).to_be_hidden()


def test_a_refused_copy_is_not_promised(house: QueueServer, open_page: OpenPage) -> None:
    kiosk = kiosk_of(open_page, house, againSeconds=0.2)
    refusal = {"error": {"code": "too_many_requests", "message": "", "details": {}}}
    intercept(kiosk, "**/reprint", lambda route: route.fulfill(status=429, json=refusal))
    take(kiosk)
    kiosk.get_by_role("button", name="Print again").click()
    expect(kiosk.locator('[data-part="slip"]')).to_have_text(NO_SLIP)


def test_a_slip_that_comes_out_elsewhere_says_where(
    house: QueueServer, printer: VirtualPrinter, open_page: OpenPage
) -> None:
    with VirtualPrinter() as office:
        address = {"host": office.host, "port": office.port}
        wish = {"name": "Information desk", "kind": "network", "address": address}
        stand_in = house.api("POST", "/branches/demo/printers", wish)[1]["id"]
        (hall, _) = house.api("GET", "/branches/demo/printers")[1]["printers"]
        assert house.api("POST", f"/branches/demo/printers/{hall['id']}", {"fallback": stand_in})[0] == 200
        printer.set(paper="out")
        kiosk, other = kiosk_of(open_page, house), kiosk_of(open_page, house, 1280, 800)
        label = take(kiosk)
        said = "Your slip comes out at the printer “Information desk”"
        expect(kiosk.locator('[data-part="slip"]')).to_have_text(said)
        assert label in office.wait_for(1)[0].text
        expect(other.locator('[data-part="paperless"]')).to_have_text(
            "Slips come out at the printer “Information desk”."
        )


def test_the_desk_prints_a_slip_again_and_its_copy_comes_out(
    house: QueueServer, printer: VirtualPrinter, open_page: OpenPage, sign_in: SignIn
) -> None:
    desk = desk_of(open_page, sign_in, house, "alena", "1")
    printer.set(paper="out")
    ticket = house.api("POST", "/branches/demo/tickets", {"service": "A", "channel": "kiosk", "language": "en"})[1]
    label = ticket["ticket"]["label"]
    row = desk.locator(f'[data-label="{label}"]')
    expect(row).to_have_attribute("data-slip", "none")
    row.locator('[data-slip-act="reprint"]').click()
    expect(desk.locator('[data-part="status"]')).to_contain_text(label[0])
    printer.set(paper="ok")
    (copy,) = printer.wait_for(1)
    assert label in copy.text and "Copy" in copy.text
    expect(row).to_have_attribute("data-slip", "")
    expect(row.locator("[data-slip-act]")).to_have_count(0)


def test_the_list_of_slips_is_worked_by_keyboard_and_cancelling_is_asked_twice(
    house: QueueServer, printer: VirtualPrinter, open_page: OpenPage, sign_in: SignIn
) -> None:
    desk = desk_of(open_page, sign_in, house, "alena", "1")
    desk.keyboard.press("o")
    expect(desk.locator(".slips")).to_be_hidden()  # nothing is in trouble
    printer.set(paper="out")
    tokens = [
        house.api("POST", "/branches/demo/tickets", {"service": "A", "channel": "kiosk"})[1]["ticket"]["token"]
        for _ in range(2)
    ]
    expect(desk.locator('[data-label="A001"]')).to_have_attribute("data-slip", "none")
    desk.keyboard.press("o")
    first = desk.locator('[data-slip-of="A001"]')
    expect(first.locator('[data-slip-act="reprint"]')).to_be_focused()
    desk.keyboard.press("Tab")
    cancel = first.locator('[data-slip-act="cancel"]')
    expect(cancel).to_be_focused()
    desk.keyboard.press("Enter")
    expect(cancel).to_have_attribute("data-sure", "yes")
    desk.keyboard.press("Escape")
    expect(cancel).to_have_attribute("data-sure", "no")
    expect(desk.locator(".slips")).to_be_visible()
    desk.keyboard.press("Enter")
    assert house.api("GET", f"/tickets/{tokens[0]}")[1]["state"] == "waiting"
    desk.keyboard.press("Enter")
    expect(first).to_have_count(0)
    assert house.api("GET", f"/tickets/{tokens[0]}")[1]["state"] == "cancelled"
    assert house.api("GET", f"/tickets/{tokens[1]}")[1]["state"] == "waiting"
    desk.keyboard.press("Escape")
    desk.locator('[data-part="now"]').focus()
    expect(desk.locator('[data-label="A001"]')).to_have_count(0)


def test_who_is_called_without_a_slip_is_looked_for(
    house: QueueServer, printer: VirtualPrinter, open_page: OpenPage, sign_in: SignIn
) -> None:
    desk = desk_of(open_page, sign_in, house, "alena", "1")
    printer.set(paper="out")
    house.api("POST", "/branches/demo/tickets", {"service": "A", "channel": "kiosk"})
    expect(desk.locator('[data-label="A001"]')).to_have_attribute("data-slip", "none")
    desk.keyboard.press("Space")
    expect(desk.locator(".desk")).to_have_attribute("data-state", "called")
    expect(desk.locator('[data-part="no-slip"]')).to_be_visible()
    printer.set(paper="ok")
    expect(desk.locator('[data-part="no-slip"]')).to_be_hidden()


def test_a_phone_says_quietly_that_no_paper_is_needed(
    house: QueueServer, printer: VirtualPrinter, open_page: OpenPage
) -> None:
    printer.set(paper="out")
    wish = {"service": "A", "channel": "kiosk", "language": "en"}
    token = house.api("POST", "/branches/demo/tickets", wish)[1]["ticket"]["token"]
    phone = open_page(f"{house.url}/t/{token}", width=390, height=844)
    expect(phone.locator('[data-part="paperless"]')).to_have_text("Your number is on this page; you need no paper.")
    printer.set(paper="ok")
    expect(phone.locator('[data-part="paperless"]')).to_have_count(0)


@pytest.fixture
def by_browser(server: QueueServer) -> QueueServer:
    """The demo branch whose kiosk's own browser prints."""
    set_printer(server, name="Kiosk's own", kind="browser", address={})
    return server


def browser_kiosk(open_page: OpenPage, server: QueueServer, script: str, **seconds: float) -> Page:
    """Open the kiosk with a `window.print` that does what `script` says."""
    kiosk = kiosk_of(open_page, server, **seconds)
    kiosk.evaluate(f"() => {{ {script} }}")
    return kiosk


def test_the_kiosks_browser_prints_a_slip_and_its_copy_without_asking(
    by_browser: QueueServer, open_page: OpenPage
) -> None:
    kiosk = browser_kiosk(open_page, by_browser, PRINT_AT_ONCE, againSeconds=0.5)
    with kiosk.expect_response("**/api/v1/branches/demo/tickets") as taken:
        take(kiosk)
    token = taken.value.json()["ticket"]["token"]
    wait_until(lambda: state_of(by_browser, token) == {"state": "printed", "error": None}, "the slip to be printed")
    expect(kiosk.locator('[data-part="slip"]')).to_have_text("Please take your slip")
    fetched = lambda answer: answer.url.endswith("/slip/claim")  # noqa: E731
    with kiosk.expect_response(fetched) as copied:
        kiosk.get_by_role("button", name="Print again").click()
    assert copied.value.json()["copy"] is True
    wait_until(lambda: len(kiosk.evaluate("window.prints")) == 2, "the copy")
    assert all(one["width"] > 1000 and one["shown"] == "72.07mm" for one in kiosk.evaluate("window.prints"))


def test_the_page_that_is_printed_holds_the_slip_and_nothing_else(by_browser: QueueServer, open_page: OpenPage) -> None:
    kiosk = browser_kiosk(open_page, by_browser, "window.print = () => { window.asked = true; };")
    take(kiosk)
    wait_until(lambda: kiosk.evaluate("window.asked"), "the browser to print")
    pdf = kiosk.pdf(prefer_css_page_size=True)
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    page = document[0]
    width, height = page.get_size()
    assert width * 25.4 / 72 == pytest.approx(80, abs=0.5)
    assert height > width
    assert page.get_textpage().get_text_range().strip() == ""  # nothing of the screen: one picture
    picture = page.render(scale=3).to_pil().convert("L")
    left, top, right, bottom = picture.point(lambda grey: 255 if grey < 128 else 0).getbbox() or (0, 0, 0, 0)
    mm = picture.width / 80
    assert left > 3.5 * mm and right < 76.5 * mm and bottom < picture.height
    assert bottom - top > 0.8 * picture.height
    document.close()
    expect(kiosk.locator('[data-stage="number"]')).to_be_visible()


@pytest.mark.parametrize(
    "script",
    [
        "window.print = () => {};",
        "window.print = () => { throw new Error('blocked'); };",
        """window.print = () => {
            const end = performance.now() + 1500;
            while (performance.now() < end); // a dialog: no script runs until it is closed
            dispatchEvent(new Event('afterprint'));
        };""",
    ],
    ids=["does nothing", "throws", "asks"],
)
def test_a_browser_that_does_not_print_by_itself_never_stalls_the_kiosk(
    by_browser: QueueServer, open_page: OpenPage, script: str
) -> None:
    kiosk = browser_kiosk(open_page, by_browser, script, printSeconds=1, failedReturnSeconds=5)
    label = take(kiosk)
    expect(kiosk.locator('[data-part="slip"]')).to_have_text(NO_SLIP)
    assert slips_of(by_browser) == {label: "failed"}
    expect(kiosk.locator('[data-stage="start"]')).to_be_visible()


def test_a_copy_that_the_desk_wants_comes_out_at_the_kiosk_whose_browser_prints(
    by_browser: QueueServer, open_page: OpenPage
) -> None:
    ticket = by_browser.api("POST", "/branches/demo/tickets", {"service": "A", "channel": "kiosk"})[1]["ticket"]
    kiosk = browser_kiosk(open_page, by_browser, PRINT_AT_ONCE, idleSeconds=600, lookSeconds=1)
    wait_until(lambda: state_of(by_browser, ticket["token"])["state"] == "printed", "the slip")
    assert by_browser.api("POST", f"/branches/demo/slips/{ticket['id']}/reprint", {})[0] == 202
    wait_until(lambda: len(kiosk.evaluate("window.prints")) == 2, "the copy")
    wait_until(
        lambda: state_of(by_browser, ticket["token"]) == {"state": "printed", "error": None}, "the copy to be told"
    )


@pytest.mark.parametrize("lost", ["claim", "end"])
def test_a_slip_of_which_an_answer_is_lost_on_the_way_comes_out_once(
    by_browser: QueueServer, open_page: OpenPage, lost: str
) -> None:
    kiosk = browser_kiosk(open_page, by_browser, PRINT_AT_ONCE, idleSeconds=600, lookSeconds=1)
    cut: list[str] = []

    def on_the_way(route: Route) -> None:
        # The server has done what was asked; nobody hears of it. All three times that a browser tells what became of a slip.
        if len(cut) < (1 if lost == "claim" else 3):
            cut.append(route.request.url)
            if lost == "claim":
                route.fetch()
            route.abort()
        else:
            route.continue_()

    intercept(kiosk, f"**/api/v1/tickets/*/slip{'/claim' if lost == 'claim' else ''}", on_the_way)
    with kiosk.expect_response("**/api/v1/branches/demo/tickets") as taken:
        take(kiosk)
    token = taken.value.json()["ticket"]["token"]

    def known() -> bool:
        kiosk.wait_for_timeout(50)  # in which the page's requests are answered
        return state_of(by_browser, token) == {"state": "printed", "error": None}

    wait_until(known, "the slip to be known as printed")
    assert cut and len(kiosk.evaluate("window.prints")) == 1


def test_a_slip_that_another_kiosk_has_is_not_printed_twice(by_browser: QueueServer, open_page: OpenPage) -> None:
    def refused(route: Route) -> None:
        route.fulfill(status=404, json={"error": {"code": "unknown_print_job", "message": "", "details": {}}})

    kiosk = browser_kiosk(open_page, by_browser, PRINT_AT_ONCE, slipSeconds=1)
    intercept(kiosk, "**/api/v1/tickets/*/slip/claim", refused)
    take(kiosk)
    expect(kiosk.locator('[data-part="slip"]')).to_have_text(NO_SLIP)
    assert kiosk.evaluate("window.prints") == []
