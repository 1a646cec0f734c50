"""The time a device may take, counted down in one place."""

import time


class Deadline:
    """A moment by which something has to be over."""

    def __init__(self, seconds: float) -> None:
        """Begin to count.

        Args:
            seconds: from now until it is over.
        """
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds left; 0 when it is over."""
        return max(self._end - time.monotonic(), 0.0)

    def required(self) -> float:
        """Return the seconds left, for a wait that makes no sense without any.

        Raises:
            TimeoutError: it is over.
        """
        left = self.left
        if not left:
            raise TimeoutError
        return left
