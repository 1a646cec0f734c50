"""The commands `flask screen …`: see, pair, arrange and shut out lobby screens without a page."""

from __future__ import annotations

import json
from typing import IO, Any

import click
from flask.cli import AppGroup

from queue_app.cli_context import current_context
from queue_app.cli_refusals import plainly
from queue_app.domain.errors import QueueError
from queue_app.operations import devices, pairing
from queue_app.operations.screen_views import devices_view

screen_group = AppGroup("screen", help="Lobby screens: see how they stand, pair, arrange and shut them out.")

branch_argument = click.argument("branch")
name_argument = click.argument("name")


def _print(document: Any) -> None:
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def _screen_id(branch: str, name: str) -> int:
    for screen in current_context().setup(branch).screens:
        if screen.name == name:
            return screen.id
    raise QueueError("unknown_screen", screen=name)


@screen_group.command("list")
@branch_argument
def list_(branch: str) -> None:
    """Print the screens of BRANCH and how each stands, as JSON."""
    with plainly():
        _print(devices_view(current_context(), current_context().setup(branch))["screens"])


@screen_group.command("layout")
@branch_argument
@name_argument
@click.argument("file", type=click.File("r", encoding="utf-8"), required=False)
def layout(branch: str, name: str, file: IO[str] | None) -> None:
    """Print what stands on the screen NAME of BRANCH; with FILE (- for standard input), arrange it so first.

    What FILE leaves out is as usual. A running screen takes it over within seconds, and no other screen notices.
    """
    with plainly():
        screen_id = _screen_id(branch, name)
        if file is not None:
            devices.change_device(current_context(), branch, "display", screen_id, {"layout": _read(file)})
        _print(current_context().setup(branch).screen(screen_id).layout.json())


def _read(file: IO[str]) -> Any:
    try:
        return json.load(file)
    except ValueError as error:
        raise click.ClickException(f"{file.name} is not well-formed JSON: {error}") from error


@screen_group.command("pair")
@branch_argument
@click.argument("code")
@click.option(
    "--name", required=True, help="Of the device; where there is one with this name, the new machine takes its place."
)
@click.option("--kiosk", is_flag=True, help="The code stands on a kiosk.")
def pair(branch: str, code: str, name: str, kiosk: bool) -> None:
    """Let the device that shows CODE into BRANCH."""
    with plainly():
        setup = current_context().setup(branch)
        known = {device.name: device.id for device in (setup.kiosks if kiosk else setup.screens)}
        place = {"kiosk_id" if kiosk else "screen_id": known.get(name)}
        paired = pairing.pair(current_context(), branch, pairing.Wish(code, name, **place))
    click.echo(f"{paired.name} is paired.")


@screen_group.command("revoke")
@branch_argument
@name_argument
def revoke(branch: str, name: str) -> None:
    """Let the machine that is the screen NAME in no longer; its line is cut within seconds."""
    with plainly():
        revoked = devices.revoke_device(current_context(), branch, "display", _screen_id(branch, name))
    click.echo(f"{revoked} revoked")
