"""Who would be left waiting by a change of a branch's set-up, and how nobody is lost where that was accepted."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from queue_app.domain.events import Kind
from queue_app.domain.tickets import AT_COUNTER, Action
from queue_app.operations.config_export import Document
from queue_app.operations.config_rows import Row, Rows
from queue_app.operations.serve import record_step
from queue_app.operations.unit_of_work import Unit
from queue_app.store import queries as q


@dataclass(frozen=True)
class Stranded:
    """Visitors who would be left waiting.

    Attributes:
        what: `services/passports`, `counters/3` or `people/alena`.
        why: `service_retired`; `service_unserved`, for no counter's work profile takes it any more; `counter_retired`, for the
            counter that goes is open, or tickets are kept for it; `person_leaves`, for whom tickets are kept.
        waiting: how many visitors.
        labels: of the first of them.
    """

    what: str
    why: str
    waiting: int
    labels: tuple[str, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {"what": self.what, "why": self.why, "waiting": self.waiting, "labels": list(self.labels)}


MOST_LABELS = 10


@dataclass
class Line:
    """Who is in a branch now: its open legs with their tickets, and the open sessions of its counters."""

    legs: list[Row] = field(default_factory=list)
    sessions: list[Row] = field(default_factory=list)


def read_line(connection: Connection, rows: Rows) -> Line:
    """Return who is in a branch now."""
    here = {"branch_id": rows.branch.id}
    return Line(
        list(connection.execute(q.OPEN_LEGS.statement, here)), list(connection.execute(q.OPEN_SESSIONS.statement, here))
    )


def stranded(rows: Rows, line: Line, before: Document, after: Document) -> tuple[Stranded, ...]:
    """Return whom the change from one document to another would leave waiting."""
    gone = Gone.of(rows, before, after)
    found = [*_of_services(rows, line, before, after, gone)]
    for counter_id, name in gone.counters.items():
        kept = [leg for leg in line.legs if counter_id in (leg.reserved_counter_id, _at(leg))]
        if kept or any(session.counter_id == counter_id for session in line.sessions):
            found.append(_told(f"counters/{name}", "counter_retired", kept))
    for user_id, username in gone.people.items():
        kept = [leg for leg in line.legs if leg.reserved_user_id == user_id]
        if kept:
            found.append(_told(f"people/{username}", "person_leaves", kept))
    return tuple(found)


def _at(leg: Row) -> int | None:
    return leg.counter_id if leg.state in AT_COUNTER else None


def _told(what: str, why: str, legs: list[Row]) -> Stranded:
    return Stranded(what, why, len(legs), tuple(leg.t_label for leg in legs[:MOST_LABELS]))


@dataclass(frozen=True)
class Gone:
    """What a change takes out of use, by id: services and counters and people, each with its name."""

    services: dict[int, str]
    counters: dict[int, str]
    people: dict[int, str]

    @classmethod
    def of(cls, rows: Rows, before: Document, after: Document) -> Gone:
        """Return what is in `before` and not in `after`."""
        services = {each["slug"] for each in after["services"]}
        counters = {each["name"] for each in after["counters"]}
        people = {each["username"] for each in after["people"] if each["active"]}
        had = {each["username"] for each in before["people"] if each["active"]}
        return cls(
            {row.id: row.slug for row in rows.services if row.active and row.slug not in services},
            {row.id: row.name for row in rows.counters if row.active and row.name not in counters},
            {
                person.id: username
                for username, person in rows.people.items()
                if username in had - people
                and not any(r.user_id == person.id and r.branch_id is None for r in rows.roles)
            },
        )


def _of_services(rows: Rows, line: Line, before: Document, after: Document, gone: Gone) -> Iterable[Stranded]:
    for service_id, slug in gone.services.items():
        waiting = [leg for leg in line.legs if leg.state not in AT_COUNTER and leg.service_id == service_id]
        waiting += [leg for leg in line.legs if leg.service_id != service_id and service_id in leg.t_next_services]
        if waiting:
            yield _told(f"services/{slug}", "service_retired", waiting)
    served = _served(before) - _served(after) | _served_now(rows, line, before) - _served_now(rows, line, after)
    lost = served - _served(after) - _served_now(rows, line, after)
    for row in rows.services:
        if row.slug in lost and row.id not in gone.services:
            waiting = [leg for leg in line.legs if leg.state == "waiting" and leg.service_id == row.id]
            if waiting:
                yield _told(f"services/{row.slug}", "service_unserved", waiting)


def _served(document: Document) -> set[str]:
    """Return the slugs of the services that some counter takes by its work profile."""
    return _taken(document, {each["profile"] for each in document["counters"]})


def _served_now(rows: Rows, line: Line, document: Document) -> set[str]:
    """Return the slugs of those that an open counter takes, by the work profile it was opened with."""
    names = {row.id: row.name for row in rows.profiles}
    counters = {row.id: row.name for row in rows.counters}
    known = {each["name"] for each in document["profiles"]}
    own = {each["name"]: each["profile"] for each in document["counters"]}
    held: set[str | None] = set()
    for session in line.sessions:
        if counters[session.counter_id] in own:
            name = names.get(session.profile_id)
            # A session whose work profile goes works by that of its counter from then on.
            held.add(name if name is None or name in known else own[counters[session.counter_id]])
    return _taken(document, held)


def _taken(document: Document, profiles: Collection[str | None]) -> set[str]:
    if None in profiles:
        return {each["slug"] for each in document["services"]}
    return {
        terms if isinstance(terms, str) else terms["service"]
        for profile in document["profiles"]
        if profile["name"] in profiles
        for terms in profile["services"]
    }


def release(unit: Unit, line: Line, gone: Gone, user_id: int | None) -> None:
    """Let everybody stand in the line again who was kept for a counter or a person that goes; they keep number and place."""
    for row in line.legs:
        kept = row.reserved_counter_id in gone.counters or row.reserved_user_id in gone.people
        if not kept or row.state in AT_COUNTER:
            continue
        ticket, leg = unit.take_in(row)
        data = {
            "new_leg_id": unit.next_id(),
            "to_service_id": leg.service_id,
            "position": leg.position,
            "reserved_counter_id": None,
            "reserved_user_id": None,
        }
        record_step(unit, Kind.TICKET_TRANSFERRED, Action.TRANSFER, ticket, leg, None, user_id, data=data)
