"""The pages of other programs: the tokens by which they come in, and the webhooks by which they are told what happens."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app

from queue_app.domain.events import Kind
from queue_app.domain.webhooks import MOST_NAME
from queue_app.i18n import N_
from queue_app.operations.setup import SCOPES
from queue_app.operations.webhook_deliveries import MOST_REPLAYED
from queue_app.web.admin_nav import admin_page

programs_page = Blueprint("programs_page", __name__)

SCOPE_WORDS = {
    "admin": N_("Everything, set-up and people too"),
    "manager": N_("Reports, rules, screens, printers, and all that a desk may"),
    "desk": N_("Take numbers, open counters, call and serve"),
    "kiosk": N_("Take numbers and print slips"),
    "display": N_("Read the board and report what was shown"),
    "reports": N_("Read reports and the record"),
}


@programs_page.get("/admin/<branch>/tokens")
def tokens(branch: str) -> Any:
    """Show the tokens; make and revoke them."""
    return admin_page(
        "admin_tokens.html", branch, "admin", scopes=[(name, SCOPE_WORDS[name]) for name in SCOPES], most_name=MOST_NAME
    )


@programs_page.get("/admin/<branch>/webhooks")
def webhooks(branch: str) -> Any:
    """Show the webhooks and what became of each call."""
    return admin_page(
        "admin_webhooks.html", branch, "admin", kinds=list(Kind), most_name=MOST_NAME, most_replayed=MOST_REPLAYED,
        private=current_app.extensions["queue_settings"].private_addresses,
    )  # fmt: skip
