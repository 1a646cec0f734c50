"""The door for printers that fetch their slips: CloudPRNT and Server Direct Print, without cookies, pages or CSRF tokens."""

from __future__ import annotations

import logging
from typing import Any

from flask import Blueprint, Response, current_app, request
from flask.blueprints import BlueprintSetupState
from werkzeug.exceptions import HTTPException

from queue_app.domain.errors import QueueError
from queue_app.errors import status_of
from queue_app.operations.pull_printing import PICTURE, PICTURE_HEADERS, PullPrinting
from queue_app.operations.pull_recognition import CLOUDPRNT, SERVER_DIRECT_PRINT, PullPrinter
from queue_app.web.pull_credentials import Credentials

log = logging.getLogger("queue.pull")

pull_printers = Blueprint("pull_printers", __name__)

XML = "text/xml; charset=utf-8"
SETTING_FILE = "cloudprnt-setting.json"
"""Newer Star firmware asks for it beside the address it was given; 404 says that this server speaks HTTP, not MQTT."""


@pull_printers.record_once
def _set_up(state: BlueprintSetupState) -> None:
    extensions = state.app.extensions
    settings, context = extensions["queue_settings"], extensions["queue_context"]
    key, tell = settings.signing_key(), extensions["queue_printing_news"]
    extensions["queue_pull_printing"] = PullPrinting(context, key, settings.print_max_age, tell)
    extensions["queue_pull_credentials"] = Credentials(context, key, extensions["queue_pull_failure_limit"])


@pull_printers.get(f"/printers/{SETTING_FILE}")
@pull_printers.get(f"/printers/cloudprnt/{SETTING_FILE}")
def no_settings() -> Response:
    """Say that there is no MQTT here, to anybody: it says nothing else."""
    return _plain(404)


@pull_printers.post("/printers/cloudprnt")
@pull_printers.post("/printers/cloudprnt/<token>")
def poll(token: str | None = None) -> Response:
    """Answer a Star printer's poll."""
    printer = _recognised(CLOUDPRNT, token)
    return _answer(_printing().poll(printer, request.get_data()), "application/json")


@pull_printers.get("/printers/cloudprnt")
@pull_printers.get("/printers/cloudprnt/<token>")
def fetch(token: str | None = None) -> Response:
    """Hand a Star printer its slip; a GET that says `delete` is the confirmation of a printer told to confirm so."""
    printer = _recognised(CLOUDPRNT, token)
    if "delete" in request.args:
        return _confirm(printer)
    asked = request.args
    slip = _printing().fetch(printer, asked.get("token") or None, asked.get("mac"), asked.get("type"))
    answer = _answer(slip, PICTURE)
    answer.headers.update(PICTURE_HEADERS)
    return answer


@pull_printers.delete("/printers/cloudprnt")
@pull_printers.delete("/printers/cloudprnt/<token>")
def confirm(token: str | None = None) -> Response:
    """Take in how a Star printer says that its slip ended."""
    return _confirm(_recognised(CLOUDPRNT, token))


@pull_printers.post("/printers/epson-sdp")
@pull_printers.post("/printers/epson-sdp/<token>")
def direct_print(token: str | None = None) -> Response:
    """Answer an Epson printer, whatever it came with."""
    printer = _recognised(SERVER_DIRECT_PRINT, token)
    # Its form is read by its own parser: the framework's would take files, too.
    return _answer(_printing().direct_print(printer, request.get_data(parse_form_data=False)), XML)


def _confirm(printer: PullPrinter) -> Response:
    said = request.args
    _printing().confirm(printer, said.get("token") or None, said.get("mac"), said.get("code", ""))
    return _plain(200)


def _recognised(kind: str, token: str | None) -> PullPrinter:
    credentials: Credentials = current_app.extensions["queue_pull_credentials"]
    return credentials.printer(kind, token)


def _printing() -> PullPrinting:
    found: PullPrinting = current_app.extensions["queue_pull_printing"]
    return found


def _answer(body: bytes, media_type: str) -> Response:
    answer = Response(body, content_type=media_type)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _plain(status: int, word: str = "") -> Response:
    answer = Response(word, status, content_type="text/plain; charset=utf-8")
    answer.headers["Cache-Control"] = "no-store"
    return answer


@pull_printers.errorhandler(QueueError)
def _refused(error: QueueError) -> Response:
    # Devices read the number; the word is for whoever looks at the traffic.
    if error.code == "bad_request":
        log.info("%s %s: not understood: %s", request.method, request.url_rule, error.details.get("problem"))
    answer = _plain(status_of(error), error.code)
    if error.code == "too_many_requests":
        answer.headers["Retry-After"] = str(error.details.get("retry_after_seconds", 1))
    if error.code == "invalid_token" and request.endpoint is not None:
        credentials: Credentials = current_app.extensions["queue_pull_credentials"]
        epson = request.endpoint.endswith(".direct_print")
        answer.headers["WWW-Authenticate"] = credentials.challenge(
            digest=epson, stale=error.details.get("stale", False)
        )
    return answer


@pull_printers.errorhandler(HTTPException)
def _refused_http(error: HTTPException) -> Any:
    return _plain(error.code or 500)


@pull_printers.errorhandler(Exception)
def _fault(error: Exception) -> Response:
    log.exception("%s %s failed", request.method, request.url_rule, exc_info=error)
    return _plain(500, "internal_error")
