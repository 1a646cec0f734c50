"""Keeps the days that have ended, so that reports over years are made from a few numbers and not from millions of events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, insert, select

from queue_app.domain.day_facts import DayFacts, Leg
from queue_app.domain.events import Kind
from queue_app.operations.unit_of_work import Context
from queue_app.store.facts import FORM, ReadDay, RecordReader, digest, last_kept, pack, rows_of, unpack
from queue_app.store.figures_only import figures_only
from queue_app.store.models import TicketEvent
from queue_app.store.report_tables import DayFactsRow


@dataclass(frozen=True)
class KeptDay:
    """A day that was kept just now, and how many visits it had."""

    branch: str
    day: date
    visits: int


def keep_days(context: Context, branch: str, *, anew: bool = False) -> Iterator[KeptDay]:
    """Keep every day of a branch that has ended and is not kept yet, one after the other; each is durable when it is yielded.

    It may run beside a busy server, and be broken off at any moment: what is missing is read again the next time.

    Args:
        context: where.
        branch: slug.
        anew: read the days that are kept as well, and put each in the place of what is kept of it; but not those of which only
            the figures are left.

    Raises:
        QueueError: `unknown_branch`, `database_unavailable`.
    """
    setup = context.setup(branch)
    _drop_other_forms(context, setup.id)
    kept = None if anew else last_kept(context.database, setup.id)
    reader = RecordReader(context.database, setup, kept[1] if kept else 0)
    for day in reader.days():
        yield _keep(context, branch, setup.id, day)
    today = reader.today(date.max)
    if today.over:
        yield _keep(context, branch, setup.id, today)


def days_to_keep(context: Context, branch: str) -> bool:
    """Say whether a day of the branch has ended that is not kept.

    Raises:
        QueueError: `unknown_branch`, `database_unavailable`.
    """
    branch_id = context.setup(branch).id
    kept = last_kept(context.database, branch_id)
    event = TicketEvent.__table__.c
    ended = (
        select(event.revision)
        .where(
            event.branch_id == branch_id, event.revision > (kept[1] if kept else 0), event.kind == Kind.TICKETS_EXPIRED
        )
        .limit(1)
    )  # fmt: skip
    with context.database.reading() as connection:
        return connection.execute(ended).first() is not None


def differences_of_days(context: Context, branch: str) -> Iterator[str]:
    """Read a branch's record anew, and yield a sentence for every kept day that is not what the record says.

    Raises:
        QueueError: `unknown_branch`, `database_unavailable`.
    """
    setup = context.setup(branch)
    kept = last_kept(context.database, setup.id)
    reader = RecordReader(context.database, setup, 0)
    told: dict[date, DayFacts] = {}
    for day in (*reader.days(), reader.today(date.max)):
        if kept is None or day.last_revision > kept[1] or not day.over:
            continue
        told[day.day] = merged(told.get(day.day), day.reader.facts(context.clock.now()))
        if day.last_revision == _last_revision(context, setup.id, day.day):
            yield from _difference(context, setup.id, day.day, told.pop(day.day))
    for missing in told:
        yield f"{missing}: the day has ended and is not kept"


def merged(before: DayFacts | None, after: DayFacts) -> DayFacts:
    """Return two parts of one business date as one: a day that was ended before the first number goes on under its own date."""
    if before is None:
        return after
    shift = len(before.visits)
    moved = [Leg(leg.visit + shift, *leg[1:]) for leg in after.legs]
    visits, staff = before.visits + after.visits, before.staff + after.staff
    return DayFacts(before.legs + moved, visits, staff, before.calls + after.calls)


def _keep(context: Context, branch: str, branch_id: int, day: ReadDay) -> KeptDay:
    facts = day.reader.facts(context.clock.now())
    table = DayFactsRow.__table__.c
    this = (table.branch_id == branch_id, table.business_date == day.day)
    with context.database.writing() as connection:
        earlier = connection.execute(select(table.first_revision, table.last_revision, table.rows).where(*this)).first()
        if earlier is not None:
            if earlier.first_revision < day.first_revision and earlier.last_revision >= day.last_revision:
                return KeptDay(branch, day.day, len(facts.visits))  # another process was quicker
            if earlier.last_revision < day.first_revision:
                facts = merged(rows_of(unpack(earlier.rows)), facts)
            connection.execute(delete(DayFactsRow).where(*this))
        packed = pack(facts)
        connection.execute(
            insert(DayFactsRow).values(
                branch_id=branch_id,
                business_date=day.day,
                first_revision=earlier.first_revision if earlier is not None else day.first_revision,
                last_revision=day.last_revision,
                form=FORM,
                digest=digest(packed),
                rows=packed,
            )
        )
    return KeptDay(branch, day.day, len(facts.visits))


def _drop_other_forms(context: Context, branch_id: int) -> None:
    table = DayFactsRow.__table__.c
    with context.database.reading() as connection:
        readable = figures_only(connection, branch_id).first_of(date.min)
        other = (table.branch_id == branch_id, table.form != FORM, table.business_date >= readable)
        if connection.execute(select(table.business_date).where(*other).limit(1)).first() is None:
            return
    with context.database.writing() as connection:
        connection.execute(delete(DayFactsRow).where(*other))


def _last_revision(context: Context, branch_id: int, day: date) -> int | None:
    table = DayFactsRow.__table__.c
    with context.database.reading() as connection:
        return connection.execute(
            select(table.last_revision).where(table.branch_id == branch_id, table.business_date == day)
        ).scalar_one_or_none()


def _difference(context: Context, branch_id: int, day: date, told: DayFacts) -> Iterator[str]:
    table = DayFactsRow.__table__.c
    with context.database.reading() as connection:
        data = connection.execute(
            select(table.rows).where(table.branch_id == branch_id, table.business_date == day)
        ).scalar_one()
    kept = rows_of(unpack(data))
    for name in ("legs", "visits", "staff"):
        is_kept, is_told = getattr(kept, name), getattr(told, name)
        if is_kept != is_told:
            wrong = sum(a != b for a, b in zip(is_kept, is_told, strict=False)) + abs(len(is_kept) - len(is_told))
            yield f"{day}: {wrong} rows of {name} are not what the record says"
    if kept.calls != told.calls:
        yield f"{day}: the number of calls is not what the record says"
