"""The supervisor's view in a real browser, with two clerks at work, a kiosk and a lobby; and the rules, changed while they hold."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.servers import QueueServer, wait_until

OpenPage = Callable[..., Page]
SignIn = Callable[..., None]

USUAL_RULES = {"classes": [{"name": "priority"}]}


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One server for all tests here."""
    settings = {"QUEUE_SIGN_IN_ATTEMPTS": "1000", "QUEUE_KIOSK_RATE": "1000"}
    with QueueServer(tmp_path_factory.mktemp("server"), **settings) as server:
        made = server.api("PUT", "/branches/demo/profiles/cash", {"services": ["payments"]})
        assert made[0] == 200, made
        yield server


@pytest.fixture(autouse=True)
def as_usual(shared_server: QueueServer) -> None:
    """Leave nothing of the test before: nobody waits or sits anywhere, and the rules are the usual ones."""
    for method, path, body in (
        ("POST", "/close-day", {}),
        ("PUT", "/rules", USUAL_RULES),
        ("PUT", "/desk-rules", {}),
        ("POST", "/notice", {"notice": {}}),
        ("PUT", "/profiles/documents", {"services": ["id-cards", "driving", "passports"]}),
        ("POST", "/services/payments/intake", {"open": True}),
        ("PUT", "/services/id-cards/longest-wait", {"minutes": None}),
        ("PUT", "/services/id-cards/outcomes", {"outcomes": []}),
    ):
        answer = shared_server.api(method, f"/branches/demo{path}", body)
        assert answer[0] == 200, (path, answer)


def take(server: QueueServer, service: str = "A", minutes_ago: int = 0, **wish: str) -> dict[str, Any]:
    """Take a number; with `minutes_ago` it was taken then."""
    status, answer = server.api("POST", "/branches/demo/tickets", {"service": service, **wish})
    assert status == 201, answer
    ticket: dict[str, Any] = answer["ticket"]
    if minutes_ago:
        earlier = {"ticket": ticket["id"], "by": minutes_ago * 60_000_000}
        with contextlib.closing(sqlite3.connect(server.folder / "queue.sqlite3")) as connection, connection:
            connection.execute(
                "UPDATE leg SET enqueued_at = enqueued_at - :by, position = position - :by WHERE ticket_id = :ticket",
                earlier,
            )
    return ticket


def queue(server: QueueServer) -> dict[str, Any]:
    """Return the whole queue as the API tells it."""
    answer: dict[str, Any] = server.api("GET", "/branches/demo/queue")[1]
    return answer


def state_of(server: QueueServer, ticket: dict[str, Any]) -> str:
    """Return how the record says that the ticket stands."""
    return str(server.api("GET", f"/tickets/{ticket['token']}")[1]["state"])


def counter_id(server: QueueServer, name: str) -> int:
    """Return the id of the counter of this name."""
    return next(int(counter["id"]) for counter in queue(server)["counters"] if counter["name"] == name)


@pytest.fixture
def clerk_at(open_page: OpenPage, sign_in: SignIn, shared_server: QueueServer) -> Callable[[str, str], Page]:
    """Let a clerk sit down: `clerk_at("alena", "1")` returns the desk."""

    def clerk_at(who: str, counter: str) -> Page:
        page = open_page("about:blank", 1366, 768)
        sign_in(page, shared_server, who)
        page.locator(f'[data-open="{counter_id(shared_server, counter)}"]').click()
        expect(page.locator(".desk")).to_have_attribute("data-state", "idle")
        return page

    return clerk_at


@pytest.fixture
def manager(open_page: OpenPage, sign_in: SignIn, shared_server: QueueServer) -> Callable[..., Page]:
    """Open one of the manager's pages: `manager("/supervise/demo")`."""

    def manager(path: str, width: int = 1366, height: int = 768) -> Page:
        page = open_page("about:blank", width, height)
        sign_in(page, shared_server, "marta", path)
        expect(page.locator("main[data-view]")).to_have_attribute("data-view", re.compile("live|edit"))
        return page

    return manager


def call_next(desk: Page, label: str) -> None:
    """Press Next at a desk, and wait until `label` is called there."""
    desk.locator('[data-act="next"]').click()
    expect(desk.locator(".desk")).to_have_attribute("data-ticket", label)


def row(page: Page, label: str) -> Locator:
    """Return the line of somebody who waits."""
    return page.locator(f'.people tr[data-label="{label}"]')


def counter(page: Page, server: QueueServer, name: str) -> Locator:
    """Return the line of a counter."""
    return page.locator(f'[data-counter="{counter_id(server, name)}"]')


def work_by(page: Page, server: QueueServer, name: str, profile: str) -> None:
    """Give a counter another work profile."""
    counter(page, server, name).locator("select").select_option(profile)
    counter(page, server, name).locator("button").click()


def service(page: Page, slug: str) -> Locator:
    """Return the line of a service."""
    return page.locator(f'.queues tr[data-service="{slug}"]')


def dialog(page: Page, name: str) -> Locator:
    """Return the open dialog of this name."""
    found = page.locator(f'dialog[data-dialog="{name}"][open]')
    expect(found).to_be_visible()
    return found


def labels(page: Page) -> list[str]:
    """Return who is listed, in this order."""
    return [str(each.get_attribute("data-label")) for each in page.locator(".people tbody tr").all()]


# --- the branch now ---------------------------------------------------------------------------------------------------


def test_two_clerks_and_a_supervisor_work_on_one_queue(
    clerk_at: Callable[[str, str], Page], manager: Callable[..., Page], shared_server: QueueServer
) -> None:
    alena, bohdan = clerk_at("alena", "1"), clerk_at("bohdan", "2")
    marta = manager("/supervise/demo")
    expect(counter(marta, shared_server, "1")).to_have_attribute("data-state", "open")
    expect(counter(marta, shared_server, "2")).to_contain_text("Bohdan")
    expect(counter(marta, shared_server, "3")).to_have_attribute("data-state", "closed")
    identity, driving, other, paying = (take(shared_server, letter)["label"] for letter in "ABBD")
    expect(marta.locator(".people tbody tr")).to_have_count(4)

    # What the clerks do is seen by itself.
    call_next(alena, identity)
    expect(counter(marta, shared_server, "1").locator(".at b")).to_contain_text(identity[1:])
    expect(row(marta, identity)).to_have_count(0)
    expect(service(marta, "driving").locator(".count")).to_have_text("2")

    # Another profile decides the next call: the cash desk's people, though others came before.
    work_by(marta, shared_server, "2", "cash")
    expect(marta.locator('[data-part="status"]')).to_contain_text("cash")
    call_next(bohdan, paying)

    # Who is moved to the cash desk is called there, and keeps the number.
    row(marta, other).locator(".person").click()
    move = dialog(marta, "move")
    move.locator('[name="service"]').select_option("payments")
    move.locator("button.button--main").click()
    expect(marta.locator('[data-part="status"]')).to_contain_text(other[1:])
    expect(service(marta, "payments").locator(".count")).to_have_text("1")
    call_next(bohdan, other)
    expect(row(marta, other)).to_have_count(0)
    expect(row(marta, driving)).to_have_count(1)


def test_a_ticket_is_kept_for_a_counter_and_put_first(
    clerk_at: Callable[[str, str], Page], manager: Callable[..., Page], shared_server: QueueServer
) -> None:
    alena, bohdan = clerk_at("alena", "1"), clerk_at("bohdan", "2")
    first, second, third = (take(shared_server)["label"] for _ in range(3))
    marta = manager("/supervise/demo")
    row(marta, third).locator(".person").click()
    move = dialog(marta, "move")
    move.locator('[name="keeper"]').select_option(f"counter {counter_id(shared_server, '2')}")
    move.locator('[name="position"][value="first"]').check()
    move.locator("button.button--main").click()
    expect(row(marta, third).locator(".marks")).to_contain_text("2")
    call_next(alena, first)
    call_next(bohdan, third)
    # A person is chosen by name.
    row(marta, second).locator(".person").click()
    move.locator('[name="keeper"]').select_option(label="Alena")
    move.locator("button.button--main").click()
    expect(row(marta, second).locator(".marks")).to_contain_text("Alena")


def test_what_a_new_profile_leaves_unserved_is_said_and_stays_in_sight(
    clerk_at: Callable[[str, str], Page], manager: Callable[..., Page], shared_server: QueueServer
) -> None:
    clerk_at("alena", "1")
    waits = take(shared_server, "B")["label"]
    take(shared_server, "D")
    marta = manager("/supervise/demo")
    expect(marta.locator(".warnings li")).to_have_count(0)
    work_by(marta, shared_server, "1", "cash")
    name = service(marta, "driving").locator("th").inner_text().split("\t")[-1].strip()
    expect(marta.locator('[data-part="error"]')).to_contain_text(name)
    warning = marta.locator(".warnings li")
    expect(warning).to_have_count(1)
    expect(warning).to_contain_text(name)
    expect(service(marta, "driving")).to_have_attribute("data-unserved", "yes")
    warning.locator("button").click()
    expect(marta.locator(".people tbody tr")).to_have_count(1)
    expect(row(marta, waits)).to_be_visible()
    # By keyboard: the profiles that the arrow keys pass are not taken, only the one on which Enter is pressed.
    choice = counter(marta, shared_server, "1").locator("select")
    choice.focus()
    marta.keyboard.press("ArrowUp")
    marta.keyboard.press("Escape")
    expect(choice).to_have_value("cash")
    choice.select_option("all")
    assert queue(shared_server)["counters"][0]["profile"] == "cash"
    marta.keyboard.press("Enter")
    expect(marta.locator(".warnings li")).to_have_count(0)
    expect(counter(marta, shared_server, "1").locator("button")).to_be_hidden()


def test_a_closed_intake_is_closed_at_the_kiosk_and_loses_nobody(
    open_page: OpenPage, manager: Callable[..., Page], shared_server: QueueServer
) -> None:
    waits = take(shared_server, "D")
    kiosk = open_page(f"{shared_server.url}/kiosk/demo", 1080, 1920)
    button = kiosk.locator('[data-service="payments"]')
    expect(button).to_be_enabled()
    marta = manager("/supervise/demo")
    switch = service(marta, "payments").locator('[role="switch"]')
    expect(switch).to_have_attribute("aria-checked", "true")
    switch.click()
    sure = dialog(marta, "sure")
    expect(sure.locator("[data-close]")).to_be_focused()  # what changes nothing
    sure.locator('[data-part="yes"]').click()
    expect(switch).to_have_attribute("aria-checked", "false")
    expect(button).to_be_disabled(timeout=40_000)
    assert shared_server.api("POST", "/branches/demo/tickets", {"service": "D"})[1]["error"]["code"] == "service_closed"
    assert state_of(shared_server, waits) == "waiting"
    switch.click()
    dialog(marta, "sure").locator('[data-part="yes"]').click()
    expect(switch).to_have_attribute("aria-checked", "true")
    expect(button).to_be_enabled(timeout=40_000)


def test_a_message_is_shown_at_both_desks(
    clerk_at: Callable[[str, str], Page], manager: Callable[..., Page], shared_server: QueueServer
) -> None:
    alena, bohdan = clerk_at("alena", "1"), clerk_at("bohdan", "2")
    marta = manager("/supervise/demo")
    marta.locator('[data-do="message"]').click()
    message = dialog(marta, "message")
    expect(message.locator('[name="text"]')).to_be_focused()
    marta.keyboard.type("Fire drill at <10:00>")
    expect(message.locator('[data-part="left"]')).to_contain_text("179")
    marta.keyboard.press("Enter")
    expect(marta.locator('[data-part="status"]')).to_contain_text(re.compile(r"\d\d:\d\d"))
    for desk in (alena, bohdan):
        expect(desk.get_by_text("Fire drill at <10:00>")).to_be_visible()


def test_a_notice_stands_in_the_lobby_until_it_is_taken_down(
    open_page: OpenPage, manager: Callable[..., Page], shared_server: QueueServer
) -> None:
    lobby = open_page(f"{shared_server.url}/display/demo", 1280, 720)
    notice = lobby.locator('[data-part="notice"]')
    expect(notice).to_be_hidden()
    marta = manager("/supervise/demo")
    marta.locator('[data-do="notice"]').click()
    form = dialog(marta, "notice")
    form.locator('textarea[name="en"]').fill("We close at 14:00")
    expect(form.locator('[data-part="preview"]')).to_have_text("We close at 14:00")
    form.locator('textarea[name="cs"]').fill("Dnes jen do 14 hodin")
    expect(form.locator('[data-part="preview"]')).to_have_text("Dnes jen do 14 hodin")  # what the lobby speaks
    form.locator("button.button--main").click()
    expect(notice).to_have_text("Dnes jen do 14 hodin")
    expect(marta.locator('[data-part="notice-now"]')).to_contain_text("14")
    marta.locator('[data-do="notice"]').click()
    expect(form.locator('textarea[name="en"]')).to_have_value("We close at 14:00")
    form.locator('[data-part="clear"]').click()
    expect(form).to_be_hidden()
    expect(notice).to_be_hidden()
    expect(marta.locator('[data-part="notice-now"]')).to_be_hidden()


def test_who_waits_is_worked_by_keyboard_alone(manager: Callable[..., Page], shared_server: QueueServer) -> None:
    tickets = [take(shared_server, minutes_ago=minutes) for minutes in (9, 6, 3)]
    first, second, third = (ticket["label"] for ticket in tickets)
    marta = manager("/supervise/demo")
    expect(marta.locator(".people tbody tr")).to_have_count(3)
    assert labels(marta) == [first, second, third]
    row(marta, first).locator(".person").focus()
    marta.keyboard.press("ArrowDown")
    expect(row(marta, second).locator(".person")).to_be_focused()
    marta.keyboard.press("End")
    expect(row(marta, third).locator(".person")).to_be_focused()
    marta.keyboard.press("Home")
    marta.keyboard.press("ArrowDown")
    marta.keyboard.press("Enter")
    move = dialog(marta, "move")
    expect(move.locator('[name="service"]')).to_be_focused()
    marta.keyboard.press("Escape")
    expect(move).to_be_hidden()
    expect(row(marta, second).locator(".person")).to_be_focused()
    marta.keyboard.press("Delete")
    cancel = dialog(marta, "cancel")
    marta.keyboard.type("went home")
    marta.keyboard.press("Enter")
    expect(cancel).to_be_hidden()
    expect(row(marta, second)).to_have_count(0)
    assert state_of(shared_server, tickets[1]) == "cancelled"
    # Whoever stands in that place now is chosen; the list is one stop of the Tab key.
    expect(marta.locator('.people .person[tabindex="0"]')).to_have_count(1)


def test_those_furthest_over_their_target_come_first_and_too_long_is_warned_of(
    manager: Callable[..., Page], shared_server: QueueServer
) -> None:
    shared_server.api("PUT", "/branches/demo/rules", {**USUAL_RULES, "longest_wait_minutes": 45})
    fresh = take(shared_server, "A")["label"]
    over = take(shared_server, "A", minutes_ago=20)["label"]  # its target is 15 minutes
    paying = take(shared_server, "D", minutes_ago=18)["label"]  # its target is 10 minutes
    marta = manager("/supervise/demo")
    expect(marta.locator(".people tbody tr")).to_have_count(3)
    assert labels(marta) == [paying, over, fresh]
    expect(row(marta, over).locator(".wait")).to_have_attribute("data-over", "yes")
    expect(row(marta, over).locator(".wait")).to_contain_text("▲")
    marta.locator('[data-part="only-over"]').check()
    assert labels(marta) == [paying, over]
    marta.locator('[data-part="only-service"]').select_option("id-cards")
    assert labels(marta) == [over]
    marta.locator('[data-part="only-service"]').select_option("driving")
    expect(marta.locator('[data-part="empty"]')).to_be_visible()
    before = marta.locator(".warnings li").count()
    take(shared_server, "A", minutes_ago=50)
    take(shared_server, "B")  # something happens: the page looks again
    expect(marta.locator(".warnings")).to_contain_text(re.compile(r"50"))
    assert marta.locator(".warnings li").count() > before


def test_a_cut_line_is_said_and_the_view_is_right_again_without_a_reload(
    open_page: OpenPage, sign_in: SignIn, tmp_path: Path
) -> None:
    with QueueServer(tmp_path) as server:
        page = open_page("about:blank", 1366, 768)
        sign_in(page, server, "marta", "/supervise/demo")
        first = take(server)["label"]
        expect(row(page, first)).to_be_visible()
        page.evaluate("() => { window.same = true; }")
        told = page.locator('[data-part="as-of"]')
        server.kill()
        expect(page.locator(".ribbon")).to_be_visible()
        before = told.inner_text()
        expect(row(page, first)).to_be_visible()  # the last known numbers stay
        server.start()
        expect(page.locator(".ribbon")).to_be_hidden()
        second = take(server)["label"]
        expect(row(page, second)).to_be_visible()
        expect(told).not_to_have_text(before)
        expect(page.locator('[data-part="error"]')).to_be_empty()
        assert page.evaluate("() => window.same") is True


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (768, 1024), (390, 844)])
def test_the_supervisors_pages_fit_a_desktop_a_tablet_and_a_phone(
    manager: Callable[..., Page], shared_server: QueueServer, width: int, height: int
) -> None:
    take(shared_server, "E", minutes_ago=70, priority="priority")
    for path in ("/supervise/demo", "/supervise/demo/rules"):
        page = manager(path, width, height)
        for fold in page.locator("details").all():
            fold.locator("summary").click()
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, path


# --- the rules --------------------------------------------------------------------------------------------------------


def test_a_longest_wait_that_is_saved_changes_who_is_called_next(
    clerk_at: Callable[[str, str], Page], manager: Callable[..., Page], shared_server: QueueServer
) -> None:
    alena = clerk_at("alena", "1")
    long, important, late = (
        take(shared_server, "A", minutes_ago=40),
        take(shared_server, "B", priority="priority"),
        take(shared_server, "B"),
    )
    call_next(alena, important["label"])  # by the usual rules
    again = take(shared_server, "B", priority="priority")
    rules = manager("/supervise/demo/rules")
    form = rules.locator('[data-form="rules"]')
    form.locator('[name="longest_wait_minutes"]').fill("30")
    expect(form.locator('[data-part="means"]')).to_contain_text("30")
    expect(form).to_have_attribute("data-dirty", "yes")
    rules.keyboard.press("Enter")
    # What was changed is said, and only that.
    expect(form.locator('[data-part="done"] li').first).to_contain_text("30")
    expect(form).to_have_attribute("data-dirty", "no")
    assert shared_server.api("GET", "/branches/demo/rules")[1]["longest_wait_minutes"] == 30
    call_next(alena, long["label"])
    assert [state_of(shared_server, ticket) for ticket in (again, late)] == ["waiting", "waiting"]


def test_a_wrong_value_is_said_at_its_field_and_saves_nothing(
    manager: Callable[..., Page], shared_server: QueueServer
) -> None:
    rules = manager("/supervise/demo/rules")
    form = rules.locator('[data-form="rules"]')
    late = form.locator('[name="late_minutes"]')
    late.fill("soon")
    form.locator('[data-part="save"]').click()
    expect(late).to_be_focused()
    expect(late).to_have_attribute("aria-invalid", "true")
    wrong = rules.locator(f"#{(late.get_attribute('aria-describedby') or '').split()[-1]}")
    expect(wrong).to_be_visible()
    expect(wrong).to_contain_text("1440")
    late.fill("20")
    form.locator('[data-do="add-class"]').click()
    name = form.locator('[data-is="name"]').last
    expect(name).to_be_focused()
    name.fill("Těhotné")
    form.locator('[data-part="save"]').click()
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(late).not_to_have_attribute("aria-invalid", "true")
    name.fill("priority")  # stands in the list already
    form.locator('[data-part="save"]').click()
    expect(name).to_have_attribute("aria-invalid", "true")
    assert shared_server.api("GET", "/branches/demo/rules")[1]["late_minutes"] == 15
    name.fill("pregnant")
    form.locator('[data-is="handling"]').last.select_option("at_least")
    every = form.locator('[data-is="every"]').last
    every.fill("1")
    form.locator('[data-part="save"]').click()
    expect(every).to_have_attribute("aria-invalid", "true")
    every.fill("4")
    form.locator('.class [data-step="up"]').last.click()
    form.locator('[data-part="save"]').click()
    expect(form.locator('[data-part="done"]')).to_contain_text("pregnant")
    kept = shared_server.api("GET", "/branches/demo/rules")[1]
    assert kept["late_minutes"] == 20
    assert kept["classes"] == [
        {"name": "pregnant", "handling": "at_least", "every": 4},
        {"name": "priority", "handling": "strict"},
    ]


def test_desk_rules_a_profile_and_a_service_are_changed_each_by_itself(
    manager: Callable[..., Page], shared_server: QueueServer
) -> None:
    rules = manager("/supervise/demo/rules")
    desk = rules.locator('[data-form="desk"]')
    desk.locator('[name="most_recalls"]').fill("3")
    desk.locator('[name="auto_call"]').check()
    desk.locator('[data-part="save"]').click()
    expect(desk.locator('[data-part="done"] li').first).to_contain_text("3")
    kept = shared_server.api("GET", "/branches/demo/desk-rules")[1]
    assert (kept["most_recalls"], kept["auto_call"], kept["wrap_up_seconds"]) == (3, True, 0)

    profile = rules.locator('[data-profile="documents"]')
    profile.locator("summary").click()
    profile.locator('[name="manner"]').select_option("weighted_share")
    terms = profile.locator(".term")
    terms.nth(0).locator('[data-is="weight"]').fill("2")
    terms.nth(2).locator('[data-is="taken"]').uncheck()
    terms.nth(1).locator('[data-step="up"]').click()
    profile.locator('[data-part="save"]').click()
    expect(profile.locator('[data-part="done"] li').first).to_be_visible()
    found = shared_server.api("GET", "/branches/demo/profiles")[1]["profiles"]
    (kept,) = (each for each in found if each["name"] == "documents")
    assert kept["manner"] == "weighted_share"
    assert [(each["service"], each["weight"]) for each in kept["services"]] == [("driving", 1), ("id-cards", 2)]
    for place in range(2):
        terms.nth(place).locator('[data-is="taken"]').uncheck()
    profile.locator('[data-part="save"]').click()
    expect(profile.locator('[data-part="services-wrong"]')).to_be_visible()

    own = rules.locator('.fold[data-service="id-cards"]')
    own.locator("summary").click()
    own.locator('[name="minutes"]').fill("25")
    own.locator('[data-do="add-outcome"]').click()
    own.locator('[data-is="code"]').fill("resolved")
    own.locator('[data-part="save"]').click()
    expect(own.locator('[data-is="name.cs"]')).to_have_attribute("aria-invalid", "true")  # it has no name yet
    own.locator('[data-is="name.en"]').fill("Resolved")
    own.locator('[data-part="save"]').click()
    expect(own.locator('[data-part="done"]')).to_contain_text("Resolved")
    rules.reload()
    expect(rules.locator("main")).to_have_attribute("data-view", "edit")
    own.locator("summary").click()
    expect(own.locator('[name="minutes"]')).to_have_value("25")
    expect(own.locator('[data-is="name.en"]')).to_have_value("Resolved")


def test_a_new_profile_can_be_chosen_where_the_branch_is_watched(
    clerk_at: Callable[[str, str], Page], manager: Callable[..., Page], shared_server: QueueServer
) -> None:
    clerk_at("alena", "1")
    rules = manager("/supervise/demo/rules")
    rules.locator('[data-part="add-profile"] input').fill("lunch")
    rules.keyboard.press("Enter")
    made = rules.locator('[data-profile="lunch"]')
    made.locator('[data-is="taken"]').first.check()
    made.locator('[data-part="save"]').click()
    expect(made.locator('[data-part="done"] li').first).to_be_visible()
    rules.goto(f"{shared_server.url}/supervise/demo")
    work_by(rules, shared_server, "1", "lunch")
    wait_until(lambda: queue(shared_server)["counters"][0]["profile"] == "lunch", "the profile of counter 1")
