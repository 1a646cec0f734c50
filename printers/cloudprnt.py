"""Star CloudPRNT: what a Star printer asks of the server and says about its slips, parsed, and the answers it expects.

Pure: bytes and query strings in, facts out. The printer polls with POST, fetches with GET and confirms with DELETE (or with GET,
where it was told to). `docs/pull-printers.md` names the documents.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from printers.errors import PrinterError

MAX_BODY = 65_536
"""The longest poll that is read, in bytes; a printer with a barcode reader and a keyboard sends a few hundred."""

MAX_TEXT = 500
MAX_ACTIONS = 32

PNG = "image/png"

QUESTIONS = ("ClientType", "ClientVersion", "GetPollInterval", "Encodings", "PageInfo")
"""What the server asks every printer once. A printer may leave any of them unanswered."""


@dataclass(frozen=True, slots=True)
class Code:
    """A printer status code: a number like those of HTTP, and what the printer adds for people."""

    number: int
    text: str = ""

    @property
    def fine(self) -> bool:
        """Whether the printer is online, or the job was printed."""
        return 200 <= self.number < 300


@dataclass(frozen=True, slots=True)
class Poll:
    """What a printer says when it asks for work.

    Attributes:
        code: how it stands.
        asb: the same as Star's automatic status bytes, in hexadecimal.
        mac: its Ethernet address as `00:11:62:aa:bb:cc`; the one of the cable even where it uses radio.
        unique_id: what a server once named it.
        job_token: of the job it is busy with, from newer firmware only.
        printing: whether it is printing while it polls; it would ignore an offered job.
        actions: its answers to `QUESTIONS`, in order.
    """

    code: Code
    asb: str | None = None
    mac: str | None = None
    unique_id: str | None = None
    job_token: str | None = None
    printing: bool = False
    actions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Client:
    """What a printer told of itself when it was asked; None where it kept silent."""

    type: str | None = None
    version: str | None = None
    poll_seconds: int | None = None
    encodings: tuple[str, ...] = ()
    width_dots: int | None = None


def parse_poll(body: bytes) -> Poll:
    """Read the body of a poll; everything but `statusCode` may be missing or null.

    Args:
        body: JSON in UTF-8, with members this server does not know.

    Raises:
        ValueError: it is too long, or is not what a CloudPRNT client sends.
    """
    if len(body) > MAX_BODY:
        raise ValueError("the poll is too long")
    try:
        facts = json.loads(body.decode("utf-8"), parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("the poll is nested too deeply") from None
    if not isinstance(facts, dict):
        raise ValueError("the poll is not an object")
    printing = facts.get("printingInProgress")
    if printing is not None and not isinstance(printing, bool):
        raise ValueError("printingInProgress must be true or false")
    status = _text(facts, "statusCode")
    if status is None:
        raise ValueError("a poll needs a statusCode")
    mac = _text(facts, "printerMAC")
    return Poll(
        code=parse_code(status),
        asb=_text(facts, "status"),
        mac=parse_mac(mac) if mac else None,
        unique_id=_text(facts, "uniqueID"),
        job_token=_text(facts, "jobToken") or None,
        printing=bool(printing),
        actions=_actions(facts.get("clientAction")),
    )


def parse_code(text: str) -> Code:
    """Read a status code: `200%20OK`, `200 OK`, `410`, or the bare `OK` that the guide writes for a printed job.

    Args:
        text: as it came in JSON, or out of a query string.

    Raises:
        ValueError: it does not begin with three or four digits.
    """
    # A code in JSON is percent-encoded, too, because the same text also goes into query strings.
    plain = clean(unquote(text[:MAX_TEXT], errors="replace")).strip()
    if plain.upper() == "OK":
        return Code(200, "OK")
    found = re.fullmatch(r"([0-9]{3,4})(?:\s+(.*))?", plain)
    if found is None:
        raise ValueError("a status code needs three or four digits")
    return Code(int(found[1]), found[2] or "")


def parse_mac(text: str) -> str:
    """Return an Ethernet address in its one form, lower case with colons.

    Args:
        text: with colons, hyphens or nothing between its bytes.

    Raises:
        ValueError: it is not one.
    """
    digits = re.sub(r"[:-]", "", text.strip().lower())
    if not re.fullmatch(r"[0-9a-f]{12}", digits):
        raise ValueError("not an Ethernet address")
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2))


def parse_client(actions: Sequence[tuple[str, str]]) -> Client:
    """Return what the printer's answers to `QUESTIONS` say; what cannot be read counts as not answered."""
    said = dict(actions)
    interval = said.get("GetPollInterval", "")
    encodings = said.get("Encodings", "")
    return Client(
        type=said.get("ClientType"),
        version=said.get("ClientVersion"),
        poll_seconds=int(interval) if re.fullmatch(r"[0-9]{1,6}", interval) else None,
        encodings=tuple(part for part in (part.strip().lower() for part in encodings.split(";")) if part),
        width_dots=_width_dots(said.get("PageInfo", "")),
    )


def poll_answer(job_token: str | None, delete_method: str = "DELETE", ask: Sequence[str] = ()) -> bytes:
    """Return the answer to a poll.

    Args:
        job_token: of the slip that waits, None where there is none. It can be had as a picture.
        delete_method: `DELETE`, or `GET` where a proxy lets no DELETE pass.
        ask: of `QUESTIONS`; never together with a job, because the printer would see to the questions only.
    """
    answer: dict[str, Any] = {"jobReady": job_token is not None}
    if job_token is not None:
        answer |= {"mediaTypes": [PNG], "jobToken": job_token, "deleteMethod": delete_method}
    elif ask:
        answer["clientAction"] = [{"request": question, "options": ""} for question in ask]
    return json.dumps(answer).encode("ascii")


def is_offered(media_type: str | None) -> bool:
    """Say whether a slip can be had in this form: as a picture, or as the server likes, where none is named.

    Args:
        media_type: as in the query, perhaps with parameters behind a semicolon.
    """
    return not media_type or media_type.split(";")[0].strip().lower() == PNG


SLIP_HEADERS = {"X-Star-Cut": "partial; feed=true", "X-Star-ImageDitherPattern": "none"}
"""They go with a slip as a picture: cut behind it, and no dithering of what is black and white already."""


_ENDS = {410: "paper_out", 520: "timed_out"}
_REFUSALS = {510, 511, 512, 521}


def error_of(code: Code) -> PrinterError | None:
    """Return why a slip was not printed, None where it was.

    Codes are known by their first digits too: the guide asks servers not to depend on every single one.

    Args:
        code: of a confirmation, or of a poll after a slip was fetched.
    """
    if code.fine:
        return None
    said = f"The printer answered {code.number}{' ' + code.text if code.text else ''}."
    if code.number in _ENDS:
        word = _ENDS[code.number]
    elif code.number in _REFUSALS:
        word = "job_refused"
    elif code.number // 10 == 42:
        word = "cover_open"
    else:
        word = "fault"
    return PrinterError(word, said)


def clean(text: str) -> str:
    """Return `text` on one line and without what cannot be stored or shown: control characters, half surrogates."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _text(facts: Mapping[str, Any], name: str) -> str | None:
    value = facts.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise ValueError(f"{name} must be a text of at most {MAX_TEXT} characters")
    return clean(value)


def _actions(value: Any) -> tuple[tuple[str, str], ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or len(value) > MAX_ACTIONS:
        raise ValueError("clientAction must be a short list")
    found = []
    for action in value:
        if not isinstance(action, dict) or not isinstance(action.get("request"), str):
            raise ValueError("a clientAction needs its request")
        result = action.get("result")
        # Most answers are texts; PageInfo comes as an object, from some firmware as the text of one.
        written = result if isinstance(result, str) else json.dumps(result)
        found.append((clean(action["request"])[:MAX_TEXT], clean(written)[: 4 * MAX_TEXT]))
    return tuple(found)


def _width_dots(text: str) -> int | None:
    try:
        page = json.loads(text)
        dots = float(page["printWidth"]) * float(page["horizontalResolution"])
        return round(dots) if 0 < dots < 10_000 else None
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
