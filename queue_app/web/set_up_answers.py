"""What somebody answers on the set-up pages: kept between the pages in the browser's signed cookie."""

from __future__ import annotations

from typing import Any

from flask import session
from werkzeug.datastructures import MultiDict

from queue_app.i18n import LANGUAGES
from queue_app.operations.countries import all_zones

MOST_LETTERS = 200
"""Of one answer: all of them stand in a cookie."""


def answers() -> dict[str, Any]:
    """Return what was answered so far in this browser."""
    kept = session.get("set_up")
    return dict(kept) if isinstance(kept, dict) else {}


def zones() -> list[tuple[str, list[str]]]:
    """Return all time zones, by the part of the world that stands before the name."""
    parts: dict[str, list[str]] = {}
    for zone in all_zones():
        parts.setdefault(zone.partition("/")[0], []).append(zone)
    return sorted(parts.items())


def branch_of(form: MultiDict[str, str]) -> dict[str, Any]:
    """Return what was filled in about the branch, as it was typed."""
    text = {name: form.get(name, "").strip()[:MOST_LETTERS] for name in ("name", "slug", "country", "time_zone")}
    spoken = [language for language in form.getlist("languages") if language in LANGUAGES]
    return {**text, "languages": spoken, "open": form.get("open") == "yes"}


def administrator_of(form: MultiDict[str, str]) -> dict[str, str]:
    """Return what was filled in about the administrator, but for the password."""
    return {
        "name": form.get("name", "").strip()[:MOST_LETTERS],
        "username": form.get("username", "").strip().lower()[:MOST_LETTERS],
    }
