"""The rules over HTTP and at the command line: read, changed while people wait, and told to whom they concern."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from queue_app.clock import SimulatedClock
from queue_app.operations.unit_of_work import Context
from queue_app.operations.verify import differences
from queue_app.operations.views import fresh_setup
from tests.factories import Brno
from tests.realtime.screens import Screen
from tests.web.callers import Api, assert_refused, rows_of

CLASSES = [
    {"name": "reduced_mobility", "handling": "strict"},
    {"name": "pregnant", "handling": "at_least", "every": 3},
    {"name": "booked", "handling": "head_start", "minutes": 15},
]
USUAL = {
    "classes": [{"name": "priority", "handling": "strict"}],
    "longest_wait_minutes": None,
    "late_minutes": 15,
    "language_hold_minutes": 10,
    "own_language_first": True,
    "reserved_first": False,
}


def put(api: Api, path: str, body: Any) -> Any:
    """PUT `body` to a path of the branch."""
    return api.call("PUT", f"/branches/brno{path}", json=body)


def test_rules_are_read_changed_and_read_again(admin: Api, brno: Brno) -> None:
    assert admin.get("/branches/brno/rules").json == USUAL
    changed = put(admin, "/rules", {"classes": CLASSES, "longest_wait_minutes": 45})
    assert changed.json == {**USUAL, "classes": CLASSES, "longest_wait_minutes": 45}
    assert admin.get("/branches/brno/rules").json == changed.json
    assert put(admin, "/rules", changed.json).json == changed.json
    taken = admin.post("/branches/brno/tickets", {"service": "ids", "priority": "pregnant"})
    assert taken.status_code == 201
    assert_refused(admin.post("/branches/brno/tickets", {"service": "ids", "priority": "royal"}), 422, "invalid_value")
    assert put(admin, "/rules", {}).json == USUAL


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/rules", {"classes": [{"name": "a"}, {"name": "a"}]}, "classes[1].name"),
        ("/rules", {"classes": [{"name": "a", "handling": "at_least"}]}, "classes[0].every"),
        ("/rules", {"classes": [{"name": "standard"}]}, "classes[0].name"),
        ("/rules", {"late_minutes": -1}, "late_minutes"),
        ("/rules", {"late_minutes": 2.5}, "late_minutes"),
        ("/rules", {"unknown": 1e300}, ""),
        ("/desk-rules", {"no_show_calls": 0}, "no_show_calls"),
        ("/desk-rules", {"auto_call": 1}, "auto_call"),
        ("/profiles/x", {"services": []}, "services"),
        ("/profiles/x", {"services": ["passports"]}, "services[0]"),
        ("/profiles/x", {"services": [{"service": "ids", "weight": 2}]}, "services[0].weight"),
        ("/profiles/x", {"services": ["ids"], "manner": "whim"}, "manner"),
        ("/profiles/%20x", {"services": ["ids"]}, "name"),
        ("/profiles/x%0A", {"services": ["ids"]}, "name"),
        (f"/profiles/{'x' * 101}", {"services": ["ids"]}, "name"),
        ("/services/ids/outcomes", {"outcomes": [{"code": "A B", "name": {"en": "x"}}]}, "outcomes[0].code"),
        ("/services/ids/outcomes", {"outcomes": [{"code": "a", "name": {}}]}, "outcomes[0].name"),
        ("/services/ids/longest-wait", {"minutes": 0}, "minutes"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_by_its_place(
    admin: Api, brno: Brno, path: str, body: Any, field: str
) -> None:
    before = rows_of(brno.context, "branch", "service", "work_profile", "branch_state", "ticket_event")
    assert assert_refused(put(admin, path, body), 422, "invalid_value")["field"] == field
    assert rows_of(brno.context, "branch", "service", "work_profile", "branch_state", "ticket_event") == before


def test_classes_change_while_people_of_them_wait_and_nobody_is_lost(
    admin: Api, brno: Brno, context: Context, clock: SimulatedClock
) -> None:
    put(admin, "/rules", {"classes": CLASSES[:2]})
    for priority in ("standard", "pregnant", "reduced_mobility", "pregnant"):
        brno.take(priority=priority)
        clock.advance(seconds=1)
    desk = f"/counters/{brno.open()}"
    finished = admin.post(f"{desk}/call-next").json["ticket"]
    assert finished["label"] == "A003"
    admin.post(f"{desk}/finish")
    put(admin, "/rules", {"classes": [{"name": "pregnant"}]})
    assert list(differences(context)) == []
    admin.post(f"/branches/brno/tickets/{finished['id']}/reopen")
    called = [admin.post(f"{desk}/call-next").json["ticket"]["label"] for _ in range(2)]
    assert called == ["A002", "A004"]
    put(admin, "/rules", {"classes": []})
    assert [leg["label"] for leg in admin.get("/branches/brno/queue").json["waiting"]] == ["A001", "A003"]
    assert admin.post("/branches/brno/tickets", {"service": "ids"}).json["ticket"]["ahead"] == 2
    admin.post(f"{desk}/undo")  # the call of A004 is still the counter's last action
    called = [admin.post(f"{desk}/call-next").json["ticket"]["label"] for _ in range(4)]
    assert called == ["A001", "A003", "A004", "A005"]
    assert_refused(admin.post(f"{desk}/call-next"), 409, "nobody_waiting")
    assert list(differences(context)) == []


def test_desk_rules_are_read_and_changed(admin: Api) -> None:
    usual = admin.get("/branches/brno/desk-rules").json
    changed = put(admin, "/desk-rules", {"wrap_up_seconds": 60, "most_recalls": 3}).json
    assert changed == {**usual, "wrap_up_seconds": 60, "most_recalls": 3}
    assert admin.get("/branches/brno/desk-rules").json == changed


def test_profiles_are_made_changed_and_read(admin: Api, brno: Brno) -> None:
    assert admin.get("/branches/brno/profiles").json == {"profiles": []}
    wish = {"manner": "weighted_share", "services": [{"service": "ids", "weight": 2, "target_minutes": 10}, "cash"]}
    made = put(admin, "/profiles/Přepážka 1", wish).json
    assert made == {
        "name": "Přepážka 1",
        "manner": "weighted_share",
        "services": [
            {"service": "ids", "weight": 2, "target_minutes": 10, "longest_wait_minutes": None},
            {"service": "cash", "weight": 1, "target_minutes": None, "longest_wait_minutes": None},
        ],
    }
    admin.post(f"/counters/{brno.counters[0]}/open", {"profile": "Přepážka 1"})
    changed = put(admin, "/profiles/Přepážka 1", {"services": ["driving"]}).json
    assert (changed["manner"], [each["service"] for each in changed["services"]]) == ("first_come", ["driving"])
    assert admin.get("/branches/brno/profiles").json == {"profiles": [changed]}
    assert admin.get(f"/counters/{brno.counters[0]}/desk").json["counter"]["services"] == ["driving"]


def test_a_longest_wait_goes_before_everything_else(admin: Api, brno: Brno, clock: SimulatedClock) -> None:
    assert put(admin, "/services/C/longest-wait", {"minutes": 30}).json == {"minutes": 30}
    brno.take("cash")
    clock.advance(minutes=31)
    brno.take(priority="priority")
    called = admin.post(f"/counters/{brno.open()}/call-next", headers={"Accept-Language": "en"}).json
    assert called["why"] == "Waited longer than the longest allowed 30 min"
    assert put(admin, "/services/cash/longest-wait", {"minutes": None}).json == {"minutes": None}


def test_the_intake_of_a_service_is_closed_and_opened(admin: Api, brno: Brno) -> None:
    closed = admin.post("/branches/brno/services/ids/intake", {"open": False})
    assert closed.json == {"service": "ids", "intake_open": False}
    assert_refused(admin.post("/branches/brno/tickets", {"service": "ids"}), 409, "service_closed")
    assert admin.get("/branches/brno").json["services"][0]["state"] == "closed"
    assert admin.get("/branches/brno/queue").json["services"][0]["intake_open"] is False
    admin.post("/branches/brno/services/ids/intake", {"open": True})
    assert admin.post("/branches/brno/tickets", {"service": "ids"}).status_code == 201
    assert_refused(admin.post("/branches/brno/services/x/intake", {"open": True}), 404, "unknown_service")
    assert_refused(admin.post("/branches/brno/services/ids/intake", {}), 422, "invalid_value")


def test_a_notice_is_shown_to_the_lobby_and_taken_away(application: Flask, admin: Api, brno: Brno) -> None:
    screen = Screen(application, admin.headers)
    screen.subscribe("board", branch="brno")
    shown = admin.post("/branches/brno/notice", {"notice": {"cs": " Brzy zavíráme ", "en": ""}})
    assert shown.json == {"notice": {"cs": "Brzy zavíráme"}}
    (event,) = screen.told()
    assert event["kind"] == "notice_changed"
    assert admin.get("/branches/brno/board").json["notice"] == {"cs": "Brzy zavíráme"}
    admin.post("/branches/brno/notice", {"notice": {}})
    assert admin.get("/branches/brno/board").json["notice"] == {}
    details = assert_refused(admin.post("/branches/brno/notice", {"notice": {"de": "x"}}), 422, "invalid_value")
    assert details["field"] == "notice.de"
    assert_refused(admin.post("/branches/brno/notice", {"notice": {"cs": "x" * 501}}), 422, "invalid_value")


def test_a_message_reaches_every_desk_and_no_lobby_screen(
    application: Flask, admin: Api, brno: Brno, clock: SimulatedClock
) -> None:
    token = brno.take().token
    board, desk, line = (Screen(application, admin.headers) for _ in range(3))
    board.subscribe("board", branch="brno")
    desk.subscribe("desk", branch="brno")
    line.subscribe("ticket", token=token)
    revision = admin.get("/branches/brno/board").json["revision"]
    words = "Somebody took the keys of room 3"
    assert admin.post("/branches/brno/message", {"text": words}).json == {"text": words}
    (told,) = desk.told()
    assert (told["kind"], told["text"], told["by"]) == ("desk_message", words, "test admin")
    for screen in (board, line):
        messages = screen.told()
        assert messages and words not in json.dumps(messages)
    assert words not in json.dumps(admin.get(f"/branches/brno/board?since={revision}").json)
    # A desk that was away learns of it with its next look, for a quarter of an hour.
    desk_path = f"/counters/{brno.counters[0]}/desk"
    (kept,) = admin.get(desk_path).json["messages"]
    assert (kept["text"], kept["by"], kept["revision"]) == (words, "test admin", told["revision"])
    clock.advance(seconds=16 * 60)
    assert admin.get(desk_path).json["messages"] == []
    for text in ("", " ", "x" * 201):
        assert_refused(admin.post("/branches/brno/message", {"text": text}), 422, "invalid_value")


def test_a_lobby_screen_that_missed_a_message_never_hears_its_words(application: Flask, admin: Api, brno: Brno) -> None:
    revision = admin.get("/branches/brno/board").json["revision"]
    admin.post("/branches/brno/message", {"text": "for desks only"})
    for channel in ("board", "desk"):
        caught_up = Screen(application, admin.headers).subscribe(channel, branch="brno", revision=revision)
        assert "for desks only" not in json.dumps(caught_up)


def test_clerks_change_no_rules(api_of: Callable[..., Api], brno: Brno) -> None:
    clerk = api_of("desk", branch="brno")
    before = rows_of(brno.context, "branch", "service", "work_profile")
    for path, body in (
        ("/rules", {}),
        ("/desk-rules", {}),
        ("/profiles/x", {"services": ["ids"]}),
        ("/services/ids/outcomes", {"outcomes": []}),
        ("/services/ids/longest-wait", {"minutes": 5}),
    ):
        assert_refused(put(clerk, path, body), 403, "not_allowed")
    assert_refused(clerk.get("/branches/brno/rules"), 403, "not_allowed")
    assert clerk.get("/branches/brno/profiles").status_code == 200
    assert rows_of(brno.context, "branch", "service", "work_profile") == before


def test_another_process_sees_changed_rules_with_its_next_look(
    application: Flask, admin: Api, brno: Brno, context: Context
) -> None:
    other = Context(context.database, context.clock)
    other.setup("brno")
    put(admin, "/rules", {"classes": CLASSES})
    assert [each.name for each in fresh_setup(other, "brno").rules.classes] == [each["name"] for each in CLASSES]


# --- the command line -----------------------------------------------------------------------------


@pytest.fixture
def run(application: Flask, brno: Brno) -> Any:
    """Run `flask rules …`."""

    def run(*arguments: str, **options: Any) -> Any:
        return application.test_cli_runner().invoke(args=["rules", *arguments], **options)

    return run


def test_rules_are_shown_and_set_at_the_command_line(run: Any, admin: Api, tmp_path: Any) -> None:
    shown = json.loads(run("show", "brno").output)
    assert shown["rules"] == USUAL and shown["profiles"] == []
    file = tmp_path / "rules.json"
    file.write_text(json.dumps({"classes": CLASSES}))
    assert json.loads(run("set", "brno", str(file)).output)["classes"] == CLASSES
    assert json.loads(run("desk", "brno", "-", input='{"auto_call": true}').output)["auto_call"] is True
    made = json.loads(run("profile", "brno", "all", "-", input='{"services": ["ids"]}').output)
    assert made["name"] == "all"
    assert json.loads(run("show", "brno").output)["profiles"] == [made]
    assert admin.get("/branches/brno/rules").json["classes"] == CLASSES


def test_counters_and_clerks_are_set_at_the_command_line(run: Any, admin: Api, brno: Brno) -> None:
    assert admin.call("PUT", "/branches/brno/profiles/cash", json={"services": ["cash"]}).status_code == 200
    assert "Counter 1 opens with cash" in run("counter", "brno", "1", "cash").output
    assert (
        "alena.brno: cs, de, cash."
        in run("clerk", "brno", "alena.brno", "--languages", "cs, de", "--profile", "cash").output
    )
    assert run("clerk", "brno", "nobody").exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "given", "said"),
    [
        (["set", "brno", "-"], "{", "is not well-formed JSON"),
        (["set", "brno", "-"], '{"classes": [{}]}', "classes[0].name"),
        (["set", "nowhere", "-"], "{}", "There is no such branch."),
        (["profile", "brno", "x", "-"], '{"services": ["y"]}', "services[0]"),
        (["desk", "brno", "-"], "[]", "an object is needed"),
    ],
)
def test_a_mistake_at_the_command_line_is_told_in_one_line(run: Any, arguments: Any, given: str, said: str) -> None:
    result = run(*arguments, input=given)
    assert result.exit_code == 1
    assert said in result.output and result.output.startswith("Error: ")
