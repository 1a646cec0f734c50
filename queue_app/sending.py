"""The ways out of the house: SMTP, a folder of e-mails where there is no server, and calls of web addresses."""

from __future__ import annotations

import contextlib
import errno
import http.client
import ipaddress
import json
import os
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from email.message import EmailMessage
from email.utils import parseaddr
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

SECONDS = 15.0
"""How long a server may be silent."""

WHOLE_SECONDS = 60.0
"""How long all of one message may take, however slowly a server answers."""

MOST_BODY = 64 * 1024
"""The most bytes that a web address is sent."""

_AS_IT_IS = "/%:;=&?~+!$,'@()*[]"
"""What of a path or a query goes as it is written, beside letters and digits."""

NOBODY = "queue@localhost"
"""The sender of e-mails in a folder where none is set."""


class Problem(StrEnum):
    """Why it did not go."""

    UNREACHABLE = "unreachable"
    BROKEN_OFF = "broken_off"
    TOO_SLOW = "too_slow"
    NOT_TRUSTED = "not_trusted"
    NO_ENCRYPTION = "no_encryption"
    SIGN_IN_REFUSED = "sign_in_refused"
    RECIPIENT_REFUSED = "recipient_refused"
    SERVER_REFUSED = "server_refused"
    FOLDER_REFUSED = "folder_refused"
    DISK_FULL = "disk_full"
    ADDRESS_REFUSED = "address_refused"
    STATUS = "status"
    NOT_HTTP = "not_http"
    TOO_LARGE = "too_large"


class NotSent(Exception):
    """It did not go.

    Attributes:
        problem: why.
        said: what the other side said, or the machine; in no particular language, and without any secret of ours.
        for_good: whether another attempt would be refused as well.
        status: what a web address answered, where it answered.
    """

    def __init__(self, problem: Problem, said: str = "", *, for_good: bool = False, status: int | None = None) -> None:
        """Tell of `problem`."""
        super().__init__(f"{problem}: {said}" if said else str(problem))
        self.problem = problem
        self.said = said
        self.for_good = for_good
        self.status = status


class Post:
    """Sends e-mails, by a server or into a folder."""

    def __init__(self, server: str, sender: str, folder: Path) -> None:
        """Send by `server` (`smtp://user:password@host:port` or `smtps://…`); into `folder` where it is empty."""
        self._server = server
        self._sender = sender or NOBODY
        self._folder = folder

    @property
    def place(self) -> str:
        """Where e-mails go, without any secret: `host:port` of the server, or the folder."""
        return "{}:{}".format(*self._host()) if self._server else str(self._folder.resolve())

    @property
    def by_server(self) -> bool:
        """Whether a server is set."""
        return bool(self._server)

    def send(self, message: EmailMessage, to: str, name: str) -> str:
        """Send one e-mail to `to`, and return where it went.

        Args:
            message: all but its sender and its name.
            to: one address; who stands in the headers plays no part.
            name: letters and digits that are this message's alone: sent twice, it is known by them as the same.

        Raises:
            NotSent: it did not go.
        """
        address = parseaddr(self._sender)[1]
        for header, value in (("From", self._sender), ("Message-ID", f"<{name}@{address.rpartition('@')[2]}>")):
            del message[header]
            message[header] = value
        return self._by_server(message, address, to) if self._server else self._into_folder(message, f"{name}.eml")

    def _into_folder(self, message: EmailMessage, name: str) -> str:
        part = self._folder / f".{name}.part"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as file:
                file.write(bytes(message))
                file.flush()
                os.fsync(file.fileno())
            part.rename(self._folder / name)  # whoever watches the folder never sees half of one
        except OSError as error:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
            full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            raise NotSent(Problem.DISK_FULL if full else Problem.FOLDER_REFUSED, str(error.strerror)) from error
        return name

    def _by_server(self, message: EmailMessage, sender: str, to: str) -> str:
        parts = urlsplit(self._server)
        try:
            with self._connected(parts.scheme) as line:
                if parts.username:
                    self._sign_in(line, unquote(parts.username), unquote(parts.password or ""))
                line.send_message(message, sender, [to])
        except smtplib.SMTPRecipientsRefused as error:
            code, said = error.recipients[to]
            raise NotSent(Problem.RECIPIENT_REFUSED, _said(code, said), for_good=code >= 500) from error
        except smtplib.SMTPResponseException as error:
            # Whatever else it does not like may be set right by somebody meanwhile.
            raise NotSent(Problem.SERVER_REFUSED, _said(error.smtp_code, error.smtp_error)) from error
        except smtplib.SMTPNotSupportedError as error:
            raise NotSent(Problem.RECIPIENT_REFUSED, "SMTPUTF8", for_good=True) from error
        except (OSError, smtplib.SMTPException) as error:
            raise _broken_off(error) from error
        return self.place

    def _host(self) -> tuple[str, int]:
        parts = urlsplit(self._server)
        return parts.hostname or "localhost", parts.port or (465 if parts.scheme == "smtps" else 587)

    @contextlib.contextmanager
    def _connected(self, scheme: str) -> Iterator[smtplib.SMTP]:
        tls = ssl.create_default_context()
        try:
            if scheme == "smtps":
                line: smtplib.SMTP = smtplib.SMTP_SSL(*self._host(), timeout=SECONDS, context=tls)
            else:
                line = smtplib.SMTP(*self._host(), timeout=SECONDS)
        except smtplib.SMTPException:
            raise
        except OSError as error:
            raise _not_connected(error) from error
        with contextlib.closing(line), _no_longer(lambda: line.sock):
            line.ehlo_or_helo_if_needed()
            if scheme == "smtp" and line.has_extn("starttls"):
                line.starttls(context=tls)
                line.ehlo()
            yield line
            with contextlib.suppress(OSError, smtplib.SMTPException):
                line.quit()  # it has gone; how the server says goodbye changes nothing

    @staticmethod
    def _sign_in(line: smtplib.SMTP, user: str, password: str) -> None:
        if not isinstance(line.sock, ssl.SSLSocket):
            raise NotSent(Problem.NO_ENCRYPTION)  # a password never goes over an open line
        try:
            line.login(user, password)
        except smtplib.SMTPAuthenticationError as error:
            raise NotSent(Problem.SIGN_IN_REFUSED, _said(error.smtp_code, error.smtp_error)) from error
        except smtplib.SMTPException as error:
            raise NotSent(Problem.SIGN_IN_REFUSED) from error


def call(address: str, content: Mapping[str, Any], *, private: bool) -> str:
    """Tell a web address, as JSON, and return what status it answered; as `deliver`."""
    return f"HTTP {deliver(address, json.dumps(content, ensure_ascii=False).encode(), {}, private=private)}"


def deliver(address: str, body: bytes, headers: Mapping[str, str], *, private: bool) -> int:
    """Send JSON to a web address, and return what status it answered.

    It is not followed elsewhere, and nothing of its answer is read but the status: who may set an address must not come to
    read what only this machine can reach.

    Args:
        address: `http://` or `https://`.
        body: JSON in UTF-8.
        headers: beside those of any call.
        private: whether it may lead to a machine of the own network, or to this one.

    Raises:
        NotSent: it did not answer, or with anything but 2xx.
    """
    if len(body) > MOST_BODY:
        raise NotSent(Problem.TOO_LARGE, for_good=True)
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https"):
        raise NotSent(Problem.ADDRESS_REFUSED, for_good=True)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    line = kind(host, port or kind.default_port, timeout=SECONDS)
    path = quote(parts.path or "/", _AS_IT_IS) + (f"?{quote(parts.query, _AS_IT_IS)}" if parts.query else "")
    with contextlib.closing(line):
        line.sock = _connected_to(line.host, line.port, private)
        status = _status(line, path, body, headers)
    if not 200 <= status < 300:
        raise NotSent(Problem.STATUS, f"HTTP {status}", status=status)
    return status


def _connected_to(host: str, port: int, private: bool) -> socket.socket:
    """Return a line to the first of a name's addresses that may be called and answers."""
    try:
        found = [each[4][0] for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except UnicodeError as error:
        raise NotSent(Problem.ADDRESS_REFUSED, for_good=True) from error
    except OSError as error:
        raise _not_connected(error) from error
    allowed = [str(each) for each in dict.fromkeys(found) if _may_be_called(str(each), private)]
    if not allowed:
        # Before it is tried: whether anything answers there is nobody's business either.
        raise NotSent(Problem.ADDRESS_REFUSED, for_good=True)
    for place, each in enumerate(allowed, start=1):
        try:
            line = socket.create_connection((each, port), SECONDS)
        except OSError as error:
            if place == len(allowed):
                raise _not_connected(error) from error
        else:
            return _checked(line, private)
    raise AssertionError("unreachable")


def _status(line: http.client.HTTPConnection, path: str, body: bytes, headers: Mapping[str, str]) -> int:
    try:
        with _no_longer(lambda: line.sock):
            if isinstance(line, http.client.HTTPSConnection):
                tls = ssl.create_default_context()
                line.sock = tls.wrap_socket(line.sock, server_hostname=line.host, do_handshake_on_connect=False)
                line.sock.do_handshake()
            line.request("POST", path, body, {**headers, "Content-Type": "application/json", "Connection": "close"})
            return line.getresponse().status
    except http.client.HTTPException as error:
        # Its text would show what was answered.
        raise NotSent(Problem.NOT_HTTP) from error
    except OSError as error:
        raise _broken_off(error) from error


def _checked(line: socket.socket, private: bool) -> socket.socket:
    # Asked of the line as well: whatever stands between may have led it elsewhere.
    if not _may_be_called(line.getpeername()[0], private):
        line.close()
        raise NotSent(Problem.ADDRESS_REFUSED, for_good=True)
    return line


_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def _may_be_called(address: str, private: bool) -> bool:
    peer = ipaddress.ip_address(address.partition("%")[0])
    if peer in _NAT64:
        peer = ipaddress.IPv4Address(int(peer) & 0xFFFFFFFF)
    peer = getattr(peer, "ipv4_mapped", None) or getattr(peer, "sixtofour", None) or peer
    # Never the addresses of the line itself, where clouds tell their machines' secrets.
    if peer.is_link_local or peer.is_multicast or peer.is_unspecified:
        return False
    return private or peer.is_global


@contextlib.contextmanager
def _no_longer(line: Callable[[], socket.socket | None]) -> Iterator[None]:
    """End a connection after `WHOLE_SECONDS`, also one that goes on saying a little; `line` is asked for it then."""

    def end() -> None:
        with contextlib.suppress(OSError):
            # Of the socket below: that of TLS would first forget that it is encrypted.
            socket.socket.shutdown(line(), socket.SHUT_RDWR)  # type: ignore[arg-type]

    timer = threading.Timer(WHOLE_SECONDS, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _not_connected(error: OSError) -> NotSent:
    if isinstance(error, ssl.SSLCertVerificationError):
        return NotSent(Problem.NOT_TRUSTED, error.verify_message)
    return NotSent(Problem.TOO_SLOW if isinstance(error, TimeoutError) else Problem.UNREACHABLE, error.strerror or "")


def _broken_off(error: Exception) -> NotSent:
    if isinstance(error, ssl.SSLCertVerificationError):
        return NotSent(Problem.NOT_TRUSTED, error.verify_message)
    # smtplib says of a server that was silent for too long that it hung up.
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return NotSent(Problem.TOO_SLOW)
    return NotSent(Problem.BROKEN_OFF, str(getattr(error, "strerror", None) or ""))


def _said(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join("".join(each if each.isprintable() else " " for each in f"{code} {text}").split())
