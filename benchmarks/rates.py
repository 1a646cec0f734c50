"""How many numbers and calls a second, every answer durable; 16 keep-alive clients, and one alone."""

from __future__ import annotations

import json
from statistics import median

from benchmarks.load import Result, request, run
from benchmarks.running import bare, product, table
from tests.servers import QueueServer

CLIENTS = 16
REQUESTS = 1500
ROUNDS = 3
COUNTERS = 4


def rates() -> None:
    """Measure in rounds, product and bare reference in turn, so that the machine's drift touches both; print medians."""
    rows = []
    with bare() as bare_port:
        for database in ("SQLite", "PostgreSQL"):
            # The print worker would share the two processors with what is measured; its slips are queued all the same.
            with product(database, QUEUE_SPOOLER="no") as server:
                for counter in range(1, COUNTERS + 1):
                    server.api("POST", f"/counters/{counter}/open", {})
                rounds = [_round(server, bare_port, number) for number in range(ROUNDS)]
            for what in ("take a number", "take a number, one client", "call next"):
                results = [each[what] for each in rounds]
                ratios = [each[what].rate / each["no-op"].rate for each in rounds]
                rows.append(_row(database, what, results, ratios))
        noop = [each["no-op"] for each in rounds]
        rows.append(_row("bare", "no-op GET", noop, [1.0]))
    table(["database", "what", "a second", "p50 ms", "p99 ms", "ratio to the bare no-op"], rows)


def _row(database: str, what: str, results: list[Result], ratios: list[float]) -> list[str]:
    return [
        database,
        what,
        f"{median(each.rate for each in results):.0f}",
        f"{median(each.p50 for each in results):.1f}",
        f"{median(each.p99 for each in results):.1f}",
        f"{median(ratios):.2f}",
    ]


def _round(server: QueueServer, bare_port: int, number: int) -> dict[str, Result]:
    token = server.token()

    def take(n: int, who: str = "") -> bytes:
        body = {"service": "id-cards", "request_id": f"take-{who}{number}-{n}"}
        return request("POST", "/api/v1/branches/demo/tickets", token, json.dumps(body).encode())

    def call(n: int) -> bytes:
        path = f"/api/v1/counters/{n % COUNTERS + 1}/call-next"
        return request("POST", path, token, json.dumps({"request_id": f"call-{number}-{n}"}).encode())

    results = {
        "no-op": run(bare_port, CLIENTS, REQUESTS, lambda n: request("GET", "/noop")),
        "take a number": run(server.port, CLIENTS, REQUESTS, take),
        "take a number, one client": run(server.port, 1, REQUESTS // 10, lambda n: take(n, "one-")),
        "call next": run(server.port, CLIENTS, REQUESTS, call),
    }
    wrong = [result.statuses for result in results.values() if set(result.statuses) - {200, 201}]
    assert not wrong, wrong
    return results
