"""What is said of a call: only calls that a branch could really make are spoken."""

from __future__ import annotations

import logging

from queue_app.domain.branch import BranchSetup
from queue_app.domain.errors import QueueError
from queue_app.domain.reading import wrong
from queue_app.speech.clips import Clips
from queue_app.speech.numbers import LANGUAGES
from queue_app.speech.phrases import announcement
from queue_app.speech.voice import VoiceError

log = logging.getLogger("queue.speech")

MOST_DIGITS = 4
"""Labels with more digits are not spoken: nobody can fill the disk by asking for all numbers there are."""


def spoken_languages(setup: BranchSetup) -> list[str]:
    """Return the branch's languages that calls can be spoken in."""
    return [language for language in setup.languages if language in LANGUAGES]


def words_of_call(setup: BranchSetup, language: str, label: str, counter: str) -> str:
    """Return the text of a call in a language of the branch.

    Raises:
        QueueError: `invalid_value` where the language is none of the branch's or the label none of its series,
            `unknown_counter`.
    """
    _check(setup, language, label, counter)
    return announcement(language, label, counter)


def clip_of_call(setup: BranchSetup, clips: Clips, language: str, label: str, counter: str) -> bytes:
    """Return a call as a WAV file.

    Raises:
        QueueError: as `words_of_call`; `speech_unavailable`, where nothing was recorded and no voice is there.
    """
    _check(setup, language, label, counter)
    try:
        return clips.clip(language, label, counter)
    except VoiceError as error:
        log.warning("a call cannot be spoken: %s", error)
        raise QueueError("speech_unavailable") from error


def _check(setup: BranchSetup, language: str, label: str, counter: str) -> None:
    if language not in spoken_languages(setup):
        raise wrong("language", "calls are not spoken in it here")
    series = {service.series for service in setup.called_services}
    number = next((label[len(letters) :] for letters in series if label.startswith(letters)), "")
    known = number.isascii() and number.isdigit() and len(number) <= MOST_DIGITS
    if not known:
        raise wrong("label", "it is no label of this branch")
    if counter not in {each.name for each in setup.present_counters}:
        raise QueueError("unknown_counter", counter=counter)
