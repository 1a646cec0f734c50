"""SIGKILL in the moment in which an e-mail is handed over: it goes after all, and nothing that had gone goes again."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.sending.mail_servers import smtp_server
from tests.servers import QueueServer, wait_until

PATH = "/branches/demo/report-schedules"
RECIPIENTS = ["first@brno.example", "second@brno.example"]
WISH = {"report": "waits", "format": "pdf", "language": "cs", "span": "day", "hour": 0, "recipients": RECIPIENTS}


def write(server: QueueServer, statement: str) -> None:
    """Change the database behind the product's back."""
    with closing(sqlite3.connect(server.folder / "queue.sqlite3", timeout=10)) as connection, connection:
        connection.execute(statement)


def messages(server: QueueServer) -> list[dict[str, Any]]:
    """Return the log, the oldest first."""
    found: list[dict[str, Any]] = server.api("GET", "/branches/demo/messages")[1]["messages"]
    return found[::-1]


def test_a_report_that_was_due_reaches_everybody_once_through_a_kill_in_the_middle(tmp_path: Path) -> None:
    with (
        smtp_server() as (port, inbox),
        QueueServer(
            tmp_path, QUEUE_SMTP_URL=f"smtp://localhost:{port}", QUEUE_MAIL_FROM="reports@brno.example"
        ) as server,
    ):
        inbox.hold = True
        assert server.api("POST", PATH, WISH)[0] == 201
        # Nobody tells the worker: it sees by itself that it is time.
        write(server, "UPDATE report_schedule SET next_on = '2026-01-05'")
        assert inbox.held.wait(60)
        assert [(each["state"], each["attempts"]) for each in messages(server)] == [("queued", 1), ("queued", 0)]
        server.kill()
        inbox.hold = False
        server.start()
        # The second one goes at once: the worker began by itself. The first one belongs to the dead for a while yet.
        wait_until(
            lambda: [recipients for _, recipients, _ in inbox.taken] == [["second@brno.example"]],
            "the second e-mail",
            60,
        )
        assert messages(server)[0]["state"] == "queued"
        write(server, "UPDATE message SET not_before = 0 WHERE state = 'queued'")
        wait_until(lambda: len(inbox.taken) == 2, "the first e-mail", 60)
        wait_until(lambda: [each["state"] for each in messages(server)] == ["sent", "sent"], "the log", 30)
        assert sorted(recipients[0] for _, recipients, _ in inbox.taken) == RECIPIENTS
        assert not any((tmp_path / "mail").iterdir())
        log = server.log.read_text("utf-8")
        assert "brno.example" not in log and "Traceback" not in log
