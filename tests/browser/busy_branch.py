"""Branch Brno on a very busy day, in a world whose time the test moves on; and what really stood at each revision of it."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from queue_app import create_app
from queue_app.clock import SimulatedClock
from queue_app.config import Settings
from queue_app.domain.board import CALLS_SHOWN
from queue_app.domain.errors import QueueError
from queue_app.operations import counters, serve, views
from queue_app.operations.close_day import close_day
from queue_app.operations.undo import undo
from queue_app.operations.unit_of_work import Actor, Context
from tests.factories import Brno, create_brno

START = datetime(2026, 3, 4, 8, 0, tzinfo=UTC)
TAKES_DOWN = {"ticket_no_show", "ticket_cancelled", "ticket_returned", "ticket_parked", "ticket_reopened"}


class MovedClock(SimulatedClock):
    """A clock that a test moves, and by which threads can wait."""

    def __init__(self) -> None:
        """Begin at nine in the morning in Brno."""
        super().__init__(START)
        self._moved = threading.Condition()

    def advance(self, **duration: float) -> None:
        """Move on."""
        with self._moved:
            super().advance(**duration)
            self._moved.notify_all()

    def wait(self, seconds: float) -> None:
        """Return once it has been moved on by so much."""
        until = self.monotonic() + seconds
        with self._moved:
            self._moved.wait_for(lambda: self.monotonic() >= until)


class MovedServer:
    """The product in a thread of the test, by such a clock; its socket's own heartbeat goes by it, too."""

    def __init__(self, folder: Path, database: Path, clock: MovedClock | None = None) -> None:
        """Serve the SQLite database at `database`, by a clock of its own where none is given."""
        settings = Settings(
            data_dir=folder, database_url=f"sqlite:///{database}", secret_key="signs cookies in tests", spooler=False,
            panels=False, report_worker=False, tick=0.1,
        )  # fmt: skip
        self.clock = clock or MovedClock()
        self.app: Flask = create_app(settings, clock=self.clock)
        self.context: Context = self.app.extensions["queue_context"]
        self.app.extensions["socketio"].server.eio.sleep = lambda seconds=0: self.clock.wait(seconds)
        self._server = make_server("127.0.0.1", 0, self.app, threaded=True, request_handler=_Quiet)
        self.port: int = self._server.server_port

    def __enter__(self) -> MovedServer:
        """Begin to serve."""
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.app.extensions["queue_background"].start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.app.extensions["queue_background"].stop()
        self._server.shutdown()
        self.context.database.dispose()


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing of thousands of requests."""


class Truth:
    """Which calls really stood at which revision: kept by a model of its own that knows nothing of the board."""

    def __init__(self) -> None:
        """Begin with nobody called."""
        self.revision = 0
        self.facts: dict[int, tuple[str, str, str]] = {}
        self.called_at: dict[int, datetime] = {}
        self.standing: dict[str, int] = {}
        self._spans: dict[int, list[list[int | None]]] = {}

    def stood(self, call: int, revision: int) -> bool:
        """Say whether a call stood at a revision."""
        return any(begin <= revision and (end is None or revision < end) for begin, end in self._spans.get(call, ()))  # type: ignore[operator]

    def stood_ever_since(self, call: int) -> bool:
        """Say whether it stands now, and was never taken down."""
        return call in self.standing.values() and len(self._spans[call]) == 1

    def newest(self, revision: int, wanted: Callable[[int], bool]) -> list[int]:
        """Return the calls that stood at a revision, the newest first."""
        return [call for call in sorted(self.facts, reverse=True) if self.stood(call, revision) and wanted(call)]

    def follow(self, event: dict[str, Any]) -> None:
        """Let the next event have happened."""
        self.revision = event["revision"]
        label = event.get("label")
        if event["kind"] in {"ticket_called", "ticket_recalled"}:
            self._take_down(label)
            self.facts[event["call_id"]] = (label, event["counter"], event["service"])
            self.called_at[event["call_id"]] = datetime.fromisoformat(event["at"])
            self._put_up(label, event["call_id"])
        elif event["kind"] in TAKES_DOWN:
            self._take_down(label)
        elif event["kind"] == "tickets_expired":
            for each in list(self.standing):
                self._take_down(each)

    def install(self, snapshot: dict[str, Any], full: int) -> None:
        """Let something have been taken back: what stands now is what the record says, as far back as a board reaches."""
        self.revision = snapshot["revision"]
        calls = {call["call_id"]: call["label"] for call in snapshot["calls"]}
        oldest = min(calls) if len(calls) >= full else 0
        for label, call in list(self.standing.items()):
            if call >= oldest and call not in calls:
                self._take_down(label)
        for call, label in calls.items():
            if self.standing.get(label) != call:
                self._take_down(label)
                self._put_up(label, call)

    def _put_up(self, label: str, call: int) -> None:
        self.standing[label] = call
        self._spans.setdefault(call, []).append([self.revision, None])

    def _take_down(self, label: str) -> None:
        call = self.standing.pop(label, None)
        if call is not None:
            self._spans[call][-1][1] = self.revision


class BusyBranch:
    """Branch Brno with four counters that are never idle."""

    def __init__(self, context: Context, seed: int) -> None:
        """Open the counters; `seed` decides what happens there."""
        self.context = context
        self.brno: Brno = create_brno(context, open_devices=False)
        self.dice = random.Random(seed)
        self.truth = Truth()
        self.calls = 0
        clerks = ("alena", "bohdan", "marta", "oskar")
        self.clerks: list[Actor] = [self.brno.actor(name) for name in clerks]
        for counter, clerk in zip(self.brno.counters, self.clerks, strict=True):
            counters.open_counter(context, counter, clerk)
        self.look()

    def look(self) -> None:
        """Let the truth follow what has happened."""
        seen = views.board_view(self.context, "brno", self.truth.revision, 10_000)
        for event in seen.get("events", ()):
            self.truth.follow(event)
        if "events" not in seen:
            self.truth.install(seen, CALLS_SHOWN)

    def call(self) -> int:
        """Call somebody, or somebody again, and return the call."""
        index = self.dice.randrange(len(self.clerks))
        before = max(self.truth.facts, default=0)
        while max(self.truth.facts, default=0) == before:
            again = self.dice.random() < 0.15
            if not self._do(serve.recall if again else serve.call_next, index):
                self._end(index)
        self.calls += 1
        if self.dice.random() < 0.5:
            self._end(index)
        return max(self.truth.facts)

    def call_one(self, service: str) -> tuple[int, int]:
        """Call somebody new for `service` to the first counter; return the call and the counter."""
        counter, clerk = self.brno.counters[0], self.clerks[0]
        ticket = self.brno.take(service).ticket
        serve.call_ticket(self.context, counter, ticket.id, clerk)
        self.look()
        return max(self.truth.facts), counter

    def _end(self, index: int) -> None:
        act = self.dice.choice([serve.finish, serve.finish, serve.start, serve.no_show, serve.park, undo])
        if not self._do(act, index):
            self.brno.take(self.dice.choice(["ids", "ids", "driving"]))

    def _do(self, act: Callable[..., Any], index: int) -> bool:
        try:
            act(self.context, self.brno.counters[index], self.clerks[index])
        except QueueError:
            return False
        finally:
            self.look()
        return True

    def close(self) -> None:
        """End the day."""
        close_day(self.context, "brno")
        self.look()
