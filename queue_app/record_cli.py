"""The commands `flask record …`: the record of what happened, checked against itself and read into days."""

from __future__ import annotations

import json
from itertools import chain

import click
from flask.cli import AppGroup

from queue_app.cli_context import current_context
from queue_app.operations.keep_days import differences_of_days
from queue_app.operations.verify import differences
from queue_app.report_cli import days_command

record_group = AppGroup("record", help="The record of what happened.")
record_group.add_command(days_command)


@record_group.command("verify")
def record_verify() -> None:
    """Rebuild tickets, legs and kept days from the events and compare; a line for each difference, then exit status 1."""
    found, context = 0, current_context()
    of_days = ((slug, text) for slug in context.slugs().values() for text in differences_of_days(context, slug))
    for branch, text in chain(differences(context), of_days):
        click.echo(f"{branch}: {text}")
        found += 1
    if found:
        click.echo(json.dumps({"consistent": False, "differences": found}))
        raise SystemExit(1)
    click.echo("The record is consistent.")
