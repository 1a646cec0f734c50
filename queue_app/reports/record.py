"""The record as the reports read it: the days that are kept, and what has happened since, read on from where it was."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select

from queue_app.domain.branch import BranchSetup
from queue_app.reports.shelf import Shelf
from queue_app.store.facts import Facts, ReadDay, RecordReader, digests, kept_days, last_kept, pack, together, unpack
from queue_app.store.models import BranchState
from queue_app.store.session import Database

BYTES_KEPT = 192 << 20
"""So many bytes of packed days stay in memory; five busy years are some 120 MB."""


@dataclass
class _Live:
    """A branch's events after revision `since`, the last one of a kept day."""

    since: int
    reader: RecordReader
    ended: list[tuple[date, int, Facts]] = field(default_factory=list)


class _Kept(NamedTuple):
    """A kept day in memory, and how many bytes it takes."""

    digest: int
    size: int
    facts: Facts


@dataclass(frozen=True)
class Span:
    """What is known of some business dates of a branch, not put together yet.

    Attributes:
        branch_id: whose.
        kept: the `digest` of each day that is kept.
        live: days that are not, the one under way last; where there is none, equal `kept` means an equal record.
    """

    branch_id: int
    kept: Mapping[date, int]
    live: list[tuple[date, Facts]]


class Record:
    """The facts of all branches, for one process, and the finished reports on them."""

    def __init__(self, database: Database) -> None:
        """Read from `database`."""
        self.shelf = Shelf()
        self._database = database
        self._live: dict[int, _Live] = {}
        self._days: OrderedDict[tuple[int, date], _Kept] = OrderedDict()
        self._lock = threading.Lock()

    def facts(self, setup: BranchSetup, first: date, last: date, now: datetime) -> Facts:
        """Return what is known of business dates `first` to `last`, both included, at `now` (aware).

        Raises:
            QueueError: `database_unavailable`.
        """
        while True:
            facts = self.read(self.span(setup, first, last, now))
            if facts is not None:
                return facts

    def span(self, setup: BranchSetup, first: date, last: date, now: datetime) -> Span:
        """Return what is known of business dates `first` to `last`, without reading days that are kept.

        Raises:
            QueueError: `database_unavailable`.
        """
        with self._lock:
            newest, revision = last_kept(self._database, setup.id) or (date.min, 0)
            kept = digests(self._database, setup.id, first, min(last, newest)) if first <= newest else {}
            # A day that is not kept is never before the newest one that is.
            live = self._since(setup, revision, now) if last >= newest else []
        return Span(setup.id, kept, [(day, facts) for day, facts in live if first <= day <= last])

    def read(self, span: Span) -> Facts | None:
        """Return the facts of a span; None where its days were kept anew since it was looked up.

        Raises:
            QueueError: `database_unavailable`.
        """
        with self._lock:
            kept = self._fetch(span)
        return together([*kept, *span.live]) if len(kept) == len(span.kept) else None

    def revision(self, setup: BranchSetup) -> int:
        """Return the branch's revision now: what was read at the same revision is still true."""
        with self._database.reading() as connection:
            return connection.execute(
                select(BranchState.revision).where(BranchState.branch_id == setup.id)
            ).scalar_one()

    def _since(self, setup: BranchSetup, kept: int, now: datetime) -> list[tuple[date, Facts]]:
        """Return the days after revision `kept`, the one under way last."""
        live = self._live.get(setup.id)
        if live is None or not live.since <= kept <= live.reader.revision:
            live = self._live[setup.id] = _Live(kept, RecordReader(self._database, setup, kept))
        live.reader.setup = setup
        live.ended += [(each.day, each.last_revision, _columns(each, now)) for each in live.reader.days()]
        live.ended = [each for each in live.ended if each[1] > kept]
        today = live.reader.today(self._business_date(setup))
        ended = [(day, facts) for day, _, facts in live.ended]
        return [*ended, (today.day, _columns(today, now))] if today.last_revision > kept else ended

    def _business_date(self, setup: BranchSetup) -> date:
        with self._database.reading() as connection:
            return connection.execute(
                select(BranchState.business_date).where(BranchState.branch_id == setup.id)
            ).scalar_one()

    def _fetch(self, span: Span) -> list[tuple[date, Facts]]:
        """Return the kept days of a span that are still as they were; those not in memory are read."""
        found = {day: kept for day in span.kept if (kept := self._days.pop((span.branch_id, day), None)) is not None}
        missing = [day for day, number in span.kept.items() if day not in found or found[day].digest != number]
        if missing:
            for day, number, rows in kept_days(self._database, span.branch_id, missing[0], missing[-1]):
                found[day] = _Kept(number, len(rows), unpack(rows))
        # Whatever was used last stands at the end.
        self._days |= {(span.branch_id, day): kept for day, kept in found.items()}
        while sum(kept.size for kept in self._days.values()) > BYTES_KEPT:
            self._days.popitem(last=False)
        return [
            (day, found[day].facts) for day, number in span.kept.items() if day in found and found[day].digest == number
        ]


def _columns(day: ReadDay, now: datetime) -> Facts:
    return unpack(pack(day.reader.facts(now)))
