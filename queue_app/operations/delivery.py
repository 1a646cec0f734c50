"""How far a call has got: how many screens have shown and spoken it, of how many that should."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from queue_app.domain.branch import BranchSetup
from queue_app.domain.screen_health import SILENT, Lobby, Sounds, stored_shows, wanted
from queue_app.operations.unit_of_work import Context
from queue_app.store import screens as q

KEPT_SECONDS = 1.0
"""How long it is kept who listens: every screen of a lobby acknowledges every call, and each asks."""


class Lobbies:
    """Who listens in each branch: read from what the screens of all processes have said, and kept for a moment."""

    def __init__(self, context: Context) -> None:
        """Read by `context`."""
        self._context = context
        self._kept: dict[int, tuple[float, Lobby]] = {}

    def of(self, branch_id: int) -> Lobby:
        """Return how many live screens of each kind the branch has."""
        clock = self._context.clock
        read_at, found = self._kept.get(branch_id, (0.0, None))
        if found is None or clock.monotonic() - read_at >= KEPT_SECONDS:
            wish = {"branch_id": branch_id, "after": clock.now() - SILENT}
            rows = self._context.database.look((q.LIVE_SCREENS, wish))[0]
            found = Counter((row.screen_id, stored_shows(row.shows).sound != Sounds.OFF) for row in rows)
            self._kept[branch_id] = (clock.monotonic(), found)
        return found

    def forget(self, branch_id: int) -> None:
        """Read anew: a screen of this branch has come, gone or changed."""
        self._kept.pop(branch_id, None)

    def number(self, branch_id: int) -> int:
        """Return how many screens listen."""
        return sum(self.of(branch_id).values())


@dataclass(frozen=True)
class Delivery:
    """How far a call has got, in screens."""

    call_id: int
    shown: int
    spoken: int
    screens: int
    speakers: int


def delivery_of(
    context: Context, lobbies: Lobbies, setup: BranchSetup, call_id: int, *, service_id: int, counter_id: int | None
) -> Delivery:
    """Return how far a call has got.

    Args:
        context, lobbies: where to look.
        setup: the branch.
        call_id: the call.
        service_id, counter_id: what for, and where to: only screens whose zone has both are counted on.
    """
    (acks,) = context.database.look((q.ACKS, {"branch_id": setup.id, "call_id": call_id}))[0]
    service = setup.services_by_id.get(service_id)
    counter = setup.counters_by_id.get(counter_id) if counter_id is not None else None
    screens, speakers = wanted(
        lobbies.of(setup.id), setup.layouts, service.slug if service else "?", counter.name if counter else "?"
    )
    return Delivery(call_id, acks.shown, acks.spoken, screens, speakers)
