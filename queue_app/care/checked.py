"""What is checked of a database before anybody relies on it: that it is whole, and that its record is consistent."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

from queue_app.care.copies import Counts, sqlite_path
from queue_app.clock import SystemClock
from queue_app.operations.keep_days import differences_of_days
from queue_app.operations.unit_of_work import Context
from queue_app.operations.verify import differences
from queue_app.store.migrate import migrate
from queue_app.store.models import BranchState
from queue_app.store.session import Database

MOST_SAID = 20


def flaws_of(url: str, counts: Counts | None = None) -> list[str]:
    """Return a sentence for each flaw of the database at `url`, at most `MOST_SAID`; it is migrated to this release first.

    Args:
        url: of a copy that nobody else uses.
        counts: what it must hold.
    """
    database = Database(url)
    try:
        if database.is_sqlite:
            flaws = integrity_flaws(url)
            if flaws:
                return flaws[:MOST_SAID]
        migrate(database)
        context = Context(database, SystemClock())
        found: list[str] = []
        for flaw in _of_record(context, counts):
            found.append(flaw)
            if len(found) == MOST_SAID:
                break
        return found
    finally:
        database.dispose()


def record_flaws(context: Context) -> Iterator[str]:
    """Yield what `flask record verify` would say."""
    for slug, text in differences(context):
        yield f"{slug}: {text}"
    for slug in context.slugs().values():
        for text in differences_of_days(context, slug):
            yield f"{slug}: {text}"


def integrity_flaws(url: str, *, quick: bool = False) -> list[str]:
    """Return what SQLite itself finds wrong in its file; with `quick`, without comparing every index."""
    try:
        with closing(sqlite3.connect(sqlite_path(url), timeout=10)) as connection:
            connection.execute("PRAGMA query_only=ON")
            said = connection.execute("PRAGMA quick_check" if quick else "PRAGMA integrity_check").fetchall()
            flaws = [f"the database is damaged: {text}" for (text,) in said if text != "ok"]
            lost = [] if quick else connection.execute("PRAGMA foreign_key_check").fetchall()
            return flaws + [f"a row of {table} points to nothing in {parent}" for table, _, parent, _ in lost]
    except sqlite3.Error as error:
        return [f"the database is damaged: {error}"]


def _of_record(context: Context, counts: Counts | None) -> Iterator[str]:
    slugs = context.slugs()
    if counts is not None and set(counts) != set(slugs.values()):
        yield f"the branches are {sorted(slugs.values())}, {sorted(counts)} were backed up"
    with context.database.reading() as connection:
        revisions = {slugs[row.branch_id]: row.revision for row in connection.execute(BranchState.__table__.select())}
    for slug, told in (counts or {}).items():
        if revisions.get(slug) != told.get("revision"):
            yield f"{slug} stands at revision {revisions.get(slug)}, at {told.get('revision')} it was backed up"
    yield from record_flaws(context)
