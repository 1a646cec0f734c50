"""What a command works on."""

from __future__ import annotations

from flask import current_app

from queue_app.operations.unit_of_work import Context


def current_context() -> Context:
    """Return the database and the clock of the application that the command was given to."""
    found: Context = current_app.extensions["queue_context"]
    return found
