"""A screen says what it has done with a call."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select, update

from queue_app.domain.errors import QueueError
from queue_app.domain.events import Kind
from queue_app.operations.unit_of_work import Context
from queue_app.operations.views import delivery_of
from queue_app.store.models import ScreenAck, TicketEvent


def acknowledge(
    context: Context, branch: str, call_id: int, screen_key: str, *, shown: bool, spoken: bool
) -> dict[str, Any]:
    """Write down that a screen has shown or spoken a call (saying it again changes nothing) and return the call's delivery.

    Raises:
        QueueError: `unknown_branch`, `unknown_call`.
    """
    setup = context.setup(branch)
    now = context.clock.now()
    with context.database.writing() as connection:
        kind = connection.execute(
            select(TicketEvent.kind).where(TicketEvent.branch_id == setup.id, TicketEvent.revision == call_id)
        ).scalar_one_or_none()
        if kind not in {Kind.TICKET_CALLED, Kind.TICKET_RECALLED}:
            raise QueueError("unknown_call", call=call_id)
        mine = (ScreenAck.branch_id == setup.id) & (ScreenAck.call_id == call_id) & (ScreenAck.screen_key == screen_key)
        row = connection.execute(select(ScreenAck.shown_at, ScreenAck.spoken_at).where(mine)).one_or_none()
        if row is None:
            connection.execute(
                insert(ScreenAck).values(
                    branch_id=setup.id,
                    call_id=call_id,
                    screen_key=screen_key,
                    shown_at=now if shown else None,
                    spoken_at=now if spoken else None,
                )
            )
        else:
            connection.execute(
                update(ScreenAck)
                .where(mine)
                .values(
                    shown_at=row.shown_at or (now if shown else None),
                    spoken_at=row.spoken_at or (now if spoken else None),
                )
            )
    return delivery_of(context, setup.id, call_id)
