"""The page of the API: its OpenAPI document as people read it. Nothing of it comes from another host."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from flask import Blueprint, g, render_template, request

from queue_app.i18n import LANGUAGES, negotiate
from queue_app.web.openapi import document
from queue_app.web.schema_outline import outline

api_page = Blueprint("api_page", __name__)


@api_page.get("/api")
def show() -> Any:
    """Show every path of the API: what it does, who may, what it takes, what it answers, why it refuses."""
    g.language = negotiate(request.args.get("lang") or request.headers.get("Accept-Language"), LANGUAGES)
    return render_template("api_page.html", language=g.language, groups=groups())


@cache
def groups() -> tuple[tuple[str, tuple[dict[str, Any], ...]], ...]:
    """Return the paths by what they are about; the document does not change while the process lives."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            found.setdefault(_group(path), []).append(_told(path, method, operation))
    return tuple((name, tuple(found[name])) for name in sorted(found))


def _group(path: str) -> str:
    plain = [part for part in path.removeprefix("/api/v1").split("/") if part and not part.startswith("{")]
    if not path.startswith("/api/v1"):
        return "health"
    return plain[1] if plain[0] == "branches" and len(plain) > 1 else plain[0]


def _told(path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    scopes = re.search(r"scopes: (.*?) \(or", operation.get("description", ""))
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": operation["summary"],
        "scopes": scopes.group(1).split(", ") if scopes else [],
        "parameters": [
            {
                "name": each["name"],
                "place": each["in"],
                "needed": bool(each.get("required")),
                "kind": outline(each["schema"]),
                "meaning": each["schema"].get("description", ""),
            }
            for each in operation.get("parameters", ())
        ],
        "bodies": _contents(operation.get("requestBody", {})),
        "answers": [
            {"status": status, "contents": _contents(answer)}
            for status, answer in operation["responses"].items()
            if status.startswith("2")
        ],
        "refusals": [
            {"status": status, "codes": answer["description"].removeprefix("Refused: ").rstrip(".").split(", ")}
            for status, answer in operation["responses"].items()
            if not status.startswith("2")
        ],
    }


def _contents(described: dict[str, Any]) -> list[dict[str, str]]:
    return [
        {"kind": kind, "shape": outline(content.get("schema", {})) if kind == "application/json" else ""}
        for kind, content in described.get("content", {}).items()
    ]
