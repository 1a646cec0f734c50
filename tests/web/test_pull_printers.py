"""Printers that fetch their slips: whole conversations after the vendors' documents, and those who only pretend.

[G] is "Star CloudPRNT Developer Guide", Rev 1.4; [P] is "Star CloudPRNT Protocol Guide", Ver. 2.4.0; [S] is Epson's "Server
Direct Print User's Manual".
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode
from xml.etree import ElementTree

import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from queue_app.clock import SimulatedClock
from queue_app.domain.printing import JobNews, PrinterNews
from queue_app.operations.printer_setup import DIGEST_REALM, PrinterWish, add_printer, new_printer_token
from queue_app.operations.printing import PULL_CLAIM_SECONDS
from queue_app.operations.pull_printing import EPSON_AGAIN_SECONDS, HEARTBEAT_SECONDS
from queue_app.operations.unit_of_work import Context
from queue_app.store.models import PrinterRow, PrintJob
from queue_app.web.pull_credentials import NONCE_SECONDS
from tests.factories import Brno
from tests.web.callers import rows_of

STAR = "/printers/cloudprnt"
EPSON = "/printers/epson-sdp"
MAC = "00:11:62:0a:bc:de"
EPOS_PRINT = "http://www.epson-pos.com/schemas/2011/03/epos-print"


@dataclass
class Device:
    """A printer far away, with what was entered in it."""

    app: Flask
    id: int
    password: str
    told: list[Any] = field(default_factory=list)

    def call(self, method: str, path: str, **options: Any) -> TestResponse:
        """Make one request with HTTP Basic; no answer ever sets a cookie or is a page."""
        answer = self.app.test_client().open(path, method=method, **{"auth": (str(self.id), self.password), **options})
        assert "Set-Cookie" not in answer.headers and answer.mimetype != "text/html"
        return answer

    # Star

    def poll(self, code: str = "200%20OK", **facts: Any) -> dict[str, Any]:
        """Poll as a Star printer does."""
        body = {"status": "23 6 0 0 0 0 0 0 0 ", "printerMAC": MAC, "statusCode": code, "clientAction": None, **facts}
        answer = self.call("POST", STAR, json=body)
        assert answer.status_code == 200 and answer.mimetype == "application/json"
        said: dict[str, Any] = answer.json
        return said

    def get(self, **query: str) -> TestResponse:
        """Fetch as a Star printer does."""
        return self.call("GET", STAR, query_string={"mac": MAC, "type": "image/png", **query})

    def delete(self, code: str = "200 OK", **query: str) -> TestResponse:
        """Confirm as a Star printer does."""
        return self.call("DELETE", STAR, query_string={"mac": MAC, "code": code, **query})

    # Epson

    def post(self, **fields: str) -> TestResponse:
        """Make a request as an Epson printer does."""
        return self.call("POST", EPSON, data=urlencode({"ID": str(self.id), **fields}), content_type=FORM)

    def ask(self) -> list[tuple[str, bytes]]:
        """Ask for slips; return names and commands of those that came."""
        answer = self.post(ConnectionType="GetRequest", Name="TM-m30")
        assert answer.status_code == 200 and answer.content_type == "text/xml; charset=utf-8"
        if not answer.data:
            return []
        root = ElementTree.fromstring(answer.data)
        assert root.tag == "PrintRequestInfo" and root.get("Version") == "2.00"
        return [
            (job.findtext("Parameter/printjobid", ""), bytes.fromhex(job.findtext(f".//{{{EPOS_PRINT}}}command", "")))
            for job in root.iter("ePOSPrint")
        ]

    def result(self, name: str, success: bool = True, code: str = "", status: int = 0x0F000016) -> TestResponse:
        """Tell how a slip ended."""
        return self.post(ConnectionType="SetResponse", ResponseFile=result_of(name, success, code, status))

    # What became of it

    def states(self) -> list[tuple[str, str | None]]:
        """Return state and error of every slip of this printer, oldest first."""
        with self._context.database.reading() as connection:
            rows = connection.execute(
                select(PrintJob.state, PrintJob.error_code).where(PrintJob.printer_id == self.id).order_by(PrintJob.id)
            )
            return [(row.state, row.error_code) for row in rows]

    @property
    def row(self) -> Any:
        """The printer as it is stored."""
        with self._context.database.reading() as connection:
            return connection.execute(select(PrinterRow.__table__).where(PrinterRow.id == self.id)).one()

    @property
    def _context(self) -> Context:
        found: Context = self.app.extensions["queue_context"]
        return found


FORM = "application/x-www-form-urlencoded"


def result_of(name: str, success: bool, code: str, status: int) -> str:
    """Return the XML in which an Epson printer says how a slip ended, version 2.00 of [S]."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\r\n<PrintResponseInfo Version="2.00">\r\n  <ePOSPrint>\r\n    <Parameter>'
        f"<devid>local_printer</devid><printjobid>{name}</printjobid></Parameter>\r\n    <PrintResponse>"
        f'<response xmlns="{EPOS_PRINT}" success="{"true" if success else "false"}" code="{code}" status="{status}" '
        'battery="0"/></PrintResponse>\r\n  </ePOSPrint>\r\n</PrintResponseInfo>\r\n'
    )


@pytest.fixture
def told(application: Flask) -> list[Any]:
    """Everything that screens are told of printing."""
    news: list[Any] = []
    application.extensions["queue_pull_printing"]._tell = news.append
    return news


@pytest.fixture
def device_of(application: Flask, brno: Brno, told: list[Any]) -> Callable[..., Device]:
    """Make a printer of a kind, with a password."""

    def make(kind: str, name: str = "", **address: str) -> Device:
        printer_id = add_printer(brno.context, "brno", PrinterWish(name or kind, kind, address))
        return Device(application, printer_id, new_printer_token(brno.context, "brno", printer_id), told)

    return make


@pytest.fixture
def star(device_of: Callable[..., Device]) -> Device:
    """A Star printer that has answered the server's questions."""
    device = device_of("cloudprnt", mac=MAC.upper())
    device.poll()
    return device


@pytest.fixture
def epson(device_of: Callable[..., Device]) -> Device:
    """An Epson printer."""
    return device_of("server_direct_print")


@contextmanager
def nothing_changes(context: Context) -> Iterator[None]:
    """Fail if a slip or a printer differs afterwards."""
    before = rows_of(context, "print_job", "printer", "printer_event")
    yield
    assert rows_of(context, "print_job", "printer", "printer_event") == before


# --- CloudPRNT -------------------------------------------------------------------------------------


def test_a_star_printer_polls_fetches_and_confirms(star: Device, brno: Brno) -> None:
    # [G] 1 "Printing Process", 3, 4, 5.
    assert star.poll() == {"jobReady": False}
    taken = brno.take(printer_id=star.id)
    offer = star.poll()
    assert offer["jobReady"] is True and offer["mediaTypes"] == ["image/png"] and offer["deleteMethod"] == "DELETE"
    slip = star.get(token=offer["jobToken"])
    assert slip.status_code == 200 and slip.content_type == "image/png"
    assert slip.data.startswith(b"\x89PNG\r\n\x1a\n")
    assert slip.headers["X-Star-Cut"] == "partial; feed=true" and slip.headers["X-Star-ImageDitherPattern"] == "none"
    assert star.states() == [("sending", None)]
    assert star.delete(token=offer["jobToken"]).status_code == 200
    assert star.states() == [("printed", None)]
    assert star.told[-1] == JobNews("brno", taken.ticket.id, "A001", "printed", None)
    assert star.poll() == {"jobReady": False}


def test_the_server_asks_a_new_printer_about_itself_once(device_of: Callable[..., Device]) -> None:
    # [G] 3 "Client action".
    star = device_of("cloudprnt")
    asked = [action["request"] for action in star.poll()["clientAction"]]
    assert asked == ["ClientType", "ClientVersion", "GetPollInterval", "Encodings", "PageInfo"]
    answers = [
        {"request": "ClientType", "result": "Star mC-Print3"},
        {"request": "GetPollInterval", "result": "600"},
        {"request": "Encodings", "result": "text/plain"},
        {"request": "PageInfo", "result": {"printWidth": "48", "horizontalResolution": "8"}},
    ]
    assert star.poll(clientAction=answers) == {"jobReady": False}


def test_a_slip_goes_before_questions(device_of: Callable[..., Device], brno: Brno) -> None:
    # [G] 3: with both, the printer would see to the questions only.
    star = device_of("cloudprnt")
    brno.take(printer_id=star.id)
    offer = star.poll()
    assert offer["jobReady"] is True and "clientAction" not in offer


def test_every_step_may_come_twice(star: Device, brno: Brno) -> None:
    # [G] 4: "simply re-sending the same GET should result in re-downloading the same job"; [P] DELETE has a retry count.
    brno.take(printer_id=star.id), brno.take(printer_id=star.id)
    offer = star.poll()
    assert star.poll() == offer
    token = offer["jobToken"]
    assert star.get(token=token).data == star.get(token=token).data
    assert star.delete(token=token).status_code == star.delete(token=token, retry="1").status_code == 200
    assert star.states() == [("printed", None), ("queued", None)]
    assert star.get(token=token).status_code == 404
    assert star.delete(code="520", token=token).status_code == 200
    assert star.states() == [("printed", None), ("queued", None)]
    second = star.poll()["jobToken"]
    assert second != token and star.get(token=second).status_code == 200


def test_a_slip_is_not_offered_while_it_is_being_printed_and_again_when_nobody_spoke_of_it(
    star: Device, brno: Brno, clock: SimulatedClock
) -> None:
    # [G] 9: "Print timeout recommended to be around 60s".
    brno.take(printer_id=star.id)
    offer = star.poll()
    star.get(token=offer["jobToken"])
    assert star.poll(printingInProgress=True)["jobReady"] is False
    clock.advance(seconds=PULL_CLAIM_SECONDS - 1)
    assert star.poll()["jobReady"] is False
    clock.advance(seconds=2)
    assert star.poll() == offer
    assert star.get(token=offer["jobToken"]).status_code == 200
    assert star.delete(token=offer["jobToken"]).status_code == 200
    assert star.states() == [("printed", None)]


def test_a_confirmation_counts_however_late_it_comes(star: Device, brno: Brno, clock: SimulatedClock) -> None:
    brno.take(printer_id=star.id)
    token = star.poll()["jobToken"]
    star.get(token=token)
    clock.advance(seconds=PULL_CLAIM_SECONDS * 3)
    assert star.delete(token=token).status_code == 200
    assert star.states() == [("printed", None)]


def test_paper_runs_out_in_the_middle_of_a_slip(star: Device, brno: Brno, clock: SimulatedClock) -> None:
    # [G] 5 "Print failure or error": a poll with the error, the usual polls, and a new GET when the printer is well again.
    taken = brno.take(printer_id=star.id)
    token = star.poll()["jobToken"]
    star.get(token=token)
    assert star.poll("410%20Out%20of%20paper") == {"jobReady": False}
    assert star.states() == [("queued", "paper_out")]
    assert JobNews("brno", taken.ticket.id, "A001", "queued", "paper_out") in star.told
    assert (star.row.status, star.row.last_error) == ("paper_out", "paper_out")
    for _ in range(10):
        clock.advance(seconds=5)
        assert star.poll("410%20Out%20of%20paper") == {"jobReady": False}
    assert star.states() == [("queued", "paper_out")]
    offer = star.poll("200%20OK")
    assert offer["jobToken"] == token
    assert star.row.status == "ready"
    assert star.get(token=token).status_code == star.delete(token=token).status_code == 200
    assert star.states()[0][0] == "printed"
    words = [news.status for news in star.told if isinstance(news, PrinterNews)]
    assert words == ["ready", "paper_out", "ready"]


def test_a_printer_that_is_well_again_does_not_wait_for_the_pause_to_end(star: Device, brno: Brno) -> None:
    brno.take(printer_id=star.id)
    star.get(token=star.poll()["jobToken"])
    star.poll("420 Cover open")
    assert star.states() == [("queued", "cover_open")]
    assert star.poll("200 OK")["jobReady"] is True


def test_a_printer_that_is_still_at_it_has_not_failed(star: Device, brno: Brno) -> None:
    brno.take(printer_id=star.id)
    token = star.poll()["jobToken"]
    star.get(token=token)
    star.poll("410 Out of paper", printingInProgress=True)
    assert star.states() == [("sending", None)] and star.row.status == "paper_out"
    star.delete(token=token)
    assert star.states() == [("printed", None)]


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("OK", ("printed", None)),
        ("200%20OK", ("printed", None)),
        ("510 Incompatible media", ("failed", "job_refused")),
        ("511", ("failed", "job_refused")),
        ("521 Too large", ("failed", "job_refused")),
        ("520 Timeout", ("queued", "timed_out")),
        ("410 Out of paper", ("queued", "paper_out")),
        ("420", ("queued", "cover_open")),
        ("411 Jam", ("queued", "fault")),
    ],
)
def test_how_confirmations_end_a_slip(star: Device, brno: Brno, code: str, state: tuple[str, str | None]) -> None:
    brno.take(printer_id=star.id)
    token = star.poll()["jobToken"]
    star.get(token=token)
    assert star.delete(code=code, token=token).status_code == 200
    assert star.states() == [state]


def test_firmware_that_knows_no_tokens(star: Device, brno: Brno) -> None:
    # [P]: `token` since HI01X 1.8 and mC-Print 3.2; before, "the current job" is meant.
    brno.take(printer_id=star.id), brno.take(printer_id=star.id)
    assert star.poll()["jobReady"] is True
    first = star.get()
    assert first.status_code == 200 and star.get().data == first.data
    assert star.delete("OK").status_code == 200
    assert star.delete("OK").status_code == 200, "the repeat must not end the next slip"
    assert star.states() == [("printed", None), ("queued", None)]


def test_a_printer_may_confirm_with_get(star: Device, brno: Brno) -> None:
    # [G] 5 "Alternative Print job confirmation (GET)".
    def address(**more: str) -> None:
        with brno.context.database.writing() as connection:
            values = {"address": {"mac": MAC, **more}}
            connection.execute(update(PrinterRow).where(PrinterRow.id == star.id).values(**values))

    brno.take(printer_id=star.id)
    address(confirm_method="GET")
    offer = star.poll()
    assert offer["deleteMethod"] == "GET"
    address()
    token = offer["jobToken"]
    star.get(token=token)
    answer = star.call("GET", f"{STAR}?mac={quote(MAC)}&code={quote('200 OK')}&token={token}&delete")
    assert answer.status_code == 200 and star.states() == [("printed", None)]


def test_a_slip_can_be_had_in_its_form_only(star: Device, brno: Brno) -> None:
    # [G] 4: 415 "if the request was for a content type that the server can not support".
    brno.take(printer_id=star.id)
    token = star.poll()["jobToken"]
    with nothing_changes(brno.context):
        assert star.get(token=token, type="text/plain").status_code == 415
    assert star.get(token=token, type="image/png; charset=utf-8").status_code == 200


def test_nothing_to_fetch_is_not_found(star: Device, brno: Brno) -> None:
    assert star.get().status_code == 404
    assert star.delete().status_code == 200


def test_a_star_printers_own_word_becomes_its_status(star: Device, clock: SimulatedClock) -> None:
    assert star.row.status == "ready"
    for code, word in (
        ("211 Paper low", "paper_low"), ("410 Out of paper", "paper_out"), ("420 Cover open", "cover_open"),
        ("411 Paper jam", "fault"), ("200 OK", "ready"),
    ):  # fmt: skip
        star.poll(code)
        assert star.row.status == word


def test_a_printer_that_stays_as_it_is_does_not_write_with_every_poll(star: Device, clock: SimulatedClock) -> None:
    begun = star.row.status_at
    clock.advance(seconds=HEARTBEAT_SECONDS - 1)
    star.poll()
    assert star.row.status_at == begun
    clock.advance(seconds=2)
    star.poll()
    assert star.row.status_at == clock.now()


def test_a_paused_printer_is_offered_nothing(star: Device, brno: Brno) -> None:
    brno.take(printer_id=star.id)
    with brno.context.database.writing() as connection:
        connection.execute(update(PrinterRow).where(PrinterRow.id == star.id).values(paused=True))
    assert star.poll()["jobReady"] is False and star.get().status_code == 404


def test_star_firmware_that_asks_for_mqtt_is_told_that_there_is_none(application: Flask) -> None:
    # [P] "Server setting information request (GET)": 404 means "server only supports CloudPRNT Version HTTP".
    for path in ("/printers/cloudprnt-setting.json", "/printers/cloudprnt/cloudprnt-setting.json"):
        answer = application.test_client().get(path, query_string={"mac": MAC, "replaced_path": "cloudprnt"})
        assert (answer.status_code, answer.data) == (404, b"")


# --- Server Direct Print ---------------------------------------------------------------------------


def test_an_epson_printer_asks_prints_and_tells(epson: Device, brno: Brno) -> None:
    # [S] 3: print request, response, printing result, response; without work the response is empty.
    assert epson.ask() == []
    taken = brno.take(printer_id=epson.id)
    ((name, commands),) = epson.ask()
    assert re.fullmatch(r"[A-Za-z0-9_.-]{1,30}", name)
    assert b"A001" in commands or b"\x1d" in commands
    answer = epson.result(name)
    assert (answer.status_code, answer.data, answer.content_type) == (200, b"", "text/xml; charset=utf-8")
    assert epson.states() == [("printed", None)]
    assert JobNews("brno", taken.ticket.id, "A001", "printed", None) in epson.told
    assert epson.row.status == "ready"
    assert epson.ask() == []


def test_an_epson_printer_that_asks_while_it_prints_gets_no_second_copy(
    epson: Device, brno: Brno, clock: SimulatedClock
) -> None:
    brno.take(printer_id=epson.id), brno.take(printer_id=epson.id)
    ((name, commands),) = epson.ask()
    clock.advance(seconds=EPSON_AGAIN_SECONDS - 1)
    assert epson.ask() == []
    # Its answer was lost on the way, or it was switched off: the same slip again, under the same name.
    clock.advance(seconds=2)
    assert epson.ask() == [(name, commands)]
    assert epson.result(name).status_code == epson.result(name).status_code == 200
    assert epson.states() == [("printed", None), ("queued", None)]
    ((second, _),) = epson.ask()
    assert second != name


@pytest.mark.parametrize(
    ("code", "status", "state", "word"),
    [
        ("EPTR_REC_EMPTY", 0x0F080008, ("queued", "paper_out"), "paper_out"),
        ("EPTR_COVER_OPEN", 0x0F000028, ("queued", "cover_open"), "cover_open"),
        ("EPTR_CUTTER", 0x0F000808, ("queued", "fault"), "fault"),
        ("EX_TIMEOUT", 1, ("queued", "timed_out"), "fault"),
        ("EX_BADPORT", 1, ("queued", "unplugged"), "offline"),
        ("SchemaError", 0x0F000014, ("failed", "job_refused"), "ready"),
    ],
)
def test_an_epson_printer_could_not_print(
    epson: Device, brno: Brno, code: str, status: int, state: tuple[str, str], word: str
) -> None:
    brno.take(printer_id=epson.id)
    ((name, _),) = epson.ask()
    assert epson.result(name, False, code, status).status_code == 200
    assert epson.states() == [state] and epson.row.status == word
    with nothing_changes(brno.context):
        assert epson.result(name, False, code, 1).status_code == 200


def test_a_failed_slip_comes_again_after_its_pause(epson: Device, brno: Brno, clock: SimulatedClock) -> None:
    brno.take(printer_id=epson.id)
    ((name, _),) = epson.ask()
    epson.result(name, False, "EPTR_COVER_OPEN", 0x0F000028)
    assert epson.ask() == []
    clock.advance(seconds=20)
    assert epson.ask()[0][0] == name
    epson.result(name)
    assert epson.states()[0][0] == "printed"


def test_a_status_notification(epson: Device, brno: Brno, clock: SimulatedClock) -> None:
    # [S] 4 "Status Notification": the example has the cover open (0x20) and the printer offline (8).
    example = (
        '<?xml version="1.0" encoding="utf-8"?>\n<statusmonitor Version="1.00">\n'
        '<printerstatus devicename="kitchen_printer" asbstatus = "0x00000001"/>\n'
        '<printerstatus devicename="local_printer" asbstatus = "0x0F00003C"/>\n</statusmonitor>'
    )
    answer = epson.post(ConnectionType="SetStatus", Status=example)
    assert (answer.status_code, answer.data) == (200, b"") and epson.row.status == "cover_open"
    epson.post(ConnectionType="SetStatus", Status=example.replace("0x0F00003C", "0x0F000014"))
    assert epson.row.status == "ready"


def test_an_epson_printer_that_could_not_read_the_answer(epson: Device, brno: Brno) -> None:
    # [S] 3, ResponseFile of version 3.00 with Success="false".
    brno.take(printer_id=epson.id)
    epson.ask()
    xml = (
        '<PrintResponseInfo Version="3.00"><ServerDirectPrint><Response Success="false"><ErrorSummary>Invalid XML format'
        "</ErrorSummary><ErrorDetail>x</ErrorDetail></Response></ServerDirectPrint></PrintResponseInfo>"
    )
    assert epson.post(ConnectionType="SetResponse", ResponseFile=xml).status_code == 200
    assert epson.states() == [("failed", "job_refused")]


def test_a_silent_epson_printer_that_comes_back_is_not_offline_any_more(epson: Device, brno: Brno) -> None:
    with brno.context.database.writing() as connection:
        connection.execute(update(PrinterRow).where(PrinterRow.id == epson.id).values(status="offline"))
    epson.ask()
    assert epson.row.status == "unknown" and epson.row.status_at is not None


# --- who is it? ------------------------------------------------------------------------------------


def test_nobody_and_wrong_passwords_get_nothing(star: Device, epson: Device, brno: Brno, application: Flask) -> None:
    brno.take(printer_id=star.id), brno.take(printer_id=epson.id)
    token = star.poll()["jobToken"]
    wrong: list[Any] = [
        None, ("", ""), (str(star.id), ""), (str(star.id), "guess"), ("far away", star.password), (str(epson.id), star.password),
        (str(star.id), star.row.token_hash), (str(star.id), star.row.digest_hash), ("0" + str(star.id), star.password),
    ]  # fmt: skip
    with nothing_changes(brno.context):
        for auth in wrong:
            for method, path in (
                ("POST", STAR),
                ("GET", f"{STAR}?token={token}"),
                ("DELETE", f"{STAR}?code=OK&token={token}"),
            ):
                answer = star.call(method, path, auth=auth, json={"statusCode": "200"} if method == "POST" else None)
                assert answer.status_code in {401, 429}
                if answer.status_code == 401:
                    assert answer.headers["WWW-Authenticate"].startswith("Basic ")
        answer = epson.call("POST", EPSON, auth=None, data="ConnectionType=GetRequest&ID=", content_type=FORM)
        assert answer.status_code == 401 and answer.headers["WWW-Authenticate"].startswith("Digest ")


def test_a_printer_of_one_kind_is_nobody_at_the_other_door(star: Device, epson: Device) -> None:
    as_epson = star.call("POST", EPSON, data="ConnectionType=GetRequest&ID=", content_type=FORM)
    as_star = epson.call("POST", STAR, json={"statusCode": "200"})
    assert as_epson.status_code == as_star.status_code == 401


def test_the_password_may_stand_in_the_address(star: Device, epson: Device, brno: Brno) -> None:
    brno.take(printer_id=star.id), brno.take(printer_id=epson.id)
    path = f"{STAR}/{star.password}"
    offer = star.call("POST", path, auth=None, json={"statusCode": "200", "printerMAC": MAC}).json
    query = {"token": offer["jobToken"], "mac": MAC}
    assert star.call("GET", path, auth=None, query_string=query).status_code == 200
    assert star.call("DELETE", path, auth=None, query_string={**query, "code": "OK"}).status_code == 200
    assert star.states() == [("printed", None)]
    answer = epson.call(
        "POST", f"{EPSON}/{epson.password}", auth=None, data="ConnectionType=GetRequest&ID=", content_type=FORM
    )
    assert b"<command>" in answer.data
    assert star.call("POST", f"{STAR}/guess", auth=None, json={"statusCode": "200"}).status_code == 404
    assert star.call("POST", f"{STAR}/{epson.password}", auth=None, json={"statusCode": "200"}).status_code == 404


def test_a_new_password_ends_the_old_one(star: Device, brno: Brno) -> None:
    new_printer_token(brno.context, "brno", star.id)
    assert star.call("POST", STAR, json={"statusCode": "200", "printerMAC": MAC}).status_code == 401


@pytest.mark.parametrize("mac", [None, "00:11:62:0a:bc:df"])
def test_another_device_with_the_right_password_is_sent_away(star: Device, brno: Brno, mac: str | None) -> None:
    # [G] 8: 403 for "IP or MAC is not in an allow list".
    brno.take(printer_id=star.id)
    token = star.poll()["jobToken"]
    query = {"token": token, **({"mac": mac} if mac else {})}
    with nothing_changes(brno.context):
        body = {"statusCode": "410", "printerMAC": mac}
        assert star.call("POST", STAR, json=body).status_code == 403
        assert star.call("GET", STAR, query_string=query).status_code == 403
        assert star.call("DELETE", STAR, query_string={**query, "code": "OK"}).status_code == 403


def test_a_printer_speaks_only_of_its_own_slips(
    star: Device, epson: Device, device_of: Callable[..., Device], brno: Brno
) -> None:
    other = device_of("cloudprnt", "other")
    other.poll()
    brno.take(printer_id=star.id), brno.take(printer_id=other.id), brno.take(printer_id=epson.id)
    token = star.poll()["jobToken"]
    star.get(token=token)
    ((name, _),) = epson.ask()
    number = token.split(".")[0]
    forged = [
        token,
        f"{number}.AAAAAAAAAAAAAAAA",
        number,
        f"{number}.",
        "1",
        "x",
        "é",
        "9" * 200,
        f"{int(number) + 1}{token[len(number) :]}",
    ]
    with nothing_changes(brno.context):
        for made_up in forged:
            assert other.get(token=made_up).status_code == 404
            assert other.delete(token=made_up).status_code == 404
            assert epson.result(made_up).status_code == 404
        both = (
            result_of(name, True, "", 2).replace("</PrintResponseInfo>\r\n", "")
            + result_of(token, True, "", 2).split("\r\n", 2)[2]
        )
        assert epson.post(ConnectionType="SetResponse", ResponseFile=both).status_code == 404


def test_failures_are_counted_by_address_and_printers_that_are_right_are_not_held_up(
    star: Device, application: Flask, clock: SimulatedClock
) -> None:
    allowed = application.extensions["queue_settings"].sign_in_attempts
    codes = [star.call("POST", STAR, auth=("1", "guess"), json={}).status_code for _ in range(allowed + 3)]
    assert codes == [401] * allowed + [429] * 3
    answer = star.call("POST", f"{STAR}/guess", auth=None, json={})
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) >= 1
    assert star.poll()["jobReady"] is False
    # To be asked for credentials is no failure: Epson's printers begin each time without any.
    assert star.call("POST", STAR, auth=None, json={}).status_code == 401
    clock.advance(minutes=1)
    assert star.call("POST", STAR, auth=("1", "guess"), json={}).status_code == 401


# --- Digest ----------------------------------------------------------------------------------------


def md5(text: str) -> str:
    """Hash as RFC 7616 does."""
    return hashlib.md5(text.encode()).hexdigest()


def digest(device: Device, nonce: str, **changed: str) -> dict[str, str]:
    """Return the header with which a client of RFC 7616 answers a challenge; empty values are left out."""
    said = {
        "username": str(device.id),
        "realm": DIGEST_REALM,
        "uri": EPSON,
        "nc": "00000001",
        "cnonce": "f00",
        "qop": "auth",
    }
    said |= {"nonce": nonce, "algorithm": "MD5", **{k: v for k, v in changed.items() if k != "password"}}
    first = md5(f"{said['username']}:{said['realm']}:{changed.get('password', device.password)}")
    middle = f"{nonce}:{said['nc']}:{said['cnonce']}:{said['qop']}" if said["qop"] else nonce
    said.setdefault("response", md5(f"{first}:{middle}:{md5('POST:' + said['uri'])}"))
    return {"Authorization": "Digest " + ", ".join(f'{name}="{value}"' for name, value in said.items() if value)}


def challenge_of(answer: TestResponse) -> str:
    """Return the nonce of a challenge."""
    assert answer.status_code == 401
    found = re.search(r'nonce="([^"]+)"', answer.headers["WWW-Authenticate"])
    assert found
    return found[1]


def ask_with(device: Device, headers: dict[str, str] | None = None) -> TestResponse:
    """Ask for slips with these headers."""
    return device.call(
        "POST", EPSON, auth=None, headers=headers, data="ConnectionType=GetRequest&ID=", content_type=FORM
    )


def test_an_epson_printer_proves_its_password_without_sending_it(epson: Device, brno: Brno) -> None:
    # [S] "Digest Access Authentication": a dummy request, 401, the request with the answer to the challenge.
    brno.take(printer_id=epson.id)
    nonce = challenge_of(ask_with(epson))
    answer = ask_with(epson, digest(epson, nonce))
    assert answer.status_code == 200 and b"<command>" in answer.data
    assert ask_with(epson, digest(epson, nonce, nc="00000002")).status_code == 200


def test_without_qop_a_challenge_is_good_for_one_request(epson: Device) -> None:
    # RFC 2069, which RFC 2617 still allows.
    nonce = challenge_of(ask_with(epson))
    old = digest(epson, nonce, qop="", nc="", cnonce="", algorithm="")
    assert ask_with(epson, old).status_code == 200
    again = ask_with(epson, old)
    assert again.status_code == 401 and "stale=true" in again.headers["WWW-Authenticate"]


def test_what_was_overheard_cannot_be_sent_again(epson: Device, clock: SimulatedClock) -> None:
    nonce = challenge_of(ask_with(epson))
    header = digest(epson, nonce)
    assert ask_with(epson, header).status_code == 200
    again = ask_with(epson, header)
    assert again.status_code == 401 and "stale=true" in again.headers["WWW-Authenticate"]
    clock.advance(seconds=NONCE_SECONDS + 2)
    late = ask_with(epson, digest(epson, nonce, nc="00000002"))
    assert "stale=true" in late.headers["WWW-Authenticate"]
    assert ask_with(epson, digest(epson, challenge_of(late))).status_code == 200


def test_what_a_digest_must_be(epson: Device, star: Device, clock: SimulatedClock) -> None:
    def refused(headers: dict[str, str]) -> bool:
        clock.advance(seconds=30)  # so that failures are never too many
        return ask_with(epson, headers).status_code == 401

    for changed in (
        {"password": "guess"}, {"username": str(star.id)}, {"username": "nobody"}, {"uri": STAR}, {"uri": "http://["},
        {"algorithm": "SHA-256"}, {"algorithm": "MD5-sess"}, {"qop": "auth-int"}, {"realm": "elsewhere"},
        {"response": "0" * 32}, {"nc": "zz"}, {"uri": EPSON + "?x=1"}, {"response": "é"},
    ):  # fmt: skip
        assert refused(digest(epson, challenge_of(ask_with(epson)), **changed)), changed
    for nonce in ("", "made-up", challenge_of(ask_with(epson))[:-2] + "xx"):
        assert refused(digest(epson, nonce))
    for header in ("Digest", "Digest x", "Basic", "Basic %%%", "Bearer abc", "Negotiate", "\xff"):
        assert refused({"Authorization": header})
    assert not refused(digest(epson, challenge_of(ask_with(epson))))


def test_a_star_printer_may_use_digest_too(star: Device) -> None:
    nonce = challenge_of(ask_with(star))
    header = digest(star, nonce, uri=STAR)
    answer = star.call("POST", STAR, auth=None, headers=header, json={"statusCode": "200", "printerMAC": MAC})
    assert answer.status_code == 200


# --- what cannot be understood ---------------------------------------------------------------------


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><PrintResponseInfo>&b;</PrintResponseInfo>'


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"printerMAC": "x"}', b'{"statusCode": "fine"}', b"\xff", b"[" * 60_000], ids=str
)
def test_a_poll_that_is_none_changes_nothing(star: Device, brno: Brno, body: bytes) -> None:
    brno.take(printer_id=star.id)
    with nothing_changes(brno.context):
        for kind in ("application/json", "text/plain", "multipart/form-data; boundary=x", None):
            assert star.call("POST", STAR, data=body, content_type=kind).status_code == 400


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"ConnectionType=Nothing", b"ConnectionType=SetResponse&ResponseFile=" + quote(BOMB).encode(),
     b"ConnectionType=SetResponse&ResponseFile=" + BOMB.encode(), b"ConnectionType=SetStatus&Status=<x>", b"%ff=%ff",
     b"--x\r\nContent-Disposition: form-data; name=ConnectionType\r\n\r\nGetRequest\r\n--x--"],
)  # fmt: skip
def test_a_form_that_is_none_changes_nothing(epson: Device, brno: Brno, body: bytes) -> None:
    brno.take(printer_id=epson.id)
    with nothing_changes(brno.context):
        for kind in (FORM, "application/json", "multipart/form-data; boundary=x", None):
            assert epson.call("POST", EPSON, data=body, content_type=kind).status_code == 400


def test_json_is_read_whatever_it_is_called(star: Device) -> None:
    body = json.dumps({"statusCode": "200", "printerMAC": MAC}).encode()
    for kind in ("application/json; charset=utf-8", "text/json", FORM):
        assert star.call("POST", STAR, data=body, content_type=kind).status_code == 200


def test_a_body_that_is_too_long_is_not_read(star: Device, epson: Device, application: Flask) -> None:
    body = b"x" * (application.extensions["queue_settings"].max_body + 1)
    assert star.call("POST", STAR, data=body).status_code == 413
    assert epson.call("POST", EPSON, data=body, content_type=FORM).status_code == 413


@pytest.mark.parametrize("query", ["code=fine", "", "code=", "code=%00", "code=200&mac=x"])
def test_a_confirmation_that_is_none_changes_nothing(star: Device, brno: Brno, query: str) -> None:
    brno.take(printer_id=star.id)
    token = star.poll()["jobToken"]
    star.get(token=token)
    with nothing_changes(brno.context):
        answer = star.call("DELETE", f"{STAR}?token={token}&{query}{'' if 'mac' in query else '&mac=' + quote(MAC)}")
        assert answer.status_code == 400


def test_a_slip_that_cannot_be_drawn_does_not_hold_up_those_behind_it(
    star: Device, epson: Device, brno: Brno, monkeypatch: pytest.MonkeyPatch
) -> None:
    for device in (star, epson):
        brno.take(printer_id=device.id), brno.take(printer_id=device.id)
    token = star.poll()["jobToken"]
    with monkeypatch.context() as broken:
        broken.setattr("queue_app.operations.pull_printing.render", lambda *_: 1 / 0)
        assert star.get(token=token).status_code == 404
        assert epson.ask() == []
    assert star.states() == epson.states() == [("failed", "job_refused"), ("queued", None)]
    assert star.poll()["jobReady"] is True and len(epson.ask()) == 1


def test_passwords_stand_in_no_log(
    star: Device, epson: Device, brno: Brno, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level("DEBUG")
    star.call("POST", f"{STAR}/{star.password}", auth=None, data=b"{")
    star.call("POST", STAR, data=b"{")
    monkeypatch.setattr("queue_app.operations.pull_printing.peek_job", lambda *_: 1 / 0)
    answer = star.call("POST", f"{STAR}/{star.password}", auth=None, json={"statusCode": "200", "printerMAC": MAC})
    assert (answer.status_code, answer.data) == (500, b"internal_error")
    assert "failed" in caplog.text and star.password not in caplog.text
