"""The record itself, event by event."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, select

from queue_app.domain.board import service_slug
from queue_app.domain.business_day import day_bounds
from queue_app.i18n import N_
from queue_app.reports.document import Column, Kind, Report, Table
from queue_app.reports.question import Question
from queue_app.reports.raw import LABEL, STAGE, TICKET
from queue_app.reports.streamed import Chunk, LocalTimes, Streamed, told
from queue_app.store.bulk import chunks, microseconds_of
from queue_app.store.by_time import first_at
from queue_app.store.figures_only import figures_only
from queue_app.store.models import Leg, Ticket, TicketEvent
from queue_app.store.session import Database

EVENTS = (
    Column("revision", N_("Revision"), N_("The event's number in the branch"), Kind.ID),
    Column("at", N_("When"), N_("Local time"), Kind.MOMENT),
    Column("kind", N_("Event"), N_("What happened"), Kind.WORD),
    TICKET,
    LABEL,
    STAGE,
    Column("service", N_("Service"), N_("What the visitor came for"), Kind.SERVICE),
    Column("counter", N_("Counter"), N_("Where it happened"), Kind.COUNTER),
    Column("clerk", N_("Clerk"), N_("Who did it; only for readers who may see it"), Kind.CLERK),
    Column("reason", N_("Reason"), N_("Why, where somebody or the day's end gave a reason")),
    Column("rule", N_("Rule"), N_("Why this visitor was next"), Kind.WORD),
)


def events(database: Database, question: Question) -> Report:
    """Return one row for each event; they are read as they are written."""
    rows = Streamed(
        [column.name for column in EVENTS], lambda: _columns(database, question), lambda: _count(database, question)
    )
    table = Table("events", N_("Events"), EVENTS, rows)
    return Report("events", N_("Events"), question.setup, question.first, question.last, (table,))


def _statement(database: Database, question: Question) -> Select[Any]:
    setup = question.setup
    event, ticket, leg = TicketEvent.__table__.c, Ticket.__table__.c, Leg.__table__.c
    begin = day_bounds(question.first, setup.zone, setup.cut_over_hour)[0]
    end = day_bounds(question.last, setup.zone, setup.cut_over_hour)[1]
    joined = TicketEvent.__table__.outerjoin(Ticket.__table__, ticket.id == event.ticket_id).outerjoin(
        Leg.__table__, leg.id == event.leg_id
    )
    of_branch = (event.branch_id == setup.id,)
    with database.reading() as connection:
        first = first_at(connection, event.revision, event.at, begin, of_branch)
        first = max(first, figures_only(connection, setup.id).floor + 1)
    return (
        select(
            event.revision, microseconds_of(database, event.at), event.kind, event.ticket_id, ticket.label, leg.sequence,
            leg.service_id, event.counter_id, event.user_id, event.reason, event.rule,
        )
        .select_from(joined)
        .where(*of_branch, event.revision >= max(first, question.after + 1), event.at < end)
        .order_by(event.revision)
        .limit(question.limit)
    )  # fmt: skip


def _count(database: Database, question: Question) -> int:
    # Revisions have no gaps, and an event is read by its own.
    setup, event = question.setup, TicketEvent.__table__.c
    begin = day_bounds(question.first, setup.zone, setup.cut_over_hour)[0]
    end = day_bounds(question.last, setup.zone, setup.cut_over_hour)[1]
    with database.reading() as connection:
        first, after = (
            first_at(connection, event.revision, event.at, moment, (event.branch_id == setup.id,))
            for moment in (begin, end)
        )
        floor = figures_only(connection, setup.id).floor
    number = max(0, after - max(first, question.after + 1, floor + 1))
    return number if question.limit is None else min(number, question.limit)


def _columns(database: Database, question: Question) -> Iterator[Chunk]:
    setup, times = question.setup, LocalTimes(question.setup.zone)
    slugs: dict[int | None, str] = {service.id: service_slug(setup, service.id) for service in setup.services}
    slugs[None] = ""
    counters = {counter.id: counter.name for counter in setup.counters}
    names = question.reader.names or {}
    for rows in chunks(database, _statement(database, question)):
        revision, at, kind, ticket, label, stage, service, counter, clerk, reason, rule = zip(*rows, strict=True)
        yield (
            revision, times.to_the_millisecond(at), kind, ticket, told(label), stage,
            [slugs.get(each, "?") for each in service], [counters.get(each, "") for each in counter],
            [names.get(each, "") for each in clerk], told(reason), told(rule),
        )  # fmt: skip
