"""A threshold that is crossed for long enough raises an alarm, once; it is told once, and once more when it is over."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_app.alarm_watch import AlarmWatch
from queue_app.clock import SimulatedClock
from queue_app.domain.alarms import LEAST_VISITS, AlarmStanding, follow, is_crossed, values_of
from queue_app.domain.branch import BranchSetup
from queue_app.domain.reporting import Alarm, Threshold
from queue_app.operations import alarms
from queue_app.operations.messages import messages_of
from queue_app.operations.queue_view import queue_view
from queue_app.operations.reporting_setup import set_reporting
from queue_app.operations.unit_of_work import Context
from tests.factories import Brno, create_brno

BEGIN = datetime(2026, 3, 4, 8, tzinfo=UTC)
MAIL = "director@example.org"
HOOK = "https://example.org/news"


@pytest.fixture
def brno(context: Context) -> Brno:
    """The branch every test knows."""
    return create_brno(context)


def watching(brno: Brno, *wanted: dict[str, Any], **more: Any) -> AlarmWatch:
    """Let the branch watch thresholds, and return who looks."""
    set_reporting(
        brno.context,
        "brno",
        brno.actor("marta"),
        {"alarms": list(wanted), "emails": [MAIL], "webhooks": [HOOK], **more},
    )
    return AlarmWatch(brno.context)


def shown(brno: Brno) -> list[tuple[str, str]]:
    """Return the alarms that are shown, with their beginnings."""
    return [(alarm["watches"], alarm["since"]) for alarm in queue_view(brno.context, "brno")["alarms"]]


def told(brno: Brno) -> list[tuple[str, str, bool]]:
    """Return what was told, to whom, and whether it was that an alarm is over; the oldest first."""
    sent = reversed(messages_of(brno.context, brno.branch_id))
    return [(each.content["alarm"], each.to, each.content["over_at"] is not None) for each in sent]


def test_an_alarm_is_raised_after_its_minutes_told_once_and_over_once(brno: Brno, clock: SimulatedClock) -> None:
    watch = watching(brno, {"watches": "waiting", "limit": 2, "minutes": 3})
    for _ in range(3):
        brno.take()
    watch.look_at_all()
    clock.advance(seconds=170)
    watch.look_at_all()
    assert (shown(brno), told(brno)) == ([], [])
    clock.advance(seconds=10)
    for _ in range(3):
        watch.look_at_all()
        clock.advance(seconds=20)
    assert shown(brno) == [("waiting", "2026-03-04T08:00:00.000Z")]
    assert told(brno) == [("waiting", MAIL, False), ("waiting", HOOK, False)]
    brno.open()
    brno.next()
    watch.look_at_all()
    watch.look_at_all()
    assert shown(brno) == []
    assert told(brno)[2:] == [("waiting", MAIL, True), ("waiting", HOOK, True)]


def test_a_short_crossing_is_nobodys_business(brno: Brno, clock: SimulatedClock) -> None:
    watch = watching(brno, {"watches": "waiting", "limit": 1, "minutes": 2})
    brno.take()
    brno.take()
    watch.look_at_all()
    clock.advance(seconds=100)
    brno.open()
    brno.next()
    watch.look_at_all()
    brno.take()
    clock.advance(seconds=60)
    watch.look_at_all()
    clock.advance(seconds=100)
    watch.look_at_all()
    assert shown(brno) == []
    clock.advance(seconds=20)
    watch.look_at_all()
    assert [name for name, _ in shown(brno)] == ["waiting"]


def test_each_threshold_reads_its_own_figure(brno: Brno, clock: SimulatedClock) -> None:
    watch = watching(
        brno,
        *({"watches": name, "limit": limit, "minutes": 0} for name, limit in (
            ("waiting", 100), ("longest_wait", 9), ("nobody_serving", 9), ("service_level", 90), ("predicted_wait", 600),
        )),
    )  # fmt: skip
    brno.take()
    clock.advance(minutes=9)
    watch.look_at_all()
    assert shown(brno) == []
    clock.advance(minutes=1)
    watch.look_at_all()
    assert [name for name, _ in shown(brno)] == ["longest_wait", "nobody_serving"]
    brno.open()  # takes the service: nobody is left alone any more, however long they have waited
    watch.look_at_all()
    assert [name for name, _ in shown(brno)] == ["longest_wait"]


def test_the_service_level_of_few_visits_says_nothing(brno: Brno, clock: SimulatedClock) -> None:
    watch = watching(brno, {"watches": "service_level", "limit": 90, "minutes": 0})
    brno.open()
    for _ in range(LEAST_VISITS + 1):
        brno.take()
    clock.advance(minutes=40)
    for place in range(LEAST_VISITS):
        watch.look_at_all()
        assert shown(brno) == [], f"after {place} calls"
        brno.next()
    # Whoever is called only is not served yet; the next call says that they were.
    watch.look_at_all()
    assert shown(brno) == []
    brno.next()
    watch.look_at_all()
    assert [name for name, _ in shown(brno)] == ["service_level"]


def test_an_alarm_that_nobody_wants_any_more_is_gone(brno: Brno) -> None:
    watch = watching(brno, {"watches": "waiting", "limit": 1, "minutes": 0})
    brno.take()
    brno.take()
    watch.look_at_all()
    assert [name for name, _ in shown(brno)] == ["waiting"]
    watching(brno)
    assert shown(brno) == []
    watch.look_at_all()
    watching(brno, {"watches": "waiting", "limit": 1, "minutes": 5})
    watch.look_at_all()
    assert shown(brno) == []


def test_looks_at_the_same_time_tell_each_change_once(brno: Brno) -> None:
    watching(brno, {"watches": "waiting", "limit": 1, "minutes": 0})
    brno.take()
    brno.take()
    together = threading.Barrier(6)

    def look(place: int) -> None:
        # Each by a clock of its own, as other machines have it.
        theirs = Context(
            brno.context.database, SimulatedClock(brno.context.clock.now() + timedelta(milliseconds=place))
        )
        setup = theirs.setup("brno")
        together.wait()
        alarms.look(theirs, setup, {"waiting": 2})

    threads = [threading.Thread(target=look, args=(place,)) for place in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told(brno) == [("waiting", MAIL, False), ("waiting", HOOK, False)]
    assert len(shown(brno)) == 1


def test_a_branch_that_cannot_be_looked_at_does_not_keep_the_others_from_it(
    brno: Brno, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    create_brno(brno.context, "aaa")
    rules = {"alarms": [{"watches": "waiting", "limit": 1, "minutes": 0}]}
    set_reporting(brno.context, "aaa", brno.actor("marta"), rules)
    watch = watching(brno, *rules["alarms"])
    brno.take()
    brno.take()
    real = AlarmWatch._figures

    def figures(self: AlarmWatch, setup: BranchSetup) -> dict[str, float | None]:
        if setup.slug == "aaa":
            raise RuntimeError("a fault")
        return real(self, setup)

    monkeypatch.setattr(AlarmWatch, "_figures", figures)
    watch.look_at_all()
    assert "aaa: the alarms could not be looked at" in caplog.text
    assert [name for name, _ in shown(brno)] == ["waiting"]


LIMIT = Alarm(Threshold.WAITING, 10, 2)


@given(st.lists(st.tuples(st.integers(0, 90), st.one_of(st.none(), st.integers(0, 20))), max_size=40))
def test_it_is_raised_just_when_it_was_crossed_without_a_break_for_so_long(looks: list[tuple[int, int | None]]) -> None:
    standing, now, crossed_since = AlarmStanding(), BEGIN, None
    for seconds, value in looks:
        now += timedelta(seconds=seconds)
        standing = follow(LIMIT, standing, value, now)
        if value is None or value <= LIMIT.limit:
            crossed_since = None
            assert (standing.crossed_at, standing.raised_at) == (None, None)
            continue
        crossed_since = crossed_since or now
        assert standing.crossed_at == crossed_since
        assert (standing.raised_at is not None) == (now - crossed_since >= timedelta(minutes=LIMIT.minutes))


def test_values_have_the_units_of_their_limits() -> None:
    figures = {
        "waiting": 7, "longest_wait_seconds": 90, "predicted_wait_seconds": None, "unserved_seconds": 60,
        "service_level": 0.875, "counted": LEAST_VISITS,
    }  # fmt: skip
    assert values_of(figures) == {
        Threshold.WAITING: 7, Threshold.LONGEST_WAIT: 1.5, Threshold.PREDICTED_WAIT: None,
        Threshold.SERVICE_LEVEL: 87.5, Threshold.NOBODY_SERVING: 1,
    }  # fmt: skip
    assert values_of({**figures, "counted": LEAST_VISITS - 1})[Threshold.SERVICE_LEVEL] is None


@pytest.mark.parametrize(
    ("watches", "limit", "value", "crossed"),
    [("waiting", 5, 5, False), ("waiting", 5, 6, True), ("service_level", 80, 80, False), ("service_level", 80, 79.9, True),
     ("longest_wait", 5, None, False)],
)  # fmt: skip
def test_only_what_is_beyond_the_limit_crosses_it(watches: str, limit: int, value: float | None, crossed: bool) -> None:
    assert is_crossed(Alarm(Threshold(watches), limit), value) is crossed
