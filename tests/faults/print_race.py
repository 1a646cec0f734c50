"""Several spoolers on one branch: the worker process of the printing races and of the plugs that are pulled.

Run as `python -m tests.faults.print_race URL SECONDS [sabotage]`; it prints what is queued until the time is up or it is killed.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from typing import Any

from sqlalchemy import text

from printers.virtual import VirtualPrinter
from queue_app.clock import SystemClock
from queue_app.operations import printing
from queue_app.operations.forecasting import Forecasts
from queue_app.operations.printer_setup import PrinterWish, add_printer
from queue_app.operations.spooler import Spooler
from queue_app.operations.take_ticket import TakeTicket, take_ticket
from queue_app.operations.unit_of_work import Context
from queue_app.store.session import Database

HOUR = 3600


def start(database_url: str, seconds: float, sabotage: bool = False) -> subprocess.Popen[bytes]:
    """Start a process that prints what is queued."""
    command = [sys.executable, "-m", "tests.faults.print_race", database_url, str(seconds)]
    return subprocess.Popen([*command, *(["sabotage"] if sabotage else [])])


def add_virtual(context: Context, printer: VirtualPrinter, name: str, **address: Any) -> int:
    """Add a virtual printer to branch Brno and return its id."""
    where = {"host": printer.host, "port": printer.port, **address}
    return add_printer(context, "brno", PrinterWish(name, "network", where))


def take_tickets(database_url: str, number: int, printer_ids: list[int], pause_seconds: float = 0.0) -> None:
    """Take so many numbers, each with its slip on the next of the printers, by the machine's own clock."""
    database = Database(database_url)
    context = Context(database, SystemClock())
    forecasts = Forecasts(context)
    for count in range(number):
        wish = TakeTicket(
            service="ids", printer_id=printer_ids[count % len(printer_ids)], public_url="http://q.example"
        )
        take_ticket(context, forecasts, "brno", wish)
        time.sleep(pause_seconds)
    database.dispose()


def unfinished(context: Context) -> list[tuple[str, str, str | None]]:
    """Return label, state and error of every slip that has not come out."""
    with context.database.reading() as connection:
        rows = connection.execute(
            text("SELECT label, print_job.state, error_code FROM print_job JOIN ticket ON ticket.id = ticket_id"
                 " WHERE print_job.state != 'printed' ORDER BY print_job.id")
        )  # fmt: skip
        return [tuple(row) for row in rows]


def main() -> None:
    """Print until the time is up."""
    url, seconds, *sabotage = sys.argv[1:]
    if sabotage:
        # The guard: a slip that another worker is sending is not taken.
        printing._is_held = lambda row, holder, now: False
    spooler = Spooler(Context(Database(url), SystemClock()), HOUR, lambda news: None)
    threading.Timer(float(seconds), spooler.stop).start()
    spooler.run()


if __name__ == "__main__":
    main()
