"""Groups and their figures agree with NumPy's own and with counting by hand."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from queue_app.domain.kpi import percentile
from queue_app.reports.groups import ABSENT, Groups

ROWS = st.lists(
    st.tuples(
        st.sampled_from([-3, 0, 1, 2, 10**9, 1 << 40]), st.integers(0, 3), st.just(ABSENT) | st.integers(0, 90_000_000)
    ),
    max_size=120,
)


@given(rows=ROWS, percent=st.integers(1, 100), least=st.integers(1, 5))
def test_groups_have_the_figures_that_counting_by_hand_gives(
    rows: list[tuple[int, int, int]], percent: int, least: int
) -> None:
    first, second, values = (np.array([row[place] for row in rows], np.int64) for place in range(3))
    groups = Groups([first, second], len(rows))
    expected: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for key, other, value in rows:
        expected[key, other] += [value] if value != ABSENT else []
    assert groups.keys == sorted(expected)
    assert groups.count().tolist() == [sum((row[0], row[1]) == key for row in rows) for key in groups.keys]
    spread = groups.spread(values)
    for place, key in enumerate(groups.keys):
        own = sorted(expected[key])
        assert spread.counts[place] == len(own)
        assert groups.total(values)[place] == sum(own)
        wanted = percentile(own, percent) if len(own) >= least else None
        assert spread.percentile(percent, least)[place] == wanted
        if own:
            assert wanted is None or wanted == np.percentile(own, percent, method="inverted_cdf")
            assert spread.mean()[place] == sum(own) / len(own)
            assert spread.highest()[place] == own[-1]
            assert spread.within(np.full(groups.number, own[0]))[place] == own.count(own[0])
        else:
            assert spread.mean()[place] is None and spread.highest()[place] is None


def test_without_keys_everything_is_one_group_also_where_there_is_nothing() -> None:
    assert Groups([], 3).spread(np.array([5, ABSENT, 1])).mean() == [3.0]
    nothing = Groups([], 0)
    assert nothing.number == 1 and nothing.count().tolist() == [0]
    assert nothing.spread(np.empty(0, np.int64)).percentile(50) == [None]
    assert Groups([np.empty(0, np.int64)], 0).keys == []


def test_more_keys_than_a_table_holds_are_sorted_instead() -> None:
    keys = [np.arange(5000) * 7 % 5000, np.arange(5000) * 11 % 5000]
    groups = Groups(keys, 5000)
    assert groups.keys == sorted(zip(keys[0].tolist(), keys[1].tolist(), strict=True))
