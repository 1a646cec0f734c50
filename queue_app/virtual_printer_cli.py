"""The command `flask virtual-printer`: a network printer without hardware."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("virtual-printer")
@click.option("--port", default=9100, show_default=True, help="Port to listen on.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder for the slips.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--profile", default="generic-80", show_default=True, help="Printer model; it says how wide the paper is."
)
@click.option("--tell", "told", multiple=True, help='A command to begin with, such as "paper out"; may be repeated.')
def virtual_printer(port: int, out: Path, host: str, profile: str, told: tuple[str, ...]) -> None:
    """Be a network printer without hardware: each slip becomes a text, a picture and a line of log.jsonl.

    While it runs it obeys lines on its input: paper ok|low|out, cover open|closed, fault, slow N, jam, jam after N,
    die after N, refuse, hang, silent, garbage, flood, fine, status.
    """
    from printers.errors import PrinterError
    from printers.virtual import serve_forever

    try:
        serve_forever(port, out, host, profile, told)
    except (PrinterError, ValueError) as error:
        raise click.ClickException(str(error)) from error
