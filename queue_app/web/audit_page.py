"""The audit log: as a page, as JSON with its pages, and as a file for spreadsheets."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from flask import Blueprint, Response, request, stream_with_context

from queue_app.access import Caller
from queue_app.domain.board import iso
from queue_app.domain.branch import BranchSetup
from queue_app.domain.business_day import day_bounds
from queue_app.domain.errors import QueueError
from queue_app.operations import audit_log as log
from queue_app.reports.forms.for_programs import safe_cell
from queue_app.web import schemas as s
from queue_app.web.admin_nav import admin_page, let_in
from queue_app.web.api import allowed
from queue_app.web.operation import MAX_INTEGER, context, operation
from queue_app.web.report_questions import day_of

audit_page = Blueprint("audit_page", __name__)

AUDIT = frozenset({"audit"})
BOM = "\ufeff"
COLUMNS = ("id", "at", "branch", "actor", "name", "action", "subject", "before", "after")
WORD: s.Schema = {"type": "string", "maxLength": 100}
DAY: s.Schema = {"type": "string", "maxLength": 20, "description": "A day of the branch, 2026-11-22."}
SEEN: s.Schema = {"type": ["object", "null"], "description": "How it was, or is; null where it was not there."}
ENTRY = s.thing(
    {
        "id": s.WHOLE,
        "at": s.MOMENT,
        "branch": s.maybe(s.TEXT),
        "actor": {**s.TEXT, "description": "Who: `user:3`, `token:7`, `console`."},
        "name": s.TEXT,
        "action": s.TEXT,
        "subject": s.TEXT,
        "before": SEEN,
        "after": SEEN,
    }
)
ENTRIES: s.Schema = {
    "content": {
        "application/json": {"schema": s.thing({"entries": s.some(ENTRY), "next": s.maybe(s.WHOLE)})},
        "text/csv": {"schema": s.TEXT},
    }
}
QUERY: dict[str, s.Schema] = {
    "all": {"type": "string", "enum": ["yes", "no"], "default": "no", "description": "Of all branches."},
    "actor": {**WORD, "description": "Whose name has this in it."},
    "action": {**WORD, "description": "Exactly this one, for example `change_person`."},
    "subject": {**WORD, "description": "Which has this in it."},
    "from": DAY,
    "to": {**DAY, "description": "The last day, included."},
    "before": {"type": "integer", "minimum": 1, "maximum": MAX_INTEGER, "description": "Older than this entry."},
    "limit": {"type": "integer", "minimum": 1, "maximum": log.MOST_A_PAGE, "default": log.PAGE},
    "format": {"type": "string", "enum": ["json", "csv"], "default": "json"},
}


@operation(
    audit_page, "GET", "/api/v1/branches/<branch>/audit",
    summary="The audit log of a branch, the newest first; `next` is the `before` of the next page. As CSV whole.",
    scopes=AUDIT, query=QUERY,
    answers={200: ENTRIES}, errors=("unknown_branch",),
)  # fmt: skip
def show_entries(who: Caller, body: None, query: dict[str, Any], branch: str) -> Any:
    """Return the audit log."""
    setup = allowed(who, AUDIT, branch)
    wanted = _wanted(who, setup, query)
    if query["format"] == "csv":
        return _file(log.stream_entries(context(), wanted), f"audit-{branch}.csv")
    entries = log.read_entries(context(), wanted, query["limit"])
    told = [{**entry, "at": iso(entry["at"])} for entry in entries]
    return {"entries": told, "next": entries[-1]["id"] if len(entries) == query["limit"] else None}


@audit_page.get("/admin/<branch>/audit")
def show(branch: str) -> Any:
    """Show the audit log of a branch."""
    setup, who = let_in(branch, "audit")
    asked = {name: value for name in ("all", "actor", "action", "subject", "from", "to") if (value := _asked(name))}
    before = _asked("before")
    wanted = _wanted(who, setup, {**asked, "before": int(before) if before.isdecimal() and len(before) < 16 else None})
    entries = log.read_entries(context(), wanted, log.PAGE)
    return admin_page(
        "audit.html",
        branch,
        "audit",
        entries=[_shown(entry, who.language or setup.default_language, setup.zone) for entry in entries],
        actions=log.actions_of(context(), wanted.branch_id),
        asked=asked,
        everywhere=who.may("audit", None),
        older=urlencode({**asked, "before": entries[-1]["id"]}) if len(entries) == log.PAGE else None,
        newest=not before,
        file=urlencode({**asked, "format": "csv"}),
    )


def _asked(name: str) -> str:
    return request.args.get(name, "")[:100].replace("\0", "")


def _wanted(who: Caller, setup: BranchSetup, asked: Mapping[str, Any]) -> log.Wanted:
    """Return which entries are meant.

    Raises:
        QueueError: `not_allowed` for all branches where the caller may read those of some only; `invalid_value`.
    """
    everywhere = asked.get("all") == "yes"
    if everywhere and not who.may("audit", None):
        raise QueueError("not_allowed")
    first, last = (_midnight(setup, name, asked.get(name)) for name in ("from", "to"))
    words = {name: asked.get(name) for name in ("actor", "action", "subject")}
    branch_id = None if everywhere else setup.id
    return log.Wanted(branch_id, **words, first=first, last=last, before=asked.get("before"))


def _midnight(setup: BranchSetup, name: str, text: str | None) -> datetime | None:
    if not text:
        return None
    day = day_of(name, text, date.min)
    return day_bounds(day + timedelta(days=name == "to"), setup.zone, 0)[0]


def _shown(entry: dict[str, Any], language: str, zone: ZoneInfo) -> dict[str, Any]:
    return {
        **entry,
        "at": format_datetime(entry["at"], "medium", tzinfo=zone, locale=language),
        "changes": [(name, _plain(was), _plain(is_)) for name, was, is_ in log.differences(entry["before"], entry["after"])],
    }  # fmt: skip


def _plain(value: Any) -> str | None:
    """Return a value as people read it."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(each, str | int) for each in value):
        return ", ".join(map(str, value)) or "–"
    return json.dumps(value, ensure_ascii=False)


def _file(entries: Iterable[Mapping[str, Any]], name: str) -> Response:
    def lines() -> Iterator[str]:
        yield BOM + _line(COLUMNS)
        for entry in entries:
            yield _line([_cell(entry[column]) for column in COLUMNS])

    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(stream_with_context(lines()), mimetype="text/csv", headers=headers)


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return iso(value)
    return safe_cell(json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value)


def _line(cells: Iterable[Any]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()
