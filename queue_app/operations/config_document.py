"""The whole set-up of a branch as one document: taken out, compared, and brought in during the day without losing anybody.

A document may be partial: a section that it leaves out stays as it is, one that is there replaces that section whole. What
there is is known by its name (a service by its slug, a person by the user name) and keeps its id and its history.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from queue_app.domain.branch import BranchSetup
from queue_app.domain.business_day import business_date
from queue_app.domain.errors import QueueError
from queue_app.domain.reading import wrong
from queue_app.operations.audit import note_change
from queue_app.operations.config_check import PLAIN, Reading, check_new_slug, read_document
from queue_app.operations.config_devices import CHECKS as DEVICES
from queue_app.operations.config_diff import Change, changes_of
from queue_app.operations.config_export import FORM, SECTIONS, Document, document_of, setup_of
from queue_app.operations.config_import import (
    Work,
    drop_profiles,
    make_branch,
    record_branch,
    write_branch,
    write_counters,
    write_profiles,
    write_services,
)
from queue_app.operations.config_rows import Rows, no_rows, read_rows
from queue_app.operations.config_services import CHECKS as SERVICES
from queue_app.operations.config_stranding import Gone, Line, Stranded, read_line, release, stranded
from queue_app.operations.config_write import (
    write_kiosks,
    write_panels,
    write_people,
    write_printers,
    write_screens,
)
from queue_app.operations.rules_setup import note_settings
from queue_app.operations.unit_of_work import Actor, Context, Unit

CHECKS = {**PLAIN, **SERVICES, **DEVICES}

__all__ = [
    "FORM",
    "SECTIONS",
    "Change",
    "Plan",
    "Stranded",
    "Terms",
    "export_branch",
    "import_branch",
    "plan_import",
    "sum_of",
]


@dataclass(frozen=True)
class Plan:
    """What an import does, or would do.

    Attributes:
        changes: every value that differs, in the document's order.
        stranded: the visitors whom it leaves waiting.
        is_new: whether it makes the branch.
    """

    changes: tuple[Change, ...]
    stranded: tuple[Stranded, ...]
    is_new: bool = False

    def touches(self, section: str) -> bool:
        """Say whether something changes in this section."""
        return any(change.path == section or change.path.startswith(f"{section}/") for change in self.changes)


@dataclass(frozen=True)
class Terms:
    """What whoever brings a document in may do.

    Attributes:
        people: change who works in a branch that is there already.
        files_in: the only folder that a printer may be told to write into, beside the nodes of printers in /dev; None for none.
        any_file: for those who sit at the server's command line: a printer may write, and a panel be, any file.
        as_of: `sum_of` the document that they saw; where somebody else has changed it meanwhile, nothing is done.
    """

    people: bool = False
    files_in: Path | None = None
    any_file: bool = False
    as_of: str | None = None


NO_TERMS = Terms()


@dataclass(frozen=True)
class _Ready:
    """A document that was read against a branch."""

    rows: Rows
    line: Line
    reading: Reading
    before: Document | None
    after: Document
    plan: Plan


def export_branch(context: Context, slug: str) -> Document:
    """Return the configuration document of a branch, whole and without secrets.

    Raises:
        QueueError: `unknown_branch`.
    """
    with context.database.reading() as connection:
        if not context.database.is_sqlite:
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        return export_within(connection, slug)


def plan_import(context: Context, slug: str, document: object, terms: Terms = NO_TERMS) -> Plan:
    """Return what bringing in a document would do; nothing is changed.

    Args:
        context: where.
        slug: the branch, which need not be there yet.
        document: what JSON or YAML held.
        terms: what whoever asks may do.

    Raises:
        QueueError: `invalid_value` with `field` (`services/2/letter`) and `problem`, for the first mistake found; `not_allowed`
            where the people would change and may not.
    """
    with context.database.reading() as connection:
        return _read(connection, context.clock.now(), slug, document, terms).plan


def import_branch(
    context: Context,
    actor: Actor,
    slug: str,
    document: object,
    *,
    accept_stranding: bool = False,
    terms: Terms = NO_TERMS,
) -> Plan:
    """Set a branch up as a document says, all of it or nothing, and make it where there is none of this name.

    Nobody who waits is lost by it. A service that is gone is still called until nobody waits for it; a counter that is gone is
    there until its clerk leaves; tickets that were kept for it stand in the line again.

    Args:
        context, slug, document, terms: as in `plan_import`.
        actor: who does it.
        accept_stranding: do it although visitors are left waiting.

    Returns:
        What it did.

    Raises:
        QueueError: as `plan_import`; `would_strand` with `stranded`; `conflict`.
    """

    def decide(unit: Unit, connection: Connection) -> Plan:
        if new is None:
            unit.lock_and_read()
        elif read_rows(connection, slug) is not None:
            raise QueueError("conflict")
        return import_within(unit, connection, actor, slug, document, accept_stranding=accept_stranding, terms=terms)

    new = None if slug in context.slugs().values() else branch_to_be(context, slug, document, terms)
    plan = context.administer(slug, "import_config", decide, new)
    context.reload(slug)
    return plan


def import_within(
    unit: Unit,
    connection: Connection,
    actor: Actor,
    slug: str,
    document: object,
    *,
    accept_stranding: bool = False,
    terms: Terms = NO_TERMS,
) -> Plan:
    """Do what `import_branch` does within a transaction (`Context.administer`) that has locked the branch."""
    ready = _read(connection, unit.now, slug, document, terms)
    if ready.plan.stranded and not accept_stranding:
        raise QueueError("would_strand", stranded=[each.as_data() for each in ready.plan.stranded])
    if ready.plan.changes:
        _bring_in(unit, connection, actor, ready)
    return ready.plan


def plan_within(connection: Connection, now: datetime, slug: str, document: object, terms: Terms = NO_TERMS) -> Plan:
    """Do what `plan_import` does within a transaction."""
    return _read(connection, now, slug, document, terms).plan


def sum_of(document: Document) -> str:
    """Return a short sum of a document, by which it is noticed that it has changed; who works there is no part of it."""
    told = {name: value for name, value in document.items() if name != "people"}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:32]


def export_within(connection: Connection, slug: str) -> Document:
    """Do what `export_branch` does within a transaction."""
    rows = read_rows(connection, slug)
    if rows is None:
        raise QueueError("unknown_branch", branch=slug)
    return document_of(rows)


def branch_to_be(context: Context, slug: str, document: object, terms: Terms = NO_TERMS) -> BranchSetup:
    """Return what stands for the branch that a document would make, for `Context.administer`.

    Raises:
        QueueError: as `plan_import`.
    """
    with context.database.reading() as connection:
        return setup_of(_read(connection, context.clock.now(), slug, document, terms).after)


def _read(connection: Connection, now: datetime, slug: str, document: object, terms: Terms) -> _Ready:
    rows = read_rows(connection, slug)
    if rows is None:
        check_new_slug(slug)
        if isinstance(document, dict) and "branch" not in document:
            raise wrong("branch", "there is no branch %(branch)s yet: this section is needed to make one", branch=slug)
    before = None if rows is None else document_of(rows)
    if before is not None and terms.as_of not in {None, sum_of(before)}:
        raise QueueError("settings_changed")
    rows = rows or no_rows(connection, slug)
    line = read_line(connection, rows) if before is not None else Line()
    reading = Reading(rows, now, terms.files_in, terms.any_file, dict(before or document_of(rows)))
    after = read_document(reading, document, CHECKS)
    changes = changes_of(before, after) + tuple(
        Change(path, None, "***") for path in reading.given if before is not None
    )
    lost = () if before is None else stranded(rows, line, before, after)
    plan = Plan(changes, lost, before is None)
    if before is not None and plan.touches("people") and not terms.people:
        raise QueueError("not_allowed")
    if before is not None:
        _same_day(now, line, before, after)
    return _Ready(rows, line, reading, before, after, plan)


def _same_day(now: datetime, line: Line, before: Document, after: Document) -> None:
    """Refuse what would end the business day under those who wait: they would all be sent home."""

    def day(document: Document) -> object:
        branch = document["branch"]
        return business_date(now, ZoneInfo(branch["time_zone"]), branch["cut_over_hour"])

    if line.legs and day(after) != day(before):
        changed = "time_zone" if before["branch"]["time_zone"] != after["branch"]["time_zone"] else "cut_over_hour"
        raise wrong(f"branch/{changed}", "the business day would change while visitors are here; close the day first")


def _bring_in(unit: Unit, connection: Connection, actor: Actor, ready: _Ready) -> None:
    branch_id = ready.rows.branch.id
    if ready.before is None:
        branch_id = make_branch(connection, unit.now, ready.after)
        unit.setup = replace(unit.setup, id=branch_id)
        unit.lock_and_read()
    work = Work(
        unit, connection, actor, ready.rows, ready.line, ready.before, ready.after, ready.reading.secrets, branch_id, {}
    )
    more = record_branch(work)
    if ready.before is not None:
        release(unit, ready.line, Gone.of(ready.rows, ready.before, ready.after), actor.user_id)
    for write in (
        write_branch, write_services, write_profiles, write_counters, drop_profiles, write_printers, write_kiosks,
        write_screens, write_panels, write_people,
    ):  # fmt: skip
        write(work)
    told = [section for section in SECTIONS if ready.plan.touches(section)]
    note_settings(unit, actor, "config", sections=told, **more)
    note_change(
        unit,
        actor,
        "make_branch" if ready.before is None else "import_config",
        ready.after["branch"]["slug"],
        None if ready.before is None else {change.path: change.before for change in ready.plan.changes},
        {change.path: change.after for change in ready.plan.changes},
    )
