"""The whole line at once: a kiosk, a desk and two lobby screens; and all of them again after the server was killed."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.servers import QueueServer, wait_until

WITHIN_MS = 1000
RECOVERY_MS = 30_000
# The pages themselves write down when: the test asks only every so often, and would add its own waiting to what it measures.
PRESSED_AT = (
    "() => addEventListener('keydown', () => { window.pressedAt = Date.now(); }, { capture: true, once: true })"
)
SEEN_AT = """(label) => {
    const main = document.querySelector("main");
    window.seenAt = null;
    const observer = new MutationObserver(() => {
        if (!main.textContent.includes(label)) return;
        window.seenAt = Date.now();
        observer.disconnect();
    });
    observer.observe(main, { subtree: true, childList: true, characterData: true, attributes: true });
}"""


def test_a_touch_is_called_and_seen_within_a_second_and_everything_is_right_again_after_a_kill(
    server: QueueServer,
    open_page: Callable[..., Page],
    sign_in: Callable[[Page, QueueServer, str], None],
) -> None:
    kiosk = open_page(f"{server.url}/kiosk/demo", 1080, 1920)
    lobbies = [open_page(f"{server.url}/display/demo", 1920, 1080) for _ in range(2)]
    desk = open_page(f"{server.url}/sign-in", 1366, 768)
    sign_in(desk, server, "alena")
    desk.goto(f"{server.url}/desk/demo")
    desk.locator("[data-part=counters] button").first.click()
    for page in (kiosk, *lobbies, desk):
        expect(page.locator("html[data-live=yes]")).to_be_attached()
        page.evaluate("window.sameDocument = true")

    def take_call_and_see(label: str) -> None:
        kiosk.locator("[data-service=id-cards]").click()
        expect(kiosk.locator("[data-stage=number] [data-part=label]")).to_have_text(with_gap(label))
        expect(desk.locator("[data-part=line]")).to_contain_text(with_gap(label))
        for lobby in lobbies:
            lobby.evaluate(SEEN_AT, with_gap(label))
        desk.evaluate(PRESSED_AT)
        desk.keyboard.press("Space")
        for lobby in lobbies:  # large, or in the list while the call before it still has its turn
            expect(lobby.locator("main")).to_contain_text(with_gap(label))
            assert lobby.evaluate("seenAt") - desk.evaluate("pressedAt") < WITHIN_MS
        expect(desk.locator("[data-part=label]")).to_have_text(with_gap(label))
        expect(desk.locator("[data-part=delivery]")).to_contain_text("2/2")
        kiosk.locator("[data-part=done]").click()

    take_call_and_see("A001")
    server.kill()
    for page in (*lobbies, kiosk, desk):
        expect(page.locator("html[data-live=no]")).to_be_attached(timeout=RECOVERY_MS)
    for lobby in lobbies:  # the last known numbers stay, and after five seconds it says so
        expect(lobby.locator("main")).to_contain_text("001")
        expect(lobby.locator(".ribbon")).to_be_visible(timeout=RECOVERY_MS)
    server.start()
    # What happens while the pages are still coming back has to reach them too.
    status, answer = server.api("POST", "/branches/demo/tickets", {"service": "driving"})
    assert status == 201 and answer["ticket"]["label"] == "B001"
    for page in (*lobbies, kiosk, desk):
        expect(page.locator("html[data-live=yes]")).to_be_attached(timeout=RECOVERY_MS)
        expect(page.locator(".ribbon:not([hidden])")).to_have_count(0, timeout=RECOVERY_MS)
    expect(desk.locator("[data-part=line]")).to_contain_text(with_gap("B001"))
    desk.keyboard.press("Space")
    for lobby in lobbies:
        expect(lobby.locator("main")).to_have_attribute("data-newest", "B001")
    take_call_and_see("A002")
    for page in (kiosk, *lobbies, desk):
        assert page.evaluate("window.sameDocument === true"), "a page was loaded again"
    wait_until(lambda: revisions(lobbies) == {board_revision(server)}, "both screens at the server's revision")


def with_gap(label: str) -> str:
    """Return a label as pages set it, with a thin space."""
    return f"{label[0]}\u2009{label[1:]}"


def revisions(lobbies: list[Page]) -> set[int]:
    """Return the revisions that the screens show."""
    return {int(lobby.locator("main").get_attribute("data-revision") or 0) for lobby in lobbies}


def board_revision(server: QueueServer) -> int:
    """Return the server's revision."""
    revision: int = server.api("GET", "/branches/demo/board")[1]["revision"]
    return revision
