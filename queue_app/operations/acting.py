"""Who acts now: what a change of the set-up is written down with where nobody else says it."""

from __future__ import annotations

from contextvars import ContextVar

from queue_app.operations.unit_of_work import Actor

CONSOLE = Actor("console", "console", supervises=True)
"""Who changes things at the server's command line."""

_acting: ContextVar[Actor] = ContextVar("acting", default=CONSOLE)


def acting() -> Actor:
    """Return who acts in this thread: whom a door has recognised, else whoever sits at the command line."""
    return _acting.get()


def act_as(actor: Actor) -> None:
    """Let what is done in this thread from now on be done by `actor`."""
    _acting.set(actor)
