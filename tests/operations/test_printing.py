"""Slips: queued with the ticket, printed in order, retried, dropped when nobody waits for them any more."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text, update

from printers.errors import PrinterError
from printers.virtual import VirtualPrinter
from queue_app import i18n
from queue_app.clock import SimulatedClock, SystemClock
from queue_app.operations.printing import CLAIM_SECONDS, ClaimedJob, Ended, reprint, take_up
from queue_app.operations.spooler import Spooler
from queue_app.operations.unit_of_work import Context
from queue_app.store.migrate import migrate
from queue_app.store.models import PrinterRow
from queue_app.store.session import Database
from tests.factories import Brno, create_brno
from tests.servers import wait_until

HOUR = 3600


def jobs(brno: Brno) -> list[tuple[str, Any]]:
    """Return state and error of every slip, oldest first."""
    with brno.context.database.reading() as connection:
        return [
            (row[0], row[1]) for row in connection.execute(text("SELECT state, error_code FROM print_job ORDER BY id"))
        ]


def claim(brno: Brno, ended: Ended | None = None, spooler: str = "one", age: int = HOUR) -> ClaimedJob | None:
    """Take up the next slip."""
    return take_up(brno.context, brno.printer_id, spooler, ended, age)


def test_a_ticket_without_its_slip_is_never_stored_and_slips_come_in_order(brno: Brno) -> None:
    for _ in range(3):
        brno.take(printer_id=brno.printer_id)
    first = claim(brno)
    assert first is not None and first.label == "A001"
    second = claim(brno, Ended(first, None))
    assert second is not None and second.label == "A002"
    assert jobs(brno) == [("printed", None), ("sending", None), ("queued", None)]


def test_another_spooler_respects_a_claim_until_it_is_too_old(brno: Brno, clock: SimulatedClock) -> None:
    brno.take(printer_id=brno.printer_id)
    assert claim(brno) is not None
    assert claim(brno, spooler="two") is None
    clock.advance(seconds=CLAIM_SECONDS + 1)
    again = claim(brno, spooler="two")
    assert again is not None and again.attempts == 1


def test_a_failed_slip_is_tried_again_after_a_growing_pause_and_holds_those_behind_it_back(
    brno: Brno, clock: SimulatedClock
) -> None:
    brno.take(printer_id=brno.printer_id), brno.take(printer_id=brno.printer_id)
    pauses = []
    ended = None
    for _ in range(5):
        waited = 0
        while (job := claim(brno, ended)) is None:
            ended = None
            clock.advance(seconds=1)
            waited += 1
        assert job.label == "A001"
        pauses.append(waited)
        ended = Ended(job, PrinterError("unreachable", "The printer does not answer."))
    assert pauses == [0, 1, 2, 4, 8]
    following = claim(brno, ended)
    assert following is not None and following.label == "A002"
    assert jobs(brno) == [("failed", "unreachable"), ("sending", None)]


def test_a_slip_nobody_waits_for_any_more_is_dropped_visibly(brno: Brno, clock: SimulatedClock) -> None:
    brno.take(printer_id=brno.printer_id)
    clock.advance(minutes=20)
    brno.take(printer_id=brno.printer_id)
    job = claim(brno, age=900)
    assert job is not None and job.label == "A002"
    assert jobs(brno)[0] == ("failed", "too_old")


def test_a_reprint_is_marked_as_a_copy_in_the_visitors_language(brno: Brno) -> None:
    taken = brno.take(printer_id=brno.printer_id, language="cs")
    reprint(brno.context, taken.ticket.id)
    first = claim(brno)
    assert first is not None
    copy = claim(brno, Ended(first, None))
    assert copy is not None
    assert i18n.text("cs", "Copy") in str(copy.slip.to_json()) and i18n.text("cs", "Copy") not in str(
        first.slip.to_json()
    )


@pytest.fixture
def real(tmp_path: Path) -> Brno:
    """Brno on SQLite by the machine's clock, for spoolers with threads."""
    database = Database(f"sqlite:///{tmp_path / 'queue.sqlite3'}")
    migrate(database)
    return create_brno(Context(database, SystemClock()))


def move_printer(brno: Brno, kind: str, address: dict[str, Any]) -> None:
    """Give Brno's printer another device."""
    with brno.context.database.writing() as connection:
        connection.execute(
            update(PrinterRow).where(PrinterRow.id == brno.printer_id).values(kind=kind, address=address)
        )


def test_real_bytes_reach_a_listening_printer_in_the_visitors_language(real: Brno, tmp_path: Path) -> None:
    with VirtualPrinter(out_dir=tmp_path / "slips") as printer:
        move_printer(real, "network", {"host": "127.0.0.1", "port": printer.port})
        told: list[tuple[Any, ...]] = []
        spooler = Spooler(real.context, HOUR, lambda *ended: told.append(ended))
        thread = threading.Thread(target=spooler.run, daemon=True)
        thread.start()
        taken = real.take(printer_id=real.printer_id, language="cs", public_url="http://queue.example")
        spooler.notice()
        (slip,) = printer.wait_for(1)
        wait_until(lambda: told, "the news that it was printed")
        assert told[0][1:4] == (taken.ticket.id, "A001", "printed")
        text_on_paper = slip.text
        assert "A001" in text_on_paper and "Brno-střed" in text_on_paper
        assert i18n.people_ahead("cs", 0) in text_on_paper
        spooler.stop()
        thread.join(10)


def test_a_printer_that_hangs_holds_up_nobody_elses_slip(real: Brno, tmp_path: Path) -> None:
    from queue_app.operations import setup

    with VirtualPrinter(hang=True) as jammed, VirtualPrinter() as good:
        address = {
            "host": "127.0.0.1",
            "port": jammed.port,
            "must_close": True,
            "linger_seconds": 30,
            "write_timeout_seconds": 30,
        }
        move_printer(real, "network", address)
        with real.context.database.writing() as connection:
            other = setup.add_printer(
                connection, real.branch_id, "good", "network", {"host": "127.0.0.1", "port": good.port}
            )
            connection.execute(text("UPDATE branch_state SET settings_revision = settings_revision + 1"))
        spooler = Spooler(real.context, HOUR, lambda *ended: None)
        threading.Thread(target=spooler.run, daemon=True).start()
        real.take(printer_id=real.printer_id)
        for _ in range(3):
            real.take(printer_id=other)
        spooler.notice()
        assert len(good.wait_for(3)) == 3
        spooler.stop()
