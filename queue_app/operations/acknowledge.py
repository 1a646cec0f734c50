"""A screen says what it has done with a call."""

from __future__ import annotations

from typing import Any

from queue_app.domain.errors import QueueError
from queue_app.domain.events import Kind
from queue_app.operations.delivery import Delivery, Lobbies, delivery_of
from queue_app.operations.unit_of_work import Context
from queue_app.store import screens as q
from queue_app.store.session import Guarded, StaleConnection


def acknowledge(
    context: Context, lobbies: Lobbies, branch: str, call_id: int, screen_key: str, *, shown: bool, spoken: bool
) -> Delivery:
    """Write down that a screen has shown or spoken a call (saying it again changes nothing) and return how far it has got.

    Raises:
        QueueError: `unknown_branch`, `unknown_call`.
    """
    setup = context.setup(branch)
    where = {"branch_id": setup.id, "call_id": call_id, "screen_key": screen_key}
    calls, known = context.database.look((q.CALL, where), (q.ACK, where))
    if not calls or calls[0].kind not in {Kind.TICKET_CALLED, Kind.TICKET_RECALLED}:
        raise QueueError("unknown_call", call=call_id)
    before = known[0] if known else None
    if (shown and not (before and before.shown_at)) or (spoken and not (before and before.spoken_at)):
        _write(context, where, shown=shown, spoken=spoken)
    data: dict[str, Any] = calls[0].data
    return delivery_of(context, lobbies, setup, call_id, service_id=data["service_id"], counter_id=calls[0].counter_id)


def _write(context: Context, where: dict[str, Any], *, shown: bool, spoken: bool) -> None:
    """Write an acknowledgement in one short transaction; what was acknowledged before keeps its time."""
    now = context.clock.now()
    for attempt in (1, 2):
        transaction = context.database.transaction()
        try:
            known = transaction.read([(q.ACK, where)])[0]
            before = known[0] if known else None
            times = {
                "shown_at": (before.shown_at if before else None) or (now if shown else None),
                "spoken_at": (before.spoken_at if before else None) or (now if spoken else None),
            }
            if before is None:
                transaction.write_and_commit([((q.INSERT_ACK, {**where, **times}), False)])
            else:
                mine = {"branch": where["branch_id"], "call": where["call_id"], "key": where["screen_key"]}
                transaction.write_and_commit([((q.UPDATE_ACK, {**mine, **times}), True)])
            return
        except StaleConnection as error:
            if attempt == 2:
                raise QueueError("database_unavailable") from error
            context.database.dispose()
        except Guarded as error:
            # The same screen said so twice at once: the second time there is something to change.
            if attempt == 2:
                raise QueueError("conflict") from error
        finally:
            transaction.close()
