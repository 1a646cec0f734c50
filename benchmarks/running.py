"""What every benchmark starts: the product and the bare reference, under the same worker, for as long as it is needed."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers import ROOT, PostgresServer, QueueServer, _answers, free_port, wait_until


@contextmanager
def bare() -> Iterator[int]:
    """Run the bare reference and give its port."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-c", "benchmarks/bare_conf.py"]
    process = subprocess.Popen(command, env={**os.environ, "PORT": str(port)}, cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: _answers(port), "the bare reference")
        yield port
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def product(database: str = "SQLite", **settings: str) -> Iterator[QueueServer]:
    """Run the product with its demo branch on `SQLite` or `PostgreSQL`."""
    postgres = PostgresServer() if database == "PostgreSQL" else None
    try:
        if postgres is not None:
            settings["QUEUE_DATABASE_URL"] = postgres.new_database()
        with (
            tempfile.TemporaryDirectory() as folder,
            QueueServer(Path(folder), QUEUE_LOG_LEVEL="WARNING", **settings) as server,
        ):
            yield server
    finally:
        if postgres is not None:
            postgres.close()


def table(heads: list[str], rows: list[list[str]]) -> None:
    """Print a table."""
    print(f"| {' | '.join(heads)} |\n| {' | '.join('---' for _ in heads)} |")
    for row in rows:
        print(f"| {' | '.join(row)} |")
