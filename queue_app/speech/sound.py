"""Sound as whole numbers: 16-bit mono at 22,050 Hz, read, trimmed, made equally loud, joined, and written as WAV."""

from __future__ import annotations

import io
import sys
import time
import wave
from array import array
from collections.abc import Iterable, Iterator
from operator import mul

RATE = 22_050
"""Samples a second, everywhere here; what espeak-ng makes."""

LOUDNESS = 4000
"""The root mean square that speech is brought to, of 32,767: about −18 dB, so that voices and recordings are equally loud."""

MOST_PEAK = 31_000
QUIET = 200
"""What is not louder than this, of 32,767, is silence."""

_BLOCK = RATE // 100
_MARGIN_BLOCKS = 3
_PIECE = 5 * _BLOCK
_TURN = 4 * _PIECE

Samples = array  # of "h"


class SoundError(Exception):
    """These bytes are no sound of the one form that is used here; the text says why."""


def read_wav(data: bytes) -> Samples[int]:
    """Return the samples of a WAV file.

    Raises:
        SoundError: it is broken, or not 16-bit mono at 22,050 Hz.
    """
    try:
        with wave.open(io.BytesIO(data)) as file:
            form = (file.getnchannels(), file.getsampwidth() * 8, file.getframerate())
            frames = file.readframes(file.getnframes())
    except (wave.Error, EOFError, ValueError) as error:
        raise SoundError(f"it is no WAV file that can be read ({error or 'it ends too early'})") from None
    if form != (1, 16, RATE):
        raise SoundError(f"it has {form[0]} channel(s), {form[1]} bits and {form[2]} Hz instead of 1, 16 and {RATE}")
    return samples_of(frames)


def samples_of(frames: bytes) -> Samples[int]:
    """Return little-endian 16-bit frames as samples; half a frame at the end is left out."""
    samples = array("h", frames[: len(frames) // 2 * 2])
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def write_wav(samples: Samples[int]) -> bytes:
    """Return samples as a WAV file."""
    if sys.byteorder == "big":
        samples = array("h", samples)
        samples.byteswap()
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(samples.tobytes())
    return file.getvalue()


def loudness(samples: Samples[int]) -> float:
    """Return the root mean square of what is not silent; 0 where everything is."""
    squares = count = 0
    for piece in _pieces(samples, _BLOCK):
        if _peak(piece) > QUIET:
            squares += sum(map(mul, piece, piece))
            count += len(piece)
    return float((squares / count) ** 0.5) if count else 0.0


def trimmed(samples: Samples[int]) -> Samples[int]:
    """Return the samples without the silence before and after; nothing where everything is silent."""
    loud = [number for number, piece in enumerate(_pieces(samples, _BLOCK)) if _peak(piece) > QUIET]
    if not loud:
        return array("h")
    return samples[max(0, loud[0] - _MARGIN_BLOCKS) * _BLOCK : (loud[-1] + 1 + _MARGIN_BLOCKS) * _BLOCK]


def levelled(samples: Samples[int]) -> Samples[int]:
    """Return the samples as loud as everything else, and never so loud that they are cut off."""
    peak, level = _peak(samples), loudness(samples)
    if not level:
        return samples
    gain = min(LOUDNESS / level, MOST_PEAK / peak)
    result = array("h")
    for piece in _pieces(samples, _PIECE):
        result.extend([int(sample * gain) for sample in piece])
    return result


def silence(seconds: float) -> Samples[int]:
    """Return so much silence."""
    return array("h", bytes(2 * int(seconds * RATE)))


def joined(parts: Iterable[Samples[int]], pause_seconds: float) -> Samples[int]:
    """Return parts one after the other, with a pause between."""
    result = array("h")
    for part in parts:
        if result:
            result.extend(silence(pause_seconds))
        result.extend(part)
    return result


def _pieces(samples: Samples[int], length: int) -> Iterator[Samples[int]]:
    for start in range(0, len(samples), length):
        yield samples[start : start + length]
        if start % _TURN == 0:
            time.sleep(0)  # what else this process has to answer gets its turn every millisecond or so


def _peak(samples: Samples[int]) -> int:
    return max(max(samples), -min(samples)) if samples else 0
