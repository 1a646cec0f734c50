"""Calls of web addresses: the answer is its status and nothing else, and a call leads nowhere but where it was sent."""

from __future__ import annotations

import json
import socket
import threading
import time
from pathlib import Path

import pytest

from queue_app import sending
from queue_app.sending import MOST_BODY, NotSent, Problem, call
from tests.sending.mail_servers import odd_server, web_server
from tests.servers import free_port

NEWS = {"kind": "alarm", "branch": "brno", "value": 12.5, "what": "čekání"}


def refused(address: str, content: object = NEWS) -> NotSent:
    """Return why a call fails."""
    with pytest.raises(NotSent) as error:
        call(address, content, private=True)  # type: ignore[arg-type]
    assert "what only this machine" not in str(error.value)
    return error.value


def test_the_news_arrive_as_json() -> None:
    with web_server() as (port, heard):
        assert call(f"http://127.0.0.1:{port}/hook/a%20b č?key=1&x=é#part", NEWS, private=True) == "HTTP 200"
    ((method, path, headers, body),) = heard
    assert (method, path) == ("POST", "/hook/a%20b%20%C4%8D?key=1&x=%C3%A9")
    assert headers["Content-Type"] == "application/json" and json.loads(body) == NEWS


def test_an_address_without_a_path_is_called_at_its_root() -> None:
    with web_server(204) as (port, heard):
        assert call(f"http://localhost:{port}?a=1", NEWS, private=True) == "HTTP 204"
    assert heard[0][1] == "/?a=1" and heard[0][2]["Host"] == f"localhost:{port}"


def test_https_is_believed_only_with_a_valid_certificate(pem: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with web_server(pem=pem) as (port, heard):
        assert refused(f"https://localhost:{port}/").problem == Problem.NOT_TRUSTED
        assert heard == []
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))
        assert call(f"https://localhost:{port}/", NEWS, private=True) == "HTTP 200"
        assert refused(f"https://127.0.0.1:{port}/").problem == Problem.NOT_TRUSTED  # of another name


@pytest.mark.parametrize("status", [400, 401, 404, 500, 503])
def test_an_answer_that_is_not_well_is_told_by_its_status_alone(status: int) -> None:
    with web_server(status) as (port, _):
        error = refused(f"http://127.0.0.1:{port}/")
    assert (error.problem, error.said, error.for_good) == (Problem.STATUS, f"HTTP {status}", False)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_nobody_is_sent_on(status: int) -> None:
    with web_server() as (inside, secrets):
        with web_server(status, Location=f"http://127.0.0.1:{inside}/secret") as (port, heard):
            assert refused(f"http://127.0.0.1:{port}/").said == f"HTTP {status}"
        assert len(heard) == 1 and secrets == []


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd", "ftp://127.0.0.1/", "http:///path", "//127.0.0.1/", "127.0.0.1", "gopher://127.0.0.1:70/_x",
        "http://169.254.169.254/latest/meta-data/", "http://[fe80::1%25lo]/", "http://[", "http://a:99999/",
        "http://a..b/", "http://[::ffff:169.254.1.1]/", "http://0.0.0.0:1/", "http://224.0.0.1/",
    ],
)  # fmt: skip
def test_what_is_no_web_address_or_belongs_to_the_line_itself_is_not_called(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "SECONDS", 0.5)
    assert refused(address).problem in {Problem.ADDRESS_REFUSED, Problem.UNREACHABLE, Problem.TOO_SLOW}


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:{}/", "http://localhost:{}/", "http://[::1]:{}/", "http://[::ffff:127.0.0.1]:{}/",
     "http://10.0.0.1:{}/", "http://192.168.1.1:{}/", "http://172.16.0.1:{}/", "http://100.64.0.1:{}/", "http://[fd00::1]:{}/",
     "http://[64:ff9b::7f00:1]:{}/", "http://[2002:7f00:1::]:{}/", "http://2130706433:{}/", "http://0x7f.1:{}/"],
)  # fmt: skip
def test_where_it_is_not_wanted_the_own_network_is_not_even_knocked_at(address: str) -> None:
    with web_server() as (port, heard):
        with pytest.raises(NotSent) as error:
            call(address.format(port), NEWS, private=False)
        assert (error.value.problem, error.value.for_good) == (Problem.ADDRESS_REFUSED, True)
    assert heard == []


def test_the_address_is_looked_at_on_the_line_not_in_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name may lead elsewhere a moment after it was looked up; the line cannot."""
    with web_server() as (port, heard):
        monkeypatch.setattr(socket.socket, "getpeername", lambda _: ("169.254.169.254", 80))
        assert refused(f"http://localhost:{port}/").problem == Problem.ADDRESS_REFUSED
        assert heard == []
        monkeypatch.setattr(socket.socket, "getpeername", lambda _: ("::ffff:169.254.169.254", 80, 0, 0))
        assert refused(f"http://localhost:{port}/").problem == Problem.ADDRESS_REFUSED
        assert heard == []


@pytest.mark.parametrize(
    "says", [(b"SSH-2.0-secret_1.0\r\n",), (b"",), (b"HTTP/9.9 abc\r\n\r\n",), (b"\xff" * 100_000,)]
)
def test_what_another_kind_of_server_says_is_not_shown(says: tuple[bytes, ...]) -> None:
    with odd_server(*says) as port:
        error = refused(f"http://127.0.0.1:{port}/")
    assert error.problem in {Problem.NOT_HTTP, Problem.BROKEN_OFF} and "secret" not in str(error)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_silent_one_is_given_up_on(scheme: str) -> None:
    begun = time.monotonic()
    with odd_server() as port:
        assert refused(f"{scheme}://127.0.0.1:{port}/").problem == Problem.TOO_SLOW
    assert time.monotonic() - begun < 10


@pytest.mark.timeout(30)
@pytest.mark.usefixtures("impatient")
def test_one_that_says_a_letter_now_and_then_is_given_up_on() -> None:
    """Each letter comes in time; all of them would take an hour."""
    with socket.create_server(("127.0.0.1", 0)) as door:

        def drip() -> None:
            line, _ = door.accept()
            with line:
                try:
                    while True:
                        line.sendall(b"H")
                        time.sleep(0.2)
                except OSError:
                    return

        threading.Thread(target=drip, daemon=True).start()
        begun = time.monotonic()
        assert refused(f"http://127.0.0.1:{door.getsockname()[1]}/").problem in {Problem.NOT_HTTP, Problem.BROKEN_OFF}
    assert time.monotonic() - begun < 10


def test_nobody_there() -> None:
    assert refused(f"http://127.0.0.1:{free_port()}/").problem == Problem.UNREACHABLE


def test_too_much_is_not_sent() -> None:
    error = refused(f"http://127.0.0.1:{free_port()}/", {"x": "y" * MOST_BODY})
    assert (error.problem, error.for_good) == (Problem.TOO_LARGE, True)
