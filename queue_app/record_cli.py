"""The commands `flask record …`: the record of what happened, checked against itself and read into days."""

from __future__ import annotations

import json
from itertools import chain

import click
from flask import current_app
from flask.cli import AppGroup

from queue_app.operations.keep_days import differences_of_days
from queue_app.operations.unit_of_work import Context
from queue_app.operations.verify import differences
from queue_app.report_cli import days_command

record_group = AppGroup("record", help="The record of what happened.")
record_group.add_command(days_command)


def _context() -> Context:
    found: Context = current_app.extensions["queue_context"]
    return found


@record_group.command("verify")
def record_verify() -> None:
    """Rebuild tickets, legs and kept days from the events and compare; a line for each difference, then exit status 1."""
    found = 0
    of_days = ((slug, text) for slug in _context().slugs().values() for text in differences_of_days(_context(), slug))
    for branch, text in chain(differences(_context()), of_days):
        click.echo(f"{branch}: {text}")
        found += 1
    if found:
        click.echo(json.dumps({"consistent": False, "differences": found}))
        raise SystemExit(1)
    click.echo("The record is consistent.")
