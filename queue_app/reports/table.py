"""What every report is: columns with a meaning and a unit, and rows; the same for all its forms."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class Column:
    """One column: its name in JSON and CSV, its heading and its meaning (both to be translated), and its unit."""

    name: str
    heading: str
    meaning: str
    unit: str = ""


@dataclass(frozen=True)
class Report:
    """A finished report; `total` is one more row over everything."""

    name: str
    columns: Sequence[Column]
    rows: Sequence[dict[str, Any]]
    total: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """Return the report as a document."""
        return {
            "report": self.name,
            "columns": [
                {"name": column.name, "meaning": column.meaning, "unit": column.unit} for column in self.columns
            ],
            "rows": list(self.rows),
            "total": self.total,
        }

    def as_csv(self) -> Iterator[str]:
        """Yield the report's rows as CSV, headings first; no cell can become a formula in a spreadsheet."""
        yield _line([column.name for column in self.columns])
        for row in self.rows:
            yield _line([row[column.name] for column in self.columns])


def _line(cells: Sequence[Any]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow([safe_cell(cell) for cell in cells])
    return buffer.getvalue()


def safe_cell(cell: Any) -> Any:
    """Return `cell` so that a spreadsheet takes it for what it is: a text that looks like a formula gets an apostrophe."""
    if cell is None:
        return ""
    if isinstance(cell, str) and cell.startswith(FORMULA_STARTS):
        return f"'{cell}"
    return cell
