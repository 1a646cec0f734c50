"""Stretches of time say the same as the sets of their moments."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from queue_app.domain.intervals import Intervals, length, minus, overlap, united

MOMENT = st.integers(-3, 25)
ANY_ORDER = st.lists(st.tuples(MOMENT, MOMENT), max_size=12)
"""Empty ones, ones that end before they begin, ones that overlap or touch: all may be among them."""


def moments(intervals: Intervals) -> set[int]:
    return {moment for begin, end in intervals for moment in range(begin, end)}


def in_order_and_apart(intervals: Intervals) -> bool:
    ends = [moment for interval in intervals for moment in interval]
    return all(earlier < later for earlier, later in pairwise(ends))


@given(ANY_ORDER)
def test_united_intervals_hold_the_same_moments_once(some: Intervals) -> None:
    assert moments(united(some)) == moments(some)
    assert in_order_and_apart(united(some))


@given(ANY_ORDER, ANY_ORDER)
def test_the_overlap_holds_the_moments_that_are_in_both(some: Intervals, others: Intervals) -> None:
    assert moments(overlap(some, others)) == moments(some) & moments(others)
    assert in_order_and_apart(overlap(some, others))


@given(ANY_ORDER, ANY_ORDER)
def test_the_difference_holds_the_moments_that_are_in_the_first_only(some: Intervals, others: Intervals) -> None:
    assert moments(minus(some, others)) == moments(some) - moments(others)
    assert in_order_and_apart(minus(some, others))


@given(ANY_ORDER)
def test_the_length_counts_every_moment_once(some: Intervals) -> None:
    assert length(some) == len(moments(some))


@given(ANY_ORDER, ANY_ORDER)
def test_what_overlaps_and_what_is_left_make_up_the_whole(some: Intervals, others: Intervals) -> None:
    assert united([*overlap(some, others), *minus(some, others)]) == united(some)
