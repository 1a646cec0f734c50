"""Databases of earlier releases become today's, with everything that was in them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from queue_app.care.copies import conninfo_of, sqlite_path
from queue_app.clock import SimulatedClock
from queue_app.config import Settings
from queue_app.domain.desk import DeskRules
from queue_app.domain.profiles import BranchRules
from queue_app.domain.screen_layout import USUAL
from queue_app.operations.counters import open_counter
from queue_app.operations.forecasting import Forecasts
from queue_app.operations.keep_days import differences_of_days
from queue_app.operations.serve import call_next
from queue_app.operations.take_ticket import TakeTicket, take_ticket
from queue_app.operations.unit_of_work import Actor, Context
from queue_app.operations.verify import differences
from queue_app.store import report_tables, running_tables  # noqa: F401 - their tables are a part of what the models say
from queue_app.store.migrate import NEWEST, configuration, migrate, problem_of
from queue_app.store.models import Base
from queue_app.store.people import find_token
from queue_app.store.session import Database
from queue_app.store.setups import load_setup
from tests.servers import PostgresServer

DUMPS = Path(__file__).parent.parent / "data/release-0005"
"""A branch with two lived days, as the release before this one made it on either database."""


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """A database without anything in it."""
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        return Database(Settings(database_url=server.new_database("template0")).url)
    return Database(f"sqlite:///{tmp_path / 'queue.sqlite3'}")


def old_branch(database: Database) -> None:
    """Fill an empty database with a branch of the previous release."""
    dump = (DUMPS / ("sqlite.sql" if database.is_sqlite else "postgresql.sql")).read_text("utf-8")
    if database.is_sqlite:
        with closing(sqlite3.connect(sqlite_path(database.writer.url.render_as_string()))) as connection:
            connection.executescript(dump)
    else:
        conninfo = conninfo_of(database.writer.url.render_as_string(hide_password=False))
        with psycopg.connect(conninfo) as connection:
            connection.execute(dump)  # type: ignore[call-overload]


def test_the_form_that_is_needed_is_that_of_the_last_migration() -> None:
    assert ScriptDirectory.from_config(configuration()).get_current_head() == NEWEST


def test_a_whole_branch_of_the_previous_release_goes_on_where_it_stood(empty: Database) -> None:
    old_branch(empty)
    with empty.reading() as connection:
        before = [
            connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            for table in ("ticket", "leg", "ticket_event", "print_job", "day_facts", "api_token", "user_account")
        ]
        calls = connection.execute(text("SELECT label, state FROM ticket ORDER BY id")).all()
    assert problem_of(empty) is not None
    migrate(empty)
    assert problem_of(empty) is None
    with empty.reading() as connection:
        after = [
            connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            for table in ("ticket", "leg", "ticket_event", "print_job", "day_facts", "api_token", "user_account")
        ]
        assert connection.execute(text("SELECT label, state FROM ticket ORDER BY id")).all() == calls
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    assert (after, before[0] >= 30, before[4]) == (before, True, 1)
    context = Context(empty, SimulatedClock(datetime(2026, 3, 4, 14, 0, tzinfo=UTC)))
    assert list(differences(context)) == []
    assert list(differences_of_days(context, "brno")) == []
    # The day goes on: the next number follows the last one, and somebody is called.
    setup = context.setup("brno")
    taken = take_ticket(context, Forecasts(context), "brno", TakeTicket("ids"))
    with empty.reading() as connection:
        given = text("SELECT number FROM ticket WHERE business_date = '2026-03-04' AND series = 'A' ORDER BY number")
        numbers = list(connection.execute(given).scalars())
    assert numbers == list(range(1, taken.ticket.number + 1)) and len(numbers) > 3
    counter = setup.counters[2].id
    oskar = Actor("user:4", "Oskar", 4, supervises=True)
    open_counter(context, counter, oskar)
    assert call_next(context, counter, oskar).leg.state == "called"
    assert list(differences(context)) == []
    empty.dispose()


def upgrade_to(database: Database, revision: str) -> None:
    """Bring a database to an earlier form."""
    with database.writer.connect() as connection:
        config = configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def test_from_nothing_the_database_becomes_what_the_models_say(empty: Database) -> None:
    assert problem_of(empty) is not None
    migrate(empty)
    assert problem_of(empty) is None
    with empty.writer.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    migrate(empty)  # again, with nothing to do
    assert problem_of(empty) is None
    empty.dispose()


def test_a_branch_of_the_first_release_keeps_its_printers_and_its_slips(empty: Database) -> None:
    upgrade_to(empty, "0001")
    at = 1_700_000_000_000_000 if empty.is_sqlite else "2026-03-04T08:00:00Z"
    with empty.writer.begin() as connection:
        for statement in (
            "INSERT INTO branch (id, slug, name, time_zone, cut_over_hour, languages, finish_on_next, confirm_arrival,"
            " target_wait_seconds, accent_colour, open_devices, day_ends_by_itself, notice, other_channels, created_at)"
            " VALUES (1, 'brno', '{}', 'Europe/Prague', 3, '[\"cs\"]', true, false, 900, '#0b5d4e', true, true, '{}', '{}', :at)",
            "INSERT INTO service (id, branch_id, slug, series, name, position, active, intake_open, first_number, digits,"
            " expected_service_seconds, bring) VALUES (1, 1, 'ids', 'A', '{}', 0, true, true, 1, 3, 300, '{}')",
            "INSERT INTO printer (id, branch_id, name, kind, address, profile, paper, enabled)"
            " VALUES (1, 1, 'PDF', 'pdf_folder', '{\"path\": \"/tmp\"}', 'generic-80', 'roll80', true)",
            "INSERT INTO ticket (id, token, branch_id, service_id, business_date, series, number, label, language, priority,"
            " channel, state, issued_at) VALUES (7, 'secret', 1, 1, '2026-03-04', 'A', 1, 'A001', 'cs', 'standard',"
            " 'kiosk', 'waiting', :at)",
            "INSERT INTO print_job (id, branch_id, ticket_id, printer_id, state, slip, copy, attempts, created_at)"
            " VALUES (3, 1, 7, 1, 'queued', '{\"ahead\": 0}', false, 0, :at)",
        ):
            connection.execute(text(statement), {"at": at} if ":at" in statement else {})
    migrate(empty)
    with empty.reading() as connection:
        printer = connection.execute(text("SELECT name, paused, status, fallback_id FROM printer")).one()
        assert (printer.name, bool(printer.paused), printer.status, printer.fallback_id) == (
            "PDF",
            False,
            "unknown",
            None,
        )
        job = connection.execute(text("SELECT id, ticket_id, state, moved_from_id FROM print_job")).one()
        assert tuple(job) == (3, 7, "queued", None)
        assert connection.execute(text("SELECT slip_text FROM service")).scalar_one() in ({}, "{}")
    empty.dispose()


def test_a_branch_of_the_second_release_keeps_its_work_profiles(empty: Database) -> None:
    upgrade_to(empty, "0002")
    at = 1_700_000_000_000_000 if empty.is_sqlite else "2026-03-04T08:00:00Z"
    with empty.writer.begin() as connection:
        for statement in (
            "INSERT INTO branch (id, slug, name, time_zone, cut_over_hour, languages, finish_on_next, confirm_arrival,"
            " target_wait_seconds, accent_colour, open_devices, day_ends_by_itself, notice, other_channels, created_at)"
            " VALUES (1, 'brno', '{}', 'Europe/Prague', 3, '[\"cs\"]', true, false, 900, '#0b5d4e', true, true, '{}', '{}', :at)",
            "INSERT INTO branch_state (branch_id, revision, settings_revision, business_date)"
            " VALUES (1, 0, 0, '2026-03-04')",
            "INSERT INTO service (id, branch_id, slug, series, name, position, active, intake_open, first_number, digits,"
            " expected_service_seconds, bring) VALUES (1, 1, 'ids', 'A', '{}', 0, true, true, 1, 3, 300, '{}')",
            "INSERT INTO service (id, branch_id, slug, series, name, position, active, intake_open, first_number, digits,"
            " expected_service_seconds, bring) VALUES (2, 1, 'taxes', 'B', '{}', 1, true, true, 1, 3, 300, '{}')",
            "INSERT INTO work_profile (id, branch_id, name, service_ids) VALUES (5, 1, 'papers', '[2, 1]')",
        ):
            connection.execute(text(statement), {"at": at} if ":at" in statement else {})
    migrate(empty)
    with empty.reading() as connection:
        setup = load_setup(connection, "brno")
    assert setup is not None
    (profile,) = setup.profiles
    assert (profile.name, profile.profile.manner) == ("papers", "first_come")
    assert [terms.service_id for terms in profile.profile.services] == [2, 1]
    assert (setup.rules, setup.desk) == (BranchRules(), DeskRules())
    empty.dispose()


def test_a_branch_of_the_third_release_keeps_its_screens_its_kiosks_and_their_tokens(empty: Database) -> None:
    upgrade_to(empty, "0003")
    at = 1_700_000_000_000_000 if empty.is_sqlite else "2026-03-04T08:00:00Z"
    with empty.writer.begin() as connection:
        for statement in (
            "INSERT INTO branch (id, slug, name, time_zone, cut_over_hour, languages, finish_on_next, confirm_arrival,"
            " target_wait_seconds, accent_colour, open_devices, day_ends_by_itself, notice, other_channels, rules, desk, created_at)"
            " VALUES (1, 'brno', '{}', 'Europe/Prague', 3, '[\"cs\"]', true, false, 900, '#0b5d4e', true, true, '{}', '{}',"
            " '{}', '{}', :at)",
            "INSERT INTO branch_state (branch_id, revision, settings_revision, business_date)"
            " VALUES (1, 0, 0, '2026-03-04')",
            "INSERT INTO kiosk (id, branch_id, name) VALUES (4, 1, 'Kiosk 1')",
            "INSERT INTO screen (id, branch_id, name, last_seen_at) VALUES (5, 1, 'Lobby 1', :at)",
            "INSERT INTO api_token (id, name, token_hash, scopes, branch_id, screen_id, created_at)"
            " VALUES (6, 'lobby', 'x', '[\"display\"]', 1, 5, :at)",
        ):
            connection.execute(text(statement), {"at": at} if ":at" in statement else {})
    migrate(empty)
    with empty.reading() as connection:
        setup = load_setup(connection, "brno")
        holder = find_token(connection, "x", datetime.now(UTC))
    assert setup is not None and holder is not None
    assert [(screen.id, screen.name, screen.layout) for screen in setup.screens] == [(5, "Lobby 1", USUAL)]
    assert [(kiosk.id, kiosk.name) for kiosk in setup.kiosks] == [(4, "Kiosk 1")]
    assert (holder.screen_id, holder.branch_id) == (5, 1)
    empty.dispose()
