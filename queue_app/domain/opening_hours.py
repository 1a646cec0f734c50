"""Weekly opening hours: is it open now, until when, and when does it open next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WeeklyHours = Mapping[str, Sequence[Sequence[str]]]
"""Weekday → intervals of local wall time `["08:00", "17:30"]`; `"24:00"` ends a day; None instead of a mapping is always open."""


@dataclass(frozen=True)
class Opening:
    """Whether something is open at a moment; moments are aware UTC."""

    is_open: bool
    closes_at: datetime | None
    opens_at: datetime | None


def check(hours: WeeklyHours) -> None:
    """Raise ValueError, saying where, unless `hours` is well-formed and its intervals do not run backwards."""
    for day, intervals in hours.items():
        if day not in WEEKDAYS:
            raise ValueError(f"{day!r} is not one of {', '.join(WEEKDAYS)}")
        for begin, end in intervals:
            if _minutes(begin) >= _minutes(end):
                raise ValueError(f"{day}: {begin} is not before {end}")


def opening(hours: WeeklyHours | None, moment: datetime, zone: ZoneInfo) -> Opening:
    """Say whether `hours` are open at `moment`, until when, or when they open next (looking eight days ahead)."""
    if hours is None:
        return Opening(True, None, None)
    today = moment.astimezone(zone).date()
    # From yesterday on, so that an interval that ends at 24:00 joins the next day's first one in the loop below.
    closes_at = None
    for offset in range(9):
        for begin, end in _intervals(hours, today + timedelta(days=offset), zone):
            if closes_at is not None:
                if begin > closes_at:
                    return Opening(True, closes_at, None)
                closes_at = end
            elif begin <= moment < end:
                closes_at = end
            elif begin > moment:
                return Opening(False, None, begin)
    return Opening(closes_at is not None, closes_at, None)


def _intervals(hours: WeeklyHours, day: date, zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    return sorted(
        (_moment(day, begin, zone), _moment(day, end, zone)) for begin, end in hours.get(WEEKDAYS[day.weekday()], ())
    )


def _moment(day: date, text: str, zone: ZoneInfo) -> datetime:
    minutes = _minutes(text)
    wall = datetime.combine(day + timedelta(days=minutes // 1440), time(minutes % 1440 // 60, minutes % 60))
    return wall.replace(tzinfo=zone).astimezone(UTC)


def _minutes(text: str) -> int:
    hour, _, minute = text.partition(":")
    if not (len(hour) == len(minute) == 2 and hour.isdecimal() and minute.isdecimal()):
        raise ValueError(f"{text!r} is not a time like 08:00")
    total = int(hour) * 60 + int(minute)
    if int(minute) > 59 or total > 1440:
        raise ValueError(f"{text!r} is not a time of day")
    return total
