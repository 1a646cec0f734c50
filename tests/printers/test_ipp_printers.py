"""Slips through IPP: a real printer program, a real CUPS, and servers that misbehave."""

import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from ipp_servers import Cups, EvePrinter
from printer_samples import code_of, send

from printers import Printer, Slip, deliver, read_status, render
from printers.transports import make_transport
from printers.virtual import Door


@pytest.fixture(scope="module")
def eve_printer() -> Iterator[EvePrinter]:
    with EvePrinter() as printer:
        yield printer


@pytest.fixture
def eve(eve_printer: EvePrinter) -> EvePrinter:
    """A printer that prints what it is given."""
    eve_printer.does()
    return eve_printer


@pytest.fixture(scope="module")
def cups() -> Iterator[Cups]:
    with Cups() as server:
        yield server


# A printer that speaks IPP itself.


def test_a_pdf_is_printed_and_known_to_be(eve: EvePrinter, brno_slip: Slip) -> None:
    printer = Printer("ipp", {"uri": eve.uri})
    delivered = deliver(brno_slip, printer, "A017 žluť/")
    assert delivered.confirmed
    assert delivered.status is not None and delivered.status.word == "ready"
    assert eve.printed()[-1] == render(brno_slip, printer)


def test_its_own_commands_go_to_a_printer_that_takes_bytes(eve: EvePrinter, brno_slip: Slip) -> None:
    printer = Printer("ipp", {"uri": eve.uri, "form": "escpos"})
    assert deliver(brno_slip, printer, "A017").confirmed
    assert eve.printed()[-1] == render(brno_slip, printer)


def test_a_form_the_printer_does_not_take_is_refused_for_good(eve: EvePrinter, brno_slip: Slip) -> None:
    printer = Printer("ipp", {"uri": eve.uri, "form": "escpos", "document_format": "application/octet-stream"})
    assert code_of(lambda: deliver(brno_slip, printer, "A017")) == "job_refused"


def test_a_slip_the_printer_gives_up_is_a_fault(eve: EvePrinter) -> None:
    eve.does("exit 1")
    assert code_of(lambda: send("ipp", {"uri": eve.uri})) == "fault"


def test_a_slip_that_does_not_come_out_in_time_is_taken_back(eve: EvePrinter) -> None:
    eve.does("sleep 1.5")
    before, started = len(eve.printed()), time.monotonic()
    assert code_of(lambda: send("ipp", {"uri": eve.uri, "job_timeout_seconds": 0.3})) == "timed_out"
    assert time.monotonic() - started < 2
    assert len(eve.printed()) == before


def test_it_says_that_its_paper_ends(eve: EvePrinter) -> None:
    time.sleep(1.6)  # The job that was taken back has to end first.
    eve.does('echo "STATE: +media-low"')
    send("ipp", {"uri": eve.uri})
    assert read_status(Printer("ipp", {"uri": eve.uri}), 2).word == "paper_low"
    eve.does('echo "STATE: -media-low"')
    send("ipp", {"uri": eve.uri})
    assert read_status(Printer("ipp", {"uri": eve.uri}), 2).word == "ready"


def test_tls_needs_a_certificate_somebody_trusts_unless_told_otherwise(eve: EvePrinter) -> None:
    secure = {"uri": eve.uri.replace("ipp:", "ipps:")}
    assert code_of(lambda: send("ipp", secure)) == "not_authorised"
    assert make_transport("ipp", secure | {"verify_certificate": False}).send(b"%PDF", "A017").confirmed


# CUPS.


def test_a_raw_queue_brings_the_very_bytes_to_the_device(cups: Cups, brno_slip: Slip) -> None:
    printer = Printer("ipp", {"uri": cups.uri("raw"), "form": "escpos"})
    delivered = deliver(brno_slip, printer, "A017")
    assert delivered.confirmed
    assert cups.device.read_bytes() == render(brno_slip, printer)


def test_a_queue_that_is_stopped_gets_nothing_and_an_unfinished_slip_is_taken_back(cups: Cups) -> None:
    printer = {"uri": cups.uri("raw"), "form": "escpos", "job_timeout_seconds": 0.3}
    size = len(cups.device.read_bytes())
    cups.run("/usr/sbin/cupsdisable", "raw")
    try:
        assert read_status(Printer("ipp", printer), 2).word == "offline"
        assert code_of(lambda: make_transport("ipp", printer).send(b"slip", "A017", ask_first=True)) == "offline"
        assert code_of(lambda: send("ipp", printer)) == "offline"
        waiting = subprocess.run(
            ["lpstat", "-h", f"127.0.0.1:{cups.port}", "-o", "raw"], capture_output=True, text=True, timeout=10
        )
        assert waiting.stdout == ""
    finally:
        cups.run("/usr/sbin/cupsenable", "raw")
    assert len(cups.device.read_bytes()) == size


def test_a_queue_that_takes_no_jobs_refuses_for_now(cups: Cups) -> None:
    printer = {"uri": cups.uri("raw"), "form": "escpos"}
    cups.run("/usr/sbin/cupsreject", "raw")
    try:
        assert read_status(Printer("ipp", printer), 2).word == "offline"
        assert code_of(lambda: send("ipp", printer)) == "refused"
    finally:
        cups.run("/usr/sbin/cupsaccept", "raw")


def test_a_queue_that_is_not_there_is_a_bad_address(cups: Cups) -> None:
    assert code_of(lambda: send("ipp", {"uri": cups.uri("nowhere"), "form": "escpos"})) == "bad_address"


def test_a_queue_we_may_not_use_says_so(cups: Cups) -> None:
    assert code_of(lambda: send("ipp", {"uri": cups.uri("closed"), "form": "escpos"})) == "not_authorised"


# What is no printer.


@contextmanager
def answering(answer: bytes, pause: float = 0) -> Iterator[str]:
    """Serve one connection with these bytes, one at a time where there is a pause, and yield the URI."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                try:
                    connection.settimeout(0.1)
                    with suppress(TimeoutError):  # Closing before everything is read would reset the connection.
                        while connection.recv(65_536):
                            pass
                    connection.settimeout(5)
                    for part in [answer[at : at + 1] for at in range(len(answer))] if pause else [answer]:
                        connection.sendall(part)
                        time.sleep(pause)
                except OSError:
                    return

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"ipp://127.0.0.1:{server.getsockname()[1]}/ipp/print"
        thread.join()


OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/ipp\r\nContent-Length: %d\r\n\r\n"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"", "broken_off"),
        (b"\x12\x12\x12\x12", "garbled"),
        (b"SSH-2.0-OpenSSH\r\n", "garbled"),
        (OK % 5 + b"hello", "garbled"),
        (b"HTTP/1.0 200 OK\r\n\r\n\x01\x01\x05\x07\x00\x00\x00\x01\x03", "refused"),
        (OK % 5000 + b"\x01\x01", "garbled"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500, "garbled"),
        (b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n", "not_authorised"),
        (b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", "not_authorised"),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "bad_address"),
        (b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n", "garbled"),
        (b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", "refused"),
        (OK % 9 + b"\x01\x01\x05\x07\x00\x00\x00\x01\x03", "refused"),
        (OK % 9 + b"\x01\x01\x04\x03\x00\x00\x00\x01\x03", "not_authorised"),
        (OK % 9 + b"\x01\x01\x04\x06\x00\x00\x00\x01\x03", "bad_address"),
        (OK % 9 + b"\x01\x01\x04\x0a\x00\x00\x00\x01\x03", "job_refused"),
    ],
)
def test_every_other_answer_has_its_code(answer: bytes, code: str) -> None:
    with answering(answer) as uri:
        assert code_of(lambda: send("ipp", {"uri": uri})) == code


def test_an_answer_of_a_byte_now_and_then_is_bounded() -> None:
    with answering(OK % 900 + b"\x01" * 900, pause=0.05) as uri:
        started = time.monotonic()
        assert code_of(lambda: send("ipp", {"uri": uri, "write_timeout_seconds": 0.4})) == "timed_out"
        assert time.monotonic() - started < 2


def test_an_endless_answer_is_bounded() -> None:
    endless = b"HTTP/1.1 200 OK\r\n\r\n\x01\x01\x00\x00\x00\x00\x00\x01" + b"\x04" * 3_000_000
    with answering(endless) as uri:
        assert code_of(lambda: send("ipp", {"uri": uri, "write_timeout_seconds": 2})) == "garbled"


def test_nobody_there_is_unreachable_or_refused_in_time() -> None:
    with Door() as hanging, Door(mode="refusing") as refusing:
        started = time.monotonic()
        address = {"connect_timeout_seconds": 0.2}
        for port, code in ((hanging.port, "unreachable"), (refusing.port, "refused")):
            uri = {"uri": f"ipp://127.0.0.1:{port}/ipp/print"}
            assert code_of(lambda uri=uri: send("ipp", address | uri)) == code  # type: ignore[misc]
        assert time.monotonic() - started < 2
    assert code_of(lambda: send("ipp", {"uri": "ipp://printer.invalid/ipp/print"})) == "unreachable"


def test_a_password_is_sent_and_nothing_more_of_it_is_said() -> None:
    got = bytearray()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                got.extend(connection.recv(65_536))

        thread = threading.Thread(target=serve)
        thread.start()
        uri = f"ipp://127.0.0.1:{server.getsockname()[1]}/"
        with pytest.raises(Exception, match="broke off") as caught:
            send("ipp", {"uri": uri, "user": "marta", "password": "hunter2"})
        thread.join()
    assert b"Authorization: Basic bWFydGE6aHVudGVyMg==" in got
    assert "hunter2" not in str(caught.value)
