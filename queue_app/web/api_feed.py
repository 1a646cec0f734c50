"""The API of the feed: what has changed since a revision, for programs that keep figures of their own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, stream_with_context

from queue_app.access import Caller
from queue_app.domain.errors import QueueError
from queue_app.reports.feed import TABLES, changed, last_of_page, whole
from queue_app.reports.files import MIME_TYPES
from queue_app.reports.forms import for_programs
from queue_app.web import schemas as s
from queue_app.web.api_reports import FIGURES_ONLY_BEFORE, FORMS, ROW, ROWS_A_PAGE, TABLE
from queue_app.web.operation import context, operation
from queue_app.web.report_questions import REPORTS, question_of

api_feed = Blueprint("api_feed", __name__, url_prefix="/api/v1")

ASKED: dict[str, s.Schema] = {
    "since": {
        "type": "integer",
        "minimum": 0,
        "default": 0,
        "description": "The `next` of the answer before; 0 for everything.",
    },
    "limit": {
        "type": "integer",
        "minimum": 1,
        "maximum": 10000,
        "default": ROWS_A_PAGE,
        "description": "The most events that are looked through.",
    },
    "format": {"type": "string", "enum": ["json", "csv"], "default": "json"},
    "bom": FORMS["bom"],
}
FEED = {
    "content": {
        "application/json": {
            "schema": s.thing(
                {
                    "table": {"type": "string", "enum": list(TABLES)}, "branch": s.TEXT, "columns": TABLE["columns"],
                    "rows": s.some(ROW), "next": s.WHOLE, "more": s.YES_NO,
                    "figures_only_before": FIGURES_ONLY_BEFORE,
                }
            )
        },
        MIME_TYPES["csv"]: {"schema": {"type": "string"}},
    }
}  # fmt: skip
FURTHER = {
    "X-Next-Since": {"schema": {"type": "string"}, "description": "The `since` of the next question."},
    "X-More": {"schema": {"type": "string", "enum": ["yes", "no"]}, "description": "Whether there is more already."},
}


@operation(
    api_feed, "GET", "/branches/<branch>/feed/<table>",
    summary="What has changed since a revision: events, or the tickets that they are about as they stand now.",
    scopes=REPORTS, query=ASKED, answers={200: {**FEED, "headers": FURTHER}}, errors=("unknown_branch", "unknown_report"),
)  # fmt: skip
def read(who: Caller, body: None, query: dict[str, Any], branch: str, table: str) -> Any:
    """Return a page of the feed."""
    if table not in TABLES:
        raise QueueError("unknown_report", report=table[:40])
    database = context().database
    asked = replace(question_of(who, branch, {}), after=query["since"], limit=query["limit"])
    question, before = whole(database, asked)
    last, more = last_of_page(database, question)
    found = changed(database, question, table, last)
    if query["format"] == "csv":
        return Response(
            stream_with_context(for_programs.as_csv(found.tables[0], bom=query["bom"] == "yes")),
            mimetype="text/csv",
            headers={"X-Next-Since": str(last), "X-More": "yes" if more else "no"},
        )
    document = for_programs.as_json(found)
    return {
        "table": table, "branch": branch, "columns": document["columns"], "rows": document["rows"], "next": last, "more": more,
        "figures_only_before": before.isoformat() if before else None,
    }  # fmt: skip
