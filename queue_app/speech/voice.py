"""The voice that is always there: espeak-ng, run for each text in a process of its own with a bounded time."""

from __future__ import annotations

import shutil
import subprocess

from queue_app.speech.sound import RATE, Samples, levelled, samples_of, trimmed

PROGRAM = "espeak-ng"
VOICES = {"cs": "cs", "sk": "sk", "pl": "pl", "hu": "hu", "en": "en-gb"}
WORDS_PER_MINUTE = 140
LONGEST_SECONDS = 5.0
"""So long making a text may take; as a rule it is a twentieth of a second."""


class VoiceError(Exception):
    """The text could not be spoken; the message says why."""


def is_installed() -> bool:
    """Say whether the program is there."""
    return shutil.which(PROGRAM) is not None


def speak(language: str, text: str) -> Samples[int]:
    """Return the sound of a text, without silence around it and as loud as everything else.

    Args:
        language: a key of `VOICES`.
        text: in words.

    Raises:
        VoiceError: the program is not there, takes too long, fails, or says nothing.
    """
    # The text goes through standard input: in an argument, a counter called “-w…” would be an option.
    command = [PROGRAM, "-v", VOICES[language], "-s", str(WORDS_PER_MINUTE), "-b", "1", "--stdin", "--stdout"]
    try:
        done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=LONGEST_SECONDS, check=False)
    except FileNotFoundError:
        raise VoiceError(f"{PROGRAM} is not installed") from None
    except subprocess.TimeoutExpired:
        raise VoiceError(f"{PROGRAM} took longer than {LONGEST_SECONDS:g} s") from None
    except OSError as error:
        raise VoiceError(f"{PROGRAM} could not be started: {error.strerror}") from None
    if done.returncode:
        raise VoiceError(f"{PROGRAM} failed: {done.stderr.decode(errors='replace').strip()[:200]}")
    return _sound_of(done.stdout)


def _sound_of(stream: bytes) -> Samples[int]:
    """Read what the program wrote: a WAV whose header, made before the end was known, says nothing of its length."""
    head, data, frames = stream[:200].partition(b"data")
    if not data or int.from_bytes(head[24:28], "little") != RATE:
        raise VoiceError(f"{PROGRAM} gave no sound of {RATE} Hz")
    samples = trimmed(samples_of(frames[4:] + stream[200:]))
    if not samples:
        raise VoiceError(f"{PROGRAM} said nothing")
    return levelled(samples)
