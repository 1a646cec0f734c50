"""The port that virtual panels listen on, and the commands that they obey while they run."""

from __future__ import annotations

import contextlib
import signal
import socket
import sys
import threading
from collections.abc import Iterable
from functools import partial
from types import TracebackType

from queue_app.panels.virtual import Listener, VirtualPanels

_ACCEPT_SECONDS = 0.05
_READ_BYTES = 1024

SWITCHES = ("silent", "dead", "refuse", "garble", "close")
"""Commands that make it so, for all panels or the one whose address follows; `fine` ends them all, `unplug` and `plug` are the
line's."""


class PanelPort:
    """A TCP port with panels behind it; a context manager.

    Attributes:
        port: that it listens on.
        panels: behind it.
    """

    def __init__(self, panels: VirtualPanels, port: int = 0, host: str = "127.0.0.1") -> None:
        """Describe it; port 0 takes a free one."""
        self.panels, self.port, self.host = panels, port, host
        self._listener: socket.socket | None = None
        self._door: threading.Thread | None = None
        self._connections: list[socket.socket] = []
        self._closing = threading.Event()
        self._lock = threading.Lock()

    def __enter__(self) -> PanelPort:
        """Listen.

        Raises:
            OSError: the port is taken.
        """
        self.plug()
        threading.Thread(target=self.panels.watch, args=(self._closing,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self.unplug()

    def plug(self) -> None:
        """Listen, on the same port as before."""
        listener = socket.create_server((self.host, self.port))
        listener.settimeout(_ACCEPT_SECONDS)
        self.port = listener.getsockname()[1]
        self._listener = listener
        self._door = threading.Thread(target=self._accept, args=(listener,), daemon=True)
        self._door.start()

    def unplug(self) -> None:
        """Break every connection off and refuse new ones, as without power."""
        with self._lock:
            listener, self._listener = self._listener, None
            for connection in self._connections:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        if listener is not None and self._door is not None:
            self._door.join()  # Who waits at it holds the port.
            listener.close()

    def _accept(self, listener: socket.socket) -> None:
        while self._listener is listener:
            try:
                connection = listener.accept()[0]
            except TimeoutError:
                continue
            connection.settimeout(None)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            with self._lock:
                if self._listener is None:
                    return
                self._connections.append(connection)
            try:
                Listener(self.panels, partial(connection.recv, _READ_BYTES), connection.sendall).serve()
            finally:
                with self._lock:
                    self._connections.remove(connection)


def obey(port: PanelPort, command: str) -> str:
    """Do what a line says and return what it did.

    Raises:
        ValueError: nobody knows the command, or the panel.
    """
    word, _, address = command.strip().partition(" ")
    if address and (not address.isdigit() or int(address) not in port.panels.panels):
        raise ValueError(f"There is no panel {address}.")
    which = int(address) if address else None
    if word == "unplug" and which is None:
        port.unplug()
    elif word == "plug" and which is None:
        port.unplug()
        port.plug()
    elif word == "fine":
        port.panels.set(which, **dict.fromkeys(SWITCHES, False))
    elif word in SWITCHES:
        port.panels.set(which, **{word: True})
    else:
        raise ValueError(f"Commands are {', '.join(SWITCHES)}, fine (each with an address or without), unplug, plug.")
    return f"{command.strip()}: done"


def serve_forever(panels: VirtualPanels, port: int, host: str, told: Iterable[str] = ()) -> None:
    """Be panels until interrupted with Ctrl-C, and obey the commands that come in line by line.

    Args:
        panels: behind the port.
        port, host: to listen on.
        told: commands to begin with.

    Raises:
        OSError: the port is taken.
        ValueError: a command of `told` is none.
    """
    # In the background of a terminal, reading from it would stop the whole process.
    signal.signal(signal.SIGTTIN, signal.SIG_IGN)
    with PanelPort(panels, port, host) as door, contextlib.suppress(KeyboardInterrupt):
        for command in told:
            obey(door, command)
        print(f"Panels {', '.join(map(str, panels.panels))} on {door.host}:{door.port}", flush=True)
        threading.Thread(target=_listen, args=(door,), daemon=True).start()
        threading.Event().wait()


def _listen(door: PanelPort) -> None:
    with contextlib.suppress(OSError, ValueError):
        for line in sys.stdin:
            if line.strip():
                try:
                    print(obey(door, line), flush=True)
                except ValueError as error:
                    print(error, flush=True)
