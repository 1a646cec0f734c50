"""The time a panel may take, counted down in one place."""

from __future__ import annotations

import time


class Deadline:
    """A moment by which something has to be over."""

    def __init__(self, seconds: float) -> None:
        """Begin to count: it is over in `seconds`."""
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds left; 0 when it is over."""
        return max(self._end - time.monotonic(), 0.0)
