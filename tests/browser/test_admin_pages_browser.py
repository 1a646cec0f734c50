"""The administration in a browser: a manager changes a branch by keyboard, is told what is wrong, and loses nobody."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import Axe
from tests.servers import QueueServer

OpenPage = Callable[..., Page]
PAGES = ("", "/next", "/about", "/hours", "/services", "/menu", "/counters", "/look", "/devices", "/configuration")


@pytest.fixture
def marta(open_page: OpenPage, sign_in: Callable[..., None], shared_server: QueueServer) -> Page:
    """The manager's browser."""
    page = open_page("about:blank", 1280, 860, reduced_motion="reduce")
    sign_in(page, shared_server, "marta", "/admin/demo")
    return page


def edit(page: Page, server: QueueServer, name: str) -> None:
    """Open one of the forms."""
    page.goto(f"{server.url}/admin/demo/{name}")
    expect(page.locator("main")).to_have_attribute("data-view", "edit")


def section(server: QueueServer, name: str) -> object:
    """Return a part of the configuration as the server has it."""
    return server.api("GET", "/branches/demo/config")[1][name]


def save(page: Page) -> None:
    """Save, and wait until it is."""
    page.locator('[data-part="save"]').click()
    expect(page.locator("form[data-section]")).to_have_attribute("data-dirty", "no")


def test_nothing_for_axe_and_nothing_beside_a_narrow_telephone(marta: Page, shared_server: QueueServer) -> None:
    axe = Axe()
    for path in PAGES:
        marta.goto(f"{shared_server.url}/admin/demo{path}")
        expect(marta.locator('main[data-view="loading"]')).to_have_count(0)
        for fold in marta.locator("details:not([open]) > summary:visible").all()[:2]:
            fold.click()
        axe.look(marta, path)
        marta.set_viewport_size({"width": 360, "height": 800})
        assert marta.evaluate("document.documentElement.scrollWidth") <= 360, path
        marta.set_viewport_size({"width": 1280, "height": 860})
    assert not axe.found, axe.verdict()


def test_a_form_that_was_not_touched_says_so_and_loses_nothing(marta: Page, shared_server: QueueServer) -> None:
    for name in ("about", "hours", "services", "menu", "counters", "look"):
        edit(marta, shared_server, name)
        before = shared_server.api("GET", "/branches/demo/config")[1]
        expect(marta.locator("form[data-section]")).to_have_attribute("data-dirty", "no")
        marta.locator('[data-part="save"]').click()
        expect(marta.locator('[data-part="done"]')).not_to_be_empty()
        assert shared_server.api("GET", "/branches/demo/config")[1] == before, name


def test_counters_are_added_moved_and_removed_by_keyboard_alone(marta: Page, shared_server: QueueServer) -> None:
    edit(marta, shared_server, "counters")
    marta.locator('[data-add="rows"]').focus()
    marta.keyboard.press("Enter")
    marta.keyboard.type("Room 7")
    for _ in range(2):  # past the work profile
        marta.keyboard.press("Tab")
    marta.keyboard.press("Enter")
    expect(marta.locator('[data-list="rows"] [data-path="name"]').nth(3)).to_have_value("Room 7")
    marta.keyboard.press("Enter")
    expect(marta.locator("form[data-section]")).to_have_attribute("data-dirty", "yes")
    marta.locator('[data-list="rows"] [data-path="name"]').first.press("Enter")
    expect(marta.locator('[data-part="done"]')).not_to_be_empty()
    names = [each["name"] for each in section(shared_server, "counters")]  # type: ignore[attr-defined]
    assert names == ["1", "2", "Room 7", "3", "4"]


def test_what_is_wrong_is_said_at_its_field(marta: Page, shared_server: QueueServer) -> None:
    edit(marta, shared_server, "services")
    marta.locator("details.service > summary").nth(1).click()
    field = marta.locator("details.service").nth(1).locator('[data-path="expected_service_minutes"]')
    field.fill("soon")
    marta.locator("details.service > summary").nth(1).click()
    marta.locator('[data-part="save"]').click()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_be_focused()
    said = marta.locator(f"#{(field.get_attribute('aria-describedby') or '').split()[-1]}")
    expect(said).to_contain_text("1440")  # not that the value is wrong, but what is needed
    expect(said).to_contain_text(re.compile(r"^\S.*\.$"))
    edit_again = section(shared_server, "services")
    field.fill("6")
    save(marta)
    assert len(edit_again) == 5  # type: ignore[arg-type]


def test_a_service_for_which_somebody_waits_is_removed_only_when_that_was_answered(
    marta: Page, shared_server: QueueServer
) -> None:
    assert shared_server.api("POST", "/branches/demo/tickets", {"service": "information"})[0] == 201
    edit(marta, shared_server, "services")
    marta.locator("details.service > summary").last.click()
    marta.locator("details.service").last.locator('[data-do="remove"]').click()
    question = marta.locator('dialog[data-dialog="ask"]')
    marta.locator('[data-part="save"]').click()
    expect(question).to_be_visible()
    question.locator('[data-part="no"]').click()
    assert len(section(shared_server, "services")) == 5  # type: ignore[arg-type]
    marta.locator('[data-part="save"]').click()
    question.locator('[data-part="yes"]').click()
    expect(marta.locator("details.service")).to_have_count(4)
    expect(marta.locator("form[data-section]")).to_have_attribute("data-dirty", "no")
    assert len(section(shared_server, "services")) == 4  # type: ignore[arg-type]


def test_hours_with_a_break_a_holiday_and_an_exception(marta: Page, shared_server: QueueServer) -> None:
    edit(marta, shared_server, "hours")
    marta.locator('[data-part="has-hours"]').check()
    monday = marta.locator('[data-day="mon"]')
    monday.locator("input").nth(1).fill("12")
    monday.locator(".time-add").click()
    monday.locator("input").nth(2).fill("1230")
    monday.locator("input").nth(3).fill("17.30")
    marta.locator('[data-path="holidays"] [data-part="on"]').check()
    marta.locator('[data-key="country"]').select_option("HU")
    marta.locator('[data-add="exceptions"]').click()
    marta.locator('[data-path="from"]').fill("2030-12-24")
    marta.locator('[data-path="to"]').fill("2030-12-24")
    marta.locator('[data-part="save"]').click()
    expect(marta.locator('[data-part="coming"] li').first).to_be_attached()
    hours = section(shared_server, "hours")
    assert isinstance(hours, dict)
    assert hours["weekly"]["mon"] == [["08:00", "12:00"], ["12:30", "17:30"]]
    assert "sat" not in hours["weekly"] and hours["holidays"]["country"] == "HU"
    assert hours["exceptions"] == [{"from": "2030-12-24", "to": "2030-12-24", "hours": [], "name": {}}]


def test_the_menu_is_made_by_buttons(marta: Page, shared_server: QueueServer) -> None:
    edit(marta, shared_server, "menu")
    marta.locator('[data-part="add-group"]').click()
    marta.keyboard.type("Doklady")
    into = marta.locator('.menu-tree > li:nth-child(2) > .menu-row [data-do="in"]')
    into.press("Enter")
    save(marta)
    menu = section(shared_server, "menu")
    assert isinstance(menu, list)
    assert menu[0] == {"name": {"cs": "Doklady"}, "items": [{"service": "id-cards"}]}


def test_the_colour_says_how_well_it_can_be_read(marta: Page, shared_server: QueueServer) -> None:
    edit(marta, shared_server, "look")
    contrast = marta.locator('[data-part="contrast"]')
    expect(contrast).to_have_attribute("data-good", "yes")
    marta.locator('[data-part="typed"]').fill("#ffee88")
    expect(contrast).to_have_attribute("data-good", "no")
    marta.locator('[data-part="save"]').click()
    expect(marta.locator('[data-path="accent_colour"] > .wrong')).to_be_visible()
    marta.locator('[data-part="typed"]').fill("#1d4ed8")
    expect(contrast).to_have_attribute("data-good", "yes")
    save(marta)
    look = section(shared_server, "branding")
    assert isinstance(look, dict) and look["accent_colour"] == "#1d4ed8"


def test_what_somebody_else_saved_is_kept_or_asked_about(marta: Page, shared_server: QueueServer) -> None:
    def other(document: dict[str, object]) -> None:
        assert shared_server.api("PUT", "/branches/demo/config", {"document": document})[0] == 200

    edit(marta, shared_server, "counters")
    marta.locator('[data-add="rows"]').click()
    marta.keyboard.type("Mine")
    other({"menu": []})  # elsewhere: nobody has to be asked
    save(marta)
    edit(marta, shared_server, "counters")
    marta.locator('[data-list="rows"] [data-do="remove"]').last.click()
    other({"counters": [{"name": "Theirs", "profile": None}]})
    marta.locator('[data-part="save"]').click()
    question = marta.locator('dialog[data-dialog="ask"]')
    expect(question).to_be_visible()
    question.locator('[data-part="no"]').click()
    assert section(shared_server, "counters") == [{"name": "Theirs", "profile": None}]
    marta.locator('[data-part="save"]').click()
    question.locator('[data-part="yes"]').click()
    expect(marta.locator("form[data-section]")).to_have_attribute("data-dirty", "no")
    assert len(section(shared_server, "counters")) > 1  # type: ignore[arg-type]
