"""A printer is asked before and after a slip, so that none lies in the buffer of one that cannot print."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from printer_samples import code_of

from printers import Delivered, Printer, Slip, deliver, read_status
from printers.virtual import Door, VirtualPrinter


def printer_at(port: int, **changes: object) -> Printer:
    address = {"host": "127.0.0.1", "port": port, "linger_seconds": 0.3, "answer_timeout_seconds": 0.3}
    return Printer("network", address | changes)


@contextmanager
def talker(script: Any) -> Iterator[int]:
    """Serve one connection with `script(connection)` and yield the port."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.settimeout(5)
                try:
                    script(connection)
                except OSError:
                    return

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        thread.join()


@pytest.mark.parametrize(
    ("condition", "word"),
    [
        ({}, "ready"),
        ({"paper": "low"}, "paper_low"),
        ({"paper": "out"}, "paper_out"),
        ({"cover": "open"}, "cover_open"),
        ({"fault": True}, "fault"),
        ({"silent": True}, "unknown"),
        ({"garbage": True}, "unknown"),
        ({"hang": True}, "unknown"),
    ],
)
def test_a_printer_on_the_network_says_how_it_is(condition: dict[str, Any], word: str) -> None:
    with VirtualPrinter(**condition) as virtual:
        started = time.monotonic()
        assert read_status(printer_at(virtual.port), 0.2).word == word
        assert time.monotonic() - started < 2
        assert not virtual.jobs


def test_a_printer_that_is_not_there_is_offline_and_a_busy_one_is_unknown() -> None:
    with Door() as hanging:
        status = read_status(printer_at(hanging.port, connect_timeout_seconds=0.2))
    assert (status.word, status.detail, status.answered) == ("offline", "unreachable", False)
    with VirtualPrinter(refusing=True) as refusing:
        assert read_status(printer_at(refusing.port)).word == "unknown"


def test_ways_that_cannot_answer_are_unknown(tmp_path: Any) -> None:
    assert read_status(Printer("folder", {"path": str(tmp_path)})).word == "unknown"
    assert read_status(Printer("browser", {})).word == "unknown"
    assert read_status(printer_at(1, form="pdf")).word == "unknown"


@pytest.mark.parametrize(
    ("condition", "code"),
    [({"paper": "out"}, "paper_out"), ({"cover": "open"}, "cover_open"), ({"fault": True}, "fault")],
)
def test_a_printer_that_cannot_print_gets_not_a_byte(brno_slip: Slip, condition: dict[str, Any], code: str) -> None:
    with VirtualPrinter(**condition) as virtual:
        assert code_of(lambda: deliver(brno_slip, printer_at(virtual.port), "A017")) == code
        virtual.set(paper="ok", cover="closed", fault=False)
        deliver(brno_slip, printer_at(virtual.port, must_close=True), "A017")
        assert len(virtual.wait_for(1)) == 1
        time.sleep(0.1)
        assert len(virtual.jobs) == 1


def test_what_the_printer_said_comes_back_with_the_slip(brno_slip: Slip) -> None:
    with VirtualPrinter(paper="low") as virtual:
        delivered = deliver(brno_slip, printer_at(virtual.port), "A017")
        assert delivered.status is not None and delivered.status.word == "paper_low"
        assert not delivered.confirmed
        (slip,) = virtual.wait_for(1)
    assert slip.complete and slip.bytes == len(slip.page.data) - 12  # four questions of three bytes before it


def test_a_silent_printer_costs_nothing_once_it_is_known(brno_slip: Slip) -> None:
    with VirtualPrinter(silent=True) as virtual:
        printer = printer_at(virtual.port, answer_timeout_seconds=0.5, must_close=True)
        first = deliver(brno_slip, printer, "A017")
        assert first.status is not None and not first.status.answered
        started = time.monotonic()
        assert deliver(brno_slip, printer, "A018", ask_first=False) == Delivered()
        assert time.monotonic() - started < 0.4
        assert len(virtual.wait_for(2)) == 2


def test_the_address_may_say_always_or_never(brno_slip: Slip) -> None:
    with VirtualPrinter(paper="out") as virtual:
        always, never = printer_at(virtual.port, status="always"), printer_at(virtual.port, status="never")
        assert code_of(lambda: deliver(brno_slip, always, "A017", ask_first=False)) == "paper_out"
        assert deliver(brno_slip, never, "A017", ask_first=True) == Delivered()


def test_nonsense_stops_no_slip(brno_slip: Slip) -> None:
    with VirtualPrinter(garbage=True) as virtual:
        delivered = deliver(brno_slip, printer_at(virtual.port), "A017")
        assert delivered.status is not None and delivered.status.word == "unknown"
        assert virtual.wait_for(1)[0].complete


def test_a_printer_that_talks_without_end_holds_up_no_slip(brno_slip: Slip) -> None:
    with VirtualPrinter(flood=True) as virtual:
        started = time.monotonic()
        deliver(brno_slip, printer_at(virtual.port), "A017")
        assert time.monotonic() - started < 3
        assert virtual.wait_for(1)[0].complete


def test_a_flood_of_nonsense_is_bounded_in_time_and_memory() -> None:
    def flood(connection: socket.socket) -> None:
        while True:
            connection.sendall(b"\x10\x00\x00\x0f" * 1000)

    with talker(flood) as port:
        started = time.monotonic()
        assert read_status(printer_at(port), 0.3).word == "unknown"
        assert time.monotonic() - started < 2


def test_answers_that_trickle_in_are_bounded_together() -> None:
    def trickle(connection: socket.socket) -> None:
        while connection.recv(3):
            time.sleep(0.2)
            connection.sendall(b"\x12")

    with talker(trickle) as port:
        started = time.monotonic()
        status = read_status(printer_at(port), 0.5)
        assert time.monotonic() - started < 1
    assert status.online and status.cover == "unknown"


def test_an_automatic_status_between_the_answers_is_told_apart() -> None:
    def talk(connection: socket.socket) -> None:
        connection.sendall(b"\x14\x00\x00\x0f")
        for answer in (b"\x12", b"\x11\x7e\x13", b"\x14\x00\x0f\x0f\x12", b"\x12"):
            connection.recv(3)
            connection.sendall(answer)

    with talker(talk) as port:
        assert read_status(printer_at(port)).word == "paper_out"


def test_an_automatic_status_is_an_answer_too() -> None:
    def talk(connection: socket.socket) -> None:
        connection.sendall(b"\x1c\x00\x0f\x0f")
        connection.recv(3)
        time.sleep(0.4)

    with talker(talk) as port:
        assert read_status(printer_at(port), 0.3).word == "paper_out"


def test_paper_that_ends_in_mid_slip_ends_the_slip_as_an_error(brno_slip: Slip) -> None:
    def talk(connection: socket.socket) -> None:
        fine = True
        while data := connection.recv(4096):
            fine = fine and len(data) <= 3
            connection.sendall((b"\x12" if fine else b"\x72") * data.count(b"\x10\x04"))

    with talker(talk) as port:
        assert code_of(lambda: deliver(brno_slip, printer_at(port), "A017")) == "paper_out"


def test_a_printer_that_hangs_up_when_asked_broke_off(brno_slip: Slip) -> None:
    def reset(connection: socket.socket) -> None:
        connection.recv(1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    with talker(reset) as port:
        assert code_of(lambda: deliver(brno_slip, printer_at(port), "A017")) == "broken_off"


def test_a_printer_that_closes_its_half_is_still_given_the_slip(brno_slip: Slip) -> None:
    got = bytearray()

    def half_close(connection: socket.socket) -> None:
        connection.shutdown(socket.SHUT_WR)
        while data := connection.recv(4096):
            got.extend(data)

    with talker(half_close) as port:
        delivered = deliver(brno_slip, printer_at(port), "A017")
    assert delivered.status is not None and not delivered.status.answered
    assert b"A017" in got


def test_a_confirmed_slip_was_processed(brno_slip: Slip) -> None:
    with VirtualPrinter() as virtual:
        started = time.monotonic()
        assert deliver(brno_slip, printer_at(virtual.port, confirm="process_id", must_close=True), "A017").confirmed
        assert time.monotonic() - started < 0.4  # It is known as soon as it is said.
        assert virtual.wait_for(1, timeout_seconds=1)[0].complete


def test_without_a_confirmation_the_slip_is_not_printed(brno_slip: Slip) -> None:
    with VirtualPrinter(silent=True) as virtual:
        printer = printer_at(virtual.port, confirm="process_id", confirm_timeout_seconds=0.3)
        started = time.monotonic()
        assert code_of(lambda: deliver(brno_slip, printer, "A017")) == "timed_out"
        assert time.monotonic() - started < 3


def test_a_confirmation_that_does_not_come_for_want_of_paper_says_so(brno_slip: Slip) -> None:
    with VirtualPrinter() as virtual:
        printer = printer_at(virtual.port, confirm="process_id", confirm_timeout_seconds=5, status="always")

        def run_out(connection: socket.socket) -> None:
            with socket.create_connection(("127.0.0.1", virtual.port)) as onward:
                while data := connection.recv(4096):
                    if len(data) > 3:
                        virtual.set(paper="out")
                    onward.sendall(data)
                    onward.settimeout(0.2)
                    try:
                        connection.sendall(onward.recv(100))
                    except TimeoutError:
                        continue

        with talker(run_out) as port:
            address = dict(printer.address) | {"port": port}
            assert code_of(lambda: deliver(brno_slip, Printer("network", address), "A017")) == "paper_out"


def test_another_slip_s_confirmation_is_not_ours(brno_slip: Slip) -> None:
    def talk(connection: socket.socket) -> None:
        while connection.recv(4096):
            connection.sendall(b"\x37\x22OLD!\x00")

    with talker(talk) as port:
        printer = printer_at(port, confirm="process_id", confirm_timeout_seconds=0.4, status="never")
        assert code_of(lambda: deliver(brno_slip, printer, "A017")) == "timed_out"


def test_a_document_is_sent_without_questions(brno_slip: Slip) -> None:
    got = bytearray()

    def take(connection: socket.socket) -> None:
        while data := connection.recv(4096):
            got.extend(data)

    with talker(take) as port:
        assert deliver(brno_slip, printer_at(port, form="pdf", confirm="process_id"), "A017") == Delivered()
    assert got.startswith(b"%PDF") and b"\x10\x04\x01" not in got[:3]


@pytest.mark.parametrize("changes", [{}, {"must_close": True}, {"confirm": "process_id"}, {"status": "never"}])
def test_that_a_slip_was_taken_is_said_once_and_only_when_it_was(brno_slip: Slip, changes: dict[str, object]) -> None:
    said: list[str] = []
    with VirtualPrinter() as virtual:
        deliver(brno_slip, printer_at(virtual.port, **changes), "A017", taken=lambda: said.append("taken"))
        assert said == ["taken"]
        virtual.set(die_after=100)
        code_of(lambda: deliver(brno_slip, printer_at(virtual.port, **changes), "A018", taken=lambda: said.append("!")))
        assert said == ["taken"]


def test_a_slip_taken_by_one_that_answers_is_on_record_before_the_connection_ends(brno_slip: Slip) -> None:
    seen: list[bool | None] = []
    with VirtualPrinter() as virtual:
        deliver(
            brno_slip,
            printer_at(virtual.port),
            "A017",
            taken=lambda: seen.append(virtual.wait_for(1)[0].acknowledged),
        )
    assert seen == [None]


@pytest.mark.parametrize("kind", ["browser", "cloudprnt", "server_direct_print"])
def test_a_slip_that_is_fetched_is_not_pushed(brno_slip: Slip, kind: str) -> None:
    printer = Printer(kind, {})
    assert printer.pull
    assert code_of(lambda: deliver(brno_slip, printer, "A017")) == "not_pushed"
