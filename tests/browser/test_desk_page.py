"""The desk in a real browser: a whole day's work by keyboard alone, and two desks that see each other."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.browser.desks import OpenPage, SignIn, at_desk, counter_id, desk, line, rows, state_of, take
from tests.browser.intercept import intercept
from tests.servers import QueueServer, wait_until

pytestmark = pytest.mark.usefixtures("new_day")


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One server for all tests here; each signs in anew, which a real one would think too often."""
    with QueueServer(tmp_path_factory.mktemp("server"), QUEUE_SIGN_IN_ATTEMPTS="1000") as server:
        yield server


def test_a_clerk_works_by_keyboard_alone(open_page: OpenPage, shared_server: QueueServer, sign_in: SignIn) -> None:
    page = desk(open_page, sign_in, shared_server, "alena")
    # Also the counter is chosen without a mouse: the first free one has the focus.
    expect(page.locator("[data-open]").first).to_be_focused()
    page.keyboard.press("Enter")
    at_desk(page, "idle")
    tickets = [take(shared_server) for _ in range(6)]
    labels = [ticket["label"] for ticket in tickets]
    rows(page, 6)

    page.keyboard.press("Space")
    at_desk(page, "called", labels[0])
    page.keyboard.press("r")
    expect(page.locator('[data-part="state"]')).to_contain_text("2")
    at_desk(page, "called", labels[0])
    page.keyboard.press("s")
    at_desk(page, "serving", labels[0])
    page.keyboard.press("f")
    at_desk(page, "idle")
    assert state_of(shared_server, tickets[0]) == "finished"

    page.keyboard.press("Space")
    at_desk(page, "called", labels[1])
    page.keyboard.press("b")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    at_desk(page, "idle")
    assert line(page)[-1] == labels[1]  # put last
    assert state_of(shared_server, tickets[1]) == "waiting"

    page.keyboard.press("Space")
    at_desk(page, "called", labels[2])
    page.keyboard.press("n")
    at_desk(page, "idle")
    assert state_of(shared_server, tickets[2]) == "no_show"

    page.keyboard.press("Space")
    at_desk(page, "called", labels[3])
    page.keyboard.press("p")
    at_desk(page, "idle")
    assert state_of(shared_server, tickets[3]) == "parked"
    # A parked one is called again from the list.
    page.keyboard.press("l")
    expect(page.locator(f'[data-label="{labels[3]}"] [data-call]')).to_be_focused()
    page.keyboard.press("Enter")
    at_desk(page, "called", labels[3])

    page.keyboard.press("t")
    page.keyboard.press("B")  # in a list of choices a letter chooses; it is no shortcut there
    expect(page.locator('[data-form="transfer"] select').first).to_have_value("driving")
    page.keyboard.press("Enter")
    at_desk(page, "idle")
    moved = shared_server.api("GET", f"/tickets/{tickets[3]['token']}")[1]
    assert (moved["state"], moved["service"]) == ("waiting", "driving")

    page.keyboard.press("a")
    page.keyboard.press("Enter")  # the first reason
    at_desk(page, "paused")
    page.keyboard.press("Space")
    at_desk(page, "paused")
    page.keyboard.press("a")
    at_desk(page, "idle")
    # Next finishes who is here and calls the next one.
    page.keyboard.press("Space")
    at_desk(page, "called", labels[3])  # sent on with its own place, it is before those who came later
    page.keyboard.press("Space")
    at_desk(page, "called", labels[4])
    assert state_of(shared_server, tickets[3]) == "finished"
    page.keyboard.press("?")
    expect(page.locator(".help")).to_be_visible()
    page.keyboard.press("f")
    page.keyboard.press("Escape")
    at_desk(page, "called", labels[4])


def test_a_list_of_counters_that_comes_late_does_not_take_the_desk_away(
    open_page: OpenPage, shared_server: QueueServer, sign_in: SignIn
) -> None:
    page = desk(open_page, sign_in, shared_server, "alena")
    expect(page.locator("[data-open]").first).to_be_focused()
    held: list[Route] = []
    intercept(page, "**/branches/demo/counters", lambda route: held.append(route))
    take(shared_server)
    wait_until(lambda: page.evaluate("() => 1") and held, "the list to be asked for")
    page.locator("[data-open]").first.click()
    at_desk(page, "idle")
    page.evaluate("""() => {
        window.views = [];
        new MutationObserver(() => views.push(document.querySelector(".desk").dataset.view)).observe(
            document.querySelector(".desk"), { attributeFilter: ["data-view"] });
    }""")
    with page.expect_response("**/branches/demo/counters"):
        held[0].continue_()
    page.evaluate("() => new Promise((done) => setTimeout(done, 500))")
    assert "choose" not in page.evaluate("() => views")
    expect(page.locator(".desk")).to_have_attribute("data-view", "work")


def test_a_first_look_that_gets_no_answer_is_taken_again(
    open_page: OpenPage, shared_server: QueueServer, sign_in: SignIn
) -> None:
    page = desk(open_page, sign_in, shared_server, "alena")
    looks: list[str] = []

    def cut_first(route: Route) -> None:
        looks.append(route.request.url)
        route.abort() if len(looks) == 1 else route.continue_()

    intercept(page, "**/counters/*/desk", cut_first)
    page.locator("[data-open]").first.click()
    at_desk(page, "idle")
    assert len(looks) > 1


def test_a_taken_counter_says_who_is_there(open_page: OpenPage, shared_server: QueueServer, sign_in: SignIn) -> None:
    late = desk(open_page, sign_in, shared_server, "bohdan")
    free = shared_server.api("GET", "/branches/demo/counters")[1]
    intercept(late, "**/branches/demo/counters", lambda route: route.fulfill(json=free))
    desk(open_page, sign_in, shared_server, "alena", "1")
    late.unroute("**/branches/demo/counters")
    # Bohdan's page was drawn before Alena sat down.
    late.locator(f'[data-open="{counter_id(shared_server, "1")}"]').click()
    expect(late.get_by_role("alert")).to_have_text(re.compile("Alena"))
    card = late.locator(".counters li").first
    expect(card).to_contain_text("Alena")
    expect(card.locator("button")).to_be_hidden()


def test_two_desks_see_each_other_work(open_page: OpenPage, shared_server: QueueServer, sign_in: SignIn) -> None:
    alena = desk(open_page, sign_in, shared_server, "alena", "1")
    bohdan = desk(open_page, sign_in, shared_server, "bohdan", "2")
    labels = [take(shared_server)["label"] for _ in range(3)]
    rows(bohdan, 3)
    rows(alena, 3)
    alena.keyboard.press("Space")
    at_desk(alena, "called", labels[0])
    rows(bohdan, 2)
    bohdan.keyboard.press("Space")
    at_desk(bohdan, "called", labels[1])
    rows(alena, 1)


def test_the_desk_says_how_far_its_call_has_got(
    open_page: OpenPage, shared_server: QueueServer, sign_in: SignIn
) -> None:
    for _ in range(2):
        lobby = open_page(f"{shared_server.url}/display/demo", 1280, 720)
        expect(lobby.locator("html")).to_have_attribute("data-live", "yes")
    page = desk(open_page, sign_in, shared_server, "alena", "1")
    ticket = take(shared_server)
    rows(page, 1)
    page.keyboard.press("Space")
    at_desk(page, "called", ticket["label"])
    expect(page.locator('[data-part="delivery"]')).to_contain_text("2/2")
    expect(page.locator('[data-part="delivery"]')).to_have_text(re.compile(r"2/2.*2$"))


def test_a_press_held_or_repeated_calls_one_visitor(
    open_page: OpenPage, shared_server: QueueServer, sign_in: SignIn
) -> None:
    page = desk(open_page, sign_in, shared_server, "alena", "1")
    tickets = [take(shared_server) for _ in range(4)]
    rows(page, 4)
    page.evaluate(
        """() => { for (let i = 0; i < 5; i += 1)
        document.body.dispatchEvent(new KeyboardEvent("keydown", { key: " ", bubbles: true })); }"""
    )
    at_desk(page, "called", tickets[0]["label"])
    assert [state_of(shared_server, ticket) for ticket in tickets] == [
        "called",
        "waiting",
        "waiting",
        "waiting",
    ]


def test_a_lost_answer_is_asked_for_again_and_done_once(
    open_page: OpenPage, shared_server: QueueServer, sign_in: SignIn
) -> None:
    page = desk(open_page, sign_in, shared_server, "alena", "1")
    tickets = [take(shared_server) for _ in range(3)]
    rows(page, 3)
    sent: list[str] = []

    def lose(route: Any) -> None:
        sent.append(route.request.post_data_json["request_id"])
        if len(sent) == 1:
            route.fetch()  # it reaches the server and is done there; only the answer is lost
        if len(sent) <= 2:
            route.abort()
        else:
            route.continue_()

    intercept(page, "**/call-next", lose)
    page.keyboard.press("Space")
    at_desk(page, "called", tickets[0]["label"])
    wait_until(lambda: len(sent) == 3, "the third try", 20)
    assert len(set(sent)) == 1
    assert [state_of(shared_server, ticket) for ticket in tickets] == ["called", "waiting", "waiting"]


def test_a_reload_comes_back_to_the_same_counter(
    open_page: OpenPage, shared_server: QueueServer, sign_in: SignIn
) -> None:
    page = desk(open_page, sign_in, shared_server, "alena", "3")
    ticket = take(shared_server)
    rows(page, 1)
    page.keyboard.press("Space")
    at_desk(page, "called", ticket["label"])
    page.reload()
    at_desk(page, "called", ticket["label"])
    shared_server.api("POST", "/branches/demo/close-day", {})
    expect(page.locator(".desk")).to_have_attribute("data-view", "choose")
    expect(page.get_by_role("alert")).not_to_be_empty()


def test_a_manager_reads_the_figures_of_today(open_page: OpenPage, shared_server: QueueServer, sign_in: SignIn) -> None:
    path = f"/counters/{counter_id(shared_server, '4')}"
    shared_server.api("POST", f"{path}/open", {})
    take(shared_server, "C")
    for action in ("call-next", "start", "finish"):
        assert shared_server.api("POST", f"{path}/{action}", {})[0] == 200
    page = open_page(f"{shared_server.url}/sign-in")
    sign_in(page, shared_server, "marta")
    page.goto(f"{shared_server.url}/reports/demo?from=2020-01-01")
    total = shared_server.api("GET", "/branches/demo/reports/waits?from=2020-01-01")[1]["total"]
    expect(page.locator(".figure dd").first).to_have_text(str(total["served"]))
    with page.expect_download() as download:
        page.locator('a[href*="format=csv"]').click()
    assert download.value.suggested_filename.endswith(".csv")
    page.goto(f"{shared_server.url}/reports/demo?from=2020-01-01&to=2020-01-02")
    expect(page.locator(".empty")).to_be_visible()
