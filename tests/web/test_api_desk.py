"""What a clerk does over HTTP beside calling and finishing: undo, outcomes, wrap-up, notes, second services, and why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from queue_app.clock import SimulatedClock
from queue_app.operations import rules_setup, setup
from queue_app.operations.unit_of_work import Context
from queue_app.operations.verify import differences
from queue_app.store.models import Base, UserRole
from queue_app.web.why import why
from tests.factories import Brno, create_brno
from tests.web.callers import Api, assert_refused, bearer, page_csrf, rows_of, sign_in

OUTCOMES = [
    {"code": "resolved", "name": {"cs": "Vyřízeno", "en": "Resolved"}},
    {"code": "sent_away", "name": {"cs": "Ne"}},
]


@pytest.fixture
def desk(admin: Api, brno: Brno) -> str:
    """Open counter 1 and return its path."""
    path = f"/counters/{brno.counters[0]}"
    assert admin.post(f"{path}/open").status_code == 200
    return path


def clerk(application: Flask, name: str) -> tuple[Any, dict[str, str]]:
    """Return the browser of somebody who signed in, and the headers of its changes."""
    client = application.test_client()
    assert sign_in(client, name).status_code == 302
    return client, {"X-CSRF-Token": page_csrf(client)}


def at_hand(admin: Api, desk: str) -> Any:
    """Return the ticket at the desk."""
    return admin.get(f"{desk}/desk").json["counter"]["ticket"]


# --- calling --------------------------------------------------------------------------------------


def test_next_of_one_service_leaves_the_others_and_says_why(admin: Api, brno: Brno, desk: str) -> None:
    brno.take("ids")
    driving = brno.take("driving")
    called = admin.post(f"{desk}/call-next", {"service": "B"}).json
    assert called["ticket"]["label"] == driving.ticket.label
    assert (called["rule"], called["why"]) == ("first_come", "Came first")
    assert called["facts"]["waited_minutes"] == 0
    assert at_hand(admin, desk)["why"] == "Came first"
    assert_refused(admin.post(f"{desk}/call-next", {"service": "cash"}), 409, "nobody_waiting")
    assert_refused(admin.post(f"{desk}/call-next", {"service": "passports"}), 404, "unknown_service")


def test_why_is_told_in_the_callers_language(admin: Api, brno: Brno, desk: str) -> None:
    brno.take(priority="priority")
    called = admin.post(f"{desk}/call-next", headers={"Accept-Language": "en"}).json
    assert (called["rule"], called["why"]) == ("priority_first", "Priority before the others")
    assert called["facts"]["class"] == "priority"


@pytest.mark.parametrize(
    ("rule", "facts", "said"),
    [
        ("first_come", None, "Came first"),
        ("share_of_class", {"every": 3, "class": "pregnant"}, "Priority: one call of every 3"),
        ("share_of_class", {}, ""),
        (
            "target_ratio",
            {"percent": 90, "target_minutes": 10},
            "Waited the most of what was promised: 90 % of 10 min",
        ),
        ("target_ratio", None, ""),
        ("booked", {}, "Booked, and it is time"),
        ("booked", {"booked_for": "2026-03-04T09:30:00+00:00"}, "Booked for 10:30"),
        ("reserved", {"reserved_for": "person"}, "Kept for the person at this counter"),
        ("reserved", {"reserved_for": "counter"}, "Kept for this counter"),
        ("no such rule", {"x": 1}, ""),
        (None, None, ""),
    ],
)
def test_why_never_fails_and_never_names_a_class(
    context: Context, brno: Brno, rule: str | None, facts: dict[str, Any] | None, said: str
) -> None:
    assert why("en", rule, facts, context.setup("brno").zone) == said


def test_a_booked_visitor_is_called_for_the_time_of_the_branchs_own_zone(
    admin: Api, brno: Brno, desk: str, clock: SimulatedClock
) -> None:
    admin.call("PUT", "/branches/brno/rules", json={"classes": [{"name": "booked"}]})
    body = {"service": "ids", "booked_for": "2026-03-04T08:30:00Z", "channel": "phone"}
    assert admin.post("/branches/brno/tickets", body).status_code == 201
    clock.advance(minutes=40)
    called = admin.post(f"{desk}/call-next", headers={"Accept-Language": "en"}).json
    assert (called["rule"], called["why"]) == ("booked", "Booked for 09:30")


def test_a_kiosk_neither_books_nor_keeps_a_number_for_anybody(
    api_of: Callable[..., Api], brno: Brno, context: Context
) -> None:
    kiosk = api_of("kiosk", branch="brno")
    before = rows_of(context)
    for more in ({"booked_for": "2026-03-04T08:30:00Z"}, {"user": brno.users["alena"]}):
        assert_refused(kiosk.post("/branches/brno/tickets", {"service": "ids", **more}), 403, "not_allowed")
    assert rows_of(context) == before
    kept = api_of("desk", branch="brno").post(
        "/branches/brno/tickets", {"service": "ids", "user": brno.users["alena"], "channel": "staff"}
    )
    assert kept.status_code == 201


# --- outcomes, wrap-up, calling by itself ---------------------------------------------------------


def test_outcomes_are_offered_required_and_kept(admin: Api, brno: Brno, desk: str) -> None:
    admin.call("PUT", "/branches/brno/services/ids/outcomes", json={"outcomes": OUTCOMES})
    admin.call("PUT", "/branches/brno/desk-rules", json={"outcome_required": True})
    for _ in range(3):
        brno.take()
    admin.post(f"{desk}/call-next")
    seen = admin.get(f"{desk}/desk", headers={"Accept-Language": "en"}).json
    assert seen["counter"]["ticket"]["outcomes"] == [
        {"code": "resolved", "name": "Resolved"},
        {"code": "sent_away", "name": "Ne"},
    ]
    assert seen["rules"]["outcome_required"] is True
    details = assert_refused(admin.post(f"{desk}/finish"), 409, "outcome_needed")
    assert details == {"service": "ids", "outcomes": ["resolved", "sent_away"]}
    assert_refused(admin.post(f"{desk}/call-next"), 409, "outcome_needed")
    assert_refused(admin.post(f"{desk}/finish", {"outcome": "lost"}), 422, "invalid_value")
    second = admin.post(f"{desk}/call-next", {"outcome": "resolved"}).json["ticket"]["label"]
    assert second == "A002"
    third = {"ticket": brno.take().ticket.id, "outcome": "sent_away"}
    assert admin.post(f"{desk}/call", third).json["ticket"]["label"] == "A004"
    without = admin.post(f"{desk}/serve-without-ticket", {"service": "cash", "outcome": "resolved"})
    assert without.status_code == 200
    assert admin.post(f"{desk}/finish", {"outcome": "whatever"}).status_code == 200  # cash has no outcomes to choose of
    outcomes = [row.outcome for row in leg_rows(brno.context)]
    assert outcomes == ["resolved", "sent_away", None, "resolved", "whatever"]


def leg_rows(context: Context) -> list[Any]:
    """Return all legs, oldest first."""
    table = Base.metadata.tables["leg"]
    with context.database.reading() as connection:
        return list(connection.execute(select(table).order_by(table.c.id)))


def test_finishing_calls_the_next_one_by_itself_once(admin: Api, brno: Brno, desk: str) -> None:
    admin.call("PUT", "/branches/brno/desk-rules", json={"auto_call": True})
    for _ in range(3):
        brno.take()
    admin.post(f"{desk}/call-next")
    finished = admin.post(f"{desk}/finish", {"request_id": "tap"}).json
    assert (finished["ticket"]["label"], finished["ticket"]["state"]) == ("A001", "finished")
    assert (finished["next"]["ticket"]["label"], finished["next"]["why"]) == ("A002", "Came first")
    again = admin.post(f"{desk}/finish", {"request_id": "tap"}).json
    assert (again["ticket"]["label"], again["next"]["ticket"]["label"]) == ("A001", "A002")
    assert at_hand(admin, desk)["label"] == "A002"
    wrapped = admin.post(f"{desk}/finish", {"wrap_up": True}).json
    assert wrapped["next"] is None
    assert admin.get(f"{desk}/desk").json["counter"]["state"] == "wrap_up"
    assert admin.post(f"{desk}/call-next").json["ticket"]["label"] == "A003"
    assert admin.post(f"{desk}/finish").json["next"] is None  # nobody waits any more


def test_without_calling_by_itself_nobody_follows(admin: Api, brno: Brno, desk: str) -> None:
    brno.take()
    brno.take()
    admin.post(f"{desk}/call-next")
    assert admin.post(f"{desk}/finish").json["next"] is None
    assert at_hand(admin, desk) is None


def test_a_wrap_up_is_shown_with_its_end_and_ended_by_hand(
    admin: Api, brno: Brno, desk: str, clock: SimulatedClock
) -> None:
    assert admin.get(f"{desk}/desk").json["counter"]["wrap_up_until"] is None
    admin.call("PUT", "/branches/brno/desk-rules", json={"wrap_up_seconds": 90})
    state = admin.post(f"{desk}/wrap-up").json
    assert state["state"] == "wrap_up"
    counter = admin.get(f"{desk}/desk").json["counter"]
    assert (counter["state"], counter["wrap_up_until"]) == ("wrap_up", "2026-03-04T08:01:30.000Z")
    assert admin.get("/branches/brno/counters").json["counters"][0]["state"] == "wrap_up"
    assert admin.post(f"{desk}/resume").json["state"] == "open"
    brno.take()
    admin.post(f"{desk}/call-next")
    assert_refused(admin.post(f"{desk}/wrap-up"), 409, "counter_busy")
    assert_refused(admin.post(f"/counters/{brno.counters[1]}/wrap-up"), 409, "counter_closed")


def test_a_no_show_is_too_early_until_the_branchs_seconds_have_passed(
    admin: Api, brno: Brno, desk: str, clock: SimulatedClock
) -> None:
    admin.call("PUT", "/branches/brno/desk-rules", json={"no_show_calls": 2, "no_show_seconds": 30})
    brno.take()
    admin.post(f"{desk}/call-next")
    details = assert_refused(admin.post(f"{desk}/no-show"), 409, "no_show_too_early")
    assert details == {"calls": 1, "needed_calls": 2, "seconds_left": 30}
    admin.post(f"{desk}/recall")
    clock.advance(seconds=30)
    assert admin.post(f"{desk}/no-show").json["ticket"]["state"] == "no_show"


# --- undo -----------------------------------------------------------------------------------------


def test_the_last_action_is_offered_for_undoing_and_undone(
    admin: Api, brno: Brno, desk: str, clock: SimulatedClock, context: Context
) -> None:
    assert admin.get(f"{desk}/desk").json["undo"] is None
    brno.take()
    admin.post(f"{desk}/call-next")
    clock.advance(seconds=5.5)
    offered = admin.get(f"{desk}/desk").json["undo"]
    assert offered == {"kind": "ticket_called", "label": "A001", "seconds_left": 15}
    undone = admin.post(f"{desk}/undo", {"request_id": "u"}).json
    assert (undone["ticket"]["state"], undone["ticket"]["ahead"]) == ("waiting", 0)
    assert admin.post(f"{desk}/undo", {"request_id": "u"}).status_code == 200
    assert admin.get(f"{desk}/desk").json["undo"] is None
    assert_refused(admin.post(f"{desk}/undo"), 409, "nothing_to_undo")
    admin.post(f"{desk}/call-next")
    clock.advance(seconds=20.5)
    assert admin.get(f"{desk}/desk").json["undo"] is None
    assert_refused(admin.post(f"{desk}/undo"), 409, "undo_too_late")
    assert list(differences(context)) == []


def test_finish_and_next_is_undone_whole_but_not_a_recall(admin: Api, brno: Brno, desk: str) -> None:
    brno.take()
    brno.take()
    admin.post(f"{desk}/call-next")
    admin.post(f"{desk}/call-next")
    assert admin.get(f"{desk}/desk").json["undo"]["label"] == "A002"
    admin.post(f"{desk}/undo")
    assert at_hand(admin, desk)["label"] == "A001"
    admin.post(f"{desk}/recall")
    assert admin.get(f"{desk}/desk").json["undo"] is None


def test_somebody_elses_action_is_not_undone(admin: Api, brno: Brno, desk: str, api_of: Callable[..., Api]) -> None:
    brno.take()
    admin.post(f"{desk}/call-next")
    assert_refused(api_of("desk", branch="brno").post(f"{desk}/undo"), 409, "not_your_counter")


# --- further services, notes, people --------------------------------------------------------------


def test_a_second_service_follows_the_first_with_the_same_number(admin: Api, brno: Brno, desk: str) -> None:
    brno.take("ids")
    assert_refused(admin.post(f"{desk}/add-service", {"service": "cash"}), 409, "no_ticket_at_counter")
    admin.post(f"{desk}/call-next")
    assert admin.post(f"{desk}/add-service", {"service": "C", "request_id": "a"}).status_code == 200
    admin.post(f"{desk}/add-service", {"service": "C", "request_id": "a"})
    assert at_hand(admin, desk)["next_services"] == ["cash"]
    assert_refused(admin.post(f"{desk}/add-service", {"service": "passports"}), 404, "unknown_service")
    admin.post(f"{desk}/finish")
    called = admin.post(f"{desk}/call-next", {"service": "cash"}).json
    assert (called["ticket"]["label"], called["leg"]["service"], called["leg"]["sequence"]) == ("A001", "cash", 2)
    for _ in range(5):
        admin.post(f"{desk}/add-service", {"service": "ids"})
    assert_refused(admin.post(f"{desk}/add-service", {"service": "ids"}), 409, "state_forbids")


def test_somebody_without_a_number_is_served_with_the_next_one(admin: Api, brno: Brno, desk: str) -> None:
    brno.take()
    body = {"service": "ids", "language": "pl", "request_id": "w"}
    served = admin.post(f"{desk}/serve-without-ticket", body).json
    assert (served["ticket"]["label"], served["ticket"]["state"]) == ("A002", "serving")
    assert (served["ticket"]["language"], served["why"]) == ("pl", "Served without waiting")
    assert admin.post(f"{desk}/serve-without-ticket", body).json["ticket"]["label"] == "A002"
    assert_refused(admin.post(f"{desk}/serve-without-ticket", {"service": "x"}), 404, "unknown_service")


def test_a_note_goes_with_the_transfer_stands_nowhere_in_the_record_and_is_erased(
    admin: Api, brno: Brno, desk: str, context: Context
) -> None:
    secret = "Speaks with the lawyer only"
    ticket = brno.take().ticket.id
    admin.post(f"{desk}/call-next")
    assert_refused(admin.post(f"{desk}/transfer", {"service": "cash", "note": " "}), 422, "invalid_value")
    assert_refused(admin.post(f"{desk}/transfer", {"service": "cash", "note": "x" * 501}), 422, "invalid_value")
    assert at_hand(admin, desk)["label"] == "A001"  # refused before anything was done
    body = {"service": "cash", "note": f" {secret} ", "request_id": "t"}
    for _ in range(2):
        assert admin.post(f"{desk}/transfer", body).json["ticket"]["state"] == "waiting"
    assert admin.get("/branches/brno/queue").json["waiting"][0]["notes"] == 1
    left = admin.post(f"/branches/brno/tickets/{ticket}/notes", {"text": "Second"})
    assert left.status_code == 201
    admin.post(f"{desk}/call-next")
    notes = at_hand(admin, desk)["notes"]
    assert [note["text"] for note in notes] == [secret, "Second"] == [note["text"] for note in left.json["notes"]]
    assert notes[0]["author"] == "test admin"
    record = str(rows_of(context, "ticket_event", "ticket", "leg"))
    assert secret not in record and "Second" not in record
    admin.post("/branches/brno/close-day")
    assert rows_of(context, "ticket_note") == {"ticket_note": []}
    assert_refused(admin.post(f"/branches/brno/tickets/{ticket}/notes", {"text": "late"}), 409, "state_forbids")


def test_parked_for_a_person_is_seen_wherever_they_sit(application: Flask, admin: Api, brno: Brno, desk: str) -> None:
    brno.take()
    admin.post(f"{desk}/call-next")
    assert_refused(admin.post(f"{desk}/park", {"user": brno.users["oskar"]}), 404, "unknown_user")
    assert admin.post(f"{desk}/park", {"user": brno.users["bohdan"]}).json["ticket"]["state"] == "parked"
    assert admin.get(f"{desk}/desk").json["parked"] == []
    client, sent = clerk(application, "bohdan.brno")
    other = f"/api/v1/counters/{brno.counters[2]}"
    assert client.post(f"{other}/open", headers=sent).status_code == 200
    (parked,) = client.get(f"{other}/desk").json["parked"]
    assert (parked["label"], parked["reserved_person"]) == ("A001", "Bohdan")
    called = client.post(f"{other}/call", json={"ticket": parked["id"]}, headers=sent)
    assert called.json["why"] == "Chosen by a clerk"


def test_the_desk_tells_rules_classes_profiles_and_people(admin: Api, brno: Brno, desk: str) -> None:
    admin.call("PUT", "/branches/brno/profiles/papers", json={"services": ["ids", "driving"]})
    seen = admin.get(f"{desk}/desk").json
    assert seen["rules"] == {
        "no_show_calls": 1, "no_show_seconds": 0, "most_recalls": None, "wrap_up_seconds": 0, "auto_call": False,
        "outcome_required": False,
    }  # fmt: skip
    assert (seen["classes"], seen["profiles"], seen["profile"]) == (["priority"], ["papers"], None)
    assert [one["name"] for one in seen["people"]] == ["Alena", "Bohdan", "Marta"]
    admin.post(f"{desk}/close")
    admin.post(f"{desk}/open", {"profile": "papers"})
    assert admin.get(f"{desk}/desk").json["profile"] == "papers"


# --- those who supervise --------------------------------------------------------------------------


def test_a_manager_takes_a_counter_over_and_a_clerk_does_not(application: Flask, brno: Brno) -> None:
    path = f"/api/v1/counters/{brno.open(0)}"
    brno.take()
    brno.next(0)
    bohdan, his = clerk(application, "bohdan.brno")
    assert_refused(bohdan.post(f"{path}/open", json={"take_over": True}, headers=his), 403, "not_allowed")
    marta, hers = clerk(application, "marta.brno")
    details = assert_refused(marta.post(f"{path}/open", headers=hers), 409, "counter_taken")
    assert details == {"clerk": "Alena"}
    assert marta.post(f"{path}/open", json={"take_over": True}, headers=hers).json["clerk"] == "Marta"
    seen = marta.get(f"{path}/desk").json["counter"]
    assert (seen["clerk"], seen["ticket"]["label"]) == ("Marta", "A001")


def test_a_manager_changes_the_profile_of_an_open_counter_and_hears_what_nobody_takes_now(
    admin: Api, api_of: Callable[..., Api], brno: Brno, desk: str
) -> None:
    admin.call("PUT", "/branches/brno/profiles/papers", json={"services": ["ids", "driving"]})
    brno.take("cash")
    brno.take("driving")
    changed = admin.post(f"{desk}/profile", {"profile": "papers"})
    assert (changed.json["profile"], changed.json["unserved"]) == ("papers", ["cash"])
    assert changed.json["state"] == "open"
    assert admin.get(f"{desk}/desk").json["counter"]["services"] == ["ids", "driving"]
    assert admin.post(f"{desk}/call-next").json["ticket"]["label"] == "B001"
    assert_refused(admin.post(f"{desk}/profile", {"profile": "x"}), 404, "unknown_profile")
    assert_refused(admin.post(f"/counters/{brno.counters[1]}/profile", {"profile": "papers"}), 409, "counter_closed")
    assert_refused(api_of("desk", branch="brno").post(f"{desk}/profile", {"profile": "papers"}), 403, "not_allowed")


def test_a_manager_of_another_branch_changes_no_profile_here(api_of: Callable[..., Api], brno: Brno, desk: str) -> None:
    create_brno(brno.context, "ostrava")
    stranger = Api(api_of().app, bearer(brno.context, "manager", branch="ostrava"))
    assert_refused(stranger.post(f"{desk}/profile", {"profile": "all"}), 403, "not_allowed")


def test_a_clerks_own_profile_is_used_where_none_is_asked_for(application: Flask, brno: Brno, context: Context) -> None:
    with context.database.writing() as connection:
        own = setup.add_profile(connection, brno.branch_id, "own", [brno.services["cash"]])
        connection.execute(update(UserRole).where(UserRole.user_id == brno.users["alena"]).values(profile_id=own))
    context.reload("brno")
    client, sent = clerk(application, "alena.brno")
    path = f"/api/v1/counters/{brno.counters[0]}"
    client.post(f"{path}/open", headers=sent)
    assert client.get(f"{path}/desk").json["profile"] == "own"


# --- tickets in the queue -------------------------------------------------------------------------


def test_a_ticket_is_cancelled_reopened_and_moved_by_a_clerk(admin: Api, brno: Brno, context: Context) -> None:
    first, _ = brno.take(), brno.take()
    path = f"/branches/brno/tickets/{first.ticket.id}"
    assert_refused(admin.post(f"{path}/reopen"), 409, "state_forbids")
    cancelled = admin.post(f"{path}/cancel", {"reason": "went home", "request_id": "c"}).json
    assert cancelled["ticket"]["state"] == "cancelled"
    assert admin.post(f"{path}/cancel", {"reason": "went home", "request_id": "c"}).status_code == 200
    assert_refused(admin.post(f"{path}/cancel", {"request_id": "c"}), 409, "request_id_reused")
    assert_refused(admin.post(f"{path}/cancel"), 409, "state_forbids")
    reopened = admin.post(f"{path}/reopen").json
    assert (reopened["ticket"]["state"], reopened["ticket"]["ahead"]) == ("waiting", 0)
    moved = admin.post(f"{path}/move", {"service": "cash", "position": "first"}).json
    assert (moved["ticket"]["label"], moved["ticket"]["state"]) == ("A001", "waiting")
    listed = next(leg for leg in admin.get("/branches/brno/queue").json["waiting"] if leg["label"] == "A001")
    assert (listed["service"], listed["position_hint"]) == ("cash", "first")
    for where, code in (
        ({"service": "x"}, "unknown_service"),
        ({"counter": 10**9}, "unknown_counter"),
        ({"user": brno.users["oskar"]}, "unknown_user"),
    ):
        assert_refused(admin.post(f"{path}/move", where), 404, code)
    assert list(differences(context)) == []


@pytest.mark.parametrize("action", ["reopen", "move", "cancel", "notes"])
def test_a_ticket_of_another_branch_is_unknown_to_every_action(admin: Api, brno: Brno, action: str) -> None:
    ostrava = create_brno(brno.context, "ostrava")
    foreign = ostrava.context.setup("ostrava").id * 10**11 + 1
    body = {"text": "x"} if action == "notes" else {}
    before = rows_of(brno.context)
    for ticket in (foreign, 7, 2**53 - 1):
        assert_refused(admin.post(f"/branches/brno/tickets/{ticket}/{action}", body), 404, "unknown_ticket")
    assert rows_of(brno.context) == before


def test_the_queue_shows_counters_services_and_everybody_who_waits(
    admin: Api, brno: Brno, desk: str, clock: SimulatedClock, context: Context
) -> None:
    rules_setup.set_profile(context, "brno", brno.actor("marta"), "papers", {"services": ["ids"]})
    brno.take("ids", priority="priority")
    brno.take("ids", wanted_language="pl")
    brno.take("cash", user_id=brno.users["bohdan"])
    clock.advance(minutes=16)
    late = brno.take("driving", booked_for=clock.now() + timedelta(minutes=30))
    admin.post(f"{desk}/call-next")
    clock.advance(seconds=5)
    seen = admin.get("/branches/brno/queue").json
    assert seen["server_time"] == "2026-03-04T08:16:05.000Z"
    one, two, *_ = seen["counters"]
    assert {key: one[key] for key in ("name", "state", "clerk", "since", "profile", "waiting")} == {
        "name": "1", "state": "open", "clerk": "test admin", "since": "2026-03-04T08:00:00.000Z", "profile": None,
        "waiting": 2,
    }  # fmt: skip
    assert one["ticket"] == {
        "id": one["ticket"]["id"], "label": "A001", "service": "ids", "state": "called", "since": "2026-03-04T08:16:00.000Z",
    }  # fmt: skip
    assert (two["state"], two["clerk"], two["since"], two["ticket"]) == ("closed", None, None, None)
    services = {service["id"]: service for service in seen["services"]}
    assert services["ids"] | {"waiting": 1, "longest_seconds": 965, "over_target": 1, "counters": 1} == services["ids"]
    assert services["driving"]["longest_seconds"] == 0
    assert services["cash"]["open"] is services["cash"]["intake_open"] is True
    waiting = {leg["label"]: leg for leg in seen["waiting"]}
    assert list(waiting) == ["A002", "C001", late.ticket.label]
    assert (waiting["A002"]["priority"], waiting["A002"]["wanted_language"]) == ("standard", "pl")
    assert (waiting["A002"]["wait_seconds"], waiting["A002"]["over"]) == (965, True)
    assert waiting["C001"]["reserved"] == {"person": "Bohdan"}
    assert waiting[late.ticket.label]["booked_for"] == "2026-03-04T08:46:00.000Z"
    assert (seen["classes"], seen["unserved"]) == (["priority"], [])
    admin.post(f"{desk}/pause")
    assert admin.get("/branches/brno/queue").json["unserved"] == ["ids", "driving", "cash"]
