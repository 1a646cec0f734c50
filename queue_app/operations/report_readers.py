"""What the reports need to know beside the record: the branch with what it had once, and its clerks' names."""

from __future__ import annotations

from sqlalchemy import select

from queue_app.domain.branch import BranchSetup
from queue_app.domain.errors import QueueError
from queue_app.operations.unit_of_work import Context
from queue_app.store.models import User
from queue_app.store.setups import load_setup


def setup_of_reports(context: Context, branch: str) -> BranchSetup:
    """Return a branch with the services and counters that it has or had.

    Raises:
        QueueError: `unknown_branch`, `database_unavailable`.
    """
    with context.database.reading() as connection:
        setup = load_setup(connection, branch, former=True)
    if setup is None:
        raise QueueError("unknown_branch", branch=branch)
    return setup


def names_of_clerks(context: Context) -> dict[int, str]:
    """Return the display names of everybody who signs in, also of those who have left, by user id."""
    with context.database.reading() as connection:
        return {row.id: row.display_name for row in connection.execute(select(User.id, User.display_name))}
