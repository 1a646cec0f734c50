"""What each panel has to show: what the record says now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from queue_app.domain.branch import BranchSetup
from queue_app.operations.unit_of_work import Context
from queue_app.panels.content import DARK, Content, fit, nobody
from queue_app.panels.driver import Driver, Values, profile_of
from queue_app.panels.drivers import get_driver
from queue_app.panels.errors import PanelError
from queue_app.panels.frames import ARROWS
from queue_app.store import queries as q
from queue_app.store.board import state_of
from queue_app.store.models import Panel
from queue_app.store.prepared import Row

Stands = tuple[str, str | None]

OPEN = frozenset({"open", "wrap_up"})
"""States of a counter whose panel says "nobody is called" instead of nothing."""


@dataclass(frozen=True)
class PanelRow:
    """A panel that is to be driven, its address checked, and how it stands on record: `status` and its detail."""

    id: int
    branch_id: int
    stands: Stands
    driver: Driver
    values: Values
    counter_id: int | None
    test_until: datetime | None


@dataclass(frozen=True)
class Shown:
    """What a panel has to show now.

    Attributes:
        content: letters and digits.
        call_id: of the call that blinks; None where none does.
        blink_until: until when it does.
        problem: code of why the number cannot be shown.
    """

    content: Content = DARK
    call_id: int | None = None
    blink_until: datetime | None = None
    problem: str | None = None


def read_panels(context: Context) -> tuple[list[PanelRow], dict[int, tuple[Stands, str]]]:
    """Return the panels that are to be driven, and by their ids those that cannot be: how they stand, and a code that says why.

    Raises:
        QueueError: `database_unavailable`.
    """
    with context.database.reading() as connection:
        rows = connection.execute(select(Panel.__table__).where(Panel.enabled).order_by(Panel.id)).all()
    panels, broken = [], {}
    for row in rows:
        stands = (row.status, row.status_detail)
        try:
            driver = get_driver(row.kind)
            values = driver.check(row.address)
        except PanelError as error:
            broken[row.id] = (stands, error.code)
        else:
            panels.append(PanelRow(row.id, row.branch_id, stands, driver, values, row.counter_id, row.test_until))
    return panels, broken


def read_shown(context: Context, branch: str, panels: Iterable[PanelRow]) -> dict[int, Shown]:
    """Return what each of a branch's panels has to show, all from one moment of the record.

    Raises:
        QueueError: `unknown_branch`, `database_unavailable`.
    """
    setup = context.setup(branch)
    wanted = {"branch_id": setup.id}
    (state,), legs, sessions = context.database.look(
        (q.READ_STATE, wanted), (q.LEGS_AT_COUNTERS, wanted), (q.OPEN_SESSIONS, wanted)
    )
    if state.settings_revision != setup.settings_revision:
        setup = context.reload(branch)
    at_counter = {leg.counter_id: leg for leg in legs}
    newest = max(legs, key=lambda leg: leg.call_revision or 0, default=None)
    states = {row.counter_id: state_of(row) for row in sessions}
    shown = {}
    for panel in panels:
        if panel.counter_id is None:
            shown[panel.id] = _shown(setup, panel, newest, any(state in OPEN for state in states.values()))
        else:
            is_open = states.get(panel.counter_id) in OPEN
            shown[panel.id] = _shown(setup, panel, at_counter.get(panel.counter_id), is_open)
    return shown


def _shown(setup: BranchSetup, panel: PanelRow, leg: Row | None, is_open: bool) -> Shown:
    """Return what a panel shows of a ticket at a counter; without one a hyphen in each place, or nothing where it is closed."""
    profile = profile_of(panel.values)
    if leg is None:
        return Shown(nobody(profile) if is_open else DARK)
    counter = setup.counters_by_id.get(leg.counter_id)
    name = counter.name if counter else ""
    arrow = ARROWS.get(panel.values["arrows"].get(name, ""), "")
    try:
        content = fit(profile, leg.t_label, name, arrow)
    except PanelError as error:
        return Shown(nobody(profile), problem=error.code)
    if leg.state != "called" or leg.last_called_at is None:
        return Shown(content)
    return Shown(content, leg.call_revision, leg.last_called_at + timedelta(seconds=panel.values["blink_seconds"]))


def shown_everywhere(context: Context, panels: Iterable[PanelRow]) -> Mapping[int, Shown]:
    """Return what each panel of every branch has to show.

    Raises:
        QueueError: `database_unavailable`.
    """
    slugs = context.slugs()
    by_branch: dict[str, list[PanelRow]] = {}
    for panel in panels:
        by_branch.setdefault(slugs[panel.branch_id], []).append(panel)
    found: dict[int, Any] = {}
    for branch, theirs in by_branch.items():
        found |= read_shown(context, branch, theirs)
    return found
