"""The end of the business day: by hand, by itself, and after the server slept through it."""

from __future__ import annotations

from datetime import UTC, date, datetime

from queue_app.clock import SimulatedClock
from queue_app.operations import serve
from queue_app.operations.close_day import close_day, close_day_if_over, is_over
from queue_app.operations.verify import differences
from queue_app.store import queries as q
from tests.factories import Brno


def states(brno: Brno) -> dict[str, str]:
    """Return every ticket's state by its label and business date."""
    with brno.context.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT label, business_date, state FROM ticket").all()
    return {f"{row[0]} {row[1]}": row[2] for row in rows}


def test_by_hand_waiting_tickets_expire_counters_close_and_series_begin_anew(brno: Brno) -> None:
    served, _ = brno.take(), brno.take()
    brno.open()
    brno.next()
    serve.start(brno.context, brno.counters[0], brno.alena)
    closed = close_day(brno.context, "brno")
    assert (closed.business_date, closed.expired, closed.counters_closed) == (date(2026, 3, 4), 1, 1)
    assert brno.take().ticket.label == served.ticket.label == "A001"
    assert states(brno) == {
        "A001 2026-03-04": "finished",
        "A002 2026-03-04": "expired",
        "A001 2026-03-05": "waiting",
    }
    assert list(differences(brno.context)) == []


def test_closing_twice_the_same_evening_never_repeats_a_label_of_a_business_date(brno: Brno) -> None:
    seen = set()
    for _ in range(3):
        ticket = brno.take().ticket
        assert (ticket.label, ticket.business_date) not in seen
        seen.add((ticket.label, ticket.business_date))
        close_day(brno.context, "brno")
        close_day(brno.context, "brno")  # nothing has happened since: changes nothing
    assert {day for _, day in seen} == {"2026-03-04", "2026-03-05", "2026-03-06"}


def test_the_first_ticket_after_the_cut_over_closes_the_day_before_by_itself(brno: Brno, clock: SimulatedClock) -> None:
    brno.take()
    brno.open()
    clock.set(datetime(2026, 3, 5, 2, 0, tzinfo=UTC))  # 3:00 in Brno
    assert brno.take().ticket.label == "A001"
    assert states(brno) == {"A001 2026-03-04": "expired", "A001 2026-03-05": "waiting"}
    assert brno.context.database.look((q.OPEN_SESSIONS, {"branch_id": brno.branch_id})) == [[]]


def test_what_a_server_slept_through_ends_at_the_cut_over_and_not_when_it_woke(
    brno: Brno, clock: SimulatedClock
) -> None:
    taken = brno.take()
    assert not is_over(brno.context, "brno")
    assert close_day_if_over(brno.context, "brno") is None
    clock.advance(days=5)
    assert is_over(brno.context, "brno")
    closed = close_day_if_over(brno.context, "brno")
    assert closed is not None and closed.expired == 1
    (row,) = brno.context.database.look((q.LAST_LEG_OF_TICKET, {"ticket_id": taken.ticket.id}))[0]
    assert row.ended_at == datetime(2026, 3, 5, 2, 0, tzinfo=UTC)
    assert close_day_if_over(brno.context, "brno") is None
    assert brno.take().ticket.business_date == "2026-03-09"


def test_through_both_dst_nights_every_day_begins_with_number_one(brno: Brno, clock: SimulatedClock) -> None:
    clock.set(datetime(2026, 3, 27, 0, 30, tzinfo=UTC))
    for _ in range(40):  # every 2 h 10 min through the spring night
        clock.advance(minutes=130)
        brno.take()
    clock.set(datetime(2026, 10, 24, 0, 30, tzinfo=UTC))
    for _ in range(30):
        clock.advance(minutes=130)
        brno.take()
    with brno.context.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT business_date, number FROM ticket ORDER BY id").all()
    days: dict[str, list[int]] = {}
    for day, number in rows:
        days.setdefault(str(day), []).append(number)
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in days.values())
    assert list(differences(brno.context)) == []


def test_a_day_closed_early_is_not_closed_again_at_its_cut_over(brno: Brno, clock: SimulatedClock) -> None:
    brno.take()
    close_day(brno.context, "brno")
    evening = brno.take()
    clock.advance(hours=20)
    assert close_day_if_over(brno.context, "brno") is None
    assert brno.take().ticket.label == "A002"
    assert evening.ticket.business_date == "2026-03-05"
    clock.advance(hours=24)
    assert brno.take().ticket.label == "A001"
