"""SIGKILL in the middle of load: whatever was acknowledged is there afterwards."""

from __future__ import annotations

import http.client
import json
import threading
import uuid
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.servers import PostgresServer, QueueServer, wait_until

KILLS = 3


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh_server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[QueueServer]:
    """The product on either database."""
    settings = {"QUEUE_LOG_LEVEL": "WARNING"}
    if request.param == "postgresql":
        postgres: PostgresServer = request.getfixturevalue("postgres")
        settings["QUEUE_DATABASE_URL"] = postgres.new_database("template0")
    with QueueServer(tmp_path, **settings) as server:
        yield server


class Client(threading.Thread):
    """Takes numbers, or calls, as fast as it is answered, and keeps what it was told was done."""

    def __init__(self, server: QueueServer, counter: int | None) -> None:
        """Call to `counter`, or take numbers where it is None."""
        super().__init__(daemon=True)
        self._server = server
        self._counter = counter
        self._token = server.token()
        self.done: list[dict[str, Any]] = []

    def run(self) -> None:
        """Go on until the server is gone."""
        connection = http.client.HTTPConnection("127.0.0.1", self._server.port, timeout=10)
        path = f"/api/v1/counters/{self._counter}/call-next" if self._counter else "/api/v1/branches/demo/tickets"
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        while True:
            body = {"request_id": str(uuid.uuid4())} | ({} if self._counter else {"service": "id-cards"})
            try:
                connection.request("POST", path, json.dumps(body), headers)
                answer = connection.getresponse()
                document = json.loads(answer.read())
            except (OSError, http.client.HTTPException, ValueError):
                return  # not acknowledged: it may have been done or not
            if answer.status in {200, 201}:
                self.done.append({**document, "request_id": body["request_id"]})


def enough(clients: list[Client]) -> bool:
    """Say whether the clients were acknowledged enough to kill the server in the middle of it."""
    return sum(len(client.done) for client in clients) >= 60


def test_every_acknowledged_ticket_and_call_is_there_after_a_kill(fresh_server: QueueServer) -> None:
    server = fresh_server
    for counter in (1, 2):
        assert server.api("POST", f"/counters/{counter}/open", {})[0] == 200
    tickets: list[dict[str, Any]] = []
    calls: list[dict[str, Any]] = []
    for _ in range(KILLS):
        clients = [Client(server, counter) for counter in (None, None, None, 1, 2)]
        for client in clients:
            client.start()
        wait_until(partial(enough, clients), "sixty acknowledged requests")
        server.kill()
        for client in clients:
            client.join(15)
        tickets += [done for client in clients[:3] for done in client.done]
        calls += [done for client in clients[3:] for done in client.done]
        server.start()
    assert tickets and calls
    for done in tickets:
        status, ticket = server.api("GET", f"/tickets/{done['ticket']['token']}")
        assert (status, ticket["label"]) == (200, done["ticket"]["label"])
    for done in calls:
        # The same request again answers with the first answer: the call is on record.
        counter = int(done["leg"]["counter"])
        status, again = server.api("POST", f"/counters/{counter}/call-next", {"request_id": done["request_id"]})
        assert (status, again["leg"]["id"], again["rule"]) == (200, done["leg"]["id"], done["rule"])
    labels = [done["ticket"]["label"] for done in tickets]
    assert len(set(labels)) == len(labels)
    assert "consistent" in server.flask("record", "verify")


def test_a_server_that_is_asked_to_end_ends_in_good_order(tmp_path: Path) -> None:
    with QueueServer(tmp_path) as server:
        assert server.api("POST", "/branches/demo/tickets", {"service": "id-cards"})[0] == 201
        assert server.stop() == 0
    assert "consistent" in server.flask("record", "verify")
    assert "Traceback" not in server.log.read_text()
