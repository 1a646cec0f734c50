"""A second branch beside the demo's, whose doors are shut."""

from __future__ import annotations

from queue_app.clock import SystemClock
from queue_app.operations.unit_of_work import Context
from queue_app.store.session import Database
from tests.factories import create_brno
from tests.servers import QueueServer


def add_closed_branch(server: QueueServer) -> None:
    """Add the branch `brno`, open for one minute a week, to a server that has not been started; any browser may be its device."""
    database = Database(f"sqlite:///{server.folder / 'queue.sqlite3'}")
    create_brno(Context(database, SystemClock()), opening_hours={"mon": [["00:00", "00:01"]]}, open_devices=True)
    database.dispose()
