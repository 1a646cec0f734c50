"""What every report is: tables of typed cells and plots of them; the same for all its forms.

A report knows nothing of its form. Each form (`reports/forms/`) writes the same cells in its own way: JSON and CSV for
programs, in names that never change; the page, XLSX and PDF for people, in their language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from queue_app.domain.branch import BranchSetup

Row = Mapping[str, Any]
"""A cell for each column's name; None where there is nothing to say."""


class Kind(StrEnum):
    """What the cells of a column are, and how each form writes them.

    In rows: `text` str; `service`, `counter`, `clerk` what a program knows them by (slug, name, name); `word` a code with a
    name of its own (`reports.words`); `day` ISO date; `moment` ISO time with offset, local to the branch; `id` int
    that only names something in the record; `count` int; `number` float; `seconds` float; `share` 0 to 1.
    """

    TEXT = "text"
    SERVICE = "service"
    COUNTER = "counter"
    CLERK = "clerk"
    WORD = "word"
    DAY = "day"
    MOMENT = "moment"
    ID = "id"
    COUNT = "count"
    NUMBER = "number"
    SECONDS = "seconds"
    SHARE = "share"


NUMERIC = frozenset({Kind.ID, Kind.COUNT, Kind.NUMBER, Kind.SECONDS, Kind.SHARE})
"""Kinds that are set flush right."""


@dataclass(frozen=True)
class Column:
    """One column: its name in JSON and CSV, its heading and its meaning (both to be translated), and its kind."""

    name: str
    heading: str
    meaning: str
    kind: Kind = Kind.TEXT

    @property
    def unit(self) -> str:
        """The unit of its cells, for programs; empty where they have none."""
        return {Kind.SECONDS: "s", Kind.SHARE: "1"}.get(self.kind, "")


@dataclass(frozen=True)
class Table:
    """Columns and rows.

    Attributes:
        name: its name in JSON; the first table of a report has the report's.
        title: its heading, to be translated.
        columns, rows: the cells. Rows that can be read only once are read by one form, row by row.
        total: one more row over everything, pooled from the raw values; None where there is none.
        before: the total of the days that this report is compared with, where it is.
        hidden_small: whether rows were left out, or cells emptied, because they told of too few people.
    """

    name: str
    title: str
    columns: Sequence[Column]
    rows: Iterable[Row]
    total: Row | None = None
    before: Row | None = None
    hidden_small: bool = False

    def column(self, name: str) -> Column:
        """Return the column called `name`."""
        return next(column for column in self.columns if column.name == name)


class Shape(StrEnum):
    """What a plot looks like.

    `bars` side by side, `stack` one upon the other, `lines`, `band` (between its first two series, with a third as a line),
    `heat` (a grid of rows `by` × columns `x`).
    """

    BARS = "bars"
    STACK = "stack"
    LINES = "lines"
    BAND = "band"
    HEAT = "heat"


@dataclass(frozen=True)
class Plot:
    """A picture of a table's cells.

    Attributes:
        title: its heading, to be translated.
        shape: what it looks like.
        table: the name of its table, whose rows have to be readable more than once.
        x: the column along the horizontal axis.
        series: the columns that are drawn, all of one kind; of a `heat`, one.
        by: for `heat`, the column down the vertical axis.
        limit: a line across at this value, where one was promised.
    """

    title: str
    shape: Shape
    table: str
    x: str
    series: Sequence[str]
    by: str | None = None
    limit: float | None = None


@dataclass(frozen=True)
class Report:
    """A finished report on one branch, over business dates `first` to `last`, both included.

    Attributes:
        name, title: the report's; the title is to be translated.
        setup: the branch.
        first, last: the days.
        tables: at least one; the first is the report's own.
        plots: pictures of them.
        notes: sentences about how it was made, to be translated, with their values.
        figures_only_before: where not all of it could be told, the day before which only figures are kept.
    """

    name: str
    title: str
    setup: BranchSetup
    first: date
    last: date
    tables: Sequence[Table]
    plots: Sequence[Plot] = ()
    notes: Sequence[tuple[str, Mapping[str, Any]]] = field(default_factory=tuple)
    figures_only_before: date | None = None

    def table(self, name: str) -> Table:
        """Return the table called `name`."""
        return next(table for table in self.tables if table.name == name)
