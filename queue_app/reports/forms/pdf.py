"""A report on paper: a cover with the figures over everything and the plots, then the tables, then what their columns mean."""

from __future__ import annotations

from datetime import datetime
from typing import BinaryIO

from queue_app.i18n import N_
from queue_app.reports.document import Column, Report
from queue_app.reports.forms.drawing import SOFT
from queue_app.reports.forms.for_people import HIDDEN_SMALL, headlines, in_reading_order
from queue_app.reports.forms.lettering import shortened, width_of, wrapped
from queue_app.reports.forms.pdf_pages import Pages, draw
from queue_app.reports.forms.pdf_tables import set_meanings, set_table
from queue_app.reports.forms.plots import is_empty, layout
from queue_app.reports.forms.tally import Progress, counter

WIDE_FROM = 9
"""With so many columns in a table the paper lies on its side."""

_FIGURES = 6
_PLOT_GAP = 26.0
_PLOT_HEAD = 44.0
"""Points for a plot's title and what is above it."""

_LEAST_PLOT, _MOST_PLOT = 170.0, 250.0
_MEANINGS = N_("What these figures mean")
_CONVENTIONS = N_(
    "Times of day are those of %(zone)s. What did not happen is shown as –, never as 0. "
    "What each figure means stands after the tables."
)


def write(report: Report, language: str, file: BinaryIO, made_at: datetime, progress: Progress | None = None) -> None:
    """Write the report as a PDF document: A4, with the house's own fonts in it.

    Args:
        report: the report; tables that are drawn have to be readable more than once.
        language: one of `i18n.LANGUAGES`.
        file: where to.
        made_at: aware; when it was made, for the footer and the document's properties.
        progress: is told now and then how many rows of all tables are done; what it raises ends the work.
    """
    is_wide = any(len(table.columns) >= WIDE_FROM for table in report.tables)
    pages = Pages(report, language, file, made_at, is_wide)
    _cover(pages, report)
    _plots(pages, report, language)
    count_row = counter(progress)
    for table in in_reading_order(report):
        _down(pages, 0 if pages.is_fresh else 26)
        set_table(pages, table, count_row)
        if table.hidden_small:
            _sentence(pages, pages.wording.text(HIDDEN_SMALL))
    _meanings(pages, report)
    _notes(pages, report)
    pages.finish()


def _cover(pages: Pages, report: Report) -> None:
    """Set whose report it is, what it is about, its days, and the figures over everything."""
    wording = pages.wording
    pages.rule(pages.left, pages.y - 2, pages.left + 36, 3.0, pages.palette.accent)
    _down(pages, 22)
    pages.say(pages.left, wording.branch, 10, colour=SOFT)
    for line in wrapped(pages.title, pages.breadth, 22, bold=True):
        _down(pages, 27)
        pages.say(pages.left, line, 22, bold=True)
    pages.bookmark(pages.title)
    _down(pages, 20)
    pages.say(pages.left, wording.period(report), 12)
    _down(pages, 6)
    _sentence(pages, wording.text(_CONVENTIONS, zone=report.setup.time_zone))
    _figures(pages, report)


def _figures(pages: Pages, report: Report) -> None:
    """Set the most important figures over everything side by side, large."""
    told = headlines(report)
    if told is None or told[0].total is None or not told[1]:
        return
    total, shown = told[0].total, told[1]
    width = pages.breadth / _FIGURES
    headings = [wrapped(pages.wording.text(each.heading), width - 10, 8, most=2) for each in shown]
    figures = [pages.wording.cell(total[each.name], each) for each in shown]
    size = 17 * min(1.0, (width - 8) / max(width_of(figure, 17, bold=True) for figure in figures))
    _down(pages, 27)
    top = pages.y
    for place, (figure, lines) in enumerate(zip(figures, headings, strict=True)):
        x = pages.left + place * width
        pages.y = top
        pages.say(x, figure, size, bold=True)
        for number, line in enumerate(lines):
            pages.y = top - 13 - 10 * number
            pages.say(x, line, 8, colour=SOFT)
    pages.y = top - 13 - 10 * (max(map(len, headings)) - 1)


def _plots(pages: Pages, report: Report, language: str) -> None:
    """Draw the plots, on wide paper two of them side by side, as high as the page allows."""
    plots = [plot for plot in report.plots if not is_empty(plot, report)]
    is_pair = pages.width > pages.height and len(plots) > 1
    width = (pages.breadth - _PLOT_GAP) / 2 if is_pair else pages.breadth
    rows = [plots[first : first + 1 + is_pair] for first in range(0, len(plots), 1 + is_pair)]
    for number, row in enumerate(rows):
        if pages.room < _LEAST_PLOT + _PLOT_HEAD:
            pages.turn()
        fitting = min(len(rows) - number, int(pages.room // (_LEAST_PLOT + _PLOT_HEAD)))
        height = min(_MOST_PLOT, pages.room / fitting - _PLOT_HEAD)
        _down(pages, 11 if pages.is_fresh else 34)
        top = pages.y
        for place, plot in enumerate(row):
            x, pages.y = pages.left + place * (width + _PLOT_GAP), top
            drawing = layout(plot, report, language, width, height, 7.5)
            pages.say(x, shortened(drawing.title, width, 11, bold=True), 11, bold=True)
            draw(pages.canvas, drawing, x, top - 9)
        pages.y = top - 9 - height


def _meanings(pages: Pages, report: Report) -> None:
    """Set what the columns of all tables mean, each once."""
    every = {(column.heading, column.meaning): column for table in report.tables for column in table.columns}
    columns: list[Column] = list(every.values())
    _down(pages, 8)
    set_meanings(pages, columns, pages.wording.text(_MEANINGS))


def _notes(pages: Pages, report: Report) -> None:
    for message, values in report.notes:
        _sentence(pages, pages.wording.text(message, **values))


def _sentence(pages: Pages, text: str) -> None:
    """Set a sentence in small print."""
    for line in wrapped(text, pages.breadth, 7.5):
        if pages.room < 16:
            pages.turn()
        _down(pages, 11)
        pages.say(pages.left, line, 7.5, colour=SOFT)
    _down(pages, 3)


def _down(pages: Pages, height: float) -> None:
    pages.y -= height
