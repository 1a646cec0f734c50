"""From the desk's POST to the event on the last of N connected screens."""

from __future__ import annotations

import http.client
import json
import os
from collections.abc import Callable
from statistics import median, quantiles

from benchmarks.running import bare, product, table
from benchmarks.screens import Lobby

SCREENS = (1, 100, 500)
CALLS = 200
BLOCK = 20


def watching() -> None:
    """Measure calls and bare broadcasts in alternating blocks with the same number of screens on each; print the tables."""
    rows = []
    # Five seconds between pings would put 100 pings a second of 500 screens into what is measured, on both sides alike.
    with bare() as bare_port, product(QUEUE_SPOOLER="no") as server:
        token = server.token()
        server.api("POST", "/counters/1/open", {})
        desk = http.client.HTTPConnection("127.0.0.1", server.port)
        plain = http.client.HTTPConnection("127.0.0.1", bare_port)
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

        def take() -> None:
            _post(desk, "/api/v1/branches/demo/tickets", {"service": "id-cards"}, headers)

        for number in SCREENS:
            wish = {"channel": "board", "branch": "demo", "token": token}
            ours, theirs = Lobby(server.port, number, wish), Lobby(bare_port, number, {})
            called: list[float] = []
            sent: list[float] = []
            for _ in range(CALLS // BLOCK):
                for _ in range(BLOCK):
                    take()
                ours.drain(0.3)
                called += [
                    ours.last_of(_poster(desk, "/api/v1/counters/1/call-next", headers), "ticket_called")
                    for _ in range(BLOCK)
                ]
                ours.drain()
                sent += [theirs.last_of(_poster(plain, "/broadcast", {}), "ticket_called") for _ in range(BLOCK)]
            rows.append(
                [
                    str(number),
                    f"{median(called):.1f}", f"{quantiles(called, n=100)[98]:.1f}",
                    f"{median(sent):.1f}", f"{quantiles(sent, n=100)[98]:.1f}",
                    f"{median(called) / median(sent):.2f}",
                ]
            )  # fmt: skip
            ours.close(), theirs.close()
    table(["screens", "call p50 ms", "call p99 ms", "bare broadcast p50 ms", "p99 ms", "ratio of the p50"], rows)


def _post(connection: http.client.HTTPConnection, path: str, body: dict[str, str], headers: dict[str, str]) -> None:
    connection.request("POST", path, json.dumps(body), headers)
    answer = connection.getresponse()
    answer.read()
    assert answer.status in {200, 201}, answer.status


def _poster(connection: http.client.HTTPConnection, path: str, headers: dict[str, str]) -> Callable[[], None]:
    body = {"request_id": os.urandom(12).hex()} if headers else {}
    return lambda: _post(connection, path, body, headers)
