"""The command `flask virtual-panel`: counter panels without hardware."""

from __future__ import annotations

from pathlib import Path

import click

from queue_app.panels.content import PROFILES


@click.command("virtual-panel")
@click.option("--port", default=4010, show_default=True, help="Port to listen on.")
@click.option(
    "--address", "addresses", multiple=True, type=click.IntRange(1, 99), help="Of a panel; may be repeated. [1]"
)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder for the pictures and the log.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--profile", type=click.Choice(list(PROFILES)), default="segments-4", show_default=True, help="Model.")
@click.option("--tell", "told", multiple=True, help='A command to begin with, such as "silent 2"; may be repeated.')
def virtual_panel(
    port: int, addresses: tuple[int, ...], out: Path, host: str, profile: str, told: tuple[str, ...]
) -> None:
    """Be panels without hardware: each is a picture, panel-01.png, and every frame a line of log.jsonl.

    While it runs it obeys lines on its input: silent, dead, refuse, garble, close, fine, each with a panel's address or for
    all; unplug and plug.
    """
    from queue_app.panels.virtual import VirtualPanels
    from queue_app.panels.virtual_door import serve_forever

    try:
        serve_forever(VirtualPanels(addresses or (1,), out, profile=profile), port, host, told)
    except (OSError, ValueError) as error:
        raise click.ClickException(str(error)) from error
