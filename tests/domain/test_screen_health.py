"""When a screen can be relied on, and how many screens a call is for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_app.domain.errors import QueueError
from queue_app.domain.screen_health import (
    BEHIND,
    GONE,
    SILENT,
    Health,
    Shows,
    Sounds,
    Standing,
    health,
    read_heartbeat,
    stored_shows,
    wanted,
)
from queue_app.domain.screen_layout import USUAL, ScreenKind, ScreenLayout, Sound, Zone

NOW = datetime(2026, 3, 4, 8, 0, tzinfo=UTC)
MUTE = replace(USUAL, sound=Sound(chime=False, speech=False))
LOUDSPEAKER = replace(USUAL, kind=ScreenKind.SOUND)

ages = st.one_of(st.none(), st.integers(0, 90))
LAYOUTS = st.builds(
    ScreenLayout,
    kind=st.sampled_from(ScreenKind),
    counter=st.sampled_from(["1", "2"]),
    zone=st.builds(
        Zone,
        st.one_of(st.none(), st.sampled_from([("ids",), ("cash",), ("ids", "cash")])),
        st.one_of(st.none(), st.sampled_from([("1",), ("2",), ("1", "2")])),
    ),
    sound=st.builds(Sound, chime=st.booleans(), speech=st.booleans()),
)


def ago(seconds: int | None) -> datetime | None:
    """Return the moment so many seconds before now."""
    return None if seconds is None else NOW - timedelta(seconds=seconds)


@st.composite
def standings(draw: st.DrawFn) -> Standing:
    """Draw a screen in any state."""
    behind, changed = ago(draw(ages)), ago(draw(ages))
    shows = Shows(
        visible=draw(st.booleans()),
        sound=draw(st.sampled_from([None, *Sounds])),
        behind_since=behind and behind.isoformat(),
        changed_at=changed and changed.isoformat(),
    )
    seen = ago(draw(st.integers(0, 90)))
    assert seen is not None
    return Standing(seen, ago(draw(ages)), shows)


@given(standings(), LAYOUTS)
def test_a_screen_is_well_only_where_a_call_is_seen_and_heard(standing: Standing, layout: ScreenLayout) -> None:
    word, since = health(standing, layout, NOW)
    shows = standing.shows
    recent = standing.gone_at is not None and NOW - standing.gone_at <= GONE
    wrong = (
        (not standing.is_live(NOW) and not recent)
        or (shows.behind_since is not None and NOW - datetime.fromisoformat(shows.behind_since) > BEHIND)
        or (layout.shows_calls and not shows.visible)
        or (layout.speaks and shows.sound == Sounds.BLOCKED)
    )
    assert (word != Health.OK) == wrong
    assert (since is None) == (word == Health.OK)
    assert since is None or since <= NOW


@pytest.mark.parametrize(
    ("standing", "word"),
    [
        (None, Health.NEVER),
        (Standing(NOW), Health.OK),
        (Standing(NOW - SILENT), Health.OK),
        (Standing(NOW - SILENT - timedelta(seconds=1)), Health.SILENT),
        (Standing(NOW - SILENT * 2, NOW - GONE), Health.OK),
        (Standing(NOW - SILENT * 2, NOW - GONE - timedelta(seconds=1)), Health.GONE),
        (Standing(NOW, shows=Shows(behind_since=(NOW - BEHIND).isoformat())), Health.OK),
        (Standing(NOW, shows=Shows(behind_since=(NOW - BEHIND * 2).isoformat())), Health.BEHIND),
        (Standing(NOW, shows=Shows(visible=False)), Health.DARK),
        (Standing(NOW, shows=Shows(sound="blocked")), Health.MUTED),
        (Standing(NOW, shows=Shows(sound="off")), Health.OK),
    ],
)
def test_the_words_of_a_screen_that_shows_and_speaks(standing: Standing | None, word: Health) -> None:
    assert health(standing, USUAL, NOW)[0] == word


def test_a_loudspeaker_need_not_be_seen_and_a_silent_screen_not_be_heard() -> None:
    hidden = Standing(NOW, shows=Shows(visible=False, sound="blocked"))
    assert health(hidden, LOUDSPEAKER, NOW)[0] == Health.MUTED
    assert health(replace(hidden, shows=Shows(sound="blocked")), MUTE, NOW)[0] == Health.OK


@given(
    st.dictionaries(st.tuples(st.sampled_from([None, 1, 2, 3]), st.booleans()), st.integers(1, 5)),
    st.lists(LAYOUTS, min_size=3, max_size=3),
    st.sampled_from(["ids", "cash"]),
    st.sampled_from(["1", "2"]),
)
def test_a_call_is_for_the_screens_that_show_and_speak_its_service_at_its_counter(
    lobby: dict[tuple[int | None, bool], int], layouts: list[ScreenLayout], service: str, counter: str
) -> None:
    by_id = dict(enumerate(layouts, start=1))
    each = [
        (USUAL if screen_id is None else by_id[screen_id], heard)
        for (screen_id, heard), number in lobby.items()
        for _ in range(number)
    ]
    here = [(layout, heard) for layout, heard in each if layout.has(service, counter)]
    assert wanted(lobby, by_id, service, counter) == (
        sum(layout.shows_calls for layout, _ in here),
        sum(layout.speaks and heard for layout, heard in here),
    )


@given(standings(), st.booleans(), st.sampled_from([None, *Sounds]), st.booleans())
def test_since_when_it_stands_so_is_kept_until_it_changes(
    before: Standing, visible: bool, sound: str | None, behind: bool
) -> None:
    after = before.shows.then(Shows(visible=visible, sound=sound), NOW, behind=behind)
    same = (visible, sound) == (before.shows.visible, before.shows.sound)
    assert after.changed_at == (before.shows.changed_at if same else NOW.isoformat())
    assert after.behind_since == ((before.shows.behind_since or NOW.isoformat()) if behind else None)
    assert stored_shows({**after.json(), "of another release": 1}) == after


def test_a_heartbeat_may_leave_everything_out_and_say_more_than_is_known() -> None:
    assert read_heartbeat({}, "a browser") == (None, Shows(agent="a browser"))
    told = {"revision": 7, "visible": False, "sound": "on", "width": 1920, "height": 1080, "temperature": 40}
    revision, shows = read_heartbeat({**told, "page_started_at": "2026-03-04T07:00:00Z"}, "x\n" * 300)
    assert (revision, shows.visible, shows.sound, shows.width, shows.height) == (7, False, "on", 1920, 1080)
    assert shows.page_started_at == "2026-03-04T07:00:00+00:00"
    assert shows.agent == "x" * 100


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"revision": -1}, "revision"), ({"revision": "7"}, "revision"), ({"revision": True}, "revision"),
        ({"revision": 2**53}, "revision"), ({"visible": 1}, "visible"), ({"visible": None}, "visible"),
        ({"sound": "loud"}, "sound"), ({"sound": 1}, "sound"), ({"sound": ["on"]}, "sound"),
        ({"width": -1}, "width"), ({"width": 1.5}, "width"), ({"height": 10**9}, "height"),
        ({"page_started_at": "yesterday"}, "page_started_at"), ({"page_started_at": 7}, "page_started_at"),
        ({"page_started_at": "2026-03-04T07:00:00"}, "page_started_at"), ({"page_started_at": "\0"}, "page_started_at"),
        (None, None), ([], None), ("x", None), (7, None),
    ],
)  # fmt: skip
def test_a_heartbeat_that_makes_no_sense_is_refused(told: Any, field: str | None) -> None:
    with pytest.raises(QueueError) as refused:
        read_heartbeat(told, "")
    assert (refused.value.code, refused.value.details.get("field")) == (
        ("bad_request", None) if field is None else ("invalid_value", field)
    )
