"""Plots as Excel's own charts of the workbook's cells; a heat map as a sheet of its own, shaded by its figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from queue_app.i18n import N_
from queue_app.reports.document import NUMERIC, Kind, Plot, Report, Shape, Table
from queue_app.reports.forms.axes import scale
from queue_app.reports.forms.drawing import LINE, PAPER, SOFT, Palette, mixed
from queue_app.reports.forms.frame import PROMISED
from queue_app.reports.forms.heat import grid
from queue_app.reports.forms.xlsx_cells import SECONDS_A_DAY, day_number
from queue_app.reports.forms.xlsx_sheets import Book

_ROWS_A_CHART = 18
_SIZE = {"width": 940, "height": 330}
_LIMITS_FROM = 20
"""The column of the sheet of charts from which on the promised values stand, right of the charts."""

_EXCEL_DASHES = ("solid", "dash", "round_dot", "long_dash_dot")
_EXCEL_MARKERS = ("circle", "square", "triangle", "diamond")


def write_charts(book: Book, report: Report, sheet_of: dict[str, str]) -> None:
    """Write the report's plots.

    Args:
        book: the workbook; the tables are in it already.
        report: the report; the rows of the tables that are drawn have to be readable more than once.
        sheet_of: the first sheet of each table, by the table's name.
    """
    heats = [plot for plot in report.plots if plot.shape is Shape.HEAT]
    for plot in heats:
        _write_heat(book, plot, report)
    charts = [plot for plot in report.plots if plot.shape is not Shape.HEAT and _rows(plot, report)]
    if not charts:
        return
    sheet = book.sheet(book.wording.text(N_("Charts")))
    # Two charts on a page; by itself Excel would cut one through.
    sheet.set_print_scale(75)
    sheet.center_horizontally()
    sheet.print_area(0, 0, len(charts) * _ROWS_A_CHART, _LIMITS_FROM - 5)
    sheet.set_h_pagebreaks(range(2 * _ROWS_A_CHART, len(charts) * _ROWS_A_CHART, 2 * _ROWS_A_CHART))
    _write_limits(book, sheet, charts, report)
    for number, plot in enumerate(charts):
        chart = _Chart(book, plot, report, sheet_of[plot.table])
        if plot.limit is not None:
            chart.add_limit(sheet.get_name(), _LIMITS_FROM + number)
        sheet.insert_chart(1 + number * _ROWS_A_CHART, 0, chart.finished())


def _rows(plot: Plot, report: Report) -> Sequence[Any]:
    return list(report.table(plot.table).rows)


def _in_excel(value: float | None, kind: Kind) -> float | None:
    return value / SECONDS_A_DAY if value is not None and kind is Kind.SECONDS else value


def _write_limits(book: Book, sheet: Any, charts: Sequence[Plot], report: Report) -> None:
    """Write what was promised once for each row of its table: a chart draws a line across from cells only."""
    limited = [(place, plot) for place, plot in enumerate(charts) if plot.limit is not None]
    for row in range(1, 1 + max((len(_rows(plot, report)) for _, plot in limited), default=0)):
        for place, plot in limited:
            if row <= len(_rows(plot, report)):
                column = report.table(plot.table).column(plot.series[0])
                book.cells.writer(column)(sheet, row, _LIMITS_FROM + place, plot.limit)


class _Chart:
    """One chart of a table's cells."""

    def __init__(self, book: Book, plot: Plot, report: Report, sheet: str) -> None:
        self.book, self.plot, self.sheet = book, plot, sheet
        self.table: Table = report.table(plot.table)
        self.rows = list(self.table.rows)
        self.palette = Palette.of(report.setup.accent_colour)
        self.kind = self.table.column(plot.series[0]).kind
        self.is_line = plot.shape in {Shape.LINES, Shape.BAND}
        kind = {"type": "line"} if self.is_line else {"type": "column"}
        if plot.shape is Shape.STACK:
            kind["subtype"] = "stacked"
        self.chart = book.book.add_chart(kind)
        for number, name in enumerate(plot.series):
            self.chart.add_series(self._series(number, name))

    def _series(self, number: int, name: str) -> dict[str, Any]:
        place = [column.name for column in self.table.columns].index(name)
        values = [_in_excel(row[name], self.kind) for row in self.rows]
        return {
            # Excel reads the cells again; whoever only shows the file shows what is kept here.
            "name": self.book.wording.text(self.table.columns[place].heading),
            "categories": self._cells_of([column.name for column in self.table.columns].index(self.plot.x)),
            "categories_data": self._categories(),
            "values": self._cells_of(place),
            "values_data": values,
            "gap": 40,
            "overlap": 100 if self.plot.shape is Shape.STACK else 0,
            **self._look(number),
        }

    def _cells_of(self, place: int) -> list[Any]:
        return [self.sheet, 1, place, len(self.rows), place]

    def _categories(self) -> list[Any]:
        column = self.table.column(self.plot.x)
        if column.kind is Kind.DAY:
            return [day_number(row[column.name]) for row in self.rows]
        if column.kind in NUMERIC:
            return [_in_excel(row[column.name], column.kind) for row in self.rows]
        return [self.book.wording.cell(row[column.name], column) for row in self.rows]

    def _look(self, number: int) -> dict[str, Any]:
        if not self.is_line:
            ink = self.palette.area(number)
            return {"fill": {"color": ink.fill}, "border": {"color": ink.stroke, "width": 0.75}}
        # Of a band, the third series is the line within.
        index = (2, 1, 0)[number % 3] if self.plot.shape is Shape.BAND else number
        colour = self.palette.line(index, 1).stroke
        look = {"line": {"color": colour, "width": 2, "dash_type": _EXCEL_DASHES[index % 4]}}
        marked = self.plot.shape is Shape.LINES and len(self.rows) <= 40
        marker = {"type": _EXCEL_MARKERS[index % 4], "size": 6, "fill": {"color": colour}, "border": {"color": colour}}
        return {**look, "marker": marker if marked else {"type": "none"}}

    def add_limit(self, sheet: str, place: int) -> None:
        """Draw a dashed line across at what was promised, from the cells of column `place` of `sheet`."""
        limit = self.book.book.add_chart({"type": "line"})
        cell = self.book.wording.cell(self.plot.limit, self.table.column(self.plot.series[0]))
        series = {
            "name": self.book.wording.text(PROMISED, value=cell),
            "categories": self._cells_of([column.name for column in self.table.columns].index(self.plot.x)),
            "values": [sheet, 1, place, len(self.rows), place],
            "values_data": [_in_excel(self.plot.limit, self.kind)] * len(self.rows),
            "line": {"color": SOFT, "width": 1.25, "dash_type": "dash"},
            "marker": {"type": "none"},
        }
        if self.is_line:
            self.chart.add_series(series)
        else:
            limit.add_series(series)
            self.chart.combine(limit)

    def finished(self) -> Any:
        """Return the chart with its title and its axes."""
        wording, chart = self.book.wording, self.chart
        chart.set_title({"name": wording.text(self.plot.title), "name_font": {"size": 13}, "overlay": False})
        heading = wording.text(self.table.column(self.plot.x).heading)
        shown = self.book.cells.number_format(self.table.column(self.plot.x).kind)
        look = {"name_font": {"bold": False}, "line": {"color": SOFT}, "num_format": shown}
        chart.set_x_axis({"name": heading, "text_axis": True, **look})
        chart.set_y_axis(self._upright())
        alone = len(self.plot.series) == 1 and self.plot.limit is None
        chart.set_legend({"none": True} if alone else {"position": "top"})
        chart.show_blanks_as("gap")
        chart.set_size(_SIZE)
        return chart

    def _upright(self) -> dict[str, Any]:
        values = [row[name] for row in self.rows for name in self.plot.series if row[name] is not None]
        if self.plot.shape is Shape.STACK:
            values = [sum(row[name] or 0 for name in self.plot.series) for row in self.rows]
        if self.plot.limit is not None:
            values.append(self.plot.limit)
        ticks = scale(values, self.kind, self.book.wording)
        first, second, last = (_in_excel(tick, self.kind) for tick in (ticks.ticks[0], ticks.ticks[1], ticks.ticks[-1]))
        names = [self.book.wording.text(self.table.column(name).heading) for name in self.plot.series]
        shown = {Kind.SECONDS: "[m]:ss", Kind.SHARE: "0%"}.get(self.kind, "General")
        return {
            "name": names[0] if len(names) == 1 else ticks.unit,
            "name_font": {"bold": False},
            "min": first,
            "max": last,
            "major_unit": (second or 0) - (first or 0),
            "num_format": shown,
            "major_gridlines": {"visible": True, "line": {"color": LINE, "width": 0.5}},
            "line": {"none": True},
        }


def _write_heat(book: Book, plot: Plot, report: Report) -> None:
    """Write a heat map: a sheet of figures by what stands down and along, shaded by Excel itself."""
    table = report.table(plot.table)
    across, down, column = table.column(plot.x), table.column(plot.by or plot.x), table.column(plot.series[0])
    cells, wording = grid(plot, table), book.wording
    sheet = book.sheet(wording.text(plot.title))
    sheet.freeze_panes(1, 1)
    book.cells.put_text(sheet, 0, 0, wording.text(down.heading), book.cells.heading)
    for place, value in enumerate(cells.along):
        book.cells.put_text(sheet, 0, 1 + place, wording.cell(value, across), book.cells.heading)
    write = book.cells.writer(column)
    names = [wording.cell(value, down) for value in cells.down]
    for row, name in enumerate(names):
        book.cells.put_text(sheet, 1 + row, 0, name, book.cells.bold)
        for place in range(len(cells.along)):
            figure = cells.figures.get((row, place))
            if figure is not None:
                write(sheet, 1 + row, 1 + place, figure)
    sheet.set_column(0, 0, max((len(name) for name in names), default=8) + 3)
    if names:
        accent = Palette.of(report.setup.accent_colour).accent
        shades = {"min_color": PAPER, "mid_color": mixed(accent, 0.75), "max_color": mixed(accent, 0.45)}
        sheet.conditional_format(1, 1, len(names), len(cells.along), {"type": "3_color_scale", **shades})
