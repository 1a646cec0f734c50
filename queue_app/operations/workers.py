"""Names of workers, by which others know whether they still run."""

from __future__ import annotations

import os
import secrets
import socket
from pathlib import Path


def worker_name() -> str:
    """Return a name for this process that no other, earlier or later, has: host, process, its start, and a random part."""
    return f"{socket.gethostname()}:{os.getpid()}:{_started(os.getpid())}:{secrets.token_hex(4)}"


def is_gone(name: str) -> bool:
    """Say whether the worker of that name certainly runs no more: only a process of this machine can be seen to have ended."""
    host, _, rest = name.partition(":")
    pid, _, rest = rest.partition(":")
    started = rest.partition(":")[0]
    if host != socket.gethostname() or not pid.isdigit() or not started:
        return False
    return _started(int(pid)) != started


def _started(pid: int) -> str:
    """Return when a process started, in ticks since the machine did, or nothing where there is none or nobody can tell."""
    try:
        # The second field is the program's name in brackets, which may itself hold brackets and spaces.
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""
