"""A clerk's morning at the desk by keyboard alone, and what the desk says when something is in the way."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.desks import OpenPage, SignIn, at_desk, desk, line, rows, state_of, take
from tests.browser.intercept import intercept
from tests.servers import QueueServer, wait_until

OUTCOMES = [{"code": "resolved", "name": {"en": "Resolved"}}, {"code": "again", "name": {"en": "Has to come again"}}]
MAIN_BUTTONS = ".acts > button, [data-part=menu-open]"
QUOTED = re.compile("[“„”]")
"""A sentence that names the action, whose name stands in quotation marks."""


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One server for all tests here; each signs in anew, which a real one would think too often."""
    with QueueServer(tmp_path_factory.mktemp("server"), QUEUE_SIGN_IN_ATTEMPTS="1000") as server:
        assert server.api("PUT", "/branches/demo/services/id-cards/outcomes", {"outcomes": OUTCOMES})[0] == 200
        yield server


@pytest.fixture(autouse=True)
def no_rules(shared_server: QueueServer, new_day: None) -> None:
    """Let nobody of the test before wait or sit anywhere, and no rule of its desks hold."""
    rules(shared_server)


def rules(server: QueueServer, **wanted: Any) -> None:
    """Set what the branch wants of its desks."""
    status, answer = server.api("PUT", "/branches/demo/desk-rules", wanted)
    assert status == 200, answer


def press(page: Page, *keys: str) -> None:
    """Press keys, one after the other."""
    for key in keys:
        page.keyboard.press(key)


def asked(page: Page, answer: str) -> None:
    """Wait for the question, and answer it by its number."""
    expect(page.locator("[data-part=choice]")).to_be_visible()
    page.keyboard.press(answer)
    expect(page.locator("[data-part=choice]")).to_be_hidden()


def test_a_whole_morning_by_keyboard_alone(open_page: OpenPage, shared_server: QueueServer) -> None:
    server = shared_server
    tickets = [take(server) for _ in range(4)]
    labels = [ticket["label"] for ticket in tickets]
    page = open_page(f"{server.url}/sign-in", 1366, 768)
    page.keyboard.type("alena")
    press(page, "Tab")
    page.keyboard.type(server.passwords["alena"])
    press(page, "Enter")
    page.wait_for_url("**/desk**")
    expect(page.locator("[data-open]").first).to_be_focused()
    press(page, "Enter")
    at_desk(page, "idle")
    rows(page, 4)

    # Called, called again, served, finished with an outcome.
    press(page, "Space")
    at_desk(page, "called", labels[0])
    expect(page.locator("[data-part=why]")).not_to_be_empty()
    press(page, "r")
    expect(page.locator("[data-part=state]")).to_contain_text("2")
    at_desk(page, "called", labels[0])
    press(page, "s")
    at_desk(page, "serving", labels[0])
    press(page, "f")
    asked(page, "2")
    at_desk(page, "idle")
    assert state_of(server, tickets[0]) == "finished"

    # Did not come; then one is parked and called back from the list.
    press(page, "Space")
    at_desk(page, "called", labels[1])
    press(page, "n")
    at_desk(page, "idle")
    assert state_of(server, tickets[1]) == "no_show"
    press(page, "Space")
    at_desk(page, "called", labels[2])
    press(page, "p")
    at_desk(page, "idle")
    press(page, "l")
    expect(page.locator(f'[data-label="{labels[2]}"] [data-call]')).to_be_focused()
    press(page, "Enter")
    at_desk(page, "called", labels[2])

    # Sent on with a note, which the next clerk reads.
    press(page, "t", "B")  # in a list of choices a letter chooses; it is no shortcut there
    page.locator("[data-form=transfer] [name=note]").focus()
    page.keyboard.type("Needs the form 12; the photo is there")
    press(page, "Enter")
    at_desk(page, "idle")
    assert state_of(server, tickets[2]) == "waiting"
    press(page, "Space")
    at_desk(page, "called", labels[2])  # with its own place it is before the last one
    expect(page.locator("[data-part=notes]")).to_contain_text("form 12")

    # Returned, taken back, returned to the end.
    press(page, "b", "Enter")
    at_desk(page, "idle")
    press(page, "z")
    at_desk(page, "called", labels[2])
    press(page, "b", "ArrowDown", "ArrowDown", "Enter")
    at_desk(page, "idle")
    assert line(page) == [labels[3], labels[2]]

    # Wrap-up after a service, and its end.
    press(page, "Space")
    at_desk(page, "called", labels[3])
    press(page, "w")
    asked(page, "0")
    at_desk(page, "wrap_up")
    press(page, "w")
    at_desk(page, "idle")

    press(page, "a")
    asked(page, "2")
    at_desk(page, "paused")
    press(page, "a")
    at_desk(page, "idle")

    # Somebody without a ticket, a ticket for somebody, one ended by mistake.
    press(page, "v")
    asked(page, "1")
    expect(page.locator(".desk")).to_have_attribute("data-state", "serving")
    expect(page.locator(".desk")).to_have_attribute("data-busy", "no")
    press(page, "f")
    asked(page, "1")
    at_desk(page, "idle")
    press(page, "i", "Enter")
    expect(page.locator("[data-part=issued]")).to_be_visible()
    expect(page.locator("[data-part=issued-label]")).to_have_text(re.compile(r"A.\d{3}"))
    press(page, "Enter")
    rows(page, 2)
    press(page, "h")
    asked(page, "2")
    rows(page, 3)
    assert state_of(server, tickets[3]) == "waiting"

    press(page, "x")
    expect(page.locator(".desk")).to_have_attribute("data-view", "choose")


def test_a_required_outcome_is_asked_for_before_the_next_one_is_called(
    open_page: OpenPage, shared_server: QueueServer, sign_in: SignIn
) -> None:
    rules(shared_server, outcome_required=True)
    tickets = [take(shared_server) for _ in range(2)]
    page = desk(open_page, sign_in, shared_server, "alena", "1")
    press(page, "Space")
    at_desk(page, "called", tickets[0]["label"])
    press(page, "Space", "Space")  # once too often: that answers nothing
    expect(page.locator("[data-part=choice]")).to_be_visible()
    expect(page.locator(".choice-item")).to_have_count(2)
    press(page, "Escape")
    at_desk(page, "called", tickets[0]["label"])
    press(page, "Space")
    asked(page, "1")
    at_desk(page, "called", tickets[1]["label"])
    assert state_of(shared_server, tickets[0]) == "finished"


def test_a_no_show_too_early_says_what_is_missing(
    open_page: OpenPage, shared_server: QueueServer, sign_in: SignIn
) -> None:
    rules(shared_server, no_show_calls=2, no_show_seconds=300)
    ticket = take(shared_server)
    page = desk(open_page, sign_in, shared_server, "alena", "1")
    press(page, "Space")
    at_desk(page, "called", ticket["label"])
    expect(page.locator("[data-act=no-show]")).to_have_text(re.compile(r"0[45]:\d\d"))
    press(page, "n")
    expect(page.get_by_role("alert")).to_contain_text("R")
    at_desk(page, "called", ticket["label"])
    press(page, "r")
    expect(page.locator("[data-part=state]")).to_contain_text("2")
    at_desk(page, "called", ticket["label"])
    press(page, "n")
    expect(page.get_by_role("alert")).to_have_text(re.compile(r"\b(2\d\d|300)\b"))
    assert state_of(shared_server, ticket) == "called"


def test_the_undo_button_counts_down_and_goes(open_page: OpenPage, shared_server: QueueServer, sign_in: SignIn) -> None:
    page = desk(open_page, sign_in, shared_server, "alena", "1")
    ticket = take(shared_server)
    rows(page, 1)
    undo = page.locator("[data-act=undo]")
    expect(undo).to_be_hidden()
    left: list[float] = []
    least: list[float] = []

    def hurry(route: Route) -> None:
        answer = route.fetch()
        view = answer.json()
        if view["undo"]:
            left.append(view["undo"]["seconds_left"])
            least.append(20 - 1 - (time.monotonic() - pressed))  # a second for the rounding
            view["undo"]["seconds_left"] = 5
        route.fulfill(response=answer, json=view)

    intercept(page, "**/counters/*/desk", hurry)
    # Written down by the page itself: whoever looks from outside now and then may miss a second.
    page.evaluate(
        """() => { const left = document.querySelector("[data-part=undo-left]"); window.seconds = [];
        new MutationObserver(() => window.seconds.push(Number(left.textContent))).observe(left, { childList: true }); }"""
    )
    pressed = time.monotonic()
    press(page, "Space")
    expect(undo).to_be_visible()
    expect(undo).to_be_hidden()
    seconds = page.evaluate("seconds")
    assert seconds[0] == 5 and len(set(seconds)) >= 3 and set(seconds) <= {1, 2, 3, 4, 5}
    assert left and all(low <= each <= 20 for low, each in zip(least, left, strict=True))
    press(page, "z")
    at_desk(page, "called", ticket["label"])


def test_the_first_visitor_at_an_idle_desk_is_seen_in_the_title_and_heard(
    open_page: OpenPage, shared_server: QueueServer, sign_in: SignIn
) -> None:
    page = desk(open_page, sign_in, shared_server, "alena", "1", reduced_motion="reduce")
    page.evaluate(
        """() => { window.tones = 0; const start = OscillatorNode.prototype.start;
        OscillatorNode.prototype.start = function (...rest) { window.tones += 1; return start.apply(this, rest); }; }"""
    )
    at_desk(page, "idle")
    take(shared_server)
    wait_until(lambda: page.title().startswith("●") and page.evaluate("tones") == 1, "the title and the tone", 20)
    take(shared_server)  # the second one comes to a queue, which is no news
    rows(page, 2)
    press(page, "Shift")
    assert not page.title().startswith("●") and page.evaluate("tones") == 1

    press(page, "q")  # muted, also after a reload
    page.reload()
    at_desk(page, "idle")
    expect(page.locator("[data-part=bell]")).to_have_attribute("aria-checked", "false")


def _told_a_second_later(page: Page, place: Locator) -> bool:
    """Say whether the sentence about the action stands there; where not, let the page's next second pass at once."""
    if QUOTED.search(place.inner_text()):
        return True
    page.clock.fast_forward(1000)
    return False


@pytest.mark.parametrize("reaches", [True, False], ids=["done", "not_done"])
def test_after_a_lost_answer_the_desk_says_whether_it_was_done(
    open_page: OpenPage, shared_server: QueueServer, sign_in: SignIn, reaches: bool
) -> None:
    page = desk(open_page, sign_in, shared_server, "alena", "1")
    ticket = take(shared_server, "B")
    rows(page, 1)
    press(page, "Space")
    at_desk(page, "called", ticket["label"])
    ids: list[str] = []

    def lose(route: Route) -> None:
        ids.append(route.request.post_data_json["request_id"])
        if reaches and len(ids) == 1:
            route.fetch()
        route.abort()

    intercept(page, "**/finish", lose)
    page.clock.install()
    press(page, "f")
    told = page.locator("[data-part=status]" if reaches else "[role=alert]").first
    wait_until(lambda: _told_a_second_later(page, told), "the desk to have asked for the last time", 60)
    if reaches:
        expect(page.locator("[data-part=status]")).to_contain_text(QUOTED)
        expect(page.get_by_role("alert")).to_be_empty()
        at_desk(page, "idle")
        assert state_of(shared_server, ticket) == "finished"
        return
    expect(page.get_by_role("alert")).to_contain_text(QUOTED)
    expect(page.locator("[data-part=status]")).to_be_empty()
    at_desk(page, "called", ticket["label"])
    page.unroute("**/finish")
    with page.expect_request("**/finish") as again:
        press(page, "f")
    at_desk(page, "idle")
    # The same press again is the same request: should the first one still be on its way, it is done once.
    assert {*ids, again.value.post_data_json["request_id"]} == {ids[0]}


def test_while_the_line_is_cut_nothing_is_lost_and_the_desk_goes_on_afterwards(
    open_page: OpenPage, shared_server: QueueServer, sign_in: SignIn
) -> None:
    page = desk(open_page, sign_in, shared_server, "alena", "1")
    ticket = take(shared_server, "B")
    rows(page, 1)
    page.context.set_offline(True)
    press(page, "Space")
    expect(page.locator("[data-part=status]")).not_to_be_empty()  # asking again
    page.context.set_offline(False)
    at_desk(page, "called", ticket["label"])
    assert state_of(shared_server, ticket) == "called"


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (768, 1024), (360, 768)])
def test_the_desk_fits(
    open_page: OpenPage, shared_server: QueueServer, sign_in: SignIn, width: int, height: int
) -> None:
    tickets = [take(shared_server) for _ in range(20)]
    page = desk(open_page, sign_in, shared_server, "alena", "1", width=width, height=height, has_touch=width < 1000)
    press(page, "Space")
    at_desk(page, "called", tickets[0]["label"])
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for button in page.locator(MAIN_BUTTONS).all():
        box = button.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= height and box["x"] + box["width"] <= width
        assert box["height"] >= 44


def test_every_button_tells_its_key(open_page: OpenPage, shared_server: QueueServer, sign_in: SignIn) -> None:
    page = desk(open_page, sign_in, shared_server, "alena", "1")
    untold = page.evaluate(
        """() => [...document.querySelectorAll(".acts > button, .undo, .menu [data-key], [data-part=menu-open]")]
        .filter((button) => !button.getAttribute("aria-keyshortcuts") || !button.querySelector("kbd")?.textContent)
        .map((button) => button.textContent)"""
    )
    assert untold == []
    keys = page.eval_on_selector_all(".acts [data-key]", "buttons => buttons.map((button) => button.dataset.key)")
    assert len(keys) == len(set(keys)) > 18


def test_the_menu_is_worked_by_arrows_and_gives_the_focus_back(
    open_page: OpenPage, shared_server: QueueServer, sign_in: SignIn
) -> None:
    page = desk(open_page, sign_in, shared_server, "alena", "1")
    at_desk(page, "idle")
    expect(page.locator("[data-part=now]")).to_be_focused()
    press(page, "m")
    entries = page.locator(".menu-entry:enabled, a.menu-entry")
    expect(entries.first).to_be_focused()
    press(page, "ArrowDown")
    expect(entries.nth(1)).to_be_focused()
    press(page, "End", "ArrowDown")
    expect(entries.first).to_be_focused()
    press(page, "Escape")
    expect(page.locator("[data-part=menu]")).to_be_hidden()
    expect(page.locator("[data-part=now]")).to_be_focused()


def test_single_keys_can_be_turned_off(open_page: OpenPage, shared_server: QueueServer, sign_in: SignIn) -> None:
    page = desk(open_page, sign_in, shared_server, "alena", "1")
    at_desk(page, "idle")
    press(page, "?")
    page.locator("[data-part=keys-on]").uncheck()
    press(page, "Escape", "m")
    expect(page.locator("[data-part=menu]")).to_be_hidden()
    page.locator("[data-part=menu-open]").press("Enter")
    expect(page.locator("[data-part=menu]")).to_be_visible()


def test_a_message_of_the_supervisor_is_read_and_put_away(
    open_page: OpenPage, shared_server: QueueServer, sign_in: SignIn
) -> None:
    page = desk(open_page, sign_in, shared_server, "alena", "1")
    at_desk(page, "idle")
    assert shared_server.api("POST", "/branches/demo/message", {"text": "The lift is broken"})[0] == 200
    banner = page.locator("[data-part=messages][role=status]")
    expect(banner).to_contain_text("The lift is broken")
    page.reload()
    expect(banner).to_contain_text("The lift is broken")
    at_desk(page, "idle")
    press(page, "d")
    expect(banner).to_be_empty()


def test_a_desk_that_was_away_learns_of_the_message_and_keeps_it_put_away(
    open_page: OpenPage, shared_server: QueueServer, sign_in: SignIn
) -> None:
    assert shared_server.api("POST", "/branches/demo/message", {"text": "Early closing today"})[0] == 200
    page = desk(open_page, sign_in, shared_server, "alena", "1")
    banner = page.locator("[data-part=messages]")
    expect(banner).to_contain_text("Early closing today")
    while banner.locator(".message-line").count():
        press(page, "d")
    expect(banner).not_to_contain_text("Early closing today")
    page.reload()
    at_desk(page, "idle")
    expect(banner).not_to_contain_text("Early closing today")


def test_a_manager_takes_a_counter_over_with_whoever_is_there(
    open_page: OpenPage, shared_server: QueueServer, sign_in: SignIn
) -> None:
    alena = desk(open_page, sign_in, shared_server, "alena", "1")
    ticket = take(shared_server)
    rows(alena, 1)
    press(alena, "Space")
    at_desk(alena, "called", ticket["label"])
    marta = desk(open_page, sign_in, shared_server, "marta")
    marta.locator("[data-open]").first.press("Enter")
    press(marta, "Enter")  # once too often: that answers nothing
    asked(marta, "1")
    at_desk(marta, "called", ticket["label"])
    expect(alena.locator(".desk")).to_have_attribute("data-view", "choose")
    expect(alena.get_by_role("alert")).not_to_be_empty()


def test_who_waits_is_put_first_noted_and_cancelled_from_the_list(
    open_page: OpenPage, shared_server: QueueServer, sign_in: SignIn
) -> None:
    page = desk(open_page, sign_in, shared_server, "alena", "1")
    tickets = [take(shared_server) for _ in range(3)]
    rows(page, 3)
    last = page.locator(f'[data-label="{tickets[2]["label"]}"] [data-row-more]')
    last.press("Enter")
    asked(page, "1")
    wait_until(lambda: line(page)[0] == tickets[2]["label"], "the last one to stand first")
    at_desk(page, "idle")
    last.press("Enter")
    asked(page, "4")
    page.keyboard.type("Came with a child")
    press(page, "Enter")
    expect(page.locator("[data-form=note]")).to_be_hidden()
    at_desk(page, "idle")
    press(page, "Space")
    at_desk(page, "called", tickets[2]["label"])
    expect(page.locator("[data-part=notes]")).to_contain_text("Came with a child")
    page.locator(f'[data-label="{tickets[0]["label"]}"] [data-row-more]').press("Enter")
    expect(page.locator(".choice-item")).to_have_count(5)
    press(page, "5")
    expect(page.locator(".choice-item")).to_have_count(2)
    asked(page, "1")
    rows(page, 1)
    assert state_of(shared_server, tickets[0]) == "cancelled"


def test_a_profile_is_chosen_at_opening_and_shown(
    open_page: OpenPage, shared_server: QueueServer, sign_in: SignIn
) -> None:
    page = desk(open_page, sign_in, shared_server, "alena")
    page.locator("[data-part=profile-choice]").select_option("documents")
    page.locator("[data-open]").first.click()
    at_desk(page, "idle")
    expect(page.locator("[data-part=profile]")).to_contain_text("documents")
