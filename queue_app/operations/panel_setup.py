"""Sets counter panels up while they work: add, change, remove, test; and looks at them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy.exc
from sqlalchemy import Connection, delete, insert, select, update

from queue_app.domain.board import iso
from queue_app.domain.branch import BranchSetup
from queue_app.domain.errors import QueueError, problem_of
from queue_app.domain.reading import wrong, wrong_because
from queue_app.operations.audit import noting
from queue_app.operations.unit_of_work import Context
from queue_app.panels.content import PROFILES
from queue_app.panels.drivers import find_drivers, get_driver
from queue_app.panels.errors import PanelError
from queue_app.store.models import Panel

KINDS = tuple(find_drivers())
MODELS = tuple(PROFILES)
STATUSES = ("ok", "silent", "refused", "unknown")
"""How a panel can stand: it has taken what it shows, it does not answer, it will not or cannot, nobody has asked yet."""

MOST_NAME = 80
TEST_SECONDS = 5
_DEVICES = re.compile(r"/dev/(tty(USB|ACM|S)\d{1,3}|serial/by-(id|path)/[\w.:+-]{1,200})")


@dataclass(frozen=True)
class PanelWish:
    """A panel as somebody wants it; see the table `panel` for the meaning of each field."""

    name: str
    kind: str
    address: Mapping[str, Any]
    counter_id: int | None = None
    enabled: bool = True


def panels_view(context: Context, branch: str) -> list[dict[str, Any]]:
    """Return every panel of a branch: where it is, above which counter, and how it stands.

    Raises:
        QueueError: `unknown_branch`.
    """
    setup = context.setup(branch)
    with context.database.reading() as connection:
        return panels_of(connection, setup)


def panels_of(connection: Connection, setup: BranchSetup) -> list[dict[str, Any]]:
    """Return what `panels_view` returns, for whoever reads other things on the same connection."""
    rows = connection.execute(
        select(Panel.__table__).where(Panel.branch_id == setup.id).order_by(Panel.name, Panel.id)
    ).all()
    return [_view(setup, row) for row in rows]


def panel_view(context: Context, branch: str, panel_id: int) -> dict[str, Any]:
    """Return one panel, as in `panels_view`.

    Raises:
        QueueError: `unknown_branch`, `unknown_panel`.
    """
    setup = context.setup(branch)
    with context.database.reading() as connection:
        return _view(setup, _row(connection, setup, panel_id))


def _view(setup: BranchSetup, row: Any) -> dict[str, Any]:
    counter = None if row.counter_id is None else setup.counters_by_id.get(row.counter_id)
    return {
        "id": row.id,
        "name": row.name,
        "kind": row.kind,
        "address": row.address,
        "counter": None if counter is None else counter.id,
        "counter_name": None if counter is None else counter.name,
        "enabled": row.enabled,
        "status": row.status,
        "detail": row.status_detail,
        "status_at": iso(row.status_at) if row.status_at else None,
    }


def any_panels(context: Context) -> bool:
    """Say whether any branch has a panel that is to be driven.

    Raises:
        QueueError: `database_unavailable`.
    """
    with context.database.reading() as connection:
        return connection.execute(select(Panel.id).where(Panel.enabled).limit(1)).first() is not None


def add_panel(context: Context, branch: str, wish: PanelWish, *, any_device: bool = False) -> int:
    """Add a panel to a branch and return its id; the worker takes it up by itself.

    Args:
        context, branch: where.
        wish: the panel.
        any_device: whether a serial panel may be any file, as for those at the server's command line, or a serial line only.

    Raises:
        QueueError: `unknown_branch`, `unknown_counter`, `name_taken`, `invalid_value`.
    """
    setup = context.setup(branch)
    values = _checked(setup, wish, any_device)
    with _changing(context, setup, "add_panel") as connection:
        key = _unless_taken(connection, insert(Panel).values(branch_id=setup.id, **values)).inserted_primary_key
    assert key is not None
    return int(key[0])


def change_panel(
    context: Context, branch: str, panel_id: int, changes: Mapping[str, Any], *, any_device: bool = False
) -> None:
    """Change some of a panel's settings; nobody knows how it stands where it is another one then.

    Args:
        context, branch, any_device: as in `add_panel`.
        panel_id: which.
        changes: fields of `PanelWish`.

    Raises:
        QueueError: as `add_panel`, and `unknown_panel`.
    """
    setup = context.setup(branch)
    with _changing(context, setup, "change_panel") as connection:
        row = _row(connection, setup, panel_id)
        known = {name: getattr(row, name) for name in PanelWish.__dataclass_fields__}
        wish = PanelWish(**{**known, **changes})
        # Which line it is on was chosen by somebody who may: renaming it asks for no new permission.
        values = _checked(setup, wish, any_device or (wish.kind, wish.address) == (row.kind, row.address))
        if any(values[name] != known[name] for name in ("kind", "address", "enabled")):
            values |= {"status": "unknown", "status_detail": None, "status_at": context.clock.now()}
        _unless_taken(connection, update(Panel).where(Panel.id == panel_id).values(**values))


def remove_panel(context: Context, branch: str, panel_id: int) -> None:
    """Take a panel away; it goes dark by itself within seconds.

    Raises:
        QueueError: `unknown_branch`, `unknown_panel`.
    """
    setup = context.setup(branch)
    with _changing(context, setup, "remove_panel") as connection:
        _row(connection, setup, panel_id)
        connection.execute(delete(Panel).where(Panel.id == panel_id))


def test_panel(context: Context, branch: str, panel_id: int) -> None:
    """Light every lamp of a panel for `TEST_SECONDS`.

    Raises:
        QueueError: `unknown_branch`, `unknown_panel`.
    """
    setup = context.setup(branch)
    until = context.clock.now() + timedelta(seconds=TEST_SECONDS)
    with context.database.writing() as connection:
        _row(connection, setup, panel_id)
        connection.execute(update(Panel).where(Panel.id == panel_id).values(test_until=until))


@contextmanager
def _changing(context: Context, setup: BranchSetup, action: str) -> Iterator[Connection]:
    def look() -> dict[str, Any]:
        rows = connection.execute(select(Panel.__table__).where(Panel.branch_id == setup.id).order_by(Panel.id))
        told = PanelWish.__dataclass_fields__
        return {f"panels/{row.name}": {name: getattr(row, name) for name in told} for row in rows}

    with context.database.writing() as connection, noting(context, connection, action, look, setup.id):
        yield connection


def _row(connection: Connection, setup: BranchSetup, panel_id: int) -> Any:
    theirs = (Panel.id == panel_id) & (Panel.branch_id == setup.id)
    row = connection.execute(select(Panel.__table__).where(theirs)).one_or_none()
    if row is None:
        raise QueueError("unknown_panel", panel=panel_id)
    return row


def _checked(setup: BranchSetup, wish: PanelWish, any_device: bool) -> dict[str, Any]:
    name = " ".join(wish.name.split())
    if not name or len(name) > MOST_NAME or not name.isprintable():
        raise wrong("name", "a name of at most %(most)d letters is needed", most=MOST_NAME)
    check_wish(wish, any_device=any_device)
    if wish.counter_id is not None:
        setup.counter(wish.counter_id)
    return {
        "name": name,
        "kind": wish.kind,
        "address": dict(wish.address),
        "counter_id": wish.counter_id,
        "enabled": wish.enabled,
    }


def check_wish(wish: PanelWish, *, any_device: bool) -> None:
    """Refuse a panel that cannot work, whatever it is called.

    Raises:
        QueueError: `invalid_value` with the very field.
    """
    try:
        values = get_driver(wish.kind).check(wish.address)
    except PanelError as error:
        place = "kind" if error.field == "kind" else f"address/{error.field}".rstrip("/")
        raise wrong_because(place, problem_of(error)) from None
    if not any_device and "device" in values and not _DEVICES.fullmatch(values["device"]):
        raise wrong("address/device", "from here only a serial line such as /dev/ttyUSB0 may be chosen")


def _unless_taken(connection: Connection, statement: Any) -> Any:
    try:
        return connection.execute(statement)
    except sqlalchemy.exc.IntegrityError:
        raise QueueError("name_taken") from None
