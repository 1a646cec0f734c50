"""Turns facts into the table of a report: groups down, figures across, everything once more in one last row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from queue_app.reports.breakdown import PERSONAL, Breakdown, break_down
from queue_app.reports.document import Kind, Table
from queue_app.reports.figures import Figure, Sheet
from queue_app.reports.groups import Array, Groups
from queue_app.reports.question import Question
from queue_app.store.columns import Columns
from queue_app.store.facts import Facts


@dataclass(frozen=True)
class Wanted:
    """What a table shows.

    Attributes:
        name, title: the table's.
        rows: `legs`, `visits` or `staff`.
        moment: the column that says when a row was.
        figures: what there is, by name.
        names: which of them, in order.
    """

    name: str
    title: str
    rows: str
    moment: str
    figures: Mapping[str, Figure]
    names: Sequence[str]


def tabulate(facts: Facts, question: Question, wanted: Wanted, by: Sequence[str], which: Array | None = None) -> Table:
    """Make a table.

    Args:
        facts: of the question's days.
        question: what was asked.
        wanted: which rows and figures.
        by: of `breakdown.COLUMNS`, what the rows are broken down by.
        which: only the rows in this mask; None for all.
    """
    rows: Columns = getattr(facts, wanted.rows)
    if which is not None:
        rows = rows.only(which)
    parts = break_down(facts, rows, question, by, wanted.moment)
    hidden = False
    if wanted.rows != "staff" and PERSONAL & set(by):
        rows, hidden = _without_few(facts, rows, parts, question, by)
        if hidden:
            parts = break_down(facts, rows, question, by, wanted.moment)
    figures = [wanted.figures[name] for name in wanted.names]
    cells = _cells(Sheet(facts, rows, parts.groups, question), figures)
    sizes = parts.groups.count()
    lines = [
        {**parts.names[group], **_told(cells, figures, group, few=hidden and sizes[group] < question.smallest_group)}
        for group in parts.order
        if sizes[group]
    ]
    everything = _cells(Sheet(facts, rows, Groups([], rows.size), question), figures)
    total = {column.name: "" for column in parts.columns} | {name: values[0] for name, values in everything.items()}
    columns = (*parts.columns, *(figure.column for figure in figures))
    return Table(wanted.name, wanted.title, columns, lines, total, hidden_small=hidden)


def _cells(sheet: Sheet, figures: Sequence[Figure]) -> dict[str, Sequence[Any]]:
    return {figure.column.name: figure.of(sheet) for figure in figures}


def _told(cells: Mapping[str, Sequence[Any]], figures: Sequence[Figure], group: int, *, few: bool) -> dict[str, Any]:
    """Return a group's figures; of too few people only how many they were."""
    return {
        figure.column.name: None if few and figure.column.kind != Kind.COUNT else cells[figure.column.name][group]
        for figure in figures
    }


def _without_few(
    facts: Facts, rows: Columns, parts: Breakdown, question: Question, by: Sequence[str]
) -> tuple[Columns, bool]:
    """Put groups that are too small to be told apart by who they are into one, called `breakdown.FEW`.

    This is done for each service, day and so on by itself. One small group alone would be what is left of the total when the
    others are taken from it; so the next larger ones go with it, until those without a name of their own are enough. Where all
    of a service or a day are too few, they are one group without figures. What somebody finds out by asking for several spans of
    days that differ by one visitor is not hidden by this: whoever may read the record row by row needs no such trick.
    """
    sizes = parts.groups.count()
    hidden = np.zeros(parts.groups.number, bool)
    siblings: defaultdict[tuple[int, ...], list[int]] = defaultdict(list)
    for group, key in enumerate(parts.groups.keys):
        siblings[tuple(code for code, name in zip(key, by, strict=True) if name not in PERSONAL)].append(group)
    for groups in siblings.values():
        hidden[too_few([(int(sizes[group]), group) for group in groups], question.smallest_group)] = True
    if not hidden.any():
        return rows, False
    of_hidden = hidden[parts.groups.of_row]
    few = len(facts.words)
    told = {name: np.where(of_hidden, few, rows[name].astype(np.int64)) for name in PERSONAL & set(by)}
    return rows.changed(told), True


def too_few(groups: list[tuple[int, int]], least: int) -> list[int]:
    """Return which of some groups, each with its size, are not told apart: the small ones, and as many more as it takes."""
    found: list[int] = []
    together = 0
    for size, group in sorted(groups):
        if size >= least and (not found or together >= least):
            break
        found.append(group)
        together += size
    return found
