"""Looks at a branch's lobby screens and other devices: what each shows, how it stands, and on which a call may be missed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from queue_app.domain.board import iso
from queue_app.domain.branch import BranchSetup
from queue_app.domain.screen_health import Health, Standing, health, stored_shows
from queue_app.domain.screen_layout import USUAL, ScreenLayout, stored_layout
from queue_app.operations.panel_setup import panels_of
from queue_app.operations.unit_of_work import Context
from queue_app.store import queries as hot
from queue_app.store import screens as q
from queue_app.store.models import ApiToken, Kiosk, Screen, ScreenState
from queue_app.store.prepared import Row

MOST_UNNAMED = 100
"""So many screens without a name are listed, those first that were heard of last."""


def screen_of(
    context: Context, setup: BranchSetup, screen_id: int | None
) -> tuple[dict[str, Any] | None, ScreenLayout]:
    """Return a screen as `{"id", "name"}` and its layout; a browser that nobody named is None and shows what is usual."""
    if screen_id is None:
        return None, USUAL
    with context.database.reading() as connection:
        row = connection.execute(
            select(Screen.id, Screen.name, Screen.layout).where(Screen.id == screen_id, Screen.branch_id == setup.id)
        ).one_or_none()
    if row is None:
        return None, USUAL
    return {"id": row.id, "name": row.name}, stored_layout(row.layout, setup)


def screen_troubles(context: Context, setup: BranchSetup, now: datetime) -> list[dict[str, Any]]:
    """Return the paired screens on which a call may be missed, `{name, health, since}`; none while the branch is closed.

    A screen that was never seen is none of them: it is still being set up.
    """
    if not setup.screens or not setup.opening(now).is_open:
        return []
    return [
        {"name": name, "health": str(word), "since": _iso(since)}
        for name, (word, since) in screen_healths(context, setup, now).items()
        if word not in {Health.OK, Health.NEVER}
    ]


def screen_healths(context: Context, setup: BranchSetup, now: datetime) -> dict[str, tuple[Health, datetime | None]]:
    """Return how each paired screen stands, and since when, by its name."""
    if not setup.screens:
        return {}
    where = {"branch_id": setup.id}
    states, paired = context.database.look((q.NAMED_SCREENS, where), (q.PAIRED_SCREENS, where))
    standings = _standings(states)
    let_in = {row.screen_id for row in paired}
    return {
        screen.name: health(standings.get(screen.id), screen.layout, now)
        for screen in setup.screens
        if screen.id in let_in
    }


def devices_view(context: Context, setup: BranchSetup) -> dict[str, Any]:
    """Return every screen, kiosk and panel of a branch and how it stands, and the screens that nobody named.

    Args:
        context: where to look.
        setup: the branch, as it is set up now.
    """
    where = {"branch_id": setup.id}
    now = context.clock.now()
    (state,), named = context.database.look((hot.READ_STATE, where), (q.NAMED_SCREENS, where))
    with context.database.reading() as connection:
        tokens = connection.execute(
            select(ApiToken.screen_id, ApiToken.kiosk_id).where(
                ApiToken.branch_id == setup.id, ApiToken.revoked_at.is_(None)
            )
        ).all()
        unnamed = connection.execute(
            select(ScreenState.__table__)
            .where(ScreenState.branch_id == setup.id, ScreenState.screen_id.is_(None))
            .order_by(ScreenState.seen_at.desc(), ScreenState.screen_key)
            .limit(MOST_UNNAMED)
        ).all()
        kiosks = connection.execute(select(Kiosk.__table__).where(Kiosk.branch_id == setup.id).order_by(Kiosk.id)).all()
        panels = panels_of(connection, setup)
    screens_paired, kiosks_paired = {row.screen_id for row in tokens}, {row.kiosk_id for row in tokens}
    rows = {row.screen_id: row for row in named}
    return {
        "server_time": iso(now),
        "revision": state.revision,
        "screens": [
            {
                "id": screen.id,
                "name": screen.name,
                "layout": screen.layout.json(),
                "paired": screen.id in screens_paired,
                "state": _state_view(rows.get(screen.id), screen.layout, now),
            }
            for screen in setup.screens
        ],
        "kiosks": [
            {"id": row.id, "name": row.name, "printer_id": row.printer_id, "paired": row.id in kiosks_paired}
            for row in kiosks
        ],
        "unnamed": [{"key": row.screen_key, "state": _state_view(row, USUAL, now)} for row in unnamed],
        "panels": panels,
    }


def _standings(rows: Sequence[Row]) -> Mapping[int, Standing]:
    return {row.screen_id: _standing(row) for row in rows}


def _standing(row: Row) -> Standing:
    return Standing(row.seen_at, row.gone_at, stored_shows(row.shows))


def _state_view(row: Row | None, layout: ScreenLayout, now: datetime) -> dict[str, Any]:
    standing = _standing(row) if row is not None else None
    word, since = health(standing, layout, now)
    told: dict[str, Any] = {"health": str(word), "since": _iso(since), "behind": word == Health.BEHIND}
    if row is None or standing is None:
        nothing = ("revision", "seen_at", "gone_at", "sound", "visible", "width", "height", "page_started_at", "agent")
        return told | dict.fromkeys(nothing)
    shows = standing.shows
    return told | {
        "revision": row.revision,
        "seen_at": iso(standing.seen_at),
        "gone_at": _iso(standing.gone_at),
        "sound": shows.sound,
        "visible": shows.visible,
        "width": shows.width,
        "height": shows.height,
        "page_started_at": shows.page_started_at and iso(datetime.fromisoformat(shows.page_started_at)),
        "agent": shows.agent,
    }


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else iso(moment)
