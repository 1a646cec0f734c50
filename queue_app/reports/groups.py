"""Rows fall into groups, and each group has its figures: counts, sums, means, percentiles, exactly as docs/kpi.md says."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

ABSENT = -1
"""A duration that did not happen (`domain.day_facts.NEVER`)."""


_TABLE_SPACE = 1 << 22


class Groups:
    """So many groups of rows, in the order of their keys."""

    def __init__(self, keys: Sequence[Array], size: int) -> None:
        """Let rows with the same `keys` be one group; without keys, all `size` rows are one.

        Args:
            keys: whole numbers, one array a key, each as long as there are rows.
            size: how many rows there are.
        """
        if not keys:
            self.number = 1
            self.of_row: Array = np.zeros(size, np.intp)
            self.keys: list[tuple[int, ...]] = [()]
            return
        code = np.zeros(size, np.int64)
        spans = []
        for narrow in keys:
            key = narrow.astype(np.int64)
            low = int(key.min()) if size else 0
            span = (int(key.max()) - low + 1) if size else 1
            values, place = (None, key - low) if span < 1 << 20 else np.unique(key, return_inverse=True)
            count = span if values is None else len(values)
            spans.append((low, values, count))
            code = code * count + place
        found, self.of_row = _numbered(code, math.prod(count for _, _, count in spans))
        self.number = len(found)
        decoded: list[Array] = []
        for low, values, count in reversed(spans):
            place = found % count
            found = found // count
            decoded.append(place + low if values is None else values[place])
        self.keys = list(zip(*(column.tolist() for column in reversed(decoded)), strict=True))

    def count(self, which: Array | None = None) -> Array:
        """Return how many rows each group has; of those in the mask `which`, where one is given."""
        if self.number == 1:
            return np.array([len(self.of_row) if which is None else np.count_nonzero(which)])
        rows = self.of_row if which is None else self.of_row[which]
        return np.bincount(rows, minlength=self.number)

    def total(self, values: Array, which: Array | None = None) -> Array:
        """Return the sum of `values` in each group; absent ones are left out."""
        mask = values != ABSENT if which is None else which & (values != ABSENT)
        if self.number == 1:
            return np.array([values[mask].sum(dtype=np.float64)])
        return np.bincount(self.of_row[mask], weights=values[mask], minlength=self.number)

    def mean(self, values: Array, which: Array | None = None) -> list[float | None]:
        """Return the mean of `values` in each group, None where there are none; absent ones are left out."""
        mask = values != ABSENT if which is None else which & (values != ABSENT)
        counts = self.count(mask)
        sums = self.total(values, mask)
        return [float(total) / int(count) if count else None for total, count in zip(sums, counts, strict=True)]

    def spread(self, values: Array, which: Array | None = None) -> Spread:
        """Return what can be said of `values` (whole numbers below 2³¹) in each group; absent ones are left out."""
        mask = values != ABSENT if which is None else which & (values != ABSENT)
        # Group and value in one number: one sort brings the groups together and each one's values into their order.
        both = np.sort((self.of_row[mask].astype(np.int64) << 32) | values[mask].astype(np.int64))
        return Spread(both & 0xFFFFFFFF, np.bincount(both >> 32, minlength=self.number))


def _numbered(code: Array, space: int) -> tuple[Array, Array]:
    """Return the codes that occur, in order, and for each row the place of its code among them; codes are below `space`."""
    if space > _TABLE_SPACE:
        found, places = np.unique(code, return_inverse=True)
        return found, places
    occurs = np.bincount(code, minlength=space) > 0  # a table is quicker than a sort
    return np.flatnonzero(occurs), (np.cumsum(occurs) - 1)[code]


class Spread:
    """The sorted values of each group."""

    def __init__(self, values: Array, counts: Array) -> None:
        """Take all values, group by group, each group's sorted, and how many each group has."""
        self._values = values
        self.counts = counts
        self._ends = np.cumsum(counts)

    def percentile(self, percent: float, least: int = 1) -> list[int | None]:
        """Return each group's nearest-rank percentile `x_(⌈p·n/100⌉)`; None below `least` values."""
        ranks = np.maximum(1, np.ceil(percent * self.counts / 100)).astype(np.int64)
        places = np.minimum(self._ends - self.counts + ranks - 1, max(0, len(self._values) - 1))
        found = self._values[places] if len(self._values) else np.zeros(len(self.counts), np.int64)
        return [int(value) if count >= max(1, least) else None for value, count in zip(found, self.counts, strict=True)]

    def highest(self) -> list[int | None]:
        """Return each group's largest value."""
        return self.percentile(100)

    def mean(self) -> list[float | None]:
        """Return each group's mean."""
        sums = np.add.reduceat(np.append(self._values, 0), np.minimum(self._ends - self.counts, len(self._values)))
        return [float(total) / int(count) if count else None for total, count in zip(sums, self.counts, strict=True)]

    def within(self, limits: Array) -> Array:
        """Return how many values of each group are at most its limit."""
        groups = np.repeat(np.arange(len(self.counts)), self.counts)
        return np.bincount(groups[self._values <= limits[groups]], minlength=len(self.counts))
