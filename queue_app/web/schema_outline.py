"""Writes a JSON schema as people read it: the shape of the JSON itself, with what may stand in each place."""

from __future__ import annotations

from typing import Any

INDENT = "  "
MOST_DEEP = 6

_NAMES = {"string": "text", "integer": "whole number", "boolean": "true or false", "number": "number", "null": "null"}


def outline(schema: dict[str, Any], deep: int = 0) -> str:
    """Return the schema as lines of text.

    Args:
        schema: JSON schema; of its keywords those that the API's schemas use are told.
        deep: how far it stands within others.
    """
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " or ".join(outline(each, deep) for each in schema["anyOf"])
    if "enum" in schema:
        return " or ".join(_value(each) for each in schema["enum"])
    if "const" in schema:
        return _value(schema["const"])
    kinds = schema.get("type", "anything")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return " or ".join(_of_kind(kind, schema, deep) for kind in kinds)


def _value(value: Any) -> str:
    return "null" if value is None else f'"{value}"' if isinstance(value, str) else str(value).lower()


def _of_kind(kind: str, schema: dict[str, Any], deep: int) -> str:
    if kind == "object":
        return _object(schema, deep)
    if kind == "array":
        return f"[{outline(schema.get('items', {}), deep)}, …]"
    return _NAMES.get(kind, kind) + _limits(kind, schema)


def _limits(kind: str, schema: dict[str, Any]) -> str:
    if kind == "string":
        if "format" in schema:
            return {"date-time": " (moment)", "date": " (day)"}.get(schema["format"], f" ({schema['format']})")
        return f" (at most {schema['maxLength']} characters)" if "maxLength" in schema else ""
    if kind in {"integer", "number"} and schema.get("maximum", 2**31) < 2**31 - 1:
        return f" ({schema.get('minimum', '…')} to {schema['maximum']})"
    return f" (from {schema['minimum']})" if kind in {"integer", "number"} and "minimum" in schema else ""


def _object(schema: dict[str, Any], deep: int) -> str:
    properties = schema.get("properties", {})
    if not properties:
        of = schema.get("additionalProperties")
        return f'{{"…": {outline(of, deep)}, …}}' if isinstance(of, dict) and of else "{…}"
    if deep >= MOST_DEEP:
        return "{…}"
    needed = set(schema.get("required", ()))
    lines = []
    for name, each in properties.items():
        meaning = f"   — {each['description']}" if each.get("description") else ""
        may = "" if name in needed else "?"
        lines.append(f'{INDENT * (deep + 1)}"{name}"{may}: {outline(each, deep + 1)}{meaning}')
    return "{\n" + "\n".join(lines) + f"\n{INDENT * deep}}}"
