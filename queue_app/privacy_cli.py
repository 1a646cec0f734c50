"""The commands `flask privacy …`: what personal data is held, handing it out, erasing it, and keeping figures only."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from queue_app.cli_context import current_context
from queue_app.cli_refusals import plainly
from queue_app.domain.errors import QueueError
from queue_app.domain.privacy_subject import Subject, check_subject
from queue_app.operations import privacy_requests as requests
from queue_app.operations.acting import CONSOLE
from queue_app.operations.administrators import Administrator
from queue_app.operations.privacy_figures import forget_by_hand
from queue_app.operations.privacy_held import held
from queue_app.operations.retention import due
from queue_app.sealing import Sealer

privacy_group = AppGroup(
    "privacy", help="Personal data: what is held, handing it out, erasing it, keeping figures only."
)

PAUSE_SECONDS = 0.05
"""So long the database is left to the desks between two steps."""
HERE = Administrator(CONSOLE, None, everywhere=True)

branch_argument = click.argument("branch")


def _sealer() -> Sealer:
    found: Sealer = current_app.extensions["queue_sealer"]
    return found


def _print(document: Any) -> None:
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def about(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say about whom a command is."""
    for option in (
        click.option("--person", help="User name of a member of staff."),
        click.option("--phone", help="A telephone number that a visitor left; - to be asked for it."),
        click.option("--ticket", help="A ticket as LABEL/DATE, for example A017/2026-03-04."),
    ):
        command = option(command)
    return command


def _subject(ticket: str | None, phone: str | None, person: str | None) -> Subject:
    told = {"phone": click.prompt("Telephone number") if phone == "-" else phone, "person": person}
    if ticket is not None:
        label, found, day = ticket.partition("/")
        if not found:
            raise QueueError("invalid_value", field="ticket", problem="a ticket is written LABEL/DATE")
        told |= {"ticket": label, "date": day}
    return check_subject(told)


@privacy_group.command("show")
@branch_argument
def show(branch: str) -> None:
    """Print what personal data BRANCH holds as JSON: of what how much, and since when; no names."""
    with plainly():
        _print(held(current_context(), branch))


@privacy_group.command("export")
@branch_argument
@about
def export(branch: str, ticket: str | None, phone: str | None, person: str | None) -> None:
    """Print everything that is held about one ticket, whoever left a number, or one member of staff, as JSON."""
    with plainly():
        _print(requests.export(current_context(), _sealer(), branch, HERE, _subject(ticket, phone, person)))


@privacy_group.command("erase")
@branch_argument
@about
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(branch: str, ticket: str | None, phone: str | None, person: str | None, yes: bool) -> None:
    """Erase what a visitor left, or put a pseudonym in the place of the name of a member of staff; figures stay."""
    with plainly():
        subject = _subject(ticket, phone, person)
        if not yes:
            click.confirm("This cannot be undone. Go on?", abort=True)
        _print(requests.erase(current_context(), _sealer(), branch, HERE, subject))


@privacy_group.command("keep-to")
@branch_argument
@click.option(
    "--days",
    type=click.IntRange(1),
    help="How many days back single visits stay; the branch's own rule where left out.",
)
@click.option("--yes", is_flag=True, help="Do it; without this, only what would be done is told.")
def keep_to(branch: str, days: int | None, yes: bool) -> None:
    """Keep only the figures of BRANCH's old days. The running server does it by itself, by the branch's rule."""
    with plainly():
        found = due(current_context(), branch, days)
        span = f" ({found.days[0]} to {found.days[-1]})" if found.days else ""
        click.echo(f"{branch}: {len(found.days)} days{span} with {found.tickets} tickets become figures.")
        if not yes:
            click.echo("Nothing was changed. With --yes it is done; it cannot be undone.")
            return
        rows = 0
        for done in forget_by_hand(current_context(), branch, CONSOLE, days):
            rows += done if not isinstance(done, date) else 0
            time.sleep(PAUSE_SECONDS)
        click.echo(f"{branch}: done, {rows} rows deleted.")
