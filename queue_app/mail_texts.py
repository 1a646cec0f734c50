"""What stands in e-mails and calls of web addresses: a subject and a few plain sentences; nothing about single visitors."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from babel.dates import format_date

from queue_app.domain.branch import BranchSetup, pick
from queue_app.domain.reporting import Threshold
from queue_app.i18n import N_, date_and_time, text
from queue_app.page_texts import ALARM_TEXTS

MOST_SUBJECT = 200

BY_ITSELF = N_("This e-mail is sent by itself. Managers of the branch say who gets it.")

UNITS = {Threshold.WAITING: "people", Threshold.SERVICE_LEVEL: "percent"}
"""The units of limits and values, for programs; all others are minutes."""

SIGNS = {Threshold.WAITING: "", Threshold.SERVICE_LEVEL: " %"}


@dataclass(frozen=True)
class Attached:
    """A file of a report: its name and bytes; without bytes it is too large to be attached."""

    name: str
    mime_type: str
    content: bytes | None
    megabytes: float


def report_mail(
    content: Mapping[str, Any], title: str, setup: BranchSetup, attached: Attached, address: str
) -> EmailMessage:
    """Return the e-mail with a scheduled report.

    Args:
        content: what the message asks of the reports, with `language`, `from` and `to`.
        title: the report's, not translated yet.
        setup: the branch.
        attached: its file.
        address: where the same report can be opened.
    """
    language = content["language"]
    first, last = (format_date(date.fromisoformat(content[end]), "long", locale=language) for end in ("from", "to"))
    days = first if first == last else f"{first} – {last}"
    name, branch = text(language, title), pick(setup.name, language, setup.default_language)
    lines = [name, branch, days, ""]
    if attached.content is None:
        size = f"{attached.megabytes:.0f}"
        lines.append(
            text(language, "The file has %(size)s MB: too large for an e-mail. It can be fetched here:", size=size)
        )
    else:
        lines.append(text(language, "The report is attached. It can also be opened here:"))
    lines += [address, "", text(language, BY_ITSELF)]
    mail = _mail(f"{name} · {branch} · {days}", lines)
    if attached.content is not None:
        main, _, sub = attached.mime_type.partition("/")
        letters = {"charset": "utf-8"} if main == "text" else {}
        mail.add_attachment(attached.content, maintype=main, subtype=sub, filename=attached.name, params=letters)
    return mail


def alarm_mail(content: Mapping[str, Any], setup: BranchSetup, address: str) -> EmailMessage:
    """Return the e-mail about an alarm, in the branch's first language.

    Args:
        content: `alarm`, `limit`, `value`, `raised_at`, `over_at` (None while it lasts).
        setup: the branch.
        address: the page where it can be seen.
    """
    language = setup.default_language
    branch = pick(setup.name, language, setup.default_language)
    sentence = ALARM_TEXTS[content["alarm"]]
    what = text(language, sentence, limit=content["limit"])
    lines = [branch, what]
    raised = _moment(content["raised_at"], language, setup)
    if content["over_at"] is None:
        subject = text(language, "Alarm")
        lines.append(text(language, "Since: %(time)s", time=raised))
    else:
        subject = text(language, "Alarm is over")
        over = _moment(content["over_at"], language, setup)
        lines.append(text(language, "From %(raised)s to %(over)s", raised=raised, over=over))
    if content["value"] is not None:
        lines.append(text(language, "Seen last: %(value)s", value=_value(content)))
    lines += ["", address, "", text(language, BY_ITSELF)]
    return _mail(f"{subject} · {branch} · {what}", lines)


def try_mail(language: str, server: str) -> EmailMessage:
    """Return an e-mail that only shows that e-mails arrive."""
    words = text(language, "This e-mail was sent to try whether e-mails arrive. They do.")
    return _mail(text(language, "A try"), [words, server])


def alarm_call(content: Mapping[str, Any], message_id: int) -> dict[str, Any]:
    """Return what a web address is told about an alarm; `id` is the same however often it is tried."""
    unit = UNITS.get(Threshold(content["alarm"]), "minutes")
    state = "raised" if content["over_at"] is None else "over"
    return {"kind": "alarm", "id": message_id, "state": state, "unit": unit, **content}


def dated(mail: EmailMessage, to: str, now: datetime) -> EmailMessage:
    """Address an e-mail, and say when it is sent and that no person wrote it."""
    mail["To"] = to
    mail["Date"] = format_datetime(now)
    mail["Auto-Submitted"] = "auto-generated"
    return mail


def _mail(subject: str, lines: list[str]) -> EmailMessage:
    mail = EmailMessage()
    # What a manager typed as the branch's name must not become a header of its own.
    mail["Subject"] = " ".join("".join(each if each.isprintable() else " " for each in subject).split())[:MOST_SUBJECT]
    mail.set_content("\n".join(lines) + "\n")
    return mail


def _value(content: Mapping[str, Any]) -> str:
    threshold = Threshold(content["alarm"])
    # Towards the side on which it is crossed: 10.2 minutes are more than 10, 79.8 percent are less than 80.
    rounded = math.floor if threshold == Threshold.SERVICE_LEVEL else math.ceil
    return f"{rounded(content['value'])}{SIGNS.get(threshold, ' min')}"


def _moment(iso: str, language: str, setup: BranchSetup) -> str:
    return date_and_time(language, datetime.fromisoformat(iso), setup.zone)
