"""Every path of the outer contract does what its line says, in exactly the contract's words."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask

from queue_app.clock import SimulatedClock
from queue_app.operations.unit_of_work import Context
from queue_app.operations.verify import differences
from queue_app.store.models import Service
from tests.factories import Brno
from tests.web.callers import Api, assert_refused, change, rows_of

TICKET = {
    "id", "token", "label", "series", "number", "service", "state", "language", "priority", "business_date",
    "issued_at",
    "ahead", "status_url", "forecast",
}  # fmt: skip
LEG = {
    "id", "sequence", "service", "state", "counter", "calls", "enqueued_at", "first_called_at",
    "last_called_at",
    "started_at", "ended_at",
}  # fmt: skip
UTC_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def take(api: Api, service: str = "ids", **wish: object) -> dict:  # type: ignore[type-arg]
    """Take a number and return the contract's `ticket`."""
    answer = api.post("/branches/brno/tickets", {"service": service, **wish})
    assert answer.status_code == 201, answer.json
    ticket: dict = answer.json["ticket"]  # type: ignore[type-arg]
    return ticket


# --- numbers --------------------------------------------------------------------------------------


def test_taking_a_number_answers_201_with_the_ticket_and_its_slip(admin: Api) -> None:
    answer = admin.post("/branches/brno/tickets", {"service": "ids", "language": "cs", "request_id": "touch"})
    assert answer.status_code == 201
    assert answer.json.keys() == {"ticket", "print"}
    assert answer.json["print"] == {"state": "queued", "error": None}
    ticket = answer.json["ticket"]
    assert ticket.keys() == TICKET
    assert (ticket["label"], ticket["series"], ticket["number"]) == ("A001", "A", 1)
    assert (ticket["service"], ticket["state"], ticket["language"], ticket["priority"]) == (
        "ids",
        "waiting",
        "cs",
        "standard",
    )
    assert (ticket["business_date"], ticket["ahead"]) == ("2026-03-04", 0)
    assert UTC_TIME.fullmatch(ticket["issued_at"])
    assert ticket["status_url"].endswith(f"/t/{ticket['token']}")
    assert ticket["forecast"].keys() == {"low_seconds", "high_seconds"}


def test_the_same_request_again_answers_200_with_the_same_ticket(admin: Api) -> None:
    wish = {"service": "ids", "request_id": "one touch"}
    first, again = (admin.post("/branches/brno/tickets", wish) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json == first.json
    assert take(admin, request_id="another touch")["label"] == "A002"


def test_a_repeated_request_shows_the_ticket_as_it_stands_now(admin: Api, brno: Brno) -> None:
    take(admin, request_id="x")
    brno.open()
    brno.next()
    again = admin.post("/branches/brno/tickets", {"service": "ids", "request_id": "x"})
    assert (again.status_code, again.json["ticket"]["state"], again.json["ticket"]["ahead"]) == (
        200,
        "called",
        0,
    )


def test_tokens_of_tickets_cannot_be_guessed(admin: Api) -> None:
    tokens = {take(admin)["token"] for _ in range(20)}
    assert len(tokens) == 20
    assert all(len(token) >= 22 and re.fullmatch("[A-Za-z0-9_-]+", token) for token in tokens)


def test_a_number_taken_by_phone_has_no_slip_and_one_at_the_kiosk_has(admin: Api) -> None:
    states = {
        channel: admin.post("/branches/brno/tickets", {"service": "ids", "channel": channel}).json["print"]["state"]
        for channel in ("kiosk", "staff", "web", "phone", "api")
    }
    assert states == {"kiosk": "queued", "staff": "queued", "web": "none", "phone": "none", "api": "none"}


def test_a_language_the_branch_does_not_speak_becomes_its_first_one(admin: Api) -> None:
    assert [take(admin, language=language)["language"] for language in ("hu", "xx", "")] == ["hu", "cs", "cs"]


# --- the visitor ----------------------------------------------------------------------------------


def test_a_visitor_needs_nothing_but_the_ticket(admin: Api, visitor: Api, brno: Brno) -> None:
    first, mine = take(admin), take(admin)
    view = visitor.get(f"/tickets/{mine['token']}").json
    assert view.keys() == TICKET | {"branch", "counter", "called_at", "print"}
    assert (view["label"], view["state"], view["ahead"], view["counter"]) == ("A002", "waiting", 1, None)
    brno.open()
    brno.next()
    assert visitor.get(f"/tickets/{mine['token']}").json["ahead"] == 0
    called = visitor.get(f"/tickets/{first['token']}").json
    assert (called["state"], called["counter"]) == ("called", "1")
    assert UTC_TIME.fullmatch(called["called_at"])


def test_a_visitor_leaves_and_leaving_twice_is_leaving_once(admin: Api, visitor: Api, context: Context) -> None:
    token = take(admin)["token"]
    assert visitor.post(f"/tickets/{token}/cancel").json["state"] == "cancelled"
    before = rows_of(context)
    again = visitor.post(f"/tickets/{token}/cancel")
    assert (again.status_code, again.json["state"]) == (200, "cancelled")
    assert rows_of(context) == before


def test_leaving_needs_no_body_at_all(admin: Api, visitor: Api) -> None:
    token = take(admin)["token"]
    assert visitor.call("POST", f"/tickets/{token}/cancel").status_code == 200


def test_a_slip_is_printed_again_as_a_copy(admin: Api, context: Context) -> None:
    token = take(admin)["token"]
    answer = admin.post(f"/tickets/{token}/reprint")
    assert (answer.status_code, answer.json["print"]["state"]) == (202, "queued")
    assert len(rows_of(context, "print_job")["print_job"]) == 2
    paperless = take(admin, channel="phone")["token"]
    again = admin.post(f"/tickets/{paperless}/reprint")
    assert again.status_code in {202, 404}


# --- the branch and its board ---------------------------------------------------------------------


def test_the_branch_tells_its_services_with_state_waiting_and_forecast(admin: Api, context: Context) -> None:
    take(admin)
    change(context, Service, "driving", intake_open=False)
    change(context, Service, "ids", daily_quota=1)
    view = admin.get("/branches/brno").json
    assert (view["slug"], view["open"], view["languages"]) == ("brno", True, ["cs", "en", "sk", "pl", "hu"])
    assert view["name"] == {"cs": "Brno-střed", "en": "Brno Centre"}
    states = {service["id"]: (service["state"], service["waiting"]) for service in view["services"]}
    assert states == {"ids": ("quota_reached", 1), "driving": ("closed", 0), "cash": ("open", 0)}
    assert all(service["forecast"].keys() == {"low_seconds", "high_seconds"} for service in view["services"])


def test_the_board_is_a_snapshot_and_since_gives_the_events_after_it(admin: Api, brno: Brno) -> None:
    take(admin), take(admin, "cash")
    brno.open()
    brno.next()
    board = admin.get("/branches/brno/board").json
    assert board.keys() >= {"revision", "server_time", "calls", "waiting"}
    assert (board["revision"], board["waiting"]) == (4, {"ids": 0, "driving": 0, "cash": 1})
    (call,) = board["calls"]
    assert call.keys() == {"call_id", "label", "service", "language", "counter", "called_at", "state"}
    assert (call["call_id"], call["label"], call["counter"], call["state"]) == (4, "A001", "1", "called")
    missed = admin.get("/branches/brno/board?since=2").json
    assert missed.keys() == {"revision", "events"}
    assert [(event["revision"], event["kind"]) for event in missed["events"]] == [
        (3, "counter_opened"),
        (4, "ticket_called"),
    ]
    assert admin.get("/branches/brno/board?since=4").json == {"revision": 4, "events": []}


def test_a_revision_too_old_or_from_another_life_gets_a_snapshot(application: Flask, admin: Api) -> None:
    take(admin)
    assert "calls" in admin.get("/branches/brno/board?since=2").json
    most = application.extensions["queue_settings"].board_events
    for _ in range(most):
        take(admin)
    assert "calls" in admin.get("/branches/brno/board?since=0").json
    assert len(admin.get("/branches/brno/board?since=1").json["events"]) == most


def test_a_screen_reports_what_it_has_shown_and_spoken_once(admin: Api, api_of: Callable[..., Api], brno: Brno) -> None:
    take(admin)
    brno.open()
    brno.next()
    screens = [api_of("display", branch="brno") for _ in range(2)]
    for body, shown, spoken in (
        ({"shown": True}, 1, 0),
        ({"shown": True, "spoken": True}, 1, 1),
        ({"shown": True}, 1, 1),
        ({}, 1, 1),
    ):
        answer = screens[0].post("/branches/brno/board/acks", {"call_id": 3, **body})
        assert (answer.status_code, answer.json) == (
            200,
            {"call_id": 3, "shown": shown, "spoken": spoken, "screens": 0, "speakers": 0},
        )
    answer = screens[1].post("/branches/brno/board/acks", {"call_id": 3, "shown": True, "spoken": False})
    assert answer.json == {"call_id": 3, "shown": 2, "spoken": 1, "screens": 0, "speakers": 0}
    assert_refused(screens[0].post("/branches/brno/board/acks", {"call_id": 1, "shown": True}), 404, "unknown_call")
    assert_refused(screens[0].post("/branches/brno/board/acks", {"call_id": 99, "shown": True}), 404, "unknown_call")


# --- the counters ---------------------------------------------------------------------------------


def test_a_counter_opens_pauses_resumes_and_closes(admin: Api, brno: Brno) -> None:
    counter = f"/counters/{brno.counters[0]}"
    for action, body, state in (
        ("open", {}, "open"),
        ("open", {}, "open"),
        ("pause", {"reason": "lunch"}, "paused"),
        ("resume", {}, "open"),
        ("close", {}, "closed"),
    ):
        answer = admin.post(f"{counter}/{action}", body)
        assert (answer.status_code, answer.json["state"]) == (200, state)
        (first, *_) = admin.get("/branches/brno/counters").json["counters"]
        assert (first["name"], first["state"], first["clerk"] is None) == ("1", state, state == "closed")


def test_a_counter_somebody_has_is_taken_and_the_refusal_names_them(api_of: Callable[..., Api], brno: Brno) -> None:
    brno.open()
    answer = api_of("desk", branch="brno").post(f"/counters/{brno.counters[0]}/open")
    assert assert_refused(answer, 409, "counter_taken") == {"clerk": "Alena"}


def test_a_visit_from_call_to_finish_over_http(admin: Api, brno: Brno) -> None:
    counter = f"/counters/{brno.counters[0]}"
    for _ in range(3):
        take(admin)
    admin.post(f"{counter}/open")
    called = admin.post(f"{counter}/call-next", {"request_id": "tap"})
    assert called.json.keys() == {"ticket", "leg", "rule", "facts", "why"}
    assert called.json["ticket"].keys() == TICKET and called.json["leg"].keys() == LEG
    assert (called.json["ticket"]["label"], called.json["ticket"]["state"], called.json["rule"]) == (
        "A001",
        "called",
        "first_come",
    )
    assert admin.post(f"{counter}/call-next", {"request_id": "tap"}).json["ticket"]["label"] == "A001"
    assert admin.post(f"{counter}/recall").json["leg"]["calls"] == 2
    started = admin.post(f"{counter}/start").json
    assert (started["leg"]["state"], started["leg"]["counter"]) == ("serving", "1")
    assert admin.post(f"{counter}/finish", {"outcome": "done"}).json["ticket"]["state"] == "finished"
    assert admin.post(f"{counter}/call-next").json["ticket"]["label"] == "A002"
    # The branch finishes what is being served when the next one is called.
    assert admin.post(f"{counter}/call-next").json["ticket"]["label"] == "A003"
    assert admin.post(f"{counter}/no-show").json["ticket"]["state"] == "no_show"
    assert_refused(admin.post(f"{counter}/call-next"), 409, "nobody_waiting")


def test_one_ticket_is_called_parked_returned_and_transferred_over_http(admin: Api, brno: Brno) -> None:
    counter = f"/counters/{brno.counters[0]}"
    take(admin)
    ticket = take(admin)
    admin.post(f"{counter}/open")
    called = admin.post(f"{counter}/call", {"ticket": ticket["id"]}).json
    assert (called["ticket"]["label"], called["rule"]) == ("A002", "chosen_by_clerk")
    assert admin.post(f"{counter}/park", {"reason": "copies"}).json["ticket"]["state"] == "parked"
    admin.post(f"{counter}/call", {"ticket": ticket["id"]})
    returned = admin.post(f"{counter}/return", {"position": "last"}).json
    assert (returned["ticket"]["state"], returned["ticket"]["ahead"]) == ("waiting", 1)
    admin.post(f"{counter}/call", {"ticket": ticket["id"]})
    moved = admin.post(f"{counter}/transfer", {"service": "cash", "position": "last"}).json
    assert (moved["ticket"]["state"], moved["leg"]["state"], moved["leg"]["sequence"]) == (
        "waiting",
        "transferred",
        1,
    )
    admin.post(f"{counter}/call", {"ticket": ticket["id"]})
    to_counter = admin.post(f"{counter}/transfer", {"counter": brno.counters[1]}).json
    assert to_counter["leg"]["sequence"] == 2
    admin.post(f"/counters/{brno.counters[1]}/open")
    assert admin.post(f"/counters/{brno.counters[1]}/call", {"ticket": ticket["id"]}).json["leg"]["sequence"] == 3
    to_person = admin.post(f"/counters/{brno.counters[1]}/transfer", {"user": brno.users["alena"], "service": "ids"})
    assert to_person.status_code == 200


def test_the_desk_shows_its_counter_its_ticket_and_who_waits(admin: Api, brno: Brno) -> None:
    take(admin), take(admin, "cash")
    admin.post(f"/counters/{brno.counters[0]}/open")
    admin.post(f"/counters/{brno.counters[0]}/call-next")
    desk = admin.get(f"/counters/{brno.counters[0]}/desk").json
    assert (desk["counter"]["state"], desk["counter"]["ticket"]["label"]) == ("open", "A001")
    assert [leg["label"] for leg in desk["waiting"]] == ["C001"]
    assert desk["delivery"] == {"call_id": 4, "shown": 0, "spoken": 0, "screens": 0, "speakers": 0}


# --- the end of the day ---------------------------------------------------------------------------


def test_closing_the_day_sends_everybody_home_and_begins_the_series_anew(admin: Api, brno: Brno, visitor: Api) -> None:
    waiting = [take(admin), take(admin), take(admin, "cash")]
    admin.post(f"/counters/{brno.counters[0]}/open")
    admin.post(f"/counters/{brno.counters[0]}/call-next")
    closed = admin.post("/branches/brno/close-day")
    assert closed.status_code == 200
    assert closed.json == {"business_date": "2026-03-04", "expired": 3, "counters_closed": 1}
    assert [visitor.get(f"/tickets/{ticket['token']}").json["state"] for ticket in waiting] == ["expired"] * 3
    assert {counter["state"] for counter in admin.get("/branches/brno/counters").json["counters"]} == {"closed"}
    board = admin.get("/branches/brno/board").json
    assert (board["calls"], board["waiting"]) == ([], {"ids": 0, "driving": 0, "cash": 0})
    fresh = take(admin)
    assert (fresh["label"], fresh["business_date"]) == ("A001", "2026-03-05")


def test_a_service_under_way_when_the_day_is_closed_counts_as_finished(admin: Api, brno: Brno, visitor: Api) -> None:
    token = take(admin)["token"]
    for action in ("open", "call-next", "start"):
        admin.post(f"/counters/{brno.counters[0]}/{action}")
    assert admin.post("/branches/brno/close-day").json == {
        "business_date": "2026-03-04", "expired": 0, "counters_closed": 1
    }  # fmt: skip
    assert visitor.get(f"/tickets/{token}").json["state"] == "finished"


def test_history_stays_when_the_day_is_closed(admin: Api, brno: Brno, context: Context) -> None:
    take(admin), take(admin)
    brno.open()
    brno.next()
    before = rows_of(context)
    admin.post("/branches/brno/close-day")
    after = rows_of(context)
    for table in ("ticket", "leg", "counter_session"):
        assert [row[0] for row in after[table]] == [row[0] for row in before[table]]
    assert after["ticket_event"][: len(before["ticket_event"])] == before["ticket_event"]
    assert after["number_series"] == before["number_series"]
    assert list(differences(context)) == []


def test_labels_never_repeat_within_a_business_date_however_often_the_day_is_closed(
    admin: Api, brno: Brno, context: Context, clock: SimulatedClock
) -> None:
    seen = []
    for _ in range(3):
        seen += [take(admin), take(admin)]
        admin.post("/branches/brno/close-day")
    # The cut-overs of the days that were begun early pass, and the day is closed by hand once more.
    for _ in range(4):
        clock.advance(days=1)
        seen += [take(admin), take(admin)]
    admin.post("/branches/brno/close-day")
    seen.append(take(admin))
    named = [(ticket["business_date"], ticket["label"]) for ticket in seen]
    assert len(set(named)) == len(named)
    assert [date for date, _ in named] == sorted(date for date, _ in named)
    assert list(differences(context)) == []


def test_closing_a_day_in_which_nothing_happened_changes_nothing(admin: Api, context: Context) -> None:
    take(admin)
    admin.post("/branches/brno/close-day")
    before = rows_of(context)
    assert admin.post("/branches/brno/close-day").json["expired"] == 0
    assert rows_of(context) == before


def test_the_day_ends_by_itself_at_the_cut_over(admin: Api, clock: SimulatedClock, visitor: Api) -> None:
    old = take(admin)["token"]
    clock.set(datetime(2026, 3, 5, 1, 59, tzinfo=UTC))
    assert take(admin)["label"] == "A002"
    clock.set(datetime(2026, 3, 5, 2, 0, tzinfo=UTC))  # three in the morning in Brno
    fresh = take(admin)
    assert (fresh["label"], fresh["business_date"]) == ("A001", "2026-03-05")
    assert visitor.get(f"/tickets/{old}").json["state"] == "expired"


# --- reports --------------------------------------------------------------------------------------


def test_a_report_is_listed_and_comes_as_json_and_as_csv(admin: Api, brno: Brno, clock: SimulatedClock) -> None:
    take(admin)
    brno.open()
    clock.advance(minutes=5)
    brno.next()
    clock.advance(minutes=2)
    admin.post(f"/counters/{brno.counters[0]}/close")
    brno_next = admin.get("/branches/brno/reports").json["reports"]
    assert "waits" in {report["name"] for report in brno_next}
    document = admin.get("/branches/brno/reports/waits?from=2026-03-04&to=2026-03-04").json
    assert (document["report"], document["branch"], document["from"], document["to"]) == (
        "waits",
        "brno",
        "2026-03-04",
        "2026-03-04",
    )
    assert document["columns"] and all(column["meaning"] for column in document["columns"])
    text = admin.get("/branches/brno/reports/waits?format=csv")
    assert text.mimetype == "text/csv" and "attachment" in text.headers["Content-Disposition"]
    headings = next(csv.reader(io.StringIO(text.text)))
    assert headings == [column["name"] for column in document["columns"]]


# --- health, and the shape of refusals ------------------------------------------------------------


def test_health_readiness_and_metrics_answer_without_a_token(application: Flask, admin: Api) -> None:
    take(admin)
    client = application.test_client()
    assert client.get("/healthz").json == {"status": "alive"}
    assert client.get("/readyz").json == {"status": "ready"}
    metrics = client.get("/metrics")
    assert (metrics.status_code, metrics.mimetype) == (200, "text/plain")
    assert 'queue_waiting{branch="brno",service="ids"} 1.0' in metrics.text
    assert metrics.headers["Content-Type"].count("charset") == 1


def test_metrics_are_not_for_other_machines_without_a_token(
    application: Flask, admin: Api, api_of: Callable[..., Api]
) -> None:
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    client = application.test_client()
    assert_refused(client.get("/metrics", environ_base=elsewhere), 403, "not_allowed")
    headers = api_of("reports").headers
    assert client.get("/metrics", environ_base=elsewhere, headers=headers).status_code == 200


def test_each_refusal_has_the_status_and_the_shape_of_the_contract(
    admin: Api, visitor: Api, api_of: Callable[..., Api]
) -> None:
    tickets = "/branches/brno/tickets"
    json = {"Content-Type": "application/json"}
    for status, code, answer in (
        (400, "malformed_json", admin.call("POST", tickets, data="{", headers=json)),
        (401, "not_signed_in", visitor.post(tickets, {"service": "ids"})),
        (
            401,
            "invalid_token",
            visitor.post(tickets, {"service": "ids"}, headers={"Authorization": "Bearer nonsense"}),
        ),
        (403, "not_allowed", api_of("reports").post(tickets, {"service": "ids"})),
        (404, "unknown_branch", admin.get("/branches/nowhere")),
        (404, "unknown_path", admin.get("/nothing")),
        (405, "method_not_allowed", admin.call("PUT", tickets)),
        (409, "counter_closed", admin.post("/counters/1/call-next")),
        (413, "body_too_large", admin.call("POST", tickets, data=b" " * 70_000, headers=json)),
        (415, "unsupported_media_type", admin.call("POST", tickets, data="service=ids")),
        (422, "invalid_value", admin.post(tickets, {"service": 7})),
    ):
        assert_refused(answer, status, code)
        if status == 405:
            assert answer.headers["Allow"] == "OPTIONS, POST"


def test_a_kiosk_that_asks_too_often_is_told_when_to_come_back(
    application: Flask, api_of: Callable[..., Api], clock: SimulatedClock
) -> None:
    kiosk = api_of("kiosk", branch="brno")
    burst = application.extensions["queue_settings"].kiosk_burst
    for number in range(burst):
        assert kiosk.post("/branches/brno/tickets", {"service": "ids"}).status_code == 201, number
    refused = kiosk.post("/branches/brno/tickets", {"service": "ids"})
    details = assert_refused(refused, 429, "too_many_requests")
    assert refused.headers["Retry-After"] == str(details["retry_after_seconds"]) == "1"
    clock.advance(seconds=int(refused.headers["Retry-After"]))
    assert kiosk.post("/branches/brno/tickets", {"service": "ids"}).status_code == 201


def test_refusals_speak_the_callers_language_and_keep_their_code(admin: Api) -> None:
    for language in ("cs", "en", "xx"):
        answer = admin.get("/branches/nowhere", headers={"Accept-Language": language})
        assert_refused(answer, 404, "unknown_branch")
