"""Epson Server Direct Print: what an Epson printer asks of the server and says about its slips, and the answers it expects.

Pure: bytes in, facts out. Everything is a POST of form fields; a slip goes back as XML that carries its ESC/POS bytes, its result
comes as XML in a form field. `docs/pull-printers.md` names the documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl
from xml.etree import ElementTree

from printers.errors import PrinterError

MAX_BODY = 65_536
"""The longest request that is read, in bytes; a result for one slip has less than a thousand."""

MAX_FIELDS = 16
MAX_RESULTS = 64
MAX_TEXT = 500

TIMEOUT_SECONDS = 10
"""How long the printer tries to print one slip before it gives up with EX_TIMEOUT; the manual's own figure."""

LOCAL_PRINTER = "local_printer"
"""What a printer calls itself among the devices it speaks for."""

EPOS_PRINT = "http://www.epson-pos.com/schemas/2011/03/epos-print"


@dataclass(frozen=True, slots=True)
class GetRequest:
    """The printer asks for slips.

    Attributes:
        id: what was entered as ID in the printer; often empty.
        name: what newer firmware adds, the printer's own name.
    """

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Result:
    """How one slip ended.

    Attributes:
        job_token: the slip's `printjobid`, None from firmware that knows none.
        success: whether it was printed.
        code: why not, for example `EPTR_COVER_OPEN`.
        status: the printer's status bits, where it sent them.
    """

    job_token: str | None
    success: bool
    code: str = ""
    status: int | None = None


@dataclass(frozen=True, slots=True)
class SetResponse:
    """The printer tells how slips ended.

    Attributes:
        id: as in `GetRequest`.
        results: of each slip.
        refusal: why the printer could not read the server's answer at all; no slip was tried then.
    """

    id: str
    results: tuple[Result, ...]
    refusal: str | None = None


@dataclass(frozen=True, slots=True)
class SetStatus:
    """The printer tells how it and those it speaks for stand: pairs of a device's name and its status bits."""

    id: str
    devices: tuple[tuple[str, int], ...]

    @property
    def local(self) -> int | None:
        """The status bits of the printer itself, of the only one where it is named otherwise."""
        named = dict(self.devices)
        return named.get(LOCAL_PRINTER, self.devices[0][1] if self.devices else None)


Request = GetRequest | SetResponse | SetStatus


def parse_request(body: bytes) -> Request:
    """Read one POST of a printer.

    Args:
        body: form fields in UTF-8.

    Raises:
        ValueError: it is too long, or is not what a printer sends; XML with a document type is never read.
    """
    if len(body) > MAX_BODY:
        raise ValueError("the request is too long")
    fields = _fields(body.decode("utf-8"))
    identity = _short(fields.get("ID", ""))
    kind = fields.get("ConnectionType")
    if kind == "GetRequest":
        return GetRequest(identity, _short(fields.get("Name", "")))
    if kind == "SetResponse":
        return _set_response(identity, _xml(fields.get("ResponseFile", "")))
    if kind == "SetStatus":
        # The manual's table calls the field ResponseFile, the request beside it Status.
        return _set_status(identity, _xml(fields.get("Status") or fields.get("ResponseFile", "")))
    raise ValueError("unknown ConnectionType")


def slips_answer(slips: Sequence[tuple[str, bytes]]) -> bytes:
    """Return the answer to a `GetRequest`: nothing at all where there is nothing to print.

    Args:
        slips: pairs of a job token and ESC/POS bytes, in the order they are printed.

    Raises:
        ValueError: a job token is not one the printer gives back: 1 to 30 letters, digits, `_`, `-`, `.`.
    """
    if not slips:
        return b""
    root = ElementTree.Element("PrintRequestInfo", Version="2.00")
    for token, data in slips:
        if not re.fullmatch(r"[A-Za-z0-9_.-]{1,30}", token):
            raise ValueError("not a printjobid")
        job = ElementTree.SubElement(root, "ePOSPrint")
        parameter = ElementTree.SubElement(job, "Parameter")
        ElementTree.SubElement(parameter, "devid").text = LOCAL_PRINTER
        ElementTree.SubElement(parameter, "timeout").text = str(TIMEOUT_SECONDS * 1000)
        ElementTree.SubElement(parameter, "printjobid").text = token
        # The namespace stands on the element itself, as in the manual: the firmware is not known to take prefixes.
        commands = ElementTree.SubElement(ElementTree.SubElement(job, "PrintData"), "epos-print", xmlns=EPOS_PRINT)
        ElementTree.SubElement(commands, "command").text = data.hex()
    body: bytes = ElementTree.tostring(root)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + body


_ENDS = {
    "EPTR_REC_EMPTY": "paper_out",
    "EPTR_COVER_OPEN": "cover_open",
    "EX_TIMEOUT": "timed_out",
    "EX_BADPORT": "unplugged",
    "DeviceNotFound": "job_refused",
    "RequestEntityTooLarge": "job_refused",
    "SchemaError": "job_refused",
}


def error_of(result: Result) -> PrinterError | None:
    """Return why a slip was not printed, None where it was.

    Args:
        result: of the slip. A code that is not known counts as a fault of the device, which may pass.
    """
    if result.success:
        return None
    return PrinterError(_ENDS.get(result.code, "fault"), f"The printer answered {result.code or 'without a reason'}.")


def refused(response: SetResponse) -> PrinterError | None:
    """Return the error of a printer that could not read the server's answer, None where it could."""
    if response.refusal is None:
        return None
    return PrinterError("job_refused", f"The printer could not read the slip: {response.refusal}.")


def _fields(text: str) -> dict[str, str]:
    # With its setting for URL encoding off, a printer puts the XML as it is behind the last field's name.
    plain = re.search(r"(?:^|&)(ResponseFile|Status)=\s*(?=<)", text)
    pairs = parse_qsl(
        text[: plain.start()] if plain else text, keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS
    )
    if plain:
        pairs.append((plain[1], text[plain.end() :]))
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a field came twice")
    return fields


def _set_response(identity: str, root: ElementTree.Element) -> SetResponse:
    if _local(root) != "PrintResponseInfo":
        raise ValueError("not a PrintResponseInfo")
    # Version 1.00 has the results alone, later ones each in an ePOSPrint beside its printjobid.
    found = []
    for job in _children(root, "ePOSPrint"):
        for response in _descendants(job, "response"):
            found.append(_result(response, next((_short(e.text or "") for e in _descendants(job, "printjobid")), None)))
    found += [_result(response, None) for response in _children(root, "response")]
    if len(found) > MAX_RESULTS:
        raise ValueError("too many results")
    refusal = None
    for checked in _descendants(root, "Response"):
        if not _true(checked.get("Success", "")):
            words = [_short(e.text or "").strip() for e in checked if _local(e) in {"ErrorSummary", "ErrorDetail"}]
            refusal = ": ".join(word for word in words if word) or "no reason given"
    return SetResponse(identity, tuple(found), refusal)


def _result(response: ElementTree.Element, token: str | None) -> Result:
    return Result(
        job_token=token or None,
        success=_true(response.get("success", "")),
        code=_short(response.get("code", "")),
        status=_number(response.get("status", "")),
    )


def _set_status(identity: str, root: ElementTree.Element) -> SetStatus:
    if _local(root) != "statusmonitor":
        raise ValueError("not a statusmonitor")
    devices = []
    for device in _children(root, "printerstatus"):
        bits = _number(device.get("asbstatus", ""))
        if bits is not None:
            devices.append((_short(device.get("devicename", "")), bits))
    return SetStatus(identity, tuple(devices[:MAX_RESULTS]))


def _xml(text: str) -> ElementTree.Element:
    # Entities that grow, and files of this machine, can only be named in a document type: none is read at all. A text
    # that is already decoded cannot hide one in another encoding.
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ValueError("XML with a document type is not read")
    try:
        return ElementTree.fromstring(text.strip())
    except ElementTree.ParseError:
        raise ValueError("not well-formed XML") from None


def _local(element: ElementTree.Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _children(element: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    return (child for child in element if _local(child) == name)


def _descendants(element: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    return (child for child in element.iter() if _local(child) == name)


def _number(text: str) -> int | None:
    # Results have decimal numbers, notifications hexadecimal ones.
    text = text.strip().lower()
    if re.fullmatch(r"0x[0-9a-f]{1,8}", text):
        return int(text, 16)
    return int(text) if re.fullmatch(r"[0-9]{1,10}", text) else None


def _true(text: str) -> bool:
    return text.strip().lower() in {"true", "1"}


def _short(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)[:MAX_TEXT]
