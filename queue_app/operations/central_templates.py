"""Central templates: made and changed once for many branches, each of which may have parts of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, delete, insert, update

from queue_app.domain.errors import QueueError
from queue_app.domain.reading import texts_of, wrong
from queue_app.operations.audit import note_change, note_outside
from queue_app.operations.config_document import (
    Plan,
    Terms,
    export_within,
    import_within,
    plan_within,
)
from queue_app.operations.config_export import Document
from queue_app.operations.template_overlay import SAYABLE, check_template, overlay, own_of, sections_of
from queue_app.operations.template_records import (
    Following,
    Template,
    end_following,
    find_template,
    following_of,
    followings,
    keep_following,
    still_meant,
    template_of,
)
from queue_app.operations.unit_of_work import Actor, Context, Unit
from queue_app.store.running_tables import ConfigTemplate

LONGEST_NAME = 100
TERMS = Terms(people=True)
"""A work profile that goes is taken from the people who work by it: no right is given by that."""

_SLUG = re.compile(r"[a-z0-9-]{1,64}")
_PATH = re.compile(rf"({'|'.join(SAYABLE)})|services/[A-Za-z0-9-]{{1,64}}")


@dataclass(frozen=True)
class Outcome:
    """What a template did, or would do, to a branch that follows it.

    Attributes:
        branch: slug.
        own: paths of what is the branch's own.
        plan: what changes; None where it was refused.
        refused: why nothing was changed there.
    """

    branch: str
    own: tuple[str, ...]
    plan: Plan | None = None
    refused: QueueError | None = None


def save_template(
    context: Context, actor: Actor, slug: str, name: object, document: object, *, accept_stranding: bool = False
) -> list[Outcome]:
    """Make a template, or change it for every branch that follows it, each in a transaction of its own.

    A branch that refuses stays as it was, and is brought up to it by `apply_template` later. What a branch has changed for
    itself since the last time becomes its own first.

    Args:
        context, actor: where, and who does it.
        slug: of the template.
        name: by language.
        document: a partial configuration document, see `template_overlay`.
        accept_stranding: also where visitors are left waiting.

    Raises:
        QueueError: `invalid_value`, with nothing changed anywhere.
    """
    with context.database.writing() as connection:
        template = _checked(connection, context, slug, name, document)
        known = find_template(connection, slug, lock=True)
        if known is None:
            connection.execute(insert(ConfigTemplate).values(**vars(template)))
        else:
            connection.execute(update(ConfigTemplate).where(ConfigTemplate.slug == slug).values(**vars(template)))
            for each in followings(connection, slug, lock=True):
                if each.last is None and known.document != template.document:
                    keep_following(connection, replace(each, last=known.document))
        if known is None or (known.name, known.document) != (template.name, template.document):
            action = "make_template" if known is None else "change_template"
            note_outside(context, connection, actor, action, slug, _told(known), _told(template))
    return apply_template(context, actor, slug, accept_stranding=accept_stranding)


def plan_template(context: Context, slug: str, name: object, document: object) -> list[Outcome]:
    """Return what `save_template` would do to each branch that follows; nothing is changed.

    Raises:
        QueueError: `invalid_value`.
    """
    with context.database.reading() as connection:
        template = _checked(connection, context, slug, name, document)
        known = find_template(connection, slug)
        if known is None:
            return []
        return [
            _planned(context, connection, template, each, each.last or known.document)
            for each in followings(connection, slug)
        ]


def apply_template(context: Context, actor: Actor, slug: str, *, accept_stranding: bool = False) -> list[Outcome]:
    """Bring every branch that follows a template up to it, each in a transaction of its own.

    Raises:
        QueueError: `unknown_template`.
    """
    with context.database.reading() as connection:
        template_of(connection, slug)
        found = followings(connection, slug)
    outcomes = []
    for each in found:
        try:
            outcomes.append(_bring_up(context, actor, each.branch, accept_stranding=accept_stranding))
        except QueueError as error:
            outcomes.append(Outcome(each.branch, each.own, refused=error))
    return outcomes


def delete_template(context: Context, actor: Actor, slug: str) -> None:
    """Delete a template that no branch follows.

    Raises:
        QueueError: `unknown_template`, `template_followed` with the `branches` that follow it.
    """
    with context.database.writing() as connection:
        template = template_of(connection, slug, lock=True)
        followed = [each.branch for each in followings(connection, slug)]
        if followed:
            raise QueueError("template_followed", branches=followed)
        connection.execute(delete(ConfigTemplate).where(ConfigTemplate.slug == slug))
        note_outside(context, connection, actor, "delete_template", slug, _told(template), None)


def follow(
    context: Context,
    actor: Actor,
    branch: str,
    template: str,
    own: Sequence[str] = (),
    *,
    keep: bool = False,
    accept_stranding: bool = False,
) -> Outcome:
    """Let a branch follow a template from now on.

    Args:
        context, actor, branch, template: who follows what, and who says so.
        own: paths of what the branch keeps as its own.
        keep: it keeps as its own all in which it differs from the template now.
        accept_stranding: also where visitors are left waiting.

    Raises:
        QueueError: `unknown_branch`, `unknown_template`, `invalid_value` for a path, `would_strand`, and whatever an import
            refuses.
    """
    check_paths(own)
    return _bring_up(context, actor, branch, template, own, keep=keep, accept_stranding=accept_stranding)


def plan_follow(
    context: Context, branch: str, template: str, own: Sequence[str] = (), *, keep: bool = False
) -> Outcome:
    """Return what `follow` would do; nothing is changed. Raises as it does, but for `would_strand`."""
    check_paths(own)
    with context.database.reading() as connection:
        wanted = template_of(connection, template)
        following = Following(0, branch, template, tuple(own))
        return _planned(context, connection, wanted, following, wanted.document if keep else None)


def follow_again(context: Context, actor: Actor, branch: str, path: str, *, accept_stranding: bool = False) -> Outcome:
    """Let the template hold again for what a branch has as its own.

    Raises:
        QueueError: `unknown_branch`, `follows_nothing`, `invalid_value` where this is not its own, `would_strand`, and
            whatever an import refuses.
    """
    return _bring_up(context, actor, branch, drop=path, accept_stranding=accept_stranding)


def unfollow(context: Context, actor: Actor, branch: str) -> None:
    """Let a branch follow nothing from now on; it stays as it is.

    Raises:
        QueueError: `unknown_branch`, `follows_nothing`.
    """
    context.setup(branch)
    with context.database.writing() as connection:
        known = _followed(connection, branch)
        end_following(connection, known.branch_id)
        before = {"template": known.template, "own": list(known.own)}
        note_outside(context, connection, actor, "unfollow_template", branch, before, None, known.branch_id)


def standing(context: Context, branch: str) -> Outcome | None:
    """Return what a branch that follows a template has as its own now, and what bringing it up would change; None where none.

    Raises:
        QueueError: `unknown_branch`.
    """
    context.setup(branch)
    with context.database.reading() as connection:
        known = following_of(connection, branch)
        if known is None:
            return None
        template = template_of(connection, known.template)
        return _planned(context, connection, template, known, known.last or template.document)


def check_paths(paths: Sequence[str]) -> None:
    """Refuse what is neither a section that a template may say nor one of its services.

    Raises:
        QueueError: `invalid_value`.
    """
    for place, path in enumerate(paths):
        if not isinstance(path, str) or not _PATH.fullmatch(path):
            raise wrong(f"own/{place}", "a section such as hours, or a service as services/id-cards, is needed")


def _checked(connection: Connection, context: Context, slug: str, name: object, document: object) -> Template:
    if not _SLUG.fullmatch(slug):
        raise wrong("slug", "a name of small letters, digits and - is needed, 64 at most")
    names = texts_of(name, "name", LONGEST_NAME)
    if not names:
        raise wrong("name", "a text in one language at least is needed")
    now = context.clock.now()
    return Template(slug, names, check_template(connection, now, document), now)


def _told(template: Template | None) -> Mapping[str, Any] | None:
    return None if template is None else {"name": template.name, "document": template.document}


def _planned(
    context: Context, connection: Connection, template: Template, following: Following, base: Document | None
) -> Outcome:
    """Return what a template would do to a branch; what differs from `base`, which it followed so far, is its own."""
    now = export_within(connection, following.branch)
    own = _own(base, now, following.own)
    wanted = sections_of(template.document, overlay(template.document, now, own))
    try:
        plan = plan_within(connection, context.clock.now(), following.branch, wanted, TERMS)
    except QueueError as error:
        return Outcome(following.branch, own, refused=error)
    return Outcome(following.branch, own, plan)


def _own(base: Document | None, branch: Document, own: Sequence[str]) -> tuple[str, ...]:
    return tuple(own) if base is None else tuple(own_of(base, branch, own))


def _bring_up(
    context: Context,
    actor: Actor,
    branch: str,
    start: str | None = None,
    own: Sequence[str] = (),
    *,
    keep: bool = False,
    drop: str | None = None,
    accept_stranding: bool = False,
) -> Outcome:
    """Let the template hold in a branch, which keeps what is its own: all of it or nothing.

    With `start` it begins to follow that template; with `drop` it gives up one of the parts that it had as its own.
    """

    def decide(unit: Unit, connection: Connection) -> Outcome:
        unit.lock_and_read()
        known = following_of(connection, branch)
        if start is not None:
            template = template_of(connection, start)
            following = Following(unit.setup.id, branch, start, tuple(own))
            base = template.document if keep else None
        else:
            following = _followed(connection, branch)
            template = template_of(connection, following.template)
            base = following.last or template.document
        now = export_within(connection, branch)
        mine = still_meant(_without(_own(base, now, following.own), drop), template.document, now)
        wanted = sections_of(template.document, overlay(template.document, now, mine))
        plan = import_within(unit, connection, actor, branch, wanted, accept_stranding=accept_stranding, terms=TERMS)
        keep_following(connection, replace(following, own=mine, last=None))
        _note(unit, actor, known, replace(following, own=mine), start)
        return Outcome(branch, mine, plan)

    context.setup(branch)
    outcome = context.administer(branch, "follow_template", decide)
    context.reload(branch)
    return outcome


def _without(own: Sequence[str], drop: str | None) -> list[str]:
    if drop is not None and drop not in own:
        raise wrong("path", "the branch has nothing of this name as its own")
    return [path for path in own if path != drop]


def _note(unit: Unit, actor: Actor, before: Following | None, after: Following, start: str | None) -> None:
    if before is not None and (before.template, before.own) == (after.template, after.own):
        return
    told = {"template": after.template, "own": list(after.own)}
    was = None if before is None else {"template": before.template, "own": list(before.own)}
    note_change(unit, actor, "follow_template" if start else "change_own_parts", after.branch, was, told)


def _followed(connection: Connection, branch: str) -> Following:
    known = following_of(connection, branch)
    if known is None:
        raise QueueError("follows_nothing", branch=branch)
    return known
