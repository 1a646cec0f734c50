"""The templates as they are stored, and which branches follow them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from queue_app.domain.errors import QueueError
from queue_app.operations.config_export import Document
from queue_app.store.models import Branch
from queue_app.store.running_tables import ConfigTemplate


@dataclass(frozen=True)
class Template:
    """How branches are meant to be set up: `document` as `template_overlay.check_template` returns it."""

    slug: str
    name: dict[str, str]
    document: Document
    updated_at: datetime


@dataclass(frozen=True)
class Following:
    """That a branch follows a template.

    Attributes:
        branch_id, branch: which.
        template: slug.
        own: paths of what is the branch's own.
        last: what the template said when it was last applied; None where that is what it says now.
    """

    branch_id: int
    branch: str
    template: str
    own: tuple[str, ...] = ()
    last: Document | None = None


def every_template(connection: Connection) -> list[Template]:
    """Return all templates by their slugs."""
    rows = connection.execute(select(ConfigTemplate.__table__).order_by(ConfigTemplate.slug))
    return [Template(row.slug, row.name, row.document, row.updated_at) for row in rows]


def find_template(connection: Connection, slug: str, *, lock: bool = False) -> Template | None:
    """Return a template; with `lock`, nobody else changes it until this transaction ends."""
    wanted = select(ConfigTemplate.__table__).where(ConfigTemplate.slug == slug)
    row = connection.execute(wanted.with_for_update() if lock else wanted).one_or_none()
    return None if row is None else Template(row.slug, row.name, row.document, row.updated_at)


def template_of(connection: Connection, slug: str, *, lock: bool = False) -> Template:
    """Return a template.

    Raises:
        QueueError: `unknown_template`.
    """
    found = find_template(connection, slug, lock=lock)
    if found is None:
        raise QueueError("unknown_template", template=slug)
    return found


def followings(connection: Connection, template: str | None = None, *, lock: bool = False) -> list[Following]:
    """Return who follows a template, or any where None, in the order in which the branches were made."""
    wanted = select(Branch.id, Branch.slug, Branch.follows).where(Branch.follows.is_not(None)).order_by(Branch.id)
    found = [_following(row) for row in connection.execute(wanted.with_for_update() if lock else wanted)]
    return [each for each in found if template in (None, each.template)]


def following_of(connection: Connection, branch: str) -> Following | None:
    """Return what a branch follows; None where nothing."""
    row = connection.execute(select(Branch.id, Branch.slug, Branch.follows).where(Branch.slug == branch)).one_or_none()
    return None if row is None or row.follows is None else _following(row)


def _following(row: Any) -> Following:
    told = row.follows
    return Following(row.id, row.slug, told["template"], tuple(told.get("own", ())), told.get("last"))


def keep_following(connection: Connection, following: Following) -> None:
    """Write down that, and how, a branch follows a template."""
    told: dict[str, Any] = {"template": following.template, "own": sorted(following.own)}
    if following.last is not None:
        told["last"] = following.last
    connection.execute(update(Branch).where(Branch.id == following.branch_id).values(follows=told))


def end_following(connection: Connection, branch_id: int) -> None:
    """Write down that a branch follows nothing any more."""
    connection.execute(update(Branch).where(Branch.id == branch_id).values(follows=None))


def still_meant(own: Collection[str], template: Document, branch: Document) -> tuple[str, ...]:
    """Return `own` without single services that neither the template nor the branch has."""
    known = {f"services/{each['slug']}" for part in (template, branch) for each in part.get("services", ())}
    return tuple(sorted(path for path in own if "/" not in path or path in known))
