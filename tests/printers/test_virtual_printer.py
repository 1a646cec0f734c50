"""The printer without hardware, from a slip to the picture of it."""

import json
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from printers import Printer, Slip, deliver, render_escpos
from printers.profiles import PROFILES
from printers.slip import Text
from printers.virtual import VirtualPrinter


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
    assert set(entry) == {"number", "bytes", "time", "text", "complete", "last_byte_at"}
    assert entry["number"] == 1
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


def test_it_serves_from_a_command_line(brno_slip: Slip, tmp_path: Path) -> None:
    code = "import sys; from printers.virtual import serve_forever; serve_forever(0, sys.argv[1])"
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], cwd=root, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        port = int(server.stdout.readline().split(",")[0].rsplit(":", 1)[1])
        address = {"host": "127.0.0.1", "port": port, "must_close": True}
        deliver(brno_slip, Printer("network", address), "A017")
        server.send_signal(2)  # Ctrl-C lets it finish what it has.
        server.wait(timeout=10)
        assert server.returncode == 0
    assert "A017" in (tmp_path / "0001.txt").read_text(encoding="utf-8")
