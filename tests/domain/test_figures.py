"""Numbers, forecasts and figures."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_app.domain.forecast import Pace, forecast
from queue_app.domain.kpi import percentile, seconds_between, service_level
from queue_app.domain.numbering import label, next_number


@pytest.mark.parametrize(
    ("series", "number", "digits", "expected"), [("A", 17, 3, "A017"), ("B", 1, 1, "B1"), ("A", 1000, 3, "A1000")]
)
def test_labels(series: str, number: int, digits: int, expected: str) -> None:
    assert label(series, number, digits) == expected


@given(st.lists(st.integers(1, 5000), unique=True, min_size=2, max_size=50))
def test_two_numbers_never_share_a_label(numbers: list[int]) -> None:
    assert len({label("A", number, 3) for number in numbers}) == len(numbers)


def test_a_series_begins_at_its_first_number_and_goes_on() -> None:
    assert next_number(None, 100) == 100
    assert next_number(100, 100) == 101
    assert next_number(5, 100) == 100  # the first number was raised during the day


@given(st.lists(st.floats(0, 10**6), min_size=1, max_size=200), st.sampled_from([1, 10, 50, 90, 99, 100]))
def test_percentiles_are_nearest_rank(values: list[float], percent: int) -> None:
    values.sort()
    found = percentile(values, percent)
    assert found in values
    at_most = sum(value <= found for value in values)
    below = sum(value < found for value in values)
    assert at_most * 100 >= percent * len(values) > below * 100 or (below == 0 and percent * len(values) <= 100)


def test_what_did_not_happen_is_absent_and_never_zero() -> None:
    assert seconds_between(None, datetime.now(UTC)) is None
    assert percentile([], 90) is None
    assert service_level([], [], [], 900) is None


def test_the_headline_service_level_counts_those_who_gave_up_late_but_not_those_who_left_early() -> None:
    assert service_level([100, 1000], [60, 1200], [30, 901], 900) == 1 / 4


QUIET = Pace(calls=0, last_wait_seconds=None, counters=2, expected_service_seconds=300)


def test_nobody_can_tell_the_wait_where_nobody_works() -> None:
    assert forecast(3, Pace(0, None, 0, 300)).low_seconds is None


def test_an_empty_queue_with_an_open_counter_means_now() -> None:
    assert forecast(0, QUIET) == forecast(0, Pace(5, 900, 1, 300))
    assert forecast(0, QUIET).high_seconds == 0


@given(st.integers(0, 400), st.integers(0, 400), st.integers(0, 60), st.floats(0, 7200) | st.none(), st.integers(1, 9))
def test_more_people_before_you_never_means_a_shorter_wait(
    ahead: int, more: int, calls: int, last: float | None, counters: int
) -> None:
    pace = Pace(calls, last, counters, 300)
    if ahead == 0 and last is not None:
        return  # with nobody ahead the last visitor's wait no longer counts, and the forecast may jump either way
    first, second = forecast(ahead, pace), forecast(ahead + more, pace)
    assert first.low_seconds is not None and second.low_seconds is not None
    assert 0 <= first.low_seconds <= second.low_seconds and first.high_seconds <= second.high_seconds  # type: ignore[operator]
    assert first.low_seconds <= first.high_seconds  # type: ignore[operator]
