"""The audit log: every administrative change is in it, it is read by those who may, and nothing changes it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select

from queue_app.clock import SimulatedClock
from queue_app.operations.audit_log import differences
from queue_app.operations.setup import add_user, create_token
from queue_app.operations.unit_of_work import Context
from queue_app.store.running_tables import AuditEntry
from tests.factories import PASSWORD, Brno, create_brno
from tests.web.callers import Api, assert_refused, page_csrf, sign_in

AUDIT = "/branches/brno/audit"


def last(context: Context) -> Any:
    """Return the newest entry."""
    with context.database.reading() as connection:
        return connection.execute(select(AuditEntry.__table__).order_by(AuditEntry.id.desc()).limit(1)).one()


PANEL = {"name": "One", "kind": "tcp", "address": {"host": "panel.invalid"}}
PRINTER = {"name": "Second", "kind": "browser", "address": {}}
SCHEDULE = {
    "report": "waits", "format": "pdf", "language": "cs", "span": "day", "hour": 6, "recipients": ["marta@brno.example"],
}  # fmt: skip
CHANGES = (
    ("PUT", "/rules", {"late_minutes": 7}, "change_rules"),
    ("PUT", "/desk-rules", {"no_show_seconds": 77}, "change_desk_rules"),
    ("PUT", "/profiles/mine", {"services": ["ids"]}, "change_profile"),
    ("PUT", "/services/ids/outcomes", {"outcomes": [{"code": "done", "name": {"cs": "Hotovo"}}]}, "change_service"),
    ("PUT", "/services/ids/longest-wait", {"minutes": 44}, "change_service"),
    ("POST", "/services/ids/intake", {"open": False}, "change_service"),
    ("POST", "/notice", {"notice": {"cs": "Dnes do 14:00"}}, "change_notice"),
    ("POST", "/printers", PRINTER, "add_printer"),
    ("POST", "/printers/1", {"name": "Other"}, "change_printer"),
    ("POST", "/printers/1/pause", {}, "pause_printer"),
    ("POST", "/printers/1/token", {}, "new_printer_password"),
    ("POST", "/printers/1/remove", {}, "remove_printer"),
    ("POST", "/kiosks/1/printer", {"printer": None}, "assign_kiosk"),
    ("PATCH", "/kiosks/1", {"name": "Hall"}, "change_device"),
    ("DELETE", "/kiosks/1", None, "remove_device"),
    ("POST", "/panels", PANEL, "add_panel"),
    ("POST", "/report-schedules", SCHEDULE, "added_report_schedule"),
    ("PUT", "/reporting", {"smallest_group": 9}, "change_reporting"),
)


@pytest.mark.parametrize(("method", "path", "body", "action"), CHANGES, ids=[f"{c[0]} {c[1]}" for c in CHANGES])
def test_a_change_of_the_set_up_is_written_down_with_who_made_it(
    application: Flask, brno: Brno, context: Context, method: str, path: str, body: Any, action: str
) -> None:
    token = create_token(context, "the console of Marta", ["manager"], "brno")
    api = Api(application, token)
    asked = {} if body is None else {"json": body}
    answer = api.call(method, f"/branches/brno{path}", **asked)
    assert answer.status_code < 300, answer.json
    entry = last(context)
    assert (entry.action, entry.actor_name, entry.branch_id) == (action, "the console of Marta", brno.branch_id)
    assert entry.before != entry.after
    assert (entry.before is None) == (
        action in {"add_printer", "add_panel", "added_report_schedule"} or "profiles/mine" in path
    )


def test_a_refused_change_writes_nothing_down(api_of: Callable[..., Api], context: Context) -> None:
    manager = api_of("manager")
    assert manager.call("PUT", "/branches/brno/rules", json={"late_minutes": -1}).status_code == 422
    assert manager.call("PATCH", "/branches/brno/kiosks/99", json={"name": "x"}).status_code == 404
    with context.database.reading() as connection:
        assert connection.execute(select(AuditEntry.id)).all() == []


@pytest.fixture
def entries(context: Context, brno: Brno) -> list[int]:
    """Make 120 entries of Brno, one an hour, and one each of another branch and of the whole installation."""
    other = create_brno(context, "ostrava")
    now = context.clock.now()
    with context.database.writing() as connection:
        for number in range(120):
            connection.execute(
                insert(AuditEntry).values(
                    at=now + timedelta(hours=number), branch_id=brno.branch_id, actor=f"user:{number % 2}",
                    actor_name=("Marta", "=cmd()")[number % 2], action=("change_rules", "add_person")[number % 3 == 0],
                    subject=f"thing {number}", before={"a": number}, after={"a": number + 1},
                )
            )  # fmt: skip
        for branch_id in (other.branch_id, None):
            connection.execute(
                insert(AuditEntry).values(
                    at=now, branch_id=branch_id, actor="user:9", actor_name="Else", action="x", subject="y",
                )
            )  # fmt: skip
    return list(range(120))


def test_the_log_is_read_page_by_page_the_newest_first(admin: Api, entries: list[int]) -> None:
    found, address = [], f"{AUDIT}?limit=50"
    while address:
        page = admin.get(address).json
        found += [entry["subject"] for entry in page["entries"]]
        address = f"{AUDIT}?limit=50&before={page['next']}" if page["next"] else ""
    assert found == [f"thing {number}" for number in reversed(entries)]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("actor=mart", 60), ("actor=user:1", 60), ("action=add_person", 40), ("subject=thing 11", 11), ("subject=%25", 0),
        ("actor=_arta", 0), ("from=2000-01-01&to=2999-01-01", 120), ("from=2999-01-01", 0), ("all=yes&action=x", 2), ("action=x", 0),
    ],
)  # fmt: skip
def test_the_log_is_searched(admin: Api, entries: list[int], query: str, count: int) -> None:
    assert len(admin.get(f"{AUDIT}?limit=500&{query}").json["entries"]) == count


def test_days_are_those_of_the_branch_and_the_last_is_included(
    admin: Api, entries: list[int], clock: SimulatedClock, brno: Brno
) -> None:
    day = clock.now().astimezone(brno.context.setup("brno").zone).date() + timedelta(days=1)
    found = admin.get(f"{AUDIT}?limit=500&from={day}&to={day}").json["entries"]
    assert len(found) == 24


def test_only_who_audits_every_branch_reads_every_branch(
    application: Flask, context: Context, entries: list[int], brno: Brno
) -> None:
    here = Api(application, create_token(context, "here", ["admin"], "brno"))
    assert_refused(here.get(f"{AUDIT}?all=yes"), 403, "not_allowed")
    assert_refused(here.get("/branches/ostrava/audit"), 403, "not_allowed")
    with context.database.writing() as connection:
        add_user(connection, context.clock.now(), "zora", "Zora", PASSWORD, [("auditor", brno.branch_id)], "cs")
        add_user(connection, context.clock.now(), "zuzana", "Zuzana", PASSWORD, [("auditor", None)], "cs")
    for name, everywhere in (("zora", False), ("zuzana", True)):
        client = application.test_client()
        sign_in(client, name)
        page = client.get("/admin/brno/audit")
        assert page.status_code == 200 and ('name="all"' in page.text) == everywhere
        assert client.get("/admin/brno/audit?all=yes").status_code == (200 if everywhere else 403)
        headers = {"X-CSRF-Token": page_csrf(client)}
        assert client.put("/api/v1/branches/brno/rules", json={}, headers=headers).status_code == 403
        assert client.get("/admin/brno").status_code == 403


def test_no_cell_of_the_file_is_a_formula(admin: Api, entries: list[int]) -> None:
    answer = admin.client.get(f"/api/v1{AUDIT}?format=csv", headers=admin.headers)
    assert answer.mimetype == "text/csv" and "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert len(rows) == 120 and {row["name"] for row in rows} == {"Marta", "'=cmd()"}


def test_the_page_shows_what_was_and_what_is(application: Flask, admin: Api, entries: list[int]) -> None:
    page = admin.client.get("/admin/brno/audit", headers=admin.headers)
    assert page.status_code == 200 and page.text.count("data-entry=") == 50
    assert "<del>" in page.text and "<ins>" in page.text and 'rel="next"' in page.text
    for query in ("before=x", "before=99999999999999999999", "from=no", "actor=%00", "before=１"):
        assert admin.client.get(f"/admin/brno/audit?{query}", headers=admin.headers).status_code in {200, 422}


def test_nothing_of_the_product_changes_or_deletes_an_entry(application: Flask) -> None:
    rules = [rule for rule in application.url_map.iter_rules() if "audit" in rule.rule]
    assert {(rule.rule, *sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})) for rule in rules} == {
        ("/admin/<branch>/audit", "GET"), ("/api/v1/branches/<branch>/audit", "GET"),
    }  # fmt: skip


def test_differences_are_told_down_to_the_single_value() -> None:
    before = {"a": {"b": 1, "c": 2}, "list": [{"x": 1}, {"x": 2}], "same": [1]}
    after = {"a": {"b": 1, "c": 3}, "list": [{"x": 1}, {"x": 4}], "same": [1], "new": None}
    assert differences(before, after) == [("a/c", 2, 3), ("list/1/x", 2, 4)]
    assert differences(None, {"a": 1}) == [("a", None, 1)]
