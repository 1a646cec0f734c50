"""A report as an Excel workbook: a sheet for each table with typed cells, charts, and a sheet that says what everything means.

Rows are written as they come and kept on disk until the end, so memory does not grow with them.
"""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from typing import Any, BinaryIO

from xlsxwriter import Workbook

from queue_app.i18n import N_
from queue_app.reports.document import Report, Table
from queue_app.reports.forms.for_people import HIDDEN_SMALL, Wording
from queue_app.reports.forms.tally import Progress, counter
from queue_app.reports.forms.xlsx_charts import write_charts
from queue_app.reports.forms.xlsx_sheets import Book, height_of, write_table

_PROSE = 90
"""The width of the column of sentences, in letters."""

_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write(report: Report, language: str, file: BinaryIO, made_at: datetime, progress: Progress | None = None) -> None:
    """Write the report as a workbook.

    Args:
        report: the report; tables that are drawn have to be readable more than once.
        language: one of `i18n.LANGUAGES`.
        file: where to.
        made_at: aware; when it was made.
        progress: is told after every thousandth row how many rows of all tables are done; what it raises ends the work.
    """
    wording = Wording(language, report.setup)
    # A folder of its own: where the work ends early, nothing of it is left behind.
    with tempfile.TemporaryDirectory() as folder:
        workbook = Workbook(file, {**_OPTIONS, "tmpdir": folder})
        workbook.set_properties(_properties(report, wording, made_at))
        made = wording.moment(made_at)
        book = Book(workbook, report, wording, made)
        count_row = counter(progress)
        sheet_of = {table.name: write_table(book, table, count_row) for table in report.tables}
        write_charts(book, report, sheet_of)
        _write_definitions(book, report, made)
        workbook.close()


def _properties(report: Report, wording: Wording, made_at: datetime) -> dict[str, Any]:
    return {
        "title": wording.text(report.title),
        "subject": wording.period(report),
        "author": wording.branch,
        "company": wording.branch,
        "created": made_at.astimezone(UTC),
    }


def _write_definitions(book: Book, report: Report, made: str) -> None:
    """Write whose report it is, its days, and what each column means."""
    wording, cells = book.wording, book.cells
    sheet = book.sheet(wording.text(N_("Definitions")))
    cells.put_text(sheet, 0, 0, wording.text(report.title), cells.title)
    facts = (
        (N_("Branch"), wording.branch),
        (N_("Days"), wording.period(report)),
        (N_("Time zone"), report.setup.time_zone),
        (N_("Made"), made),
    )
    row = 2
    for name, value in facts:
        cells.put_text(sheet, row, 0, wording.text(name), cells.bold)
        cells.put_text(sheet, row, 1, value, cells.prose)
        row += 1
    for table in report.tables:
        row = _write_meanings(book, sheet, table, row + 1)
    notes = [wording.text(message, **values) for message, values in report.notes]
    if any(table.hidden_small for table in report.tables):
        notes.append(wording.text(HIDDEN_SMALL))
    for note in notes:
        row += 1
        sheet.set_row(row, height_of([(note, _PROSE)]))
        cells.put_text(sheet, row, 1, note, cells.prose)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, _PROSE)
    sheet.set_column(2, 2, 30)


def _write_meanings(book: Book, sheet: Any, table: Table, row: int) -> int:
    """Write what the columns of a table mean from `row` on, and return the row after them."""
    wording, cells = book.wording, book.cells
    heads = (wording.text(table.title), wording.text(N_("What it means")), wording.text(N_("Name in CSV and JSON")))
    for place, head in enumerate(heads):
        cells.put_text(sheet, row, place, head, cells.heading)
    for column in table.columns:
        row += 1
        meaning = wording.text(column.meaning)
        sheet.set_row(row, height_of([(meaning, _PROSE)]))
        cells.put_text(sheet, row, 0, wording.text(column.heading), cells.bold)
        cells.put_text(sheet, row, 1, meaning, cells.prose)
        cells.put_text(sheet, row, 2, column.name)
    return row + 1
