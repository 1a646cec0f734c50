"""A document is brought in over and over while numbers are taken and called: nothing is half done, and nobody is lost."""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import suppress
from typing import Any

from queue_app.domain.errors import QueueError
from queue_app.operations import counters, serve
from queue_app.operations.config_document import Terms, export_branch, import_branch
from queue_app.operations.forecasting import Forecasts
from queue_app.operations.take_ticket import TakeTicket, take_ticket
from queue_app.operations.unit_of_work import Actor, Context
from queue_app.operations.verify import differences
from queue_app.store import queries as q
from queue_app.store.session import Database
from tests.factories import Brno

SECONDS = 5.0
ACTOR = Actor("console", "console", supervises=True)
LOSERS = {
    "unknown_service",
    "nobody_waiting",
    "conflict",
    "counter_busy",
    "database_unavailable",
    "no_ticket_at_counter",
}
"""What may be refused here: the service has just gone, nobody waits, or somebody was faster."""


class Crew:
    """Threads that each do one thing until they are told to stop, with a context of their own as another process has."""

    def __init__(self, url: str, like: Context) -> None:
        self.done: Counter[str] = Counter()
        self.unexpected: list[BaseException] = []
        self._stop = threading.Event()
        self._url, self._like = url, like
        self._threads: list[threading.Thread] = []

    def add(self, verb: str, act: Any) -> None:
        """Let one more thread do `act`."""
        self._threads.append(threading.Thread(target=self._work, args=(verb, act)))

    def _work(self, verb: str, act: Any) -> None:
        database = Database(self._url)
        context = Context(database, self._like.clock)
        try:
            while not self._stop.is_set():
                try:
                    act(context)
                    self.done[verb] += 1
                except QueueError as error:
                    self.done[f"{verb}: {error.code}"] += 1
                    if error.code not in LOSERS | {"would_strand"}:
                        raise
                self._stop.wait(0.02)
        except BaseException as error:  # noqa: BLE001 - told by the test, whatever it is
            self.unexpected.append(error)
        finally:
            database.dispose()

    def run(self) -> None:
        """Let them work for a while."""
        for thread in self._threads:
            thread.start()
        self._stop.wait(SECONDS)
        self._stop.set()
        for thread in self._threads:
            thread.join(30)


def test_documents_tickets_and_calls_at_once(brno: Brno, context: Context, database_url: str) -> None:
    whole = export_branch(context, "brno")
    services = whole["services"]
    other = [{**services[1], "letter": "X"}, services[2]]
    profiles = [{"name": "two", "services": ["driving", "cash"]}]
    documents = [
        {"services": other, "profiles": profiles, "counters": [{**each, "profile": "two"} for each in whole["counters"]]},
        {key: whole[key] for key in ("services", "profiles", "counters")},
    ]  # fmt: skip
    turn = iter(range(10**9))
    crew = Crew(database_url, context)

    def bring_in(mine: Context, *, accept: bool) -> None:
        document = documents[next(turn) % 2]
        import_branch(mine, ACTOR, "brno", document, accept_stranding=accept, terms=Terms(people=True))

    def take(mine: Context, service: str) -> None:
        take_ticket(mine, Forecasts(mine), "brno", TakeTicket(service=service))

    def work(mine: Context, index: int) -> None:
        who = (brno.alena, brno.bohdan)[index]
        with suppress(QueueError):
            serve.finish(mine, brno.counters[index], who)
        serve.call_next(mine, brno.counters[index], who)

    counters.open_counter(context, brno.counters[0], brno.alena)
    counters.open_counter(context, brno.counters[1], brno.bohdan)
    crew.add("import", lambda mine: bring_in(mine, accept=True))
    crew.add("careful", lambda mine: bring_in(mine, accept=False))
    for service in ("ids", "driving"):
        crew.add("take", lambda mine, service=service: take(mine, service))
    for index in (0, 1):
        crew.add("call", lambda mine, index=index: work(mine, index))
    crew.run()
    assert crew.unexpected == []
    assert all(crew.done[verb] > 1 for verb in ("import", "take", "call")), crew.done
    import_branch(context, ACTOR, "brno", documents[1], accept_stranding=True, terms=Terms(people=True))
    assert export_branch(context, "brno") == whole
    assert list(differences(context)) == []
    # Everybody who is still there can be called, one after the other.
    open_legs = context.database.look((q.OPEN_LEGS, {"branch_id": brno.branch_id}))[0]
    called = 0
    with suppress(QueueError):
        while True:
            serve.call_next(context, brno.counters[0], brno.alena)
            called += 1
    assert called == sum(leg.state == "waiting" for leg in open_legs)
