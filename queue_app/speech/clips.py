"""The clip of a call: recorded where a person has spoken it, else made by the voice; kept, so that it is made once."""

from __future__ import annotations

import threading
from array import array
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from queue_app.speech import voice
from queue_app.speech.phrases import counter_phrase, ticket_phrase
from queue_app.speech.recordings import Recordings, identity, put_together
from queue_app.speech.sound import Samples, SoundError, joined, read_wav, write_wav
from queue_app.speech.store import ClipStore
from queue_app.speech.voice import VoiceError

PAUSE_SECONDS = 0.35
"""Between the number and where to: long enough to be heard as two things, short enough to be one sentence."""

FORM = "1"
"""Counts up whenever the same words are made to sound differently: what was kept before is made anew."""


class Clips:
    """Speaks calls from a data folder: its `recordings/<language>` go first, its `clips` hold what was made."""

    def __init__(self, data_dir: Path, speak: Callable[[str, str], Samples[int]] = voice.speak) -> None:
        """Use `data_dir`; `speak` is the voice: a language and a text in, sound out, or a `VoiceError`."""
        self._recordings = data_dir / "recordings"
        self._store = ClipStore(data_dir / "clips")
        self._speak = speak
        self._making = threading.Lock()

    def recordings(self, language: str) -> Recordings:
        """Return what was recorded in a language."""
        return Recordings(self._recordings / language)

    def clip(self, language: str, label: str, counter: str) -> bytes:
        """Return a call as a WAV file, 16-bit mono at 22,050 Hz.

        Args:
            language: one of `numbers.LANGUAGES`.
            label: of the ticket.
            counter: its number or its name.

        Raises:
            VoiceError: nothing was recorded, and the voice cannot speak.
        """
        mine = self.recordings(language)
        number = self._part(language, ticket_phrase(language, label), mine.ticket(label))
        place = self._part(language, counter_phrase(language, counter), mine.counter(counter))
        return write_wav(joined([number, place], PAUSE_SECONDS))

    def _part(self, language: str, text: str, recordings: list[list[Path]]) -> Samples[int]:
        for files in recordings:
            with suppress(OSError, SoundError):  # a broken one is passed over; `flask speech check` names it
                return self._kept(f"{language} {identity(files)}", partial(put_together, files))
        return self._kept(f"{language} {text}", lambda: self._speak(language, f"{text}."))

    def _kept(self, key: str, make: Callable[[], Samples[int]]) -> Samples[int]:
        found = self._look(key)
        if found is not None:
            return found
        # One is made at a time: ten screens that ask for the same call find it made, and a voice that hangs cannot hang often.
        if not self._making.acquire(timeout=voice.LONGEST_SECONDS):
            raise VoiceError("other clips are being made")
        try:
            found = self._look(key)
            if found is None:
                found = make()
                self._store.put(f"{FORM} {key}", write_wav(found))
            return found
        finally:
            self._making.release()

    def _look(self, key: str) -> Samples[int] | None:
        data = self._store.get(f"{FORM} {key}")
        if data is None:
            return None
        try:
            return array("h", read_wav(data))
        except SoundError:
            return None  # cut short by a power cut: made anew
