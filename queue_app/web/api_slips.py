"""The API of slips that a kiosk's own browser prints."""

from __future__ import annotations

import base64
from typing import Any

from flask import Blueprint, current_app

from queue_app.access import Caller
from queue_app.domain.errors import QueueError
from queue_app.domain.printing import News
from queue_app.operations import browser_printing as printing
from queue_app.operations import views
from queue_app.operations.printer_views import printer_beside
from queue_app.web import schemas as s
from queue_app.web.api import allowed
from queue_app.web.operation import MAX_INTEGER, context, forecasts, operation, public_url

api_slips = Blueprint("api_slips", __name__, url_prefix="/api/v1")

KIOSK = frozenset({"kiosk"})
MILLIMETRES: s.Schema = {"type": "number", "exclusiveMinimum": 0}
SLIP = s.thing(
    {
        "slip": s.WHOLE,
        "copy": s.YES_NO,
        "picture": {"type": "string", "description": "The slip as a PNG, in a `data:` address."},
        "picture_width_mm": {**MILLIMETRES, "description": "How wide the picture is to be printed."},
        "width_mm": {**MILLIMETRES, "description": "Of the page."},
        "height_mm": {**MILLIMETRES, "description": "Of the page."},
    }
)


def _tell(news: list[News]) -> None:
    for one in news:
        current_app.extensions["queue_printing_news"](one)


def _of_ticket(token: str) -> dict[str, Any]:
    return views.ticket_by_token(context(), forecasts(), token, public_url())


@operation(
    api_slips, "GET", "/branches/<branch>/slips/next",
    summary="The ticket whose slip the asking kiosk's browser is to print next; null where nothing waits for it.",
    scopes=KIOSK, answers={200: s.thing({"token": s.maybe(s.TEXT)})}, errors=("unknown_branch",),
)  # fmt: skip
def next_slip(who: Caller, body: None, query: dict[str, Any], branch: str) -> Any:
    """Say what waits for a kiosk's browser: a desk's copies, slips that a reload or a cut line left behind."""
    setup = allowed(who, KIOSK, branch)
    return {"token": printing.next_for_browser(context(), who.key, printer_beside(setup, who.printer_id))}


@operation(
    api_slips, "POST", "/tickets/<token>/slip/claim",
    summary="Claim the ticket's slip for the asking kiosk's browser, which prints it; asking again gives the same.",
    scopes=KIOSK, body=s.wish({}), answers={200: SLIP}, errors=("unknown_ticket", "unknown_print_job"),
)  # fmt: skip
def claim(who: Caller, body: dict[str, Any], query: dict[str, Any], token: str) -> Any:
    """Give a browser the slip to print."""
    setup = allowed(who, KIOSK, _of_ticket(token)["branch"])
    age = current_app.extensions["queue_settings"].print_max_age
    slip, news = printing.claim_slip(context(), token, who.key, printer_beside(setup, who.printer_id), age)
    _tell(news)
    if slip is None:
        raise QueueError("unknown_print_job")
    return {
        "slip": slip.id,
        "copy": slip.copy,
        "picture": f"data:image/png;base64,{base64.b64encode(slip.picture).decode()}",
        "picture_width_mm": round(slip.picture_width_mm, 2),
        "width_mm": round(slip.width_mm, 2),
        "height_mm": round(slip.height_mm, 2),
    }


@operation(
    api_slips, "POST", "/tickets/<token>/slip",
    summary="Say what became of the slip that this browser claimed; saying it again does no harm.",
    scopes=KIOSK,
    body=s.wish(
        {
            "state": {"type": "string", "enum": ["printed", "failed"]},
            "slip": {"type": "integer", "minimum": 1, "maximum": MAX_INTEGER, "description": "The one it holds where absent."},
        },
        required=("state",),
    ),
    answers={200: s.VISITOR_TICKET}, errors=("unknown_ticket", "unknown_print_job"),
)  # fmt: skip
def end(who: Caller, body: dict[str, Any], query: dict[str, Any], token: str) -> Any:
    """Write down how a browser's slip ended."""
    allowed(who, KIOSK, _of_ticket(token)["branch"])
    _tell(printing.end_slip(context(), token, who.key, body.get("slip"), body["state"] == "printed"))
    current_app.extensions["queue_notice_print"]()
    return _of_ticket(token)
