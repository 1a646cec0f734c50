"""The reports on visits, waits and work, each said as what it breaks down and which figures it shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from queue_app.domain.tickets import State
from queue_app.i18n import N_
from queue_app.reports.breakdown import QUARTER_MS, clock_of, local_ms, weekday_of
from queue_app.reports.document import Column, Kind, Plot, Report, Shape, Table
from queue_app.reports.figures import LEGS, STAFF, VISITS
from queue_app.reports.groups import Groups
from queue_app.reports.question import Question
from queue_app.reports.tabulate import Wanted, tabulate
from queue_app.store.columns import Array
from queue_app.store.facts import Facts


def _asked(question: Question, by: Sequence[str], per: str | None) -> tuple[str, ...]:
    """Return what the rows are broken down by: as asked, else as the report does by itself; time comes first."""
    stretch = question.per or per
    return (*((stretch,) if stretch not in (None, "none") else ()), *(question.by if question.by is not None else by))


def _report(question: Question, name: str, title: str, tables: Sequence[Table], plots: Sequence[Plot] = ()) -> Report:
    return Report(name, title, question.setup, question.first, question.last, tables, plots)


WAITS = Wanted(
    "waits", N_("Waiting and service times"), "legs", "enqueued", LEGS,
    ("served", "left", "wait_mean_seconds", "wait_p50_seconds", "wait_p90_seconds", "wait_max_seconds", "within_target",
     "service_mean_seconds", "service_p90_seconds", "queue_wait_mean_seconds", "response_mean_seconds", "wrap_up_mean_seconds"),
)  # fmt: skip


def waits(facts: Facts, question: Question) -> Report:
    """Return waits and service times: by service and counter over time, and through the day."""
    ended = facts.legs["served"] | np.isin(
        facts.legs["end"], [facts.code(state) for state in (State.NO_SHOW, State.CANCELLED, State.EXPIRED)]
    )
    # Who was not served was at no counter, also where one of them had called.
    facts = _with_legs(
        facts, {each: np.where(facts.legs["served"], facts.legs[each], 0) for each in ("counter_id", "user_id")}
    )
    by = _asked(question, ("service", "counter"), question.stretch_among_many)
    table = tabulate(facts, question, WAITS, by, ended)
    hours = Wanted(
        "waits_by_time", N_("Waits through the day"), "legs", "enqueued", LEGS, ("served", *WAITS.names[3:5])
    )
    by_time = tabulate(facts, question, hours, ("time_of_day",), ended)
    counters = Wanted(
        "waits_by_counter", N_("Service times by counter"), "legs", "enqueued", LEGS, ("served", *WAITS.names[7:9])
    )
    by_counter = tabulate(facts, question, counters, ("counter",), facts.legs["served"])
    plots = (
        Plot(N_("Waits through the day"), Shape.LINES, by_time.name, "time_of_day",
             ("wait_p50_seconds", "wait_p90_seconds"), limit=question.target_seconds or question.setup.target_wait_seconds),
        Plot(N_("Mean service time by counter"), Shape.BARS, by_counter.name, "counter", ("service_mean_seconds",)),
    )  # fmt: skip
    return _report(question, "waits", WAITS.title, (table, by_time, by_counter), plots)


def _with_legs(facts: Facts, changed: Mapping[str, Array]) -> Facts:
    return Facts(facts.legs.changed(changed), facts.visits, facts.staff, facts.words)


def _over_time(facts: Facts, question: Question, name: str, days_title: str, figures: Sequence[str]) -> Table:
    """Return figures of visits over time: by day, and of long spans by week or month; the table's name says which."""
    stretch = question.stretch
    title = {"day": days_title, "week": N_("By week"), "month": N_("By month")}[stretch]
    return tabulate(
        facts, question, Wanted(f"{name}_by_{stretch}", title, "visits", "issued", VISITS, figures), (stretch,)
    )


@dataclass(frozen=True)
class OfVisits:
    """A report whose tables are figures of visits: by service, and over time."""

    name: str
    title: str
    by_title: str
    days_title: str
    figures: tuple[str, ...]
    plotted: tuple[tuple[str, tuple[str, ...]], ...]

    def __call__(self, facts: Facts, question: Question) -> Report:
        """Make it."""
        wanted = Wanted(self.name, self.by_title, "visits", "issued", VISITS, self.figures)
        table = tabulate(facts, question, wanted, _asked(question, ("service",), None))
        over_time = _over_time(facts, question, self.name, self.days_title, self.figures)
        plots = [Plot(title, Shape.LINES, over_time.name, question.stretch, series) for title, series in self.plotted]
        return _report(question, self.name, self.title, (table, over_time), plots)


service_level = OfVisits(
    "service-level", N_("Service level"), N_("The promise, kept how often?"), N_("Service level by day"),
    ("arrived", "served", "left", "waiting", "within_target", "service_level", "service_level_strict", "service_level_served",
     "wait_p50_seconds", "wait_p90_seconds"),
    ((N_("Served within the target"), ("service_level", "service_level_strict", "service_level_served")),),
)  # fmt: skip

visits = OfVisits(
    "visits", N_("Whole visits"), N_("From the first number to the end"), N_("Whole visits by day"),
    ("arrived", "served", "left", "total_wait_mean_seconds", "transfer_wait_mean_seconds", "transfer_share", "visit_mean_seconds",
     "visit_p90_seconds"),
    ((N_("How long visits took"), ("visit_mean_seconds", "visit_p90_seconds")),),
)  # fmt: skip

forecasts = OfVisits(
    "forecasts", N_("Forecasts"), N_("What was told, and what came"), N_("Forecasts by day"),
    ("forecasts", "forecast_error_seconds", "forecast_bias_seconds", "forecast_near", "forecast_inside"),
    ((N_("Waits inside the range that was told"), ("forecast_inside",)),),
)  # fmt: skip

_endings = OfVisits(
    "endings", N_("Who was not served, and why"), N_("How visits ended"), N_("How visits ended, by day"),
    ("arrived", "served", "no_shows", "cancelled", "expired", "abandonment", "no_show_share", "transfer_share"),
    ((N_("Left without being served"), ("abandonment", "no_show_share")),),
)  # fmt: skip


def endings(facts: Facts, question: Question) -> Report:
    """Return no-shows, abandonment and transfers of visits, recalls and returns of their stages."""
    report = _endings(facts, question)
    stages = Wanted(
        "stages", N_("Called again, and put back"), "legs", "enqueued", LEGS, ("called", "recall_share", "return_share")
    )
    table = tabulate(facts, question, stages, _asked(question, ("service",), None))
    return _report(question, report.name, report.title, (*report.tables, table), report.plots)


def outcomes(facts: Facts, question: Question) -> Report:
    """Return how services ended, as the clerks said, and how many visits were settled at the first contact."""
    first = Wanted(
        "outcomes", N_("Settled at the first contact"), "visits", "issued", VISITS,
        ("served", "with_outcome", "outcome_coverage", "resolved_at_once"),
    )  # fmt: skip
    table = tabulate(facts, question, first, _asked(question, ("service",), None))
    each = Wanted(
        "outcomes_each", N_("How services ended"), "legs", "enqueued", LEGS, ("served", "service_mean_seconds")
    )
    told = facts.legs["served"] & (facts.legs["outcome"] != 0)
    by_outcome = tabulate(facts, question, each, ("service", "outcome"), told)
    plots = (
        Plot(N_("Settled at the first contact"), Shape.BARS, "outcomes", table.columns[0].name, ("resolved_at_once",)),
    )
    return _report(question, "outcomes", N_("Outcomes"), (table, by_outcome), plots)


THROUGHPUT = Column(
    "throughput", N_("Served an hour"), N_("Served stays per hour that the counter was open"), Kind.NUMBER
)


def staffing(facts: Facts, question: Question) -> Report:
    """Return how the time at the counters was spent, by counter or clerk and through the day."""
    wanted = Wanted("staffing", N_("Time at the counters"), "staff", "begin", STAFF, tuple(STAFF))
    by = _asked(question, ("counter",), None)
    if not set(by) <= {"counter", "clerk", "quarter", "hour", "day", "weekday", "week", "month", "time_of_day"}:
        by = ("counter",)
    table = _with_throughput(facts, question, tabulate(facts, question, wanted, by), by)
    times = Wanted("staffing_by_time", N_("Through the day"), "staff", "begin", STAFF, tuple(STAFF))
    by_time = tabulate(facts, question, times, ("time_of_day",))
    plots = (
        Plot(N_("Time at the counters through the day"), Shape.STACK, by_time.name, "time_of_day",
             ("busy_seconds", "idle_waiting_seconds", "paused_seconds")),
        Plot(N_("Occupancy"), Shape.BARS, table.name, by[-1], ("occupancy",)),
    )  # fmt: skip
    return _report(question, "staffing", N_("Staffing"), (table, by_time), plots)


def _with_throughput(facts: Facts, question: Question, table: Table, by: Sequence[str]) -> Table:
    legs = Wanted("served", "", "legs", "enqueued", LEGS, ("served",))
    served = tabulate(facts, question, legs, by, facts.legs["served"])
    numbers = {_key(row, by): row["served"] for row in served.rows}

    def told(row: Any, number: int) -> dict[str, Any]:
        hours = row["open_seconds"] / 3600
        return {**row, "served": number, "throughput": round(number / hours, 2) if hours else None}

    rows = [told(row, numbers.get(_key(row, by), 0)) for row in table.rows]
    assert table.total is not None and served.total is not None
    columns = (*table.columns, LEGS["served"].column, THROUGHPUT)
    return Table(table.name, table.title, columns, rows, told(table.total, served.total["served"]))


def _key(row: Any, by: Sequence[str]) -> tuple[Any, ...]:
    return tuple(row[name] for name in by)


ARRIVALS = (
    Column("weekday", N_("Weekday"), N_("Weekday of the business date"), Kind.WORD),
    Column("time_of_day", N_("Time of day"), N_("Quarter of an hour by the clock on the wall"), Kind.TEXT),
    Column("arrived", N_("Arrived"), N_("Visits that began"), Kind.COUNT),
    Column("days", N_("Days"), N_("Days with visits on this weekday"), Kind.COUNT),
    Column("arrived_mean", N_("Mean"), N_("Visits that began, a day"), Kind.NUMBER),
    Column(
        "arrived_p90",
        N_("Nine of ten days at most"),
        N_("90th percentile over the days of this weekday; empty below 20"),
        Kind.COUNT,
    ),
)


def arrivals(facts: Facts, question: Question) -> Report:
    """Return when visitors come: by weekday and quarter of an hour, and over time."""
    over_time = _over_time(facts, question, "arrivals", N_("Arrivals by day"), ("arrived", "served", "left"))
    table = Table("arrivals", N_("Arrivals by weekday and time of day"), ARRIVALS, profile(facts, question))
    plots = (
        Plot(
            N_("Arrivals a day, by weekday and time of day"),
            Shape.HEAT,
            "arrivals",
            "time_of_day",
            ("arrived_mean",),
            by="weekday",
        ),
        Plot(over_time.title, Shape.BARS, over_time.name, question.stretch, ("arrived",)),
    )
    return _report(question, "arrivals", N_("Arrivals"), (table, over_time), plots)


def profile(facts: Facts, question: Question) -> list[dict[str, Any]]:
    """Return, for each weekday and quarter of an hour, how many came: in all, on average, on nine of ten days at most."""
    visits = facts.visits
    groups = Groups([visits["day"], local_ms(visits["issued"], question) // QUARTER_MS % 96], visits.size)
    numbers: dict[tuple[int, int], list[int]] = {}
    days: dict[int, set[int]] = {}
    for (day, quarter), number_of_visits in zip(groups.keys, groups.count().tolist(), strict=True):
        numbers.setdefault((weekday_of(day), quarter), []).append(number_of_visits)
        days.setdefault(weekday_of(day), set()).add(day)
    rows = []
    for (weekday, quarter), found in sorted(numbers.items()):
        number = len(days[weekday])
        spread = sorted([0] * (number - len(found)) + found)
        rows.append({
            "weekday": f"weekday:{weekday}", "time_of_day": clock_of(quarter), "arrived": sum(found), "days": number,
            "arrived_mean": round(sum(found) / number, 2),
            "arrived_p90": spread[-(-90 * number // 100) - 1] if number >= 20 else None,
        })  # fmt: skip
    return rows
