"""Writes down every administrative change: who did it, and how it was before and after."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, insert

from queue_app.operations.acting import acting
from queue_app.operations.unit_of_work import Actor, Context, Unit
from queue_app.store import queries as q
from queue_app.store.running_tables import AuditEntry

Seen = Mapping[str, Any] | None
"""How something was, or is: JSON without secrets; None where it was not there."""


def note_change(unit: Unit, actor: Actor, action: str, subject: str, before: Seen, after: Seen) -> None:
    """Write down, with the transaction that makes it, a change of the branch's set-up.

    Args:
        unit: the transaction.
        actor: who does it.
        action: the verb and what it is done to, for example `change_hours`.
        subject: which one, for example a service's slug; the branch's where there is only one.
        before, after: what differs, without secrets.
    """
    values = _values(actor, action, subject, before, after, unit.setup.id)
    unit.also_write(q.INSERT_AUDIT, {**values, "at": unit.now})


def note_outside(
    context: Context,
    connection: Connection,
    actor: Actor,
    action: str,
    subject: str,
    before: Seen,
    after: Seen,
    branch_id: int | None = None,
) -> None:
    """Write down a change that is no part of a branch's record: people, tokens, what belongs to all branches (`branch_id` None).

    Args:
        context, connection: where, and the transaction that makes the change.
        actor, action, subject, before, after: as in `note_change`.
        branch_id: the branch it belongs to.
    """
    values = _values(actor, action, subject, before, after, branch_id)
    connection.execute(insert(AuditEntry).values(**values, at=context.clock.now()))


@contextmanager
def noting(
    context: Context, connection: Connection, action: str, look: Callable[[], Mapping[str, Any]], branch_id: int
) -> Iterator[None]:
    """Write down what is done within, by how things were before it and are after it; nothing where nothing differs.

    Args:
        context, connection: where, and the transaction that makes the change; whoever acts now makes it.
        action: as in `note_change`.
        look: returns how things are, by name, without secrets.
        branch_id: the branch they belong to.
    """
    before = dict(look())
    yield
    after = dict(look())
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    if names:
        seen = [{name: each[name] for name in names if name in each} or None for each in (before, after)]
        note_outside(context, connection, acting(), action, ", ".join(names), seen[0], seen[1], branch_id)


def _values(
    actor: Actor, action: str, subject: str, before: Seen, after: Seen, branch_id: int | None
) -> dict[str, Any]:
    return {
        "branch_id": branch_id,
        "actor": actor.key,
        "actor_name": actor.name,
        "action": action,
        "subject": subject,
        "before": None if before is None else dict(before),
        "after": None if after is None else dict(after),
    }
