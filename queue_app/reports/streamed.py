"""Rows that are read from the record while they are written: a thousand at once, column by column, never all in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

Chunk = Sequence[Sequence[Any]]
"""The columns of some rows, in the order of the table's columns."""

QUARTER_SECONDS = 900
_MOST_QUARTERS = 5000
_MOST_TENTHS = 100_000
_SECONDS = [
    [f"{second // 60:02d}:{second % 60:02d}" for second in range(begin, begin + QUARTER_SECONDS)]
    for begin in range(0, 3600, QUARTER_SECONDS)
]
_MILLISECONDS = [f".{number:03d}" for number in range(1000)]


class Streamed:
    """Rows that are read anew each time somebody goes through them."""

    def __init__(self, names: Sequence[str], read: Callable[[], Iterator[Chunk]], count: Callable[[], int]) -> None:
        """Promise rows.

        Args:
            names: of the columns.
            read: begins to read.
            count: finds out how many rows there are, without reading them.
        """
        self._names = names
        self._read = read
        self.count = count

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Go through the rows one by one."""
        for chunk in self._read():
            for row in zip(*chunk, strict=True):
                yield dict(zip(self._names, row, strict=True))

    def in_columns(self) -> Iterator[Chunk]:
        """Go through them as columns: much quicker, where a whole column is treated alike."""
        return self._read()


class LocalTimes:
    """Moments as ISO text in local time with the offset. What is the same for a quarter of an hour is made once for it."""

    def __init__(self, zone: ZoneInfo) -> None:
        """Be of `zone`."""
        self._known = _Quarters(zone)

    def to_the_second(self, moments: Sequence[int | None]) -> list[str | None]:
        """Return moments, in microseconds since 1970 UTC, as text."""
        known = self._known
        return [
            None
            if moment is None
            else (quarter := known[(second := moment // 1_000_000) // QUARTER_SECONDS])[0]
            + quarter[1][second % QUARTER_SECONDS]
            + quarter[2]
            for moment in moments
        ]

    def to_the_millisecond(self, moments: Sequence[int]) -> list[str]:
        """Return the same with three digits of the second."""
        known = self._known
        return [
            (quarter := known[(second := moment // 1_000_000) // QUARTER_SECONDS])[0]
            + quarter[1][second % QUARTER_SECONDS]
            + _MILLISECONDS[moment // 1000 % 1000]
            + quarter[2]
            for moment in moments
        ]


_Quarter = tuple[str, Sequence[str], str]
"""The text of a moment up to its hour, then by the second of the quarter of an hour, then the offset."""


class _Quarters(dict[int, _Quarter]):
    """Quarters of an hour by their number since 1970 UTC. Offsets are whole ones, and change between two of them."""

    def __init__(self, zone: ZoneInfo) -> None:
        super().__init__()
        self._zone = zone

    def __missing__(self, number: int) -> _Quarter:
        if len(self) > _MOST_QUARTERS:
            self.clear()
        local = datetime.fromtimestamp(number * QUARTER_SECONDS, UTC).astimezone(self._zone)
        text = local.isoformat(timespec="minutes")
        found = self[number] = (text[:14], _SECONDS[local.minute // 15], text[16:])
        return found


class Durations:
    """Seconds between moments, to a tenth."""

    def __init__(self) -> None:
        """Begin; what was reckoned once is looked up."""
        self._known = _Tenths()

    def between(self, begins: Sequence[int | None], ends: Sequence[int | None]) -> list[float | None]:
        """Return the seconds between moments in microseconds, rounded as `round` does, never below 0; None without both."""
        known = self._known
        return [
            None
            if begin is None or end is None
            else 0.0
            if (passed := end - begin) <= 0
            else known[(passed + 50_000) // 100_000]
            if passed % 100_000 != 50_000
            else round(passed / 1_000_000, 1)
            for begin, end in zip(begins, ends, strict=True)
        ]


class _Tenths(dict[int, float]):
    def __missing__(self, tenths: int) -> float:
        if len(self) > _MOST_TENTHS:
            self.clear()
        found = self[tenths] = tenths / 10
        return found


def told(texts: Sequence[str | None]) -> list[str]:
    """Return texts; an empty one where there is none."""
    return [text or "" for text in texts]
