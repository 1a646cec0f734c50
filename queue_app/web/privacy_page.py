"""The page of personal data: the branch's rules, what is held, requests of people, and the log of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from babel.dates import format_date, format_datetime
from flask import Blueprint, g

from queue_app.domain.branch import BranchSetup
from queue_app.i18n import N_
from queue_app.operations.privacy_held import held
from queue_app.operations.privacy_requests import ERASED, EXPORTED, log_of
from queue_app.reports.forms.for_people import locale_of
from queue_app.web.admin_nav import framed, let_in
from queue_app.web.operation import context

privacy_page = Blueprint("privacy_page", __name__)

KINDS = (
    ("visitors", "contacts", N_("Names and telephone numbers"), N_("Encrypted; erased some time after the visit.")),
    ("visitors", "tickets", N_("Tickets"), N_("Number, service and times; no name.")),
    ("visitors", "events", N_("Events"), N_("What happened to each number, and who did it.")),
    ("visitors", "notes", N_("Notes of clerks"), N_("Erased when the day ends.")),
    ("visitors", "slips", N_("Slips"), N_("What was printed, where and when.")),
    ("visitors", "acknowledgements", N_("Acknowledgements"), N_("Which screen showed which call.")),
    ("visitors", "deliveries", N_("Webhook calls"), N_("What other programs were told.")),
    ("visitors", "messages", N_("Messages"), N_("Reports and alarms that were sent.")),
    ("staff", "accounts", N_("Accounts"), N_("Of the people who work here.")),
    ("staff", "sign_ins", N_("Sign-ins"), N_("When, from where, in which browser.")),
    ("staff", "tokens", N_("Tokens"), N_("Of people who work here.")),
    ("staff", "counter_sessions", N_("Times at counters"), N_("Who sat where, and when.")),
    ("staff", "audit_entries", N_("Audit log"), N_("Who changed what.")),
)
"""What is held: of whom, its name in `held`, its words, and what it is."""

ACTIONS = {EXPORTED: N_("Handed out"), ERASED: N_("Erased"), "privacy_figures": N_("Figures only")}


@privacy_page.get("/admin/<branch>/privacy")
def show(branch: str) -> Any:
    """Show rules, what is held, and the log."""
    setup, who = let_in(branch, "admin")
    found = held(context(), branch)
    entries = [
        {**each, "at": _said(each["at"], setup), "action": ACTIONS[each["action"]]}
        for each in log_of(context(), branch)
    ]
    rows = [
        {"name": words, "about": about, "number": found[of][name]["number"], "oldest": _since(found[of][name], setup)}
        for of, name, words, about in KINDS
    ]
    before = found["visitors"]["figures_only_before"]
    return framed(
        "admin_privacy.html", setup, who, rows=rows, log=entries,
        figures_days=found["visitors"]["days_of_figures"],
        figures_before=format_date(datetime.fromisoformat(before), "long", locale=locale_of(g.language)) if before else None,
    )  # fmt: skip


def _since(amount: dict[str, Any], setup: BranchSetup) -> str:
    oldest = amount.get("oldest")
    return "" if oldest is None else _said(datetime.fromisoformat(oldest), setup)


def _said(moment: datetime, setup: BranchSetup) -> str:
    return format_datetime(moment, "short", tzinfo=setup.zone, locale=locale_of(g.language))
