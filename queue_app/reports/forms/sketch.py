"""A plot under way: what is drawn, for whom, in which colours, and the marks made so far."""

from __future__ import annotations

from typing import Any

from queue_app.i18n import N_
from queue_app.reports.document import Column, Kind, Plot, Report
from queue_app.reports.forms.drawing import INK, SOFT, Drawing, Mark, Palette, Words
from queue_app.reports.forms.for_people import Wording

NO_FIGURES = N_("There are no figures to draw for these days.")
_DESCRIPTION = N_(
    "%(series)s. Along the axis: %(x)s. Lowest %(low)s, highest %(high)s. All figures stand in the table."
)


class Sketch:
    """A plot under way in a box of `width` × `height` points, with letters of `size` points."""

    MOST_TIPS = 400
    """With more figures than this none shows itself under the pointer: the page would grow too heavy."""

    def __init__(self, plot: Plot, report: Report, language: str, width: float, height: float, size: float) -> None:
        """Read what the plot needs of the report."""
        self.plot = plot
        self.wording = Wording(language, report.setup)
        self.palette = Palette.of(report.setup.accent_colour)
        self.width, self.height, self.size = width, height, size
        self.table = report.table(plot.table)
        self.rows = list(self.table.rows)
        self.x = self.table.column(plot.x)
        self.by = self.table.column(plot.by) if plot.by else None
        self.series = [self.table.column(name) for name in plot.series]
        self.values: list[list[float | None]] = [[row[name] for row in self.rows] for name in plot.series]
        self.marks: list[Mark] = []

    @property
    def kind(self) -> Kind:
        """What the series' cells are."""
        return self.series[0].kind

    @property
    def is_empty(self) -> bool:
        """Whether there is not a single figure."""
        return all(value is None for values in self.values for value in values)

    def heading(self, column: Column) -> str:
        """Return a column's heading in the reader's language."""
        return self.wording.text(column.heading)

    def say(self, x: float, y: float, text: str, **more: Any) -> None:
        """Set a line of words; soft, in the plot's size, from `x` on, unless `more` says otherwise."""
        self.marks.append(Words(x, y, text, **{"size": self.size, "colour": SOFT, **more}))

    def tip(self, row: int, number: int) -> str:
        """Return what a figure says under the pointer: its row, the series where there are several, and itself."""
        if len(self.rows) * len(self.series) > self.MOST_TIPS:
            return ""
        column, place = self.series[number], self.wording.cell(self.rows[row][self.x.name], self.x)
        if len(self.series) > 1:
            place = f"{place}, {self.heading(column)}"
        return f"{place}: {self.wording.cell(self.values[number][row], column)}"

    def finished(self) -> Drawing:
        """Return the drawing with its title and a sentence for who cannot see it."""
        title = self.wording.text(self.plot.title)
        return Drawing(self.width, self.height, title, self._description(), self.marks)

    def nothing(self) -> None:
        """Say that there is nothing to draw."""
        words = self.wording.text(NO_FIGURES)
        self.say(self.width / 2, self.height / 2, words, anchor="middle", colour=INK)

    def _description(self) -> str:
        numbers = [value for values in self.values for value in values if value is not None]
        if not numbers:
            return self.wording.text(NO_FIGURES)
        low, high = (self.wording.cell(value, self.series[0]) for value in (min(numbers), max(numbers)))
        return self.wording.text(
            _DESCRIPTION,
            series=", ".join(self.heading(column) for column in self.series),
            x=self.heading(self.x),
            low=low,
            high=high,
        )
