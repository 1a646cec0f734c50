"""Follows each request: its id, how long it took, a line in the log where that is wanted; never by its address."""

from __future__ import annotations

import logging
import re
import secrets

from flask import Flask, Response, g, request

from queue_app.clock import Clock
from queue_app.logs import request_id
from queue_app.metrics import Metrics

log = logging.getLogger("queue.access")

HEADER = "X-Request-ID"
_SANE = re.compile(r"[A-Za-z0-9._-]{8,64}")
_REFUSED = frozenset({400, 401, 403, 429})


def follow_requests(app: Flask, clock: Clock, metrics: Metrics, *, access_log: bool) -> None:
    """Follow the requests of `app`.

    Args:
        app: whose.
        clock: measures how long they take.
        metrics: is told of each.
        access_log: write a line for each.
    """

    def begin() -> None:
        given = request.headers.get(HEADER, "")
        g.request_id = given if _SANE.fullmatch(given) else secrets.token_hex(8)
        g.begun = clock.monotonic()
        request_id.set(g.request_id)

    def end(response: Response) -> Response:
        begun = g.get("begun")
        if begun is None:
            return response
        seconds = clock.monotonic() - begun
        # The route, not the path: in paths stand the tokens of visitors.
        route = f"{request.method} {request.url_rule}" if request.url_rule else "none"
        metrics.requests.labels(route, response.status_code).observe(seconds)
        if request.blueprint == "auth" and request.method == "POST" and response.status_code in _REFUSED:
            metrics.failed_sign_ins.inc()
        response.headers[HEADER] = g.request_id
        if access_log:
            _write(route, response, seconds)
        return response

    def forget(_error: BaseException | None) -> None:
        request_id.set("")

    # First of all: a refusal of the others is followed as well.
    app.before_request_funcs.setdefault(None, []).insert(0, begin)
    app.after_request(end)
    app.teardown_request(forget)


def _write(route: str, response: Response, seconds: float) -> None:
    milliseconds = round(seconds * 1000, 1)
    facts = {"route": route, "status": response.status_code, "milliseconds": milliseconds}
    branch = (request.view_args or {}).get("branch")
    if branch is not None:
        facts["branch"] = branch
    log.info("%s %d %.1f ms", route, response.status_code, milliseconds, extra=facts)
