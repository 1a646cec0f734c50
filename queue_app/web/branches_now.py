"""Every branch that somebody may read, at this moment: one line each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import current_app

from queue_app.access import Caller
from queue_app.domain.board import iso
from queue_app.domain.branch import BranchSetup
from queue_app.domain.business_day import business_date
from queue_app.operations.branch_now import branch_now
from queue_app.operations.branch_troubles import printers_down, screens_down
from queue_app.operations.views import fresh_setup
from queue_app.reports.question import Question
from queue_app.reports.today import Today
from queue_app.web import schemas as s
from queue_app.web.operation import context, forecasts
from queue_app.web.report_questions import REPORTS

NUMBER: s.Schema = {"type": ["number", "null"]}
LINE = s.thing(
    {
        "slug": s.TEXT,
        "name": s.TEXTS,
        "time_zone": s.TEXT,
        "local_time": {**s.TEXT, "description": "The branch's own time now, with its offset."},
        "business_date": s.DAY,
        "open": s.YES_NO,
        "changes_at": {**s.maybe(s.MOMENT), "description": "When it closes, or opens next."},
        "waiting": s.WHOLE,
        "longest_wait_seconds": s.WHOLE,
        "service_level": {**NUMBER, "description": "Share served within the target today; null where nobody was."},
        "served": s.WHOLE,
        "counters_open": s.WHOLE,
        "counters": s.WHOLE,
        "printers_down": s.some(s.TEXT),
        "screens_down": s.some(s.TEXT),
        "alarms": s.WHOLE,
    }
)


def slugs_of(who: Caller, scopes: frozenset[str] = REPORTS) -> list[str]:
    """Return the branches where a caller has one of `scopes`, in the order in which they were made."""
    return [slug for branch_id, slug in context().slugs().items() if who.may_any(scopes, branch_id)]


def lines(slugs: Sequence[str]) -> list[dict[str, Any]]:
    """Return how each of these branches stands (`LINE`), by the same reads as its own pages."""
    printers = printers_down(context())
    now = context().clock.now()
    return [_line(fresh_setup(context(), slug), printers, now) for slug in slugs]


def _line(setup: BranchSetup, printers: dict[int, list[str]], now: datetime) -> dict[str, Any]:
    found = branch_now(context(), forecasts(), setup.slug)
    opening = setup.opening(now)
    changes_at = opening.closes_at if opening.is_open else opening.opens_at
    day = business_date(now, setup.zone, setup.cut_over_hour)
    today = _today(Question(setup, day, day, now))
    return {
        "slug": setup.slug,
        "name": dict(setup.name),
        "time_zone": setup.time_zone,
        "local_time": now.astimezone(setup.zone).isoformat(timespec="seconds"),
        "business_date": day.isoformat(),
        "open": opening.is_open,
        "changes_at": None if changes_at is None else iso(changes_at),
        "waiting": found["waiting"],
        "longest_wait_seconds": found["longest_wait_seconds"],
        "service_level": today["service_level"],
        "served": today["served"] or 0,
        "counters_open": found["counters_open"],
        "counters": len(found["counters"]),
        "printers_down": printers.get(setup.id, []),
        "screens_down": screens_down(context(), setup),
        "alarms": len(found["alarms"]),
    }


def _today(question: Question) -> dict[str, Any]:
    look: Today = current_app.extensions["queue_today"]
    return look.figures(look.facts(question), question)
