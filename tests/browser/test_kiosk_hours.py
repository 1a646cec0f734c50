"""What a visitor sees at the kiosk of holidays, breaks, DST nights, quotas and seasons, with a clock that is set."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from queue_app.store.models import BranchState
from tests.browser.axe import Axe
from tests.browser.town_hall import PRAGUE, WEEK, YEAR, TownHall, town_hall
from tests.servers import wait_until

START, CLOSED, NUMBER, ABOUT, HOURS = (
    f'[data-stage="{name}"]' for name in ("start", "closed", "number", "about", "hours")
)
OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Iterator[TownHall]:
    """The town hall of this file's tests."""
    folder = tmp_path_factory.mktemp("town hall")
    shutil.copy(migrated_sqlite, folder / "queue.sqlite3")
    with town_hall(folder, folder / "queue.sqlite3") as house:
        yield house


def part(page: Page, name: str) -> Locator:
    """Return a part of the page that is visible."""
    return page.locator(f'[data-part="{name}"]:visible')


def service(page: Page, slug: str) -> Locator:
    """Return a service's button."""
    return page.locator(f'[data-service="{slug}"]')


def touch(page: Page, selector: str, shown: str) -> None:
    """Touch until what is to be shown is: a page that has just come is deaf to the second half of a double touch."""

    def touched() -> bool:
        if page.locator(selector).is_visible():
            page.click(selector)
        return page.locator(shown).is_visible()

    wait_until(touched, f"{selector} to show {shown}", pause=0.2)


def into(page: Page, *groups: int) -> None:
    """Enter one group after the other."""
    for group in groups:
        touch(page, f'[data-opens="{group}"]', f'[data-level="{group}"]')


def test_a_holiday_has_its_name_in_the_visitors_language(house: TownHall, open_page: OpenPage) -> None:
    house.at(2026, 10, 28, 10, 0)  # a Wednesday
    page = house.kiosk(open_page, "cs")
    expect(page.locator(CLOSED)).to_be_visible()
    expect(part(page, "why")).to_contain_text("Den vzniku samostatného československého státu")
    expect(part(page, "opens")).to_contain_text("08:00")
    expect(page.locator(f"{CLOSED} .days__list [aria-current]")).to_contain_text("Den vzniku")
    expect(page.locator(f"{CLOSED} [data-day][aria-current]")).to_have_count(0)
    slovak = house.kiosk(open_page, "sk")
    expect(part(slovak, "why")).to_contain_text("Deň vzniku samostatného československého štátu")


def test_a_break_begins_and_ends_by_itself_while_the_page_is_open(house: TownHall, open_page: OpenPage) -> None:
    house.at(2026, 3, 4, 11, 55)
    page = house.kiosk(open_page, "pl")
    page.wait_for_selector("html[data-live=yes]")
    expect(page.locator(START)).to_be_visible()
    house.at(2026, 3, 4, 11, 59, 50)
    house.tell()
    expect(page.locator(CLOSED)).to_be_visible()
    expect(part(page, "opens")).to_contain_text("13:00")
    house.at(2026, 3, 4, 12, 59, 50)
    page.reload()
    expect(page.locator(START)).to_be_visible()


@pytest.mark.parametrize(
    ("before", "opens", "closes"),
    [
        ((2026, 3, 29, 1, 59), "06:00", (2026, 3, 29, 6, 0)),
        ((2026, 10, 25, 5, 50), "06:00", (2026, 10, 25, 6, 0)),
    ],
    ids=["spring", "autumn"],
)
def test_on_a_night_when_the_clocks_change_the_wall_clock_decides(
    house: TownHall, open_page: OpenPage, before: tuple[int, ...], opens: str, closes: tuple[int, ...]
) -> None:
    house.change(opening_hours={"sun": [["06:00", "24:00"]]}, calendar={})
    try:
        house.at(*before)
        page = house.kiosk(open_page, "hu")
        expect(page.locator(CLOSED)).to_be_visible()
        expect(part(page, "opens")).to_contain_text(opens)
        house.at(*closes)
        page.reload()
        expect(page.locator(START)).to_be_visible()
        expect(page.locator('[data-part="clock"]')).to_have_text("06:00")
    finally:
        house.change(opening_hours=WEEK, calendar=YEAR)


def test_a_quota_that_is_reached_is_seen_at_once_and_says_when_there_are_numbers_again(
    house: TownHall, open_page: OpenPage
) -> None:
    house.at(2026, 3, 5, 9, 0)
    page = house.kiosk(open_page, "cs")
    page.wait_for_selector("html[data-live=yes]")
    expect(service(page, "passes")).to_have_attribute("data-state", "open")
    house.brno.take("passes", channel="api")
    expect(service(page, "passes")).to_have_attribute("data-state", "quota_reached")
    expect(service(page, "passes")).to_contain_text("pátek")


def test_a_seasonal_service_is_there_in_its_season_only(house: TownHall, open_page: OpenPage) -> None:
    house.at(2026, 9, 30, 10, 0)
    page = house.kiosk(open_page, "en")
    expect(service(page, "boats")).to_have_attribute("data-state", "open")
    house.at(2026, 10, 1, 10, 0)
    house.tell()
    expect(service(page, "boats")).to_have_attribute("data-state", "closed")
    expect(service(page, "boats")).to_contain_text("Not at this time of the year")
    expect(service(page, "boats")).to_contain_text("2027")


def test_days_with_hours_of_their_own_are_told_before_and_on_them(house: TownHall, open_page: OpenPage) -> None:
    house.at(2026, 3, 10, 10, 0)
    page = house.kiosk(open_page, "en")
    page.click('[data-part="ask-hours"]')
    expect(page.locator(HOURS)).to_contain_text("Staff training")
    expect(page.locator(HOURS)).to_contain_text("www.brno.example")
    house.at(2026, 12, 24, 10, 0)
    page = house.kiosk(open_page, "en")
    expect(part(page, "today")).to_contain_text("Christmas Eve: 09:00–11:00")


def test_groups_lead_to_a_number_and_back(house: TownHall, open_page: OpenPage) -> None:
    house.at(2026, 3, 9, 9, 0)
    page = house.kiosk(open_page, "en")
    expect(service(page, "driving")).to_be_hidden()
    page.get_by_role("button", name="Car and driving").click()
    expect(page.locator("#question")).to_be_focused()
    expect(page.locator("#question")).to_have_text("Car and driving")
    into(page, 2)
    expect(part(page, "trail")).to_contain_text("Car and driving")
    expect(part(page, "top")).to_be_visible()
    touch(page, '[data-part="up"]', '[data-level="1"]')
    expect(page.locator('[data-opens="2"]')).to_be_focused()
    page.get_by_role("link", name="Magyar").click()
    expect(page.locator("html")).to_have_attribute("lang", "hu")
    expect(service(page, "driving")).to_be_visible()
    touch(page, '[data-service="driving"]', NUMBER)


def test_left_alone_within_a_group_the_kiosk_goes_back_to_the_start(house: TownHall, open_page: OpenPage) -> None:
    house.at(2026, 3, 9, 9, 0)
    page = house.kiosk(open_page, "cs")
    page.evaluate("document.querySelector('main').dataset.idleSeconds = 0.5")
    page.click('[data-opens="1"]')
    expect(service(page, "ids")).to_be_visible()
    expect(part(page, "steps")).to_have_count(0)


def test_conditions_are_read_before_the_number_is_taken(house: TownHall, open_page: OpenPage) -> None:
    house.at(2026, 3, 9, 9, 0)
    page = house.kiosk(open_page, "en")
    into(page, 1, 2)
    touch(page, '[data-service="plates"]', ABOUT)
    expect(part(page, "about-name")).to_be_focused()
    expect(page.locator(ABOUT)).to_contain_text("Only the owner can do this.")
    expect(page.locator(ABOUT)).to_contain_text("identity card, certificate")
    touch(page, '[data-part="about-take"]', NUMBER)


def test_a_service_that_is_done_elsewhere_says_where_and_gives_no_number(house: TownHall, open_page: OpenPage) -> None:
    house.at(2026, 3, 9, 9, 0)
    page = house.kiosk(open_page, "en", 1280, 1024)
    page.click('[data-service="permits"]')
    expect(part(page, "about-words")).to_contain_text("Malinovského náměstí 3")
    expect(part(page, "about-take")).to_have_count(0)
    touch(page, '[data-part="about-back"]', START)


def test_every_new_page_of_the_kiosk_is_sound(house: TownHall, open_page: OpenPage) -> None:
    house.at(2026, 3, 10, 10, 0)
    axe = Axe()
    page = house.kiosk(open_page, "en")
    axe.look(page, "the start with groups")
    page.click('[data-part="ask-hours"]')
    axe.look(page, "the opening hours")
    page = house.kiosk(open_page, "en", 1280, 1024)
    page.click('[data-opens="1"]')
    axe.look(page, "a group")
    into(page, 2)
    touch(page, '[data-service="plates"]', ABOUT)
    axe.look(page, "conditions")
    house.at(2026, 12, 25, 10, 0)
    axe.look(house.kiosk(open_page, "en"), "closed on a holiday")
    assert not axe.found, axe.verdict()


def test_the_day_ends_by_itself_at_the_cut_over_and_the_kiosk_begins_anew(house: TownHall, open_page: OpenPage) -> None:
    house.change(opening_hours=None, calendar={})
    try:
        house.at(2026, 3, 13, 23, 0)
        taken = house.brno.take(channel="api")
        house.brno.open()
        with house.context.database.reading() as connection:
            before = connection.execute(select(BranchState.business_date)).scalar_one()
        house.server.clock.set(datetime(2026, 3, 14, 2, 50, tzinfo=PRAGUE))
        page = open_page(f"{house.url}/t/{taken.token}?lang=cs", width=390, height=844)
        expect(page.locator('[data-part="turn"]')).to_have_attribute("data-state", "waiting")
        house.server.clock.set(datetime(2026, 3, 14, 2, 59, 58, tzinfo=PRAGUE))
        expect(page.locator('[data-part="turn"]')).to_have_attribute("data-state", "expired")
        with house.context.database.reading() as connection:
            after = connection.execute(select(BranchState.business_date)).scalar_one()
        assert (before, after) == (date(2026, 3, 13), date(2026, 3, 14))
        assert house.brno.take(channel="api").ticket.label == "A001"
    finally:
        house.change(opening_hours=WEEK, calendar=YEAR)


def test_the_visitors_page_and_the_start_page_say_whether_it_is_open(house: TownHall, open_page: OpenPage) -> None:
    house.at(2026, 3, 16, 11, 30)
    taken = house.brno.take(channel="api")
    page = open_page(f"{house.url}/t/{taken.token}?lang=en", width=390, height=844)
    expect(part(page, "opening")).to_have_text("Open until 12:00")
    house.at(2026, 3, 16, 12, 10)
    page.reload()
    expect(part(page, "opening")).to_have_text("Break until 13:00")
    house.at(2026, 12, 25, 9, 0)
    start = open_page(f"{house.url}/?lang=en")
    expect(start.locator(".house__opening")).to_have_text("Closed today: Christmas Day")
