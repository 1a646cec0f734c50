"""One step of something that runs for ever: whatever becomes of it, the next one is taken."""

from __future__ import annotations

import logging
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
