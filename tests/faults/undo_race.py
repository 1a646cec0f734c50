"""Two who want the same ticket: one process undoes its transfer, another calls it, each with two threads at once.

Run as `python -m tests.faults.undo_race URL ROLE SABOTAGE`; for every line on its input it tries once in each thread and prints
what came of it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from queue_app.clock import SystemClock
from queue_app.domain.errors import QueueError
from queue_app.operations import counters, serve
from queue_app.operations.forecasting import Forecasts
from queue_app.operations.serve import Destination
from queue_app.operations.take_ticket import TakeTicket, take_ticket
from queue_app.operations.undo import undo
from queue_app.operations.unit_of_work import Actor, Context
from queue_app.store.session import Database
from tests.faults.race import remove_the_guards

ROLES = ("undo", "call")
CLERKS = [Actor(f"token:{number}", f"clerk {number}") for number in range(3)]


def attempts(context: Context, role: str) -> list[Callable[[], Any]]:
    """Return what the two threads of a process try: to undo at the first counter, or to call at the second and the third."""
    desks = [counter.id for counter in context.setup("brno").counters]
    if role == "undo":
        return [lambda: undo(context, desks[0], CLERKS[0])] * 2
    return [lambda n=n: serve.call_next(context, desks[n], CLERKS[n], service="cash") for n in (1, 2)]  # type: ignore[misc]


def work(url: str, role: str, sabotage: bool) -> None:
    """Try once in each thread for every line on standard input, and print a line of what came of it."""
    database = Database(url, pool_size=4)
    if sabotage:
        remove_the_guards(database)
    context = Context(database, SystemClock())
    tries = attempts(context, role)
    for _ in sys.stdin:
        barrier = threading.Barrier(len(tries))
        results: list[str] = []

        def once(attempt: Callable[[], Any], barrier: threading.Barrier, results: list[str]) -> None:
            barrier.wait()
            try:
                attempt()
                results.append("won")
            except QueueError as refusal:
                results.append(refusal.code)
            except Exception as error:  # noqa: BLE001 - a saboteur's run may fail in any way; it is told
                results.append(f"fault {type(error).__name__}")

        threads = [threading.Thread(target=once, args=(attempt, barrier, results)) for attempt in tries]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        print(json.dumps(sorted(results)), flush=True)
    database.dispose()


@contextmanager
def rivals(url: str, sabotage: bool) -> Iterator[Callable[[], dict[str, list[str]]]]:
    """Start both processes and give what lets them try once."""
    command = [sys.executable, "-m", "tests.faults.undo_race", url]
    root = Path(__file__).parent.parent.parent
    running = {
        role: subprocess.Popen(
            [*command, role, str(int(sabotage))], cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for role in ROLES
    }

    order = list(ROLES)

    def once() -> dict[str, list[str]]:
        # Who is told first changes with every round, so that neither always comes first.
        order.reverse()
        for process in (running[role] for role in order):
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        return {role: json.loads(process.stdout.readline()) for role, process in running.items()}  # type: ignore[union-attr]

    try:
        yield once
    finally:
        for process in running.values():
            process.communicate(timeout=30)


def transferred(context: Context, forecasts: Forecasts) -> int:
    """Let a new ticket be called at the first counter and sent to the cash desk; return its id."""
    desk = context.setup("brno").counters[0].id
    ticket = take_ticket(context, forecasts, "brno", TakeTicket("ids")).ticket
    serve.call_next(context, desk, CLERKS[0], service="ids")
    serve.transfer(context, desk, CLERKS[0], Destination("cash"))
    return ticket.id


def sit_down(context: Context) -> None:
    """Open three counters."""
    for counter, clerk in zip(context.setup("brno").counters, CLERKS, strict=False):
        counters.open_counter(context, counter.id, clerk)


if __name__ == "__main__":
    work(sys.argv[1], sys.argv[2], sys.argv[3] == "1")
