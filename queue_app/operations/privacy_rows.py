"""Rows as they are handed to the person they are about."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from queue_app.domain.board import iso

_HIDDEN = frozenset({"token", "branch_id", "request_key"})
"""Columns that say nothing about a person, or let somebody act as the visitor."""


def rows(connection: Connection, table: Any, *where: Any, without: frozenset[str] = _HIDDEN) -> list[dict[str, Any]]:
    """Return rows of a table as JSON-able data, in the order of their keys."""
    columns = [column for column in table.__table__.columns if column.name not in without]
    found = connection.execute(select(*columns).where(*where).order_by(*table.__table__.primary_key.columns))
    return [{name: plain(value) for name, value in row._mapping.items()} for row in found]


def plain(value: Any) -> Any:
    """Return a cell as JSON has it."""
    if hasattr(value, "isoformat"):
        return iso(value) if hasattr(value, "hour") else value.isoformat()
    return value
