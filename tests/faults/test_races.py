"""32 clerks and kiosks in four processes on one branch; and proof that this test would notice if nothing guarded it."""

from __future__ import annotations

from queue_app.operations.unit_of_work import Context
from tests.factories import Brno
from tests.faults.race import EXPECTED, drop_the_indexes, race, violations

SECONDS = 30.0


def test_32_clerks_and_kiosks_never_share_a_label_a_ticket_or_a_counter(
    brno: Brno, context: Context, database_url: str
) -> None:
    happened = race(database_url, SECONDS)
    assert violations(context) == []
    assert happened["take"] > 200 and happened["next"] > 50, happened
    done = {"take", "open", "next", "finish", "return", "no_show"}
    # Four processes that write to one SQLite file as fast as they can is torture, not a deployment: a few unlucky threads
    # wait too long for the lock and are refused. What is checked above is that nothing was half done then.
    assert happened.pop("database_unavailable", 0) <= (
        sum(happened.values()) // 200 if context.database.is_sqlite else 0
    )
    # Nothing was refused for any other reason than the state of the queue: no fault and no conflict.
    assert set(happened) <= done | EXPECTED | {"counter_closed"}, happened


def test_the_race_above_fails_when_the_guards_are_taken_out(brno: Brno, context: Context, database_url: str) -> None:
    drop_the_indexes(context.database)
    race(database_url, 6.0, sabotage=True)
    assert violations(context) != []
