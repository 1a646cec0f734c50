"""Days that were read from the record, as columns of numbers: how they are kept, and how many of them are put together.

A day is a few arrays in one row of `day_facts`: five years of a busy branch are read in a moment, and every report is made
from the same columns. The events stay the record; whatever stands here is made from them and can be compared with them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from itertools import accumulate
from typing import Any

import numpy as np
from sqlalchemy import select

from queue_app.domain.branch import BranchSetup
from queue_app.domain.day_facts import DayFacts, DayReader, Leg, Staff, Visit
from queue_app.domain.events import Event, Kind
from queue_app.store import queries as q
from queue_app.store.board import event_of
from queue_app.store.columns import Array, Columns
from queue_app.store.figures_only import figures_only
from queue_app.store.report_tables import DayFactsRow
from queue_app.store.session import Database

FORM = 2
"""Counts up when the rows change their meaning; days of another form are read anew.

Days of which only the figures are left cannot be: a release that counts up has to convert them in its migration.
"""

EVENTS_AT_ONCE = 1000
DAYS_AT_ONCE = 300
EPOCH_DAY = date(1970, 1, 1).toordinal()

_ROWS: dict[str, type[Any]] = {"legs": Leg, "visits": Visit, "staff": Staff}
_WORDS = frozenset({"priority", "channel", "outcome", "end"})
_FLAGS = frozenset({"served", "called"})
_WIDTHS = ("i1", "<i2", "<i4", "<i8")


@dataclass(frozen=True)
class Facts:
    """The rows of several days as columns.

    Attributes:
        legs, visits, staff: by the names of `domain.day_facts`, and `day`: days since 1970 of the business date. `visit` of a
            leg is the place in `visits`; words (priority, channel, outcome, end) are places in `words`. Whole numbers are as
            wide as these days need: widen them before reckoning with them.
        words: what they mean; 0 is the empty one.
        calls: how often somebody was called or called again, also where that was undone.
    """

    legs: Columns
    visits: Columns
    staff: Columns
    words: tuple[str, ...]
    calls: int = 0

    def of_clerk(self, user_id: int) -> Facts:
        """Return only what one clerk did."""
        legs, visits, staff = (
            table.only(table["user_id"] == user_id) for table in (self.legs, self.visits, self.staff)
        )
        return Facts(legs, visits, staff, self.words)

    def code(self, word: str) -> int:
        """Return the number that stands for `word` in these columns; -1 where it does not occur."""
        return self.words.index(word) if word in self.words else -1


def pack(facts: DayFacts) -> bytes:
    """Return a day's rows as bytes: a head in JSON, then each column as numbers no wider than they have to be."""
    words = {"": 0}
    head: dict[str, Any] = {"calls": facts.calls}
    body = bytearray()
    for name, row_type in _ROWS.items():
        rows = getattr(facts, name)
        types = []
        for field, values in zip(row_type._fields, zip(*rows, strict=True) if rows else (), strict=bool(rows)):
            cells = [words.setdefault(value, len(words)) for value in values] if field in _WORDS else values
            kind = "|b1" if field in _FLAGS else _narrowest(cells)
            types.append(kind)
            body += np.asarray(cells, kind).tobytes()
        head[name] = [len(rows), types]
    told = json.dumps({**head, "words": list(words)}).encode()
    return len(told).to_bytes(4, "little") + told + bytes(body)


def _narrowest(cells: Sequence[int]) -> str:
    low, high = min(cells), max(cells)
    return next(kind for kind in _WIDTHS if np.iinfo(kind).min <= low and high <= np.iinfo(kind).max)


def unpack(data: bytes) -> Facts:
    """Return the columns of one packed day; they have no `day` yet. They look into `data`, and copy nothing of it."""
    size = int.from_bytes(data[:4], "little")
    head = json.loads(data[4 : 4 + size])
    place = 4 + size
    tables: dict[str, Columns] = {}
    for name in _ROWS:
        number, types = head[name]
        places, width = _places(name, tuple(types))
        tables[name] = _looking_into(data, place, number, places)
        place += width * number
    return Facts(**tables, words=tuple(head["words"]), calls=head["calls"])


@lru_cache(maxsize=1024)
def _places(name: str, types: tuple[str, ...]) -> tuple[Mapping[str, tuple[np.dtype[Any], int]], int]:
    """Return for each column its type and the bytes of the columns before it in a row, and the bytes of a whole row."""
    fields = _ROWS[name]._fields
    kinds = [np.dtype(kind) for kind in types or ("i1",) * len(fields)]
    before = [0, *accumulate(kind.itemsize for kind in kinds)]
    return dict(zip(fields, zip(kinds, before, strict=False), strict=True)), before[-1]


def _looking_into(data: bytes, place: int, number: int, places: Mapping[str, tuple[np.dtype[Any], int]]) -> Columns:
    def column(field: str) -> Array:
        kind, before = places[field]
        return np.frombuffer(data, kind, number, place + before * number)

    return Columns(places, number, column)


def together(days: Iterable[tuple[date | None, Facts]]) -> Facts:
    """Return several days as one, in the order given; without a date, what was put together before."""
    parts = list(days)
    if len(parts) == 1 and parts[0][0] is None:
        return parts[0][1]
    words = {"": 0}
    codes = [[words.setdefault(word, len(words)) for word in facts.words] for _, facts in parts]
    wide = np.min_scalar_type(-len(words))
    tables = {name: _Joined(name, parts, [np.array(each, wide) for each in codes]).columns() for name in _ROWS}
    return Facts(**tables, words=tuple(words), calls=sum(facts.calls for _, facts in parts))


class _Joined:
    """One table of several days; `codes` say for each day what its words are in all of them."""

    def __init__(self, name: str, days: Sequence[tuple[date | None, Facts]], codes: Sequence[Array]) -> None:
        self._name = name
        before = np.cumsum([0, *(facts.visits.size for _, facts in days)])
        tables = [getattr(facts, name) for _, facts in days]
        # An empty column has no width of its own, and must not widen the others.
        self._parts = [
            (day, table, words, visits)
            for (day, _), table, words, visits in zip(days, tables, codes, before, strict=False)
            if table.size
        ]

    def columns(self) -> Columns:
        size = sum(table.size for _, table, _, _ in self._parts)
        return Columns([*_ROWS[self._name]._fields, "day"], size, self._column)

    def _column(self, field: str) -> Array:
        if not self._parts:
            return np.empty(0, "|b1" if field in _FLAGS else "<i4")
        return np.concatenate([_part(field, *part) for part in self._parts])


def _part(field: str, day: date | None, table: Columns, words: Array, visits: int) -> Array:
    """Return a column of one day, as it is among all days; `visits` came before."""
    if field in _WORDS:
        return words[table[field]]
    if field == "visit":
        return table[field] + np.int32(visits)
    if field == "day" and day is not None:
        return np.full(table.size, day.toordinal() - EPOCH_DAY, "<i4")
    return table[field]


@dataclass(frozen=True)
class ReadDay:
    """One business day as it was read from the record, between two revisions; `over` when it has ended."""

    day: date
    first_revision: int
    last_revision: int
    reader: DayReader
    over: bool


class RecordReader:
    """Reads a branch's record day by day, and goes on from where it was."""

    def __init__(self, database: Database, setup: BranchSetup, since: int) -> None:
        """Read the branch's events after revision `since`, which must be the last one of a business day, or 0.

        Days of which only the figures are left are passed over.
        """
        with database.reading() as connection:
            since = max(since, figures_only(connection, setup.id).floor)
        self._database = database
        self.setup = setup
        self.revision = since
        self._first = since + 1
        self._reader = DayReader(lambda profile: self.setup.services_of(profile))
        self._day: date | None = None
        self._over = False

    def days(self) -> Iterator[ReadDay]:
        """Yield every day that has ended since the last time, in order; what comes then is the day under way (`today`)."""
        while True:
            wanted = {"branch_id": self.setup.id, "since": self.revision, "most": EVENTS_AT_ONCE}
            rows = self._database.look((q.EVENTS_SINCE, wanted))[0]
            for row in rows:
                event = event_of(row)
                if self._over and not _belongs_to_the_end(event):
                    yield self._ended()
                self._follow(event)
            if len(rows) < EVENTS_AT_ONCE:
                return

    def today(self, business_date: date) -> ReadDay:
        """Return the day under way; `business_date` is what it is called while nobody has ended it."""
        return ReadDay(self._day or business_date, self._first, self.revision, self._reader, self._over)

    def _follow(self, event: Event) -> None:
        self.revision = event.revision
        self._reader.follow(event)
        if event.kind == Kind.TICKETS_EXPIRED:
            self._over = True
            self._day = date.fromisoformat(event.data["business_date"])

    def _ended(self) -> ReadDay:
        ended = self.today(date.min)
        self._first = self.revision + 1
        self._reader = DayReader(lambda profile: self.setup.services_of(profile))
        self._over, self._day = False, None
        return ended


def _belongs_to_the_end(event: Event) -> bool:
    return event.kind == Kind.COUNTER_CLOSED and event.reason == "day_closed"


def digest(rows: bytes) -> int:
    """Return a number that tells packed days apart: two with the same one hold the same."""
    return int.from_bytes(blake2b(rows, digest_size=8).digest(), "little", signed=True)


def digests(database: Database, branch_id: int, first: date, last: date) -> dict[date, int]:
    """Return the `digest` of each kept day of a branch between two business dates, both included, in order."""
    table = DayFactsRow.__table__.c
    statement = (
        select(table.business_date, table.digest)
        .where(table.branch_id == branch_id, table.business_date >= first, table.business_date <= last, table.form == FORM)
        .order_by(table.business_date)
    )  # fmt: skip
    with database.reading() as connection:
        return {row.business_date: row.digest for row in connection.execute(statement)}


def kept_days(database: Database, branch_id: int, first: date, last: date) -> Iterator[tuple[date, int, bytes]]:
    """Yield the packed days of a branch between two business dates, both included, in order, each with its `digest`."""
    table = DayFactsRow.__table__.c
    statement = (
        select(table.business_date, table.digest, table.rows)
        .where(table.branch_id == branch_id, table.business_date >= first, table.business_date <= last, table.form == FORM)
        .order_by(table.business_date)
    )  # fmt: skip
    with database.reading() as connection:
        for row in connection.execution_options(yield_per=DAYS_AT_ONCE).execute(statement):
            yield row.business_date, row.digest, row.rows


def last_kept(database: Database, branch_id: int) -> tuple[date, int] | None:
    """Return the newest day of a branch that is kept, and its last revision."""
    table = DayFactsRow.__table__.c
    statement = (
        select(table.business_date, table.last_revision)
        .where(table.branch_id == branch_id, table.form == FORM)
        .order_by(table.business_date.desc())
        .limit(1)
    )
    with database.reading() as connection:
        row = connection.execute(statement).first()
    return (row.business_date, row.last_revision) if row is not None else None


def rows_of(facts: Facts) -> DayFacts:
    """Return the rows of one unpacked day: the way back of `pack`."""
    found = {}
    for name, row_type in _ROWS.items():
        table: Columns = getattr(facts, name)
        cells = [
            [facts.words[code] for code in table[field].tolist()] if field in _WORDS else table[field].tolist()
            for field in row_type._fields
        ]
        found[name] = [row_type(*row) for row in zip(*cells, strict=True)]
    return DayFacts(**found, calls=facts.calls)


def without_clerks(rows: bytes) -> bytes:
    """Return a packed day that does not tell any more who worked; every other cell stays."""
    facts = rows_of(unpack(rows))
    return pack(
        DayFacts(
            legs=[leg._replace(user_id=0) for leg in facts.legs],
            visits=[visit._replace(user_id=0) for visit in facts.visits],
            staff=[quarter._replace(user_id=0) for quarter in facts.staff],
            calls=facts.calls,
        )
    )
