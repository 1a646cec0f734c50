"""Whatever happens to printers and workers, in whatever order: no slip is lost, none comes out twice, each printer keeps its order."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import text

from printers.errors import RETRYABLE, PrinterError
from queue_app.clock import SimulatedClock
from queue_app.operations import printing
from queue_app.operations.printer_setup import PrinterWish, add_printer, change_printer, pause_printer, reassign_printer
from queue_app.operations.printing import CLAIM_SECONDS, ClaimedJob, Ended, hurry, renew, reprint, take_up
from queue_app.operations.serve import cancel
from queue_app.operations.unit_of_work import Context
from queue_app.store.session import Database
from tests.conftest import MORNING
from tests.factories import create_brno

MAX_AGE = 900
WORKERS = ("one", "two")
PRINTERS = (0, 1, 2)


class Printing(RuleBasedStateMachine):
    """Two workers, three printers of which the second stands in for the first; some are paused, some workers die."""

    template: Path

    def __init__(self) -> None:
        """Begin with an empty branch."""
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        shutil.copy(self.template, self.folder / "queue.sqlite3")
        self.database = Database(f"sqlite:///{self.folder / 'queue.sqlite3'}")
        self.clock = SimulatedClock(MORNING)
        self.brno = create_brno(Context(self.database, self.clock))
        self.context = self.brno.context
        wishes = [PrinterWish(f"printer {n}", "folder", {"path": "/nonexistent"}) for n in PRINTERS]
        self.printers = [add_printer(self.context, "brno", wish) for wish in wishes]
        change_printer(self.context, "brno", self.printers[0], {"fallback_id": self.printers[1]})
        self.sending: dict[tuple[str, int], ClaimedJob] = {}
        self.out: list[tuple[int, int]] = []  # (printer, job) in the order in which they came out
        self.tokens: list[tuple[int, str]] = []

    def teardown(self) -> None:
        """Throw the branch away."""
        self.database.dispose()
        shutil.rmtree(self.folder)

    @rule(printer=st.sampled_from(PRINTERS))
    def take_a_number(self, printer: int) -> None:
        taken = self.brno.take(printer_id=self.printers[printer])
        self.tokens.append((taken.ticket.id, taken.token))

    @rule(worker=st.sampled_from(WORKERS), printer=st.sampled_from(PRINTERS))
    def take_up(self, worker: str, printer: int) -> None:
        if (worker, printer) not in self.sending:
            self._go_on(worker, printer, None)

    @rule(worker=st.sampled_from(WORKERS), printer=st.sampled_from(PRINTERS))
    def print_a_slip(self, worker: str, printer: int) -> None:
        job = self.sending.pop((worker, printer), None)
        if job is not None:
            self.out.append((printer, job.id))
            self._go_on(worker, printer, Ended(job, None))

    @rule(worker=st.sampled_from(WORKERS), printer=st.sampled_from(PRINTERS), code=st.sampled_from(sorted(RETRYABLE)))
    def fail(self, worker: str, printer: int, code: str) -> None:
        job = self.sending.pop((worker, printer), None)
        if job is not None:
            self._go_on(worker, printer, Ended(job, PrinterError(code, "It does not work.")))

    def _go_on(self, worker: str, printer: int, ended: Ended | None) -> None:
        turn = take_up(self.context, self.printers[printer], worker, ended, MAX_AGE)
        if turn.job is not None:
            self.sending[worker, printer] = turn.job

    @rule(worker=st.sampled_from(WORKERS))
    def die(self, worker: str) -> None:
        for key in [key for key in self.sending if key[0] == worker]:
            del self.sending[key]
        # Its claims run out, while the other one's are renewed.
        self.clock.advance(seconds=CLAIM_SECONDS + 1)
        for other in WORKERS:
            if other != worker:
                renew(self.context, other)

    @rule(seconds=st.sampled_from((1, 5, 14)))
    def wait(self, seconds: int) -> None:
        self.clock.advance(seconds=seconds)
        for worker in WORKERS:
            renew(self.context, worker)

    @rule()
    def wait_too_long(self) -> None:
        self.wait(MAX_AGE)

    @rule(printer=st.sampled_from(PRINTERS), paused=st.booleans())
    def pause(self, printer: int, paused: bool) -> None:
        pause_printer(self.context, "brno", self.printers[printer], paused)

    @rule(printer=st.sampled_from(PRINTERS))
    def paper_is_in_again(self, printer: int) -> None:
        hurry(self.context, self.printers[printer])

    @rule(printer=st.sampled_from(PRINTERS), to=st.sampled_from(PRINTERS))
    def give_the_work_to_another(self, printer: int, to: int) -> None:
        if printer != to:
            reassign_printer(self.context, "brno", self.printers[printer], self.printers[to])

    @precondition(lambda self: self.tokens)
    @rule(data=st.data())
    def print_again(self, data: Any) -> None:
        ticket_id, _ = data.draw(st.sampled_from(self.tokens))
        reprint(self.context, ticket_id, "user:1")

    @precondition(lambda self: self.tokens)
    @rule(data=st.data())
    def leave(self, data: Any) -> None:
        _, token = data.draw(st.sampled_from(self.tokens))
        cancel(self.context, token)

    def _rows(self) -> dict[int, Any]:
        with self.database.reading() as connection:
            return {row.id: row for row in connection.execute(text("SELECT * FROM print_job ORDER BY id"))}

    @invariant()
    def what_came_out_is_on_record_and_came_out_once(self) -> None:
        rows = self._rows()
        came_out = [job for _, job in self.out]
        assert len(set(came_out)) == len(came_out)
        printed = {job for job, row in rows.items() if row.state == "printed"}
        assert printed == set(came_out)

    @invariant()
    def one_slip_at_a_time_is_sent_to_a_printer_and_by_one_worker(self) -> None:
        rows = self._rows()
        sending = [row.printer_id for row in rows.values() if row.state == "sending"]
        assert len(set(sending)) == len(sending)
        for (worker, printer), job in self.sending.items():
            row = rows[job.id]
            assert (row.state, row.claimed_by, row.printer_id) == ("sending", worker, self.printers[printer])

    @invariant()
    def every_number_has_its_slip_or_the_reason_why_not(self) -> None:
        rows = list(self._rows().values())
        for ticket_id, _ in self.tokens:
            mine = [row for row in rows if row.ticket_id == ticket_id]
            assert mine
            assert all(row.error_code for row in mine if row.state == "failed")


def run(template: Path, phases: tuple[Phase, ...]) -> None:
    """Try sequences of what may happen, beginning with the empty database `template`."""
    Printing.template = template
    run_state_machine_as_test(
        Printing,
        settings=settings(
            max_examples=15,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
            phases=phases,
        ),
    )


def test_no_slip_is_lost_or_comes_out_twice_whatever_happens(migrated_sqlite: Path) -> None:
    run(migrated_sqlite, (Phase.generate, Phase.shrink))


def test_the_test_above_fails_when_claims_are_not_respected(
    migrated_sqlite: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printing, "_is_held", lambda row, holder, now: False)
    with pytest.raises(AssertionError):
        run(migrated_sqlite, (Phase.generate,))
