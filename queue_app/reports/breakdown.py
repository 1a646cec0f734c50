"""What rows are broken down by: stretches of the branch's own time, services, counters, clerks, classes, channels, outcomes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from queue_app.domain.business_day import day_bounds
from queue_app.domain.day_facts import ms
from queue_app.i18n import N_
from queue_app.reports.document import Column, Kind
from queue_app.reports.groups import Array, Groups
from queue_app.reports.question import Question
from queue_app.store.columns import Columns
from queue_app.store.facts import EPOCH_DAY, Facts

HOUR_MS = 3_600_000
QUARTER_MS = 900_000
PERSONAL = frozenset({"priority", "outcome"})
"""Breakdowns that tell something of single visitors where a group is small. (Who may see clerks, the branch says.)"""

FEW = "few"
"""The name of the groups that are too small to be told apart; in `Facts.words` it comes after the last one."""

COLUMNS = {
    "quarter": Column("quarter", N_("Quarter of an hour"), N_("Begin of the quarter of an hour, local time"), Kind.MOMENT),
    "hour": Column("hour", N_("Hour"), N_("Begin of the hour, local time; the doubled hour of autumn is two"), Kind.MOMENT),
    "day": Column("day", N_("Day"), N_("Business date, in the branch's time zone"), Kind.DAY),
    "weekday": Column("weekday", N_("Weekday"), N_("Weekday of the business date"), Kind.WORD),
    "week": Column("week", N_("Week"), N_("Monday of the week"), Kind.DAY),
    "month": Column("month", N_("Month"), N_("First day of the month"), Kind.DAY),
    "time_of_day": Column("time_of_day", N_("Time of day"), N_("Quarter of an hour by the clock on the wall"), Kind.TEXT),
    "service": Column("service", N_("Service"), N_("What the visitor came for"), Kind.SERVICE),
    "counter": Column("counter", N_("Counter"), N_("Where the visitor was served; empty for those who were not"), Kind.COUNTER),
    "clerk": Column("clerk", N_("Clerk"), N_("Who served; empty where nobody did"), Kind.CLERK),
    "priority": Column("priority", N_("Class"), N_("The visitor's class"), Kind.WORD),
    "channel": Column("channel", N_("Channel"), N_("Where the number was taken"), Kind.WORD),
    "outcome": Column("outcome", N_("Outcome"), N_("How the service ended, as the clerk said"), Kind.WORD),
}  # fmt: skip


@dataclass(frozen=True)
class Breakdown:
    """Rows in groups, and what the groups are called.

    Attributes:
        groups: the groups.
        columns: of their names.
        names: a row of cells for each group.
        order: the groups' places in the order in which they are read.
    """

    groups: Groups
    columns: tuple[Column, ...]
    names: list[dict[str, Any]]
    order: list[int]


def break_down(facts: Facts, table: Columns, question: Question, names: Sequence[str], moment: str) -> Breakdown:
    """Put the rows of `table` into groups.

    Args:
        facts: where the table is from.
        table: its columns.
        question: whose branch and whose reader.
        names: of `COLUMNS`, what the rows are broken down by.
        moment: the column of the table that says when a row was.
    """
    parts = [_part(facts, table, question, name, moment) for name in names]
    groups = Groups([key for key, _, _ in parts], table.size)
    cells = [
        {name: decode(code) for name, code, (_, decode, _) in zip(names, key, parts, strict=True)}
        for key in groups.keys
    ]
    places = [tuple(place(code) for code, (_, _, place) in zip(key, parts, strict=True)) for key in groups.keys]
    order = sorted(range(groups.number), key=lambda group: places[group])
    return Breakdown(groups, tuple(COLUMNS[name] for name in names), cells, order)


_Part = tuple[Array, Callable[[int], Any], Callable[[int], Any]]
"""A key of each row, what a key is called, and where it stands in the order."""


def _part(facts: Facts, table: Columns, question: Question, name: str, moment: str) -> _Part:
    setup = question.setup
    if name in ("service", "counter", "clerk"):
        return _who(table, question, name)
    if name in ("priority", "channel", "outcome"):
        words = (*facts.words, FEW)
        return table[name].astype(np.int64), lambda code: words[code], lambda code: words[code]
    if name in ("day", "weekday", "week", "month"):
        return _days(table["day"], name)
    local = local_ms(table[moment], question)
    if name == "time_of_day":
        return (local // QUARTER_MS) % 96, clock_of, _same
    size = HOUR_MS if name == "hour" else QUARTER_MS
    begin = local // size * size - (local - table[moment])
    return begin, lambda code: iso_local(code, setup.zone), _same


def _who(table: Columns, question: Question, name: str) -> _Part:
    setup, reader = question.setup, question.reader
    if name == "service":
        slugs = {service.id: service.slug for service in setup.services}
        places = {service.id: place for place, service in enumerate(setup.services)}
        return table["service_id"], lambda code: slugs.get(code, f"#{code}"), lambda code: places.get(code, len(places))
    if name == "counter":
        names = {counter.id: counter.name for counter in setup.counters}
        places = {counter.id: place for place, counter in enumerate(setup.counters)}
        return (
            table["counter_id"],
            lambda code: names.get(code, f"#{code}") if code else "",
            lambda code: places.get(code, len(places)),
        )
    clerks = {0: "", **(reader.names or {})}
    return table["user_id"], lambda code: clerks.get(code, f"#{code}"), lambda code: clerks.get(code, "")


def _days(days: Array, name: str) -> _Part:
    if name == "weekday":
        return weekday_of(days), lambda code: f"weekday:{code}", _same
    if name == "week":
        days = days - (days + 3) % 7
    elif name == "month":
        days = days.astype("datetime64[D]").astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return days, lambda code: day_of(code).isoformat(), _same


def _same(code: int) -> int:
    return code


def weekday_of(days: Any) -> Any:
    """Return 1 for a Monday to 7 for a Sunday, of days since 1 January 1970, one or an array: that was a Thursday."""
    return (days + 3) % 7 + 1


def clock_of(quarter: int) -> str:
    """Return what the clock shows at the begin of a quarter of an hour of the day, 0 to 95."""
    return f"{quarter // 4:02d}:{quarter % 4 * 15:02d}"


def day_of(days: int) -> date:
    """Return the date that is so many days after 1 January 1970."""
    return date.fromordinal(days + EPOCH_DAY)


def iso_local(moment_ms: int, zone: ZoneInfo) -> str:
    """Return a moment (ms since 1970 UTC) as ISO text in local time, with its offset."""
    return datetime.fromtimestamp(moment_ms / 1000, zone).isoformat(timespec="seconds")


def local_ms(moments: Array, question: Question) -> Array:
    """Return moments (ms since 1970 UTC) as the clock on the branch's wall shows them, in ms.

    The offset is looked up where it changes: two or three times a year, not for each row.
    """
    setup = question.setup
    begin = day_bounds(question.first, setup.zone, setup.cut_over_hour)[0] - timedelta(days=1)
    end = day_bounds(question.last, setup.zone, setup.cut_over_hour)[1] + timedelta(days=1)
    changes, offsets = [ms(begin)], [_offset(begin, setup.zone)]
    days = [begin + timedelta(days=day) for day in range((end - begin).days + 2)]
    for before, after in pairwise(days):
        if _offset(before, setup.zone) != _offset(after, setup.zone):
            change = _change(before, after, setup.zone)
            changes.append(ms(change))
            offsets.append(_offset(change, setup.zone))
    local: Array = moments + np.array(offsets)[np.maximum(0, np.searchsorted(changes, moments, side="right") - 1)]
    return local


def _offset(moment: datetime, zone: ZoneInfo) -> int:
    offset = moment.astimezone(zone).utcoffset()
    return 0 if offset is None else offset // timedelta(milliseconds=1)


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the first minute after `before` at which the offset is that of `after`."""
    low, high = 0, int((after - before).total_seconds() // 60)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(before + timedelta(minutes=middle), zone) == _offset(before, zone):
            low = middle
        else:
            high = middle
    return (before + timedelta(minutes=high)).astimezone(UTC)
