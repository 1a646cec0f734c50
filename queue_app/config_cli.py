"""The commands `flask config …`: the whole set-up of branches as files, kept in version control and brought in again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from queue_app.cli_context import current_context
from queue_app.cli_refusals import plainly
from queue_app.domain.errors import QueueError
from queue_app.operations.acting import CONSOLE
from queue_app.operations.config_document import (
    Change,
    Plan,
    Stranded,
    Terms,
    export_branch,
    import_branch,
    plan_import,
)
from queue_app.operations.config_yaml import Lines, read_yaml, write_yaml

config_group = AppGroup("config", help="The whole set-up of a branch as a file: take it out, compare it, bring it in.")

TERMS = Terms(people=True, any_file=True)
"""Whoever sits at the server's command line may do everything."""

LONGEST_VALUE = 200
"""Letters of one value in a list of changes."""

_WHY = {
    "service_retired": "the service is given out no more",
    "service_unserved": "no counter takes the service any more",
    "counter_retired": "the counter is open, or tickets are kept for it",
    "person_leaves": "tickets are kept for this person",
}

files_argument = click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
branch_option = click.option("--branch", help="Slug of the branch, for a file that does not say it itself.")


@dataclass(frozen=True)
class Read:
    """A file that was read and held against its branch."""

    path: Path
    branch: str
    document: Any
    plan: Plan


@config_group.command("export")
@click.argument("branch", required=False)
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--all", "every", is_flag=True, help="Every branch, each into a file of its own.")
@click.option("--dir", "folder", type=click.Path(file_okay=False, path_type=Path), help="Where, with --all.")
def export(branch: str | None, file: Path | None, every: bool, folder: Path | None) -> None:
    """Write the set-up of BRANCH as YAML into FILE, or print it; never a password or another secret."""
    if every != (folder is not None) or every == (branch is not None):
        raise click.UsageError("Name a branch, or give --all with --dir.")
    with plainly():
        if folder is None:
            assert branch is not None
            text = write_yaml(export_branch(current_context(), branch))
            if file is None:
                click.echo(text, nl=False)
            else:
                file.write_text(text, encoding="utf-8")
            return
        folder.mkdir(parents=True, exist_ok=True)
        slugs = sorted(current_context().slugs().values())
        for slug in slugs:
            (folder / f"{slug}.yaml").write_text(write_yaml(export_branch(current_context(), slug)), encoding="utf-8")
    click.echo(f"{len(slugs)} branches written to {folder}.")


@config_group.command("validate")
@files_argument
@branch_option
def validate(files: tuple[Path, ...], branch: str | None) -> None:
    """Say of each of FILES whether it can be brought in, and where it is wrong; nothing is changed."""
    for read in _read_all(files, branch):
        click.echo(f"{read.path}: fine ({_summary(read)})")


@config_group.command("diff")
@files_argument
@branch_option
def diff(files: tuple[Path, ...], branch: str | None) -> None:
    """Show what bringing in FILES would change, and who would be left waiting; nothing is changed."""
    for read in _read_all(files, branch):
        _show(read)


@config_group.command("import")
@files_argument
@branch_option
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--accept-stranding", is_flag=True, help="Also where visitors would be left waiting.")
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
def import_(files: tuple[Path, ...], branch: str | None, yes: bool, accept_stranding: bool, dry_run: bool) -> None:
    """Show what FILES change, ask, and set their branches up so; a branch that is not there yet is made.

    All files are looked at first: where one is wrong, nothing is changed. Each branch is then changed whole or not at all.
    """
    for read in _read_all(files, branch):
        _show(read)
        if dry_run or not read.plan.changes:
            continue
        accepted = accept_stranding or _accepts(read.plan.stranded, yes)
        if not yes and not click.confirm(f"Bring {read.path} in?"):
            click.echo(f"{read.branch}: left as it is.")
            continue
        with plainly():
            import_branch(
                current_context(), CONSOLE, read.branch, read.document, accept_stranding=accepted, terms=TERMS
            )
        click.echo(f"{read.branch}: done.")


def _accepts(stranded: tuple[Stranded, ...], yes: bool) -> bool:
    if not stranded:
        return False
    if yes:
        raise click.ClickException("Visitors would be left waiting. To do it all the same, add --accept-stranding.")
    return click.confirm("These visitors are not lost: they can still be called. Do it all the same?", abort=True)


def _read_all(files: Iterable[Path], branch: str | None) -> list[Read]:
    """Return the files, each held against its branch; where one is wrong say where, and stop."""
    found, wrong = [], 0
    seen: dict[str, Path] = {}
    for path in files:
        try:
            lines: Lines | None = None
            document, lines = read_yaml(path.read_bytes())
            slug = _slug_of(document, branch)
            if slug in seen:
                raise QueueError("invalid_value", field="branch/slug", problem=f"{seen[slug]} is for this branch too")
            seen[slug] = path
            found.append(Read(path, slug, document, plan_import(current_context(), slug, document, TERMS)))
        except QueueError as error:
            if error.code != "invalid_value":
                raise click.ClickException(f"{path}: {error}") from error
            click.echo(_placed(path, lines, error), err=True)
            wrong += 1
    if wrong:
        raise click.ClickException(f"{wrong} of {wrong + len(found)} files are wrong. Nothing was changed.")
    return found


def _slug_of(document: Any, branch: str | None) -> str:
    said = document.get("branch") if isinstance(document, dict) else None
    slug = said.get("slug") if isinstance(said, dict) else None
    if branch is not None:
        return branch
    if not isinstance(slug, str):
        problem = "the slug of the branch is needed, here or with --branch"
        raise QueueError("invalid_value", field="branch/slug", problem=problem)
    return slug


def _placed(path: Path, lines: Lines | None, error: QueueError) -> str:
    """Return a mistake as one line, with the place in the file where it is known."""
    field, problem = str(error.details.get("field", "")), error.details.get("problem", "")
    line = None if lines is None else lines.of(field)
    return ": ".join(filter(None, (f"{path}" if line is None else f"{path}:{line}", field, problem)))


def _summary(read: Read) -> str:
    if read.plan.is_new:
        return f"{read.branch} is new"
    number = len(read.plan.changes)
    return f"{read.branch}: {'no change' if not number else f'{number} change' + 's' * (number > 1)}"


def _show(read: Read) -> None:
    click.echo(f"{read.path}: {_summary(read)}")
    for change in read.plan.changes:
        click.echo(_line(change))
    for each in read.plan.stranded:
        labels = ", ".join(each.labels) + (" …" if len(each.labels) < each.waiting else "")
        told = f"  ! {each.what}: {_WHY[each.why]}; {each.waiting} would be left waiting"
        click.echo(f"{told}: {labels}" if labels else told)


def _line(change: Change) -> str:
    if change.before is None and change.after is not None:
        return f"  + {change.path}: {_short(change.after)}"
    if change.after is None:
        return f"  - {change.path}: {_short(change.before)}"
    return f"  ~ {change.path}: {_short(change.before)} → {_short(change.after)}"


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"
