"""What a branch wants of its reports: who may see the figures of single clerks, and when somebody has to be told at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from queue_app.domain.reading import list_of, object_of, whole, word_of, wrong

MOST_ADDRESSES = 20
_OF_A_NAME = ".!#$%&'*+/=?^_`{|}~-"
SMALLEST_GROUP = 5


class ClerkFigures(StrEnum):
    """Who may see the figures of single clerks: managers, programs with the scope `reports`, each clerk their own."""

    MANAGERS = "managers"
    PROGRAMS = "programs"
    OWN = "own"


class Threshold(StrEnum):
    """What is watched. `service_level` is crossed from above, the others from below."""

    WAITING = "waiting"
    LONGEST_WAIT = "longest_wait"
    PREDICTED_WAIT = "predicted_wait"
    SERVICE_LEVEL = "service_level"
    NOBODY_SERVING = "nobody_serving"


LIMITS = {
    Threshold.WAITING: (1, 1000),
    Threshold.LONGEST_WAIT: (1, 600),
    Threshold.PREDICTED_WAIT: (1, 600),
    Threshold.SERVICE_LEVEL: (1, 100),
    Threshold.NOBODY_SERVING: (1, 600),
}
"""Least and most of each limit: people, minutes, minutes, percent, minutes."""


@dataclass(frozen=True)
class Alarm:
    """One threshold.

    Attributes:
        watches: what is watched.
        limit: people for `waiting`, minutes for the waits and for how long nobody serves anybody who waits, percent for
            `service_level`.
        minutes: how long it must be crossed before the alarm is raised.
    """

    watches: Threshold
    limit: int
    minutes: int = 2


@dataclass(frozen=True)
class ReportingRules:
    """What holds for the reports of a branch.

    Attributes:
        clerk_figures: who may see the figures of single clerks.
        smallest_group: groups of fewer people are not told apart by clerk, class or outcome.
        alarms: the thresholds, one of each at most.
        emails: who is told of an alarm by e-mail.
        webhooks: web addresses that are told of it.
    """

    clerk_figures: frozenset[ClerkFigures] = frozenset({ClerkFigures.MANAGERS, ClerkFigures.OWN})
    smallest_group: int = SMALLEST_GROUP
    alarms: tuple[Alarm, ...] = ()
    emails: tuple[str, ...] = ()
    webhooks: tuple[str, ...] = ()

    def as_data(self) -> dict[str, object]:
        """Return the rules as `check_reporting` reads them."""
        return {
            "clerk_figures": sorted(str(each) for each in self.clerk_figures),
            "smallest_group": self.smallest_group,
            "alarms": [
                {"watches": str(alarm.watches), "limit": alarm.limit, "minutes": alarm.minutes} for alarm in self.alarms
            ],
            "emails": list(self.emails),
            "webhooks": list(self.webhooks),
        }


def check_reporting(data: object) -> ReportingRules:
    """Read what a branch wants of its reports; everything may be left out.

    Raises:
        QueueError: `invalid_value` with `field` and `problem`, for the first mistake found.
    """
    told = object_of(data, "", set(ReportingRules.__dataclass_fields__))
    usual = ReportingRules()
    figures = told.get("clerk_figures")
    return ReportingRules(
        clerk_figures=usual.clerk_figures
        if figures is None
        else frozenset(
            word_of(each, f"clerk_figures[{place}]", ClerkFigures)
            for place, each in enumerate(list_of(figures, "clerk_figures"))
        ),
        smallest_group=whole(told.get("smallest_group", SMALLEST_GROUP), "smallest_group", 2, 50),
        alarms=_alarms(told.get("alarms", [])),
        emails=tuple(_addresses(told.get("emails", []), "emails", check_email)),
        webhooks=tuple(_addresses(told.get("webhooks", []), "webhooks", check_web_address)),
    )


def _alarms(value: object) -> tuple[Alarm, ...]:
    found: list[Alarm] = []
    for place, entry in enumerate(list_of(value, "alarms")):
        told = object_of(entry, f"alarms[{place}]", {"watches", "limit", "minutes"})
        watches = word_of(told.get("watches"), f"alarms[{place}].watches", Threshold)
        if any(alarm.watches == watches for alarm in found):
            raise wrong(f"alarms[{place}].watches", "stands in the list already")
        limit = whole(told.get("limit"), f"alarms[{place}].limit", *LIMITS[watches])
        found.append(Alarm(watches, limit, whole(told.get("minutes", 2), f"alarms[{place}].minutes", 0, 120)))
    return tuple(found)


def _addresses(value: object, place: str, check: Callable[[object, str], str]) -> list[str]:
    entries = list_of(value, place)
    if len(entries) > MOST_ADDRESSES:
        raise wrong(place, "at most %(most)d are possible", most=MOST_ADDRESSES)
    return [check(entry, f"{place}[{index}]") for index, entry in enumerate(entries)]


def check_email(value: object, place: str) -> str:
    """Return `value` as an e-mail address."""
    # Only what could be more than one address, or break out of a header, is refused; whether there is such a box, its server
    # says.
    text = value.strip() if isinstance(value, str) else ""
    local, _, host = text.rpartition("@")
    plain = all(each.isalnum() or each in _OF_A_NAME for each in local)
    dotted = "." in host.strip(".") and all(each.isalnum() or each in ".-" for each in host)
    if not local or not plain or not dotted or len(text) > 254:
        raise wrong(place, "an e-mail address is needed")
    return text


def check_web_address(value: object, place: str) -> str:
    """Return `value` as a web address."""
    text = value.strip() if isinstance(value, str) else ""
    parts = urlsplit(text) if len(text) <= 500 and text.isprintable() else urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
        raise wrong(place, "a web address is needed, which begins with https:// or http://")
    return text
