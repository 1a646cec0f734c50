"""How wide the columns of a table on paper are, how small it is set, and into which parts it is split where it is too wide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from queue_app.reports.document import NUMERIC, Column, Kind, Table
from queue_app.reports.forms.for_people import Wording
from queue_app.reports.forms.lettering import longest_word, narrowest, width_of

SIZES = (8.5, 8.0, 7.5, 7.0, 6.5)
"""Sizes of letters in points that are tried, the smallest last: below it a table is split instead."""

GAP = 6.0
"""Points between two columns."""

GUTTER = 26.0
"""Points between rows that stand abreast, gap not included."""

ABREAST_FROM = 16
"""A table with fewer rows is never set abreast."""

_MOST_ABREAST = 3
_WIDEST = 150.0
_STRETCH = 1.6
_HEADING_LINES = 3


@dataclass(frozen=True)
class Part:
    """What of a table stands side by side: the numbers of its columns and the width of each, in points, gaps included."""

    columns: Sequence[int]
    widths: Sequence[float]


@dataclass(frozen=True)
class Plan:
    """How a table is set.

    Attributes:
        size: of its letters, in points.
        parts: what of it stands side by side; several only where it is too wide.
        abreast: a long and narrow table is set in so many columns of rows, as in a newspaper.
    """

    size: float
    parts: Sequence[Part]
    abreast: int = 1


def plan(table: Table, sample: Sequence[Sequence[str]], wording: Wording, breadth: float) -> Plan:
    """Return how a table is set within `breadth` points.

    Args:
        table: the table.
        sample: the texts of its first rows, and of its total.
        wording: who reads it.
        breadth: between the margins.
    """
    breadth += GAP  # there is none behind the last column
    for size, lines in product(SIZES, (2, _HEADING_LINES)):
        needs = _needs(table, sample, wording, size, lines)
        if sum(needs) <= breadth:
            abreast = min(_MOST_ABREAST, int((breadth + GUTTER) / (sum(needs) + GUTTER)))
            abreast = abreast if len(sample) >= ABREAST_FROM else 1
            room = (breadth - (abreast - 1) * GUTTER) / abreast
            return Plan(size, [_part(range(len(needs)), needs, room)], abreast)
    return Plan(SIZES[-1], _split(table.columns, needs, breadth))


def _needs(table: Table, sample: Sequence[Sequence[str]], wording: Wording, size: float, lines: int) -> list[float]:
    """Return the width that each column needs, its gap included, with headings of so many lines."""
    needs = []
    for number, column in enumerate(table.columns):
        heading = wording.text(column.heading)
        texts = [row[number] for row in sample]
        cells = max((width_of(text, size, bold=True) for text in texts), default=0.0)
        if column.kind not in NUMERIC:
            # Long names may be broken between words, so a column of them need not be as wide as the longest.
            words = max((longest_word(text, size, bold=True) for text in texts), default=0.0)
            cells = min(cells, max(_WIDEST * size / SIZES[0], min(words, 2 * _WIDEST)))
        head = narrowest(heading, lines if column.kind in NUMERIC else 1, size, bold=True)
        needs.append(max(cells, min(head, _WIDEST)) + GAP)
    return needs


def _part(columns: Sequence[int], needs: Sequence[float], breadth: float) -> Part:
    """Return the columns over the whole breadth, or less where that would tear a small table apart."""
    total = sum(needs[number] for number in columns)
    stretch = min(breadth / total, _STRETCH)
    return Part(list(columns), [needs[number] * stretch for number in columns])


def _split(columns: Sequence[Column], needs: Sequence[float], breadth: float) -> list[Part]:
    """Deal the columns out to parts that fit; what a row is about, at its beginning, is repeated in each."""
    keys: list[int] = []
    for number, column in enumerate(columns):
        is_figure = column.kind in NUMERIC and column.kind is not Kind.ID
        if is_figure or sum(needs[key] for key in [*keys, number]) > 0.5 * breadth:
            break
        keys.append(number)
    parts, taken = [], list(keys)
    for number in range(len(keys), len(columns)):
        if len(taken) > len(keys) and sum(needs[each] for each in [*taken, number]) > breadth:
            parts.append(_part(taken, needs, breadth))
            taken = list(keys)
        taken.append(number)
    return [*parts, _part(taken, needs, breadth)]
