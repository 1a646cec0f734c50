"""Copies of a database: taken while it is written to, and made into a database again."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy import make_url

Counts = dict[str, dict[str, int]]
"""By the slug of a branch: its revision, its tickets, its events."""

_COUNTS: str = (
    "SELECT b.slug, s.revision, (SELECT count(*) FROM ticket t WHERE t.branch_id = b.id),"
    " (SELECT count(*) FROM ticket_event e WHERE e.branch_id = b.id)"
    " FROM branch b JOIN branch_state s ON s.branch_id = b.id ORDER BY b.slug"
)
_MIGRATION: str = "SELECT version_num FROM alembic_version"
SCRATCH = "_scratch_"


class CannotCopy(Exception):
    """A database cannot be copied or made; the text says why and what to do."""


@dataclass(frozen=True)
class Copy:
    """What was copied: the migration that the database stands at, and what it holds, both of the moment of the copy."""

    migration: str
    counts: Counts
    server: str


def copy_sqlite(url: str, target: Path) -> Copy:
    """Copy the SQLite database of `url` into the file `target`, as it stands at one moment.

    In WAL mode a reader holds up no writer: the whole copy is one read, and commits go on beside it.

    Raises:
        CannotCopy: there is none, or it cannot be read or written.
    """
    source_path = sqlite_path(url)
    if not source_path.exists():
        raise CannotCopy(f"there is no database at {source_path}: is QUEUE_DATA_DIR right?")
    try:
        with closing(sqlite3.connect(source_path, timeout=10)) as source, closing(sqlite3.connect(target)) as copy:
            source.execute("PRAGMA query_only=ON")
            copy.execute("PRAGMA synchronous=OFF")
            # All pages in one step: in smaller ones every commit in between would make it begin again.
            source.backup(copy, pages=-1)
            copy.execute("PRAGMA journal_mode=DELETE")
            return _facts(lambda text: copy.execute(text).fetchall(), f"SQLite {sqlite3.sqlite_version}")
    except sqlite3.Error as error:
        raise CannotCopy(f"the database could not be copied: {error}") from error


def copy_postgres(url: str, target: Path) -> Copy:
    """Copy the PostgreSQL database of `url` into the file `target` by `pg_dump`, in its custom format.

    The dump and the counts are of one snapshot.

    Raises:
        CannotCopy: `pg_dump` is not there, is older than the server, or fails.
    """
    conninfo = conninfo_of(url)
    try:
        with psycopg.connect(conninfo) as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            major = connection.info.server_version // 10000
            program = _program("pg_dump", major)
            snapshot = connection.execute("SELECT pg_export_snapshot()").fetchone()
            assert snapshot is not None
            facts = _facts(lambda text: connection.execute(text).fetchall(), f"PostgreSQL {major}")
            _run([program, "--format=custom", f"--snapshot={snapshot[0]}", f"--file={target}"], conninfo)
            return facts
    except psycopg.Error as error:
        raise CannotCopy(f"the database could not be copied: {error}") from error


def _facts(ask: Callable[[str], list[Any]], server: str) -> Copy:
    counts = {
        slug: {"revision": revision, "tickets": tickets, "events": events}
        for slug, revision, tickets, events in ask(_COUNTS)
    }
    return Copy(str(ask(_MIGRATION)[0][0]), counts, server)


def load_postgres(dump: Path, url: str) -> None:
    """Fill the empty database of `url` from a dump.

    Raises:
        CannotCopy: `pg_restore` is not there, is too old, or fails.
    """
    conninfo = conninfo_of(url)
    with psycopg.connect(conninfo) as connection:
        major = connection.info.server_version // 10000
    program = _program("pg_restore", major)
    name = str(conninfo_to_dict(conninfo)["dbname"])
    options = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
    _run([program, *options, f"--dbname={name}", str(dump)], conninfo)


@contextmanager
def scratch_postgres(url: str) -> Iterator[str]:
    """Give the address of a new, empty database beside that of `url`; it is dropped at the end, unless it was renamed.

    Those that a killed process left behind are dropped first: whoever uses one keeps a connection to it.

    Raises:
        CannotCopy: the role may not make databases.
    """
    conninfo = conninfo_of(url)
    own = str(conninfo_to_dict(conninfo)["dbname"])
    name = f"{own[:40]}{SCRATCH}{secrets.token_hex(4)}"
    try:
        # Not within the database itself, which a restore renames.
        with psycopg.connect(make_conninfo(conninfo, dbname="postgres"), autocommit=True) as admin:
            _drop_left_behind(admin, f"{own[:40]}{SCRATCH}")
            admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(name)))
            address = make_url(url).set(database=name).render_as_string(hide_password=False)
            try:
                with psycopg.connect(make_conninfo(conninfo, dbname=name), autocommit=True):
                    yield address
            finally:
                admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
    except psycopg.errors.InsufficientPrivilege as error:
        raise CannotCopy(
            "the role of QUEUE_DATABASE_URL may not make a database to try the copy in: ALTER ROLE … CREATEDB, or --no-verify"
        ) from error
    except psycopg.Error as error:
        raise CannotCopy(f"PostgreSQL refused: {error}") from error


def _drop_left_behind(admin: psycopg.Connection[Any], beginning: str) -> None:
    rows = admin.execute(
        "SELECT datname FROM pg_database d WHERE starts_with(datname, %s)"
        " AND NOT EXISTS (SELECT 1 FROM pg_stat_activity a WHERE a.datid = d.oid)",
        [beginning],
    )
    for (name,) in rows.fetchall():
        if re.fullmatch(r"[0-9a-f]{8}", name.removeprefix(beginning)):
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


def sqlite_path(url: str) -> Path:
    """Return the file of an SQLite address."""
    return Path(make_url(url).database or "")


def conninfo_of(url: str) -> str:
    """Return a PostgreSQL address as libpq takes it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _environment(conninfo: str) -> dict[str, str]:
    """Return libpq's variables for an address: unlike arguments, nobody else of the machine can read them."""
    given: Mapping[str, Any] = conninfo_to_dict(conninfo)
    variables = {default.keyword.decode(): default.envvar for default in psycopg.pq.Conninfo.get_defaults()}
    found = {}
    for keyword, value in given.items():
        variable = variables.get(keyword)
        if variable is None:
            raise CannotCopy(f"QUEUE_DATABASE_URL says {keyword}, which pg_dump cannot be told")
        found[variable.decode()] = str(value)
    return found


def _program(name: str, server_major: int) -> str:
    """Return where the newest of PostgreSQL's programs of that name is.

    Raises:
        CannotCopy: there is none, or it is older than the server.
    """
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    found = str(places[-1]) if places else shutil.which(name)
    if found is None:
        raise CannotCopy(f"{name} is not installed: apt-get install postgresql-client")
    said = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout
    version = re.search(r"(\d+)", said)
    if version is None or int(version[1]) < server_major:
        raise CannotCopy(
            f"{said.strip()} is older than the server ({server_major}): install postgresql-client-{server_major}"
        )
    return found


def _run(command: list[str], conninfo: str) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "QUEUE_"))}
    done = subprocess.run(command, env=environment | _environment(conninfo), capture_output=True, text=True)
    if done.returncode:
        raise CannotCopy(f"{Path(command[0]).name}: {done.stderr.strip()[-600:]}")
