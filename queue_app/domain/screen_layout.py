"""What stands on one lobby screen, and how: read from JSON with every mistake named, given back as JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from typing import Any

from queue_app.domain.branch import BranchSetup
from queue_app.domain.errors import QueueError
from queue_app.domain.reading import list_of, object_of, truth, whole, word_of, wrong

CAPITAL_PER_DISTANCE = 0.0122
"""EN 301 549, 5.1.4: the least height of a capital letter, as a share of the distance it is read from."""

MOST_VOLUMES = 24
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
FOLDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")


class ScreenKind(StrEnum):
    """What the screen is mainly for."""

    CALLS = "calls"
    LAST_CALL = "last_call"
    COUNTERS = "counters"
    WAITING = "waiting"
    COUNTER = "counter"
    SOUND = "sound"


class Arrow(StrEnum):
    """Where a counter lies, seen from in front of the screen."""

    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"
    UP_LEFT = "up_left"
    UP_RIGHT = "up_right"
    DOWN_LEFT = "down_left"
    DOWN_RIGHT = "down_right"


class MediaPlace(StrEnum):
    """Where pictures stand in relation to the calls."""

    BESIDE = "beside"
    BELOW = "below"


@dataclass(frozen=True)
class Zone:
    """The part of the branch that a screen is for; None: all services, all counters."""

    services: tuple[str, ...] | None = None
    counters: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Parts:
    """What else is shown beside the calls."""

    waiting: bool = True
    clock: bool = True
    date: bool = False
    notice: bool = True


@dataclass(frozen=True)
class Media:
    """Pictures and videos of a folder; `seconds` is how long each picture stands."""

    folder: str | None = None
    seconds: int = 10
    place: MediaPlace = MediaPlace.BESIDE


@dataclass(frozen=True)
class Volume:
    """From this time of the day on (`HH:MM`, the branch's), so loud."""

    start: str = "00:00"
    percent: int = 100


@dataclass(frozen=True)
class Sound:
    """What is heard of a call.

    Attributes:
        chime: whether two tones come first.
        speech: whether the call is spoken.
        ticket_language: whether it is spoken in the ticket's own language first.
        languages: in which of the branch's languages it is spoken then; where nothing is left to speak, in the branch's first.
        volume: sorted by time; the last one before now holds, before the first one the last of the list.
        repeat: how often a call is announced, where nobody else waits for their turn.
        pause_seconds: between two announcements.
    """

    chime: bool = True
    speech: bool = True
    ticket_language: bool = True
    languages: tuple[str, ...] = ()
    volume: tuple[Volume, ...] = (Volume(),)
    repeat: int = 1
    pause_seconds: int = 1


@dataclass(frozen=True)
class Care:
    """What keeps the picture tube and the neighbours happy.

    Attributes:
        shift: whether everything moves a little, very slowly.
        dim: by how many percent the screen is darker while the branch is closed.
        reload: whether the page is loaded anew each night, out of hours.
    """

    shift: bool = True
    dim: int = 60
    reload: bool = True


@dataclass(frozen=True)
class ScreenLayout:
    """One screen's layout.

    Attributes:
        kind: what the screen is mainly for.
        counter: the counter below a small screen (`ScreenKind.COUNTER`), by name.
        zone: which services and counters it shows and speaks.
        arrows: where counters lie, by name.
        turn_seconds: how long a call stays large when none follows.
        rows: the most rows of the list of last calls.
        show: what stands beside the calls.
        media: pictures and videos.
        distance_metres, height_centimetres: from how far it is read, and how high the visible picture is: together they say
            how large the smallest letters must be (`least_capital`).
        sound: what is heard.
        care: what is done for the device.
    """

    kind: ScreenKind = ScreenKind.CALLS
    counter: str | None = None
    zone: Zone = field(default_factory=Zone)
    arrows: Mapping[str, Arrow] = field(default_factory=dict)
    turn_seconds: int = 12
    rows: int = 12
    show: Parts = field(default_factory=Parts)
    media: Media = field(default_factory=Media)
    distance_metres: int = 6
    height_centimetres: int = 60
    sound: Sound = field(default_factory=Sound)
    care: Care = field(default_factory=Care)

    @property
    def least_capital(self) -> float:
        """The least height of a capital letter as a share of the picture's height (EN 301 549: 0.0122 × distance)."""
        return CAPITAL_PER_DISTANCE * self.distance_metres * 100 / self.height_centimetres

    @property
    def shows_calls(self) -> bool:
        """Whether anybody can read a call on it; a loudspeaker only speaks."""
        return self.kind != ScreenKind.SOUND

    @property
    def speaks(self) -> bool:
        """Whether a call makes any sound here."""
        return self.sound.chime or self.sound.speech

    def has(self, service: str, counter: str) -> bool:
        """Say whether a call for this service to this counter is shown and spoken here."""
        if self.kind == ScreenKind.COUNTER and counter != self.counter:
            return False
        services, counters = self.zone.services, self.zone.counters
        return (services is None or service in services) and (counters is None or counter in counters)

    def json(self) -> dict[str, Any]:
        """Return it as `read_layout` reads it, nothing left out."""
        told = asdict(self)
        told["sound"]["volume"] = [{"from": each.start, "percent": each.percent} for each in self.sound.volume]
        told["sound"]["languages"] = list(self.sound.languages)
        told["zone"] = {
            "services": None if self.zone.services is None else list(self.zone.services),
            "counters": None if self.zone.counters is None else list(self.zone.counters),
        }
        told["arrows"] = {counter: str(arrow) for counter, arrow in self.arrows.items()}
        told["kind"] = str(self.kind)
        told["media"]["place"] = str(self.media.place)
        return told


USUAL = ScreenLayout()
"""What a screen shows that nobody has arranged."""


def read_layout(data: object, setup: BranchSetup) -> ScreenLayout:
    """Read a screen's layout; everything may be left out.

    Args:
        data: as `ScreenLayout.json` gives it.
        setup: the branch, whose services, counters and languages are meant.

    Raises:
        QueueError: `invalid_value` with `field` and `problem`, for the first mistake found.
    """
    told = object_of(data, "", _names(ScreenLayout))
    usual = USUAL
    counters = [counter.name for counter in setup.present_counters]
    kind = word_of(told.get("kind", usual.kind), "kind", ScreenKind)
    counter = told.get("counter")
    if counter is not None:
        _one_of(counter, "counter", counters)
    if kind == ScreenKind.COUNTER and counter is None:
        raise wrong("counter", "the name of a counter is needed")
    return ScreenLayout(
        kind=kind,
        counter=counter,
        zone=_zone(told.get("zone", {}), [service.slug for service in setup.called_services], counters),
        arrows=_arrows(told.get("arrows", {}), counters),
        turn_seconds=whole(told.get("turn_seconds", usual.turn_seconds), "turn_seconds", 4, 60),
        rows=whole(told.get("rows", usual.rows), "rows", 3, 12),
        show=_parts(told.get("show", {})),
        media=_media(told.get("media", {})),
        distance_metres=whole(told.get("distance_metres", usual.distance_metres), "distance_metres", 1, 40),
        height_centimetres=whole(
            told.get("height_centimetres", usual.height_centimetres), "height_centimetres", 5, 400
        ),
        sound=_sound(told.get("sound", {}), list(setup.languages)),
        care=_care(told.get("care", {})),
    )


def stored_layout(data: Mapping[str, Any] | None, setup: BranchSetup) -> ScreenLayout:
    """Return the layout that is kept of a screen, without what the branch has no longer (a counter, a service, a language).

    A screen must show something also after its only counter was taken away: then it shows what is usual.
    """
    if data is None:
        return USUAL
    counters = {counter.name for counter in setup.present_counters}
    services = {service.slug for service in setup.called_services}
    kept = dict(data)
    zone = dict(kept.get("zone") or {})
    for key, known in (("services", services), ("counters", counters)):
        if zone.get(key) is not None:
            zone[key] = [each for each in zone[key] if each in known] or None
    kept["zone"] = zone
    kept["arrows"] = {name: arrow for name, arrow in (kept.get("arrows") or {}).items() if name in counters}
    sound = dict(kept.get("sound") or {})
    sound["languages"] = [each for each in sound.get("languages", []) if each in setup.languages]
    kept["sound"] = sound
    if kept.get("counter") is not None and kept["counter"] not in counters:
        kept["counter"] = None
        if kept.get("kind") == ScreenKind.COUNTER:
            kept["kind"] = str(USUAL.kind)
    try:
        return read_layout(kept, setup)
    except QueueError:  # of another release, or written by hand: nothing that should leave a branch without its queue
        return USUAL


def _names(form: type[Any]) -> set[str]:
    return {each.name for each in fields(form)}


def _one_of(value: object, place: str, known: list[str]) -> str:
    if not isinstance(value, str) or value not in known:
        raise wrong(place, "one of %(words)s is needed", words=", ".join(known))
    return value


def _some_of(value: object, place: str, known: list[str]) -> tuple[str, ...]:
    found = [_one_of(each, f"{place}[{index}]", known) for index, each in enumerate(list_of(value, place))]
    if len(set(found)) < len(found):
        raise wrong(place, "something stands in the list twice")
    return tuple(found)


def _zone(data: object, services: list[str], counters: list[str]) -> Zone:
    told = object_of(data, "zone", _names(Zone))

    def some(key: str, known: list[str]) -> tuple[str, ...] | None:
        if told.get(key) is None:
            return None
        found = _some_of(told[key], f"zone.{key}", known)
        if not found:
            raise wrong(f"zone.{key}", "at least one is needed; leave it out for all of them")
        return found

    return Zone(some("services", services), some("counters", counters))


def _arrows(data: object, counters: list[str]) -> dict[str, Arrow]:
    told = object_of(data, "arrows", counters)
    return {counter: word_of(arrow, f"arrows.{counter}", Arrow) for counter, arrow in told.items()}


def _parts(data: object) -> Parts:
    told = object_of(data, "show", _names(Parts))
    return Parts(**{key: truth(value, f"show.{key}") for key, value in told.items()})


def _media(data: object) -> Media:
    told = object_of(data, "media", _names(Media))
    folder = told.get("folder")
    if folder is not None and (not isinstance(folder, str) or not FOLDER.fullmatch(folder)):
        raise wrong("media.folder", "a name of letters, digits, - and _ is needed, 40 at most")
    return Media(
        folder,
        whole(told.get("seconds", Media.seconds), "media.seconds", 3, 120),
        word_of(told.get("place", Media.place), "media.place", MediaPlace),
    )


def _sound(data: object, languages: list[str]) -> Sound:
    told = object_of(data, "sound", _names(Sound))
    return Sound(
        chime=truth(told.get("chime", Sound.chime), "sound.chime"),
        speech=truth(told.get("speech", Sound.speech), "sound.speech"),
        ticket_language=truth(told.get("ticket_language", Sound.ticket_language), "sound.ticket_language"),
        languages=_some_of(told.get("languages", []), "sound.languages", languages),
        volume=_volumes(told["volume"]) if "volume" in told else Sound.volume,
        repeat=whole(told.get("repeat", Sound.repeat), "sound.repeat", 1, 3),
        pause_seconds=whole(told.get("pause_seconds", Sound.pause_seconds), "sound.pause_seconds", 0, 10),
    )


def _volumes(data: object) -> tuple[Volume, ...]:
    listed = list_of(data, "sound.volume")
    if not 1 <= len(listed) <= MOST_VOLUMES:
        raise wrong("sound.volume", "1 to %(most)d are needed", most=MOST_VOLUMES)
    found = []
    for index, entry in enumerate(listed):
        place = f"sound.volume[{index}]"
        told = object_of(entry, place, {"from", "percent"})
        start = told.get("from")
        if not isinstance(start, str) or not _TIME.fullmatch(start):
            raise wrong(f"{place}.from", "a time from 00:00 to 23:59 is needed")
        found.append(Volume(start, whole(told.get("percent"), f"{place}.percent", 0, 100)))
    if [each.start for each in found] != sorted({each.start for each in found}):
        raise wrong("sound.volume", "the times must rise")
    return tuple(found)


def _care(data: object) -> Care:
    told = object_of(data, "care", _names(Care))
    return Care(
        shift=truth(told.get("shift", Care.shift), "care.shift"),
        dim=whole(told.get("dim", Care.dim), "care.dim", 0, 90),
        reload=truth(told.get("reload", Care.reload), "care.reload"),
    )
