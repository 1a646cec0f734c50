"""`flask user …`: people administered from the command line."""

from __future__ import annotations

from flask import Flask

from queue_app.operations.unit_of_work import Context
from tests.factories import Brno
from tests.web.callers import rows_of, sign_in


def test_a_person_is_made_helped_and_let_go_from_the_command_line(
    application: Flask, brno: Brno, context: Context
) -> None:
    run = application.test_cli_runner().invoke
    added = run(args=["user", "add", "cyril", "--name", "Cyril", "--role", "clerk", "--branch", "brno"])
    assert added.exit_code == 0, added.output
    assert sign_in(application.test_client(), "cyril", added.output.strip()).status_code == 302
    assert "cyril\tCyril\tclerk" in run(args=["user", "list", "--branch", "brno"]).output
    assert run(args=["user", "role", "cyril", "--role", "auditor"]).exit_code == 0
    assert "auditor everywhere" in run(args=["user", "list"]).output
    given = run(args=["user", "password", "cyril", "--reset-code"])
    assert sign_in(application.test_client(), "cyril", given.output.strip()).status_code == 302
    assert run(args=["user", "deactivate", "cyril"]).exit_code == 0
    assert sign_in(application.test_client(), "cyril", given.output.strip()).status_code == 401
    assert "inactive" in run(args=["user", "list"]).output
    assert run(args=["user", "deactivate", "cyril", "--back"]).exit_code == 0
    assert {row[3] for row in rows_of(context, "audit_entry")["audit_entry"]} == {"console"}


def test_what_cannot_be_is_said_in_one_line(application: Flask, brno: Brno) -> None:
    run = application.test_cli_runner().invoke
    for args in (
        ["add", "alena.brno"],
        ["password", "nobody"],
        ["role", "nobody"],
        ["add", "x", "--branch", "nowhere"],
    ):
        refused = run(args=["user", *args])
        assert refused.exit_code == 1 and refused.output.count("\n") == 1 and refused.output.startswith("Error: ")
