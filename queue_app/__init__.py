"""A walk-in branch queue: numbers, calls, lobby screens, and the truth about waiting."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from queue_app.clock import Clock
    from queue_app.config import Settings


def create_app(settings: Settings | None = None, *, async_mode: str = "threading", clock: Clock | None = None) -> Flask:
    """Wire one application; see `queue_app.wiring`.

    It is imported here and not above: importing `queue_app.serving` must not draw in Flask before the process is patched.
    """
    # Nothing that an import makes is garbage; looking through it all again and again takes a quarter of the start.
    collects = gc.isenabled()
    gc.disable()
    try:
        from queue_app import wiring

        return wiring.create_app(settings, async_mode=async_mode, clock=clock)
    finally:
        if collects:
            gc.enable()
