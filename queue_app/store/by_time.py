"""Finds where a moment lies in a table that only grows: rows were written in the order of time, so no index on time is needed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select


def first_at(
    connection: Connection, key: ColumnElement[int], at: ColumnElement[datetime], moment: datetime, where: Sequence[Any]
) -> int:
    """Return a key such that every row with `at` of at least `moment` has it or a higher one, by some twenty looks.

    Args:
        connection: to read with.
        key: a whole number that grows with each row.
        at: when the row was written.
        moment: aware.
        where: conditions of the rows, such as their branch.
    """
    # Asked for in one, SQLite would go through all rows.
    low, high = (connection.execute(select(end(key)).where(*where)).scalar_one() for end in (func.min, func.max))
    if low is None:
        return 0
    high += 1
    while low < high:
        middle = (low + high) // 2
        row = connection.execute(select(key, at).where(*where, key >= middle).order_by(key).limit(1)).first()
        if row is None or row[1] >= moment:
            high = middle
        else:
            low = row[0] + 1
    return int(low)
