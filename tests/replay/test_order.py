"""The recorded days again, through the operations: with first come, first served everybody is called in the recorded order."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from made_days import LARGE, MIDDLE, SMALL

from queue_app.clock import SimulatedClock
from queue_app.operations import counters, serve
from queue_app.operations.forecasting import Forecasts
from queue_app.operations.take_ticket import TakeTicket, take_ticket
from queue_app.operations.unit_of_work import Actor, Context
from queue_app.operations.verify import differences
from queue_app.replay.day import Day, RecordedTicket, overtaken, read_day, unique_slugs
from queue_app.replay.office import create_office
from queue_app.store.session import Database


def steps_of(day: Day) -> list[tuple[datetime, int, RecordedTicket]]:
    """Return what happened, in its order: in one second numbers are taken (0) before anybody is called (1)."""
    taken = [(ticket.issued_at, 0, ticket) for ticket in day.tickets]
    called = [(ticket.called_at, 1, ticket) for ticket in day.tickets if ticket.called_at is not None]
    # Of two steps in the same second the order in which the numbers were issued decides: Python's sort is stable.
    return sorted([*taken, *called], key=lambda step: step[:2])


@pytest.mark.parametrize("path", [SMALL, MIDDLE, LARGE], ids=lambda path: path.stem)
def test_a_recorded_day_is_called_in_the_recorded_order(database: Database, path: Path) -> None:
    # Compared is, for each service by itself, who is called at each recorded moment of a call of that service. The recorded
    # office calls first come, first served within each service (`overtaken` finds nobody), not across services: which
    # service is called when, is taken from the recording, since its counters' profiles were not recorded.
    day = read_day(path)
    assert overtaken(day) is None
    if not database.is_sqlite and path is LARGE:
        day = Day(day.office, day.date, day.services, day.tickets[:300])
    clock = SimulatedClock(day.at(6))
    context = Context(database, clock)
    create_office(
        context, "office", [day], {service.service_id: 1 for service in day.services}, clock.now(), recorded=True
    )
    slugs = unique_slugs(day.services)
    desks = dict(zip((service.service_id for service in day.services), context.setup("office").counters, strict=True))
    clerks = {own: Actor(f"token:{desk.id}", desk.name) for own, desk in desks.items()}
    for own, desk in desks.items():
        counters.open_counter(context, desk.id, clerks[own])
    forecasts = Forecasts(context)
    recorded: list[tuple[str, int]] = []
    called: list[tuple[str, int]] = []
    taken: dict[int, RecordedTicket] = {}
    for moment, what, ticket in steps_of(day):
        clock.set(moment)
        own = ticket.service_id
        if what == 0:
            wish = TakeTicket(slugs[own], channel="api")
            taken[take_ticket(context, forecasts, "office", wish).ticket.id] = ticket
        else:
            served = serve.call_next(context, desks[own].id, clerks[own])
            assert served.rule == "first_come"
            recorded.append(ticket.key)
            called.append(taken[served.ticket.id].key)
    assert called == recorded
    assert len(called) == sum(ticket.called_at is not None for ticket in day.tickets)
    assert list(differences(context)) == []
