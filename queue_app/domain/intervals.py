"""Stretches of time: lists of [begin, end), in any whole unit."""

from __future__ import annotations

from collections.abc import Iterable

Intervals = list[tuple[int, int]]


def united(intervals: Iterable[tuple[int, int]]) -> Intervals:
    """Return the same time in order, with nothing twice."""
    result: Intervals = []
    for begin, end in sorted(interval for interval in intervals if interval[0] < interval[1]):
        if result and begin <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((begin, end))
    return result


def overlap(some: Iterable[tuple[int, int]], others: Iterable[tuple[int, int]]) -> Intervals:
    """Return the time that is in both."""
    left, right = united(some), united(others)
    result: Intervals = []
    i = j = 0
    while i < len(left) and j < len(right):
        begin, end = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if begin < end:
            result.append((begin, end))
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
    return result


def minus(some: Iterable[tuple[int, int]], others: Iterable[tuple[int, int]]) -> Intervals:
    """Return the time that is in `some` and not in `others`."""
    result: Intervals = []
    taken = united(others)
    for begin, end in united(some):
        for start, stop in taken:
            if stop <= begin or start >= end:
                continue
            if start > begin:
                result.append((begin, start))
            begin = max(begin, stop)
        if begin < end:
            result.append((begin, end))
    return result


def length(intervals: Iterable[tuple[int, int]]) -> int:
    """Return how much time it is altogether."""
    return sum(end - begin for begin, end in united(intervals))
