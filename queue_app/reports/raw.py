"""Stays in the queue as they are, row by row: for other programs, and for whoever wants to count for themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, SelectBase, func, select

from queue_app.domain.board import service_slug
from queue_app.i18n import N_
from queue_app.reports.document import Column, Kind, Report, Table
from queue_app.reports.question import Question
from queue_app.reports.streamed import Chunk, Durations, LocalTimes, Streamed, told
from queue_app.store.bulk import chunks, day_of, microseconds_of
from queue_app.store.figures_only import figures_only
from queue_app.store.models import Leg, Ticket
from queue_app.store.session import Database

TICKET = Column("ticket", N_("Ticket"), N_("Number of the ticket in the record"), Kind.ID)
LABEL = Column("label", N_("Number"), N_("As it was printed and called"))
STAGE = Column(
    "stage",
    N_("Stage"),
    N_("1 for the first stay in a queue; a transfer or a second service begins the next one"),
    Kind.COUNT,
)
TICKETS = (
    TICKET,
    Column("day", N_("Day"), N_("Business date, in the branch's time zone"), Kind.DAY),
    LABEL,
    STAGE,
    Column("service", N_("Service"), N_("What the visitor came for"), Kind.SERVICE),
    Column("priority", N_("Class"), N_("The visitor's class"), Kind.WORD),
    Column("channel", N_("Channel"), N_("Where the number was taken"), Kind.WORD),
    Column("language", N_("Language"), N_("The language that the visitor chose")),
    Column("state", N_("State"), N_("How the stay stands or ended"), Kind.WORD),
    Column("outcome", N_("Outcome"), N_("How the service ended, as the clerk said"), Kind.WORD),
    Column("counter", N_("Counter"), N_("Where the visitor was called to"), Kind.COUNTER),
    Column("clerk", N_("Clerk"), N_("Who called; only for readers who may see it"), Kind.CLERK),
    Column("rule", N_("Rule"), N_("Why this visitor was next"), Kind.WORD),
    Column("enqueued_at", N_("Joined the queue"), N_("Local time"), Kind.MOMENT),
    Column("called_at", N_("First called"), N_("Local time"), Kind.MOMENT),
    Column("started_at", N_("Service began"), N_("Local time"), Kind.MOMENT),
    Column("ended_at", N_("Ended"), N_("Local time"), Kind.MOMENT),
    Column("calls", N_("Calls"), N_("How often the visitor was called"), Kind.COUNT),
    Column("wait_seconds", N_("Wait"), N_("From joining the queue to the start of service"), Kind.SECONDS),
    Column(
        "service_seconds",
        N_("Service time"),
        N_("From the start of service to its end, without the wrap-up"),
        Kind.SECONDS,
    ),
)


def tickets(database: Database, question: Question, only: SelectBase | None = None) -> Report:
    """Return one row for each stay in a queue; they are read as they are written.

    Args:
        database, question: where, and of which days.
        only: the ids of the tickets that are wanted, whatever their days; None for all of the question's days.
    """
    names = [column.name for column in TICKETS]
    rows = Streamed(names, lambda: _columns(database, question, only), lambda: _count(database, question, only))
    table = Table("tickets", N_("Tickets, stay by stay"), TICKETS, rows)
    return Report("tickets", N_("Tickets"), question.setup, question.first, question.last, (table,))


def _statement(database: Database, question: Question, only: SelectBase | None) -> Select[Any]:
    ticket, leg = Ticket.__table__.c, Leg.__table__.c
    moments = (leg.enqueued_at, leg.booked_for, leg.first_called_at, leg.started_at, leg.ended_at)
    statement = (
        select(
            ticket.id, day_of(database, ticket.business_date), ticket.label, ticket.priority, ticket.channel, ticket.language,
            leg.sequence, leg.service_id, leg.state, leg.outcome, leg.counter_id, leg.user_id, leg.rule,
            *(microseconds_of(database, moment) for moment in moments), leg.calls,
        )
        .select_from(Ticket.__table__.join(Leg.__table__, leg.ticket_id == ticket.id))
        .where(ticket.branch_id == question.setup.id)
        .order_by(ticket.business_date, ticket.id, leg.sequence)
    )  # fmt: skip
    if only is not None:
        return statement.where(ticket.id.in_(only))
    with database.reading() as connection:
        first = figures_only(connection, question.setup.id).first_of(question.first)
    statement = statement.where(ticket.business_date >= first, ticket.business_date <= question.last)
    if question.limit is None:
        return statement
    # Whole tickets, so that the next page begins with the next one; a branch counts its tickets up from day to day.
    wanted = (
        select(ticket.id)
        .where(
            ticket.branch_id == question.setup.id, ticket.business_date >= first,
            ticket.business_date <= question.last, ticket.id > question.after,
        )
        .order_by(ticket.id)
        .limit(question.limit)
    )  # fmt: skip
    return statement.where(ticket.id.in_(wanted))


def _count(database: Database, question: Question, only: SelectBase | None) -> int:
    with database.reading() as connection:
        rows = _statement(database, question, only).order_by(None).subquery()
        return connection.execute(select(func.count()).select_from(rows)).scalar_one()


def _columns(database: Database, question: Question, only: SelectBase | None) -> Iterator[Chunk]:
    setup, times, durations = question.setup, LocalTimes(question.setup.zone), Durations()
    slugs = {service.id: service_slug(setup, service.id) for service in setup.services}
    counters = {counter.id: counter.name for counter in setup.counters}
    names = question.reader.names or {}
    for rows in chunks(database, _statement(database, question, only)):
        (
            ticket, day, label, priority, channel, language, stage, service, state, outcome, counter, clerk, rule,
            enqueued, booked, called, started, ended, calls,
        ) = zip(*rows, strict=True)  # fmt: skip
        # Whoever booked waits from the booked time on.
        begin = [
            moment if other is None else max(moment, other) for moment, other in zip(enqueued, booked, strict=True)
        ]
        yield (
            ticket, day, label, stage, [slugs.get(each, "?") for each in service], priority, channel, language, state,
            told(outcome), [counters.get(each, "") for each in counter], [names.get(each, "") for each in clerk], told(rule),
            times.to_the_second(enqueued), times.to_the_second(called), times.to_the_second(started),
            times.to_the_second(ended), calls, durations.between(begin, started),
            durations.between(started, ended),
        )  # fmt: skip
