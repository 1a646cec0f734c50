"""A report as a file of one of its forms."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import BinaryIO

from queue_app.domain.errors import QueueError
from queue_app.domain.reading import wrong
from queue_app.reports.document import Report
from queue_app.reports.forms import for_programs, pdf, xlsx
from queue_app.reports.streamed import Streamed

MIME_TYPES = {
    "json": "application/json",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}
"""The forms, and what they are called on the way."""

LONGEST_PDF_ROWS = 20_000
"""Some six hundred pages. Nobody reads more; whoever wants all rows takes XLSX or CSV."""


def file_name(report: Report, form: str) -> str:
    """Return what a file of this report is called where it is kept."""
    return f"{report.setup.slug}-{report.name}-{report.first}-{report.last}.{form}"


def rows_of(report: Report) -> int:
    """Return how many rows all tables of a report have; those that are read as they are written are counted beforehand."""
    return sum(
        table.rows.count() if isinstance(table.rows, Streamed) else len(list(table.rows)) for table in report.tables
    )


def write(
    report: Report,
    form: str,
    language: str,
    file: BinaryIO,
    made_at: datetime,
    progress: Callable[[int], None] | None = None,
) -> None:
    """Write a report.

    Args:
        report: the report.
        form: of `MIME_TYPES`.
        language: for the forms that people read.
        file: where to.
        made_at: aware.
        progress: is told how many rows are done; what it raises ends the work.

    Raises:
        QueueError: `invalid_value` for a form that there is not, `report_too_long` for a PDF that nobody could read.
    """
    if form == "xlsx":
        xlsx.write(report, language, file, made_at, progress)
    elif form == "pdf":
        if rows_of(report) > LONGEST_PDF_ROWS:
            raise QueueError("report_too_long")
        pdf.write(report, language, file, made_at, progress)
    elif form == "csv":
        lines = -1  # the first one has the names
        for text in for_programs.as_csv(report.tables[0]):
            file.write(text.encode())
            lines += text.count("\n")
            if progress is not None:
                progress(lines)
    elif form == "json":
        file.write(json.dumps(for_programs.as_json(report), ensure_ascii=False, separators=(",", ":")).encode())
    else:
        raise wrong("format", "one of %(words)s is needed", words=", ".join(MIME_TYPES))
