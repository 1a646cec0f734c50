"""The sound of calls: spoken in five languages, recorded by people, kept on disk, and never in the way when something is broken."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import wave
from array import array
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest

from queue_app.speech import voice
from queue_app.speech.clips import Clips
from queue_app.speech.numbers import LANGUAGES
from queue_app.speech.phrases import announcement
from queue_app.speech.sound import (
    LOUDNESS,
    RATE,
    Samples,
    SoundError,
    joined,
    levelled,
    loudness,
    read_wav,
    silence,
    trimmed,
    write_wav,
)
from queue_app.speech.store import ClipStore
from queue_app.speech.voice import VoiceError

VOWELS = {
    "cs": "aáeéěiíoóuúůyý", "sk": "aáäeéiíoóôuúyýŕĺ", "pl": "aąeęioóuy", "hu": "aáeéiíoóöőuúüű", "en": "aeiouy",
}  # fmt: skip


def tone(hertz: float = 440, seconds: float = 0.3, height: int = 6000) -> Samples[int]:
    """Return a tone: a recording that can be told from others by its pitch."""
    return array("h", (int(height * math.sin(2 * math.pi * hertz * n / RATE)) for n in range(int(seconds * RATE))))


def pitches(samples: Samples[int]) -> list[int]:
    """Return the pitch of each stretch of sound between silences, rounded to 100 Hz."""
    found: list[int] = []
    stretch: list[int] = []
    for start in range(0, len(samples) + 220, 220):
        block = samples[start : start + 220]
        if block and max(block) > 400:
            stretch.extend(block)
        elif stretch:
            crossings = sum(a < 0 <= b for a, b in pairwise(stretch))
            found.append(round((crossings + 0.5) * RATE / len(stretch) / 100) * 100)
            stretch = []
    return found


@pytest.fixture
def spoken() -> list[tuple[str, str]]:
    """What the voice was asked to say."""
    return []


@pytest.fixture
def clips(tmp_path: Path, spoken: list[tuple[str, str]]) -> Clips:
    """Clips whose voice is a deep tone, and remembers."""

    def speak(language: str, text: str) -> Samples[int]:
        spoken.append((language, text))
        return tone(100)

    return Clips(tmp_path, speak)


def record(folder: Path, name: str, hertz: float) -> None:
    """Put a recording into the folder of Czech ones."""
    (folder / "recordings" / "cs").mkdir(parents=True, exist_ok=True)
    (folder / "recordings" / "cs" / name).write_bytes(write_wav(joined([silence(0.2), tone(hertz), silence(0.4)], 0)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_call_is_heard_as_long_as_its_words_take(language: str, tmp_path: Path) -> None:
    clips = Clips(tmp_path)
    short, long = (read_wav(clips.clip(language, label, "5")) for label in ("A001", "A777"))
    for label, samples in (("A001", short), ("A777", long)):
        syllables = sum(letter in VOWELS[language] for letter in announcement(language, label, "5").lower())
        seconds = len(samples) / RATE
        assert 0.10 * syllables < seconds < 0.45 * syllables + 1.2, (seconds, syllables)
        assert loudness(samples) == pytest.approx(LOUDNESS, rel=0.15)
    assert len(long) > len(short) * 1.15


def test_a_voice_that_is_not_there_hangs_fails_or_is_silent_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "espeak-ng"
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    for script, problem, seconds in (
        ("exec sleep 60", "took longer", 0.2),
        ("echo no data >&2; exit 3", "failed: no data", 60),
        ("exit 0", "gave no sound", 60),
        ("exec head -c 5 /dev/zero", "gave no sound", 60),
    ):
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        monkeypatch.setattr(voice, "LONGEST_SECONDS", seconds)
        with pytest.raises(VoiceError, match=problem):
            voice.speak("cs", "Číslo")
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    with pytest.raises(VoiceError, match="not installed"):
        voice.speak("cs", "Číslo")
    assert not voice.is_installed()


def test_the_name_of_a_counter_is_never_an_option_of_the_voice(tmp_path: Path) -> None:
    target = tmp_path / "stolen.wav"
    Clips(tmp_path).clip("cs", "A1", f"-w {target}")
    assert not target.exists()


def test_a_call_is_made_once(clips: Clips, spoken: list[tuple[str, str]], tmp_path: Path) -> None:
    first = clips.clip("cs", "A017", "5")
    assert spoken == [("cs", "Číslo A, sedmnáct."), ("cs", "přepážka pět.")]
    assert clips.clip("cs", "A017", "5") == first == Clips(tmp_path, clips._speak).clip("cs", "A017", "5")
    clips.clip("cs", "A018", "5")
    assert spoken[2:] == [("cs", "Číslo A, osmnáct.")], "a counter's phrase serves all numbers"


def test_many_who_ask_at_once_get_the_same_clip_made_once(clips: Clips, spoken: list[tuple[str, str]]) -> None:
    with ThreadPoolExecutor(10) as pool:
        answers = set(pool.map(lambda _: clips.clip("en", "B003", "2"), range(30)))
    assert len(answers) == 1
    assert len(spoken) == 2


def test_who_waits_too_long_for_the_voice_is_told(clips: Clips, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voice, "LONGEST_SECONDS", 0.05)
    with clips._making, pytest.raises(VoiceError, match="being made"):
        clips.clip("cs", "A1", "1")
    assert clips.clip("cs", "A1", "1")


def test_recordings_go_before_the_voice(clips: Clips, spoken: list[tuple[str, str]], tmp_path: Path) -> None:
    def heard(label: str, counter: str) -> list[int]:
        return pitches(read_wav(clips.clip("cs", label, counter)))

    assert heard("A017", "5") == [100, 100]
    record(tmp_path, "counter-5.wav", 500)
    assert heard("A017", "5") == [100, 500], "the rest is spoken by the voice"
    for name, hertz in (("ticket", 600), ("letter-A", 700)):
        record(tmp_path, f"{name}.wav", hertz)
    assert heard("A017", "5") == [100, 500], "one word is missing"
    record(tmp_path, "number-17.wav", 800)
    assert heard("A017", "5") == [600, 700, 800, 500]
    record(tmp_path, "ticket-A017.wav", 900)
    assert heard("A017", "5") == [900, 500]
    record(tmp_path, "counter-5.wav", 300)
    os.utime(tmp_path / "recordings/cs/counter-5.wav", ns=(1, 1))
    assert heard("A017", "5") == [900, 300], "a new recording is heard at once"
    record(tmp_path, "counter-Pokladna 2_3.wav", 400)
    assert heard("A017", "Pokladna 2/3") == [900, 400]
    assert heard("A016", "1") == [100, 100]
    assert clips.recordings("cs").problems() == {}
    assert clips.recordings("cs").count() == 6


def test_broken_and_odd_recordings_are_passed_over_and_named(clips: Clips, tmp_path: Path) -> None:
    record(tmp_path, "counter-1.wav", 500)
    folder = tmp_path / "recordings" / "cs"
    (folder / "ticket-A1.wav").write_bytes(b"RIFF")
    (folder / "counter-2.wav").write_bytes(write_wav(tone())[:30])
    (folder / "counter-3.wav").write_bytes(write_wav(silence(1)))
    (folder / "counter-5.wav").write_bytes(bytes(2_000_001))
    (folder / "notes.txt").write_text("to do")
    (folder / "number-017.wav").write_bytes(write_wav(tone()))
    with wave.open(str(folder / "counter-4.wav"), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(44100)
        file.writeframes(bytes(400))
    problems = clips.recordings("cs").problems()
    assert set(problems) == {
        "ticket-A1.wav", "counter-2.wav", "counter-3.wav", "counter-4.wav", "counter-5.wav", "notes.txt", "number-017.wav",
    }  # fmt: skip
    assert problems["counter-4.wav"] == "it has 2 channel(s), 16 bits and 44100 Hz instead of 1, 16 and 22050"
    assert problems["counter-3.wav"] == "it is silent"
    assert clips.recordings("cs").count() == 1
    for counter in "2345":
        assert pitches(read_wav(clips.clip("cs", "A1", counter))) == [100, 100]


def test_what_was_kept_and_is_broken_is_made_anew(clips: Clips, tmp_path: Path, spoken: list[tuple[str, str]]) -> None:
    clips.clip("cs", "A1", "1")
    for path in (tmp_path / "clips").iterdir():
        path.write_bytes(b"")
    clips.clip("cs", "A1", "1")
    assert len(spoken) == 4


def test_a_full_disk_is_no_reason_not_to_speak(clips: Clips, tmp_path: Path) -> None:
    (tmp_path / "clips").write_text("no folder can be made here")
    assert pitches(read_wav(clips.clip("cs", "A1", "1"))) == [100, 100]


def test_the_oldest_go_when_there_is_no_room(tmp_path: Path) -> None:
    store = ClipStore(tmp_path, most_bytes=5000)
    for number in range(5):
        store.put(str(number), bytes(1000))
        os.utime(store._path(str(number)), ns=(number, number))
    assert store.get("0") is not None, "asking for it makes it young"
    store.put("5", bytes(1000))
    assert [number for number in range(6) if store.get(str(number)) is not None] == [0, 2, 3, 4, 5]
    store.put("large", bytes(6000))
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 5000


PUTS = """
import sys
from pathlib import Path
from queue_app.speech.store import ClipStore
store = ClipStore(Path(sys.argv[1]), 20_000)
for turn in range(60):
    store.put(str(turn % 30), bytes([65 + turn % 30]) * 1500)
    found = store.get(str((turn * 7) % 30))
    assert found is None or found == bytes([65 + (turn * 7) % 30]) * 1500, "half a clip"
"""


def test_several_processes_share_one_folder(tmp_path: Path) -> None:
    processes = [subprocess.Popen([sys.executable, "-c", PUTS, str(tmp_path)]) for _ in range(3)]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 20_000
    assert not list(tmp_path.glob("*.new"))


def test_silence_is_trimmed_and_loudness_made_equal() -> None:
    sound = joined([silence(0.5), tone(seconds=0.5), silence(1)], 0)
    assert 0.5 <= len(trimmed(sound)) / RATE < 0.6
    assert not trimmed(silence(1))
    for height in (500, 3000, 20000):
        assert loudness(levelled(tone(height=height))) == pytest.approx(LOUDNESS, rel=0.02)
    clicks = array("h", [*tone(height=300), *([32767, -32768] * 3), *tone(height=300)])
    assert max(levelled(clicks)) <= 31_000


@pytest.mark.parametrize(
    "cut", [lambda wav: b"", lambda wav: wav[:20], lambda wav: b"x" + wav, lambda wav: wav[:44][:-4]]
)
def test_what_is_no_sound_is_refused(cut: Callable[[bytes], bytes]) -> None:
    with pytest.raises(SoundError):
        read_wav(cut(write_wav(tone())))
