"""What runs underneath: the only package, with wsgi.py, that knows the async mode."""

from __future__ import annotations

import sys


def is_green() -> bool:
    """Say whether this process has been patched to run on eventlet's event loop."""
    if "eventlet" not in sys.modules:
        return False
    from eventlet.patcher import is_monkey_patched

    return bool(is_monkey_patched("socket"))


def async_mode() -> str:
    """Return the name of the async mode that this process runs in."""
    return "eventlet" if is_green() else "threading"
