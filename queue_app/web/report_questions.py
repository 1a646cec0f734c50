"""What a request asks of the reports, and what its caller may see: the same for the pages and the API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from flask import current_app

from queue_app.access import Caller
from queue_app.domain.branch import BranchSetup
from queue_app.domain.business_day import business_date
from queue_app.domain.errors import QueueError
from queue_app.domain.reading import wrong
from queue_app.domain.reporting import ClerkFigures
from queue_app.operations.report_readers import names_of_clerks, setup_of_reports
from queue_app.reports import registry
from queue_app.reports.document import Report
from queue_app.reports.question import Question, Reader
from queue_app.reports.record import Record
from queue_app.web.operation import context

REPORTS = frozenset({"reports"})
"""The scope that opens a branch's reports."""


def record() -> Record:
    """Return the running application's reading of the record."""
    found: Record = current_app.extensions["queue_record"]
    return found


def make(name: str, question: Question, *, compared: bool = False) -> Report:
    """Make a report; raises as `registry.make`."""
    return registry.make(record(), context().database, name, question, compared=compared)


def question_of(who: Caller, branch: str, asked: Mapping[str, Any]) -> Question:
    """Return what a caller asks of a branch's reports; today where no days are named.

    Args:
        who: the caller.
        branch: slug.
        asked: `from`, `to`, `by` (comma-separated), `per` and `target_seconds`, each may be missing or None.

    Raises:
        QueueError: `unknown_branch`, `not_allowed`, `invalid_value`.
    """
    setup = context().setup(branch)
    if not who.may_any(REPORTS, setup.id):
        raise QueueError("not_allowed")
    return _question(setup, asked, reader_of(who, setup))


def own_question_of(who: Caller, branch: str, asked: Mapping[str, Any]) -> Question:
    """Return what a clerk asks of their own work, where the branch lets clerks see that.

    Raises:
        QueueError: `unknown_branch`, `not_allowed`, `invalid_value`.
    """
    setup = context().setup(branch)
    if who.user_id is None or not who.may("desk", setup.id) or ClerkFigures.OWN not in setup.reporting.clerk_figures:
        raise QueueError("not_allowed")
    return replace(_question(setup, asked, Reader({who.user_id: who.name})), only_clerk=who.user_id)


def _question(setup: BranchSetup, asked: Mapping[str, Any], reader: Reader) -> Question:
    today = business_date(context().clock.now(), setup.zone, setup.cut_over_hour)
    last = day_of("to", asked.get("to"), today)
    first = day_of("from", asked.get("from"), min(today, last))
    return Question(
        setup=setup_of_reports(context(), setup.slug),
        first=first,
        last=last,
        now=context().clock.now(),
        by=tuple(part for part in asked["by"].split(",") if part) if asked.get("by") is not None else None,
        per=asked.get("per"),
        target_seconds=asked.get("target_seconds"),
        reader=reader,
        smallest_group=setup.reporting.smallest_group,
    )


def reader_of(who: Caller, setup: BranchSetup) -> Reader:
    """Return whose figures a caller may see, as the branch's policy says."""
    policy = setup.reporting.clerk_figures
    if who.may("manager", setup.id):
        every = ClerkFigures.MANAGERS in policy
    else:
        every = who.user_id is None and ClerkFigures.PROGRAMS in policy
    return Reader(names_of_clerks(context())) if every else Reader()


def day_of(field: str, text: str | None, default: date) -> date:
    """Return the day in `text`, or `default` where there is none; raises `invalid_value`."""
    if text is None:
        return default
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise wrong(field, "%(day)s is not a day", day=text[:40]) from None
    if not 1000 <= day.year < 3000:  # days near the ends of the calendar have no neighbours to count with
        raise wrong(field, "%(day)s is not a day", day=text[:40])
    return day


def swapped(question: Question) -> Question:
    """Return the question with its days in order: whoever mixes the two up still means the days between them."""
    return replace(question, first=min(question.first, question.last), last=max(question.first, question.last))
