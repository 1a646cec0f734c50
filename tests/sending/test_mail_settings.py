"""The settings of e-mails: what cannot be used stops the start, and no secret is ever printed."""

from __future__ import annotations

import email
import email.policy
import os
from pathlib import Path

import pytest

from queue_app.config import SettingError, Settings
from tests.sending.mail_servers import smtp_server
from tests.servers import QueueServer

URL, FROM = "smtp://brno:s3cret@mail.example:587", "reports@brno.example"


@pytest.mark.parametrize(
    "url",
    [
        "mail.example", "http://mail.example", "smtp://", "smtp://mail.example:99999", "smtp://mail.example:s3cret",
        "smtp://brno:s3/cret@mail.example", "smtp://mail.example?x=s3cret", "smtps:mail.example", "smtp://[s3cret",
    ],
)  # fmt: skip
def test_a_server_that_is_none_stops_the_start_and_its_password_is_not_repeated(url: str) -> None:
    with pytest.raises(SettingError, match="QUEUE_SMTP_URL") as error:
        Settings.from_environment({"QUEUE_SMTP_URL": url, "QUEUE_MAIL_FROM": FROM})
    assert "s3" not in str(error.value)


@pytest.mark.parametrize(
    "sender", ["", "nobody", "a@b.cz, c@d.cz", "a b@c.cz", "a@b.cz\nBcc: c@d.cz", "ředitel@úřad.cz", "<a@b"]
)
def test_a_server_needs_one_sender(sender: str) -> None:
    with pytest.raises(SettingError, match="QUEUE_MAIL_FROM"):
        Settings.from_environment({"QUEUE_SMTP_URL": URL, "QUEUE_MAIL_FROM": sender})


@pytest.mark.parametrize("sender", [FROM, "Úřad Brno <reports@brno.example>", "queue@localhost"])
def test_a_sender_with_or_without_a_name_is_taken(sender: str) -> None:
    assert Settings.from_environment({"QUEUE_SMTP_URL": URL, "QUEUE_MAIL_FROM": sender}).mail_from == sender


def test_secrets_may_stand_in_files_and_are_never_printed_with_the_settings(tmp_path: Path) -> None:
    (tmp_path / "smtp").write_text(f"{URL}\n")
    (tmp_path / "key").write_text("k3y")
    environment = {
        "QUEUE_SMTP_URL_FILE": str(tmp_path / "smtp"), "QUEUE_SECRET_KEY_FILE": str(tmp_path / "key"),
        "QUEUE_DATABASE_URL": "postgresql://queue:s3cret@db/queue", "QUEUE_MAIL_FROM": FROM, "QUEUE_TICK_FILE": "/nonexistent",
    }  # fmt: skip
    settings = Settings.from_environment(environment)
    assert (settings.smtp_url, settings.secret_key, settings.tick) == (URL, "k3y", 5.0)
    assert "s3cret" not in repr(settings) and "k3y" not in repr(settings)
    assert Settings.from_environment({**environment, "QUEUE_SECRET_KEY": "near"}).secret_key == "near"
    with pytest.raises(SettingError, match="QUEUE_SMTP_URL_FILE"):
        Settings.from_environment({"QUEUE_SMTP_URL_FILE": str(tmp_path / "none")})
    (tmp_path / "smtp").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingError, match="QUEUE_SMTP_URL_FILE"):
        Settings.from_environment({"QUEUE_SMTP_URL_FILE": str(tmp_path / "smtp")})


def test_the_folder_lies_in_the_data_folder_where_none_is_set() -> None:
    assert Settings(data_dir=Path("/data")).outbox == Path("/data/outbox")
    assert Settings(data_dir=Path("/data"), mail_folder="/mail").outbox == Path("/mail")


def test_an_e_mail_can_be_tried_from_the_command_line(tmp_path: Path) -> None:
    server = QueueServer(tmp_path)
    assert "outbox" in server.flask("report", "test-mail", "marta@brno.example")
    (file,) = (tmp_path / "outbox").glob("*.eml")
    assert email.message_from_bytes(file.read_bytes(), policy=email.policy.default)["To"] == "marta@brno.example"
    with smtp_server() as (port, inbox):
        server.environment |= {"QUEUE_SMTP_URL": f"smtp://localhost:{port}", "QUEUE_MAIL_FROM": FROM}
        assert f"It was taken: localhost:{port}" in server.flask("report", "test-mail", "marta@brno.example")
        assert [recipients for _, recipients, _ in inbox.taken] == [["marta@brno.example"]]
        for wrong in ("marta", "a@b.cz\nBcc: c@d.cz"):
            with pytest.raises(AssertionError, match="an e-mail address is needed"):
                server.flask("report", "test-mail", wrong)
        server.environment["QUEUE_SMTP_URL"] = f"smtp://brno:s3cret@localhost:{port}"
        with pytest.raises(AssertionError, match="no_encryption") as error:
            server.flask("report", "test-mail", "marta@brno.example")
        assert "s3cret" not in str(error.value)
    assert os.environ.get("QUEUE_SMTP_URL") is None
