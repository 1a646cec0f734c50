"""The API of personal data: what is held, handing it out, erasing it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from queue_app.access import Caller, rights_changed
from queue_app.domain.privacy import MOST_DAYS
from queue_app.domain.privacy_subject import LONGEST, check_subject
from queue_app.operations import privacy_requests as requests
from queue_app.operations.privacy_held import held
from queue_app.operations.retention import due
from queue_app.web import schemas as s
from queue_app.web.api import allowed
from queue_app.web.api_people import administrator
from queue_app.web.contact import sealer
from queue_app.web.operation import context, operation

api_privacy = Blueprint("api_privacy", __name__, url_prefix="/api/v1")

ADMIN = frozenset({"admin"})
AMOUNTS = s.thing({"number": s.WHOLE, "oldest": s.maybe(s.MOMENT)}, optional=frozenset({"oldest"}))
DUE = s.thing({"days": s.WHOLE, "tickets": s.WHOLE})
HELD = s.thing(
    {
        "branch": s.TEXT,
        "rules": s.thing(
            {
                "ask_name": s.YES_NO,
                "ask_phone": s.YES_NO,
                "erase_after_hours": s.WHOLE,
                "retention_days": s.maybe(s.WHOLE),
            }
        ),
        "visitors": s.thing(
            {
                "contacts": s.thing(
                    {
                        "number": s.WHOLE,
                        "visit_over": s.WHOLE,
                        "overdue": s.WHOLE,
                        "next_erased_at": s.maybe(s.MOMENT),
                        "oldest": s.maybe(s.MOMENT),
                    }
                ),
                **{
                    name: AMOUNTS
                    for name in ("tickets", "events", "notes", "slips", "acknowledgements", "deliveries", "messages")
                },
                "figures_only_before": s.maybe(s.DAY),
                "days_of_figures": s.WHOLE,
            }
        ),
        "staff": s.thing(
            {name: AMOUNTS for name in ("accounts", "sign_ins", "tokens", "counter_sessions", "audit_entries")}
        ),
        "due": DUE,
    }
)
WORDS: s.Schema = {"type": "string", "maxLength": LONGEST, "writeOnly": True}
SUBJECT = s.wish(
    {
        "ticket": {**WORDS, "description": "Label of a ticket; with its date."},
        "date": {**WORDS, "description": "The ticket's business date."},
        "phone": {**WORDS, "description": "A telephone number that somebody left."},
        "person": {**WORDS, "description": "User name of a member of staff."},
    }
)
REFUSED = ("unknown_branch", "unknown_ticket", "unknown_user", "figures_only")


@operation(
    api_privacy, "GET", "/branches/<branch>/privacy",
    summary="What personal data is held: of what how much, and since when; no names.",
    scopes=ADMIN, answers={200: HELD}, errors=("unknown_branch",),
)  # fmt: skip
def show_held(who: Caller, body: None, query: dict[str, Any], branch: str) -> Any:
    """Show what is held."""
    allowed(who, ADMIN, branch)
    return held(context(), branch)


@operation(
    api_privacy, "GET", "/branches/<branch>/privacy/due",
    summary="How many days would become figures now, if single visits were kept for so many days.",
    scopes=ADMIN, query={"days": {"type": "integer", "minimum": 1, "maximum": MOST_DAYS}},
    answers={200: DUE}, errors=("unknown_branch",),
)  # fmt: skip
def show_due(who: Caller, body: None, query: dict[str, Any], branch: str) -> Any:
    """Show what a retention period would do."""
    allowed(who, ADMIN, branch)
    found = due(context(), branch, query["days"])
    return {"days": len(found.days), "tickets": found.tickets}


@operation(
    api_privacy, "POST", "/branches/<branch>/privacy/export",
    summary="Everything that is held about one ticket, whoever left a number, or one member of staff. It is logged.",
    scopes=ADMIN, body=SUBJECT, answers={200: {"type": "object"}}, errors=REFUSED,
)  # fmt: skip
def export(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str) -> Any:
    """Hand out what is held."""
    by = administrator(who, branch)
    return requests.export(context(), sealer(), branch, by, check_subject(body))


@operation(
    api_privacy, "POST", "/branches/<branch>/privacy/erase",
    summary="Erase what a visitor left, or the name of a member of staff; figures stay. It is logged.",
    scopes=ADMIN, body=SUBJECT,
    answers={200: s.thing({"erased": {"type": "object", "additionalProperties": s.WHOLE}})},
    errors=(*REFUSED, "last_administrator"),
)  # fmt: skip
def erase(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str) -> Any:
    """Erase what is held."""
    by = administrator(who, branch)
    subject = check_subject(body)
    erased = requests.erase(context(), sealer(), branch, by, subject)
    if subject.person is not None:
        rights_changed()
    return {"erased": erased}
