"""Hours, holidays, exceptions, seasons: the quick reading agrees with a plain one that walks through every minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queue_app.domain.branch import BranchSetup, ServiceSetup
from queue_app.domain.branch_hours import Closed
from queue_app.domain.calendar import check_calendar
from queue_app.domain.errors import QueueError
from queue_app.domain.opening_hours import WEEKDAYS
from queue_app.domain.service_menu import check_menu, check_season, menu_tree
from tests.reports.report_samples import brno as sample_branch

PRAGUE = ZoneInfo("Europe/Prague")
MINUTE = timedelta(minutes=1)
TURNS = [date(2026, 3, 29), date(2026, 10, 25)]
"""The days of that year on which the clocks of Prague change."""
NAMED = {date(2026, 3, 31): {"cs": "Svátek", "en": "Holiday"}, date(2026, 10, 28): {"cs": "28. říjen"}}


def service(**changes: Any) -> ServiceSetup:
    """Return a service that is always there, with `changes`."""
    usual: dict[str, Any] = {
        "id": 1, "slug": "ids", "series": "A", "name": {}, "position": 0, "intake_open": True, "opening_hours": None,
        "daily_quota": None, "first_number": 1, "digits": 3, "target_wait_seconds": 900, "expected_service_seconds": 300,
        "bring": {},
    }  # fmt: skip
    return ServiceSetup(**{**usual, **changes})


def house(week: Any, calendar: Any = None, **changes: Any) -> BranchSetup:
    """Return a branch in Prague with these hours."""
    return sample_branch(
        time_zone="Europe/Prague", opening_hours=week, calendar=calendar or {}, holiday_names=NAMED.get, **changes
    )


def local(*parts: int) -> datetime:
    """Return a local time of Prague."""
    return datetime(*parts, tzinfo=PRAGUE)  # type: ignore[arg-type, misc]


# --- the plain reading ------------------------------------------------------------------------------


def minutes_of(text: str) -> int:
    """Return `08:30` in minutes."""
    return int(text[:2]) * 60 + int(text[3:])


def open_minutes(hours_of: Any, first: date, last: date) -> set[datetime]:
    """Walk through every minute: a day's hours begin and end in the first minute whose wall clock has come so far."""
    found: set[datetime] = set()
    day = first
    while day <= last:
        begin = datetime.combine(day, time(), PRAGUE).astimezone(UTC)
        end = datetime.combine(day + timedelta(days=1), time(), PRAGUE).astimezone(UTC)
        for interval in hours_of(day):
            opens, closes = map(minutes_of, interval)
            now, farthest = begin, -1
            while now < end:
                wall = now.astimezone(PRAGUE)
                farthest = max(farthest, wall.hour * 60 + wall.minute)
                if opens <= farthest < closes:
                    found.add(now)
                now += MINUTE
        day += timedelta(days=1)
    return found


def plain_hours(setup: BranchSetup, one: ServiceSetup | None) -> Any:
    """Return who says a day's hours without any of the code under test; a service's own are added by the caller."""

    def hours_of(day: date) -> Any:
        for exception in setup.calendar.get("exceptions", ()):
            if date.fromisoformat(exception["from"]) <= day <= date.fromisoformat(exception["to"]):
                return exception["hours"]
        if setup.calendar.get("holidays") and day in NAMED:
            return []
        return setup.opening_hours.get(WEEKDAYS[day.weekday()], ())  # type: ignore[union-attr]

    return hours_of


half_hours = st.integers(0, 48).map(lambda n: f"{n // 2:02}:{n % 2 * 30:02}")
intervals = st.lists(st.tuples(half_hours, half_hours).filter(lambda pair: pair[0] < pair[1]).map(list), max_size=3)
weeks = st.dictionaries(st.sampled_from(WEEKDAYS), intervals, max_size=7)
around = st.sampled_from(TURNS)


@st.composite
def calendars(draw: st.DrawFn, middle: date) -> dict[str, Any]:
    """A calendar with up to two exceptions around a day, and holidays or none."""
    first = middle + timedelta(days=draw(st.integers(-2, 1)))
    entries = [
        {
            "from": day.isoformat(),
            "to": (day + timedelta(days=draw(st.integers(0, 1)))).isoformat(),
            "hours": draw(intervals),
        }
        for day in draw(st.sets(st.sampled_from([first, first + timedelta(days=2)]), max_size=2))
    ]
    return {"holidays": draw(st.sampled_from([None, {"country": "CZ"}])), "exceptions": entries}


@settings(max_examples=25, deadline=None)
@given(data=st.data(), week=weeks, own=st.none() | weeks, middle=around)
def test_opening_agrees_with_a_walk_through_every_minute(
    data: st.DataObject, week: Any, own: Any, middle: date
) -> None:
    setup = house(week, data.draw(calendars(middle)))
    one = service(opening_hours=own)
    first, last = middle - timedelta(days=3), middle + timedelta(days=4)
    in_house = open_minutes(plain_hours(setup, None), first, last)
    in_service = in_house if own is None else in_house & open_minutes(
        lambda day: own.get(WEEKDAYS[day.weekday()], ()), first, last
    )  # fmt: skip
    for moments, reading in ((in_house, setup.opening), (in_service, lambda now: setup.service_opening(one, now))):
        moment = datetime.combine(middle - timedelta(days=1), time(), PRAGUE).astimezone(UTC)
        while moment.astimezone(PRAGUE).date() <= middle + timedelta(days=1):
            found = reading(moment)
            assert found.is_open == (moment in moments), moment
            assert bool(found.reason) == (not found.is_open)
            turn = found.closes_at if found.is_open else found.opens_at
            if turn is not None and turn.astimezone(PRAGUE).date() <= last:
                assert (turn in moments) == (not found.is_open), (moment, turn)
                assert (turn - MINUTE in moments) == found.is_open, (moment, turn)
            moment += 7 * MINUTE


def test_a_time_that_the_clock_jumps_over_is_the_moment_of_the_jump() -> None:
    setup = house({"sun": [["02:30", "05:00"]]})
    assert setup.opening(local(2026, 3, 29, 1, 59)).opens_at == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    nothing_left = house({"sun": [["02:10", "02:50"]]})
    assert nothing_left.opening(local(2026, 3, 29, 1, 0)).opens_at == local(2026, 4, 5, 2, 10)


def test_the_hour_that_comes_twice_is_an_hour_more_of_an_open_night() -> None:
    setup = house({"sat": [["22:00", "24:00"]], "sun": [["00:00", "04:00"]]})
    begin = local(2026, 10, 24, 22, 0)
    closes_at = setup.opening(begin).closes_at
    assert closes_at is not None and closes_at - begin.astimezone(UTC) == timedelta(hours=7)


# --- why --------------------------------------------------------------------------------------------

WEEK = {day: [["08:00", "12:00"], ["13:00", "17:00"]] for day in WEEKDAYS[:5]}
CALENDAR = {
    "holidays": {"country": "CZ"},
    "exceptions": [
        {
            "from": "2026-03-30",
            "to": "2026-03-30",
            "hours": [["09:00", "10:00"], ["10:30", "11:00"]],
            "name": {"en": "Inventory"},
        },
        {"from": "2026-07-01", "to": "2026-08-31", "hours": [], "name": {"en": "Rebuilding"}},
    ],
}


@pytest.mark.parametrize(
    ("moment", "reason", "opens", "name"),
    [
        (local(2026, 3, 27, 7, 0), "hours", local(2026, 3, 27, 8, 0), None),
        (local(2026, 3, 27, 12, 0), "break", local(2026, 3, 27, 13, 0), None),
        (local(2026, 3, 27, 17, 0), "hours", local(2026, 3, 30, 9, 0), None),
        (local(2026, 3, 30, 10, 15), "break", local(2026, 3, 30, 10, 30), None),
        (local(2026, 3, 30, 11, 0), "exception", local(2026, 4, 1, 8, 0), "Inventory"),
        (local(2026, 3, 31, 10, 0), "holiday", local(2026, 4, 1, 8, 0), "Holiday"),
        (local(2026, 7, 1, 10, 0), "exception", local(2026, 9, 1, 8, 0), "Rebuilding"),
    ],
)
def test_it_is_said_why_and_until_when(moment: datetime, reason: str, opens: datetime, name: str | None) -> None:
    found = house(WEEK, CALENDAR).opening(moment)
    assert (found.is_open, found.reason, found.opens_at, found.name.get("en")) == (False, reason, opens, name)


def test_a_branch_that_works_on_holidays_is_open_and_still_knows_their_names() -> None:
    setup = house(WEEK, {"holidays": {"country": "CZ", "open": True}})
    assert setup.opening(local(2026, 3, 31, 10, 0)).is_open
    (days,) = setup.hours.special_days(local(2026, 3, 30, 10, 0), 14)
    assert (days.first, days.day.name) == (date(2026, 3, 31), NAMED[date(2026, 3, 31)])


def test_a_branch_without_hours_closes_on_its_exceptions() -> None:
    setup = house(None, {"exceptions": [{"from": "2026-05-01", "to": "2026-05-02", "hours": []}]})
    assert setup.opening(local(2026, 4, 1, 3, 0)).closes_at is None
    assert setup.opening(local(2026, 4, 30, 3, 0)).closes_at == local(2026, 5, 1, 0, 0)
    found = setup.opening(local(2026, 5, 1, 3, 0))
    assert (found.reason, found.opens_at) == ("exception", local(2026, 5, 3, 0, 0))


@pytest.mark.parametrize(
    ("season", "moment", "reason", "opens"),
    [
        ({"from": "04-01", "to": "09-30"}, local(2026, 10, 1, 9, 0), "season", local(2027, 4, 1, 8, 0)),
        ({"from": "11-01", "to": "02-28"}, local(2026, 3, 2, 9, 0), "season", local(2026, 11, 2, 8, 0)),
        ({"from": "2026-04-01", "to": "2026-04-30"}, local(2026, 5, 4, 9, 0), "season", None),
        ({"weekdays": ["tue", "sat"]}, local(2026, 3, 4, 9, 0), "weekday", local(2026, 3, 10, 8, 0)),
        ({"from": "04-01", "weekdays": ["tue"]}, local(2026, 4, 2, 9, 0), "weekday", local(2026, 4, 7, 8, 0)),
    ],
)
def test_a_season_says_when_it_comes_again(season: Any, moment: datetime, reason: str, opens: datetime | None) -> None:
    found = house(WEEK).service_opening(service(season=season), moment)
    assert (found.is_open, found.reason, found.opens_at) == (False, reason, opens)


def test_a_season_over_the_turn_of_the_year_is_open_on_both_sides() -> None:
    setup, one = house(WEEK), service(season={"from": "11-01", "to": "02-28"})
    for day in (local(2026, 12, 31, 9, 0), local(2026, 1, 2, 9, 0), local(2026, 2, 27, 9, 0)):
        assert setup.service_opening(one, day).is_open
    assert not setup.service_opening(one, local(2026, 3, 2, 9, 0)).is_open


def test_too_late_counts_the_open_time_that_is_left_and_not_the_breaks() -> None:
    setup = house(WEEK, {"last_ticket": {"minutes": 10, "expected_wait": True}})
    one = service()
    morning = local(2026, 3, 4, 11, 30)
    assert setup.hours.rest_of_day(one, morning) == (timedelta(hours=4, minutes=30), local(2026, 3, 4, 17, 0))
    assert setup.hours.too_late(one, morning, 4 * 3600) is None
    assert setup.hours.too_late(one, morning, 5 * 3600) == local(2026, 3, 4, 17, 0)
    assert setup.hours.too_late(one, local(2026, 3, 4, 11, 55), None) is None
    assert setup.hours.too_late(one, local(2026, 3, 4, 16, 49), 0) is None
    assert setup.hours.too_late(one, local(2026, 3, 4, 16, 50), 0) == local(2026, 3, 4, 17, 0)


def test_sixty_services_out_of_season_are_looked_through_at_once() -> None:
    setup = house(WEEK, CALENDAR)
    services = [service(id=number, season={"from": "03-01", "to": "03-02"}) for number in range(60)]
    now = local(2026, 3, 4, 9, 0)
    for one in services:
        assert setup.service_opening(one, now).opens_at == local(2027, 3, 1, 8, 0)
    begun = perf_counter()
    for _ in range(10):
        for one in services:
            assert setup.service_opening(one, now).reason == Closed.SEASON
    assert (perf_counter() - begun) / 10 < 0.02


# --- what is refused --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ([], ""),
        ({"holiday": {}}, "holiday"),
        ({"holidays": {"country": 7}}, "holidays.country"),
        ({"exceptions": [{"from": "2026-02-30"}]}, "exceptions[0].from"),
        ({"exceptions": [{"from": "2026-03-02", "to": "2026-03-01"}]}, "exceptions[0].to"),
        ({"exceptions": [{"from": "2026-03-02", "to": "2036-03-01"}]}, "exceptions[0].to"),
        ({"exceptions": [{"from": "2026-03-02", "hours": [["09:00"]]}]}, "exceptions[0].hours"),
        ({"exceptions": [{"from": "2026-03-02", "hours": [["09:00", 7]]}]}, "exceptions[0].hours"),
        ({"exceptions": [{"from": "2026-03-02", "name": {"cs": 1}}]}, "exceptions[0].name.cs"),
        ({"exceptions": [{"from": "2026-03-02", "to": "2026-03-05"}, {"from": "2026-03-05"}]}, "exceptions[1]"),
        ({"last_ticket": {"minutes": 0}}, "last_ticket.minutes"),
    ],
)
def test_a_calendar_that_makes_no_sense_is_refused_by_its_place(data: Any, field: str) -> None:
    with pytest.raises(QueueError) as refused:
        check_calendar(data)
    assert refused.value.details["field"] == field


def test_a_calendar_is_told_as_it_is_read() -> None:
    told = check_calendar({**CALENDAR, "last_ticket": {"minutes": 5}}).as_data()
    assert check_calendar(told) == check_calendar({**CALENDAR, "last_ticket": {"minutes": 5}})


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"from": "13-01"}, "from"),
        ({"from": "2026-03-01", "to": "03-01"}, "to"),
        ({"from": "2026-03-01", "to": "2026-02-01"}, "to"),
        ({"weekdays": []}, "weekdays"),
        ({"weekdays": ["monday"]}, "weekdays"),
        ({"months": 3}, "months"),
    ],
)
def test_a_season_that_makes_no_sense_is_refused(data: Any, field: str) -> None:
    with pytest.raises(QueueError) as refused:
        check_season(data)
    assert refused.value.details["field"] == field


GROUP = {"name": {"en": "Car"}, "items": [{"service": "driving"}]}


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, ""),
        ([{"service": "nothing"}], "[0].service"),
        ([{"service": "ids"}, {"name": {"en": "x"}, "items": [{"service": "ids"}]}], "[1].items[0].service"),
        ([{"name": {"en": " "}, "items": [{"service": "ids"}]}], "[0].name"),
        ([{"name": {"en": "x"}, "items": []}], "[0].items"),
        ([{"name": {"en": "x"}, "items": [{"name": {"en": "x"}, "items": [{"name": {"en": "x"}, "items": [
            {"name": {"en": "x"}, "items": [{"service": "ids"}]}]}]}]}], "[0].items[0].items[0].items[0]"),
    ],
)  # fmt: skip
def test_a_menu_that_makes_no_sense_is_refused(data: Any, field: str) -> None:
    with pytest.raises(QueueError) as refused:
        check_menu(data, {"ids", "driving"})
    assert refused.value.details["field"] == field


def test_a_menu_leaves_out_what_is_gone_and_ends_with_what_it_does_not_name() -> None:
    stored = [GROUP, {"service": "old"}, {"name": {"en": "Gone"}, "items": [{"service": "older"}]}]
    assert menu_tree(stored, ["ids", "driving"]) == [GROUP, {"service": "ids"}]
    assert menu_tree([], ["ids"]) == [{"service": "ids"}]
