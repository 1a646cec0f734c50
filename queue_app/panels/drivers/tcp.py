"""Panels that listen on a TCP port, or hang on a converter from TCP to a serial line that does."""

from __future__ import annotations

import contextlib
import socket
from dataclasses import dataclass

from queue_app.panels.deadline import Deadline
from queue_app.panels.driver import Driver, Field, Values
from queue_app.panels.errors import PanelError

_READ_BYTES = 256


@dataclass(frozen=True, slots=True)
class TcpLine:
    """An open connection to `where`."""

    connection: socket.socket
    where: str

    def write(self, data: bytes, deadline: Deadline) -> None:
        try:
            self.connection.settimeout(max(deadline.left, 0.001))
            self.connection.sendall(data)
        except OSError:
            raise self._broken() from None

    def read(self, deadline: Deadline) -> bytes:
        if not deadline.left:
            return b""
        try:
            self.connection.settimeout(max(deadline.left, 0.001))
            data = self.connection.recv(_READ_BYTES)
        except TimeoutError:
            return b""
        except OSError:
            raise self._broken() from None
        if not data:
            raise self._broken()
        return data

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.connection.close()

    def _broken(self) -> PanelError:
        return PanelError("broken_off", f"The connection to {self.where} broke off.")


def open_tcp(values: Values) -> TcpLine:
    """Connect.

    Raises:
        PanelError: `nobody_listens`, `unreachable`.
    """
    where = f"{values['host']}:{values['port']}"
    try:
        connection = socket.create_connection((values["host"], values["port"]), values["connect_milliseconds"] / 1000)
        # A frame is small and its answer is waited for: nothing is gained by collecting.
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except ConnectionRefusedError:
        raise PanelError("nobody_listens", f"Nobody listens at {where}.") from None
    except (OSError, UnicodeError):  # a host's name that cannot even be asked for
        raise PanelError("unreachable", f"{where} cannot be reached.") from None
    return TcpLine(connection, where)


DRIVER = Driver(
    kind="tcp",
    meaning="Panels that listen on a TCP port, or hang on a converter that does.",
    fields=(
        Field("host", "Name or address of the panel or the converter."),
        Field("port", "Its port.", 4010, 1, 65535),
        Field("connect_milliseconds", "How long connecting may take.", 2000, 50, 10_000, unit="ms"),
    ),
    line=("host", "port"),
    open=open_tcp,
)
