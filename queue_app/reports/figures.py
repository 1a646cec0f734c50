"""Every figure, in one place: its name, its meaning, and how it comes from the facts (docs/kpi.md has the formulas)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from queue_app.domain.tickets import State
from queue_app.i18n import N_
from queue_app.reports.document import Column, Kind
from queue_app.reports.groups import ABSENT, Array, Groups, Spread
from queue_app.reports.question import Question
from queue_app.store.columns import Columns
from queue_app.store.facts import Facts

SMALLEST_P90 = 20
"""Below so many values a P90 would be one person's wait, so it is not given (docs/kpi.md)."""

WITHIN_MS = 300_000
"""A forecast that was off by no more is called right, in ms."""

RESOLVED = "resolved"
"""The outcome that means that the visitor need not come again."""

Cells = Sequence[Any]


@dataclass
class Sheet:
    """Rows of one kind in groups, of which figures are asked."""

    facts: Facts
    rows: Columns
    groups: Groups
    question: Question
    _spreads: dict[str, Spread] = field(default_factory=dict)

    def is_(self, column: str, *words: str) -> Array:
        """Return which rows have one of `words` in `column`."""
        return np.isin(self.rows[column], [self.facts.code(word) for word in words])

    def count(self, which: Array | None = None) -> list[int]:
        """Return how many rows each group has."""
        return [int(number) for number in self.groups.count(which)]

    def spread_of_served(self, column: str) -> Spread:
        """Return the spread of a duration of those who were served; several figures are read from the one sort of it."""
        if column not in self._spreads:
            self._spreads[column] = self.groups.spread(self.rows[column], self.served)
        return self._spreads[column]

    def share(self, part: Array, whole: Array) -> list[float | None]:
        """Return the share of rows in the mask `whole` that are in `part`, too; None where `whole` is empty."""
        return shares(self.groups.count(part & whole), self.groups.count(whole))

    @cached_property
    def served(self) -> Array:
        """Which rows were served."""
        served: Array = self.rows["served"]
        return served

    @cached_property
    def left(self) -> Array:
        """Which rows left unserved."""
        left: Array = ~self.served & self.is_("end", State.NO_SHOW, State.CANCELLED, State.EXPIRED)
        return left

    @cached_property
    def waited(self) -> Array:
        """Which rows were served after a wait: whoever came without a number has none."""
        waited: Array = self.served & (self.rows["wait"] != ABSENT)
        return waited

    @cached_property
    def target(self) -> Array:
        """The promised wait of each row, in ms."""
        setup, asked = self.question.setup, self.question.target_seconds
        target = np.full(len(self.served), (asked or setup.target_wait_seconds) * 1000, np.int64)
        for service in () if asked else setup.services:
            target[self.rows["service_id"] == service.id] = service.target_wait_seconds * 1000
        return target

    @cached_property
    def in_time(self) -> Array:
        """Which rows were served within the promise."""
        in_time: Array = self.waited & (self.rows["wait"] <= self.target)
        return in_time

    @cached_property
    def too_long(self) -> Array:
        """Which rows left, or wait still, after more than the promise."""
        still = ~self.served & ~self.left
        vain = self.rows["waited_in_vain"]
        too_long: Array = (self.left | still) & (vain != ABSENT) & (vain > self.target)
        return too_long

    @cached_property
    def forecast(self) -> Array:
        """Which rows were told a wait and have one."""
        forecast: Array = self.waited & (self.rows["expected"] != ABSENT)
        return forecast

    @cached_property
    def as_promised(self) -> Array:
        """Which rows waited as long as they were told."""
        wait = self.rows["wait"]
        inside: Array = (wait >= self.rows["promised_from"]) & (wait <= self.rows["promised_to"])
        return inside

    @cached_property
    def off(self) -> Array:
        """The wait less its forecast, in ms."""
        off: Array = self.rows["wait"].astype(np.int64) - self.rows["expected"]
        return off


def shares(parts: Array, wholes: Array) -> list[float | None]:
    """Return each part of its whole, to four digits; None where there is no whole."""
    return [round(int(part) / int(whole), 4) if whole else None for part, whole in zip(parts, wholes, strict=True)]


def seconds(values: Sequence[float | None]) -> list[float | None]:
    """Return ms as seconds, to a tenth."""
    return [None if value is None else round(value / 1000, 1) for value in values]


@dataclass(frozen=True)
class Figure:
    """A column and how its cells come about."""

    column: Column
    of: Callable[[Sheet], Cells]


def _mean(column: str) -> Callable[[Sheet], Cells]:
    return lambda sheet: seconds(sheet.groups.mean(sheet.rows[column], sheet.served))


def _percentile(column: str, percent: float, least: int = 1) -> Callable[[Sheet], Cells]:
    return lambda sheet: seconds(sheet.spread_of_served(column).percentile(percent, least))


def _state(*states: str) -> Callable[[Sheet], Cells]:
    return lambda sheet: sheet.count(~sheet.served & sheet.is_("end", *states))


def _mean_of(values: Callable[[Sheet], Array]) -> Callable[[Sheet], Cells]:
    def mean(sheet: Sheet) -> Cells:
        sums = np.bincount(sheet.groups.of_row[sheet.forecast], values(sheet)[sheet.forecast], sheet.groups.number)
        counts = sheet.groups.count(sheet.forecast)
        return seconds([total / count if count else None for total, count in zip(sums, counts, strict=True)])

    return mean


def _resolved_at_once(sheet: Sheet) -> Cells:
    told = sheet.served & (sheet.rows["outcome"] != 0)
    return sheet.share(sheet.is_("outcome", RESOLVED) & (sheet.rows["legs_served"] == 1), told)


def _headline(sheet: Sheet) -> Cells:
    whole = sheet.groups.count(sheet.waited) + sheet.groups.count(sheet.too_long)
    return shares(sheet.groups.count(sheet.in_time), whole)


COUNT, SECONDS, SHARE = Kind.COUNT, Kind.SECONDS, Kind.SHARE


def _figures(*rows: tuple[str, str, str, Kind, Callable[[Sheet], Cells]]) -> dict[str, Figure]:
    return {name: Figure(Column(name, heading, meaning, kind), of) for name, heading, meaning, kind, of in rows}


WAITS = _figures(
    ("served", N_("Served"), N_("Stays in the queue, or visits, that ended with service"), COUNT,
     lambda sheet: sheet.count(sheet.served)),
    ("left", N_("Left unserved"), N_("No-shows, cancelled and expired"), COUNT, lambda sheet: sheet.count(sheet.left)),
    ("wait_mean_seconds", N_("Wait, mean"), N_("From joining the queue to the start of service, of those served"), SECONDS,
     _mean("wait")),
    ("wait_p50_seconds", N_("Wait, half within"), N_("Median of the same"), SECONDS, _percentile("wait", 50)),
    ("wait_p90_seconds", N_("Wait, nine of ten within"), N_("90th percentile; empty below 20 served"), SECONDS,
     _percentile("wait", 90, SMALLEST_P90)),
    ("wait_max_seconds", N_("Wait, longest"), N_("The longest of the same"), SECONDS, _percentile("wait", 100)),
    ("within_target", N_("Within the target"), N_("Served whose wait was within the service's target"), COUNT,
     lambda sheet: sheet.count(sheet.in_time)),
)  # fmt: skip

LEGS = WAITS | _figures(
    ("service_mean_seconds", N_("Service, mean"), N_("From the start of service to its end, wrap-up included"), SECONDS,
     _mean("service_time")),
    ("service_p90_seconds", N_("Service, nine of ten within"), N_("90th percentile; empty below 20 served"), SECONDS,
     _percentile("service_time", 90, SMALLEST_P90)),
    ("queue_wait_mean_seconds", N_("Wait for the call, mean"), N_("From joining the queue to the first call"), SECONDS,
     _mean("queue_wait")),
    ("response_mean_seconds", N_("Walk, mean"), N_("From the first call to the start of service"), SECONDS, _mean("response")),
    ("wrap_up_mean_seconds", N_("Wrap-up, mean"), N_("After the visitor has gone, until the counter was free again"), SECONDS,
     _mean("wrap_up")),
    ("called", N_("Called"), N_("Stays in the queue that were called"), COUNT,
     lambda sheet: sheet.count(sheet.rows["calls"] > 0)),
    ("recall_share", N_("Recalled"), N_("Called more than once, of those called"), SHARE,
     lambda sheet: sheet.share(sheet.rows["calls"] > 1, sheet.rows["calls"] > 0)),
    ("return_share", N_("Put back"), N_("Put back into the queue, of those called"), SHARE,
     lambda sheet: sheet.share(sheet.rows["returns"] > 0, sheet.rows["calls"] > 0)),
)  # fmt: skip

VISITS = WAITS | _figures(
    ("arrived", N_("Arrived"), N_("Visits that began"), COUNT, lambda sheet: sheet.count()),
    ("waiting", N_("Still there"), N_("Visits that have not ended yet"), COUNT,
     lambda sheet: sheet.count(~sheet.served & ~sheet.left)),
    ("no_shows", N_("No-shows"), N_("Called and not come"), COUNT, _state(State.NO_SHOW)),
    ("cancelled", N_("Cancelled"), N_("Left by themselves, or taken out by a clerk"), COUNT, _state(State.CANCELLED)),
    ("expired", N_("Expired"), N_("Still waiting when the day ended"), COUNT, _state(State.EXPIRED)),
    ("abandonment", N_("Abandonment"), N_("Left unserved, of those who arrived"), SHARE,
     lambda sheet: sheet.share(sheet.left, np.ones_like(sheet.served))),
    ("no_show_share", N_("No-show rate"), N_("Ended as no-show, of the visits that were called"), SHARE,
     lambda sheet: sheet.share(sheet.is_("end", State.NO_SHOW), sheet.rows["called"])),
    ("transfer_share", N_("Transferred"), N_("Visits with a transfer, of those served"), SHARE,
     lambda sheet: sheet.share(sheet.rows["transfers"] > 0, sheet.served)),
    ("service_level", N_("Service level"),
     N_("Served within the target, of those served and those who left or wait still after more than the target"), SHARE,
     _headline),
    ("service_level_strict", N_("Service level, strict"), N_("Served within the target, of those served and all who left"), SHARE,
     lambda sheet: sheet.share(sheet.in_time, sheet.waited | sheet.left)),
    ("service_level_served", N_("Service level, served only"), N_("Served within the target, of those served"), SHARE,
     lambda sheet: sheet.share(sheet.in_time, sheet.waited)),
    ("total_wait_mean_seconds", N_("All waits, mean"), N_("Waits of all stages of a visit together"), SECONDS,
     _mean("total_wait")),
    ("transfer_wait_mean_seconds", N_("Wait after a transfer, mean"), N_("Waits from the second stage of a visit on"), SECONDS,
     _mean("transfer_wait")),
    ("visit_mean_seconds", N_("Whole visit, mean"), N_("From taking the number to the end of the visit"), SECONDS,
     _mean("total_time")),
    ("visit_p90_seconds", N_("Whole visit, nine of ten within"), N_("90th percentile; empty below 20 served"), SECONDS,
     _percentile("total_time", 90, SMALLEST_P90)),
    ("with_outcome", N_("With an outcome"), N_("Served visits for which a clerk said how they ended"), COUNT,
     lambda sheet: sheet.count(sheet.served & (sheet.rows["outcome"] != 0))),
    ("outcome_coverage", N_("Outcome known"), N_("Visits with an outcome, of those served"), SHARE,
     lambda sheet: sheet.share(sheet.rows["outcome"] != 0, sheet.served)),
    ("resolved_at_once", N_("Settled at the first contact"),
     N_("Ended as resolved in a single service, of the served visits with an outcome"), SHARE, _resolved_at_once),
    ("forecasts", N_("Forecasts"), N_("Served visits that were told a wait when they took their number"), COUNT,
     lambda sheet: sheet.count(sheet.forecast)),
    ("forecast_error_seconds", N_("Off by, mean"), N_("Mean distance between the wait and its forecast"), SECONDS,
     _mean_of(lambda sheet: np.abs(sheet.off))),
    ("forecast_bias_seconds", N_("Off to one side"), N_("Mean of wait less forecast; above zero where it took longer"), SECONDS,
     _mean_of(lambda sheet: sheet.off)),
    ("forecast_near", N_("Within 5 minutes"), N_("Forecasts that were off by at most 5 minutes"), SHARE,
     lambda sheet: sheet.share(np.abs(sheet.off) <= WITHIN_MS, sheet.forecast)),
    ("forecast_inside", N_("As promised"), N_("Waits inside the range that was told"), SHARE,
     lambda sheet: sheet.share(sheet.as_promised, sheet.forecast)),
)  # fmt: skip


def _time(column: str) -> Callable[[Sheet], Cells]:
    return lambda sheet: seconds(sheet.groups.total(sheet.rows[column]).tolist())


def _ratio(part: Callable[[Sheet], Array], whole: Callable[[Sheet], Array]) -> Callable[[Sheet], Cells]:
    return lambda sheet: shares(part(sheet), whole(sheet))


def _sum(sheet: Sheet, *columns: str) -> Array:
    return sheet.groups.total(sheet.rows[columns[0]]) - sum(
        sheet.groups.total(sheet.rows[column]) for column in columns[1:]
    )


STAFF = _figures(
    ("open_seconds", N_("Open"), N_("Time in which somebody sat there, pauses included"), SECONDS, _time("opened")),
    ("paused_seconds", N_("Paused"), N_("Time of pauses"), SECONDS, _time("paused")),
    ("busy_seconds", N_("Busy"), N_("From the last call of each visitor to the end, wrap-up included"), SECONDS, _time("busy")),
    ("idle_seconds", N_("Idle"), N_("Open, neither paused nor busy"), SECONDS,
     lambda sheet: seconds(_sum(sheet, "opened", "paused", "busy").tolist())),
    ("idle_waiting_seconds", N_("Idle while somebody waited"),
     N_("The part of it in which somebody waited whom this counter may take"), SECONDS, _time("idle_waiting")),
    ("occupancy", N_("Occupancy"), N_("Busy, of the time open less pauses"), SHARE,
     _ratio(lambda sheet: _sum(sheet, "busy"), lambda sheet: _sum(sheet, "opened", "paused"))),
)  # fmt: skip
