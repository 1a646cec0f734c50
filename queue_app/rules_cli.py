"""The commands `flask rules …`: see and change by which rules a branch calls, without a page."""

from __future__ import annotations

import json
from typing import IO, Any

import click
from flask.cli import AppGroup

from queue_app.cli_context import current_context
from queue_app.cli_refusals import plainly
from queue_app.operations import rules_setup as setup
from queue_app.operations.acting import CONSOLE

rules_group = AppGroup("rules", help="Who is next: see and change by which rules a branch calls.")

branch_argument = click.argument("branch")
file_argument = click.argument("file", type=click.File("r", encoding="utf-8"))


def _read(file: IO[str]) -> Any:
    try:
        return json.load(file)
    except ValueError as error:
        raise click.ClickException(f"{file.name} is not well-formed JSON: {error}") from error


def _print(document: Any) -> None:
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


@rules_group.command("show")
@branch_argument
def show(branch: str) -> None:
    """Print the rules, what holds at the desks, and the work profiles of BRANCH as JSON."""
    with plainly():
        _print(setup.everything(current_context(), branch))


@rules_group.command("set")
@branch_argument
@file_argument
def set_(branch: str, file: IO[str]) -> None:
    """Let BRANCH call by the rules in FILE (- for standard input); what it leaves out is as usual."""
    with plainly():
        rules = setup.set_rules(current_context(), branch, CONSOLE, _read(file))
    _print(setup.rules_json(rules))


@rules_group.command("desk")
@branch_argument
@file_argument
def desk(branch: str, file: IO[str]) -> None:
    """Let what FILE says hold at the desks of BRANCH; what it leaves out is as usual."""
    with plainly():
        setup.set_desk(current_context(), branch, CONSOLE, _read(file))
        _print(setup.everything(current_context(), branch)["desk"])


@rules_group.command("profile")
@branch_argument
@click.argument("name")
@file_argument
def profile(branch: str, name: str, file: IO[str]) -> None:
    """Make the work profile NAME of BRANCH as FILE says, or change it."""
    with plainly():
        setup.set_profile(current_context(), branch, CONSOLE, name, _read(file))
        found = next(each for each in setup.profiles_view(current_context(), branch) if each["name"] == name)
    _print(found)


@rules_group.command("counter")
@branch_argument
@click.argument("counter")
@click.argument("name")
def counter(branch: str, counter: str, name: str) -> None:
    """Let COUNTER of BRANCH open with the work profile NAME; - for all services."""
    with plainly():
        setup.set_counter_profile(current_context(), branch, CONSOLE, counter, None if name == "-" else name)
    click.echo(f"Counter {counter} opens with {'all services' if name == '-' else name} from its next opening on.")


@rules_group.command("clerk")
@branch_argument
@click.argument("username")
@click.option("--languages", default="", help="What they serve in, for example cs,de.")
@click.option("--profile", help="Their own work profile; left out: that of the counter they sit down at.")
def clerk(branch: str, username: str, languages: str, profile: str | None) -> None:
    """Say what languages USERNAME serves in, and by which profile they work in BRANCH."""
    codes = [code.strip() for code in languages.split(",") if code.strip()]
    with plainly():
        setup.set_clerk(current_context(), branch, CONSOLE, username, codes, profile)
    click.echo(f"{username}: {', '.join(codes) or 'no language'}, {profile or 'the profile of the counter'}.")
