"""The API of counter panels: what there is, how they stand, set up and tried."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app

from queue_app.access import Caller
from queue_app.operations import panel_setup as setup
from queue_app.web import schemas as s
from queue_app.web.api import MANAGES, allowed
from queue_app.web.operation import MAX_INTEGER, context, operation

api_panels = Blueprint("api_panels", __name__, url_prefix="/api/v1/branches")

PANEL = s.thing(
    {
        "id": s.WHOLE,
        "name": s.TEXT,
        "kind": s.TEXT,
        "address": {"type": "object"},
        "counter": {**s.maybe(s.WHOLE), "description": "Null for a main panel, which shows the newest call of all."},
        "counter_name": s.maybe(s.TEXT),
        "enabled": s.YES_NO,
        "status": {"type": "string", "enum": list(setup.STATUSES)},
        "detail": s.maybe(s.TEXT),
        "status_at": {**s.maybe(s.MOMENT), "description": "Since when it stands so."},
    }
)
PANELS = s.thing({"panels": s.some(PANEL)})
WISH: dict[str, s.Schema] = {
    "name": {"type": "string", "minLength": 1, "maxLength": setup.MOST_NAME},
    "kind": {"type": "string", "enum": list(setup.KINDS)},
    "address": {"type": "object", "maxProperties": 20, "description": "Fields as in the manual of panels."},
    "counter": {"type": ["integer", "null"], "minimum": 1, "maximum": MAX_INTEGER},
    "enabled": s.YES_NO,
}


def _wish(body: dict[str, Any]) -> dict[str, Any]:
    return {"counter_id" if name == "counter" else name: value for name, value in body.items()}


def _done(branch: str, panel_id: int) -> Any:
    """Let the worker look at once, and return the panel."""
    current_app.extensions["queue_notice_panels"]()
    return setup.panel_view(context(), branch, panel_id)


@operation(
    api_panels, "GET", "/<branch>/panels",
    summary="The counter panels: where they are, above which counter, how they stand.",
    scopes=MANAGES, answers={200: PANELS}, errors=("unknown_branch",),
)  # fmt: skip
def show_panels(who: Caller, body: None, query: dict[str, Any], branch: str) -> Any:
    """Show the panels."""
    allowed(who, MANAGES, branch)
    return {"panels": setup.panels_view(context(), branch)}


@operation(
    api_panels, "POST", "/<branch>/panels",
    summary="Add a panel; it shows what is called within a second.",
    scopes=MANAGES, body=s.wish(WISH, required=("name", "kind", "address")), answers={201: PANEL},
    errors=("unknown_branch", "unknown_counter", "name_taken"),
)  # fmt: skip
def add(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str) -> Any:
    """Add a panel."""
    allowed(who, MANAGES, branch)
    panel_id = setup.add_panel(context(), branch, setup.PanelWish(**_wish(body)))
    return _done(branch, panel_id), 201


@operation(
    api_panels, "PATCH", "/<branch>/panels/<int:panel>",
    summary="Change some of a panel's settings; what is left out stays.",
    scopes=MANAGES, body=s.wish(WISH), answers={200: PANEL},
    errors=("unknown_branch", "unknown_panel", "unknown_counter", "name_taken"),
)  # fmt: skip
def change(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str, panel: int) -> Any:
    """Change a panel."""
    allowed(who, MANAGES, branch)
    setup.change_panel(context(), branch, panel, _wish(body))
    return _done(branch, panel)


@operation(
    api_panels, "DELETE", "/<branch>/panels/<int:panel>",
    summary="Take a panel away; it goes dark by itself within seconds.",
    scopes=MANAGES, answers={200: PANELS}, errors=("unknown_branch", "unknown_panel"),
)  # fmt: skip
def remove(who: Caller, body: None, query: dict[str, Any], branch: str, panel: int) -> Any:
    """Remove a panel."""
    allowed(who, MANAGES, branch)
    setup.remove_panel(context(), branch, panel)
    return {"panels": setup.panels_view(context(), branch)}


@operation(
    api_panels, "POST", "/<branch>/panels/<int:panel>/test",
    summary=f"Light every lamp of a panel for {setup.TEST_SECONDS} seconds.",
    scopes=MANAGES, body=s.wish({}), answers={200: PANEL}, errors=("unknown_branch", "unknown_panel"),
)  # fmt: skip
def test(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str, panel: int) -> Any:
    """Test a panel."""
    allowed(who, MANAGES, branch)
    setup.test_panel(context(), branch, panel)
    return _done(branch, panel)
