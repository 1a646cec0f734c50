"""From a stored address to a transport."""

from pathlib import Path

import pytest

from printers.errors import PrinterError
from printers.transports import make_transport


@pytest.mark.parametrize(
    ("kind", "address", "words"),
    [
        ("pigeon", {}, "network"),
        ("network", {}, "host"),
        ("network", {"host": " "}, "host"),
        ("network", {"host": "a\nb"}, "host"),
        ("network", {"host": 7}, "host"),
        ("network", {"host": "a", "port": 0}, "port"),
        ("network", {"host": "a", "port": "9100"}, "port"),
        ("network", {"host": "a", "port": True}, "port"),
        ("network", {"host": "a", "connect_timeout_seconds": 0}, "connect_timeout_seconds"),
        ("network", {"host": "a", "write_timeout_seconds": 61}, "write_timeout_seconds"),
        ("network", {"host": "a", "must_close": 1}, "must_close"),
        ("network", {"host": "a", "prot": 1}, "prot"),
        ("network", "192.0.2.7", "object"),
        ("file", {}, "path"),
        ("file", {"path": ""}, "path"),
        ("folder", {"path": "x", "suffix": "/../x"}, "suffix"),
        ("pdf_folder", {"path": "x", "suffix": ".bin"}, "suffix"),
    ],
)
def test_a_bad_address_is_refused_and_its_field_named(kind: str, address: object, words: str) -> None:
    with pytest.raises(PrinterError) as caught:
        make_transport(kind, address)  # type: ignore[arg-type]
    assert caught.value.code == "bad_address"
    assert words in caught.value.message
    assert not caught.value.retryable


def test_an_address_needs_no_more_than_the_place() -> None:
    make_transport("network", {"host": "192.0.2.7"})
    make_transport("file", {"path": "/dev/usb/lp0"})
    make_transport("pdf_folder", {"path": Path("slips")})
