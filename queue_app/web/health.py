"""Alive, ready, measured: what a supervisor and a monitor ask."""

from __future__ import annotations

import ipaddress
import platform
from collections.abc import Callable, Iterable
from typing import Any

from flask import Blueprint, Response, current_app, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from queue_app.access import caller
from queue_app.domain.errors import QueueError
from queue_app.operations.backups import last_backup_at
from queue_app.operations.vital_signs import VitalSigns, vital_signs
from queue_app.version import VERSION
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
    told: Callable[[CollectorRegistry], bytes] = current_app.extensions["queue_metrics"].text
    return Response(told(_as_it_stands()), content_type=CONTENT_TYPE_LATEST)


class _Told(Collector):
    """Figures that are read when somebody asks: unlike gauges, they are kept nowhere, by no process."""

    def __init__(self) -> None:
        self._families: list[GaugeMetricFamily] = []

    def gauge(self, name: str, meaning: str, *labels: str) -> GaugeMetricFamily:
        """Return a new figure."""
        self._families.append(GaugeMetricFamily(f"queue_{name}", meaning, labels=labels))
        return self._families[-1]

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Return them all."""
        return self._families


def _as_it_stands() -> CollectorRegistry:
    """Return what the database says: the same whichever of several workers is asked."""
    told = _Told()
    gauge = told.gauge
    build = gauge("build_info", "Always 1; which release runs", "version", "python")
    build.add_metric([VERSION, platform.python_version()], 1)
    signs = vital_signs(context(), lobbies())
    _of_branches(signs, gauge)
    waiting = gauge("outgoing_waiting", "What waits to be sent", "kind")
    oldest = gauge("outgoing_oldest_seconds", "Age of what has waited longest to be sent", "kind")
    failed = gauge("outgoing_failed", "What was given up, as far back as it is kept", "kind")
    for kind, queue in signs.queues.items():
        waiting.add_metric([kind], queue.waiting)
        oldest.add_metric([kind], queue.oldest_seconds)
        failed.add_metric([kind], queue.failed)
    last = last_backup_at(current_app.extensions["queue_settings"].data_dir)
    if last is not None:
        gauge("last_backup_timestamp_seconds", "When the last good backup of this machine was begun").add_metric(
            [], last
        )
    registry = CollectorRegistry()
    registry.register(told)
    return registry


def _of_branches(signs: VitalSigns, gauge: Callable[..., GaugeMetricFamily]) -> None:
    waiting = gauge("waiting", "Tickets waiting", "branch", "service")
    longest = gauge("longest_wait_seconds", "Longest wait so far", "branch", "service")
    counters = gauge("counters", "Counters by state", "branch", "state")
    jobs = gauge("print_jobs", "Slips that have not come out", "branch")
    oldest_slip = gauge("oldest_print_job_seconds", "Age of the oldest slip that has not come out", "branch")
    down = gauge("printers_down", "Printers that certainly print nothing now", "branch")
    printers = gauge("printers", "Printers that are switched on, by status", "branch", "status")
    screens = gauge("screens", "Screens that listen, to whichever process", "branch")
    named = gauge("named_screens", "Paired screens by how they stand", "branch", "health")
    for branch in signs.branches:
        for service, (number, seconds) in branch.figures.waiting.items():
            waiting.add_metric([branch.slug, service], number)
            longest.add_metric([branch.slug, service], seconds)
        for state, number in branch.figures.counters.items():
            counters.add_metric([branch.slug, state], number)
        jobs.add_metric([branch.slug], branch.figures.unfinished_slips)
        oldest_slip.add_metric([branch.slug], branch.oldest_slip_seconds)
        down.add_metric([branch.slug], branch.printers_down)
        for status, number in branch.printers.items():
            printers.add_metric([branch.slug, status], number)
        screens.add_metric([branch.slug], branch.screens_connected)
        for word, number in branch.screens.items():
            named.add_metric([branch.slug, word], number)


@operation(
    health, "GET", "/api/v1/openapi.json",
    summary="This document.", scopes=EVERYBODY, answers={200: {"type": "object"}},
)  # fmt: skip
def openapi(who: None, body: None, query: dict[str, Any]) -> Any:
    """Describe every path."""
    return reply(document())
