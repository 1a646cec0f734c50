"""Printing under fire: several spoolers at once, plugs pulled in the middle, printers that hang, break and come back."""

from __future__ import annotations

import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from printers.virtual import PrintedSlip, VirtualPrinter
from queue_app.clock import SystemClock
from queue_app.operations.printer_setup import PrinterWish, add_printer
from queue_app.operations.unit_of_work import Context
from queue_app.store.session import Database
from tests.factories import create_brno
from tests.faults.print_race import add_virtual, start, take_tickets, unfinished
from tests.servers import wait_until


@pytest.fixture
def branch(database_url: str) -> Iterator[Context]:
    """Branch Brno by the machine's own clock."""
    database = Database(database_url)
    context = Context(database, SystemClock())
    create_brno(context)
    yield context
    database.dispose()


def labels(slips: list[PrintedSlip]) -> list[str]:
    """Return the label of each slip, by which line on it looks like one."""
    return [
        next(
            line for line in slip.text.splitlines() if line.strip().startswith("A") and line.strip()[1:].isdigit()
        ).strip()
        for slip in slips
    ]


def race(context: Context, url: str, number: int, sabotage: bool = False) -> list[list[str]]:
    """Let three spoolers print `number` slips on three printers; return what each printer printed, in order."""
    with ExitStack() as stack:
        printers = [stack.enter_context(VirtualPrinter()) for _ in range(3)]
        ids = [add_virtual(context, printer, f"printer {index}") for index, printer in enumerate(printers)]
        spoolers = [start(url, 60, sabotage) for _ in range(3)]
        try:
            take_tickets(url, number, ids)
            wait_until(lambda: not unfinished(context), "all slips", 60)
        finally:
            for spooler in spoolers:
                spooler.send_signal(signal.SIGKILL)
                spooler.wait()
        return [labels(printer.jobs) for printer in printers]


def test_three_spoolers_print_every_slip_once_and_in_order_on_each_printer(branch: Context, database_url: str) -> None:
    for printed in race(branch, database_url, 120):
        assert len(printed) == 40 and printed == sorted(set(printed))


def test_the_race_above_fails_when_the_claim_is_not_respected(branch: Context, database_url: str) -> None:
    printed = race(branch, database_url, 120, sabotage=True)
    assert any(slips != sorted(set(slips)) for slips in printed)


def test_pulled_plugs_lose_no_slip_and_repeat_none_that_was_acknowledged(branch: Context, database_url: str) -> None:
    kills = 10
    luck = random.Random(20261122)
    with VirtualPrinter() as printer:
        # Of a printer that falls silent for longer than this a slip may come out twice (decision 8): this one does not.
        printer_id = add_virtual(branch, printer, "lobby", status="always", answer_timeout_seconds=30)
        taking = threading.Thread(target=take_tickets, args=(database_url, 200, [printer_id], 0.03))
        taking.start()
        for _ in range(kills):
            spooler = start(database_url, 120)
            before = len(printer.jobs)
            wait_until(lambda before=before: len(printer.jobs) > before + 3, "some slips")  # type: ignore[misc]
            time.sleep(luck.uniform(0, 0.08))
            spooler.send_signal(signal.SIGKILL)
            spooler.wait()
        last = start(database_url, 120)
        try:
            taking.join(60)
            wait_until(lambda: not unfinished(branch), "all slips", 60)
        finally:
            last.terminate()
            last.wait()
    slips = printer.jobs  # read when it is switched off, and its last word is in the log
    complete = [slip for slip in slips if slip.complete]
    assert len(set(labels(complete))) == 200
    # The printer is the witness: what it acknowledged was the last that came out of that number.
    acknowledged = Counter(labels([slip for slip in complete if slip.acknowledged]))
    assert set(acknowledged.values()) == {1}
    for slip in complete:
        later = [other for other in complete if other.number > slip.number and labels([other]) == labels([slip])]
        assert not (slip.acknowledged and later), slip
    repeated = len(complete) - 200
    assert repeated <= kills


def test_printers_that_hang_jam_and_refuse_hold_up_nobody_elses_slip(branch: Context, database_url: str) -> None:
    with ExitStack() as stack:
        good = [stack.enter_context(VirtualPrinter()) for _ in range(2)]
        bad = [
            stack.enter_context(VirtualPrinter(hanging=True)),
            stack.enter_context(VirtualPrinter(jam_after=100)),
            stack.enter_context(VirtualPrinter(refusing=True)),
        ]
        ids = [add_virtual(branch, printer, f"printer {index}") for index, printer in enumerate(good + bad)]
        spooler = start(database_url, 60)
        try:
            take_tickets(database_url, 50, ids)
            for printer in good:
                printer.wait_for(10, timeout_seconds=15)
            errors = {error for _, _, error in unfinished(branch)}
        finally:
            spooler.kill()
            spooler.wait()
    assert errors <= {None, "unreachable", "timed_out", "refused"}


def test_slips_wait_for_paper_and_come_out_in_order_when_it_is_in(branch: Context, database_url: str) -> None:
    with VirtualPrinter() as printer:
        printer.set(paper="out")
        printer_id = add_virtual(branch, printer, "lobby")
        spooler = start(database_url, 60)
        try:
            take_tickets(database_url, 5, [printer_id])
            wait_until(lambda: unfinished(branch)[0][2] == "paper_out", "the printer's complaint")
            assert printer.jobs == []
            printer.set(paper="ok")
            wait_until(lambda: not unfinished(branch), "all slips", 20)
        finally:
            spooler.kill()
            spooler.wait()
        assert labels(printer.jobs) == [f"A{number:03}" for number in range(1, 6)]


def test_a_slip_goes_to_the_printer_that_stands_in_when_paper_is_out(branch: Context, database_url: str) -> None:
    with VirtualPrinter() as empty, VirtualPrinter() as full:
        empty.set(paper="out")
        stands_in = add_virtual(branch, full, "back office")
        where = {"host": empty.host, "port": empty.port}
        printer_id = add_printer(branch, "brno", PrinterWish("lobby", "network", where, fallback_id=stands_in))
        spooler = start(database_url, 60)
        try:
            take_tickets(database_url, 3, [printer_id])
            assert labels(full.wait_for(3, timeout_seconds=15)) == ["A001", "A002", "A003"]
            wait_until(lambda: unfinished(branch) == [], "the record of the last slip")
        finally:
            spooler.kill()
            spooler.wait()
