"""Questions and answers of IPP over HTTP, each within one bound from the first connection to the last byte."""

import base64
import http.client
import io
import socket
import ssl
from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from printers.deadline import Deadline
from printers.errors import PrinterError
from printers.ipp_encoding import NAME, URI, Answer, Attribute, IppGarbage, decode, encode

_MAX_ANSWER_BYTES = 1_000_000
_REFUSED_TEMPORARILY = {
    0x0502,
    0x0504,
    0x0505,
    0x0506,
    0x0507,
}  # unavailable, device error, temporary, not accepting, busy
_NOT_AUTHORISED = {0x0401, 0x0402, 0x0403}
_NOT_FOUND = {0x0406, 0x0407}


@dataclass(frozen=True, slots=True)
class IppClient:
    """A printer or a queue that speaks IPP.

    Args:
        uri: such as ipp://host:631/printers/name; ipps for TLS.
        user: who prints; with a password also who signs in.
        password: empty to sign in nowhere.
        verify_certificate: whether a TLS certificate has to be one the system trusts.
        connect_timeout_seconds: for the connection.
    """

    uri: str
    user: str
    password: str
    verify_certificate: bool
    connect_timeout_seconds: float

    def ask(self, operation: int, attributes: list[Attribute], timeout_seconds: float, document: bytes = b"") -> Answer:
        """Send one request and return its answer.

        Args:
            operation: such as `PRINT_JOB`.
            attributes: of the operation, after the printer's URI and the user.
            timeout_seconds: for everything but the connection.
            document: what is to be printed.

        Raises:
            PrinterError: whatever went wrong; an answer returned here means that it was done.
        """
        number = next(_numbers)
        # CUPS knows itself under ipp:// only, whatever the wire.
        named: list[Attribute] = [(URI, "printer-uri", [self.uri]), (NAME, "requesting-user-name", [self.user])]
        answer = self._post(encode(operation, number, [*named, *attributes]) + document, timeout_seconds)
        if answer.status >= 0x100:
            raise self._refusal(answer.status)
        return answer

    @property
    def _where(self) -> str:
        return f"The printer at {self.uri}"

    def _post(self, body: bytes, timeout_seconds: float) -> Answer:
        connection = self._connect()
        wire = connection.sock
        try:
            connection.sock = _BoundedSocket(wire, Deadline(timeout_seconds))
            connection.request("POST", urlsplit(self.uri).path or "/", body, self._headers())
            response = connection.getresponse()
            if response.status != http.HTTPStatus.OK:
                raise self._http_refusal(response.status)
            return decode(response.read(_MAX_ANSWER_BYTES))
        except TimeoutError:
            raise PrinterError("timed_out", f"{self._where} does not answer in time.") from None
        except (IppGarbage, http.client.HTTPException) as error:
            if isinstance(error, http.client.RemoteDisconnected):
                raise PrinterError("broken_off", f"{self._where} broke off. Check the slip.") from error
            raise PrinterError("garbled", f"{self._where} does not answer as a printer. Check its address.") from error
        except OSError as error:
            raise PrinterError("broken_off", f"The connection to {self.uri} broke off. Check the slip.") from error
        finally:
            wire.close()

    def _connect(self) -> Any:
        parts = urlsplit(self.uri)
        host, port, limit = parts.hostname or "", parts.port or 631, self.connect_timeout_seconds
        connection: http.client.HTTPConnection
        if parts.scheme == "ipps":
            context = ssl.create_default_context()
            if not self.verify_certificate:
                context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            connection = http.client.HTTPSConnection(host, port, timeout=limit, context=context)
        else:
            connection = http.client.HTTPConnection(host, port, timeout=limit)
        try:
            connection.connect()
        except ConnectionRefusedError as error:
            raise PrinterError("refused", f"{self._where} refuses the connection. Is the port right?") from error
        except ssl.SSLCertVerificationError as error:
            raise PrinterError("not_authorised", f"{self._where} shows a certificate nobody here trusts.") from error
        except (OSError, UnicodeError) as error:
            raise PrinterError("unreachable", f"{self._where} does not answer. Is it switched on?") from error
        return connection

    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": "application/ipp", "Accept": "application/ipp"}
        if self.password:
            credentials = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
            headers["Authorization"] = f"Basic {credentials}"
        return headers

    def _http_refusal(self, status: int) -> PrinterError:
        if status in {401, 403, 426}:
            return self._not_authorised()
        if status == http.HTTPStatus.NOT_FOUND:
            return self._not_found()
        if status >= 500:
            return PrinterError("refused", f"{self._where} cannot work now (HTTP {status}).")
        return PrinterError(
            "garbled", f"{self._where} does not answer as a printer (HTTP {status}). Check its address."
        )

    def _refusal(self, status: int) -> PrinterError:
        if status in _NOT_AUTHORISED:
            return self._not_authorised()
        if status in _NOT_FOUND:
            return self._not_found()
        if status in _REFUSED_TEMPORARILY:
            return PrinterError("refused", f"{self._where} takes no slips now (IPP 0x{status:04x}).")
        return PrinterError(
            "job_refused", f"{self._where} does not want this slip (IPP 0x{status:04x}). Check its form."
        )

    def _not_authorised(self) -> PrinterError:
        return PrinterError(
            "not_authorised", f"{self._where} does not let us print. Check user, password and its rules."
        )

    def _not_found(self) -> PrinterError:
        return PrinterError("bad_address", f"There is no queue {self.uri}. Check its name.")


_numbers = count(1)


class _BoundedSocket:
    """A socket whose every wait ends at one deadline, so that an answer of a byte a second cannot take for ever."""

    def __init__(self, wrapped: socket.socket, deadline: Deadline) -> None:
        self._wrapped, self._deadline = wrapped, deadline

    def sendall(self, data: bytes) -> None:
        self._wrapped.settimeout(self._deadline.required())
        self._wrapped.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_BoundedReader(self._wrapped, self._deadline))

    def close(self) -> None:
        """Nothing yet: `http.client` closes it before it has read an answer that ends with the connection."""


class _BoundedReader(io.RawIOBase):
    def __init__(self, wrapped: socket.socket, deadline: Deadline) -> None:
        self._wrapped, self._deadline = wrapped, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._wrapped.settimeout(self._deadline.required())
        return self._wrapped.recv_into(buffer)
