"""Millions of rows as the driver gives them: for exports, where making an object of each row would cost more than reading it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import islice
from typing import Any

import psycopg
from psycopg import capabilities
from sqlalchemy import BigInteger, ColumnElement, Select, String, cast, func, type_coerce

from queue_app.domain.errors import QueueError
from queue_app.store.prepared import Prepared
from queue_app.store.session import Database

ROWS_AT_ONCE = 1000

Values = tuple[Any, ...]


def chunks(database: Database, statement: Select[Any]) -> Iterator[list[Values]]:
    """Yield the rows of a statement, a thousand at once; only so many are in memory.

    Moments and days have to be selected by `microseconds_of` and `day_of`, for nothing is converted here.

    Raises:
        QueueError: `database_unavailable`.
    """
    database.initialise()
    compiled = Prepared(statement).on(database.dialect)
    parameters = compiled.bind({})
    with database.reading() as connection:
        driver: Any = connection.connection.driver_connection
        cursor = driver.cursor()
        try:
            if database.is_sqlite:
                rows = iter(cursor.execute(compiled.sql, parameters))
            else:
                # The server goes on sending while the rows it has sent are written.
                size = ROWS_AT_ONCE if capabilities.has_stream_chunked() else 1
                rows = cursor.stream(compiled.sql, parameters, binary=True, size=size)
            while chunk := list(islice(rows, ROWS_AT_ONCE)):
                yield chunk
        except (sqlite3.OperationalError, psycopg.OperationalError) as error:
            raise QueueError("database_unavailable") from error
        finally:
            cursor.close()


def microseconds_of(database: Database, column: ColumnElement[Any]) -> ColumnElement[int]:
    """Select a moment as whole microseconds since 1970 UTC."""
    name = f"{column.key}_microseconds"
    if database.is_sqlite:
        return type_coerce(column, BigInteger).label(name)
    return cast(func.date_part("epoch", column) * 1_000_000, BigInteger).label(name)


def day_of(database: Database, column: ColumnElement[Any]) -> ColumnElement[str]:
    """Select a date as ISO text."""
    return (type_coerce(column, String) if database.is_sqlite else func.to_char(column, "YYYY-MM-DD")).label("day")
