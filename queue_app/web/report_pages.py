"""What the page of a report shows: its tables as cells that are written already, its plots as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from flask import render_template
from markupsafe import Markup

from queue_app.reports.document import NUMERIC, Kind, Report, Table
from queue_app.reports.forms import svg
from queue_app.reports.forms.for_people import HIDDEN_SMALL, Wording, headlines, in_reading_order
from queue_app.reports.forms.plots import is_empty

MOST_ROWS = 400
"""So many rows of a table stand on the page; all of them are in CSV and XLSX."""

_UNBROKEN = frozenset({Kind.DAY, Kind.MOMENT})


@dataclass(frozen=True)
class PageTable:
    """One table: each row its cells, as the reader's language writes them; `more` is whether there are rows beyond.

    `looks` says of each column whether its cells are figures, or are not broken into lines.
    """

    table: Table
    title: str
    headings: list[str]
    looks: list[str]
    rows: list[list[str]]
    total: list[str] | None
    before: list[str] | None
    more: bool


@dataclass(frozen=True)
class PagePlot:
    """One plot: its heading, and the picture."""

    title: str
    picture: Markup


@dataclass(frozen=True)
class Headline:
    """One large figure above the tables, and what it was in the days before."""

    name: str
    value: str
    before: str | None


def body_of(report: Report, language: str) -> str:
    """Return the part of the page that shows a report: figures, plots, tables, meanings."""
    wording = Wording(language, report.setup)
    tables = [_table(table, wording) for table in in_reading_order(report)]
    return render_template(
        "report_body.html",
        language=language,
        setup=report.setup,
        report=report,
        tables=tables,
        plots=_plots(report, wording),
        headlines=_headlines(report, wording),
        columns=_explained(report),
        hidden_small=wording.text(HIDDEN_SMALL),
        notes=[wording.text(message, **values) for message, values in report.notes],
    )


def _plots(report: Report, wording: Wording) -> list[PagePlot]:
    return [
        PagePlot(wording.text(plot.title), Markup(svg.draw(plot, report, wording.language)))
        for plot in report.plots
        if not is_empty(plot, report)
    ]


def _table(table: Table, wording: Wording) -> PageTable:
    rows = list(islice(table.rows, MOST_ROWS + 1))
    return PageTable(
        table=table,
        title=wording.text(table.title),
        headings=[wording.text(column.heading) for column in table.columns],
        looks=[
            "number" if column.kind in NUMERIC else "unbroken" if column.kind in _UNBROKEN else ""
            for column in table.columns
        ],
        rows=[[wording.cell(row[column.name], column) for column in table.columns] for row in rows[:MOST_ROWS]],
        total=wording.total(table) if table.total is not None else None,
        before=_before(table, wording),
        more=len(rows) > MOST_ROWS,
    )


def _before(table: Table, wording: Wording) -> list[str] | None:
    if table.before is None:
        return None
    return [
        wording.cell(table.before[column.name], column) if column.kind in NUMERIC else "" for column in table.columns
    ]


def _headlines(report: Report, wording: Wording) -> list[Headline]:
    """Return the most important figures over everything."""
    told = headlines(report)
    if told is None or told[0].total is None:
        return []
    table, columns = told
    return [
        Headline(
            wording.text(column.heading),
            wording.cell(told[0].total[column.name], column),
            wording.cell(table.before[column.name], column) if table.before is not None else None,
        )
        for column in columns
    ]


def _explained(report: Report) -> Sequence[tuple[str, str]]:
    """Return the headings and meanings of all columns, each once."""
    return list(dict.fromkeys((column.heading, column.meaning) for table in report.tables for column in table.columns))
