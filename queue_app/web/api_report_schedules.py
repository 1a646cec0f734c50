"""The API of reports that are sent by themselves, and of what became of everything that was sent."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, current_app

from queue_app.access import Caller
from queue_app.domain.board import iso
from queue_app.domain.errors import QueueError
from queue_app.domain.report_schedule import Form, Span
from queue_app.errors import TEXTS
from queue_app.i18n import LANGUAGES, text
from queue_app.operations import messages, report_schedules
from queue_app.operations.messages import Outgoing
from queue_app.operations.report_schedules import KeptSchedule
from queue_app.operations.views import fresh_setup
from queue_app.reports.question import BY, PER
from queue_app.reports.registry import kind_of
from queue_app.web import schemas as s
from queue_app.web.api import MANAGES, allowed
from queue_app.web.api_queue import actor_in
from queue_app.web.operation import MAX_INTEGER, context, language_of, operation
from queue_app.web.report_questions import question_of

api_report_schedules = Blueprint("api_report_schedules", __name__, url_prefix="/api/v1/branches")

OPTIONS: dict[str, s.Schema] = {
    "by": s.maybe(
        {**s.some({"type": "string", "enum": list(BY)}), "description": "Null for as the report does by itself."}
    ),
    "per": {"type": ["string", "null"], "enum": [None, "none", *PER]},
    "target_seconds": {"type": ["integer", "null"], "minimum": 1, "maximum": 86400},
    "compare": {**s.YES_NO, "description": "Also the totals of as many days before."},
    "clerks": {**s.YES_NO, "description": "Figures of single clerks, as long as managers of the branch may see them."},
}
WISH: dict[str, s.Schema] = {
    "report": {"type": "string", "pattern": "^[a-z-]{1,40}$"},
    "format": {"type": "string", "enum": list(Form)},
    "language": {"type": "string", "enum": list(LANGUAGES)},
    "span": {"type": "string", "enum": list(Span), "description": "The last whole business day, week or month."},
    "hour": {"type": "integer", "minimum": 0, "maximum": 23, "description": "Local hour of the day after the span."},
    "recipients": s.some({"type": "string", "maxLength": 254}),
    **OPTIONS,
    "active": {**s.YES_NO, "description": "False while it pauses."},
}
SCHEDULE = s.thing(
    {
        "id": s.WHOLE,
        **WISH,
        "next_at": {**s.maybe(s.MOMENT), "description": "When it is sent next; null while it pauses."},
    }
)
WAY = s.thing({"way": {"type": "string", "enum": ["server", "folder"]}, "place": s.TEXT})
MESSAGE = s.thing(
    {
        "id": s.WHOLE,
        "kind": {"type": "string", "enum": ["report", "alarm"]},
        "recipient": s.TEXT,
        "state": {"type": "string", "enum": ["queued", "sent", "failed"]},
        "attempts": s.WHOLE,
        "problem": {**s.maybe(s.TEXT), "description": "What was wrong with the last attempt, as a code."},
        "detail": {**s.maybe(s.TEXT), "description": "Where it went, or what the other side answered."},
        "created_at": s.MOMENT,
        "next_try_at": s.maybe(s.MOMENT),
        "finished_at": s.maybe(s.MOMENT),
        "schedule": s.maybe(s.WHOLE),
        "report": s.maybe(s.TEXT),
        "from": s.maybe(s.DAY),
        "to": s.maybe(s.DAY),
        "alarm": s.maybe(s.TEXT),
    }
)
ONE = s.thing({"schedule": SCHEDULE})
CHECKED = frozenset({"report", "by", "per", "target_seconds", "clerks"})
"""What the report itself may refuse."""
NEEDED = ("report", "format", "language", "span", "hour", "recipients")
OF_SCHEDULE = ("unknown_branch", "unknown_schedule", "conflict")


@operation(
    api_report_schedules, "GET", "/<branch>/report-schedules",
    summary="The reports that are sent by themselves, and which way e-mails go.", scopes=MANAGES,
    answers={200: s.thing({"schedules": s.some(SCHEDULE), "mail": WAY})}, errors=("unknown_branch",),
)  # fmt: skip
def list_schedules(who: Caller, body: None, query: dict[str, Any], branch: str) -> Any:
    """List the schedules."""
    setup = allowed(who, MANAGES, branch)
    way = current_app.extensions["queue_mail_way"]
    return {"schedules": [told(kept) for kept in report_schedules.schedules_of(context(), setup)], "mail": way}


@operation(
    api_report_schedules, "POST", "/<branch>/report-schedules",
    summary="Let a report be sent by itself.", scopes=MANAGES, body=s.wish(WISH, required=NEEDED), answers={201: ONE},
    errors=("unknown_branch", "unknown_report", "too_many_schedules", "conflict"),
)  # fmt: skip
def add_schedule(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str) -> Any:
    """Add a schedule."""
    actor = actor_in(who, MANAGES, branch)
    _check(who, branch, body)
    return _one(branch, report_schedules.create(context(), branch, actor, _data(body))), 201


@operation(
    api_report_schedules, "PATCH", "/<branch>/report-schedules/<int:schedule>",
    summary="Change some of what a schedule says, let it pause or go on.", scopes=MANAGES, body=s.wish(WISH),
    answers={200: ONE}, errors=(*OF_SCHEDULE, "unknown_report"),
)  # fmt: skip
def change_schedule(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str, schedule: int) -> Any:
    """Change a schedule."""
    actor = actor_in(who, MANAGES, branch)
    kept = told(report_schedules.schedule_of(context(), context().setup(branch), schedule))
    wish = {name: value for name, value in {**kept, **body}.items() if name in WISH}
    if not CHECKED.isdisjoint(body):  # else it could not even pause where the branch's rules have changed
        _check(who, branch, wish)
    report_schedules.change(context(), branch, schedule, actor, _data(wish))
    return _one(branch, schedule)


@operation(
    api_report_schedules, "DELETE", "/<branch>/report-schedules/<int:schedule>",
    summary="Send it no longer; what of it waits to be sent is not sent either.", scopes=MANAGES,
    answers={200: s.thing({"removed": s.WHOLE})}, errors=OF_SCHEDULE,
)  # fmt: skip
def remove_schedule(who: Caller, body: None, query: dict[str, Any], branch: str, schedule: int) -> Any:
    """Remove a schedule."""
    report_schedules.remove(context(), branch, schedule, actor_in(who, MANAGES, branch))
    return {"removed": schedule}


@operation(
    api_report_schedules, "POST", "/<branch>/report-schedules/<int:schedule>/send-now",
    summary="Send the last whole span now, beside what is sent by itself.", scopes=MANAGES,
    body=s.wish({"request_id": s.REQUEST_ID}), answers={202: s.thing({"queued": s.WHOLE})},
    errors=(*OF_SCHEDULE, "too_many_reports"),
)  # fmt: skip
def send_now(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str, schedule: int) -> Any:
    """Send it now."""
    allowed(who, MANAGES, branch)
    request_id = body.get("request_id") or secrets.token_hex(16)
    queued = report_schedules.send_now(context(), branch, schedule, request_id)
    current_app.extensions["queue_notice_reports"]()
    return {"queued": queued}, 202


@operation(
    api_report_schedules, "GET", "/<branch>/messages",
    summary="What was sent by itself and what became of it, the newest first.", scopes=MANAGES,
    query={
        "before": {"type": "integer", "minimum": 1, "maximum": MAX_INTEGER, "description": "Only those older than this one."},
        "limit": {"type": "integer", "minimum": 1, "maximum": messages.MOST_A_PAGE, "default": 50},
    },
    answers={200: s.thing({"messages": s.some(MESSAGE), "next": s.maybe(s.WHOLE)})}, errors=("unknown_branch",),
)  # fmt: skip
def list_messages(who: Caller, body: None, query: dict[str, Any], branch: str) -> Any:
    """List the messages."""
    setup = allowed(who, MANAGES, branch)
    found = messages.messages_of(context(), setup.id, query["before"], query["limit"])
    language = language_of(who)
    return {
        "messages": [_message(one, language) for one in found],
        "next": found[-1].id if len(found) == query["limit"] else None,
    }


@operation(
    api_report_schedules, "POST", "/<branch>/messages/<int:message>/again",
    summary="Try a message anew that was given up.", scopes=MANAGES, body=s.wish({}),
    answers={200: s.thing({"message": MESSAGE})}, errors=("unknown_branch", "unknown_message", "message_not_failed"),
)  # fmt: skip
def send_again(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str, message: int) -> Any:
    """Try it anew."""
    setup = allowed(who, MANAGES, branch)
    found = messages.again(context(), setup.id, message)
    current_app.extensions["queue_notice_reports"]()
    return {"message": _message(found, language_of(who))}


def told(kept: KeptSchedule) -> dict[str, Any]:
    """Return a schedule as the API tells it."""
    wish, options = kept.wish, kept.wish.options
    return {
        "id": kept.id, "report": wish.report, "format": str(wish.form), "language": wish.language, "span": str(wish.span),
        "hour": wish.hour, "recipients": list(wish.recipients), "by": options.get("by"), "per": options.get("per"),
        "target_seconds": options.get("target_seconds"), "compare": bool(options.get("compared")),
        "clerks": bool(options.get("clerks")), "active": wish.active, "next_at": iso(kept.next_at) if wish.active else None,
    }  # fmt: skip


def _one(branch: str, schedule_id: int) -> dict[str, Any]:
    # Whatever process runs the worker finds it by itself; the first schedule of an installation lets it begin.
    current_app.extensions["queue_notice_reports"]()
    return {"schedule": told(report_schedules.schedule_of(context(), context().setup(branch), schedule_id))}


def _check(who: Caller, branch: str, wish: dict[str, Any]) -> None:
    """Let through what whoever wishes it could ask of the report itself.

    Raises:
        QueueError: `unknown_report`, `invalid_value`, `not_allowed`.
    """
    kind_of(wish["report"])
    fresh_setup(context(), branch)
    by = wish.get("by")
    asked = {"by": None if by is None else ",".join(by), **{name: wish.get(name) for name in ("per", "target_seconds")}}
    question = question_of(who, branch, asked)
    question.check()
    if wish.get("clerks") and question.reader.names is None:
        raise QueueError("not_allowed")


def _data(wish: dict[str, Any]) -> dict[str, Any]:
    """Return a wish as `domain.report_schedule` reads it."""
    by = wish.get("by")
    options = {
        "by": by, "per": wish.get("per"), "target_seconds": wish.get("target_seconds"), "compared": bool(wish.get("compare")),
        "clerks": bool(wish.get("clerks")) or "clerk" in (by or ()),
    }  # fmt: skip
    plain = {name: wish[name] for name in ("report", "language", "span", "hour", "recipients")}
    return {**plain, "form": wish["format"], "options": options, "active": wish.get("active", True)}


def _message(one: Outgoing, language: str) -> dict[str, Any]:
    content = one.content
    # Why a report cannot be made is kept as a code; whoever reads the log is told in words.
    detail = text(language, TEXTS[one.detail]) if one.problem == "not_made" and one.detail in TEXTS else one.detail
    return {
        "id": one.id, "kind": one.kind, "recipient": one.to, "state": one.state, "attempts": one.attempts,
        "problem": one.problem, "detail": detail, "created_at": iso(one.created_at),
        "next_try_at": iso(one.not_before) if one.state == "queued" and one.not_before else None,
        "finished_at": iso(one.finished_at) if one.finished_at else None, "schedule": one.schedule_id,
        "report": content.get("report"), "from": content.get("from"), "to": content.get("to"), "alarm": content.get("alarm"),
    }  # fmt: skip
