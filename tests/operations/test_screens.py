"""How the screens stand is kept: at once where it changes, else seldom; counted by zone, whichever process they listen to."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from queue_app.clock import SimulatedClock
from queue_app.domain.errors import QueueError
from queue_app.domain.screen_health import Shows
from queue_app.operations import devices, pairing
from queue_app.operations.acknowledge import acknowledge
from queue_app.operations.delivery import Lobbies, delivery_of
from queue_app.operations.pairing import Wish
from queue_app.operations.queue_view import queue_view
from queue_app.operations.screen_views import devices_view, screen_troubles
from queue_app.operations.screens import Screens
from queue_app.operations.unit_of_work import Context
from queue_app.operations.views import desk_view
from queue_app.store.models import Branch, ScreenAck, ScreenState
from tests.factories import Brno, create_brno
from tests.web.callers import change

FINE = Shows(sound="on", width=1920, height=1080, agent="a browser")


class Lobby:
    """A process that screens are connected to."""

    def __init__(self, context: Context) -> None:
        """Begin with none."""
        self.context = context
        self.lobbies = Lobbies(context)
        self.screens = Screens(context, self.lobbies)

    def arrive(self, key: str, screen_id: int | None = None, line: str = "line", told: Shows = FINE) -> None:
        """Let a screen begin to listen."""
        self.screens.arrive(self.context.setup("brno"), key, screen_id, line, None, told)

    def beat(self, key: str, revision: int | None = None, told: Shows = FINE) -> int:
        """Let a screen say how it stands."""
        return self.screens.beat(self.context.setup("brno"), key, revision, told)

    def leave(self, key: str, line: str = "line") -> None:
        """Cut a line."""
        self.screens.leave(self.context.setup("brno").id, key, line)

    def wanted(self, service: str = "ids", counter: int = 0) -> tuple[int, int]:
        """Return how many screens and loudspeakers a call is for."""
        setup = self.context.setup("brno")
        found = delivery_of(
            self.context, self.lobbies, setup, 1,
            service_id=setup.service(service).id, counter_id=setup.counters[counter].id,
        )  # fmt: skip
        return found.screens, found.speakers


@pytest.fixture
def lobby(brno: Brno, context: Context) -> Lobby:
    """The only process."""
    return Lobby(context)


def paired(context: Context, name: str, **layout: Any) -> int:
    """Pair a screen, arrange it and return its id."""
    screen = pairing.pair(context, "brno", Wish(pairing.ask(context, "display").code, name))
    if layout:
        devices.change_device(context, "brno", "display", screen.id, {"layout": layout})
    return screen.id


def rows(context: Context) -> dict[str, Any]:
    """Return what is stored of each screen, by its key."""
    with context.database.reading() as connection:
        return {row.screen_key: row for row in connection.execute(select(ScreenState.__table__))}


def state(context: Context, name: str = "Hall") -> dict[str, Any]:
    """Return how a named screen stands, as the manager's page is told."""
    view = devices_view(context, context.setup("brno"))
    found: dict[str, Any] = next(screen["state"] for screen in view["screens"] if screen["name"] == name)
    return found


def words(context: Context, clock: SimulatedClock) -> list[tuple[str, str]]:
    """Return the screens that are in trouble."""
    return [(it["name"], it["health"]) for it in screen_troubles(context, context.setup("brno"), clock.now())]


def test_a_screen_comes_says_how_it_stands_and_goes(lobby: Lobby, context: Context, clock: SimulatedClock) -> None:
    hall = paired(context, "Hall")
    assert (state(context)["health"], words(context, clock)) == ("never", [])
    lobby.arrive("hall", hall, told=Shows(agent="a browser"))
    assert state(context) == {
        "health": "ok", "since": None, "behind": False, "revision": None, "seen_at": "2026-03-04T08:00:00.000Z",
        "gone_at": None, "sound": None, "visible": True, "width": None, "height": None, "page_started_at": None,
        "agent": "a browser",
    }  # fmt: skip
    clock.advance(seconds=2)
    lobby.beat("hall", 0, Shows(sound="blocked", width=1920, height=1080))
    seen = state(context)
    assert (seen["health"], seen["since"], seen["width"]) == ("muted", "2026-03-04T08:00:02.000Z", 1920)
    clock.advance(seconds=2)
    lobby.beat("hall", 0, Shows(visible=False, sound="on"))
    assert words(context, clock) == [("Hall", "dark")]
    clock.advance(seconds=2)
    lobby.beat("hall", 0)
    assert words(context, clock) == []
    lobby.leave("hall")
    assert lobby.wanted() == (0, 0)
    clock.advance(seconds=31)
    gone = state(context)
    assert (gone["health"], gone["since"]) == ("gone", "2026-03-04T08:00:06.000Z")
    lobby.arrive("hall", hall)
    assert (state(context)["health"], state(context)["gone_at"]) == ("ok", None)


def test_a_screen_that_lacks_a_revision_for_long_is_behind_until_it_has_it(
    lobby: Lobby, brno: Brno, context: Context, clock: SimulatedClock
) -> None:
    lobby.arrive("hall", paired(context, "Hall"))
    brno.take()
    assert lobby.beat("hall", 0) == 1
    clock.advance(seconds=10)
    lobby.beat("hall", 0)
    assert words(context, clock) == []
    clock.advance(seconds=1)
    assert words(context, clock) == [("Hall", "behind")]
    assert (state(context)["behind"], state(context)["revision"]) == (True, 0)
    clock.advance(seconds=1)
    lobby.beat("hall", 1)
    assert words(context, clock) == []


def test_a_process_that_died_leaves_its_screens_silent(lobby: Lobby, context: Context, clock: SimulatedClock) -> None:
    lobby.arrive("hall", paired(context, "Hall"))
    assert lobby.wanted() == (1, 1)
    clock.advance(seconds=31)
    assert words(context, clock) == [("Hall", "silent")]
    assert lobby.wanted() == (0, 0)


def test_heartbeats_cost_one_transaction_for_all_screens_together(
    lobby: Lobby, brno: Brno, context: Context, clock: SimulatedClock
) -> None:
    for number in range(20):
        lobby.arrive(f"screen {number}")
    commits = []
    event.listen(context.database.writer, "commit", commits.append)
    for second in range(1, 61):
        clock.advance(seconds=1)
        if second % 10 == 0:
            brno.take()  # its own transaction does not pass through the listener
            for number in range(20):
                lobby.beat(f"screen {number}", second // 10)
        if second % 5 == 0:
            lobby.screens.tick()
            assert all(clock.now() - row.seen_at <= timedelta(seconds=15) for row in rows(context).values())
    assert len(commits) <= 7  # six times all of them together, and once an hour what is too old
    assert lobby.wanted() == (20, 20)


def test_a_page_that_flickers_is_not_written_down_each_time(
    lobby: Lobby, context: Context, clock: SimulatedClock
) -> None:
    lobby.arrive("hall", paired(context, "Hall"))
    lobby.screens.tick()
    commits = []
    event.listen(context.database.writer, "commit", commits.append)
    for turn in range(100):
        lobby.beat("hall", 0, Shows(visible=turn % 2 == 1))
    assert commits == []
    lobby.beat("hall", 0, Shows(visible=False))
    lobby.screens.tick()
    assert (len(commits), state(context)["health"]) == (1, "dark")


def test_a_screen_that_came_back_to_another_process_is_not_gone(
    lobby: Lobby, context: Context, clock: SimulatedClock
) -> None:
    other = Lobby(context)
    lobby.arrive("hall", line="old")
    clock.advance(seconds=1)
    other.arrive("hall", line="new")
    lobby.leave("hall", "old")
    assert rows(context)["hall"].gone_at is None
    other.leave("hall", "new")
    assert rows(context)["hall"].gone_at == clock.now()


def test_a_screen_with_two_lines_is_one_screen_and_gone_with_the_last(lobby: Lobby, context: Context) -> None:
    lobby.arrive("hall", line="old")
    lobby.arrive("hall", line="new")
    assert lobby.wanted() == (1, 1)
    lobby.leave("hall", "old")
    assert lobby.wanted() == (1, 1)
    lobby.leave("hall", "new")
    lobby.leave("hall", "new")
    assert lobby.wanted() == (0, 0)


def test_screens_of_all_processes_are_counted_where_their_zone_has_the_call(lobby: Lobby, context: Context) -> None:
    other = Lobby(context)
    whole = paired(context, "Whole")
    cash = paired(context, "Cash", zone={"services": ["cash"]})
    first = paired(context, "First", zone={"counters": ["1"]}, sound={"chime": False, "speech": False})
    speaker = paired(context, "Speaker", kind="sound")
    for number, screen_id in enumerate((whole, cash, first, speaker)):
        (lobby, other)[number % 2].arrive(f"screen:{screen_id}", screen_id)
    other.arrive("somebody's browser")
    other.arrive("a browser without sound", told=Shows(sound="off"))
    for process in (lobby, other):
        process.lobbies.forget(context.setup("brno").id)
        assert process.wanted("ids", 0) == (4, 3)
        assert process.wanted("ids", 1) == (3, 3)
        assert process.wanted("cash", 0) == (5, 4)


def test_who_listens_is_read_once_a_second_however_many_acknowledge(
    lobby: Lobby, brno: Brno, context: Context, clock: SimulatedClock
) -> None:
    brno.take()
    brno.open()
    brno.next()
    lobby.arrive("hall")
    other = Lobby(context)
    assert asdict(acknowledge(context, other.lobbies, "brno", 3, "hall", shown=True, spoken=False)) == {
        "call_id": 3, "shown": 1, "spoken": 0, "screens": 1, "speakers": 1,
    }  # fmt: skip
    lobby.arrive("door")
    again = acknowledge(context, other.lobbies, "brno", 3, "door", shown=True, spoken=True)
    assert (again.shown, again.spoken, again.screens) == (2, 1, 1)
    clock.advance(seconds=1)
    assert acknowledge(context, other.lobbies, "brno", 3, "door", shown=True, spoken=True).screens == 2


def test_an_acknowledgement_said_again_keeps_its_first_time_and_writes_nothing(
    lobby: Lobby, brno: Brno, context: Context, clock: SimulatedClock
) -> None:
    brno.take()
    brno.open()
    brno.next()
    begun = clock.now()

    def say(**what: bool) -> Any:
        acknowledge(context, lobby.lobbies, "brno", 3, "hall", **{"shown": False, "spoken": False, **what})
        clock.advance(seconds=1)
        with context.database.reading() as connection:
            return connection.execute(select(ScreenAck.shown_at, ScreenAck.spoken_at)).one_or_none()

    assert say() is None
    assert say(shown=True) == (begun + timedelta(seconds=1), None)
    assert say(shown=True, spoken=True) == (begun + timedelta(seconds=1), begun + timedelta(seconds=2))
    assert say(shown=True) == (begun + timedelta(seconds=1), begun + timedelta(seconds=2))
    for call_id in (1, 2, 99):
        with pytest.raises(QueueError, match="unknown_call"):
            acknowledge(context, lobby.lobbies, "brno", call_id, "hall", shown=True, spoken=False)


def test_desk_and_queue_tell_of_paired_screens_in_trouble_while_the_branch_is_open(
    lobby: Lobby, brno: Brno, context: Context, clock: SimulatedClock
) -> None:
    lobby.arrive("hall", paired(context, "Hall"), told=Shows(sound="blocked"))
    lobby.arrive("browser", told=Shows(sound="blocked"))
    create_brno(context, "ostrava")

    def told() -> list[dict[str, Any]]:
        views = [
            desk_view(context, lobby.lobbies, brno.counters[0], None, "en")["screen_troubles"],
            queue_view(context, "brno")["screen_troubles"],
        ]
        assert views[0] == views[1]
        assert queue_view(context, "ostrava")["screen_troubles"] == []
        return views[0]  # type: ignore[no-any-return]

    assert told() == [{"name": "Hall", "health": "muted", "since": "2026-03-04T08:00:00.000Z"}]
    change(context, Branch, "brno", opening_hours={"wed": [["13:00", "17:00"]]})
    assert told() == []
    clock.advance(hours=5)
    assert [trouble["health"] for trouble in told()] == ["silent"]
    devices.revoke_device(context, "brno", "display", context.setup("brno").screens[0].id)
    assert told() == []


def test_what_nobody_misses_is_forgotten_after_a_day(lobby: Lobby, context: Context, clock: SimulatedClock) -> None:
    hall = paired(context, "Hall")
    lobby.arrive("hall", hall)
    lobby.arrive("browser")
    pairing.ask(context, "kiosk")
    lobby.leave("hall"), lobby.leave("browser")
    clock.advance(hours=23)
    lobby.screens.tick()
    assert rows(context).keys() == {"hall", "browser"}
    clock.advance(hours=2)
    lobby.screens.tick()
    assert rows(context).keys() == {"hall"}
    with context.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM pairing").scalar_one() == 0


def test_the_list_of_devices_has_screens_kiosks_panels_and_those_without_a_name(lobby: Lobby, context: Context) -> None:
    hall = paired(context, "Hall", kind="last_call")
    lobby.arrive(f"screen:{hall}", hall)
    lobby.arrive("browser")
    view = devices_view(context, context.setup("brno"))
    assert view.keys() == {"server_time", "revision", "screens", "kiosks", "unnamed", "panels"}
    (screen,) = view["screens"]
    assert (screen["id"], screen["name"], screen["paired"], screen["layout"]["kind"]) == (
        hall,
        "Hall",
        True,
        "last_call",
    )
    assert [(kiosk["name"], kiosk["paired"]) for kiosk in view["kiosks"]] == [("Kiosk", False)]
    assert [(page["key"], page["state"]["agent"]) for page in view["unnamed"]] == [("browser", "a browser")]
    assert view["panels"] == []
    devices.remove_device(context, "brno", "display", hall)
    assert rows(context).keys() == {"browser"}


def test_hundreds_that_come_back_at_once_are_written_down_together(
    lobby: Lobby, context: Context, clock: SimulatedClock
) -> None:
    lobby.lobbies.of(context.setup("brno").id)
    commits = []
    event.listen(context.database.writer, "commit", commits.append)
    for number in range(200):
        lobby.arrive(f"screen {number}")
    assert len(commits) <= 40
    lobby.screens.tick()
    assert len(commits) <= 42
    assert lobby.wanted() == (200, 200)
    for number in range(150):
        lobby.leave(f"screen {number}")
    lobby.arrive("screen 0")  # it was a short break
    lobby.screens.tick()
    assert len(commits) <= 43
    assert lobby.wanted() == (51, 51)
    assert {key for key, row in rows(context).items() if row.gone_at} == {f"screen {n}" for n in range(1, 150)}
