"""A backup while everybody takes and calls: nothing waits for it, and whoever was acknowledged before it is in it."""

from __future__ import annotations

import http.client
import json
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from queue_app.config import Settings
from queue_app.store.session import Database
from tests.servers import PostgresServer, QueueServer, wait_until

TAKERS, COUNTERS = 6, (1, 2)
LONGEST_SECONDS = 3.0
"""No commit may take longer while a backup is made, on a machine that runs other tests beside; the usual ones take a few hundredths."""


@pytest.fixture(params=["sqlite", "postgresql"])
def busy_server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[QueueServer]:
    """The product on either database."""
    data = tmp_path / "data"
    data.mkdir()
    settings = {"QUEUE_LOG_LEVEL": "WARNING", "QUEUE_SPOOLER": "no"}
    if request.param == "postgresql":
        postgres: PostgresServer = request.getfixturevalue("postgres")
        settings["QUEUE_DATABASE_URL"] = postgres.new_database("template0")
    with QueueServer(data, **settings) as server:
        yield server


class Client(threading.Thread):
    """Takes numbers, or calls, until told to stop; keeps what was acknowledged, when, and how long it took."""

    def __init__(self, server: QueueServer, counter: int | None, stop: threading.Event) -> None:
        """Call to `counter`, or take numbers where it is None."""
        super().__init__(daemon=True)
        self._port, self._token, self._counter, self._stop_it = server.port, server.token(), counter, stop
        self.labels: list[tuple[float, str]] = []
        self.seconds: list[tuple[float, float]] = []
        self.problems: list[str] = []

    def run(self) -> None:
        """Go on until stopped."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        path = f"/api/v1/counters/{self._counter}/call-next" if self._counter else "/api/v1/branches/demo/tickets"
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        while not self._stop_it.is_set():
            body = {"request_id": str(uuid.uuid4())} | ({} if self._counter else {"service": "id-cards"})
            begun = time.monotonic()
            connection.request("POST", path, json.dumps(body), headers)
            answer = connection.getresponse()
            document = json.loads(answer.read())
            now = time.monotonic()
            if answer.status in {200, 201}:
                self.seconds.append((now, now - begun))
                if self._counter is None:
                    self.labels.append((now, document["ticket"]["label"]))
            elif document["error"]["code"] != "queue_empty":
                self.problems.append(document["error"]["code"])
                time.sleep(0.01)


def test_a_backup_under_full_load_holds_all_that_was_acknowledged_before_it(
    busy_server: QueueServer, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    server = busy_server
    for counter in COUNTERS:
        assert server.api("POST", f"/counters/{counter}/open", {})[0] == 200
    stop = threading.Event()
    clients = [Client(server, counter, stop) for counter in (*[None] * TAKERS, *COUNTERS)]
    for client in clients:
        client.start()
    wait_until(lambda: sum(len(client.labels) for client in clients) > 100, "a hundred tickets", seconds=90)
    begun = time.monotonic()
    said = server.flask("backup", str(tmp_path / "b.zip"))
    ended = time.monotonic()
    time.sleep(0.2)
    stop.set()
    for client in clients:
        client.join(30)
    assert "the record is consistent" in said
    acknowledged = {label for client in clients for at, label in client.labels if at < begun}
    meanwhile = [seconds for client in clients for at, seconds in client.seconds if begun <= at <= ended]
    assert len(acknowledged) > 100 and len(meanwhile) > 20
    assert max(meanwhile) < LONGEST_SECONDS
    assert [problem for client in clients for problem in client.problems] == []
    assert "consistent" in server.flask("record", "verify")

    (tmp_path / "new").mkdir()
    settings = {"QUEUE_DATA_DIR": str(tmp_path / "new")}
    if "QUEUE_DATABASE_URL" in server.environment:
        postgres: PostgresServer = request.getfixturevalue("postgres")
        settings["QUEUE_DATABASE_URL"] = postgres.new_database("template0")
    server.kill()
    server.environment |= settings
    server.flask("restore", str(tmp_path / "b.zip"))
    assert "consistent" in server.flask("record", "verify")
    url = settings.get("QUEUE_DATABASE_URL", f"sqlite:///{tmp_path / 'new/queue.sqlite3'}")
    database = Database(Settings(database_url=url).url)
    with database.reading() as connection:
        restored = set(connection.execute(text("SELECT label FROM ticket")).scalars())
    database.dispose()
    assert acknowledged <= restored
