"""The commands of the installation as a whole: its database, the demo branch, tokens, the end of a day."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from queue_app.cli_context import current_context
from queue_app.config import Settings
from queue_app.domain.errors import QueueError
from queue_app.operations import setup as people
from queue_app.operations import tokens
from queue_app.operations.acting import CONSOLE
from queue_app.operations.close_day import close_day
from queue_app.operations.demo import SLUG, create_demo
from queue_app.speech.voice import PROGRAM, is_installed
from queue_app.speech_cli import HOW_TO_GET_IT
from queue_app.store.migrate import migrate

token_group = AppGroup("token", help="Bearer tokens for programs, kiosks and screens.")


@click.command("migrate")
def migrate_command() -> None:
    """Bring the database to the newest form."""
    settings: Settings = current_app.extensions["queue_settings"]
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    migrate(current_context().database)


@click.command("demo")
def demo_command() -> None:
    """Make the demo branch where it is not there yet, and print where everything is."""
    settings: Settings = current_app.extensions["queue_settings"]
    made = create_demo(current_context(), settings.data_dir)
    base = settings.address()
    for name, path in (
        ("start", "/"), ("kiosk", f"/kiosk/{SLUG}"), ("lobby", f"/display/{SLUG}"), ("desk", f"/desk/{SLUG}"),
        ("wall", f"/wall/{SLUG}"), ("reports", f"/reports/{SLUG}"),
        ("screens", f"/screens/{SLUG}"), ("printers", f"/printers/{SLUG}"),
        ("API", "/api/v1/openapi.json"),
    ):  # fmt: skip
        click.echo(f"  {name:8} {base}{path}")
    if made is not None:
        click.echo("\n  People of the demo branch; these passwords are shown this once and kept nowhere:")
        for username, password in made.passwords.items():
            click.echo(f"  {username:8} {password}")
    click.echo(f"\n  Slips are written to {settings.data_dir.resolve() / 'slips'}")
    if not is_installed():
        click.echo(f"  Calls are spoken by the browser where it has a voice: {PROGRAM} is not here. {HOW_TO_GET_IT}")


@click.command("close-day")
@click.argument("branch")
def close_day_command(branch: str) -> None:
    """End the business day of BRANCH now."""
    closed = close_day(current_context(), branch)
    click.echo(f"{closed.business_date}: {closed.expired} expired, {closed.counters_closed} counters closed")


@token_group.command("create")
@click.option("--name", required=True, help="What the token is for.")
@click.option("--scope", "scopes", required=True, multiple=True, type=click.Choice(people.SCOPES))
@click.option("--branch", help="Slug of the only branch it is good for; every branch where left out.")
def token_create(name: str, scopes: tuple[str, ...], branch: str | None) -> None:
    """Make a bearer token and print it, alone; it cannot be shown again."""
    try:
        click.echo(tokens.make(current_context(), CONSOLE, name, scopes, branch)[1])
    except QueueError as error:
        raise click.ClickException(str(error)) from error


@token_group.command("revoke")
@click.option("--name", required=True, help="Revoke every token with this name.")
def token_revoke(name: str) -> None:
    """Revoke tokens; running servers notice within seconds."""
    click.echo(f"{tokens.revoke_called(current_context(), CONSOLE, name)} revoked")
