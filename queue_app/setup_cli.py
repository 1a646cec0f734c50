"""`flask set-up …`: the first start without a browser, by questions or by options alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TextIO

import click
from flask import current_app
from flask.cli import with_appcontext

from queue_app.cli_context import current_context
from queue_app.domain.errors import QueueError
from queue_app.errors import message_of
from queue_app.i18n import LANGUAGES
from queue_app.operations.countries import USUAL
from queue_app.operations.first_branch import document_of_answers
from queue_app.operations.first_start import Administrator, set_up, set_up_code, slug_of, standing
from queue_app.operations.trades import trades

NOTHING = "empty"
"""The kind of office of a branch that begins with nothing."""


@click.group("set-up", invoke_without_command=True)
@click.option("--language", type=click.Choice(LANGUAGES), help="Of the branch and of the administrator.")
@click.option("--name", help="Name of the branch.")
@click.option("--slug", help="Word for addresses; made from the name where left out.")
@click.option("--country", help="Two letters: its public holidays and its time.")
@click.option("--time-zone", help="Needed where a country has several.")
@click.option("--languages", help="Of visitors, by commas; the first language where left out.")
@click.option("--trade", help="Kind of office to begin with; `empty` for nothing.")
@click.option("--open-devices", is_flag=True, help="Let any browser be a kiosk or a lobby screen.")
@click.option("--username", help="Of the administrator.")
@click.option("--person", help="Name of the administrator.")
@click.option("--password-file", type=click.File("r"), help="Its first line is the password; - for the standard input.")
@click.pass_context
@with_appcontext
def set_up_group(click_context: click.Context, /, **given: Any) -> None:
    """Make the first branch and its administrator: asks for what no option says."""
    if click_context.invoked_subcommand is not None:
        return
    found = standing(current_context())
    if found.has_administrator:
        click.echo("This installation is set up already; nothing was changed.")
        return
    language = _asked(given["language"], "Language", default="en", choice=LANGUAGES)
    document = None if found.has_branch else _branch(given, language)
    who = Administrator(
        _asked(given["username"], "User name of the administrator"),
        _asked(given["person"], "Name of the administrator"),
        _password(given["password_file"]),
        language,
    )
    try:
        set_up(current_context(), who, document)
    except QueueError as error:
        raise click.ClickException(_told(error)) from error
    base = current_app.extensions["queue_settings"].address()
    click.echo(f"Set up. {who.username} signs in at {base}/sign-in")


@set_up_group.command("code")
@with_appcontext
def code_command() -> None:
    """Print the code that the set-up pages ask for."""
    click.echo(set_up_code(current_app.extensions["queue_settings"].signing_key()))


def _branch(given: dict[str, Any], language: str) -> dict[str, Any]:
    name = _asked(given["name"], "Name of the branch")
    country = _asked(given["country"], "Country (two letters)", default=USUAL[language]).upper()
    spoken = _asked(given["languages"], "Languages of visitors", default=language).replace(" ", "").split(",")
    if not set(spoken) <= set(LANGUAGES):
        raise click.ClickException(f"the languages of visitors are some of {', '.join(LANGUAGES)}")
    known = [NOTHING, *(slug for slug, _ in trades())]
    trade = _asked(given["trade"], "Kind of office", default=NOTHING, choice=known)
    answers = {
        "language": language,
        "trade": None if trade == NOTHING else trade,
        "branch": {
            "name": name,
            "slug": given["slug"] or slug_of(name),
            "country": country,
            "time_zone": given["time_zone"] or "",
            "languages": spoken,
            "open": given["open_devices"],
        },
    }
    try:
        return document_of_answers(answers)
    except QueueError as error:
        raise click.ClickException(_told(error)) from error


def _asked(given: str | None, words: str, default: str | None = None, choice: Sequence[str] | None = None) -> str:
    """Return what an option said, else what somebody answers; where nobody can, the usual."""
    if given is not None:
        return given
    kind = click.Choice(list(choice)) if choice else None
    answer: str = click.prompt(words, default=default, type=kind, show_choices=choice is not None)
    return answer


def _password(file: TextIO | None) -> str:
    if file is not None:
        return file.readline().rstrip("\r\n")
    password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return password


def _told(error: QueueError) -> str:
    details = " ".join(f"{key}: {value}" for key, value in error.details.items())
    return f"{message_of(error, 'en')} {details}".strip()
