"""How the whole installation stands, read from the database in few questions: for the metrics and for `flask doctor`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, Table, func, select

from queue_app.domain.printing import CANNOT_PRINT
from queue_app.domain.screen_health import Health
from queue_app.operations.delivery import Lobbies
from queue_app.operations.screen_views import screen_healths
from queue_app.operations.unit_of_work import Context
from queue_app.operations.views import LiveFigures, fresh_setup, live_figures
from queue_app.store.models import UNFINISHED, PrinterRow, PrintJob
from queue_app.store.report_tables import Message
from queue_app.store.running_tables import WebhookDelivery

_MESSAGE: Table = Message.__table__  # type: ignore[assignment]
_DELIVERY: Table = WebhookDelivery.__table__  # type: ignore[assignment]

MESSAGES, WEBHOOKS = "messages", "webhooks"
"""What waits to be sent: e-mails and calls about reports and alarms, and events for other programs."""


@dataclass(frozen=True)
class BranchSigns:
    """How a branch stands now.

    Attributes:
        figures: who waits, and which counters are open.
        oldest_slip_seconds: age of the oldest slip that has not come out; 0 where there is none.
        printers: by status, of those that are switched on.
        screens_connected: how many screens listen, named or not.
        screens: named screens by health.
    """

    slug: str
    figures: LiveFigures
    oldest_slip_seconds: float
    printers: Counter[str]
    screens_connected: int
    screens: Counter[str]

    @property
    def printers_down(self) -> int:
        """How many printers certainly print nothing now."""
        return sum(number for status, number in self.printers.items() if status in CANNOT_PRINT)


@dataclass(frozen=True)
class Queue:
    """What waits to be sent: how many, since when at most, and how many were given up lately."""

    waiting: int = 0
    oldest_seconds: float = 0.0
    failed: int = 0


@dataclass(frozen=True)
class VitalSigns:
    """How everything stands."""

    branches: Sequence[BranchSigns]
    queues: dict[str, Queue] = field(default_factory=dict)


def vital_signs(context: Context, lobbies: Lobbies) -> VitalSigns:
    """Read how everything stands.

    Raises:
        QueueError: `database_unavailable`.
    """
    now = context.clock.now()
    slugs = context.slugs()
    with context.database.reading() as connection:
        oldest = _oldest_slips(connection, now)
        printers = _printers(connection)
        queues = {MESSAGES: _queue(connection, _MESSAGE, now), WEBHOOKS: _queue(connection, _DELIVERY, now)}
    branches = []
    for branch_id, slug in slugs.items():
        setup = fresh_setup(context, slug)
        words = [str(word) for word, _ in screen_healths(context, setup, now).values()]
        branches.append(
            BranchSigns(
                slug,
                live_figures(context, slug),
                oldest.get(branch_id, 0.0),
                printers.get(branch_id, Counter()),
                lobbies.number(branch_id),
                Counter({str(word): words.count(word) for word in Health}),
            )
        )
    return VitalSigns(branches, queues)


def _oldest_slips(connection: Connection, now: datetime) -> dict[int, float]:
    wish = select(PrintJob.branch_id, func.min(PrintJob.created_at)).where(UNFINISHED).group_by(PrintJob.branch_id)
    return {branch: (now - created).total_seconds() for branch, created in connection.execute(wish)}


def _printers(connection: Connection) -> dict[int, Counter[str]]:
    wish = (
        select(PrinterRow.branch_id, PrinterRow.status, func.count())
        .where(PrinterRow.enabled)
        .group_by(PrinterRow.branch_id, PrinterRow.status)
    )
    found: dict[int, Counter[str]] = {}
    for branch, status, number in connection.execute(wish):
        found.setdefault(branch, Counter())[status] = number
    return found


def _queue(connection: Connection, table: Table, now: datetime) -> Queue:
    wish = select(func.count(), func.min(table.c.created_at))
    waiting, oldest = connection.execute(wish.where(table.c.state.in_(("queued", "sending")))).one()
    failed, _ = connection.execute(wish.where(table.c.state == "failed")).one()
    return Queue(waiting, (now - oldest).total_seconds() if oldest else 0.0, failed)
