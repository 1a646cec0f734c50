"""What reports cost on a record of five years: `python -m benchmarks.reports [TICKETS] [URL …]`, of a million tickets by default.

A URL is a database that `benchmarks.record` has filled and `flask record keep-days` has read; without one, both are made anew on
SQLite and on PostgreSQL, which takes some ten minutes.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from statistics import median
from typing import Any

from benchmarks.record import SLUG, make_record
from benchmarks.report_costs import Installation, days_of
from benchmarks.reports_lobby import lobby_beside
from benchmarks.running import table
from queue_app.operations.keep_days import keep_days
from queue_app.reports.registry import REPORTS
from tests.servers import ROOT, PostgresServer


def reports(tickets: int = 1_000_000, urls: tuple[str, ...] = ()) -> None:
    """Measure, and print the tables."""
    with _records(tickets, urls) as places:
        for what, measure in (("costs", _costs), ("exports", _exports), ("lobby", lobby_beside)):
            heads, rows = measure(places)
            print(f"\n### {what}\n")
            table(heads, rows)


@contextmanager
def _records(tickets: int, urls: tuple[str, ...]) -> Iterator[dict[str, str]]:
    """Give the records by the names of their databases."""
    if urls:
        yield {"SQLite" if url.startswith("sqlite") else "PostgreSQL": url for url in urls}
        return
    postgres = PostgresServer()
    try:
        with tempfile.TemporaryDirectory() as folder:
            places = {"SQLite": f"sqlite:///{folder}/queue.sqlite3", "PostgreSQL": postgres.new_database()}
            for url in places.values():
                make_record(url, tickets)
                for _ in keep_days(Installation(url).context, SLUG):
                    pass
            yield places
    finally:
        postgres.close()


def _measured(url: str, *what: object) -> Any:
    command = [sys.executable, "-m", "benchmarks.report_costs", url, *map(str, what)]
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)


def _costs(places: dict[str, str]) -> tuple[list[str], list[list[str]]]:
    rows = []
    for database, url in places.items():
        first, last = days_of(Installation(url))
        month = date(last.year, last.month, 1) - timedelta(days=1)
        for span, begin, end in (("a month", month.replace(day=1), month), ("all", first, last)):
            for kind in REPORTS.values():
                if not kind.rows:
                    found = _measured(url, "report", kind.name, begin, end)
                    cells = [f"{each:.0f}" for each in found["ms"]]
                    rows.append([database, span, kind.name, *cells, f"{found['mb']:.0f}", str(max(found["rows"]))])
    return ["database", "days", "report", "first ms", "second ms", "memory MB", "rows of the longest table"], rows


def _exports(places: dict[str, str]) -> tuple[list[str], list[list[str]]]:
    rows = []
    for database, url in places.items():
        days = days_of(Installation(url))
        speed = {name: median(found) for name, found in _measured(url, "exports", *days).items()}
        reference = "csv.writer" if database == "SQLite" else "COPY"
        ratio = f"{speed['ours'] / speed['bare']:.2f}"
        memory = _measured(url, "export", "csv", *days)["mb"]
        rows.append(
            [
                database,
                f"CSV, beside {reference}",
                f"{speed['ours']:.0f}",
                f"{speed['bare']:.0f}",
                ratio,
                f"{memory:.0f}",
            ]
        )
        book = _measured(url, "export", "xlsx", *days)
        count = f"{book['seconds']:.0f} s"
        rows.append([database, "XLSX", count, "", "", f"{book['mb']:.0f}"])
    return ["database", "all tickets as", "rows a second", "bare", "ratio", "memory MB"], rows


if __name__ == "__main__":
    numbers = [int(each) for each in sys.argv[1:] if each.isdigit()]
    reports(*numbers[:1], urls=tuple(each for each in sys.argv[1:] if not each.isdigit()))
