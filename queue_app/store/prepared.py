"""Statements of the hot path: written with SQLAlchemy, compiled once for each database, run on the driver itself.

Why: per ticket, SQLAlchemy's execution layer costs several times what SQLite needs for the work (docs/benchmarks.md).
The statement, its types and its dialect stay SQLAlchemy's; only the walk through its execution layer is left out.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Delete, Dialect, Insert, Select, Table, Update, bindparam, insert, update
from sqlalchemy.sql.elements import ColumnElement

Row = Any
"""A named tuple with the columns of the statement."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """One statement as one database takes it."""

    sql: str
    names: Sequence[str]
    bind: Callable[[Mapping[str, Any]], Any]
    row: Callable[[Sequence[Any]], Row] | None


class Prepared:
    """A statement that is compiled at its first use on each kind of database."""

    def __init__(self, statement: Select[Any] | Insert | Update | Delete) -> None:
        """Keep `statement`; its parameters are its named `bindparam`s."""
        self.statement = statement
        self._compiled: dict[str, Compiled] = {}

    def on(self, dialect: Dialect) -> Compiled:
        """Return the statement compiled for `dialect`."""
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            compiled = self._compiled[dialect.name] = _compile(self.statement, dialect)
        return compiled


def _compile(statement: Select[Any] | Insert | Update | Delete, dialect: Dialect) -> Compiled:
    compiled: Any = statement.compile(dialect=dialect)
    sql = str(compiled)
    # A parameter that the statement does not use would have no type on the server.
    used = compiled.positiontup if compiled.positional else [name for name in compiled.binds if f"%({name})s" in sql]
    names = list(used)
    slots = []
    for name in names:
        parameter = compiled.binds[name]
        processor = parameter.type.dialect_impl(dialect).bind_processor(dialect)
        slots.append((name, parameter.value, parameter.required, processor))
    row = None
    if isinstance(statement, Select):
        columns = list(statement.selected_columns)
        make = namedtuple("Row", [column.key for column in columns])._make  # type: ignore[misc, attr-defined]
        processors = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        row = _row_maker(make, processors)
    return Compiled(sql, names, _binder(slots, compiled.positional), row)


def _binder(slots: list[tuple[str, Any, bool, Any]], positional: bool) -> Callable[[Mapping[str, Any]], Any]:
    def values(parameters: Mapping[str, Any]) -> list[Any]:
        result = []
        for name, constant, required, processor in slots:
            value = parameters[name] if required or name in parameters else constant
            result.append(processor(value) if processor is not None else value)
        return result

    if positional:
        return values
    names = [slot[0] for slot in slots]
    return lambda parameters: dict(zip(names, values(parameters), strict=True))


def _row_maker(make: Callable[[Sequence[Any]], Row], processors: list[Any]) -> Callable[[Sequence[Any]], Row]:
    active = [(index, processor) for index, processor in enumerate(processors) if processor is not None]
    if not active:
        return make

    def row(values: Sequence[Any]) -> Row:
        cells = list(values)
        for index, processor in active:
            cells[index] = processor(cells[index])
        return make(cells)

    return row


def insert_into(table: Table, *, without: frozenset[str] = frozenset()) -> Prepared:
    """Return an insert of one row that gives every column of `table` but those in `without`, by its name."""
    columns = [column for column in table.columns if column.name not in without]
    return Prepared(
        insert(table).values({column.name: bindparam(column.name, type_=column.type) for column in columns})
    )


def update_of(table: Table, columns: Sequence[str], *guards: ColumnElement[bool]) -> Prepared:
    """Return an update of `columns` of the rows that all `guards` let through."""
    values = {name: bindparam(name, type_=table.columns[name].type) for name in columns}
    return Prepared(update(table).where(*guards).values(values))
