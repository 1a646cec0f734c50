"""Webhooks tell everything that happens, signed, in order, until it was taken or given up, and nothing holds them up."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from queue_app.clock import SimulatedClock, SystemClock
from queue_app.domain.errors import QueueError
from queue_app.domain.events import Kind
from queue_app.domain.webhooks import HOLDS_OTHERS, PAUSES, check_webhook, signature
from queue_app.operations import serve, webhook_deliveries, webhooks
from queue_app.operations.unit_of_work import Context
from queue_app.operations.webhook_deliveries import LEASE, Delivery
from queue_app.sealing import Sealer
from queue_app.store.running_tables import AuditEntry
from queue_app.webhook_sender import WebhookSender
from tests.factories import Brno
from tests.sending.mail_servers import odd_server, web_server
from tests.sending.receiver import Receiver, is_signed, receiver
from tests.servers import wait_until

SEALER = Sealer(["a key"])


@pytest.fixture
def other() -> Iterator[Receiver]:
    """The program that is told."""
    with receiver() as found:
        yield found


@pytest.fixture
def sender(context: Context) -> WebhookSender:
    """The worker."""
    return WebhookSender(context, SEALER, private=True)


def add(brno: Brno, url: str, name: str = "signage", **wish: Any) -> tuple[int, str]:
    """Add a webhook, and return its id and its secret."""
    setup = brno.context.setup("brno")
    data = {"name": name, "url": url, **wish}
    return webhooks.create(brno.context, setup, brno.actor("marta"), data, SEALER)


def log(brno: Brno, webhook_id: int) -> list[Delivery]:
    """Return what it was told, the oldest revision first."""
    found = webhook_deliveries.deliveries_of(brno.context, webhook_id)
    return sorted(found, key=lambda delivery: delivery.revision)


def states(brno: Brno, webhook_id: int) -> list[str]:
    """Return how its deliveries stand."""
    return [delivery.state for delivery in log(brno, webhook_id)]


# --- what is told ---------------------------------------------------------------------------------


def test_the_signature_is_the_one_of_the_standards_example() -> None:
    """From the reference implementations of Standard Webhooks."""
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    signed = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_everything_that_happens_is_told_in_order_signed_and_without_anybodys_name(
    brno: Brno, other: Receiver, sender: WebhookSender, clock: SimulatedClock
) -> None:
    brno.take()  # before it was set up: not told
    webhook_id, secret = add(brno, other.url)
    taken = brno.take("driving")
    counter = brno.open()
    brno.next()
    serve.finish(brno.context, counter, brno.alena)
    clock.advance(seconds=7)
    sender.send_all()
    assert [event["kind"] for event in other.events] == [
        "ticket_issued", "counter_opened", "ticket_called", "ticket_finished",
    ]  # fmt: skip
    assert other.revisions == [2, 3, 4, 5]
    issued, called = other.events[0], other.events[2]
    assert issued == {
        "id": "brno-2", "branch": "brno", "revision": 2, "kind": "ticket_issued", "at": "2026-03-04T08:00:00.000Z",
        "label": "B001", "service": "driving", "ticket": taken.ticket.id,
    }  # fmt: skip
    assert called["counter"] == "1" and called["label"] == "A001" and called["call_id"] == 4
    for headers, body in other.heard:
        assert is_signed(secret, headers, body)
        assert not is_signed(secret, headers, body + b" ")
        assert headers["webhook-id"] == json.loads(body)["id"]
        assert headers["webhook-timestamp"] == str(int(clock.now().timestamp()))
        assert headers["Content-Type"] == "application/json"
        assert b"Alena" not in body and taken.token.encode() not in body
    assert states(brno, webhook_id) == ["sent"] * 4
    sender.send_all()
    assert len(other.heard) == 4


def test_only_the_kinds_that_were_chosen_are_told(brno: Brno, other: Receiver, sender: WebhookSender) -> None:
    webhook_id, _ = add(brno, other.url, kinds=[Kind.TICKET_CALLED])
    brno.take(), brno.open(), brno.next()
    sender.send_all()
    assert [event["kind"] for event in other.events] == ["ticket_called"]
    assert webhooks.webhook_of(brno.context, brno.context.setup("brno"), webhook_id).revision == 3


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_thousand_events_at_once_all_arrive_in_order(brno: Brno, other: Receiver, sender: WebhookSender) -> None:
    webhook_id, secret = add(brno, other.url)
    for _ in range(1000):
        brno.take()
    sender.send_all()
    assert other.revisions == list(range(1, 1001))
    assert all(is_signed(secret, headers, body) for headers, body in other.heard[::100])
    assert webhooks.webhook_of(brno.context, brno.context.setup("brno"), webhook_id).waiting == 0


def test_a_new_secret_signs_at_once_and_the_old_one_for_another_day(
    brno: Brno, other: Receiver, sender: WebhookSender, clock: SimulatedClock
) -> None:
    webhook_id, old = add(brno, other.url)
    new = webhooks.renew_secret(brno.context, brno.context.setup("brno"), brno.actor("marta"), webhook_id, SEALER)
    brno.take()
    sender.send_all()
    clock.advance(seconds=24 * 3600 + 1)
    brno.take()
    sender.send_all()
    during, after = other.heard[0], other.heard[-1]
    assert is_signed(old, *during) and is_signed(new, *during)
    assert is_signed(new, *after) and not is_signed(old, *after)


# --- what goes wrong ------------------------------------------------------------------------------


def test_what_is_refused_is_tried_again_and_holds_up_what_comes_after_it_for_a_while(
    brno: Brno, other: Receiver, sender: WebhookSender, clock: SimulatedClock
) -> None:
    webhook_id, _ = add(brno, other.url)
    brno.take(), brno.take()
    other.refuses = {"brno-1"}
    for pause in PAUSES[: HOLDS_OTHERS - 1]:
        sender.send_all()
        assert set(other.revisions) == {1}
        clock.advance(seconds=pause.total_seconds() - 1)
        before = len(other.heard)
        sender.send_all()
        assert len(other.heard) == before, "too early"
        clock.advance(seconds=1)
    sender.send_all()
    assert other.revisions == [1, 1, 1, 1, 2]
    (first, second) = log(brno, webhook_id)
    assert (first.state, first.attempts, first.problem, first.status) == ("queued", 4, "status", 500)
    assert second.state == "sent"
    other.refuses = set()
    clock.advance(seconds=PAUSES[HOLDS_OTHERS - 1].total_seconds())
    sender.send_all()
    assert other.revisions[-1] == 1
    first = log(brno, webhook_id)[0]
    assert (first.state, first.problem, first.status) == ("sent", None, 204)
    assert len({headers["webhook-id"] for headers, body in other.heard if b'"revision":1,' in body}) == 1


def test_after_a_day_it_is_given_up_visibly_and_can_be_replayed(
    brno: Brno, other: Receiver, sender: WebhookSender, clock: SimulatedClock
) -> None:
    webhook_id, secret = add(brno, other.url)
    setup = brno.context.setup("brno")
    begun = clock.now()
    brno.take()
    other.usually = 503
    for pause in (*PAUSES, timedelta(days=3)):
        sender.send_all()
        given_up = log(brno, webhook_id)[0].finished_at
        clock.advance(seconds=pause.total_seconds())
    assert given_up is not None and timedelta(hours=23) < given_up - begun < timedelta(hours=30)
    assert (log(brno, webhook_id)[0].state, len(other.heard)) == ("failed", len(PAUSES) + 1)
    assert webhooks.webhook_of(brno.context, setup, webhook_id).failed == 1
    other.usually = 200
    assert webhook_deliveries.replay(brno.context, setup, webhook_id, brno.actor("marta"), 1, 900) == 1
    sender.send_all()
    assert states(brno, webhook_id) == ["sent"] and is_signed(secret, *other.heard[-1])


def test_an_address_that_says_it_is_gone_is_switched_off(brno: Brno, other: Receiver, sender: WebhookSender) -> None:
    webhook_id, _ = add(brno, other.url)
    brno.take(), brno.take()
    other.answers = [410]
    sender.send_all()
    assert len(other.heard) == 1
    kept = webhooks.webhook_of(brno.context, brno.context.setup("brno"), webhook_id)
    assert not kept.wish.active
    assert [(each.state, each.problem) for each in log(brno, webhook_id)] == [
        ("failed", "status"), ("failed", "switched_off"),
    ]  # fmt: skip
    brno.take()
    sender.send_all()
    assert len(other.heard) == 1
    with brno.context.database.reading() as connection:
        entry = connection.execute(select(AuditEntry.__table__).order_by(AuditEntry.id.desc())).first()
    assert entry is not None and (entry.actor, entry.action) == ("system", "change_webhook")
    with pytest.raises(QueueError, match="webhook_off"):
        webhook_deliveries.ping(brno.context, brno.context.setup("brno"), webhook_id)


def test_one_that_was_switched_off_is_told_what_happens_after_it_was_switched_on(
    brno: Brno, other: Receiver, sender: WebhookSender
) -> None:
    webhook_id, _ = add(brno, other.url)
    setup, marta, wish = brno.context.setup("brno"), brno.actor("marta"), {"name": "signage", "url": other.url}
    webhooks.change(brno.context, setup, marta, webhook_id, {**wish, "active": False})
    brno.take()
    webhooks.change(brno.context, setup, marta, webhook_id, wish)
    brno.take()
    sender.send_all()
    assert other.revisions == [2]
    assert webhook_deliveries.replay(brno.context, setup, webhook_id, marta, 1, 2) == 2
    sender.send_all()
    assert other.revisions == [2, 1, 2]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_nobody_is_sent_on(brno: Brno, other: Receiver, sender: WebhookSender, status: int) -> None:
    webhook_id, _ = add(brno, other.url)
    brno.take()
    other.usually = status
    sender.send_all()
    assert len(other.heard) == 1 and log(brno, webhook_id)[0].status == status


def test_machines_of_the_own_network_are_not_called_where_that_is_not_allowed(brno: Brno, other: Receiver) -> None:
    for place, url in enumerate((other.url, f"http://localhost:{other.port}/", "http://10.1.2.3/", "http://[::1]/")):
        webhook_id, _ = add(brno, url, f"number {place}")
    brno.take()
    WebhookSender(brno.context, SEALER, private=False).send_all()
    assert other.heard == []
    assert (log(brno, webhook_id)[0].state, log(brno, webhook_id)[0].problem) == ("failed", "address_refused")


@pytest.mark.usefixtures("impatient")
def test_slow_and_hostile_servers_hold_nobody_up(brno: Brno, other: Receiver, sender: WebhookSender) -> None:
    brno.context.clock = SystemClock()
    with odd_server() as silent, odd_server(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100_000) as endless, web_server() as (
        good, heard,
    ):  # fmt: skip
        ids = [add(brno, f"http://127.0.0.1:{port}/", f"on {port}")[0] for port in (silent, endless)]
        add(brno, f"http://127.0.0.1:{good}/", "good")
        thread = threading.Thread(target=sender.run)
        thread.start()
        try:
            brno.take(), brno.take(), brno.take()
            wait_until(lambda: len(heard) >= 3, "the good one", 20)
            wait_until(lambda: all(log(brno, each)[0].problem for each in ids), "the bad ones", 20)
            assert log(brno, ids[0])[0].problem == "too_slow"
            assert log(brno, ids[1])[0].problem in {"not_http", "broken_off"}
        finally:
            sender.stop()
            thread.join(20)
    assert not thread.is_alive()


def test_without_the_key_of_its_secret_nothing_is_sent_and_nothing_is_lost(brno: Brno, other: Receiver) -> None:
    webhook_id, _ = add(brno, other.url)
    brno.take()
    WebhookSender(brno.context, Sealer(["another key"]), private=True).send_all()
    assert (log(brno, webhook_id)[0].state, log(brno, webhook_id)[0].problem, other.heard) == ("queued", "no_key", [])


# --- several workers, and those that die ----------------------------------------------------------


def test_what_a_dead_worker_had_in_hand_is_sent_after_a_while_and_before_what_comes_after_it(
    brno: Brno, other: Receiver, sender: WebhookSender, clock: SimulatedClock
) -> None:
    webhook_id, _ = add(brno, other.url)
    brno.take(), brno.take()
    webhook_deliveries.queue_new(brno.context)
    assert webhook_deliveries.claim(brno.context, webhook_id) is not None  # and it dies
    sender.send_all()
    assert other.heard == []
    clock.advance(seconds=LEASE.total_seconds())
    sender.send_all()
    assert other.revisions == [1, 2]


def test_workers_that_look_at_the_same_time_queue_and_send_each_event_once(brno: Brno, other: Receiver) -> None:
    add(brno, other.url)
    for _ in range(60):
        brno.take()
    senders = [WebhookSender(brno.context, SEALER, private=True) for _ in range(4)]
    threads = [threading.Thread(target=each.send_all) for each in senders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    senders[0].send_all()
    assert other.revisions == list(range(1, 61))


def test_whoever_took_too_long_has_nothing_to_say_any_more(
    brno: Brno, other: Receiver, sender: WebhookSender, clock: SimulatedClock
) -> None:
    webhook_id, _ = add(brno, other.url)
    brno.take()
    webhook_deliveries.queue_new(brno.context)
    claimed = webhook_deliveries.claim(brno.context, webhook_id)
    assert claimed is not None
    clock.advance(seconds=LEASE.total_seconds())
    sender.send_all()
    webhook_deliveries.not_sent(brno.context, claimed[0], "status", for_good=True)
    assert states(brno, webhook_id) == ["sent"]


# --- by hand --------------------------------------------------------------------------------------


def test_an_address_is_tried_once_before_all_that_waits_and_never_again(
    brno: Brno, other: Receiver, sender: WebhookSender, clock: SimulatedClock
) -> None:
    webhook_id, secret = add(brno, other.url)
    setup = brno.context.setup("brno")
    brno.take()
    webhook_deliveries.ping(brno.context, setup, webhook_id)
    other.answers = [500]
    sender.send_all()
    assert [event["kind"] for event in other.events] == ["ping", "ticket_issued"]
    assert is_signed(secret, *other.heard[0]) and other.events[0]["branch"] == "brno"
    webhook_deliveries.ping(brno.context, setup, webhook_id)
    sender.send_all()
    ids = [event["id"] for event in other.events]
    assert len(set(ids)) == 3
    assert [each.state for each in log(brno, webhook_id)] == ["sent", "failed", "sent"]


def test_one_and_a_span_are_sent_again_with_the_ids_that_they_had(
    brno: Brno, other: Receiver, sender: WebhookSender
) -> None:
    webhook_id, _ = add(brno, other.url)
    setup, marta = brno.context.setup("brno"), brno.actor("marta")
    for _ in range(5):
        brno.take()
    sender.send_all()
    webhook_deliveries.again(brno.context, setup, webhook_id, log(brno, webhook_id)[2].id)
    sender.send_all()
    assert other.revisions == [1, 2, 3, 4, 5, 3]
    assert webhook_deliveries.replay(brno.context, setup, webhook_id, marta, 2, 4) == 3
    sender.send_all()
    assert other.revisions == [1, 2, 3, 4, 5, 3, 2, 3, 4]
    assert len({event["id"] for event in other.events}) == 5
    for first, last in ((3, 2), (1, 1001)):
        with pytest.raises(QueueError, match="invalid_value"):
            webhook_deliveries.replay(brno.context, setup, webhook_id, marta, first, last)


def test_what_was_done_with_is_forgotten_and_what_waits_is_not(
    brno: Brno, other: Receiver, sender: WebhookSender, clock: SimulatedClock
) -> None:
    webhook_id, _ = add(brno, other.url)
    brno.take(), brno.take()
    other.answers = [204, 500]
    sender.send_all()
    clock.advance(seconds=8 * 24 * 3600)
    webhook_deliveries.clear_away(brno.context)
    assert states(brno, webhook_id) == ["queued"]
    webhooks.remove(brno.context, brno.context.setup("brno"), brno.actor("marta"), webhook_id)
    assert webhook_deliveries.deliveries_of(brno.context, webhook_id) == []


def test_the_secret_lies_open_nowhere(brno: Brno, other: Receiver) -> None:
    webhook_id, secret = add(brno, other.url)
    kept = webhooks.webhook_of(brno.context, brno.context.setup("brno"), webhook_id)
    with brno.context.database.reading() as connection:
        entries = connection.execute(select(AuditEntry.__table__)).all()
    assert secret not in kept.secret and secret not in repr(entries) and "key=1" not in repr(entries)
    assert webhooks.secrets_of(SEALER, kept.secret, datetime.now(UTC)) == [secret]


@pytest.mark.parametrize(
    "data",
    [
        None, [], {}, {"name": "x"}, {"name": "", "url": "https://a.example/"}, {"name": "x" * 81, "url": "https://a.example/"},
        {"name": "x", "url": "ftp://a.example/"}, {"name": "x", "url": "https://user:pw@a.example/"}, {"name": "x", "url": "//a/"},
        {"name": "x", "url": "https://a.example/", "kinds": ["nothing"]}, {"name": "x", "url": "https://a.example/", "active": 1},
        {"name": "x", "url": "https://a.example/", "secret": "y"}, {"name": "x\n", "url": "https://a.example/\n"},
    ],
)  # fmt: skip
def test_what_is_no_webhook_is_refused(data: object) -> None:
    with pytest.raises(QueueError, match="invalid_value"):
        check_webhook(data)


def test_a_refused_call_of_an_operation_changes_nothing(brno: Brno, other: Receiver) -> None:
    webhook_id, _ = add(brno, other.url)
    setup, marta = brno.context.setup("brno"), brno.actor("marta")
    tries: list[tuple[str, Callable[[], object]]] = [
        ("name_taken", lambda: add(brno, other.url)),
        ("unknown_webhook", lambda: webhooks.remove(brno.context, setup, marta, 99)),
        ("unknown_webhook", lambda: webhook_deliveries.ping(brno.context, setup, 99)),
        ("unknown_delivery", lambda: webhook_deliveries.again(brno.context, setup, webhook_id, 99)),
    ]
    for code, act in tries:
        with pytest.raises(QueueError, match=code):
            act()
    assert [kept.id for kept in webhooks.webhooks_of(brno.context, setup)] == [webhook_id]
