"""What a branch wants of its desks: no-shows, recalls, outcomes, wrap-ups, calls by themselves; and who sits where."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from queue_app.clock import SimulatedClock
from queue_app.operations import counters, rules_setup, serve
from queue_app.operations.close_day import close_day
from queue_app.operations.desk_actions import serve_without_ticket
from queue_app.store import queries as q
from queue_app.store.models import CounterSession, TicketEvent, User, UserRole
from tests.factories import Brno
from tests.operations.line import all_faults, snapshot
from tests.operations.test_take_and_serve import refused
from tests.operations.test_undo import here

OUTCOMES = [{"code": "resolved", "name": {"en": "Resolved"}}, {"code": "sent_home", "name": {"en": "Sent home"}}]


def wants(brno: Brno, **desk: Any) -> None:
    """Let the branch want this of its desks."""
    rules_setup.set_desk(brno.context, "brno", brno.actor("marta"), desk)


def state_of_leg(brno: Brno, ticket_id: int) -> str:
    """Return the state of a ticket's last leg."""
    return str(brno.context.database.look((q.LAST_LEG_OF_TICKET, {"ticket_id": ticket_id}))[0][0].state)


def session_at(brno: Brno, index: int = 0) -> Any:
    """Return the open session at a counter, None where nobody sits."""
    found = brno.context.database.look((q.OPEN_SESSION, {"counter_id": brno.counters[index]}))[0]
    return found[0] if found else None


def test_a_no_show_only_after_so_many_calls_and_so_long_after_the_last(brno: Brno, clock: SimulatedClock) -> None:
    wants(brno, no_show_calls=2, no_show_seconds=30)
    brno.take()
    brno.open()
    brno.next()
    clock.advance(seconds=40)
    with refused("no_show_too_early") as caught:
        serve.no_show(*here(brno))
    assert caught.value.details == {"calls": 1, "needed_calls": 2, "seconds_left": 0}
    serve.recall(*here(brno))
    clock.advance(seconds=29, milliseconds=500)
    with refused("no_show_too_early") as caught:
        serve.no_show(*here(brno))
    assert caught.value.details == {"calls": 2, "needed_calls": 2, "seconds_left": 1}
    clock.advance(milliseconds=500)
    assert serve.no_show(*here(brno)).leg.state == "no_show"


def test_a_call_of_another_time_is_not_counted_for_the_no_show(brno: Brno) -> None:
    wants(brno, no_show_calls=2)
    brno.take()
    brno.open()
    brno.next()
    serve.recall(*here(brno))
    serve.return_to_queue(*here(brno))
    brno.next()
    with refused("no_show_too_early"):
        serve.no_show(*here(brno))


def test_one_recall_more_than_the_most_ends_as_a_no_show(brno: Brno) -> None:
    wants(brno, most_recalls=2)
    ticket = brno.take().ticket
    brno.open()
    brno.next()
    assert [serve.recall(*here(brno)).leg.state for _ in range(2)] == ["called", "called"]
    assert serve.recall(*here(brno), request_id="once more").leg.state == "no_show"
    assert serve.recall(*here(brno), request_id="once more").leg.state == state_of_leg(brno, ticket.id) == "no_show"
    with refused("no_ticket_at_counter"):
        serve.recall(*here(brno))


@pytest.mark.parametrize("how", ["finish", "next", "call", "without_ticket"])
def test_where_an_outcome_is_required_no_service_ends_without_a_known_one(brno: Brno, how: str) -> None:
    wants(brno, outcome_required=True)
    rules_setup.set_outcomes(brno.context, "brno", brno.actor("marta"), "ids", OUTCOMES)
    served, other = brno.take().ticket, brno.take("driving").ticket
    brno.open()
    brno.next()
    serve.start(*here(brno))
    end = {
        "finish": lambda outcome: serve.finish(*here(brno), outcome=outcome),
        "next": lambda outcome: brno.next(outcome=outcome),
        "call": lambda outcome: serve.call_ticket(
            brno.context, brno.counters[0], other.id, brno.alena, outcome=outcome
        ),
        "without_ticket": lambda outcome: serve_without_ticket(*here(brno), "cash", outcome=outcome),
    }[how]
    before = snapshot(brno.context)
    with refused("outcome_needed") as caught:
        end(None)
    assert caught.value.details == {"service": "ids", "outcomes": ["resolved", "sent_home"]}
    with refused("invalid_value"):
        end("unheard_of")
    assert snapshot(brno.context) == before
    end("sent_home")
    (leg,) = brno.context.database.look((q.LAST_LEG_OF_TICKET, {"ticket_id": served.id}))[0]
    assert (leg.state, leg.outcome) == ("finished", "sent_home")
    assert all_faults(brno.context) == []


def test_a_service_without_outcomes_asks_for_none(brno: Brno) -> None:
    wants(brno, outcome_required=True)
    brno.take()
    brno.open()
    brno.next()
    assert serve.finish(*here(brno)).leg.state == "finished"


def test_a_wrap_up_follows_the_service_and_ends_when_its_time_has_passed(brno: Brno, clock: SimulatedClock) -> None:
    wants(brno, wrap_up_seconds=60, auto_call=True)
    brno.take(), brno.take()
    brno.open()
    brno.next()
    serve.finish(*here(brno))
    assert session_at(brno).wrap_up_at == clock.now()
    assert serve.call_by_itself(brno.context, brno.counters[0]) is None
    clock.advance(seconds=59)
    assert counters.end_wrap_ups(brno.context, "brno") == []
    clock.advance(seconds=1)
    assert counters.end_wrap_ups(brno.context, "brno") == [brno.counters[0]]
    assert counters.end_wrap_ups(brno.context, "brno") == []
    called = serve.call_by_itself(brno.context, brno.counters[0])
    assert called is not None and called.ticket.label == "A002" and called.leg.user_id == brno.users["alena"]


def test_a_wrap_up_is_ended_by_the_next_call_and_may_be_left_out(brno: Brno) -> None:
    wants(brno, wrap_up_seconds=60)
    brno.take(), brno.take()
    brno.open()
    brno.next()
    serve.finish(*here(brno))
    assert brno.next().ticket.label == "A002" and session_at(brno).wrap_up_at is None
    serve.finish(*here(brno), wrap_up=False)
    assert session_at(brno).wrap_up_at is None
    assert counters.begin_wrap_up(*here(brno)).state == "wrap_up"
    assert counters.resume_counter(*here(brno)).state == "open" and session_at(brno).wrap_up_at is None


def test_finishing_in_a_pause_begins_no_wrap_up_whose_end_would_end_the_pause(
    brno: Brno, clock: SimulatedClock
) -> None:
    wants(brno, wrap_up_seconds=10)
    brno.take(), brno.take()
    brno.open()
    brno.next()
    counters.pause_counter(*here(brno), "lunch")
    serve.finish(*here(brno))
    clock.advance(minutes=1)
    assert counters.end_wrap_ups(brno.context, "brno") == []
    assert session_at(brno).paused_at is not None
    with refused("counter_paused"):
        brno.next()


def test_nobody_is_called_by_itself_where_that_is_not_wanted_or_the_counter_is_not_free(brno: Brno) -> None:
    brno.take(), brno.take()
    brno.open()
    assert serve.call_by_itself(brno.context, brno.counters[0]) is None
    wants(brno, auto_call=True)
    assert serve.call_by_itself(brno.context, brno.counters[1]) is None
    called = serve.call_by_itself(brno.context, brno.counters[0])
    assert called is not None and called.ticket.label == "A001"
    serve.finish(*here(brno))
    counters.pause_counter(*here(brno))
    assert serve.call_by_itself(brno.context, brno.counters[0]) is None
    counters.resume_counter(*here(brno))
    assert serve.call_by_itself(brno.context, brno.counters[0]) is not None
    serve.finish(*here(brno))
    assert serve.call_by_itself(brno.context, brno.counters[0]) is None  # nobody waits


def test_a_session_that_only_the_days_end_closed_is_marked(brno: Brno, clock: SimulatedClock) -> None:
    brno.open(0), brno.open(1)
    counters.pause_counter(*here(brno))
    counters.close_counter(brno.context, brno.counters[1], brno.bohdan)
    brno.take()
    close_day(brno.context, "brno")
    with brno.context.database.reading() as connection:
        ends = {
            row.counter_id: row.end_reason
            for row in connection.execute(select(CounterSession.counter_id, CounterSession.end_reason))
        }
    assert ends == {brno.counters[0]: "day_closed", brno.counters[1]: "closed"}


def test_a_take_over_keeps_the_ticket_and_the_other_clerk_is_out(brno: Brno) -> None:
    brno.take(), brno.take()
    brno.open()
    brno.next()
    marta = brno.actor("marta")
    with refused("counter_taken"):
        counters.open_counter(brno.context, brno.counters[0], marta)
    with refused("not_allowed"):
        counters.open_counter(brno.context, brno.counters[0], brno.bohdan, take_over=True)
    assert counters.open_counter(brno.context, brno.counters[0], marta, take_over=True).clerk == "Marta"
    with refused("not_your_counter"):
        serve.start(*here(brno))
    assert serve.start(brno.context, brno.counters[0], marta).ticket.label == "A001"
    assert brno.open(1, brno.alena) == brno.counters[1]
    with brno.context.database.reading() as connection:
        reasons = connection.scalars(select(TicketEvent.reason).where(TicketEvent.kind == "counter_closed"))
        assert list(reasons) == ["taken_over"]
    assert all_faults(brno.context) == []


def test_who_takes_over_must_not_sit_elsewhere(brno: Brno) -> None:
    marta = brno.actor("marta")
    brno.open(0)
    counters.open_counter(brno.context, brno.counters[1], marta)
    with refused("already_at_counter"):
        counters.open_counter(brno.context, brno.counters[0], marta, take_over=True)
    assert session_at(brno).actor_name == "Alena"


def test_a_clerks_own_profile_goes_before_the_counters_and_their_languages_count(brno: Brno) -> None:
    marta = brno.actor("marta")
    for name, service in (("only cash", "cash"), ("only driving", "driving")):
        rules_setup.set_profile(brno.context, "brno", marta, name, {"services": [service]})
    profiles = {each.name: each.id for each in brno.context.setup("brno").profiles}
    with brno.context.database.writing() as connection:
        own = {"profile_id": profiles["only cash"]}
        connection.execute(update(UserRole).where(UserRole.user_id == brno.users["alena"]).values(own))
        connection.execute(update(User).where(User.id == brno.users["alena"]).values(languages=["pl", "cs"]))
    for service in ("ids", "driving", "cash"):
        brno.take(service)
    brno.take("cash", wanted_language="pl")
    brno.open(0)
    first = brno.next()
    assert (first.ticket.label, first.rule) == ("C002", "own_language")
    assert brno.next().ticket.label == "C001"
    with refused("nobody_waiting"):
        brno.next()
    serve.finish(*here(brno))
    counters.close_counter(*here(brno))
    counters.open_counter(*here(brno), "only driving")
    assert brno.next().ticket.label == "B001"
