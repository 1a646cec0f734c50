"""The page of what is sent by itself: the schedules, what became of each message, and files that are being made."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, g, render_template

from queue_app.access import require
from queue_app.domain.report_schedule import Form, Span
from queue_app.domain.reporting import MOST_ADDRESSES
from queue_app.i18n import LANGUAGES, N_, NAMES, text
from queue_app.operations.views import fresh_setup
from queue_app.reports.breakdown import COLUMNS
from queue_app.reports.question import BY, PER
from queue_app.reports.registry import REPORTS
from queue_app.web.operation import context
from queue_app.web.report_questions import reader_of

report_sending = Blueprint("report_sending", __name__)

SPANS = {
    Span.DAY: N_("Every day, about the day before"),
    Span.WEEK: N_("Every Monday, about the week before"),
    Span.MONTH: N_("On the first of every month, about the month before"),
}
FORMS = {Form.PDF: "PDF", Form.XLSX: "XLSX", Form.CSV: "CSV"}


@report_sending.get("/reports/<branch>/sending")
def show(branch: str) -> Any:
    """Show what is sent by itself, to be changed, and what became of it."""
    setup = fresh_setup(context(), branch)
    who = require(frozenset({"manager"}), setup.id)
    g.language = language = who.language or setup.default_language
    sees_clerks = reader_of(who, setup).names is not None
    spans = {str(span): text(language, words) for span, words in SPANS.items()}
    return render_template(
        "report_sending.html", language=language, setup=setup, mail=current_app.extensions["queue_mail_way"],
        reports=[(kind.name, kind.title, kind.of_facts is not None) for kind in REPORTS.values()], spans=spans.items(),
        forms=[(str(form), words) for form, words in FORMS.items()], hours=range(24), sees_clerks=sees_clerks,
        most_addresses=MOST_ADDRESSES, pers=[COLUMNS[each] for each in PER],
        bys=[COLUMNS[each] for each in BY if each != "clerk" or sees_clerks],
        names={
            "reports": {kind.name: text(language, kind.title) for kind in REPORTS.values()},
            "languages": {each: NAMES[each] for each in LANGUAGES},
            "spans": spans,
        },
    )  # fmt: skip
