"""A branch's own colour as a style sheet: it is there before the first paint, and without a script."""

from __future__ import annotations

from flask import Blueprint, Response

from queue_app.domain.colour import darkened, is_colour, on
from queue_app.domain.errors import QueueError

theme = Blueprint("theme", __name__)

STRONG_CONTRAST = 7.0
"""What a kiosk and a lobby screen need of text, against white."""


@theme.get("/theme/<digits>.css")
def of(digits: str) -> Response:
    """Give the accent colour its meanings: itself, text on it, and a strong one, read on white and under it.

    The address is the colour, so it may be kept for ever and says nothing of any branch.
    """
    accent = f"#{digits}"
    if not is_colour(accent):
        raise QueueError("unknown_path")
    sheet = (
        f"@layer tokens {{ :root {{ --color-accent: {accent}; --color-on-accent: {on(accent)}; "
        f"--color-accent-strong: {darkened(accent, STRONG_CONTRAST)}; }} }}\n"
    )
    answer = Response(sheet, mimetype="text/css")
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer
