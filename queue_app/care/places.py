"""Where a restored database is put: the place is held so that nobody writes there meanwhile, and swapped at once."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy import make_url

from queue_app.care.copies import CannotCopy, conninfo_of
from queue_app.care.settle import Told, told_by

STOP_IT = "the database is in use: stop the server and its workers first (systemctl stop 'queue*')"
LOOKS = 10


class Place(Protocol):
    """The place of the database that is to be replaced."""

    is_used: bool
    """Whether there are branches in it, or nobody can tell."""

    def __enter__(self) -> Self:
        """Hold it."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of it."""

    def told(self) -> Told:
        """Return what must stay as it is in it: revoked tokens, people who may not sign in, what was erased."""

    def swap(self, url: str, stamp: str) -> str | None:
        """Put the database of `url` here; return where the old one is kept, named by `stamp`."""


class SqlitePlace:
    """A file."""

    def __init__(self, path: Path) -> None:
        """Stand at `path`, which need not be there."""
        self._path = path
        self._held: sqlite3.Connection | None = None
        self.is_used = False

    def __enter__(self) -> Self:
        """Hold it.

        Raises:
            CannotCopy: somebody has the database open.
        """
        if not self._path.exists():
            return self
        held = sqlite3.connect(self._path, isolation_level=None, timeout=1, check_same_thread=False)
        try:
            # Whoever has a WAL database open holds a shared lock on it all the time: this is refused while there is one.
            held.execute("PRAGMA locking_mode=EXCLUSIVE")
            held.execute("BEGIN EXCLUSIVE")
            held.execute("COMMIT")
            # So that no log is left behind which would be taken for one of the new file.
            held.execute("PRAGMA journal_mode=DELETE")
            self._held = held
            self.is_used = _has_branches(lambda text: held.execute(text).fetchall())
        except sqlite3.OperationalError as error:
            held.close()
            if "locked" in str(error) or "busy" in str(error):
                raise CannotCopy(STOP_IT) from error
            self.is_used = True
        except sqlite3.DatabaseError:
            held.close()
            self.is_used = True  # damaged: that may be why it is restored
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of it."""
        if self._held is not None:
            self._held.close()

    def told(self) -> Told:
        """Return what must stay as it is."""
        held = self._held
        return told_by(lambda text: held.execute(text).fetchall()) if held is not None else Told()

    def swap(self, url: str, stamp: str) -> str | None:
        """Put the file of `url` here: one rename, so that there is always a whole database."""
        new = Path(make_url(url).database or "")
        with contextlib.closing(sqlite3.connect(new, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
        with new.open("rb+") as file:
            os.fsync(file.fileno())
        kept = None
        if self._path.exists():
            kept = self._path.with_name(f"{self._path.name}.before-restore-{stamp}")
            os.link(self._path, kept)
            if self._held is None:
                # A damaged one may have left its log behind, which belongs to it and to nothing else.
                for end in ("-wal", "-shm"):
                    with contextlib.suppress(FileNotFoundError):
                        os.replace(f"{self._path}{end}", f"{kept}{end}")
        os.replace(new, self._path)
        return str(kept) if kept else None


class PostgresPlace:
    """A database of a server."""

    def __init__(self, url: str) -> None:
        """Stand at the database of `url`, which is there."""
        self._conninfo = conninfo_of(url)
        self._name = str(conninfo_to_dict(self._conninfo)["dbname"])
        self.is_used = False
        self._told = Told()

    def __enter__(self) -> Self:
        """Look whether somebody uses it.

        Raises:
            CannotCopy: somebody is connected, or it cannot be reached.
        """
        try:
            with psycopg.connect(self._conninfo, autocommit=True) as connection:
                self._check_alone(connection)
                self.is_used = _has_branches(lambda text: _ask(connection, text))
                self._told = told_by(lambda text: _ask(connection, text))
        except psycopg.OperationalError as error:
            raise CannotCopy(f"the database of QUEUE_DATABASE_URL cannot be reached: {error}") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """There is nothing to let go of."""

    def told(self) -> Told:
        """Return what must stay as it is."""
        return self._told

    def swap(self, url: str, stamp: str) -> str | None:
        """Rename the old one away and the new one here, in one transaction."""
        new = str(make_url(url).database)
        kept = f"{self._name[:30]}_before_restore_{stamp.lower()}"
        with psycopg.connect(make_conninfo(self._conninfo, dbname="postgres")) as admin:
            self._check_alone(admin)
            # Our own: a database that somebody is connected to cannot be renamed.
            admin.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", [new])
            for old_name, new_name in ((self._name, kept), (new, self._name)):
                rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
                try:
                    admin.execute(rename.format(sql.Identifier(old_name), sql.Identifier(new_name)))
                except psycopg.errors.ObjectInUse as error:
                    raise CannotCopy(STOP_IT) from error
        return f"the database {kept}"

    def _check_alone(self, connection: psycopg.Connection[Any]) -> None:
        others = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
        # Who has just gone is still counted for a moment.
        for _ in range(LOOKS):
            row = connection.execute(others, [self._name]).fetchone()
            if row is None or not row[0]:
                return
            connection.execute("SELECT pg_sleep(0.1), pg_stat_clear_snapshot()")
        raise CannotCopy(STOP_IT)


def _ask(connection: psycopg.Connection[Any], text: str) -> list[Any]:
    return connection.execute(text).fetchall()


def _has_branches(ask: Callable[[str], list[Any]]) -> bool:
    try:
        return bool(ask("SELECT 1 FROM branch LIMIT 1"))
    except (sqlite3.OperationalError, psycopg.errors.UndefinedTable):
        return False  # nothing was made in it yet
