"""The bytes of IPP."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from printer_samples import CALM

from printers.ipp_encoding import (
    ENUM,
    GET_PRINTER_ATTRIBUTES,
    INTEGER,
    KEYWORD,
    NAME,
    URI,
    Attribute,
    IppGarbage,
    decode,
    encode,
)


def test_a_request_has_the_bytes_of_the_standard() -> None:
    """As in the example of RFC 8010, appendix A."""
    data = encode(0x000B, 1, [(URI, "printer-uri", ["ipp://h/p"]), (KEYWORD, "requested-attributes", ["a", "bc"])])
    assert data == (
        b"\x01\x01\x00\x0b\x00\x00\x00\x01\x01"
        b"\x47\x00\x12attributes-charset\x00\x05utf-8"
        b"\x48\x00\x1battributes-natural-language\x00\x02en"
        b"\x45\x00\x0bprinter-uri\x00\x09ipp://h/p"
        b"\x44\x00\x14requested-attributes\x00\x01a"
        b"\x44\x00\x00\x00\x02bc"
        b"\x03"
    )


def answer(group: int, attributes: list[Attribute]) -> bytes:
    """An answer with one group, made of a request: only its second field means something else."""
    request = encode(0x0000, 7, attributes)
    return request.replace(b"\x02en", b"\x02en" + bytes([group]), 1)


def test_an_answer_is_read_with_all_values_of_an_attribute() -> None:
    told = decode(
        answer(4, [(ENUM, "printer-state", [3]), (KEYWORD, "printer-state-reasons", ["media-low", "other"])])
        + b"document"
    )
    assert (told.status, told.request) == (0, 7)
    assert told.printer == {"printer-state": (3,), "printer-state-reasons": ("media-low", "other")}
    assert decode(answer(2, [(INTEGER, "job-id", [-5]), (NAME, "job-name", ["Žluť"])])).job == {
        "job-id": (-5,),
        "job-name": ("Žluť",),
    }


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"HTTP/1.1",
        b"\x01\x01\x00\x00\x00\x00\x00\x01",
        b"\x01\x01\x00\x00\x00\x00\x00\x01\x01",
        b"\x01\x01\x00\x00\x00\x00\x00\x01\x44\x00\x01a\x00\x01b\x03",
        b"\x01\x01\x00\x00\x00\x00\x00\x01\x04\x44\xff\xffa",
        b"\x01\x01\x00\x00\x00\x00\x00\x01" + b"\x04" * 100_000,
    ],
)
def test_what_is_no_answer_is_garbage(data: bytes) -> None:
    with pytest.raises(IppGarbage):
        decode(data)


@CALM
@given(st.binary(max_size=300), st.booleans())
def test_no_bytes_bring_anything_but_an_answer_or_garbage(data: bytes, headed: bool) -> None:
    with suppress(IppGarbage):
        decode((b"\x01\x01\x00\x00\x00\x00\x00\x01" if headed else b"") + data)


@CALM
@given(st.lists(st.tuples(st.integers(-(2**31), 2**31 - 1), st.text(min_size=1, max_size=20)), min_size=1, max_size=5))
def test_what_is_written_is_read(values: list[tuple[int, str]]) -> None:
    numbers, texts = [number for number, _ in values], [text for _, text in values]
    told = decode(answer(4, [(INTEGER, "numbers", numbers), (NAME, "texts", texts)]))
    assert told.printer == {"numbers": tuple(numbers), "texts": tuple(texts)}


def test_a_value_of_the_wrong_kind_is_a_mistake_of_ours() -> None:
    with pytest.raises(TypeError):
        encode(GET_PRINTER_ATTRIBUTES, 1, [(INTEGER, "job-id", ["7"])])
