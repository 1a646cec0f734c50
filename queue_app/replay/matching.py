"""Finds a recorded office's services and counters in what a branch already offers. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from queue_app.replay.day import DayError, RecordedService


@dataclass(frozen=True)
class Offered:
    """A service of an existing branch: its slug, its series letter, and its names in all languages."""

    slug: str
    letter: str
    names: frozenset[str]


@dataclass(frozen=True)
class Desk:
    """A counter of an existing branch, and the slugs of the services it takes."""

    counter_id: int
    services: frozenset[str]


def match_services(services: Sequence[RecordedService], offered: Sequence[Offered]) -> dict[str, str]:
    """Return the slug of the branch's service for each recorded service id: by name, else by letter.

    Raises:
        DayError: a service has no counterpart, or more than one, or shares it with another.
    """
    found: dict[str, str] = {}
    for service in services:
        same = [offer for offer in offered if service.name in offer.names]
        if len(same) != 1:
            same = [offer for offer in same or offered if offer.letter == service.letter]
        if len(same) != 1 or same[0].slug in found.values():
            raise DayError(
                f"the branch has no service of its own for {service.letter} {service.name} "
                f"(it offers {', '.join(offer.slug for offer in offered)})"
            )
        found[service.service_id] = same[0].slug
    return found


def match_counters(slugs: Mapping[str, str], desks: Iterable[Desk]) -> dict[str, list[int]]:
    """Return, for each recorded service id, the counters that take its service and no other.

    Raises:
        DayError: a service has no such counter.
    """
    by_slug: dict[str, list[int]] = {}
    for desk in desks:
        if len(desk.services) == 1:
            by_slug.setdefault(min(desk.services), []).append(desk.counter_id)
    for slug in slugs.values():
        if slug not in by_slug:
            raise DayError(f"the branch has no counter that is closed and takes only {slug}")
    return {service_id: by_slug[slug] for service_id, slug in slugs.items()}
