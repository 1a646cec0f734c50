"""How far a long report is: rows counted over all its tables, told every thousand rows."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int], None]
"""Is told how many rows are done."""

EVERY = 1000


def counter(progress: Progress | None) -> Callable[[], None]:
    """Return what is to be called after each row; it tells `progress` after every thousandth."""
    done = 0

    def count_row() -> None:
        nonlocal done
        done += 1
        if progress is not None and done % EVERY == 0:
            progress(done)

    return count_row
