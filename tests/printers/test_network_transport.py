"""Bytes over the network: what arrives, what is refused, and how long it may take."""

import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from printer_samples import code_of, send

from printers.virtual import VirtualPrinter

BIG = b"x" * 2_000_000


def network(printer: VirtualPrinter, **changes: object) -> dict[str, object]:
    return {"host": "127.0.0.1", "port": printer.port, "linger_seconds": 0.3} | changes


def test_every_byte_arrives_over_the_network() -> None:
    with VirtualPrinter() as printer:
        send("network", network(printer), b"\x1b@" + b"A017\n" * 20_000 + b"\x1dVB\x00")
        (slip,) = printer.wait_for(1)
    assert slip.text.count("A017") == 20_000
    assert slip.complete


def test_a_port_nobody_listens_on_is_refused() -> None:
    with VirtualPrinter(refusing=True) as printer:
        assert code_of(lambda: send("network", network(printer))) == "refused"


def test_a_name_nobody_has_is_unreachable() -> None:
    assert code_of(lambda: send("network", {"host": "printer.invalid"})) == "unreachable"
    assert code_of(lambda: send("network", {"host": "a" * 70 + ".cz"})) == "unreachable"


def test_a_printer_that_does_not_answer_is_unreachable_within_the_time_limit() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(0)
        address = {"host": "127.0.0.1", "port": silent.getsockname()[1], "connect_timeout_seconds": 0.2}
        waiting = []
        try:
            for _ in range(4):  # Fill the queue of connections nobody accepts.
                waiting.append(socket.socket())
                waiting[-1].setblocking(False)
                waiting[-1].connect_ex(silent.getsockname())
            started = time.monotonic()
            assert code_of(lambda: send("network", address)) == "unreachable"
            assert time.monotonic() - started < 2
        finally:
            for connection in waiting:
                connection.close()


def test_a_jammed_printer_that_stops_reading_times_out_within_the_time_limit() -> None:
    with VirtualPrinter(hang=True) as printer:
        address = network(printer, write_timeout_seconds=0.3)
        started = time.monotonic()
        assert code_of(lambda: send("network", address, b"x" * 100_000)) == "timed_out"
        assert 0.25 < time.monotonic() - started < 3


def test_a_jam_is_noticed_even_for_a_short_slip_when_the_printer_must_close() -> None:
    with VirtualPrinter(hang=True) as printer:
        address = network(printer, must_close=True)
        assert code_of(lambda: send("network", address)) == "timed_out"


def test_a_printer_that_keeps_the_connection_open_is_no_error() -> None:
    with VirtualPrinter(hang=True) as printer:
        started = time.monotonic()
        send("network", network(printer))
        assert time.monotonic() - started < 2


def test_the_time_limit_holds_for_the_whole_job_not_for_each_piece() -> None:
    with VirtualPrinter(slow=40_000) as printer:
        address = network(printer, write_timeout_seconds=0.4)
        started = time.monotonic()
        assert code_of(lambda: send("network", address, BIG)) == "timed_out"
        assert time.monotonic() - started < 3


def test_a_slow_printer_gets_its_slip_in_time() -> None:
    with VirtualPrinter(slow=50_000) as printer:
        send("network", network(printer), b"\x1b@" + b"A017\n" * 2_000 + b"\x1dVB\x00")
        (slip,) = printer.wait_for(1)
    assert slip.text.count("A017") == 2_000


def test_a_printer_that_dies_in_the_middle_broke_off() -> None:
    with VirtualPrinter(die_after=1000) as printer:
        assert code_of(lambda: send("network", network(printer), BIG)) == "broken_off"


def test_a_printer_that_dies_over_a_short_slip_broke_off_too() -> None:
    with VirtualPrinter(die_after=100) as printer:
        assert code_of(lambda: send("network", network(printer), b"A017\n" * 100)) == "broken_off"


def test_a_status_nobody_asked_for_is_read_and_ignored() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def talk() -> None:
            connection, _ = server.accept()
            with connection:
                connection.sendall(b"\x14\x00\x00\x0f")
                while connection.recv(4096):
                    pass

        talker = threading.Thread(target=talk)
        talker.start()
        send("network", {"host": "127.0.0.1", "port": server.getsockname()[1], "must_close": True})
        talker.join()


PATCHED = """
import warnings
warnings.simplefilter("ignore")
import eventlet
eventlet.monkey_patch()
import sys, time
from printers.errors import PrinterError
from printers.transports import make_transport
ticks = []
def tick():
    while True:
        ticks.append(1)
        eventlet.sleep(0.01)
eventlet.spawn(tick)
jammed = {"host": "127.0.0.1", "port": int(sys.argv[1]), "write_timeout_seconds": 0.4}
try:
    make_transport("network", jammed).send(b"x" * 100_000, "job")
except PrinterError as error:
    print(error.code, len(ticks) > 10)
make_transport("network", {"host": "127.0.0.1", "port": int(sys.argv[2])}).send(b"A017\\n", "job")
"""


def test_under_patched_sockets_others_run_on_while_a_printer_is_jammed() -> None:
    with VirtualPrinter(hang=True) as jammed, VirtualPrinter() as well:
        ports = [str(jammed.port), str(well.port)]
        root = Path(__file__).parents[2]
        done = subprocess.run(
            [sys.executable, "-c", PATCHED, *ports], capture_output=True, text=True, cwd=root, timeout=30
        )
        assert done.stdout.split() == ["timed_out", "True"], done.stderr
        assert well.wait_for(1)[0].text == "A017"
