"""A printer that listens on a TCP port, usually 9100.

Only plain blocking sockets with time-outs are used, so that the same code yields to others under a patched event loop.
"""

import errno
import socket
import struct
from dataclasses import dataclass

from printers.deadline import Deadline
from printers.dialogue import TALK_FIELDS, StreamTransport
from printers.errors import PrinterError
from printers.way import N_, Field, Values, Way, seconds

_CHUNK_BYTES = 4096
# A small send buffer: what is handed over is then nearly in the printer, and a jam is noticed.
_SEND_BUFFER_BYTES = 8192
# How the connection ends where this process is killed: with a reset, which tells the printer that its sender knows nothing of
# the slip. Whoever lives ends it with the usual handshake.
_BREAK_OFF, _END = struct.pack("ii", 1, 0), struct.pack("ii", 0, 0)


@dataclass(frozen=True, slots=True)
class NetworkLine:
    """A connection to a printer.

    Args:
        connection: open.
        where: what to call the printer.
        linger_seconds: how long to wait for the printer to close after the last byte.
        must_close: the printer closes the connection when it has taken the job in, so silence is a jam (`timed_out`).
            Without it silence counts as taken: many printers keep the connection open.
        answers: whether it can; only some do.
    """

    connection: socket.socket
    where: str
    linger_seconds: float
    must_close: bool
    answers: bool = True

    def write(self, data: bytes, deadline: Deadline) -> None:
        """Write everything within one deadline; a time-out a chunk would let a slow printer take for ever."""
        rest = memoryview(data)
        try:
            while rest:
                self.connection.settimeout(deadline.required())
                rest = rest[self.connection.send(rest[:_CHUNK_BYTES]) :]
        except TimeoutError:
            raise self._jam() from None
        except OSError as error:
            raise self._broken() from error

    def read(self, deadline: Deadline) -> bytes:
        try:
            self.connection.settimeout(deadline.required())
            return self.connection.recv(_CHUNK_BYTES)
        except TimeoutError:
            return b""
        except OSError as error:
            raise self._broken() from error

    def finish(self) -> None:
        """Let the last bytes arrive: closing at once could reset the connection before they are read."""
        deadline = Deadline(self.linger_seconds)
        try:
            self.connection.shutdown(socket.SHUT_WR)
            while True:
                self.connection.settimeout(deadline.required())
                if not self.connection.recv(_CHUNK_BYTES):  # Anything else is a status nobody asked for.
                    return
        except TimeoutError:
            if self.must_close:
                raise self._jam() from None
        except OSError as error:
            raise self._broken() from error

    def close(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _END)
        self.connection.close()

    def _jam(self) -> PrinterError:
        message = f"The printer at {self.where} stopped taking data. Is it out of paper, jammed or open?"
        return PrinterError("timed_out", message)

    def _broken(self) -> PrinterError:
        return PrinterError("broken_off", f"The connection to the printer at {self.where} broke off. Check the slip.")


def connect(host: str, port: int, timeout_seconds: float) -> socket.socket:
    """Return a connection to a printer.

    Args:
        host: name or number; a number spares a look-up that nothing here can bound.
        port: to connect to.
        timeout_seconds: for the connection, over all addresses of the host.

    Raises:
        PrinterError: `refused` or `unreachable`.
    """
    deadline = Deadline(timeout_seconds)
    try:
        candidates = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise PrinterError("unreachable", f"No printer is known under the name {host}.") from error
    failure: OSError = OSError(errno.EHOSTUNREACH, "no address")
    for family, kind, protocol, _, address in candidates:
        if not deadline.left:
            break
        try:
            connection = socket.socket(family, kind, protocol)
        except OSError as error:
            failure = error
            continue
        try:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER_BYTES)
            connection.setsockopt(
                socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
            )  # A question is a few bytes and waits for none.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _BREAK_OFF)
            connection.settimeout(deadline.required())
            connection.connect(address)
        except OSError as error:
            connection.close()
            failure = error
        else:
            return connection
    if isinstance(failure, ConnectionRefusedError | ConnectionResetError):
        message = f"The printer at {host}:{port} refuses the connection. Is it busy, or the port wrong?"
        raise PrinterError("refused", message) from failure
    message = f"The printer at {host}:{port} does not answer. Is it switched on and plugged in?"
    raise PrinterError("unreachable", message) from failure


def _make(values: Values) -> StreamTransport:
    host, port = values["host"], values["port"]

    def open_line() -> NetworkLine:
        connection = connect(host, port, values["connect_timeout_seconds"])
        return NetworkLine(connection, f"{host}:{port}", values["linger_seconds"], values["must_close"])

    return StreamTransport.from_values(values, open_line)


WAY = Way(
    kind="network",
    meaning=N_("A printer on the network that listens on a port of its own (raw, JetDirect)."),
    fields=(
        Field("host", "str", N_("The printer's address; an IP address needs no look-up."), required=True),
        Field("port", "int", N_("The port it listens on."), default=9100, min=1, max=65_535),
        seconds("connect_timeout_seconds", 3, N_("How long connecting may take.")),
        seconds("write_timeout_seconds", 5, N_("How long handing over a whole slip may take.")),
        seconds("linger_seconds", 1, N_("How long to wait for the printer to close the connection.")),
        Field(
            "must_close",
            "bool",
            N_(
                "The printer closes the connection when it has taken a slip in; where it does not, the slip has failed."
            ),
            default=False,
        ),
        *TALK_FIELDS,
    ),
    forms=("escpos", "pdf"),
    make=_make,
)
