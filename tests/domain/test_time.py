"""Days and hours: the cut-over, DST nights, midnight."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_app.domain.business_day import business_date, day_bounds
from queue_app.domain.opening_hours import check, opening

PRAGUE = ZoneInfo("Europe/Prague")
ZONES = [
    PRAGUE,
    ZoneInfo("America/New_York"),
    ZoneInfo("Australia/Lord_Howe"),
    ZoneInfo("Asia/Kathmandu"),
    ZoneInfo("UTC"),
]
MOMENTS = st.datetimes(datetime(2019, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))


def local(*parts: int) -> datetime:
    """Return a wall time in Prague."""
    return datetime(*parts, tzinfo=PRAGUE)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (local(2026, 3, 4, 2, 59), date(2026, 3, 3)),
        (local(2026, 3, 4, 3, 0), date(2026, 3, 4)),
        (local(2026, 3, 29, 1, 59), date(2026, 3, 28)),
        (local(2026, 3, 29, 3, 0), date(2026, 3, 29)),  # the hour from two to three does not exist that night
        (local(2026, 10, 25, 2, 30), date(2026, 10, 24)),  # exists twice; both are before the cut-over
        (local(2026, 10, 25, 2, 30).replace(fold=1), date(2026, 10, 24)),
        (local(2026, 10, 25, 3, 0), date(2026, 10, 25)),
    ],
)
def test_the_business_date_turns_at_the_cut_over_hour_of_the_wall_clock(moment: datetime, expected: date) -> None:
    assert business_date(moment, PRAGUE, 3) == expected


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 28), 23), (date(2026, 10, 24), 25), (date(2026, 6, 1), 24)])
def test_days_of_23_24_and_25_hours(day: date, hours: int) -> None:
    begin, end = day_bounds(day, PRAGUE, 3)
    assert end - begin == timedelta(hours=hours)


@given(MOMENTS, st.sampled_from(ZONES), st.integers(0, 23))
def test_every_moment_lies_within_the_bounds_of_its_business_date(moment: datetime, zone: ZoneInfo, hour: int) -> None:
    begin, end = day_bounds(business_date(moment, zone, hour), zone, hour)
    assert begin <= moment < end


@given(MOMENTS, st.sampled_from(ZONES), st.integers(0, 23), st.timedeltas(timedelta(0), timedelta(days=3)))
def test_the_business_date_never_runs_backwards(moment: datetime, zone: ZoneInfo, hour: int, later: timedelta) -> None:
    assert business_date(moment, zone, hour) <= business_date(moment + later, zone, hour)


HOURS = {"mon": [["08:00", "12:00"], ["13:00", "17:00"]], "wed": [["08:00", "24:00"]], "thu": [["00:00", "02:00"]]}


@pytest.mark.parametrize(
    ("moment", "is_open", "closes", "opens"),
    [
        (local(2026, 3, 2, 7, 59), False, None, local(2026, 3, 2, 8)),
        (local(2026, 3, 2, 8), True, local(2026, 3, 2, 12), None),
        (local(2026, 3, 2, 12), False, None, local(2026, 3, 2, 13)),
        (local(2026, 3, 2, 17), False, None, local(2026, 3, 4, 8)),
        (local(2026, 3, 4, 23, 59), True, local(2026, 3, 5, 2), None),  # open across midnight
        (local(2026, 3, 5, 2), False, None, local(2026, 3, 9, 8)),
    ],
)
def test_open_until_when_and_when_next(
    moment: datetime, is_open: bool, closes: datetime | None, opens: datetime | None
) -> None:
    found = opening(HOURS, moment, PRAGUE)
    assert (found.is_open, found.closes_at, found.opens_at) == (is_open, closes, opens)


def test_without_hours_it_is_always_open_and_with_empty_ones_never() -> None:
    assert opening(None, local(2026, 3, 2, 3), PRAGUE).is_open
    never = opening({}, local(2026, 3, 2, 3), PRAGUE)
    assert (never.is_open, never.opens_at) == (False, None)


def test_on_the_spring_night_an_office_still_opens_by_its_wall_clock() -> None:
    found = opening({"sun": [["08:00", "12:00"]]}, local(2026, 3, 29, 0, 30), PRAGUE)
    assert found.opens_at == datetime(2026, 3, 29, 6, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "hours",
    [{"monday": []}, {"mon": [["9:00", "10:00"]]}, {"mon": [["10:00", "09:00"]]}, {"mon": [["09:00", "24:01"]]}],
)
def test_hours_that_make_no_sense_are_refused(hours: dict[str, list[list[str]]]) -> None:
    with pytest.raises(ValueError, match=r"[Mm]on|time"):
        check(hours)
