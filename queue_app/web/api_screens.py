"""The API of the devices: new ones ask to be let in; lobby screens and kiosks are named, arranged, shut out, taken away."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, request

from queue_app.access import Caller, access
from queue_app.domain.board import iso
from queue_app.domain.screen_health import Health, Sounds
from queue_app.domain.screen_layout import ScreenKind
from queue_app.operations import devices, pairing
from queue_app.operations.screen_views import devices_view
from queue_app.operations.views import fresh_setup
from queue_app.web import schemas as s
from queue_app.web.api import MANAGES, SUPERVISES, allowed
from queue_app.web.operation import EVERYBODY, MAX_INTEGER, context, operation

api_screens = Blueprint("api_screens", __name__, url_prefix="/api/v1")

KIND: s.Schema = {"type": "string", "enum": ["display", "kiosk"]}
NAME: s.Schema = {"type": "string", "minLength": 1, "maxLength": devices.MOST_NAME_LETTERS}
ID: s.Schema = {"type": "integer", "minimum": 1, "maximum": MAX_INTEGER}
SECRET: s.Schema = {
    "type": "string",
    "pattern": "^[A-Za-z0-9_-]{20,64}$",
    "description": "The device keeps it to itself: once paired, it is its bearer token.",
}
LAYOUT: s.Schema = {
    "type": "object",
    "properties": {"kind": {"type": "string", "enum": list(ScreenKind)}},
    "description": "What stands on a screen, and what is heard of it (docs/lobby.md); everything may be left out.",
}
STATE = s.thing(
    {
        "health": {"type": "string", "enum": list(Health)},
        "since": {**s.maybe(s.MOMENT), "description": "Since when it stands so, where it is not well."},
        "behind": s.YES_NO,
        "revision": {**s.maybe(s.WHOLE), "description": "The last one it said it shows."},
        "seen_at": s.maybe(s.MOMENT),
        "gone_at": s.maybe(s.MOMENT),
        "sound": {"type": ["string", "null"], "enum": [*Sounds, None]},
        "visible": s.maybe(s.YES_NO),
        "width": s.maybe(s.WHOLE),
        "height": s.maybe(s.WHOLE),
        "page_started_at": s.maybe(s.MOMENT),
        "agent": s.maybe(s.TEXT),
    }
)
SCREEN = s.thing({"id": s.WHOLE, "name": s.TEXT, "layout": LAYOUT})
PANEL = s.thing(
    {
        "id": s.WHOLE,
        "name": s.TEXT,
        "kind": s.TEXT,
        "address": {"type": "object"},
        "counter": s.maybe(s.WHOLE),
        "counter_name": s.maybe(s.TEXT),
        "enabled": s.YES_NO,
        "status": s.TEXT,
        "detail": s.maybe(s.TEXT),
        "status_at": s.maybe(s.MOMENT),
    }
)
DEVICES = s.thing(
    {
        "server_time": s.MOMENT,
        "revision": s.WHOLE,
        "screens": s.some(s.thing({**SCREEN["properties"], "paired": s.YES_NO, "state": STATE})),
        "kiosks": s.some(s.thing({"id": s.WHOLE, "name": s.TEXT, "printer_id": s.maybe(s.WHOLE), "paired": s.YES_NO})),
        "unnamed": {
            **s.some(s.thing({"key": s.TEXT, "state": STATE})),
            "description": "Pages that show the board and that nobody named: open devices, and browsers of staff.",
        },
        "panels": s.some(PANEL),
    }
)
REVOKED = s.thing({"id": s.WHOLE, "revoked": {**s.WHOLE, "description": "How many tokens it had."}})
GONE = s.thing({"id": s.WHOLE})


@operation(
    api_screens, "POST", "/pairings",
    summary="A new device asks to be let in: it shows the code and keeps the secret, until an administrator enters the code.",
    scopes=EVERYBODY, body=s.wish({"kind": KIND}, required=("kind",)),
    answers={201: s.thing({"code": s.TEXT, "secret": SECRET, "expires_at": s.MOMENT})}, errors=("conflict",),
)  # fmt: skip
def ask(who: None, body: dict[str, Any], query: dict[str, Any]) -> Any:
    """Give a device its code.

    Nothing of a browser's session is read or changed here, and a page of another site cannot send JSON without asking first:
    no CSRF token is needed.
    """
    current_app.extensions["queue_pairing_limit"].spend(request.remote_addr or "?")
    asked = pairing.ask(context(), body["kind"])
    return {"code": asked.code, "secret": asked.secret, "expires_at": iso(asked.expires_at)}, 201


@operation(
    api_screens, "POST", "/pairings/state",
    summary="A device asks whether it has been let in, and where; the branch is told once it has.",
    scopes=EVERYBODY, body=s.wish({"secret": SECRET}, required=("secret",)),
    answers={
        200: s.thing(
            {
                "state": {"type": "string", "enum": [pairing.WAITING, pairing.PAIRED, pairing.EXPIRED]},
                "branch": s.TEXT,
                "kind": KIND,
            },
            optional=frozenset({"branch", "kind"}),
        )
    },
)  # fmt: skip
def pairing_state(who: None, body: dict[str, Any], query: dict[str, Any]) -> Any:
    """Say how a device's wish stands; the secret is the guard."""
    current_app.extensions["queue_pairing_state_limit"].spend(request.remote_addr or "?")
    state, branch, kind = pairing.state_of(context(), body["secret"])
    told = {"state": state, "branch": branch, "kind": kind}
    return {name: value for name, value in told.items() if value is not None}


@operation(
    api_screens, "GET", "/branches/<branch>/devices",
    summary="Every lobby screen, kiosk and panel, how it stands, and the screens that nobody named.",
    scopes=SUPERVISES, answers={200: DEVICES}, errors=("unknown_branch",),
)  # fmt: skip
def show_devices(who: Caller, body: None, query: dict[str, Any], branch: str) -> Any:
    """Show the devices."""
    allowed(who, SUPERVISES, branch)
    return devices_view(context(), fresh_setup(context(), branch))


@operation(
    api_screens, "POST", "/branches/<branch>/devices",
    summary="Let in the device that shows a code: a new one, or a new machine in place of an existing one.",
    scopes=MANAGES,
    body=s.wish(
        {
            "code": {"type": "string", "minLength": 1, "maxLength": 40},
            "name": {**NAME, "description": "Of a new device; or a new name of an existing one."},
            "screen_id": ID,
            "kiosk_id": ID,
        },
        required=("code",),
    ),
    answers={201: s.thing({"kind": KIND, "id": s.WHOLE, "name": s.TEXT})},
    errors=("unknown_branch", "unknown_code", "unknown_screen", "unknown_kiosk", "name_taken"),
)  # fmt: skip
def pair(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str) -> Any:
    """Pair a device."""
    allowed(who, MANAGES, branch)
    current_app.extensions["queue_code_limit"].spend(who.key)
    paired = pairing.pair(context(), branch, pairing.Wish(**body))
    _tell(branch)
    return {"kind": paired.kind, "id": paired.id, "name": paired.name}, 201


@operation(
    api_screens, "PATCH", "/branches/<branch>/screens/<int:screen>",
    summary="Give a lobby screen another name, or arrange what stands on it; null as the layout is what is usual.",
    scopes=MANAGES, body=s.wish({"name": NAME, "layout": s.maybe(LAYOUT)}), answers={200: SCREEN},
    errors=("unknown_branch", "unknown_screen", "name_taken"),
)  # fmt: skip
def change_screen(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str, screen: int) -> Any:
    """Change a screen; only its own page is told."""
    allowed(who, MANAGES, branch)
    devices.change_device(context(), branch, "display", screen, body)
    _tell(branch)
    found = context().setup(branch).screen(screen)
    return {"id": found.id, "name": found.name, "layout": found.layout.json()}


@operation(
    api_screens, "PATCH", "/branches/<branch>/kiosks/<int:kiosk>",
    summary="Give a kiosk another name.",
    scopes=MANAGES, body=s.wish({"name": NAME}), answers={200: s.thing({"id": s.WHOLE})},
    errors=("unknown_branch", "unknown_kiosk", "name_taken"),
)  # fmt: skip
def change_kiosk(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str, kiosk: int) -> Any:
    """Rename a kiosk."""
    allowed(who, MANAGES, branch)
    devices.change_device(context(), branch, "kiosk", kiosk, body)
    return {"id": kiosk}


def _device_routes(path: str, kind: str, unknown: str) -> None:
    """Declare what is the same for screens and kiosks: to be shut out and to be taken away."""
    part = "kiosk" if kind == "kiosk" else "screen"
    place = f"/branches/<branch>/{path}/<int:{part}>"

    @operation(
        api_screens, "POST", f"{place}/revoke",
        summary=f"Let the machine that is this {part} in no longer; its lines are cut. Another one may take its place.",
        scopes=MANAGES, body=s.wish({}), answers={200: REVOKED}, errors=("unknown_branch", unknown),
    )  # fmt: skip
    def revoke(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str, **device: int) -> Any:
        """Shut a device out."""
        allowed(who, MANAGES, branch)
        revoked = devices.revoke_device(context(), branch, kind, device[part])
        _tell(branch)
        return {"id": device[part], "revoked": revoked}

    @operation(
        api_screens, "DELETE", place,
        summary=f"Take this {part} away: what it was let in by is revoked, its name is free.",
        scopes=MANAGES, answers={200: GONE}, errors=("unknown_branch", unknown),
    )  # fmt: skip
    def remove(who: Caller, body: None, query: dict[str, Any], branch: str, **device: int) -> Any:
        """Take a device away."""
        allowed(who, MANAGES, branch)
        devices.remove_device(context(), branch, kind, device[part])
        _tell(branch)
        return {"id": device[part]}


_device_routes("screens", "display", "unknown_screen")
_device_routes("kiosks", "kiosk", "unknown_kiosk")


@operation(
    api_screens, "POST", "/branches/<branch>/screens/<int:screen>/reload",
    summary="Tell a lobby screen's page to load itself anew; it does so as soon as it hears of it.",
    scopes=SUPERVISES, body=s.wish({}), answers={202: s.thing({"id": s.WHOLE})}, errors=("unknown_branch", "unknown_screen"),
)  # fmt: skip
def reload(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str, screen: int) -> Any:
    """Reload a screen's page."""
    allowed(who, SUPERVISES, branch)
    fresh_setup(context(), branch).screen(screen)
    current_app.extensions["queue_reload_screen"](screen)
    return {"id": screen}, 202


def _tell(branch: str) -> None:
    """Let what was changed hold at once for the pages that listen to this process; the others' ticks see it in seconds."""
    access().forget()
    current_app.extensions["queue_screens_changed"](branch)
