"""The list of reports: each a name, a title, and a function from a question to tables and plots."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from queue_app.domain.errors import QueueError
from queue_app.i18n import N_
from queue_app.reports import devices, events, kinds, raw
from queue_app.reports.document import Kind, Report
from queue_app.reports.question import Question
from queue_app.reports.record import Record
from queue_app.store.facts import Facts
from queue_app.store.figures_only import figures_only
from queue_app.store.session import Database


@dataclass(frozen=True)
class ReportKind:
    """One report.

    Attributes:
        name: in addresses.
        title, says: its heading, and in one sentence what it answers; to be translated.
        of_facts: makes it from the facts; None where it is read from the record itself.
        of_record: makes it from the record.
        of_both: makes it from what has no revision, such as slips, and the facts.
        rows: whether it is row by row, and so may be very long.
    """

    name: str
    title: str
    says: str
    of_facts: Callable[[Facts, Question], Report] | None = None
    of_record: Callable[[Database, Question], Report] | None = None
    of_both: Callable[[Facts, Database, Question], Report] | None = None
    rows: bool = False


REPORTS: Mapping[str, ReportKind] = {
    kind.name: kind
    for kind in (
        ReportKind("waits", N_("Waiting and service times"),
                   N_("How long did visitors wait, and how long did each counter take?"), kinds.waits),
        ReportKind("service-level", N_("Service level"), N_("How often was the promise kept?"), kinds.service_level),
        ReportKind("arrivals", N_("Arrivals"), N_("When do visitors come?"), kinds.arrivals),
        ReportKind("staffing", N_("Staffing"), N_("How was the time at the counters spent?"), kinds.staffing),
        ReportKind("endings", N_("Who was not served, and why"), N_("Who left, who did not come, who was sent on?"),
                   kinds.endings),
        ReportKind("outcomes", N_("Outcomes"), N_("What was settled, and who has to come again?"), kinds.outcomes),
        ReportKind("visits", N_("Whole visits"), N_("How long is a visit from the number to the end?"), kinds.visits),
        ReportKind("forecasts", N_("Forecasts"), N_("Was the wait that was told the wait that came?"), kinds.forecasts),
        ReportKind("slips-and-screens", N_("Slips and screens"), N_("Did the slips come out, were the calls shown?"),
                   of_both=devices.devices),
        ReportKind("tickets", N_("Tickets"), N_("Every stay in a queue, row by row"), of_record=raw.tickets, rows=True),
        ReportKind("events", N_("Events"), N_("Everything that was recorded, row by row"), of_record=events.events, rows=True),
    )
}  # fmt: skip


OF_ONE_CLERK = ("waits", "staffing", "outcomes")
"""The reports that clerks may see of their own work."""


SLIPS_KEPT_SECONDS = 60
"""A slip that comes out the morning after changes yesterday's report, and no revision tells of it: so late it is seen."""


def kind_of(name: str) -> ReportKind:
    """Return the report called `name`; raises `unknown_report`."""
    kind = REPORTS.get(name)
    if kind is None:
        raise QueueError("unknown_report", report=name)
    return kind


def make(record: Record, database: Database, name: str, question: Question, *, compared: bool = False) -> Report:
    """Make the report called `name`.

    Args:
        record: the facts.
        database: the record itself.
        name: of `REPORTS`.
        question: what is asked.
        compared: with the totals of the days before, as many of them, where the report has totals.

    Raises:
        QueueError: `unknown_report`, `invalid_value`, `not_allowed`, `database_unavailable`.
    """
    kind = kind_of(name)
    question.check()
    if question.only_clerk is not None and name not in OF_ONE_CLERK:
        raise QueueError("not_allowed")
    report = _with_what_is_missing(_make(kind, record, database, question), kind, database, question)
    if not compared or kind.of_facts is None:
        return report
    before = _make(kind, record, database, question.before())
    tables = [replace(table, before=earlier.total) for table, earlier in zip(report.tables, before.tables, strict=True)]
    return replace(report, tables=tables)


ROWS_GONE = N_("Of the days before %(day)s only figures are kept: their single rows are not here.")
CLERKS_GONE = N_("Of the days before %(day)s it is not kept who worked.")


def _with_what_is_missing(report: Report, kind: ReportKind, database: Database, question: Question) -> Report:
    """Return `report`, which says so where some of its days are kept as figures only and that can be seen in it."""
    with database.reading() as connection:
        before = figures_only(connection, question.setup.id).before
    by_clerk = question.only_clerk is not None or any(
        column.kind is Kind.CLERK for table in report.tables for column in table.columns
    )
    of_rows = kind.of_facts is None
    if before is None or question.first >= before or not (by_clerk or of_rows):
        return report
    note = (ROWS_GONE if of_rows else CLERKS_GONE, {"day": before.isoformat()})
    return replace(report, notes=(*report.notes, note), figures_only_before=before)


def _make(kind: ReportKind, record: Record, database: Database, question: Question) -> Report:
    if kind.of_record is not None:
        return kind.of_record(database, question)
    while True:
        span = record.span(question.setup, question.first, question.last, question.now)
        seconds = None if kind.of_facts is not None else SLIPS_KEPT_SECONDS
        known = record.shelf.find(kind.name, question, span.kept, seconds) if not span.live else None
        if known is not None:
            return known
        facts = record.read(span)
        if facts is not None:
            break
    report = _of(kind, facts, database, question)
    if not span.live:
        record.shelf.put(kind.name, question, span.kept, report)
    return report


def _of(kind: ReportKind, facts: Facts, database: Database, question: Question) -> Report:
    if kind.of_facts is not None:
        return kind.of_facts(facts if question.only_clerk is None else facts.of_clerk(question.only_clerk), question)
    assert kind.of_both is not None
    return kind.of_both(facts, database, question)
