"""What printers say about themselves, and what is made of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from printer_samples import CALM

from printers.status import (
    GARBAGE,
    SILENT,
    WORDS,
    Status,
    parse_asb,
    parse_cloudprnt,
    parse_epos_status,
    parse_ipp,
    parse_realtime,
)

FINE = {1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12}


@pytest.mark.parametrize(
    ("answers", "word"),
    [
        (FINE, "ready"),
        (FINE | {1: 0x16}, "ready"),  # the drawer's contact
        (FINE | {4: 0x1E}, "paper_low"),
        (FINE | {1: 0x1A, 2: 0x32, 4: 0x7E}, "paper_out"),
        (FINE | {4: 0x72}, "paper_out"),
        (FINE | {1: 0x1A, 2: 0x16, 4: 0x7E}, "cover_open"),  # an open cover hides the paper
        (FINE | {1: 0x1A, 2: 0x52, 3: 0x1A}, "fault"),
        (FINE | {3: 0x32}, "fault"),
        (FINE | {3: 0x52}, "fault"),
        (FINE | {1: 0x1A}, "offline"),
        ({1: 0x12}, "ready"),
        ({1: 0x1A}, "offline"),
        ({4: 0x12}, "unknown"),  # paper is there; nothing says that it prints
        (FINE | {3: 0xFF}, "unknown"),
        (FINE | {2: 0x00}, "unknown"),
        ({}, "unknown"),
    ],
)
def test_real_time_answers_become_a_word(answers: dict[int, int], word: str) -> None:
    assert parse_realtime(answers).word == word


@pytest.mark.parametrize(
    ("data", "word"),
    [
        ("1400000f", "ready"),
        ("1000000f", "ready"),
        ("1400030f", "paper_low"),
        ("1c000f0f", "paper_out"),
        ("3c000f0f", "cover_open"),
        ("1c08000f", "fault"),
        ("1800000f", "offline"),
        ("1400000f14", "unknown"),
        ("0000000f", "unknown"),
        ("1480000f", "unknown"),
        ("ffffffff", "unknown"),
        ("", "unknown"),
    ],
)
def test_an_automatic_status_becomes_a_word(data: str, word: str) -> None:
    assert parse_asb(bytes.fromhex(data)).word == word


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (0x2, "ready"),
        (0xF000016, "ready"),
        (0x20002, "paper_low"),
        (0xC0008, "paper_out"),
        (0x80028, "cover_open"),
        (0x408, "fault"),
        (0x808, "fault"),
        (0x2008, "fault"),
        (0x8, "offline"),
        (0x1, "unknown"),
        (-1, "unknown"),
        (1 << 40, "unknown"),
    ],
)
def test_the_number_of_an_epos_response_becomes_a_word(status: int, word: str) -> None:
    assert parse_epos_status(status).word == word


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("200 OK", "ready"),
        ("200%20OK", "ready"),
        ("200", "ready"),
        ("299 Something new", "ready"),
        ("210 Paper Low", "paper_low"),
        ("211 OK %28Paper Low%29", "paper_low"),
        ("410 Out of Paper", "paper_out"),
        ("411 Paper Jam", "fault"),
        ("420%20Cover%20open", "cover_open"),
        ("430 Cutter", "fault"),
        ("500 Something", "unknown"),
        ("511", "unknown"),
        ("20", "unknown"),
        ("2000", "ready"),
        ("two", "unknown"),
        ("²00 OK", "unknown"),
        ("", "unknown"),
    ],
)
def test_a_cloudprnt_code_becomes_a_word(code: str, word: str) -> None:
    assert parse_cloudprnt(code).word == word


@pytest.mark.parametrize(
    ("state", "reasons", "accepting", "word"),
    [
        (3, ["none"], True, "ready"),
        (4, [], True, "ready"),
        (3, ["media-low-report"], True, "paper_low"),
        (3, ["media-empty-warning"], True, "paper_low"),  # another tray has paper
        (5, ["media-empty-error"], True, "paper_out"),
        (5, ["media-needed"], True, "paper_out"),
        (5, ["cover-open-error", "media-empty-error"], True, "cover_open"),
        (5, ["media-jam"], True, "fault"),
        (5, ["brand-new-reason"], True, "fault"),
        (3, ["brand-new-reason"], True, "ready"),
        (3, ["brand-new-reason-error"], True, "fault"),
        (5, ["paused"], True, "offline"),
        (3, ["offline-report", "connecting-to-device"], True, "offline"),
        (5, ["none"], True, "offline"),
        (3, ["none"], False, "offline"),
        (None, [], True, "unknown"),
        (99, ["none"], True, "unknown"),
    ],
)
def test_the_state_of_an_ipp_printer_becomes_a_word(
    state: int | None, reasons: list[str], accepting: bool, word: str
) -> None:
    assert parse_ipp(state, reasons, accepting).word == word


def test_nothing_and_nonsense_are_unknown_and_stop_no_slip() -> None:
    assert (SILENT.word, SILENT.can_print, SILENT.answered) == ("unknown", True, False)
    assert (GARBAGE.word, GARBAGE.can_print, GARBAGE.answered) == ("unknown", True, True)


def test_only_what_certainly_does_not_print_is_refused_and_the_word_is_the_code() -> None:
    refused = {
        status.word: status.refusal()
        for status in (
            Status(online=False), Status(paper="out"), Status(cover="open"), Status(fault=True), Status(online=True),
            Status(online=True, paper="low"), SILENT,
        )
    }  # fmt: skip
    assert set(refused) == set(WORDS)
    for word, error in refused.items():
        assert (error is None) == (word in {"ready", "paper_low", "unknown"})
        assert error is None or (error.code == word and error.retryable)


@CALM
@given(st.dictionaries(st.integers(1, 4), st.integers(0, 255)))
def test_any_real_time_bytes_become_a_word_and_wrong_ones_are_never_fine(answers: dict[int, int]) -> None:
    status = parse_realtime(answers)
    assert status.word in WORDS
    if any(byte & 0x93 != 0x12 for byte in answers.values()) or not answers:
        assert status.word == "unknown"


@CALM
@given(st.binary(max_size=8))
def test_any_bytes_as_an_automatic_status_become_a_word(data: bytes) -> None:
    status = parse_asb(data)
    assert status.word in WORDS
    assert len(data) == 4 or status.word == "unknown"


@CALM
@given(st.text(max_size=40), st.integers(), st.lists(st.text(max_size=30), max_size=5))
def test_any_text_and_any_number_become_a_word(text: str, number: int, reasons: list[str]) -> None:
    assert parse_cloudprnt(text).word in WORDS
    assert parse_epos_status(number).word in WORDS
    assert parse_ipp(number, reasons).word in WORDS
