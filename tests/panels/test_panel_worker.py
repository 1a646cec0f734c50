"""The worker that keeps panels right: what they show is what the record says, from the call to the closed counter."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from queue_app.clock import SystemClock
from queue_app.domain.errors import QueueError
from queue_app.operations import counters, serve
from queue_app.operations import panel_setup as setup
from queue_app.operations.panel_worker import PanelWorker
from queue_app.operations.undo import undo
from queue_app.operations.unit_of_work import Context
from queue_app.panels.virtual import VirtualPanels
from queue_app.panels.virtual_door import PanelPort
from queue_app.store.session import Database
from tests.factories import Brno, create_brno
from tests.servers import free_port, wait_until

NOBODY = "----"


@pytest.fixture
def context(database: Database) -> Context:
    """Operations by the real clock: lines to panels live by it."""
    return Context(database, SystemClock())


@pytest.fixture
def brno(context: Context) -> Brno:
    """The branch every test knows."""
    return create_brno(context)


class Running:
    """A worker in a thread, told of every commit as the web process tells its own."""

    def __init__(self, context: Context, **options: Any) -> None:
        self.worker = PanelWorker(context, **options)
        context.publish = lambda committed: self.worker.notice()
        self.thread = threading.Thread(target=self.worker.run)
        self.thread.start()

    def close(self) -> None:
        """Stop it."""
        self.worker.stop()
        self.thread.join()


@pytest.fixture
def panels() -> VirtualPanels:
    """A panel for each of three counters and a main one, on one line."""
    return VirtualPanels([1, 2, 3, 9], profile="main-segments-4")


@pytest.fixture
def port(panels: VirtualPanels) -> Iterator[PanelPort]:
    """Where they listen."""
    with PanelPort(panels) as port:
        yield port


@pytest.fixture
def add(brno: Brno, port: PanelPort) -> Callable[..., int]:
    """Add a panel: `add("One", 1, counter=0)`."""

    def make(name: str, number: int, counter: int | None = None, **address: Any) -> int:
        usual = {"host": port.host, "port": port.port, "profile": "main-segments-4", "answer_milliseconds": 100}
        counter_id = None if counter is None else brno.counters[counter]
        wish = setup.PanelWish(name, "tcp", {**usual, "number": number, **address}, counter_id)
        return setup.add_panel(brno.context, "brno", wish)

    return make


def stands(brno: Brno, panel_id: int) -> tuple[str, str | None]:
    """Return how a panel stands on record."""
    view = setup.panel_view(brno.context, "brno", panel_id)
    return view["status"], view["detail"]


def test_panels_follow_a_counter_from_its_opening_to_its_closing(
    brno: Brno, panels: VirtualPanels, add: Callable[..., int]
) -> None:
    one, main = add("One", 1, counter=0), add("Main", 9, arrows={"1": "left", "2": "up_right"})
    two = add("Two", 2, counter=1, blink_seconds=0)
    with closing(Running(brno.context)):
        wait_until(lambda: {stands(brno, each) for each in (one, two, main)} == {("ok", None)}, "the panels")
        assert {panels.face(number).text for number in (1, 2, 9)} == {""}
        brno.open(0)
        for number, text in ((1, NOBODY), (9, NOBODY), (2, "")):
            panels.wait_for(text, number)
        brno.open(1)
        panels.wait_for(NOBODY, 2)
        for _ in range(3):
            brno.take()
        brno.next(0)
        assert panels.wait_for("A001", 1).blinks
        main_face = panels.wait_for("A001", 9)
        assert (main_face.content.counter, main_face.content.arrow) == ("1", "L")
        brno.next(1)
        assert not panels.wait_for("A002", 2).blinks
        main_face = panels.wait_for("A002", 9)
        assert (main_face.content.counter, main_face.content.arrow) == ("2", "UR")
        assert panels.face(1).text == "A001"
        # It is being served: the number stands, and blinks no more.
        serve.start(brno.context, brno.counters[0], brno.alena)
        wait_until(lambda: not panels.face(1).blinks, "the end of blinking")
        assert panels.face(1).text == "A001"
        serve.recall(brno.context, brno.counters[1], brno.bohdan)
        serve.no_show(brno.context, brno.counters[1], brno.bohdan)
        panels.wait_for(NOBODY, 2)
        panels.wait_for("A001", 9)
        undo(brno.context, brno.counters[1], brno.bohdan)
        panels.wait_for("A002", 2)
        panels.wait_for("A002", 9)
        serve.finish(brno.context, brno.counters[1], brno.bohdan)
        counters.pause_counter(brno.context, brno.counters[1], brno.bohdan)
        panels.wait_for("", 2)
        serve.finish(brno.context, brno.counters[0], brno.alena)
        panels.wait_for(NOBODY, 1)
        counters.close_counter(brno.context, brno.counters[0], brno.alena)
        panels.wait_for("", 1)
        panels.wait_for("", 9)


def test_a_dead_panel_holds_up_no_other_and_the_record_says_how_they_stand(
    brno: Brno, panels: VirtualPanels, add: Callable[..., int]
) -> None:
    good, silent = add("Good", 1, counter=0), add("Silent", 2, counter=0)
    away = add("Away", 1, counter=0, port=free_port())
    small = add("Small", 3, counter=0, profile="digits-3")
    panels.set(2, dead=True)
    brno.open(0)
    for _ in range(2):
        brno.take()
    with closing(Running(brno.context)):
        wait_until(lambda: stands(brno, silent) == ("silent", "no_answer"), "the silent one")
        wait_until(lambda: stands(brno, away) == ("silent", "nobody_listens"), "the one that is away")
        wait_until(lambda: stands(brno, small) == ("ok", None), "the small one")
        since = setup.panel_view(brno.context, "brno", silent)["status_at"]
        begun = time.monotonic()
        brno.next(0)
        panels.wait_for("A001", 1)
        assert time.monotonic() - begun < 1
        panels.wait_for("001", 3)
        assert stands(brno, good) == ("ok", None)
        panels.set(2, dead=False)
        panels.wait_for("A001", 2)
        wait_until(lambda: stands(brno, silent) == ("ok", None), "its coming back")
        assert setup.panel_view(brno.context, "brno", silent)["status_at"] > since
        panels.set(1, refuse=True)
        brno.next(0)
        wait_until(lambda: stands(brno, good) == ("refused", "fault"), "its refusal")


def test_panels_are_added_changed_tested_and_removed_while_it_runs(
    brno: Brno, panels: VirtualPanels, add: Callable[..., int]
) -> None:
    brno.open(0)
    with closing(Running(brno.context)):
        one = add("One", 1, counter=0)  # nobody tells the worker: it looks by itself
        panels.wait_for(NOBODY, 1)
        address = setup.panel_view(brno.context, "brno", one)["address"]
        setup.change_panel(brno.context, "brno", one, {"address": {**address, "number": 2}})
        panels.wait_for(NOBODY, 2)
        wait_until(lambda: stands(brno, one) == ("ok", None), "the other address")
        setup.change_panel(brno.context, "brno", one, {"address": {**address, "number": 4}})
        wait_until(lambda: stands(brno, one) == ("silent", "no_answer"), "nobody there")
        setup.change_panel(brno.context, "brno", one, {"enabled": False})
        assert stands(brno, one) == ("unknown", None)
        heard = len(panels.told)
        setup.remove_panel(brno.context, "brno", one)
        two = add("Two", 3, counter=0)
        setup.test_panel(brno.context, "brno", two)
        wait_until(lambda: panels.face(3).everything, "the test")
        brno.take()
        brno.next(0)
        panels.wait_for("A001", 3)
        assert {number for number, _ in panels.told[heard:]} == {3}


def test_a_worker_without_panels_ends_where_it_is_told_to(brno: Brno, add: Callable[..., int]) -> None:
    assert not setup.any_panels(brno.context)
    PanelWorker(brno.context, ends_without_panels=True).run()
    one = add("One", 1)
    assert setup.any_panels(brno.context)
    setup.change_panel(brno.context, "brno", one, {"enabled": False})
    assert not setup.any_panels(brno.context)
    with pytest.raises(QueueError, match="unknown_panel"):
        setup.remove_panel(brno.context, "brno", 10**6)
