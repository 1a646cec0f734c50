"""What this process counts of its own work, for Prometheus; the rest is read from the database when somebody asks."""

from __future__ import annotations

import os

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

# When a figure began is a figure more for each, which nobody asks for.
disable_created_metrics()  # type: ignore[no-untyped-call]

SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)

SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""Variable that names the folder in which several workers keep their figures together; gunicorn's settings set it."""


class Metrics:
    """The figures of one process; with several workers, whichever is asked answers for all of them."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self.registry = CollectorRegistry()
        self.commits = Histogram(
            "queue_commit_seconds",
            "From the request of an operation to its commit",
            ["action"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self.requests = Histogram(
            "queue_request_seconds",
            "How long requests took",
            ["route", "status"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self.events = Counter(
            "queue_events_published", "Events told to screens, desks and visitors", registry=self.registry
        )
        self.failed_sign_ins = Counter("queue_sign_ins_failed", "Sign-ins that were refused", registry=self.registry)
        self.sockets = Gauge(
            "queue_socket_connections", "Open socket connections", multiprocess_mode="livesum", registry=self.registry
        )
        self.background = Gauge(
            "queue_background_last_run_timestamp_seconds",
            "When what runs beside the requests last came to its end, in the worker where that is longest ago",
            ["task"],
            multiprocess_mode="livemin",
            registry=self.registry,
        )

    def text(self, also: CollectorRegistry) -> bytes:
        """Return these figures and those of `also`, in the form that Prometheus reads."""
        own = self.registry
        if os.environ.get(SHARED):
            own = CollectorRegistry()
            MultiProcessCollector(own)  # type: ignore[no-untyped-call]
        return generate_latest(own) + generate_latest(also)
