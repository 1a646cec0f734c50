"""What a virtual printer can be told, a line at a time."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, Protocol

from printers.virtual_condition import Condition


class Obedient(Protocol):
    """A printer that can be told how to be."""

    condition: Condition

    def set(self, **changes: Any) -> None:
        """Change fields of its condition."""


COMMANDS: Mapping[str, str] = {
    "paper ok": "There is paper; what waits in the buffer comes out.",
    "paper low": "The roll ends soon.",
    "paper out": "No paper: a few kilobytes are taken in and wait.",
    "cover open": "The cover is open: nothing is printed.",
    "cover closed": "It is closed again.",
    "fault": "It reports a fault and prints nothing.",
    "slow N": "It takes N bytes a second.",
    "jam": "It stops reading, at once and in mid-slip.",
    "jam after N": "It stops reading each connection after N bytes.",
    "die after N": "It breaks each connection off after N bytes.",
    "refuse": "It refuses connections.",
    "hang": "It neither takes nor refuses connections.",
    "silent": "It answers no question.",
    "garbage": "It answers questions with nonsense.",
    "flood": "It answers a question without ever ending.",
    "fine": "Nothing is the matter any more.",
    "status": "It says how it is, as JSON.",
}
"""Every command with its meaning; N is a whole number."""

_CHANGES: Mapping[str, Callable[[int], dict[str, Any]]] = {
    "paper ok": lambda _: {"paper": "ok"},
    "paper low": lambda _: {"paper": "low"},
    "paper out": lambda _: {"paper": "out"},
    "cover open": lambda _: {"cover": "open"},
    "cover closed": lambda _: {"cover": "closed"},
    "fault": lambda _: {"fault": True},
    "slow N": lambda number: {"slow": max(number, 1)},
    "jam": lambda _: {"jam_after": 0},
    "jam after N": lambda number: {"jam_after": number},
    "die after N": lambda number: {"die_after": number},
    "refuse": lambda _: {"refusing": True},
    "hang": lambda _: {"hanging": True},
    "silent": lambda _: {"silent": True},
    "garbage": lambda _: {"garbage": True},
    "flood": lambda _: {"flood": True},
    "fine": lambda _: asdict(Condition()),
    "status": lambda _: {},
}


def obey(printer: Obedient, line: str) -> str:
    """Do what a line says and return what to say back: how the printer is now, as JSON of what differs from fine.

    Args:
        printer: that is told.
        line: one of `COMMANDS`.

    Raises:
        ValueError: it is none of them; the message lists them.
    """
    words = " ".join(line.lower().split())
    number = re.search(r"\d{1,9}$", words)
    command = re.sub(r"\d{1,9}$", "N", words)
    if command not in _CHANGES:
        raise ValueError(f"There is no command {words!r}. Known: {', '.join(COMMANDS)}.")
    if changes := _CHANGES[command](int(number[0]) if number else 0):
        printer.set(**changes)
    fine = asdict(Condition())
    return json.dumps({name: value for name, value in asdict(printer.condition).items() if value != fine[name]})
