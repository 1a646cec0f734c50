"""A screen that follows the events shows what a screen would that has just come."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from queue_app.clock import SimulatedClock
from queue_app.domain.board import CALLS_SHOWN, follow
from queue_app.domain.errors import QueueError
from queue_app.operations import counters, desk_actions, serve, views
from queue_app.operations.close_day import close_day
from queue_app.operations.serve import Destination
from queue_app.operations.unit_of_work import Context
from queue_app.operations.verify import differences
from queue_app.store.session import Database
from tests.conftest import MORNING
from tests.factories import Brno, create_brno

SERVICES = st.sampled_from(["ids", "driving", "cash"])
COUNTERS = st.integers(0, 2)
POSITIONS = st.sampled_from(["keep", "first", "last"])

STEPS = st.one_of(
    st.tuples(st.just("take"), SERVICES, st.sampled_from(["standard", "priority"])),
    st.tuples(st.just("take"), SERVICES, st.just("standard")),
    st.tuples(st.just("next"), COUNTERS),
    st.tuples(st.just("next"), COUNTERS),
    st.tuples(st.sampled_from(["start", "finish", "no_show", "park", "recall"]), COUNTERS),
    st.tuples(st.just("return"), COUNTERS, POSITIONS),
    st.tuples(st.just("transfer"), COUNTERS, SERVICES, POSITIONS),
    st.tuples(st.just("call"), COUNTERS, st.integers(0, 30)),
    st.tuples(st.sampled_from(["cancel", "reopen"]), st.integers(0, 30)),
    st.tuples(st.just("move"), st.integers(0, 30), SERVICES),
    st.tuples(st.sampled_from(["without", "add_service"]), COUNTERS, SERVICES),
    st.tuples(st.sampled_from(["open", "pause", "resume", "wrap_up", "close"]), COUNTERS),
    st.tuples(st.just("close_day")),
    st.tuples(st.just("advance"), st.sampled_from([0, 1, 60, 3600, 60_000])),
    st.tuples(st.just("look")),
)


class House:
    """A branch to which the steps happen, and the tickets taken so far."""

    def __init__(self, brno: Brno, clock: SimulatedClock) -> None:
        """Open two of three counters."""
        self.brno, self.context, self.clock = brno, brno.context, clock
        self.taken: list[Any] = []
        self.calls = 0
        self.clerks = [brno.alena, brno.bohdan, brno.actor("marta")]
        for number in (0, 1):
            counters.open_counter(self.context, brno.counters[number], self.clerks[number])

    def do(self, step: tuple[Any, ...]) -> None:
        """Do one step; what the state refuses changes nothing."""
        name, *rest = step
        self.calls += name in {"next", "call", "recall"}
        try:
            if name == "take":
                self.taken.append(self.brno.take(rest[0], priority=rest[1]))
                self._check_ahead(self.taken[-1])
            elif name == "cancel":
                if self.taken:
                    serve.cancel(self.context, self.taken[rest[0] % len(self.taken)].token)
            elif name in {"reopen", "move"}:
                if self.taken:
                    self._to_ticket(name, self.taken[rest[0] % len(self.taken)].ticket.id, *rest[1:])
            elif name == "close_day":
                close_day(self.context, "brno")
            elif name == "advance":
                self.clock.advance(seconds=rest[0])
            elif name != "look":
                self._at_counter(name, *rest)
        except QueueError:
            pass

    def _to_ticket(self, name: str, ticket_id: int, *rest: Any) -> None:
        if name == "reopen":
            desk_actions.reopen(self.context, "brno", ticket_id, self.brno.alena)
        else:
            desk_actions.move_ticket(self.context, "brno", ticket_id, self.brno.alena, Destination(rest[0]))

    def _at_counter(self, name: str, index: int, *rest: Any) -> None:
        counter, clerk = self.brno.counters[index], self.clerks[index]
        acts: dict[str, Callable[..., Any]] = {
            "next": serve.call_next, "start": serve.start, "finish": serve.finish, "no_show": serve.no_show,
            "park": serve.park, "recall": serve.recall,
        }  # fmt: skip
        sessions: dict[str, Callable[..., Any]] = {
            "open": counters.open_counter, "pause": counters.pause_counter, "resume": counters.resume_counter,
            "close": counters.close_counter, "wrap_up": counters.begin_wrap_up,
        }  # fmt: skip
        if name in acts:
            acts[name](self.context, counter, clerk)
        elif name in sessions:
            sessions[name](self.context, counter, clerk)
        elif name == "return":
            serve.return_to_queue(self.context, counter, clerk, position=rest[0])
        elif name == "without":
            desk_actions.serve_without_ticket(self.context, counter, clerk, rest[0])
        elif name == "add_service":
            desk_actions.add_service(self.context, counter, clerk, rest[0])
        elif name == "transfer":
            serve.transfer(self.context, counter, clerk, Destination(rest[0], position=rest[1]))
        elif name == "call" and self.taken:
            serve.call_ticket(self.context, counter, self.taken[rest[0] % len(self.taken)].ticket.id, clerk)

    def _check_ahead(self, taken: Any) -> None:
        seen = views.ticket_by_token(self.context, self.brno.forecasts, taken.token, "")
        assert taken.ahead == seen["ahead"]

    def board(self) -> dict[str, Any]:
        """Return a fresh snapshot."""
        return views.board_view(self.context, "brno", None, 0)

    def events(self, since: int) -> list[dict[str, Any]]:
        """Return the public events after a revision."""
        found: list[dict[str, Any]] = views.board_view(self.context, "brno", since, 100_000)["events"]
        return found


def test_a_snapshot_that_follows_the_events_is_the_later_snapshot(migrated_sqlite: Path) -> None:
    @settings(
        max_examples=60,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(STEPS, min_size=5, max_size=60))
    def follows(steps: list[tuple[Any, ...]]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "queue.sqlite3"
            shutil.copy(migrated_sqlite, path)
            database = Database(f"sqlite:///{path}")
            try:
                follow_through(database, steps)
            finally:
                database.dispose()

    follows()


def follow_through(database: Database, steps: list[tuple[Any, ...]]) -> None:
    """Do the steps, with one screen that came at the beginning and one that comes at each `look`."""
    clock = SimulatedClock(MORNING)
    context = Context(database, clock)
    house = House(create_brno(context), clock)
    screens = [house.board()]
    for step in steps:
        house.do(step)
        if step[0] == "look":
            screens.append(deepcopy(house.board()))
    last = house.board()
    for board in screens:
        for event in house.events(board["revision"]):
            follow(board, event)
        assert board["revision"] == last["revision"]
        assert board["waiting"] == last["waiting"]
        assert board["counters"] == last["counters"]
        followed, fresh = (
            [(call["label"], call["state"], call["counter"]) for call in it["calls"]] for it in (board, last)
        )
        # One call more than the board shows pushes the oldest out; when a newer one is taken down later,
        # only a fresh
        # snapshot can bring it back.
        assert followed == fresh[: len(followed)]
        assert len(followed) == len(fresh) or house.calls > CALLS_SHOWN
    assert list(differences(context)) == []
