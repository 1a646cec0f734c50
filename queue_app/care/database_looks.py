"""Looks at the database: whether it can be used, whether it is whole, and whether its record is consistent."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import func, select, text

from queue_app.care.checked import integrity_flaws, record_flaws
from queue_app.care.copies import sqlite_path
from queue_app.care.findings import Finding, Patient, bad, ok, warn
from queue_app.care.sealed import cannot_be_opened
from queue_app.operations.close_day import is_over
from queue_app.store.migrate import problem_of
from queue_app.store.models import BranchState, TicketEvent

LARGE_LOG = 256 << 20
"""A write-ahead log of so many bytes is not moved into the database any more: somebody reads for too long."""

AHEAD = timedelta(minutes=5)
"""An event so far ahead of the clock says that the clock was set back."""


def database(patient: Patient) -> Iterator[Finding]:
    """Whether it answers, is of this release, and can be written to."""
    problem = problem_of(patient.context.database)
    if problem is not None:
        yield bad("database", problem, "flask migrate (docs/upgrade.md), or systemctl status postgresql")
        return
    with patient.context.database.writing() as connection:
        connection.execute(text("UPDATE branch_state SET revision = revision WHERE 1 = 0"))
    yield ok("database", "it answers, is of this release, and can be written to")


def database_file(patient: Patient) -> Iterator[Finding]:
    """Whether SQLite finds its file whole, and how long its log has grown."""
    if not patient.context.database.is_sqlite:
        return
    flaws = integrity_flaws(patient.settings.url, quick=True)
    for flaw in flaws[:5]:
        yield bad("database file", flaw, "stop the server; restore the last backup: docs/backup.md")
    path = sqlite_path(patient.settings.url)
    log = path.with_name(f"{path.name}-wal")
    size = log.stat().st_size if log.exists() else 0
    if size > LARGE_LOG:
        yield warn("database log", f"{size >> 20} MB: somebody reads for very long", "restart the server")
    if not flaws:
        yield ok("database file", f"whole; {path.stat().st_size >> 20} MB, its log {size >> 20} MB")


def connections(patient: Patient) -> Iterator[Finding]:
    """Whether PostgreSQL lets in as many as the workers may want, and can be backed up."""
    if patient.context.database.is_sqlite:
        return
    wanted = patient.settings.workers * (patient.settings.database_pool + 12)
    with patient.context.database.reading() as connection:
        most = int(connection.execute(text("SHOW max_connections")).scalar_one())
        may_create = connection.execute(
            text("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
        ).scalar()
    if wanted > most - 5:
        todo = "lower QUEUE_WORKERS or QUEUE_DATABASE_POOL, or raise max_connections"
        yield warn("connections", f"the workers may want {wanted}, PostgreSQL gives {most}", todo)
    else:
        yield ok("connections", f"the workers may want {wanted} of {most}")
    if not may_create:
        yield warn(
            "trying backups", "this role may not make databases", "ALTER ROLE … CREATEDB, so that backups are tried"
        )
    if shutil.which("pg_dump") is None:
        yield bad("pg_dump", "it is not here: no backup can be made", "apt-get install postgresql-client")


def keys(patient: Patient) -> Iterator[Finding]:
    """Whether what is encrypted can still be read."""
    with patient.context.database.reading() as connection:
        closed = cannot_be_opened(connection, patient.sealer)
    for what, number in closed.items():
        todo = "put back the data_key of the backup, or set QUEUE_DATA_KEY with the old key behind the new one"
        yield bad("keys", f"{number} {what} cannot be read with today's key", todo)
    if not closed:
        yield ok("keys", "what is encrypted can be read")


def days(patient: Patient) -> Iterator[Finding]:
    """Whether each branch's day was ended, and its record and the clock agree."""
    context = patient.context
    with context.database.reading() as connection:
        newest = dict(
            connection.execute(
                select(TicketEvent.branch_id, func.max(TicketEvent.at)).group_by(TicketEvent.branch_id)
            ).all()
        )
        last = dict(
            connection.execute(
                select(TicketEvent.branch_id, func.max(TicketEvent.revision)).group_by(TicketEvent.branch_id)
            ).all()
        )
        stood = dict(connection.execute(select(BranchState.branch_id, BranchState.revision)).all())
    now = context.clock.now()
    for branch_id, slug in context.slugs().items():
        if stood.get(branch_id, 0) != last.get(branch_id, 0):
            says = f"{slug} stands at revision {stood.get(branch_id)}, its last event at {last.get(branch_id)}"
            yield bad("record", says, "flask record verify; then docs/backup.md")
        if branch_id in newest and newest[branch_id] - now > AHEAD:
            yield bad(
                "clock",
                f"{slug}: the record is ahead of the clock: {newest[branch_id]:%Y-%m-%d %H:%M} UTC",
                "set the clock",
            )
        if context.setup(slug).day_ends_by_itself and is_over(context, slug):
            yield warn(
                "day",
                f"{slug}: the day is over and was not ended",
                f"is the server running? else: flask close-day {slug}",
            )
        else:
            yield ok("day", f"{slug}: {stood.get(branch_id, 0)} events are on record")


def whole_record(patient: Patient) -> Iterator[Finding]:
    """The whole record against the tables; on a large database it takes minutes."""
    number = 0
    for number, flaw in enumerate(record_flaws(patient.context), start=1):
        if number <= 20:
            yield bad("record", flaw, "docs/backup.md says what to do")
    if not number:
        yield ok("record", "it is consistent")
