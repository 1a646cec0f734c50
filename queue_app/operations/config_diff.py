"""Says in what two configuration documents differ, value by value."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from queue_app.operations.config_export import SECTIONS

KEYS = {
    "services": "slug",
    "profiles": "name",
    "counters": "name",
    "printers": "name",
    "kiosks": "name",
    "screens": "name",
    "panels": "name",
    "people": "username",
}
"""By what the entries of a section are known, wherever they stand in it."""


@dataclass(frozen=True)
class Change:
    """One value that differs: where (`services/passports/letter`), and how it was before and is after; None where it is not."""

    path: str
    before: Any
    after: Any

    def as_data(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {"path": self.path, "before": self.before, "after": self.after}


def changes_of(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> tuple[Change, ...]:
    """Return in what `after` differs from `before`, section by section; None stands for a branch that is not there yet."""
    found: list[Change] = []
    for section in SECTIONS:
        old = None if before is None else before[section]
        if section in KEYS:
            found += _entries(section, old or [], after[section])
        elif before is None:
            found.append(Change(section, None, _shown(section, after[section])))
        else:
            found += _values(section, old, after[section])
    return tuple(found)


def _entries(section: str, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> Iterator[Change]:
    key = KEYS[section]
    old, new = ({each[key]: each for each in entries} for entries in (before, after))
    for name in [*old, *(name for name in new if name not in old)]:
        if name not in new:
            yield Change(f"{section}/{name}", old[name], None)
        elif name not in old:
            yield Change(f"{section}/{name}", None, new[name])
        else:
            yield from _values(f"{section}/{name}", old[name], new[name])
    stayed = [name for name in old if name in new]
    if stayed != [name for name in new if name in old]:
        yield Change(f"{section}/order", stayed, [name for name in new if name in old])


def _values(path: str, before: Any, after: Any) -> Iterator[Change]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*before, *(key for key in after if key not in before)]:
            yield from _values(f"{path}/{key}", before.get(key), after.get(key))
    elif before != after or isinstance(before, bool) != isinstance(after, bool):
        yield Change(path, _shown(path, before), _shown(path, after))


def _shown(path: str, value: Any) -> Any:
    """Return a value as people are told it: of a picture its size and a short sum, not the whole."""
    if path == "branding" and isinstance(value, dict):
        return {**value, "logo": _shown("branding/logo", value["logo"])}
    if path != "branding/logo" or value is None:
        return value
    data = base64.b64decode(value)
    return f"PNG, {len(data)} bytes, {hashlib.sha256(data).hexdigest()[:12]}"
