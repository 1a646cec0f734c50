"""Whether a service gives out a number now: one reading for what visitors are shown and for the number itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from queue_app.domain.branch_hours import Closed
from queue_app.domain.opening_hours import Opening

if TYPE_CHECKING:
    from queue_app.domain.branch import BranchSetup, ServiceSetup

QUOTA_REACHED = frozenset({Closed.QUOTA, Closed.NUMBERS})


@dataclass(frozen=True)
class Intake:
    """How a service stands towards whoever comes now.

    Attributes:
        reason: why there is no number; None where there is one.
        house_open: whether the branch is open.
        opens_at: when there are numbers again; None where nobody can tell.
        closes_at: when the service closes, where it is open.
        name: what the day is called that closes it, by language.
    """

    reason: Closed | None
    house_open: bool
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    name: Mapping[str, str] = field(default_factory=dict)

    @property
    def state(self) -> str:
        """How the contract calls it: `open`, `closed` or `quota_reached`."""
        if self.reason is None:
            return "open"
        return "quota_reached" if self.reason in QUOTA_REACHED else "closed"


def intake(
    setup: BranchSetup, service: ServiceSetup, now: datetime, *, taken: int, last: int | None, late: datetime | None
) -> Intake:
    """Say whether `service` gives out a number at `now`.

    Args:
        setup, service, now: of which, when.
        taken: how many numbers it has given today; read only where it has a quota.
        last: the last number of its series today, None for none; read only where its numbers have an end.
        late: when it closes, where whoever comes now would come too late (`BranchHours.too_late`).
    """
    house, own = setup.opening(now), setup.service_opening(service, now)
    if any(service.instead.values()):
        return Intake(Closed.INSTEAD, house.is_open)
    if not house.is_open:
        return _closed(house, own)
    if not service.intake_open:
        return Intake(Closed.INTAKE, True)
    if not own.is_open:
        return _closed(own, own, house_open=True)
    reason = _used_up(service, taken, last) or (Closed.TOO_LATE if late is not None else None)
    if reason is None:
        return Intake(None, True, closes_at=own.closes_at)
    return Intake(reason, True, setup.hours.opens_after_today(service, now), own.closes_at)


def _closed(why: Opening, own: Opening, *, house_open: bool = False) -> Intake:
    return Intake(Closed(why.reason), house_open, own.opens_at, name=why.name)


def _used_up(service: ServiceSetup, taken: int, last: int | None) -> Closed | None:
    if service.daily_quota is not None and taken >= service.daily_quota:
        return Closed.QUOTA
    if service.last_number is not None and last is not None and last >= service.last_number:
        return Closed.NUMBERS
    return None
