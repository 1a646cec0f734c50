"""The workers that a web process starts beside itself: `python -m queue_app.workers print-worker --line N`.

The same commands as `flask print-worker` and its like, in an application without doors: no page, no socket, no report that is not
asked for. A worker is there in a third of the time and takes half the memory, which a small computer in a lobby feels.
"""

from __future__ import annotations

import gc
import sys
from pkgutil import resolve_name

from flask import Flask

from queue_app.clock import SystemClock
from queue_app.config import Settings
from queue_app.logs import configure as configure_logs
from queue_app.operations.unit_of_work import Context
from queue_app.sealing import Sealer
from queue_app.store.session import Database
from queue_app.template_texts import let_templates_speak

COMMANDS = {
    "print-worker": "queue_app.print_cli:print_worker",
    "panel-worker": "queue_app.panel_cli:panel_worker",
    "report-worker": "queue_app.report_cli:report_worker",
}


def create_app() -> Flask:
    """Return an application with what the workers need; what they commit is told on by the web processes, which look for it."""
    settings = Settings.from_environment()
    configure_logs(settings.log_level, settings.log_format)
    app = Flask(__name__, static_folder=None)
    app.extensions |= {
        "queue_settings": settings,
        "queue_context": Context(Database(settings.url, settings.database_pool), SystemClock()),
        "queue_sealer": Sealer(settings.sealing_keys()),
    }
    let_templates_speak(app)  # reports are pages too
    return app


def main(name: str, *arguments: str) -> None:
    """Run a worker until it ends."""
    command = resolve_name(COMMANDS[name])
    with create_app().app_context():
        gc.freeze()  # as in a web process: what is there now stays
        command.main(arguments, prog_name=name)


if __name__ == "__main__":
    main(*sys.argv[1:])
