"""Connections: one writer on SQLite, a pool on PostgreSQL, and the short transaction every operation runs in."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import psycopg
import sqlalchemy.exc
from psycopg.types.json import Json
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection

from queue_app.domain.errors import QueueError
from queue_app.store.prepared import Compiled, Prepared, Row
from queue_app.store.turns import Turns

log = logging.getLogger("queue.store")

BUSY_TIMEOUT_MS = 5000
"""How long SQLite waits for another process's write before it gives up, in milliseconds."""

WAIT_S = 10.0
"""How long an operation waits for a connection of this process before it is refused, in seconds."""

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
            self.line = self.writer
            self._turns = {self.writer: Turns(1), self.reader: Turns(4)}
        else:
            options = {"connect_timeout": 5, "options": "-c timezone=UTC -c standard_conforming_strings=on"}
            # What a refused statement was given (names, tokens) does not belong in a log.
            self.writer = create_engine(url, pool_size=4, max_overflow=8, connect_args=options, hide_parameters=True)
            self.reader = self.writer
            # Operations say BEGIN and COMMIT themselves, together with what they read and write, and prepare their own
            # statements: the driver must not, for it would throw away ours with its own after a rollback.
            self.line = create_engine(
                url,
                pool_size=pool_size,
                max_overflow=0,
                connect_args={**options, "prepare_threshold": None},
                isolation_level="AUTOCOMMIT",
                hide_parameters=True,
            )
            self._turns = {self.writer: Turns(12), self.line: Turns(pool_size)}
        self.dialect = self.line.dialect
        self._initialised = False

    def initialise(self) -> None:
        """Let SQLAlchemy learn what the server can do, once, before statements are compiled for it.

        Raises:
            QueueError: `database_unavailable`.
        """
        if not self._initialised:
            with self._connected(self.line):
                self._initialised = True

    def turns(self, engine: Engine) -> Turns:
        """Return who is next for a connection of `engine`."""
        return self._turns[engine]

    @contextmanager
    def _connected(self, engine: Engine) -> Iterator[Connection]:
        with _translated(), self._turns[engine].taken(WAIT_S), engine.connect() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a SQLAlchemy connection to read with.

        Raises:
            QueueError: `database_unavailable`.
        """
        with self._connected(self.reader) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a SQLAlchemy connection in a transaction that commits at the end: for administration, not the hot path.

        Raises:
            QueueError: `database_unavailable`.
        """
        with self._connected(self.writer) as connection, connection.begin():
            yield connection

    def scrub(self) -> bool:
        """Let what was erased be gone from the files as well: SQLite's log is emptied. Say whether that could be done now.

        On PostgreSQL it is the server's part (docs/privacy.md), and there is nothing to do.

        Raises:
            QueueError: `database_unavailable`.
        """
        if not self.is_sqlite:
            return True
        with self._connected(self.writer) as connection:
            driver: Any = connection.connection.driver_connection
            (busy, _, _) = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy

    def transaction(self) -> Transaction:
        """Open the short transaction of one operation."""
        self.initialise()
        return _SqliteTransaction(self) if self.is_sqlite else _PostgresTransaction(self)

    def beside(self, connection: Connection) -> Transaction:
        """Return the short transaction of an operation that runs inside the one of `writing()`, and is committed with it."""
        return _InsideTransaction(self, connection)

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
        for engine in {self.writer, self.reader, self.line}:
            engine.dispose()


class Transaction:
    """Reads, then writes with the commit: two trips to a PostgreSQL server."""

    def __init__(self, database: Database, *, reads: bool = False) -> None:
        """Take a connection of `database`; one that only reads where `reads` is set."""
        self.database = database
        self._reads = reads
        engine = database.reader if reads and database.is_sqlite else database.line
        # Given back by close(): the transaction's place among those who want a connection, then the connection.
        self._held = ExitStack()
        with _translated(), ExitStack() as held:
            held.enter_context(database.turns(engine).taken(WAIT_S))
            self._pooled = engine.raw_connection()
            held.callback(self._pooled.close)
            self._driver: Any = self._pooled.driver_connection
            self._held = held.pop_all()

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
        # An invalidated connection is gone already; the pool rolls any other one back when it is given back.
        self._held.close()

    def _compiled(self, prepared: Prepared) -> Compiled:
        return prepared.on(self.database.dialect)


class _SqliteTransaction(Transaction):
    _begun = False

    def read(self, steps: Sequence[Step]) -> list[list[Row]]:
        try:
            if not self._begun:
                # One snapshot for all reads. A writer's IMMEDIATE takes the write lock now: two of them can never
                # both read before one of them writes.
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
            super().close()


class _PostgresTransaction(Transaction):
    """Two messages for an operation: BEGIN with the lock and all reads, then all writes with COMMIT.

    Each statement is prepared once on its connection and run by EXECUTE, several in one message: neither the server plans
    it again nor does the driver wait between them. While the branch is locked there is one trip, not one a statement.
    """

    _read_once = False

    def read(self, steps: Sequence[Step]) -> list[list[Row]]:
        begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;" if self._reads else "BEGIN;"
        try:
            calls = [self._call(step) for step in steps]
            end = ";COMMIT" if self._reads else ""
            cursor = self._driver.execute(("" if self._read_once else begin) + ";".join(calls) + end)
            self._read_once = True
            return [self._rows(cursor, step) for step in steps]
        except psycopg.OperationalError as error:
            self._pooled.invalidate(error)
            if self._read_once:
                raise QueueError("database_unavailable") from error
            raise StaleConnection from error

    def _rows(self, cursor: Any, step: Step) -> list[Row]:
        # BEGIN has no columns. (Asking for the cursor's description would make an object of every column each time.)
        while cursor.pgresult.nfields == 0:
            cursor.nextset()
        row = self._compiled(step[0]).row
        assert row is not None
        rows = [row(values) for values in cursor.fetchall()]
        cursor.nextset()
        return rows

    def write_and_commit(self, steps: Sequence[tuple[Step, bool]]) -> None:
        try:
            calls = [self._call(step, exactly_one) for step, exactly_one in steps]
            self._driver.execute(";".join(calls) + ";COMMIT")
        except (psycopg.errors.UniqueViolation, psycopg.errors.DivisionByZero) as error:
            raise Guarded(str(error)) from error
        except psycopg.OperationalError as error:
            self._pooled.invalidate(error)
            raise QueueError("database_unavailable") from error

    def _call(self, step: Step, exactly_one: bool = False) -> str:
        """Return the EXECUTE of a statement, preparing it first where this connection does not know it yet."""
        prepared, parameters = step
        compiled = self._compiled(prepared)
        name = f"q{id(prepared)}{'g' if exactly_one else ''}"
        known = self._pooled.info.setdefault("prepared", set())
        if name not in known:
            self._driver.execute(f"PREPARE {name} AS {_numbered(compiled, exactly_one)}")
            known.add(name)
        values = compiled.bind(parameters)
        return f"EXECUTE {name}({','.join(map(_literal, values.values()))})" if values else f"EXECUTE {name}"


class _InsideTransaction(Transaction):
    """Reads and writes in a transaction that somebody else began, commits and closes."""

    def __init__(self, database: Database, connection: Connection) -> None:
        self.database = database
        self._driver = connection.connection.driver_connection

    def read(self, steps: Sequence[Step]) -> list[list[Row]]:
        results = []
        for prepared, parameters in steps:
            compiled = self._compiled(prepared)
            assert compiled.row is not None
            rows = self._driver.execute(compiled.sql, compiled.bind(parameters)).fetchall()
            results.append([compiled.row(row) for row in rows])
        return results

    def write_and_commit(self, steps: Sequence[tuple[Step, bool]]) -> None:
        try:
            for (prepared, parameters), exactly_one in steps:
                compiled = self._compiled(prepared)
                cursor = self._driver.execute(compiled.sql, compiled.bind(parameters))
                if exactly_one and cursor.rowcount != 1:
                    raise Guarded(compiled.sql)
        except (sqlite3.IntegrityError, psycopg.errors.UniqueViolation) as error:
            raise Guarded(str(error)) from error

    def close(self) -> None:
        """Do nothing: who began the transaction ends it."""


def _numbered(compiled: Compiled, exactly_one: bool) -> str:
    numbers = {name: f"${position}" for position, name in enumerate(compiled.names, start=1)}
    sql = compiled.sql % numbers
    if exactly_one and sql.startswith(("UPDATE", "DELETE")):
        # The commit is already on its way behind this statement, so the guard has to fail on the server: no row changed is
        # a division by zero there, which makes it skip everything that follows, the commit too.
        return f"WITH changed AS ({sql} RETURNING 1) SELECT 1 / count(*) FROM changed"
    return sql


def _literal(value: Any) -> str:
    """Return `value` as an SQL literal; the server's `standard_conforming_strings` is on, so only quotes need care."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if value >= 0 else f"({value})"
    if isinstance(value, psycopg.Binary):
        return f"'\\x{bytes(value.obj).hex()}'"
    text = json.dumps(value.obj) if isinstance(value, Json) else str(value)
    if "\0" in text:
        raise ValueError("a text with U+0000 cannot be stored")
    return "'" + text.replace("'", "''") + "'"


def _sqlite(url: str, *, pool_size: int, read_only: bool) -> Engine:
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        hide_parameters=True,
        connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000, "cached_statements": 512},
    )

    @event.listens_for(engine, "connect")
    def _connected(connection: DBAPIConnection, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
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
            # What is erased is written over, not only forgotten.
            "secure_delete=ON",
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
        # People are told that it is not ready; why, stands in the log.
        log.error("the database refused: %s", error)
        raise QueueError("database_unavailable") from error
