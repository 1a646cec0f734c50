"""Printers on USB, on a bus of our own beneath the real pyusb."""

import errno
import time

import pytest
import usb.backend.libusb0
import usb.backend.libusb1
import usb.backend.openusb
from printer_samples import code_of, send
from virtual_usb import UsbBus, UsbPrinter

from printers import Printer, Slip, deliver, get_way, read_status
from printers.virtual_condition import Condition

ADDRESS = {"vendor_id": "04b8", "product_id": "0e15", "answer_timeout_seconds": 0.2, "write_timeout_seconds": 0.3}
PRINTER = Printer("usb", ADDRESS)


@pytest.fixture
def plug_in(monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Put devices on the bus."""

    def plug_in(*printers: UsbPrinter) -> None:
        monkeypatch.setattr(usb.backend.libusb1, "get_backend", lambda *_, **__: UsbBus(*printers))

    return plug_in


def test_a_slip_is_taken_and_the_system_s_driver_gives_way(plug_in, brno_slip: Slip) -> None:  # type: ignore[no-untyped-def]
    device = UsbPrinter()
    plug_in(device)
    delivered = deliver(brno_slip, PRINTER, "A017")
    assert delivered.status is not None and delivered.status.word == "ready"
    assert b"A017" in device.got and device.got.count(b"\x1dV") == 1
    assert not device.driver and not device.claimed


def test_a_big_slip_is_taken_in_pieces(plug_in) -> None:  # type: ignore[no-untyped-def]
    device = UsbPrinter()
    plug_in(device)
    send("usb", ADDRESS, b"ab" * 100_000)
    assert bytes(device.got) == b"ab" * 100_000


def test_of_two_of_a_model_the_serial_number_tells(plug_in) -> None:  # type: ignore[no-untyped-def]
    first, second = UsbPrinter(), UsbPrinter(serial="TMT20-2")
    plug_in(first, second)
    send("usb", ADDRESS | {"serial_number": "TMT20-2"})
    assert (bytes(first.got), bytes(second.got)) == (b"", b"slip")
    assert code_of(lambda: send("usb", ADDRESS | {"serial_number": "TMT20-3"})) == "unplugged"


@pytest.mark.parametrize("after", [0, 3, 12, 100, 5_000])
def test_a_printer_that_vanishes_is_unplugged_whenever_it_does(plug_in, brno_slip: Slip, after: int) -> None:  # type: ignore[no-untyped-def]
    plug_in(UsbPrinter(vanish_after=after, can_answer=after > 20))
    slip = b"x" * 10_000
    assert code_of(lambda: send("usb", ADDRESS, slip)) == "unplugged"
    assert read_status(PRINTER).word == "offline"


def test_a_printer_that_is_not_there_is_unplugged(plug_in) -> None:  # type: ignore[no-untyped-def]
    plug_in(UsbPrinter(product=0x0202))
    assert code_of(lambda: send("usb", ADDRESS)) == "unplugged"


@pytest.mark.parametrize(
    ("device", "code"),
    [
        (UsbPrinter(claim_error=errno.EBUSY), "refused"),
        (UsbPrinter(open_error=errno.EACCES), "not_writable"),
        (UsbPrinter(claim_error=errno.ENODEV), "unplugged"),
        (UsbPrinter(claim_error=errno.EPIPE), "broken_off"),
        (UsbPrinter(interface_class=3), "bad_address"),
    ],
)
def test_what_keeps_from_printing_has_its_code(plug_in, device: UsbPrinter, code: str) -> None:  # type: ignore[no-untyped-def]
    plug_in(device)
    assert code_of(lambda: send("usb", ADDRESS)) == code


def test_without_libusb_the_code_says_that_somebody_must_change_something(monkeypatch: pytest.MonkeyPatch) -> None:
    for library in (usb.backend.libusb0, usb.backend.libusb1, usb.backend.openusb):
        monkeypatch.setattr(library, "get_backend", lambda *_, **__: None)
    assert code_of(lambda: send("usb", ADDRESS)) == "not_writable"
    assert get_way("usb").discover() == []  # type: ignore[misc]


def test_a_jam_times_out_in_time(plug_in) -> None:  # type: ignore[no-untyped-def]
    plug_in(UsbPrinter(condition=Condition(jam_after=5000)))
    started = time.monotonic()
    assert code_of(lambda: send("usb", ADDRESS, b"x" * 20_000)) == "timed_out"
    assert time.monotonic() - started < 1


@pytest.mark.parametrize(
    ("condition", "word"),
    [
        (Condition(), "ready"),
        (Condition(paper="low"), "paper_low"),
        (Condition(paper="out"), "paper_out"),
        (Condition(cover="open"), "cover_open"),
        (Condition(fault=True), "fault"),
        (Condition(silent=True), "unknown"),
        (Condition(garbage=True), "unknown"),
    ],
)
def test_it_says_how_it_is(plug_in, condition: Condition, word: str) -> None:  # type: ignore[no-untyped-def]
    plug_in(UsbPrinter(condition=condition))
    assert read_status(PRINTER, 0.2).word == word


def test_one_without_a_way_back_is_unknown_and_prints(plug_in, brno_slip: Slip) -> None:  # type: ignore[no-untyped-def]
    device = UsbPrinter(can_answer=False)
    plug_in(device)
    assert not read_status(PRINTER, 0.1).answered
    deliver(brno_slip, PRINTER, "A017")
    assert b"A017" in device.got


def test_an_answer_to_somebody_before_is_not_taken_for_ours(plug_in) -> None:  # type: ignore[no-untyped-def]
    device = UsbPrinter(condition=Condition(paper="out"), said=bytearray(b"\x12\x12\x12\x12"))
    plug_in(device)
    assert read_status(PRINTER, 0.2).word == "paper_out"


def test_one_that_talks_without_end_is_bounded(plug_in, brno_slip: Slip) -> None:  # type: ignore[no-untyped-def]
    plug_in(UsbPrinter(condition=Condition(flood=True)))
    started = time.monotonic()
    deliver(brno_slip, PRINTER, "A017")
    assert time.monotonic() - started < 2


def test_a_slip_is_confirmed(plug_in, brno_slip: Slip) -> None:  # type: ignore[no-untyped-def]
    plug_in(UsbPrinter())
    assert deliver(brno_slip, Printer("usb", ADDRESS | {"confirm": "process_id"}), "A017").confirmed


def test_printers_on_the_bus_are_found_with_the_address_to_store(plug_in) -> None:  # type: ignore[no-untyped-def]
    plug_in(UsbPrinter(), UsbPrinter(product=0x1234, interface_class=3))
    (found,) = get_way("usb").discover()  # type: ignore[misc]
    assert found.address == {"vendor_id": "04b8", "product_id": "0e15", "serial_number": "TMT20-1"}
    Printer("usb", found.address)
