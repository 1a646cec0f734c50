"""The day under way: what has come, beside what comes on this weekday; plainly counted once more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from queue_app.clock import SimulatedClock
from queue_app.operations.close_day import close_day
from queue_app.operations.unit_of_work import Context
from queue_app.reports.question import Question
from queue_app.reports.record import Record
from queue_app.reports.today import Today
from tests.factories import Brno, create_brno

WEEKS = 21
TODAY = datetime(2026, 9, 30, 8, 20, tzinfo=UTC)  # 10:20 in Brno, a Wednesday, and summer time all those weeks


@pytest.fixture
def brno(context: Context, clock: SimulatedClock) -> Brno:
    """Half a year of Wednesdays, with visitors at 9:00 and one at 11:30; the Tuesdays between do not count."""
    clock.set(TODAY - timedelta(weeks=WEEKS, hours=1, minutes=20))
    brno = create_brno(context)
    for week in range(WEEKS):
        for _ in range(week % 7):
            brno.take()
        clock.advance(hours=2, minutes=30)
        brno.take()
        close_day(context, "brno")
        clock.advance(days=6)
        brno.take()
        close_day(context, "brno")
        clock.advance(days=1, hours=-2, minutes=-30)
    return brno


def question(brno: Brno, clock: SimulatedClock) -> Question:
    """Ask about the day under way."""
    day = clock.now().date()
    return Question(brno.context.setup("brno"), day, day, clock.now())


def test_arrivals_stand_beside_the_usual_of_the_weekday_without_a_gap(brno: Brno, clock: SimulatedClock) -> None:
    clock.set(TODAY - timedelta(minutes=75))
    for _ in range(4):
        brno.take()
    clock.set(TODAY)
    today, asked = Today(Record(brno.context.database)), question(brno, clock)
    rows = today.arrivals(today.facts(asked), asked)
    quarters = [f"{minutes // 60:02d}:{minutes % 60:02d}" for minutes in range(9 * 60, 11 * 60 + 31, 15)]
    assert [row["time_of_day"] for row in rows] == quarters
    came = {row["time_of_day"]: row["arrived"] for row in rows}
    assert (came["09:00"], came["10:15"]) == (4, 0)
    assert [came[quarter] for quarter in quarters if quarter > "10:15"] == [None] * 5
    at_nine = sorted(week % 7 for week in range(WEEKS))
    usual = rows[0]
    assert usual["usual_mean"] == round(sum(at_nine) / WEEKS, 2)
    assert usual["usual_p90"] == at_nine[-(-90 * WEEKS // 100) - 1]
    assert (rows[-1]["usual_mean"], rows[-1]["usual_p90"]) == (1.0, 1)
    assert (rows[1]["usual_mean"], rows[1]["usual_p90"]) == (0.0, 0)


def test_a_weekday_without_a_past_has_no_usual(context: Context, clock: SimulatedClock) -> None:
    brno = create_brno(context)
    today = Today(Record(context.database))
    asked = question(brno, clock)
    assert today.arrivals(today.facts(asked), asked) == []
    brno.take()
    (row,) = today.arrivals(today.facts(asked), asked)
    assert row == {"time_of_day": "09:00", "arrived": 1, "usual_mean": None, "usual_p90": None}
    assert today.figures(today.facts(asked), asked)["arrived"] == 1
