"""Five lobby screens whose cables are pulled out at random moments of 300 calls: none is ever wrong, and none misses a call.

Time stands still until the test moves it on, for the server (its clock, its socket's heartbeat) and for the pages (`world.js`) by the
same small steps; so a cut of ten minutes is over in seconds, and a busy machine changes nothing. Painting, the
network and the cables are real.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from queue_app.operations import pairing, serve, views
from queue_app.operations.devices import change_device
from queue_app.operations.undo import undo
from queue_app.store.models import ScreenAck
from tests.browser.busy_branch import START, BusyBranch, MovedServer
from tests.browser.cable import REFUSED, SILENT, WHOLE, Cable, Cables
from tests.servers import wait_until

OpenPage = Callable[..., Page]
MOST_SECONDS = 3.3
CALLS = 300
LONG_SECONDS = 600.0
EVERY_SECONDS = 3.3
"""So often somebody is called: more often than a turn lasts, so that calls have to wait for theirs."""
FRESH = timedelta(seconds=58)
"""Who was called longer ago gets no turn; two seconds less than the page allows, for the way."""
AT_REST = """(revision) => document.querySelector("main").dataset.revision === String(revision)
    && document.documentElement.dataset.live === "yes" && document.querySelector(".stage").dataset.state !== "calling"
    && !document.querySelector('li[data-state="soon"]')"""
SCRIPT = (Path(__file__).parent / "world.js").read_text("utf-8")
LAYOUT = {"sound": {"speech": False, "pause_seconds": 0}}
IDS_ONLY = {**LAYOUT, "zone": {"services": ["ids"]}}


@dataclass
class Wall:
    """One screen: its page, its cable, when that is cut, and what it showed."""

    id: int
    page: Page
    cable: Cable
    services: set[str]
    cuts: list[tuple[float, float, str]]
    record: list[dict[str, Any]] = field(default_factory=list)


def cuts(dice: random.Random) -> list[tuple[float, float, str]]:
    """Return when a cable is cut, until when, and how: once for ten minutes, twice for 30 seconds, six times for one."""
    whole = CALLS * EVERY_SECONDS
    long = dice.uniform(0, whole - LONG_SECONDS)
    chosen = [(long, long + LONG_SECONDS, dice.choice([REFUSED, SILENT]))]
    for seconds, times in ((30, 2), (1, 6)):
        for _ in range(times):
            begin = dice.uniform(0, whole - 30)
            if all(begin + seconds + 5 < other or begin > end + 5 for other, end, _ in chosen):
                chosen.append((begin, begin + seconds, dice.choice([REFUSED, SILENT])))
    return sorted(chosen)


@pytest.fixture
def house(tmp_path: Path, migrated_sqlite: Path) -> Iterator[MovedServer]:
    """The server of that world."""
    shutil.copy(migrated_sqlite, tmp_path / "queue.sqlite3")
    with MovedServer(tmp_path, tmp_path / "queue.sqlite3") as server:
        yield server


@pytest.fixture
def cables() -> Iterator[Cables]:
    """All cables of a test."""
    cables = Cables()
    yield cables
    cables.close()


def hang(
    house: MovedServer, cables: Cables, open_page: OpenPage, name: str, layout: dict[str, Any], dice: random.Random
) -> Wall:
    """Pair a screen, arrange it, and open its page."""
    asked = pairing.ask(house.context, "display")
    paired = pairing.pair(house.context, "brno", pairing.Wish(asked.code, name))
    change_device(house.context, "brno", "display", paired.id, {"layout": layout})
    house.context.reload("brno")
    cable = cables.lay(house.port)
    page = open_page("about:blank", 480, 270)  # five of them are painted by software, side by side
    page.add_init_script(f"window.worldBegins = {house.clock.now().timestamp() * 1000};\n{SCRIPT}")
    page.goto(f"http://127.0.0.1:{cable.port}/display/brno?token={asked.secret}")
    services = set(layout.get("zone", {}).get("services", ["ids", "driving", "cash"]))
    return Wall(paired.id, page, cable, services, cuts(dice))


def until_live(house: MovedServer, walls: list[Wall]) -> None:
    """Move on until every screen is live."""

    def live() -> bool:
        move_on(house, walls, 0.1)
        return all(wall.page.evaluate("() => document.documentElement.dataset.live === 'yes'") for wall in walls)

    wait_until(live, "the screens to be live")


def move_on(house: MovedServer, walls: list[Wall], seconds: float) -> None:
    """Move the time on for everybody."""
    house.clock.advance(seconds=seconds)
    for wall in walls:  # all of them begin before the first one is waited for: they are processes of their own
        to = [house.clock.now().timestamp() * 1000, wall.cable.state == WHOLE]
        wall.page.evaluate("([to, whole]) => { world.moved = world.move(to, whole); }", to)
    for wall in walls:
        wall.page.evaluate("() => world.moved")


def run_the_day(house: MovedServer, branch: BusyBranch, walls: list[Wall], dice: random.Random) -> None:
    """Let everybody be called, and the cables be cut and mended when their time comes."""
    plan: list[tuple[float, int, Callable[[], object]]] = [
        (number * EVERY_SECONDS, -1, branch.call) for number in range(CALLS)
    ]
    for number, wall in enumerate(walls):
        for begin, end, state in wall.cuts:
            plan.append((begin, number, partial(wall.cable.cut, state)))
            plan.append((end, number, partial(wall.cable.mend, dice.random() < 0.5)))
    begun = house.clock.monotonic()
    for moment, _, happens in sorted(plan, key=lambda step: step[:2]):
        while (left := begun + moment - house.clock.monotonic()) > 0.01:
            move_on(house, walls, min(left, MOST_SECONDS))
        happens()


def settle(house: MovedServer, branch: BusyBranch, walls: list[Wall]) -> None:
    """Move on until every screen shows the end of the day, and every turn is over."""

    def settled() -> bool:
        move_on(house, walls, MOST_SECONDS)
        return all(wall.page.evaluate(AT_REST, branch.truth.revision) for wall in walls)

    wait_until(settled, "every screen to be at rest", 120)
    for wall in walls:
        wall.record = wall.page.evaluate("window.record")


def acks(house: MovedServer, wall: Wall) -> dict[int, tuple[bool, bool]]:
    """Return which calls a screen said it has shown, and spoken."""
    with house.context.database.reading() as connection:
        rows = connection.execute(
            select(ScreenAck.call_id, ScreenAck.shown_at, ScreenAck.spoken_at).where(
                ScreenAck.screen_key == f"screen:{wall.id}"
            )
        ).all()
    return {row.call_id: (row.shown_at is not None, row.spoken_at is not None) for row in rows}


def displayed(entry: dict[str, Any]) -> list[dict[str, Any]]:
    """Return every call that stood on the screen."""
    return [*([entry["large"]] if entry["large"] else []), *entry["listed"]]


def never_wrong(branch: BusyBranch, wall: Wall) -> list[str]:
    """Return every number that stood on the screen though it was not being called at that revision."""
    wrong = []
    for entry in wall.record:
        for it in displayed(entry):
            label, counter, service = branch.truth.facts.get(it["call"], ("?", "?", "?"))
            right = (label, counter) == (it["label"], it["counter"]) and service in wall.services
            if not right or not branch.truth.stood(it["call"], entry["revision"]):
                wrong.append(f"screen {wall.id}, revision {entry['revision']}: {it}")
    return wrong


def missed(branch: BusyBranch, wall: Wall) -> list[str]:
    """Return the newest calls that did not stand on the screen though it knew the revision; and turns out of their order."""
    found = []
    turns = [0]
    for entry in wall.record:
        seen = {it["call"] for it in displayed(entry)}
        of_all = branch.truth.newest(entry["revision"], lambda call: True)[:12]
        newest = [call for call in of_all if branch.truth.facts[call][2] in wall.services][:4]
        if not seen.issuperset(newest):
            found.append(
                f"screen {wall.id}, revision {entry['revision']}: {newest} were called, {sorted(seen)} stood there"
            )
        large = entry["large"]
        if large and large["calling"] and large["call"] != turns[-1]:
            if large["call"] < turns[-1]:
                found.append(f"screen {wall.id}: {large['call']} had its turn after {turns[-1]}")
            turns.append(large["call"])
    return found


def due(branch: BusyBranch, wall: Wall) -> set[int]:
    """Return the calls that must have had their turn: the screen knew of them within a minute, and they stood to the end.

    One that was taken down loses its turn, also where the clerk took that back: a recall gives it another.
    """
    wanted = set()
    for call, (_, _, service) in branch.truth.facts.items():
        first = next((entry for entry in wall.record if entry["revision"] >= call), None)
        if service in wall.services and first is not None and branch.truth.stood_ever_since(call):
            at = START + timedelta(milliseconds=first["at"] - START.timestamp() * 1000)
            if at - branch.truth.called_at[call] < FRESH:
                wanted.add(call)
    return wanted


def test_screens_that_are_cut_off_again_and_again_are_never_wrong_and_miss_nothing(
    house: MovedServer, cables: Cables, open_page: OpenPage
) -> None:
    dice = random.Random(20260304)
    branch = BusyBranch(house.context, 5)
    layouts = {f"Screen {number}": LAYOUT for number in range(1, 5)} | {"Identity cards": IDS_ONLY}
    walls = [hang(house, cables, open_page, name, layout, dice) for name, layout in layouts.items()]
    until_live(house, walls)
    run_the_day(house, branch, walls, dice)
    settle(house, branch, walls)
    assert branch.calls == CALLS
    for wall in walls:
        assert never_wrong(branch, wall) == []
        assert missed(branch, wall) == []
        had_turns = {entry["large"]["call"] for entry in wall.record if entry["large"] and entry["large"]["calling"]}
        wanted = due(branch, wall)
        assert len(wanted) > 20 and wanted <= had_turns

        def all_told(wall: Wall = wall, wanted: set[int] = wanted) -> bool:
            move_on(house, walls, 1)
            told = acks(house, wall)
            return all(told.get(call) == (True, True) for call in wanted)

        wait_until(all_told, "every call to be acknowledged", 10)
        seen = {it["call"] for entry in wall.record for it in displayed(entry)}
        assert {call for call, (shown, _) in acks(house, wall).items() if shown} <= seen
    last, counter = branch.call_one("ids")
    complete = {"call_id": last, "shown": 5, "spoken": 5, "screens": 5, "speakers": 5}
    lobbies = house.app.extensions["queue_lobbies"]

    def counted() -> bool:
        move_on(house, walls, 1)
        return bool(views.desk_view(house.context, lobbies, counter, None, "en")["delivery"] == complete)

    wait_until(counted, "the desk to count every screen", 30)


def hang_one(house: MovedServer, cables: Cables, open_page: OpenPage) -> tuple[BusyBranch, Wall]:
    """Open the branch, with one screen whose cable nobody cuts."""
    branch = BusyBranch(house.context, 7)
    wall = hang(house, cables, open_page, "Hall", LAYOUT, random.Random(1))
    until_live(house, [wall])
    return branch, wall


def call_many(branch: BusyBranch, number: int) -> list[int]:
    """Call so many people at the same moment, and return the calls."""
    for _ in range(number):
        branch.brno.take()
    for turn in range(number):
        index = turn % len(branch.clerks)
        serve.call_next(branch.context, branch.brno.counters[index], branch.clerks[index])
        branch.look()
        if turn + len(branch.clerks) < number:
            serve.finish(branch.context, branch.brno.counters[index], branch.clerks[index])
            branch.look()
    return sorted(branch.truth.facts)[-number:]


def turns_of(wall: Wall) -> list[int]:
    """Return which calls stood large as being called, one after the other."""
    large = [entry["large"]["call"] for entry in wall.record if entry["large"] and entry["large"]["calling"]]
    return [call for place, call in enumerate(large) if place == 0 or large[place - 1] != call]


def test_fifty_calls_within_a_second_are_all_shown_in_their_order(
    house: MovedServer, cables: Cables, open_page: OpenPage
) -> None:
    branch, wall = hang_one(house, cables, open_page)
    calls = call_many(branch, 50)
    settle(house, branch, [wall])
    assert turns_of(wall) == calls
    assert never_wrong(branch, wall) == []
    wait_until(lambda: all(acks(house, wall).get(call) == (True, True) for call in calls), "all to be acknowledged", 20)


def test_what_is_taken_back_or_ends_during_the_turns_comes_down_at_once(
    house: MovedServer, cables: Cables, open_page: OpenPage
) -> None:
    branch, wall = hang_one(house, cables, open_page)
    first, second, _, fourth = call_many(branch, 4)
    until_large(house, wall, first)
    undo(branch.context, branch.brno.counters[0], branch.clerks[0])
    branch.look()
    until_large(house, wall, second)
    undo(branch.context, branch.brno.counters[2], branch.clerks[2])
    branch.look()
    until_large(house, wall, fourth)
    branch.close()
    settle(house, branch, [wall])
    assert turns_of(wall) == [first, second, fourth]
    assert never_wrong(branch, wall) == []
    assert displayed(wall.record[-1]) == []


def until_large(house: MovedServer, wall: Wall, call: int) -> None:
    """Move on until a call stands large."""

    def large() -> bool:
        move_on(house, [wall], 1)
        return bool(
            wall.page.evaluate("(call) => document.querySelector('.stage').dataset.call === String(call)", call)
        )

    wait_until(large, "the call's turn", 30)


def test_a_player_that_slept_for_an_hour_shows_no_call_of_before_as_if_it_were_made_now(
    house: MovedServer, cables: Cables, open_page: OpenPage
) -> None:
    branch, wall = hang_one(house, cables, open_page)
    (before,) = call_many(branch, 1)
    until_large(house, wall, before)
    wall.cable.cut(SILENT)
    serve.finish(branch.context, branch.brno.counters[0], branch.clerks[0])
    asleep = call_many(branch, 3)
    house.clock.advance(hours=1)
    wall.page.evaluate("to => world.sleep(to)", house.clock.now().timestamp() * 1000)
    wall.cable.mend(keep=False)
    woken = house.clock.now().timestamp() * 1000
    settle(house, branch, [wall])
    assert turns_of(wall) == [before]
    late = [entry for entry in wall.record if entry["at"] > woken + 1000]
    assert not any(entry["large"] and entry["large"]["calling"] for entry in late)
    assert {it["call"] for it in displayed(wall.record[-1])} >= set(asleep)
    assert never_wrong(branch, wall) == []


def test_a_server_that_comes_back_with_an_older_record_shows_what_stands_there(
    house: MovedServer, cables: Cables, open_page: OpenPage, tmp_path: Path
) -> None:
    branch, wall = hang_one(house, cables, open_page)
    with (
        closing(sqlite3.connect(tmp_path / "queue.sqlite3")) as source,
        closing(sqlite3.connect(tmp_path / "old.sqlite3")) as copy,
    ):
        source.backup(copy)
    lost = call_many(branch, 3)
    until_large(house, wall, lost[0])
    with MovedServer(tmp_path, tmp_path / "old.sqlite3", house.clock) as restored:
        wall.cable.cut(REFUSED)
        wall.cable.lead_to(restored.port)
        wall.cable.mend()
        old = views.board_view(restored.context, "brno", None, 0)

        def shown() -> bool:
            move_on(house, [wall], 1)
            return bool(wall.page.evaluate(AT_REST, old["revision"]))

        wait_until(shown, "the older record", 60)
        wall.record = wall.page.evaluate("window.record")
        assert displayed(wall.record[-1]) == []
