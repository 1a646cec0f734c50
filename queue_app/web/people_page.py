"""The page of people: who may sign in as what, and who is signed in where."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from queue_app.domain.people import MOST_NAME, MOST_USERNAME, ROLES
from queue_app.i18n import LANGUAGES, N_, NAMES
from queue_app.operations.views import fresh_setup
from queue_app.web.admin_nav import admin_page
from queue_app.web.operation import context

people_page = Blueprint("people_page", __name__)

ROLE_WORDS = {
    "admin": (N_("Administrator"), N_("People, rights, set-up, and all that a manager may")),
    "manager": (N_("Manager"), N_("Reports, rules and set-up of the branch, and all that a supervisor may")),
    "supervisor": (N_("Supervisor"), N_("The branch now: the queue, notices, other people's counters; and serving")),
    "clerk": (N_("Clerk"), N_("Serving at a counter")),
    "auditor": (N_("Auditor"), N_("Reads reports and the audit log, changes nothing")),
}
assert ROLE_WORDS.keys() == set(ROLES)


@people_page.get("/admin/<branch>/people")
def show(branch: str) -> Any:
    """Show who works in a branch; add, change, help and deactivate them."""
    setup = fresh_setup(context(), branch)
    return admin_page(
        "people.html",
        branch,
        "admin",
        roles=[(name, *ROLE_WORDS[name]) for name in ROLES],
        page_languages=[(code, NAMES[code]) for code in LANGUAGES],
        profiles=[profile.name for profile in setup.profiles],
        most={"name": MOST_NAME, "username": MOST_USERNAME},
    )
