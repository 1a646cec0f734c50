"""What a refusal must leave as it is: everything in the database."""

from __future__ import annotations

import sqlite3
from pathlib import Path

PASSING = frozenset({"user_session"})
"""Tables in which reading alone may leave a trace: when somebody was here last."""


class WholeState:
    """Everything that an SQLite database holds; a look costs nothing as long as nobody has committed anything."""

    def __init__(self, path: Path) -> None:
        """Look at the database in this file."""
        self._line = sqlite3.connect(path, timeout=10)
        self._version = -1
        self._rows: dict[str, list[tuple[object, ...]]] = {}

    def close(self) -> None:
        """Look no more."""
        self._line.close()

    def rows(self) -> dict[str, list[tuple[object, ...]]]:
        """Return all rows of all tables, as they are now."""
        (version,) = self._line.execute("PRAGMA data_version").fetchone()
        if version != self._version:
            names = [row[0] for row in self._line.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            self._rows = {
                name: sorted(self._line.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr)
                for name in names
                if name not in PASSING
            }
            self._version = version
        return self._rows
