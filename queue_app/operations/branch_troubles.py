"""Printers and screens in trouble, of many branches at one look."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import select

from queue_app.domain.branch import BranchSetup
from queue_app.domain.printing import CANNOT_PRINT
from queue_app.operations.screen_views import screen_troubles
from queue_app.operations.unit_of_work import Context
from queue_app.store.models import PrinterRow


def printers_down(context: Context) -> dict[int, list[str]]:
    """Return the names of the printers by which no slip would come out now, by their branch's id."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    down = PrinterRow.enabled & PrinterRow.status.in_(sorted(CANNOT_PRINT))
    with context.database.reading() as connection:
        for row in connection.execute(
            select(PrinterRow.branch_id, PrinterRow.name).where(down).order_by(PrinterRow.id)
        ):
            found[row.branch_id].append(row.name)
    return found


def screens_down(context: Context, setup: BranchSetup) -> list[str]:
    """Return the names of the branch's screens on which a call may be missed now."""
    return [each["name"] for each in screen_troubles(context, setup, context.clock.now())]
