"""The orderly end of open sockets: not all at once, so that a lobby's screens do not all come back in the same moment."""

from __future__ import annotations

import contextlib
import random
import socket
from typing import Any

EACH_SECONDS = 0.004
LONGEST_SECONDS = 2.0
FAREWELL_SECONDS = 0.3
"""How long clients have to read that the server closes before their sockets are shut."""


def open_sockets(application: Any) -> list[Any]:
    """Return the open sockets of a worker's application, in no order."""
    found = list(application.extensions["socketio"].server.eio.sockets.values())
    random.shuffle(found)
    return found


def pause_between(number: int) -> float:
    """Return the seconds between two of so many farewells."""
    return min(EACH_SECONDS, LONGEST_SECONDS / max(1, number))


def shut(engine_socket: Any) -> None:
    """Shut the line of a socket that was told: who waits in it for the next word is let go."""
    websocket = getattr(engine_socket, "websocket", None)
    # Where eventlet runs underneath it holds the socket itself, with threads another object that does.
    line = getattr(websocket, "socket", None) or getattr(getattr(websocket, "ws", None), "sock", None)
    if line is not None:
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
