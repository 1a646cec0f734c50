"""Sends what is to be sent by itself: reports whose time has come, and what the alarms say.

Beside the worker of the reports: a server that does not answer holds up no file that somebody waits for.
"""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import secrets
import threading
from collections.abc import Mapping
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from queue_app import mail_texts
from queue_app.config import Settings
from queue_app.domain.branch import BranchSetup
from queue_app.domain.errors import Category, QueueError
from queue_app.operations import messages, report_schedules
from queue_app.operations.messages import Outgoing
from queue_app.operations.unit_of_work import Context
from queue_app.operations.views import fresh_setup
from queue_app.report_worker import report_of
from queue_app.reports import files, registry
from queue_app.reports.record import Record
from queue_app.sending import NotSent, Post, call
from queue_app.steps import take

log = logging.getLogger("queue.sending")

LOOK_SECONDS = 5.0
"""How long it waits where nobody tells it that there is something to do."""

MEGABYTE = 1_000_000
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""Without it, the spreadsheets of those who get a CSV by e-mail read it in a code page of long ago."""


def post_of(settings: Settings) -> Post:
    """Return the way of e-mails that the settings say."""
    return Post(settings.smtp_url, settings.mail_from, settings.outbox)


class NotWanted(Exception):
    """Whoever was to be sent something is not named any more."""


class Sender:
    """Turns schedules into messages, and sends messages."""

    def __init__(self, context: Context, record: Record, settings: Settings) -> None:
        """Make reports from `record`, and keep their files below the data folder until they have gone."""
        self._context = context
        self._record = record
        self._post = post_of(settings)
        self._folder = settings.data_dir / "mail"
        self._public_url = settings.public_url.rstrip("/")
        self._most_bytes = settings.mail_attachment_mb * MEGABYTE
        self._private = settings.private_addresses
        self._wanted = threading.Event()
        self._is_stopping = False

    def notice(self) -> None:
        """There is something to do."""
        self._wanted.set()

    def stop(self) -> None:
        """End after what is under way."""
        self._is_stopping = True
        self._wanted.set()

    def run(self) -> None:
        """Work until stopped."""
        while not self._is_stopping:
            for step in (self.queue_due, self.send_all, self.clear_away):
                take(step, log)
            self._wanted.wait(LOOK_SECONDS)
            self._wanted.clear()

    def queue_due(self) -> None:
        """Turn the schedules whose time has come into messages."""
        queued = report_schedules.queue_due(self._context)
        if queued:
            log.info("%d scheduled reports are to be sent", queued)

    def send_all(self) -> None:
        """Send every message whose time has come, one after the other."""
        while not self._is_stopping:
            message = messages.claim(self._context)
            if message is None:
                return
            self._try(message)

    def clear_away(self) -> None:
        """Delete the files of messages that have gone or were given up, and forget messages of long ago."""
        messages.clear_away(self._context)
        if not self._folder.is_dir():
            return
        waiting = {self._name(*self._asked(message)) for message in messages.queued(self._context, "report")}
        for path in self._folder.iterdir():
            if path.name not in waiting:
                path.unlink(missing_ok=True)

    def _try(self, message: Outgoing) -> None:
        try:
            where = self._send(message)
        except NotSent as error:
            log.warning("message %d was not sent: %s", message.id, error.problem)
            messages.not_sent(self._context, message, str(error.problem), error.said, for_good=error.for_good)
        except NotWanted:
            messages.not_sent(self._context, message, "not_wanted", for_good=True)
        except QueueError as error:
            log.warning("message %d was not made: %s", message.id, error)
            problem = "clerks_hidden" if error.code == "not_allowed" else "not_made"
            for_good = error.category not in (Category.NOT_READY, Category.FAULT)
            messages.not_sent(self._context, message, problem, error.code, for_good=for_good)
        except OSError as error:
            log.exception("the file of message %d could not be written", message.id)
            problem = "disk_full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "not_made"
            messages.not_sent(self._context, message, problem, str(error.strerror or ""))
        except Exception:
            log.exception("message %d failed", message.id)
            messages.not_sent(self._context, message, "not_made")
        else:
            log.info("message %d was sent", message.id)
            messages.sent(self._context, message, where)

    def _send(self, message: Outgoing) -> str:
        setup = fresh_setup(self._context, message.content["branch"])
        if message.kind == "report":
            mail = self._report(message, setup)
        else:
            if message.to not in (*setup.reporting.emails, *setup.reporting.webhooks):
                raise NotWanted
            if message.to.startswith(("http://", "https://")):
                return call(message.to, mail_texts.alarm_call(message.content, message.id), private=self._private)
            mail = mail_texts.alarm_mail(message.content, setup, f"{self._public_url}/wall/{setup.slug}")
        mail = mail_texts.dated(mail, message.to, self._context.clock.now())
        # The key names it wherever the installation's tables were moved to; its number may be given anew.
        name = f"queue-{message.id}-{hashlib.sha256(message.key.encode()).hexdigest()[:16]}"
        return self._post.send(mail, message.to, name)

    def _report(self, message: Outgoing, setup: BranchSetup) -> EmailMessage:
        if not report_schedules.is_wanted(self._context, setup, message.schedule_id, message.to):
            raise NotWanted
        asked, form = self._asked(message)
        path = self._file(asked, form)
        size = path.stat().st_size
        attached = mail_texts.Attached(
            f"{asked['branch']}-{asked['report']}-{asked['from']}-{asked['to']}.{form}", files.MIME_TYPES[form],
            path.read_bytes() if size <= self._most_bytes else None, size / MEGABYTE,
        )  # fmt: skip
        days = urlencode({"from": asked["from"], "to": asked["to"]})
        address = f"{self._public_url}/reports/{setup.slug}/{asked['report']}?{days}"
        return mail_texts.report_mail(asked, registry.kind_of(asked["report"]).title, setup, attached, address)

    def _asked(self, message: Outgoing) -> tuple[Mapping[str, Any], str]:
        setup = fresh_setup(self._context, message.content["branch"])
        return report_schedules.asked_now(setup, message.content), message.content["form"]

    @staticmethod
    def _name(asked: Mapping[str, Any], form: str) -> str:
        # By all that is asked, also whether clerks may be seen: a file that was made under other rules is never sent.
        return f"{hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:32]}.{form}"

    def _file(self, asked: Mapping[str, Any], form: str) -> Path:
        """Return the report's file, which is made for the first of those who get it."""
        path = self._folder / self._name(asked, form)
        if path.is_file():
            return path
        self._folder.mkdir(parents=True, exist_ok=True)
        part = self._folder / f"{secrets.token_hex(8)}.part"
        try:
            report = report_of(self._context, self._record, asked)
            with part.open("wb") as out:
                if form == "csv":
                    out.write(BYTE_ORDER_MARK)
                files.write(report, form, asked["language"], out, self._context.clock.now())
            part.rename(path)
        finally:
            part.unlink(missing_ok=True)
        return path
