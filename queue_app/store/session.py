"""Connections: one writer on SQLite, a pool on PostgreSQL, and the short transaction every operation runs in."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
import sqlalchemy.exc
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection

from queue_app.domain.errors import QueueError
from queue_app.store.prepared import Compiled, Prepared, Row

BUSY_TIMEOUT_MS = 5000
"""How long SQLite waits for another process's write before it gives up, in milliseconds."""

Step = tuple[Prepared, Mapping[str, Any]]
"""A statement with its parameters."""


class StaleConnection(Exception):
    """The database did not answer on a pooled connection; nothing had been written, so it may be tried again."""


class Guarded(Exception):
    """A guard refused a write: another transaction changed the row, or a unique index forbids it."""


class Database:
    """The database of one installation."""

    def __init__(self, url: str, pool_size: int = 16) -> None:
        """Prepare to connect to `url` (SQLAlchemy's form); nothing is opened yet.

        Args:
            url: `sqlite:///file` or `postgresql+psycopg://…`.
            pool_size: PostgreSQL connections this process may hold.
        """
        self.is_sqlite = url.startswith("sqlite")
        if self.is_sqlite:
            # One writer: a second BEGIN IMMEDIATE in this process would only wait, and under an event loop wait for
            # itself. Readers have connections of their own, which WAL never blocks.
            self.writer = _sqlite(url, pool_size=1, read_only=False)
            self.reader = _sqlite(url, pool_size=4, read_only=True)
        else:
            self.writer = create_engine(
                url,
                pool_size=pool_size,
                max_overflow=0,
                pool_timeout=10,
                connect_args={"connect_timeout": 5, "options": "-c timezone=UTC"},
            )
            self.reader = self.writer
        self.dialect = self.writer.dialect
        self._initialised = False

    def initialise(self) -> None:
        """Let SQLAlchemy learn what the server can do, once, before statements are compiled for it."""
        if not self._initialised:
            with self.writer.connect():
                self._initialised = True

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a SQLAlchemy connection to read with.

        Raises:
            QueueError: `database_unavailable`.
        """
        with _translated(), self.reader.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a SQLAlchemy connection in a transaction that commits at the end: for administration, not the hot path.

        Raises:
            QueueError: `database_unavailable`.
        """
        with _translated(), self.writer.begin() as connection:
            yield connection

    def transaction(self) -> Transaction:
        """Open the short transaction of one operation."""
        self.initialise()
        return _SqliteTransaction(self) if self.is_sqlite else _PostgresTransaction(self)

    def look(self, *steps: Step) -> list[list[Row]]:
        """Run named reads in one snapshot, outside any operation, and return each one's rows.

        Raises:
            QueueError: `database_unavailable`.
        """
        self.initialise()
        for attempt in (1, 2):
            transaction = (_SqliteTransaction if self.is_sqlite else _PostgresTransaction)(self, reads=True)
            try:
                return transaction.read(steps)
            except StaleConnection as error:
                if attempt == 2:
                    raise QueueError("database_unavailable") from error
                self.dispose()
            finally:
                transaction.close()
        raise AssertionError("unreachable")

    def dispose(self) -> None:
        """Close all pooled connections."""
        self.writer.dispose()
        self.reader.dispose()


class Transaction:
    """Reads, then writes, then the commit; each of the three is one trip to a PostgreSQL server."""

    def __init__(self, database: Database, *, reads: bool = False) -> None:
        """Take a connection of `database`; one that only reads where `reads` is set."""
        self.database = database
        self._reads = reads
        try:
            self._pooled = (database.reader if reads else database.writer).raw_connection()
        except (sqlalchemy.exc.OperationalError, sqlalchemy.exc.TimeoutError) as error:
            raise QueueError("database_unavailable") from error
        self._driver: Any = self._pooled.driver_connection

    def read(self, steps: Sequence[Step]) -> list[list[Row]]:
        """Run reads together and return each one's rows. The first call begins the transaction with its lock."""
        raise NotImplementedError

    def write_and_commit(self, steps: Sequence[tuple[Step, bool]]) -> None:
        """Run writes together and commit them.

        Args:
            steps: each with whether it must touch exactly one row.

        Raises:
            Guarded: a guarded write touched no row, or a unique index refused one; nothing was written.
        """
        raise NotImplementedError

    def close(self) -> None:
        """Undo what was not committed and give the connection back."""
        raise NotImplementedError

    def _compiled(self, prepared: Prepared) -> Compiled:
        return prepared.on(self.database.dialect)


class _SqliteTransaction(Transaction):
    _begun = False

    def read(self, steps: Sequence[Step]) -> list[list[Row]]:
        try:
            if not self._begun:
                # One snapshot for all reads; for writers IMMEDIATE takes the write lock now: two writers can never both read before one of them writes.
                self._driver.execute("BEGIN" if self._reads else "BEGIN IMMEDIATE")
                self._begun = True
            results = []
            for prepared, parameters in steps:
                compiled = self._compiled(prepared)
                assert compiled.row is not None
                rows = self._driver.execute(compiled.sql, compiled.bind(parameters)).fetchall()
                results.append([compiled.row(row) for row in rows])
            return results
        except sqlite3.OperationalError as error:
            raise QueueError("database_unavailable") from error

    def write_and_commit(self, steps: Sequence[tuple[Step, bool]]) -> None:
        try:
            for (prepared, parameters), exactly_one in steps:
                compiled = self._compiled(prepared)
                cursor = self._driver.execute(compiled.sql, compiled.bind(parameters))
                if exactly_one and cursor.rowcount != 1:
                    raise Guarded(compiled.sql)
            self._driver.execute("COMMIT")
            self._begun = False
        except sqlite3.IntegrityError as error:
            raise Guarded(str(error)) from error
        except sqlite3.OperationalError as error:
            raise QueueError("database_unavailable") from error

    def close(self) -> None:
        try:
            if self._driver.in_transaction:
                self._driver.execute("ROLLBACK")
        finally:
            self._pooled.close()


class _PostgresTransaction(Transaction):
    _read_once = False

    def read(self, steps: Sequence[Step]) -> list[list[Row]]:
        try:
            # A pipeline sends BEGIN, the lock and all reads in one packet; the server runs them one after the other,
            # each with a snapshot taken after the lock was granted.
            with self._driver.pipeline():
                if self._reads:
                    # One snapshot for all of them: a board and its revision must belong together.
                    self._driver.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
                cursors = [self._send(step) for step in steps]
                if self._reads:
                    self._driver.commit()
            results = []
            for (prepared, _), cursor in zip(steps, cursors, strict=True):
                row = self._compiled(prepared).row
                assert row is not None
                results.append([row(values) for values in cursor.fetchall()])
            self._read_once = True
            return results
        except psycopg.OperationalError as error:
            self._pooled.invalidate(error)
            if self._read_once:
                raise QueueError("database_unavailable") from error
            raise StaleConnection from error

    def write_and_commit(self, steps: Sequence[tuple[Step, bool]]) -> None:
        try:
            with self._driver.pipeline():
                for step, exactly_one in steps:
                    self._send(step, exactly_one)
                self._driver.commit()
        except (psycopg.errors.UniqueViolation, psycopg.errors.DivisionByZero) as error:
            raise Guarded(str(error)) from error
        except psycopg.OperationalError as error:
            self._pooled.invalidate(error)
            raise QueueError("database_unavailable") from error

    def _send(self, step: Step, exactly_one: bool = False) -> Any:
        prepared, parameters = step
        compiled = self._compiled(prepared)
        sql = compiled.sql
        if exactly_one and sql.startswith("UPDATE"):
            # The commit is already on its way behind this statement, so the guard has to fail on the server: no row
            # changed is a division by zero there, which makes it skip everything that follows, the commit too.
            sql = f"WITH changed AS ({sql} RETURNING 1) SELECT 1 / count(*) FROM changed"
        return self._driver.execute(sql, compiled.bind(parameters), prepare=True)

    def close(self) -> None:
        # An invalidated connection is gone already; the pool rolls any other one back when it is given back.
        self._pooled.close()


def _sqlite(url: str, *, pool_size: int, read_only: bool) -> Engine:
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=30,
        connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000, "cached_statements": 512},
    )

    @event.listens_for(engine, "connect")
    def _connected(connection: DBAPIConnection, _record: object) -> None:
        connection.isolation_level = None  # type: ignore[attr-defined]  # we say BEGIN ourselves
        cursor = connection.cursor()
        # FULL: a committed ticket survives a power cut, not only a crash of the process.
        # A checkpoint every 16 MB of log: the same few pages are written again with every ticket, and a seldom checkpoint
        # moves each of them to the database once.
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "wal_autocheckpoint=4000",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        if read_only:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (sqlalchemy.exc.OperationalError, sqlalchemy.exc.TimeoutError) as error:
        raise QueueError("database_unavailable") from error
