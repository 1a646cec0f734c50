"""Reads everything that the configuration document of a branch is made of, as it is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, select

from queue_app.domain.branding import USUAL_COLOUR
from queue_app.store.models import (
    Branch,
    BranchLogo,
    Counter,
    Kiosk,
    Panel,
    PrinterRow,
    Screen,
    Service,
    User,
    UserRole,
    WorkProfile,
)

Row = Any
"""A row of the database, or of what stands for one that is not there yet."""


@dataclass(frozen=True)
class Rows:
    """A branch as it is stored, with what it had once.

    Attributes:
        branch: its row.
        logo: a PNG, where it has one.
        services, profiles, counters, printers, kiosks, screens, panels: its rows in their order.
        people: everybody of the whole installation by username.
        roles: all of their rows of `user_role`.
    """

    branch: Row
    logo: bytes | None = None
    services: Sequence[Row] = ()
    profiles: Sequence[Row] = ()
    counters: Sequence[Row] = ()
    printers: Sequence[Row] = ()
    kiosks: Sequence[Row] = ()
    screens: Sequence[Row] = ()
    panels: Sequence[Row] = ()
    people: Mapping[str, Row] = field(default_factory=dict)
    roles: Sequence[Row] = ()

    def roles_here(self, user_id: int) -> list[Row]:
        """Return the roles that a person has in this branch."""
        return [role for role in self.roles if role.user_id == user_id and role.branch_id == self.branch.id]

    def works_elsewhere(self, user_id: int) -> bool:
        """Say whether a person has a role in another branch, or in all of them."""
        return any(role.user_id == user_id and role.branch_id != self.branch.id for role in self.roles)


def read_rows(connection: Connection, slug: str) -> Rows | None:
    """Return the branch called `slug` as it is stored; None where there is none."""
    branch = connection.execute(select(Branch.__table__).where(Branch.slug == slug)).one_or_none()
    if branch is None:
        return None

    def rows(model: Any, *order: Any) -> list[Row]:
        return list(connection.execute(select(model.__table__).where(model.branch_id == branch.id).order_by(*order)))

    return Rows(
        branch=branch,
        logo=connection.execute(select(BranchLogo.png).where(BranchLogo.branch_id == branch.id)).scalar_one_or_none(),
        services=rows(Service, Service.position, Service.id),
        profiles=rows(WorkProfile, WorkProfile.id),
        counters=rows(Counter, Counter.position, Counter.id),
        printers=[row for row in rows(PrinterRow, PrinterRow.id) if not _is_removed(row)],
        kiosks=rows(Kiosk, Kiosk.id),
        screens=rows(Screen, Screen.id),
        panels=rows(Panel, Panel.id),
        **_people(connection),
    )


def no_rows(connection: Connection, slug: str) -> Rows:
    """Return what stands for a branch that is to be made."""
    usual = SimpleNamespace(
        id=0,
        slug=slug,
        name={},
        time_zone="",
        cut_over_hour=3,
        languages=[],
        opening_hours=None,
        finish_on_next=True,
        confirm_arrival=False,
        target_wait_seconds=900,
        accent_colour=USUAL_COLOUR,
        open_devices=False,
        day_ends_by_itself=True,
        notice={},
        other_channels={},
        slip_layout=None,
        rules={},
        desk={},
        reporting={},
        calendar={},
        menu=[],
        branding={},
        privacy={},
        active=True,
    )
    return Rows(usual, **_people(connection))


def _people(connection: Connection) -> dict[str, Any]:
    people = connection.execute(
        select(User.id, User.username, User.display_name, User.language, User.languages, User.active)
    )
    roles = connection.execute(select(UserRole.__table__).order_by(UserRole.id))
    return {"people": {row.username: row for row in people}, "roles": list(roles)}


def _is_removed(printer: Row) -> bool:
    # A printer that was taken out of use keeps its row, for its slips refer to it; its name was made free in this way.
    return not printer.enabled and printer.name.endswith(f" #{printer.id}")
