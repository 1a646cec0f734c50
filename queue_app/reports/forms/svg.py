"""Plots as SVG within the page: text that is text, no script and no style attribute, which the page's policy forbids."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from itertools import groupby

from queue_app.reports.document import Plot, Report
from queue_app.reports.forms.drawing import Box, Drawing, Ink, Mark, Words
from queue_app.reports.forms.plots import layout


def draw(plot: Plot, report: Report, language: str, width: float = 720.0, height: float = 300.0) -> str:
    """Return a plot as the markup of one `<svg>` element, every text in it escaped.

    It has no width of its own but the page's; its parts carry classes `plot-…` beside their colours.

    Args:
        plot: what is drawn; the rows of its table have to be readable more than once.
        report: where its table is.
        language: of headings, names, numbers and dates.
        width, height: of its box in its own units; letters are 12 of them high.
    """
    return markup(layout(plot, report, language, width, height))


def markup(drawing: Drawing) -> str:
    """Return a drawing as the markup of one `<svg>` element."""
    box = f"0 0 {_n(drawing.width)} {_n(drawing.height)}"
    return "".join(
        (
            f'<svg class="plot" role="img" xmlns="http://www.w3.org/2000/svg" viewBox="{box}">',
            f"<title>{escape(drawing.title)}</title><desc>{escape(drawing.description)}</desc>",
            *_groups(drawing.marks),
            "</svg>",
        )
    )


def _groups(marks: Iterable[Mark]) -> Iterable[str]:
    """Yield runs of marks that look alike, with what they share said once: a plot may have thousands."""
    for shared, alike in groupby(marks, key=_shared):
        yield f"<g{shared}>{''.join(map(_mark, alike))}</g>"


def _shared(mark: Mark) -> str:
    classes = " ".join(f"plot-{role}" for role in mark.role.split())
    if isinstance(mark, Words):
        bold = ' font-weight="600"' if mark.bold else ""
        look = f' font-size="{_n(mark.size)}" fill="{mark.colour}" text-anchor="{mark.anchor}"{bold}'
    else:
        look = _ink(mark.ink)
    return f' class="{classes}"{look}'


def _ink(ink: Ink) -> str:
    look = f' fill="{ink.fill or "none"}"'
    if ink.stroke:
        look += f' stroke="{ink.stroke}" stroke-width="{_n(ink.width)}"'
    if ink.dash:
        look += f' stroke-dasharray="{" ".join(map(_n, ink.dash))}"'
    return look


def _mark(mark: Mark) -> str:
    if isinstance(mark, Words):
        turn = f' transform="rotate(-90 {_n(mark.x)} {_n(mark.y)})"' if mark.turned else ""
        return f'<text x="{_n(mark.x)}" y="{_n(mark.y)}"{turn}>{escape(mark.text)}</text>'
    if isinstance(mark, Box):
        size = f'width="{_n(mark.width)}" height="{_n(mark.height)}"'
        return _tipped("rect", f'x="{_n(mark.x)}" y="{_n(mark.y)}" {size}', mark.tip)
    points = " ".join(f"{_n(x)},{_n(y)}" for x, y in mark.points)
    return _tipped("polygon" if mark.closed else "polyline", f'points="{points}"', mark.tip)


def _tipped(tag: str, attributes: str, tip: str) -> str:
    if not tip:
        return f"<{tag} {attributes}/>"
    return f"<{tag} {attributes}><title>{escape(tip)}</title></{tag}>"


def _n(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
