"""The door for spoken calls: what loudspeakers and kiosks play."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Blueprint, Response, current_app, request

from queue_app.access import require
from queue_app.operations.announcing import clip_of_call

speech = Blueprint("speech", __name__, url_prefix="/display")

LISTENERS = frozenset({"display", "kiosk", "desk"})
KEPT_SECONDS = 3600
"""So long a browser keeps a clip without asking again: a new recording is heard an hour later at the latest."""


@speech.get("/<branch>/speech/<language>/<label>/<path:place>.wav")
def clip(branch: str, language: str, label: str, place: str) -> Any:
    """Answer with a call as sound: the ticket `label`, to the counter called `place`."""
    extensions = current_app.extensions
    setup = extensions["queue_context"].setup(branch)
    require(LISTENERS, setup.id)
    sound = clip_of_call(setup, extensions["queue_clips"], language, label, place)
    answer = Response(sound, mimetype="audio/wav")
    answer.set_etag(hashlib.sha256(sound).hexdigest()[:32])
    answer.headers["Cache-Control"] = f"private, max-age={KEPT_SECONDS}"
    return answer.make_conditional(request)
