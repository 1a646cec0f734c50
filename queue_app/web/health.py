"""Alive, ready, measured: what a supervisor and a monitor ask."""

from __future__ import annotations

import ipaddress
from typing import Any

from flask import Blueprint, Response, current_app, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from queue_app.access import caller
from queue_app.domain.errors import QueueError
from queue_app.operations import views
from queue_app.web import schemas as s
from queue_app.web.openapi import document
from queue_app.web.operation import EVERYBODY, context, lobbies, operation, reply

health = Blueprint("health", __name__)


@operation(
    health, "GET", "/healthz",
    summary="The process is alive.", scopes=EVERYBODY, answers={200: s.thing({"status": s.TEXT})},
)  # fmt: skip
def healthz(who: None, body: None, query: dict[str, Any]) -> Any:
    """Answer."""
    return {"status": "alive"}


@operation(
    health, "GET", "/readyz",
    summary="The database (and Redis, where set) answers and is migrated.",
    scopes=EVERYBODY, answers={200: s.thing({"status": s.TEXT})}, errors=("not_ready",),
)  # fmt: skip
def readyz(who: None, body: None, query: dict[str, Any]) -> Any:
    """Check what the server stands on."""
    problem = current_app.extensions["queue_ready"]()
    if problem:
        raise QueueError("not_ready", problem=problem)
    return {"status": "ready"}


@operation(
    health, "GET", "/metrics",
    summary="Figures for Prometheus; from this machine, or with a token of scope reports.",
    scopes=EVERYBODY,
    answers={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    errors=("not_allowed", "invalid_token"),
)  # fmt: skip
def metrics(who: None, body: None, query: dict[str, Any]) -> Any:
    """Measure the queues as they stand."""
    known = caller()
    here = ipaddress.ip_address(request.remote_addr or "0.0.0.0").is_loopback
    if not here and not (known is not None and known.may("reports", None)):
        raise QueueError("not_allowed")
    registry = CollectorRegistry()
    waiting = Gauge("queue_waiting", "Tickets waiting", ["branch", "service"], registry=registry)
    longest = Gauge("queue_longest_wait_seconds", "Longest wait so far", ["branch", "service"], registry=registry)
    counters = Gauge("queue_counters", "Counters by state", ["branch", "state"], registry=registry)
    screens = Gauge("queue_screens", "Lobby screens that listen, to whichever process", ["branch"], registry=registry)
    jobs = Gauge("queue_print_jobs", "Unfinished slips", ["branch"], registry=registry)
    for slug in context().slugs().values():
        figures = views.live_figures(context(), slug)
        for service, (number, seconds) in figures.waiting.items():
            waiting.labels(slug, service).set(number)
            longest.labels(slug, service).set(seconds)
        for state, number in figures.counters.items():
            counters.labels(slug, state).set(number)
        screens.labels(slug).set(lobbies().number(context().setup(slug).id))
        jobs.labels(slug).set(figures.unfinished_slips)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


@operation(
    health, "GET", "/api/v1/openapi.json",
    summary="This document.", scopes=EVERYBODY, answers={200: {"type": "object"}},
)  # fmt: skip
def openapi(who: None, body: None, query: dict[str, Any]) -> Any:
    """Describe every path."""
    return reply(document())
