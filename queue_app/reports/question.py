"""What is asked of a report: the branch, the days, how they are broken down, and who asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from queue_app.domain.branch import BranchSetup
from queue_app.domain.errors import QueueError
from queue_app.domain.reading import wrong

LONGEST_DAYS = 3660
BY = ("service", "counter", "clerk", "priority", "channel", "outcome")
PER = ("quarter", "hour", "day", "weekday", "week", "month", "time_of_day")


DAYS_BY_DAY, DAYS_BY_WEEK = 92, 731
"""Rows over time are days up to so many days, then weeks, then months: a hundred of them at most in two years."""

DAYS_AMONG_MANY = {"day": 31, "week": 183, "month": 731}
"""The same where each of them has a row for every service and counter; beyond, the whole span is one."""


@dataclass(frozen=True)
class Reader:
    """Who reads: the display names by user id of the clerks whose figures may be shown; None where none may."""

    names: Mapping[int, str] | None = None


@dataclass(frozen=True)
class Question:
    """One question.

    Attributes:
        setup: the branch.
        first, last: business dates, both included.
        now: when it is asked; who waits then has waited so long.
        by: what the rows are broken down by, of `BY`; None for as the report does by itself.
        per: the stretch of time of each row, of `PER`; `none` for the whole span; None for as the report does by itself.
        target_seconds: the promise to measure by; None for each service's own.
        reader: who asks.
        only_clerk: the user id of the clerk whose own work alone is looked at; None for everybody's.
        after, limit: of a report that is row by row, only so many rows after this one (its number in the record).
        smallest_group: groups of fewer people are not told apart by who they are.
    """

    setup: BranchSetup
    first: date
    last: date
    now: datetime
    by: tuple[str, ...] | None = None
    per: str | None = None
    target_seconds: int | None = None
    reader: Reader = Reader()
    only_clerk: int | None = None
    after: int = 0
    limit: int | None = None
    smallest_group: int = 5

    def check(self) -> None:
        """Refuse what has no answer.

        Raises:
            QueueError: `invalid_value`: dates that run backwards or too far, an unknown breakdown; `not_allowed`: clerks.
        """
        if self.first > self.last or (self.last - self.first).days > LONGEST_DAYS:
            raise wrong("from", "the first day must not be after the last, nor ten years before it")
        for each in self.by or ():
            if each not in BY:
                raise wrong("by", "some of %(words)s are needed", words=", ".join(BY))
        if self.per not in (None, "none", *PER):
            raise wrong("per", "one of %(words)s is needed", words=", ".join(("none", *PER)))
        if self.target_seconds is not None and not 1 <= self.target_seconds <= 86400:
            raise wrong("target_seconds", "a whole number from %(least)d to %(most)d is needed", least=1, most=86400)
        if "clerk" in (self.by or ()) and self.reader.names is None:
            raise QueueError("not_allowed")

    @property
    def days(self) -> int:
        """How many days it is about."""
        return (self.last - self.first).days + 1

    @property
    def stretch(self) -> str:
        """The stretch of time of each row of a table over time, `day`, `week` or `month`: as asked, else by the span's length."""
        if self.per in ("day", "week", "month"):
            return self.per
        if self.days <= DAYS_BY_DAY:
            return "day"
        return "week" if self.days <= DAYS_BY_WEEK else "month"

    @property
    def stretch_among_many(self) -> str:
        """The same of a table that is also broken down by service and counter; `none` where that would be thousands."""
        return next((name for name, days in DAYS_AMONG_MANY.items() if self.days <= days), "none")

    def page(self, after: int, limit: int | None) -> Question:
        """Return the same question about a part of its rows."""
        return replace(self, after=after, limit=limit)

    def before(self) -> Question:
        """Return the same question about the days directly before, as many of them."""
        return replace(self, first=self.first - timedelta(days=self.days), last=self.first - timedelta(days=1))
