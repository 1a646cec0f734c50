"""Printers as they are set up: what moves, what stays, what is never lost, and that nobody takes another branch's."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from printers.slip import Text
from queue_app.domain.errors import QueueError
from queue_app.operations import printer_setup as setup
from queue_app.operations import printer_views as views
from queue_app.operations.printing import take_up
from queue_app.operations.unit_of_work import Context
from queue_app.store.models import Branch, BranchState, PrinterRow, PrintJob
from tests.factories import Brno, create_brno

HOST = {"host": "192.0.2.7"}


def add(brno: Brno, name: str = "Hall", branch: str = "brno", **wish: Any) -> int:
    """Add a printer on the network."""
    return setup.add_printer(
        brno.context, branch, setup.PrinterWish(**{"name": name, "kind": "network", "address": HOST, **wish})
    )


def row(context: Context, printer_id: int) -> Any:
    """Return a printer as it is kept."""
    with context.database.reading() as connection:
        return connection.execute(select(PrinterRow.__table__).where(PrinterRow.id == printer_id)).one()


def revision(context: Context) -> int:
    """Return how often the settings have changed."""
    with context.database.reading() as connection:
        return int(connection.execute(select(BranchState.settings_revision)).scalars().first() or 0)


def refused(code: str, field: str) -> Any:
    """Expect a refusal with this code at this field."""
    return pytest.raises(QueueError, match=rf"{code}.*{field}")


def test_a_wish_with_defaults_becomes_a_printer_that_every_worker_notices(brno: Brno) -> None:
    before = revision(brno.context)
    printer_id = add(brno)
    kept = row(brno.context, printer_id)
    assert (kept.profile, kept.paper, kept.fallback_id, kept.paused, kept.enabled) == (
        "generic-80",
        "roll80",
        None,
        False,
        True,
    )
    assert kept.status == "unknown"
    assert revision(brno.context) == before + 1
    assert brno.context.setup("brno").printers[printer_id] == "Hall"


def test_whoever_sits_at_the_server_may_choose_any_path_but_a_page_may_not(brno: Brno, tmp_path: Path) -> None:
    wish = setup.PrinterWish("Archive", "folder", {"path": "/srv/anything"})
    with refused("invalid_value", "address/path"):
        setup.add_printer(brno.context, "brno", wish, files_in=tmp_path)
    assert setup.add_printer(brno.context, "brno", wish)


def test_a_refused_change_leaves_everything_as_it_was(brno: Brno) -> None:
    printer_id = add(brno)
    before, count = row(brno.context, printer_id), revision(brno.context)
    for changes, field in (
        ({"name": ""}, "name"),
        ({"address": {"host": ""}}, "address/host"),
        ({"kind": "pigeon"}, "kind"),
        ({"profile": "abacus"}, "profile"),
        ({"fallback_id": printer_id}, "fallback"),
    ):
        with refused("invalid_value", field):
            setup.change_printer(brno.context, "brno", printer_id, changes)
    assert (row(brno.context, printer_id), revision(brno.context)) == (before, count)


def test_the_queue_stays_when_the_printer_is_changed(brno: Brno) -> None:
    brno.take(printer_id=brno.printer_id)
    setup.change_printer(brno.context, "brno", brno.printer_id, {"kind": "network", "address": HOST, "name": "new"})
    (printer,) = views.printers_view(brno.context, "brno")
    assert (printer["waiting"], printer["name"], printer["kind"]) == (1, "new", "network")


def test_what_is_being_printed_while_its_printer_is_removed_is_not_lost_twice(brno: Brno) -> None:
    other = add(brno)
    brno.take(printer_id=brno.printer_id)
    brno.take(printer_id=brno.printer_id)
    setup.change_printer(brno.context, "brno", brno.printer_id, {"fallback_id": other})
    sending = take_up(brno.context, brno.printer_id, "worker", None, 3600).job
    setup.remove_printer(brno.context, "brno", brno.printer_id)
    with brno.context.database.reading() as connection:
        jobs = {job.id: job for job in connection.execute(select(PrintJob.__table__))}
    assert sending is not None
    # The one on its way may have come out already: it is not printed twice.
    assert jobs.pop(sending.id).state == "sending"
    assert [(job.state, job.printer_id) for job in jobs.values()] == [("queued", other)]


def test_a_removed_printer_stands_in_for_nobody(brno: Brno) -> None:
    other = add(brno, fallback_id=brno.printer_id)
    setup.remove_printer(brno.context, "brno", brno.printer_id)
    assert row(brno.context, other).fallback_id is None
    gone = row(brno.context, brno.printer_id)
    assert (gone.enabled, gone.token_hash) == (False, None) and gone.name != "paper"
    for act in (setup.remove_printer, setup.new_printer_token):
        with pytest.raises(QueueError, match="unknown_printer"):
            act(brno.context, "brno", brno.printer_id)


def test_reassigned_slips_begin_anew_and_keep_their_order(brno: Brno) -> None:
    other = add(brno)
    tickets = [brno.take(printer_id=brno.printer_id).ticket.id for _ in range(3)]
    with brno.context.database.writing() as connection:
        tried = {"attempts": 4, "error_code": "timed_out", "not_before": brno.context.clock.now()}
        connection.execute(update(PrintJob).values(**tried))
    assert setup.reassign_printer(brno.context, "brno", brno.printer_id, other) == 3
    with brno.context.database.reading() as connection:
        jobs = list(connection.execute(select(PrintJob.__table__).order_by(PrintJob.id)))
    assert [job.ticket_id for job in jobs] == tickets
    assert {(job.printer_id, job.attempts, job.error_code, job.not_before) for job in jobs} == {(other, 0, None, None)}


def test_no_printer_of_another_branch_can_be_reached(brno: Brno) -> None:
    create_brno(brno.context, "other")
    mine = brno.printer_id
    with pytest.raises(QueueError, match="unknown_printer"):
        setup.change_printer(brno.context, "other", mine, {"name": "x"})
    with pytest.raises(QueueError, match="unknown_printer"):
        add(brno, branch="other", fallback_id=mine)
    for act in (setup.remove_printer, setup.new_printer_token):
        with pytest.raises(QueueError, match="unknown_printer"):
            act(brno.context, "other", mine)
    with pytest.raises(QueueError, match="unknown_printer"):
        setup.pause_printer(brno.context, "other", mine, True)
    with pytest.raises(QueueError, match="unknown_printer"):
        setup.queue_self_test(brno.context, "other", mine, "cs", "marta")


def test_a_password_is_kept_only_as_hashes(brno: Brno) -> None:
    printer_id = add(brno, kind="cloudprnt", address={})
    token = setup.new_printer_token(brno.context, "brno", printer_id)
    kept = row(brno.context, printer_id)
    digest = hashlib.md5(f"{printer_id}:{setup.DIGEST_REALM}:{token}".encode(), usedforsecurity=False).hexdigest()
    assert kept.digest_hash == digest and token not in str(tuple(kept))


def test_since_when_a_printer_stands_so_is_told_apart_from_when_it_last_said_so(brno: Brno, clock: Any) -> None:
    from queue_app.operations.printer_status import note

    begun = clock.now()
    for _ in range(2):
        with brno.context.database.writing() as connection:
            note(connection, brno.printer_id, "paper_out", None, clock.now())
        clock.advance(seconds=60)
    (printer,) = views.printers_view(brno.context, "brno")
    since = begun.isoformat(timespec="seconds")[:19]
    assert printer["status_since"].startswith(since) and not printer["status_at"].startswith(since)


# What stands on slips.


@pytest.mark.parametrize("count", [5, 7])
def test_a_layout_that_no_slip_could_hold_is_refused_while_it_is_arranged(brno: Brno, count: int) -> None:
    layout = [{"block": "label"}, *({"block": "text", "texts": {"cs": "slovo " * 83}} for _ in range(count))]
    if count == 5:
        setup.arrange_slips(brno.context, "brno", {"layout": layout})
    else:
        with refused("invalid_value", "layout"):
            setup.arrange_slips(brno.context, "brno", {"layout": layout})
        assert views.layout_view(brno.context, "brno")["usual"] is True


def test_a_text_of_a_service_that_would_burst_the_layout_is_refused_too(brno: Brno) -> None:
    full = {"block": "text", "texts": {"cs": "x" * 480}}
    layout = [{"block": "label"}, {"block": "service_text"}, *[full] * 5]
    setup.arrange_slips(brno.context, "brno", {"layout": layout})
    with refused("invalid_value", "layout"):
        setup.arrange_slips(
            brno.context,
            "brno",
            {
                "service_texts": {
                    "driving": {"cs": "y" * 500, "hu": "y"},
                    "cash": {"cs": "y" * 500},
                    "ids": {"cs": "z" * 500},
                },
                "layout": [*layout, {"block": "text", "texts": {"cs": "x" * 200}}],
            },
        )
    assert views.layout_view(brno.context, "brno")["service_texts"]["driving"] == {}


def test_a_kept_layout_is_on_the_next_slip_word_by_word(brno: Brno) -> None:
    texts = {"cs": "Čekárna v přízemí", "hu": "Váróterem a földszinten"}
    layout = [{"block": "text", "texts": texts, "bold": True, "align": "left", "size": "large"}, {"block": "label"}]
    setup.arrange_slips(brno.context, "brno", {"layout": layout})
    for language, words in (("hu", texts["hu"]), ("cs", texts["cs"]), ("pl", texts["cs"])):
        brno.take(printer_id=brno.printer_id, language=language)
        job = take_up(brno.context, brno.printer_id, f"w{language}", None, 3600).job
        assert job is not None
        assert job.slip.blocks[0] == Text(words, "large", bold=True, align="left")
        assert len(job.slip.blocks) == 2
        with brno.context.database.writing() as connection:
            connection.execute(update(PrintJob).where(PrintJob.id == job.id).values(state="printed"))


def test_a_layout_of_the_future_does_not_stop_the_editor(brno: Brno) -> None:
    """The one who looks is shown what is kept, whatever it is."""
    with brno.context.database.writing() as connection:
        connection.execute(update(Branch).values(slip_layout=[{"block": "label"}]))
    assert views.layout_view(brno.context, "brno")["layout"] == [{"block": "label"}]
