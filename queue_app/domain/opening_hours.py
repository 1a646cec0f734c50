"""Weekly opening hours: is it open now, until when, and when does it open next."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from queue_app.domain.errors import problem

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WeeklyHours = Mapping[str, Sequence[Sequence[str]]]
"""Weekday → intervals of local wall time `["08:00", "17:30"]`; `"24:00"` ends a day; None instead of a mapping is always open."""
Intervals = Sequence[tuple[datetime, datetime]]
"""Open times as UTC moments, [begin, end)."""

_NAMES = {
    "mon": problem("Monday"),
    "tue": problem("Tuesday"),
    "wed": problem("Wednesday"),
    "thu": problem("Thursday"),
    "fri": problem("Friday"),
    "sat": problem("Saturday"),
    "sun": problem("Sunday"),
}
MOST_INTERVALS = 12
LOOK_AHEAD_DAYS = 800
"""A season is at most a year away, an exception at most two years long; further nobody is told to come back."""
LONGEST_OPEN_DAYS = 8
"""What closes later than this many days from now is told as open without an end."""
KEPT_DAYS = 1600
ONE_DAY = timedelta(days=1)
_ONE_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Opening:
    """Whether something is open at a moment; moments are aware UTC.

    Attributes:
        is_open: whether it is.
        closes_at: until when; None where no end is near.
        opens_at: when next, where it is closed; None where no opening is near.
        reason: why it is closed, a word for programs; empty where it is open.
        name: what the day is called that closes it, by language.
    """

    is_open: bool
    closes_at: datetime | None
    opens_at: datetime | None
    reason: str = ""
    name: Mapping[str, str] = field(default_factory=dict)


def check(hours: object) -> None:
    """Raise ValueError with a problem unless `hours` are well-formed weekly hours whose intervals do not run backwards."""
    if not isinstance(hours, Mapping):
        raise ValueError(problem("an object with a weekday as each key is needed"))
    for day, intervals in hours.items():
        if day not in WEEKDAYS:
            raise ValueError(problem("%(day)s is not one of %(words)s", day=repr(day), words=", ".join(WEEKDAYS)))
        try:
            check_day(intervals)
        except ValueError as error:
            raise ValueError(problem("%(day)s: %(problem)s", day=_NAMES[day], problem=error.args[0])) from None


def check_day(intervals: object) -> None:
    """Raise ValueError with a problem unless `intervals` are those of one day, `[["08:00", "12:00"], ["13:00", "17:00"]]`."""
    if not isinstance(intervals, list | tuple) or len(intervals) > MOST_INTERVALS:
        raise ValueError(
            problem('a list of at most %(most)d intervals like ["08:00", "17:00"] is needed', most=MOST_INTERVALS)
        )
    for interval in intervals:
        if not isinstance(interval, list | tuple) or len(interval) != 2:
            raise ValueError(problem('an interval like ["08:00", "17:00"] is needed'))
        begin, end = interval
        if _minutes(begin) >= _minutes(end):
            raise ValueError(problem("%(begin)s is not before %(end)s", begin=begin, end=end))


def opening(hours: WeeklyHours | None, moment: datetime, zone: ZoneInfo) -> Opening:
    """Say whether weekly `hours` are open at `moment`, until when, or when they open next."""
    if hours is None:
        return Opening(True, None, None)
    return Timetable(lambda day: moments(hours.get(WEEKDAYS[day.weekday()], ()), day, zone), zone).at(moment)


class Timetable:
    """When something is open, day by day; what was worked out is kept."""

    def __init__(self, intervals: Callable[[date], Intervals], zone: ZoneInfo) -> None:
        """Read each local day's open `intervals`, in `zone`."""
        self._read = intervals
        self._zone = zone
        self._days: dict[date, Intervals] = {}
        self._next: dict[date, datetime | None] = {}

    def day(self, day: date) -> Intervals:
        """Return a day's open intervals, in order and joined where they touch."""
        found = self._days.get(day)
        if found is None:
            if len(self._days) > KEPT_DAYS:
                self._days.clear()
            found = self._days[day] = joined(self._read(day))
        return found

    def at(self, moment: datetime) -> Opening:
        """Say whether it is open at `moment`, until when, or when it opens next, `LOOK_AHEAD_DAYS` ahead at most."""
        today = moment.astimezone(self._zone).date()
        for begin, end in self.day(today):
            if begin <= moment < end:
                return Opening(True, self.end_of(today, end), None)
            if begin > moment:
                return Opening(False, None, begin)
        return Opening(False, None, self.begin_after(today))

    def end_of(self, day: date, end: datetime) -> datetime | None:
        """Return when what ends at `end` on `day` really ends: it may go on after midnight."""
        for _ in range(LONGEST_OPEN_DAYS):
            day += ONE_DAY
            following = next(iter(self.day(day)), None)
            if following is None or following[0] > end:
                return end
            end = following[1]
            if end < start_of(day + ONE_DAY, self._zone):
                return end
        return None

    def begin_after(self, today: date) -> datetime | None:
        """Return the first opening after the day `today`."""
        if today not in self._next:
            if len(self._next) > KEPT_DAYS:
                self._next.clear()
            days = (today + ONE_DAY * ahead for ahead in range(1, LOOK_AHEAD_DAYS + 1))
            self._next[today] = next((self.day(day)[0][0] for day in days if self.day(day)), None)
        return self._next[today]


def moments(hours: Sequence[Sequence[str]], day: date, zone: ZoneInfo) -> Intervals:
    """Return the UTC moments of one day's hours of wall time; what a DST night leaves out of them is left out."""
    pairs = ((_moment(day, begin, zone), _moment(day, end, zone)) for begin, end in hours)
    return tuple((begin, end) for begin, end in pairs if begin < end)


def joined(intervals: Intervals) -> Intervals:
    """Return intervals in order, those that touch or overlap made one."""
    result: list[tuple[datetime, datetime]] = []
    for begin, end in sorted(intervals):
        if result and begin <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((begin, end))
    return tuple(result)


def common(ones: Intervals, others: Intervals) -> Intervals:
    """Return when both are open."""
    pairs = ((max(one[0], other[0]), min(one[1], other[1])) for one in ones for other in others)
    return joined(tuple((begin, end) for begin, end in pairs if begin < end))


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the UTC moment at which a local day begins."""
    return _moment(day, "00:00", zone)


def _moment(day: date, text: str, zone: ZoneInfo) -> datetime:
    """Return the first moment at which the wall clock stands at, or has passed, a time of `day`."""
    minutes = _minutes(text)
    wall = datetime.combine(day + timedelta(days=minutes // 1440), time(minutes % 1440 // 60, minutes % 60))
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wall:
        return moment
    # The wall clock jumps over this time in spring: it has passed it in the moment of the jump.
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    while moment - before > _ONE_MINUTE:
        middle = before + (moment - before) // _ONE_MINUTE // 2 * _ONE_MINUTE
        before, moment = (before, middle) if middle.astimezone(zone).replace(tzinfo=None) >= wall else (middle, moment)
    return moment


def _minutes(written: object) -> int:
    hour, _, minute = written.partition(":") if isinstance(written, str) else ("", "", "")
    if not (len(hour) == len(minute) == 2 and (hour + minute).isascii() and (hour + minute).isdecimal()):
        raise ValueError(problem("%(time)s is not a time like 08:00", time=repr(str(written)[:20])))
    total = int(hour) * 60 + int(minute)
    if int(minute) > 59 or total > 1440:
        raise ValueError(problem("%(time)s is not a time of day", time=repr(written)))
    return total
