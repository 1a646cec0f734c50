"""A heat map: a grid of rows × columns in shades of one colour, each cell with its figure where that finds room."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from queue_app.domain.colour import on
from queue_app.reports.document import NUMERIC, Column, Kind, Plot, Table
from queue_app.reports.forms import axes
from queue_app.reports.forms.drawing import SOFT, Box, Ink
from queue_app.reports.forms.frame import along, set_labels
from queue_app.reports.forms.lettering import shortened, width_of
from queue_app.reports.forms.sketch import Sketch

_SORTED_BY_CODE = re.compile(r"weekday:\d|\d\d:\d\d")


@dataclass(frozen=True)
class Grid:
    """The cells of a heat map: what stands down and along, and the figures by both, each the place in its list."""

    down: Sequence[Any]
    along: Sequence[Any]
    figures: dict[tuple[int, int], float]


def grid(plot: Plot, table: Table) -> Grid:
    """Return the figures of the plot's first series by its `by` and `x` columns; what is missing is left out."""
    x, by = table.column(plot.x), table.column(plot.by or plot.x)
    rows = list(table.rows)
    down, across = _in_order([row[by.name] for row in rows], by), _in_order([row[x.name] for row in rows], x)
    places = {value: place for place, value in enumerate(down)}, {value: place for place, value in enumerate(across)}
    name = plot.series[0]
    figures = {(places[0][row[by.name]], places[1][row[x.name]]): row[name] for row in rows if row[name] is not None}
    return Grid(down, across, figures)


def _in_order(values: Sequence[Any], column: Column) -> list[Any]:
    """Return each value once: times, days and numbers from the first to the last, names in the order of the rows."""
    found = list(dict.fromkeys(values))
    is_sorted = column.kind in NUMERIC or column.kind in {Kind.DAY, Kind.MOMENT}
    if is_sorted or all(_SORTED_BY_CODE.fullmatch(str(value)) for value in found):
        return sorted(found, key=lambda value: (value is None, value))
    return found


def draw(sketch: Sketch) -> None:
    """Draw the heat map of a sketch that has at least one figure."""
    size = sketch.size
    cells = grid(sketch.plot, sketch.table)
    by = sketch.by or sketch.x
    names = [shortened(sketch.wording.cell(value, by), 0.34 * sketch.width, size) for value in cells.down]
    left = max(width_of(name, size) for name in names) + 0.6 * size
    top = _scale(sketch, cells)
    slot = (sketch.width - left) / len(cells.along)
    below = axes.labels(cells.along, sketch.x, sketch.wording, slot, size)
    bottom = max(sketch.height - below.depth - 2.1 * size, top + 4 * size)
    row = (bottom - top) / len(cells.down)
    # Names of many rows would stand upon each other: then only every so many of them is there.
    step = max(1, -int(-1.15 * size // row))
    for place in range(0, len(names), step):
        sketch.say(left - 0.6 * size, top + (place + 0.5) * row + 0.35 * size, names[place], anchor="end", role="label")
    _cells(sketch, cells, left, top, slot, row)
    set_labels(sketch, below, lambda place: left + (place + 0.5) * slot, bottom)
    heading = along(sketch, sketch.width - left)
    sketch.say(sketch.width, sketch.height - 0.4 * size, heading, anchor="end", role="caption")


def _cells(sketch: Sketch, cells: Grid, left: float, top: float, slot: float, row: float) -> None:
    size, column = 0.9 * sketch.size, sketch.series[0]
    highest = max(cells.figures.values())
    texts = {place: sketch.wording.cell(value, column) for place, value in cells.figures.items()}
    shows_figures = row >= 1.3 * size and max(width_of(text, size) for text in texts.values()) <= 0.94 * slot
    # Hair-fine gaps between the cells, while these are large enough to have any.
    gap = min(0.16 * size, 0.12 * slot, 0.12 * row)
    for (down, across), value in cells.figures.items():
        colour = sketch.palette.level(value / highest if highest > 0 else 0.0)
        x, y = left + across * slot, top + down * row
        tip = "" if len(texts) > sketch.MOST_TIPS else _tip(sketch, cells, down, across, texts[down, across])
        sketch.marks.append(Box(x, y, slot - gap, row - gap, Ink(fill=colour), "cell", tip))
        if shows_figures:
            middle = y + row / 2 + 0.35 * size
            text = texts[down, across]
            sketch.say(x + slot / 2, middle, text, anchor="middle", size=size, colour=on(colour), role="figure")


def _tip(sketch: Sketch, cells: Grid, down: int, across: int, text: str) -> str:
    first = sketch.wording.cell(cells.down[down], sketch.by or sketch.x)
    return f"{first}, {sketch.wording.cell(cells.along[across], sketch.x)}: {text}"


def _scale(sketch: Sketch, cells: Grid) -> float:
    """Draw what the shades mean, from 0 to the largest figure, and return the height of that in points."""
    size, column = sketch.size, sketch.series[0]
    name = sketch.heading(column)
    ends = [sketch.wording.cell(value, column) for value in (0, max(0, *cells.figures.values(), 0))]
    name = shortened(name, sketch.width / 2, size)
    sketch.say(0.0, size, name, role="caption")
    x = width_of(name, size) + 1.5 * size
    sketch.say(x, size, ends[0], role="tick")
    x += width_of(ends[0], size) + 0.4 * size
    for step in range(6):
        ink = Ink(fill=sketch.palette.level(step / 5), stroke=SOFT, width=size / 40)
        sketch.marks.append(Box(x + step * 1.5 * size, 0.15 * size, 1.5 * size, 0.95 * size, ink, "swatch"))
    sketch.say(x + 9.4 * size, size, ends[1], role="tick")
    return 1.9 * size
