"""Many clerks and kiosks at once: worker processes for the race tests, and the check of what they left behind.

Run as `python -m tests.faults.race URL SEED SECONDS SABOTAGE`; each process is several threads with a database connection pool
of their own, as web workers are.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy import text

from queue_app.clock import SystemClock
from queue_app.domain.errors import QueueError
from queue_app.operations import counters, serve
from queue_app.operations.forecasting import Forecasts
from queue_app.operations.take_ticket import TakeTicket, take_ticket
from queue_app.operations.unit_of_work import Actor, Context
from queue_app.store import queries as q
from queue_app.store import session
from queue_app.store.session import Database

THREADS = 8
EXPECTED = {
    "nobody_waiting",
    "no_ticket_at_counter",
    "state_forbids",
    "counter_taken",
    "counter_busy",
    "unknown_ticket",
}


def remove_the_guards(database: Database) -> None:
    """Take out the lock on the branch, so that two operations may read the same state, and the unique indexes behind it."""
    q.LOCK_STATE = q.READ_STATE
    if database.is_sqlite:

        def begin_without_lock(self: Any, steps: Any) -> Any:
            if not self._begun:
                self._begun = True  # no BEGIN: each statement for itself
            rows = []
            for prepared, parameters in steps:
                compiled = self._compiled(prepared)
                found = self._driver.execute(compiled.sql, compiled.bind(parameters)).fetchall()
                rows.append([compiled.row(row) for row in found])
            time.sleep(0.001)
            return rows

        def write_without_guard(self: Any, steps: Any) -> None:
            for (prepared, parameters), _ in steps:
                compiled = self._compiled(prepared)
                self._driver.execute(compiled.sql, compiled.bind(parameters))
            self._begun = False

        session._SqliteTransaction.read = begin_without_lock  # type: ignore[method-assign]
        session._SqliteTransaction.write_and_commit = write_without_guard  # type: ignore[method-assign]
    else:
        call = session._PostgresTransaction._call
        session._PostgresTransaction._call = lambda self, step, exactly_one=False: call(self, step)  # type: ignore[method-assign]


def drop_the_indexes(database: Database) -> None:
    """Drop every unique index that stands behind the operations' own guards."""
    statements = [
        f"DROP INDEX {name}"
        for name in ("ux_leg_one_open_a_ticket", "ux_leg_one_at_a_counter", "ux_session_counter", "ux_session_actor")
    ]
    if not database.is_sqlite:
        # SQLite cannot drop a primary key; there it is enough to drop these.
        tables = ("ticket", "leg", "ticket_event", "number_series")
        statements += [f"ALTER TABLE {table} DROP CONSTRAINT {table}_pkey CASCADE" for table in tables]
        statements.append("ALTER TABLE ticket DROP CONSTRAINT ticket_branch_id_business_date_label_key")
    with database.writing() as connection:
        for statement in statements:
            connection.execute(text(statement))


def work(url: str, seed: int, seconds: float, sabotage: bool) -> Counter[str]:
    """Take numbers and serve them from many threads for so long; return what happened how often."""
    database = Database(url, pool_size=THREADS * 2)
    if sabotage:
        remove_the_guards(database)
    context = Context(database, SystemClock())
    forecasts = Forecasts(context)
    happened: Counter[str] = Counter()
    end = time.monotonic() + seconds

    def thread(number: int) -> None:
        chance = random.Random(seed * 1000 + number)
        setup = context.setup("brno")
        while time.monotonic() < end:
            counter = chance.choice(setup.counters).id
            actor = Actor(f"token:{counter}", f"clerk {counter}")
            action = chance.choice(
                ["take", "take", "take", "open", "next", "next", "next", "finish", "return", "no_show"]
            )
            try:
                if action == "take":
                    service = chance.choice(["ids", "driving", "cash"])
                    take_ticket(
                        context, forecasts, "brno", TakeTicket(service, request_id=f"{seed}-{number}-{chance.random()}")
                    )
                elif action == "open":
                    counters.open_counter(context, counter, actor)
                elif action == "next":
                    serve.call_next(context, counter, actor)
                elif action == "finish":
                    serve.finish(context, counter, actor)
                elif action == "return":
                    serve.return_to_queue(context, counter, actor)
                else:
                    serve.no_show(context, counter, actor)
                happened[action] += 1
            except QueueError as error:
                happened[error.code] += 1
            except Exception as error:  # noqa: BLE001 - a saboteur's run may fail in any way; it is counted
                happened[f"fault {type(error).__name__}"] += 1

    threads = [threading.Thread(target=thread, args=(number,)) for number in range(THREADS)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    database.dispose()
    return happened


def race(url: str, seconds: float, processes: int = 4, sabotage: bool = False) -> Counter[str]:
    """Run `work` in several processes at once and return the sum of what happened."""
    command = [sys.executable, "-m", "tests.faults.race", url]
    running = [
        subprocess.Popen(
            [*command, str(seed), str(seconds), str(int(sabotage))],
            cwd=Path(__file__).parent.parent.parent,
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in range(processes)
    ]
    happened: Counter[str] = Counter()
    for process in running:
        printed, _ = process.communicate(timeout=seconds + 120)
        assert process.returncode == 0, printed
        happened.update(json.loads(printed))
    return happened


def violations(context: Context) -> list[str]:
    """Return what must never happen and did: shared labels, two tickets at a counter, a gap in the revisions, a wrong record."""
    from queue_app.operations.verify import differences

    checks = {
        "labels given twice": "SELECT count(*) FROM (SELECT 1 FROM ticket GROUP BY branch_id, business_date, label HAVING count(*) > 1) x",
        "counters with two tickets": "SELECT count(*) FROM (SELECT 1 FROM leg WHERE state IN ('called', 'serving') GROUP BY counter_id HAVING count(*) > 1) x",
        "tickets with two open legs": "SELECT count(*) FROM (SELECT 1 FROM leg WHERE state IN ('waiting', 'called', 'serving', 'parked') GROUP BY ticket_id HAVING count(*) > 1) x",
        "tickets called while called": (
            "SELECT count(*) FROM ticket_event a JOIN ticket_event b ON b.branch_id = a.branch_id AND b.leg_id = a.leg_id "
            "AND b.revision = (SELECT min(c.revision) FROM ticket_event c WHERE c.branch_id = a.branch_id AND c.leg_id = a.leg_id "
            "AND c.revision > a.revision) WHERE a.kind = 'ticket_called' AND b.kind = 'ticket_called'"
        ),
        "revisions missing": "SELECT max(revision) - count(*) FROM ticket_event",
    }
    found = []
    with context.database.reading() as connection:
        for what, statement in checks.items():
            number = connection.execute(text(statement)).scalar_one()
            if number:
                found.append(f"{number} {what}")
    return found + [difference for _, difference in differences(context)]


if __name__ == "__main__":
    url, seed, seconds, sabotage = sys.argv[1:]
    print(json.dumps(work(url, int(seed), float(seconds), sabotage == "1")))
