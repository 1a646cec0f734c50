"""Panels without hardware: they listen like real ones, check frames, answer, and draw what they show."""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from queue_app.panels.content import DARK, PROFILES, Content
from queue_app.panels.frames import Frame, Message, Reader, Refused, Show, Taken, Test, encode
from queue_app.panels.virtual_picture import draw

_LOOK_SECONDS = 0.05
"""How often panels look at the clock: to go dark by themselves, to end a test."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What is the matter with a panel; by default nothing.

    Args:
        silent: it shows what it is told and answers nothing.
        dead: it neither hears nor shows nor answers.
        refuse: it answers each frame that it is broken (`FAULT`).
        garble: its answers arrive damaged.
        close: it closes the connection instead of answering.
    """

    silent: bool = False
    dead: bool = False
    refuse: bool = False
    garble: bool = False
    close: bool = False


@dataclass(frozen=True, slots=True)
class Face:
    """What is to be seen on a panel at a moment; `everything` while it is tested."""

    content: Content = DARK
    blinks: bool = False
    everything: bool = False

    @property
    def text(self) -> str:
        """The number or the hyphens on it; empty where it is dark."""
        return self.content.text


class VirtualPanel:
    """One panel: what it was told last, and what is therefore to be seen."""

    def __init__(self, address: int, profile: str, clock: Callable[[], float]) -> None:
        """Be dark.

        Args:
            address: on its line.
            profile: name of its model.
            clock: seconds that never run backwards.
        """
        self.address, self.profile = address, PROFILES[profile]
        self.condition = Condition()
        self._clock = clock
        self._told, self._told_at = Show(), clock()
        self._test_until = clock()

    def hear(self, message: Message) -> Message | None:
        """Do what a frame says and return the answer; None for what is no command."""
        if not isinstance(message, Show | Test):
            return None
        if self.condition.refuse:
            return Refused("FAULT")
        if isinstance(message, Test):
            self._test_until = self._clock() + message.seconds
            return Taken()
        if len(message.text) > self.profile.characters or len(message.counter) > self.profile.counter:
            return Refused("LONG")
        if not self.profile.drawable.issuperset(message.text + message.counter):
            return Refused("CHAR")
        self._told, self._told_at = message, self._clock()
        self._test_until = self._told_at
        return Taken()

    def face(self) -> Face:
        """Return what is to be seen now."""
        now = self._clock()
        if self.condition.dead:
            return Face()
        if now < self._test_until:
            return Face(everything=True)
        if now >= self._told_at + self._told.hold:
            return Face()
        told = self._told
        return Face(Content(told.text, told.counter, told.arrow), now < self._told_at + told.blink and bool(told.text))


class VirtualPanels:
    """Panels on one line, with everything they were told; `virtual_door` connects them with the world.

    Attributes:
        panels: by address.
        told: each command heard, oldest first: address and message.
    """

    def __init__(
        self,
        addresses: Iterable[int] = (1,),
        out_dir: Path | None = None,
        *,
        profile: str = "segments-4",
        clock: Callable[[], float] = time.monotonic,
        time_of_day: Callable[[], float] = time.time,
    ) -> None:
        """Be dark.

        Args:
            addresses: which panels there are on this line.
            out_dir: where `panel-01.png` and `log.jsonl` go; nowhere where None.
            profile: name of the model of all of them.
            clock: seconds that never run backwards.
            time_of_day: seconds since 1970, for the log.

        Raises:
            OSError: the folder cannot be made.
        """
        self.panels = {address: VirtualPanel(address, profile, clock) for address in addresses}
        self.told: list[tuple[int, Message]] = []
        self._out_dir, self._time_of_day = out_dir, time_of_day
        self._changed = threading.Condition()
        self._drawn: dict[int, Face] = {}
        if out_dir is not None:
            out_dir.mkdir(parents=True, exist_ok=True)
        self.look()

    def set(self, address: int | None = None, **changes: bool) -> None:
        """Change the condition of one panel, or of all.

        Args:
            address: of the panel; None for all.
            changes: fields of `Condition`.
        """
        for panel in self.panels.values() if address is None else [self.panels[address]]:
            panel.condition = replace(panel.condition, **changes)
        self.look()

    def answer(self, frame: Frame) -> bytes | None:
        """Let the panel that a frame is for do what it says; return the answer, None where the connection is to be closed."""
        panel = self.panels.get(frame.address)
        if panel is None or panel.condition.dead:
            return b""
        message = panel.hear(frame.message)
        if message is None:
            return b""
        self.told.append((frame.address, frame.message))
        self._log(frame, message)
        self.look()
        if panel.condition.close:
            return None
        answer = encode(Frame(frame.address, frame.number, message))
        if panel.condition.garble:
            answer = answer.replace(b",", b"#")
        return b"" if panel.condition.silent else answer

    def look(self) -> None:
        """Draw the panels that look otherwise than before."""
        with self._changed:
            for address, panel in self.panels.items():
                face = panel.face()
                if self._drawn.get(address) == face:
                    continue
                self._drawn[address] = face
                if self._out_dir is not None:
                    self._keep_picture(self._out_dir / f"panel-{address:02}.png", panel, face)
            self._changed.notify_all()

    def face(self, address: int = 1) -> Face:
        """Return what is to be seen on a panel now."""
        return self.panels[address].face()

    def wait_for(self, text: str, address: int = 1, timeout_seconds: float = 10.0) -> Face:
        """Return what is to be seen on a panel as soon as it shows `text`; empty for a dark one.

        Raises:
            TimeoutError: it does not.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: self.face(address).text == text, timeout_seconds):
                raise TimeoutError(f"panel {address} shows {self.face(address)}, not {text!r}")
        return self.face(address)

    def watch(self, closing: threading.Event) -> None:
        """Follow the clock until `closing`."""
        while not closing.wait(_LOOK_SECONDS):
            self.look()

    @staticmethod
    def _keep_picture(path: Path, panel: VirtualPanel, face: Face) -> None:
        # Beside it first: whoever looks never sees half a picture.
        beside = path.with_suffix(".part")
        draw(panel.profile, face.content, face.everything).save(beside, "PNG")
        os.replace(beside, path)

    def _log(self, frame: Frame, answer: Message) -> None:
        if self._out_dir is None:
            return
        told: dict[str, Any] = {"kind": type(frame.message).__name__.lower(), **asdict(frame.message)}
        said = answer.reason if isinstance(answer, Refused) else "taken"
        at = datetime.fromtimestamp(self._time_of_day(), UTC).isoformat(timespec="milliseconds")
        entry = {"time": at, "panel": frame.address, "number": frame.number, **told, "answer": said}
        with (self._out_dir / "log.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps(entry) + "\n")


class Listener:
    """Bytes in, answers out: one connection, or the panels' end of a serial line."""

    def __init__(self, panels: VirtualPanels, read: Callable[[], bytes], write: Callable[[bytes], object]) -> None:
        """Listen for `panels`; `read` returns nothing at the end of the line."""
        self._panels, self._read, self._write = panels, read, write

    def serve(self) -> None:
        """Take bytes in and answer until either side ends it."""
        reader = Reader()
        with contextlib.suppress(OSError):
            while data := self._read():
                for frame in reader.feed(data):
                    answer = self._panels.answer(frame)
                    if answer is None:
                        return
                    if answer:
                        self._write(answer)
