"""The manager's pages: the reports, to read and to take along."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from babel.dates import format_date
from flask import Blueprint, g, render_template, request
from markupsafe import Markup

from queue_app.access import Caller, require
from queue_app.domain.business_day import business_date
from queue_app.i18n import N_
from queue_app.reports import registry
from queue_app.reports.breakdown import COLUMNS
from queue_app.reports.forms.for_people import locale_of
from queue_app.reports.question import BY, PER, Question
from queue_app.web.branches import branches_of
from queue_app.web.operation import context
from queue_app.web.report_files import body_by_worker, is_large
from queue_app.web.report_pages import body_of
from queue_app.web.report_questions import REPORTS, make, question_of, swapped

manager = Blueprint("manager", __name__)

FORMS = (
    ("xlsx", N_("Download XLSX")),
    ("pdf", N_("Download PDF")),
    ("csv", N_("Download CSV")),
    ("json", N_("Open JSON")),
)
AGAIN_SECONDS = 3
"""How soon the page of a report that is being made looks again."""


@manager.get("/reports")
def choose() -> Any:
    """Show the reports of the only branch, or choose one."""
    who, mine = branches_of(REPORTS)
    if len(mine) == 1:
        return overview(mine[0]["slug"])
    g.language = who.language or "en"
    return render_template("reports.html", language=g.language, branches=mine)


@manager.get("/reports/<branch>")
def overview(branch: str) -> Any:
    """Show the first report: waits and service times."""
    return report(branch, "waits")


@manager.get("/reports/<branch>/<name>")
def report(branch: str, name: str) -> Any:
    """Show one report."""
    setup = context().setup(branch)
    who = require(REPORTS, setup.id)
    g.language = who.language or setup.default_language
    kind = registry.kind_of(name)
    asked = {key: value for key in ("from", "to", "by", "per") if (value := request.args.get(key))}
    question = swapped(question_of(who, branch, asked))
    question.check()
    compared = request.args.get("compare") == "before" and kind.of_facts is not None
    body = _body(who, kind, question, compared=compared)
    page = render_template(
        "reports.html", language=g.language, setup=setup, caller=who, kind=kind, kinds=registry.REPORTS.values(), body=body,
        first=question.first, last=question.last, today=business_date(context().clock.now(), setup.zone, setup.cut_over_hour),
        question=question, compared=compared, ranges=_ranges(setup, context().clock.now()), forms=FORMS, asked=_days(question),
        address=urlencode({**asked, **_days(question), **({"compare": "before"} if compared else {})}),
        pers=[COLUMNS[each] for each in PER], bys=[COLUMNS[each] for each in BY if each != "clerk" or question.reader.names],
        day=lambda day: format_date(day, "medium", locale=locale_of(g.language)),
    )  # fmt: skip
    return page if body is not None else (page, 200, {"Refresh": str(AGAIN_SECONDS)})


def _body(who: Caller, kind: registry.ReportKind, question: Question, *, compared: bool) -> Markup | None:
    if is_large(kind, question, "html"):
        text = body_by_worker(who, question, kind.name, g.language, compared=compared)
    else:
        text = body_of(make(kind.name, question, compared=compared), g.language)
    return Markup(text) if text is not None else None


def _days(question: Question) -> dict[str, str]:
    return {"from": question.first.isoformat(), "to": question.last.isoformat()}


def _ranges(setup: Any, now: Any) -> list[tuple[str, date, date]]:
    """Return the ranges that managers ask for most, with their names to be translated."""
    today = business_date(now, setup.zone, setup.cut_over_hour)
    yesterday = today - timedelta(days=1)
    last_month = today.replace(day=1) - timedelta(days=1)
    return [
        (N_("Today"), today, today),
        (N_("Yesterday"), yesterday, yesterday),
        (N_("Last 7 days"), today - timedelta(days=6), today),
        (N_("This month"), today.replace(day=1), today),
        (N_("Last month"), last_month.replace(day=1), last_month),
        (N_("This year"), today.replace(month=1, day=1), today),
    ]
