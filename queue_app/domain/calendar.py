"""A branch's year: public holidays, days that are different, and when the last number is given out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from queue_app.domain.opening_hours import WEEKDAYS, WeeklyHours, check_day
from queue_app.domain.reading import list_of, maybe_minutes, object_of, texts_of, truth, wrong, wrong_because

Texts = Mapping[str, str]
WallHours = Sequence[Sequence[str]]
"""Intervals of one day in local wall time, `[["08:00", "12:00"]]`; empty is closed all day."""
ALL_DAY: WallHours = (("00:00", "24:00"),)

HolidayNames = Callable[[date], Texts | None]
"""Says what a day is called where it is a public holiday, in every language that has a name for it; None elsewhere."""

MOST_EXCEPTIONS = 400
LONGEST_EXCEPTION = timedelta(days=366 * 2)
LONGEST_NAME = 100


class DayKind(StrEnum):
    """What decides a day's hours."""

    WEEK = "week"
    HOLIDAY = "holiday"
    EXCEPTION = "exception"


@dataclass(frozen=True)
class Holidays:
    """Which public holidays there are; `open` where the branch works on them as on any other day."""

    country: str
    subdivision: str | None = None
    open: bool = False


@dataclass(frozen=True)
class DayException:
    """Days, both ends included, that have hours of their own; none where it is closed."""

    first: date
    last: date
    hours: WallHours
    name: Texts


@dataclass(frozen=True)
class LastTicket:
    """When no more numbers are given out before closing.

    Attributes:
        minutes: so long before closing; None where there is no fixed time.
        expected_wait: also when whoever comes now would still wait at closing time.
    """

    minutes: int | None = None
    expected_wait: bool = False


@dataclass(frozen=True)
class Day:
    """What holds on one day: its hours, what decided them, and the day's name in several languages, where it has one."""

    hours: WallHours
    kind: DayKind = DayKind.WEEK
    name: Texts | None = None


@dataclass(frozen=True)
class Calendar:
    """What makes days different from their weekday."""

    holidays: Holidays | None = None
    exceptions: tuple[DayException, ...] = ()
    last_ticket: LastTicket | None = None

    @property
    def is_plain(self) -> bool:
        """Whether every day is as its weekday says."""
        return not self.exceptions and (self.holidays is None or self.holidays.open)

    def day(self, day: date, week: WeeklyHours | None, holiday_names: HolidayNames | None = None) -> Day:
        """Say what holds on `day`: an exception wins over a holiday, a holiday over the week.

        Args:
            day: in the branch's time zone.
            week: the weekly hours; None is always open.
            holiday_names: who knows the public holidays; without, there are none.
        """
        for exception in self.exceptions:
            if exception.first <= day <= exception.last:
                return Day(exception.hours, DayKind.EXCEPTION, exception.name)
        usual = ALL_DAY if week is None else week.get(WEEKDAYS[day.weekday()], ())
        name = holiday_names(day) if self.holidays is not None and holiday_names is not None else None
        if name is None or self.holidays is None:
            return Day(usual)
        return Day(usual if self.holidays.open else (), DayKind.HOLIDAY, name)

    def as_data(self) -> dict[str, Any]:
        """Return the calendar as `check_calendar` reads it."""
        holidays, last = self.holidays, self.last_ticket
        return {
            "holidays": holidays
            and {"country": holidays.country, "subdivision": holidays.subdivision, "open": holidays.open},
            "exceptions": [
                {
                    "from": each.first.isoformat(),
                    "to": each.last.isoformat(),
                    "hours": [list(interval) for interval in each.hours],
                    "name": dict(each.name),
                }
                for each in self.exceptions
            ],
            "last_ticket": last and {"minutes": last.minutes, "expected_wait": last.expected_wait},
        }


def check_calendar(data: object) -> Calendar:
    """Read a branch's calendar; everything may be left out.

    `{"holidays": {"country": "CZ", "subdivision": null, "open": false}, "exceptions": [{"from": "2026-12-24",
    "to": "2026-12-24", "hours": [["08:00", "12:00"]], "name": {"cs": "Štědrý den"}}], "last_ticket": {"minutes": 10,
    "expected_wait": true}}`. Whether there is such a country is not looked up here.

    Raises:
        QueueError: `invalid_value` with `field` (`exceptions[0].from`) and `problem`, for the first mistake found.
    """
    told = object_of(data, "", {"holidays", "exceptions", "last_ticket"})
    entries = list_of(told.get("exceptions") or [], "exceptions")
    if len(entries) > MOST_EXCEPTIONS:
        raise wrong("exceptions", "at most %(most)d are possible", most=MOST_EXCEPTIONS)
    exceptions: list[DayException] = []
    for number, entry in enumerate(entries):
        each = _exception(entry, f"exceptions[{number}]")
        if any(each.first <= other.last and other.first <= each.last for other in exceptions):
            raise wrong(f"exceptions[{number}]", "another exception holds on one of these days")
        exceptions.append(each)
    return Calendar(
        holidays=_holidays(told.get("holidays")),
        exceptions=tuple(sorted(exceptions, key=lambda each: each.first)),
        last_ticket=_last_ticket(told.get("last_ticket")),
    )


def _holidays(value: object) -> Holidays | None:
    if value is None:
        return None
    told = object_of(value, "holidays", {"country", "subdivision", "open"})
    country, subdivision = told.get("country"), told.get("subdivision")
    if not isinstance(country, str) or not 2 <= len(country) <= 6:
        raise wrong("holidays.country", "the two letters of a country are needed, as CZ")
    if subdivision is not None and (not isinstance(subdivision, str) or not 1 <= len(subdivision) <= 60):
        raise wrong("holidays.subdivision", "the code of a part of the country is needed, or nothing")
    return Holidays(country.upper(), subdivision, truth(told.get("open", False), "holidays.open"))


def _exception(entry: object, place: str) -> DayException:
    told = object_of(entry, place, {"from", "to", "hours", "name"})
    first = day_of(told.get("from"), f"{place}.from")
    last = day_of(told.get("to", told.get("from")), f"{place}.to")
    if last < first:
        raise wrong(f"{place}.to", "lies before the first day")
    if last - first > LONGEST_EXCEPTION:
        raise wrong(f"{place}.to", "more than %(most)d days after the first day", most=LONGEST_EXCEPTION.days)
    hours = list_of(told.get("hours", []), f"{place}.hours")
    try:
        check_day(hours)
    except ValueError as error:
        raise wrong_because(f"{place}.hours", error.args[0]) from None
    name = texts_of(told.get("name") or {}, f"{place}.name", LONGEST_NAME)
    return DayException(first, last, tuple(tuple(each) for each in hours), name)


def _last_ticket(value: object) -> LastTicket | None:
    if value is None:
        return None
    told = object_of(value, "last_ticket", {"minutes", "expected_wait"})
    return LastTicket(
        maybe_minutes(told, "last_ticket", "minutes", least=1),
        truth(told.get("expected_wait", False), "last_ticket.expected_wait"),
    )


def day_of(value: object, place: str) -> date:
    """Return `value` as a day, `2026-12-24`."""
    try:
        if isinstance(value, str) and len(value) == 10:
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise wrong(place, "a day is needed, as 2026-12-24")
