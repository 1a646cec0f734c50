"""The page of what is sent by itself in a real browser, with the real worker and a folder for e-mails."""

from __future__ import annotations

import email
import email.policy
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import Axe
from tests.servers import QueueServer

PATH = "/branches/demo/report-schedules"


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QueueServer]:
    """One server for all tests here."""
    with QueueServer(tmp_path_factory.mktemp("server"), QUEUE_SIGN_IN_ATTEMPTS="1000") as server:
        yield server


@pytest.fixture(autouse=True)
def nothing_set(shared_server: QueueServer) -> None:
    """Leave no schedule of the test before."""
    for schedule in shared_server.api("GET", PATH)[1]["schedules"]:
        assert shared_server.api("DELETE", f"{PATH}/{schedule['id']}")[0] == 200


def row(page: Page, part: str, words: str) -> Locator:
    """Return the newest row of a list with these words."""
    return page.locator(f'[data-part="{part}"] .device').filter(has_text=words).first


def add(server: QueueServer, **changes: object) -> None:
    """Add a schedule as a program would."""
    usual = {
        "report": "waits",
        "format": "csv",
        "language": "en",
        "span": "day",
        "hour": 6,
        "recipients": ["marta@brno.example"],
    }
    assert server.api("POST", PATH, {**usual, **changes})[0] == 201


def test_a_report_is_set_up_by_the_keyboard_sent_now_and_seen_to_have_gone(
    page_of: Callable[..., Page], shared_server: QueueServer
) -> None:
    page = page_of("/reports/demo/sending")
    expect(page.locator('[data-part="no-schedules"]')).to_be_visible()
    expect(page.locator(".way")).to_contain_text("outbox")
    page.locator('[data-do="add"]').focus()
    page.keyboard.press("Enter")
    form = page.locator('dialog[data-dialog="schedule"][open]')
    expect(form.locator("#s-report")).to_be_focused()
    form.locator(".button--main").press("Enter")  # nobody is named yet
    expect(form.locator("#s-recipients")).to_be_focused()
    expect(form.locator("#s-recipients-wrong")).to_be_visible()
    page.keyboard.type("marta@brno.example, director@brno.example")
    form.locator(".button--main").click()
    expect(form.locator("#s-recipients")).to_have_attribute("aria-invalid", "true")
    form.locator("#s-recipients").fill("marta@brno.example\n\ndirector@brno.example\n")
    form.locator("#s-format").select_option("csv")
    form.locator("#s-span").select_option("week")
    form.locator("#s-hour").select_option("7")
    form.locator(".button--main").click()
    expect(form).to_be_hidden()
    schedule = row(page, "schedules", "marta@brno.example, director@brno.example")
    expect(schedule).to_contain_text("07:00 · CSV")
    expect(schedule.locator("h3")).to_be_focused()

    schedule.locator('[data-do="send"]').click()
    for to in ("marta@brno.example", "director@brno.example"):
        expect(row(page, "messages", to)).to_have_attribute("data-sign", "well")
    found = [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in Path(shared_server.folder, "outbox").glob("*.eml")
    ]
    assert sorted(str(mail["To"]) for mail in found) == ["director@brno.example", "marta@brno.example"]

    schedule.locator('[data-do="change"]').click()
    expect(form.locator("#s-recipients")).to_have_value("marta@brno.example\ndirector@brno.example")
    expect(form.locator("#s-hour")).to_have_value("7")
    form.locator("#s-recipients").fill("marta@brno.example")
    form.locator(".button--main").click()
    expect(row(page, "schedules", "marta")).not_to_contain_text("director")
    row(page, "schedules", "marta").locator('[data-do="pause"]').click()
    expect(row(page, "schedules", "marta")).to_have_attribute("data-sign", "hold")
    row(page, "schedules", "marta").locator('[data-do="pause"]').click()
    expect(row(page, "schedules", "marta")).to_have_attribute("data-sign", "well")

    row(page, "schedules", "marta").locator('[data-do="remove"]').click()
    sure = page.locator('dialog[data-dialog="sure"][open]')
    expect(sure.locator("[data-close]")).to_be_focused()
    sure.locator('[data-part="yes"]').click()
    expect(page.locator('[data-part="no-schedules"]')).to_be_visible()
    expect(page.locator("#schedules-title")).to_be_focused()


def test_what_could_not_be_sent_says_why_and_goes_after_it_was_tried_anew(
    page_of: Callable[..., Page], shared_server: QueueServer
) -> None:
    outbox = Path(shared_server.folder, "outbox")
    kept = outbox.with_name("outbox-away")
    if outbox.exists():
        outbox.rename(kept)
    outbox.write_text("in the way")
    try:
        page = page_of("/reports/demo/sending")
        add(shared_server, recipients=["late@brno.example"])
        schedule = row(page, "schedules", "late@brno.example")
        schedule.locator('[data-do="send"]').click()
        message = row(page, "messages", "late@brno.example")
        expect(message).to_have_attribute("data-sign", "care")
        expect(message.locator('[data-part="why"]')).to_be_visible()
        expect(message.locator('[data-do="again"]')).to_be_hidden()
        # Hours later.
        with closing(sqlite3.connect(shared_server.folder / "queue.sqlite3")) as connection, connection:
            connection.execute("UPDATE message SET state = 'failed' WHERE state = 'queued'")
        expect(message).to_have_attribute("data-sign", "stop")
    finally:
        outbox.unlink()
        if kept.exists():
            kept.rename(outbox)
    message.locator('[data-do="again"]').click()
    expect(message).to_have_attribute("data-sign", "well")
    expect(message.locator('[data-part="why"]')).to_be_hidden()


def test_files_that_were_asked_for_can_be_fetched_and_put_away(
    page_of: Callable[..., Page], shared_server: QueueServer
) -> None:
    page = page_of("/reports/demo/sending")
    expect(page.locator('[data-part="no-jobs"]')).to_be_visible()
    wish = {"report": "waits", "format": "xlsx"}
    page.evaluate(
        "async (wish) => (await import('/static/api.js')).call('POST', '/branches/demo/report-jobs', wish)", wish
    )
    job = row(page, "jobs", "XLSX")
    expect(job).to_have_attribute("data-sign", "well")
    with page.expect_download() as download:
        job.locator('[data-part="file"]').click()
    assert download.value.suggested_filename.endswith(".xlsx")
    job.locator('[data-do="cancel"]').click()
    expect(page.locator("#jobs-title")).to_be_focused()
    expect(row(page, "jobs", "XLSX").locator('[data-part="file"]')).to_be_hidden()


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)], ids=["desk", "phone"])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_page(
    page_of: Callable[..., Page], shared_server: QueueServer, size: tuple[int, int]
) -> None:
    axe = Axe()
    page = page_of("/reports/demo/sending", *size)
    axe.look(page, "empty")
    add(
        shared_server,
        report="endings",
        recipients=[f"someone.with.a.long.name{n}@office-of-brno.example" for n in range(4)],
    )
    schedule = row(page, "schedules", "someone")
    schedule.locator('[data-do="send"]').click()
    expect(row(page, "messages", "someone")).to_have_attribute("data-sign", "well")
    axe.look(page, "with a schedule and messages")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    schedule.locator('[data-do="change"]').click()
    axe.look(page, "the form")
    page.locator('dialog[data-dialog="schedule"] [data-close]').click()
    schedule.locator('[data-do="remove"]').click()
    axe.look(page, "asked whether it is to be removed")
    assert not axe.found, axe.verdict()
