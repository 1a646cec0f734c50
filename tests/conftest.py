"""Fixtures for all rooms: both databases, the cast of branch Brno, a clock that obeys, an application, real servers."""

from __future__ import annotations

import dataclasses
import gc
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from werkzeug.routing import Rule

from queue_app.clock import SimulatedClock
from queue_app.config import Settings
from queue_app.operations import sign_ins
from queue_app.operations.unit_of_work import Context
from queue_app.store.migrate import migrate
from queue_app.store.session import Database
from tests.factories import Brno, create_brno
from tests.servers import PostgresServer, QueueServer, RedisServer

# What is imported and collected, half a million objects, lives to the end. Looked through again and again for garbage it was a
# third of the time of the tests that need no other process.
gc.disable()


def pytest_collection_finish() -> None:
    """Look for garbage again from here on, but only in what the tests make."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()


# Each of some hundred routes is compiled anew for each application, and nearly each test makes one: half of what a test of a
# page costs. What is compiled depends on the route's text alone, and takes the rule as an argument.
_compile_builder = Rule._compile_builder
_compiled: dict[tuple[str, str, str, bool], Any] = {}


def _compile_builder_once(rule: Rule, append_unknown: bool = True) -> Any:
    key = (rule.rule, repr(rule.defaults), repr((rule.host, rule.subdomain)), append_unknown)
    if key not in _compiled:
        _compiled[key] = _compile_builder(rule, append_unknown)
    return _compiled[key]


Rule._compile_builder = _compile_builder_once  # type: ignore[method-assign]

MORNING = datetime(2026, 3, 4, 8, 0, tzinfo=UTC)
"""A Wednesday, 9:00 in Brno."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give every test a name of its own: of tests with the same name, the workers would silently run only one."""
    for item in items:
        if getattr(item, "operation_label", None) is not None:
            # Made by schemathesis, whose names of paths this release of pytest leaves out of the identifier.
            item._id = dataclasses.replace(item.id, params=item.name.partition("[")[2].removesuffix("]"))
    names = [item.nodeid for item in items]
    twice = {name for name in names if names.count(name) > 1} if len(set(names)) < len(names) else set()
    if twice:
        raise pytest.UsageError(f"more than one test is called {sorted(twice)[0]}")


@pytest.fixture(autouse=True, scope="session")
def quick_passwords() -> Iterator[None]:
    """Hash passwords with little work: thousands of tests make four people each, none of whom is attacked."""
    with pytest.MonkeyPatch.context() as patch:
        # That the name is there is checked by the patch: one that had moved was once most of the tests' time.
        patch.setattr(sign_ins, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL cluster with a migrated template database."""
    server = PostgresServer(durable=False)
    try:
        database = Database(Settings(database_url=server.url("template_queue")).url)
        migrate(database)
        database.dispose()
        yield server
    finally:
        server.close()


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """A Redis server."""
    server = RedisServer()
    yield server
    server.close()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "queue.sqlite3"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    with database.writer.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty, migrated database; every test that uses it runs on both kinds."""
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        address = server.lend()
        yield Settings(database_url=address).url
        server.put_back(address)
    else:
        shutil.copy(request.getfixturevalue("migrated_sqlite"), tmp_path / "queue.sqlite3")
        yield f"sqlite:///{tmp_path / 'queue.sqlite3'}"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A connected database."""
    database = Database(database_url)
    yield database
    database.dispose()


@pytest.fixture
def clock() -> SimulatedClock:
    """A clock that stands at nine in the morning until it is moved."""
    return SimulatedClock(MORNING)


@pytest.fixture
def context(database: Database, clock: SimulatedClock) -> Context:
    """Operations on a fresh database, by the obedient clock."""
    return Context(database, clock)


@pytest.fixture
def brno(context: Context) -> Brno:
    """The branch every test knows: see `tests/factories.py`."""
    return create_brno(context)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[QueueServer]:
    """The product under gunicorn with SQLite and the demo branch, for one test."""
    with QueueServer(tmp_path) as server:
        yield server


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QueueServer]:
    """The same for all tests of a module that do not mind each other."""
    with QueueServer(tmp_path_factory.mktemp("server")) as server:
        yield server
