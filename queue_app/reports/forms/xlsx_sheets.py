"""The sheets of a workbook: names that Excel takes, paper, and a table's rows as they come."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from xlsxwriter.utility import xl_range

from queue_app.i18n import N_
from queue_app.reports.document import NUMERIC, Column, Kind, Report, Row, Table
from queue_app.reports.forms.for_people import TOGETHER, Wording, is_blank
from queue_app.reports.forms.xlsx_cells import Cells, Put

MOST_ROWS = 1_048_576
"""So many rows a sheet of Excel has, headings included."""

_NAME_LENGTH = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_SAMPLE = 200
_WIDTHS = {Kind.DAY: 13, Kind.MOMENT: 18, Kind.ID: 15, Kind.COUNT: 9, Kind.NUMBER: 10, Kind.SECONDS: 10, Kind.SHARE: 9}
_MOST_WIDTH = 44


class Book:
    """A workbook under way: its cells, the names of its sheets, and the paper that each is printed on."""

    def __init__(self, book: Any, report: Report, wording: Wording, made: str) -> None:
        """Begin it.

        Args:
            book: XlsxWriter's.
            report: what it is about.
            wording: who reads it.
            made: when it was made, as people write it.
        """
        self.book, self.wording, self.cells = book, wording, Cells(book, wording)
        head = [wording.branch, wording.text(report.title), wording.period(report)]
        self._header = "".join(f"&{side}{_plain(text)}" for side, text in zip("LCR", head, strict=True))
        pages = wording.text(N_("page %(page)s of %(pages)s"), page="&P", pages="&N")
        self._footer = f"&L{_plain(wording.text(N_('made %(moment)s'), moment=made))}&R{pages}"
        self._names: set[str] = {"history"}  # which Excel keeps for itself

    def sheet(self, title: str) -> Any:
        """Return a new sheet called `title`, as far as Excel's rules for names allow: A4 on its side, one page wide."""
        sheet = self.book.add_worksheet(self._name(title))
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.8, bottom=0.7)
        sheet.set_header(self._header)
        sheet.set_footer(self._footer)
        return sheet

    def _name(self, title: str) -> str:
        plain = _FORBIDDEN.sub(" ", title).strip("' ") or "–"
        name, number = _cut(plain, _NAME_LENGTH), 1
        while name.lower() in self._names:
            number += 1
            ending = f" ({number})"
            name = _cut(plain, _NAME_LENGTH - len(ending)) + ending
        self._names.add(name.lower())
        return name


def _cut(name: str, length: int) -> str:
    """Return `name`, cut to so many of the units in which Excel counts letters."""
    return name.encode("utf-16-le")[: 2 * length].decode("utf-16-le", "ignore").strip("' ")


def _plain(text: str) -> str:
    # All of a header is 255 characters at most; an ampersand in it would be a command.
    return text[:70].replace("&", "&&")


def height_of(texts: Iterable[tuple[str, int]]) -> int:
    """Return the height in points of a row of broken texts, each with the width of its column in letters: not every
    program finds it by itself."""
    return 15 * max(len(textwrap.wrap(text, width)) or 1 for text, width in texts)


def write_table(book: Book, table: Table, count_row: Callable[[], None]) -> str:
    """Write a table, row by row, and return the name of its first sheet; `count_row` is called after each row."""
    sheets = _Sheets(book, table)
    for row in table.rows:
        sheets.put(row, sheets.writers)
        count_row()
    if table.total is not None:
        sheets.put_total(table.total)
    sheets.finish()
    return sheets.first


class _Sheets:
    """The sheets of one table."""

    def __init__(self, book: Book, table: Table) -> None:
        self.book, self.table, self.columns = book, table, table.columns
        self.writers = [book.cells.writer(column) for column in table.columns]
        self.widths = [max(_WIDTHS.get(column.kind, 8), self._least(column)) for column in table.columns]
        self.last_filtered: int | None = None
        self.sheet = self._opened()
        self.row = 1
        self.first: str = self.sheet.get_name()

    def _opened(self) -> Any:
        wording, cells = self.book.wording, self.book.cells
        sheet = self.book.sheet(wording.text(self.table.title))
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        headings = [wording.text(column.heading) for column in self.columns]
        sheet.set_row(0, height_of(zip(headings, self.widths, strict=True)))
        for place, (heading, column) in enumerate(zip(headings, self.columns, strict=True)):
            look = cells.figure_heading if column.kind in NUMERIC else cells.heading
            cells.put_text(sheet, 0, place, heading, look)
        return sheet

    def _least(self, column: Column) -> int:
        # Beside its longest word a heading has to have room for the button of the filter.
        return 4 + max((len(word) for word in self.book.wording.text(column.heading).split()), default=0)

    def _make_room(self) -> None:
        if self.row == MOST_ROWS:
            self.finish()
            self.sheet, self.row = self._opened(), 1

    def put(self, row: Row, writers: list[Put]) -> None:
        """Write one more row; where there is nothing to say, the cell stays empty."""
        self._make_room()
        for place, (column, write) in enumerate(zip(self.columns, writers, strict=True)):
            value = row[column.name]
            if value is not None and value != "":
                write(self.sheet, self.row, place, value)
        if self.row <= _SAMPLE:
            self._measure(row)
        self.row += 1

    def put_total(self, total: Row) -> None:
        """Write the row over everything, which is neither filtered nor sorted with the others."""
        self._make_room()
        self.last_filtered = self.row - 1
        first = self.columns[0]
        writers = [self.book.cells.writer(column, is_total=True) for column in self.columns]
        if is_blank(total[first.name], first):
            writers[0] = self.book.cells.writer(replace(first, kind=Kind.TEXT), is_total=True)
            total = {**total, first.name: self.book.wording.text(TOGETHER)}
        for place, column in enumerate(self.columns):
            if total[column.name] in (None, ""):
                self.sheet.write_blank(self.row, place, None, self.book.cells.rule)
        self.put(total, writers)

    def _measure(self, row: Row) -> None:
        for place, column in enumerate(self.columns):
            if column.kind not in _WIDTHS:
                text = self.book.wording.cell(row[column.name], column)
                self.widths[place] = max(self.widths[place], min(_MOST_WIDTH, len(text) + 2))

    def finish(self) -> None:
        """Set what Excel needs to know of the whole sheet."""
        last = self.row - 1 if self.last_filtered is None else self.last_filtered
        self.sheet.autofilter(0, 0, last, len(self.columns) - 1)
        for place, width in enumerate(self.widths):
            self.sheet.set_column(place, place, width)
        texts = [place for place, column in enumerate(self.columns) if column.kind not in NUMERIC]
        if texts:
            # A counter called 5 is a name; Excel would mark each as a number that is written wrongly.
            ranges = " ".join(xl_range(0, place, self.row, place) for place in texts)
            self.sheet.ignore_errors({"number_stored_as_text": ranges})
