"""What the channels are told: in order, in the contract's words, nothing personal, never at a call's cost."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from flask import Flask

from queue_app.clock import SimulatedClock
from queue_app.domain.printing import JobNews
from queue_app.operations import counters, serve
from queue_app.operations.close_day import close_day
from queue_app.operations.serve import Destination
from queue_app.operations.unit_of_work import Context
from tests.factories import Brno, create_brno
from tests.realtime.screens import Screen
from tests.web.callers import Api, rows_of

KINDS = {
    "ticket_issued", "ticket_called", "ticket_recalled", "service_started", "ticket_finished",
    "ticket_no_show",
    "ticket_parked", "ticket_returned", "ticket_transferred", "ticket_cancelled", "tickets_expired",
    "counter_opened",
    "counter_paused", "counter_resumed", "counter_closed", "print_job_changed", "notice_changed",
    "settings_changed",
}  # fmt: skip
ON_BOARD = {
    "channel", "branch", "revision", "kind", "at", "label", "service", "from", "counter", "call_id",
    "to_service", "waiting", "language",
}  # fmt: skip


def a_day(brno: Brno) -> list[Any]:
    """Let everything happen that can happen to tickets and counters, and return the tickets."""
    context, (one, two, *_), alena = brno.context, brno.counters, brno.alena
    taken = [brno.take(), brno.take("driving"), brno.take("cash"), brno.take()]
    brno.open()
    counters.pause_counter(context, one, alena, "Alena went to see Dr. Novák")
    counters.resume_counter(context, one, alena)
    brno.next()
    serve.recall(context, one, alena)
    serve.start(context, one, alena)
    serve.transfer(context, one, alena, Destination(service="cash"))
    brno.next()
    serve.park(context, one, alena, reason="copies of the passport of Mr. Svoboda")
    serve.call_ticket(context, one, taken[1].ticket.id, alena)
    serve.return_to_queue(context, one, alena, position="last")
    brno.next()
    serve.no_show(context, one, alena)
    brno.next()
    serve.finish(context, one, alena, outcome="a secret outcome")
    serve.cancel(context, taken[3].token)
    brno.take()
    brno.open(1)
    counters.close_counter(context, two, brno.bohdan)
    close_day(context, "brno")
    return taken


def test_every_event_of_a_day_reaches_board_and_desk_in_the_order_of_the_revisions(
    application: Flask, brno: Brno, admin: Api, context: Context
) -> None:
    board, desk = Screen(application, admin.headers), Screen(application, admin.headers)
    board.subscribe("board", branch="brno")
    desk.subscribe("desk", branch="brno")
    a_day(brno)
    recorded = rows_of(context, "ticket_event")["ticket_event"]
    on_board, at_desk = board.told(), desk.told()
    revisions = [row[1] for row in recorded]
    assert revisions == list(range(1, len(recorded) + 1))
    assert [event["revision"] for event in on_board] == [event["revision"] for event in at_desk] == revisions
    kinds = [row[2] for row in recorded]
    assert [event["kind"] for event in on_board] == [event["kind"] for event in at_desk] == kinds
    assert KINDS - set(kinds) == {"print_job_changed", "notice_changed", "settings_changed"}
    for seen, other in zip(on_board, at_desk, strict=True):
        assert (seen["channel"], seen["branch"]) == ("board", "brno")
        assert {**seen, "channel": "desk"}.items() <= other.items()
    assert [event["ticket"] for event in at_desk] == [row[4] for row in recorded]
    # What a screen fetches afterwards is what it would have been told.
    missed = admin.get("/branches/brno/board?since=0").json["events"]
    assert [{"channel": "board", **event} for event in missed] == on_board


def test_nothing_on_the_board_identifies_a_person_and_a_call_is_small(
    application: Flask, brno: Brno, admin: Api
) -> None:
    board = Screen(application, admin.headers)
    board.subscribe("board", branch="brno")
    taken = a_day(brno)
    events = board.told()
    for event in events:
        assert event.keys() <= ON_BOARD
        assert len(json.dumps(event).encode()) <= 1024
    everything = json.dumps([events, admin.get("/branches/brno/board").json], ensure_ascii=False)
    for secret in (
        "Alena",
        "Bohdan",
        "Novák",
        "Svoboda",
        "secret",
        *(it.token for it in taken),
        *(str(it.ticket.id) for it in taken),
    ):
        assert secret not in everything
    called = [event for event in events if event["kind"] in {"ticket_called", "ticket_recalled"}]
    for event in called:
        assert event.keys() >= {"label", "counter", "service", "call_id", "from", "at"}
        assert event["call_id"] == event["revision"]


def test_a_visitors_page_hears_of_its_own_ticket_and_only_that_the_queue_moved_of_others(
    application: Flask, brno: Brno
) -> None:
    mine = brno.take()
    page = Screen(application)
    page.subscribe("ticket", token=mine.token)
    brno.take()
    brno.open()
    brno.next()
    serve.finish(brno.context, brno.counters[0], brno.alena)
    told = page.told()
    assert {event["channel"] for event in told} == {"ticket"}
    own = [event for event in told if "others" not in event]
    assert [event["kind"] for event in own] == ["ticket_called", "ticket_finished"]
    assert all(event["label"] == "A001" for event in own) and own[0]["counter"] == "1"
    for event in told:
        if event.get("others"):
            assert event.keys() == {"channel", "branch", "revision", "kind", "others"}
    assert [event["revision"] for event in told] == sorted(event["revision"] for event in told)


def test_one_branch_hears_nothing_of_another(application: Flask, brno: Brno, admin: Api, context: Context) -> None:
    create_brno(context, "ostrava")
    there = Screen(application, admin.headers)
    there.subscribe("board", branch="ostrava")
    brno.take()
    assert there.told() == []


def test_desks_hear_how_far_a_call_has_got_and_what_became_of_a_slip(
    application: Flask, brno: Brno, admin: Api
) -> None:
    taken = brno.take()
    brno.open()
    brno.next()
    desk, lobby, page = (Screen(application, admin.headers) for _ in range(3))
    desk.subscribe("desk", branch="brno")
    lobby.subscribe("board", branch="brno", screen="lobby")
    page.subscribe("ticket", token=taken.token)
    admin.post("/branches/brno/board/acks", {"call_id": 3, "shown": True, "spoken": False})
    assert desk.told("delivery") == [{"call_id": 3, "shown": 1, "spoken": 0, "screens": 1, "speakers": 1}]
    application.extensions["queue_printing_news"](JobNews("brno", taken.ticket.id, "A001", "failed", "paper_out"))
    expected = {
        "branch": "brno", "revision": 3, "kind": "print_job_changed", "ticket": taken.ticket.id,
        "label": "A001", "state": "failed", "error": "paper_out",
    }  # fmt: skip
    assert desk.told() == [{**expected, "channel": "desk"}]
    assert page.told() == [{**expected, "channel": "ticket"}]
    assert lobby.told() == []


@pytest.mark.parametrize("culprit", ["emit", "publish"])
def test_a_listener_that_fails_never_undoes_a_call(
    application: Flask, brno: Brno, admin: Api, context: Context, caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    culprit: str,
) -> None:  # fmt: skip
    brno.take()
    brno.open()

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the line is down")

    if culprit == "emit":
        monkeypatch.setattr(application.extensions["socketio"], "emit", fail)
    else:
        monkeypatch.setattr(context, "publish", fail)
    with caplog.at_level(logging.ERROR):
        called = admin.post(f"/counters/{brno.counters[0]}/call-next")
        again = admin.post("/branches/brno/tickets", {"service": "ids"})
    assert (called.status_code, called.json["ticket"]["state"], again.status_code) == (200, "called", 201)
    assert "the line is down" in caplog.text
    monkeypatch.undo()
    missed = admin.get("/branches/brno/board?since=2").json["events"]
    assert [event["kind"] for event in missed] == ["ticket_called", "ticket_issued"]


def test_a_refused_action_tells_nobody_anything(application: Flask, brno: Brno, admin: Api) -> None:
    board = Screen(application, admin.headers)
    board.subscribe("board", branch="brno")
    admin.post(f"/counters/{brno.counters[0]}/call-next")
    admin.post("/branches/brno/tickets", {"service": "passports"})
    assert board.told() == []


def test_the_end_of_the_day_takes_the_calls_down_before_the_first_ticket_of_the_next(
    application: Flask, brno: Brno, admin: Api, clock: SimulatedClock
) -> None:
    brno.take()
    board = Screen(application, admin.headers)
    board.subscribe("board", branch="brno")
    clock.advance(days=1)
    brno.take()
    assert [event["kind"] for event in board.told()] == ["tickets_expired", "ticket_issued"]
