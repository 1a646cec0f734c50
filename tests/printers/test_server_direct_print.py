"""Epson Server Direct Print, message by message.

[S] is "Server Direct Print User's Manual" (TM-T88V-i/TM-DT editions to TM-i firmware 4.1; TM-DT/TM-T88VI edition with version 3.00),
[X] is the `<response>` page of "ePOS-Print XML", in the manual and in Epson's reference on the web.
"""

from __future__ import annotations

import contextlib
from urllib.parse import quote, urlencode
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printers.server_direct_print import (
    EPOS_PRINT,
    MAX_BODY,
    GetRequest,
    Result,
    SetResponse,
    SetStatus,
    error_of,
    parse_request,
    refused,
    slips_answer,
)

XMLNS = f'xmlns="{EPOS_PRINT}"'
DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'

RESULT_1 = f"""{DECLARATION}<PrintResponseInfo Version="1.00">
<response {XMLNS} success="false" code="EX_BADPORT" status="1" battery="0"/>
</PrintResponseInfo>"""
"""[S] 3, "Print Result Configuration": version 1.00, a failure."""

RESULT_2 = f"""{DECLARATION}<PrintResponseInfo Version="2.00">
<ePOSPrint>
<Parameter>
<devid>local_printer</devid>
<printjobid>ABC123</printjobid>
</Parameter>
<PrintResponse>
<response {XMLNS} success="true" code="" status="251854870" battery="0"/>
</PrintResponse>
</ePOSPrint>
</PrintResponseInfo>"""
"""[S] 3: version 2.00, a success. The manual's print misses an end tag here; devices send it."""

RESULT_3 = f"""{DECLARATION}<PrintResponseInfo Version="3.00">
<ServerDirectPrint>
<Response Success="true"/>
</ServerDirectPrint>
<ePOSPrint>
<Parameter>
<devid>local_printer</devid>
<printjobid>ABC123</printjobid>
</Parameter>
<PrintResponse>
<response {XMLNS} success="true" code="" status="251658262" battery="0"/>
</PrintResponse>
</ePOSPrint>
<ePOSDisplay>
<Parameter>
<devid>local_display</devid>
<printjobid>ABC456</printjobid>
</Parameter>
<DisplayResponse>
<response xmlns="http://www.epson-pos.com/schemas/2012/09/epos-display" success="false" code="EDSP_NOT_FOUND" status="0"/>
</DisplayResponse>
</ePOSDisplay>
</PrintResponseInfo>"""
"""[S] 3: version 3.00, the slip printed and a display that is not there."""

UNREADABLE_3 = f"""{DECLARATION}<PrintResponseInfo Version="3.00">
<ServerDirectPrint>
<Response Success="false">
<ErrorSummary>Invalid XML format</ErrorSummary>
<ErrorDetail>Entity: line 99: parser error : expected &apos;&gt;&apos; </ErrorDetail>
</Response>
</ServerDirectPrint>
</PrintResponseInfo>"""
"""[S] 3: version 3.00, the printer could not read the server's answer."""

STATUS = f"""{DECLARATION}<statusmonitor Version="1.00">
<printerstatus devicename="kitchen_printer" asbstatus = "0x00000001"/>
<printerstatus devicename="kitchen_printer2" asbstatus = "0x00000001"/>
<printerstatus devicename="local_printer" asbstatus = "0x0F00003C"/>
</statusmonitor>"""
"""[S] 4, "Status Notification", Request."""


def form(**fields: str) -> bytes:
    """Return a POST as firmware with URL encoding sends it."""
    return urlencode(fields).encode()


def result(xml: str) -> SetResponse:
    """Parse a result."""
    found = parse_request(form(ConnectionType="SetResponse", ID="", ResponseFile=xml))
    assert isinstance(found, SetResponse)
    return found


def test_the_manuals_print_request() -> None:
    # [S] 3, "Request (Print Request)".
    assert parse_request(b"ConnectionType=GetRequest&ID=") == GetRequest("", "")
    # Name is not in the editions found; newer devices send it.
    assert parse_request(b"ConnectionType=GetRequest&ID=7&Name=TM-m30") == GetRequest("7", "TM-m30")


def test_the_manuals_results() -> None:
    assert result(RESULT_1).results == (Result(None, False, "EX_BADPORT", 1),)
    assert result(RESULT_2).results == (Result("ABC123", True, "", 0x0F030016),)
    assert result(RESULT_3).results == (Result("ABC123", True, "", 0x0F000016),)
    assert refused(result(RESULT_3)) is None


def test_a_printer_that_could_not_read_the_answer_says_so() -> None:
    found = result(UNREADABLE_3)
    assert found.results == ()
    error = refused(found)
    assert error is not None and error.code == "job_refused" and "Invalid XML format: Entity: line 99" in error.message


@pytest.mark.parametrize("encoded", [True, False])
@pytest.mark.parametrize("xml", [RESULT_1, RESULT_2, RESULT_3, UNREADABLE_3])
def test_with_and_without_url_encoding(xml: str, encoded: bool) -> None:
    body = b"ConnectionType=SetResponse&ID=7&Name=x%20y&ResponseFile=" + (quote(xml) if encoded else xml).encode()
    expected = result(xml)
    assert parse_request(body) == SetResponse("7", expected.results, expected.refusal)


def test_several_slips_in_one_result() -> None:
    job = RESULT_2[RESULT_2.index("<ePOSPrint>") : RESULT_2.index("</PrintResponseInfo>")]
    failed = job.replace("ABC123", "ABC124").replace('true" code=""', 'false" code="EPTR_REC_EMPTY"')
    found = result(f'<PrintResponseInfo Version="2.00">{job}{failed}</PrintResponseInfo>')
    assert [(one.job_token, one.success, one.code) for one in found.results] == [
        ("ABC123", True, ""),
        ("ABC124", False, "EPTR_REC_EMPTY"),
    ]


@pytest.mark.parametrize("field", ["Status", "ResponseFile"])
def test_the_manuals_status_notification(field: str) -> None:
    found = parse_request(form(ConnectionType="SetStatus", ID="7", **{field: STATUS}))
    assert isinstance(found, SetStatus)
    assert found.local == 0x0F00003C and found.devices[0] == ("kitchen_printer", 1)
    assert parse_request(f"ConnectionType=SetStatus&ID=7&{field}={STATUS}".encode()) == found


def test_the_only_device_of_a_notification_is_the_printer() -> None:
    named = STATUS.replace("local_printer", "front").replace("kitchen_printer2", "back")
    only = '<statusmonitor><printerstatus devicename="front" asbstatus="0x20"/></statusmonitor>'
    for xml, bits in ((only, 0x20), (named, 1), ("<statusmonitor/>", None)):
        found = parse_request(form(ConnectionType="SetStatus", Status=xml))
        assert isinstance(found, SetStatus) and found.local == bits


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("EPTR_REC_EMPTY", "paper_out"), ("EPTR_COVER_OPEN", "cover_open"), ("EX_TIMEOUT", "timed_out"),
        ("EPTR_AUTOMATICAL", "fault"), ("EPTR_CUTTER", "fault"), ("EPTR_MECHANICAL", "fault"),
        ("EPTR_UNRECOVERABLE", "fault"), ("PrintSystemError", "fault"), ("EX_SPOOLER", "fault"), ("", "fault"),
        ("EX_BADPORT", "unplugged"), ("SchemaError", "job_refused"), ("DeviceNotFound", "job_refused"),
        ("RequestEntityTooLarge", "job_refused"), ("NewInAnotherYear", "fault"),
    ],
)  # fmt: skip
def test_how_a_code_ends_a_slip(code: str, error: str) -> None:
    # [X] lists the codes.
    found = error_of(Result("1", False, code))
    assert found is not None and found.code == error
    assert error_of(Result("1", True, code)) is None


def test_nothing_to_print_is_nothing_at_all() -> None:
    # [S] 3, "Response When No Printing Is Performed": 200, Content-Length: 0.
    assert slips_answer([]) == b""


def test_a_slip_goes_as_the_manual_writes_it() -> None:
    # [S] 3, "Format of the response message", version 2.00.
    answer = slips_answer([("ABC123", b"\x1b@A001\n"), ("ABC124", b"\x00\xff")])
    assert answer.decode() == (
        '<?xml version="1.0" encoding="utf-8"?>\n<PrintRequestInfo Version="2.00">'
        "<ePOSPrint><Parameter><devid>local_printer</devid><timeout>10000</timeout><printjobid>ABC123</printjobid></Parameter>"
        f"<PrintData><epos-print {XMLNS}><command>1b40413030310a</command></epos-print></PrintData></ePOSPrint>"
        "<ePOSPrint><Parameter><devid>local_printer</devid><timeout>10000</timeout><printjobid>ABC124</printjobid></Parameter>"
        f"<PrintData><epos-print {XMLNS}><command>00ff</command></epos-print></PrintData></ePOSPrint>"
        "</PrintRequestInfo>"
    )
    command = ElementTree.fromstring(answer).find(f".//{{{EPOS_PRINT}}}command")
    assert command is not None and bytes.fromhex(command.text or "") == b"\x1b@A001\n"


@pytest.mark.parametrize("token", ["", "a" * 31, "a b", "a<b", "é", "a\n"])
def test_a_job_id_the_printer_would_not_give_back_is_a_mistake(token: str) -> None:
    # [S] 3: "1 to 30 characters … alphanumerical characters, underscore, hyphen and period".
    with pytest.raises(ValueError):
        slips_answer([(token, b"x")])


BILLION_LAUGHS = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;">]>
<PrintResponseInfo><response success="&lol2;"/></PrintResponseInfo>"""
FILE_OF_OURS = """<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]><PrintResponseInfo>&x;</PrintResponseInfo>"""


@pytest.mark.parametrize(
    "xml",
    [
        BILLION_LAUGHS, FILE_OF_OURS, "<!DOCTYPE PrintResponseInfo><PrintResponseInfo/>", "", "x", "<a>", "<a></b>",
        "<a>&undefined;</a>", "<a>\0</a>", "<statusmonitor/>", "<html/>", '<?xml version="1.0" encoding="bogus"?>',
        "<PrintResponseInfo>" + f"<response {XMLNS}/>" * 65 + "</PrintResponseInfo>",
    ],
)  # fmt: skip
@pytest.mark.parametrize("encoded", [True, False])
def test_hostile_and_broken_xml_is_refused(xml: str, encoded: bool) -> None:
    body = b"ConnectionType=SetResponse&ID=&ResponseFile=" + (quote(xml) if encoded else xml).encode()
    with pytest.raises(ValueError):
        parse_request(body)


def test_deeply_nested_xml_is_only_long() -> None:
    depth = 2000
    assert result("<PrintResponseInfo>" + "<a>" * depth + "</a>" * depth + "</PrintResponseInfo>").results == ()


@pytest.mark.parametrize(
    "body",
    [
        b"", b"ConnectionType=", b"ConnectionType=Delete", b"\xff\xff", b"ConnectionType=GetRequest&ID=%ff",
        b"ConnectionType=GetRequest&ConnectionType=SetStatus", b"&".join(b"a%d=1" % n for n in range(40)),
        b"ConnectionType=GetRequest&ID=" + b"a" * MAX_BODY, b'{"ConnectionType": "GetRequest"}',
        b"ConnectionType=SetResponse", b"ConnectionType=SetStatus&Status=<PrintResponseInfo/>",
    ],
)  # fmt: skip
def test_what_is_no_request(body: bytes) -> None:
    with pytest.raises(ValueError):
        parse_request(body)


def test_what_cannot_be_stored_is_blanked() -> None:
    assert parse_request(b"ConnectionType=GetRequest&ID=a%00b&Name=%0Ax") == GetRequest("a b", " x")


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    for start in (b"", b"ConnectionType=SetResponse&ResponseFile=", b"ConnectionType=SetStatus&Status="):
        with contextlib.suppress(ValueError):
            parse_request(start + body)


@given(st.lists(st.sampled_from([
    "<PrintResponseInfo>", "</PrintResponseInfo>", "<ePOSPrint>", "</ePOSPrint>", "<response success='1' status='0x1'/>",
    "<printjobid>", "</printjobid>", "<statusmonitor>", "</statusmonitor>", "<Response Success='0'/>", "&amp;", "<!--", "-->",
    "<printerstatus asbstatus='99999999999'/>", "x", "<![CDATA[", "]]>", "<?x?>", "é",
]), max_size=12))  # fmt: skip
def test_any_jumble_of_a_results_parts_is_read_or_refused(parts: list[str]) -> None:
    for kind in ("SetResponse", "SetStatus"):
        with contextlib.suppress(ValueError):
            parse_request(form(ConnectionType=kind, ResponseFile="".join(parts)))


@given(st.lists(st.tuples(st.from_regex(r"[A-Za-z0-9_.-]{1,30}", fullmatch=True), st.binary(max_size=200)), max_size=4))
def test_every_byte_of_a_slip_arrives(slips: list[tuple[str, bytes]]) -> None:
    answer = slips_answer(slips)
    if slips:
        root = ElementTree.fromstring(answer)
        commands = [bytes.fromhex(e.text or "") for e in root.iter(f"{{{EPOS_PRINT}}}command")]
        assert commands == [data for _, data in slips]
