"""The page of the screens and the editor of a layout in a real browser, beside real lobby screens."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.browser.axe import Axe
from tests.browser.desks import desk
from tests.servers import QueueServer

OpenPage = Callable[..., Page]
SignIn = Callable[..., None]


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One server for all tests here."""
    with QueueServer(tmp_path_factory.mktemp("server"), QUEUE_SIGN_IN_ATTEMPTS="1000") as server:
        yield server


@pytest.fixture(autouse=True)
def as_delivered(shared_server: QueueServer) -> None:
    """Leave nothing of the test before: the demo's own screen, in its usual layout, and no panel."""
    found = devices(shared_server)
    own, *others = found["screens"]
    for screen in others:
        assert shared_server.api("DELETE", f"/branches/demo/screens/{screen['id']}")[0] == 200
    for panel in found["panels"]:
        assert shared_server.api("DELETE", f"/branches/demo/panels/{panel['id']}")[0] == 200
    usual = {"name": "Lobby 1", "layout": None}
    assert shared_server.api("PATCH", f"/branches/demo/screens/{own['id']}", usual)[0] == 200


def devices(server: QueueServer) -> Any:
    """Return how the branch's devices stand."""
    return server.api("GET", "/branches/demo/devices")[1]


def layout_of(server: QueueServer, name: str = "Lobby 1") -> Any:
    """Return the layout that is kept of a screen."""
    return next(screen["layout"] for screen in devices(server)["screens"] if screen["name"] == name)


def arrange(server: QueueServer, layout: dict[str, Any]) -> None:
    """Change the first screen's layout as another manager would."""
    number = devices(server)["screens"][0]["id"]
    assert server.api("PATCH", f"/branches/demo/screens/{number}", {"layout": layout})[0] == 200


def ask_code(server: QueueServer, kind: str = "display") -> tuple[str, str]:
    """Return the code that a new device shows, and the secret it keeps."""
    status, answer = server.api("POST", "/pairings", {"kind": kind})
    assert status == 201, answer
    return answer["code"], answer["secret"]


def row(page: Page, name: str) -> Locator:
    """Return the row of the device of this name."""
    return page.locator(".device").filter(has=page.get_by_role("heading", name=name, exact=True))


def choose(page: Page, name: str, act: str) -> None:
    """Choose something from the further actions of a device."""
    row(page, name).locator("summary").click()
    row(page, name).locator(f'.more-list [data-do="{act}"]').click()


def dialog(page: Page, name: str) -> Locator:
    """Return the open dialog of this name."""
    found = page.locator(f'dialog[data-dialog="{name}"][open]')
    expect(found).to_be_visible()
    return found


def save(box: Locator) -> None:
    """Press the main button of a dialog."""
    box.locator('.sheet-acts button:not([type="button"])').click()


def said(page: Page, words: str) -> None:
    """Wait until it is told what was done."""
    expect(page.locator('[data-part="status"]')).to_contain_text(words)


def test_a_screen_is_paired_by_its_code_named_anew_replaced_and_shut_out(
    page_of: Callable[..., Page], open_page: OpenPage, shared_server: QueueServer
) -> None:
    page = page_of("/screens/demo")
    page.locator('.head [data-do="pair"]').focus()
    page.keyboard.press("Enter")
    form = dialog(page, "pair")
    expect(form).to_contain_text(f"{shared_server.url}/display")
    expect(form.locator("#pair-code")).to_be_focused()
    save(form)
    for field in ("#pair-code", "#pair-name"):
        expect(form.locator(field)).to_have_attribute("aria-invalid", "true")
        expect(form.locator(f"{field}-wrong")).to_be_visible()
    page.keyboard.type("aaa aaa")
    form.locator("#pair-name").fill("Lobby 2")
    page.keyboard.press("Enter")
    expect(form.locator("#pair-code-wrong")).to_be_visible()
    expect(form.locator("#pair-code")).to_be_focused()

    code, secret = ask_code(shared_server)
    form.locator("#pair-code").fill(code.lower())
    form.locator("#pair-name").fill("Lobby 1")
    page.keyboard.press("Enter")
    expect(form.locator("#pair-name-wrong")).to_be_visible()  # the name is taken
    form.locator("#pair-name").fill("Lobby 2")
    page.keyboard.press("Enter")
    expect(form).to_be_hidden()
    said(page, "Lobby 2")
    expect(row(page, "Lobby 2").locator("h3")).to_be_focused()
    expect(row(page, "Lobby 2")).to_have_attribute("data-health", "never")

    screen = open_page(f"{shared_server.url}/display/demo?token={secret}", 1280, 720)
    expect(row(page, "Lobby 2")).to_have_attribute("data-health", "ok")
    expect(row(page, "Lobby 2").locator('[data-part="size"]')).to_have_text("1280 × 720")

    choose(page, "Lobby 2", "rename")
    naming = dialog(page, "rename")
    expect(naming.locator("#rename-name")).to_have_value("Lobby 2")
    page.keyboard.type("Hall")
    page.keyboard.press("Enter")
    expect(row(page, "Hall").locator("h3")).to_be_focused()
    with screen.expect_event("load"):
        row(page, "Hall").locator('[data-do="reload"]').click()

    choose(page, "Hall", "replace")
    form = dialog(page, "pair")
    expect(form.locator('[data-part="new"]')).to_be_hidden()
    form.locator("#pair-code").fill(ask_code(shared_server, "kiosk")[0])
    save(form)
    expect(form.locator("#pair-device-wrong")).to_be_visible()  # a kiosk cannot be a screen
    form.locator("#pair-code").fill(ask_code(shared_server)[0])
    save(form)
    expect(form).to_be_hidden()

    choose(page, "Hall", "revoke")
    sure = dialog(page, "sure")
    expect(sure.locator("[data-close]")).to_be_focused()
    sure.locator('[data-part="yes"]').click()
    expect(row(page, "Hall").locator('[data-part="pair"]')).to_be_visible()
    choose(page, "Hall", "remove")
    dialog(page, "sure").locator('[data-part="yes"]').click()
    expect(row(page, "Hall")).to_have_count(0)
    assert [screen["name"] for screen in devices(shared_server)["screens"]] == ["Lobby 1"]


def test_what_another_manager_does_is_seen_and_the_further_actions_go_by_keyboard(
    page_of: Callable[..., Page], shared_server: QueueServer
) -> None:
    page = page_of("/screens/demo")
    summary = row(page, "Lobby 1").locator("summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(row(page, "Lobby 1").locator(".more-list")).to_be_visible()
    page.keyboard.press("Tab")
    expect(row(page, "Lobby 1").locator('[data-do="rename"]')).to_be_focused()
    page.keyboard.press("Escape")
    expect(row(page, "Lobby 1").locator(".more-list")).to_be_hidden()
    expect(summary).to_be_focused()
    number = devices(shared_server)["screens"][0]["id"]
    change = {"name": "Door", "layout": {"kind": "last_call", "zone": {"services": ["id-cards"]}}}
    shared_server.api("PATCH", f"/branches/demo/screens/{number}", change)
    expect(row(page, "Door").locator('[data-part="what"]')).to_contain_text("A")
    expect(row(page, "Door").locator("summary")).to_be_focused()
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    axe = Axe()
    axe.look(page, "the screens, narrow")
    for button, box in (("pair", "pair"), ("add-panel", "panel")):
        page.locator(f'[data-do="{button}"]').first.click()
        dialog(page, box)
        axe.look(page, f"the dialog {box}")
        page.keyboard.press("Escape")
    assert not axe.found, axe.verdict()


def test_a_panel_is_added_changed_tried_and_removed(page_of: Callable[..., Page], shared_server: QueueServer) -> None:
    page = page_of("/screens/demo")
    page.locator('[data-do="add-panel"]').click()
    form = dialog(page, "panel")
    save(form)
    expect(form.locator("#panel-name-wrong")).to_be_visible()
    expect(form.locator("#p-tcp-host-wrong")).to_be_visible()
    form.locator("#panel-name").fill("Panel 3")
    form.locator("#panel-counter").select_option(label=form.locator("#panel-counter option").nth(3).inner_text())
    form.locator("#p-tcp-host").fill("127.0.0.1")
    form.locator("#p-tcp-port").fill("1")
    form.locator("#p-tcp-profile").select_option("digits-3")
    save(form)
    expect(row(page, "Panel 3").locator("h3")).to_be_focused()
    (panel,) = devices(shared_server)["panels"]
    assert (panel["address"], panel["counter_name"]) == ({"host": "127.0.0.1", "port": 1, "profile": "digits-3"}, "3")
    row(page, "Panel 3").locator('[data-do="test-panel"]').click()
    said(page, "Panel 3")
    row(page, "Panel 3").locator('[data-do="change-panel"]').click()
    expect(form.locator("#p-tcp-port")).to_have_value("1")
    form.locator('[name="enabled"]').uncheck()
    save(form)
    expect(row(page, "Panel 3")).to_have_attribute("data-sign", "hold")
    choose(page, "Panel 3", "remove")
    dialog(page, "sure").locator('[data-part="yes"]').click()
    expect(row(page, "Panel 3")).to_have_count(0)


@pytest.fixture
def editor(page_of: Callable[..., Page], shared_server: QueueServer) -> tuple[Page, FrameLocator]:
    """The editor of the first screen, and the screen in its preview once it is drawn."""
    page = page_of(f"/screens/demo/{devices(shared_server)['screens'][0]['id']}")
    preview = page.frame_locator('[data-part="frame"]')
    expect(preview.locator(".lobby")).to_have_attribute("data-kind", "calls")
    expect(page.locator('[data-part="letters"]')).not_to_be_empty()
    return page, preview


def state(page: Page) -> Locator:
    """Return the editor itself, which says whether something is not saved yet."""
    return page.locator(".arrange")


def test_a_layout_is_arranged_seen_and_saved(editor: tuple[Page, FrameLocator], shared_server: QueueServer) -> None:
    page, preview = editor
    page.locator('[name="kind"][value="calls"]').focus()
    page.keyboard.press("ArrowRight")
    expect(preview.locator(".lobby")).to_have_attribute("data-kind", "last_call")
    expect(state(page)).to_have_attribute("data-dirty", "yes")
    page.locator("#f-turn_seconds").fill("99")
    page.locator('[data-part="save"]').click()
    expect(page.locator("#f-turn_seconds-wrong")).to_contain_text("60")
    expect(page.locator("#f-turn_seconds")).to_be_focused()
    page.locator("#f-turn_seconds").fill("20")

    page.locator('[data-all="services"]').uncheck()
    for tick in page.locator('[data-zone="services"] input').all():
        tick.uncheck()
    page.locator('[data-part="save"]').click()
    expect(page.locator('[data-field="zone.services"] > .wrong')).to_be_visible()
    page.locator('[data-zone="services"] input[value="driving"]').check()
    page.locator('[data-arrow="2"]').select_option("up_left")

    languages = page.locator('[data-part="languages"] li')
    languages.nth(4).locator("input").check()
    languages.nth(4).locator('[data-step="up"]').focus()
    page.keyboard.press("Enter")
    expect(languages.nth(3)).to_have_attribute("data-language", "en")
    expect(languages.nth(3).locator('[data-step="up"]')).to_be_focused()
    languages.nth(1).locator("input").check()
    page.locator('[data-do="add-volume"]').click()
    loud = page.locator('[data-part="volume"] li').nth(1)
    loud.locator('[type="time"]').fill("18:30")
    loud.locator('[type="range"]').fill("40")
    page.keyboard.press("Control+s")
    expect(state(page)).to_have_attribute("data-dirty", "no")
    kept = layout_of(shared_server)
    assert (kept["kind"], kept["turn_seconds"], kept["arrows"]) == ("last_call", 20, {"2": "up_left"})
    assert kept["zone"] == {"services": ["driving"], "counters": None}
    assert kept["sound"]["languages"] == ["sk", "en"]
    assert kept["sound"]["volume"] == [{"from": "00:00", "percent": 100}, {"from": "18:30", "percent": 40}]

    for shape, low, high in (("portrait", 1080, 1920), ("small", 800, 480)):
        page.locator('[data-part="shape"]').select_option(shape)
        frame = page.locator('[data-part="frame"]')
        expect(frame).to_have_css("width", f"{low}px")
        expect(frame).to_have_css("height", f"{high}px")
    page.locator('[name="kind"][value="counter"]').check()
    page.locator('[data-part="save"]').click()
    expect(page.locator("#f-counter-wrong")).to_be_visible()
    page.locator("#f-counter").select_option("3")
    expect(preview.locator(".lobby")).to_have_attribute("data-kind", "counter")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator('[data-part="usual"]').click()
    page.locator('[data-part="save"]').click()
    expect(state(page)).to_have_attribute("data-dirty", "no")
    assert layout_of(shared_server)["kind"] == "calls"


def test_how_far_it_can_be_read_is_said_as_it_is_arranged(editor: tuple[Page, FrameLocator]) -> None:
    page, _ = editor
    letters = page.locator('[data-part="letters"]')
    axe = Axe()
    axe.look(page, "the editor")
    assert not axe.found, axe.verdict()
    for metres, centimetres, enough in (("40", "30", "no"), ("1", "300", "yes")):
        page.locator("#f-distance_metres").fill(metres)
        page.locator("#f-height_centimetres").fill(centimetres)
        expect(letters).to_have_attribute("data-enough", enough)
        expect(letters).to_contain_text(re.compile(r"\d cm.*\d m", re.DOTALL))


def test_two_managers_never_overwrite_each_other_unseen(
    editor: tuple[Page, FrameLocator], shared_server: QueueServer
) -> None:
    page, preview = editor
    arrange(shared_server, {"kind": "waiting"})
    # Nothing was changed here: what the other one saved is shown by itself.
    expect(preview.locator(".lobby")).to_have_attribute("data-kind", "waiting")
    expect(state(page)).to_have_attribute("data-dirty", "no")
    page.locator("#f-turn_seconds").fill("30")
    arrange(shared_server, {"kind": "counters"})
    page.locator('[data-part="save"]').click()
    expect(page.locator('[data-part="theirs"]')).to_be_visible()
    assert layout_of(shared_server)["turn_seconds"] == 12
    page.locator('[data-part="save"]').click()
    expect(state(page)).to_have_attribute("data-dirty", "no")
    assert (layout_of(shared_server)["kind"], layout_of(shared_server)["turn_seconds"]) == ("waiting", 30)
    page.locator("#f-turn_seconds").fill("31")
    arrange(shared_server, {"kind": "sound"})
    page.locator('[data-part="save"]').click()
    page.locator('[data-part="theirs"]').click()
    expect(page.locator('[name="kind"][value="sound"]')).to_be_checked()
    expect(page.locator("#f-turn_seconds")).to_have_value("12")


def test_a_screen_in_trouble_is_named_at_the_desk_and_among_the_warnings(
    open_page: OpenPage, sign_in: SignIn, page_of: Callable[..., Page], shared_server: QueueServer
) -> None:
    code, _ = ask_code(shared_server)
    status, paired = shared_server.api("POST", "/branches/demo/devices", {"code": code, "name": "Lobby 2"})
    assert status == 201, paired
    _fall_silent(shared_server, int(paired["id"]))
    page = page_of("/supervise/demo")
    warning = page.locator(".warnings li").filter(has_text="Lobby 2")
    expect(warning).to_contain_text("5 min")
    warning.locator("a").click()
    page.wait_for_url("**/screens/demo")
    expect(row(page, "Lobby 2")).to_have_attribute("data-health", "silent")
    expect(row(page, "Lobby 2").locator('[data-part="lasting"]')).to_contain_text("5 min")
    expect(row(page, "Lobby 2").locator('[data-part="why"]')).to_be_visible()
    clerk = desk(open_page, sign_in, shared_server, "alena", "1")
    expect(clerk.locator('[data-part="screens"]')).to_contain_text("Lobby 2")


def _fall_silent(server: QueueServer, screen: int) -> None:
    """Let a screen have been heard last five minutes ago."""
    then = int((datetime.now(UTC) - timedelta(minutes=5, seconds=5)).timestamp() * 1_000_000)
    with closing(sqlite3.connect(server.folder / "queue.sqlite3", timeout=10)) as connection, connection:
        (branch,) = connection.execute("SELECT id FROM branch WHERE slug = 'demo'").fetchone()
        connection.execute(
            "INSERT INTO screen_state (branch_id, screen_key, screen_id, revision, seen_at, shows) VALUES (?, 'x', ?, 1, ?, '{}')",
            [branch, screen, then],
        )
