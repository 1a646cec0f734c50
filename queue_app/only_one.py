"""A lock that one process of a machine holds, and gives back however it ends."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_LOOK_SECONDS = 0.2


@contextmanager
def only_one(path: Path, give_up: Callable[[], bool]) -> Iterator[bool]:
    """Wait until no other process has this lock, and hold it.

    Args:
        path: the lock's file.
        give_up: asked while waiting; once it is true, what is given is False.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        while not give_up():
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(_LOOK_SECONDS)
            else:
                yield True
                return
        yield False
