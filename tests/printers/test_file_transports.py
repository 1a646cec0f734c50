"""Bytes into devices, files and folders."""

import errno
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from printer_samples import code_of, send

from printers import filesystem
from printers.ways.folder import file_name

BIG = b"x" * 2_000_000


# Files and devices.


def test_a_file_grows_by_each_slip(tmp_path: Path) -> None:
    for data in (b"one", b"two"):
        send("file", {"path": str(tmp_path / "lp0")}, data)
    assert (tmp_path / "lp0").read_bytes() == b"onetwo"


def test_a_device_that_is_not_plugged_in_is_unreachable_and_not_made_as_a_file() -> None:
    path = Path("/dev/no-such-printer-lp7")
    assert code_of(lambda: send("file", {"path": str(path)})) == "unreachable"
    assert not path.exists()


def test_a_folder_is_no_device(tmp_path: Path) -> None:
    assert code_of(lambda: send("file", {"path": str(tmp_path)})) == "not_writable"


def test_a_missing_folder_above_the_file_is_unreachable(tmp_path: Path) -> None:
    assert code_of(lambda: send("file", {"path": str(tmp_path / "gone" / "lp0")})) == "unreachable"


def test_a_full_device_is_a_full_disk() -> None:
    assert code_of(lambda: send("file", {"path": "/dev/full"})) == "disk_full"


@pytest.fixture
def pipe(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    yield path


def test_a_pipe_nobody_reads_is_unreachable_at_once(pipe: Path) -> None:
    started = time.monotonic()
    assert code_of(lambda: send("file", {"path": str(pipe)})) == "unreachable"
    assert time.monotonic() - started < 1


def test_a_device_that_stops_taking_data_times_out(pipe: Path) -> None:
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        address = {"path": str(pipe), "write_timeout_seconds": 0.2}
        assert code_of(lambda: send("file", address, BIG)) == "timed_out"
    finally:
        os.close(reader)


def test_a_device_that_takes_data_slowly_gets_all_of_it(pipe: Path) -> None:
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    got = bytearray()

    def read() -> None:
        while len(got) < 300_000:
            try:
                got.extend(os.read(reader, 50_000))
            except BlockingIOError:
                time.sleep(0.005)

    thread = threading.Thread(target=read)
    thread.start()
    try:
        send("file", {"path": str(pipe)}, b"ab" * 150_000)
        thread.join()
    finally:
        os.close(reader)
    assert bytes(got) == b"ab" * 150_000


def test_slips_of_many_writers_never_mix_in_one_file(tmp_path: Path) -> None:
    path = tmp_path / "lp0"
    jobs = [bytes([letter]) * 30_000 for letter in b"ABCDEFGH"]
    threads = [threading.Thread(target=send, args=("file", {"path": str(path)}, job)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    data = path.read_bytes()
    assert sorted(data[at : at + 30_000] for at in range(0, len(data), 30_000)) == jobs


# Folders.


def test_a_job_becomes_one_file_of_its_name(tmp_path: Path) -> None:
    send("folder", {"path": str(tmp_path / "new" / "slips")}, b"slip", "2025-03-04-A017")
    send("pdf_folder", {"path": str(tmp_path)}, b"%PDF", "A018")
    send("folder", {"path": str(tmp_path), "suffix": ".prn"}, b"slip", "A019")
    assert (tmp_path / "new" / "slips" / "2025-03-04-A017.bin").read_bytes() == b"slip"
    assert (tmp_path / "A018.pdf").read_bytes() == b"%PDF"
    assert (tmp_path / "A019.prn").exists()


def test_the_same_job_again_replaces_its_file(tmp_path: Path) -> None:
    for data in (b"one", b"two"):
        send("folder", {"path": str(tmp_path)}, data, "A017")
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [b"two"]


def test_who_watches_the_folder_never_sees_half_a_file(tmp_path: Path) -> None:
    seen: set[int] = set()
    stop = threading.Event()

    def watch() -> None:
        while not stop.is_set():
            for file in tmp_path.glob("*.bin"):
                seen.add(file.stat().st_size)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        for number in range(30):
            send("folder", {"path": str(tmp_path)}, BIG[:300_000], f"A{number % 3}")
    finally:
        stop.set()
        watcher.join()
    assert seen <= {300_000}


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "", "..", "a\x00b", "\ud800", "č" * 300, "a/b"])
def test_a_job_name_never_leaves_the_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "slips"
    send("folder", {"path": str(folder)}, b"slip", name)
    (file,) = folder.iterdir()
    assert file.suffix == ".bin" and not file.name.startswith(".")
    assert list(tmp_path.iterdir()) == [folder]


def test_job_names_that_look_alike_get_different_files() -> None:
    assert len({file_name(name) for name in ("a/b", "a-b", "a b", "a\\b", "A/b", "")}) == 6


def test_a_file_in_the_place_of_the_folder_is_not_writable(tmp_path: Path) -> None:
    (tmp_path / "slips").write_bytes(b"")
    assert code_of(lambda: send("folder", {"path": str(tmp_path / "slips")})) == "not_writable"
    assert code_of(lambda: send("folder", {"path": str(tmp_path / "slips" / "more")})) == "not_writable"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk_full"),
        (errno.EDQUOT, "disk_full"),
        (errno.EACCES, "not_writable"),
        (errno.EROFS, "not_writable"),
        (errno.EIO, "broken_off"),
        (errno.ENODEV, "unreachable"),
    ],
)
def test_a_disk_that_fails_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    send("folder", {"path": str(tmp_path)}, b"before", "A017")

    def fail(handle: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(filesystem.os, "fsync", fail)
    assert code_of(lambda: send("folder", {"path": str(tmp_path)}, b"after", "A017")) == code
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [b"before"]
