"""The frame of a plot: legend, axes, grid and labels, and the room that is left for the figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from queue_app.i18n import N_
from queue_app.reports.document import Kind, Shape
from queue_app.reports.forms import axes
from queue_app.reports.forms.drawing import INK, LINE, SOFT, Box, Ink, Mark, Path, marker
from queue_app.reports.forms.lettering import shortened, width_of
from queue_app.reports.forms.sketch import Sketch

MOST_MARKED = 40
"""Lines through more rows than this go without marks, bars without their figures: they would touch."""

PROMISED = N_("promised: %(value)s")
_LIMIT = -1
"""Stands for what was promised among the numbers of the series."""


@dataclass(frozen=True)
class Frame:
    """Where the figures stand, in points, and their scale."""

    left: float
    right: float
    top: float
    bottom: float
    scale: axes.Scale
    rows: int

    @property
    def slot(self) -> float:
        """The width of a row."""
        return (self.right - self.left) / self.rows

    def x(self, row: int) -> float:
        """Return the middle of a row."""
        return self.left + (row + 0.5) * self.slot

    def y(self, value: float) -> float:
        """Return the height at which a value stands."""
        return self.bottom - (self.bottom - self.top) * self.scale.share(value)


def framed(sketch: Sketch) -> Frame:
    """Draw legend, axes and labels, and return the room that is left."""
    size = sketch.size
    scale = axes.scale(_reach(sketch), sketch.kind, sketch.wording)
    left = max(width_of(text, size) for text in scale.texts) + 0.8 * size
    right = sketch.width - 0.5 * size
    cells = [row[sketch.x.name] for row in sketch.rows]
    below = axes.labels(cells, sketch.x, sketch.wording, (right - left) / len(cells), size)
    top = legend(sketch)
    top += _caption(sketch, scale, top) + 0.8 * size
    # However deep the labels are, a figure has to be seen above them.
    bottom = max(sketch.height - below.depth - 2.1 * size, top + 4 * size)
    frame = Frame(left, right, top, bottom, scale, len(cells))
    for tick, text in zip(scale.ticks, scale.texts, strict=True):
        line = [(left, frame.y(tick)), (right, frame.y(tick))]
        sketch.marks.append(Path(line, Ink(stroke=LINE, width=size / 16), "grid"))
        sketch.say(left - 0.5 * size, frame.y(tick) + 0.35 * size, text, anchor="end", role="tick")
    set_labels(sketch, below, frame.x, frame.bottom)
    sketch.say(right, sketch.height - 0.4 * size, along(sketch, right - left), anchor="end", role="caption")
    return frame


def along(sketch: Sketch, width: float) -> str:
    """Return what stands along the axis, cut off at `width` points."""
    return shortened(sketch.heading(sketch.x), width, sketch.size)


def zero(sketch: Sketch, frame: Frame) -> None:
    """Draw the line of zero over the feet of the figures."""
    line = [(frame.left, frame.y(0)), (frame.right, frame.y(0))]
    sketch.marks.append(Path(line, Ink(stroke=SOFT, width=sketch.size / 12), "zero"))


def limit(sketch: Sketch, frame: Frame) -> None:
    """Draw a line across at what was promised."""
    if sketch.plot.limit is not None:
        y = frame.y(sketch.plot.limit)
        sketch.marks.append(Path([(frame.left, y), (frame.right, y)], _limit_ink(sketch), "limit"))


def _limit_ink(sketch: Sketch) -> Ink:
    size = sketch.size
    return Ink(stroke=INK, width=size / 10, dash=(size / 3, size / 4))


def set_labels(sketch: Sketch, below: axes.Labels, x_of: Callable[[int], float], bottom: float) -> None:
    """Set the labels along the rows under the line at `bottom`; those at the ends stay within the box."""
    size = sketch.size
    for row, lines in below.by_row.items():
        if below.turned:
            sketch.say(x_of(row) + 0.35 * size, bottom + 0.5 * size, lines[0], anchor="end", turned=True, role="label")
            continue
        for number, line in enumerate(lines):
            half = width_of(line, size) / 2
            x = min(max(x_of(row), half), sketch.width - half)
            sketch.say(x, bottom + (1.3 + 1.15 * number) * size, line, anchor="middle", role="label")


def legend(sketch: Sketch) -> float:
    """Draw a swatch and a name for each series and for what was promised, and return the height of that in points."""
    entries = [(number, sketch.heading(column)) for number, column in enumerate(sketch.series)]
    if sketch.plot.shape is Shape.BAND:
        entries = [(0, " – ".join(name for _, name in entries[:2])), *entries[2:3]]
    elif len(entries) == 1:
        entries = []
    if sketch.plot.limit is not None:
        value = sketch.wording.cell(sketch.plot.limit, sketch.series[0])
        entries.append((_LIMIT, sketch.wording.text(PROMISED, value=value)))
    size, x, y = sketch.size, 0.0, 0.0
    for number, name in entries:
        text = shortened(name, sketch.width - 2.2 * size, size)
        width = 2.2 * size + width_of(text, size)
        if x and x + width > sketch.width:
            x, y = 0.0, y + 1.5 * size
        sketch.marks.extend(_swatch(sketch, number, x, y))
        sketch.say(x + 2.2 * size, y + size, text, colour=INK, role="legend")
        x += width + 1.6 * size
    return y + 1.6 * size if entries else 0.0


def _swatch(sketch: Sketch, number: int, x: float, y: float) -> Iterator[Mark]:
    size, role, shape = sketch.size, f"swatch series-{number + 1}", sketch.plot.shape
    middle = y + 0.65 * size
    line = [(x, middle), (x + 1.7 * size, middle)]
    if number == _LIMIT:
        yield Path(line, _limit_ink(sketch), "swatch limit")
    elif shape is Shape.LINES or (shape is Shape.BAND and number):
        ink = sketch.palette.line(0 if shape is Shape.BAND else number, size / 6)
        yield Path(line, ink, role)
        if len(sketch.rows) <= MOST_MARKED and shape is Shape.LINES:
            yield marker(number, x + 0.85 * size, middle, size / 4, Ink(fill=ink.stroke), role)
    else:
        ink = sketch.palette.band() if shape is Shape.BAND else sketch.palette.area(number)
        yield Box(x + 0.3 * size, y + 0.15 * size, 1.4 * size, 0.95 * size, ink, role)


def _reach(sketch: Sketch) -> list[float]:
    """Return the values that the axis has to reach."""
    found = [value for values in sketch.values for value in values if value is not None]
    if sketch.plot.shape is Shape.STACK:
        found = [sum(value or 0 for value in row) for row in zip(*sketch.values, strict=True)]
    if sketch.plot.shape is Shape.BARS:
        highest = max(0.0, *found, 0.0)
        # So that the figure above the highest bar stands free; of a share there is no more than all.
        found.append(1.0 if sketch.kind is Kind.SHARE and 0.5 < highest <= 1.0 else 1.07 * highest)
    return found if sketch.plot.limit is None else [*found, sketch.plot.limit]


def _caption(sketch: Sketch, scale: axes.Scale, y: float) -> float:
    """Say from `y` on what the upright axis measures, and return the height of that in points."""
    text = scale.unit
    if len(sketch.series) == 1:
        name = sketch.heading(sketch.series[0])
        text = sketch.wording.text(N_("%(name)s (%(unit)s)"), name=name, unit=text) if text else name
    if not text:
        return 0.0
    sketch.say(0.0, y + sketch.size, shortened(text, sketch.width, sketch.size), role="caption")
    return 1.5 * sketch.size
