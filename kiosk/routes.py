"""The kiosk's page; the number itself is taken through the API."""

from __future__ import annotations

from typing import Any

from babel.dates import get_day_names
from flask import Blueprint, current_app, g, redirect, render_template, request, url_for

from kiosk.levels import levels
from queue_app.access import caller, let_device_in
from queue_app.domain.branch import BranchSetup
from queue_app.domain.opening_hours import WEEKDAYS
from queue_app.operations import views
from queue_app.operations.printer_views import paper_at, printer_beside

kiosk = Blueprint("kiosk", __name__, url_prefix="/kiosk", template_folder="templates", static_folder="static")


@kiosk.get("/<branch>")
def page(branch: str) -> Any:
    """Show the services of a branch, in `?lang=` or the branch's first language."""
    context = current_app.extensions["queue_context"]
    setup = context.setup(branch)
    let_device_in(setup, "kiosk")
    if "token" in request.args:
        # The token has done its work; it must not stay in the address for the next person to read.
        return redirect(url_for("kiosk.page", branch=branch))
    g.language = setup.language(request.args.get("lang"))
    view = views.branch_view(context, current_app.extensions["queue_forecasts"], branch)
    who = caller()
    view["paper"] = paper_at(context, setup, printer_beside(setup, who.printer_id if who else None))
    return render_template(
        "kiosk/page.html", language=g.language, setup=setup, branch=view, week=_week(setup, g.language),
        levels=levels(setup, view["menu"]),
    )  # fmt: skip


def _week(setup: BranchSetup, language: str) -> list[dict[str, Any]]:
    """Return the opening hours by day, named in `language`; nothing where the branch never closes."""
    if setup.opening_hours is None:
        return []
    names = get_day_names("wide", "stand-alone", locale=language)
    return [
        {
            "key": key,
            "name": names[number].capitalize(),
            "hours": [f"{begin}–{end}" for begin, end in setup.opening_hours.get(key, ())],
        }
        for number, key in enumerate(WEEKDAYS)
    ]
