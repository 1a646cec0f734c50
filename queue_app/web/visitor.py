"""The visitor's own page, behind the QR code on the slip."""

from __future__ import annotations

import io
from contextlib import suppress
from datetime import datetime
from typing import Any

import segno
from flask import Blueprint, Response, g, redirect, render_template, request, url_for

from queue_app import i18n
from queue_app.domain.errors import QueueError
from queue_app.operations import serve, views
from queue_app.web.opening_words import opening_words
from queue_app.web.operation import context, forecasts, public_url
from queue_app.web.why import why

visitor = Blueprint("visitor", __name__)


@visitor.get("/t/<token>")
def page(token: str) -> Any:
    """Show the ticket to whoever holds its token."""
    ticket = views.ticket_by_token(context(), forecasts(), token, public_url())
    setup = context().setup(ticket["branch"])
    chosen = request.args.get("lang")
    g.language = chosen if chosen in setup.languages else ticket["language"]
    called_at = datetime.fromisoformat(ticket["called_at"]) if ticket["called_at"] else None
    return render_template(
        "visitor.html",
        language=g.language,
        ticket=ticket,
        setup=setup,
        opening=opening_words(g.language, setup, context().clock.now()),
        called_at=called_at and i18n.clock_time(g.language, called_at, setup.zone),
        why=why(g.language, *views.rule_of_ticket(context(), ticket["id"]), setup.zone) if ticket["counter"] else "",
    )


@visitor.post("/t/<token>/leave")
def leave(token: str) -> Any:
    """Leave the queue from a phone without scripts; as in the API, the token itself is the guard."""
    with suppress(QueueError):  # called a moment ago, or gone already: the page says how it stands
        serve.cancel(context(), token)
    return redirect(url_for("visitor.page", token=token, lang=request.args.get("lang")), 303)


@visitor.get("/t/<token>/qr.svg")
def qr(token: str) -> Response:
    """Draw the QR code that leads to the ticket's page; the kiosk shows it, paper or not."""
    ticket = views.ticket_by_token(context(), forecasts(), token, public_url())
    buffer = io.BytesIO()
    segno.make(ticket["status_url"], error="m", micro=False).save(
        buffer, kind="svg", border=2, xmldecl=False, svgns=True, scale=8
    )
    return Response(buffer.getvalue(), mimetype="image/svg+xml")
