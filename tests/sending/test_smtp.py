"""E-mails by a server: taken, refused, hung up on; the password never goes over an open line."""

from __future__ import annotations

import socket
import time
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

import pytest

from queue_app.sending import NotSent, Post, Problem
from tests.sending.mail_servers import PASSWORD, USER, odd_server, smtp_server
from tests.servers import free_port

# Said of the server that the tests run.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")

MARTA = "marta@brno.example"
SIGN_IN = f"{USER}:{quote(PASSWORD, safe='')}@"


def mail(subject: str = "Čekání") -> EmailMessage:
    """Return an e-mail with a file."""
    message = EmailMessage()
    message["Subject"] = subject
    message["To"] = MARTA
    message.set_content("Dobrý den")
    message.add_attachment(b"%PDF-1.4\x00\xff", maintype="application", subtype="pdf", filename="čekání.pdf")
    return message


def post(url: str) -> Post:
    """Return the way to a server."""
    return Post(url, "Úřad <reports@brno.example>", Path("/nonexistent"))


def refused(url: str, message: EmailMessage | None = None, to: str = MARTA) -> NotSent:
    """Return why an e-mail is not sent."""
    with pytest.raises(NotSent) as error:
        post(url).send(message or mail(), to, "one")
    assert PASSWORD not in str(error.value)
    return error.value


def test_an_e_mail_arrives_as_it_was_written() -> None:
    with smtp_server() as (port, inbox):
        assert post(f"smtp://localhost:{port}").send(mail(), MARTA, "queue-1-ab") == f"localhost:{port}"
    ((sender, recipients, message),) = inbox.taken
    assert (sender, recipients) == ("reports@brno.example", [MARTA])
    assert message["Subject"] == "Čekání"
    assert message["From"] == "Úřad <reports@brno.example>"
    assert message["Message-ID"] == "<queue-1-ab@brno.example>"
    (attached,) = message.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("čekání.pdf", b"%PDF-1.4\x00\xff")


def test_what_is_tried_twice_has_the_same_name_and_one_sender() -> None:
    message = mail()
    with smtp_server() as (port, inbox):
        for _ in range(2):
            post(f"smtp://localhost:{port}").send(message, MARTA, "queue-1-ab")
    names = [taken.get_all("Message-ID") for _, _, taken in inbox.taken]
    assert names == [["<queue-1-ab@brno.example>"]] * 2


def test_who_stands_in_the_headers_plays_no_part_in_who_gets_it() -> None:
    message = mail()
    message["Cc"] = "everybody@brno.example"
    with smtp_server() as (port, inbox):
        post(f"smtp://localhost:{port}").send(message, MARTA, "one")
    assert [recipients for _, recipients, _ in inbox.taken] == [[MARTA]]


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_the_line_is_encrypted_before_the_password_goes(trusted: Path, scheme: str) -> None:
    with smtp_server(trusted, sign_in=True, at_once=scheme == "smtps") as (port, inbox):
        post(f"{scheme}://{SIGN_IN}localhost:{port}").send(mail(), MARTA, "one")
    assert inbox.signed_in == [(USER, PASSWORD)]
    if scheme == "smtp":
        assert inbox.encrypted == [True]


def test_a_password_is_not_said_on_an_open_line() -> None:
    with smtp_server(sign_in=True) as (port, inbox):
        assert refused(f"smtp://{SIGN_IN}localhost:{port}").problem == Problem.NO_ENCRYPTION
    assert inbox.signed_in == [] == inbox.taken


def test_a_wrong_password_is_told_without_it(trusted: Path) -> None:
    with smtp_server(trusted, sign_in=True) as (port, _):
        error = refused(f"smtp://{USER}:wrong@localhost:{port}")
    assert (error.problem, error.for_good) == (Problem.SIGN_IN_REFUSED, False)
    assert error.said.startswith("535") and "wrong" not in str(error)


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_certificate_that_nobody_trusts_is_refused(pem: Path, scheme: str) -> None:
    with smtp_server(pem, at_once=scheme == "smtps") as (port, inbox):
        assert refused(f"{scheme}://localhost:{port}").problem == Problem.NOT_TRUSTED
    assert inbox.taken == []


@pytest.mark.parametrize(("answer", "for_good"), [("550 5.1.1 No such box", True), ("450 4.2.1 Later, please", False)])
def test_a_recipient_that_is_not_there_is_not_tried_again_one_that_is_busy_is(answer: str, for_good: bool) -> None:
    with smtp_server() as (port, inbox):
        inbox.refused[MARTA] = answer
        error = refused(f"smtp://localhost:{port}")
    assert (error.problem, error.said, error.for_good) == (Problem.RECIPIENT_REFUSED, answer, for_good)


def test_an_e_mail_that_the_server_does_not_like_is_told_with_its_words() -> None:
    with smtp_server() as (port, inbox):
        inbox.answer = "554 5.7.1 Looks like spam"
        error = refused(f"smtp://localhost:{port}")
    assert (error.problem, error.said, error.for_good) == (Problem.SERVER_REFUSED, inbox.answer, False)


@pytest.mark.parametrize(
    ("says", "problem"),
    [
        ((b"220 hello\r\n",), Problem.BROKEN_OFF),
        ((b"220 hello\r\n", b"250 me\r\n", b"250 OK\r\n", b"250 OK\r\n"), Problem.BROKEN_OFF),
        ((b"554 not you\x07\r\n",), Problem.SERVER_REFUSED),
        ((b"HTTP/1.1 400 Bad Request\r\n\r\n",), Problem.SERVER_REFUSED),
        ((b"\xff\xfe\x00garbage\r\n",), Problem.SERVER_REFUSED),
    ],
)
def test_a_server_that_hangs_up_or_says_something_odd(says: tuple[bytes, ...], problem: Problem) -> None:
    with odd_server(*says) as port:
        error = refused(f"smtp://127.0.0.1:{port}")
    assert error.problem == problem and not error.for_good
    assert error.said.isprintable()


@pytest.mark.usefixtures("impatient")
def test_a_silent_server_is_given_up_on() -> None:
    begun = time.monotonic()
    with odd_server() as port:
        assert refused(f"smtp://127.0.0.1:{port}").problem == Problem.TOO_SLOW
    assert time.monotonic() - begun < 10


def test_a_server_that_is_not_there() -> None:
    assert refused(f"smtp://127.0.0.1:{free_port()}").problem == Problem.UNREACHABLE
    assert refused("smtp://no-such-host.invalid:25").problem == Problem.UNREACHABLE


def test_an_address_with_letters_of_its_language_needs_a_server_that_knows_them() -> None:
    with smtp_server() as (port, inbox):
        post(f"smtp://localhost:{port}").send(mail(), "ředitel@úřad.example", "one")
    assert inbox.taken[0][1] == ["ředitel@úřad.example"]
    with odd_server(b"220 hello\r\n", b"250 me\r\n", b"221 bye\r\n") as port:
        error = refused(f"smtp://127.0.0.1:{port}", to="ředitel@úřad.example")
    assert (error.problem, error.for_good) == (Problem.RECIPIENT_REFUSED, True)


def test_the_place_that_people_are_told_holds_no_password() -> None:
    assert post(f"smtp://{SIGN_IN}mail.example").place == "mail.example:587"
    assert post("smtps://mail.example").place == "mail.example:465"


def test_the_port_of_this_test_is_a_real_one() -> None:
    with smtp_server() as (port, _), socket.create_connection(("127.0.0.1", port)) as line:
        assert line.recv(3) == b"220"
