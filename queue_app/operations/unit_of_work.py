"""One operation, one transaction: lock the branch, read, decide, record events, write, commit, and only then publish."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import InitVar, dataclass, field, replace
from datetime import date, datetime
from typing import Any, TypeVar

import sqlalchemy.exc
from sqlalchemy import Connection

from queue_app.clock import Clock
from queue_app.domain.branch import BranchSetup
from queue_app.domain.business_day import business_date
from queue_app.domain.errors import QueueError
from queue_app.domain.events import Event, LegRecord, Rebuilt, TicketRecord, apply
from queue_app.operations.lines import Lines
from queue_app.store import contacts
from queue_app.store import queries as q
from queue_app.store.prepared import Prepared, Row
from queue_app.store.session import Database, Guarded, StaleConnection, Step, Transaction
from queue_app.store.setups import branch_slugs, load_setup

log = logging.getLogger("queue.operations")
T = TypeVar("T")

IDS_A_BRANCH = 10**11
"""A ticket's or leg's id is `branch × 10¹¹ + revision of the event that made it`: known before it is written, unique
without a sequence, and below 2⁵³ (what a browser counts exactly) for the first 90,000 branches."""

BRANCH_KEY = "branch_id"


class DayIsOver(Exception):
    """The branch's stored business date lies behind the clock: the day has to be closed before anything else is done."""


@dataclass(frozen=True)
class Actor:
    """Who does it.

    Attributes:
        key: stable name of the person or program, for example `user:3` or `token:7`.
        name: what other people may be shown.
        user_id: the person, where it is one.
        supervises: may act at counters that somebody else has open.
    """

    key: str
    name: str
    user_id: int | None = None
    supervises: bool = False


@dataclass(frozen=True)
class Committed:
    """What one operation did, for whoever tells the world: the branch, its setup, and the events in order.

    Attributes:
        tickets: the tickets the events speak of, as they stand after them.
        legs: likewise the legs.
        print_jobs: how many slips were queued with them.
    """

    setup: BranchSetup
    events: Sequence[Event]
    tickets: Mapping[int, TicketRecord]
    legs: Mapping[int, LegRecord]
    print_jobs: int


Publish = Callable[[Committed], None]


class Context:
    """What every operation needs: the database, the clock, and whom to tell afterwards."""

    def __init__(self, database: Database, clock: Clock, publish: Publish | None = None) -> None:
        """Operate on `database` by `clock`; `publish` is called after each commit (its failures are logged only)."""
        self.database = database
        self.clock = clock
        self.publish = publish
        self.observe: Callable[[str, float], None] | None = None
        """Is told of each commit: the verb, and the seconds since it was asked for."""
        self.lines = Lines()
        self._setups: dict[str, BranchSetup] = {}
        self._branch_of_counter: dict[int, str] = {}

    def setup(self, slug: str) -> BranchSetup:
        """Return how the branch `slug` is set up; what is kept is checked against the database by every operation.

        Raises:
            QueueError: `unknown_branch`.
        """
        return self._setups.get(slug) or self.reload(slug)

    def reload(self, slug: str) -> BranchSetup:
        """Read the setup of `slug` again.

        Raises:
            QueueError: `unknown_branch`.
        """
        with self.database.reading() as connection:
            setup = load_setup(connection, slug)
        if setup is None:
            self._setups.pop(slug, None)
            raise QueueError("unknown_branch", branch=slug)
        self._setups[slug] = setup
        self._branch_of_counter.update((counter.id, slug) for counter in setup.present_counters)
        return setup

    def slugs(self) -> dict[int, str]:
        """Return every branch's slug by its id."""
        with self.database.reading() as connection:
            return branch_slugs(connection)

    def branch_of_counter(self, counter_id: int) -> str:
        """Return the slug of the branch that the counter stands in.

        Raises:
            QueueError: `unknown_counter`.
        """
        slug = self._branch_of_counter.get(counter_id)
        if slug is None:
            for slug in self.slugs().values():
                self.reload(slug)
            slug = self._branch_of_counter.get(counter_id)
        if slug is None:
            raise QueueError("unknown_counter", counter=counter_id)
        return slug

    def perform(self, slug: str, action: str, decide: Callable[[Unit], T]) -> T:
        """Run `decide` as one transaction on the branch `slug`, publish what it recorded, and return what it returns.

        Args:
            slug: the branch.
            action: the verb, for the log.
            decide: reads through the unit, decides, records events; it must not write anything itself. It may be
                called again from the start (where the day had to be closed or a connection had gone).

        Raises:
            QueueError: whatever `decide` refuses (nothing is changed then), `conflict`, `database_unavailable`.
        """

        def once() -> tuple[Unit, T]:
            unit = Unit(self, self.setup(slug), self.database.transaction())
            try:
                result = decide(unit)
                unit.commit()
                return unit, result
            finally:
                unit.close()

        return self._perform(slug, action, once)

    def administer(
        self, slug: str, action: str, decide: Callable[[Unit, Connection], T], new: BranchSetup | None = None
    ) -> T:
        """Do what `perform` does for an operation that also changes much else of the branch, by statements of its own.

        Args:
            slug, action: as in `perform`.
            decide: as in `perform`; it may write to its second argument, which is in the same transaction.
            new: stands for a branch that is not there yet; `decide` makes it, and gives the unit its id.

        Raises:
            QueueError: as `perform`.
        """

        def once() -> tuple[Unit, T]:
            self.database.initialise()
            setup = new or self.setup(slug)
            with self.database.writing() as connection:
                unit = Unit(self, setup, self.database.beside(connection))
                try:
                    result = decide(unit, connection)
                    unit.commit()
                except sqlalchemy.exc.IntegrityError as error:
                    raise Guarded(str(error)) from error
            return unit, result

        return self._perform(slug, action, once)

    def _perform(self, slug: str, action: str, once: Callable[[], tuple[Unit, T]]) -> T:
        begun = self.clock.monotonic()
        for attempt in range(4):
            try:
                unit, result = once()
                break
            except DayIsOver:
                self._close_day(slug)
            except SettingsMoved:
                self.reload(slug)
            except StaleConnection as error:
                if attempt >= 2:
                    raise QueueError("database_unavailable") from error
                self.database.dispose()
            except Guarded as error:
                raise QueueError("conflict") from error
        else:
            raise QueueError("conflict")
        self._after(unit, action, begun)
        return result

    def _close_day(self, slug: str) -> None:
        # Imported here: closing the day is an operation like any other and stands on this module.
        from queue_app.operations.close_day import close_day_if_over

        close_day_if_over(self, slug)

    def _after(self, unit: Unit, action: str, begun: float) -> None:
        seconds = self.clock.monotonic() - begun
        if self.observe is not None:
            self.observe(action, seconds)
        if log.isEnabledFor(logging.INFO):
            ids = ",".join(str(ticket_id) for ticket_id in unit.view.tickets) or "-"
            facts = {
                "branch": unit.setup.slug,
                "action": action,
                "ticket": ids,
                "milliseconds": round(seconds * 1000, 1),
            }
            log.info("%s %s ticket=%s %.1f ms", unit.setup.slug, action, ids, seconds * 1000, extra=facts)
        if self.publish is not None and (unit.events or unit.print_jobs):
            try:
                self.publish(
                    Committed(unit.setup, unit.events, unit.view.tickets, unit.view.legs, len(unit.print_jobs))
                )
            except Exception:
                log.exception("publishing %s of %s failed", action, unit.setup.slug)


class SettingsMoved(Exception):
    """The branch's settings changed since they were read."""


@dataclass
class Unit:
    """The transaction of one operation: reads first, then events, then one commit that writes everything."""

    context: Context
    setup: BranchSetup
    transaction: InitVar[Transaction]
    events: list[Event] = field(default_factory=list)
    view: Rebuilt = field(default_factory=Rebuilt)
    print_jobs: list[Mapping[str, Any]] = field(default_factory=list)

    def __post_init__(self, transaction: Transaction) -> None:
        """Read the clock, once for the whole operation."""
        self.now: datetime = self.context.clock.now()
        self.revision = 0
        self.business_date: date = date.min
        self._transaction: Transaction | None = transaction
        self._before: dict[int, LegRecord] = {}
        self._ended: dict[int, datetime | None] = {}
        self._tokens: dict[int, str] = {}
        self._extra: list[tuple[Step, bool]] = []
        self._request: tuple[int, str, str] | None = None
        self._settings_revision_raised = False
        self._settings_revision = 0
        self._stored: tuple[int, int, date] | None = None

    def lock_and_read(self, *steps: Step, day_may_be_over: bool = False) -> list[list[Row]]:
        """Lock the branch against every other operation, then run `steps`; later calls only read.

        Args:
            steps: named reads; their `branch_id` is filled in.
            day_may_be_over: only the operation that closes the day works on a day that is over.
        """
        assert self._transaction is not None
        locked: Sequence[Step] = [] if self._stored else [(q.LOCK_STATE, {})]
        with_branch = [(step, {BRANCH_KEY: self.setup.id, **parameters}) for step, parameters in (*locked, *steps)]
        results = self._transaction.read(with_branch)
        if self._stored:
            return results
        (state,) = results[0]
        self._stored = (state.revision, state.settings_revision, state.business_date)
        self.revision, self._settings_revision, self.business_date = self._stored
        if state.settings_revision != self.setup.settings_revision:
            raise SettingsMoved
        today = business_date(self.now, self.setup.zone, self.setup.cut_over_hour)
        if today > self.business_date and not day_may_be_over:
            raise DayIsOver
        return results[1:]

    def take_in(self, row: Row) -> tuple[TicketRecord, LegRecord]:
        """Take a read leg with its ticket under this unit, to be changed by events, and return both."""
        leg = self.view.legs.get(row.id)
        if leg is None:
            leg = LegRecord(**{name: getattr(row, name) for name in q.LEG_COLUMNS})
            self.view.legs[leg.id] = leg
            self._before[leg.id] = replace(leg)
        if leg.ticket_id not in self.view.tickets:
            self.view.tickets[leg.ticket_id] = ticket_of(row)
            self._ended[leg.ticket_id] = row.t_ended_at
            self._tokens[leg.ticket_id] = row.t_token
        return self.view.tickets[leg.ticket_id], leg

    def token(self, ticket_id: int) -> str:
        """Return the visitor's token of a ticket that was taken in or issued here."""
        return self._tokens[ticket_id]

    def next_id(self) -> int:
        """Return the id of the ticket or leg that the next recorded event makes."""
        return self.setup.id * IDS_A_BRANCH + self.revision + 1

    def record(self, kind: str, **facts: Any) -> Event:
        """Record that something happened now: the branch's revision grows by one, tickets and legs follow."""
        self.revision += 1
        if self.events:
            facts["data"] = {**facts.get("data", {}), "with": self.events[0].revision}
        event = Event(revision=self.revision, kind=kind, at=self.now, **facts)
        apply(self.view, event)
        self.events.append(event)
        return event

    def issue(self, token: str, **facts: Any) -> Event:
        """Record a new ticket whose visitor holds `token`."""
        self._tokens[self.next_id()] = token
        return self.record("ticket_issued", ticket_id=self.next_id(), leg_id=self.next_id(), **facts)

    def also_write(self, prepared: Prepared, parameters: Mapping[str, Any], *, exactly_one: bool = False) -> None:
        """Write this too when the unit commits."""
        self._extra.append(((prepared, parameters), exactly_one))

    def change_session(self, session_id: int, **values: Any) -> None:
        """Write these columns of a counter session that is still open, when the unit commits."""
        self.also_write(q.update_session(tuple(values)), {"session": session_id, **values}, exactly_one=True)

    def queue_print(self, job: Mapping[str, Any]) -> None:
        """Queue a slip together with what it tells of: either both are kept or neither."""
        self.print_jobs.append(job)
        self.also_write(q.INSERT_PRINT_JOB, job)

    def remember_request(self, request_id: str | None, key: str) -> None:
        """Keep with the next event that it answers `request_id`, and in `key` what had been asked."""
        if request_id is not None:
            self._request = (self.revision + 1, request_id, key)

    def answered(self, rows: Sequence[Row], key: str) -> Row | None:
        """Return the event that already answered this request, where there is one.

        Raises:
            QueueError: `request_id_reused` where it had asked for something else.
        """
        if not rows:
            return None
        if rows[0].request_key != key:
            raise QueueError("request_id_reused")
        return rows[0]

    def settings_changed(self) -> None:
        """Let every process read the branch's settings anew from this commit on."""
        self._settings_revision_raised = True

    def turn_day(self, new_date: date) -> None:
        """Begin the business date `new_date`."""
        self.business_date = new_date

    def commit(self) -> None:
        """Write and commit everything that was recorded.

        Raises:
            Guarded: something was changed by somebody else in between, which the lock should have made impossible.
        """
        assert self._transaction is not None
        if not self.events and not self._extra:
            return
        self._transaction.write_and_commit([*self._row_writes(), *self._extra])
        if self.events and self._stored is not None:
            self.context.lines.follow(self.setup.id, self._stored[0], self.revision, self._moves())

    def _moves(self) -> Iterator[tuple[int, int, int]]:
        for before in self._before.values():
            if before.state == "waiting":
                yield before.service_id, before.rank, -1
        for leg in self.view.legs.values():
            if leg.state == "waiting":
                yield leg.service_id, leg.rank, 1

    def count_ahead(self, service_id: int, rank: int) -> int:
        """Return how many would be called before somebody who joined this queue now, in this class."""
        counts = self.context.lines.at(self.setup.id, self.revision)
        if counts is None:
            rows = self.lock_and_read((q.WAITING_BY_RANK, {}))[-1]
            counts = {(row.service_id, row.rank): row.count for row in rows}
            self.context.lines.learn(self.setup.id, self.revision, counts)
        return sum(number for (service, other), number in counts.items() if service == service_id and other <= rank)

    def _row_writes(self) -> list[tuple[Step, bool]]:
        # What is gone goes first: a ticket never has two open legs, not even between two statements.
        gone = [leg for leg_id, leg in self._before.items() if leg_id not in self.view.legs]
        steps: list[tuple[Step, bool]] = [
            ((q.DELETE_LEG, {"leg": leg.id, "old_state": leg.state}), True) for leg in gone
        ]
        if self.events:
            assert self._stored is not None
            state = {
                "branch": self.setup.id,
                "old_revision": self._stored[0],
                "revision": self.revision,
                "settings_revision": self._settings_revision + self._settings_revision_raised,
                "business_date": self.business_date,
            }
            steps.append(((q.RAISE_REVISION, state), True))
        for ticket in self.view.tickets.values():
            steps.append(self._ticket_write(ticket))
            # However a visit ends, and whoever takes that back: what the visitor left is erased so long after it.
            if ticket.ended_at != self._ended.get(ticket.id):
                erase_at = ticket.ended_at + self.setup.privacy.erase_after if ticket.ended_at is not None else None
                steps.append(((contacts.END_CONTACT, {"ticket": ticket.id, "erase_at": erase_at}), False))
        for leg in self.view.legs.values():
            steps.append(self._leg_write(leg))
        steps.extend(((q.INSERT_EVENT, self._event_row(event)), False) for event in self.events)
        return steps

    def _ticket_write(self, ticket: TicketRecord) -> tuple[Step, bool]:
        if ticket.id < self._first_new_id():
            values = {name: getattr(ticket, name) for name in ("state", "ended_at", "next_services")}
            return (q.UPDATE_TICKET, {"ticket": ticket.id, **values}), True
        row = {name: getattr(ticket, name) for name in q.TICKET_COLUMNS if name != "token"}
        row |= {
            "token": self._tokens[ticket.id],
            "branch_id": self.setup.id,
            "business_date": date.fromisoformat(ticket.business_date),
        }
        return (q.INSERT_TICKET, row), False

    def _leg_write(self, leg: LegRecord) -> tuple[Step, bool]:
        before = self._before.get(leg.id)
        if before is None:
            row = {name: getattr(leg, name) for name in q.LEG_COLUMNS}
            return (q.INSERT_LEG, row | {"branch_id": self.setup.id}), False
        changed = {name: getattr(leg, name) for name in q.LEG_COLUMNS if getattr(leg, name) != getattr(before, name)}
        update = q.update_leg(tuple(changed) or ("state",))
        return (update, {"state": leg.state, **changed, "leg": leg.id, "old_state": before.state}), True

    def _first_new_id(self) -> int:
        assert self._stored is not None
        return self.setup.id * IDS_A_BRANCH + self._stored[0] + 1

    def _event_row(self, event: Event) -> dict[str, Any]:
        answers = self._request is not None and self._request[0] == event.revision
        request_id, request_key = self._request[1:] if self._request is not None and answers else (None, None)
        return {
            "branch_id": self.setup.id,
            "revision": event.revision,
            "kind": event.kind,
            "at": event.at,
            "ticket_id": event.ticket_id,
            "leg_id": event.leg_id,
            "counter_id": event.counter_id,
            "user_id": event.user_id,
            "reason": event.reason,
            "rule": event.rule,
            "data": event.data,
            "request_id": request_id,
            "request_key": request_key,
        }

    def close(self) -> None:
        """Give the connection back; what was not committed is undone."""
        if self._transaction is not None:
            self._transaction.close()
            self._transaction = None


def ticket_of(row: Row) -> TicketRecord:
    """Return the ticket in a row that was read together with its leg."""
    return TicketRecord(
        id=row.t_id,
        label=row.t_label,
        series=row.t_series,
        number=row.t_number,
        service_id=row.t_service_id,
        business_date=row.t_business_date.isoformat(),
        language=row.t_language,
        priority=row.t_priority,
        channel=row.t_channel,
        issued_at=row.t_issued_at,
        state=row.t_state,
        ended_at=row.t_ended_at,
        next_services=row.t_next_services,
    )
