"""A name and a telephone number: taken where the branch asks, shown to one desk, and told to nobody else by anything."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask
from pypdf import PdfReader

from printers import render_escpos, render_pdf
from printers.profiles import PROFILES
from queue_app.clock import SimulatedClock
from queue_app.domain.privacy import check_contact
from queue_app.operations import webhooks
from queue_app.operations.close_day import close_day
from queue_app.operations.contacts import erase_due, seal_contact
from queue_app.operations.keep_days import keep_days
from queue_app.operations.printing import take_up
from queue_app.realtime.publisher import Publisher
from queue_app.reports import registry
from queue_app.sealing import Sealer
from queue_app.store.models import Base, Branch
from queue_app.webhook_sender import WebhookSender
from tests.factories import Brno
from tests.sending.receiver import Receiver, receiver
from tests.web.callers import Api, change, rows_of

NAME, PHONE = "Xenie Nevyzrazená", "+420 600 987 654"
TRACES = ("Xenie", "Nevyzrazen", "600987654", "600 987 654", "987 654", "987654")
"""Any of these is too much."""
WISH: dict[str, Any] = {"service": "ids", "contact": {"name": NAME, "phone": PHONE}}


@pytest.fixture
def asking(brno: Brno) -> Brno:
    """The branch asks for both."""
    change(brno.context, Branch, "brno", privacy={"ask_name": True, "ask_phone": True})
    return brno


def traces_in(told: object) -> list[str]:
    """Return what of the visitor is in it, also where letters are written as escapes."""
    text = (
        told
        if isinstance(told, str)
        else told.decode("utf-8", "replace")
        if isinstance(told, bytes)
        else json.dumps(told, ensure_ascii=False)
    )
    escaped = [json.dumps(each)[1:-1] for each in TRACES]
    return [each for each in (*TRACES, *escaped) if each in text]


def test_a_number_is_taken_with_a_contact_and_the_answer_does_not_repeat_it(asking: Brno, admin: Api) -> None:
    taken = admin.post("/branches/brno/tickets", WISH)
    assert taken.status_code == 201
    assert traces_in(taken.json) == []


def test_nothing_is_taken_where_the_branch_does_not_ask(brno: Brno, admin: Api) -> None:
    before = rows_of(brno.context)
    refused = admin.post("/branches/brno/tickets", WISH)
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "contact_not_asked")
    assert traces_in(refused.json) == []
    assert rows_of(brno.context) == before
    # Nothing said is nothing left.
    assert admin.post("/branches/brno/tickets", {"service": "ids", "contact": {}}).status_code == 201
    assert admin.post("/branches/brno/tickets", {"service": "ids", "contact": None}).status_code == 201


@pytest.mark.parametrize(
    "contact",
    [
        {"name": NAME, "phone": "Nevyzrazená"},
        {"name": [NAME]},
        {"name": NAME, "mail": "xenie@example.org"},
        {"name": {"first": NAME}},
        [NAME],
        NAME,
        {"name": NAME + " <script>"},
        {"phone": 420600987654},
        {"name": NAME * 9},
    ],
)
def test_a_refusal_does_not_repeat_what_was_written(asking: Brno, admin: Api, contact: Any) -> None:
    refused = admin.post("/branches/brno/tickets", {"service": "ids", "contact": contact})
    assert (refused.status_code, refused.json["error"]["code"]) == (422, "invalid_value")
    assert refused.json["error"]["details"]["field"].startswith("contact")
    assert traces_in(refused.json) == []


def test_the_desk_sees_it_while_it_has_the_visitor(asking: Brno, api_of: Callable[..., Api], admin: Api) -> None:
    mine, other = api_of("desk"), api_of("desk")
    first, second = asking.counters[:2]
    assert mine.post(f"/counters/{first}/open", {}).status_code == 200
    assert other.post(f"/counters/{second}/open", {}).status_code == 200
    admin.post("/branches/brno/tickets", WISH)
    for each in (mine, other, admin):
        assert traces_in(each.get(f"/counters/{first}/desk").json) == []
    answer = mine.post(f"/counters/{first}/call-next", {})
    assert traces_in(answer.json) == []

    def seen(api: Api) -> Any:
        return api.get(f"/counters/{first}/desk").json["counter"]["ticket"]["contact"]

    assert seen(mine) == {"name": NAME, "phone": "+420600987654"}
    assert seen(admin) == {"name": NAME, "phone": "+420600987654"}
    assert seen(other) is None
    assert traces_in(other.get(f"/counters/{second}/desk").json) == []
    mine.post(f"/counters/{first}/finish", {})
    for each in (mine, other, admin):
        assert traces_in(each.get(f"/counters/{first}/desk").json) == []


PAGES = (
    "/kiosk/brno", "/display/brno", "/desk/brno", "/wall/brno", "/wall/brno/now", "/supervise/brno", "/reports/brno",
    "/printers/brno", "/screens/brno", "/admin/brno", "/admin/brno/audit", "/admin/brno/privacy", "/admin/brno/configuration.yaml",
)  # fmt: skip
OPEN_ANSWERS = (
    "/branches/brno", "/branches/brno/board", "/branches/brno/board?since=0", "/branches/brno/counters", "/branches/brno/queue",
    "/branches/brno/wall", "/branches/brno/slips", "/branches/brno/feed/tickets", "/branches/brno/feed/events",
    "/branches/brno/feed/tickets?format=csv", "/branches/brno/feed/events?format=csv", "/branches/brno/config",
    "/branches/brno/messages", "/branches/brno/audit", "/branches/brno/privacy", "/branches/brno/webhooks",
)  # fmt: skip


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Iterator[list[Any]]:
    """Everything that is told to sockets; and everything that is logged is caught."""
    heard: list[Any] = []
    emit = Publisher._emit

    def listening(publisher: Publisher, *told: Any) -> None:
        heard.append(told)
        emit(publisher, *told)

    monkeypatch.setattr(Publisher, "_emit", listening)
    with caplog.at_level(logging.DEBUG):
        yield heard


@pytest.fixture
def program() -> Iterator[Receiver]:
    """Another program, told of everything by a webhook."""
    with receiver() as found:
        yield found


def test_nothing_that_leaves_tells_of_it(
    asking: Brno, application: Flask, api_of: Callable[..., Api], clock: SimulatedClock, tmp_path: Path, told: list[Any],
    program: Receiver, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    context, admin = asking.context, api_of("admin")
    counter = asking.counters[0]
    left: dict[str, object] = {}
    actor, setup = asking.actor("marta"), context.setup("brno")
    webhooks.create(context, setup, actor, {"name": "hook", "url": program.url}, application.extensions["queue_sealer"])
    admin.post(f"/counters/{counter}/open", {})
    kiosk = api_of("kiosk")
    taken = admin.post("/branches/brno/tickets", {**WISH, "channel": "staff", "request_id": "planted-one"}).json[
        "ticket"
    ]
    gone = kiosk.post("/branches/brno/tickets", WISH).json["ticket"]
    kiosk.post("/branches/brno/tickets", WISH)
    left["wrong service"] = admin.post("/branches/brno/tickets", {**WISH, "service": "nothing"}).json
    left["unknown part"] = admin.post("/branches/brno/tickets", {**WISH, "other": 1}).json
    left["reused"] = admin.post("/branches/brno/tickets", {**WISH, "service": "cash", "request_id": "planted-one"}).json
    for act in ("call-next", "recall", "start", "transfer", "call-next", "park", "call-next", "no-show"):
        body = {"service": "cash"} if act == "transfer" else {}
        left[act] = admin.post(f"/counters/{counter}/{act}", body).json
    left["cancel"] = admin.post(f"/tickets/{gone['token']}/cancel", {}).json
    left["visitor"] = admin.get(f"/tickets/{taken['token']}").json
    left["reprint"] = admin.post(f"/tickets/{taken['token']}/reprint", {}).json

    browser = application.test_client()

    def read(path: str) -> bytes:
        answer = browser.get(path, headers=admin.headers)
        assert answer.status_code == 200, (path, answer.get_data(as_text=True)[:300])
        return answer.get_data()

    def look(when: str) -> None:
        for page in PAGES:
            left[f"{when} {page}"] = read(page)
        left[f"{when} visitor's page"] = read(f"/t/{taken['token']}")
        for path in (
            "/metrics",
            "/api/v1/openapi.json",
            "/healthz",
            "/readyz",
            *(f"/api/v1{each}" for each in OPEN_ANSWERS),
        ):
            left[f"{when} {path}"] = read(path)
        for name in registry.REPORTS:
            for form in ("json", "csv", "xlsx", "pdf"):
                path = f"/api/v1/branches/brno/reports/{name}?from=2026-03-01&to=2026-03-10&format={form}"
                left[f"{when} {path}"] = text_of(form, read(path))

    look("the day")
    close_day(context, "brno")
    list(keep_days(context, "brno"))
    look("after it")
    WebhookSender(context, application.extensions["queue_sealer"], private=True).send_all()
    assert {"ticket_issued", "ticket_called", "ticket_cancelled"} <= {event["kind"] for event in program.events}
    left["webhooks"] = [{"headers": dict(headers), "body": body.decode()} for headers, body in program.heard]
    # What is stored, but for the one place, and what stands in files beside the database.
    left["tables"] = repr({name: table for name, table in rows_of(context, *Base.metadata.tables).items()})
    left["files"] = b"".join(each.read_bytes() for each in tmp_path.rglob("*") if each.is_file())
    left["sockets"], left["log"] = repr(told), caplog.text + repr([record.__dict__ for record in caplog.records])
    assert told and len(caplog.records) > 5
    assert {name: found for name, each in left.items() if (found := traces_in(each))} == {}
    clock.advance(days=2)
    assert erase_due(context) == 3
    assert rows_of(context, "visitor_contact") == {"visitor_contact": []}


def text_of(form: str, data: bytes) -> str:
    """Return all words of a file."""
    if form == "pdf":
        return "".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages)
    if form == "xlsx":
        with ZipFile(BytesIO(data)) as archive:
            return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    return data.decode("utf-8", "replace")


def test_slips_on_every_paper_tell_nothing_of_it(asking: Brno, admin: Api) -> None:
    admin.post("/branches/brno/tickets", WISH)
    asking.take(printer_id=asking.printer_id, contact=seal_contact(Sealer(["key"]), check_contact(WISH["contact"])))
    job = take_up(asking.context, asking.printer_id, "one", None, 3600).job
    assert job is not None
    assert traces_in(repr(job)) == []
    assert traces_in(text_of("pdf", render_pdf(job.slip))) == []
    assert all(traces_in(render_escpos(job.slip, profile)) == [] for profile in PROFILES.values())
