"""`flask backup` and `flask restore`."""

from __future__ import annotations

import os
from pathlib import Path

import click
from flask import current_app

from queue_app.care.archive import BadArchive
from queue_app.care.backup import BackupFailed, make_backup, rotate
from queue_app.care.restore import RestoreRefused, restore
from queue_app.cli_context import current_context
from queue_app.clock import Clock
from queue_app.config import Settings

NICE = 10
"""A backup can wait where a call to a screen wants the same processor."""

WITH_FLAWS = 3
"""Exit status of a backup that was made, but in which flaws were found."""


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--with-keys", is_flag=True, help="Put the keys into it too; keep such a file as safe as a password.")
@click.option("--no-verify", is_flag=True, help="Do not restore it to try it: faster, and less certain.")
@click.option(
    "--keep", type=click.IntRange(1), help="Keep this many of the newest in the folder FILE; delete older ones."
)
def backup_command(file: Path, with_keys: bool, no_verify: bool, keep: int | None) -> None:
    """Back up into FILE, while the server runs; a folder gets a file that is named by the time.

    Exit status: 0 all is good; 1 there is no backup, and nothing was left of it; 3 it was made, but flaws were found in it (its
    name ends with .unverified).
    """
    settings: Settings = current_app.extensions["queue_settings"]
    clock: Clock = current_app.extensions["queue_clock"]
    if keep and not file.is_dir():
        raise click.UsageError("--keep needs a folder that is there")
    os.nice(NICE)
    try:
        made = make_backup(settings, clock, file, with_keys=with_keys, verify=not no_verify)
    except BackupFailed as error:
        raise click.ClickException(f"{error}. No backup was made.") from error
    for flaw in made.flaws or ():
        click.echo(flaw, err=True)
    if made.flaws:
        click.echo(f"It was made, but it is not good: {made.path}. Run: flask doctor --record", err=True)
        raise SystemExit(WITH_FLAWS)
    tickets = sum(branch["tickets"] for branch in made.facts["branches"].values())
    tried = "not tried" if made.flaws is None else "restored to try it: the record is consistent"
    click.echo(f"{made.path}: {made.bytes / 1e6:.1f} MB, {tickets} tickets, {tried}.")
    for old in rotate(file, keep) if keep else ():
        click.echo(f"{old}: deleted, it was old.")


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--yes", is_flag=True, help="Replace what is there; it is kept under another name.")
@click.option("--accept-differences", is_flag=True, help="Restore it though its record is not consistent.")
def restore_command(file: Path, yes: bool, accept_differences: bool) -> None:
    """Put back what FILE holds; the server must not run.

    Exit status: 0 it is back; 1 nothing was changed.
    """
    context = current_context()
    settings: Settings = current_app.extensions["queue_settings"]
    context.database.dispose()
    try:
        told = restore(settings, context.clock, file, replace=yes, accept_flaws=accept_differences)
    except (RestoreRefused, BadArchive) as error:
        raise click.ClickException(f"{error}. Nothing was changed.") from error
    for line in told:
        click.echo(line)
