"""Makes the record of a busy branch, a million tickets in five years, in minutes: `python -m benchmarks.record URL [TICKETS]`.

Through the operations it would take hours. Here a hundred different days are simulated, with the product's own choice of who is
next and its own step from events to tickets and legs, and each date of the calendar gets one of them: moved to its midnight, by
up to two minutes, and to the ids that are next. The rows go straight into the tables, as the operations would have written them.
"""

from __future__ import annotations

import json
import re
import sqlite3
import sys
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from random import Random
from typing import Any, NamedTuple

import psycopg
from sqlalchemy import JSON, Connection, case, func, insert, literal, make_url, null, select, update
from tqdm import tqdm

from benchmarks.office_day import CLERKS, COUNTERS, OUTCOMES, PROFILES, OfficeDay, Shape, end_of_day
from queue_app.clock import SimulatedClock
from queue_app.config import Settings
from queue_app.domain.branch import BranchSetup
from queue_app.domain.business_day import day_bounds
from queue_app.domain.events import Event, Kind, LegRecord, TicketRecord
from queue_app.operations import setup
from queue_app.operations.demo import BRANCH_NAME, LANGUAGES, SERVICES
from queue_app.operations.unit_of_work import IDS_A_BRANCH, Context
from queue_app.store.migrate import migrate
from queue_app.store.models import BranchState, CounterSession, PrinterRow, PrintJob, ScreenAck, Ticket, TicketEvent
from queue_app.store.session import Database
from queue_app.store.types import from_microseconds, microseconds
from tests.factories import PASSWORD

SLUG = "big"
FIRST_DAY = date(2021, 1, 4)
TEMPLATES = 25
"""So many different days of each kind are simulated."""

HOLIDAYS = {(1, 1), (5, 1), (5, 8), (7, 5), (7, 6), (9, 28), (10, 28), (11, 17), (12, 24), (12, 25), (12, 26)}

BUSY, USUAL, QUIET, SATURDAY = Shape(920, 10, 9), Shape(755, 9, 9), Shape(615, 8, 9), Shape(230, 5, 4)
WEEK = (BUSY, USUAL, BUSY, USUAL, QUIET)


MARKS = dict.fromkeys(("id", "ticket_id", "leg_id", "new_leg_id", "expired_legs", "finished_legs"), "k") | {
    "revision": "r", "call_revision": "r", "with": "r", "session_id": "s", "position": "p", "token": "t",
}  # fmt: skip
"""What numbers stand in a column or in a fact of an event: keys, revisions, sessions, places."""

_MARK = re.compile(r'\\?"@([kmprst])(\d+)\\?"')


class _Moved(NamedTuple):
    """A day that can be put anywhere.

    Its rows by table are JSON with a gap for each number that depends on the place: `texts` stand around the gaps, `marks` say
    what belongs in them. Further: how many revisions, sessions and tickets the day has.
    """

    texts: list[str]
    marks: list[tuple[str, int]]
    revisions: int
    sessions: int
    tickets: int


def _moved(tables: Mapping[str, Sequence[Mapping[str, Any]]], revisions: int) -> _Moved:
    """Return the day with these rows; what depends on the place is marked in the JSON by `"@k12"` first."""
    texts = _MARK.split(json.dumps({table: _rows(rows) for table, rows in tables.items()}))
    marks = list(zip(texts[1::3], map(int, texts[2::3]), strict=True))
    lengths = (len(tables.get(table, ())) for table in ("counter_session", "ticket"))
    return _Moved(list(map(sys.intern, texts[::3])), marks, revisions, *lengths)


def _movable(day: OfficeDay) -> _Moved:
    branch = {"branch_id": day.branch.id}
    last = [{"business_date": "@day", "series": name, "last": last} for name, last in sorted(day.numbers.items())]
    tables = {
        "ticket": [_fields(ticket) | branch | {"token": 0} for ticket in day.view.tickets.values()],
        "leg": [_fields(leg) | branch for leg in day.view.legs.values()],
        "ticket_event": [_fields(event) | branch for event in day.events],
        "number_series": [branch | each for each in last],
        "counter_session": day.sessions,
        "counter_pause": day.pauses,
    }
    return _moved(tables, len(day.events))


def _fields(record: TicketRecord | LegRecord | Event) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__dataclass_fields__}


def _rows(rows: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    """Return the columns' names, then each row's marked values."""
    return [list(rows[0]), *([_stored(name, value) for name, value in row.items()] for row in rows)]


def _stored(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return json.dumps({fact: _marked(fact, told) for fact, told in value.items()})
    marked = _marked(name, value)
    return json.dumps(marked) if isinstance(marked, list) else marked


def _marked(name: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return f"@m{microseconds(value)}"
    if isinstance(value, list):
        return [_marked(name, each) for each in value]
    return f"@{MARKS[name]}{value}" if name in MARKS and isinstance(value, int) else value


@dataclass
class _Place:
    """Where the next day is put: its date, what its moments, revisions and sessions are counted from; the tickets before."""

    branch_id: int
    day: date
    chance: Random
    moment: Callable[[int], str]
    midnight: int = 0
    revision: int = 0
    session: int = 0
    tickets: int = 0

    def tables(self, moved: _Moved) -> dict[str, list[list[Any]]]:
        """Return by table the columns' names and the rows of a day that is put here."""
        key = self.branch_id * IDS_A_BRANCH + self.revision
        makers: dict[str, Callable[[int], object]] = {
            "k": key.__add__,
            "r": self.revision.__add__,
            "s": self.session.__add__,
            "p": self.midnight.__add__,
            "m": lambda number: self.moment(self.midnight + number),
            "t": lambda _: f'"{urlsafe_b64encode(self.chance.randbytes(16))[:22].decode()}"',
        }
        pieces = [""] * (len(moved.texts) + len(moved.marks))
        pieces[::2] = moved.texts
        pieces[1::2] = [str(makers[kind](number)) for kind, number in moved.marks]
        tables: dict[str, list[list[Any]]] = json.loads("".join(pieces).replace("@day", str(self.day)))
        return tables


class _Sqlite:
    """Writes to a file that nobody else has open, without a journal: what is lost is made again."""

    moment = staticmethod(str)

    def __init__(self, url: str) -> None:
        self._connection = sqlite3.connect(make_url(url).database or "", isolation_level=None)
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-200000"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute("BEGIN")

    def write(self, table: str, names: list[str], rows: Iterable[list[Any]]) -> None:
        insert = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
        self._connection.executemany(insert, rows)

    def close(self) -> None:
        self._connection.execute("COMMIT")
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.close()


class _Postgres:
    """Writes as a superuser, who may leave out the check of every row's foreign keys."""

    def __init__(self, url: str) -> None:
        address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection = psycopg.connect(address, autocommit=True)
        self._connection.execute("SET session_replication_role = replica")
        self._connection.execute("BEGIN")

    @staticmethod
    def moment(value: int) -> str:
        return f'"{from_microseconds(value)}"'

    def write(self, table: str, names: list[str], rows: Iterable[list[Any]]) -> None:
        with self._connection.cursor().copy(f"COPY {table} ({', '.join(names)}) FROM STDIN".encode()) as copy:
            for row in rows:
                copy.write_row(row)

    def close(self) -> None:
        self._connection.execute(
            "SELECT setval(pg_get_serial_sequence('counter_session', 'id'), max(id)) FROM counter_session"
        )
        self._connection.execute("COMMIT")
        self._connection.execute("VACUUM ANALYZE")
        self._connection.close()


def make_record(database_url: str, tickets: int = 1_000_000, seed: int = 1) -> str:
    """Make the branch `big` with a record of whole days from January 2021 on, and return its slug.

    Args:
        database_url: as the setting; it is migrated, and nobody else may use it meanwhile.
        tickets: the record ends with the day on which so many are reached; a million are five years.
        seed: the same one makes the same record.
    """
    url = Settings(database_url=database_url).url
    database = Database(url)
    migrate(database)
    branch, clerks = _set_up(database)
    with database.reading() as connection:
        sessions = connection.execute(select(func.max(CounterSession.id))).scalar() or 0
    database.dispose()

    @cache
    def simulated(shape: Shape, number: int) -> _Moved:
        return _movable(OfficeDay(branch, clerks, shape, Random(f"{seed} {shape} {number}")))

    writer = _Sqlite(url) if database.is_sqlite else _Postgres(url)
    place = _Place(branch.id, FIRST_DAY, Random(seed), writer.moment, session=sessions)
    with tqdm(total=tickets, unit=" tickets", disable=None) as progress:
        while place.tickets < tickets:
            before = place.tickets
            _write_day(writer, place, branch, simulated)
            progress.update(place.tickets - before)
    writer.close()
    add_slips_and_calls(database, branch.id)
    with database.writing() as connection:
        state = update(BranchState).where(BranchState.branch_id == branch.id)
        connection.execute(state.values(revision=place.revision, business_date=place.day))
    database.dispose()
    return SLUG


def add_slips_and_calls(database: Database, branch_id: int) -> None:
    """Let every number of the kiosk have been printed, and every call have been shown and half of them spoken."""
    with database.writing() as connection:
        hall = insert(PrinterRow).values(branch_id=branch_id, name="Hall", kind="network", address={})
        printer = connection.execute(hall.returning(PrinterRow.id)).scalar_one()
    ticket, event = Ticket.__table__.c, TicketEvent.__table__.c
    out = func.coalesce(ticket.ended_at, ticket.issued_at)
    slips = (
        select(
            ticket.branch_id, ticket.id, literal(printer), case((ticket.id % 100 == 0, "failed"), else_="printed"),
            literal({}, JSON), literal(False), literal(1), ticket.issued_at, out,
        )
        .where(ticket.branch_id == branch_id, ticket.channel == "kiosk")
        .order_by(ticket.id)
    )  # fmt: skip
    shown = select(
        event.branch_id,
        event.revision,
        literal("lobby"),
        event.at,
        case((event.revision % 2 == 0, event.at), else_=null()),
    ).where(event.branch_id == branch_id, event.kind.in_((Kind.TICKET_CALLED, Kind.TICKET_RECALLED)))
    names = [
        "branch_id", "ticket_id", "printer_id", "state", "slip", "copy", "attempts", "created_at", "finished_at",
    ]  # fmt: skip
    with database.writing() as connection:
        connection.execute(
            insert(PrinterRow).values(id=1, branch_id=branch_id, name="Hall", kind="network", address={})
        )
        connection.execute(insert(PrintJob).from_select(names, slips))
        connection.execute(
            insert(ScreenAck).from_select(["branch_id", "call_id", "screen_key", "shown_at", "spoken_at"], shown)
        )


def _write_day(
    writer: _Sqlite | _Postgres, place: _Place, branch: BranchSetup, simulated: Callable[[Shape, int], _Moved]
) -> None:
    """Write one day at `place`, and move that to the next one."""
    shape = _shape_of(place.day)
    if shape is None:
        # Where the office is closed, only the end of the day is told, which comes by itself.
        place.midnight = microseconds(day_bounds(place.day, branch.zone, branch.cut_over_hour)[1])
        event = Event(revision=1, at=from_microseconds(0), **end_of_day([], [], {}))
        moved = _moved({"ticket_event": [_fields(event) | {"branch_id": branch.id}]}, 1)
    else:
        noon = microseconds(datetime.combine(place.day, time(12), branch.zone))
        place.midnight = noon - 12 * 3600 * 10**6 + place.chance.randrange(-120 * 10**6, 120 * 10**6)
        moved = simulated(shape, place.chance.randrange(TEMPLATES))
    for table, (names, *rows) in place.tables(moved).items():
        writer.write(table, names, rows)
    place.day += timedelta(days=1)
    place.revision += moved.revisions
    place.session += moved.sessions
    place.tickets += moved.tickets


def _shape_of(day: date) -> Shape | None:
    """Return what kind of day it is; None where the office is closed. It is open on each month's first Saturday."""
    if (day.month, day.day) in HOLIDAYS or day.weekday() == 6:
        return None
    if day.weekday() == 5:
        return SATURDAY if day.day <= 7 else None
    return WEEK[day.weekday()]


def _set_up(database: Database) -> tuple[BranchSetup, list[tuple[int, str]]]:
    """Make the branch with its services, counters and people, and return it with its clerks: ids and names."""
    now = datetime.combine(FIRST_DAY, time(5), UTC)
    outcomes = [{"code": code, "name": {"en": code.replace("_", " ").capitalize()}} for code in OUTCOMES]
    with database.writing() as connection:
        branch_id = setup.create_branch(
            connection, now, SLUG, BRANCH_NAME, "Europe/Prague", languages=LANGUAGES, confirm_arrival=True
        )
        services = {
            slug: setup.add_service(
                connection, branch_id, slug, series, name, position=place, outcomes=outcomes, **more
            )
            for place, (slug, series, name, _, more) in enumerate(SERVICES)
        }
        profiles = {
            name: setup.add_profile(connection, branch_id, name, [services[slug] for slug in slugs])
            for name, slugs in PROFILES.items()
        }
        for number, profile in enumerate(COUNTERS, start=1):
            setup.add_counter(connection, branch_id, str(number), position=number, profile_id=profiles[profile])
        clerks = [(_add_person(connection, now, name, "clerk", branch_id), name) for name in CLERKS.split(", ")]
        _add_person(connection, now, "Marta", "manager", branch_id)
    return Context(database, SimulatedClock(now)).setup(SLUG), clerks


def _add_person(connection: Connection, now: datetime, name: str, role: str, branch_id: int) -> int:
    return setup.add_user(connection, now, f"{name.lower()}.{SLUG}", name, PASSWORD, [(role, branch_id)], "cs")


if __name__ == "__main__":
    make_record(sys.argv[1], *map(int, sys.argv[2:3]))
