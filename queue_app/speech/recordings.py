"""The folder of recorded clips: what a person has spoken goes before the voice of the machine."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from queue_app.speech.phrases import number_of
from queue_app.speech.sound import Samples, SoundError, joined, levelled, read_wav, trimmed

MOST_BYTES = 2_000_000
"""A file larger than this, 45 seconds, is no word and no phrase."""

PIECE_PAUSE_SECONDS = 0.06
KINDS = re.compile(r"ticket|ticket-[^\W_]+|letter-[^\W\d_]|number-(0|[1-9]\d{0,8})|counter-.+")
"""The names that mean something; everything else in the folder is reported."""


@dataclass(frozen=True)
class Recordings:
    """The recordings of one language."""

    folder: Path

    def ticket(self, label: str) -> list[list[Path]]:
        """Return the files that say a ticket's number: the whole phrase, then all of its words; what is there of both."""
        letters, number = number_of(label)
        words = ["ticket", *(f"letter-{letter}" for letter in letters), f"number-{number}"]
        return self._there([f"ticket-{label}"], words)

    def counter(self, counter: str) -> list[list[Path]]:
        """Return the file that says a counter, where it is there."""
        return self._there([f"counter-{file_name(counter)}"])

    def _there(self, *ways: list[str]) -> list[list[Path]]:
        paths = [[self.folder / f"{name}.wav" for name in names] for names in ways]
        return [way for way in paths if all(path.is_file() for path in way)]

    def problems(self) -> dict[str, str]:
        """Return what is wrong with each file of the folder that is not used, by its name."""
        found = {}
        for path in sorted(self.folder.glob("*")) if self.folder.is_dir() else ():
            known = path.suffix == ".wav" and KINDS.fullmatch(path.stem)
            problem = problem_of(path) if known else "its name is none that is looked for"
            if problem is not None:
                found[path.name] = problem
        return found

    def count(self) -> int:
        """Return how many files can be used."""
        files = len(list(self.folder.glob("*"))) if self.folder.is_dir() else 0
        return files - len(self.problems())


def file_name(counter: str) -> str:
    """Return how the name of a counter is written in a file's name: what is no letter, digit, space or hyphen becomes `_`."""
    return re.sub(r"[^\w -]", "_", counter)


def problem_of(path: Path) -> str | None:
    """Say why a recording cannot be used; None where it can."""
    try:
        read(path)
    except OSError as error:
        return f"it cannot be read ({error.strerror})"
    except SoundError as error:
        return str(error)
    return None


def read(path: Path) -> Samples[int]:
    """Return the sound of a recording, without silence around it.

    Raises:
        OSError: it cannot be read.
        SoundError: it is broken, silent, too long or not of the one form that can be joined with others.
    """
    if path.stat().st_size > MOST_BYTES:
        raise SoundError(f"it is larger than {MOST_BYTES} bytes")
    samples = trimmed(read_wav(path.read_bytes()))
    if not samples:
        raise SoundError("it is silent")
    return samples


def put_together(paths: list[Path]) -> Samples[int]:
    """Return the sound of recordings that make one phrase, as loud as everything else.

    Raises:
        OSError, SoundError: as `read`.
    """
    return levelled(joined([read(path) for path in paths], PIECE_PAUSE_SECONDS))


def identity(paths: list[Path]) -> str:
    """Return what changes when one of these files does.

    Raises:
        OSError: one is not there any more.
    """
    return " ".join(f"{path.name} {path.stat().st_mtime_ns} {path.stat().st_size}" for path in paths)
