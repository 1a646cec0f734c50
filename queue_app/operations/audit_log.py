"""Reads the audit log: who changed what, and how it was before; nothing here or elsewhere changes an entry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from queue_app.operations.unit_of_work import Context
from queue_app.store.models import Branch
from queue_app.store.running_tables import AuditEntry

PAGE = 50
"""How many entries are read at once, where nothing else is asked for."""
MOST_A_PAGE = 500
MOST_IN_A_FILE = 100_000
"""How many entries a file holds at the most; the newest."""


@dataclass(frozen=True)
class Wanted:
    """Which entries are asked for.

    Attributes:
        branch_id: of this branch; None for those of all branches and of the whole installation.
        actor: whose name or key has this in it.
        action: exactly this one.
        subject: which has this in it.
        first, last: moments between which they were made, the last one not included.
        before: only entries older than the one with this id: the next page.
    """

    branch_id: int | None
    actor: str | None = None
    action: str | None = None
    subject: str | None = None
    first: datetime | None = None
    last: datetime | None = None
    before: int | None = None


def read_entries(context: Context, wanted: Wanted, most: int = PAGE) -> list[dict[str, Any]]:
    """Return the entries that are asked for, the newest first, `most` of them at the most."""
    return list(_read(context, wanted, most))


def stream_entries(context: Context, wanted: Wanted) -> Iterator[dict[str, Any]]:
    """Return all entries that are asked for, page by page, `MOST_IN_A_FILE` at the most."""
    left, before = MOST_IN_A_FILE, wanted.before
    while left > 0:
        page = read_entries(context, Wanted(**{**vars(wanted), "before": before}), min(MOST_A_PAGE, left))
        yield from page
        if len(page) < MOST_A_PAGE:
            return
        left, before = left - len(page), page[-1]["id"]


def actions_of(context: Context, branch_id: int | None) -> list[str]:
    """Return the actions that the log tells of, in the order of the alphabet."""
    asked = select(AuditEntry.action).distinct().order_by(AuditEntry.action)
    if branch_id is not None:
        asked = asked.where(AuditEntry.branch_id == branch_id)
    with context.database.reading() as connection:
        return list(connection.execute(asked).scalars())


def differences(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> list[tuple[str, Any, Any]]:
    """Return what an entry tells as (what, before, after), down to the single values; what did not change is left out."""
    was, is_ = _flat(before or {}), _flat(after or {})
    names = [*is_, *(name for name in was if name not in is_)]
    return [(name, was.get(name), is_.get(name)) for name in names if was.get(name) != is_.get(name)]


def _flat(values: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, Mapping) and value:
            found |= _flat(value, f"{above}{name}/")
        elif isinstance(value, list) and any(isinstance(each, Mapping) for each in value):
            found |= _flat({str(number): each for number, each in enumerate(value)}, f"{above}{name}/")
        else:
            found[f"{above}{name}"] = value
    return found


def _read(context: Context, wanted: Wanted, most: int) -> Iterator[dict[str, Any]]:
    with context.database.reading() as connection:
        rows = connection.execute(_asked(wanted).limit(most)).all()
    for row in rows:
        yield {
            "id": row.id,
            "at": row.at,
            "branch": row.slug,
            "actor": row.actor,
            "name": row.actor_name,
            "action": row.action,
            "subject": row.subject,
            "before": row.before,
            "after": row.after,
        }


def _asked(wanted: Wanted) -> Select[Any]:
    entry = AuditEntry
    asked = select(entry.__table__, Branch.slug).join_from(entry, Branch, Branch.id == entry.branch_id, isouter=True)
    asked = asked.order_by(entry.id.desc())
    if wanted.branch_id is not None:
        asked = asked.where(entry.branch_id == wanted.branch_id)
    if wanted.before is not None:
        asked = asked.where(entry.id < wanted.before)
    if wanted.actor:
        has = entry.actor_name.icontains(wanted.actor, autoescape=True) | (entry.actor == wanted.actor)
        asked = asked.where(has)
    if wanted.action:
        asked = asked.where(entry.action == wanted.action)
    if wanted.subject:
        asked = asked.where(entry.subject.icontains(wanted.subject, autoescape=True))
    if wanted.first is not None:
        asked = asked.where(entry.at >= wanted.first)
    if wanted.last is not None:
        asked = asked.where(entry.at < wanted.last)
    return asked
