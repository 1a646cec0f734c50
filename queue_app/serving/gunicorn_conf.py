"""gunicorn's settings, made from the product's own."""

from __future__ import annotations

import os
from typing import Any

from queue_app.config import Settings

_settings = Settings.from_environment()

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = _settings.workers
worker_class = {
    "eventlet": "queue_app.serving.eventlet_worker.EventletWorker",
    "threading": "gthread",
}[_settings.async_mode]
worker_connections = 4000
threads = 1 if _settings.async_mode == "eventlet" else 200
keepalive = 75
graceful_timeout = 10
timeout = 60
control_socket_disable = True
# The kernel's sendfile needs a blocking socket; a green one is not, and every static file would come without its body.
sendfile = False
wsgi_app = "wsgi:app"
loglevel = _settings.log_level.lower()


def post_worker_init(worker: Any) -> None:
    """Start what runs beside the requests, once in each worker."""
    import gc

    gc.freeze()
    _application(worker).extensions["queue_background"].start()


def worker_exit(_server: Any, worker: Any) -> None:
    """Let the spooler finish the slips it is sending."""
    application = _application(worker)
    if application is not None:
        application.extensions["queue_background"].stop()


def _application(worker: Any) -> Any:
    return getattr(worker, "app_of_worker", None) or worker.wsgi
