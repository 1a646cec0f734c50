"""gunicorn's settings, made from the product's own."""

from __future__ import annotations

import os
import shutil
from typing import Any

from queue_app.config import Settings
from queue_app.logs import for_gunicorn

_settings = Settings.from_environment()

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = _settings.workers
worker_class = {
    "eventlet": "queue_app.serving.eventlet_worker.EventletWorker",
    "threading": "queue_app.serving.thread_worker.SocketThreadWorker",
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
# Several workers keep their figures together; the variable is read where `prometheus_client` is imported first.
_figures = _settings.data_dir / "metrics"
if workers > 1:
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_figures)
loglevel = _settings.log_level.lower()
logger_class = "queue_app.serving.server_log.ServerLog"
logconfig_dict = for_gunicorn(_settings.log_level, _settings.log_format)


def on_starting(_server: Any) -> None:
    """Begin to count at nothing."""
    if workers > 1:
        shutil.rmtree(_figures, ignore_errors=True)
        _figures.mkdir(parents=True)


def child_exit(_server: Any, worker: Any) -> None:
    """Forget what only a living worker can say."""
    if workers > 1:
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(worker.pid)


def post_worker_init(worker: Any) -> None:
    """Start what runs beside the requests, once in each worker."""
    import gc

    gc.freeze()
    application = _application(worker)
    if worker.age == 1:  # said once, not by each worker
        application.extensions["queue_tell_set_up"]()
    application.extensions["queue_background"].start()


def worker_exit(_server: Any, worker: Any) -> None:
    """Let the spooler finish the slips it is sending."""
    application = _application(worker)
    if application is not None:
        application.extensions["queue_background"].stop()


def _application(worker: Any) -> Any:
    return getattr(worker, "app_of_worker", None) or worker.wsgi
