"""The pages of the reports in a browser: every one is opened, read by axe, taken along, and fits a phone and paper."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from queue_app.reports import registry
from tests.browser.axe import Axe
from tests.browser.desks import OpenPage, SignIn, counter_id, take
from tests.servers import QueueServer

FILES = {"Download XLSX": "xlsx", "Download PDF": "pdf", "Download CSV": "csv"}
RANGES = ("Today", "Yesterday", "Last 7 days", "This month", "Last month", "This year")


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QueueServer]:
    """The demo branch, in which eight took a number and six have been served."""
    server = QueueServer(tmp_path_factory.mktemp("server"), QUEUE_SIGN_IN_ATTEMPTS="1000")
    outcomes = {"outcomes": [{"code": "resolved", "name": {"en": "Resolved"}}]}
    with closing(sqlite3.connect(server.folder / "queue.sqlite3")) as connection, connection:
        connection.execute("UPDATE user_account SET language = 'en'")
    with server:
        assert server.api("PUT", "/branches/demo/services/id-cards/outcomes", outcomes)[0] == 200
        for service in "AABABABA":
            take(server, service)
        for counter in ("1", "2"):
            place = f"/counters/{counter_id(server, counter)}"
            assert server.api("POST", f"{place}/open", {})[0] == 200
            for _ in range(3):
                for step in ("call-next", "start"):
                    assert server.api("POST", f"{place}/{step}", {})[0] == 200
                assert server.api("POST", f"{place}/finish", {"outcome": "resolved"})[0] in (200, 422)
                server.api("POST", f"{place}/finish", {})
        yield server


@pytest.fixture
def manager(open_page: OpenPage, sign_in: SignIn, shared_server: QueueServer) -> Callable[..., Page]:
    """Marta's browser, in English: `manager("waits")` opens a report; nothing may stand in the console."""
    page = open_page("about:blank", 1366, 768, locale="en", reduced_motion="reduce")
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type in ("error", "warning") else None)

    def visit(name: str, query: str = "") -> Page:
        sign_in(page, shared_server, "marta", f"/reports/demo/{name}{query}")
        expect(page.locator("main.reports h1")).to_be_visible()
        assert not faults, faults
        return page

    return visit


def test_every_report_opens_and_axe_finds_nothing(manager: Callable[..., Page], subtests: pytest.Subtests) -> None:
    for name in registry.REPORTS:
        with subtests.test(name):
            axe = Axe()
            page = manager(name)
            expect(page.locator(".report-kinds [aria-current=page]")).to_have_count(1)
            axe.look(page, name)
            for query in ("?from=2019-01-01&to=2019-01-02", "?compare=before"):
                page = manager(name, query)
                axe.look(page, f"{name}{query}")
            assert not axe.found, axe.verdict()


def test_every_report_fits_a_phone_and_large_screens(manager: Callable[..., Page], subtests: pytest.Subtests) -> None:
    for name in registry.REPORTS:
        for width, height in ((390, 844), (1920, 1080)):
            with subtests.test(f"{name} at {width}"):
                page = manager(name)
                page.set_viewport_size({"width": width, "height": height})
                assert page.evaluate("document.documentElement.scrollWidth") <= width
                if width == 390:
                    axe = Axe()
                    axe.look(page, f"{name} on a phone")
                    assert not axe.found, axe.verdict()


def test_plots_say_what_they_show_and_their_figures_stand_in_a_table(manager: Callable[..., Page]) -> None:
    page = manager("waits")
    for figure in page.locator("figure").all():
        title = figure.locator("figcaption").inner_text()
        expect(figure.get_by_role("img", name=title)).to_have_count(1)
        assert figure.locator("svg > desc").text_content()
    expect(page.locator("table")).not_to_have_count(0)
    for table in page.locator("table").all():
        expect(table.locator("thead th[scope=col]")).not_to_have_count(0)
        expect(table.locator("tbody th[scope=row]")).not_to_have_count(0)


def test_a_range_is_one_press_and_what_was_chosen_stays(manager: Callable[..., Page]) -> None:
    page = manager("service-level")
    for name in RANGES:
        page.get_by_role("link", name=name, exact=True).click()
        expect(page.locator(".quick [aria-current=page]").first).to_be_visible()
        expect(page.locator("h1")).to_have_text("Service level")
    page.get_by_role("link", name="Today", exact=True).click()
    page.locator("select[name=by]").select_option("priority")
    page.get_by_label("Compare with the days before").check()
    page.get_by_role("button", name="Show").press("Enter")
    page.wait_for_url("**compare=before**")
    expect(page.locator("select[name=by]")).to_have_value("priority")
    expect(page.get_by_label("Compare with the days before")).to_be_checked()
    expect(page.get_by_text("The days before").first).to_be_visible()


OUTLINE = """() => {
    const focused = document.activeElement;
    if (!focused || focused === document.body) return null;
    const { outlineStyle, outlineWidth } = getComputedStyle(focused);
    return [outlineStyle, parseFloat(outlineWidth), focused.outerHTML.slice(0, 200)];
}"""
"""The outline of what has the focus; null when the focus has left the page."""


def test_what_has_the_focus_is_seen(manager: Callable[..., Page]) -> None:
    page = manager("waits")
    stops = 0
    page.keyboard.press("Tab")
    while (found := page.evaluate(OUTLINE)) is not None:
        style, width, markup = found
        assert style != "none" and width >= 1, markup
        stops += 1
        page.keyboard.press("Tab")
    assert stops > 20


def test_files_come_with_their_names(manager: Callable[..., Page], tmp_path: Path, subtests: pytest.Subtests) -> None:
    for name in ("waits", "tickets"):
        page = manager(name, "?from=2026-01-01&to=2026-01-31")
        for button, form in FILES.items():
            with subtests.test(f"{name} as {form}"):
                with page.expect_download() as coming:
                    page.get_by_role("link", name=button).click()
                file = coming.value
                assert file.suggested_filename == f"demo-{name}-2026-01-01-2026-01-31.{form}"
                file.save_as(tmp_path / file.suggested_filename)
                assert (tmp_path / file.suggested_filename).stat().st_size > 10


def test_on_paper_there_is_the_report_alone(manager: Callable[..., Page], tmp_path: Path) -> None:
    page = manager("waits")
    page.pdf(path=tmp_path / "printed.pdf", prefer_css_page_size=True)
    text = "".join(sheet.extract_text() for sheet in PdfReader(tmp_path / "printed.pdf").pages)
    assert "Waiting and service times" in text and "What these figures mean" in text
    for control in ("Download XLSX", "Show", "Last 7 days", "Slips and screens"):
        assert control not in text
