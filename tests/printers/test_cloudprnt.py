"""Star CloudPRNT, message by message.

[G] is "Star CloudPRNT Developer Guide", Rev 1.4; [P] is "Star CloudPRNT Protocol Guide", Ver. 2.4.0 of 10 March 2025.
"""

from __future__ import annotations

import contextlib
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printers.cloudprnt import (
    MAX_BODY,
    QUESTIONS,
    Client,
    Code,
    clean,
    error_of,
    is_offered,
    parse_client,
    parse_code,
    parse_mac,
    parse_poll,
    poll_answer,
)

COMMON_POLL = b"""{
"status": "23 6 0 0 0 0 0 0 0 ",
"printerMAC": "00:11:e5:06:04:ff",
"statusCode": "200%20OK",
"clientAction": null
}"""
"""[G] 3, "Example POST Data", the common poll."""

ANSWERING_POLL = b"""{
"status": "23 6 0 0 0 0 0 0 0 ",
"printerMAC": "00:11:e5:06:04:ff",
"uniqueID": "Star1",
"statusCode": "200%20OK",
"clientAction": [
{"request":"GetPollInterval","result":"10"},
{"request":"Encodings","result":"image/png; image/jpeg; application/vnd.star.raster; application/vnd.star.line; text/plain"}
]
}"""
"""[G] 3, the poll after two client actions."""


def poll(**facts: object) -> bytes:
    """Return a poll with these members beside a good status code."""
    return json.dumps({"statusCode": "200%20OK", **facts}).encode()


def test_the_guides_common_poll() -> None:
    found = parse_poll(COMMON_POLL)
    assert found.code == Code(200, "OK") and found.code.fine
    assert found.mac == "00:11:e5:06:04:ff" and found.asb == "23 6 0 0 0 0 0 0 0 "
    assert (found.unique_id, found.job_token, found.printing, found.actions) == (None, None, False, ())


def test_the_guides_poll_that_answers_questions() -> None:
    found = parse_poll(ANSWERING_POLL)
    assert found.unique_id == "Star1"
    client = parse_client(found.actions)
    assert client.poll_seconds == 10 and client.encodings[0] == "image/png" and len(client.encodings) == 5
    assert (client.type, client.version, client.width_dots) == (None, None, None)


@pytest.mark.parametrize("as_text", [False, True])
def test_page_info_comes_as_an_object_or_as_the_text_of_one(as_text: bool) -> None:
    page = {"paperWidth": "80", "printWidth": "72", "horizontalResolution": "8", "verticalResolution": "8"}
    result = json.dumps(page) if as_text else page
    actions = [
        {"request": "PageInfo", "result": result},
        {"request": "ClientType", "result": "Star mC-Print3"},
        {"request": "ClientVersion", "result": "1.2"},
    ]
    client = parse_client(parse_poll(poll(clientAction=actions)).actions)
    assert client == Client(type="Star mC-Print3", version="1.2", width_dots=576)


def test_a_client_that_answers_nonsense_counts_as_silent() -> None:
    said = (("GetPollInterval", "soon"), ("PageInfo", '{"printWidth": "wide"}'), ("Encodings", " ; "))
    assert parse_client(said) == Client()
    assert parse_client((("PageInfo", "[" * 500),)) == Client()


def test_everything_but_the_status_code_may_be_missing_or_null() -> None:
    # [P] "JSON Request": "All fields, except statusCode are optional … or may have a null value".
    names = ("status", "printerMAC", "uniqueID", "jobToken", "printingInProgress", "clientAction", "barcodeReader")
    assert parse_poll(poll()) == parse_poll(poll(**dict.fromkeys(names)))
    with pytest.raises(ValueError):
        parse_poll(b'{"printerMAC": "00:11:e5:06:04:ff"}')


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("200%20OK", Code(200, "OK")),
        ("200 OK", Code(200, "OK")),
        # [G] 5 and [P] "Print job success" write the bare word, [P] "Response (GET)" the number before it.
        ("OK", Code(200, "OK")),
        ("211 Paper Low", Code(211, "Paper Low")),
        ("410", Code(410)),
        # [P] "Printer Status Codes": "a 3 or 4 digit error code".
        ("4101%20Very%20odd", Code(4101, "Very odd")),
    ],
)
def test_status_codes(text: str, code: Code) -> None:
    assert parse_code(text) == code


@pytest.mark.parametrize("text", ["", "fine", "20", "20000", "-200", "200OK", "OK!", "２００", "%00"])
def test_what_is_no_status_code(text: str) -> None:
    with pytest.raises(ValueError):
        parse_code(text)


@pytest.mark.parametrize(
    ("number", "error"),
    [
        (200, None), (201, None), (210, None), (211, None), (220, None),
        (410, "paper_out"), (411, "fault"), (412, "fault"), (420, "cover_open"), (429, "cover_open"), (499, "fault"),
        (510, "job_refused"), (511, "job_refused"), (512, "job_refused"), (520, "timed_out"), (521, "job_refused"),
        (599, "fault"), (300, "fault"), (4101, "fault"),
    ],
)  # fmt: skip
def test_how_a_code_ends_a_slip(number: int, error: str | None) -> None:
    # [G] 7 and [P] "Printer Status Codes": a server need not know every code, the first digits tell the kind.
    found = error_of(Code(number, "whatever"))
    assert (found.code if found else None) == error


@pytest.mark.parametrize("text", ["00:11:62:AA:bb:cc", "001162aabbcc", "00-11-62-AA-BB-CC"])
def test_an_address_has_one_form(text: str) -> None:
    assert parse_mac(text) == "00:11:62:aa:bb:cc"


@pytest.mark.parametrize("text", ["", "00:11", "00:11:62:aa:bb:cg", "00:11:62:aa:bb:cc:dd", "0０1162aabbcc"])
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(ValueError):
        parse_mac(text)


def test_the_answer_without_work_is_the_guides() -> None:
    # [G] 3, "Example server POST responses".
    assert json.loads(poll_answer(None)) == {"jobReady": False}


def test_the_answer_with_a_slip() -> None:
    assert json.loads(poll_answer("token")) == {
        "jobReady": True, "mediaTypes": ["image/png"], "jobToken": "token", "deleteMethod": "DELETE",
    }  # fmt: skip
    assert json.loads(poll_answer("token", delete_method="GET"))["deleteMethod"] == "GET"


def test_questions_never_come_with_a_slip() -> None:
    # [G] 3: "a server should not set a clientAction request and expect printing at the same time".
    asked = json.loads(poll_answer(None, ask=QUESTIONS))
    assert asked["jobReady"] is False
    assert {"request": "PageInfo", "options": ""} in asked["clientAction"]
    assert "clientAction" not in json.loads(poll_answer("token", ask=QUESTIONS))


def test_a_slip_can_be_had_as_a_picture() -> None:
    assert all(is_offered(wanted) for wanted in (None, "", "image/png", "Image/PNG; charset=utf-8"))
    assert not any(
        is_offered(wanted) for wanted in ("text/plain", "image/vnd.star.png", "application/octet-stream", ";")
    )


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b'"200 OK"', b"\xff\xfe", b'{"statusCode": 200}', b'{"statusCode": "200", "x": NaN}',
        b'{"statusCode": "200 OK", "printerMAC": "me"}', b'{"statusCode": "200 OK", "printerMAC": 5}',
        b'{"statusCode": "200 OK", "printingInProgress": "no"}', b'{"statusCode": "200 OK", "clientAction": {}}',
        b'{"statusCode": "200 OK", "clientAction": [1]}', b'{"statusCode": "200 OK", "clientAction": [{"request": 1}]}',
        b'{"statusCode": "200 OK", "x": ' + b"[" * 30_000 + b"]" * 30_000 + b"}",
        b'{"statusCode": "200 OK", "x": ' + b"9" * 10_000 + b"}",
        b'{"statusCode": "200 OK", "clientAction": [' + b",".join([b'{"request":"x"}'] * 33) + b"]}",
        b'{"statusCode": "' + b"2" * 501 + b'"}',
        b'{"statusCode": "200 OK"' + b" " * MAX_BODY + b"}",
    ],
)  # fmt: skip
def test_what_is_no_poll(body: bytes) -> None:
    with pytest.raises(ValueError):
        parse_poll(body)


def test_what_cannot_be_stored_is_blanked() -> None:
    found = parse_poll(b'{"statusCode": "410 Out\\u0000of\\ud800paper\\n", "uniqueID": "a\\u0007b"}')
    assert found.code == Code(410, "Out of paper") and found.unique_id == "a b"


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with contextlib.suppress(ValueError):
        parse_poll(body)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
members = st.sampled_from(
    ["status", "printerMAC", "uniqueID", "statusCode", "jobToken", "printingInProgress", "clientAction", "display"]
)


@given(st.dictionaries(members, json_values, max_size=8))
def test_any_object_is_read_or_refused_and_what_is_read_can_be_stored(facts: dict[str, object]) -> None:
    try:
        found = parse_poll(json.dumps(facts).encode())
    except ValueError:
        return
    for text in (found.code.text, found.asb, found.unique_id, found.job_token, *sum(found.actions, ())):
        assert text is None or (text.isprintable() and text.encode())
    parse_client(found.actions)


@given(st.integers(100, 9999), st.text(st.characters(blacklist_categories=("Cs",)), max_size=60))
def test_codes_survive_the_encoding_they_travel_in(number: int, description: str) -> None:
    found = parse_code(quote(f"{number} {description}"))
    assert found == Code(number, clean(description).strip())
