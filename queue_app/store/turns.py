"""Who may use a connection next: whoever has waited longest."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy.exc


class Turns:
    """A number of places that are given out in the order in which they were asked for.

    A connection pool wakes a waiter and lets whoever comes first have the connection: a thread that asks again at once gets it
    every time, and of eight threads seven were never served.
    """

    def __init__(self, places: int) -> None:
        """Give out `places` of them at a time."""
        self._free = places
        self._waiting: deque[threading.Lock] = deque()
        self._mutex = threading.Lock()

    def take(self, seconds: float) -> bool:
        """Wait for a place, `seconds` at most; return whether there is one. Whoever got one gives it back."""
        with self._mutex:
            if self._free:
                self._free -= 1
                return True
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
        got = False
        try:
            got = mine.acquire(timeout=seconds)
        finally:
            # Too late, or torn away from waiting: leave the line, so that nothing is handed to somebody who has gone.
            if not got:
                with self._mutex:
                    handed_over = mine not in self._waiting
                    if not handed_over:
                        self._waiting.remove(mine)
                if handed_over:
                    self.give_back()
        return got

    def give_back(self) -> None:
        """Hand the place over to whoever has waited longest, so that nobody can come in between."""
        with self._mutex:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1

    @contextmanager
    def taken(self, seconds: float) -> Iterator[None]:
        """Hold a place inside.

        Raises:
            sqlalchemy.exc.TimeoutError: none became free within `seconds`, as a pool says it.
        """
        if not self.take(seconds):
            raise sqlalchemy.exc.TimeoutError(f"no connection became free within {seconds:g} s")
        try:
            yield
        finally:
            self.give_back()
