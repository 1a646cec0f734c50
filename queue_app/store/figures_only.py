"""The days of which only the figures are left: from where on a branch's record can be read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from queue_app.store.models import BranchState
from queue_app.store.report_tables import DayFactsRow


@dataclass(frozen=True)
class FiguresOnly:
    """What is left of a branch's record.

    Attributes:
        before: of business dates before this one only the figures are kept; None where the record is whole.
        floor: the last revision of those days: events up to it are gone, or about to go, and must not be read.
    """

    before: date | None = None
    floor: int = 0

    def first_of(self, first: date) -> date:
        """Return the first day from `first` on whose single visits are kept."""
        return first if self.before is None else max(first, self.before)


def figures_only(connection: Connection, branch_id: int) -> FiguresOnly:
    """Return from where on the branch's record is whole, as this connection's snapshot has it."""
    before = connection.execute(
        select(BranchState.figures_only_before).where(BranchState.branch_id == branch_id)
    ).scalar_one_or_none()
    if before is None:
        return FiguresOnly()
    day = DayFactsRow.__table__.c
    last = connection.execute(
        select(func.max(day.last_revision)).where(day.branch_id == branch_id, day.business_date < before)
    ).scalar_one()
    return FiguresOnly(before, last or 0)
