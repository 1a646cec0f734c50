"""How fast the next visitor is called when many wait, against the same with few."""

from __future__ import annotations

from statistics import median
from time import perf_counter

from benchmarks.running import product, table
from tests.servers import QueueServer

WAITING = (10, 1_000)
CALLS = 150
SERVICES = ("id-cards", "driving", "passports")
STRICT = {"classes": [{"name": "priority"}]}
EVERYTHING = {
    "classes": [
        {"name": "priority", "handling": "at_least", "every": 3},
        {"name": "booked", "handling": "head_start", "minutes": 10},
    ],
    "longest_wait_minutes": 45,
}


def queues() -> None:
    """Call one visitor after another while as many wait all the time; print medians and the ratio to the short queue."""
    rows = []
    for database in ("SQLite", "PostgreSQL"):
        with product(database, QUEUE_SPOOLER="no") as server:
            server.api("POST", "/counters/1/open", {})
            for name, rules in (("strict", STRICT), ("shares and limits", EVERYTHING)):
                status, _ = server.api("PUT", "/branches/demo/rules", rules)
                assert status == 200
                short = None
                for waiting in WAITING:
                    _fill(server, waiting)
                    milliseconds = _calls(server)
                    short = short or milliseconds
                    rows.append([database, name, f"{waiting:,}", f"{milliseconds:.2f}", f"{short / milliseconds:.2f}"])
                server.api("POST", "/branches/demo/close-day", {})
                server.api("POST", "/counters/1/open", {})
    table(["database", "rules", "waiting", "call next ms", "rate ÷ rate of the shortest"], rows)


def _fill(server: QueueServer, waiting: int) -> None:
    _, branch = server.api("GET", "/branches/demo")
    for number in range(waiting - sum(service["waiting"] for service in branch["services"])):
        _take(server, number)


def _take(server: QueueServer, number: int) -> None:
    wish = {"service": SERVICES[number % len(SERVICES)], "priority": "standard" if number % 10 else "priority"}
    status, _ = server.api("POST", "/branches/demo/tickets", {**wish, "channel": "api"})
    assert status == 201


def _calls(server: QueueServer) -> float:
    """Return the median of a call in ms; one number is taken for each, so that as many go on waiting."""
    took = []
    for number in range(CALLS):
        _take(server, number)
        begin = perf_counter()
        status, _ = server.api("POST", "/counters/1/call-next", {})
        took.append((perf_counter() - begin) * 1000)
        assert status == 200
    return median(took)
