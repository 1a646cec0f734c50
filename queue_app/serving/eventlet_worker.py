"""A gunicorn worker that runs on eventlet.

gunicorn dropped its own eventlet worker after 25.3; this one stands on what gunicorn 27 offers every cooperative worker and
adds an orderly end for open sockets. Why not the old release, see `docs/decisions/0003-own-eventlet-worker.md`.
"""

from __future__ import annotations

import os
import warnings

# psycopg waits for the server in C otherwise, which would hold the whole event loop; it reads this at import.
os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_selector")

with warnings.catch_warnings():
    # That eventlet is in maintenance is known, and weighed in the decision named above; a start need not say it each time.
    warnings.filterwarnings("ignore", r"\s*Eventlet is deprecated")
    import eventlet

eventlet.monkey_patch()

import contextlib  # noqa: E402
import gc  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from functools import partial  # noqa: E402
from typing import Any  # noqa: E402

import eventlet.greenio  # noqa: E402
import eventlet.hubs  # noqa: E402
import eventlet.wsgi  # noqa: E402
import greenlet  # noqa: E402
from gunicorn.workers.base_async import AsyncWorker  # noqa: E402

from queue_app.serving.farewell import FAREWELL_SECONDS, open_sockets, pause_between, shut  # noqa: E402

STOP_CHECK_SECONDS = 0.5
FIRST_REQUEST_SECONDS = 2.0
"""So long the first request of a connection that was just accepted is waited for at the end."""


class _Input:
    """Hands the request's socket to whoever upgrades it to a WebSocket."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def get_socket(self) -> Any:
        return self._client


class EventletWorker(AsyncWorker):
    """Serves each connection in a green thread."""

    def patch(self) -> None:
        """Tune the garbage collector and make the listening sockets green."""
        # A thousand screens are many objects that live long; the default thresholds make the collector walk through
        # them all the time, which was most of the slowest calls (docs/benchmarks.md).
        gc.set_threshold(50_000, 20, 1_000)
        self.sockets = [eventlet.greenio.GreenSocket(listener.sock) for listener in self.sockets]
        for listener in self.sockets:
            listener.setblocking(True)

    def load_wsgi(self) -> None:
        """Load the application and give it each request's socket the way eventlet's own server would."""
        super().load_wsgi()
        self.app_of_worker = self.wsgi
        self.wsgi = self._with_socket

    def _with_socket(self, environ: dict[str, Any], start_response: Any) -> Any:
        environ["eventlet.input"] = _Input(environ["gunicorn.socket"])
        return self.app_of_worker(environ, start_response)

    def init_process(self) -> None:
        """Begin as gunicorn's workers do, after patching."""
        self.patch()
        super().init_process()

    def handle_quit(self, sig: int, frame: Any) -> None:
        """End quickly, but in a green thread: a signal may come in the middle of the loop's own work."""
        eventlet.spawn(super().handle_quit, sig, frame)

    def handle_usr1(self, sig: int, frame: Any) -> None:
        """Reopen the logs, in a green thread as well."""
        eventlet.spawn(super().handle_usr1, sig, frame)

    def timeout_ctx(self) -> Any:
        """Return gunicorn's keep-alive limit as an eventlet timeout."""
        return eventlet.Timeout(self.cfg.keepalive or None, False)

    def is_already_handled(self, respiter: Any) -> bool:
        """Say whether a WebSocket took the connection over and nothing is left to answer."""
        if getattr(eventlet.wsgi.WSGI_LOCAL, "already_handled", False):
            eventlet.wsgi.WSGI_LOCAL.already_handled = False
            raise StopIteration
        return super().is_already_handled(respiter)

    def handle_request(self, listener_name: Any, req: Any, sock: Any, addr: Any) -> bool:
        """Answer one request, then let the others have their turn.

        A fast client's next request is there before this green thread asks for it, and a socket with data never waits: one
        busy client would hold the loop while the others' requests lie for seconds.
        """
        self._answering += 1
        self._fresh.discard(id(sock))
        try:
            handled: bool = super().handle_request(listener_name, req, sock, addr)
        finally:
            self._answering -= 1
        eventlet.sleep(0)
        return handled

    def run(self) -> None:
        """Accept and serve until told to stop, then let what is running come to its end."""
        self._pool = eventlet.GreenPool(self.worker_connections)
        self._answering = 0
        self._fresh: set[int] = set()
        acceptors = []
        for listener in self.sockets:
            acceptors.append(eventlet.spawn(self._accept, listener))
        while self.alive:
            self.notify()
            eventlet.sleep(STOP_CHECK_SECONDS)
        self.notify()
        for acceptor in acceptors:
            acceptor.kill()
        self._say_goodbye()
        # Requests that are being answered are waited for, and the first of who has just come; connections that only stay open
        # for the next one are not.
        last_call = time.monotonic() + FIRST_REQUEST_SECONDS
        with eventlet.Timeout(self.cfg.graceful_timeout, False):
            while self._answering or (self._fresh and time.monotonic() < last_call):
                self.notify()
                eventlet.sleep(0.05)

    def _accept(self, listener: Any) -> None:
        while True:
            client, address = listener.accept()
            self._fresh.add(id(client))
            self._pool.spawn_n(partial(self._serve, listener), client, address)

    def _serve(self, listener: Any, client: Any, address: Any) -> None:
        with contextlib.suppress(greenlet.GreenletExit):
            self.handle(listener, client, address)
        self._fresh.discard(id(client))
        client.close()

    def _say_goodbye(self) -> None:
        """Tell every open socket that the server goes, so that browsers come back at once instead of waiting."""
        sockets = open_sockets(self.app_of_worker)
        for each in sockets:
            eventlet.spawn_n(partial(each.close, wait=False))
            eventlet.sleep(pause_between(len(sockets)))
        eventlet.sleep(FAREWELL_SECONDS)
        for each in sockets:
            shut(each)


assert "psycopg" not in sys.modules or os.environ["PSYCOPG_WAIT_FUNC"] == "wait_selector"
