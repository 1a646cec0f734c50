"""The printers page and the slip's editor in a real browser, with a listening printer at the end of the line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from printers.virtual import VirtualPrinter
from tests.servers import QueueServer, wait_until

OpenPage = Callable[..., Page]
SignIn = Callable[..., None]


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One server for all tests here."""
    with QueueServer(tmp_path_factory.mktemp("server"), QUEUE_SIGN_IN_ATTEMPTS="1000") as server:
        yield server


@pytest.fixture
def device(tmp_path: Path) -> Iterator[VirtualPrinter]:
    """A printer on the network."""
    with VirtualPrinter(0, tmp_path / "paper") as printer:
        yield printer


@pytest.fixture(autouse=True)
def as_delivered(shared_server: QueueServer) -> None:
    """Leave nothing of the test before: no printer but the demo's own, the usual slip, nobody waiting."""
    shared_server.api("POST", "/branches/demo/close-day", {})
    own, *others = printers(shared_server)
    for printer in others:
        shared_server.api("POST", f"/branches/demo/printers/{printer['id']}/remove", {})
    (kiosk,) = shared_server.api("GET", "/branches/demo/printers")[1]["kiosks"]
    shared_server.api("POST", f"/branches/demo/kiosks/{kiosk['id']}/printer", {"printer": own["id"]})
    services = shared_server.api("GET", "/branches/demo/slip-layout")[1]["service_texts"]
    empty = {"layout": None, "service_texts": {slug: {} for slug in services}}
    assert shared_server.api("POST", "/branches/demo/slip-layout", empty)[0] == 200


def printers(server: QueueServer) -> list[dict[str, Any]]:
    """Return the printers, oldest first."""
    found: list[dict[str, Any]] = server.api("GET", "/branches/demo/printers")[1]["printers"]
    return found


def add(server: QueueServer, name: str, kind: str = "network", **wish: Any) -> int:
    """Add a printer and return its id."""
    status, answer = server.api("POST", "/branches/demo/printers", {"name": name, "kind": kind, **wish})
    assert status == 201, answer
    return int(answer["id"])


def at(device: VirtualPrinter) -> dict[str, Any]:
    """Return the address of a device."""
    return {"host": "127.0.0.1", "port": device.port}


def texts(device: VirtualPrinter) -> str:
    """Return every word that came out."""
    return "\n".join(slip.text for slip in device.jobs)


def card(page: Page, name: str) -> Locator:
    """Return the card of the printer of this name."""
    return page.locator(".printer").filter(has=page.get_by_role("heading", name=name, exact=True))


def do(page: Page, name: str, act: str) -> None:
    """Press a button of a card."""
    card(page, name).locator(f'[data-do="{act}"]').click()


def dialog(page: Page, name: str) -> Locator:
    """Return the open dialog of this name."""
    found = page.locator(f'dialog[data-dialog="{name}"][open]')
    expect(found).to_be_visible()
    return found


def test_a_network_printer_is_added_by_keyboard_tested_and_comes_out(
    page_of: Callable[..., Page], shared_server: QueueServer, device: VirtualPrinter
) -> None:
    page = page_of("/printers/demo")
    page.locator('[data-do="add"]').focus()
    page.keyboard.press("Enter")
    form = dialog(page, "form")
    expect(form.locator("#f-kind")).to_be_focused()
    form.locator("#f-kind").select_option("network")
    page.keyboard.press("Tab")
    page.keyboard.type("Hall 1")
    page.keyboard.press("Tab")
    page.keyboard.type("127.0.0.1")
    page.keyboard.press("Tab")
    page.keyboard.type(str(device.port))
    page.keyboard.press("Enter")
    expect(form).to_be_hidden()
    # The focus goes to the new printer, and what was done is said.
    expect(page.locator('[data-part="status"]')).to_contain_text("Hall 1")
    expect(card(page, "Hall 1").locator("h2")).to_be_focused()
    do(page, "Hall 1", "test")
    assert device.wait_for(1, 20)
    assert "Hall 1" in texts(device)
    expect(card(page, "Hall 1")).to_have_attribute("data-sign", "well")
    expect(card(page, "Hall 1").locator('[data-part="success"]')).to_have_text(re.compile(r"\d\d:\d\d"))


def test_what_is_wrong_is_said_at_its_field_here_and_by_the_server(
    page_of: Callable[..., Page], shared_server: QueueServer
) -> None:
    page = page_of("/printers/demo")
    page.locator('[data-do="add"]').click()
    form = dialog(page, "form")
    form.locator("#f-kind").select_option("network")
    form.locator("#f-network-port").fill("99999")
    form.locator('button:not([type="button"])').click()
    expect(form.locator("#f-name")).to_be_focused()
    for field in ("#f-name", "#f-network-host", "#f-network-port"):
        expect(form.locator(field)).to_have_attribute("aria-invalid", "true")
        expect(form.locator(f"{field}-wrong")).to_be_visible()
    expect(form.locator("#f-network-port-wrong")).to_contain_text("65535")
    # Every field that is shown is one that this kind declares.
    form.locator("#f-kind").select_option("pdf_folder")
    expect(form.locator("[data-address]:visible")).to_have_count(1)
    expect(form.locator('[data-for="paper"]')).to_be_visible()
    expect(form.locator('[data-for="profile"]')).to_be_hidden()
    form.locator("#f-name").fill("PDF")
    form.locator("#f-pdf_folder-path").fill("/etc")
    form.locator('button:not([type="button"])').click()
    expect(form.locator("#f-pdf_folder-path-wrong")).to_contain_text("/dev")
    form.locator("#f-pdf_folder-path").fill(str(shared_server.folder / "slips" / "second"))
    form.locator('button:not([type="button"])').click()
    expect(form.locator("#f-name-wrong")).to_be_visible()  # the name is taken
    expect(form.locator("#f-name")).to_be_focused()
    page.keyboard.press("Escape")
    expect(form).to_be_hidden()
    expect(page.locator('[data-do="add"]')).to_be_focused()
    assert len(printers(shared_server)) == 1


def test_a_printer_is_changed_paused_and_removed(
    page_of: Callable[..., Page], shared_server: QueueServer, device: VirtualPrinter
) -> None:
    add(shared_server, "Hall", address={**at(device), "connect_timeout_seconds": 2}, profile="tm-t88v")
    page = page_of("/printers/demo")
    do(page, "Hall", "change")
    form = dialog(page, "form")
    expect(form.locator("#f-network-port")).to_have_value(str(device.port))
    expect(form.locator("#f-profile")).to_have_value("tm-t88v")
    form.locator("#f-name").fill("Door")
    form.locator("#f-fallback").select_option(label="PDF")
    form.locator('button:not([type="button"])').click()
    expect(form).to_be_hidden()
    expect(card(page, "Door").locator('[data-part="fallback"]')).to_have_text("PDF")
    kept = printers(shared_server)[1]
    assert kept["address"] == {**at(device), "connect_timeout_seconds": 2}

    do(page, "Door", "pause")
    expect(card(page, "Door")).to_have_attribute("data-sign", "hold")
    do(page, "Door", "test")
    expect(card(page, "Door").locator('[data-part="waiting"]')).to_contain_text("1")
    assert not device.jobs
    do(page, "Door", "pause")
    assert device.wait_for(1, 20)

    do(page, "Door", "remove")
    sure = dialog(page, "sure")
    # What changes nothing has the focus, and says where the slips would go.
    expect(sure.locator("[data-close]")).to_be_focused()
    expect(sure).to_contain_text("PDF")
    page.keyboard.press("Enter")
    expect(sure).to_be_hidden()
    assert len(printers(shared_server)) == 2
    do(page, "Door", "remove")
    dialog(page, "sure").locator('[data-part="yes"]').click()
    expect(card(page, "Door")).to_have_count(0)
    assert len(printers(shared_server)) == 1


def test_a_preview_is_shown_in_another_language_and_as_a_self_test(
    page_of: Callable[..., Page], shared_server: QueueServer, device: VirtualPrinter
) -> None:
    add(shared_server, "Hall", address=at(device))
    page = page_of("/printers/demo")
    do(page, "Hall", "preview")
    shown = dialog(page, "preview")
    picture = shown.locator("img")
    seen = set()
    for change in (None, ("language", "hu"), ("what", "test")):
        before = picture.get_attribute("src") if change else None
        if change:
            shown.locator(f'[name="{change[0]}"]').select_option(change[1])
            expect(picture).not_to_have_attribute("src", before or "")
        expect(picture).to_have_attribute("src", re.compile("^data:image/png;base64,"))
        seen.add(picture.get_attribute("src"))
        assert picture.get_attribute("alt")
    assert len(seen) == 3
    page.keyboard.press("Escape")
    expect(card(page, "Hall").locator('[data-do="preview"]')).to_be_focused()
    assert not device.jobs


def test_trouble_is_told_by_itself_and_the_slip_is_printed_elsewhere_or_cancelled(
    page_of: Callable[..., Page], shared_server: QueueServer, device: VirtualPrinter, tmp_path: Path
) -> None:
    device.set(paper="out")
    add(shared_server, "Hall", address=at(device))
    (kiosk,) = shared_server.api("GET", "/branches/demo/printers")[1]["kiosks"]
    with VirtualPrinter(0, tmp_path / "second") as second:
        add(shared_server, "Door", address=at(second))
        page = page_of("/printers/demo")
        page.locator(".kiosks select").select_option(label="Hall")
        expect(card(page, "Hall").locator('[data-part="kiosks"]')).to_have_text(kiosk["name"])
        token = shared_server.api("POST", "/branches/demo/tickets", {"service": "A"})
        gone = shared_server.api("POST", "/branches/demo/tickets", {"service": "B"})
        label, other = (answer["ticket"]["label"] for _, answer in (token, gone))
        expect(card(page, "Hall")).to_have_attribute("data-sign", "stop")
        expect(card(page, "Hall")).to_have_attribute("data-status", "paper_out")
        expect(card(page, "Hall").locator('[data-part="why"]')).not_to_be_empty()
        row = page.locator(f'[data-slip="{token[1]["ticket"]["id"]}"]')
        expect(row).to_contain_text(label[0], timeout=40_000)  # what waits behind another is late after a while
        row.locator("select").select_option(label="Door")
        row.locator("button").first.click()
        assert second.wait_for(1, 20)
        assert label.lstrip("ABCDE").lstrip("0") in texts(second)
        expect(row).to_have_count(0)
        left = page.locator(f'[data-slip="{gone[1]["ticket"]["id"]}"]')
        expect(left).to_contain_text(other[0], timeout=40_000)
        left.locator("button").last.click()
        dialog(page, "sure").locator('[data-part="yes"]').click()
        expect(page.locator(".trouble")).to_be_hidden()
        assert shared_server.api("GET", f"/tickets/{gone[1]['ticket']['token']}")[1]["state"] == "cancelled"
    device.set(paper="ok")
    expect(card(page, "Hall")).to_have_attribute("data-sign", "well")


def reprint(server: QueueServer, ticket: int, printer: int) -> None:
    """Send a ticket's slip to a printer."""
    status, answer = server.api("POST", f"/branches/demo/slips/{ticket}/reprint", {"printer": printer})
    assert status in {202, 404}, answer


def test_reassigning_moves_what_waits(page_of: Callable[..., Page], shared_server: QueueServer) -> None:
    hall = add(shared_server, "Hall", kind="browser", address={})
    add(shared_server, "Door", kind="browser", address={})
    (kiosk,) = shared_server.api("GET", "/branches/demo/printers")[1]["kiosks"]
    shared_server.api("POST", f"/branches/demo/kiosks/{kiosk['id']}/printer", {"printer": hall})
    page = page_of("/printers/demo")
    do(page, "Hall", "reassign")
    ask = dialog(page, "reassign")
    ask.locator("select").select_option(label="Door")
    ask.locator('button:not([type="button"])').click()
    expect(ask).to_be_hidden()
    expect(card(page, "Door").locator('[data-part="kiosks"]')).to_have_text(kiosk["name"])


def test_a_password_is_shown_once_with_what_else_to_enter(
    page_of: Callable[..., Page], shared_server: QueueServer
) -> None:
    star = add(shared_server, "Star", kind="cloudprnt", address={})
    page = page_of("/printers/demo")
    expect(card(page, "PDF").locator('[data-do="password"]')).to_be_hidden()
    tokens = []
    for _ in range(2):
        do(page, "Star", "password")
        ask = dialog(page, "password")
        ask.locator('[data-stage="ask"] button:not([type="button"])').click()
        expect(ask.locator('[name="token"]')).to_be_focused()
        tokens.append(ask.locator('[name="token"]').input_value())
        assert ask.locator('[name="user"]').input_value() == str(star)
        assert ask.locator('[name="url"]').input_value() == f"{shared_server.url}/printers/cloudprnt"
        assert ask.locator('[name="whole"]').input_value().endswith(f"/printers/cloudprnt/{tokens[-1]}")
        page.keyboard.press("Escape")
        expect(ask).to_be_hidden()
    assert len(set(tokens)) == 2
    assert not any(token in page.content() for token in tokens)
    assert page.locator('[data-dialog="password"] [name="token"]').input_value() == ""


def test_a_layout_is_edited_previewed_saved_and_stands_on_the_next_slip(
    page_of: Callable[..., Page], shared_server: QueueServer, device: VirtualPrinter
) -> None:
    hall = add(shared_server, "Hall", address=at(device))
    page = page_of("/printers/demo/slip")
    page.locator('select[data-part="printer"]').select_option(label="Hall")
    picture = page.locator('[data-part="picture"]')
    expect(page.locator(".thumb img[src]")).to_have_count(5)
    before = picture.get_attribute("src") or ""

    # By keyboard alone: a text of one's own is added and moved up, the QR code is taken away.
    page.locator("#add-kind").select_option("text")
    page.locator("#add-kind").press("Tab")
    page.keyboard.press("Enter")
    text = page.locator('.block[data-block="text"]')
    area = text.locator('[data-language="cs"]')
    expect(area).to_be_focused()
    expect(page.locator("main")).to_have_attribute("data-dirty", "yes")
    page.keyboard.type("Cekarna vlevo")
    expect(picture).not_to_have_attribute("src", before)
    text.locator('[data-option="size"] select').select_option("large")
    up = text.locator('[data-step="up"]')
    up.focus()
    for _ in range(3):
        page.keyboard.press("Enter")
        expect(up).to_be_focused()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator(".block").nth(-5)).to_have_attribute("data-block", "text")
    page.locator('.block[data-block="qr"] [data-step="remove"]').click()
    page.locator('.service[data-service="id-cards"] summary').click()
    page.locator('.service[data-service="id-cards"] [data-language="cs"]').fill("Mistnost 12")
    page.keyboard.press("Control+s")
    expect(page.locator("main")).to_have_attribute("data-dirty", "no")
    kept = shared_server.api("GET", "/branches/demo/slip-layout")[1]
    assert (
        kept["usual"] is False
        and {"block": "text", "size": "large", "texts": {"cs": "Cekarna vlevo"}} in kept["layout"]
    )
    assert not any(block["block"] == "qr" for block in kept["layout"])
    # Saved as it was shown, and shown as it was saved.
    expect(page.locator(".block")).to_have_count(len(kept["layout"]))

    (kiosk,) = shared_server.api("GET", "/branches/demo/printers")[1]["kiosks"]
    shared_server.api("POST", f"/branches/demo/kiosks/{kiosk['id']}/printer", {"printer": hall})
    ticket = shared_server.api("POST", "/branches/demo/tickets", {"service": "A", "language": "cs"})[1]["ticket"]
    reprint(shared_server, ticket["id"], hall)
    assert device.wait_for(1, 20)
    printed = re.sub(r"\s+", " ", texts(device))
    assert "Cekarna vlevo" in printed and "Mistnost 12" in printed

    page.locator('[data-part="usual"]').click()
    expect(page.locator('.block[data-block="qr"]')).to_have_count(1)
    page.locator('[data-part="save"]').click()
    expect(page.locator("main")).to_have_attribute("data-dirty", "no")
    assert shared_server.api("GET", "/branches/demo/slip-layout")[1]["usual"] is True


def test_what_is_wrong_is_shown_at_the_block_and_nothing_is_saved(
    page_of: Callable[..., Page], shared_server: QueueServer
) -> None:
    page = page_of("/printers/demo/slip")
    page.locator("#add-kind").select_option("space")
    page.locator(".add button").click()
    space = page.locator('.block[data-block="space"]').last
    space.locator("input").fill("99")
    page.locator('[data-part="save"]').click()
    wrong = space.locator('[data-part="wrong"]')
    expect(wrong).to_contain_text("50")
    expect(space.locator("input")).to_be_focused()
    space.locator("input").fill("5")
    expect(wrong).to_be_hidden()
    page.locator('.block[data-block="label"] [data-step="remove"]').click()
    expect(page.locator('[data-part="layout-wrong"]')).not_to_be_empty()
    page.locator('[data-part="save"]').click()
    assert shared_server.api("GET", "/branches/demo/slip-layout")[1]["usual"] is True
    # More words than a slip holds are found by the server, and said.
    page.locator("#add-kind").select_option("label")
    page.locator(".add button").click()
    for _ in range(7):
        page.locator("#add-kind").select_option("text")
        page.locator(".add button").click()
        page.locator(".block").last.locator('[data-language="cs"]').fill("x" * 500)
    page.locator('[data-part="save"]').click()
    expect(page.locator('[data-part="layout-wrong"]')).not_to_be_empty()
    assert shared_server.api("GET", "/branches/demo/slip-layout")[1]["usual"] is True


def test_leaving_with_unsaved_changes_asks_first(page_of: Callable[..., Page], shared_server: QueueServer) -> None:
    page = page_of("/printers/demo/slip")
    asked: list[str] = []

    def answer(question: Any) -> None:
        asked.append(question.type)
        question.accept()

    page.on("dialog", answer)
    page.locator('.block[data-block="rule"] [data-step="remove"]').click()
    page.goto(f"{shared_server.url}/printers/demo")
    assert asked == ["beforeunload"]
    page.goto(f"{shared_server.url}/printers/demo/slip")
    expect(page.locator("main")).to_have_attribute("data-view", "edit")
    page.goto(f"{shared_server.url}/printers/demo")
    assert asked == ["beforeunload"]


def test_a_logo_is_sent_shown_refused_and_taken_away(page_of: Callable[..., Page], shared_server: QueueServer) -> None:
    page = page_of("/printers/demo/slip")
    picture = page.locator('[data-part="picture"]')
    expect(picture).to_have_attribute("src", re.compile("^data:"))
    tall = "picture => picture.naturalHeight"  # its bytes also change with the minute that is printed on it
    before = picture.evaluate(tall)
    target = BytesIO()
    Image.new("L", (300, 100), 0).save(target, "PNG")
    file = page.locator('[data-part="logo-file"]')
    file.set_input_files({"name": "logo.png", "mimeType": "image/png", "buffer": b"no picture"})
    expect(page.locator('[data-part="logo-wrong"]')).not_to_be_empty()
    file.set_input_files({"name": "logo.png", "mimeType": "image/png", "buffer": target.getvalue()})
    expect(page.locator('[data-part="logo-remove"]')).to_be_visible()
    expect(page.locator('[data-part="logo-wrong"]')).to_be_empty()
    wait_until(lambda: picture.evaluate(tall) > before, "the logo to be in the picture")
    page.locator('[data-part="logo-remove"]').click()
    expect(page.locator('[data-part="logo-remove"]')).to_be_hidden()
    wait_until(lambda: picture.evaluate(tall) == before, "the logo to be gone")
    assert shared_server.api("GET", "/branches/demo/slip-layout")[1]["logo"] is False


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844), (320, 640)])
@pytest.mark.parametrize("path", ["/printers/demo", "/printers/demo/slip"])
def test_nothing_is_wider_than_its_screen(
    path: str, width: int, height: int, page_of: Callable[..., Page], shared_server: QueueServer, device: VirtualPrinter
) -> None:
    add(shared_server, "A printer with quite a long name beside the entrance", address=at(device))
    page = page_of(path, width, height)
    expect(page.locator(".printer, .block").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if path == "/printers/demo":
        page.locator('[data-do="add"]').click()
        form = dialog(page, "form")
        assert form.evaluate("element => element.scrollWidth <= element.clientWidth")


def test_a_clerk_is_not_let_in_and_sees_no_link(
    open_page: OpenPage, sign_in: SignIn, shared_server: QueueServer
) -> None:
    page = open_page(f"{shared_server.url}/printers/demo")
    expect(page).to_have_url(re.compile(r"/sign-in\?next="))
    sign_in(page, shared_server, "alena")
    expect(page.locator('a[href*="/printers"]')).to_have_count(0)
    for path in ("/printers", "/printers/demo", "/printers/demo/slip"):
        answer = page.goto(f"{shared_server.url}{path}")
        assert answer is not None and answer.status == 403
    page.goto(shared_server.url)
    expect(page.locator('a[href*="/printers"]')).to_have_count(0)
    manager = open_page(f"{shared_server.url}/sign-in")
    sign_in(manager, shared_server, "marta")
    expect(manager.locator('a.button[href="/printers/demo"]')).to_be_visible()
    manager.goto(f"{shared_server.url}/printers")
    wait_until(lambda: manager.locator(".printer").count() == 1, "the only branch's printer")
