"""Looks at the branches: paper, screens, what is to be sent, and who may come in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import Table, select

from queue_app.care.findings import Finding, Patient, bad, ok, warn
from queue_app.domain.printing import CANNOT_PRINT
from queue_app.operations.screen_views import screen_troubles
from queue_app.operations.views import fresh_setup
from queue_app.operations.vital_signs import MESSAGES, WEBHOOKS, vital_signs
from queue_app.report_sender import post_of
from queue_app.store.models import ApiToken, PrinterRow, User, UserRole
from queue_app.store.running_tables import Webhook

_PRINTER: Table = PrinterRow.__table__  # type: ignore[assignment]
_TOKEN: Table = ApiToken.__table__  # type: ignore[assignment]
_USER: Table = User.__table__  # type: ignore[assignment]
_ROLE: Table = UserRole.__table__  # type: ignore[assignment]
_WEBHOOK: Table = Webhook.__table__  # type: ignore[assignment]

SLIP_SECONDS, SENDING_SECONDS = 300, 3600
"""A slip that waits longer for paper, a message that waits longer to be sent, does not go by itself."""
SOON = timedelta(days=14)


def printers(patient: Patient) -> Iterator[Finding]:
    """Which cannot print, and whether slips wait."""
    slugs = patient.context.slugs()
    with patient.context.database.reading() as connection:
        wish = select(_PRINTER.c.branch_id, _PRINTER.c.name, _PRINTER.c.status, _PRINTER.c.paused).where(
            _PRINTER.c.enabled
        )
        rows = connection.execute(wish.order_by(_PRINTER.c.id)).all()
    for row in rows:
        what = f"printer {row.name}"
        if row.status in CANNOT_PRINT:
            yield warn(
                what, f"{slugs.get(row.branch_id)}: {row.status}", f"flask printer status {slugs.get(row.branch_id)}"
            )
        elif row.paused:
            yield warn(what, f"{slugs.get(row.branch_id)}: paused", "let it go on, on the page Printers")
        else:
            yield ok(what, f"{slugs.get(row.branch_id)}: {row.status}")


def screens_and_sending(patient: Patient) -> Iterator[Finding]:
    """Screens that are not well, slips that wait, and what is to be sent."""
    context = patient.context
    signs = vital_signs(context, patient.lobbies)
    for branch in signs.branches:
        if branch.oldest_slip_seconds > SLIP_SECONDS:
            says = f"{branch.slug}: the oldest has waited {branch.oldest_slip_seconds / 60:.0f} minutes"
            yield warn("slips", says, f"see the page /printers/{branch.slug}")
        setup = fresh_setup(context, branch.slug)
        troubles = screen_troubles(context, setup, context.clock.now())
        for trouble in troubles:
            says = f"{branch.slug}: {trouble['health']} since {trouble['since']}"
            yield warn(f"screen {trouble['name']}", says, f"see the page /screens/{branch.slug}")
        if not troubles and setup.screens:
            yield ok("screens", f"{branch.slug}: {branch.screens_connected} listen")
    for kind, what, todo in (
        (MESSAGES, "mail", "flask report test-mail ADDRESS; see the page Reports"),
        (WEBHOOKS, "webhooks", "see the deliveries on the page of the webhooks"),
    ):
        queue = signs.queues[kind]
        if queue.oldest_seconds > SENDING_SECONDS or queue.failed:
            says = f"{queue.waiting} wait, the oldest for {queue.oldest_seconds / 60:.0f} minutes; {queue.failed} were given up"
            yield warn(what, says, todo)
        else:
            yield ok(what, f"{queue.waiting} wait to be sent")


def mail(patient: Patient) -> Iterator[Finding]:
    """Where e-mails go, where there are any to send."""
    context = patient.context
    wanted = [slug for slug in context.slugs().values() if fresh_setup(context, slug).reporting.emails]
    if wanted and not post_of(patient.settings).by_server:
        says = f"{', '.join(wanted)} want e-mails, which are only put into {patient.settings.outbox}"
        yield warn("mail server", says, "set QUEUE_SMTP_URL and QUEUE_MAIL_FROM")


def people(patient: Patient) -> Iterator[Finding]:
    """Administrators without a second factor, and whether there is one at all."""
    with patient.context.database.reading() as connection:
        rows = connection.execute(
            select(_USER.c.username, _USER.c.totp_secret, _USER.c.oidc_subject)
            .join(_ROLE, _ROLE.c.user_id == _USER.c.id)
            .where(_ROLE.c.role == "admin", _USER.c.active)
            .distinct()
        ).all()
    if not rows:
        yield warn("administrators", "nobody is one", "make one: flask set-up, or the page /set-up")
    bare = sorted({row.username for row in rows if row.totp_secret is None and row.oidc_subject is None})
    if bare:
        yield warn(
            "second factor",
            f"administrators without one: {', '.join(bare)}",
            "each sets it up on the own account's page",
        )
    elif rows:
        yield ok("second factor", "every administrator has one")


def doors(patient: Patient) -> Iterator[Finding]:
    """Branches whose devices need no pairing, and tokens that have ended or soon will."""
    context = patient.context
    for slug in context.slugs().values():
        if fresh_setup(context, slug).open_devices:
            says = f"{slug}: whoever reaches the server may open its kiosk and its screens"
            yield warn("open devices", says, "pair them, then switch open_devices off in the branch's settings")
    now = context.clock.now()
    with context.database.reading() as connection:
        wish = select(_TOKEN.c.name, _TOKEN.c.expires_at).where(
            _TOKEN.c.revoked_at.is_(None), _TOKEN.c.expires_at < now + SOON
        )
        rows = connection.execute(wish.order_by(_TOKEN.c.expires_at)).all()
        silent = connection.execute(select(_WEBHOOK.c.name).where(~_WEBHOOK.c.active)).scalars().all()
    for row in rows:
        if row.expires_at <= now:
            yield warn(f"token {row.name}", f"it ended on {row.expires_at:%Y-%m-%d}", "make a new one, or revoke it")
        else:
            yield warn(f"token {row.name}", f"it ends on {row.expires_at:%Y-%m-%d}", "make a new one in time")
    for name in silent:
        yield warn(f"webhook {name}", "it is switched off", "switch it on, or delete it")


def branches(patient: Patient) -> Iterator[Finding]:
    """Whether there is any branch at all."""
    if not patient.context.slugs():
        yield bad("branches", "there is none", "open the server's page in a browser and set one up, or: flask demo")
