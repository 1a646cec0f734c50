"""Threads of one process come to the database in the order in which they asked."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_app.domain.errors import QueueError
from queue_app.store import session
from queue_app.store.session import Database
from queue_app.store.turns import Turns
from tests.servers import wait_until


@given(places=st.integers(1, 3), waiters=st.integers(1, 6), impatient=st.sets(st.integers(0, 5)))
def test_who_waited_longest_is_next_and_who_gave_up_is_not_waited_for(
    places: int, waiters: int, impatient: set[int]
) -> None:
    turns = Turns(places)
    assert all(turns.take(0) for _ in range(places))
    served: list[int] = []

    def wait(number: int) -> None:
        if turns.take(0.001 if number in impatient else 30):
            served.append(number)
            turns.give_back()

    threads = [threading.Thread(target=wait, args=(number,)) for number in range(waiters)]
    for number, thread in enumerate(threads):
        thread.start()
        if number in impatient:
            thread.join()
        else:
            wait_until(
                lambda number=number: len(turns._waiting) > len(set(range(number)) - impatient), "the thread to wait"
            )
    turns.give_back()
    for thread in threads:
        thread.join()
    assert served == [number for number in range(waiters) if number not in impatient]
    assert turns.take(0) and not turns.take(0)


def test_eight_threads_that_write_without_pause_all_get_their_share(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'queue.db'}")
    with database.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE counted (number INTEGER)")
    done = [0] * 8
    start = threading.Barrier(8)

    def write(number: int) -> None:
        start.wait()
        end = time.monotonic() + 1
        while time.monotonic() < end:
            with database.writing() as connection:
                connection.exec_driver_sql("INSERT INTO counted VALUES (1)")
            done[number] += 1

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    database.dispose()
    assert min(done) * 2 >= max(done), done


def test_whoever_waits_too_long_is_refused_in_the_words_of_the_contract(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(f"sqlite:///{tmp_path / 'queue.db'}")
    monkeypatch.setattr(session, "WAIT_S", 0.01)
    with database.writing():
        for attempt in (database.initialise, database.transaction, lambda: database.writing().__enter__()):
            with pytest.raises(QueueError, match="database_unavailable"):
                attempt()
    with database.writing():
        pass
    database.dispose()
