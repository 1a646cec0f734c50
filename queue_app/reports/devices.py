"""Slips and screens: how many slips came out, how many calls were shown and spoken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, and_, case, func, literal_column, select, type_coerce

from queue_app.domain.business_day import day_bounds
from queue_app.i18n import N_
from queue_app.reports.document import Column, Kind, Plot, Report, Shape, Table
from queue_app.reports.question import Question
from queue_app.store.by_time import first_at
from queue_app.store.facts import Facts
from queue_app.store.models import PrinterRow, PrintJob, Screen, ScreenAck, ScreenState, TicketEvent
from queue_app.store.session import Database

SLIPS = (
    Column("printer", N_("Printer"), N_("Where the slip was to come out")),
    Column("slips", N_("Slips"), N_("Slips that were sent there, copies included"), Kind.COUNT),
    Column("printed", N_("Printed"), N_("Those that came out, as far as the printer can tell"), Kind.COUNT),
    Column("failed", N_("Failed"), N_("Those that did not"), Kind.COUNT),
    Column("failed_share", N_("Failed, share"), N_("Failed, of those that ended"), Kind.SHARE),
    Column("copies", N_("Copies"), N_("Slips that were printed once more"), Kind.COUNT),
    Column("moved", N_("Moved"), N_("Slips that another printer stood in for"), Kind.COUNT),
    Column(
        "seconds_mean",
        N_("Until out, mean"),
        N_("From taking the number to the slip, of those that came out"),
        Kind.SECONDS,
    ),
)

REASONS = (
    Column("reason", N_("Reason"), N_("What the printer or the way to it said"), Kind.WORD),
    Column("failed", N_("Failed"), N_("Slips that failed for this reason"), Kind.COUNT),
)

SCREENS = (
    Column("screen", N_("Screen"), N_("Lobby screen; those that nobody named are one line")),
    Column("shown", N_("Shown"), N_("Calls that the screen said it has shown"), Kind.COUNT),
    Column("spoken", N_("Spoken"), N_("Calls that the screen said it has spoken"), Kind.COUNT),
    Column(
        "shown_share",
        N_("Shown, share"),
        N_("Calls shown, of all calls of these days; a screen of a zone shows only its own"),
        Kind.SHARE,
    ),
)


def devices(facts: Facts, database: Database, question: Question) -> Report:
    """Return what became of slips and calls."""
    setup = question.setup
    begin = day_bounds(question.first, setup.zone, setup.cut_over_hour)[0]
    end = day_bounds(question.last, setup.zone, setup.cut_over_hour)[1]
    with database.reading() as connection:
        rows = _slips(connection, setup.id, begin, end)
        screens = _screens(connection, setup.id, begin, end, facts.calls)
    printers = sorted({row.name for row in rows})
    slips = [_of_printers(name, [row for row in rows if row.name == name]) for name in printers]
    tables = (
        Table("slips-and-screens", N_("Slips by printer"), SLIPS, slips, _of_printers("", rows)),
        Table("reasons", N_("Why slips failed"), REASONS, _reasons(rows)),
        Table("screens", N_("Calls by screen"), SCREENS, screens),
    )
    plots = (Plot(N_("Slips by printer"), Shape.STACK, "slips-and-screens", "printer", ("printed", "failed")),)
    return Report(
        "slips-and-screens",
        N_("Slips and screens"),
        setup,
        question.first,
        question.last,
        tables,
        plots if slips else (),
    )


def _slips(connection: Connection, branch_id: int, begin: datetime, end: datetime) -> Sequence[Any]:
    """Return sums over the slips of each printer and each reason for which they failed, by one pass over them."""
    job, printer = PrintJob.__table__.c, PrinterRow.__table__.c
    first, after = (first_at(connection, job.id, job.created_at, moment, ()) for moment in (begin, end))
    printed = and_(job.state == "printed", job.finished_at.is_not(None))
    sums = (
        select(
            job.printer_id,
            job.error_code,
            func.count().label("slips"),
            _number_of(job.state == "printed").label("printed"),
            _number_of(job.state == "failed").label("failed"),
            _number_of(job.copy).label("copies"),
            _number_of(job.moved_from_id.is_not(None)).label("moved"),
            _number_of(printed).label("timed"),
            func.sum(case((printed, _microseconds(connection, job.finished_at, job.created_at)), else_=0)).label(
                "took"
            ),
        )
        .where(job.branch_id == branch_id, job.ticket_id.is_not(None), job.id >= first, job.id < after)
        .group_by(job.printer_id, job.error_code)
        .subquery()
    )
    return connection.execute(select(printer.name, sums).join(sums, sums.c.printer_id == printer.id)).all()


def _number_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _microseconds(connection: Connection, end: Any, begin: Any) -> ColumnElement[Any]:
    if connection.dialect.name == "sqlite":
        return type_coerce(end, BigInteger) - type_coerce(begin, BigInteger)
    return func.extract("epoch", end - begin) * 1_000_000


def _of_printers(name: str, rows: Sequence[Any]) -> dict[str, Any]:
    def together(what: str) -> int:
        return sum(int(getattr(row, what)) for row in rows)

    ended, timed = together("printed") + together("failed"), together("timed")
    return {
        "printer": name,
        "slips": together("slips"),
        "printed": together("printed"),
        "failed": together("failed"),
        "failed_share": round(together("failed") / ended, 4) if ended else None,
        "copies": together("copies"),
        "moved": together("moved"),
        "seconds_mean": round(together("took") / timed / 1_000_000, 1) if timed else None,
    }


def _reasons(rows: Sequence[Any]) -> list[dict[str, Any]]:
    failed: Counter[str] = Counter()
    for row in rows:
        failed[row.error_code or ""] += int(row.failed)
    found = sorted(
        ((reason, number) for reason, number in failed.items() if number), key=lambda each: (-each[1], each[0])
    )
    return [{"reason": reason, "failed": number} for reason, number in found]


def _screens(connection: Connection, branch_id: int, begin: datetime, end: datetime, calls: int) -> list[Any]:
    ack, event = ScreenAck.__table__.c, TicketEvent.__table__.c
    # A call is known by the revision of its event.
    first, after = (
        first_at(connection, event.revision, event.at, moment, (event.branch_id == branch_id,))
        for moment in (begin, end)
    )
    state, screen = ScreenState.__table__.c, Screen.__table__.c
    sums = (
        select(
            ack.screen_key,
            _number_of(ack.shown_at.is_not(None)).label("shown"),
            _number_of(ack.spoken_at.is_not(None)).label("spoken"),
        )
        .where(ack.branch_id == branch_id, ack.call_id >= first, ack.call_id < after)
        .group_by(ack.screen_key)
        .subquery()
    )
    joined = sums.outerjoin(
        ScreenState.__table__, and_(state.branch_id == branch_id, state.screen_key == sums.c.screen_key)
    ).outerjoin(Screen.__table__, screen.id == state.screen_id)
    name = func.coalesce(screen.name, literal_column("''"))
    rows = connection.execute(
        select(name.label("name"), func.sum(sums.c.shown).label("shown"), func.sum(sums.c.spoken).label("spoken"))
        .select_from(joined)
        .group_by(name)
        .order_by(name)
    )
    return [
        {
            "screen": row.name, "shown": int(row.shown), "spoken": int(row.spoken),
            "shown_share": round(int(row.shown) / calls, 4) if calls and row.name else None,
        }
        for row in rows
    ]  # fmt: skip
