"""From a schedule to the e-mail in somebody's box: with the right file, or with the reason why not."""

from __future__ import annotations

import email
import email.policy
import json
from collections.abc import Callable
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pypdf import PdfReader

from queue_app import report_sender
from queue_app.clock import SimulatedClock
from queue_app.config import Settings
from queue_app.operations import counters, serve
from queue_app.operations.close_day import close_day
from queue_app.operations.messages import PAUSES, Outgoing, messages_of, queue_message
from queue_app.operations.messages import again as try_again
from queue_app.operations.report_schedules import change, create, remove, schedules_of, send_now
from queue_app.operations.reporting_setup import set_reporting
from queue_app.report_sender import Sender
from queue_app.reports.record import Record
from queue_app.store.models import Branch
from tests.factories import Brno
from tests.sending.mail_servers import smtp_server, web_server
from tests.servers import free_port
from tests.web.callers import change as change_settings

MARTA, DIRECTOR = "marta@brno.example", "director@brno.example"


@pytest.fixture
def sender_of(brno: Brno, tmp_path: Path) -> Callable[..., Sender]:
    """Make a worker's sender with these settings: `sender_of(smtp_url=…)`."""

    def make(**settings: Any) -> Sender:
        usual = {
            "data_dir": tmp_path,
            "private_addresses": True,
            "mail_from": "reports@brno.example",
            "public_url": "https://queue.example",
        }
        return Sender(brno.context, Record(brno.context.database), Settings(**{**usual, **settings}))

    return make


@pytest.fixture
def day(brno: Brno, clock: SimulatedClock) -> None:
    """A day with two visitors whom Alena served, and the morning after it."""
    counter = brno.open()
    for _ in range(2):
        brno.take()
        clock.advance(seconds=60)
        brno.next()
        clock.advance(seconds=240)
    serve.finish(brno.context, counter, brno.alena)
    counters.close_counter(brno.context, counter, brno.alena)
    close_day(brno.context, "brno")
    clock.advance(days=1)


def add(brno: Brno, **changes: Any) -> int:
    """Add a schedule and have it sent now."""
    usual = {
        "report": "waits",
        "form": "pdf",
        "language": "cs",
        "span": "day",
        "hour": 6,
        "recipients": [MARTA, DIRECTOR],
    }
    number = create(brno.context, "brno", brno.actor("marta"), {**usual, **changes})
    send_now(brno.context, "brno", number, "press")
    return number


def mails(folder: Path) -> list[EmailMessage]:
    """Return the e-mails in the folder, by their recipient."""
    found = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in folder.glob("*.eml")]
    return sorted(found, key=lambda each: str(each["To"]))  # type: ignore[arg-type, return-value]


def attached(mail: EmailMessage) -> tuple[str, bytes]:
    """Return the only file of an e-mail."""
    (part,) = mail.iter_attachments()
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return part.get_filename() or "", content


def words(mail: EmailMessage) -> str:
    """Return what stands in an e-mail, without its file."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def log(brno: Brno) -> list[Outgoing]:
    """Return the messages, by their recipient."""
    return sorted(messages_of(brno.context, brno.branch_id), key=lambda each: each.to)


@pytest.mark.usefixtures("day")
def test_everybody_gets_the_report_of_the_day_before_and_nothing_is_left_behind(
    brno: Brno, sender_of: Callable[..., Sender], tmp_path: Path
) -> None:
    add(brno)
    sender = sender_of()
    sender.send_all()
    sender.clear_away()
    director, marta = mails(tmp_path / "outbox")
    assert (director["To"], marta["To"]) == (DIRECTOR, MARTA)
    assert marta["Subject"].endswith(" · Brno-střed · 4. března 2026")
    assert marta["Auto-Submitted"] == "auto-generated" and marta["Date"]
    assert "https://queue.example/reports/brno/waits?from=2026-03-04&to=2026-03-04" in words(marta)
    name, content = attached(marta)
    assert name == "brno-waits-2026-03-04-2026-03-04.pdf" and attached(director) == (name, content)
    assert "Brno-střed" in PdfReader(BytesIO(content)).pages[0].extract_text()
    assert [(each.state, each.attempts) for each in log(brno)] == [("sent", 1)] * 2
    assert list((tmp_path / "mail").iterdir()) == []


@pytest.mark.usefixtures("day")
def test_each_form_is_what_it_says(brno: Brno, sender_of: Callable[..., Sender], tmp_path: Path) -> None:
    add(brno, form="xlsx", recipients=["a@brno.example"])
    add(brno, form="csv", recipients=["b@brno.example"])
    sender_of().send_all()
    xlsx, csv = (attached(mail)[1] for mail in mails(tmp_path / "outbox"))
    assert openpyxl.load_workbook(BytesIO(xlsx)).sheetnames
    assert csv.startswith("\ufeff".encode()) and b"ids" in csv
    assert [part.get_content_charset() for part in mails(tmp_path / "outbox")[1].iter_attachments()] == ["utf-8"]


@pytest.mark.usefixtures("day")
def test_a_file_is_made_once_for_all_who_get_it(
    brno: Brno, sender_of: Callable[..., Sender], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    make = report_sender.report_of
    monkeypatch.setattr(report_sender, "report_of", lambda *asked: made.append(asked) or make(*asked))
    add(brno)
    sender_of().send_all()
    assert len(made) == 1 and [each.state for each in log(brno)] == ["sent"] * 2


@pytest.mark.usefixtures("day")
def test_of_a_file_that_is_too_large_the_e_mail_says_where_it_is(
    brno: Brno, sender_of: Callable[..., Sender], tmp_path: Path
) -> None:
    add(brno, recipients=[MARTA], language="en")
    sender_of(mail_attachment_mb=0).send_all()
    (mail,) = mails(tmp_path / "outbox")
    assert list(mail.iter_attachments()) == []
    assert "too large for an e-mail" in words(mail) and "https://queue.example/reports/brno/waits" in words(mail)


@pytest.mark.usefixtures("day")
def test_what_fails_is_tried_again_and_its_file_is_kept_until_then(
    brno: Brno, sender_of: Callable[..., Sender], clock: SimulatedClock, tmp_path: Path
) -> None:
    add(brno, recipients=[MARTA])
    port = free_port()
    sender = sender_of(smtp_url=f"smtp://localhost:{port}")
    sender.send_all()
    sender.clear_away()
    (message,) = log(brno)
    assert (message.state, message.problem) == ("queued", "unreachable")
    (kept,) = (tmp_path / "mail").iterdir()
    made = kept.read_bytes()
    clock.advance(seconds=PAUSES[0].total_seconds())
    with smtp_server() as (port, inbox):
        sender_of(smtp_url=f"smtp://localhost:{port}").send_all()
    assert attached(inbox.taken[0][2])[1] == made
    sender.clear_away()
    assert list((tmp_path / "mail").iterdir()) == [] and log(brno)[0].state == "sent"


@pytest.mark.usefixtures("day")
def test_one_box_that_is_not_there_keeps_nobody_else_from_theirs(brno: Brno, sender_of: Callable[..., Sender]) -> None:
    number = add(brno)
    with smtp_server() as (port, inbox):
        inbox.refused[DIRECTOR] = "550 5.1.1 No such box"
        sender = sender_of(smtp_url=f"smtp://localhost:{port}")
        sender.send_all()
        director, marta = log(brno)
        assert marta.state == "sent" and marta.detail == f"localhost:{port}"
        assert (director.state, director.problem, director.detail) == (
            "failed",
            "recipient_refused",
            "550 5.1.1 No such box",
        )
        inbox.refused.clear()
        try_again(brno.context, brno.branch_id, director.id)
        sender.send_all()
    assert [each.state for each in log(brno)] == ["sent"] * 2
    assert sorted(recipients[0] for _, recipients, _ in inbox.taken) == [DIRECTOR, MARTA]
    assert number


@pytest.mark.usefixtures("day")
def test_who_was_taken_off_the_list_gets_nothing_of_what_waits(
    brno: Brno, sender_of: Callable[..., Sender], tmp_path: Path
) -> None:
    number = add(brno)
    usual = {"report": "waits", "form": "pdf", "language": "cs", "span": "day", "hour": 6}
    change(brno.context, "brno", number, brno.actor("marta"), {**usual, "recipients": [MARTA]})
    sender_of().send_all()
    assert [mail["To"] for mail in mails(tmp_path / "outbox")] == [MARTA]
    assert [(each.state, each.problem) for each in log(brno)] == [("failed", "not_wanted"), ("sent", None)]
    send_now(brno.context, "brno", number, "again")
    remove(brno.context, "brno", number, brno.actor("marta"))
    sender_of().send_all()
    assert len(mails(tmp_path / "outbox")) == 1


@pytest.mark.usefixtures("day")
def test_clerks_are_hidden_where_the_branch_changed_its_rules_before_it_was_sent(
    brno: Brno, sender_of: Callable[..., Sender], clock: SimulatedClock, tmp_path: Path
) -> None:
    """Also where the file with their names was made already, and only the server did not answer."""
    add(brno, report="tickets", form="csv", recipients=[MARTA], options={"clerks": True})
    sender_of(smtp_url=f"smtp://localhost:{free_port()}").send_all()
    assert any(b"Alena" in path.read_bytes() for path in (tmp_path / "mail").iterdir())
    set_reporting(brno.context, "brno", brno.actor("marta"), {"clerk_figures": []})
    clock.advance(hours=1)
    sender = sender_of()
    sender.send_all()
    sender.clear_away()
    (mail,) = mails(tmp_path / "outbox")
    assert b"Alena" not in attached(mail)[1] and b"ids" in attached(mail)[1]
    assert list((tmp_path / "mail").iterdir()) == []


@pytest.mark.usefixtures("day")
def test_a_report_about_clerks_alone_is_not_sent_then_and_the_log_says_why(
    brno: Brno, sender_of: Callable[..., Sender], tmp_path: Path
) -> None:
    add(brno, recipients=[MARTA], options={"by": ["clerk"], "clerks": True})
    set_reporting(brno.context, "brno", brno.actor("marta"), {"clerk_figures": []})
    sender_of().send_all()
    assert mails(tmp_path / "outbox") == []
    assert [(each.state, each.problem) for each in log(brno)] == [("failed", "clerks_hidden")]


@pytest.mark.usefixtures("day")
def test_a_name_of_the_branch_cannot_add_a_header(brno: Brno, sender_of: Callable[..., Sender], tmp_path: Path) -> None:
    name = {"cs": "Brno\r\nBcc: everybody@brno.example\r\n\r\n<b>x</b>"}
    change_settings(brno.context, Branch, "brno", name=name)
    add(brno, recipients=[MARTA])
    sender_of().send_all()
    (mail,) = mails(tmp_path / "outbox")
    assert mail["Bcc"] is None and mail.keys().count("Subject") == 1
    assert "Brno Bcc: everybody@brno.example" in mail["Subject"]


def alarm(brno: Brno, to: str, over: bool = False, value: float | None = 31.2) -> None:
    """Queue what an alarm tells somebody."""
    content = {
        "branch": "brno", "alarm": "longest_wait", "limit": 30, "value": value, "raised_at": "2026-03-04T08:00:00Z",
        "over_at": "2026-03-04T08:30:00Z" if over else None,
    }  # fmt: skip
    with brno.context.database.writing() as connection:
        queue_message(brno.context, connection, brno.branch_id, f"alarm {to} {over}", "alarm", to, content)


def test_an_alarm_is_told_in_the_language_of_the_branch_with_its_times_and_nobodys_name(
    brno: Brno, sender_of: Callable[..., Sender], tmp_path: Path
) -> None:
    change_settings(brno.context, Branch, "brno", languages=["en", "cs"])
    set_reporting(brno.context, "brno", brno.actor("marta"), {"emails": [MARTA, DIRECTOR]})
    alarm(brno, DIRECTOR)
    alarm(brno, MARTA, over=True, value=None)
    sender_of().send_all()
    raised, over = mails(tmp_path / "outbox")
    assert raised["Subject"] == "Alarm · Brno Centre · Somebody has waited longer than 30 min."
    assert "Seen last: 32 min" in raised.get_content() and "09:00" in raised.get_content()
    assert over["Subject"].startswith("Alarm is over · Brno Centre")
    assert "09:30" in over.get_content() and "Seen last" not in over.get_content()
    assert "https://queue.example/wall/brno" in over.get_content()


def test_a_web_address_is_told_as_json_and_one_that_answers_badly_again(
    brno: Brno, sender_of: Callable[..., Sender], clock: SimulatedClock
) -> None:
    with web_server(500) as (bad, _), web_server() as (good, heard):
        addresses = [f"http://localhost:{bad}/", f"http://localhost:{good}/"]
        set_reporting(brno.context, "brno", brno.actor("marta"), {"webhooks": addresses})
        for address in addresses:
            alarm(brno, address)
        sender_of().send_all()
    found = {each.to: each for each in log(brno)}
    assert (found[addresses[0]].state, found[addresses[0]].detail) == ("queued", "HTTP 500")
    assert found[addresses[1]].state == "sent"
    assert json.loads(heard[0][3]) == {
        "kind": "alarm", "id": found[addresses[1]].id, "state": "raised", "unit": "minutes", "branch": "brno",
        "alarm": "longest_wait", "limit": 30, "value": 31.2, "raised_at": "2026-03-04T08:00:00Z", "over_at": None,
    }  # fmt: skip


def test_who_is_not_to_be_told_of_alarms_any_more_is_not(
    brno: Brno, sender_of: Callable[..., Sender], tmp_path: Path
) -> None:
    alarm(brno, MARTA)
    sender_of().send_all()
    assert mails(tmp_path / "outbox") == [] and log(brno)[0].problem == "not_wanted"


@pytest.mark.usefixtures("day")
def test_a_report_that_cannot_be_made_is_in_the_log_and_does_not_keep_the_others(
    brno: Brno, sender_of: Callable[..., Sender], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    make = report_sender.report_of

    def break_one(context: Any, record: Any, asked: Any) -> Any:
        if asked["report"] == "arrivals":
            raise ValueError("a fault of ours")
        return make(context, record, asked)

    monkeypatch.setattr(report_sender, "report_of", break_one)
    add(brno, report="arrivals", recipients=[DIRECTOR])
    add(brno, recipients=[MARTA])
    sender_of().send_all()
    assert [(each.state, each.problem) for each in log(brno)] == [("queued", "not_made"), ("sent", None)]
    assert [path.name for path in (tmp_path / "mail").iterdir() if path.name.endswith(".part")] == []


@pytest.mark.usefixtures("day")
def test_it_runs_by_itself_from_the_hour_to_the_box(
    brno: Brno, sender_of: Callable[..., Sender], clock: SimulatedClock, tmp_path: Path
) -> None:
    create(
        brno.context, "brno", brno.actor("marta"),
        {"report": "waits", "form": "pdf", "language": "hu", "span": "day", "hour": 6, "recipients": [MARTA]},
    )  # fmt: skip
    sender = sender_of()
    (kept,) = schedules_of(brno.context, brno.context.setup("brno"))
    clock.set(kept.next_at)
    for step in (sender.queue_due, sender.send_all, sender.clear_away):
        step()
    (mail,) = mails(tmp_path / "outbox")
    assert attached(mail)[0].startswith("brno-waits-2026-03-")
