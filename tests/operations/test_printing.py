"""Slips: queued with the ticket, printed in order, retried, dropped when nobody waits for them any more."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text, update

from printers.errors import RETRYABLE, PrinterError
from printers.virtual import VirtualPrinter
from queue_app import i18n
from queue_app.clock import SimulatedClock, SystemClock
from queue_app.domain.printing import PATIENT, JobNews, News, PrinterNews
from queue_app.operations.printer_setup import PrinterWish, add_printer, change_printer, pause_printer, queue_self_test
from queue_app.operations.printer_views import LATE_SECONDS, slips_in_trouble
from queue_app.operations.printing import (
    CLAIM_SECONDS,
    PULL,
    ClaimedJob,
    Ended,
    end_job,
    hurry,
    peek_job,
    renew,
    reprint,
    take_up,
)
from queue_app.operations.serve import cancel
from queue_app.operations.spooler import Spooler
from queue_app.operations.unit_of_work import Context
from queue_app.operations.workers import worker_name
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
    return take_up(brno.context, brno.printer_id, spooler, ended, age).job


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


@pytest.mark.parametrize("code", sorted(RETRYABLE))
def test_a_slip_is_tried_again_after_growing_pauses_and_its_end_is_known(
    brno: Brno, clock: SimulatedClock, code: str
) -> None:
    brno.take(printer_id=brno.printer_id), brno.take(printer_id=brno.printer_id)
    pauses: list[float] = []
    ended = None
    for _ in range(9):
        waited = 0
        while (job := claim(brno, ended)) is None:
            ended = None
            clock.advance(seconds=1)
            waited += 1
        if job.label == "A002":
            break
        pauses.append(waited)
        ended = Ended(job, PrinterError(code, "It does not work."))
    if code in PATIENT:
        # The printer's own trouble: its slips wait, in order, until it is well or nobody waits for them any more.
        assert pauses == [0, 1, 2, 4, 8, 15, 15, 15, 15]
    else:
        assert pauses == ([0, 1, 2, 4, 8] if RETRYABLE[code] else [0])
        assert jobs(brno) == [("failed", code), ("sending", None)]


def test_who_waits_for_a_slip_is_told_of_every_step(brno: Brno, clock: SimulatedClock) -> None:
    taken = brno.take(printer_id=brno.printer_id)
    job = claim(brno)
    assert job is not None
    no_paper = Ended(job, PrinterError("paper_out", "No paper."))
    turn = take_up(brno.context, brno.printer_id, "one", no_paper, HOUR)
    assert turn.news == [
        JobNews("brno", taken.ticket.id, "A001", "queued", "paper_out"),
        PrinterNews("brno", brno.printer_id, "paper", "paper_out", "paper_out"),
    ]
    clock.advance(seconds=1)
    job = claim(brno)
    assert job is not None and job.status == "paper_out"
    turn = take_up(brno.context, brno.printer_id, "one", Ended(job, None), HOUR)
    # It took a slip; that it is fine only the printer itself could say.
    assert turn.news == [
        JobNews("brno", taken.ticket.id, "A001", "printed", None),
        PrinterNews("brno", brno.printer_id, "paper", "unknown", None),
    ]


def stand_in(brno: Brno) -> int:
    """Add a second printer that stands in for the first, and return its id."""
    other = add_printer(brno.context, "brno", PrinterWish("other", "folder", {"path": "/nonexistent"}))
    change_printer(brno.context, "brno", brno.printer_id, {"fallback_id": other})
    return other


def fail(brno: Brno, job: ClaimedJob | None, code: str) -> ClaimedJob | None:
    """End an attempt with an error and take up what is next there."""
    assert job is not None
    return claim(brno, Ended(job, PrinterError(code, "It does not work.")))


def test_another_printer_stands_in_at_once_where_paper_is_out_and_after_two_attempts_otherwise(
    brno: Brno, clock: SimulatedClock
) -> None:
    other = stand_in(brno)
    brno.take(printer_id=brno.printer_id)
    assert fail(brno, claim(brno), "paper_out") is None
    moved = take_up(brno.context, other, "one", None, HOUR).job
    assert moved is not None and moved.label == "A001"
    assert take_up(brno.context, other, "one", Ended(moved, None), HOUR).job is None
    note_status(brno, "ready")
    brno.take(printer_id=brno.printer_id)
    assert fail(brno, claim(brno), "timed_out") is None
    assert take_up(brno.context, other, "one", None, HOUR).job is None
    clock.advance(seconds=1)
    assert fail(brno, claim(brno), "timed_out") is None
    again = take_up(brno.context, other, "one", None, HOUR).job
    assert again is not None and again.label == "A002"


def note_status(brno: Brno, word: str) -> None:
    """Write down how the first printer stands."""
    with brno.context.database.writing() as connection:
        connection.execute(update(PrinterRow).where(PrinterRow.id == brno.printer_id).values(status=word))


def test_a_slip_never_goes_round_in_a_circle(brno: Brno, clock: SimulatedClock) -> None:
    other = stand_in(brno)
    change_printer(brno.context, "brno", other, {"fallback_id": brno.printer_id})
    brno.take(printer_id=brno.printer_id)
    assert fail(brno, claim(brno), "paper_out") is None
    job = take_up(brno.context, other, "one", None, HOUR).job
    assert job is not None
    note_status(brno, "ready")
    no_paper = Ended(job, PrinterError("paper_out", "No paper."))
    assert take_up(brno.context, other, "one", no_paper, HOUR).job is None
    assert claim(brno) is None and jobs(brno) == [("queued", "paper_out")]
    clock.advance(seconds=2)
    assert take_up(brno.context, other, "one", None, HOUR).job is not None


def test_a_paused_printer_holds_its_slips_back_or_gives_them_to_the_one_that_stands_in(brno: Brno) -> None:
    brno.take(printer_id=brno.printer_id)
    pause_printer(brno.context, "brno", brno.printer_id, True)
    assert claim(brno) is None
    other = stand_in(brno)
    assert claim(brno) is None
    moved = take_up(brno.context, other, "one", None, HOUR).job
    assert moved is not None and moved.label == "A001"
    pause_printer(brno.context, "brno", brno.printer_id, False)
    brno.take(printer_id=brno.printer_id)
    job = claim(brno)
    assert job is not None and job.label == "A002"


def test_the_slip_of_a_visitor_who_left_is_not_printed_but_a_copy_that_was_asked_for_is(brno: Brno) -> None:
    taken = brno.take(printer_id=brno.printer_id)
    cancel(brno.context, taken.token)
    turn = take_up(brno.context, brno.printer_id, "one", None, HOUR)
    assert turn.job is None
    assert turn.news == [JobNews("brno", taken.ticket.id, "A001", "failed", "ticket_ended")]
    reprint(brno.context, taken.ticket.id, "user:1")
    copy = claim(brno)
    assert copy is not None and copy.ticket_id == taken.ticket.id


def test_a_self_test_shows_whether_this_printer_works_and_no_other(brno: Brno) -> None:
    other = stand_in(brno)
    queue_self_test(brno.context, "brno", brno.printer_id, "cs", "user:1")
    job = claim(brno)
    assert job is not None and job.ticket_id is None and "Ř" in str(job.slip.to_json())
    assert fail(brno, job, "paper_out") is None
    assert take_up(brno.context, other, "one", None, HOUR).job is None


def test_the_claim_of_a_killed_worker_of_this_machine_is_free_at_once(brno: Brno) -> None:
    brno.take(printer_id=brno.printer_id)
    program = "from queue_app.operations.workers import worker_name; print(worker_name())"
    gone = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip()
    assert claim(brno, spooler=gone) is not None
    assert claim(brno, spooler=worker_name()) is not None
    assert claim(brno, spooler=worker_name() + "another") is None


def test_a_claim_that_is_renewed_is_kept(brno: Brno, clock: SimulatedClock) -> None:
    brno.take(printer_id=brno.printer_id)
    assert claim(brno) is not None
    for _ in range(4):
        clock.advance(seconds=CLAIM_SECONDS - 1)
        renew(brno.context, "one")
        assert claim(brno, spooler="two") is None


def test_a_printer_that_is_well_again_goes_on_without_waiting_for_the_pause(brno: Brno) -> None:
    brno.take(printer_id=brno.printer_id)
    assert fail(brno, claim(brno), "paper_out") is None
    assert claim(brno) is None
    hurry(brno.context, brno.printer_id)
    assert claim(brno) is not None


def test_a_printer_that_fetches_its_slips_gets_the_same_one_until_it_says_what_became_of_it(
    brno: Brno, clock: SimulatedClock
) -> None:
    taken = brno.take(printer_id=brno.printer_id)
    brno.take(printer_id=brno.printer_id)
    first = peek_job(brno.context, brno.printer_id, HOUR)
    for _ in range(3):
        job = claim(brno, spooler=PULL)
        assert job is not None and job.id == first == peek_job(brno.context, brno.printer_id, HOUR)
        assert job.attempts <= 1
    assert end_job(brno.context, job.id, brno.printer_id + 1, None) is None
    assert end_job(brno.context, job.id, brno.printer_id, None) == [
        JobNews("brno", taken.ticket.id, "A001", "printed", None)
    ]
    assert end_job(brno.context, job.id, brno.printer_id, PrinterError("paper_out", "No paper.")) is None
    following = claim(brno, spooler=PULL)
    assert following is not None and following.label == "A002"


def test_a_copy_takes_the_place_of_a_slip_that_has_not_come_out(brno: Brno) -> None:
    taken = brno.take(printer_id=brno.printer_id)
    reprint(brno.context, taken.ticket.id, "user:1")
    reprint(brno.context, taken.ticket.id, "user:1")
    assert jobs(brno) == [("failed", "replaced"), ("failed", "replaced"), ("queued", None)]


def test_slips_that_have_not_come_out_are_flagged_until_they_do(brno: Brno, clock: SimulatedClock) -> None:
    taken = brno.take(printer_id=brno.printer_id)
    assert slips_in_trouble(brno.context, "brno") == []
    job = claim(brno)
    assert fail(brno, job, "timed_out") is None
    (flagged,) = slips_in_trouble(brno.context, "brno")
    assert (flagged["label"], flagged["state"], flagged["error"]) == ("A001", "queued", "timed_out")
    reprint(brno.context, taken.ticket.id, "user:1")
    assert slips_in_trouble(brno.context, "brno") == []
    clock.advance(seconds=LATE_SECONDS + 1)
    assert len(slips_in_trouble(brno.context, "brno")) == 1
    job = claim(brno)
    assert job is not None and claim(brno, Ended(job, None)) is None
    assert slips_in_trouble(brno.context, "brno") == []


def test_a_slip_nobody_waits_for_any_more_is_dropped_visibly(brno: Brno, clock: SimulatedClock) -> None:
    brno.take(printer_id=brno.printer_id)
    clock.advance(minutes=20)
    brno.take(printer_id=brno.printer_id)
    job = claim(brno, age=900)
    assert job is not None and job.label == "A002"
    assert jobs(brno)[0] == ("failed", "too_old")


def test_a_reprint_is_marked_as_a_copy_in_the_visitors_language(brno: Brno) -> None:
    taken = brno.take(printer_id=brno.printer_id, language="cs")
    first = claim(brno)
    assert first is not None
    reprint(brno.context, taken.ticket.id, "user:1")
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
        told: list[News] = []
        spooler = Spooler(real.context, HOUR, told.append)
        thread = threading.Thread(target=spooler.run, daemon=True)
        thread.start()
        taken = real.take(printer_id=real.printer_id, language="cs", public_url="http://queue.example")
        spooler.notice()
        (slip,) = printer.wait_for(1)
        printed = JobNews("brno", taken.ticket.id, "A001", "printed", None)
        wait_until(lambda: printed in told, "the news that it was printed")
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
        spooler = Spooler(real.context, HOUR, lambda news: None)
        threading.Thread(target=spooler.run, daemon=True).start()
        real.take(printer_id=real.printer_id)
        for _ in range(3):
            real.take(printer_id=other)
        spooler.notice()
        assert len(good.wait_for(3)) == 3
        spooler.stop()
