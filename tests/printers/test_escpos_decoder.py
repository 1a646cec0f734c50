"""ESC/POS read back."""

from hypothesis import given
from hypothesis import strategies as st
from printer_samples import CALM

from printers.escpos_decoder import EscposDecoder, decode
from printers.escpos_ops import Line
from printers.escpos_picture import draw_page
from printers.escpos_slip import render_escpos
from printers.profiles import PROFILES
from printers.slip import Slip


def test_size_weight_alignment_and_page_are_read() -> None:
    (page,) = decode(b"\x1b@\x1bt\x12\x1ba\x01\x1bE\x01\x1d!\x31\x1bM\x01" + "Žluť".encode("cp852") + b"\n\x1dVB\x00")
    line = page.ops[0]
    assert isinstance(line, Line)
    ((text, style),) = line.runs
    assert (text, style.width, style.height, style.bold, style.font) == ("Žluť", 4, 2, True, "B")
    assert line.align == "center"


def test_a_reset_begins_a_new_slip_and_forgets_the_page() -> None:
    first, second = decode(b"\x1b@\x1bt\x12\xfd\n\x1bd\x05\x1b@\xfd\n\x1bd\x05")
    assert (first.text, second.text) == ("ř", "²")
    assert first.complete and second.complete


def test_slips_cut_from_one_stream_are_told_apart(brno_slip: Slip) -> None:
    data = render_escpos(brno_slip, PROFILES["generic-80"])
    pages = decode(data * 3)
    assert [page.text for page in pages] == [pages[0].text] * 3
    assert [page.data for page in pages] == [data] * 3


def test_a_slip_is_the_same_however_its_bytes_arrive(brno_slip: Slip) -> None:
    for profile in PROFILES.values():
        data = render_escpos(brno_slip, profile)
        decoder = EscposDecoder()
        slowly = [page for byte in data for page in decoder.feed(bytes([byte]))] + decoder.finish()
        assert [(page.text, page.complete, page.data) for page in slowly] == [
            (page.text, page.complete, page.data) for page in decode(data)
        ]


def test_a_slip_that_breaks_off_is_incomplete_wherever_it_breaks(brno_slip: Slip) -> None:
    for profile in PROFILES.values():
        data = render_escpos(brno_slip, profile)
        for end in range(60, len(data) - 1, max(len(data) // 90, 1)):
            assert not any(page.complete for page in decode(data[:end]))


def test_unknown_commands_are_remembered_not_printed() -> None:
    (page,) = decode(b"\x1bZhello\n")
    assert page.unknown == (b"\x1bZ",)
    assert page.text == "hello"


@CALM
@given(st.lists(st.binary(max_size=40) | st.sampled_from([b"\x1b", b"\x1d", b"\x1dv0\x00", b"\x1d(k", b"\n"])))
def test_no_bytes_can_break_the_decoder_or_the_picture(parts: list[bytes]) -> None:
    for page in decode(b"".join(parts)):
        draw_page(page)
