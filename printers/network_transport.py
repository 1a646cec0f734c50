"""Bytes to a printer on the network, within bounds.

Only plain blocking sockets with time-outs are used, so that the same code yields to others under a patched
event loop.
"""

import errno
import socket
import time
from dataclasses import dataclass

from printers.errors import PrinterError

DEFAULT_PORT = 9100
_CHUNK_BYTES = 4096
# A small send buffer: what is handed over is then nearly in the printer, and a jam is noticed.
_SEND_BUFFER_BYTES = 8192


@dataclass(frozen=True, slots=True)
class NetworkTransport:
    """A printer that listens on a TCP port.

    Args:
        host: name or number; a number spares a look-up that nothing here can bound.
        port: usually 9100.
        connect_timeout_seconds: for the connection, over all addresses of the host.
        write_timeout_seconds: for handing over the whole job.
        linger_seconds: how long to wait for the printer to close after the last byte.
        must_close: the printer closes the connection when it has taken the job in, so silence is a jam
            (`timed_out`). Without it silence counts as taken: many printers keep the connection open.
    """

    host: str
    port: int = DEFAULT_PORT
    connect_timeout_seconds: float = 3.0
    write_timeout_seconds: float = 5.0
    linger_seconds: float = 1.0
    must_close: bool = False

    def send(self, data: bytes, job_name: str) -> None:
        connection = self._connect()
        try:
            self._write(connection, data)
            self._wait_for_close(connection)
        except TimeoutError:
            raise PrinterError(
                "timed_out",
                f"The printer at {self._where} stopped taking data. Is it out of paper, jammed or open?",
            ) from None
        except OSError as error:
            raise PrinterError(
                "broken_off", f"The connection to the printer at {self._where} broke off. Check the slip."
            ) from error
        finally:
            connection.close()

    @property
    def _where(self) -> str:
        return f"{self.host}:{self.port}"

    def _connect(self) -> socket.socket:
        deadline = time.monotonic() + self.connect_timeout_seconds
        try:
            candidates = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise PrinterError("unreachable", f"No printer is known under the name {self.host}.") from error
        failure: OSError = OSError(errno.EHOSTUNREACH, "no address")
        for family, kind, protocol, _, address in candidates:
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                break
            try:
                connection = socket.socket(family, kind, protocol)
            except OSError as error:
                failure = error
                continue
            try:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER_BYTES)
                connection.settimeout(remaining)
                connection.connect(address)
            except OSError as error:
                connection.close()
                failure = error
            else:
                return connection
        if isinstance(failure, ConnectionRefusedError):
            message = f"The printer at {self._where} refuses the connection. Is it busy, or the port wrong?"
            raise PrinterError("refused", message) from failure
        message = f"The printer at {self._where} does not answer. Is it switched on and plugged in?"
        raise PrinterError("unreachable", message) from failure

    def _write(self, connection: socket.socket, data: bytes) -> None:
        """Write everything within one deadline; a time-out a chunk would let a slow printer take for ever."""
        deadline = time.monotonic() + self.write_timeout_seconds
        rest = memoryview(data)
        while rest:
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                raise TimeoutError
            connection.settimeout(remaining)
            rest = rest[connection.send(rest[:_CHUNK_BYTES]) :]
        connection.shutdown(socket.SHUT_WR)

    def _wait_for_close(self, connection: socket.socket) -> None:
        """Let the last bytes arrive: closing at once could reset the connection before they are read."""
        deadline = time.monotonic() + self.linger_seconds
        while (remaining := deadline - time.monotonic()) > 0:
            connection.settimeout(remaining)
            try:
                if not connection.recv(_CHUNK_BYTES):  # Anything else is a status nobody asked for.
                    return
            except TimeoutError:
                break
        if self.must_close:
            raise TimeoutError
