"""Reports for programs: JSON and CSV, under names and in units that never change with the language."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from operator import itemgetter
from typing import Any

from queue_app.reports.document import NUMERIC, Column, Kind, Report, Table
from queue_app.reports.streamed import Streamed

ROWS_A_CHUNK = 500
"""So many lines of CSV are handed on at once."""

# Spreadsheets skip blanks before a formula, and East Asian ones read the full-width signs as well.
_FORMULA = re.compile(r"[\s\ufeff]*[=+\-@＝＋－＠]|[\t\r\n]")
_MOST_KNOWN = 20_000
_END = "\r\n"


def as_json(report: Report) -> dict[str, Any]:
    """Return the report as a document.

    Its first table stands at the top, the further ones under `tables`, each with its name as `table`. Numbers are what the rows
    say: durations in seconds, shares from 0 to 1.
    """
    own, *further = report.tables
    return {
        "report": report.name,
        "branch": report.setup.slug,
        "from": report.first.isoformat(),
        "to": report.last.isoformat(),
        "figures_only_before": report.figures_only_before.isoformat() if report.figures_only_before else None,
        **_table(own),
        "tables": [{"table": table.name, **_table(table)} for table in further],
    }


def as_csv(table: Table, *, bom: bool = False) -> Iterator[str]:
    r"""Yield the table's rows as CSV (RFC 4180: lines end with `\r\n`), headings first, several hundred lines at once.

    No cell can become a formula in a spreadsheet, see `safe_cell`: numbers, days and moments are made by the program digit by
    digit, and every other cell is looked at. What there is nothing to say about is an empty cell.

    Args:
        table: the table; its total is left out, as it is no row.
        bom: whether to begin with the mark by which spreadsheets know UTF-8.
    """
    names = [column.name for column in table.columns]
    yield ("\ufeff" if bom else "") + _line(names)
    streamed = isinstance(table.rows, Streamed)
    writers = [_writer_of(column, is_alone=len(names) == 1, streamed=streamed) for column in table.columns]
    for chunk in _chunks(table, names):
        cells = [write(values) for write, values in zip(writers, chunk, strict=True)]
        yield _END.join(map(",".join, zip(*cells, strict=True))) + _END


def _chunks(table: Table, names: Sequence[str]) -> Iterator[Sequence[Sequence[Any]]]:
    """Go through the rows, several hundred at once, column by column."""
    if isinstance(table.rows, Streamed):
        yield from table.rows.in_columns()
        return
    rows = iter(table.rows)
    while chunk := list(islice(rows, ROWS_A_CHUNK)):
        yield [list(map(itemgetter(name), chunk)) for name in names]


def _writer_of(column: Column, *, is_alone: bool, streamed: bool) -> Callable[[Sequence[Any]], Iterable[str]]:
    """Return what turns values of a column into what stands in the file for them."""
    if is_alone:  # a row of one empty cell must not be an empty line
        return lambda values: [_line((safe_cell(value),)).removesuffix(_END) for value in values]
    if column.kind in (Kind.DAY, Kind.MOMENT):
        return lambda values: values if None not in values else [value or "" for value in values]
    if column.kind in NUMERIC and not (streamed and column.kind is Kind.SECONDS):
        return lambda values: (
            map(str, values) if None not in values else ["" if value is None else str(value) for value in values]
        )
    known = _Texts()  # of durations, too, where all of them are floats: 5 and 5.0 would be one
    return lambda values: map(known.__getitem__, values)


class _Texts(dict[Any, str]):
    """What stands in the file for each value of a column: most columns repeat a few, so each is made once."""

    def __missing__(self, text: Any) -> str:
        if len(self) > _MOST_KNOWN:
            self.clear()
        written = self[text] = _line((safe_cell(text), "")).removesuffix("," + _END)
        return written


def safe_cell(cell: Any) -> Any:
    """Return `cell` so that a spreadsheet takes it for what it is: a text that looks like a formula gets an apostrophe.

    A number stays a number, below zero too.
    """
    if cell is None:
        return ""
    if isinstance(cell, str) and _FORMULA.match(cell):
        return f"'{cell}"
    return cell


def looks_like_a_formula(text: str) -> bool:
    """Say whether a spreadsheet might take `text` for a formula when somebody types it."""
    return _FORMULA.match(text) is not None


def _table(table: Table) -> dict[str, Any]:
    names = [column.name for column in table.columns]
    return {
        "columns": [
            {"name": column.name, "meaning": column.meaning, "unit": column.unit, "kind": column.kind.value}
            for column in table.columns
        ],
        "rows": [{name: row[name] for name in names} for row in table.rows],
        "total": None if table.total is None else {name: table.total[name] for name in names},
        "before": None if table.before is None else dict(table.before),
        "hidden_small": table.hidden_small,
    }


def _line(cells: Sequence[Any]) -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()
