"""The API of what is sent by itself: set up by managers, refused by name, and told what became of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from queue_app.domain.reporting import ClerkFigures
from queue_app.operations.messages import claim, not_sent
from queue_app.operations.reporting_setup import set_reporting
from queue_app.operations.unit_of_work import Context
from tests.factories import Brno
from tests.web.callers import Api, assert_refused

PATH = "/branches/brno/report-schedules"
WISH: dict[str, Any] = {
    "report": "waits", "format": "pdf", "language": "cs", "span": "week", "hour": 6, "recipients": ["marta@brno.example"],
}  # fmt: skip


@pytest.fixture
def manager(api_of: Callable[..., Api]) -> Api:
    """The API as a program of the branch's manager calls it."""
    return api_of("manager", branch="brno")


def added(manager: Api, **changes: Any) -> dict[str, Any]:
    """Add a schedule and return it."""
    answer = manager.post(PATH, {**WISH, **changes})
    assert answer.status_code == 201, answer.json
    found: dict[str, Any] = answer.json["schedule"]
    return found


def test_a_schedule_is_added_changed_paused_and_removed(manager: Api) -> None:
    schedule = added(manager, by=["service"], per="day", compare=True, target_seconds=600)
    assert schedule == {
        **WISH, "id": schedule["id"], "by": ["service"], "per": "day", "compare": True, "target_seconds": 600, "clerks": False,
        "active": True, "next_at": "2026-03-09T05:00:00.000Z",
    }  # fmt: skip
    one = f"{PATH}/{schedule['id']}"
    changed = manager.call("PATCH", one, json={"hour": 7, "by": None}).json["schedule"]
    assert changed == {**schedule, "hour": 7, "by": None, "next_at": "2026-03-09T06:00:00.000Z"}
    paused = manager.call("PATCH", one, json={"active": False}).json["schedule"]
    assert (paused["active"], paused["next_at"], paused["hour"]) == (False, None, 7)
    listed = manager.get(PATH).json
    assert listed["schedules"] == [paused] and listed["mail"]["way"] == "folder"
    assert manager.call("DELETE", one).json == {"removed": schedule["id"]}
    assert manager.get(PATH).json["schedules"] == []
    assert_refused(manager.call("DELETE", one), 404, "unknown_schedule")


@pytest.mark.parametrize(
    ("changes", "status", "code", "field"),
    [
        ({"recipients": []}, 422, "invalid_value", "recipients"),
        ({"recipients": ["a@b.cz, c@d.cz"]}, 422, "invalid_value", "recipients[0]"),
        ({"recipients": ["a@b.cz\r\nBcc: c@d.cz"]}, 422, "invalid_value", "recipients[0]"),
        ({"recipients": [f"{n}@b.cz" for n in range(21)]}, 422, "invalid_value", "recipients"),
        ({"hour": 24}, 422, "invalid_value", "hour"),
        ({"span": "year"}, 422, "invalid_value", "span"),
        ({"format": "json"}, 422, "invalid_value", "format"),
        ({"language": "de"}, 422, "invalid_value", "language"),
        ({"by": ["colour"]}, 422, "invalid_value", "by/0"),
        ({"per": "century"}, 422, "invalid_value", "per"),
        ({"report": "horoscope"}, 404, "unknown_report", None),
        ({"whatever": 1}, 422, "invalid_value", ""),
    ],
)
def test_what_cannot_be_is_refused_by_name_and_nothing_is_kept(
    manager: Api, changes: dict[str, Any], status: int, code: str, field: str | None
) -> None:
    details = assert_refused(manager.post(PATH, {**WISH, **changes}), status, code)
    assert field is None or details["field"] == field
    schedule = added(manager)
    assert_refused(manager.call("PATCH", f"{PATH}/{schedule['id']}", json=changes), status, code)
    assert manager.get(PATH).json["schedules"] == [schedule]


def test_single_clerks_are_for_branches_that_show_them_and_pausing_is_always_possible(
    manager: Api, brno: Brno, context: Context
) -> None:
    schedule = added(manager, by=["clerk"])
    assert schedule["clerks"] is True
    set_reporting(context, "brno", brno.actor("marta"), {"clerk_figures": [str(ClerkFigures.OWN)]})
    for wish in ({"clerks": True}, {"by": ["clerk"]}):
        assert_refused(manager.post(PATH, {**WISH, **wish}), 403, "not_allowed")
    one = f"{PATH}/{schedule['id']}"
    assert_refused(manager.call("PATCH", one, json={"by": ["clerk", "service"]}), 403, "not_allowed")
    assert manager.call("PATCH", one, json={"active": False}).status_code == 200
    assert manager.call("PATCH", one, json={"recipients": ["director@brno.example"]}).status_code == 200


def test_what_was_sent_is_listed_page_by_page_and_what_failed_is_tried_anew(manager: Api, context: Context) -> None:
    schedule = added(manager, recipients=["a@brno.example", "b@brno.example", "c@brno.example"])
    for _ in range(2):
        answer = manager.post(f"{PATH}/{schedule['id']}/send-now", {"request_id": "press"})
        assert answer.status_code == 202
    first = manager.get("/branches/brno/messages?limit=2").json
    second = manager.get(f"/branches/brno/messages?limit=2&before={first['next']}").json
    assert [one["recipient"][0] for one in (*first["messages"], *second["messages"])] == ["c", "b", "a"]
    assert second["next"] is None
    message = claim(context)
    assert message is not None
    again = f"/branches/brno/messages/{message.id}/again"
    assert_refused(manager.post(again, {}), 409, "message_not_failed")
    not_sent(context, message, "recipient_refused", "550 5.1.1 No such box", for_good=True)
    found = manager.get("/branches/brno/messages").json["messages"][-1]
    assert found == {
        "id": message.id, "kind": "report", "recipient": "a@brno.example", "state": "failed", "attempts": 1,
        "problem": "recipient_refused", "detail": "550 5.1.1 No such box", "created_at": "2026-03-04T08:00:00.000Z",
        "next_try_at": None, "finished_at": "2026-03-04T08:00:00.000Z", "schedule": schedule["id"], "report": "waits",
        "from": "2026-02-23", "to": "2026-03-01", "alarm": None,
    }  # fmt: skip
    assert manager.post(again, {}).json["message"]["state"] == "queued"
    assert_refused(manager.post("/branches/brno/messages/999/again", {}), 404, "unknown_message")


def test_the_page_says_where_e_mails_go(manager: Api) -> None:
    page = manager.client.get("/reports/brno/sending", headers=manager.headers)
    assert page.status_code == 200 and "outbox" in page.get_data(as_text=True)
