"""What a visitor can choose: the services in groups and sub-groups, and in which part of the year each one is there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from queue_app.domain.calendar import day_of
from queue_app.domain.opening_hours import WEEKDAYS
from queue_app.domain.reading import list_of, object_of, texts_of, wrong

DEEPEST = 3
MOST_GROUPS = 100
LONGEST_NAME = 80

Texts = Mapping[str, str]


@dataclass(frozen=True)
class Group:
    """A button that opens a list of its own."""

    name: Texts
    items: tuple[MenuItem, ...]


MenuItem = str | Group
"""The slug of a service, or a group of them."""


@dataclass(frozen=True)
class Season:
    """When a service is there; both ends included.

    Attributes:
        first, last: a day, or (month, day) of every year; None where that end is open.
        weekdays: of `WEEKDAYS`; None for all.
    """

    first: date | tuple[int, int] | None = None
    last: date | tuple[int, int] | None = None
    weekdays: frozenset[str] | None = None


def in_season(season: Season, day: date) -> bool:
    """Say whether `day` lies in the part of the year, whatever its weekday; one may run over the turn of the year."""
    today = (day.month, day.day)
    first, last = season.first, season.last
    if isinstance(first, tuple) and isinstance(last, tuple) and first > last:
        return today >= first or today <= last
    begun = first is None or (today >= first if isinstance(first, tuple) else day >= first)
    return begun and (last is None or (today <= last if isinstance(last, tuple) else day <= last))


def on_weekday(season: Season, day: date) -> bool:
    """Say whether `day` is one of the season's weekdays."""
    return season.weekdays is None or WEEKDAYS[day.weekday()] in season.weekdays


def check_season(data: object) -> Season | None:
    """Read when a service is there; None where it always is.

    `{"from": "2026-03-01", "to": "2026-10-31", "weekdays": ["mon", "tue"]}`; `"03-01"` is that day of every year.

    Raises:
        QueueError: `invalid_value` with `field` and `problem`, for the first mistake found.
    """
    if data is None:
        return None
    told = object_of(data, "", {"from", "to", "weekdays"})
    first, last = _end(told.get("from"), "from"), _end(told.get("to"), "to")
    if first is not None and last is not None:
        if isinstance(first, date) != isinstance(last, date):
            raise wrong("to", "both ends are needed with the year, or both without")
        if isinstance(first, date) and isinstance(last, date) and last < first:
            raise wrong("to", "lies before the first day")
    weekdays = _weekdays(told.get("weekdays"))
    return None if first is None and last is None and weekdays is None else Season(first, last, weekdays)


def _end(value: object, place: str) -> date | tuple[int, int] | None:
    if value is None:
        return None
    if isinstance(value, str) and len(value) == 5:
        # 2024 is a leap year: the 29th of February is a day that a season may begin on.
        day = day_of(f"2024-{value}", place)
        return day.month, day.day
    return day_of(value, place)


def _weekdays(value: object) -> frozenset[str] | None:
    if value is None:
        return None
    days = list_of(value, "weekdays")
    if not days or any(day not in WEEKDAYS for day in days):
        raise wrong("weekdays", "some of %(words)s are needed", words=", ".join(WEEKDAYS))
    return None if set(days) == set(WEEKDAYS) else frozenset(days)


def check_menu(data: object, slugs: Collection[str]) -> tuple[MenuItem, ...]:
    """Read a service menu: `[{"service": "passports"}, {"name": {"en": "Car"}, "items": [{"service": "driving"}]}]`.

    Args:
        data: what JSON held.
        slugs: of the branch's services.

    Raises:
        QueueError: `invalid_value` with `field` (`[1].items[0].service`) and `problem`, for the first mistake found: an
            unknown or repeated service, a group without a name or an item, groups more than three deep.
    """
    return _items(data, "", slugs, seen=set(), depth=1)


def _items(value: object, place: str, slugs: Collection[str], *, seen: set[str], depth: int) -> tuple[MenuItem, ...]:
    entries = list_of(value, place)
    if len(entries) > MOST_GROUPS + len(slugs):
        raise wrong(place, "at most %(most)d groups are possible", most=MOST_GROUPS)
    return tuple(
        _item(entry, f"{place}[{number}]", slugs, seen=seen, depth=depth) for number, entry in enumerate(entries)
    )


def _item(entry: object, place: str, slugs: Collection[str], *, seen: set[str], depth: int) -> MenuItem:
    if isinstance(entry, dict) and "service" in entry:
        slug = object_of(entry, place, {"service"})["service"]
        if not isinstance(slug, str) or slug not in slugs:
            raise wrong(f"{place}.service", "the branch has no service %(service)s", service=repr(str(slug)[:40]))
        if slug in seen:
            raise wrong(f"{place}.service", "the service stands in the menu already")
        seen.add(slug)
        return slug
    told = object_of(entry, place, {"name", "items"})
    if depth > DEEPEST:
        raise wrong(place, "groups can be %(most)d deep at most", most=DEEPEST)
    items = _items(told.get("items"), f"{place}.items", slugs, seen=seen, depth=depth + 1)
    if not items:
        raise wrong(f"{place}.items", "at least one service or group is needed")
    name = texts_of(told.get("name"), f"{place}.name", LONGEST_NAME)
    if not name:
        raise wrong(f"{place}.name", "a name in one language at least is needed")
    return Group(name, items)


def menu_tree(menu: Sequence[Any], slugs: Sequence[str]) -> list[dict[str, Any]]:
    """Return a stored menu as a kiosk needs it: what no longer exists left out, what it does not name at its end.

    A service that was retired after the menu was written leaves it without anybody having to touch the menu, and so does a
    group that has nothing left in it.

    Args:
        menu: as `check_menu` reads it.
        slugs: of the services there are, in their order.
    """
    tree = list(_living(menu, frozenset(slugs)))
    named = set(_named(tree))
    return [*tree, *({"service": slug} for slug in slugs if slug not in named)]


def _living(items: Sequence[Any], slugs: frozenset[str]) -> Iterator[dict[str, Any]]:
    for item in items:
        if "service" in item:
            if item["service"] in slugs:
                yield {"service": item["service"]}
        elif inner := list(_living(item["items"], slugs)):
            yield {"name": dict(item["name"]), "items": inner}


def _named(tree: Sequence[Any]) -> Iterator[str]:
    for item in tree:
        if "service" in item:
            yield item["service"]
        else:
            yield from _named(item["items"])
