"""From the touch on the kiosk to the last byte of its slip at a (virtual) network printer, alone and while four others hang."""

from __future__ import annotations

import http.client
import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from statistics import median, quantiles
from typing import Any

from benchmarks.load import request, run
from benchmarks.running import bare, product, table
from printers.virtual import VirtualPrinter
from tests.servers import QueueServer

TOUCHES = 200
WAITING_EACH = 20
CLIENTS = 16
REQUESTS = 1500
ROUNDS = 3
SLIPS = 300


def touch() -> None:
    """Measure touches, the rate of numbers, and slips a minute; print the tables."""
    rows = []
    rates: dict[str, list[float]] = {"no other printer": [], "four others hang": []}
    with bare() as bare_port:
        for situation in rates:
            with VirtualPrinter() as printer, product() as server:
                _point(server, 1, printer)
                with ExitStack() as stack:
                    if situation == "four others hang":
                        stack.enter_context(_four_that_hang(server))
                    rows += _touches(server, printer, situation)
                    rates[situation] = [_rate(server, bare_port, number) for number in range(ROUNDS)]
                    if situation == "no other printer":
                        a_minute = _slips_a_minute(server, printer)
    table(["situation", "from the touch to", "p50 ms", "p99 ms"], rows)
    print(f"\nSlips a minute through one printer: {a_minute:.0f}\n")
    alone, hanging = (median(found) for found in rates.values())
    table(
        ["numbers a second, of a bare no-op", "ratio"],
        [
            ["no other printer", f"{alone:.3f}"],
            ["four others hang", f"{hanging:.3f}"],
            ["quotient", f"{hanging / alone:.2f}"],
        ],
    )


def _point(server: QueueServer, printer_id: int, printer: VirtualPrinter) -> None:
    """Make a printer of the demo branch the virtual one."""
    address = json.dumps({"host": printer.host, "port": printer.port})
    with sqlite3.connect(server.folder / "queue.sqlite3") as database:
        database.execute("UPDATE printer SET kind = 'network', address = ? WHERE id = ?", [address, printer_id])


@contextmanager
def _four_that_hang(server: QueueServer) -> Iterator[None]:
    """Add four printers that hang on connecting, in mid-job, for ever slowly, and by refusing, each with slips to print."""
    bad: list[dict[str, Any]] = [{"hanging": True}, {"jam_after": 100}, {"slow": 5}, {"refusing": True}]
    with ExitStack() as stack:
        for number, condition in enumerate(bad):
            printer = stack.enter_context(VirtualPrinter(**condition))
            address = {"host": printer.host, "port": printer.port}
            wish = {"name": f"bad {number}", "kind": "network", "address": address}
            status, added = server.api("POST", "/branches/demo/printers", wish)
            assert status == 201, added
            for _ in range(WAITING_EACH):
                taken = server.api("POST", "/branches/demo/tickets", {"service": "id-cards"})[1]["ticket"]["id"]
                server.api("POST", f"/branches/demo/slips/{taken}/reprint", {"printer": added["id"]})
        time.sleep(2)
        yield


def _touches(server: QueueServer, printer: VirtualPrinter, situation: str) -> list[list[str]]:
    kiosk = http.client.HTTPConnection("127.0.0.1", server.port)
    headers = {"Authorization": f"Bearer {server.token()}", "Content-Type": "application/json"}
    answered: list[float] = []
    printed: list[float] = []
    before = _settle(printer)
    for number in range(TOUCHES + 5):
        begun = time.time()
        kiosk.request("POST", "/api/v1/branches/demo/tickets", json.dumps({"service": "id-cards"}), headers)
        kiosk.getresponse().read()
        answered.append((time.time() - begun) * 1000)
        slip = printer.wait_for(before + number + 1, timeout_seconds=60)[before + number]
        printed.append((slip.last_byte_at - begun) * 1000)
        # A person takes the slip; the printer's own closing is not part of the touch.
        time.sleep(0.05)
    return [
        [situation, what, f"{median(values[5:]):.1f}", f"{quantiles(values[5:], n=100)[98]:.1f}"]
        for what, values in (("the number on the screen", answered), ("the last byte of the slip", printed))
    ]


def _settle(printer: VirtualPrinter) -> int:
    """Wait until nothing more comes out, and return how many slips have."""
    while True:
        count = len(printer.jobs)
        time.sleep(1)
        if len(printer.jobs) == count:
            return count


def _rate(server: QueueServer, bare_port: int, round_number: int) -> float:
    token = server.token()

    def take(n: int) -> bytes:
        # By phone: no slip, so that the print worker has nothing to do but wait for the printers that hang.
        body = {"service": "id-cards", "request_id": f"take-{round_number}-{n}", "channel": "phone"}
        return request("POST", "/api/v1/branches/demo/tickets", token, json.dumps(body).encode())

    noop = run(bare_port, CLIENTS, REQUESTS, lambda n: request("GET", "/noop"))
    return run(server.port, CLIENTS, REQUESTS, take).rate / noop.rate


def _slips_a_minute(server: QueueServer, printer: VirtualPrinter) -> float:
    before = _settle(printer)
    begun = time.monotonic()
    for _ in range(SLIPS):
        server.api("POST", "/branches/demo/tickets", {"service": "id-cards"})
    printer.wait_for(before + SLIPS, timeout_seconds=120)
    return SLIPS / (time.monotonic() - begun) * 60
