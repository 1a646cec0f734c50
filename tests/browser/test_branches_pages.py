"""Several branches in a browser: side by side, the way from one to the next, central templates; and what a kiosk asks of visitors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, Request, expect

from queue_app import i18n
from tests.browser.axe import FROM_AFAR, Axe
from tests.browser.desks import OpenPage, SignIn, take
from tests.browser.intercept import intercept
from tests.servers import QueueServer

pytestmark = pytest.mark.usefixtures("new_day")

WIDTHS = {320: 640, 1366: 768}
OSTRAVA = {
    "branch": {
        "slug": "ostrava",
        "name": {"cs": "Pošta Ostrava-Poruba, Hlavní třída", "en": "Ostrava-Poruba Post Office, Main Street"},
        "time_zone": "Europe/Prague",
        "languages": ["cs", "en"],
    },
    "services": [{"slug": "letters", "letter": "A", "name": {"cs": "Dopisy", "en": "Letters"}}],
    "counters": [{"name": "1"}],
}
ASKING = {"privacy": {"ask_name": True, "ask_phone": True, "erase_after_hours": 24}}
TEMPLATE = """queue: 1
hours:
  weekly:
    mon: [["08:00", "12:00"]]
desk:
  no_show_calls: 3
"""
NAME, PHONE = "Xenie Nevyzrazená", "+420 600 987 654"
SMALLEST = 88
"""Pixels that a finger needs at a kiosk, as on its other stages."""


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QueueServer]:
    """The demo branch, which asks visitors for name and telephone number, and a post office in Ostrava."""
    settings = {"QUEUE_SIGN_IN_ATTEMPTS": "1000", "QUEUE_KIOSK_RATE": "1000"}
    with QueueServer(tmp_path_factory.mktemp("server"), **settings) as server:
        assert server.api("POST", "/branches", {"document": OSTRAVA})[0] == 201
        assert server.api("PUT", "/branches/demo/config", {"document": ASKING})[0] == 200
        yield server


@pytest.fixture
def dana(open_page: OpenPage, sign_in: SignIn, shared_server: QueueServer) -> Callable[[str], Page]:
    """Open a page as the administrator of all branches: `dana("/branches")`."""

    def at(path: str) -> Page:
        page = open_page("about:blank", 1366, 768, reduced_motion="reduce")
        sign_in(page, shared_server, "dana", path)
        return page

    return at


def look(page: Page, axe: Axe, state: str) -> None:
    """Let axe look at the page as it stands, on a telephone and on a small computer, where nothing may stand beside it."""
    page.wait_for_load_state()
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (state, width)
        axe.look(page, f"{state}, {width} px")


def cell(page: Page, branch: str, name: str) -> Any:
    """Return a cell of a branch's line in the comparison of this moment."""
    return page.locator(f'tr[data-branch="{branch}"] [data-cell="{name}"]')


def covered(page: Page) -> bool:
    """Say whether something else lies over the middle of what has the focus."""
    return bool(
        page.evaluate(
            """() => {
                const { left, top, width, height } = document.activeElement.getBoundingClientRect();
                return !document.activeElement.contains(document.elementFromPoint(left + width / 2, top + height / 2));
            }"""
        )
    )


def test_the_branches_now_by_keyboard(dana: Callable[[str], Page], shared_server: QueueServer, axe: Axe) -> None:
    page = dana("about:blank")
    page.clock.install()
    page.goto(f"{shared_server.url}/branches")
    expect(page.locator("tr[data-branch]")).to_have_count(2)
    expect(cell(page, "demo", "waiting")).to_have_text("0")
    look(page, axe, "branches, nobody waits")

    wall = page.locator('tr[data-branch="demo"] th a')
    wall.focus()
    for service in ("A", "A"):
        take(shared_server, service)
    page.clock.fast_forward(6_000)
    expect(cell(page, "demo", "waiting")).to_have_text("2")
    expect(wall).to_be_focused()  # the line was written anew under the reader
    look(page, axe, "branches, two wait")

    page.locator('thead a[href$="sort=waiting"]').press("Enter")
    expect(page.locator('thead a[aria-current="true"]')).to_have_attribute("href", re.compile("sort=waiting$"))
    expect(page.locator("tr[data-branch]").first).to_have_attribute("data-branch", "demo")
    page.locator('tr[data-branch="ostrava"] th a').press("Enter")
    page.wait_for_url("**/wall/ostrava")


def test_the_branches_over_days(dana: Callable[[str], Page], shared_server: QueueServer, axe: Axe) -> None:
    page = dana("/branches/report?from=2020-01-01&to=2020-01-31")
    look(page, axe, "comparison, nothing in it")

    take(shared_server)
    page.goto(f"{shared_server.url}/branches/report")
    expect(page.locator("table").first).to_contain_text("ostrava")
    expect(page.locator("table").first).to_contain_text("demo")
    look(page, axe, "comparison, today")

    page.fill('[name="from"]', "2020-01-01")
    page.press('[name="from"]', "Enter")
    expect(page.locator('[role="alert"]')).to_be_visible()
    expect(page.locator("table")).to_have_count(0)
    look(page, axe, "comparison, too many days")


@pytest.mark.parametrize("path", ["/admin/{}/hours", "/reports/{}/service-level", "/desk/{}"])
def test_the_switch_leads_to_the_same_page_elsewhere_by_keyboard(
    dana: Callable[[str], Page], axe: Axe, path: str
) -> None:
    page = dana(path.format("demo"))
    switch, head = page.locator("[data-switch]"), page.locator("[data-switch] summary")
    others = switch.locator("a")
    expect(head).to_be_visible()
    head.press("Enter")
    expect(others.first).to_be_visible()
    look(page, axe, f"{path}, the list of branches")
    page.keyboard.press("Tab")
    expect(others.first).to_be_focused()
    page.keyboard.press("Escape")
    expect(others.first).to_be_hidden()
    expect(head).to_be_focused()

    page.keyboard.press("Space")
    for each in others.all():
        page.keyboard.press("Tab")
        expect(each).to_be_focused()
    page.keyboard.press("Tab")
    expect(others.first).to_be_hidden()
    assert not covered(page)

    head.click()
    expect(others.first).to_be_visible()
    page.locator("h1").first.click()
    expect(others.first).to_be_hidden()

    head.press("Enter")
    others.first.press("Enter")
    page.wait_for_url(f"**{path.format('ostrava')}")


def test_a_template_is_made_followed_and_holds_again_where_a_branch_had_its_own(
    dana: Callable[[str], Page], shared_server: QueueServer, axe: Axe
) -> None:
    page = dana("/admin/templates")
    look(page, axe, "no template")
    page.locator("#of").select_option("")
    page.locator("#of").press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#text")).to_be_visible()
    look(page, axe, "a new template")
    page.fill("#slug", "house")
    page.fill("#name-cs", "Pravidla domu")
    page.fill("#text", TEMPLATE.replace("no_show_calls: 3", "no_show_calls: often"))
    page.locator('[value="compare"]').press("Enter")
    expect(page.locator('[data-part="wrong"]')).to_be_visible()
    look(page, axe, "a template with something wrong")
    page.fill("#text", TEMPLATE)
    page.locator('[value="compare"]').press("Enter")
    page.locator('[data-part="plan"] [value="save"]').press("Enter")
    expect(page.locator('[data-part="done"] [role="status"]')).to_be_visible()

    page.goto(f"{shared_server.url}/admin/templates")
    template = page.locator('[data-template="house"]')
    template.locator("select").select_option("demo")
    template.locator('[name="keep"]').press("Space")
    template.locator('[value="follow"]').press("Enter")
    expect(template.locator('[data-branch="demo"]')).to_be_visible()
    own = {"hours": {"weekly": {"tue": [["09:00", "15:00"]]}}}
    assert shared_server.api("PUT", "/branches/demo/config", {"document": own})[0] == 200

    page.goto(f"{shared_server.url}/admin/templates/house")
    page.fill("#text", TEMPLATE.replace("no_show_calls: 3", "no_show_calls: 4"))
    page.locator('[value="compare"]').press("Enter")
    changes = page.locator('[data-part="plan"] [data-branch="demo"]')
    expect(changes.locator("tbody tr")).to_have_count(1)
    expect(changes.locator("tbody th")).to_have_text("desk/no_show_calls")
    expect(page.locator('[name="accept"]')).to_have_count(0)  # nobody waits for anything that goes
    look(page, axe, "what a change of the template would do")
    page.locator('[data-part="plan"] [value="save"]').press("Enter")
    expect(page.locator('[data-part="done"] [data-branch="demo"]')).to_be_visible()
    look(page, axe, "the changed template holds")
    page.goto(f"{shared_server.url}/admin/templates")
    look(page, axe, "a template with a branch that has parts of its own")

    template.locator('[data-branch="demo"] a').press("Enter")
    part = page.locator('[data-own="hours"]')
    expect(part).to_be_visible()
    look(page, axe, "what the branch has as its own")
    part.locator("button").press("Enter")
    expect(part).to_have_count(0)
    look(page, axe, "everything as the template says")
    document = shared_server.api("GET", "/branches/demo/config")[1]
    assert document["hours"]["weekly"] == {"mon": [["08:00", "12:00"]]} and document["desk"]["no_show_calls"] == 4

    page.goto(f"{shared_server.url}/admin/templates")
    sure = page.locator('[data-dialog="sure"]')
    for act in ("unfollow", "delete"):
        page.wait_for_selector("main[data-ready]")
        button = template.locator(f'[value="{act}"]')
        button.press("Enter")
        expect(sure.locator("[data-close]")).to_be_focused()  # what changes nothing
        look(page, axe, f"the question before {act}")
        page.keyboard.press("Escape")
        expect(button).to_be_focused()
        button.press("Enter")
        sure.locator('[data-part="yes"]').press("Enter")
        expect(button).to_have_count(0)
    expect(template).to_have_count(0)
    assert shared_server.api("PUT", "/branches/demo/config", {"document": {"hours": {}}})[0] == 200


@pytest.fixture
def kiosk(open_page: OpenPage, shared_server: QueueServer) -> Page:
    """The kiosk, where time obeys: nothing goes by itself, and a touch comes late enough to be meant."""
    page = open_page("about:blank", 1280, 800, reduced_motion="reduce")
    page.clock.install()
    page.goto(f"{shared_server.url}/kiosk/demo")
    page.wait_for_selector("main[data-ready]")
    return page


def asked(page: Page) -> None:
    """Choose a service by keyboard, and let the kiosk ask for name and number for as long as a second touch may take."""
    page.locator('[data-service="id-cards"]').press("Enter")
    expect(page.locator('[data-part="contact-name"]')).to_be_focused()
    page.clock.fast_forward(1_000)


def typed(page: Page) -> None:
    """Type name and telephone number, by keyboard alone."""
    asked(page)
    page.keyboard.type(NAME)
    page.keyboard.press("Tab")
    page.keyboard.type(PHONE)


def nothing_is_left(page: Page) -> None:
    """Fail where the page, its fields or anything that the browser keeps has something of what was typed."""
    left = page.evaluate(
        """async () => JSON.stringify([
            document.documentElement.outerHTML,
            [...document.querySelectorAll("input, textarea")].map(({ value, defaultValue }) => [value, defaultValue]),
            { ...localStorage }, { ...sessionStorage }, document.cookie, history.state, location.href, window.name,
            (await indexedDB.databases()).map(({ name }) => name),
            await Promise.all((await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => url))),
        ])"""
    )
    assert [trace for trace in (NAME, *NAME.split(), PHONE, "600987654", "987 654") if trace in left] == []


def sent(page: Page) -> list[Any]:
    """Return what the page will have asked numbers for."""
    bodies: list[Any] = []

    def listen(request: Request) -> None:
        if request.method == "POST" and request.url.endswith("/tickets"):
            bodies.append(request.post_data_json)

    page.on("request", listen)
    return bodies


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_what_is_asked_is_said_in_every_language_and_large_enough(
    open_page: OpenPage, shared_server: QueueServer, axe: Axe, language: str
) -> None:
    page = open_page(f"{shared_server.url}/kiosk/demo?lang={language}", 1280, 800, reduced_motion="reduce")
    page.wait_for_selector("main[data-ready]")
    page.locator('[data-service="id-cards"]').click()
    stage = page.locator('[data-stage="contact"]')
    for message in (
        "Your name and telephone number, if you like",
        "Only the desk that calls you sees it, so that it can address or reach you. It is never shown in the lobby.",
        "First name and surname", "Telephone number", "Take a number", "Without it", "Back",
    ):  # fmt: skip
        words = i18n.text(language, message)
        assert language == "en" or words != message
        expect(stage).to_contain_text(words)
    erased = ("It is erased %(number)d hour after your visit.", "It is erased %(number)d hours after your visit.")
    expect(stage).to_contain_text(i18n.plural(language, *erased, 24))
    for width, height in ((1280, 800), (1080, 1920)):
        page.set_viewport_size({"width": width, "height": height})
        for target in stage.locator("button, input").all():
            box = target.bounding_box()
            assert box is not None
            assert box["height"] >= SMALLEST and box["width"] >= SMALLEST, (width, box)
        for shown in stage.locator("h1, p:not(:empty), label, button").all():
            box = shown.bounding_box()
            assert box is not None
            assert box["x"] >= 0 and box["x"] + box["width"] <= width, (width, shown.inner_text())
            assert box["y"] >= 0 and box["y"] + box["height"] <= height, (width, shown.inner_text())
        axe.look(page, f"what is asked, {language}, {width} px", FROM_AFAR)


def test_the_kiosk_magnified_four_times_is_read_by_scrolling_down(
    open_page: OpenPage, shared_server: QueueServer, axe: Axe
) -> None:
    page = open_page(f"{shared_server.url}/kiosk/demo?lang=hu", 320, 640, reduced_motion="reduce")
    page.wait_for_selector("main[data-ready]")
    page.locator('[data-service="id-cards"]').click()
    stage = page.locator('[data-stage="contact"]')
    assert stage.evaluate("each => each.scrollWidth <= each.clientWidth")
    title, head = stage.locator("h1").bounding_box(), page.locator(".head").bounding_box()
    assert title is not None and head is not None
    assert title["y"] >= head["y"] + head["height"]
    axe.look(page, "what is asked, magnified", FROM_AFAR)


def test_who_gives_name_and_number_by_keyboard_leaves_nothing_at_the_kiosk(kiosk: Page) -> None:
    bodies = sent(kiosk)
    typed(kiosk)
    kiosk.keyboard.press("Enter")
    expect(kiosk.locator('[data-part="done"]')).to_be_focused()
    assert [body["contact"] for body in bodies] == [{"name": NAME, "phone": PHONE}]
    nothing_is_left(kiosk)


def test_who_says_no_is_given_a_number_and_nothing_typed_is_sent(kiosk: Page) -> None:
    bodies = sent(kiosk)
    typed(kiosk)
    for part in ("take", "skip"):
        kiosk.keyboard.press("Tab")
        expect(kiosk.locator(f'[data-part="contact-{part}"]')).to_be_focused()
    kiosk.keyboard.press("Space")
    expect(kiosk.locator('[data-part="done"]')).to_be_focused()
    assert len(bodies) == 1 and "contact" not in bodies[0]
    nothing_is_left(kiosk)


@pytest.mark.parametrize("way", ["Escape", "button", "time"])
def test_the_way_back_forgets_what_was_typed_and_takes_no_number(kiosk: Page, way: str) -> None:
    bodies = sent(kiosk)
    typed(kiosk)
    if way == "Escape":
        kiosk.keyboard.press("Escape")
    elif way == "button":
        kiosk.locator('[data-part="contact-back"]').press("Enter")
    else:
        kiosk.clock.fast_forward(50_000)
        kiosk.keyboard.press("Tab")  # who goes on slowly is still there
        kiosk.clock.fast_forward(50_000)
        expect(kiosk.locator('[data-part="contact-take"]')).to_be_focused()
        kiosk.clock.fast_forward(11_000)
    expect(kiosk.locator('[data-stage="start"]')).to_be_visible()
    nothing_is_left(kiosk)
    assert bodies == []
    asked(kiosk)
    expect(kiosk.locator('[data-part="contact-name"]')).to_have_value("")


def test_a_second_touch_neither_answers_nor_takes_anything_back(kiosk: Page) -> None:
    bodies = sent(kiosk)
    for second in ("take", "skip", "back"):  # comes to lie where the service was
        kiosk.evaluate(
            """second => {
                document.querySelector('[data-service="id-cards"]').click();
                document.querySelector(`[data-part="contact-${second}"]`).click();
            }""",
            second,
        )
        expect(kiosk.locator('[data-part="contact-name"]')).to_be_focused()
        kiosk.clock.fast_forward(1_000)
        kiosk.keyboard.press("Escape")
        expect(kiosk.locator('[data-stage="start"]')).to_be_visible()
    assert bodies == []
    typed(kiosk)
    kiosk.evaluate(
        "['take', 'take', 'skip'].forEach((each) => document.querySelector(`[data-part=\"contact-${each}\"]`).click())"
    )
    expect(kiosk.locator('[data-part="done"]')).to_be_focused()
    assert [body["contact"]["name"] for body in bodies] == [NAME]


def test_what_is_wrong_is_said_at_its_field_and_a_refusal_of_the_number_forgets_it(kiosk: Page, axe: Axe) -> None:
    asked(kiosk)
    phone = kiosk.locator('[data-part="contact-phone"]')
    phone.fill("12")
    phone.press("Enter")
    expect(phone).to_have_attribute("aria-invalid", "true")
    expect(phone).to_have_accessible_description(kiosk.locator('[data-part="contact-wrong"]').inner_text())
    expect(phone).to_be_focused()
    axe.look(kiosk, "a wrong number", FROM_AFAR)
    kiosk.clock.fast_forward(1_000)

    refusal = {"error": {"code": "quota_reached", "message": "", "details": {}}}
    intercept(kiosk, "**/api/v1/branches/demo/tickets", lambda route: route.fulfill(status=409, json=refusal))
    phone.fill(PHONE)
    phone.press("Enter")
    expect(kiosk.locator('[data-stage="problem"]')).to_be_visible()
    nothing_is_left(kiosk)
