"""The branches of one installation side by side: now, and over a span of days."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from babel.dates import format_date
from flask import Blueprint, Response, g, render_template, request, send_file
from markupsafe import Markup

from queue_app.access import Caller
from queue_app.domain.board import iso
from queue_app.domain.branch import pick
from queue_app.domain.errors import QueueError
from queue_app.i18n import LANGUAGES, N_, clock_time
from queue_app.reports import files
from queue_app.reports.comparison import LONGEST_DAYS, TITLE, compare
from queue_app.reports.document import Report
from queue_app.reports.forms import for_programs
from queue_app.reports.forms.for_people import locale_of
from queue_app.reports.question import Question
from queue_app.web import schemas as s
from queue_app.web.api_reports import DATE, REPORT
from queue_app.web.branches import branches_of
from queue_app.web.branches_now import LINE, lines, slugs_of
from queue_app.web.manager import FORMS
from queue_app.web.operation import context, language_of, operation
from queue_app.web.report_pages import body_of
from queue_app.web.report_questions import REPORTS, question_of, record

branches_page = Blueprint("branches_page", __name__)

STAFF = frozenset({"desk", "reports", "audit"})
"""Who has one of these in a branch works there, and finds it in the list."""

Line = dict[str, Any]
ORDERS: Mapping[str, tuple[str, Callable[[Line, str], Any]]] = {
    "longest": (N_("Longest wait"), lambda line, name: -line["longest_wait_seconds"]),
    "waiting": (N_("Waiting"), lambda line, name: -line["waiting"]),
    "level": (N_("Within the target today"), lambda line, name: _none_last(line["service_level"])),
    "open": (N_("Counters open"), lambda line, name: line["counters_open"]),
    "trouble": (N_("Trouble"), lambda line, name: -_troubles(line)),
    "name": (N_("Branch"), lambda line, name: 0),
}
"""By what the lines are sorted: the heading, and the key; equal ones stand by name."""


@operation(
    branches_page, "GET", "/api/v1/branches",
    summary="The branches that the caller may read, and how each stands now.", scopes=REPORTS,
    answers={200: s.thing({"server_time": s.MOMENT, "branches": s.some(LINE)})},
)  # fmt: skip
def list_branches(who: Caller, body: None, query: dict[str, Any]) -> Any:
    """List the branches."""
    return {"server_time": iso(context().clock.now()), "branches": lines(slugs_of(who))}


@operation(
    branches_page, "GET", "/api/v1/branch-comparison",
    summary=f"The branches that the caller may read side by side, over {LONGEST_DAYS} business dates at most; today if left out.",
    scopes=REPORTS,
    query={
        "from": DATE, "to": DATE,
        "format": {"type": "string", "enum": list(files.MIME_TYPES), "default": "json"},
        "language": {"type": "string", "enum": list(LANGUAGES), "description": "Of names, XLSX, PDF; the caller's if left out."},
        "bom": {"type": "string", "enum": ["yes", "no"], "default": "no", "description": "Begin CSV with a byte order mark."},
    },
    answers={200: REPORT},
)  # fmt: skip
def show_comparison(who: Caller, body: None, query: dict[str, Any]) -> Any:
    """Compare branches."""
    language = query["language"] or language_of(who)
    report = _compared(who, query, language)
    form = query["format"]
    if form == "json":
        return for_programs.as_json(report)
    if form == "csv":
        text = "".join(for_programs.as_csv(report.tables[0], bom=query["bom"] == "yes"))
        disposition = f'attachment; filename="{files.file_name(report, form)}"'
        return Response(text, mimetype="text/csv", headers={"Content-Disposition": disposition})
    file = BytesIO()
    files.write(report, form, language, file, context().clock.now())
    file.seek(0)
    return send_file(file, files.MIME_TYPES[form], as_attachment=True, download_name=files.file_name(report, form))


@branches_page.get("/branches")
def show() -> Any:
    """Show every branch where somebody works, and how those stand that they may read."""
    who, mine = branches_of(STAFF)
    g.language = language_of(who)
    return render_template(
        "branches.html", language=g.language, caller=who, branches=mine, now=_now(who), order=_order(), readable=slugs_of(who),
        ids={slug: branch_id for branch_id, slug in context().slugs().items()},
    )  # fmt: skip


@branches_page.get("/branches/now")
def now() -> Any:
    """Return the part of the page that changes, for the page that stands there already."""
    who, _ = branches_of(STAFF)
    g.language = language_of(who)
    return _now(who)


@branches_page.get("/branches/report")
def report() -> Any:
    """Show the branches side by side over a span of days."""
    who, _ = branches_of(REPORTS)
    g.language = language_of(who)
    asked = {key: value for key in ("from", "to") if (value := request.args.get(key))}
    problem, found = None, None
    try:
        found = _compared(who, asked, g.language)
    except QueueError as error:
        if error.code != "invalid_value":
            raise
        problem = N_("Choose days in order, %(most)d at most.")
    days = {"from": found.first.isoformat(), "to": found.last.isoformat()} if found else asked
    return render_template(
        "branches_report.html", language=g.language, caller=who, title=TITLE, days=days, forms=FORMS, problem=problem,
        most=LONGEST_DAYS, address=urlencode(days), body=Markup(body_of(found, g.language)) if found else None,
        day=lambda day: format_date(day, "medium", locale=locale_of(g.language)), found=found,
    ), 422 if problem else 200  # fmt: skip


def _compared(who: Caller, asked: Mapping[str, Any], language: str) -> Report:
    slugs = slugs_of(who)
    if not slugs:
        raise QueueError("not_allowed")
    questions = [question_of(who, slug, asked) for slug in slugs]
    return compare(record(), _same_days(questions, asked), language, between=lambda: time.sleep(0))


def _same_days(questions: list[Question], asked: Mapping[str, Any]) -> list[Question]:
    """Return questions about the same days: today is not the same one everywhere, so where none is asked for all are in it."""
    if asked.get("from") and asked.get("to"):
        return questions
    first, last = min(each.first for each in questions), max(each.last for each in questions)
    return [replace(each, first=first, last=last) for each in questions]


def _order() -> str:
    asked = request.args.get("sort", "")
    return asked if asked in ORDERS else "longest"


def _now(who: Caller) -> Markup:
    order = _order()
    found = lines(slugs_of(who))
    named = [(line, pick(line["name"], g.language, "en") or line["slug"]) for line in found]
    named.sort(key=lambda each: (ORDERS[order][1](*each), each[1].casefold()))
    return Markup(  # every part is escaped by the template
        render_template(
            "branches_now.html",
            language=g.language,
            lines=named,
            orders=ORDERS,
            order=order,
            local=_local,
            clock=_clock,
        )
    )


def _troubles(line: Line) -> int:
    return len(line["printers_down"]) + len(line["screens_down"]) + int(line["alarms"])


def _none_last(value: float | None) -> float:
    return 2.0 if value is None else value


def _local(line: Line) -> str:
    """Return the branch's own time now."""
    return clock_time(g.language, datetime.fromisoformat(line["local_time"]), _zone(line))


def _clock(line: Line) -> str:
    """Return when the branch closes, or opens next, by its own clock; with the day where that is not today."""
    moment = datetime.fromisoformat(line["changes_at"]).astimezone(_zone(line))
    told = clock_time(g.language, moment, _zone(line))
    if moment.date() == datetime.fromisoformat(line["local_time"]).date():
        return told
    return f"{format_date(moment.date(), 'EEE d. M.', locale=locale_of(g.language))} {told}"


def _zone(line: Line) -> Any:
    return context().setup(line["slug"]).zone
