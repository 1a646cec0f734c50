"""Undoing a transfer against calling the ticket that was sent on: exactly one wins; and proof that this test would notice."""

from __future__ import annotations

from collections import Counter

from queue_app.clock import SystemClock
from queue_app.domain.errors import QueueError
from queue_app.operations import serve
from queue_app.operations.forecasting import Forecasts
from queue_app.operations.unit_of_work import Context
from queue_app.store import queries as q
from tests.factories import Brno
from tests.faults.race import drop_the_indexes, violations
from tests.faults.undo_race import CLERKS, rivals, sit_down, transferred

ROUNDS = 30


def test_a_transferred_ticket_is_either_brought_back_or_called_and_by_one_only(
    brno: Brno, context: Context, database_url: str
) -> None:
    context = Context(context.database, SystemClock())
    forecasts = Forecasts(context)
    sit_down(context)
    won: Counter[str] = Counter()
    with rivals(database_url, sabotage=False) as once:
        for _ in range(ROUNDS):
            ticket_id = transferred(context, forecasts)
            results = once()
            if "won" in results["undo"]:
                assert results == {"undo": ["nothing_to_undo", "won"], "call": ["nobody_waiting", "nobody_waiting"]}
                won["undo"] += 1
            else:
                assert results == {"undo": ["undo_too_late", "undo_too_late"], "call": ["nobody_waiting", "won"]}
                won["call"] += 1
            (leg,) = context.database.look((q.LAST_LEG_OF_TICKET, {"ticket_id": ticket_id}))[0]
            assert (leg.state, leg.sequence) == ("called", 1 if "won" in results["undo"] else 2)
            desk = next(n for n, counter in enumerate(brno.counters) if counter == leg.counter_id)
            serve.no_show(context, leg.counter_id, CLERKS[desk])
    assert violations(context) == []
    # It was a race: neither is always the first.
    assert len(won) == 2, won


def test_the_undo_race_fails_when_the_guards_are_taken_out(brno: Brno, context: Context, database_url: str) -> None:
    drop_the_indexes(context.database)
    context = Context(context.database, SystemClock())
    forecasts = Forecasts(context)
    sit_down(context)
    with rivals(database_url, sabotage=True) as once:
        for _ in range(ROUNDS):
            try:
                transferred(context, forecasts)
            except QueueError:
                break  # what the round before left behind does not even let the next one begin
            results = once()
            if sorted([*results["undo"], *results["call"]]).count("won") != 1 or violations(context):
                break
            for counter, clerk in zip(brno.counters, CLERKS, strict=False):
                if context.database.look((q.LEG_AT_COUNTER, {"counter_id": counter}))[0]:
                    serve.no_show(context, counter, clerk)
        else:
            raise AssertionError("without its guards the race was still fair")
