"""The doctor finds what is wrong, says what to do, and goes on where one look fails."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text, update

from queue_app.care.findings import Finding, Patient, Standing, examine
from queue_app.clock import SimulatedClock, SystemClock
from queue_app.config import Settings
from queue_app.doctor_cli import look_at_everything
from queue_app.operations import setup as people
from queue_app.operations.backups import LAST
from queue_app.operations.delivery import Lobbies
from queue_app.operations.unit_of_work import Context
from queue_app.sealing import Sealer
from queue_app.store.models import ApiToken, Leg, PrinterRow, User
from queue_app.store.session import Database
from tests.factories import Brno


@pytest.fixture
def patient(database: Database, context: Context, brno: Brno, tmp_path: Path) -> Patient:
    """A branch that is well, on either database."""
    given = "" if database.is_sqlite else database.writer.url.render_as_string(hide_password=False)
    settings = Settings(data_dir=tmp_path, database_url=given, public_url="http://queue.example", redis_url="")
    return Patient(settings, context, Sealer(["key"]), Lobbies(context))


def found(patient: Patient, *, record: bool = False) -> dict[str, Finding]:
    """Return what is not well, by what it is."""
    return {each.what: each for each in look_at_everything(patient, record=record) if each.standing != Standing.OK}


def test_a_branch_that_is_well_has_nothing_bad(patient: Patient) -> None:
    assert [each for each in found(patient, record=True).values() if each.standing == Standing.BAD] == []


def test_a_database_that_is_not_migrated_is_said_first_and_the_rest_is_still_looked_at(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    context = Context(Database(settings.url), SystemClock())
    looked = look_at_everything(Patient(settings, context, Sealer(["key"]), Lobbies(context)), record=True)
    (database,) = [each for each in looked if each.what == "database"]
    assert database.standing == Standing.BAD and "flask migrate" in database.todo
    assert any(each.what == "fonts" for each in looked)
    context.database.dispose()


def test_what_is_wrong_is_named_with_what_to_do(
    patient: Patient, brno: Brno, clock: SimulatedClock, tmp_path: Path
) -> None:
    context = patient.context
    brno.take("ids", printer_id=brno.printer_id)
    sealed = Sealer(["another key"]).seal("secret")
    with context.database.writing() as connection:
        connection.execute(update(PrinterRow).values(status="paper_out"))
        connection.execute(update(User).where(User.username == "marta.brno").values(totp_secret=sealed))
        connection.execute(text("UPDATE user_role SET role = 'admin' WHERE user_id = 2"))
    people.create_token(context, "old feed", ["reports"])
    at = clock.now()
    with context.database.writing() as connection:
        connection.execute(update(ApiToken).values(expires_at=at))
    told = {"at": (at - timedelta(days=3)).isoformat(), "file": str(tmp_path / "gone.zip"), "verified": True}
    (tmp_path / LAST).write_text(json.dumps(told))
    clock.advance(minutes=10)
    wrong = found(
        dataclasses.replace(patient, settings=dataclasses.replace(patient.settings, public_url="https://queue.example"))
    )
    assert {
        "cookies",
        "proxy",
        "printer paper",
        "slips",
        "keys",
        "second factor",
        "token old feed",
        "backup",
    } <= set(wrong)
    assert wrong["cookies"].standing == Standing.BAD
    assert all(each.todo for each in wrong.values())
    clock.advance(days=2)
    assert "day" in found(patient)


def test_a_record_that_tells_something_else_is_found(patient: Patient, brno: Brno) -> None:
    brno.take("ids")
    with patient.context.database.writing() as connection:
        connection.execute(text("UPDATE branch_state SET revision = revision + 5"))
    assert found(patient)["record"].standing == Standing.BAD
    with patient.context.database.writing() as connection:
        connection.execute(text("UPDATE branch_state SET revision = revision - 5"))
        connection.execute(update(Leg).values(rank=9))
    assert "record" not in found(patient)
    assert "rank" in found(patient, record=True)["record"].says


def test_a_file_that_others_may_read_and_a_backup_that_is_too_old_are_found(
    patient: Patient, clock: SimulatedClock
) -> None:
    folder = patient.settings.data_dir
    (folder / "data_key").write_text("x")
    os.chmod(folder / "data_key", 0o644)
    os.chmod(folder, 0o755)
    (folder / LAST).write_text(json.dumps({"at": (clock.now() - timedelta(days=20)).isoformat(), "file": "x"}))
    wrong = found(patient)
    assert (wrong["permissions"].standing, wrong["backup"].standing) == (Standing.BAD, Standing.BAD)
    os.chmod(folder, 0o700)
    assert "permissions" not in found(patient)


def test_a_look_that_fails_says_so_and_holds_up_no_other(patient: Patient) -> None:
    def breaks(patient: Patient) -> Iterator[Finding]:
        raise ZeroDivisionError("of all things")
        yield

    def goes_on(patient: Patient) -> Iterator[Finding]:
        yield Finding("last", Standing.OK, "fine")

    first, last = examine(patient, (breaks, goes_on))
    assert (first.standing, last.standing) == (Standing.BAD, Standing.OK)
    assert "of all things" in first.says
