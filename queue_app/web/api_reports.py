"""The API of the reports."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, stream_with_context

from queue_app.access import Caller
from queue_app.domain.business_day import business_date
from queue_app.domain.errors import QueueError
from queue_app.reports import registry
from queue_app.web import schemas as s
from queue_app.web.operation import context, operation

api_reports = Blueprint("api_reports", __name__, url_prefix="/api/v1")

REPORTS = frozenset({"reports"})
CELL: s.Schema = {"type": ["string", "number", "null"]}
REPORT = {
    "content": {
        "application/json": {
            "schema": s.thing(
                {
                    "report": s.TEXT,
                    "branch": s.TEXT,
                    "from": s.DAY,
                    "to": s.DAY,
                    "columns": s.some(s.thing({"name": s.TEXT, "meaning": s.TEXT, "unit": s.TEXT})),
                    "rows": s.some({"type": "object", "additionalProperties": CELL}),
                    "total": {"type": "object", "additionalProperties": CELL},
                }
            )
        },
        "text/csv": {"schema": {"type": "string"}},
    }
}
DATE: s.Schema = {"type": "string", "pattern": "^[12][0-9]{3}-[01][0-9]-[0-3][0-9]$", "format": "date"}


@operation(
    api_reports, "GET", "/branches/<branch>/reports",
    summary="The reports there are.", scopes=REPORTS,
    answers={200: s.thing({"reports": s.some(s.thing({"name": s.TEXT, "title": s.TEXT}))})},
    errors=("unknown_branch",),
)  # fmt: skip
def list_reports(who: Caller, body: None, query: dict[str, Any], branch: str) -> Any:
    """List the reports."""
    _setup(who, branch)
    return {"reports": [{"name": kind.name, "title": kind.title} for kind in registry.REPORTS.values()]}


@operation(
    api_reports, "GET", "/branches/<branch>/reports/<name>",
    summary="One report over business dates from and to, both included; today where they are left out.",
    scopes=REPORTS,
    query={"from": DATE, "to": DATE, "format": {"type": "string", "enum": ["json", "csv"], "default": "json"}},
    answers={200: REPORT}, errors=("unknown_branch", "unknown_report"),
)  # fmt: skip
def show_report(who: Caller, body: None, query: dict[str, Any], branch: str, name: str) -> Any:
    """Make one report."""
    setup = _setup(who, branch)
    today = business_date(context().clock.now(), setup.zone, setup.cut_over_hour)
    last = day_of("to", query["to"], today)
    first = day_of("from", query["from"], min(today, last))
    report = registry.make(context().database, name, registry.Question(setup, first, last))
    if query["format"] == "csv":
        file_name = f"{branch}-{name}-{first}-{last}.csv"
        return Response(
            stream_with_context(report.as_csv()),
            mimetype="text/csv",
            headers={"Content-Disposition": f'attachment; filename="{file_name}"'},
        )
    return {"branch": branch, "from": first.isoformat(), "to": last.isoformat(), **report.as_json()}


def _setup(who: Caller, branch: str) -> Any:
    setup = context().setup(branch)
    if not who.may_any(REPORTS, setup.id):
        raise QueueError("not_allowed")
    return setup


def day_of(field: str, text: str | None, default: date) -> date:
    """Return the day in `text`, or `default` where there is none; raises `invalid_value`."""
    if text is None:
        return default
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise QueueError("invalid_value", field=field, problem=f"{text[:40]} is not a day") from None
    if not 1000 <= day.year < 3000:  # days near the ends of the calendar have no neighbours to count with
        raise QueueError("invalid_value", field=field, problem=f"{text[:40]} is not a day")
    return day
