"""The axes of a plot: a scale with round ticks that always shows zero, and labels along the rows that never touch."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil, floor, log10
from typing import Any

from babel.dates import format_skeleton

from queue_app.i18n import N_, clock_time
from queue_app.reports.document import NUMERIC, Column, Kind
from queue_app.reports.forms.for_people import NOTHING, Wording, decimal
from queue_app.reports.forms.lettering import shortened, width_of, wrapped

_SECONDS_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600)
_MOST_MINUTES = 180
"""Up to so many the axis is ticked in minutes: a promise of a quarter of an hour is not 0.25 hours."""

_UNITS = {1: N_("seconds"), 60: N_("minutes"), 3600: N_("hours")}
_STEPS = (2, 3, 4, 5, 6, 7, 10, 12, 14, 15, 20, 24, 28, 30, 48, 50, 60, 90, 96, 100)
_TIME_OF_DAY = re.compile(r"\d{1,2}:\d\d")
_CLOCK_STEPS = (5, 10, 15, 30, 60, 120, 180, 240, 360, 720)
_MOST_LINES = 3


@dataclass(frozen=True)
class Scale:
    """The upright axis: ticks in the series' own unit, how they are written, and the unit they are written in."""

    ticks: Sequence[float]
    texts: Sequence[str]
    unit: str

    def share(self, value: float) -> float:
        """Return how far up the axis a value stands, 0 to 1."""
        return (value - self.ticks[0]) / (self.ticks[-1] - self.ticks[0])


def scale(values: Iterable[float], kind: Kind, wording: Wording, most: int = 5) -> Scale:
    """Return the axis for `values`: it begins or ends at 0 or passes it; durations are ticked in minutes, shares in per cent.

    Args:
        values: what has to find room, in the unit of `kind`.
        kind: of the series.
        wording: who reads it.
        most: about so many steps.
    """
    reach = [0.0, *values]
    low, high = min(reach), max(reach)
    if low == high:
        high = 60.0 if kind is Kind.SECONDS else 1.0
    step = _step((high - low) / most, kind)
    ticks = [number * step for number in range(floor(low / step + 1e-9), ceil(high / step - 1e-9) + 1)]
    if kind is Kind.SECONDS:
        unit = 1 if step < 60 else 60 if step < 3600 or ticks[-1] <= 60 * _MOST_MINUTES else 3600
        return Scale(ticks, [_number(tick / unit, 0, wording) for tick in ticks], wording.text(_UNITS[unit]))
    if kind is Kind.SHARE:
        pattern = "#,##0\u00a0%" if step >= 0.01 else "#,##0.0\u00a0%"
        return Scale(ticks, [decimal(round(tick, 9), pattern, wording.locale) for tick in ticks], "")
    places = max(0, ceil(-log10(step) - 1e-9))
    unit_text = wording.text(N_("number")) if kind is Kind.COUNT else ""
    return Scale(ticks, [_number(tick, places, wording) for tick in ticks], unit_text)


def _number(value: float, places: int, wording: Wording) -> str:
    return decimal(round(value, places), "#,##0" + "." * (places > 0) + "0" * places, wording.locale)


def _step(least: float, kind: Kind) -> float:
    """Return a round step of at least `least`."""
    if kind is Kind.SECONDS:
        return next((float(step) for step in _SECONDS_STEPS if step >= least), 3600 * _decimal_step(least / 3600))
    return max(1.0, _decimal_step(least)) if kind is Kind.COUNT else _decimal_step(least)


def _decimal_step(least: float) -> float:
    power = 10.0 ** floor(log10(least))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least * (1 - 1e-9))


@dataclass(frozen=True)
class Labels:
    """What stands along the rows: the lines of each label by the row's number, whether they are turned, their depth in points."""

    by_row: dict[int, list[str]]
    turned: bool
    depth: float


def labels(values: Sequence[Any], column: Column, wording: Wording, slot: float, size: float) -> Labels:
    """Return the labels of the rows, thinned out, broken or turned until they do not touch.

    Args:
        values: the rows' cells of `column`.
        column: the one along the axis.
        wording: who reads it.
        slot: the width of a row, in points.
        size: of the letters, in points.
    """
    if column.kind in {Kind.DAY, Kind.MOMENT} and all(values):
        moments = [datetime.fromisoformat(value) for value in values]
        days = [moment.astimezone(wording.setup.zone) if moment.tzinfo else moment for moment in moments]
        if len({day.date() for day in days}) > 1:
            return _calendar([day.date() for day in days], wording, slot, size)
    texts = [_text(value, column, wording) for value in values]
    widest = max(width_of(text, size) for text in texts)
    room = slot - 0.5 * size
    if widest <= room:
        return _every(1, [[text] for text in texts], size)
    if all(_TIME_OF_DAY.fullmatch(text) for text in texts):
        return _clock(texts, slot, size)
    if column.kind in NUMERIC:
        return _every(_round_step((widest + 0.8 * size) / slot), [[text] for text in texts], size)
    if slot >= 4.5 * size:
        return _every(1, [wrapped(text, room, size, most=_MOST_LINES) for text in texts], size)
    cut = [[shortened(text, 10 * size, size)] for text in texts]
    found = _every(ceil(1.25 * size / slot), cut, size)
    depth = max(width_of(lines[0], size) for lines in found.by_row.values()) + 0.4 * size
    return Labels(found.by_row, True, depth)


def _text(value: Any, column: Column, wording: Wording) -> str:
    if column.kind is Kind.MOMENT and value:
        return clock_time(wording.language, datetime.fromisoformat(value), wording.setup.zone)
    return wording.cell(value, column) or NOTHING


def _every(step: int, lines: Sequence[list[str]], size: float) -> Labels:
    by_row = {number: lines[number] for number in range(0, len(lines), step)}
    return Labels(by_row, False, 1.25 * size * max(len(each) for each in by_row.values()))


def _round_step(least: float) -> int:
    return next((step for step in _STEPS if step >= least), ceil(least))


def _clock(texts: Sequence[str], slot: float, size: float) -> Labels:
    """Return labels at full hours or other round times, as many as find room."""
    minutes = [60 * int(hour) + int(minute) for hour, minute in (text.split(":") for text in texts)]
    found: dict[int, str] = {}
    for step in _CLOCK_STEPS:
        found = {number: text for number, text in enumerate(texts) if minutes[number] % step == 0}
        if found and not _touching(found, slot, size):
            return Labels({number: [text] for number, text in found.items()}, False, 1.25 * size)
    widest = max(width_of(text, size) for text in texts)
    return _every(_round_step((widest + 0.8 * size) / slot), [[text] for text in texts], size)


_Level = tuple[Callable[[date], Hashable], str]
_LEVELS: tuple[_Level, ...] = (
    (lambda day: day, "MMMd"),
    (lambda day: day.isocalendar()[:2], "MMMd"),
    (lambda day: (day.year, day.month), "yMMM"),
    (lambda day: (day.year, (day.month - 1) // 3), "yMMM"),
    (lambda day: day.year, "y"),
)
"""Every day, the first of each week, month, quarter, year; and CLDR's skeleton of the label."""


def _calendar(days: Sequence[date], wording: Wording, slot: float, size: float) -> Labels:
    for key_of, skeleton in _LEVELS:
        firsts = [number for number, day in enumerate(days) if not number or key_of(day) != key_of(days[number - 1])]
        if len(firsts) * 2 * size > len(days) * slot and skeleton != "y":
            continue
        found = {number: format_skeleton(skeleton, days[number], locale=wording.locale) for number in firsts}
        if _touching(found, slot, size) <= {1} or skeleton == "y":
            break
    # What the range begins with is often the rest of a week or month, and its label in the way of the next.
    while touching := _touching(found, slot, size):
        number = min(touching)
        del found[sorted(found)[0 if number == 1 else number]]
    return Labels({number: [text] for number, text in found.items()}, False, 1.25 * size)


def _touching(found: dict[int, str], slot: float, size: float) -> set[int]:
    """Return which labels, counted from 0, come too near to the one before."""
    rows = sorted(found)
    halves = [width_of(found[row], size) / 2 for row in rows]
    return {
        number
        for number in range(1, len(rows))
        if (rows[number] - rows[number - 1]) * slot < halves[number - 1] + halves[number] + 0.7 * size
    }
