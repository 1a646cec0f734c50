"""What the scripts of a lobby screen's page have to know from its first moment on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import current_app, url_for

from display.media import shown_in
from queue_app.access import caller
from queue_app.domain.board import iso
from queue_app.domain.branch import BranchSetup, pick
from queue_app.domain.screen_layout import ScreenLayout
from queue_app.i18n import text
from queue_app.operations.announcing import spoken_languages
from queue_app.operations.screen_views import screen_of
from queue_app.page_texts import PAGES

SAID = PAGES["display"]["said"]


def facts_of(setup: BranchSetup, language: str) -> dict[str, Any]:
    """Return the page's facts: its screen and layout, the branch's services, languages and hours, the pictures of its folder."""
    found = caller()
    context = current_app.extensions["queue_context"]
    screen, layout = screen_of(context, setup, found.screen_id if found else None)
    return {
        "screen": screen,
        **common_facts(setup, language, layout, context.clock.now()),
        "media": {"files": media_files(setup, layout.media.folder)},
    }


def common_facts(setup: BranchSetup, language: str, layout: ScreenLayout, now: datetime) -> dict[str, Any]:
    """Return what is the same for a screen and for the preview of one."""
    hours = setup.opening(now)
    return {
        "layout": layout.json(),
        "languages": spoken_languages(setup),
        "said": {code: text(code, SAID) for code in spoken_languages(setup)},
        "services": [
            {
                "slug": service.slug,
                "letter": service.series,
                "name": pick(service.name, language, setup.default_language),
            }
            for service in setup.called_services
        ],
        "hours": {
            "now": iso(now),
            "is_open": hours.is_open,
            "closes_at": None if hours.closes_at is None else iso(hours.closes_at),
            "opens_at": None if hours.opens_at is None else iso(hours.opens_at),
        },
    }


def media_files(setup: BranchSetup, folder: str | None) -> list[dict[str, str]]:
    """Return what is shown of a folder: the address of each thing and whether it is an `image` or a `video`."""
    data_dir = current_app.extensions["queue_settings"].data_dir
    return [
        {
            "kind": each.kind,
            "url": url_for(
                "display.media_file", branch=setup.slug, folder=folder, file=each.file, page=each.page, v=each.version
            ),
        }
        for each in shown_in(data_dir, setup.slug, folder)
    ]
