"""SIGKILL while old days become figures: each is whole or figures, and the next process ends what was begun."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

from queue_app.clock import SimulatedClock
from queue_app.operations.retention import anything_to_forget
from tests.factories import Brno
from tests.privacy.forgetting import days, forget_all, keep_single_visits, problems, told

FORGETTING = """
import sys
from datetime import datetime
from queue_app.clock import SimulatedClock
from queue_app.operations.retention import forget_old_days
from queue_app.operations.unit_of_work import Context
from queue_app.store import forgetting
from queue_app.store.session import Database
forgetting.ROWS_AT_ONCE = 2
context = Context(Database(sys.argv[1]), SimulatedClock(datetime.fromisoformat(sys.argv[2])))
context.setup("brno")
print("ready", flush=True)
for step in forget_old_days(context, "brno"):
    print(step, flush=True)
"""


def test_killed_at_any_moment_no_day_is_ever_half(brno: Brno, clock: SimulatedClock, database_url: str) -> None:
    days(brno, clock, 6, 5, 4, 5, 3)
    setup = brno.context.setup("brno")
    before = told(brno.context, setup, "waits", "staffing")
    single = told(brno.context, setup, "tickets")["tickets"][0][1]
    keep_single_visits(brno.context, 1)
    kills = 0
    for steps in (1, 4, 9):
        process = subprocess.Popen(
            [sys.executable, "-c", FORGETTING, database_url, clock.now().isoformat()], stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        for _ in range(steps):
            process.stdout.readline()
        time.sleep(0.002 * steps)  # somewhere within the next one
        process.send_signal(signal.SIGKILL)
        kills += process.wait(20) == -signal.SIGKILL
        assert told(brno.context, setup, "waits", "staffing") == before
        assert problems(brno.context) == []
        left = told(brno.context, setup, "tickets")["tickets"][0][1]
        assert left == [row for row in single if left and row["day"] >= left[0]["day"]]
    assert kills >= 2
    forget_all(brno.context)
    assert not anything_to_forget(brno.context, "brno")
    assert told(brno.context, setup, "waits", "staffing") == before
    assert problems(brno.context) == []
