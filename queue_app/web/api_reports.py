"""The API of the reports: each as JSON, CSV, XLSX or PDF, at once where that is quick, else made by the worker."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, stream_with_context

from queue_app.access import Caller
from queue_app.i18n import LANGUAGES
from queue_app.reports import registry
from queue_app.reports.document import Kind
from queue_app.reports.files import MIME_TYPES, file_name
from queue_app.reports.forms import for_programs
from queue_app.reports.question import PER, Question
from queue_app.web import schemas as s
from queue_app.web.operation import language_of, operation
from queue_app.web.report_files import by_worker, is_large
from queue_app.web.report_questions import REPORTS, make, own_question_of, question_of

api_reports = Blueprint("api_reports", __name__, url_prefix="/api/v1")

ROWS_A_PAGE = 1000
"""Rows of a long report in one JSON page, where the caller does not say."""

CELL: s.Schema = {"type": ["string", "number", "null"]}
ROW: s.Schema = {"type": "object", "additionalProperties": CELL}
TABLE = {
    "columns": s.some(
        s.thing({"name": s.TEXT, "meaning": s.TEXT, "unit": s.TEXT, "kind": {"type": "string", "enum": list(Kind)}})
    ),
    "rows": s.some(ROW),
    "total": s.maybe(ROW),
    "before": s.maybe(ROW),
    "hidden_small": s.YES_NO,
}
FIGURES_ONLY_BEFORE: s.Schema = {
    **s.maybe(s.DAY),
    "description": "Not everything is told of the days before this one: only their figures are kept.",
}
HEAD = {"report": s.TEXT, "branch": s.TEXT, "from": s.DAY, "to": s.DAY, "figures_only_before": FIGURES_ONLY_BEFORE}
PLAIN = {"schema": {"type": "string"}}
REPORT = {
    "content": {
        "application/json": {
            "schema": s.thing(
                {**HEAD, **TABLE, "tables": s.some(s.thing({"table": s.TEXT, **TABLE})), "next": s.maybe(s.WHOLE)},
                optional=frozenset({"next"}),
            )
        },
        **{mime: PLAIN for form, mime in MIME_TYPES.items() if form != "json"},
    }
}
JOB = s.thing(
    {
        "id": s.WHOLE, "report": s.TEXT, "format": {"type": "string", "enum": list(MIME_TYPES)}, "from": s.DAY, "to": s.DAY,
        "state": {"type": "string", "enum": ["queued", "running", "done", "failed", "cancelled"]},
        "share_done": {"type": "number"}, "size_bytes": s.maybe(s.WHOLE), "error": s.maybe(s.TEXT), "created_at": s.MOMENT,
        "file": s.maybe(s.TEXT),
    }
)  # fmt: skip
DATE: s.Schema = {"type": "string", "pattern": "^[12][0-9]{3}-[01][0-9]-[0-3][0-9]$", "format": "date"}
ASKED: dict[str, s.Schema] = {
    "from": DATE,
    "to": DATE,
    "by": {
        "type": "string",
        "pattern": "^[a-z_,]{0,80}$",
        "description": "What the rows are broken down by, with commas.",
    },
    "per": {"type": "string", "enum": ["none", *PER], "description": "The stretch of time of each row."},
    "target_seconds": {"type": "integer", "minimum": 1, "maximum": 86400, "description": "The promise to measure by."},
}
FORMS: dict[str, s.Schema] = {
    "format": {"type": "string", "enum": list(MIME_TYPES), "default": "json"},
    "compare": {"type": "string", "enum": ["before"], "description": "Also the totals of as many days before."},
    "language": {
        "type": "string",
        "enum": list(LANGUAGES),
        "description": "Of XLSX and PDF; the caller's where left out.",
    },
    "bom": {
        "type": "string",
        "enum": ["yes", "no"],
        "default": "no",
        "description": "Begin CSV with a byte order mark.",
    },
    "after": {
        "type": "integer",
        "minimum": 0,
        "default": 0,
        "description": "Of a long report, only what comes after this row.",
    },
    "limit": {"type": "integer", "minimum": 1, "maximum": 10000, "description": "Rows of a long report; 1000 in JSON."},
}


@operation(
    api_reports, "GET", "/branches/<branch>/reports",
    summary="The reports there are.", scopes=REPORTS,
    answers={200: s.thing({"reports": s.some(s.thing({"name": s.TEXT, "title": s.TEXT, "says": s.TEXT, "rows": s.YES_NO}))})},
    errors=("unknown_branch",),
)  # fmt: skip
def list_reports(who: Caller, body: None, query: dict[str, Any], branch: str) -> Any:
    """List the reports."""
    question_of(who, branch, {})
    return {
        "reports": [
            {"name": kind.name, "title": kind.title, "says": kind.says, "rows": kind.rows}
            for kind in registry.REPORTS.values()
        ]
    }


@operation(
    api_reports, "GET", "/branches/<branch>/reports/<name>",
    summary="One report over business dates from and to, both included; today where they are left out.",
    scopes=REPORTS, query={**ASKED, **FORMS},
    answers={200: REPORT, 202: s.thing({"job": JOB})},
    errors=("unknown_branch", "unknown_report", "too_many_reports", "report_too_long"),
)  # fmt: skip
def show_report(who: Caller, body: None, query: dict[str, Any], branch: str, name: str) -> Any:
    """Make one report; what takes longer than a moment is made by the worker, and where that takes long the job is told."""
    question = question_of(who, branch, query)
    kind = registry.kind_of(name)
    question.check()
    if is_large(kind, question, query["format"]):
        language = query["language"] or language_of(who)
        return by_worker(who, question, name, query["format"], language, compared=query["compare"] is not None)
    return _at_once(question, kind, query)


def _at_once(question: Question, kind: registry.ReportKind, query: dict[str, Any]) -> Any:
    if query["format"] == "csv":
        asked = question.page(query["after"], query["limit"])
        report = make(kind.name, asked)
        return Response(
            stream_with_context(for_programs.as_csv(report.tables[0], bom=query["bom"] == "yes")),
            mimetype="text/csv",
            headers={"Content-Disposition": f'attachment; filename="{file_name(report, "csv")}"'},
        )
    if not kind.rows:
        return for_programs.as_json(make(kind.name, question, compared=query["compare"] is not None))
    limit = query["limit"] or ROWS_A_PAGE
    document = for_programs.as_json(make(kind.name, question.page(query["after"], limit)))
    key = document["columns"][0]["name"]
    numbers = {row[key] for row in document["rows"]}
    return {**document, "next": max(numbers) if len(numbers) >= limit else None}


@operation(
    api_reports, "GET", "/branches/<branch>/my-work/<name>",
    summary="What the clerk who asks did: waits, staffing or outcomes, where the branch lets clerks see their own figures.",
    scopes=frozenset({"desk"}), query=ASKED, answers={200: REPORT}, errors=("unknown_branch", "unknown_report"),
)  # fmt: skip
def show_own(who: Caller, body: None, query: dict[str, Any], branch: str, name: str) -> Any:
    """Make a report on one's own work."""
    return for_programs.as_json(make(name, own_question_of(who, branch, query)))
