"""How a sign-in is told to people: by which way, with which browser, since when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from babel.dates import format_datetime

from queue_app.i18n import N_, text

WAYS = {"password": N_("password"), "totp": N_("password and code"), "oidc": N_("other system")}
BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip


def browser_of(agent: str) -> str:
    """Return the browser and the system that a browser says it is, in short; what it says where neither is known."""
    found = [next((name for mark, name in marks if mark in agent), "") for marks in (BROWSERS, SYSTEMS)]
    return ", ".join(name for name in found if name) or agent[:60] or "–"


def shown(sign_in: Mapping[str, Any], language: str, zone: Any = None) -> dict[str, Any]:
    """Return a sign-in as pages show it; times in `zone`, in UTC where there is none."""
    times = {
        name: format_datetime(sign_in[name], "short", tzinfo=zone, locale=language)
        for name in ("since", "seen_at", "until")
    }
    way = WAYS[sign_in["way"]]
    return {
        **sign_in, **times, "way": text(language, way), "browser": browser_of(sign_in["browser"]),
        "in_utc": zone is None,
    }  # fmt: skip
