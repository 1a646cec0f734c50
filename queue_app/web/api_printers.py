"""The API of printing: printers and their queues, slips in trouble, what stands on a slip."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, request

from queue_app.access import Caller
from queue_app.domain.errors import QueueError
from queue_app.domain.printing import STATUSES
from queue_app.domain.slip_layout import BLOCKS, MAX_BLOCKS
from queue_app.operations import printer_setup as setup
from queue_app.operations import printer_views as views
from queue_app.operations import serve
from queue_app.operations.printer_kinds import KINDS, PAPERS, PROFILES
from queue_app.operations.printing import reprint
from queue_app.web import schemas as s
from queue_app.web.api import MANAGES, allowed
from queue_app.web.operation import MAX_INTEGER, context, operation, public_url

api_printers = Blueprint("api_printers", __name__, url_prefix="/api/v1")

DESK = frozenset({"desk"})
MAX_LOGO_BYTES = 5 * 1024 * 1024
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
LANGUAGE: s.Schema = {"type": "string", "maxLength": 16, "default": "en"}
PRINTER_ID: s.Schema = {"type": "integer", "minimum": 1, "maximum": MAX_INTEGER}
STATUS: s.Schema = {"type": "string", "enum": list(STATUSES)}
PRINTER = s.thing(
    {
        "id": s.WHOLE,
        "name": s.TEXT,
        "kind": s.TEXT,
        "address": {"type": "object", "description": "What is secret in it is masked."},
        "profile": s.TEXT,
        "paper": s.TEXT,
        "form": s.TEXT,
        "fetches": {**s.YES_NO, "description": "Whether the printer, or a browser, fetches its slips by itself."},
        "has_token": s.YES_NO,
        "paused": s.YES_NO,
        "fallback": s.maybe(s.WHOLE),
        "status": STATUS,
        "can_print": s.YES_NO,
        "detail": s.maybe(s.TEXT),
        "status_at": {**s.maybe(s.MOMENT), "description": "When it last said something of itself."},
        "status_since": {**s.maybe(s.MOMENT), "description": "Since when it stands so."},
        "waiting": s.WHOLE,
        "oldest_at": s.maybe(s.MOMENT),
        "last_success_at": s.maybe(s.MOMENT),
        "last_error_at": s.maybe(s.MOMENT),
        "last_error": s.maybe(s.TEXT),
        "kiosks": s.some(s.thing({"id": s.WHOLE, "name": s.TEXT})),
    }
)
KIOSKS = s.some(s.thing({"id": s.WHOLE, "name": s.TEXT, "printer": s.maybe(s.WHOLE)}))
PRINTERS = s.thing({"printers": s.some(PRINTER), "kiosks": KIOSKS})
WISH: dict[str, s.Schema] = {
    "name": {"type": "string", "minLength": 1, "maxLength": setup.MAX_NAME_LETTERS},
    "kind": {"type": "string", "enum": list(KINDS)},
    "address": {"type": "object", "maxProperties": 40},
    "profile": {"type": "string", "enum": list(PROFILES)},
    "paper": {"type": "string", "enum": list(PAPERS)},
    "fallback": {"type": ["integer", "null"], "minimum": 1, "maximum": MAX_INTEGER},
}
SLIPS = s.thing(
    {
        "slips": s.some(
            s.thing(
                {
                    "ticket": s.WHOLE,
                    "label": s.TEXT,
                    "service": s.TEXT,
                    "ticket_state": s.LEG_STATE,
                    "issued_at": s.MOMENT,
                    "state": {"type": "string", "enum": ["queued", "sending", "failed"]},
                    "error": s.maybe(s.TEXT),
                    "printer": s.WHOLE,
                    "printer_name": s.TEXT,
                }
            )
        )
    }
)
LAYOUT: s.Schema = {
    "type": ["array", "null"],
    "maxItems": MAX_BLOCKS,
    "items": {
        "type": "object",
        "properties": {"block": {"type": "string", "enum": list(BLOCKS)}},
        "required": ["block"],
    },
}
LAYOUT_VIEW = s.thing(
    {
        "layout": LAYOUT,
        "usual": s.YES_NO,
        "logo": s.YES_NO,
        "service_texts": {"type": "object", "additionalProperties": s.TEXTS},
    }
)
PICTURE: s.Schema = {"content": {"image/png": {"schema": {"type": "string", "format": "binary"}}}}


def _wish(body: dict[str, Any]) -> dict[str, Any]:
    return {"fallback_id" if name == "fallback" else name: value for name, value in body.items()}


def _files_in() -> Any:
    return current_app.extensions["queue_settings"].data_dir / "slips"


def _printers(branch: str) -> Any:
    return {"printers": views.printers_view(context(), branch), "kiosks": views.kiosks_view(context(), branch)}


@operation(
    api_printers, "GET", "/branches/<branch>/printers",
    summary="The printers: where they are, how they stand, what waits for them, their last success and last error.",
    scopes=DESK, answers={200: PRINTERS}, errors=("unknown_branch",),
)  # fmt: skip
def show(who: Caller, body: None, query: dict[str, Any], branch: str) -> Any:
    """Show the printers; where they are is the manager's business only."""
    found = allowed(who, DESK, branch)
    shown = _printers(branch)
    if not who.may("manager", found.id):
        for printer in shown["printers"]:
            printer["address"] = {}
    return shown


@operation(
    api_printers, "POST", "/branches/<branch>/printers",
    summary="Add a printer.",
    scopes=MANAGES, body=s.wish(WISH, required=("name", "kind", "address")), answers={201: PRINTER},
    errors=("unknown_branch", "unknown_printer", "name_taken"),
)  # fmt: skip
def add(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str) -> Any:
    """Add a printer."""
    allowed(who, MANAGES, branch)
    printer_id = setup.add_printer(context(), branch, setup.PrinterWish(**_wish(body)), _files_in())
    return _one(branch, printer_id), 201


@operation(
    api_printers, "GET", "/branches/<branch>/printers/<int:printer>",
    summary="One printer, and the last changes of its status, newest first.",
    scopes=MANAGES,
    answers={200: s.thing({**PRINTER["properties"], "events": s.some(
        s.thing({"at": s.MOMENT, "status": STATUS, "detail": s.maybe(s.TEXT)})
    )})},
    errors=("unknown_branch", "unknown_printer"),
)  # fmt: skip
def show_one(who: Caller, body: None, query: dict[str, Any], branch: str, printer: int) -> Any:
    """Show one printer."""
    allowed(who, MANAGES, branch)
    return {**_one(branch, printer), "events": views.printer_events(context(), branch, printer)}


@operation(
    api_printers, "POST", "/branches/<branch>/printers/<int:printer>",
    summary="Change some of a printer's settings; a secret that is left out or null stays as it was.",
    scopes=MANAGES, body=s.wish(WISH), answers={200: PRINTER},
    errors=("unknown_branch", "unknown_printer", "name_taken"),
)  # fmt: skip
def change(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str, printer: int) -> Any:
    """Change a printer."""
    allowed(who, MANAGES, branch)
    setup.change_printer(context(), branch, printer, _wish(body), _files_in())
    return _one(branch, printer)


@operation(
    api_printers, "POST", "/branches/<branch>/printers/<int:printer>/remove",
    summary="Take a printer out of use; what waits for it goes to the one that stands in, where there is one.",
    scopes=MANAGES, body=s.wish({}), answers={200: PRINTERS}, errors=("unknown_branch", "unknown_printer"),
)  # fmt: skip
def remove(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str, printer: int) -> Any:
    """Remove a printer."""
    allowed(who, MANAGES, branch)
    setup.remove_printer(context(), branch, printer)
    return _printers(branch)


@operation(
    api_printers, "POST", "/branches/<branch>/printers/<int:printer>/pause",
    summary="Hold its slips back; meanwhile the printer that stands in takes them.",
    scopes=MANAGES, body=s.wish({}), answers={200: PRINTER}, errors=("unknown_branch", "unknown_printer"),
)  # fmt: skip
def pause(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str, printer: int) -> Any:
    """Pause a printer."""
    return _paused(who, branch, printer, True)


@operation(
    api_printers, "POST", "/branches/<branch>/printers/<int:printer>/resume",
    summary="Let its slips go on.",
    scopes=MANAGES, body=s.wish({}), answers={200: PRINTER}, errors=("unknown_branch", "unknown_printer"),
)  # fmt: skip
def resume(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str, printer: int) -> Any:
    """Let a printer go on."""
    return _paused(who, branch, printer, False)


def _paused(who: Caller, branch: str, printer: int, paused: bool) -> Any:
    allowed(who, MANAGES, branch)
    setup.pause_printer(context(), branch, printer, paused)
    current_app.extensions["queue_notice_print"]()
    return _one(branch, printer)


@operation(
    api_printers, "POST", "/branches/<branch>/printers/<int:printer>/reassign",
    summary="Give its waiting slips, and the kiosks beside it, to another printer.",
    scopes=MANAGES, body=s.wish({"to": PRINTER_ID}, required=("to",)),
    answers={200: s.thing({"moved": s.WHOLE, **PRINTERS["properties"]})},
    errors=("unknown_branch", "unknown_printer"),
)  # fmt: skip
def reassign(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str, printer: int) -> Any:
    """Reassign what a printer has to do."""
    allowed(who, MANAGES, branch)
    moved = setup.reassign_printer(context(), branch, printer, body["to"])
    current_app.extensions["queue_notice_print"]()
    return {"moved": moved, **_printers(branch)}


@operation(
    api_printers, "POST", "/branches/<branch>/printers/<int:printer>/test",
    summary="Print a self-test: every language's letters, the sizes, a ruler and a code.",
    scopes=MANAGES, body=s.wish({"language": LANGUAGE}), answers={202: PRINTER},
    errors=("unknown_branch", "unknown_printer"),
)  # fmt: skip
def test(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str, printer: int) -> Any:
    """Print a self-test."""
    found = allowed(who, MANAGES, branch)
    language = found.language(body.get("language"))
    setup.queue_self_test(context(), branch, printer, language, who.key)
    current_app.extensions["queue_notice_print"]()
    return _one(branch, printer), 202


@operation(
    api_printers, "POST", "/branches/<branch>/printers/<int:printer>/token",
    summary="Make the password with which a printer fetches its slips; it is shown this once, the one before stops working.",
    scopes=MANAGES, body=s.wish({}), answers={201: s.thing({"user": s.TEXT, "token": s.TEXT})},
    errors=("unknown_branch", "unknown_printer"),
)  # fmt: skip
def token(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str, printer: int) -> Any:
    """Make a printer's password."""
    allowed(who, MANAGES, branch)
    return {"user": str(printer), "token": setup.new_printer_token(context(), branch, printer)}, 201


@operation(
    api_printers, "POST", "/branches/<branch>/kiosks/<int:kiosk>/printer",
    summary="Let a kiosk print on another printer, or on none.",
    scopes=MANAGES, body=s.wish({"printer": {**PRINTER_ID, "type": ["integer", "null"]}}, required=("printer",)),
    answers={200: PRINTERS}, errors=("unknown_branch", "unknown_printer", "unknown_kiosk"),
)  # fmt: skip
def assign(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str, kiosk: int) -> Any:
    """Put a printer beside a kiosk."""
    allowed(who, MANAGES, branch)
    setup.assign_kiosk(context(), branch, kiosk, body["printer"])
    return _printers(branch)


@operation(
    api_printers, "POST", "/branches/<branch>/printers/<int:printer>/preview",
    summary="A picture of a slip as this printer will print it, made from the very bytes that it would get.",
    scopes=MANAGES,
    body=s.wish(
        {
            "language": LANGUAGE,
            "service": {"type": "string", "minLength": 1, "maxLength": 64},
            "layout": {**LAYOUT, "description": "One that is not kept yet; the branch's own where null."},
            "service_text": {**s.TEXTS, "description": "What else is said of the service, where that is not kept yet."},
            "test": {**s.YES_NO, "description": "The self-test instead."},
        }
    ),
    answers={200: PICTURE}, errors=("unknown_branch", "unknown_printer", "unknown_service"),
)  # fmt: skip
def preview(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str, printer: int) -> Any:
    """Show how a slip will look."""
    allowed(who, MANAGES, branch)
    picture = views.preview_slip(
        context(), branch, printer, body.get("language", "en"), body.get("layout"), body.get("service"),
        public_url=public_url(), test=body.get("test", False),
        service_text=body.get("service_text"),
    )  # fmt: skip
    return Response(picture, mimetype="image/png", headers={"Cache-Control": "no-store"})


@operation(
    api_printers, "GET", "/branches/<branch>/slip-layout",
    summary="What stands on the branch's slips.",
    scopes=MANAGES, answers={200: LAYOUT_VIEW}, errors=("unknown_branch",),
)  # fmt: skip
def layout(who: Caller, body: None, query: dict[str, Any], branch: str) -> Any:
    """Show the layout."""
    allowed(who, MANAGES, branch)
    return views.layout_view(context(), branch)


@operation(
    api_printers, "POST", "/branches/<branch>/slip-layout",
    summary="Arrange what stands on the branch's slips (null: as usual), and what else is said of each service.",
    scopes=MANAGES,
    body=s.wish(
        {
            "layout": LAYOUT,
            "service_texts": {"type": "object", "maxProperties": 200, "additionalProperties": s.TEXTS},
        }
    ),
    answers={200: LAYOUT_VIEW}, errors=("unknown_branch", "unknown_service"),
)  # fmt: skip
def arrange(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str) -> Any:
    """Keep a layout."""
    allowed(who, MANAGES, branch)
    setup.arrange_slips(context(), branch, body)
    return views.layout_view(context(), branch)


@operation(
    api_printers, "POST", "/branches/<branch>/slip-layout/logo",
    summary="Keep the picture for the slips, which is the body; an empty body takes it away.",
    scopes=MANAGES, answers={200: LAYOUT_VIEW},
    errors=("unknown_branch", "not_a_picture", "picture_too_large"), raw=PICTURES,
)  # fmt: skip
def logo(who: Caller, body: None, query: dict[str, Any], branch: str) -> Any:
    """Keep a logo."""
    allowed(who, MANAGES, branch)
    request.max_content_length = MAX_LOGO_BYTES
    setup.set_logo(context(), branch, request.get_data(cache=False) or None)
    return views.layout_view(context(), branch)


@operation(
    api_printers, "GET", "/branches/<branch>/slips",
    summary="Tickets still under way whose slip has not come out, oldest first.",
    scopes=DESK, answers={200: SLIPS}, errors=("unknown_branch",),
)  # fmt: skip
def slips(who: Caller, body: None, query: dict[str, Any], branch: str) -> Any:
    """Show the slips in trouble."""
    allowed(who, DESK, branch)
    return {"slips": views.slips_in_trouble(context(), branch)}


@operation(
    api_printers, "POST", "/branches/<branch>/slips/<int:ticket>/reprint",
    summary="Print a ticket's slip once more, marked as a copy, on its printer or another.",
    scopes=DESK, body=s.wish({"printer": PRINTER_ID}), answers={202: SLIPS},
    errors=("unknown_branch", "unknown_ticket", "unknown_print_job", "unknown_printer"),
)  # fmt: skip
def print_again(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str, ticket: int) -> Any:
    """Print a slip again."""
    allowed(who, DESK, branch)
    serve.token_of(context(), branch, ticket)
    reprint(context(), ticket, who.key, body.get("printer"))
    current_app.extensions["queue_notice_print"]()
    return {"slips": views.slips_in_trouble(context(), branch)}, 202


@operation(
    api_printers, "POST", "/branches/<branch>/slips/<int:ticket>/cancel",
    summary="The visitor left without a slip: cancel the ticket, so that nobody calls a number that nobody holds.",
    scopes=DESK, body=s.wish({}), answers={200: SLIPS},
    errors=("unknown_branch", "unknown_ticket", "state_forbids", "conflict"),
)  # fmt: skip
def cancel(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str, ticket: int) -> Any:
    """Cancel a ticket that nobody holds."""
    allowed(who, DESK, branch)
    serve.cancel(context(), serve.token_of(context(), branch, ticket))
    return {"slips": views.slips_in_trouble(context(), branch)}


def _one(branch: str, printer_id: int) -> dict[str, Any]:
    for printer in views.printers_view(context(), branch):
        if printer["id"] == printer_id:
            return printer
    raise QueueError("unknown_printer", printer=printer_id)
