"""The manager's wall: the branch at this moment, what has been kept of the promise today, arrivals beside a usual day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Blueprint, current_app, g, render_template
from markupsafe import Markup

from queue_app.access import Caller, require
from queue_app.domain.branch import BranchSetup
from queue_app.domain.business_day import business_date
from queue_app.i18n import N_, clock_time
from queue_app.operations.branch_now import STATES, branch_now
from queue_app.operations.views import fresh_setup
from queue_app.page_texts import ALARM_TEXTS
from queue_app.reports.document import Column, Kind, Plot, Report, Shape, Table
from queue_app.reports.forms import svg
from queue_app.reports.question import Question
from queue_app.reports.today import FIGURES, Today
from queue_app.web import schemas as s
from queue_app.web.api import allowed
from queue_app.web.operation import context, forecasts, operation
from queue_app.web.report_questions import REPORTS

wall = Blueprint("wall", __name__)

ARRIVALS = Table(
    "arrivals",
    N_("Arrivals today, beside a usual day"),
    (
        Column("time_of_day", N_("Time of day"), N_("Quarter of an hour by the clock on the wall")),
        Column("usual_mean", N_("Usual, mean"), N_("Mean of this weekday over half a year"), Kind.NUMBER),
        Column(
            "usual_p90",
            N_("Usual, nine of ten days at most"),
            N_("90th percentile of the same; empty below 20 days"),
            Kind.NUMBER,
        ),
        Column("arrived", N_("Today"), N_("Visits that began"), Kind.COUNT),
    ),
    (),
)
BESIDE_USUAL = Plot(ARRIVALS.title, Shape.BAND, ARRIVALS.name, "time_of_day", ("usual_mean", "usual_p90", "arrived"))
ALONE = Plot(ARRIVALS.title, Shape.BARS, ARRIVALS.name, "time_of_day", ("arrived",))
"""Where the weekday has no past long enough for a band."""

NUMBER: s.Schema = {"type": ["number", "null"]}
WALL = s.thing(
    {
        "branch": s.TEXT,
        "revision": s.WHOLE,
        "server_time": s.MOMENT,
        "waiting": s.WHOLE,
        "longest_wait_seconds": s.WHOLE,
        "predicted_wait_seconds": {**s.maybe(s.WHOLE), "description": "Of whoever would come now; the longest of the services."},
        "unserved_seconds": {**s.WHOLE, "description": "How long somebody has waited for a service that no open counter takes."},
        "counters_open": s.WHOLE,
        "counters_by_state": s.thing({state: s.WHOLE for state in STATES}),
        "services": s.some(
            s.thing({**s.QUEUE_SERVICE["properties"], "predicted_seconds": s.maybe(s.WHOLE)})
        ),
        "counters": s.some(
            s.thing({
                "id": s.WHOLE, "name": s.TEXT, "state": s.COUNTER_STATES, "since": s.maybe(s.MOMENT), "ticket": s.maybe(s.TEXT),
            })
        ),
        "unserved": s.some(s.TEXT),
        "alarms": s.ALARMS,
        "today": s.thing({name: NUMBER for name in FIGURES}),
        "arrivals": s.some(
            s.thing({"time_of_day": s.TEXT, "arrived": s.maybe(s.WHOLE), "usual_mean": NUMBER, "usual_p90": NUMBER})
        ),
    }
)  # fmt: skip


@operation(
    wall, "GET", "/api/v1/branches/<branch>/wall",
    summary="The branch now: who waits and how long, today's service level, counters, alarms, arrivals beside a usual day.",
    scopes=REPORTS, answers={200: WALL}, errors=("unknown_branch",),
)  # fmt: skip
def show_data(who: Caller, body: None, query: dict[str, Any], branch: str) -> Any:
    """Return what the wall shows."""
    allowed(who, REPORTS, branch)
    return _view(branch)


@wall.get("/wall/<branch>")
def show(branch: str) -> Any:
    """Show the wall."""
    setup, who = _let_in(branch)
    return render_template(
        "wall.html", language=g.language, setup=setup, caller=who, now=_now(setup), live=who.may("desk", setup.id)
    )


@wall.get("/wall/<branch>/now")
def now(branch: str) -> Any:
    """Return the part of the wall that changes, for the page that stands there already."""
    return _now(_let_in(branch)[0])


def _let_in(branch: str) -> tuple[BranchSetup, Caller]:
    setup = fresh_setup(context(), branch)
    who = require(REPORTS, setup.id)
    g.language = who.language or setup.default_language
    return setup, who


def _view(branch: str) -> dict[str, Any]:
    found = branch_now(context(), forecasts(), branch)
    setup = context().setup(branch)
    day = _today(setup)
    question = Question(setup, day, day, context().clock.now())
    look: Today = current_app.extensions["queue_today"]
    facts = look.facts(question)
    # Who sits where is for those who answer for the desks, not for everybody who may read figures.
    counters = [
        {
            "id": each["id"], "name": each["name"], "state": each["state"], "since": each["since"],
            "ticket": each["ticket"] and each["ticket"]["label"],
        }
        for each in found["counters"]
    ]  # fmt: skip
    return {
        **found, "branch": branch, "counters": counters, "today": look.figures(facts, question),
        "arrivals": look.arrivals(facts, question),
    }  # fmt: skip


def _now(setup: BranchSetup) -> Markup:
    view = _view(setup.slug)
    return Markup(  # every part is escaped by the template or by `svg`
        render_template(
            "wall_now.html", language=g.language, setup=setup, view=view, alarm_texts=ALARM_TEXTS,
            plot=Markup(_plot(setup, view["arrivals"])) if view["arrivals"] else None,
            time=lambda text: clock_time(g.language, datetime.fromisoformat(text), setup.zone),
        )
    )  # fmt: skip


def _plot(setup: BranchSetup, rows: list[dict[str, Any]]) -> str:
    day = _today(setup)
    table = Table(ARRIVALS.name, ARRIVALS.title, ARRIVALS.columns, rows)
    plot = BESIDE_USUAL if any(row["usual_p90"] is not None for row in rows) else ALONE
    return svg.draw(plot, Report("wall", ARRIVALS.title, setup, day, day, (table,), (plot,)), g.language, 1440, 260)


def _today(setup: BranchSetup) -> date:
    return business_date(context().clock.now(), setup.zone, setup.cut_over_hour)
