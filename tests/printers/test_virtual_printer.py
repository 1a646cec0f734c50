"""The printer without hardware, from a slip to the picture of it."""

import json
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from printer_samples import code_of

from printers import Printer, Slip, deliver, render_escpos
from printers.profiles import PROFILES
from printers.slip import Text
from printers.virtual import Door, VirtualPrinter
from printers.virtual_commands import COMMANDS, obey
from printers.virtual_condition import REALTIME, Questions, without_questions


def printer_at(virtual: VirtualPrinter, profile: str = "generic-80") -> Printer:
    address = {"host": "127.0.0.1", "port": virtual.port, "must_close": True}
    return Printer("network", address, profile)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_slip_comes_out_as_text_picture_and_log(brno_slip: Slip, tmp_path: Path, profile: str) -> None:
    before = time.time()
    with VirtualPrinter(out_dir=tmp_path, profile=profile) as virtual:
        deliver(brno_slip, printer_at(virtual, profile), "A017")
        virtual.wait_for(1)
    text = (tmp_path / "0001.txt").read_text(encoding="utf-8")
    assert "A017" in text
    assert profile == "no-codepage" or "Občanské průkazy" in text
    with Image.open(tmp_path / "0001.png") as picture:
        assert picture.width > PROFILES[profile].width_dots
        assert picture.height > 600
        assert picture.getextrema() == (0, 255)
    (entry,) = map(json.loads, (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines())
    assert set(entry) == {
        "number", "bytes", "time", "text", "complete", "last_byte_at", "connection", "acknowledged",
    }  # fmt: skip
    assert (entry["number"], entry["connection"], entry["acknowledged"]) == (1, 1, True)
    assert entry["complete"] is True
    assert entry["text"] == text.rstrip("\n")
    assert entry["bytes"] == len(render_escpos(brno_slip, PROFILES[profile]))
    assert before <= entry["last_byte_at"] <= time.time()


def test_a_letter_drawn_as_a_picture_looks_like_a_letter_printed_as_text(tmp_path: Path) -> None:
    """The raster of a line without a code page and the printer's own letters burn the same dots."""
    slip = Slip("cs", (Text("Příliš žluťoučký kůň"),))
    for number, profile in enumerate(("generic-80", "no-codepage"), 1):
        with VirtualPrinter(out_dir=tmp_path) as virtual:
            deliver(slip, printer_at(virtual, profile), "x")
            virtual.wait_for(1)
        assert (tmp_path / f"{number:04}.png").exists()
    with Image.open(tmp_path / "0001.png") as text, Image.open(tmp_path / "0002.png") as raster:
        first_line = (0, 0, text.width, 24 + 31)
        differing = [
            a != b for a, b in zip(text.crop(first_line).tobytes(), raster.crop(first_line).tobytes(), strict=True)
        ]
    assert sum(differing) < 20


def test_numbers_go_on_after_a_restart_in_the_same_folder(brno_slip: Slip, tmp_path: Path) -> None:
    for _ in range(2):
        with VirtualPrinter(out_dir=tmp_path) as virtual:
            deliver(brno_slip, printer_at(virtual), "A017")
            virtual.wait_for(1)
    assert sorted(file.name for file in tmp_path.glob("*.txt")) == ["0001.txt", "0002.txt"]


def test_slips_of_one_connection_come_out_one_by_one_while_it_stays_open(brno_slip: Slip) -> None:
    data = render_escpos(brno_slip, PROFILES["generic-80"])
    with VirtualPrinter() as virtual, socket.create_connection(("127.0.0.1", virtual.port)) as connection:
        connection.sendall(data + data[:50])
        assert virtual.wait_for(1)[0].complete
        connection.sendall(data[50:])
        assert [slip.number for slip in virtual.wait_for(2)] == [1, 2]


def test_a_slip_that_broke_off_is_marked_incomplete(brno_slip: Slip, tmp_path: Path) -> None:
    data = render_escpos(brno_slip, PROFILES["generic-80"])
    with VirtualPrinter(out_dir=tmp_path, die_after=200) as virtual:
        with socket.create_connection(("127.0.0.1", virtual.port)) as connection:
            connection.sendall(data)
        (slip,) = virtual.wait_for(1)
    assert not slip.complete
    assert slip.bytes == 200
    assert "Městský úřad" in slip.text
    assert json.loads((tmp_path / "log.jsonl").read_text(encoding="utf-8"))["complete"] is False


def test_many_slips_at_once_all_come_out(brno_slip: Slip) -> None:
    data = render_escpos(brno_slip, PROFILES["generic-80"])
    with VirtualPrinter() as virtual:
        connections = [socket.create_connection(("127.0.0.1", virtual.port)) for _ in range(20)]
        for connection in connections:
            connection.sendall(data)
            connection.close()
        slips = virtual.wait_for(20)
    assert [slip.number for slip in slips] == list(range(1, 21))
    assert all(slip.complete for slip in slips)


def test_its_port_is_free_again_when_it_is_closed() -> None:
    with VirtualPrinter() as first:
        pass
    with VirtualPrinter(first.port) as second:
        assert second.port == first.port


def test_waiting_for_a_slip_that_never_comes_ends() -> None:
    with VirtualPrinter() as virtual, pytest.raises(TimeoutError):
        virtual.wait_for(1, timeout_seconds=0.05)


def talk_to(virtual: VirtualPrinter) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", virtual.port), timeout=2)
    connection.settimeout(2)
    return connection


def break_off_at_the_end(connection: socket.socket) -> None:
    """Let the connection end with a reset, as that of a killed process does."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def until(true: Callable[[], Any]) -> None:
    end = time.monotonic() + 5
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


# What it answers.


@pytest.mark.parametrize(
    ("condition", "answers"),
    [
        ({}, "12121212"),
        ({"paper": "low"}, "1212121e"),
        ({"paper": "out"}, "1a32127e"),
        ({"cover": "open"}, "1a161212"),
        ({"fault": True}, "1a521a12"),
    ],
)
def test_it_answers_real_time_questions_as_a_printer_does(condition: dict[str, Any], answers: str) -> None:
    with VirtualPrinter(**condition) as virtual, talk_to(virtual) as connection:
        got = b""
        for number in (1, 2, 3, 4):
            connection.sendall(b"\x10\x04" + bytes([number]))
            got += connection.recv(1)
        assert got.hex() == answers


def test_it_answers_questions_between_slips_in_their_order(brno_slip: Slip) -> None:
    data = render_escpos(brno_slip, PROFILES["generic-80"])
    with VirtualPrinter(paper="low") as virtual, talk_to(virtual) as connection:
        connection.sendall(data + b"\x1dr\x01" + b"\x1d(H\x06\x0000A017" + b"\x1dr2")
        assert connection.recv(1, socket.MSG_WAITALL) == b"\x03"
        assert connection.recv(7, socket.MSG_WAITALL) == b"\x37\x22A017\x00"
        assert connection.recv(1, socket.MSG_WAITALL) == b"\x00"
        assert virtual.wait_for(1)[0].bytes == len(data)


def test_it_tells_of_changes_where_it_was_asked_to(brno_slip: Slip) -> None:
    with VirtualPrinter() as virtual, talk_to(virtual) as connection:
        connection.sendall(b"\x1da\xff")
        assert connection.recv(4, socket.MSG_WAITALL).hex() == "1000000f"
        virtual.set(cover="open")
        assert connection.recv(4, socket.MSG_WAITALL).hex() == "3800000f"
        virtual.set(cover="closed", paper="low")
        assert connection.recv(4, socket.MSG_WAITALL).hex() == "1000030f"


def test_questions_are_found_however_they_are_cut() -> None:
    for cut in range(1, 7):
        stream = b"a\x10\x04\x02b\x10\x04\x04"
        finder = Questions(REALTIME)
        assert [*finder.found(stream[:cut]), *finder.found(stream[cut:])] == [b"\x10\x04\x02", b"\x10\x04\x04"]


def test_questions_around_a_slip_are_no_part_of_it() -> None:
    slip = b"\x1b@A017\n\x1dVB\x00"
    assert without_questions(b"\x10\x04\x01\x10\x04\x04" + slip + b"\x1d(H\x06\x0000A017\x1dr\x01") == slip


# What can be the matter with it.


def test_without_paper_it_takes_a_little_in_and_prints_it_when_there_is_some(brno_slip: Slip) -> None:
    with VirtualPrinter(paper="out") as virtual:
        address = {"host": "127.0.0.1", "port": virtual.port, "must_close": True, "status": "never"}
        deliver(brno_slip, Printer("network", address), "A017")
        with pytest.raises(TimeoutError):
            virtual.wait_for(1, timeout_seconds=0.15)
        virtual.set(paper="ok")
        assert virtual.wait_for(1)[0].complete


def test_without_paper_it_takes_no_more_than_its_buffer() -> None:
    with VirtualPrinter(paper="out") as virtual, talk_to(virtual) as connection:
        connection.settimeout(0.3)
        with pytest.raises(TimeoutError):
            connection.sendall(b"x" * 8_000_000)


def test_a_jam_begins_and_ends_in_mid_slip(brno_slip: Slip) -> None:
    data = render_escpos(brno_slip, PROFILES["generic-80"])
    with VirtualPrinter(jam_after=100) as virtual, talk_to(virtual) as connection:
        connection.sendall(data)
        with pytest.raises(TimeoutError):
            virtual.wait_for(1, timeout_seconds=0.15)
        virtual.set(jam_after=None)
        assert virtual.wait_for(1)[0].complete


def test_it_refuses_and_listens_again_on_the_same_port(brno_slip: Slip) -> None:
    with VirtualPrinter() as virtual:
        for changes, error in (({"refusing": True}, ConnectionRefusedError), ({"hanging": True}, TimeoutError)):
            virtual.set(**changes)
            with pytest.raises(error):
                socket.create_connection(("127.0.0.1", virtual.port), timeout=0.2)
            virtual.set(refusing=False, hanging=False)
            deliver(brno_slip, printer_at(virtual), "A017")
        assert len(virtual.wait_for(2)) == 2


def test_a_door_hangs_on_its_own() -> None:
    with Door() as door, pytest.raises(TimeoutError):
        socket.create_connection(("127.0.0.1", door.port), timeout=0.2)


# What its log says.


def test_a_slip_cut_off_by_its_sender_is_not_acknowledged(brno_slip: Slip) -> None:
    data = render_escpos(brno_slip, PROFILES["generic-80"])
    with VirtualPrinter() as virtual:
        for end in (len(data), len(data) - 20):
            with talk_to(virtual) as connection:
                connection.sendall(data[:end])
        virtual.wait_for(2)
        until(lambda: all(slip.acknowledged is not None for slip in virtual.jobs))
        assert sorted((slip.complete, slip.acknowledged) for slip in virtual.jobs) == [(False, False), (True, True)]


def test_a_slip_whose_connection_is_reset_is_complete_but_not_acknowledged(brno_slip: Slip) -> None:
    data = render_escpos(brno_slip, PROFILES["generic-80"])
    with VirtualPrinter(die_after=len(data)) as virtual:
        with talk_to(virtual) as connection:
            connection.sendall(data)
            virtual.wait_for(1)
        until(lambda: virtual.jobs[0].acknowledged is False)
        assert virtual.jobs[0].complete


def test_a_reset_that_meets_an_answer_is_no_clean_end(brno_slip: Slip) -> None:
    data = render_escpos(brno_slip, PROFILES["generic-80"]) + b"\x1dr\x01"
    # So slow that the sender is gone before the question after the slip is answered.
    with VirtualPrinter(slow=len(data)) as virtual:
        with talk_to(virtual) as connection:
            break_off_at_the_end(connection)
            connection.sendall(data)
        until(lambda: virtual.jobs and virtual.jobs[0].acknowledged is not None)
        assert (virtual.jobs[0].complete, virtual.jobs[0].acknowledged) == (True, False)


@pytest.mark.parametrize("question", [b"\x10\x04\x01", b"\x1dr\x01", b"\x1d(H\x06\x00\x30\x30A017"])
def test_a_question_in_two_pieces_is_not_the_next_slip(brno_slip: Slip, question: bytes) -> None:
    data = render_escpos(brno_slip, PROFILES["generic-80"])
    for cut in range(1, len(question)):
        with VirtualPrinter() as virtual:
            with talk_to(virtual) as connection:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                connection.sendall(data + question[:cut])
                virtual.wait_for(1)
                connection.sendall(question[cut:])
                assert connection.recv(1)
                break_off_at_the_end(connection)
            until(lambda: virtual.jobs[0].acknowledged is not None)
            assert virtual.jobs[0].acknowledged is False


def test_slips_of_one_connection_are_acknowledged_by_the_next_and_by_the_end(brno_slip: Slip) -> None:
    data = render_escpos(brno_slip, PROFILES["generic-80"])
    with VirtualPrinter() as virtual:
        with talk_to(virtual) as connection:
            connection.sendall(data)
            virtual.wait_for(1)
            connection.sendall(data)
            virtual.wait_for(2)
            until(lambda: virtual.jobs[0].acknowledged)
            assert virtual.jobs[1].acknowledged is None
        until(lambda: virtual.jobs[1].acknowledged)
        assert {slip.connection for slip in virtual.jobs} == {1}


def test_a_silent_open_connection_does_not_keep_a_slip_out_of_the_log(brno_slip: Slip, tmp_path: Path) -> None:
    with VirtualPrinter(out_dir=tmp_path) as virtual, talk_to(virtual) as connection:
        connection.sendall(render_escpos(brno_slip, PROFILES["generic-80"]))
        until(lambda: (tmp_path / "log.jsonl").exists() and (tmp_path / "log.jsonl").read_text("utf-8").endswith("\n"))
        assert json.loads((tmp_path / "log.jsonl").read_text("utf-8"))["acknowledged"] is None


# What it can be told.


def test_every_command_is_obeyed_and_fine_undoes_it() -> None:
    with VirtualPrinter() as virtual:
        for command in COMMANDS:
            told = json.loads(obey(virtual, command.replace("N", "50")))
            assert told or command in {"paper ok", "cover closed", "fine", "status"}
            assert obey(virtual, " FINE ") == "{}"


@pytest.mark.parametrize("line", ["", "dance", "paper", "slow", "slow fast", "jam after -1", "slow 99999999999"])
def test_a_command_that_is_none_is_refused_with_those_there_are(line: str) -> None:
    with VirtualPrinter() as virtual, pytest.raises(ValueError, match="paper out"):
        obey(virtual, line)


def test_it_serves_and_obeys_from_a_command_line(brno_slip: Slip, tmp_path: Path) -> None:
    # Whoever starts the tests in the background has them, and all that they start, ignore Ctrl-C.
    obey = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
    code = obey + "from printers.virtual import serve_forever; serve_forever(0, sys.argv[1], told=['paper out'])"
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None and server.stdin is not None
        port = int(server.stdout.readline().split(",")[0].rsplit(":", 1)[1])
        printer = Printer("network", {"host": "127.0.0.1", "port": port, "must_close": True})
        assert code_of(lambda: deliver(brno_slip, printer, "A017")) == "paper_out"
        for line, answer in (("status", '{"paper": "out"}'), ("dance", "There is no command"), ("fine", "{}")):
            server.stdin.write(line + "\n")
            server.stdin.flush()
            assert server.stdout.readline().startswith(answer)
        server.stdin.close()  # Nobody has to go on talking to it.
        deliver(brno_slip, printer, "A017")
        server.send_signal(2)  # Ctrl-C lets it finish what it has.
        server.wait(timeout=10)
        assert server.returncode == 0
    assert "A017" in (tmp_path / "0001.txt").read_text(encoding="utf-8")
