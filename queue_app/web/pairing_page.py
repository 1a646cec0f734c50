"""The page of a lobby screen or a kiosk that is not let in yet: it shows the code that an administrator enters."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, redirect, render_template, request

from queue_app.access import access, let_in_at
from queue_app.domain.branch import BranchSetup
from queue_app.i18n import LANGUAGES, negotiate
from queue_app.web.operation import context

pairing_page = Blueprint("pairing_page", __name__)

PAIRED_PAGES = {"display.page": "display", "kiosk.page": "kiosk"}
"""Whose visitors are shown the code where nobody has let them in, and as what they come."""


@pairing_page.get("/display", defaults={"kind": "display"})
@pairing_page.get("/kiosk", defaults={"kind": "kiosk"})
def begin(kind: str) -> Any:
    """Show the code; or go on to the branch where this browser is a screen or a kiosk already."""
    branch_id = let_in_at(kind)
    slug = context().slugs().get(branch_id) if branch_id is not None else None
    return show(kind, None) if slug is None else redirect(f"/{kind}/{slug}")


def show(kind: str, setup: BranchSetup | None) -> str:
    """Return the page.

    Args:
        kind: `display` or `kiosk`.
        setup: the branch that was asked for; None where none was: the administrator's choice of the branch decides.
    """
    wish = request.args.get("lang")
    preferred = negotiate(request.headers.get("Accept-Language"), LANGUAGES)
    g.language = setup.language(wish) if setup else wish if wish in LANGUAGES else preferred
    return render_template(
        "pairing.html", language=g.language, setup=setup, kind=kind, now=access().seconds_now() * 1000
    )
