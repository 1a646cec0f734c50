"""How many wait in each queue, kept in memory while that is certain."""

from __future__ import annotations

from collections.abc import Iterable


class Lines:
    """How many wait in each queue, kept in this process for as long as the branch's revision agrees.

    Counting a long queue for every new ticket would be most of the work of taking a number.
    """

    def __init__(self) -> None:
        """Know nothing yet."""
        self._known: dict[int, tuple[int, dict[tuple[int, int], int]]] = {}

    def at(self, branch_id: int, revision: int) -> dict[tuple[int, int], int] | None:
        """Return how many wait by service and rank at exactly this revision, None where that is not known."""
        known = self._known.get(branch_id)
        return known[1] if known is not None and known[0] == revision else None

    def learn(self, branch_id: int, revision: int, counts: dict[tuple[int, int], int]) -> None:
        """Take counts that were read from the database."""
        self._known[branch_id] = (revision, counts)

    def follow(self, branch_id: int, before: int, after: int, moves: Iterable[tuple[int, int, int]]) -> None:
        """Follow one committed operation from revision `before` to `after`; `moves` are service, rank and difference."""
        counts = self.at(branch_id, before)
        if counts is None:
            return
        counts = dict(counts)
        for service_id, rank, difference in moves:
            counts[service_id, rank] = counts.get((service_id, rank), 0) + difference
        self._known[branch_id] = (after, counts)
