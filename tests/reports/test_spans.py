"""Long spans: what the rows are per, columns of days of different width, and how far a file is."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from queue_app import report_worker
from queue_app.clock import SimulatedClock
from queue_app.domain.day_facts import DayFacts, Staff
from queue_app.operations import report_jobs
from queue_app.reports import registry
from queue_app.reports.question import Question
from queue_app.reports.record import Record
from queue_app.store.facts import pack, rows_of, together, unpack
from tests.factories import Brno


def question(brno: Brno, clock: SimulatedClock, days: int, per: str | None = None) -> Question:
    """Ask about so many days up to today."""
    today = clock.now().date()
    return Question(brno.context.setup("brno"), today - timedelta(days=days - 1), today, clock.now(), per=per)


@pytest.mark.parametrize(
    ("days", "over_time", "among_many"),
    [(1, "day", "day"), (31, "day", "day"), (32, "day", "week"), (92, "day", "week"), (93, "week", "week"),
     (183, "week", "week"), (184, "week", "month"), (731, "week", "month"), (732, "month", "none"), (1826, "month", "none")],
)  # fmt: skip
def test_the_longer_the_span_the_longer_each_row(
    brno: Brno, clock: SimulatedClock, days: int, over_time: str, among_many: str
) -> None:
    asked = question(brno, clock, days)
    assert (asked.stretch, asked.stretch_among_many) == (over_time, among_many)
    brno.take()
    report = registry.make(Record(brno.context.database), brno.context.database, "service-level", asked)
    further = report.tables[1]
    assert (further.name, further.columns[0].name) == (f"service-level_by_{over_time}", over_time)
    assert [plot.x for plot in report.plots] == [over_time]
    waits = registry.make(Record(brno.context.database), brno.context.database, "waits", asked)
    first = waits.tables[0].columns[0].name
    assert first == ("service" if among_many == "none" else among_many)


@pytest.mark.parametrize("per", ["day", "week", "month"])
def test_what_is_asked_for_wins(brno: Brno, clock: SimulatedClock, per: str) -> None:
    asked = question(brno, clock, 1826, per)
    for name in ("waits", "visits"):
        report = registry.make(Record(brno.context.database), brno.context.database, name, asked)
        assert report.tables[0].columns[0].name == per
    assert report.tables[1].columns[0].name == per


def test_columns_are_as_wide_as_their_days_need_and_days_without_rows_change_nothing() -> None:
    narrow = DayFacts(staff=[Staff(1, 2, 1_700_000_000_000, 900_000, 0, 5, -1)], calls=3)
    wide = DayFacts(staff=[Staff(1 << 40, 200, 1_700_000_000_000, 900_000, 0, -1, 40_000)], calls=4)
    days = [
        (date(2026, 3, day), unpack(pack(facts))) for day, facts in enumerate((DayFacts(), narrow, wide, DayFacts()), 4)
    ]
    for (_, facts), rows in zip(days, (DayFacts(), narrow, wide, DayFacts()), strict=True):
        assert rows_of(facts) == rows
    assert days[1][1].staff["counter_id"].dtype == np.int8
    found = together(days)
    assert found.staff["counter_id"].tolist() == [1, 1 << 40] and found.staff["user_id"].tolist() == [2, 200]
    assert found.staff["idle_waiting"].tolist() == [-1, 40_000] and found.calls == 7
    assert [found.staff.size, found.legs.size, len(found.visits["issued"])] == [2, 0, 0]
    assert found.legs["served"].dtype == np.bool_
    only_narrow = together(days[:2])
    assert only_narrow.staff["counter_id"].dtype == np.int8 and only_narrow.legs["visit"].tolist() == []


def test_a_job_says_which_share_of_its_rows_is_done(
    brno: Brno, clock: SimulatedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_worker, "PROGRESS_EVERY_ROWS", 2)
    worker = report_worker.ReportWorker(brno.context, tmp_path)
    asked = {"branch": "brno", "report": "tickets", "form": "csv"}
    report_jobs.ask(brno.context, brno.branch_id, "user:1", asked)
    job = report_jobs.claim(brno.context)
    assert job is not None
    progress = worker._progress(job, 10)

    def share() -> float:
        return report_jobs.job_of(brno.context, job.id, brno.branch_id, None).share_done

    progress(1)
    assert share() == 0
    progress(4)
    assert share() == 0.4
    progress(12)  # somebody took a number meanwhile
    assert share() == 1
    report_jobs.cancel(brno.context, job)
    with pytest.raises(report_worker.Cancelled):
        progress(14)
