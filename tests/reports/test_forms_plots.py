"""Plots: nothing outside the box, no label upon another, zero always there, a gap where nothing happened, safe markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest

from queue_app.domain.colour import contrast
from queue_app.i18n import LANGUAGES
from queue_app.reports.document import Column, Kind, Plot, Report, Shape
from queue_app.reports.forms import svg
from queue_app.reports.forms.axes import scale
from queue_app.reports.forms.drawing import PAPER, Box, Drawing, Palette, Path, Words
from queue_app.reports.forms.for_people import Wording
from queue_app.reports.forms.lettering import width_of
from queue_app.reports.forms.plots import layout
from tests.reports.report_samples import brno, plotted, with_rows

LONG = "Gépjármű-nyilvántartási és személyiokmány-ügyintézés, különleges esetek"
DAYS = [(date(2022, 1, 3) + timedelta(number)).isoformat() for number in range(1500)]
ODD: dict[str, dict[str, Any]] = {
    "one row": {"values": [(300.0, 500.0, 400.0)], "xs": ["08:00"]},
    "all zeros": {"values": [(0, 0, 0)] * 5, "xs": list("abcde"), "kind": Kind.COUNT},
    "gaps": {"values": [(60.0, None, 80.0), (None, None, None), (90.0, 120.0, None)], "xs": list("abc")},
    "below zero": {"values": [(-65.0, -10.0, 5.0), (30.0, 60.0, 45.0)], "xs": list("ab")},
    "1500 days": {"values": [(n % 7, n % 11 + 7, 7) for n in range(1500)], "xs": DAYS, "kind": Kind.COUNT, "x_kind": Kind.DAY},
    "long names": {"values": [(1, 2, 3)] * 8, "xs": [f"{LONG} {n}" for n in range(8)], "heading": LONG},
    "40 long names": {"values": [(1, 2, 3)] * 40, "xs": [f"{LONG} {n}" for n in range(40)], "heading": LONG},
    "a day of quarters": {"values": [(60.0, 90.0, 70.0)] * 96, "xs": [f"{q // 4:02d}:{q % 4 * 15:02d}" for q in range(96)]},
    "shares": {"values": [(0.5, 0.9, 0.7), (0.85, 1.0, 0.9)], "xs": list("ab"), "kind": Kind.SHARE, "limit": 0.8},
    "hundredths": {"values": [(0.01, 0.035, 0.02)], "xs": ["a"], "kind": Kind.NUMBER},
    "days of seconds": {"values": [(1e5, 9e6, 1e6)], "xs": ["a"]},
    "nameless": {"values": [(1, 2, 3)] * 2, "xs": ["", "x"], "kind": Kind.COUNT, "x_kind": Kind.COUNTER},
}  # fmt: skip


def drawn(report: Report, language: str = "hu", **size: float) -> Drawing:
    """Return the drawing of a report's plot."""
    return layout(report.plots[0], report, language, **size)


def extent(drawing: Drawing) -> Iterator[tuple[float, float, float, float]]:
    """Yield left, top, right and bottom of everything in a drawing."""
    for mark in drawing.marks:
        if isinstance(mark, Path):
            xs, ys = zip(*mark.points, strict=True)
            yield min(xs), min(ys), max(xs), max(ys)
        elif isinstance(mark, Box):
            assert mark.width >= 0 and mark.height >= 0
            yield mark.x, mark.y, mark.x + mark.width, mark.y + mark.height
        else:
            yield box_of(mark)


def box_of(words: Words) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of words."""
    width = width_of(words.text, words.size, words.bold)
    begin = {"start": 0.0, "middle": 0.5, "end": 1.0}[words.anchor] * width
    if words.turned:
        return words.x - words.size, words.y + begin - width, words.x, words.y + begin
    return words.x - begin, words.y - words.size, words.x - begin + width, words.y


@pytest.mark.parametrize("size", [{}, {"width": 340.0, "height": 170.0, "size": 7.5}], ids=["page", "paper"])
@pytest.mark.parametrize("shape", Shape)
@pytest.mark.parametrize("odd", ODD)
def test_everything_stays_within_the_box(odd: str, shape: Shape, size: dict[str, float]) -> None:
    drawing = drawn(plotted(shape, **ODD[odd], by="x"), **size)
    for left, top, right, bottom in extent(drawing):
        assert -0.5 <= left <= right <= drawing.width + 1
        assert -1 <= top <= bottom <= drawing.height + 1


@pytest.mark.parametrize("shape", Shape)
@pytest.mark.parametrize("odd", ODD)
def test_no_label_stands_upon_another(odd: str, shape: Shape) -> None:
    drawing = drawn(plotted(shape, **ODD[odd], by="x"))
    words = [
        mark for mark in drawing.marks if isinstance(mark, Words) and mark.role in {"label", "tick", "figure", "legend"}
    ]
    boxes = [box_of(mark) for mark in words]
    for place, (left, top, right, bottom) in enumerate(boxes):
        for other in boxes[place + 1 :]:
            apart = (
                other[0] >= right - 0.6 or other[2] <= left + 0.6 or other[1] >= bottom - 2.5 or other[3] <= top + 2.5
            )
            assert apart, (words[place].text, words[boxes.index(other)].text)


@pytest.mark.parametrize("shape", [Shape.BARS, Shape.STACK, Shape.LINES, Shape.BAND])
@pytest.mark.parametrize("odd", ODD)
def test_zero_is_on_the_axis(odd: str, shape: Shape) -> None:
    drawing = drawn(plotted(shape, **ODD[odd]), "en")
    ticks = [mark.text for mark in drawing.marks if isinstance(mark, Words) and mark.role == "tick"]
    assert ticks.count("0") + ticks.count("0\u00a0%") + ticks.count("0.00") + ticks.count("0.000") == 1


@pytest.mark.parametrize("shape", Shape)
@pytest.mark.parametrize("values", [[], [(None, None)] * 3], ids=["no rows", "no figures"])
def test_where_there_is_nothing_to_draw_it_says_so(shape: Shape, values: list[Any]) -> None:
    drawing = drawn(plotted(shape, values, list("abc")[: len(values)], series=2, by="x"), "en")
    assert [mark.text for mark in drawing.marks if isinstance(mark, Words)] == [
        "There are no figures to draw for these days."
    ]
    assert len(drawing.marks) == 1


@pytest.mark.parametrize(
    ("values", "kind", "ticks", "unit"),
    [
        ([0, 437.0], Kind.SECONDS, ["0", "2", "4", "6", "8"], "minutes"),
        ([50.0], Kind.SECONDS, ["0", "10", "20", "30", "40", "50"], "seconds"),
        ([14_000.0], Kind.SECONDS, ["0", "1", "2", "3", "4"], "hours"),
        ([0.95], Kind.SHARE, ["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"], ""),
        ([0.012], Kind.SHARE, ["0.0 %", "0.5 %", "1.0 %", "1.5 %"], ""),
        ([3], Kind.COUNT, ["0", "1", "2", "3"], "number"),
        ([1234], Kind.COUNT, ["0", "500", "1,000", "1,500"], "number"),
        ([-3, 8], Kind.COUNT, ["−5", "0", "5", "10"], "number"),
        ([], Kind.COUNT, ["0", "1"], "number"),
        ([0.035], Kind.NUMBER, ["0.00", "0.01", "0.02", "0.03", "0.04"], ""),
    ],
)
def test_ticks_are_round_and_in_a_unit_that_people_know(
    values: list[float], kind: Kind, ticks: list[str], unit: str
) -> None:
    found = scale(values, kind, Wording("en", brno()))
    assert [text.replace("\u00a0", " ") for text in found.texts] == ticks
    assert found.unit == unit
    assert all(0 <= found.share(value) <= 1 for value in values)


def test_a_missing_figure_is_a_gap_and_one_alone_a_mark() -> None:
    drawing = drawn(plotted(Shape.LINES, [60.0, 90.0, None, 80.0, None, 70.0, 75.0, 60.0], list("abcdefgh")))
    lines = [mark for mark in drawing.marks if isinstance(mark, Path) and mark.role == "series-1" and not mark.closed]
    assert [len(line.points) for line in lines] == [2, 3]
    assert sum(isinstance(mark, Path) and mark.role == "series-1" and mark.closed for mark in drawing.marks) == 6


def test_a_figure_of_0_is_seen_and_one_that_is_missing_is_not() -> None:
    drawing = drawn(plotted(Shape.BARS, [0, None, 5], list("abc"), kind=Kind.COUNT))
    bars = [mark for mark in drawing.marks if isinstance(mark, Box) and mark.role == "series-1"]
    assert len(bars) == 2 and all(bar.height > 0 for bar in bars)


def test_bars_are_as_high_as_their_figures() -> None:
    drawing = drawn(plotted(Shape.BARS, [100.0, 200.0, 50.0], list("abc")))
    heights = [mark.height for mark in drawing.marks if isinstance(mark, Box) and mark.role == "series-1"]
    assert heights[1] == pytest.approx(2 * heights[0]) and heights[0] == pytest.approx(2 * heights[2])


def test_a_stack_stands_one_upon_the_other() -> None:
    drawing = drawn(plotted(Shape.STACK, [(10, 5, 2)], ["a"], kind=Kind.COUNT))
    parts = [mark for mark in drawing.marks if isinstance(mark, Box) and mark.role.startswith("series")]
    assert all(upper.y + upper.height == pytest.approx(lower.y) for lower, upper in pairwise(parts))


@pytest.mark.parametrize("shape", [Shape.BARS, Shape.STACK, Shape.LINES])
def test_series_are_told_apart_without_colour(shape: Shape) -> None:
    drawing = drawn(plotted(shape, [(10, 5, 2, 7)] * 3, list("abc"), kind=Kind.COUNT))
    swatches = [mark.ink for mark in drawing.marks if not isinstance(mark, Words) and mark.role.startswith("swatch")]
    if shape is Shape.LINES:
        assert len({ink.dash for ink in swatches if ink.stroke}) == 4
    else:
        greys = sorted(contrast(ink.fill or PAPER, "#000000") for ink in swatches)
        assert all(lighter / darker > 1.15 for darker, lighter in pairwise(greys))
    names = [mark.text for mark in drawing.marks if isinstance(mark, Words) and mark.role == "legend"]
    assert names == ["Series 0", "Series 1", "Series 2", "Series 3"]


@pytest.mark.parametrize("colour", ["#ffff00", "#ffffff", "#000000", "#0b5d4e", "nonsense"])
def test_the_branchs_colour_can_be_seen_on_paper(colour: str) -> None:
    assert contrast(Palette.of(colour).accent, PAPER) >= 4.5


def test_labels_of_many_days_are_thinned_out_to_the_first_of_weeks_months_or_years() -> None:
    def labels(days: int) -> list[str]:
        report = plotted(Shape.BARS, [1] * days, DAYS[:days], kind=Kind.COUNT, x_kind=Kind.DAY)
        return [mark.text for mark in drawn(report, "en").marks if isinstance(mark, Words) and mark.role == "label"]

    assert labels(3) == ["3 Jan", "4 Jan", "5 Jan"]
    assert labels(28) == ["3 Jan", "10 Jan", "17 Jan", "24 Jan"]
    assert labels(200)[:3] == ["Jan 2022", "Feb 2022", "Mar 2022"]
    assert labels(1500) == ["2022", "2023", "2024", "2025", "2026"]


def test_labels_of_a_day_are_full_hours() -> None:
    quarters = [f"{8 + quarter // 4:02d}:{quarter % 4 * 15:02d}" for quarter in range(36)]
    drawing = drawn(plotted(Shape.LINES, [60.0] * 36, quarters))
    labels = [mark.text for mark in drawing.marks if isinstance(mark, Words) and mark.role == "label"]
    assert labels == [f"{hour:02d}:00" for hour in range(8, 17)]


def test_moments_are_told_by_the_time_within_a_day_and_by_the_day_beyond_it() -> None:
    within = plotted(Shape.BARS, [1, 2], ["2026-03-04T08:00:00+01:00", "2026-03-04T09:00:00+01:00"], x_kind=Kind.MOMENT)
    beyond = plotted(Shape.BARS, [1, 2], ["2026-03-04T08:00:00+01:00", "2026-03-05T08:00:00+01:00"], x_kind=Kind.MOMENT)
    for report, expected in ((within, ["08:00", "09:00"]), (beyond, ["4 Mar", "5 Mar"])):
        marks = drawn(report, "en").marks
        assert [mark.text for mark in marks if isinstance(mark, Words) and mark.role == "label"] == expected


HEAT = (
    Column("weekday", "Weekday", "", Kind.WORD),
    Column("hour", "Hour", ""),
    Column("arrived", "Arrived", "", Kind.COUNT),
)


def heat(rows: list[tuple[str, str, int | None]]) -> Drawing:
    """Return the drawing of a heat map."""
    names = ("weekday", "hour", "arrived")
    plot = Plot("Arrivals", Shape.HEAT, "sample", "hour", ("arrived",), by="weekday")
    return drawn(with_rows([dict(zip(names, row, strict=True)) for row in rows], HEAT, plot), "en")


def test_a_heat_map_is_in_the_order_of_week_and_day_and_leaves_out_what_did_not_happen() -> None:
    drawing = heat(
        [("weekday:2", "09:00", 4), ("weekday:1", "09:00", 8), ("weekday:2", "08:00", 0), ("weekday:1", "08:00", None)]
    )
    labels = [mark.text for mark in drawing.marks if isinstance(mark, Words) and mark.role == "label"]
    assert labels == ["Monday", "Tuesday", "08:00", "09:00"]
    cells = {mark.tip: mark for mark in drawing.marks if isinstance(mark, Box) and mark.role == "cell"}
    assert set(cells) == {"Tuesday, 09:00: 4", "Monday, 09:00: 8", "Tuesday, 08:00: 0"}
    shades = [
        contrast(cells[tip].ink.fill or "", PAPER)
        for tip in ("Tuesday, 08:00: 0", "Tuesday, 09:00: 4", "Monday, 09:00: 8")
    ]
    assert 1.05 < shades[0] < shades[1] < shades[2]


def test_figures_in_a_heat_map_can_be_read_on_their_shade() -> None:
    drawing = heat([(f"weekday:{day}", f"{hour:02d}:00", day * hour) for day in range(1, 8) for hour in range(8, 16)])
    cells = [mark for mark in drawing.marks if isinstance(mark, Box) and mark.role == "cell"]
    figures = [mark for mark in drawing.marks if isinstance(mark, Words) and mark.role == "figure"]
    assert len(cells) == len(figures) == 56
    assert all(contrast(cell.ink.fill or "", words.colour) >= 4.5 for cell, words in zip(cells, figures, strict=True))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("shape", Shape)
def test_svg_is_well_formed_has_a_title_and_breaks_no_policy(shape: Shape, language: str) -> None:
    report = plotted(shape, **ODD["gaps"], by="x", limit=90.0)
    root = ElementTree.fromstring(svg.draw(report.plots[0], report, language))
    assert root.get("role") == "img" and root.get("class") == "plot"
    assert [child.tag.rpartition("}")[2] for child in root][:2] == ["title", "desc"]
    assert root[0].text == "A plot" and "Series 0" in (root[1].text or "")
    for element in root.iter():
        assert element.tag.rpartition("}")[2] in {"svg", "title", "desc", "g", "rect", "polygon", "polyline", "text"}
        assert not any(name == "style" or name.startswith("on") or "href" in name for name in element.attrib)


@pytest.mark.parametrize("shape", Shape)
def test_no_name_becomes_markup(shape: Shape) -> None:
    evil = "</text><script>alert(1)</script>\" onload='x' <&>"
    report = plotted(shape, [(1.0, 2.0, 3.0)], [evil], heading=evil, by="x")
    markup = svg.draw(report.plots[0], report, "en")
    assert "<script" not in markup and not re.search(r"<[^>]*onload", markup)
    ElementTree.fromstring(markup)


def test_many_figures_make_no_heavy_page() -> None:
    report = plotted(Shape.BARS, **ODD["1500 days"])
    assert len(svg.draw(report.plots[0], report, "en")) < 400_000


def test_a_figure_tells_itself_under_the_pointer() -> None:
    report = plotted(Shape.BARS, [245.0], ["08:00"])
    assert "<title>08:00: 4:05</title>" in svg.draw(report.plots[0], report, "en")
