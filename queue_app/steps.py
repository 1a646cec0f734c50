"""One step of something that runs for ever: whatever becomes of it, the next one is taken."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable

from queue_app.domain.errors import QueueError


def take(step: Callable[[], None], log: logging.Logger) -> None:
    """Take a step; that it was refused or failed is logged."""
    try:
        step()
    except QueueError as error:
        log.warning("%s: %s", step.__name__, error)
    except Exception:
        log.exception("%s failed", step.__name__)


def end_when_asked(stop: Callable[[], None]) -> None:
    """Let SIGTERM call `stop`, so that a worker ends after what is under way; only for the main thread."""
    # In a thread of its own: the main thread, which the signal interrupts, may hold the very lock that `stop` needs.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=stop, daemon=True).start())
