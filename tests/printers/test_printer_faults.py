"""Printers that misbehave, as a slip meets them: each has its code, words for a clerk, and an end in time."""

import os
import pty
import subprocess
import sys
import threading
import time
import tty
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from printer_samples import code_of

from printers import Printer, PrinterError, Slip, deliver, read_status
from printers.virtual import Door, VirtualPrinter
from printers.virtual_condition import REALTIME, Condition, Questions

IN_TIME = {
    "connect_timeout_seconds": 0.3, "write_timeout_seconds": 0.5, "linger_seconds": 0.3, "answer_timeout_seconds": 0.2,
    "confirm_timeout_seconds": 0.3, "must_close": True,
}  # fmt: skip


@pytest.mark.parametrize(
    ("condition", "code", "code_where_confirmed"),
    [
        ({"refusing": True}, "refused", "refused"),
        ({"hanging": True}, "unreachable", "unreachable"),
        ({"hang": True}, "timed_out", "timed_out"),
        ({"jam_after": 100}, "timed_out", "timed_out"),
        ({"slow": 100}, "timed_out", "timed_out"),
        ({"paper": "out"}, "paper_out", "paper_out"),
        ({"cover": "open"}, "cover_open", "cover_open"),
        ({"fault": True}, "fault", "fault"),
        ({"die_after": 3}, "broken_off", "broken_off"),
        ({"die_after": 6}, "broken_off", "broken_off"),
        ({"die_after": 300}, "broken_off", "broken_off"),
        ({"slow": 20_000}, None, None),
        ({"silent": True}, None, "timed_out"),
        ({"garbage": True}, None, "timed_out"),
    ],
    ids=lambda value: str(value),
)
@pytest.mark.parametrize("confirm", ["none", "process_id"])
def test_every_trouble_ends_in_time_with_its_code(
    brno_slip: Slip, condition: dict[str, Any], code: str | None, code_where_confirmed: str | None, confirm: str
) -> None:
    with VirtualPrinter(**condition) as virtual:
        printer = Printer("network", {"host": "127.0.0.1", "port": virtual.port, "confirm": confirm, **IN_TIME})
        started = time.monotonic()
        found: str | None = None
        try:
            deliver(brno_slip, printer, "A017")
        except PrinterError as error:
            found = error.code
            assert error.retryable and error.message.endswith((".", "?"))
        assert time.monotonic() - started < 2.5
        assert found == (code if confirm == "none" else code_where_confirmed)
        if found in {"paper_out", "cover_open", "fault"}:
            virtual.set(paper="ok", cover="closed", fault=False)
            with pytest.raises(TimeoutError):
                virtual.wait_for(1, timeout_seconds=0.1)


def test_many_printers_in_trouble_take_no_longer_than_one(brno_slip: Slip) -> None:
    with Door() as hanging, VirtualPrinter(hang=True) as jammed, VirtualPrinter() as well:
        ports = [hanging.port, jammed.port] * 5 + [well.port]
        ended: list[str] = []

        def print_on(port: int) -> None:
            try:
                deliver(brno_slip, Printer("network", {"host": "127.0.0.1", "port": port, **IN_TIME}), "A017")
                ended.append("printed")
            except PrinterError as error:
                ended.append(error.code)

        started = time.monotonic()
        threads = [threading.Thread(target=print_on, args=(port,)) for port in ports]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert time.monotonic() - started < 4
    assert ended[0] == "printed"
    assert sorted(ended) == ["printed", *["timed_out"] * 5, *["unreachable"] * 5]


# Files and folders.

FULL = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
from printers import Printer, PrinterError, Slip, Text, deliver
for kind, address in (("folder", {"path": sys.argv[1]}), ("file", {"path": sys.argv[1] + "/lp"})):
    try:
        deliver(Slip("en", (Text("A017"),)), Printer(kind, address), "A017")
    except PrinterError as error:
        print(error.code)
"""


def test_a_folder_without_room_says_so_and_keeps_no_half_slip(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path)],
        capture_output=True, text=True, timeout=30, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert done.stdout.split() == ["disk_full", "disk_full"], done.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["lp"]


class DeviceNode:
    """A character device that answers as a printer: one end of a pseudo terminal."""

    def __init__(self, condition: Condition) -> None:
        self.condition = condition
        self.got = bytearray()
        self.master, self.slave = pty.openpty()
        tty.setraw(self.master)
        self.path = os.ttyname(self.slave)
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()

    def _serve(self) -> None:
        questions = Questions(REALTIME)
        while data := os.read(self.master, 4096):
            if data.endswith(b"END"):
                return
            self.got += data
            for question in questions.found(data):
                if not self.condition.silent:
                    os.write(self.master, self.condition.realtime(question[2]))

    def close(self) -> None:
        os.write(self.slave, b"END")
        self.thread.join()
        os.close(self.master)
        os.close(self.slave)


@pytest.fixture
def node(request: pytest.FixtureRequest) -> Iterator[DeviceNode]:
    node = DeviceNode(request.param)
    yield node
    node.close()


@pytest.mark.parametrize(
    ("node", "word"),
    [
        (Condition(), "ready"),
        (Condition(paper="low"), "paper_low"),
        (Condition(paper="out"), "paper_out"),
        (Condition(silent=True), "unknown"),
    ],
    indirect=["node"],
)
def test_a_device_node_says_how_it_is(node: DeviceNode, word: str) -> None:
    assert read_status(Printer("file", {"path": node.path}), 0.2).word == word


@pytest.mark.parametrize("node", [Condition()], indirect=True)
def test_a_device_node_gets_its_slip_between_questions(node: DeviceNode, brno_slip: Slip) -> None:
    delivered = deliver(brno_slip, Printer("file", {"path": node.path}), "A017")
    assert delivered.status is not None and delivered.status.word == "ready"
    assert b"A017" in node.got and b"\r\n" not in node.got


@pytest.mark.parametrize("node", [Condition(paper="out")], indirect=True)
def test_a_device_node_without_paper_gets_not_a_byte_of_it(node: DeviceNode, brno_slip: Slip) -> None:
    assert code_of(lambda: deliver(brno_slip, Printer("file", {"path": node.path}), "A017")) == "paper_out"
    assert bytes(node.got) == b"\x10\x04\x01\x10\x04\x04\x10\x04\x02\x10\x04\x03"


def test_a_device_that_has_nothing_to_say_but_its_end_is_silent_and_costs_no_loop() -> None:
    before = time.process_time()
    assert not read_status(Printer("file", {"path": "/dev/null"}), 0.3).answered
    assert time.process_time() - before < 0.2


def test_a_device_that_says_zeros_for_ever_is_unknown() -> None:
    started = time.monotonic()
    assert read_status(Printer("file", {"path": "/dev/zero"}), 0.3).word == "unknown"
    assert time.monotonic() - started < 1


def test_a_pipe_and_a_plain_file_are_never_asked(tmp_path: Path, brno_slip: Slip) -> None:
    started = time.monotonic()
    delivered = deliver(brno_slip, Printer("file", {"path": str(tmp_path / "lp")}), "A017")
    assert time.monotonic() - started < 0.4
    assert delivered.status is None
    assert (tmp_path / "lp").read_bytes().startswith(b"\x1b@")
    confirming = Printer("file", {"path": str(tmp_path / "lp"), "confirm": "process_id"})
    assert code_of(lambda: deliver(brno_slip, confirming, "A017")) == "bad_address"
