"""When a branch and its services are open, why they are closed, and what the next days bring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from queue_app.domain.calendar import ALL_DAY, Day, DayKind, LastTicket
from queue_app.domain.opening_hours import (
    ONE_DAY,
    WEEKDAYS,
    Intervals,
    Opening,
    Timetable,
    common,
    moments,
)
from queue_app.domain.service_menu import in_season, on_weekday

if TYPE_CHECKING:
    from queue_app.domain.branch import BranchSetup, ServiceSetup


class Closed(StrEnum):
    """Why no number is given out."""

    HOURS = "hours"
    BREAK = "break"
    HOLIDAY = "holiday"
    EXCEPTION = "exception"
    SEASON = "season"
    WEEKDAY = "weekday"
    INTAKE = "intake"
    QUOTA = "quota"
    NUMBERS = "numbers"
    INSTEAD = "instead"
    TOO_LATE = "too_late"


@dataclass(frozen=True)
class SpecialDays:
    """Days in a row on which the week does not hold, for the same reason and with the same hours."""

    first: date
    last: date
    day: Day


class BranchHours:
    """Reads the hours of one branch as it is set up; kept with the setup, so that each day is worked out once."""

    def __init__(self, setup: BranchSetup) -> None:
        """Read the hours, the calendar and the services' seasons of `setup`."""
        self._setup = setup
        self._year = setup.year
        self._house = Timetable(self._house_day, setup.zone)
        self._of_service: dict[int, Timetable] = {}

    def day(self, day: date) -> Day:
        """Return what holds on a local day."""
        return self._year.day(day, self._setup.opening_hours, self._setup.holiday_names)

    def house(self, moment: datetime) -> Opening:
        """Say whether the branch is open at `moment`, and why not."""
        if self._setup.opening_hours is None and self._year.is_plain:
            return Opening(True, None, None)
        found = self._house.at(moment)
        return found if found.is_open else self._why_house(found, moment)

    def service(self, service: ServiceSetup, moment: datetime) -> Opening:
        """Say whether a service is open at `moment`, its branch's hours and its season included, and why not."""
        table = self._timetable(service)
        if table is None:
            return self.house(moment)
        found = table.at(moment)
        if found.is_open:
            return found
        today = self._today(moment)
        if service.part_of_year is not None and not in_season(service.part_of_year, today):
            return replace(found, reason=Closed.SEASON)
        house = self.house(moment)
        if not house.is_open and house.reason != Closed.BREAK:
            return replace(house, opens_at=found.opens_at)
        if service.part_of_year is not None and not on_weekday(service.part_of_year, today):
            return replace(found, reason=Closed.WEEKDAY)
        return replace(found, reason=self._break(table, found, moment) or Closed.HOURS)

    def rest_of_day(self, service: ServiceSetup, moment: datetime) -> tuple[timedelta, datetime] | None:
        """Return how long a service is still open today, breaks left out, and when it closes; None where no end is near."""
        table = self._timetable(service) or self._house
        closes_at = table.at(moment).closes_at
        if closes_at is None:
            return None
        left, today = closes_at - moment, self._today(moment)
        for begin, end in table.day(today):
            if begin > closes_at:
                left += end - begin
                closes_at = table.end_of(today, end) or end
        return left, closes_at

    def too_late(self, service: ServiceSetup, moment: datetime, wait_seconds: float | None) -> datetime | None:
        """Return when the service closes, where it is too late today for another number; None where it is not.

        Args:
            service, moment: for which, when; it must be open.
            wait_seconds: how long whoever comes now is expected to wait; None where nobody can tell.
        """
        last = self._year.last_ticket
        rest = self.rest_of_day(service, moment) if last is not None else None
        if last is None or rest is None:
            return None
        return rest[1] if _is_too_late(last, moment, rest, wait_seconds) else None

    def opens_after_today(self, service: ServiceSetup, moment: datetime) -> datetime | None:
        """Return when a service opens first on a later day; None where it never closes, or no opening is near."""
        if service.opening_hours is None and service.part_of_year is None and self.house(moment).closes_at is None:
            return None
        return (self._timetable(service) or self._house).begin_after(self._today(moment))

    def special_days(self, moment: datetime, days: int) -> list[SpecialDays]:
        """Return the holidays and exceptions from today on, `days` ahead; those in a row that are alike as one."""
        today = self._today(moment)
        found: list[SpecialDays] = []
        for ahead in range(days):
            date_, day = today + ONE_DAY * ahead, self.day(today + ONE_DAY * ahead)
            if day.kind == DayKind.WEEK:
                continue
            if found and found[-1].last + ONE_DAY == date_ and found[-1].day == day:
                found[-1] = replace(found[-1], last=date_)
            else:
                found.append(SpecialDays(date_, date_, day))
        return found

    def today(self, moment: datetime) -> Day:
        """Return what holds on the local day of `moment`."""
        return self.day(self._today(moment))

    def _today(self, moment: datetime) -> date:
        return moment.astimezone(self._setup.zone).date()

    def _timetable(self, service: ServiceSetup) -> Timetable | None:
        """Return the service's own timetable; None where the house's holds for it."""
        if service.opening_hours is None and service.part_of_year is None:
            return None
        found = self._of_service.get(service.id)
        if found is None:
            found = Timetable(lambda day: self._service_day(service, day), self._setup.zone)
            self._of_service[service.id] = found
        return found

    def _house_day(self, day: date) -> Intervals:
        return moments(self.day(day).hours, day, self._setup.zone)

    def _service_day(self, service: ServiceSetup, day: date) -> Intervals:
        season, hours = service.part_of_year, service.opening_hours
        if season is not None and not (in_season(season, day) and on_weekday(season, day)):
            return ()
        own = ALL_DAY if hours is None else hours.get(WEEKDAYS[day.weekday()], ())
        return common(self._house.day(day), moments(own, day, self._setup.zone))

    def _why_house(self, found: Opening, moment: datetime) -> Opening:
        day = self.today(moment)
        pause = self._break(self._house, found, moment)
        if pause is not None:
            return replace(found, reason=pause)
        if day.kind == DayKind.EXCEPTION:
            return replace(found, reason=Closed.EXCEPTION, name=_names(day))
        if day.kind == DayKind.HOLIDAY and not day.hours:
            return replace(found, reason=Closed.HOLIDAY, name=_names(day))
        return replace(found, reason=Closed.HOURS)

    def _break(self, table: Timetable, found: Opening, moment: datetime) -> Closed | None:
        """Return that this is a break: it was open today before, and will be again."""
        today = self._today(moment)
        was_open = any(end <= moment for _, end in table.day(today))
        opens_again = found.opens_at is not None and self._today(found.opens_at) == today
        return Closed.BREAK if was_open and opens_again else None


def _names(day: Day) -> Mapping[str, str]:
    return day.name or {}


def _is_too_late(
    last: LastTicket, moment: datetime, rest: tuple[timedelta, datetime], wait_seconds: float | None
) -> bool:
    left, closes_at = rest
    if last.minutes is not None and moment >= closes_at - timedelta(minutes=last.minutes):
        return True
    return last.expected_wait and wait_seconds is not None and wait_seconds > left.total_seconds()
