"""Groups of few people are not told apart, and cannot be reckoned from the total and the other groups either."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from queue_app.reports.tabulate import too_few

SIZES = st.lists(st.integers(1, 40), min_size=1, max_size=12)


@given(sizes=SIZES, least=st.integers(2, 12))
def test_whoever_takes_the_other_groups_from_the_total_still_learns_of_nobody(sizes: list[int], least: int) -> None:
    groups = [(size, group) for group, size in enumerate(sizes)]
    together = too_few(groups, least)
    told_apart = [size for size, group in groups if group not in together]
    left_over = sum(sizes) - sum(told_apart)
    assert all(size >= least for size in told_apart)
    assert left_over == 0 or left_over >= least or not told_apart


@given(sizes=SIZES, least=st.integers(2, 12))
def test_no_more_is_hidden_than_it_takes(sizes: list[int], least: int) -> None:
    groups = [(size, group) for group, size in enumerate(sizes)]
    together = too_few(groups, least)
    small = [group for size, group in groups if size < least]
    assert set(small) <= set(together)
    if not small:
        assert together == []
    larger = sorted(sizes[group] for group in set(together) - set(small))
    assert not larger or sum(sizes[group] for group in small) + sum(larger[:-1]) < least
