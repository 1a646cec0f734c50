"""What is known of the last backup of this machine."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

LAST = "last-backup.json"
"""File of the data folder that says when the last good backup was made."""


def last_backup(data_dir: Path) -> dict[str, Any] | None:
    """Return `{at, file, bytes, verified}` of the last good backup that was made here; `at` is when it was begun."""
    try:
        told = json.loads((data_dir / LAST).read_text("utf-8"))
        datetime.fromisoformat(told["at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return dict(told)


def last_backup_at(data_dir: Path) -> float | None:
    """Return when it was begun, in seconds since 1970; None where none is known."""
    told = last_backup(data_dir)
    return datetime.fromisoformat(told["at"]).timestamp() if told else None
