"""Real servers to send to: SMTP with and without encryption, and web servers of every temper."""

from __future__ import annotations

import asyncio
import contextlib
import email
import email.policy
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from tests.servers import free_port

USER, PASSWORD = "brno", "p@ss:w/rd"


def certificate(folder: Path) -> Path:
    """Make a certificate for this machine that signs itself, with its key in the same file."""
    path = folder / "server.pem"
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-keyout", folder / "key.pem", "-out", folder / "cert.pem", "-subj", "/CN=localhost", "-addext",
            "subjectAltName=DNS:localhost",
        ], check=True, capture_output=True,
    )  # fmt: skip
    path.write_bytes((folder / "key.pem").read_bytes() + (folder / "cert.pem").read_bytes())
    return path


@dataclass
class Inbox:
    """What a server has taken: sender, recipients and the e-mail; and what it answers to commands.

    With `hold` it keeps everybody waiting who has handed over an e-mail; `held` says that somebody waits.
    """

    taken: list[tuple[str, list[str], EmailMessage]] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    answer: str = "250 OK"
    signed_in: list[tuple[str, str]] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    held: threading.Event = field(default_factory=threading.Event)
    hold: bool = False

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        """Take a recipient or not."""
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Take an e-mail or not."""
        if not self.answer.startswith("250"):
            return self.answer
        if self.hold:
            self.held.set()
            while self.hold:
                await asyncio.sleep(0.05)
            return "451 held too long"
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        self.taken.append((envelope.mail_from, envelope.rcpt_tos, mail))
        self.encrypted.append(session.ssl is not None)
        return self.answer


@contextlib.contextmanager
def smtp_server(
    pem: Path | None = None, *, sign_in: bool = False, at_once: bool = False
) -> Iterator[tuple[int, Inbox]]:
    """Run an SMTP server, and give its port and its inbox.

    Args:
        pem: it offers encryption with this certificate.
        sign_in: it takes nothing from anybody who has not signed in.
        at_once: it is encrypted from the first byte.
    """
    inbox = Inbox()
    tls = None
    if pem is not None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(pem)

    def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        inbox.signed_in.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=inbox.signed_in[-1] == (USER, PASSWORD), handled=False)

    options: dict[str, Any] = {"hostname": "localhost", "enable_SMTPUTF8": True}
    if sign_in:
        options |= {
            "auth_required": True,
            "authenticator": authenticate,
            "auth_require_tls": tls is not None and not at_once,
        }

    class Server(Controller):
        def factory(self) -> SMTP:
            return SMTP(self.handler, tls_context=None if at_once else tls, **options)

    port = free_port()
    server = Server(inbox, hostname="127.0.0.1", port=port, ssl_context=tls if at_once else None)
    server.start()
    try:
        yield port, inbox
    finally:
        server.stop()


@contextlib.contextmanager
def odd_server(*says: bytes) -> Iterator[int]:
    """Run a server that says one thing after each line it hears, the first at once, and then hangs up; nothing means silence."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        ended = threading.Event()

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    line, _ = door.accept()
                    with line, line.makefile("rb") as lines:
                        for each in says:
                            line.sendall(each)
                            lines.readline()
                        if not says:
                            ended.wait(60)

        threading.Thread(target=serve, daemon=True).start()
        yield door.getsockname()[1]
        ended.set()
        with contextlib.suppress(OSError):
            door.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def web_server(status: int = 200, pem: Path | None = None, **headers: str) -> Iterator[tuple[int, list[Any]]]:
    """Run a web server that answers everything with `status`, and give its port and what it was asked."""
    heard: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.append((self.command, self.path, self.headers, body))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(b"what only this machine may read")

        def do_GET(self) -> None:
            heard.append((self.command, self.path, self.headers, b""))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if pem is not None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(pem)
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield server.server_address[1], heard
    finally:
        server.shutdown()
        server.server_close()
