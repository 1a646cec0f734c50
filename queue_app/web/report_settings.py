"""The page of what a branch wants of its reports: who sees the figures of single clerks, and when who is told at once."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, render_template

from queue_app.access import require
from queue_app.domain.reporting import MOST_ADDRESSES, ClerkFigures, Threshold
from queue_app.i18n import N_
from queue_app.operations.views import fresh_setup
from queue_app.web.operation import context

report_settings = Blueprint("report_settings", __name__)

CLERK_FIGURES = {
    ClerkFigures.MANAGERS: N_("Managers of the branch"),
    ClerkFigures.OWN: N_("Every clerk, their own"),
    ClerkFigures.PROGRAMS: N_("Programs that may read the reports"),
}
WATCHED = {
    Threshold.WAITING: (N_("People waiting, more than"), N_("people"), 30),
    Threshold.LONGEST_WAIT: (N_("Longest wait, more than"), N_("min"), 30),
    Threshold.PREDICTED_WAIT: (N_("Expected wait, more than"), N_("min"), 45),
    Threshold.SERVICE_LEVEL: (N_("Served within the target today, less than"), "%", 80),
    Threshold.NOBODY_SERVING: (N_("Waiting for a service that no open counter takes, longer than"), N_("min"), 5),
}
"""What is watched: its words, the unit of its limit, and the limit that is offered at first."""


@report_settings.get("/reports/<branch>/settings")
def show(branch: str) -> Any:
    """Show what the branch wants of its reports, to be changed."""
    setup = fresh_setup(context(), branch)
    who = require(frozenset({"manager"}), setup.id)
    g.language = who.language or setup.default_language
    return render_template(
        "report_settings.html", language=g.language, setup=setup, clerk_figures=CLERK_FIGURES.items(), watched=WATCHED.items(),
        most_addresses=MOST_ADDRESSES, kept=setup.reporting.as_data(),
    )  # fmt: skip
