"""Says in a line whether a branch is open, for the visitor's page and the start page."""

from __future__ import annotations

from datetime import datetime

from queue_app import i18n
from queue_app.domain.branch import BranchSetup, pick
from queue_app.domain.branch_hours import Closed
from queue_app.i18n import N_, text

OPEN = N_("Open until %(time)s")
BREAK = N_("Break until %(time)s")
CLOSED_DAY = N_("Closed today: %(name)s")
OPENS_TODAY = N_("Closed. Opens today at %(time)s")
OPENS_LATER = N_("Closed. Opens again %(when)s")
CLOSED = N_("Closed")


def opening_words(language: str, setup: BranchSetup, now: datetime) -> str:
    """Return whether the branch is open at `now`, and until when, in `language`; nothing where it never closes."""
    found = setup.opening(now)
    if found.is_open:
        return text(language, OPEN, time=_time(language, setup, found.closes_at)) if found.closes_at else ""
    name = pick(found.name, language, setup.default_language)
    if name:
        return text(language, CLOSED_DAY, name=name)
    if found.opens_at is None:
        return text(language, CLOSED)
    if found.reason == Closed.BREAK:
        return text(language, BREAK, time=_time(language, setup, found.opens_at))
    if found.opens_at.astimezone(setup.zone).date() == now.astimezone(setup.zone).date():
        return text(language, OPENS_TODAY, time=_time(language, setup, found.opens_at))
    return text(language, OPENS_LATER, when=i18n.date_and_time(language, found.opens_at, setup.zone))


def _time(language: str, setup: BranchSetup, moment: datetime) -> str:
    return i18n.clock_time(language, moment, setup.zone)
