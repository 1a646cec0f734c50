"""What has changed since a revision: for programs that keep a copy of the record of their own.

A branch numbers its events without a gap and in the order in which they were committed, so whoever goes on from the revision of
the last answer misses nothing, and needs no clock.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import SelectBase, select, union

from queue_app.domain.events import Kind
from queue_app.reports.document import Report
from queue_app.reports.events import events
from queue_app.reports.question import Question
from queue_app.reports.raw import tickets
from queue_app.store.figures_only import figures_only
from queue_app.store.models import Ticket, TicketEvent
from queue_app.store.session import Database

TABLES = ("tickets", "events")
BEGINNING = date(2000, 1, 1)
"""Before any branch."""

_EVENT = TicketEvent.__table__.c
_TICKET = Ticket.__table__.c


def whole(database: Database, question: Question) -> tuple[Question, date | None]:
    """Return the question about what is still whole of the record, and the day from which on that is (None: all of it).

    Whoever asks for what came before is not told of it any more; their copy may keep it, or not, as their own rules say.

    Raises:
        QueueError: `database_unavailable`.
    """
    with database.reading() as connection:
        left = figures_only(connection, question.setup.id)
    return replace(question, after=max(question.after, left.floor)), left.before


def last_of_page(database: Database, question: Question) -> tuple[int, bool]:
    """Return the revision up to which a page goes, and whether there is more.

    Args:
        database: where.
        question: `after` is the revision from which on, `limit` the most events that are looked through.

    Raises:
        QueueError: `database_unavailable`.
    """
    assert question.limit is not None
    page = (
        select(_EVENT.revision)
        .where(_EVENT.branch_id == question.setup.id, _EVENT.revision > question.after)
        .order_by(_EVENT.revision)
        .limit(question.limit + 1)
        .subquery()
    )
    with database.reading() as connection:
        found = list(connection.execute(select(page.c.revision).order_by(page.c.revision)).scalars())
    more = len(found) > question.limit
    return (found[: question.limit] or [question.after])[-1], more


def changed(database: Database, question: Question, table: str, last: int) -> Report:
    """Return what changed after revision `question.after`, up to `last`.

    Args:
        database, question: as `last_of_page`.
        table: `events` for the events themselves; `tickets` for every stay of each ticket that one of them is about, as it stands
            now: the rows of a ticket take the place of those that were sent before.
        last: of `last_of_page`.
    """
    if table == "events":
        return events(database, replace(question, first=BEGINNING))
    return tickets(database, question, _tickets_of(database, question, last))


def _tickets_of(database: Database, question: Question, last: int) -> SelectBase:
    """Return the ids of the tickets that the events of a page are about."""
    branch_id = question.setup.id
    page = (_EVENT.branch_id == branch_id, _EVENT.revision > question.after, _EVENT.revision <= last)
    named = select(_EVENT.ticket_id).where(*page, _EVENT.ticket_id.is_not(None))
    with database.reading() as connection:
        ends = connection.execute(
            select(_EVENT.at, _EVENT.data).where(*page, _EVENT.kind == Kind.TICKETS_EXPIRED)
        ).all()
    # The end of a day is one event about all tickets that it ended.
    ended = [
        select(_TICKET.id).where(
            _TICKET.branch_id == branch_id,
            _TICKET.business_date == date.fromisoformat(end.data["business_date"]),
            _TICKET.ended_at == end.at,
        )
        for end in ends
    ]
    return union(named, *ended)
