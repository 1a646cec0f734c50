"""SIGKILL while webhooks are called: every event arrives after all, in order, and the queue never waited for anybody."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from tests.sending.receiver import is_signed, receiver
from tests.servers import QueueServer, wait_until

TICKET = {"service": "id-cards"}


def test_no_event_is_lost_through_a_kill_in_the_middle_of_a_call(tmp_path: Path) -> None:
    with receiver() as other, QueueServer(tmp_path, QUEUE_PRIVATE_ADDRESSES="yes") as server:
        other.hold = True
        status, made = server.api("POST", "/branches/demo/webhooks", {"name": "signage", "url": other.url})
        assert status == 201
        for _ in range(10):
            begun = time.monotonic()
            assert server.api("POST", "/branches/demo/tickets", TICKET)[0] == 201
            assert time.monotonic() - begun < 5, "the queue waited for the other program"
        assert other.held.wait(60)
        server.kill()
        other.hold = False
        other.released.set()
        server.start()
        for _ in range(5):
            assert server.api("POST", "/branches/demo/tickets", TICKET)[0] == 201
        # What the dead worker had in hand belongs to it for two minutes, which nobody wants to wait for here.
        with closing(sqlite3.connect(server.folder / "queue.sqlite3", timeout=10)) as connection, connection:
            connection.execute("UPDATE webhook_delivery SET not_before = NULL WHERE state = 'queued'")
        first = made["webhook"]["revision"] + 1
        wanted = list(range(first, first + 15))
        wait_until(lambda: sorted(set(other.revisions)) == wanted, "all events", 90)
        told = list(dict.fromkeys(other.revisions))
        assert told == wanted, "in order"
        assert all(is_signed(made["secret"], *call) for call in other.heard)
        log = server.log.read_text("utf-8")
        assert made["secret"] not in log and "key=1" not in log and "Traceback" not in log
