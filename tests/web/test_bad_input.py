"""What cannot be is refused with the right code, and a refusal changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from queue_app.clock import SimulatedClock
from queue_app.domain.tickets import TRANSITIONS, Action, State
from queue_app.operations import counters, serve
from queue_app.operations.close_day import close_day
from queue_app.operations.take_ticket import TakeTicket, take_ticket
from queue_app.operations.unit_of_work import Context
from queue_app.store.models import Branch, Service
from tests.factories import Brno, create_brno
from tests.web.callers import Api, assert_refused, change, rows_of, sign_in

TICKETS = "/branches/brno/tickets"
JSON = {"Content-Type": "application/json"}
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@contextmanager
def nothing_changes(context: Context) -> Iterator[None]:
    """Fail if the record differs afterwards."""
    before = rows_of(context)
    yield
    assert rows_of(context) == before


# --- what there is not ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "slug", ["nowhere", "BRNO", "brno ", "%00", "a%00b", "%ff", "'; DROP TABLE ticket; --", "x" * 500]
)
def test_an_unknown_branch_is_unknown_on_every_path(admin: Api, context: Context, slug: str) -> None:
    with nothing_changes(context):
        for method, path, body in (
            ("GET", "", None),
            ("POST", "/tickets", {"service": "ids"}),
            ("GET", "/board", None),
            ("POST", "/board/acks", {"call_id": 1}),
            ("GET", "/counters", None),
            ("POST", "/close-day", {}),
            ("GET", "/reports", None),
            ("GET", "/reports/waits", None),
            ("GET", "/queue", None),
            ("POST", "/tickets/1/reopen", {}),
            ("POST", "/tickets/1/move", {}),
            ("POST", "/tickets/1/cancel", {}),
            ("POST", "/tickets/1/notes", {"text": "x"}),
            ("POST", "/services/ids/intake", {"open": True}),
            ("POST", "/message", {"text": "x"}),
            ("POST", "/notice", {"notice": {}}),
            ("GET", "/rules", None),
            ("PUT", "/rules", {}),
            ("GET", "/desk-rules", None),
            ("PUT", "/desk-rules", {}),
            ("GET", "/profiles", None),
            ("PUT", "/profiles/x", {"services": ["ids"]}),
            ("PUT", "/services/ids/outcomes", {"outcomes": []}),
            ("PUT", "/services/ids/longest-wait", {"minutes": None}),
        ):
            answer = admin.call(method, f"/branches/{slug}{path}", **({"json": body} if body is not None else {}))
            assert_refused(answer, 404, "unknown_path" if "%00" in slug else "unknown_branch")


def test_unknown_services_counters_tickets_profiles_people_and_reports_are_unknown(
    admin: Api, visitor: Api, brno: Brno, context: Context
) -> None:
    counter = f"/counters/{brno.open()}"
    brno.take()
    serve.call_next(context, brno.counters[0], brno.alena)
    other = create_brno(context, "ostrava")
    with nothing_changes(context):
        for path, body, code in (
            (TICKETS, {"service": "passports"}, "unknown_service"),
            (TICKETS, {"service": "D"}, "unknown_service"),
            ("/counters/999999/call-next", {}, "unknown_counter"),
            (f"/counters/{2**31}/open", {}, "unknown_counter"),
            (f"/counters/{10**30}/open", {}, "unknown_counter"),
            ("/counters/0/open", {}, "unknown_counter"),
            ("/counters/-1/open", {}, "unknown_path"),
            ("/counters/one/open", {}, "unknown_path"),
            (f"/counters/{brno.counters[1]}/open", {"profile": "nothing"}, "unknown_profile"),
            ("/tickets/0123456789abcdefghijkl/cancel", {}, "unknown_ticket"),
            ("/tickets/a%00b/cancel", {}, "unknown_path"),
            ("/tickets/%ff/reprint", {}, "unknown_ticket"),
        ):
            assert_refused(admin.post(path, body), 404, code)
        assert_refused(visitor.get("/tickets/nonsense"), 404, "unknown_ticket")
        assert_refused(admin.get("/branches/brno/reports/nothing"), 404, "unknown_report")
        for where, code in (
            ({"service": "passports"}, "unknown_service"),
            ({"counter": other.counters[0]}, "unknown_counter"),
            ({"counter": 2**53 - 1}, "unknown_counter"),
            ({"user": 99}, "unknown_user"),
            ({"user": other.users["alena"]}, "unknown_user"),
            ({"user": brno.users["oskar"]}, "unknown_user"),
            ({"user": 2**53 - 1}, "unknown_user"),
        ):
            assert_refused(admin.post(f"{counter}/transfer", where), 404, code)


def test_a_ticket_of_another_branch_is_unknown_here(admin: Api, brno: Brno, context: Context) -> None:
    ostrava = create_brno(context, "ostrava")
    foreign = take_ticket(context, ostrava.forecasts, "ostrava", TakeTicket(service="ids"))
    admin.post(f"/counters/{brno.counters[0]}/open")
    with nothing_changes(context):
        answer = admin.post(f"/counters/{brno.counters[0]}/call", {"ticket": foreign.ticket.id})
        assert_refused(answer, 404, "unknown_ticket")


# --- what is closed -------------------------------------------------------------------------------


def test_closed_services_closed_branches_and_used_up_quotas_give_no_number(
    admin: Api, context: Context, clock: SimulatedClock
) -> None:
    nine_to_ten = {day: [["09:00", "10:00"]] for day in WEEKDAYS}
    assert admin.post(TICKETS, {"service": "cash"}).status_code == 201
    change(context, Service, "ids", intake_open=False)
    change(context, Service, "driving", opening_hours={day: [["13:00", "14:00"]] for day in WEEKDAYS})
    change(context, Service, "cash", daily_quota=1)
    with nothing_changes(context):
        assert_refused(admin.post(TICKETS, {"service": "ids"}), 409, "service_closed")
        details = assert_refused(admin.post(TICKETS, {"service": "driving"}), 409, "service_closed")
        assert details == {"service": "driving", "opens_at": "2026-03-04T12:00:00.000Z", "reason": "hours"}
        details = assert_refused(admin.post(TICKETS, {"service": "cash"}), 409, "quota_reached")
        assert details == {"service": "cash", "quota": 1}
    change(context, Branch, "brno", opening_hours=nine_to_ten)
    clock.set(datetime(2026, 3, 4, 9, 0, tzinfo=UTC))  # ten in Brno: the end itself is outside
    with nothing_changes(context):
        for service in ("ids", "driving", "cash"):
            details = assert_refused(admin.post(TICKETS, {"service": service}), 409, "branch_closed")
            assert details == {"opens_at": "2026-03-05T08:00:00.000Z", "reason": "hours"}


# --- what cannot be read --------------------------------------------------------------------------


DEEP = "[" * 900 + "]" * 900
TOO_DEEP = "[" * 30_000
NOT_JSON = {
    "half an object": b"{",
    "a word": b"nonsense",
    "two documents": b"{}{}",
    "single quotes": b"{'service': 'ids'}",
    "NaN": b'{"service": NaN}',
    "infinity": b'{"service": -Infinity}',
    "UTF-16": '{"service": "ids"}'.encode("utf-16"),
    "Latin-2": '{"service": "občanky"}'.encode("iso8859_2"),
    "a surrogate in UTF-8": b'{"service": "\xed\xa0\x80"}',
    "a lone surrogate in a name": b'{"\\ud800": 1}',
    "an integer of 5,000 digits": b'{"service": ' + b"9" * 5000 + b"}",
    "a byte order mark": b'\xef\xbb\xbf{"service": "ids"}',
    "deep nesting": f'{{"service": {DEEP}}}'.encode(),
    "endless nesting": TOO_DEEP.encode(),
}
NOT_VALID: dict[str, Any] = {
    "a list": [],
    "a text": "ids",
    "a number": 7,
    "nothing": None,
    "no service": {},
    "a null": {"service": None},
    "a number for a text": {"service": 7},
    "a list for a text": {"service": ["ids"]},
    "an object for a text": {"service": {"slug": "ids"}},
    "an empty text": {"service": ""},
    "a long text": {"service": "x" * 65},
    "U+0000": {"service": "ids\0"},
    "U+0000 in the request id": {"service": "ids", "request_id": "a\0b"},
    "a lone surrogate": {"service": "\ud800"},
    "a lone surrogate in the language": {"service": "ids", "language": "\udfff"},
    "an unknown priority": {"service": "ids", "priority": "royal"},
    "an unknown channel": {"service": "ids", "channel": "pigeon"},
    "an empty request id": {"service": "ids", "request_id": ""},
    "a number as request id": {"service": "ids", "request_id": 5},
    "a long request id": {"service": "ids", "request_id": "x" * 201},
    "a property nobody knows": {"service": "ids", "vip": True},
}


def test_what_is_not_json_is_malformed_and_what_has_the_wrong_values_is_invalid(
    admin: Api, context: Context, subtests: pytest.Subtests
) -> None:
    with nothing_changes(context):
        for name, raw in NOT_JSON.items():
            with subtests.test(name):
                assert_refused(admin.call("POST", TICKETS, data=raw, headers=JSON), 400, "malformed_json")
        for name, document in NOT_VALID.items():
            with subtests.test(name):
                raw = json.dumps(document).encode()
                assert_refused(admin.call("POST", TICKETS, data=raw, headers=JSON), 422, "invalid_value")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_unreadable_bodies_are_refused_on_every_path_that_takes_one(
    admin: Api, application: Flask, brno: Brno, context: Context, subtests: pytest.Subtests
) -> None:
    token = brno.take().token
    parts = {"branch": "brno", "token": token, "counter": str(brno.counters[0])}
    parts |= {"printer": str(brno.printer_id), "kiosk": "1", "ticket": "100000000001"}
    parts |= {"service": "ids", "profile": "all", "panel": "1", "screen": "1"}
    parts |= {"template": "house", "person": "1", "sign_in": "1"}
    parts |= {"job": "1", "schedule": "1", "message": "1", "webhook": "1", "delivery": "1"}
    with nothing_changes(context):
        for rule in application.url_map.iter_rules():
            method = next(iter({"POST", "PUT", "PATCH"} & (rule.methods or set())), None)
            if not rule.rule.startswith("/api/v1/") or method is None:
                continue
            if rule.rule.endswith("/logo"):  # whose body is a picture; tests/web/test_api_printers.py has it
                continue
            _, path = application.url_map.bind("localhost").build(
                rule.endpoint, {name: parts[name] for name in rule.arguments}, method, force_external=True
            ).split("/api/v1", 1)  # fmt: skip
            with subtests.test(f"{method} {rule.rule}"):
                assert_refused(admin.call(method, path, data=b"{", headers=JSON), 400, "malformed_json")
                assert_refused(admin.call(method, path, data=b"[]", headers=JSON), 422, "invalid_value")
                assert_refused(admin.call(method, path, data=b'{"?": 1}', headers=JSON), 422, "invalid_value")
                assert_refused(admin.call(method, path, data=b"a=b"), 415, "unsupported_media_type")
                assert_refused(admin.call(method, path, data=b"x" * 5_000_000, headers=JSON), 413, "body_too_large")


def test_a_body_of_the_wrong_kind_or_of_a_megabyte_is_not_read(admin: Api, context: Context) -> None:
    document = b'{"service": "ids"}'
    with nothing_changes(context):
        for kind in (
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "application/xml",
            "",
        ):
            answer = admin.call("POST", TICKETS, data=document, headers={"Content-Type": kind})
            assert_refused(answer, 415, "unsupported_media_type")
        large = json.dumps({"service": "ids", "language": "x" * 1_000_000}).encode()
        assert_refused(admin.call("POST", TICKETS, data=large, headers=JSON), 413, "body_too_large")
    utf8 = {"Content-Type": "application/json; charset=utf-8"}
    assert admin.call("POST", TICKETS, data=document, headers=utf8).status_code == 201


def test_wrong_queries_are_invalid(admin: Api, context: Context) -> None:
    with nothing_changes(context):
        for path in (
            "/branches/brno/board?since=-1",
            "/branches/brno/board?since=one",
            "/branches/brno/board?since=1.5",
            "/branches/brno/board?since=1_0",
            "/branches/brno/board?since=%00",
            "/branches/brno/board?since=",
            f"/branches/brno/board?since={2**63}",
            "/branches/brno/board?since=" + "9" * 5000,
            "/branches/brno/reports/waits?from=yesterday",
            "/branches/brno/reports/waits?from=2026-02-30",
            "/branches/brno/reports/waits?from=2026-03-05&to=2026-03-04",
            "/branches/brno/reports/waits?from=1990-01-01&to=2026-03-04",
            "/branches/brno/reports/waits?from=0001-01-01&to=0001-01-01",
            "/branches/brno/reports/waits?from=9999-12-31&to=9999-12-31",
            "/branches/brno/reports/waits?from=%00",
            "/branches/brno/reports/waits?format=exe",
        ):
            assert_refused(admin.get(path), 422, "invalid_value")
    for path in ("from=2999-12-31&to=2999-12-31", "from=1000-01-01&to=1000-01-01"):
        assert admin.get(f"/branches/brno/reports/waits?{path}").status_code == 200


def test_wrong_values_at_a_counter_are_invalid(admin: Api, brno: Brno, context: Context) -> None:
    counter = f"/counters/{brno.counters[0]}"
    ticket = brno.take().ticket.id
    admin.post(f"{counter}/open")
    with nothing_changes(context):
        for action, body in (
            ("open", {"profile": 1}),
            ("pause", {"reason": "x" * 201}),
            ("pause", {"reason": "a\0b"}),
            ("call", {}),
            ("call", {"ticket": "A001"}),
            ("call", {"ticket": True}),
            ("call", {"ticket": 1.5}),
            ("call", {"ticket": 0}),
            ("call", {"ticket": -5}),
            ("call", {"ticket": 2**53}),
            ("call", {"ticket": 10**400}),
            ("return", {"position": "middle"}),
            ("return", {"minutes": -1}),
            ("return", {"minutes": 481}),
            ("transfer", {"counter": "1"}),
            ("transfer", {"position": 1}),
            ("transfer", {"service": ""}),
        ):
            assert_refused(admin.post(f"{counter}/{action}", body), 422, "invalid_value")
        assert_refused(admin.post(f"{counter}/call", {"ticket": 2**53 - 1}), 404, "unknown_ticket")
    # To JSON 5.0 and 5 are one number.
    assert admin.post(f"{counter}/call", {"ticket": float(ticket), "request_id": "x"}).status_code == 200
    again = admin.post(f"{counter}/call", {"ticket": ticket, "request_id": "x"})
    assert again.status_code == 200
    assert admin.post(f"{counter}/return", {"minutes": 5.0}).status_code == 200


def test_pages_refuse_impossible_addresses_and_dates_without_a_fault(application: Flask, brno: Brno) -> None:
    client = application.test_client()
    assert sign_in(client, "marta.brno").status_code == 302
    for path, status in (
        ("/t/a%00b", 404),
        ("/t/%ff", 404),
        ("/t/nonsense/qr.svg", 404),
        ("/kiosk/a%00b", 404),
        ("/kiosk/nowhere", 404),
        ("/display/nowhere", 404),
        ("/desk/nowhere", 404),
        ("/reports/nowhere", 404),
        ("/reports/brno?from=0001-01-01&to=9999-12-31", 422),
        ("/reports/brno?from=%00", 422),
        ("/reports/brno?from=2026-03-05&to=2026-03-01", 200),
        ("/theme/red.css", 404),
        ("/sign-in?next=%00", 200),
        ("/sign-in?lang=%00", 200),
    ):
        assert client.get(path, headers={"Accept": "text/html"}).status_code == status, path


# --- too often ------------------------------------------------------------------------------------


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_of_ten_thousand_requests_at_once_a_kiosk_gets_its_burst_and_no_more(
    application: Flask, api_of: Callable[..., Api], context: Context, clock: SimulatedClock
) -> None:
    kiosk = api_of("kiosk", branch="brno")
    settings = application.extensions["queue_settings"]
    wish = {"service": "ids"}
    # Straight to the application: a test client would be most of the time.
    environ = EnvironBuilder(f"/api/v1{TICKETS}", method="POST", json=wish, headers=kiosk.headers).get_environ()
    body = environ["wsgi.input"].getvalue()
    statuses = []
    for _ in range(10_000):
        _, status, _ = run_wsgi_app(application, {**environ, "wsgi.input": BytesIO(body)}, buffered=True)
        statuses.append(int(status[:3]))
    assert statuses == [201] * settings.kiosk_burst + [429] * (10_000 - settings.kiosk_burst)
    assert len(rows_of(context, "ticket")["ticket"]) == settings.kiosk_burst
    # Another kiosk is not held up, and after a minute this one may go on at its rate.
    assert api_of("kiosk", branch="brno").post(TICKETS, wish).status_code == 201
    clock.advance(seconds=10)
    assert kiosk.post(TICKETS, wish).status_code == 201


def test_a_refused_kiosk_changes_nothing(application: Flask, api_of: Callable[..., Api], context: Context) -> None:
    kiosk = api_of("kiosk", branch="brno")
    for _ in range(application.extensions["queue_settings"].kiosk_burst):
        kiosk.post(TICKETS, {"service": "passports"})  # a refused wish counts too, or guessing would be free
    with nothing_changes(context):
        assert_refused(kiosk.post(TICKETS, {"service": "ids"}), 429, "too_many_requests")


# --- in the wrong state ---------------------------------------------------------------------------


def bring_to(brno: Brno, state: State) -> Any:
    """Take a ticket and bring it to `state` at counter 1, where Alena sits."""
    context, counter = brno.context, brno.counters[0]
    if not rows_with_open_session(brno):
        counters.open_counter(context, counter, brno.alena)
    taken = brno.take()
    if state in {State.WAITING, State.CANCELLED, State.EXPIRED}:
        if state == State.CANCELLED:
            serve.cancel(context, taken.token)
        elif state == State.EXPIRED:
            close_day(context, "brno")
            counters.open_counter(context, counter, brno.alena)
        return taken
    serve.call_ticket(context, counter, taken.ticket.id, brno.alena)
    if state == State.SERVING:
        serve.start(context, counter, brno.alena)
    elif state == State.PARKED:
        serve.park(context, counter, brno.alena)
    elif state == State.FINISHED:
        serve.finish(context, counter, brno.alena)
    elif state == State.NO_SHOW:
        serve.no_show(context, counter, brno.alena)
    return taken


def rows_with_open_session(brno: Brno) -> bool:
    """Say whether somebody sits at counter 1."""
    return any(
        row[2] == brno.counters[0] and row[9] is None
        for row in rows_of(brno.context, "counter_session")["counter_session"]
    )


AT_THE_COUNTER = {
    Action.RECALL: ("recall", {}),
    Action.START: ("start", {}),
    Action.FINISH: ("finish", {}),
    Action.NO_SHOW: ("no-show", {}),
    Action.PARK: ("park", {}),
    Action.RETURN: ("return", {}),
    Action.TRANSFER: ("transfer", {"service": "cash"}),
}
STATES = [state for state in State if state != State.TRANSFERRED]  # a transferred leg is never a ticket's last one


@pytest.mark.parametrize("state", STATES)
def test_every_action_is_allowed_or_refused_as_the_table_of_transitions_says(
    brno: Brno, context: Context, application: Flask, visitor: Api, state: State, subtests: pytest.Subtests
) -> None:
    clerk = Api(application, None)
    sign_in(clerk.client, "alena.brno")
    with clerk.client.session_transaction() as session:
        clerk.headers = {"X-CSRF-Token": session["csrf"]}
    counter = f"/counters/{brno.counters[0]}"
    here = state in {State.CALLED, State.SERVING}

    def attempt(action: Action, act: Callable[[Any], Any], refusal: str) -> None:
        with subtests.test(f"{action} of a {state} ticket"):
            taken = bring_to(brno, state)
            allowed = (state, action) in TRANSITIONS
            if allowed and (here or action in {Action.CALL, Action.CANCEL}):
                answer = act(taken)
                assert answer.status_code == 200, answer.json
                expected = TRANSITIONS[state, action]
                after = visitor.get(f"/tickets/{taken.token}").json["state"]
                assert after == ("waiting" if expected == State.TRANSFERRED else expected)
            elif action == Action.CANCEL and state == State.CANCELLED:
                with nothing_changes(context):
                    assert act(taken).status_code == 200
            else:
                with nothing_changes(context):
                    assert_refused(act(taken), 409, refusal)
            # Clear the counter and the queue for the next attempt.
            close_day(context, "brno")

    for action, (name, body) in AT_THE_COUNTER.items():
        refusal = "state_forbids" if here else "no_ticket_at_counter"
        attempt(action, lambda taken, name=name, body=body: clerk.post(f"{counter}/{name}", body), refusal)
    attempt(Action.CALL, lambda taken: clerk.post(f"{counter}/call", {"ticket": taken.ticket.id}), "state_forbids")
    attempt(Action.CANCEL, lambda taken: visitor.post(f"/tickets/{taken.token}/cancel"), "state_forbids")


def test_every_action_at_a_closed_a_paused_and_somebody_elses_counter_is_refused(
    api_of: Callable[..., Api], brno: Brno, context: Context
) -> None:
    desk, other = api_of("desk", branch="brno"), api_of("desk", branch="brno")
    counter = f"/counters/{brno.counters[0]}"
    ticket = brno.take().ticket.id
    everything = {name: body for name, body in AT_THE_COUNTER.values()} | {
        "call-next": {},
        "call": {"ticket": ticket},
    }
    with nothing_changes(context):
        for name, body in {**everything, "pause": {}, "resume": {}, "close": {}}.items():
            assert_refused(desk.post(f"{counter}/{name}", body), 409, "counter_closed")
    desk.post(f"{counter}/open")
    with nothing_changes(context):
        assert_refused(desk.post(f"{counter}/resume"), 409, "counter_not_paused")
        assert_refused(other.post(f"{counter}/open"), 409, "counter_taken")
        for name, body in {**everything, "pause": {}, "resume": {}, "close": {}}.items():
            assert_refused(other.post(f"{counter}/{name}", body), 409, "not_your_counter")
    desk.post(f"{counter}/pause")
    with nothing_changes(context):
        for name in ("call-next", "call"):
            assert_refused(desk.post(f"{counter}/{name}", everything[name]), 409, "counter_paused")
        assert_refused(desk.post(f"{counter}/pause"), 409, "counter_paused")
    desk.post(f"{counter}/resume")
    desk.post(f"{counter}/call-next")
    with nothing_changes(context):
        assert_refused(desk.post(f"{counter}/call-next"), 409, "nobody_waiting")
        assert_refused(desk.post(f"{counter}/close"), 409, "counter_busy")
    # A manager may act at anybody's counter.
    assert api_of("manager", branch="brno").post(f"{counter}/start").status_code == 200


def test_where_the_arrival_is_confirmed_a_called_ticket_is_neither_finished_nor_replaced(
    admin: Api, brno: Brno, context: Context
) -> None:
    change(context, Branch, "brno", confirm_arrival=True)
    counter = f"/counters/{brno.counters[0]}"
    brno.take(), brno.take()
    admin.post(f"{counter}/open"), admin.post(f"{counter}/call-next")
    with nothing_changes(context):
        assert_refused(admin.post(f"{counter}/finish"), 409, "state_forbids")
        assert assert_refused(admin.post(f"{counter}/call-next"), 409, "counter_busy") == {"label": "A001"}
    change(context, Branch, "brno", finish_on_next=False)
    admin.post(f"{counter}/start")
    with nothing_changes(context):
        assert_refused(admin.post(f"{counter}/call-next"), 409, "counter_busy")


# --- one request id, two wishes -------------------------------------------------------------------


def test_a_request_id_is_good_for_one_wish_only(admin: Api, brno: Brno, context: Context) -> None:
    counter = f"/counters/{brno.counters[0]}"
    taken = admin.post(TICKETS, {"service": "ids", "request_id": "x"}).json["ticket"]
    admin.post(TICKETS, {"service": "ids"})
    admin.post(f"{counter}/open")
    admin.post(f"{counter}/call-next", {"request_id": "y"})
    with nothing_changes(context):
        for path, body in (
            (TICKETS, {"service": "cash", "request_id": "x"}),
            (TICKETS, {"service": "ids", "priority": "priority", "request_id": "x"}),
            (TICKETS, {"service": "ids", "language": "pl", "request_id": "x"}),
            (TICKETS, {"service": "ids", "request_id": "y"}),
            (f"{counter}/call-next", {"request_id": "x"}),
            (f"{counter}/call", {"ticket": taken["id"], "request_id": "y"}),
            (f"{counter}/recall", {"request_id": "y"}),
            (f"{counter}/transfer", {"service": "cash", "request_id": "y"}),
            (f"/counters/{brno.counters[1]}/call-next", {"request_id": "y"}),
        ):
            assert_refused(admin.post(path, body), 409, "request_id_reused")
        assert admin.post(f"{counter}/call-next", {"request_id": "y"}).json["ticket"]["label"] == "A001"
    moved = admin.post(f"{counter}/transfer", {"service": "cash", "request_id": "z"})
    with nothing_changes(context):
        assert admin.post(f"{counter}/transfer", {"service": "cash", "request_id": "z"}).json == moved.json
        elsewhere = admin.post(f"{counter}/transfer", {"service": "driving", "request_id": "z"})
        assert_refused(elsewhere, 409, "request_id_reused")


def test_the_same_request_id_in_two_branches_is_two_requests(admin: Api, context: Context) -> None:
    create_brno(context, "ostrava")
    for branch in ("brno", "ostrava"):
        wish = {"service": "ids", "request_id": "x"}
        assert admin.post(f"/branches/{branch}/tickets", wish).status_code == 201
