"""The manager's wall in a real browser, with alarms that the worker raises; and the page where they are set."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import Axe
from tests.browser.desks import counter_id
from tests.servers import QueueServer

PageOf = Callable[..., Page]


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QueueServer]:
    """One server for all tests here, with the worker of the reports."""
    settings = {"QUEUE_SIGN_IN_ATTEMPTS": "1000", "QUEUE_KIOSK_RATE": "1000", "QUEUE_REPORT_WORKER": "yes"}
    with QueueServer(tmp_path_factory.mktemp("server"), **settings) as server:
        yield server


@pytest.fixture(autouse=True)
def as_usual(shared_server: QueueServer) -> None:
    """Nobody waits, and nothing is watched."""
    for method, path in (("POST", "/close-day"), ("PUT", "/reporting")):
        assert shared_server.api(method, f"/branches/demo{path}", {})[0] == 200


def take(server: QueueServer, service: str = "A") -> str:
    """Take a number."""
    status, answer = server.api("POST", "/branches/demo/tickets", {"service": service})
    assert status == 201, answer
    return str(answer["ticket"]["label"])


def act(server: QueueServer, verb: str, counter: str = "1") -> Any:
    """Do something at a counter."""
    status, answer = server.api("POST", f"/counters/{counter_id(server, counter)}/{verb}", {})
    assert status == 200, answer
    return answer


def figure(page: Page, name: str) -> Locator:
    """Return a large figure by its name."""
    return page.locator(f'[data-figure="{name}"] dd').first


@pytest.fixture
def wall(
    open_page: Callable[..., Page], sign_in: Callable[..., None], shared_server: QueueServer
) -> Callable[..., Page]:
    """Open a page of the manager."""

    def show(path: str = "/wall/demo", width: int = 1920, height: int = 1080) -> Page:
        page = open_page("about:blank", width, height, reduced_motion="reduce")
        sign_in(page, shared_server, "marta", path)
        return page

    return show


def test_the_wall_follows_the_branch(wall: Callable[..., Page], shared_server: QueueServer) -> None:
    page = wall()
    expect(page.locator("html")).to_have_attribute("data-live", "yes")
    expect(figure(page, "waiting")).to_have_text("0")
    take(shared_server)
    label = take(shared_server)
    expect(figure(page, "waiting")).to_have_text("2")
    expect(page.locator('[data-piece="services"] .unserved')).to_have_count(1)
    act(shared_server, "open")
    act(shared_server, "call-next")
    act(shared_server, "start")
    act(shared_server, "call-next")
    expect(figure(page, "waiting")).to_have_text("0")
    expect(figure(page, "open")).to_have_text("1")
    expect(page.locator(".wall-counters .state-open .number")).to_have_text(label)
    expect(figure(page, "promise")).to_have_text("100\u00a0%")
    expect(page.locator('[data-piece="arrivals"] svg')).to_be_visible()
    status, told = shared_server.api("GET", "/branches/demo/wall")
    assert status == 200
    assert told["waiting"] == 0
    assert told["today"]["arrived"] == sum(each["arrived"] for each in told["arrivals"]) >= 2


def test_what_does_not_change_is_left_alone(wall: Callable[..., Page], shared_server: QueueServer) -> None:
    page = wall()
    expect(page.locator("html")).to_have_attribute("data-live", "yes")
    page.evaluate("document.querySelector('.wall-counters').dataset.mine = 'yes'")
    take(shared_server)
    expect(figure(page, "waiting")).to_have_text("1")
    assert page.locator(".wall-counters").get_attribute("data-mine") == "yes"


def test_an_alarm_is_set_raised_shown_and_over(wall: Callable[..., Page], shared_server: QueueServer) -> None:
    page, other = wall("/reports/demo/settings", 1366, 768), wall("/supervise/demo", 1366, 768)
    watched = page.locator('[data-watches="waiting"]')
    expect(watched.locator('[data-part="limit"]')).to_be_disabled()
    watched.locator(".tick input").check()
    watched.locator('[data-part="limit"]').fill("0")
    watched.locator('[data-part="minutes"]').fill("0")
    page.fill("[name=emails]", "director@example.org\nnobody")
    page.click('[data-part="save"]')
    expect(watched.locator(".wrong")).to_contain_text("1000")
    watched.locator('[data-part="limit"]').fill("1")
    page.click('[data-part="save"]')
    expect(page.locator("#emails-wrong")).to_be_visible()
    expect(page.locator("[name=emails]")).to_be_focused()
    page.fill("[name=emails]", "director@example.org")
    page.click('[data-part="save"]')
    expect(page.locator('[data-part="done"]')).to_contain_text("director@example.org")
    page.reload()
    expect(watched.locator(".tick input")).to_be_checked()
    expect(page.locator('[data-part="means"]')).to_contain_text("director@example.org")

    page.goto(f"{shared_server.url}/wall/demo")
    take(shared_server)
    take(shared_server)
    expect(page.locator(".wall-alarms li")).to_have_count(1)
    expect(other.locator('[data-part="warnings"] a[href="/wall/demo"]')).to_be_visible()
    axe = Axe()
    axe.look(page, "an alarm")
    act(shared_server, "open")
    act(shared_server, "call-next")
    expect(page.locator(".wall-alarms li")).to_have_count(0)
    assert not axe.found, axe.verdict()


def test_without_the_server_the_last_figures_stand_and_it_says_so(
    wall: Callable[..., Page], shared_server: QueueServer
) -> None:
    page = wall()
    take(shared_server)
    expect(figure(page, "waiting")).to_have_text("1")
    page.context.set_offline(True)
    expect(page.locator('[data-part="error"]')).not_to_be_empty()
    expect(figure(page, "waiting")).to_have_text("1")
    page.context.set_offline(False)
    expect(page.locator('[data-part="error"]')).to_have_text("")


@pytest.mark.parametrize("size", [(1920, 1080), (1366, 768), (390, 844)])
def test_nothing_for_axe_and_nothing_cut(
    wall: Callable[..., Page], shared_server: QueueServer, size: tuple[int, int]
) -> None:
    take(shared_server)
    axe = Axe()
    for path in ("/wall/demo", "/reports/demo/settings"):
        page = wall(path, *size)
        expect(page.locator("h1")).to_be_visible()
        axe.look(page, f"{path} {size[0]}")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
    assert not axe.found, axe.verdict()
