"""The cells of a workbook: numbers, days, moments and durations as what they are, texts always as texts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from queue_app.reports.document import NUMERIC, Column, Kind
from queue_app.reports.forms.for_people import Wording, duration
from queue_app.reports.forms.for_programs import looks_like_a_formula

SECONDS_A_DAY = 86_400

_DAYS = {"en": "dd/mm/yyyy", "cs": "d. m. yyyy", "sk": "d. m. yyyy", "pl": "dd.mm.yyyy", "hu": "yyyy. mm. dd."}
_NUMBERS = {Kind.ID: "0", Kind.COUNT: "#,##0", Kind.NUMBER: "#,##0.00", Kind.SECONDS: "[h]:mm:ss", Kind.SHARE: "0.0%"}
_HEADING = {"bold": True, "bottom": 2, "bg_color": "#eef1f3"}
_NUDGE = 1e-7
"""Seconds: half a second as a part of a day may be a hair too short, and would be shown rounded down, in the PDF rounded up."""

_EPOCH = date(1899, 12, 30).toordinal()
_MOST_FORMATS = 200
"""Excel takes only so many formats of a file's own."""

Put = Callable[[Any, int, int, Any], None]
"""Write a cell: sheet, row, column, value."""


class Cells:
    """Writes the cells of one workbook in one reader's language."""

    def __init__(self, book: Any, wording: Wording) -> None:
        """Make the formats of the workbook."""
        self.book, self.wording = book, wording
        self.heading = self._format(_HEADING, wrap=True)
        # Indented: Excel lays the button of the filter over the right end.
        self.figure_heading = self._format({**_HEADING, "align": "right", "indent": 2}, wrap=True)
        self.rule = self._format({"top": 1})
        self.bold = self._format({"bold": True})
        self.prose = self._format({}, wrap=True)
        self.title = self._format({"bold": True, "font_size": 14})
        self._below_zero: dict[tuple[str, bool], Any] = {}

    def _format(self, look: dict[str, Any], wrap: bool = False) -> Any:
        return self.book.add_format({"valign": "top", "text_wrap": wrap, **look})

    def number_format(self, kind: Kind) -> str:
        """Return how Excel is told to show the cells of a kind."""
        day = _DAYS.get(self.wording.language, "yyyy-mm-dd")
        return {Kind.DAY: day, Kind.MOMENT: f"{day} hh:mm", **_NUMBERS}.get(kind, "General")

    def put_text(self, sheet: Any, row: int, place: int, text: str, look: Any = None) -> None:
        """Write a text that stays a text, whatever it looks like."""
        sheet.write_string(row, place, text, look)

    def writer(self, column: Column, is_total: bool = False) -> Put:
        """Return what writes the cells of a column; of the row over everything they are bold, below a line."""
        look = {"bold": True, "top": 1} if is_total else {}
        side = "right" if column.kind in NUMERIC else "left"
        style = self._format({"num_format": self.number_format(column.kind), "align": side, **look})
        if column.kind is Kind.SECONDS:
            return self._duration_writer(style, look)
        number_of = _NUMBER_OF.get(column.kind)
        if number_of is None:
            return self._text_writer(column, look)
        if column.kind is Kind.MOMENT:
            zone = self.wording.setup.zone
            return lambda sheet, row, place, value: sheet.write_number(row, place, moment_number(value, zone), style)
        return lambda sheet, row, place, value: sheet.write_number(row, place, number_of(value), style)

    def _text_writer(self, column: Column, look: dict[str, Any]) -> Put:
        # The mark of a text: without it Excel would read "=…" as a formula as soon as somebody edits the cell.
        plain, marked = self._format(look), self._format({"quote_prefix": True, **look})
        text_of = lru_cache(maxsize=4096)(lambda value: self.wording.cell(value, column))

        def put(sheet: Any, row: int, place: int, value: Any) -> None:
            text = text_of(value)
            sheet.write_string(row, place, text, marked if looks_like_a_formula(text) else plain)

        return put

    def _duration_writer(self, style: Any, look: dict[str, Any]) -> Put:
        def put(sheet: Any, row: int, place: int, value: float) -> None:
            shown = style if value >= 0 else self._format_below_zero(value, look) or style
            sheet.write_number(row, place, (value + _NUDGE) / SECONDS_A_DAY, shown)

        return put

    def _format_below_zero(self, seconds: float, look: dict[str, Any]) -> Any:
        """Return a format that says a negative duration: Excel shows none by itself, only hash signs."""
        key = duration(seconds), bool(look)
        if key not in self._below_zero and len(self._below_zero) < _MOST_FORMATS:
            self._below_zero[key] = self._format({"num_format": f'General;"{key[0]}"', "align": "right", **look})
        return self._below_zero.get(key)


@lru_cache(maxsize=4096)
def day_number(day: str) -> int:
    """Return the number by which Excel knows an ISO date."""
    return date.fromisoformat(day).toordinal() - _EPOCH


def moment_number(moment: str, zone: Any) -> float:
    """Return the number by which Excel knows the wall time of an ISO moment in `zone`."""
    local = datetime.fromisoformat(moment).astimezone(zone)
    seconds = local.hour * 3600 + local.minute * 60 + local.second + local.microsecond / 1e6
    return local.toordinal() - _EPOCH + seconds / SECONDS_A_DAY


def _same(value: float) -> float:
    return value


_NUMBER_OF: dict[Kind, Callable[[Any], float]] = {
    Kind.ID: _same,
    Kind.COUNT: _same,
    Kind.NUMBER: _same,
    Kind.SHARE: _same,
    Kind.DAY: day_number,
    Kind.MOMENT: _same,
}
