"""Printers on a serial line: the real pyserial on one end of a pseudo terminal, a printer on the other."""

import contextlib
import os
import threading
import time
import tty
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from printer_samples import code_of, send

from printers import Printer, Slip, deliver, get_way, read_status
from printers.virtual_condition import IN_ORDER, REALTIME, Condition, Questions


@dataclass
class SerialPrinter:
    """The printer's end of a line."""

    condition: Condition = field(default_factory=Condition)
    got: bytearray = field(default_factory=bytearray)

    def __post_init__(self) -> None:
        self.master, self.slave = os.openpty()
        tty.setraw(self.slave)
        self.port = os.ttyname(self.slave)
        self.thread = threading.Thread(target=self._serve)
        self.reading = threading.Event()
        self.reading.set()

    def _serve(self) -> None:
        realtime, in_order = Questions(REALTIME), Questions(IN_ORDER)
        while self.reading.wait():
            try:
                data = os.read(self.master, 4096)
            except OSError:
                return
            self.got += data
            if b"END" in data:
                return
            for question in realtime.found(data):
                if not self.condition.silent:
                    os.write(self.master, self.condition.realtime(question[2]))
            for question in in_order.found(data):
                os.write(self.master, b"\x37\x22" + question[-4:] + b"\0")

    def start(self) -> None:
        self.thread.start()

    def close(self) -> None:
        if self.thread.is_alive():
            self.reading.set()
            os.write(self.slave, b"END")
            self.thread.join()
        for handle in (self.master, self.slave):
            with contextlib.suppress(OSError):
                os.close(handle)


@pytest.fixture
def line() -> Iterator[SerialPrinter]:
    printer = SerialPrinter()
    yield printer
    printer.close()


def address(line: SerialPrinter, **changes: object) -> dict[str, object]:
    return {"port": line.port, "answer_timeout_seconds": 0.2, "write_timeout_seconds": 0.4} | changes


def test_every_byte_arrives_as_it_was_sent(line: SerialPrinter) -> None:
    line.start()
    data = bytes(range(256)) * 40
    send("serial", address(line, write_timeout_seconds=5), data)
    end = time.monotonic() + 5
    while len(line.got) < len(data) and time.monotonic() < end:
        time.sleep(0.01)
    assert bytes(line.got) == data


@pytest.mark.parametrize("settings", [{"baud": "9600"}, {"flow_control": "rts_cts"}, {"flow_control": "xon_xoff"}])
def test_its_settings_are_taken(line: SerialPrinter, brno_slip: Slip, settings: dict[str, object]) -> None:
    line.start()
    delivered = deliver(brno_slip, Printer("serial", address(line, **settings)), "A017")
    assert delivered.status is not None and delivered.status.word == "ready"


@pytest.mark.parametrize(
    ("condition", "word"),
    [(Condition(), "ready"), (Condition(paper="out"), "paper_out"), (Condition(silent=True), "unknown")],
)
def test_it_says_how_it_is(line: SerialPrinter, condition: Condition, word: str) -> None:
    line.condition = condition
    line.start()
    assert read_status(Printer("serial", address(line)), 0.2).word == word


def test_without_paper_nothing_of_the_slip_is_sent(line: SerialPrinter, brno_slip: Slip) -> None:
    line.condition = Condition(paper="out")
    line.start()
    assert code_of(lambda: deliver(brno_slip, Printer("serial", address(line)), "A017")) == "paper_out"
    assert len(line.got) == 12


def test_a_slip_is_confirmed(line: SerialPrinter, brno_slip: Slip) -> None:
    line.start()
    assert deliver(brno_slip, Printer("serial", address(line, confirm="process_id")), "A017").confirmed


def test_a_printer_that_stops_taking_data_times_out_in_time(line: SerialPrinter) -> None:
    started = time.monotonic()
    assert code_of(lambda: send("serial", address(line), b"x" * 500_000)) == "timed_out"
    assert time.monotonic() - started < 2


def test_a_line_that_goes_away_is_unplugged(line: SerialPrinter) -> None:
    port = line.port
    line.close()
    assert code_of(lambda: send("serial", {"port": port})) == "unplugged"
    assert code_of(lambda: send("serial", {"port": "/dev/ttyUSB77"})) == "unplugged"


def test_a_line_that_goes_away_in_mid_slip_is_unplugged(line: SerialPrinter) -> None:
    threading.Timer(0.2, lambda: os.close(line.master)).start()
    settings = address(line, write_timeout_seconds=5)
    started = time.monotonic()
    assert code_of(lambda: send("serial", settings, b"x" * 500_000)) in {"unplugged", "broken_off"}
    assert time.monotonic() - started < 3


def test_two_programs_do_not_mix_their_slips(line: SerialPrinter) -> None:
    import serial

    with serial.Serial(line.port, exclusive=True):
        assert code_of(lambda: send("serial", address(line))) == "refused"


def test_a_setting_the_line_does_not_have_is_named_a_bad_address(line: SerialPrinter) -> None:
    """A pseudo terminal knows no parity, so this is all that can be tried of it here."""
    assert code_of(lambda: send("serial", address(line, parity="even"))) == "bad_address"


def test_what_is_no_serial_line_is_said_to_be_none() -> None:
    assert code_of(lambda: send("serial", {"port": "/dev/null"})) == "bad_address"


def test_lines_that_are_there_are_listed_with_the_address_to_store() -> None:
    for found in get_way("serial").discover():  # type: ignore[misc]
        Printer("serial", found.address)
