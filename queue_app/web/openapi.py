"""The OpenAPI document, made from the declarations of the paths themselves."""

from __future__ import annotations

import re
from typing import Any

from queue_app.domain.errors import CODES
from queue_app.errors import STATUS
from queue_app.web import schemas as s
from queue_app.web.operation import EVERYBODY, OPERATIONS, PATH_SCHEMAS, Operation

_PART = re.compile(r"<(?:\w+:)?(\w+)>")
ALWAYS = ("bad_request", "unknown_path", "body_too_large", "database_unavailable", "too_many_requests")
"""Codes that any path may answer."""


def document() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document."""
    paths: dict[str, Any] = {}
    for declared in OPERATIONS:
        path = _PART.sub(r"{\1}", declared.path)
        paths.setdefault(path, {})[declared.method.lower()] = _operation(declared)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Branch queue",
            "version": "1",
            "description": "Numbers, calls, boards and the record of a walk-in branch.",
        },
        "paths": paths,
        "components": {
            "schemas": {"Error": s.ERROR},
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(declared: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": re.sub(r"\W+", "_", f"{declared.method.lower()}_{declared.path}").strip("_"),
        "summary": declared.summary,
        "responses": {
            **{
                str(status): {"description": "Done.", "content": _content(schema)}
                for status, schema in declared.answers.items()
            },
            **_refusals(declared),
        },
    }
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": PATH_SCHEMAS[name]}
        for name in _PART.findall(declared.path)
    ]
    parameters += [{"name": name, "in": "query", "schema": schema} for name, schema in declared.query.items()]
    if parameters:
        described["parameters"] = parameters
    if declared.body is not None:
        described["requestBody"] = {"content": {"application/json": {"schema": declared.body}}}
    if declared.raw:
        binary = {"schema": {"type": "string", "format": "binary"}}
        described["requestBody"] = {"content": {media_type: binary for media_type in declared.raw}}
    if declared.scopes != EVERYBODY:
        described["security"] = [{"bearer": []}]
        described["description"] = f"Needs one of the scopes: {', '.join(sorted(declared.scopes))} (or one above it)."
    return described


def _content(schema: dict[str, Any]) -> dict[str, Any]:
    if "content" in schema:
        content: dict[str, Any] = schema["content"]
        return content
    return {"application/json": {"schema": schema}}


def _refusals(declared: Operation) -> dict[str, Any]:
    codes = [*ALWAYS, *declared.errors]
    if declared.scopes != EVERYBODY:
        codes += ["not_signed_in", "invalid_token", "not_allowed", "csrf_failed"]
    if declared.raw:
        codes.append("unsupported_media_type")
    if declared.body is not None:
        codes += ["malformed_json", "unsupported_media_type", "invalid_value"]
    if declared.query:
        codes.append("invalid_value")
    by_status: dict[int, list[str]] = {}
    for code in dict.fromkeys(codes):
        by_status.setdefault(STATUS[CODES[code]], []).append(code)
    refusal = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    return {
        str(status): {"description": f"Refused: {', '.join(names)}.", "content": refusal}
        for status, names in sorted(by_status.items())
    }
