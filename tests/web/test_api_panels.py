"""Counter panels over HTTP and at the command line: set up, listed, tried, refused."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from queue_app.operations import panel_setup as setup
from tests.factories import Brno, create_brno
from tests.web.callers import Api, assert_refused

PANELS = "/branches/brno/panels"
WISH = {"name": "Counter 1", "kind": "tcp", "address": {"host": "panel.invalid", "number": 5}}


def test_panels_are_added_listed_changed_tested_and_removed(admin: Api, brno: Brno, context: Any) -> None:
    assert admin.get(PANELS).json == {"panels": []}
    added = admin.post(PANELS, {**WISH, "counter": brno.counters[0]})
    assert added.status_code == 201
    panel = {
        "id": added.json["id"], **WISH, "counter": brno.counters[0], "counter_name": "1", "enabled": True,
        "status": "unknown", "detail": None, "status_at": None,
    }  # fmt: skip
    assert added.json == panel
    main = admin.post(PANELS, {**WISH, "name": "All", "counter": None}).json
    assert admin.get(PANELS).json == {"panels": [main, panel]}
    path = f"{PANELS}/{panel['id']}"
    changed = admin.call("PATCH", path, json={"name": "  Counter  one ", "counter": None}).json
    assert changed == {**panel, "name": "Counter one", "counter": None, "counter_name": None}
    assert admin.call("PATCH", path, json={}).json == changed
    off = admin.call("PATCH", path, json={"enabled": False}).json
    assert (off["enabled"], off["status"], off["status_at"] is None) == (False, "unknown", False)
    assert admin.post(f"{path}/test").status_code == 200
    assert admin.call("DELETE", path).json == {"panels": [main]}
    for method, wanted in (("PATCH", path), ("DELETE", path), ("POST", f"{path}/test")):
        assert_refused(admin.call(method, wanted, json={}), 404, "unknown_panel")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": " "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"name": "a\u200b"}, "name"),
        ({"kind": "smoke"}, "kind"),
        ({"address": {}}, "address/host"),
        ({"address": {"host": "x", "number": 0}}, "address/number"),
        ({"address": {"host": "x", "speed": 1}}, "address/speed"),
        ({"address": {"host": "x", "arrows": {"1": "back"}}}, "address/arrows"),
        ({"kind": "serial", "address": {"device": "/etc/passwd"}}, "address/device"),
        ({"kind": "serial", "address": {"device": "/dev/ttyS0/../sda"}}, "address/device"),
        ({"counter": 0}, "counter"),
    ],
)
def test_what_cannot_be_a_panel_is_refused_by_its_field(admin: Api, changes: dict[str, Any], field: str) -> None:
    panel = admin.post(PANELS, WISH).json["id"]
    assert assert_refused(admin.post(PANELS, {**WISH, **changes}), 422, "invalid_value")["field"] == field
    answer = admin.call("PATCH", f"{PANELS}/{panel}", json=changes)
    assert assert_refused(answer, 422, "invalid_value")["field"] == field
    assert len(admin.get(PANELS).json["panels"]) == 1


def test_names_counters_and_branches_are_kept_apart(admin: Api, brno: Brno) -> None:
    other = create_brno(brno.context, "ostrava")
    panel = admin.post(PANELS, WISH).json["id"]
    assert_refused(admin.post(PANELS, WISH), 409, "name_taken")
    assert_refused(admin.post(PANELS, {**WISH, "name": "x", "counter": other.counters[0]}), 404, "unknown_counter")
    assert admin.post("/branches/ostrava/panels", WISH).status_code == 201
    assert_refused(admin.call("DELETE", f"/branches/ostrava/panels/{panel}"), 404, "unknown_panel")
    assert_refused(admin.get("/branches/nowhere/panels"), 404, "unknown_branch")


def test_a_serial_panel_chosen_at_the_command_line_may_be_renamed_from_a_page(admin: Api, brno: Brno) -> None:
    wish = setup.PanelWish("Line", "serial", {"device": "/dev/pts/7"})
    panel = setup.add_panel(brno.context, "brno", wish, any_device=True)
    assert admin.call("PATCH", f"{PANELS}/{panel}", json={"name": "Other"}).json["name"] == "Other"
    changed = admin.call("PATCH", f"{PANELS}/{panel}", json={"address": {"device": "/dev/pts/8"}})
    assert_refused(changed, 422, "invalid_value")
    assert admin.post(PANELS, {**WISH, "kind": "serial", "address": {"device": "/dev/ttyUSB0"}}).status_code == 201


def test_the_command_line_does_the_same(application: Flask, brno: Brno) -> None:
    def run(*arguments: str, code: int = 0) -> str:
        result = application.test_cli_runner().invoke(args=["panel", *arguments])
        assert result.exit_code == code, result.output
        return str(result.output)

    assert "no panel yet" in run("list", "brno")
    one = run(
        "add", "brno", "Counter 1", "--kind", "tcp", "--set", "host=10.0.0.7", "--set", "number=5", "--counter", "1"
    )
    assert "flask panel test brno" in one
    run(
        "add",
        "brno",
        "Hall",
        "--kind",
        "serial",
        "--set",
        "device=/dev/pts/7",
        "--set",
        "baud=19200",
        "--arrow",
        "1=left",
    )
    first, second = run("list", "brno").splitlines()
    assert first.endswith("Counter 1  counter 1  unknown  tcp host=10.0.0.7 number=5")
    assert "Hall  newest call  unknown  serial device=/dev/pts/7 baud=19200 arrows={'1': 'left'}" in second
    assert "lights every lamp" in run("test", "brno", "Hall")
    assert "was removed" in run("remove", "brno", "Hall")
    assert "Known: " in run("remove", "brno", "Hall", code=1)
    assert "There is no such branch" in run("list", "nowhere", code=1)
    assert "no counter '77'" in run("add", "brno", "x", "--kind", "tcp", "--set", "host=x", "--counter", "77", code=1)
    assert "write FIELD=VALUE" in run("add", "brno", "x", "--kind", "tcp", "--set", "baud=9600", code=1)
    assert "address/number" in run("add", "brno", "x", "--kind", "tcp", "--set", "host=x", "--set", "number=x", code=1)
