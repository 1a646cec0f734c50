"""The pages of the branch's devices: lobby screens, kiosks and panels as they stand, and what stands on one screen."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, g, render_template

from queue_app.access import Caller, require
from queue_app.domain.branch import BranchSetup, pick
from queue_app.domain.screen_layout import CAPITAL_PER_DISTANCE, MOST_VOLUMES, USUAL, Arrow, MediaPlace, ScreenKind
from queue_app.i18n import N_, text
from queue_app.operations import views
from queue_app.operations.media_folders import media_folders, media_root
from queue_app.web.branches import branches_of
from queue_app.web.operation import context, public_url
from queue_app.web.panel_form import panel_kinds

screens_page = Blueprint("screens_page", __name__)
MANAGER = frozenset({"manager"})

KINDS = {
    ScreenKind.CALLS: (N_("Calls"), N_("Who is called now, large, and the last calls beside it")),
    ScreenKind.LAST_CALL: (N_("Last call"), N_("Only the newest call, across the whole picture")),
    ScreenKind.COUNTERS: (N_("Counters"), N_("Every counter with the number that is there")),
    ScreenKind.WAITING: (N_("Waiting list"), N_("Each service with who waits and how long it will take")),
    ScreenKind.COUNTER: (N_("One counter"), N_("A small screen above one counter")),
    ScreenKind.SOUND: (N_("Loudspeaker"), N_("Speaks the calls and shows next to nothing")),
}
ARROWS = {
    Arrow.LEFT: ("←", N_("to the left")),
    Arrow.RIGHT: ("→", N_("to the right")),
    Arrow.UP: ("↑", N_("straight ahead")),
    Arrow.DOWN: ("↓", N_("behind you")),
    Arrow.UP_LEFT: ("↖", N_("ahead to the left")),
    Arrow.UP_RIGHT: ("↗", N_("ahead to the right")),
    Arrow.DOWN_LEFT: ("↙", N_("behind you to the left")),
    Arrow.DOWN_RIGHT: ("↘", N_("behind you to the right")),
}
MEDIA_PLACES = {MediaPlace.BESIDE: N_("Beside the calls"), MediaPlace.BELOW: N_("Below the calls")}


@screens_page.get("/screens")
def choose() -> Any:
    """Show the screens of the only branch, or choose one."""
    who, mine = branches_of(MANAGER)
    if len(mine) == 1:
        return show(mine[0]["slug"])
    g.language = who.language or "en"
    return render_template("screens.html", language=g.language, branches=mine)


@screens_page.get("/screens/<branch>")
def show(branch: str) -> Any:
    """Show a branch's screens, kiosks and panels, and how they stand."""
    setup, who = _let_in(branch)
    kinds = panel_kinds(g.language)
    return render_template(
        "screens.html",
        language=g.language,
        setup=setup,
        caller=who,
        panel_kinds=kinds,
        arrows=_arrows(g.language),
        places={"screen": f"{public_url()}/display", "kiosk": f"{public_url()}/kiosk"},
        names={
            "kinds": {str(kind): text(g.language, name) for kind, (name, _) in KINDS.items()},
            "services": {service.slug: service.series for service in setup.services},
            "printers": dict(setup.printers),
            "panel_kinds": {kind["kind"]: kind["name"] for kind in kinds},
        },
    )


@screens_page.get("/screens/<branch>/<int:screen>")
def layout(branch: str, screen: int) -> Any:
    """Show the editor of what stands on one screen, and is heard from it."""
    setup, who = _let_in(branch)
    name = setup.screen(screen).name
    data_dir = current_app.extensions["queue_settings"].data_dir
    return render_template(
        "screen_layout.html",
        language=g.language,
        setup=setup,
        caller=who,
        screen=screen,
        name=name,
        kinds=[
            (str(kind), text(g.language, name), text(g.language, meaning)) for kind, (name, meaning) in KINDS.items()
        ],
        arrows=_arrows(g.language),
        media_places=[(str(place), text(g.language, words)) for place, words in MEDIA_PLACES.items()],
        services=[
            (service.slug, service.series, pick(service.name, g.language, setup.default_language))
            for service in setup.services
        ],
        folders=media_folders(data_dir, branch),
        media_root=str(media_root(data_dir, branch).resolve()),
        facts={
            "usual": USUAL.json(),
            "capital_per_distance": CAPITAL_PER_DISTANCE,
            "most_volumes": MOST_VOLUMES,
            "languages": list(setup.languages),
        },
    )


def _let_in(branch: str) -> tuple[BranchSetup, Caller]:
    setup = views.fresh_setup(context(), branch)
    who = require(MANAGER, setup.id)
    g.language = who.language or setup.default_language
    return setup, who


def _arrows(language: str) -> list[tuple[str, str, str]]:
    return [(str(arrow), sign, text(language, words)) for arrow, (sign, words) in ARROWS.items()]
