"""The manager's pages: the reports, to read and to take along."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from babel.dates import format_date
from flask import Blueprint, g, render_template, request

from queue_app.access import require
from queue_app.domain.business_day import business_date
from queue_app.i18n import N_
from queue_app.reports import registry
from queue_app.web.api_reports import day_of
from queue_app.web.branches import branches_of
from queue_app.web.operation import context

manager = Blueprint("manager", __name__)
REPORTS = frozenset({"reports"})


@manager.get("/reports")
def choose() -> Any:
    """Show the reports of the only branch, or choose one."""
    who, mine = branches_of(REPORTS)
    if len(mine) == 1:
        return waits(mine[0]["slug"])
    g.language = who.language or "en"
    return render_template("reports.html", language=g.language, branches=mine)


@manager.get("/reports/<branch>")
def waits(branch: str) -> Any:
    """Show waits and service times per day, service and counter."""
    setup = context().setup(branch)
    who = require(REPORTS, setup.id)
    g.language = who.language or setup.default_language
    today = business_date(context().clock.now(), setup.zone, setup.cut_over_hour)
    last = day_of("to", request.args.get("to") or None, today)
    first = day_of("from", request.args.get("from") or None, min(today, last))
    # Whoever mixes the two up still means the days between them.
    first, last = min(first, last), max(first, last)
    report = registry.make(context().database, "waits", registry.Question(setup, first, last))
    return render_template(
        "reports.html",
        language=g.language,
        setup=setup,
        report=report,
        first=first,
        last=last,
        today=today,
        ranges=_ranges(today),
        day=lambda day: format_date(date.fromisoformat(str(day)), "medium", locale=g.language),
        caller=who,
        names={service.slug: service.name for service in setup.services},
    )


def _ranges(today: date) -> list[tuple[str, date, date]]:
    """Return the ranges that managers ask for most, with their names to be translated."""
    yesterday = today - timedelta(days=1)
    return [
        (N_("Today"), today, today),
        (N_("Yesterday"), yesterday, yesterday),
        (N_("Last 7 days"), today - timedelta(days=6), today),
        (N_("This month"), today.replace(day=1), today),
    ]
