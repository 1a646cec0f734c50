"""Writes a branch as a configuration document wants it: what there is keeps its id, what is gone is retired."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, delete, insert, select, update

from queue_app.domain.business_day import business_date
from queue_app.domain.events import Kind
from queue_app.domain.profile_checks import check_rules
from queue_app.operations.config_export import Document
from queue_app.operations.config_rows import Row, Rows
from queue_app.operations.config_stranding import Line
from queue_app.operations.rules_setup import new_ranks
from queue_app.operations.unit_of_work import Actor, Unit
from queue_app.store.models import (
    Branch,
    BranchLogo,
    BranchState,
    Counter,
    CounterSession,
    Service,
    UserRole,
    WorkProfile,
)


@dataclass
class Work:
    """One import under way.

    Attributes:
        unit: the operation, which records what the record has to tell.
        connection: in the same transaction.
        actor: who does it.
        rows: the branch as it was.
        line: who is in it now.
        before, after: its documents; `before` is None for a branch that is made.
        secrets: of each printer's address, what is never told.
        branch_id: the branch's.
        ids: of each section's entries by their names, as far as they have been written.
    """

    unit: Unit
    connection: Connection
    actor: Actor
    rows: Rows
    line: Line
    before: Document | None
    after: Document
    secrets: Mapping[str, Mapping[str, Any]]
    branch_id: int
    ids: dict[str, dict[str, int]]

    def changed(self, *sections: str) -> bool:
        """Say whether one of these sections differs from how it was."""
        return self.before is None or any(self.before[section] != self.after[section] for section in sections)

    def write(self, model: Any, section: str, key: str, stored: Iterable[Row], wanted: Mapping[str, Document]) -> None:
        """Write rows of a table: those that are there under this name are changed, the others are added.

        Args:
            model: the table.
            section: under which their ids are kept.
            key: the column of the name.
            stored: the rows that are there, also of what was retired.
            wanted: the columns of each by its name.
        """
        known = {getattr(row, key): row for row in stored}
        ids = self.ids.setdefault(section, {})
        for name, values in wanted.items():
            row = known.get(name)
            if row is None:
                every = {"branch_id": self.branch_id, key: name, **values}
                key_of = self.connection.execute(insert(model).values(**every)).inserted_primary_key
                assert key_of is not None
                ids[name] = int(key_of[0])
                continue
            ids[name] = row.id
            different = {column: value for column, value in values.items() if getattr(row, column) != value}
            if different:
                self.connection.execute(update(model).where(model.id == row.id).values(**different))

    def retire(self, model: Any, ids: Iterable[int], **values: Any) -> None:
        """Write these values to the rows of what is gone."""
        for row_id in ids:
            self.connection.execute(update(model).where(model.id == row_id).values(**values))


def make_branch(connection: Connection, now: datetime, document: Document) -> int:
    """Make the row of a new branch, and of its state, and return its id."""
    values = _branch_values(document)
    key = connection.execute(
        insert(Branch).values(slug=document["branch"]["slug"], opening_hours=None, created_at=now, **values)
    ).inserted_primary_key
    assert key is not None
    today = business_date(now, ZoneInfo(values["time_zone"]), values["cut_over_hour"])
    connection.execute(insert(BranchState).values(branch_id=key[0], business_date=today))
    return int(key[0])


def _branch_values(document: Document) -> dict[str, Any]:
    branch = dict(document["branch"])
    target = round(branch.pop("target_wait_minutes") * 60)
    del branch["slug"]
    return {**branch, "target_wait_seconds": target}


def write_branch(work: Work) -> None:
    """Write what stands in the table `branch`, and the logo."""
    after = work.after
    values: dict[str, Any] = {}
    if work.changed("branch"):
        values |= _branch_values(after)
    if work.changed("hours"):
        calendar = {key: value for key, value in after["hours"].items() if key != "weekly"}
        values |= {"opening_hours": after["hours"]["weekly"], "calendar": calendar}
    if work.changed("branding"):
        look = after["branding"]
        values |= {"accent_colour": look["accent_colour"], "branding": {"welcome": look["welcome"]}}
        if work.before is None or work.before["branding"]["logo"] != look["logo"]:
            _write_logo(work, look["logo"])
    for section, column in _COLUMNS.items():
        if work.changed(section):
            values[column] = after[section]
    if values:
        work.connection.execute(update(Branch).where(Branch.id == work.branch_id).values(**values))


_COLUMNS = {
    "privacy": "privacy",
    "menu": "menu",
    "rules": "rules",
    "desk": "desk",
    "reporting": "reporting",
    "slip": "slip_layout",
}
"""The sections that stand in one column of the table `branch`."""


def _write_logo(work: Work, logo: str | None) -> None:
    work.connection.execute(delete(BranchLogo).where(BranchLogo.branch_id == work.branch_id))
    if logo is not None:
        png = base64.b64decode(logo)
        work.connection.execute(insert(BranchLogo).values(branch_id=work.branch_id, png=png))


def record_branch(work: Work) -> dict[str, Any]:
    """Record what screens and the record have to know of it; return what the event of the settings says beside."""
    notice = work.after["branch"]["notice"]
    if work.before is not None and work.before["branch"]["notice"] != notice:
        told = {"notice": notice, "by": work.actor.name}
        work.unit.record(Kind.NOTICE_CHANGED, user_id=work.actor.user_id, data=told)
    if work.before is not None and work.changed("rules"):
        return {"ranks": new_ranks(work.unit, check_rules(work.after["rules"]))}
    return {}


def write_services(work: Work) -> None:
    """Write the services; those that are gone are retired, with their history."""
    wanted = {
        each["slug"]: {
            "series": each["letter"],
            "name": each["name"],
            "position": place,
            "active": True,
            "opening_hours": each["hours"],
            "target_wait_seconds": _seconds(each["target_wait_minutes"]),
            "expected_service_seconds": _seconds(each["expected_service_minutes"]),
            **{key: each[key] for key in _SAME},
        }
        for place, each in enumerate(work.after["services"])
    }
    work.write(Service, "services", "slug", work.rows.services, wanted)
    work.retire(Service, [row.id for row in work.rows.services if row.active and row.slug not in wanted], active=False)


_SAME = (
    "first_number", "last_number", "digits", "daily_quota", "season", "longest_wait_minutes", "intake_open", "bring",
    "conditions", "instead", "slip_text", "outcomes",
)  # fmt: skip


def _seconds(minutes: float | None) -> int | None:
    return None if minutes is None else round(minutes * 60)


def write_profiles(work: Work) -> None:
    """Write the work profiles.

    A service that was retired stays in them, unseen, so that who waits for it is still called by those who took it.
    """
    services = work.ids["services"]
    retired = {row.id for row in work.rows.services} - set(services.values())
    stored = {row.name: row for row in work.rows.profiles}
    wanted = {}
    for each in work.after["profiles"]:
        terms = [_terms(told, services) for told in each["services"]]
        if each["name"] in stored:
            terms += [kept for kept in stored[each["name"]].terms if kept["service_id"] in retired]
        wanted[each["name"]] = {"manner": each["manner"], "terms": terms}
    work.write(WorkProfile, "profiles", "name", work.rows.profiles, wanted)


def _terms(told: Any, services: Mapping[str, int]) -> Document:
    if isinstance(told, str):
        return {"service_id": services[told]}
    return {"service_id": services[told["service"]], **{key: told[key] for key in told if key != "service"}}


def write_counters(work: Work) -> None:
    """Write the counters; those that are gone are retired, and whoever sits at one stays until they leave."""
    profiles = work.ids["profiles"]
    wanted = {
        each["name"]: {
            "position": place,
            "active": True,
            "profile_id": None if each["profile"] is None else profiles[each["profile"]],
        }
        for place, each in enumerate(work.after["counters"])
    }
    work.write(Counter, "counters", "name", work.rows.counters, wanted)
    work.retire(Counter, [row.id for row in work.rows.counters if row.active and row.name not in wanted], active=False)


def drop_profiles(work: Work) -> None:
    """Take away the work profiles that are gone; who works by one at an open counter works by the counter's from now on."""
    gone = {row.id: row.name for row in work.rows.profiles if row.name not in work.ids["profiles"]}
    if not gone:
        return
    here = select(Counter.id, Counter.profile_id).where(Counter.branch_id == work.branch_id)
    own = {row.id: row.profile_id for row in work.connection.execute(here)}
    for session in work.line.sessions:
        if session.profile_id in gone:
            profile_id = own[session.counter_id] if own[session.counter_id] not in gone else None
            work.unit.change_session(session.id, profile_id=profile_id, turns={})
            names = {number: name for name, number in work.ids["profiles"].items()}
            work.unit.record(
                Kind.COUNTER_PROFILE_CHANGED,
                counter_id=session.counter_id,
                user_id=session.user_id,
                data={"profile": names.get(profile_id or 0), "profile_id": profile_id, "by": work.actor.name},
            )
    for model in (Counter, CounterSession, UserRole):
        column = model.profile_id
        work.connection.execute(update(model).where(column.in_(gone)).values(profile_id=None))
    work.connection.execute(delete(WorkProfile).where(WorkProfile.id.in_(gone)))
