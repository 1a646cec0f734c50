"""A board as it might be in the branch's busy hour: what the layout editor's preview shows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from queue_app.domain.board import iso
from queue_app.domain.branch import BranchSetup
from queue_app.i18n import N_, text

NUMBERS = (17, 104, 16, 1208, 15, 103, 14, 13, 12)
NOTICE = N_("Here stands the notice that you write for the lobby.")


def sample_board(setup: BranchSetup, language: str, now: datetime) -> dict[str, Any]:
    """Return a board's snapshot with the branch's real services and counters; its first call was made a moment ago.

    Where there are enough counters, one is paused and one is closed.
    """
    names = [counter.name for counter in setup.counters] or ["1"]
    busy = names[:-2] if len(names) > 3 else names
    resting = dict(zip(names[len(busy) :], ("paused", "closed"), strict=True)) if len(names) > 3 else {}
    services = setup.services
    calls = [
        {
            "call_id": len(NUMBERS) - index,
            "label": f"{services[index % len(services)].series if services else 'A'}{number:03}",
            "counter": busy[index % len(busy)],
            "called_at": iso(now),
            "state": "called" if index < 2 else "serving" if index < len(busy) else "finished",
            "service": services[index % len(services)].slug if services else "",
            "language": setup.default_language,
        }
        for index, number in enumerate(NUMBERS)
    ]
    return {
        "branch": setup.slug,
        "revision": 1,
        "server_time": iso(now),
        "calls": calls,
        "waiting": {service.slug: _waiting(place) for place, service in enumerate(services)},
        "counters": [{"counter": name, "state": resting.get(name, "open")} for name in names],
        "notice": dict(setup.notice) or {language: text(language, NOTICE)},
    }


def sample_waits(setup: BranchSetup) -> list[dict[str, Any]]:
    """Return the services as the branch's view has them, with waits that fit the sample's board; the last one is closed."""
    last = len(setup.services) - 1
    return [
        {
            "id": service.slug,
            "state": "closed" if place == last > 0 else "open",
            "waiting": _waiting(place),
            "forecast": {"low_seconds": _waiting(place) * 100, "high_seconds": _waiting(place) * 150 + 60},
        }
        for place, service in enumerate(setup.services)
    ]


def _waiting(place: int) -> int:
    return 4 + 5 * place % 17
