"""Takes every screenshot of the documentation anew: `make pictures`."""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from docs import lobby_pictures, report_pictures, set_up_pictures, slip_pictures
from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.servers import QueueServer

FOLDER = Path(__file__).with_name("pictures")
SIZES = {
    "kiosk": (1080, 1920),
    "kiosk-wide": (1280, 800),
    "lobby": (1920, 1080),
    "desk": (1366, 768),
    "phone": (390, 844),
}


def page_at(browser: Browser, size: str, address: str, locale: str = "cs") -> Page:
    """Open a page at the size it is made for, and wait until it is live."""
    width, height = SIZES[size]
    page = browser.new_context(viewport={"width": width, "height": height}, locale=locale).new_page()
    page.goto(address)
    return page


def keep(page: Page, name: str) -> None:
    """Take the picture."""
    page.wait_for_timeout(600)  # fonts, and the one pulse of a new call
    page.screenshot(path=FOLDER / f"{name}.png")
    print(f"docs/pictures/{name}.png")


def fill(server: QueueServer) -> list[str]:
    """Let some visitors come and some be called; return the tokens of those who wait."""
    tokens = []
    for service in ("A", "B", "A", "C", "A", "D", "B", "A", "E", "A"):
        tokens.append(
            server.api("POST", "/branches/demo/tickets", {"service": service, "channel": "kiosk"})[1]["ticket"]["token"]
        )
    for counter in (1, 2, 3):
        server.api("POST", f"/counters/{counter}/open", {})
        server.api("POST", f"/counters/{counter}/call-next", {})
        server.api("POST", f"/counters/{counter}/start", {})
    return tokens


def pair(browser: Browser, server: QueueServer, **device: str | int) -> int:
    """Let a new lobby screen in, as a device of this name or in place of one, and return its id."""
    asked = server.api("POST", "/pairings", {"kind": "display"})[1]
    paired = server.api("POST", "/branches/demo/devices", {"code": asked["code"], **device})[1]
    page_at(browser, "lobby", f"{server.url}/display/demo?token={asked['secret']}")
    return int(paired["id"])


def show_screens(browser: Browser, server: QueueServer, manager: Page) -> None:
    """Show how screens and a panel stand, and what one of the screens shows."""
    pair(browser, server, screen_id=1)
    second = pair(browser, server, name="Lobby 2")
    layout = {"kind": "counters", "zone": {"counters": ["1", "2"]}}
    server.api("PATCH", f"/branches/demo/screens/{second}", {"layout": layout})
    panel = {"name": "Panel 1", "kind": "tcp", "address": {"host": "127.0.0.1", "port": 1}, "counter": 1}
    server.api("POST", "/branches/demo/panels", panel)
    manager.goto(f"{server.url}/screens/demo")
    expect(manager.locator(".device[data-screen][data-health=ok]")).to_have_count(2, timeout=30_000)
    expect(manager.locator("[data-panel][data-sign=stop]")).to_be_visible(timeout=30_000)
    keep(manager, "screens")
    manager.goto(f"{server.url}/screens/demo/{second}")
    expect(manager.locator("[data-part=letters]")).not_to_be_empty()
    keep(manager, "screen-layout")


def take_pictures(browser: Browser, server: QueueServer) -> None:
    """Take all pictures of pages."""
    tokens = fill(server)
    lobby = page_at(browser, "lobby", f"{server.url}/display/demo")
    expect(lobby.locator("html[data-live=yes]")).to_be_attached()
    desk = page_at(browser, "desk", f"{server.url}/sign-in")
    keep(desk, "sign-in")
    desk.fill("input[name=username]", "alena")
    desk.fill("input[name=password]", server.passwords["alena"])
    desk.press("input[name=password]", "Enter")
    desk.wait_for_url("**/desk**")
    desk.goto(f"{server.url}/desk/demo")
    keep(desk, "desk-choose")
    desk.locator("[data-part=counters] button:enabled:visible").first.click()
    expect(desk.locator("[data-part=line]")).to_contain_text("D")
    desk.keyboard.press("Space")
    expect(desk.locator("[data-part=delivery]")).to_contain_text("1/1")
    keep(desk, "desk")
    keep(lobby, "lobby")
    for language in ("cs", "sk", "pl", "hu", "en"):
        keep(
            page_at(browser, "kiosk", f"{server.url}/kiosk/demo?lang={language}"),
            "kiosk" if language == "cs" else f"kiosk-{language}",
        )
    keep(page_at(browser, "kiosk-wide", f"{server.url}/kiosk/demo?lang=cs"), "kiosk-wide")
    kiosk = page_at(browser, "kiosk", f"{server.url}/kiosk/demo?lang=cs")
    expect(kiosk.locator("html[data-live=yes]")).to_be_attached(timeout=20_000)
    kiosk.locator("[data-service=id-cards]").click()
    expect(kiosk.locator("[data-stage=number]")).to_be_visible(timeout=20_000)
    keep(kiosk, "kiosk-number")
    phone = page_at(browser, "phone", f"{server.url}/t/{tokens[-1]}?lang=cs")
    expect(phone.locator("html[data-live=yes]")).to_be_attached()
    keep(phone, "phone")
    ticket = server.api("GET", f"/tickets/{tokens[-1]}")[1]
    server.api("POST", "/counters/1/call", {"ticket": ticket["id"]})
    expect(phone.locator("body")).to_contain_text("1")
    keep(phone, "phone-called")
    manager = page_at(browser, "desk", f"{server.url}/sign-in?next=/reports/demo")
    manager.fill("input[name=username]", "marta")
    manager.fill("input[name=password]", server.passwords["marta"])
    manager.press("input[name=password]", "Enter")
    manager.wait_for_url("**/reports**")
    for path, name in (
        ("supervise/demo", "supervise"),
        ("supervise/demo/rules", "rules"),
        ("printers/demo", "printers"),
    ):
        manager.goto(f"{server.url}/{path}")
        expect(manager.locator("main")).to_be_visible()
        keep(manager, name)
    show_screens(browser, server, manager)
    show_wall(server, manager)
    keep(page_at(browser, "desk", server.url), "start")


def show_wall(server: QueueServer, manager: Page) -> None:
    """Take the wall with an alarm that the worker has raised, and the pages where alarms and e-mails are set."""
    watched = [
        {"watches": "waiting", "limit": 4, "minutes": 0},
        {"watches": "service_level", "limit": 80, "minutes": 5},
    ]
    rules = {"alarms": watched, "emails": ["vedeni@brno.example"]}
    weekly = {
        "report": "waits",
        "format": "pdf",
        "language": "cs",
        "span": "week",
        "hour": 7,
        "recipients": rules["emails"],
    }
    assert server.api("PUT", "/branches/demo/reporting", rules)[0] == 200
    assert server.api("POST", "/branches/demo/report-schedules", weekly)[0] == 201
    usual = manager.viewport_size
    manager.set_viewport_size({"width": 1920, "height": 1080})
    manager.goto(f"{server.url}/wall/demo")
    expect(manager.locator(".wall-alarms li")).to_have_count(1, timeout=60_000)
    keep(manager, "wall")
    assert usual is not None
    manager.set_viewport_size(usual)
    for path, name in (("settings", "report-settings"), ("sending", "report-sending")):
        manager.goto(f"{server.url}/reports/demo/{path}")
        expect(manager.locator("h1")).to_be_visible()
        keep(manager, name)


def main() -> None:
    """Take them all."""
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        QueueServer(Path(folder)) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        take_pictures(browser, server)
        lobby_pictures.take_pictures(browser, server)
        report_pictures.take_pictures(browser, server)
        set_up_pictures.take_pictures(browser)
        browser.close()
    slip_pictures.main()


if __name__ == "__main__":
    main()
