"""The command `flask print-worker`: the spooler in a process of its own."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from dataclasses import asdict

import click
from flask import current_app

from queue_app.cli_context import current_context
from queue_app.config import Settings
from queue_app.domain.printing import News
from queue_app.operations.spooler import Spooler
from queue_app.steps import end_when_asked


@click.command("print-worker")
@click.option("--line", type=int, hidden=True, help="Descriptor of the socket to the web process that started it.")
def print_worker(line: int | None) -> None:
    """Print what is queued, until stopped; for installations where the web process does not (QUEUE_SPOOLER=no)."""
    settings: Settings = current_app.extensions["queue_settings"]
    context = current_context()
    if line is None:
        alone = Spooler(context, settings.print_max_age, current_app.extensions["queue_printing_news"])
        end_when_asked(alone.stop)
        alone.run()
        return
    parent = socket.socket(fileno=line)
    telling = threading.Lock()

    def tell_parent(news: News) -> None:
        with telling:
            parent.sendall(json.dumps([type(news).__name__, asdict(news)]).encode() + b"\n")

    spooler = Spooler(context, settings.print_max_age, tell_parent)

    # The parent's event loop has made it a socket that does not wait; this process waits.
    parent.setblocking(True)

    def listen() -> None:
        with contextlib.suppress(OSError):
            while parent.recv(4096):
                spooler.notice()
        spooler.stop()

    threading.Thread(target=listen, daemon=True).start()
    spooler.run()
