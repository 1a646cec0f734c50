"""The judgement of what a replay saw, fed with made-up evidence."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from made_days import MadeTicket, day_of, faithful, made_tickets

from queue_app.replay.evidence import Evidence, Seen, judge, order_kept
from queue_app.replay.tables import replay_table

SPEED = 100.0
DAY = day_of(
    [
        MadeTicket(1, 1, 0, 60),
        MadeTicket(1, 2, 10, 120),
        MadeTicket(2, 1, 20, 20),
        MadeTicket(1, 3, 30, 180),
        MadeTicket(1, 4, 40, None),
    ]
)


@pytest.fixture
def evidence() -> Evidence:
    """What a faithful server shows."""
    return faithful(DAY, SPEED)


def told(evidence: Evidence) -> str:
    """Return the judgement as one text."""
    return "\n".join(judge(DAY, evidence, SPEED))


def test_faithful_day_is_judged_good(evidence: Evidence) -> None:
    assert told(evidence) == ""
    assert "BROKEN" not in replay_table(DAY, evidence, SPEED)


def test_ticket_without_a_number_is_lost(evidence: Evidence) -> None:
    del evidence.issues[4]
    assert "B 4 (service 1) was never given a number: lost" in told(evidence)


def test_number_given_twice_is_doubled(evidence: Evidence) -> None:
    evidence.issues[1] = replace(evidence.issues[1], label="1-001")
    assert "1-001 was given to more than one ticket: doubled" in told(evidence)


def test_ticket_called_twice_is_doubled_and_the_one_skipped_is_lost(evidence: Evidence) -> None:
    first, second = evidence.calls[0], evidence.calls[1]
    assert second.ticket.service_id == "1"
    evidence.calls[1] = replace(second, ticket_id=first.ticket_id, label=first.label)
    assert "1-001 was called more than once: doubled" in told(evidence)
    assert "1-002 was to be called and never was: lost" in told(evidence)


def test_calls_that_changed_places_are_out_of_order(evidence: Evidence) -> None:
    one, two = evidence.calls[0], evidence.calls[1]
    evidence.calls[0] = replace(one, ticket_id=two.ticket_id, label=two.label)
    evidence.calls[1] = replace(two, ticket_id=one.ticket_id, label=one.label)
    assert "1-002 was called out of order" in told(evidence)
    assert not order_kept(DAY, evidence, "1") and order_kept(DAY, evidence, "2")
    assert "BROKEN" in replay_table(DAY, evidence, SPEED)


def test_numbers_that_changed_places_are_out_of_order(evidence: Evidence) -> None:
    evidence.issues[0] = replace(evidence.issues[0], number=2)
    evidence.issues[1] = replace(evidence.issues[1], number=1)
    assert "1-002 was numbered out of order" in told(evidence)


def test_call_the_board_never_showed_is_lost(evidence: Evidence) -> None:
    seen = [event for event in evidence.seen if (event.kind, event.label) != ("ticket_called", "1-002")]
    evidence.seen = [replace(event, revision=8 + place) for place, event in enumerate(seen)]
    assert told(evidence) == "1-002 was called and is missing from the board: lost"


def test_call_the_board_showed_twice_is_doubled(evidence: Evidence) -> None:
    evidence.seen.append(Seen(evidence.seen[-1].revision + 1, "ticket_called", "service-1", "1-003"))
    assert told(evidence) == "1-003 stands on the board as called once too often: doubled"


def test_calls_the_board_showed_in_another_order_are_told(evidence: Evidence) -> None:
    places = [place for place, event in enumerate(evidence.seen) if event.kind == "ticket_called"]
    first, second = (place for place in places if evidence.seen[place].label in {"1-001", "1-002"})
    one, two = evidence.seen[first], evidence.seen[second]
    evidence.seen[first], evidence.seen[second] = (
        replace(two, revision=one.revision),
        replace(one, revision=two.revision),
    )
    assert told(evidence) == "1-001 was called on the board out of order"


def test_gap_in_the_revisions_is_told(evidence: Evidence) -> None:
    evidence.seen[3:] = [replace(event, revision=event.revision + 1) for event in evidence.seen[3:]]
    assert told(evidence) == "the board jumped from revision 10 to 12"


def test_event_of_another_service_of_the_branch_is_none_of_ours(evidence: Evidence) -> None:
    evidence.seen.append(Seen(evidence.seen[-1].revision + 1, "ticket_called", "parking", "P001"))
    assert told(evidence) == ""


def test_ticket_missing_among_those_still_waiting_is_told(evidence: Evidence) -> None:
    evidence.waiting = {"service-1": 0, "service-2": 0}
    assert told(evidence) == "service-1: 1 ticket is missing from those still waiting, or too many"


def test_wait_that_lateness_does_not_explain_is_told(evidence: Evidence) -> None:
    evidence.calls[0] = replace(evidence.calls[0], wait_seconds=evidence.calls[0].wait_seconds + 0.1)
    assert "has a wait that the times of its requests do not explain" in told(evidence)


def test_wait_that_a_late_call_explains_is_good(evidence: Evidence) -> None:
    call = evidence.calls[0]
    late = replace(call.span, sent=call.span.sent + 0.1, answered=call.span.answered + 0.1)
    evidence.calls[0] = replace(call, wait_seconds=call.wait_seconds + 0.1, span=late)
    assert told(evidence) == ""


def test_many_faults_of_one_kind_are_counted_not_listed() -> None:
    day = day_of([MadeTicket(1, number, number, None) for number in range(1, 21)])
    evidence = faithful(day)
    evidence.issues.clear()
    problems = judge(day, evidence, SPEED)
    assert "… and 15 more of this kind" in problems


@given(made_tickets(), st.data())
def test_no_single_fault_goes_unnoticed(tickets: list[MadeTicket], data: st.DataObject) -> None:
    day = day_of(tickets)
    evidence = faithful(day, SPEED)
    assert judge(day, evidence, SPEED) == []
    what = data.draw(st.sampled_from(["issues", "calls", "seen"]))
    answers = getattr(evidence, what)
    assume(answers)
    place = data.draw(st.integers(0, len(answers) - 1))
    if data.draw(st.booleans()):
        del answers[place]
        # The very last event leaves no gap behind, but its ticket is missing from the board all the same.
    else:
        answers.insert(place, answers[place])
    assert judge(day, evidence, SPEED) != []
