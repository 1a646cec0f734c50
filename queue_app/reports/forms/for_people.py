"""How a cell is written for people: in their language, with its own numbers and dates, and by the branch's own names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Context, localcontext
from functools import cached_property, lru_cache
from math import floor
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.numbers import parse_pattern

from queue_app import i18n
from queue_app.domain.branch import BranchSetup, pick
from queue_app.i18n import N_
from queue_app.reports.document import NUMERIC, Column, Kind, Report, Table
from queue_app.reports.words import WORDS, name_of

NOTHING = "–"
"""Where there is nothing to say: a duration that did not happen is not 0."""

TOGETHER = N_("Together")
"""What the row over everything is called."""

HIDDEN_SMALL = N_("Some figures are left out because they would tell of too few people.")
"""What is said of a table with `hidden_small`."""


HEADLINES: Mapping[str, Sequence[str]] = {
    "waits": ("served", "left", "wait_mean_seconds", "wait_p50_seconds", "wait_p90_seconds", "service_mean_seconds"),
    "service-level": (
        "service_level",
        "service_level_strict",
        "service_level_served",
        "arrived",
        "left",
        "wait_p90_seconds",
    ),
    "staffing": ("occupancy", "open_seconds", "idle_seconds", "idle_waiting_seconds", "served", "throughput"),
    "endings": ("arrived", "served", "abandonment", "no_shows", "cancelled", "expired"),
    "visits": (
        "arrived",
        "served",
        "total_wait_mean_seconds",
        "visit_mean_seconds",
        "visit_p90_seconds",
        "transfer_share",
    ),
}
"""Which figures over everything stand large above the tables of a report; of the others the first ones."""

MOST_HEADLINES = 6
MOST_ROWS_FIRST = 40
"""A table with more rows is read after the shorter ones."""


def headlines(report: Report) -> tuple[Table, list[Column]] | None:
    """Return the table whose total is told in large figures, and which of its columns; None where no table has a total."""
    table = next((each for each in report.tables if each.total is not None), None)
    if table is None or table.total is None:
        return None
    figures = [column for column in table.columns if column.kind in NUMERIC]
    if report.name in HEADLINES:
        figures = [column for name in HEADLINES[report.name] for column in figures if column.name == name]
    shown = [column for column in figures if table.total[column.name] is not None]
    return table, shown[:MOST_HEADLINES]


def in_reading_order(report: Report) -> list[Table]:
    """Return the tables as people read them: those with something in them, the long ones last."""
    own, *further = report.tables
    found = [own, *(table for table in further if not isinstance(table.rows, Sequence) or table.rows)]
    return sorted(found, key=lambda table: isinstance(table.rows, Sequence) and len(table.rows) > MOST_ROWS_FIRST)


def cell(value: Any, column: Column, language: str, setup: BranchSetup, words: Mapping[str, str] = WORDS) -> str:
    """Return what a cell says to people.

    Args:
        value: as the row has it, see `document.Kind`; None gives a dash, an empty text nothing.
        column: its column.
        language: one of `i18n.LANGUAGES`.
        setup: the branch, for the names of its services and its time zone.
        words: what codes are called, to be translated.
    """
    return Wording(language, setup, words).cell(value, column)


def duration(seconds: float) -> str:
    """Return a duration as minutes and seconds, `4:05`, from an hour on as hours, minutes and seconds, `1:04:05`."""
    whole = floor(abs(seconds) + 0.5)
    minutes, rest = divmod(whole, 60)
    sign = "−" if seconds < 0 and whole else ""
    if minutes < 60:
        return f"{sign}{minutes}:{rest:02d}"
    return f"{sign}{minutes // 60}:{minutes % 60:02d}:{rest:02d}"


def locale_of(language: str) -> str:
    """Return the locale for numbers and dates: English is read by the whole continent, with days before months."""
    return "en_GB" if language == "en" else language


@lru_cache(maxsize=20_000)
def decimal(value: float, pattern: str, locale: str) -> str:
    """Return a number as `locale` writes it, in one of CLDR's patterns, with a true minus; a half is rounded up."""
    with localcontext(_HALF_UP):
        return str(_parsed(pattern).apply(value, _locale(locale), numbering_system="latn")).replace("-", "−")


_HALF_UP = Context(rounding=ROUND_HALF_UP)
# Babel would look both up for each number.
_parsed = lru_cache(parse_pattern)
_locale = lru_cache(Locale.parse)


@dataclass(frozen=True)
class Wording:
    """How one reader is written to.

    Attributes:
        language: one of `i18n.LANGUAGES`.
        setup: the branch, for the names of its services and its time zone.
        words: what codes are called, to be translated.
    """

    language: str
    setup: BranchSetup
    words: Mapping[str, str] = field(default_factory=lambda: WORDS)

    def text(self, message: str, **values: Any) -> str:
        """Return a message in the reader's language, its places filled in."""
        return i18n.text(self.language, message, **values)

    def cell(self, value: Any, column: Column) -> str:
        """Return what a cell says; None gives a dash, an empty text nothing."""
        if value is None:
            return NOTHING
        if column.name == "outcome" and value in self.outcomes:
            return self.outcomes[value]
        return "" if value == "" else _WRITERS[column.kind](self, value)

    def total(self, table: Table) -> list[str]:
        """Return the cells of the row over everything; where it tells of no single day or service, they are empty.

        Raises:
            ValueError: the table has none.
        """
        if table.total is None:
            raise ValueError(f"{table.name} has no total")
        cells = [
            "" if is_blank(table.total[column.name], column) else self.cell(table.total[column.name], column)
            for column in table.columns
        ]
        if is_blank(table.total[table.columns[0].name], table.columns[0]):
            cells[0] = self.text(TOGETHER)
        return cells

    def day(self, day: date) -> str:
        """Return a day, of medium length."""
        return str(format_date(day, "medium", locale=self.locale))

    def moment(self, moment: datetime) -> str:
        """Return the day and the time of day of an aware moment, as the branch's clocks show it."""
        local = moment.astimezone(self.setup.zone)
        return f"{self.day(local.date())} {i18n.clock_time(self.language, moment, self.setup.zone)}"

    def period(self, report: Report) -> str:
        """Return the days of a report."""
        if report.first == report.last:
            return self.day(report.first)
        return f"{self.day(report.first)} – {self.day(report.last)}"

    @property
    def locale(self) -> str:
        """The locale for numbers and dates."""
        return locale_of(self.language)

    @property
    def branch(self) -> str:
        """The branch's name."""
        return pick(self.setup.name, self.language, self.setup.default_language) or self.setup.slug

    @cached_property
    def services(self) -> dict[str, str]:
        """The services' names by their slugs; those that are no longer there are missing."""
        fallback = self.setup.default_language
        return {service.slug: pick(service.name, self.language, fallback) for service in self.setup.services}

    @cached_property
    def outcomes(self) -> dict[str, str]:
        """What the branch calls the outcomes of its services, by their codes."""
        fallback = self.setup.default_language
        every = (outcome for service in self.setup.services for outcome in service.outcomes)
        return {outcome.code: pick(outcome.name, self.language, fallback) for outcome in every}


def is_blank(value: Any, column: Column) -> bool:
    """Say whether a cell of the row over everything names no single day, service or counter, and so stays empty."""
    return column.kind not in NUMERIC and value in (None, "")


_WRITERS: dict[Kind, Callable[[Wording, Any], str]] = {
    Kind.TEXT: lambda wording, value: str(value),
    Kind.COUNTER: lambda wording, value: str(value),
    Kind.CLERK: lambda wording, value: str(value),
    Kind.SERVICE: lambda wording, value: wording.services.get(value) or str(value),
    Kind.WORD: lambda wording, value: name_of(str(value), wording.language, wording.words),
    Kind.DAY: lambda wording, value: wording.day(date.fromisoformat(value)),
    Kind.MOMENT: lambda wording, value: wording.moment(datetime.fromisoformat(value)),
    Kind.ID: lambda wording, value: str(value),
    Kind.COUNT: lambda wording, value: decimal(value, "#,##0", wording.locale),
    Kind.NUMBER: lambda wording, value: decimal(value, "#,##0.00", wording.locale),
    Kind.SECONDS: lambda wording, value: duration(value),
    Kind.SHARE: lambda wording, value: decimal(value, "#,##0.0\u00a0%", wording.locale),
}
