"""A gunicorn worker of threads that ends open sockets in good order; gunicorn's own waits for them until it is killed."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import Any

from engineio.async_drivers._websocket_wsgi import SimpleWebSocketWSGI
from gunicorn.workers.gthread import ThreadWorker
from simple_websocket import ConnectionClosed

from queue_app.serving.farewell import FAREWELL_SECONDS, open_sockets, pause_between, shut


class LastWord(threading.Thread):
    """Reads a line, and wakes whoever waits for its next word when there will be none.

    The library wakes him just before it notes that a message was too long; he may find the line open still, and would wait for
    ever.
    """

    def __init__(self, target: Any) -> None:
        """Take the method that reads."""
        super().__init__(target=target)
        self._line = target.__self__

    def run(self) -> None:
        """Read to the end."""
        try:
            super().run()
        finally:
            self._line.connected = False
            self._line.event.set()


class GoneOrClosed(SimpleWebSocketWSGI):  # type: ignore[misc]
    """A WebSocket in a thread whose closing finds the other side gone without complaining.

    The thread that reads may take the socket down between the writer's question whether it is open and the writer's last
    frame; the library's own answers with an error that would end the writer's thread with a trace in the log. It would also
    gather a message of any length before asking whether that is too long.
    """

    def __init__(self, handler: Any, server: Any) -> None:
        """Take what Engine.IO hands over; a longer message than it allows ends the line while it arrives."""
        super().__init__(handler, server, max_message_size=server.max_http_buffer_size, thread_class=LastWord)

    def close(self) -> None:
        """Say the last word, where anybody is there to hear it."""
        with contextlib.suppress(OSError, ConnectionClosed):
            super().close()


class SocketThreadWorker(ThreadWorker):
    """Serves each request, and each socket for as long as it is open, in a thread."""

    def load_wsgi(self) -> None:
        """Load the application and let its sockets end as this worker's do."""
        super().load_wsgi()
        self.wsgi.extensions["socketio"].server.eio._async["websocket"] = GoneOrClosed

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Take no more connections, answer what was asked, and say goodbye to open sockets meanwhile."""
        if self.alive:
            threading.Thread(target=self._say_goodbye, daemon=True).start()
        super().handle_exit(sig, frame)

    def _say_goodbye(self) -> None:
        sockets = open_sockets(self.wsgi)
        for each in sockets:
            with contextlib.suppress(Exception):  # it may have gone by itself
                each.close(wait=False)
            time.sleep(pause_between(len(sockets)))
        time.sleep(FAREWELL_SECONDS)
        for each in sockets:
            shut(each)
