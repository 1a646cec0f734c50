"""How long a simulated day takes, against the bare writes of as many transactions on the same kind of database."""

from __future__ import annotations

import logging
import sqlite3
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from benchmarks.running import table
from queue_app.domain.profiles import Manner
from queue_app.simulation.demand import Demand, Mix, draw_visits
from queue_app.simulation.office import Office, every_service, in_manner, staff, throw_away_database
from queue_app.simulation.rates import check_rates, demand_of_rates
from queue_app.simulation.run import simulate
from queue_app.store.session import Database

VISITORS = 1_500
COUNTERS = 20
ROUNDS = 3
SERVICES = 6
HOURS = 8
ROW = "x" * 250
"""About as long as the event, the ticket and the leg that an operation writes."""


def simulate_table() -> None:
    """Simulate the same day in each manner, in turn with the bare reference; print medians of the rounds."""
    logging.getLogger("queue.operations").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    demand = _day()
    rows = []
    for manner in (Manner.FIRST_COME, Manner.WEIGHTED_SHARE):
        rounds = [_round(demand, manner) for _ in range(ROUNDS)]
        day, processor, bare, ratio = (
            median(figures)
            for figures in zip(*((*each.seconds, each.seconds[0] / each.seconds[2]) for each in rounds), strict=True)
        )
        transactions = f"{rounds[0].transactions:,}"
        rows.append(
            [
                f"{VISITORS:,}",
                str(manner),
                f"{day:.2f}",
                f"{processor:.2f}",
                transactions,
                f"{bare:.2f}",
                f"{ratio:.1f}",
            ]
        )
    heads = ["visitors", "manner", "a day, s", "of it processor, s", "transactions", "bare transactions, s", "ratio"]
    table(heads, rows)


@dataclass(frozen=True)
class _Round:
    """Seconds of the day, of the processor in it, and of the bare transactions; and how many transactions there were."""

    seconds: tuple[float, float, float]
    transactions: int


def _day() -> Demand:
    rate = VISITORS * 1.1 / HOURS / SERVICES
    services = [{"service": f"service-{n}", "per_hour": rate, "service_minutes": 5} for n in range(SERVICES)]
    drawn = demand_of_rates("day", check_rates({"open": "08:00", "close": "16:00", "services": services}), "UTC", 1)
    return replace(drawn, arrivals=drawn.arrivals[:VISITORS])


def _round(demand: Demand, manner: Manner) -> _Round:
    office = Office("office", in_manner(staff([every_service(demand)], COUNTERS, demand), manner), {}, {})
    begin, processor = perf_counter(), process_time()
    with throw_away_database() as database:
        simulate(database, "day", demand, draw_visits(demand, Mix({"priority": 0.1}), 1), office)
        took, processor = perf_counter() - begin, process_time() - processor
        transactions = _transactions(database)
    return _Round((took, processor, _bare(transactions)), transactions)


def _transactions(database: Database) -> int:
    # What one transaction recorded after its first event says with which event it came.
    with database.reading() as connection:
        counted = "SELECT count(*) FROM ticket_event WHERE json_extract(data, '$.with') IS NULL"
        return int(connection.exec_driver_sql(counted).scalar_one())


def _bare(transactions: int) -> float:
    """Write as many transactions, three rows each, with nothing read and nothing decided; return the seconds."""
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlite3.connect(Path(folder) / "bare.sqlite3", isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        for name in ("ticket", "leg", "event"):
            connection.execute(f"CREATE TABLE {name} (id INTEGER PRIMARY KEY, told TEXT)")
        begin = perf_counter()
        for number in range(transactions):
            connection.execute("BEGIN IMMEDIATE")
            for name in ("ticket", "leg", "event"):
                connection.execute(f"INSERT INTO {name} VALUES (?, ?)", (number, ROW))
            connection.execute("COMMIT")
        took = perf_counter() - begin
        connection.close()
    return took
