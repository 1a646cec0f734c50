"""Rate limits of one process and of several that share a Redis."""

from __future__ import annotations

import logging
import os
import re
import signal
import threading
import time

import pytest
import redis
from flask.testing import FlaskClient

from queue_app import create_app, limits
from queue_app.clock import SystemClock
from queue_app.config import Settings
from queue_app.domain.errors import QueueError
from queue_app.limits import Limiter, SharedBuckets
from tests.servers import PostgresServer, RedisServer


def allowed(limiter: Limiter, key: str) -> bool:
    """Say whether one more act is let through."""
    try:
        limiter.spend(key)
    except QueueError as error:
        assert error.code == "too_many_requests"
        return False
    return True


def worker(url: str, per_minute: float = 1, burst: float = 10, name: str = "sign-in") -> Limiter:
    """Return the limit as one worker process keeps it."""
    return Limiter(SystemClock(), per_minute, burst, SharedBuckets(url, SystemClock()), name)


def test_four_workers_let_through_together_what_one_does(redis_server: RedisServer) -> None:
    workers = [worker(redis_server.url) for _ in range(4)]
    passed: list[bool] = []
    start = threading.Barrier(8)

    def guess(limiter: Limiter) -> None:
        start.wait()
        passed.extend([allowed(limiter, "name marta") for _ in range(10)])

    threads = [threading.Thread(target=guess, args=(limiter,)) for limiter in workers * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(passed), sum(passed)) == (80, 10)


def test_without_a_common_redis_each_lets_through_as_much() -> None:
    workers = [Limiter(SystemClock(), 1, 10) for _ in range(4)]
    assert sum(allowed(limiter, "name marta") for limiter in workers for _ in range(20)) == 40


def test_it_says_how_long_to_wait_and_lets_through_then(redis_server: RedisServer) -> None:
    limiter = worker(redis_server.url, per_minute=120, burst=1, name="waiting")
    limiter.spend("address 10.0.0.1")
    with pytest.raises(QueueError) as refused:
        limiter.spend("address 10.0.0.1")
    assert refused.value.details == {"retry_after_seconds": 1}
    time.sleep(0.55)
    limiter.spend("address 10.0.0.1")


def test_limits_callers_and_what_is_never_filled_again_are_apart(redis_server: RedisServer) -> None:
    first, second = worker(redis_server.url, 0, 1, "once"), worker(redis_server.url, 0, 1, "other")
    assert [allowed(first, "a"), allowed(first, "a"), allowed(first, "b"), allowed(second, "a")] == [
        True,
        False,
        True,
        True,
    ]


def test_redis_learns_no_name_and_forgets_who_is_long_gone(redis_server: RedisServer) -> None:
    worker(redis_server.url, 60, 5, "personal").spend("name jana.novakova")
    connection = redis.Redis.from_url(redis_server.url, decode_responses=True)
    names = list(connection.scan_iter("*"))
    assert names
    assert all("novakova" not in name for name in names)
    assert all(0 < int(str(connection.ttl(name))) <= 24 * 3600 for name in names if name.startswith("queue:limit:"))


def test_while_redis_is_silent_each_counts_alone_and_nobody_waits_for_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(limits, "OUTAGE_SECONDS", 0.3)
    caplog.set_level(logging.INFO, "queue.limits")
    server = RedisServer()
    try:
        limiter = worker(server.url, 0, 3, "outage")
        assert allowed(limiter, "a")
        os.kill(server.pid, signal.SIGSTOP)
        try:
            begun = time.monotonic()
            assert [allowed(limiter, "a") for _ in range(5)] == [True, True, True, False, False]
            assert time.monotonic() - begun < 2  # the answer is waited for once, not five times
        finally:
            os.kill(server.pid, signal.SIGCONT)
        time.sleep(0.35)
        # The question that waited in vain may be answered late, and have taken what it asked for.
        assert [allowed(limiter, "a") for _ in range(3)][-1] is False
        server.close()
        server.start()
        time.sleep(0.35)
        assert [allowed(limiter, "a") for _ in range(4)] == [
            True,
            True,
            True,
            False,
        ]  # as it was started, it knows nobody
    finally:
        server.close()
    assert [record.message for record in caplog.records] == [
        "redis does not answer (TimeoutError): each process counts by itself",
        "redis answers again: rates are counted together",
    ]


def test_whoever_guesses_passwords_meets_one_limit_however_many_processes_serve(
    postgres: PostgresServer, redis_server: RedisServer
) -> None:
    address = postgres.new_database()
    processes = [
        create_app(Settings(database_url=address, redis_url=redis_server.url, spooler=False)) for _ in range(3)
    ]
    try:
        clients = [process.test_client() for process in processes]
        attempts = processes[0].extensions["queue_settings"].sign_in_attempts
        answers = [guess(clients[number % 3], f"guess {number}") for number in range(attempts + 3)]
        assert answers == [401] * attempts + [429] * 3
    finally:
        for process in processes:
            process.extensions["queue_context"].database.dispose()


def guess(client: FlaskClient, password: str) -> int:
    """Try a password at the sign-in page."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in").text)
    assert token is not None
    form = {"username": "nobody.knows", "password": password, "csrf_token": token[1]}
    return client.post("/sign-in", data=form).status_code
