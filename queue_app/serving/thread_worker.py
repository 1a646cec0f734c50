"""A gunicorn worker of threads that ends open sockets in good order; gunicorn's own waits for them until it is killed."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from queue_app.serving.farewell import FAREWELL_SECONDS, open_sockets, pause_between, shut


class SocketThreadWorker(ThreadWorker):
    """Serves each request, and each socket for as long as it is open, in a thread."""

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
