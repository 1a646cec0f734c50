"""Slips that a kiosk's own browser prints: claimed by one browser, ended once, given up visibly where nobody fetches them."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import text, update

from queue_app import i18n
from queue_app.clock import SimulatedClock
from queue_app.domain.errors import QueueError
from queue_app.domain.printing import JobNews, News, PrinterNews
from queue_app.operations import serve, setup
from queue_app.operations.browser_printing import (
    UNFETCHED_SECONDS,
    BrowserSlip,
    claim_slip,
    end_slip,
    give_up_unfetched,
    next_for_browser,
)
from queue_app.operations.printer_views import slips_in_trouble
from queue_app.operations.printing import PULL_CLAIM_SECONDS, reprint
from queue_app.store.models import PrinterRow
from tests.factories import Brno

HOUR = 3600
KIOSK, OTHER = "device:kiosk", "device:other"


@pytest.fixture
def brno(brno: Brno) -> Brno:
    """Brno, whose kiosk's browser prints."""
    set_printer(brno, kind="browser", address={})
    return brno


def set_printer(brno: Brno, printer_id: int | None = None, **values: object) -> None:
    """Change the printer, or another one."""
    with brno.context.database.writing() as connection:
        connection.execute(update(PrinterRow).where(PrinterRow.id == (printer_id or brno.printer_id)).values(**values))


def jobs(brno: Brno) -> list[tuple[str, str | None]]:
    """Return state and error of every slip, oldest first."""
    with brno.context.database.reading() as connection:
        return [(r[0], r[1]) for r in connection.execute(text("SELECT state, error_code FROM print_job ORDER BY id"))]


def claim(brno: Brno, token: str, who: str = KIOSK) -> BrowserSlip | None:
    """Fetch a ticket's slip."""
    return claim_slip(brno.context, token, who, brno.printer_id, HOUR)[0]


def end(brno: Brno, token: str, printed: bool = True, who: str = KIOSK, job_id: int | None = None) -> list[News]:
    """Say how it ended."""
    return end_slip(brno.context, token, who, job_id, printed)


def test_a_browser_fetches_prints_and_confirms_a_slip(brno: Brno) -> None:
    taken = brno.take(printer_id=brno.printer_id)
    slip = claim(brno, taken.token)
    assert slip is not None and not slip.copy
    with Image.open(BytesIO(slip.picture)) as picture:
        assert picture.format == "PNG" and picture.width > 1000
    assert slip.width_mm == pytest.approx(80) and slip.picture_width_mm == pytest.approx(72, abs=0.1)
    assert jobs(brno) == [("sending", None)]
    assert end(brno, taken.token) == [JobNews("brno", taken.ticket.id, "A001", "printed", None)]
    assert jobs(brno) == [("printed", None)]


def test_asking_again_gives_the_same_and_saying_it_again_changes_nothing(brno: Brno) -> None:
    token = brno.take(printer_id=brno.printer_id).token
    first, again = claim(brno, token), claim(brno, token)
    assert first is not None and again is not None
    assert (first.id, first.picture) == (again.id, again.picture)
    assert end(brno, token, job_id=first.id)
    for printed in (True, False):
        assert end(brno, token, printed, job_id=first.id) == []
        assert end(brno, token, printed) == []
    assert jobs(brno) == [("printed", None)]
    with pytest.raises(QueueError, match="unknown_print_job"):
        claim(brno, token)


def test_another_browser_gets_nothing_and_ends_nothing_while_one_holds_the_slip(
    brno: Brno, clock: SimulatedClock
) -> None:
    token = brno.take(printer_id=brno.printer_id).token
    slip = claim(brno, token)
    assert slip is not None
    assert claim(brno, token, OTHER) is None
    assert end(brno, token, False, OTHER) == [] and end(brno, token, False, OTHER, slip.id) == []
    clock.advance(seconds=PULL_CLAIM_SECONDS + 1)
    assert claim(brno, token, OTHER) is not None
    assert end(brno, token, True, KIOSK, slip.id) == []


def test_a_browser_that_stands_elsewhere_is_refused(brno: Brno) -> None:
    token = brno.take(printer_id=brno.printer_id).token
    for beside in (None, brno.printer_id + 1):
        with pytest.raises(QueueError, match="not_allowed"):
            claim_slip(brno.context, token, KIOSK, beside, HOUR)
    assert jobs(brno) == [("queued", None)]


def test_a_printer_that_slips_are_sent_to_gives_a_browser_nothing(brno: Brno) -> None:
    set_printer(brno, kind="folder", address={"path": "/nonexistent"})
    token = brno.take(printer_id=brno.printer_id).token
    with pytest.raises(QueueError, match="unknown_print_job"):
        claim(brno, token)
    assert next_for_browser(brno.context, KIOSK, brno.printer_id) is None


def test_a_slip_is_fetched_whatever_waits_before_it(brno: Brno) -> None:
    brno.take(printer_id=brno.printer_id)
    second = brno.take(printer_id=brno.printer_id)
    assert claim(brno, second.token) is not None
    assert jobs(brno) == [("queued", None), ("sending", None)]


def test_what_the_browser_did_not_print_has_failed_and_is_in_trouble(brno: Brno) -> None:
    taken = brno.take(printer_id=brno.printer_id)
    claim(brno, taken.token)
    job, printer = end(brno, taken.token, printed=False)
    assert job == JobNews("brno", taken.ticket.id, "A001", "failed", "timed_out")
    assert isinstance(printer, PrinterNews) and printer.status == "fault"
    assert [slip["label"] for slip in slips_in_trouble(brno.context, "brno")] == ["A001"]
    # The next one that comes out shows that it is well again.
    second = brno.take(printer_id=brno.printer_id)
    claim(brno, second.token)
    assert isinstance(end(brno, second.token)[1], PrinterNews)


def test_what_the_browser_did_not_print_goes_to_the_printer_that_stands_in(brno: Brno) -> None:
    with brno.context.database.writing() as connection:
        other = setup.add_printer(connection, brno.branch_id, "other", "folder", {"path": "/nonexistent"})
    set_printer(brno, fallback_id=other)
    taken = brno.take(printer_id=brno.printer_id)
    claim(brno, taken.token)
    end(brno, taken.token, printed=False)
    assert jobs(brno) == [("queued", None)]
    with pytest.raises(QueueError, match="unknown_print_job"):
        claim(brno, taken.token)


def test_a_copy_is_fetched_like_any_slip_and_marked(brno: Brno) -> None:
    taken = brno.take(printer_id=brno.printer_id, language="cs")
    first = claim(brno, taken.token)
    end(brno, taken.token)
    assert next_for_browser(brno.context, KIOSK, brno.printer_id) is None
    reprint(brno.context, taken.ticket.id, "user:1")
    assert next_for_browser(brno.context, KIOSK, brno.printer_id) == taken.token
    copy = claim(brno, taken.token)
    assert first is not None and copy is not None and copy.copy
    assert copy.height_mm > first.height_mm  # by the word that says so
    assert i18n.text("cs", "Copy")


def test_a_slip_whose_answer_was_lost_is_offered_again_to_the_browser_that_holds_it(brno: Brno) -> None:
    taken = brno.take(printer_id=brno.printer_id)
    first = claim(brno, taken.token)
    assert next_for_browser(brno.context, KIOSK, brno.printer_id) == taken.token
    assert next_for_browser(brno.context, "another kiosk", brno.printer_id) is None
    assert claim(brno, taken.token) == first
    end(brno, taken.token)
    assert next_for_browser(brno.context, KIOSK, brno.printer_id) is None


def test_a_slip_that_no_browser_fetches_is_given_up_and_seen(brno: Brno, clock: SimulatedClock) -> None:
    taken = brno.take(printer_id=brno.printer_id)
    clock.advance(seconds=UNFETCHED_SECONDS - 1)
    assert give_up_unfetched(brno.context) == []
    clock.advance(seconds=2)
    assert give_up_unfetched(brno.context) == [JobNews("brno", taken.ticket.id, "A001", "failed", "too_old")]
    assert give_up_unfetched(brno.context) == []
    assert [slip["error"] for slip in slips_in_trouble(brno.context, "brno")] == ["too_old"]


def test_a_slip_of_which_the_browser_says_nothing_more_is_given_up(brno: Brno, clock: SimulatedClock) -> None:
    taken = brno.take(printer_id=brno.printer_id)
    slip = claim(brno, taken.token)
    clock.advance(seconds=PULL_CLAIM_SECONDS - 1)
    assert give_up_unfetched(brno.context) == []
    clock.advance(seconds=2)
    assert give_up_unfetched(brno.context) == [JobNews("brno", taken.ticket.id, "A001", "failed", "timed_out")]
    assert slip is not None and end(brno, taken.token, True, KIOSK, slip.id) == []


def test_what_other_printers_are_late_with_is_not_given_up(brno: Brno, clock: SimulatedClock) -> None:
    set_printer(brno, kind="folder", address={"path": "/nonexistent"})
    brno.take(printer_id=brno.printer_id)
    clock.advance(seconds=2 * UNFETCHED_SECONDS)
    assert give_up_unfetched(brno.context) == []


def test_who_has_left_gets_no_slip(brno: Brno) -> None:
    taken = brno.take(printer_id=brno.printer_id)
    serve.cancel(brno.context, taken.token)
    slip, news = claim_slip(brno.context, taken.token, KIOSK, brno.printer_id, HOUR)
    assert slip is None
    assert news == [JobNews("brno", taken.ticket.id, "A001", "failed", "ticket_ended")]


@pytest.mark.parametrize(
    ("paper", "width", "height"), [("roll58", 58, None), ("a6", 105, 148), ("a5", 148, 210), ("a4", 210, 297)]
)
def test_each_paper_has_its_page(brno: Brno, paper: str, width: float, height: float | None) -> None:
    set_printer(brno, paper=paper)
    slip = claim(brno, brno.take(printer_id=brno.printer_id).token)
    assert slip is not None
    assert slip.width_mm == pytest.approx(width)
    assert slip.picture_width_mm <= slip.width_mm + 0.01
    if height is not None:
        assert slip.height_mm == pytest.approx(height)
