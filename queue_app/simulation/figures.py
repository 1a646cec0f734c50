"""What the record of a simulated day says: waits by service and by rule, and how busy the counters were."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from queue_app.domain.branch import BranchSetup
from queue_app.domain.kpi import seconds_between, service_level
from queue_app.domain.tickets import State
from queue_app.replay.tables import ALL, Waits
from queue_app.simulation.demand import Demand
from queue_app.simulation.office import Office
from queue_app.store.models import CounterSession, Leg
from queue_app.store.session import Database


@dataclass(frozen=True)
class Figures:
    """Visitors of one kind.

    Attributes:
        name: a service's name, a rule's word, or `all`.
        came: who took a number; of a rule: who was called by it.
        served, no_shows, left_waiting: how it ended; the last wait when the day closes.
        waits: of those served, from the number to the first call, in seconds.
        worst: the longest of them.
        level: `service_level` of docs/kpi.md, 0 to 1; None where nobody counts.
    """

    name: str
    came: int
    served: int
    no_shows: int
    left_waiting: int
    waits: Waits
    worst: float | None
    level: float | None


@dataclass(frozen=True)
class DeskFigures:
    """One counter: its name, what its profile is called, how many it served, and how long it was open and busy."""

    name: str
    profile: str
    served: int
    open_seconds: float
    busy_seconds: float


@dataclass(frozen=True)
class Outcome:
    """A whole simulated day of one office."""

    name: str
    total: Figures
    services: Sequence[Figures]
    rules: Sequence[Figures]
    desks: Sequence[DeskFigures]

    @property
    def occupied(self) -> float:
        """Return the share of the counters' open time in which somebody was at them."""
        opened = sum(desk.open_seconds for desk in self.desks)
        return sum(desk.busy_seconds for desk in self.desks) / opened if opened else 0.0


@dataclass(frozen=True)
class _Stay:
    """One visitor's stay: the place of the service, the promised and the real wait in seconds."""

    service: int
    state: str
    rule: str | None
    target: float
    wait: float
    busy: float
    counter_id: int | None


def read_outcome(
    database: Database,
    setup: BranchSetup,
    demand: Demand,
    office: Office,
    counter_ids: Sequence[int],
    target_minutes: int | None = None,
) -> Outcome:
    """Read what became of everybody.

    Args:
        database, setup, counter_ids: the simulated branch.
        demand, office: what it was made from.
        target_minutes: what counts as in time; what each service promises where None.
    """
    stays = _stays(database, setup, demand, target_minutes)
    services = [
        _figures(each.name, [stay for stay in stays if stay.service == place])
        for place, each in enumerate(demand.services)
    ]
    words = sorted({stay.rule for stay in stays if stay.rule is not None})
    rules = [_figures(word, [stay for stay in stays if stay.rule == word]) for word in words]
    opened = _open_seconds(database, setup)
    desks = []
    for counter_id, desk in zip(counter_ids, office.desks, strict=True):
        own = [stay for stay in stays if stay.counter_id == counter_id]
        served = sum(stay.state == State.FINISHED for stay in own)
        busy = sum(stay.busy for stay in own)
        desks.append(DeskFigures(desk.name, desk.profile.name, served, opened.get(counter_id, 0.0), busy))
    return Outcome(office.name, _figures(ALL, stays), services, rules, desks)


def _figures(name: str, stays: Sequence[_Stay]) -> Figures:
    served = [stay for stay in stays if stay.state == State.FINISHED]
    gone = [stay for stay in stays if stay.state == State.NO_SHOW]
    waiting = [stay for stay in stays if stay.state == State.WAITING]
    # Services promise different waits: what counts is by how much each was missed.
    level = service_level(_beyond(served), _beyond(gone), _beyond(waiting), 0.0)
    waits = [stay.wait for stay in served]
    return Figures(
        name, len(stays), len(served), len(gone), len(waiting), Waits.of(waits), max(waits, default=None), level
    )


def _beyond(stays: Iterable[_Stay]) -> list[float]:
    return [stay.wait - stay.target for stay in stays]


def _stays(database: Database, setup: BranchSetup, demand: Demand, target_minutes: int | None) -> list[_Stay]:
    place_of = {setup.service(each.slug).id: place for place, each in enumerate(demand.services)}
    targets = [(target_minutes or each.target_minutes) * 60.0 for each in demand.services]
    statement = (
        select(Leg.service_id, Leg.state, Leg.rule, Leg.counter_id, Leg.enqueued_at, Leg.first_called_at, Leg.ended_at)
        .where(Leg.branch_id == setup.id)
        .order_by(Leg.id)
    )
    with database.reading() as connection:
        rows = connection.execute(statement).all()
    return [_stay(row, place_of[row.service_id], targets, demand.closes) for row in rows]


def _stay(row: Any, place: int, targets: Sequence[float], closes: datetime) -> _Stay:
    wait = seconds_between(row.enqueued_at, row.first_called_at or closes) or 0.0
    busy = seconds_between(row.first_called_at, row.ended_at) or 0.0
    return _Stay(place, row.state, row.rule, targets[place], wait, busy, row.counter_id)


def _open_seconds(database: Database, setup: BranchSetup) -> dict[int, float]:
    statement = select(CounterSession.counter_id, CounterSession.opened_at, CounterSession.closed_at).where(
        CounterSession.branch_id == setup.id
    )
    found: dict[int, float] = {}
    with database.reading() as connection:
        for row in connection.execute(statement):
            span = seconds_between(row.opened_at, row.closed_at) or 0.0
            found[row.counter_id] = found.get(row.counter_id, 0.0) + span
    return found
