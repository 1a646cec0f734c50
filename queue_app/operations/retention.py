"""Lets old business days become anonymous figures: what was counted stays, single visits and who worked are forgotten.

A day is either whole or figures, for every reader at every moment: in one transaction its figures lose the names and
`branch_state.figures_only_before` moves past it, and from then on nobody reads its rows. They are deleted afterwards, a few at a
time, and whatever was left by a process that was killed is deleted by the next one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, or_, select, update

from queue_app.domain.branch import BranchSetup
from queue_app.domain.business_day import business_date, day_bounds
from queue_app.domain.reading import wrong
from queue_app.operations.keep_days import days_to_keep
from queue_app.operations.unit_of_work import Context
from queue_app.operations.views import fresh_setup
from queue_app.store.facts import FORM, digest, without_clerks
from queue_app.store.figures_only import figures_only
from queue_app.store.forgetting import Forgotten, anything_left, forget
from queue_app.store.models import BranchState, Ticket
from queue_app.store.report_tables import DayFactsRow

_DAY = DayFactsRow.__table__.c
_STATE = BranchState.__table__.c


@dataclass(frozen=True)
class Due:
    """What a branch would forget now.

    Attributes:
        days: business dates that would become figures, in order.
        tickets: how many tickets they have.
        left: whether rows of days that are figures already still have to be deleted.
    """

    days: tuple[date, ...]
    tickets: int
    left: bool


def due(context: Context, branch: str, keep_days: int | None = None) -> Due:
    """Return what `forget_old_days` would do, and change nothing.

    Raises:
        QueueError: `unknown_branch`, `database_unavailable`.
    """
    setup = fresh_setup(context, branch)
    days = _days(context, setup, keep_days)
    gone = _gone(context, setup)
    ticket = Ticket.__table__.c
    with context.database.reading() as connection:
        number = connection.execute(
            select(func.count()).where(
                ticket.branch_id == setup.id, ticket.business_date >= min(days, default=date.max),
                ticket.business_date <= max(days, default=date.min),
            )
        ).scalar_one()  # fmt: skip
        left = gone is not None and anything_left(connection, gone)
    return Due(tuple(days), number, left)


def anything_to_forget(context: Context, branch: str) -> bool:
    """Say whether `forget_old_days` has something to do, by a few looks.

    Raises:
        QueueError: `unknown_branch`, `database_unavailable`.
    """
    setup = fresh_setup(context, branch)
    if _days(context, setup, None):
        return True
    gone = _gone(context, setup)
    if gone is None:
        return False
    with context.database.reading() as connection:
        return anything_left(connection, gone)


def forget_old_days(context: Context, branch: str, keep_days: int | None = None) -> Iterator[date | int]:
    """Let every day that is older than the branch keeps single visits become figures, and delete what is left of it.

    It may run beside a busy server, and be broken off at any moment. Days that have not ended, or whose figures are not kept yet,
    are never touched.

    Args:
        context: where.
        branch: slug.
        keep_days: how many days back single visits are kept; the branch's own `retention_days` where left out.

    Yields:
        each day that has become figures, then numbers of deleted rows; after each, the database is free for a moment.

    Raises:
        QueueError: `unknown_branch`, `database_unavailable`; `invalid_value` where `keep_days` is not at least 1.
    """
    setup = fresh_setup(context, branch)
    for day in _days(context, setup, keep_days):
        if _become_figures(context, setup.id, day):
            yield day
    gone = _gone(context, setup)
    if gone is not None:
        yield from forget(context.database, gone)


def _days(context: Context, setup: BranchSetup, keep_days: int | None) -> list[date]:
    """Return the days that are whole and may not be any longer, the oldest first."""
    if keep_days is not None and keep_days < 1:
        raise wrong("keep_days", "a whole number of at least %(least)d is needed", least=1)
    keep = setup.privacy.retention_days if keep_days is None else keep_days
    if keep is None:
        return []
    today = business_date(context.clock.now(), setup.zone, setup.cut_over_hour)
    with context.database.reading() as connection:
        under_way = connection.execute(select(_STATE.business_date).where(_STATE.branch_id == setup.id)).scalar_one()
        first = figures_only(connection, setup.id).first_of(date.min)
        old = (
            select(_DAY.business_date)
            .where(
                _DAY.branch_id == setup.id,
                _DAY.business_date >= first,
                _DAY.business_date < min(today - timedelta(days=keep), under_way),
                _DAY.form == FORM,
            )
            .order_by(_DAY.business_date)
        )
        days = list(connection.execute(old).scalars())
    # While a day that has ended is not kept, one of the same date that is may still grow by its part (`keep_days.merged`).
    return [] if not days or days_to_keep(context, setup.slug) else days


def _become_figures(context: Context, branch_id: int, day: date) -> bool:
    """Let one day be figures from now on; False where it has changed meanwhile or is figures already."""
    this = (_DAY.branch_id == branch_id, _DAY.business_date == day)
    with context.database.reading() as connection:
        known = connection.execute(select(_DAY.digest, _DAY.rows).where(*this)).one()
    # Read and packed before the transaction, which is short then; its guards say whether that still holds.
    rows = without_clerks(known.rows)
    earlier = or_(_STATE.figures_only_before.is_(None), _STATE.figures_only_before <= day)
    kept = update(DayFactsRow).where(*this, _DAY.digest == known.digest).values(rows=rows, digest=digest(rows))
    mark = update(BranchState).where(_STATE.branch_id == branch_id, earlier)
    with context.database.writing() as connection:
        if connection.execute(kept).rowcount != 1:
            return False
        return connection.execute(mark.values(figures_only_before=day + timedelta(days=1))).rowcount == 1


def _gone(context: Context, setup: BranchSetup) -> Forgotten | None:
    """Return what must not be there any more."""
    with context.database.reading() as connection:
        left = figures_only(connection, setup.id)
    if left.before is None:
        return None
    end = day_bounds(left.before - timedelta(days=1), setup.zone, setup.cut_over_hour)[1]
    return Forgotten(setup.id, left.before, left.floor, end)
