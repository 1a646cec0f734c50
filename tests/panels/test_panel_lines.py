"""Lines to panels, over TCP and over a pseudo terminal as a serial line: kept right through silence, nonsense and pulled plugs."""

from __future__ import annotations

import os
import threading
import time
import tty
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from functools import partial
from typing import Any

import pytest

from queue_app.panels.content import DARK, Content
from queue_app.panels.deadline import Deadline
from queue_app.panels.dialogue import ATTEMPTS, tell
from queue_app.panels.driver import COMMON
from queue_app.panels.drivers import find_drivers, get_driver
from queue_app.panels.errors import PanelError
from queue_app.panels.frames import Frame, Show, Taken, Test, encode
from queue_app.panels.line_keeper import HOLD_SECONDS, LineKeeper, Wish
from queue_app.panels.virtual import Listener, VirtualPanels
from queue_app.panels.virtual_door import PanelPort, obey
from tests.servers import free_port, wait_until

QUICK = 100
"""Milliseconds that a panel of these tests may take to answer."""


@contextmanager
def serial_line(panels: VirtualPanels) -> Iterator[dict[str, Any]]:
    """Put panels on a serial line; give its address."""
    master, slave = os.openpty()
    tty.setraw(slave)
    device = os.ttyname(slave)
    listener = Listener(panels, partial(os.read, master, 64), partial(os.write, master))
    thread = threading.Thread(target=listener.serve, daemon=True)
    thread.start()
    try:
        yield {"device": device}
    finally:
        os.close(slave)
        thread.join(5)
        os.close(master)


@contextmanager
def tcp_line(panels: VirtualPanels) -> Iterator[dict[str, Any]]:
    """Put panels behind a TCP port; give its address."""
    with PanelPort(panels) as port:
        yield {"host": port.host, "port": port.port}


LINES = {"serial": serial_line, "tcp": tcp_line}


class Kept:
    """A keeper and what it reported."""

    def __init__(self, kind: str, address: Mapping[str, Any]) -> None:
        self.driver, self.address = get_driver(kind), {"answer_milliseconds": QUICK, **address}
        self.stands: dict[int, tuple[str, str | None]] = {}
        self.reports: list[tuple[int, str, str | None]] = []
        self.keeper = LineKeeper(self.driver, self._values(1), time.monotonic, self._report)
        self.keeper.start()

    def _values(self, number: int) -> Any:
        return self.driver.check({**self.address, "number": number})

    def _report(self, key: int, status: str, detail: str | None) -> None:
        self.stands[key] = (status, detail)
        self.reports.append((key, status, detail))

    def show(self, texts: Mapping[int, str], **wish: Any) -> None:
        """Let the panels, whose keys are their addresses, show these texts."""
        self.keeper.follow({key: (self._values(key), Wish(Content(text), **wish)) for key, text in texts.items()})

    def wait_for(self, key: int, status: str, detail: str | None = None) -> None:
        """Wait until a panel stands so."""
        wait_until(lambda: self.stands.get(key) == (status, detail), f"{status} {detail}", 10, 0.01)

    def close(self) -> None:
        """Stop it."""
        self.keeper.stop()
        self.keeper.join()


@pytest.mark.parametrize("kind", LINES)
def test_panels_on_one_line_show_what_they_are_told_at_once(kind: str) -> None:
    panels = VirtualPanels([1, 2], profile="segments-4")
    with LINES[kind](panels) as address, closing(Kept(kind, address)) as kept:
        kept.show({1: "A017", 2: "B203"})
        panels.wait_for("A017", 1)
        panels.wait_for("B203", 2)
        kept.show({1: "A018", 2: "B203"})
        panels.wait_for("A018", 1)
        kept.show({1: "", 2: "B203"})
        panels.wait_for("", 1)
        kept.wait_for(1, "ok")
        assert panels.face(2).text == "B203"
        # Panel 2 was told once: nothing about it had changed.
        assert [address for address, _ in panels.told].count(2) == 1


@pytest.mark.parametrize("kind", LINES)
@pytest.mark.parametrize(
    ("switch", "status", "detail"),
    [
        ("silent", "silent", "no_answer"),
        ("dead", "silent", "no_answer"),
        ("garble", "silent", "garbled"),
        ("refuse", "refused", "fault"),
    ],
)
def test_a_panel_that_fails_holds_up_no_other_on_its_line_and_comes_back(
    kind: str, switch: str, status: str, detail: str
) -> None:
    panels = VirtualPanels([1, 2])
    with LINES[kind](panels) as address, closing(Kept(kind, address)) as kept:
        panels.set(1, **{switch: True})
        kept.show({1: "A017", 2: "B203"})
        kept.wait_for(1, status, detail)
        panels.wait_for("B203", 2)
        kept.show({1: "A018", 2: "B204"})
        begun = time.monotonic()
        panels.wait_for("B204", 2)
        assert time.monotonic() - begun < 1
        panels.set(1, **{switch: False})
        panels.wait_for("A018", 1)
        kept.wait_for(1, "ok")
        shown = [message.text for address, message in panels.told if address == 1 and isinstance(message, Show)]
        assert shown == sorted(shown), "an old number came after a newer one"


def test_a_panel_that_is_unplugged_is_silent_and_gets_what_is_right_when_it_is_back() -> None:
    panels = VirtualPanels()
    with PanelPort(panels) as port, closing(Kept("tcp", {"host": port.host, "port": port.port})) as kept:
        kept.show({1: "A017"})
        panels.wait_for("A017")
        port.unplug()
        kept.show({1: "A018"})
        kept.wait_for(1, "silent", "nobody_listens")
        kept.show({1: "A019"})
        panels.panels[1].hear(Show())  # without power it has forgotten everything
        port.plug()
        panels.wait_for("A019")
        kept.wait_for(1, "ok")
        assert ("A018" in [getattr(message, "text", "") for _, message in panels.told]) is False


def test_a_panel_that_closes_idle_connections_is_not_called_silent_for_that() -> None:
    panels = VirtualPanels()
    with PanelPort(panels) as port, closing(Kept("tcp", {"host": port.host, "port": port.port})) as kept:
        kept.show({1: "A017"})
        kept.wait_for(1, "ok")
        port.unplug()
        port.plug()
        kept.show({1: "A018"})
        panels.wait_for("A018")
        kept.wait_for(1, "ok")
        assert {status for _, status, _ in kept.reports} == {"ok"}
        obey(port, "close")
        kept.show({1: "A019"})
        kept.wait_for(1, "silent", "broken_off")
        obey(port, "fine")
        kept.wait_for(1, "ok")


def test_every_lamp_is_lit_for_a_test_and_a_new_call_blinks() -> None:
    panels = VirtualPanels()
    with PanelPort(panels) as port, closing(Kept("tcp", {"host": port.host, "port": port.port})) as kept:
        now = time.monotonic()
        kept.show({1: "A017"}, call=5, blink_until=now + 3)
        assert panels.wait_for("A017").blinks
        kept.show({1: "A017"}, call=5, blink_until=now + 3, test="one", test_until=now + 1.5)
        wait_until(lambda: panels.face().everything, "the test", 5, 0.01)
        wait_until(lambda: not panels.face().everything, "the end of the test", 5, 0.01)
        assert panels.face().text == "A017"
        wait_until(lambda: not panels.face().blinks, "the end of blinking", 5, 0.01)
        kept.show({1: "A017"}, call=9, blink_until=time.monotonic() + 60)  # recalled
        wait_until(lambda: panels.face().blinks, "the recall", 5, 0.01)
        kept.show({1: "A017"}, call=9, test="two", test_until=time.monotonic() + 60)
        wait_until(lambda: panels.face().everything, "another test", 5, 0.01)
        kept.show({1: "A018"}, call=10, test="two", test_until=time.monotonic() + 60)
        panels.wait_for("A018")
        assert [message.seconds for _, message in panels.told if isinstance(message, Test)] == [2, 60]


def test_a_keeper_that_is_told_nothing_any_more_repeats_nothing() -> None:
    panels, seconds = VirtualPanels(), [0.0]
    with PanelPort(panels) as port:
        driver = get_driver("tcp")
        values = driver.check({"host": port.host, "port": port.port})
        keeper = LineKeeper(driver, values, lambda: seconds[0], lambda *_: None)
        keeper.start()
        keeper.follow({1: (values, Wish(Content("A017")))})
        panels.wait_for("A017")
        seconds[0] = HOLD_SECONDS + 1.0
        with keeper._news:
            keeper._news.notify()
        keeper.stop()
        keeper.join()
        assert len(panels.told) == 1


def test_an_answer_to_something_else_is_none() -> None:
    class Line:
        """Answers every frame with the same bytes."""

        def __init__(self, answer: bytes) -> None:
            self.answer, self.sent, self.ready = answer, 0, b""

        def write(self, data: bytes, deadline: Deadline) -> None:
            self.sent, self.ready = self.sent + 1, self.answer.replace(b"echo", data)

        def read(self, deadline: Deadline) -> bytes:
            data, self.ready = self.ready, b""
            return data

        def close(self) -> None: ...

    frame = Frame(3, 77, Show("A017"))
    for answer, code in (
        (encode(Frame(3, 76, Taken())), "garbled"),
        (encode(Frame(4, 77, Taken())), "garbled"),
        (b"echo\r\n", "no_answer"),
        (b"", "no_answer"),
    ):
        line = Line(answer)
        with pytest.raises(PanelError, match=code):
            tell(line, frame, 0.01)
        assert line.sent == ATTEMPTS
    tell(Line(b"echo noise" + encode(Frame(3, 77, Taken()))), frame, 1)


def test_lines_that_cannot_be_opened_say_why() -> None:
    with pytest.raises(PanelError, match="nobody_listens"):
        driver = get_driver("tcp")
        driver.open(driver.check({"host": "127.0.0.1", "port": free_port()}))
    with pytest.raises(PanelError, match="unreachable"):
        driver.open(driver.check({"host": "a" * 70 + ".invalid"}))
    driver = get_driver("serial")
    with pytest.raises(PanelError, match="unplugged"):
        driver.open(driver.check({"device": "/dev/ttyUSB99"}))
    with serial_line(VirtualPanels()) as address, closing(driver.open(driver.check(address))):  # noqa: SIM117
        with pytest.raises(PanelError, match="in_use"):
            driver.open(driver.check(address))


@pytest.mark.parametrize(
    ("kind", "address", "field"),
    [
        ("tcp", {}, "host"),
        ("tcp", {"host": ""}, "host"),
        ("tcp", {"host": "x", "port": 0}, "port"),
        ("tcp", {"host": "x", "port": True}, "port"),
        ("tcp", {"host": "x", "number": 100}, "number"),
        ("tcp", {"host": "x", "profile": "huge"}, "profile"),
        ("tcp", {"host": "x", "device": "/dev/ttyS0"}, "device"),
        ("tcp", {"host": "x", "arrows": {"5": "sideways"}}, "arrows"),
        ("tcp", {"host": "x", "arrows": ["5"]}, "arrows"),
        ("serial", {"device": "/dev/ttyS0", "baud": "9601"}, "baud"),
        ("serial", {"device": "/dev/ttyS0", "baud": 9600}, "baud"),
        ("serial", [], ""),
    ],
)
def test_an_address_that_cannot_work_is_refused_by_its_field(kind: str, address: Any, field: str) -> None:
    with pytest.raises(PanelError, match="bad_address") as caught:
        get_driver(kind).check(address)
    assert caught.value.field == field


def test_every_driver_says_which_line_it_means_by_its_own_fields() -> None:
    for driver in find_drivers().values():
        own = {field.name for field in driver.fields}
        assert set(driver.line) <= own and not own & {field.name for field in COMMON}
    with pytest.raises(PanelError, match="no kind"):
        get_driver("smoke")
    assert Wish(DARK) == Wish(DARK, blink_until=5)  # by the call, not by the moment
