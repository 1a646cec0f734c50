"""Reads a recorded day: who took a number and was called when, and how many counters were open."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

TIME_ZONE = "Europe/Warsaw"
"""Where the recorded offices stand; the files hold local times."""

TICKET_COLUMNS = ("service_id", "service_letter", "service_name", "number", "issued_at", "called_at")
COUNTER_COLUMNS = ("time", "service_id", "open_counters", "waiting", "last_called", "city_service_minutes")
COUNTERS_ENDING = ".counters.csv"

_NAME = re.compile(r"(?P<office>.+)_(?P<date>\d{4}-\d{2}-\d{2})")
_TIME = re.compile(r"\d{2}:\d{2}:\d{2}")
T = TypeVar("T")


class DayError(ValueError):
    """A recorded day cannot be used; the text says which file, which line and why."""


@dataclass(frozen=True)
class RecordedService:
    """One service of the office; its id is unique there, its letter need not be."""

    service_id: str
    letter: str
    name: str


@dataclass(frozen=True)
class RecordedTicket:
    """One ticket of the file; times are aware, in UTC, `called_at` None where it was not called that day."""

    service_id: str
    number: int
    issued_at: datetime
    called_at: datetime | None

    @property
    def key(self) -> tuple[str, int]:
        """What tells it from the day's other tickets."""
        return self.service_id, self.number

    @property
    def wait_seconds(self) -> float | None:
        """From the issue to the call; None where it was not called."""
        return None if self.called_at is None else (self.called_at - self.issued_at).total_seconds()


@dataclass(frozen=True)
class Staffing:
    """How many counters took a service from `at` (aware, UTC) on, and how long one was expected to take."""

    at: datetime
    open_counters: int
    expected_service_seconds: int


@dataclass(frozen=True)
class Day:
    """One office on one day.

    Attributes:
        office: as the file's name begins, for example `UD_Bemowo`.
        date: the local date.
        services: in the order of their ids.
        tickets: in the order in which they were issued.
        staffing: of each service id, oldest first; empty where no counters were recorded.
    """

    office: str
    date: date
    services: tuple[RecordedService, ...]
    tickets: tuple[RecordedTicket, ...]
    staffing: Mapping[str, tuple[Staffing, ...]] = field(default_factory=dict)

    def of_service(self, service_id: str) -> list[RecordedTicket]:
        """Return the tickets of one service in the order in which they were issued."""
        return [ticket for ticket in self.tickets if ticket.service_id == service_id]

    def at(self, hour: int) -> datetime:
        """Return the moment of this day at which the local clock shows `hour` o'clock."""
        return datetime.combine(self.date, time(hour), ZoneInfo(TIME_ZONE)).astimezone(UTC)


def read_day(path: Path) -> Day:
    """Read `<office>_<date>.csv` and, where it lies beside it, `<office>_<date>.counters.csv`.

    Raises:
        DayError: a file cannot be read or is not of this form.
    """
    beside = path.with_name(f"{path.stem}{COUNTERS_ENDING}")
    return parse_day(path.name, _text(path), _text(beside) if beside.exists() else None)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DayError(f"{path.name} cannot be read: {error}") from None


def parse_day(name: str, text: str, counters_text: str | None = None) -> Day:
    """Return the day that a file's name and text tell, checked.

    Args:
        name: the file's name, which holds the office and the date.
        text: CSV with the columns of `TICKET_COLUMNS`.
        counters_text: CSV with the columns of `COUNTER_COLUMNS`; None where no counters were recorded.

    Raises:
        DayError: anything in it is not of this form or contradicts itself.
    """
    named = _NAME.fullmatch(name.removesuffix(".csv"))
    if named is None or name.endswith(COUNTERS_ENDING):
        raise DayError(f"{name}: the name must be <office>_<yyyy-mm-dd>.csv")
    try:
        day = date.fromisoformat(named["date"])
    except ValueError:
        raise DayError(f"{name}: {named['date']} is no date") from None
    services, tickets = _tickets(name, day, text)
    staffing = _staffing(f"{name.removesuffix('.csv')}{COUNTERS_ENDING}", day, counters_text)
    return Day(named["office"], day, services, tickets, staffing)


def _tickets(name: str, day: date, text: str) -> tuple[tuple[RecordedService, ...], tuple[RecordedTicket, ...]]:
    services: dict[str, RecordedService] = {}
    tickets: dict[tuple[str, int], RecordedTicket] = {}
    for line, row in _rows(name, text, TICKET_COLUMNS):
        where = f"{name}, line {line}"
        service = RecordedService(row["service_id"], row["service_letter"], row["service_name"])
        if not all((service.service_id, service.letter, service.name)):
            raise DayError(f"{where}: a service needs an id, a letter and a name")
        if services.setdefault(service.service_id, service) != service:
            raise DayError(f"{where}: service {service.service_id} had another letter or name before")
        issued_at = _moment(where, day, "issued_at", row["issued_at"])
        called_at = _moment(where, day, "called_at", row["called_at"]) if row["called_at"] else None
        if called_at is not None and called_at < issued_at:
            raise DayError(f"{where}: called at {row['called_at']}, before it was issued at {row['issued_at']}")
        ticket = RecordedTicket(service.service_id, _whole(where, "number", row["number"]), issued_at, called_at)
        if tickets.setdefault(ticket.key, ticket) is not ticket:
            raise DayError(f"{where}: number {ticket.number} of service {service.service_id} is there twice")
    if not tickets:
        raise DayError(f"{name}: there is no ticket in it")
    in_order = sorted(tickets.values(), key=lambda ticket: (ticket.issued_at, _by_id(ticket.service_id), ticket.number))
    return tuple(sorted(services.values(), key=lambda service: _by_id(service.service_id))), tuple(in_order)


def _by_id(service_id: str) -> tuple[int, str]:
    return (int(service_id) if service_id.isdecimal() else 0, service_id)


def _staffing(name: str, day: date, text: str | None) -> dict[str, tuple[Staffing, ...]]:
    found: dict[str, list[Staffing]] = {}
    for line, row in _rows(name, text, COUNTER_COLUMNS) if text is not None else ():
        where = f"{name}, line {line}"
        staffing = Staffing(
            _moment(where, day, "time", row["time"]),
            _whole(where, "open_counters", row["open_counters"]),
            _whole(where, "city_service_minutes", row["city_service_minutes"]) * 60,
        )
        found.setdefault(row["service_id"], []).append(staffing)
    return {service_id: tuple(sorted(rows, key=lambda row: row.at)) for service_id, rows in found.items()}


def _rows(name: str, text: str, columns: Sequence[str]) -> Iterable[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(text))
    if tuple(reader.fieldnames or ()) != tuple(columns):
        raise DayError(
            f"{name}: the columns are {', '.join(reader.fieldnames or ())}; they must be {', '.join(columns)}"
        )
    for row in reader:
        if None in row or None in row.values():
            raise DayError(f"{name}, line {reader.line_num}: it must have {len(columns)} fields")
        yield reader.line_num, {column: value.strip() for column, value in row.items()}


def _whole(where: str, column: str, text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise DayError(f"{where}: {column} is {text!r}, which is no whole number")
    return int(text)


def _moment(where: str, day: date, column: str, text: str) -> datetime:
    try:
        if not _TIME.fullmatch(text):
            raise ValueError
        local = datetime.combine(day, time.fromisoformat(text), ZoneInfo(TIME_ZONE))
    except ValueError:
        raise DayError(f"{where}: {column} is {text!r}, which is no time HH:MM:SS") from None
    return local.astimezone(UTC)


def overtaken(day: Day) -> str | None:
    """Return a sentence about the first ticket called before an earlier one of its service; None without one.

    Only days without such a ticket can be replayed by calling the next one.
    """
    for service in day.services:
        waiting: RecordedTicket | None = None
        last: RecordedTicket | None = None
        for ticket in day.of_service(service.service_id):
            if ticket.called_at is None:
                waiting = waiting or ticket
                continue
            before = waiting or (last if last and last.called_at and last.called_at > ticket.called_at else None)
            if before is not None:
                return f"{service.name}: number {ticket.number} was called before number {before.number}"
            last = ticket
    return None


def unique_series(services: Sequence[RecordedService]) -> dict[str, str]:
    """Return a series for each service id: its letter, numbered where an earlier service has that one."""
    return _distinct(services, lambda service: service.letter.upper(), lambda letter, turn: f"{letter}{turn}")


def unique_slugs(services: Sequence[RecordedService]) -> dict[str, str]:
    """Return a slug for each service id: its name in small plain letters, numbered where it is taken."""
    return _distinct(services, lambda service: slug_of(service.name) or "service", lambda slug, turn: f"{slug}-{turn}")


def _distinct(
    services: Sequence[RecordedService],
    wish: Callable[[RecordedService], str],
    numbered: Callable[[str, int], str],
) -> dict[str, str]:
    # Whoever wishes for something first has it; a numbered one must not take what a later one is called.
    wishes = [wish(service) for service in services]
    taken = set(wishes)
    first: set[str] = set()
    result = {}
    for service, wished in zip(services, wishes, strict=True):
        name, turn = wished, 1
        while name in (first if turn == 1 else taken):
            turn += 1
            name = numbered(wished, turn)
        first.add(name)
        taken.add(name)
        result[service.service_id] = name
    return result


_PLAIN = str.maketrans("ąćęłńóśźż", "acelnoszz")


def slug_of(text: str) -> str:
    """Return `text` in small plain letters, digits and hyphens, at most 48 of them."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower().translate(_PLAIN))[:48].strip("-")
