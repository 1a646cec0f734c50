"""The service menu as the kiosk's page draws it: one list of buttons for the start and one for each group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from queue_app.domain.branch import BranchSetup, ServiceSetup

MANY = 6
"""With more buttons than this they stand in two columns."""


@dataclass(frozen=True)
class Choice:
    """One button: a service, or a group with the number of the list that it opens and the services below it."""

    service: ServiceSetup | None = None
    opens: int | None = None
    name: Mapping[str, str] = field(default_factory=dict)
    slugs: tuple[str, ...] = ()


@dataclass
class Level:
    """One list of buttons; `above` is the number of the list that leads to it."""

    name: Mapping[str, str]
    above: int | None
    choices: list[Choice] = field(default_factory=list)

    @property
    def many(self) -> bool:
        """Whether the buttons need two columns."""
        return len(self.choices) > MANY


def levels(setup: BranchSetup, menu: Sequence[Mapping[str, Any]]) -> list[Level]:
    """Return the lists of buttons, that of the start first.

    Args:
        setup: the branch.
        menu: what `menu_tree` returns.
    """
    found: list[Level] = []
    _add(found, setup, menu, {}, None)
    return found


def _add(
    found: list[Level],
    setup: BranchSetup,
    items: Sequence[Mapping[str, Any]],
    name: Mapping[str, str],
    above: int | None,
) -> tuple[str, ...]:
    """Add the list of `items` and those below it; return the services in them all."""
    level, number = Level(name, above), len(found)
    found.append(level)
    slugs: list[str] = []
    for item in items:
        if "service" in item:
            level.choices.append(Choice(service=setup.service(item["service"])))
            slugs.append(item["service"])
        else:
            opens = len(found)
            inner = _add(found, setup, item["items"], item["name"], number)
            level.choices.append(Choice(opens=opens, name=item["name"], slugs=inner))
            slugs.extend(inner)
    return tuple(slugs)
