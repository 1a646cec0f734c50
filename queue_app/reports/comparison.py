"""Branches side by side over a span of days: the figures of each, and of all visits together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from queue_app.domain.branch import BranchSetup, pick
from queue_app.domain.reading import wrong
from queue_app.i18n import LANGUAGES, N_, text
from queue_app.reports.document import Column, Report, Table
from queue_app.reports.figures import VISITS
from queue_app.reports.question import Question
from queue_app.reports.record import Record
from queue_app.reports.tabulate import Wanted, tabulate
from queue_app.reports.today import FIGURES
from queue_app.store.facts import Facts, together

NAME = "branches"
TITLE = N_("Branches side by side")
EVERY_BRANCH = N_("All branches")
LONGEST_DAYS = 92
"""Fifty branches of a quarter of a year are put together in a moment; longer spans are asked of each branch by itself."""

BRANCH = Column("branch", N_("Branch"), N_("The branch"))
SLUG = Column("slug", N_("Short name"), N_("The branch as programs know it"))
ZONE = Column("time_zone", N_("Time zone"), N_("Days are those of the branch itself"))


def compare(
    record: Record, questions: Sequence[Question], language: str, between: Callable[[], None] = lambda: None
) -> Report:
    """Return the figures of several branches, a row each, as the report `service-level` has them for one.

    Nothing in it tells persons apart, so that no rule of discretion is touched.

    Args:
        record: where the facts are.
        questions: one for each branch, all about the same days; each branch's day is its own.
        language: in which the branches' names stand in the rows.
        between: is called after each branch, so that others may have their turn.

    Raises:
        QueueError: `invalid_value` for days that run backwards or are too many, `database_unavailable`.
    """
    check_span(questions[0].first, questions[0].last)
    wanted = Wanted(NAME, TITLE, "visits", "issued", VISITS, FIGURES)
    rows, parts = [], []
    columns: Sequence[Column] = ()
    for question in questions:
        facts = record.facts(question.setup, question.first, question.last, question.now)
        table = tabulate(facts, question, wanted, ())
        columns = table.columns
        rows.append({**_head(question.setup, language), **(table.total or {})})
        parts.append(facts)
        between()
    every = replace(questions[0], setup=_every([question.setup for question in questions]))
    whole = tabulate(_one(parts), every, wanted, ())
    total = {"branch": "", "slug": "", "time_zone": "", **(whole.total or {})}
    own = Table(NAME, TITLE, (BRANCH, SLUG, ZONE, *columns), rows, total)
    return Report(NAME, TITLE, every.setup, every.first, every.last, (own,))


def check_span(first: date, last: date) -> None:
    """Refuse days that run backwards or are too many.

    Raises:
        QueueError: `invalid_value`.
    """
    if first > last:
        raise wrong("from", "the first day must not be after the last")
    if (last - first).days >= LONGEST_DAYS:
        raise wrong("from", "branches are compared over %(most)d days at most", most=LONGEST_DAYS)


def _head(setup: BranchSetup, language: str) -> Mapping[str, str]:
    name = pick(setup.name, language, setup.default_language) or setup.slug
    return {"branch": name, "slug": setup.slug, "time_zone": setup.time_zone}


def _one(parts: Sequence[Facts]) -> Facts:
    return together([(None, facts) for facts in parts])


def _every(setups: Sequence[BranchSetup]) -> BranchSetup:
    """Return all branches as if they were one: the services keep their promises, the name is that of all."""
    zones = {setup.time_zone for setup in setups}
    return replace(
        setups[0],
        id=0,
        slug=NAME,
        name={language: text(language, EVERY_BRANCH) for language in LANGUAGES},
        time_zone=zones.pop() if len(zones) == 1 else "UTC",
        services=tuple(service for setup in setups for service in setup.services),
        counters=(),
        profiles=(),
    )
