"""An application on both databases with branch Brno in it, and callers of every kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from queue_app import create_app
from queue_app.clock import SimulatedClock
from queue_app.config import Settings
from queue_app.operations.unit_of_work import Context
from tests.factories import Brno, create_brno
from tests.web.callers import Api, bearer


@pytest.fixture
def application(database_url: str, tmp_path: Path, clock: SimulatedClock) -> Iterator[Flask]:
    """The product, wired as ever, by the obedient clock; nothing runs beside the requests."""
    settings = Settings(
        data_dir=tmp_path,
        database_url=database_url,
        secret_key="signs cookies in tests",
        spooler=False,
        report_worker=False,
        database_pool=4,
    )
    app = create_app(settings, clock=clock)
    yield app
    app.extensions["queue_context"].database.dispose()


@pytest.fixture
def context(application: Flask) -> Context:
    """The application's own operations, so that what a test prepares is told to screens too."""
    found: Context = application.extensions["queue_context"]
    return found


@pytest.fixture
def brno(context: Context) -> Brno:
    """The branch every test knows."""
    return create_brno(context)


@pytest.fixture
def api_of(application: Flask, brno: Brno) -> Callable[..., Api]:
    """Make the API as somebody with these scopes calls it: `api_of("kiosk", branch="brno")`, `api_of()`."""

    def make(*scopes: str, branch: str | None = None) -> Api:
        return Api(application, bearer(brno.context, *scopes, branch=branch) if scopes else None)

    return make


@pytest.fixture
def admin(api_of: Callable[..., Api]) -> Api:
    """The API as a program that administrates calls it."""
    return api_of("admin")


@pytest.fixture
def visitor(api_of: Callable[..., Api]) -> Api:
    """The API as anybody calls it, who has no token at all."""
    return api_of()
