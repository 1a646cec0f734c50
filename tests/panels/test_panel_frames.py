"""The panels' protocol: every frame arrives whole or not at all, whatever the line adds, drops or cuts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_app.panels.frames import (
    ARROWS,
    LONGEST_BYTES,
    LONGEST_TEXT,
    REASONS,
    Frame,
    Reader,
    Refused,
    Show,
    Taken,
    Test,
    decode,
    encode,
)

texts = st.text("ABCXYZ0123456789 -", max_size=LONGEST_TEXT)
seconds = st.integers(0, 99)
messages = st.one_of(
    st.builds(
        Show, texts, st.text("AZ09", max_size=3), st.sampled_from(["", *ARROWS.values()]), seconds, st.integers(0, 999)
    ),
    st.builds(Test, seconds),
    st.just(Taken()),
    st.builds(Refused, st.sampled_from(REASONS)),
)
frames = st.builds(Frame, st.integers(1, 99), st.integers(0, 255), messages)
noise = st.binary(max_size=60).map(lambda data: data.replace(b"<", b"?"))


@given(frames)
def test_a_frame_is_printable_short_and_comes_back_as_it_was(frame: Frame) -> None:
    data = encode(frame)
    assert decode(data) == frame
    assert len(data) <= LONGEST_BYTES and data.isascii() and data.decode().isprintable()


@given(st.lists(st.tuples(noise, frames), max_size=6), noise, st.data())
def test_frames_are_found_among_noise_however_the_stream_is_cut(
    parts: list[tuple[bytes, Frame]], end: bytes, data: st.DataObject
) -> None:
    stream = b"".join(before + encode(frame) for before, frame in parts) + end
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    reader, found = Reader(), []
    for start, stop in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        found += reader.feed(stream[start:stop])
    assert found == [frame for _, frame in parts]


@given(frames, frames, st.data())
def test_of_half_a_frame_nothing_is_believed_and_the_next_one_counts(
    half: Frame, whole: Frame, data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(encode(half)) - 1))
    assert Reader().feed(encode(half)[:cut] + encode(whole)) == [whole]


@given(frames, st.data())
def test_a_frame_with_wrong_bits_in_two_bytes_is_not_believed(frame: Frame, data: st.DataObject) -> None:
    raw = bytearray(encode(frame))
    for _ in range(data.draw(st.integers(1, 2))):
        raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    found = Reader().feed(bytes(raw))
    assert found in ([], [frame])  # twice the same bit is none


@given(st.binary(max_size=300))
def test_whatever_comes_is_read_without_a_fault(data: bytes) -> None:
    reader = Reader()
    for frame in reader.feed(data):
        assert encode(frame) in data
    assert reader.feed(b"<" + encode(Frame(1, 0, Taken()))) == [Frame(1, 0, Taken())]


@pytest.mark.parametrize(
    "frame",
    [
        Frame(0, 0, Taken()),
        Frame(100, 0, Taken()),
        Frame(1, 256, Taken()),
        Frame(1, 0, Show("a017")),
        Frame(1, 0, Show("A,17")),
        Frame(1, 0, Show("A017>")),
        Frame(1, 0, Show("Č017")),
        Frame(1, 0, Show("A" * 13)),
        Frame(1, 0, Show("A017", counter="1234")),
        Frame(1, 0, Show("A017", arrow="X")),
        Frame(1, 0, Show("A017", blink=100)),
        Frame(1, 0, Show("A017", hold=1000)),
        Frame(1, 0, Test(-1)),
        Frame(1, 0, Refused("MOOD")),
    ],
)
def test_what_does_not_fit_into_a_frame_is_not_sent(frame: Frame) -> None:
    with pytest.raises(ValueError):
        encode(frame)
