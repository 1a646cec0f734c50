"""Whether a lobby screen can be relied on, from what its page says of itself; and how many screens a call is for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from queue_app.domain.errors import QueueError
from queue_app.domain.reading import truth, whole, word_of, wrong
from queue_app.domain.screen_layout import USUAL, ScreenLayout

HEARTBEAT_SECONDS = 10
"""How often a page says how it stands."""
BEHIND = timedelta(seconds=10)
"""A screen that has lacked the branch's revision for longer may be showing an old call."""
SILENT = timedelta(seconds=30)
"""Three heartbeats: one may be late, two may be lost, of three nobody can say that the page runs."""
GONE = timedelta(seconds=30)
"""A line that is back sooner was a short break, and nobody's business."""

MOST_PIXELS = 100_000
MOST_LETTERS = 200
MOST_REVISION = 2**53 - 1


class Health(StrEnum):
    """How a screen stands, the first word that holds."""

    NEVER = "never"
    GONE = "gone"
    SILENT = "silent"
    BEHIND = "behind"
    DARK = "dark"
    MUTED = "muted"
    OK = "ok"


class Sounds(StrEnum):
    """Whether a page is heard: it is, the browser forbids it until somebody touches the screen, or it is not meant to be."""

    ON = "on"
    BLOCKED = "blocked"
    OFF = "off"


@dataclass(frozen=True)
class Shows:
    """What a page told of itself last; what it has not told yet counts as well.

    Attributes:
        visible: whether the page paints: not so behind another window, on a player that sleeps.
        sound: whether it is heard; None where it has not told yet.
        width, height: of its picture, in its own pixels.
        page_started_at: when the page was loaded, as it says itself.
        agent: which browser it is.
        changed_at: when `visible` or `sound` changed last, ISO 8601 UTC.
        behind_since: when it first lacked the branch's revision and has lacked it since; ISO 8601 UTC.
    """

    visible: bool = True
    sound: str | None = None
    width: int | None = None
    height: int | None = None
    page_started_at: str | None = None
    agent: str = ""
    changed_at: str | None = None
    behind_since: str | None = None

    def json(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return asdict(self)

    def then(self, told: Shows, now: datetime, *, behind: bool) -> Shows:
        """Return what is known after the page told `told` at `now`.

        Args:
            told: without `changed_at` and `behind_since`.
            now: aware UTC.
            behind: whether the branch has a newer revision than the page.
        """
        same = (told.visible, told.sound) == (self.visible, self.sound)
        moment = now.isoformat()
        return replace(
            told,
            changed_at=self.changed_at if same else moment,
            behind_since=(self.behind_since or moment) if behind else None,
        )


@dataclass(frozen=True)
class Standing:
    """One screen's last sign of life: when it was, when its line was lost since then, and what it shows."""

    seen_at: datetime
    gone_at: datetime | None = None
    shows: Shows = Shows()

    def is_live(self, now: datetime) -> bool:
        """Say whether somebody may see or hear a call there now."""
        return self.gone_at is None and now - self.seen_at <= SILENT


def stored_shows(data: Mapping[str, Any]) -> Shows:
    """Return what was stored of a page; what only another release knew is left out."""
    return Shows(**{name: value for name, value in data.items() if name in Shows.__dataclass_fields__})


def read_heartbeat(told: object, agent: str) -> tuple[int | None, Shows]:
    """Read a heartbeat `{revision, visible, sound, width, height, page_started_at}`, of which everything may be left out.

    Returns:
        The revision the page has drawn (None before its first) and what it tells of itself.

    Raises:
        QueueError: `bad_request` where it is no object, `invalid_value` with `field`. What means nothing here is passed over:
            a page may be newer than the server.
    """
    if not isinstance(told, dict):
        raise QueueError("bad_request")
    revision = told.get("revision")
    if revision is not None:
        revision = whole(revision, "revision", 0, MOST_REVISION)
    started = told.get("page_started_at")
    return revision, Shows(
        visible=truth(told.get("visible", True), "visible"),
        sound=str(word_of(told["sound"], "sound", Sounds)) if told.get("sound") is not None else None,
        width=_pixels(told, "width"),
        height=_pixels(told, "height"),
        page_started_at=None if started is None else _moment(started),
        agent="".join(letter for letter in agent[:MOST_LETTERS] if letter.isprintable()),
    )


def _pixels(told: Mapping[str, Any], name: str) -> int | None:
    return None if told.get(name) is None else whole(told[name], name, 0, MOST_PIXELS)


def _moment(text: object) -> str:
    try:
        found = datetime.fromisoformat(text)  # type: ignore[arg-type]  # what is no text is refused below, too
    except (TypeError, ValueError):
        found = None
    if found is None or found.tzinfo is None:
        raise wrong("page_started_at", "a moment like 2026-11-22T10:20:00Z is needed")
    return found.isoformat()


def health(standing: Standing | None, layout: ScreenLayout, now: datetime) -> tuple[Health, datetime | None]:
    """Return how a screen stands, and since when; the moment is None where it is well or was never seen.

    Args:
        standing: None where the screen was never seen.
        layout: what it should show and speak: a loudspeaker need not be visible, a silent screen not be heard.
        now: aware UTC.
    """
    if standing is None:
        return Health.NEVER, None
    shows = standing.shows
    changed = datetime.fromisoformat(shows.changed_at) if shows.changed_at else standing.seen_at
    behind = datetime.fromisoformat(shows.behind_since) if shows.behind_since else None
    if standing.gone_at is not None and now - standing.gone_at > GONE:
        return Health.GONE, standing.gone_at
    if standing.gone_at is None and now - standing.seen_at > SILENT:
        return Health.SILENT, standing.seen_at
    if behind is not None and now - behind > BEHIND:
        return Health.BEHIND, behind
    if not shows.visible and layout.shows_calls:
        return Health.DARK, changed
    if shows.sound == Sounds.BLOCKED and layout.speaks:
        return Health.MUTED, changed
    return Health.OK, None


Lobby = Mapping[tuple[int | None, bool], int]
"""How many live screens there are of each kind: by the screen's id (None for those that nobody named), and whether by its
own word it is meant to be heard."""


def wanted(lobby: Lobby, layouts: Mapping[int, ScreenLayout], service: str, counter: str) -> tuple[int, int]:
    """Return how many live screens should show, and how many should speak, a call for `service` to `counter`.

    Args:
        lobby: who listens.
        layouts: of the named screens, by id; the others show what is usual.
        service: slug of the ticket's service.
        counter: name of the counter.
    """
    screens = speakers = 0
    for (screen_id, heard), number in lobby.items():
        layout = USUAL if screen_id is None else layouts.get(screen_id, USUAL)
        if layout.has(service, counter):
            screens += number * layout.shows_calls
            speakers += number * (layout.speaks and heard)
    return screens, speakers
