"""A table on paper: headings on each page, figures flush right, every second row shaded, the total below a line.

Rows are set page by page as they come: a hundred thousand of them never lie in memory at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from typing import Any

from reportlab.lib.colors import HexColor

from printers import fonts
from queue_app.reports.document import NUMERIC, Column, Table
from queue_app.reports.forms.drawing import INK, LINE, SOFT, SURFACE
from queue_app.reports.forms.lettering import width_of, wrapped
from queue_app.reports.forms.pdf_columns import GAP, GUTTER, Part, Plan, plan
from queue_app.reports.forms.pdf_pages import Pages

_SAMPLE = 400
_TITLE = 11.0
_FEWEST_ROWS = 4
"""A table does not begin at the foot of a page with fewer rows than this below its headings."""

_MOST_LINES = 30
"""A longer text is cut off: its row would not stand on a page."""


@dataclass(frozen=True)
class _Line:
    """One row: the lines of each of its cells, its height in points, whether it is the one over everything."""

    cells: Sequence[Sequence[str]]
    height: float
    is_total: bool


def set_table(pages: Pages, table: Table, count_row: Callable[[], None]) -> None:
    """Set a table from where the page is full on; `count_row` is called after each row."""
    _Setter(pages, table).set(count_row)


class _Setter:
    """One table under way."""

    def __init__(self, pages: Pages, table: Table) -> None:
        self.pages, self.table = pages, table
        rows = self._texts()
        self.total = [] if table.total is None else [pages.wording.total(table)]
        sample = list(islice(rows, _SAMPLE))
        self.rows: Iterator[list[str]] = chain(sample, rows)
        self.plan: Plan = plan(table, [*sample, *self.total], pages.wording, pages.breadth)
        self.leading = 1.62 * self.plan.size
        self.is_figure = [column.kind in NUMERIC for column in table.columns]
        self.left = pages.left
        self.width_of_column = {
            number: width - GAP
            for part in self.plan.parts
            for number, width in zip(part.columns, part.widths, strict=True)
        }
        deepest = max(len(lines) for part in self.plan.parts for lines in self._headings(part))
        self.heading_height = (1.25 * deepest + 1.0) * self.plan.size

    def _texts(self) -> Iterator[list[str]]:
        writers = [(column.name, _writer(self.pages, column)) for column in self.table.columns]
        for row in self.table.rows:
            yield [write(row[name]) for name, write in writers]

    def set(self, count_row: Callable[[], None]) -> None:
        """Set the title and all rows, turning pages."""
        pages = self.pages
        title_height = 2.2 * _TITLE
        if pages.room < title_height + self.heading_height + _FEWEST_ROWS * self.leading:
            pages.turn()
        pages.y -= _TITLE
        pages.bookmark(pages.wording.text(self.table.title))
        pages.say(pages.left, pages.wording.text(self.table.title), _TITLE, bold=True)
        pages.y -= title_height - _TITLE
        load: list[_Line] = []
        blocks, used = 1, 0.0
        for line in self._lines(count_row):
            room = pages.room - self.heading_height
            if used + line.height > room and used:
                blocks, used = blocks + 1, 0.0
            if blocks > self.plan.abreast:
                self._set_load(load, room)
                pages.turn()
                load, blocks = [], 1
            load.append(line)
            used += line.height
        # What is left is dealt out evenly.
        height = sum(line.height for line in load) / self.plan.abreast
        tallest = max((line.height for line in load), default=0.0)
        self._set_load(load, min(pages.room - self.heading_height, height + tallest))

    def _lines(self, count_row: Callable[[], None]) -> Iterator[_Line]:
        for cells in self.rows:
            yield self._line(cells, is_total=False)
            count_row()
        for cells in self.total:
            yield self._line(cells, is_total=True)

    def _line(self, cells: Sequence[str], is_total: bool) -> _Line:
        size = self.plan.size
        broken = [
            [text]
            if self.is_figure[number]
            else wrapped(text, self.width_of_column[number], size, is_total, _MOST_LINES)
            for number, text in enumerate(cells)
        ]
        height = self.leading + (max(map(len, broken)) - 1) * 1.25 * size
        return _Line(broken, height, is_total)

    def _headings(self, part: Part) -> list[list[str]]:
        return [
            wrapped(self.pages.wording.text(self.table.columns[number].heading), width - GAP, self.plan.size, True)
            for number, width in zip(part.columns, part.widths, strict=True)
        ]

    def _set_load(self, load: Sequence[_Line], height: float) -> None:
        """Set the rows of one page, abreast at most `height` points of them; of a table in parts, each on a page of its own."""
        pages = self.pages
        if self.plan.abreast == 1:
            for number, part in enumerate(self.plan.parts):
                if number:
                    pages.turn()
                self._set_block(part, load)
            return
        part, top, lowest = self.plan.parts[0], pages.y, pages.y
        for number, block in enumerate(_dealt(load, height)):
            pages.y, self.left = top, pages.left + number * (sum(part.widths) + GUTTER)
            self._set_block(part, block)
            lowest = min(lowest, pages.y)
        pages.y, self.left = lowest, pages.left

    def _set_block(self, part: Part, load: Sequence[_Line]) -> None:
        self._set_headings(part)
        self._set_rows(part, load)

    def _set_headings(self, part: Part) -> None:
        pages, size = self.pages, self.plan.size
        headings = self._headings(part)
        foot = pages.y - self.heading_height + 0.65 * size
        for lines, x, is_figure in zip(headings, self._edges(part), self._figures(part), strict=True):
            for place, line in enumerate(lines, 1):
                pages.y = foot + (len(lines) - place) * 1.25 * size
                pages.say(x, line, size, bold=True, flush_right=is_figure)
        pages.y = foot - 0.65 * size
        pages.rule(self.left, pages.y, self._end(part), 1.0, pages.palette.accent)

    def _set_rows(self, part: Part, load: Sequence[_Line]) -> None:
        pages, size = self.pages, self.plan.size
        end, top = self._end(part), pages.y
        for number, line in enumerate(load):
            if number % 2 and not line.is_total:
                pages.canvas.setFillColor(HexColor(SURFACE))
                pages.canvas.rect(self.left - 3, pages.y - line.height, end - self.left + 6, line.height, 0, 1)
            if line.is_total:
                pages.rule(self.left, pages.y, end, 0.8, INK)
            pages.y -= line.height
        text = pages.canvas.beginText()
        text.setFillColor(HexColor(INK))
        columns = list(zip(part.columns, self._edges(part), self._figures(part), strict=True))
        y = top
        for line in load:
            text.setFont(fonts.BOLD if line.is_total else fonts.REGULAR, size)
            for number, x, is_figure in columns:
                if is_figure:
                    room = self.width_of_column[number] + GAP / 2
                    _set_figure(text, line.cells[number][0], x, y - 1.13 * size, room, size, line.is_total)
                    continue
                for place, words in enumerate(line.cells[number]):
                    text.setTextOrigin(x, y - (1.13 + 1.25 * place) * size)
                    text.textOut(words)
            y -= line.height
        pages.canvas.drawText(text)
        pages.rule(self.left, pages.y, end, 0.5, LINE)

    def _end(self, part: Part) -> float:
        return self.left + sum(part.widths) - GAP

    def _figures(self, part: Part) -> list[bool]:
        return [self.is_figure[number] for number in part.columns]

    def _edges(self, part: Part) -> list[float]:
        """Return where each column's words begin, and its figures end."""
        edges, x = [], self.left
        for number, width in zip(part.columns, part.widths, strict=True):
            edges.append(x + width - GAP if self.is_figure[number] else x)
            x += width
        return edges


def _set_figure(text: Any, figure: str, x: float, y: float, room: float, size: float, bold: bool) -> None:
    """Set a figure that ends at `x`; where it has grown beyond those that the widths were made for, it is set narrower."""
    width = width_of(figure, size, bold)
    text.setTextOrigin(x - min(width, room), y)
    if width <= room:
        text.textOut(figure)
        return
    text.setHorizScale(100 * room / width)
    text.textOut(figure)
    text.setHorizScale(100)


def _dealt(load: Sequence[_Line], height: float) -> list[list[_Line]]:
    """Return the rows in blocks of at most `height` points."""
    blocks: list[list[_Line]] = [[]]
    used = 0.0
    for line in load:
        if blocks[-1] and used + line.height > height:
            blocks.append([])
            used = 0.0
        blocks[-1].append(line)
        used += line.height
    return blocks


def _writer(pages: Pages, column: Column) -> Callable[[Any], str]:
    return lru_cache(maxsize=4096)(lambda value: pages.wording.cell(value, column))


def set_meanings(pages: Pages, columns: Sequence[Column], title: str) -> None:
    """Set in small print what columns mean, several side by side, under a heading."""
    size, gutter, abreast = 7.0, 24.0, 3 if pages.width > pages.height else 2
    breadth = (pages.breadth - (abreast - 1) * gutter) / abreast
    entries = [_meaning(pages, column, breadth, size) for column in columns]
    rows = [entries[number : number + abreast] for number in range(0, len(entries), abreast)]
    heights = [max(len(lines) for lines in row) * 1.35 * size + 0.5 * size for row in rows]
    whole = 34 + sum(heights)
    # They stay together where a page holds them: nobody looks for the last one overleaf.
    if pages.room < whole and (whole <= pages.top - pages.bottom or pages.room < 34 + sum(heights[:2])):
        pages.turn()
    pages.y -= 24
    pages.say(pages.left, title, 8.5, bold=True)
    pages.y -= 6
    for row, height in zip(rows, heights, strict=True):
        if pages.room < height:
            pages.turn()
        top = pages.y
        for place, lines in enumerate(row):
            pages.y = top
            for number, line in enumerate(lines):
                pages.y -= 1.35 * size
                colour = INK if number == 0 else SOFT
                pages.say(pages.left + place * (breadth + gutter), line, size, bold=number == 0, colour=colour)
        pages.y = top - height


def _meaning(pages: Pages, column: Column, width: float, size: float) -> list[str]:
    heading = wrapped(pages.wording.text(column.heading), width, size, bold=True, most=1)
    return [*heading, *wrapped(pages.wording.text(column.meaning), width, size)]
