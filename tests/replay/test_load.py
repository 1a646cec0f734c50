"""Loading recorded days into the record with a simulated clock."""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from made_days import DATA, MIDDLE, NAME, SMALL, MadeTicket, text_of
from sqlalchemy import select

from queue_app.domain.kpi import percentile
from queue_app.operations.close_day import close_day
from queue_app.operations.unit_of_work import Context
from queue_app.operations.verify import differences
from queue_app.replay.day import Day, read_day
from queue_app.replay.load import MORNING_HOUR, DayLoader, LoadError, loading_context
from queue_app.replay.office import counters_needed, create_office
from queue_app.store.models import BranchState, CounterSession, Leg, TicketEvent
from queue_app.store.session import Database
from tests.servers import ROOT


def load(database: Database, day: Day, slug: str = "office") -> Context:
    """Load a day into a new branch."""
    context, clock = loading_context(database, day.at(MORNING_HOUR))
    create_office(context, slug, [day], counters_needed([day]), clock.now(), recorded=True)
    DayLoader(context, clock, slug, day, lambda: None).load()
    return context


def recorded_waits(database: Database, context: Context, slug: str) -> dict[str, list[float]]:
    """Return the seconds from joining the queue to the first call by service, shortest first."""
    with database.reading() as connection:
        rows = list(connection.execute(select(Leg.service_id, Leg.enqueued_at, Leg.first_called_at)))
    setup = context.setup(slug)
    found: dict[str, list[float]] = {}
    for row in rows:
        if row.first_called_at is not None:
            name = setup.services_by_id[row.service_id].name["pl"]
            found.setdefault(name, []).append((row.first_called_at - row.enqueued_at).total_seconds())
    return {name: sorted(values) for name, values in found.items()}


def test_loaded_day_has_the_files_own_waits_to_the_second(database: Database) -> None:
    day = read_day(MIDDLE)
    context = load(database, day)
    recorded = recorded_waits(database, context, "office")
    for service in day.services:
        waits = [ticket.wait_seconds for ticket in day.of_service(service.service_id)]
        in_file = sorted(wait for wait in waits if wait is not None)
        in_record = recorded[service.name]
        assert len(in_record) == len(in_file)
        assert sum(in_record) / len(in_record) == pytest.approx(sum(in_file) / len(in_file), abs=0.5)
        for percent in (50, 90):
            assert percentile(in_record, percent) == percentile(in_file, percent)
    assert list(differences(context)) == []


def test_whoever_was_never_called_is_sent_home_by_the_days_end(database: Database) -> None:
    day = read_day(SMALL)
    load(database, day)
    with database.reading() as connection:
        states = [row.state for row in connection.execute(select(Leg.state))]
        (state,) = connection.execute(select(BranchState.business_date))
        unclosed = connection.execute(select(CounterSession.id).where(CounterSession.closed_at.is_(None))).all()
    assert sorted(set(states)) == ["expired", "finished"]
    assert states.count("expired") == sum(ticket.called_at is None for ticket in day.tickets) == 1
    assert state.business_date == date(2020, 1, 3)
    assert unclosed == []


def test_nobody_is_served_for_longer_than_three_times_what_the_city_expected(database: Database) -> None:
    day = read_day(SMALL)
    context = load(database, day)
    expected = {
        service.name: 3 * max(row.expected_service_seconds for row in day.staffing[service.service_id]) or 1800
        for service in day.services
    }
    setup = context.setup("office")
    with database.reading() as connection:
        for row in connection.execute(
            select(Leg.service_id, Leg.started_at, Leg.ended_at).where(Leg.state == "finished")
        ):
            seconds = (row.ended_at - row.started_at).total_seconds()
            assert 0 <= seconds <= max(1800, expected[setup.services_by_id[row.service_id].name["pl"]])


def test_events_of_the_record_never_go_back_in_time(database: Database) -> None:
    load(database, read_day(SMALL))
    with database.reading() as connection:
        moments = [row.at for row in connection.execute(select(TicketEvent.at).order_by(TicketEvent.revision))]
    assert moments == sorted(moments)


def test_branch_that_somebody_else_ends_the_day_of_is_told_plainly(database: Database) -> None:
    day = read_day(SMALL)
    context, clock = loading_context(database, day.at(MORNING_HOUR))
    create_office(context, "office", [day], counters_needed([day]), clock.now(), recorded=True)
    done = 0

    def interfere() -> None:
        nonlocal done
        done += 1
        if done == 10:
            close_day(Context(database, clock), "office")

    with pytest.raises(LoadError, match="somebody else changed the branch office while it was being loaded"):
        DayLoader(context, clock, "office", day, interfere).load()


def flask(folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a `flask` command of an installation in `folder`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("QUEUE_")}
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *map(str, arguments)],
        env={**kept, "QUEUE_DATA_DIR": str(folder)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture
def folder(tmp_path: Path, migrated_sqlite: Path) -> Path:
    """The data folder of a fresh installation."""
    (tmp_path / "queue.sqlite3").write_bytes(migrated_sqlite.read_bytes())
    return tmp_path


def test_command_loads_prints_the_table_and_leaves_a_consistent_record(folder: Path) -> None:
    done = flask(folder, "load", *sorted(DATA.glob("UD_Rembertow*.csv")))
    assert done.returncode == 0, done.stderr
    assert re.search(r"^all +79 +78 +168 +8 +26 +79 +78 +168 +8 +26$", done.stdout, re.MULTILINE), done.stdout
    assert "The record says what the files say." in done.stdout
    assert flask(folder, "record", "verify").stdout == "The record is consistent.\n"


def test_a_demo_is_loaded_once_and_its_manager_reads_it(folder: Path) -> None:
    assert flask(folder, "demo").returncode == 0
    path = folder / NAME
    path.write_text(text_of(MadeTicket(1, 1, 0, 60).row))
    nobody = flask(folder, "load", "--manager", "nobody", "--branch", "other", path)
    assert (nobody.returncode, "unknown_user" in nobody.stderr) == (1, True), nobody.stderr
    for expected in ("1 tickets in", ""):
        done = flask(folder, "load", "--once", "--manager", "marta", path)
        assert done.returncode == 0, done.stderr
        assert expected in done.stdout if expected else not done.stdout
    query = "SELECT role.role FROM user_role role JOIN branch ON branch.id = role.branch_id WHERE branch.slug = 'ud-somewhere'"
    with contextlib.closing(sqlite3.connect(folder / "queue.sqlite3")) as connection:
        assert connection.execute(query).fetchall() == [("manager",)]


def test_days_are_loaded_one_after_the_other_and_never_backwards(folder: Path) -> None:
    first, second = folder / NAME, folder / NAME.replace("01-02", "01-07")
    first.write_text(text_of(MadeTicket(1, 1, 0, 60).row))
    second.write_text(text_of(MadeTicket(1, 1, 5, 65).row, MadeTicket(2, 1, 10, None).row))
    done = flask(folder, "load", second, first)
    assert done.returncode == 0, done.stderr
    assert re.search(r"2020-01-02 .*\n2020-01-07 ", done.stdout), done.stdout
    again = flask(folder, "load", first)
    assert again.returncode == 1
    assert "the branch ud-somewhere stands at 2020-01-08 already" in again.stderr


def test_later_day_goes_into_the_branch_of_the_earlier_one(folder: Path) -> None:
    first, second = folder / NAME, folder / NAME.replace("01-02", "01-07")
    for path in (first, second):
        path.write_text(text_of(MadeTicket(1, 1, 0, 60).row))
        assert flask(folder, "load", path).returncode == 0
    assert flask(folder, "record", "verify").returncode == 0


def test_file_that_is_no_day_is_refused_in_plain_words(folder: Path) -> None:
    path = folder / NAME
    path.write_text("not,a,day\n")
    done = flask(folder, "load", path)
    assert done.returncode == 1
    assert "the columns are not, a, day; they must be service_id" in done.stderr
    assert "Traceback" not in done.stderr
