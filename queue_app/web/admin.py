"""The administration of a branch: how it is set up, one page for each part of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from babel.dates import format_date, get_day_names
from flask import Blueprint, g, render_template

from queue_app.domain.branch import BranchSetup, pick
from queue_app.domain.business_day import business_date
from queue_app.domain.opening_hours import WEEKDAYS
from queue_app.i18n import NAMES
from queue_app.operations.countries import USUAL, countries
from queue_app.reports.forms.for_people import locale_of
from queue_app.web.admin_nav import admin_page, framed, let_in
from queue_app.web.admin_parts import cards_of, device_kinds, missing_of, steps_of
from queue_app.web.branches import branches_of
from queue_app.web.operation import context
from queue_app.web.set_up_answers import zones

admin = Blueprint("admin", __name__)
MANAGER = "manager"

FRESH_SERVICE: dict[str, Any] = {
    "slug": "", "letter": "", "name": {}, "first_number": 1, "last_number": None, "digits": 3, "daily_quota": None,
    "hours": None, "season": None, "target_wait_minutes": None, "expected_service_minutes": 5, "longest_wait_minutes": None,
    "intake_open": True, "bring": {}, "conditions": {}, "instead": {}, "slip_text": {}, "outcomes": [],
}  # fmt: skip
"""A service before anything was said of it."""


@admin.get("/admin")
def choose() -> Any:
    """Show the administration of the only branch, or choose one."""
    who, mine = branches_of(frozenset({MANAGER}))
    if len(mine) == 1:
        return overview(mine[0]["slug"])
    g.language = who.language or "en"
    return render_template("admin_choose.html", language=g.language, branches=mine)


@admin.get("/admin/<branch>")
def overview(branch: str) -> Any:
    """Show what is set up in the branch, what is missing, and where each is changed."""
    setup, who = let_in(branch, MANAGER)
    return framed(
        "admin_overview.html", setup, who, missing=missing_of(setup, who), cards=cards_of(setup, who, g.language)
    )


@admin.get("/admin/<branch>/next")
def next_steps(branch: str) -> Any:
    """Show the way from a branch that was just made to the first called number."""
    setup, who = let_in(branch, MANAGER)
    return framed("admin_next_steps.html", setup, who, steps=steps_of(setup, who))


@admin.get("/admin/<branch>/about")
def about(branch: str) -> Any:
    """Show names, languages, what visitors are told, and how the branch works."""
    return admin_page("admin_about.html", branch, MANAGER, zones=zones())


@admin.get("/admin/<branch>/hours")
def hours(branch: str) -> Any:
    """Show opening hours, holidays and exceptions."""
    setup, who = let_in(branch, MANAGER)
    today = _today(setup)
    return framed("admin_hours.html", setup, who, days=_days(), today=today.isoformat(), coming=_coming(setup, today),
        countries=countries(g.language), country=USUAL.get(setup.default_language, "GB"),
        said_day=lambda day: format_date(day, "full", locale=locale_of(g.language)),
    )  # fmt: skip


@admin.get("/admin/<branch>/services")
def services(branch: str) -> Any:
    """Show the services, with everything that is said of each."""
    setup, who = let_in(branch, MANAGER)
    return framed("admin_services.html", setup, who, days=_days(), fresh=FRESH_SERVICE)


@admin.get("/admin/<branch>/menu")
def menu(branch: str) -> Any:
    """Show the kiosk's groups of services."""
    setup, who = let_in(branch, MANAGER)
    tongues = [(code, NAMES.get(code, code)) for code in setup.languages]
    return framed("admin_menu.html", setup, who, tongues=tongues)


@admin.get("/admin/<branch>/counters")
def counters(branch: str) -> Any:
    """Show the counters and the work profile that each opens with."""
    return admin_page("admin_counters.html", branch, MANAGER)


@admin.get("/admin/<branch>/look")
def branding(branch: str) -> Any:
    """Show colour, logo and welcome."""
    return admin_page("admin_branding.html", branch, MANAGER)


@admin.get("/admin/<branch>/devices")
def devices(branch: str) -> Any:
    """Show which kiosks, screens, printers and panels there are, and the way to the page of each kind."""
    setup, who = let_in(branch, MANAGER)
    return framed("admin_devices.html", setup, who, kinds=device_kinds(setup))


def _days() -> list[tuple[str, str]]:
    """Return the days of the week with their names in the reader's language."""
    names = get_day_names("wide", "stand-alone", locale=g.language)
    return [(key, names[number].capitalize()) for number, key in enumerate(WEEKDAYS)]


def _today(setup: BranchSetup) -> date:
    return business_date(context().clock.now(), setup.zone, setup.cut_over_hour)


def _coming(setup: BranchSetup, today: date) -> list[tuple[date, str]]:
    """Return the public holidays of the year that begins today, by name."""
    if setup.holiday_names is None:
        return []
    days = [today + timedelta(days=number) for number in range(366)]
    named = [(day, setup.holiday_names(day)) for day in days]
    return [(day, pick(names, g.language, setup.default_language)) for day, names in named if names]
