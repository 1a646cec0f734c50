"""The command line of the reports: their worker, the days that are kept for them, and a try of the e-mails."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import threading
from collections.abc import Iterator

import click
from flask import current_app
from flask.cli import AppGroup
from tqdm import tqdm

from queue_app import mail_texts
from queue_app.alarm_watch import AlarmWatch
from queue_app.cli_context import current_context
from queue_app.cli_refusals import plainly
from queue_app.config import Settings
from queue_app.domain.reporting import check_email
from queue_app.only_one import only_one
from queue_app.operations.keep_days import keep_days
from queue_app.report_sender import Sender, post_of
from queue_app.report_worker import ReportWorker
from queue_app.sending import WHOLE_SECONDS, NotSent
from queue_app.steps import end_when_asked
from queue_app.webhook_sender import WebhookSender

report_group = AppGroup("report", help="Reports that are sent by themselves.")


NICE = 10
"""A file can wait where a call to a screen wants the same processor."""


@click.command("keep-days")
@click.argument("branch", required=False)
@click.option("--anew", is_flag=True, help="Read the whole record again, and replace what is kept.")
def days_command(branch: str | None, anew: bool) -> None:
    """Keep the ended days of BRANCH (all branches where left out) for the reports; the running server does it by itself."""
    with plainly():
        for slug in [branch] if branch else current_context().slugs().values():
            days = keep_days(current_context(), slug, anew=anew)
            visits = sum(day.visits for day in tqdm(days, desc=slug, unit=" days", disable=None))
            click.echo(f"{slug}: {visits} visits were added.")


@click.command("report-worker")
@click.option("--line", type=int, hidden=True, help="Descriptor of the socket to the web process that started it.")
def report_worker(line: int | None) -> None:
    """Make large reports, keep days, send what is due, watch thresholds, call webhooks; else the web process starts it."""
    settings: Settings = current_app.extensions["queue_settings"]
    os.nice(NICE)
    worker = ReportWorker(current_context(), settings.data_dir / "reports")
    sender = Sender(current_context(), worker.record, settings)
    end_when_asked(worker.stop)
    if line is not None:
        threading.Thread(target=_listen, args=(line, worker, sender), daemon=True).start()
    # Of several web processes of one machine one has it; when that ends, the next one takes over.
    with only_one(settings.data_dir / "report-worker.lock", lambda: worker.is_stopping) as is_ours:
        if is_ours:
            webhooks = WebhookSender(
                current_context(), current_app.extensions["queue_sealer"], private=settings.private_addresses
            )
            with _beside(sender, AlarmWatch(current_context()), webhooks):
                worker.run()


@report_group.command("test-mail")
@click.argument("address")
def test_mail_command(address: str) -> None:
    """Send an e-mail to ADDRESS by the settings, and say what happened."""
    with plainly():
        to = check_email(address, "address")
    settings: Settings = current_app.extensions["queue_settings"]
    post = post_of(settings)
    click.echo(f"Sending by {post.place}" if post.by_server else f"No server is set: putting it into {post.place}")
    mail = mail_texts.dated(mail_texts.try_mail("en", post.place), to, current_context().clock.now())
    try:
        where = post.send(mail, to, f"try-{secrets.token_hex(8)}")
    except NotSent as error:
        raise click.ClickException(f"It was not sent: {error}") from error
    click.echo(f"It was taken: {where}")


@contextlib.contextmanager
def _beside(*others: Sender | AlarmWatch | WebhookSender) -> Iterator[None]:
    """Let others run while the worker works; what they have under way when that ends is done before the process ends."""
    threads = [threading.Thread(target=each.run, daemon=True) for each in others]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for each in others:
            each.stop()
        for thread in threads:
            thread.join(WHOLE_SECONDS)


def _listen(line: int, worker: ReportWorker, sender: Sender) -> None:
    parent = socket.socket(fileno=line)
    # The parent's event loop has made it a socket that does not wait; this process waits.
    parent.setblocking(True)
    with contextlib.suppress(OSError):
        while parent.recv(4096):
            worker.notice()
            sender.notice()
    worker.stop()
