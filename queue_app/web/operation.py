"""One declaration for each path of the API: it makes the route, the checks, and the page of the OpenAPI document."""

from __future__ import annotations

import json
from collections.abc import Callable, Set
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import jsonschema_rs
from flask import Blueprint, Response, current_app, request

from queue_app.access import Caller, caller, check_csrf
from queue_app.domain.errors import QueueError, problem
from queue_app.domain.reading import wrong, wrong_because
from queue_app.i18n import LANGUAGES, negotiate
from queue_app.operations.acting import act_as
from queue_app.operations.delivery import Lobbies
from queue_app.operations.forecasting import Forecasts
from queue_app.operations.unit_of_work import Actor, Context
from queue_app.web.schema_problems import schema_problem, unspecific

Schema = dict[str, Any]
EVERYBODY: frozenset[str] = frozenset()
"""Scopes of a path that needs no sign-in: what it shows is guarded by an unguessable token in the path, or is public."""

MAX_INTEGER = 2**53 - 1

NOBODY = Actor("nobody", "nobody")
"""Who acts on a public path."""


@dataclass(frozen=True)
class Operation:
    """One path and method."""

    method: str
    path: str
    summary: str
    scopes: frozenset[str]
    answers: dict[int, Schema]
    errors: tuple[str, ...]
    body: Schema | None = None
    query: dict[str, Schema] = field(default_factory=dict)
    raw: tuple[str, ...] = ()


OPERATIONS: list[Operation] = []

PATH_SCHEMAS: dict[str, Schema] = {
    "branch": {"type": "string", "pattern": "^[a-z0-9-]{1,64}$", "description": "Slug of the branch."},
    "token": {
        "type": "string",
        "pattern": "^[A-Za-z0-9_-]{8,64}$",
        "description": "The ticket's unguessable token.",
    },
    "counter": {"type": "integer", "minimum": 1, "maximum": 2**31 - 1, "description": "Id of the counter."},
    "printer": {"type": "integer", "minimum": 1, "maximum": MAX_INTEGER, "description": "Id of the printer."},
    "screen": {"type": "integer", "minimum": 1, "maximum": MAX_INTEGER, "description": "Id of the lobby screen."},
    "kiosk": {"type": "integer", "minimum": 1, "maximum": MAX_INTEGER, "description": "Id of the kiosk."},
    "panel": {"type": "integer", "minimum": 1, "maximum": MAX_INTEGER, "description": "Id of the counter panel."},
    "ticket": {"type": "integer", "minimum": 1, "maximum": MAX_INTEGER, "description": "Id of the ticket."},
    "table": {"type": "string", "pattern": "^[a-z]{1,40}$", "description": "`tickets` or `events`."},
    "job": {
        "type": "integer",
        "minimum": 1,
        "maximum": MAX_INTEGER,
        "description": "Id of the report that is made as a file.",
    },
    "schedule": {
        "type": "integer",
        "minimum": 1,
        "maximum": MAX_INTEGER,
        "description": "Id of the report that is sent by itself.",
    },
    "message": {
        "type": "integer",
        "minimum": 1,
        "maximum": MAX_INTEGER,
        "description": "Id of the e-mail or call of a web address.",
    },
    "bearer": {"type": "integer", "minimum": 1, "maximum": MAX_INTEGER, "description": "Id of the bearer token."},
    "webhook": {"type": "integer", "minimum": 1, "maximum": MAX_INTEGER, "description": "Id of the webhook."},
    "delivery": {
        "type": "integer",
        "minimum": 1,
        "maximum": MAX_INTEGER,
        "description": "Id of one event on its way to one web address.",
    },
    "name": {"type": "string", "pattern": "^[a-z-]{1,40}$", "description": "Name of the report."},
    "person": {"type": "integer", "minimum": 1, "maximum": MAX_INTEGER, "description": "Id of the person."},
    "sign_in": {
        "type": "integer",
        "minimum": 1,
        "maximum": MAX_INTEGER,
        "description": "Id of what one browser was signed in by.",
    },
    "service": {"type": "string", "pattern": "^[A-Za-z0-9-]{1,64}$", "description": "Slug of the service."},
    "template": {"type": "string", "pattern": "^[a-z0-9-]{1,64}$", "description": "Slug of the template."},
    "profile": {"type": "string", "minLength": 1, "maxLength": 100, "description": "Name of the work profile."},
}


def context() -> Context:
    """Return the running application's operations context."""
    found: Context = current_app.extensions["queue_context"]
    return found


def forecasts() -> Forecasts:
    """Return the running application's forecasts."""
    found: Forecasts = current_app.extensions["queue_forecasts"]
    return found


def lobbies() -> Lobbies:
    """Return who listens in each branch, as the running application knows it."""
    found: Lobbies = current_app.extensions["queue_lobbies"]
    return found


def public_url() -> str:
    """Return the address that visitors' phones reach: the setting, or where this request came in."""
    set_url: str = current_app.extensions["queue_settings"].public_url
    return (set_url or request.host_url).rstrip("/")


def language_of(who: Caller) -> str:
    """Return the language in which the caller is told things."""
    if who.language:
        return who.language
    return negotiate(request.headers.get("Accept-Language"), LANGUAGES)


def moment(text: str, field: str) -> datetime:
    """Return the aware moment that a body's `field` says.

    Raises:
        QueueError: `invalid_value`.
    """
    with suppress(ValueError):
        found = datetime.fromisoformat(text)
        if found.tzinfo is not None and 2000 <= found.year < 3000:
            return found.astimezone(UTC)
    raise wrong(field, "a moment like 2026-11-22T10:20:00Z is needed")


def reply(document: Any, status: int = 200) -> Response:
    """Return `document` as compact JSON."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status, mimetype="application/json")


def operation(
    blueprint: Blueprint,
    method: str,
    path: str,
    *,
    summary: str,
    scopes: frozenset[str],
    answers: dict[int, Schema],
    errors: tuple[str, ...] = (),
    body: Schema | None = None,
    query: dict[str, Schema] | None = None,
    raw: tuple[str, ...] = (),
    max_bytes: int | None = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare one path of the API.

    The decorated function is called with the recognised caller (None on a public path), the checked body, the checked
    query, and the path's parts, and returns a document, a document with a status, or a response.

    Args:
        blueprint: whose route it is.
        method, path: Flask's; the path below the blueprint's prefix.
        summary: one sentence for the OpenAPI document.
        scopes: one of these is needed somewhere; the function checks it for the branch.
        answers: schema of each good status.
        errors: codes that it may refuse with, beside those every path may.
        body: JSON schema of the request's body; a missing body counts as `{}`.
        query: JSON schema of each query parameter.
        raw: media types of a body that is no JSON, which the function reads itself.
        max_bytes: the largest body, where that is another than everywhere.
    """
    declared = Operation(
        method, f"{blueprint.url_prefix or ''}{path}", summary, scopes, answers, errors, body, query or {}, raw
    )
    OPERATIONS.append(declared)
    validator = jsonschema_rs.Draft202012Validator(body) if body is not None else None
    # What is written only is personal or secret: a refusal does not repeat it, for refusals are shown, kept and passed on.
    private = {name for name, schema in (body or {}).get("properties", {}).items() if schema.get("writeOnly")}
    query_validators = {name: jsonschema_rs.Draft202012Validator(schema) for name, schema in declared.query.items()}

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        def route(**parts: Any) -> Response:
            who = _let_in(declared)
            act_as(Actor(who.key, who.name, who.user_id) if who is not None else NOBODY)
            if max_bytes is not None:
                request.max_content_length = max_bytes
            if raw and _has_body() and request.mimetype not in raw:
                raise QueueError("unsupported_media_type")
            checked_body = _body(validator, body, private) if validator is not None and body is not None else None
            checked_query = {
                name: _query(name, query_validators[name], schema) for name, schema in declared.query.items()
            }
            result = view(who, checked_body, checked_query, **parts)
            if isinstance(result, Response):
                return result
            return reply(*result) if isinstance(result, tuple) else reply(result)

        blueprint.add_url_rule(path, f"{method} {path}".replace(".", " "), route, methods=[method])
        return view

    return decorate


def _let_in(declared: Operation) -> Caller | None:
    if not declared.scopes:
        return None
    who = caller()
    if who is None:
        raise QueueError("not_signed_in")
    if not who.unlimited:
        current_app.extensions["queue_api_limit"].spend(who.key)
    if who.by_cookie and declared.method != "GET":
        check_csrf()
    if not who.has_any(declared.scopes):
        raise who.refused()
    return who


def _has_body() -> bool:
    # Some clients leave the length of nothing out; only a body in chunks has none either.
    return bool(request.content_length or request.headers.get("Transfer-Encoding"))


def _body(validator: Any, schema: Schema, private: Set[str]) -> Any:
    raw = request.get_data(cache=False)
    if not raw:
        document: Any = {}
    else:
        if request.mimetype not in {"application/json", "application/x-json"}:
            raise QueueError("unsupported_media_type")
        try:
            # Decoded here: left to itself, json would also take UTF-16 and bytes that are no text at all.
            document = json.loads(raw.decode("utf-8"), parse_constant=_no_constant)
        except (ValueError, RecursionError):
            raise QueueError("malformed_json") from None
    try:
        error = next(validator.iter_errors(document), None)
    except ValueError:
        # Nested deeper than the validator goes, or with a lone surrogate in a name.
        raise QueueError("malformed_json") from None
    if error is not None:
        path = list(map(str, error.instance_path))
        hidden = path and path[0] in private
        raise wrong_because("/".join(path), unspecific() if hidden else schema_problem(error, schema))
    _check_text(document)
    # To JSON 5.0 is a whole number like 5; to a database, and in an earlier answer's key, it is not.
    return {name: int(value) if isinstance(value, float) else value for name, value in document.items()}


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _check_text(document: Any) -> None:
    # JSON allows a lone surrogate and U+0000 in a text; databases do not.
    parts = [*document, *document.values()] if isinstance(document, dict) else document
    for part in parts:
        if isinstance(part, dict | list):
            _check_text(part)
        elif isinstance(part, str) and ("\0" in part or any("\ud800" <= letter <= "\udfff" for letter in part)):
            raise QueueError("invalid_value", problem=problem("the text holds a character that cannot be stored"))


def _query(name: str, validator: Any, schema: Schema) -> Any:
    values = request.args.getlist(name)
    if not values:
        return schema.get("default")
    value: Any = values[-1]
    if schema.get("type") == "integer":
        # Digits only: int() alone would also take "1_000", " 7" and "+7". More digits than it turns into a number are
        # refused below, as any text is.
        with suppress(ValueError):
            value = int(value) if value.isascii() and value.removeprefix("-").isdigit() else value
    error = next(validator.iter_errors(value), None)
    if error is not None:
        raise wrong_because(name, schema_problem(error, schema))
    return value
