"""What is read from the record for the reports: compared, to the millisecond, with a second and plain reading of the same record."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from sqlalchemy import select

from queue_app.clock import SimulatedClock
from queue_app.domain.branch import BranchSetup
from queue_app.domain.day_facts import NEVER, DayFacts, DayReader, Leg, Staff, Visit
from queue_app.domain.events import Event, Kind, LegRecord
from queue_app.domain.staff_time import StaffTime
from queue_app.operations import counters, desk_actions, rules_setup, serve
from queue_app.operations import undo as undoing
from queue_app.operations.close_day import close_day
from queue_app.operations.serve import Destination
from queue_app.operations.unit_of_work import Actor, Context
from queue_app.store.board import event_of
from queue_app.store.facts import RecordReader
from queue_app.store.models import TicketEvent
from queue_app.store.session import Database
from tests.factories import Brno, create_brno
from tests.reports import plain_reading
from tests.reports.records import Course, Office, courses

CALM = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.generate,),
)
LOOKS_A_DAY = 6
"""So often a day is looked at while it is under way."""

NUMBERS = count(1)
"""Of the branches, one for each record."""

HAPPENS_IN_A_RECORD = frozenset(Kind) - {Kind.DESK_MESSAGE, Kind.NOTICE_CHANGED}


@pytest.fixture(scope="module")
def records(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database for the records of all examples: each has a branch of its own."""
    path = tmp_path_factory.mktemp("records") / "queue.sqlite3"
    shutil.copy(migrated_sqlite, path)
    database = Database(f"sqlite:///{path}")
    with database.writer.connect() as connection:
        # Nobody needs these records after a power cut.
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA synchronous=OFF")
    yield database
    database.dispose()


# --- two readings of one record ----------------------------------------------------------------------------------------


def events_of(database: Database, setup: BranchSetup) -> list[Event]:
    """Return the record of a branch."""
    table = TicketEvent.__table__
    with database.reading() as connection:
        rows = connection.execute(select(table).where(table.c.branch_id == setup.id).order_by(table.c.revision))
        return [event_of(row) for row in rows]


def expect_the_same(facts: DayFacts, events: list[Event], setup: BranchSetup, now: datetime) -> None:
    """Compare the rows of a day as the product has them with those of the plain reading, one by one."""
    expected = plain_reading.read(events, setup.services_of, now)
    assert [row._asdict() for row in facts.legs] == expected["legs"]
    assert [row._asdict() for row in facts.visits] == expected["visits"]
    staff = [row._asdict() for row in facts.staff]
    assert sorted(staff, key=lambda row: (row["counter_id"], row["user_id"], row["begin"])) == expected["staff"]


def expect_the_same_under_way(events: list[Event], setup: BranchSetup) -> None:
    """Follow a day, and compare it several times as it stands between two operations."""
    between = [place for place, following in enumerate(events[1:]) if "with" not in following.data]
    looks = frozenset(between[:: len(between) // LOOKS_A_DAY + 1])
    reader = DayReader(setup.services_of)
    for place, event in enumerate(events):
        reader.follow(event)
        if place in looks:
            now = event.at + (events[place + 1].at - event.at) * 2 / 3
            expect_the_same(reader.facts(now), events[: place + 1], setup, now)


def expect_both_readings_to_agree(database: Database, setup: BranchSetup, now: datetime) -> list[Event]:
    """Read a branch's whole record twice, day by day, compare everything, and return the record."""
    events = events_of(database, setup)
    reader = RecordReader(database, setup, 0)
    days = [*reader.days(), reader.today(now.date())]
    expected_days = plain_reading.days_of(events)
    assert [(day.first_revision, day.last_revision) for day in days] == [
        (day[0].revision, day[-1].revision) for day in expected_days
    ]
    for day, of_day in zip(days, expected_days, strict=True):
        expect_the_same(day.reader.facts(now), of_day, setup, now)
        expect_the_same_under_way(of_day, setup)
        if day.over:
            assert day.reader.facts(now + timedelta(days=1)) == day.reader.facts(now)
    return events


def read_many_records_twice(database: Database) -> Counter[str]:
    """Make records and read each of them twice; return how often everything happened in them."""
    happened: Counter[str] = Counter()

    @CALM
    @given(courses(steps=90))
    def read_twice(course: Course) -> None:
        office = Office(database, f"b{next(NUMBERS)}", course)
        events = expect_both_readings_to_agree(database, office.setup, office.clock.now())
        happened.update(event.kind for event in events)

    read_twice()
    return happened


def test_both_readings_of_any_record_agree_to_the_millisecond(records: Database) -> None:
    happened = read_many_records_twice(records)
    assert {kind: happened[kind] for kind in HAPPENS_IN_A_RECORD if happened[kind] < 15} == {}


def test_the_test_above_fails_when_one_reading_does_not_take_back_what_was_undone(
    records: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(StaffTime, "leg_moved", without_undoing(StaffTime.leg_moved))
    with pytest.raises(AssertionError):
        read_many_records_twice(records)


def without_undoing(leg_moved: Callable[..., None]) -> Callable[..., None]:
    """Return how legs would be followed if undoing were an action like any other."""

    def moved(self: StaffTime, leg: LegRecord, before: str | None, now: str | None, event: Event) -> None:
        leg_moved(self, leg, before, now, replace(event, kind=Kind.TICKET_NOTED))

    return moved


# --- single decisions, told as examples --------------------------------------------------------------------------------


@pytest.fixture
def brno(migrated_sqlite: Path, tmp_path: Path, clock: SimulatedClock) -> Iterator[Brno]:
    """The branch every test knows, with one clerk at counter 1."""
    shutil.copy(migrated_sqlite, tmp_path / "queue.sqlite3")
    database = Database(f"sqlite:///{tmp_path / 'queue.sqlite3'}")
    brno = create_brno(Context(database, clock))
    brno.open(0)
    yield brno
    database.dispose()


def at_one(brno: Brno) -> tuple[Context, int, Actor]:
    """Return counter 1 and its clerk, as the operations want them."""
    return brno.context, brno.counters[0], brno.alena


def read(brno: Brno) -> DayFacts:
    """Return today's rows, which the plain reading confirms."""
    setup, now = brno.context.setup("brno"), brno.context.clock.now()
    expect_both_readings_to_agree(brno.context.database, setup, now)
    reader = DayReader(setup.services_of)
    for event in plain_reading.days_of(events_of(brno.context.database, setup))[-1]:
        reader.follow(event)
    return reader.facts(now)


def seconds(row: Leg | Visit | Staff, *names: str) -> dict[str, float]:
    """Return durations of a row in seconds, of those that happened."""
    told: dict[str, Any] = row._asdict()
    return {name: told[name] / 1000 for name in names if told[name] != NEVER}


def of_clerk(brno: Brno, facts: DayFacts, name: str) -> dict[str, float]:
    """Return how long a clerk was open, paused, busy, and idle while somebody waited, in seconds."""
    rows = [row for row in facts.staff if row.user_id == brno.users[name]]
    columns = ("opened", "paused", "busy", "idle_waiting")
    return {column: sum(getattr(row, column) for row in rows) / 1000 for column in columns}


WAITS = ("queue_wait", "response", "wait", "waited_in_vain", "service_time", "wrap_up")


def test_a_service_begins_with_the_last_call_and_ends_with_the_wrap_up(brno: Brno, clock: SimulatedClock) -> None:
    brno.take()
    clock.advance(seconds=60)
    brno.next()
    clock.advance(seconds=30)
    serve.recall(*at_one(brno))
    clock.advance(seconds=200)
    serve.finish(*at_one(brno), wrap_up=True)
    clock.advance(seconds=15)
    counters.resume_counter(*at_one(brno))
    clock.advance(seconds=10)
    facts = read(brno)
    told = {"queue_wait": 60, "response": 30, "wait": 90, "service_time": 215, "wrap_up": 15}
    assert seconds(facts.legs[0], *WAITS) == told
    assert of_clerk(brno, facts, "alena") == {"opened": 315, "paused": 0, "busy": 215, "idle_waiting": 60}


def test_a_wrap_up_that_does_not_follow_at_once_is_busy_time_but_no_part_of_the_service(
    brno: Brno, clock: SimulatedClock
) -> None:
    brno.take()
    brno.next()
    clock.advance(seconds=60)
    serve.finish(*at_one(brno))
    clock.advance(seconds=3)
    counters.begin_wrap_up(*at_one(brno))
    clock.advance(seconds=20)
    counters.pause_counter(*at_one(brno))
    facts = read(brno)
    assert seconds(facts.legs[0], "service_time", "wrap_up") == {"service_time": 60}
    assert of_clerk(brno, facts, "alena")["busy"] == 80


def test_whoever_is_served_without_a_number_has_a_service_and_no_wait(brno: Brno, clock: SimulatedClock) -> None:
    desk_actions.serve_without_ticket(*at_one(brno), "ids")
    clock.advance(seconds=45)
    serve.finish(*at_one(brno))
    facts = read(brno)
    assert seconds(facts.legs[0], *WAITS) == {"service_time": 45}
    assert seconds(facts.visits[0], "wait", "total_wait", "waited_in_vain") == {}
    assert facts.visits[0].served


def test_where_serving_without_a_number_is_undone_nobody_was_there(brno: Brno, clock: SimulatedClock) -> None:
    desk_actions.serve_without_ticket(*at_one(brno), "ids")
    clock.advance(seconds=5)
    undone = undoing.undo(*at_one(brno))
    facts = read(brno)
    assert (facts.legs, facts.visits) == ([], [])
    assert of_clerk(brno, facts, "alena") == {"opened": 5, "paused": 0, "busy": 0, "idle_waiting": 0}
    desk_actions.reopen(brno.context, "brno", undone.ticket.id, brno.alena)
    assert [visit.end for visit in read(brno).visits] == ["waiting"]


def test_a_call_that_was_undone_kept_nobody_busy_and_nobody_from_waiting(brno: Brno, clock: SimulatedClock) -> None:
    brno.take()
    brno.next()
    clock.advance(seconds=8)
    undoing.undo(*at_one(brno))
    clock.advance(seconds=2)
    facts = read(brno)
    assert seconds(facts.legs[0], *WAITS) == {"waited_in_vain": 10}
    assert of_clerk(brno, facts, "alena") == {"opened": 10, "paused": 0, "busy": 0, "idle_waiting": 10}


def test_whoever_is_moved_while_waiting_has_waited_in_both_queues(brno: Brno, clock: SimulatedClock) -> None:
    ticket_id = brno.take("ids").ticket.id
    clock.advance(seconds=100)
    desk_actions.move_ticket(brno.context, "brno", ticket_id, brno.alena, Destination("cash"))
    clock.advance(seconds=20)
    brno.next()
    serve.start(*at_one(brno))
    under_way = read(brno)
    serve.finish(*at_one(brno))
    for facts in (under_way, read(brno)):
        assert [seconds(leg, *WAITS).get("wait") for leg in facts.legs] == [None, 20]
        assert seconds(facts.visits[0], "wait", "waited_in_vain") == {"wait": 120}
        assert seconds(facts.visits[0], "total_wait", "transfer_wait") == {"total_wait": 120}


def test_all_waits_of_a_visit_are_never_less_than_the_first_one(brno: Brno, clock: SimulatedClock) -> None:
    ticket_id = brno.take("ids").ticket.id
    for service, after in (("cash", 100), ("driving", 20)):
        clock.advance(seconds=after)
        desk_actions.move_ticket(brno.context, "brno", ticket_id, brno.alena, Destination(service))
    clock.advance(seconds=5)
    brno.next()
    serve.start(*at_one(brno))
    serve.transfer(*at_one(brno), Destination("ids"))
    clock.advance(seconds=7)
    desk_actions.move_ticket(brno.context, "brno", ticket_id, brno.alena, Destination("cash"))
    clock.advance(seconds=3)
    brno.next()
    serve.finish(*at_one(brno))
    visit = read(brno).visits[0]
    assert seconds(visit, "wait", "total_wait", "transfer_wait") == {
        "wait": 125,
        "total_wait": 135,
        "transfer_wait": 10,
    }


def test_whoever_takes_a_counter_over_takes_over_the_visitor_there(brno: Brno, clock: SimulatedClock) -> None:
    brno.take()
    brno.next()
    clock.advance(seconds=10)
    marta = brno.actor("marta")
    counters.open_counter(brno.context, brno.counters[0], marta, take_over=True)
    clock.advance(seconds=25)
    serve.finish(brno.context, brno.counters[0], marta, wrap_up=True)
    clock.advance(seconds=5)
    counters.resume_counter(brno.context, brno.counters[0], marta)
    facts = read(brno)
    assert [of_clerk(brno, facts, name)["busy"] for name in ("alena", "marta")] == [10, 30]
    assert seconds(facts.legs[0], "service_time", "wrap_up") == {"service_time": 40, "wrap_up": 5}


def test_nobody_waits_for_a_counter_before_the_time_they_were_returned_for(brno: Brno, clock: SimulatedClock) -> None:
    brno.take()
    brno.next()
    serve.return_to_queue(*at_one(brno), minutes=2)
    clock.advance(seconds=200)
    facts = read(brno)
    assert of_clerk(brno, facts, "alena") == {"opened": 200, "paused": 0, "busy": 0, "idle_waiting": 80}
    assert facts.legs[0].returns == 1


def test_only_whom_a_counter_may_take_waits_for_it(brno: Brno, clock: SimulatedClock) -> None:
    marta = brno.actor("marta")
    rules_setup.set_profile(brno.context, "brno", marta, "cash", {"services": ["cash"]})
    brno.take("ids")
    clock.advance(seconds=30)
    rules_setup.set_session_profile(brno.context, brno.counters[0], marta, "cash")
    clock.advance(seconds=500)
    brno.take("cash", user_id=brno.users["bohdan"])
    clock.advance(seconds=7)
    assert of_clerk(brno, read(brno), "alena")["idle_waiting"] == 30


def test_a_pause_is_never_busy_and_ends_with_the_day(brno: Brno, clock: SimulatedClock) -> None:
    brno.take()
    brno.next()
    clock.advance(seconds=10)
    serve.start(*at_one(brno))
    clock.advance(seconds=10)
    counters.pause_counter(*at_one(brno))
    clock.advance(seconds=50)
    close_day(brno.context, "brno")
    clock.advance(seconds=50)
    facts = read(brno)
    assert of_clerk(brno, facts, "alena") == {"opened": 70, "paused": 50, "busy": 20, "idle_waiting": 0}
    # What only the day's end finished was served, but nobody knows how long it would have taken.
    assert (facts.legs[0].served, facts.legs[0].outcome) == (True, "day_closed")
    assert seconds(facts.legs[0], *WAITS) == {"queue_wait": 0, "response": 10, "wait": 10}


def test_a_clerk_who_comes_back_within_a_quarter_of_an_hour_has_one_row_for_it(
    brno: Brno, clock: SimulatedClock
) -> None:
    for _ in range(3):
        clock.advance(seconds=100)
        counters.close_counter(*at_one(brno))
        clock.advance(seconds=50)
        brno.open(0)
    clock.advance(minutes=20)
    rows = [(row.begin // 1000 % 3600, row.opened / 1000) for row in read(brno).staff]
    assert rows == [(0, 750), (900, 750)]
