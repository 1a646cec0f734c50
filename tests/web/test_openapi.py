"""The OpenAPI document is valid, describes every path, and what it says is what the server does."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import jsonschema_rs
import pytest
import schemathesis
from flask import Flask
from schemathesis.config import SchemathesisConfig

from queue_app.domain.errors import CODES
from queue_app.errors import STATUS
from queue_app.web.openapi import document as described_by_the_product
from queue_app.wiring import create_app  # noqa: F401 - draws in every door, whose paths the document is made from
from tests.factories import Brno
from tests.web.callers import Api

DESCRIBED = ("/api/", "/healthz", "/readyz", "/metrics")


@pytest.fixture
def database_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """SQLite alone: what is described does not depend on the database, and test_contract runs on both."""
    shutil.copy(migrated_sqlite, tmp_path / "queue.sqlite3")
    return f"sqlite:///{tmp_path / 'queue.sqlite3'}"


@pytest.fixture
def document(application: Flask, brno: Brno) -> dict[str, Any]:
    """The document as it is served."""
    answer = application.test_client().get("/api/v1/openapi.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    found: dict[str, Any] = answer.json
    return found


def test_every_path_and_method_is_described_and_nothing_else(application: Flask, document: dict[str, Any]) -> None:
    routes = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in application.url_map.iter_rules()
        if rule.rule.startswith(DESCRIBED)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    described = {(path, method) for path, methods in document["paths"].items() for method in methods}
    assert described == routes


def test_the_document_is_well_formed(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert document["info"].keys() >= {"title", "version"}
    operation_ids = []
    for path, methods in document["paths"].items():
        assert path.startswith("/")
        for method, operation in methods.items():
            operation_ids.append(operation["operationId"])
            assert operation["summary"] and operation["responses"], path
            in_path = {part["name"] for part in operation.get("parameters", ()) if part["in"] == "path"}
            assert in_path == set(re.findall(r"{(\w+)}", path))
            assert all(part.get("required") is True for part in operation.get("parameters", ()) if part["in"] == "path")
            assert ("requestBody" in operation) == (method in {"post", "put", "patch"})
            for schema in schemas_in(operation):
                assert jsonschema_rs.Draft202012Validator(resolved(schema, document))
                jsonschema_rs.meta.validate(schema)
    assert len(set(operation_ids)) == len(operation_ids)


def schemas_in(node: Any) -> Iterator[dict[str, Any]]:
    """Yield every schema of an operation."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name == "schema":
                yield value
            else:
                yield from schemas_in(value)
    elif isinstance(node, list):
        for value in node:
            yield from schemas_in(value)


def resolved(schema: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """Return `schema` with the components its references lead to."""
    return {**schema, "components": document["components"]}


def test_every_operation_says_who_may_and_which_codes_refuse(document: dict[str, Any]) -> None:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            for status, answer in operation["responses"].items():
                if not status.startswith("2"):
                    codes = re.findall(r"[a-z_]+", answer["description"].removeprefix("Refused: "))
                    assert codes and all(STATUS[CODES[code]] == int(status) for code in codes), (
                        path,
                        method,
                        status,
                    )
            if operation.get("security"):
                assert {"401", "403"} <= operation["responses"].keys(), path
            if method in {"post", "put", "patch"}:
                assert {"400", "413", "415", "422"} <= operation["responses"].keys(), path


# --- the server does what the document says, for whatever anybody sends ---------------------------

EXAMPLES = 20
"""Requests made up at random for each path, beside those at the edges of every value."""


made_up = schemathesis.openapi.from_dict(
    described_by_the_product(),
    config=SchemathesisConfig.from_dict(
        {
            "seed": 20260304,
            "generation": {"deterministic": True, "max-examples": EXAMPLES, "database": "none"},
            "checks": {
                # Whether a well-formed wish is granted depends on the branch: nobody may be waiting, a
                # made-up name is
                # unknown. These refusals are described, and the other checks hold them against their
                # description.
                "positive_data_acceptance": {"enabled": False},
            },
        }
    ),
)


@made_up.parametrize()
@hypothesis.settings(
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=EXAMPLES,
    suppress_health_check=list(hypothesis.HealthCheck),
)
def test_whatever_is_sent_the_answer_is_a_described_one(
    case: schemathesis.Case, application: Flask, brno: Brno, admin: Api
) -> None:
    # Made-up names would lead nowhere: well-formed ones are replaced by those of what there is.
    if case.meta is None or case.meta.generation.mode.is_positive:
        taken = brno.take()
        there_is = {"branch": "brno", "token": taken.token, "counter": brno.counters[0], "name": "waits"}
        there_is |= {"ticket": taken.ticket.id, "printer": brno.printer_id, "kiosk": 1}
        there_is |= {"service": "driving", "profile": "all", "screen": 1, "panel": 1}
        there_is |= {"template": "house", "person": brno.users["oskar"], "sign_in": 1}
        there_is |= {
            "job": 1,
            "schedule": 1,
            "message": 1,
            "bearer": 1,
            "webhook": 1,
            "delivery": 1,
            "table": "tickets",
        }
        for name in case.path_parameters or {}:
            case.path_parameters[name] = there_is[name]
        if isinstance(case.body, dict):
            if "service" in case.body and case.path.endswith("/tickets"):
                case.body["service"] = "ids"
            if "ticket" in case.body:
                case.body["ticket"] = taken.ticket.id
    case.operation.schema.app = case.operation.app = application
    case.call_and_validate(headers=admin.headers)
