"""One geometry for all plots: where each line, area and word of a plot stands; the page and the PDF draw it alike.

Nothing is told by colour alone: shades differ in grey, lines in dashes and marks. A figure that is missing is a gap, never 0, and
zero is always on the axis.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from queue_app.reports.document import Plot, Report, Shape
from queue_app.reports.forms import heat
from queue_app.reports.forms.drawing import Box, Drawing, Ink, Path, Point, marker
from queue_app.reports.forms.frame import MOST_MARKED, Frame, framed, limit, zero
from queue_app.reports.forms.lettering import width_of
from queue_app.reports.forms.sketch import Sketch

_WIDEST_BAR = 9
"""Heights of a letter: a single bar is not a wall."""


def layout(
    plot: Plot, report: Report, language: str, width: float = 720.0, height: float = 300.0, size: float = 12.0
) -> Drawing:
    """Return the drawing of a plot, without its title.

    Args:
        plot: what is drawn; the rows of its table have to be readable more than once.
        report: where its table is.
        language: of headings, names, numbers and dates.
        width, height: of the box, in points.
        size: of the letters, in points.
    """
    sketch = Sketch(plot, report, language, width, height, size)
    if sketch.is_empty:
        sketch.nothing()
    elif plot.shape is Shape.HEAT:
        heat.draw(sketch)
    else:
        frame = framed(sketch)
        _DRAWN[plot.shape](sketch, frame)
        zero(sketch, frame)
        limit(sketch, frame)
    return sketch.finished()


def is_empty(plot: Plot, report: Report) -> bool:
    """Say whether a plot has not a single figure."""
    rows = report.table(plot.table).rows
    return all(row[name] is None for row in rows for name in plot.series)


def _bars(sketch: Sketch, frame: Frame) -> None:
    breadth = min(0.72 * frame.slot, _WIDEST_BAR * sketch.size) / len(sketch.series)
    for number, values in enumerate(sketch.values):
        for row, value in enumerate(values):
            if value is not None:
                x = frame.x(row) + (number - len(sketch.series) / 2) * breadth
                _bar(sketch, number, x, breadth, frame.y(0), frame.y(value), sketch.tip(row, number))
    if len(sketch.series) == 1:
        _figures(sketch, frame)


def _bar(sketch: Sketch, number: int, x: float, breadth: float, foot: float, head: float, tip: str) -> None:
    # A figure of 0 is a hairline: it did happen, unlike one that is missing.
    height = max(abs(foot - head), sketch.size / 24)
    ink = sketch.palette.area(number)
    if breadth < sketch.size / 6:
        ink = Ink(fill=ink.fill)  # an outline would be broader than the bar
    sketch.marks.append(Box(x, min(foot, head), breadth, height, ink, f"series-{number + 1}", tip))


def _figures(sketch: Sketch, frame: Frame) -> None:
    """Set each bar's figure at its head where all of them find room."""
    size = 0.9 * sketch.size
    texts = {
        row: sketch.wording.cell(value, sketch.series[0])
        for row, value in enumerate(sketch.values[0])
        if value is not None
    }
    if len(texts) > MOST_MARKED or max(width_of(text, size) for text in texts.values()) > 0.96 * frame.slot:
        return
    for row, text in texts.items():
        value = sketch.values[0][row] or 0
        y = frame.y(value) - 0.35 * size if value >= 0 else frame.y(value) + size
        sketch.say(frame.x(row), y, text, anchor="middle", size=size, role="figure")


def _stack(sketch: Sketch, frame: Frame) -> None:
    breadth = min(0.72 * frame.slot, _WIDEST_BAR * sketch.size)
    for row, values in enumerate(zip(*sketch.values, strict=True)):
        below = 0.0
        for number, value in enumerate(values):
            if value is not None:
                foot, head = frame.y(below), frame.y(below + value)
                _bar(sketch, number, frame.x(row) - breadth / 2, breadth, foot, head, sketch.tip(row, number))
                below += value


def _lines(sketch: Sketch, frame: Frame) -> None:
    for number, values in enumerate(sketch.values):
        ink = sketch.palette.line(number, sketch.size / 6)
        _line(sketch, frame, values, ink, number)


def _line(
    sketch: Sketch, frame: Frame, values: Sequence[float | None], ink: Ink, number: int, plain: bool = False
) -> None:
    """Draw one series; where a figure is missing the line is cut, and a figure between two gaps is a mark."""
    role = f"series-{number + 1}"
    for run in _runs(values):
        points = [(frame.x(row), frame.y(values[row] or 0)) for row in run]
        if len(points) > 1:
            sketch.marks.append(Path(points, ink, role))
        if len(points) > 1 and (plain or len(values) > MOST_MARKED):
            continue
        for row, (x, y) in zip(run, points, strict=True):
            tip = sketch.tip(row, number)
            sketch.marks.append(marker(0 if plain else number, x, y, sketch.size / 4, Ink(fill=ink.stroke), role, tip))


def _runs(values: Sequence[float | None]) -> Iterator[list[int]]:
    """Yield the numbers of the rows between one gap and the next."""
    run: list[int] = []
    for row, value in enumerate(values):
        if value is not None:
            run.append(row)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _band(sketch: Sketch, frame: Frame) -> None:
    lows, highs = sketch.values[:2]
    both = [low if high is not None else None for low, high in zip(lows, highs, strict=True)]
    for run in _runs(both):
        # A single row between two gaps still has a breadth.
        xs = (
            [frame.x(row) for row in run]
            if len(run) > 1
            else [frame.x(run[0]) + side * frame.slot for side in (-0.3, 0.3)]
        )
        rows = run if len(run) > 1 else run * 2
        upper: list[Point] = [(x, frame.y(highs[row] or 0)) for x, row in zip(xs, rows, strict=True)]
        lower: list[Point] = [(x, frame.y(lows[row] or 0)) for x, row in zip(xs, rows, strict=True)]
        sketch.marks.append(Path([*upper, *reversed(lower)], sketch.palette.band(), "series-1", closed=True))
    if len(sketch.values) > 2:
        _line(sketch, frame, sketch.values[2], sketch.palette.line(0, sketch.size / 6), 2, plain=True)


_DRAWN = {Shape.BARS: _bars, Shape.STACK: _stack, Shape.LINES: _lines, Shape.BAND: _band}
