"""From the touch on the kiosk to the last byte of its slip at a (virtual) network printer."""

from __future__ import annotations

import http.client
import json
import sqlite3
import time
from statistics import median, quantiles

from benchmarks.running import product, table
from printers.virtual import VirtualPrinter

TOUCHES = 100


def touch() -> None:
    """Touch, wait for the slip, touch again; print the table."""
    with VirtualPrinter() as printer, product() as server:
        address = {"host": "127.0.0.1", "port": printer.port}
        with sqlite3.connect(server.folder / "queue.sqlite3") as database:
            database.execute("UPDATE printer SET kind = 'network', address = ?", [json.dumps(address)])
        kiosk = http.client.HTTPConnection("127.0.0.1", server.port)
        headers = {"Authorization": f"Bearer {server.token()}", "Content-Type": "application/json"}
        answered: list[float] = []
        printed: list[float] = []
        for number in range(TOUCHES + 5):
            begun = time.time()
            kiosk.request("POST", "/api/v1/branches/demo/tickets", json.dumps({"service": "id-cards"}), headers)
            kiosk.getresponse().read()
            answered.append((time.time() - begun) * 1000)
            slip = printer.wait_for(number + 1, timeout_seconds=60)[number]
            printed.append((slip.last_byte_at - begun) * 1000)
            # A person takes the slip; the printer's own closing is not part of the touch.
            time.sleep(0.05)
    rows = [
        [what, f"{median(values[5:]):.1f}", f"{quantiles(values[5:], n=100)[98]:.1f}"]
        for what, values in (("the number on the screen", answered), ("the last byte of the slip", printed))
    ]
    table(["from the touch to", "p50 ms", "p99 ms"], rows)
