"""What is to be sent is tried by one worker at a time, as often as was promised, and it can be seen what became of it."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from queue_app.clock import SimulatedClock
from queue_app.domain.errors import QueueError
from queue_app.operations import messages
from queue_app.operations.messages import (
    KEPT,
    LEASE,
    PAUSES,
    Outgoing,
    any_queued,
    claim,
    messages_of,
    not_sent,
    queue_message,
    sent,
)
from queue_app.operations.unit_of_work import Context
from tests.factories import Brno, create_brno

MARTA = "marta@brno.example"


def queue(brno: Brno, *keys: str, kind: str = "alarm") -> list[bool]:
    """Queue messages with these keys."""
    with brno.context.database.writing() as connection:
        return [
            queue_message(brno.context, connection, brno.branch_id, key, kind, MARTA, {"branch": "brno"})
            for key in keys
        ]


def taken(context: Context) -> Outgoing:
    """Return the message that is there to be taken."""
    message = claim(context)
    assert message is not None
    return message


def only(brno: Brno) -> Outgoing:
    """Return the only message of the branch."""
    (message,) = messages_of(brno.context, brno.branch_id)
    return message


def test_what_has_the_same_key_is_queued_once_and_the_rest_of_the_transaction_stands(brno: Brno) -> None:
    assert queue(brno, "one", "one", "two") == [True, False, True]
    assert queue(brno, "two", "three") == [False, True]
    assert [message.key for message in messages_of(brno.context, brno.branch_id)] == ["three", "two", "one"]


def test_each_is_taken_once_the_oldest_first(brno: Brno) -> None:
    queue(brno, "one", "two")
    assert [taken(brno.context).key for _ in range(2)] == ["one", "two"]
    assert claim(brno.context) is None and any_queued(brno.context)


def test_what_has_gone_is_not_taken_again(brno: Brno, clock: SimulatedClock) -> None:
    queue(brno, "one")
    sent(brno.context, taken(brno.context), "mail.example:587")
    clock.advance(days=1)
    assert claim(brno.context) is None and not any_queued(brno.context)
    message = only(brno)
    assert (message.state, message.attempts, message.detail) == ("sent", 1, "mail.example:587")


def test_what_fails_is_tried_again_after_each_pause_and_then_given_up(brno: Brno, clock: SimulatedClock) -> None:
    queue(brno, "one")
    for pause in PAUSES:
        not_sent(brno.context, taken(brno.context), "unreachable", "Connection refused")
        message = only(brno)
        assert (message.state, message.problem, message.not_before) == ("queued", "unreachable", clock.now() + pause)
        clock.advance(seconds=pause.total_seconds() - 1)
        assert claim(brno.context) is None
        clock.advance(seconds=1)
    not_sent(brno.context, taken(brno.context), "unreachable", "x" * 1000)
    message = only(brno)
    assert (message.state, message.attempts, message.finished_at) == ("failed", len(PAUSES) + 1, clock.now())
    assert message.detail == "x" * messages.MOST_SAID
    clock.advance(days=30)
    assert claim(brno.context) is None


def test_what_would_be_refused_again_is_not_tried_again(brno: Brno) -> None:
    queue(brno, "one")
    not_sent(brno.context, taken(brno.context), "recipient_refused", "550 no", for_good=True)
    assert only(brno).state == "failed"


def test_one_whose_worker_died_is_taken_by_another_after_a_while_and_not_for_ever(
    brno: Brno, clock: SimulatedClock
) -> None:
    queue(brno, "one")
    for attempt in range(1, len(PAUSES) + 2):
        assert taken(brno.context).attempts == attempt
        clock.advance(seconds=LEASE.total_seconds() - 1)
        assert claim(brno.context) is None
        clock.advance(seconds=1)
    assert claim(brno.context) is None
    assert (only(brno).state, only(brno).problem) == ("failed", messages.INTERRUPTED)


def test_a_worker_that_took_too_long_has_nothing_to_say_any_more(brno: Brno, clock: SimulatedClock) -> None:
    queue(brno, "one")
    slow = taken(brno.context)
    clock.advance(seconds=LEASE.total_seconds())
    quick = taken(brno.context)
    not_sent(brno.context, slow, "too_slow", for_good=True)
    assert only(brno).state == "queued"
    sent(brno.context, quick, "")
    not_sent(brno.context, quick, "too_slow", for_good=True)
    assert only(brno).state == "sent"


def test_what_was_given_up_can_be_tried_anew_and_nothing_else(brno: Brno, context: Context) -> None:
    queue(brno, "one")
    number = only(brno).id
    with pytest.raises(QueueError, match="message_not_failed"):
        messages.again(context, brno.branch_id, number)
    not_sent(context, taken(context), "recipient_refused", for_good=True)
    assert messages.again(context, brno.branch_id, number).state == "queued"
    assert taken(context).attempts == 1
    sent(context, only(brno), "")
    with pytest.raises(QueueError, match="message_not_failed"):
        messages.again(context, brno.branch_id, number)


def test_a_message_of_another_branch_is_unknown(brno: Brno, context: Context) -> None:
    ostrava = create_brno(context, "ostrava")
    queue(brno, "one")
    not_sent(context, taken(context), "x", for_good=True)
    with pytest.raises(QueueError, match="unknown_message"):
        messages.again(context, ostrava.branch_id, only(brno).id)
    assert messages_of(context, ostrava.branch_id) == []


def test_of_many_workers_that_want_it_at_once_one_gets_each(brno: Brno) -> None:
    queue(brno, *(str(number) for number in range(30)))
    got: list[str] = []
    begin = threading.Barrier(4)

    def work() -> None:
        begin.wait()
        misses = 0
        while misses < 3:  # one that was beaten to all it had seen looks again
            message = claim(brno.context)
            if message is None:
                misses += 1
            else:
                got.append(message.key)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(got) == sorted(str(number) for number in range(30))


def test_the_newest_come_first_page_by_page(brno: Brno, context: Context) -> None:
    queue(brno, *(str(number) for number in range(7)))
    first = messages_of(context, brno.branch_id, most=3)
    second = messages_of(context, brno.branch_id, before=first[-1].id, most=3)
    assert [message.key for message in (*first, *second)] == ["6", "5", "4", "3", "2", "1"]


def test_what_was_done_with_is_forgotten_after_its_time_and_what_is_not_stays(
    brno: Brno, clock: SimulatedClock
) -> None:
    queue(brno, "gone", "waits")
    sent(brno.context, taken(brno.context), "")
    clock.advance(seconds=(KEPT - timedelta(seconds=1)).total_seconds())
    messages.clear_away(brno.context)
    assert len(messages_of(brno.context, brno.branch_id)) == 2
    clock.advance(seconds=1)
    messages.clear_away(brno.context)
    assert [message.key for message in messages_of(brno.context, brno.branch_id)] == ["waits"]
