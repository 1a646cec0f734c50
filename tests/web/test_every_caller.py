"""Whatever anybody sends to any path of the API, with any right: a described answer, and no change by what was refused."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import schemathesis
from flask import Flask
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode

from queue_app import create_app
from queue_app.clock import SimulatedClock
from queue_app.config import Settings
from queue_app.operations.setup import SCOPES
from queue_app.operations.unit_of_work import Context
from queue_app.web.openapi import document as described_by_the_product
from queue_app.wiring import create_app as _draws_in_every_door  # noqa: F401
from tests.conftest import MORNING
from tests.factories import Brno, create_brno
from tests.web.callers import bearer
from tests.web.states import WholeState

EXAMPLES = 3
"""Requests made up for each path and each caller; test_openapi makes up more, as an administrator."""

NOBODY = "nobody"
CALLERS = (*SCOPES, NOBODY)

SEED = 20260407

NO_TRACE = ("Traceback", 'File "', "sqlalchemy", "sqlite3.", "queue_app/")


class House:
    """One application for all tests of this module: they make up requests by the thousand, and each may change something."""

    def __init__(self, folder: Path) -> None:
        """Set up the branch that every test knows."""
        settings = Settings(data_dir=folder, secret_key="signs", spooler=False, report_worker=False, api_burst=10**9)
        self.app: Flask = create_app(settings, clock=SimulatedClock(MORNING))
        context: Context = self.app.extensions["queue_context"]
        self.brno: Brno = create_brno(context)
        self.tokens = {scope: bearer(context, scope, branch="brno") for scope in SCOPES}
        self.state = WholeState(folder / "queue.sqlite3")
        taken = self.brno.take()
        self.there_is: dict[str, Any] = {
            "branch": "brno", "token": taken.token, "counter": self.brno.counters[0], "name": "waits", "table": "tickets",
            "ticket": taken.ticket.id, "printer": self.brno.printer_id, "service": "driving", "profile": "all",
        }  # fmt: skip

    def close(self) -> None:
        """Give everything back."""
        self.state.close()
        self.app.extensions["queue_context"].database.dispose()


@pytest.fixture(scope="module")
def house(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The one of this module."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copy(migrated_sqlite, folder / "queue.sqlite3")
    found = House(folder)
    yield found
    found.close()


made_up = schemathesis.openapi.from_dict(
    described_by_the_product(),
    config=SchemathesisConfig.from_dict(
        {
            "seed": SEED,
            "generation": {"deterministic": True, "max-examples": EXAMPLES, "database": "none"},
            "phases": {"coverage": {"enabled": False}, "examples": {"enabled": False}},
            "checks": {"positive_data_acceptance": {"enabled": False}, "negative_data_rejection": {"enabled": False}},
        }
    ),
)


@made_up.parametrize()
@hypothesis.settings(
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=EXAMPLES,
    phases=[hypothesis.Phase.generate],
    suppress_health_check=list(hypothesis.HealthCheck),
)
def test_every_caller_gets_a_described_answer_and_a_refusal_changes_nothing(
    case: schemathesis.Case, house: House
) -> None:
    if case.meta is None or case.meta.generation.mode == GenerationMode.POSITIVE:
        for name in case.path_parameters or {}:
            case.path_parameters[name] = house.there_is.get(name, 1)
    case.operation.schema.app = case.operation.app = house.app
    for caller in CALLERS:
        before = house.state.rows()
        headers = {"Authorization": f"Bearer {house.tokens[caller]}"} if caller != NOBODY else {}
        answer = case.call(headers=headers)
        told = f"{caller}: {case.method} {case.formatted_path} → {answer.status_code}"
        assert answer.status_code < 500 or answer.status_code == 503, told
        text = answer.content.decode("utf-8", "replace")
        if answer.headers.get("content-type", [""])[0].startswith(("application/json", "text/html")):
            assert not any(trace in text for trace in NO_TRACE), told
        if answer.status_code >= 400:
            assert house.state.rows() == before, f"{told}: a refusal changed something"
        if case.operation.responses.find_by_status_code(answer.status_code) is not None:
            case.validate_response(answer, checks=[schemathesis.checks.response_schema_conformance])
        else:
            assert answer.status_code in {404, 405}, f"{told}: not described"
