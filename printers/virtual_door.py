"""The port of a virtual printer: open, refusing, or hanging with a full queue of connections."""

import contextlib
import socket
import threading
import time
from types import TracebackType
from typing import Literal

_ACCEPT_SECONDS = 0.03  # How soon a closing printer stops listening.
_TIGHT_BYTES, _USUAL_BYTES = 4096, 131_072
_FILLERS = 4

Mode = Literal["open", "refusing", "hanging"]


class Door:
    """A port that is kept whatever its mode.

    A hanging one listens with the shortest queue there is and fills it itself: further connections are neither taken nor
    refused, as with a printer whose network card is alive and whose head is not. A context manager, also on its own.
    """

    def __init__(self, host: str = "127.0.0.1", port: int = 0, mode: Mode = "hanging") -> None:
        """Describe it; nothing is taken yet.

        Args:
            host, port: to listen on; port 0 takes a free one.
            mode: to begin with.
        """
        self.host, self.port, self.mode = host, port, mode
        self._lock = threading.Lock()
        self._listener: socket.socket | None = None
        self._fillers: list[socket.socket] = []

    def __enter__(self) -> "Door":
        self.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def open(self, tight: bool = False) -> None:
        """Take the port, in the mode it has.

        Args:
            tight: connections hold a few kilobytes, as a real printer's.

        Raises:
            OSError: the port is taken.
        """
        with self._lock:
            listener = socket.socket()
            try:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _TIGHT_BYTES if tight else _USUAL_BYTES)
                listener.bind((self.host, self.port))
                self.port = listener.getsockname()[1]
                listener.settimeout(_ACCEPT_SECONDS)
                if self.mode != "refusing":  # A port that is taken but not listened to refuses.
                    listener.listen(0 if self.mode == "hanging" else 128)
            except OSError:
                listener.close()
                raise
            self._listener = listener
            if self.mode == "hanging":
                self._fill()

    def change(self, mode: Mode, tight: bool) -> None:
        """Take another mode; connections that are open stay.

        Args:
            mode: from now on.
            tight: for connections from now on.
        """
        if mode != self.mode:
            self.close()
            self.mode = mode
            self.open(tight)
        elif self._listener is not None:
            size = _TIGHT_BYTES if tight else _USUAL_BYTES
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, size)

    def accept(self) -> socket.socket | None:
        """Return the next connection, None where none comes for a moment."""
        listener = self._listener
        if listener is None or self.mode != "open":
            time.sleep(_ACCEPT_SECONDS)
            return None
        try:
            return listener.accept()[0]
        except TimeoutError:
            return None
        except OSError:  # Closed for another mode just now.
            time.sleep(_ACCEPT_SECONDS)
            return None

    def close(self) -> None:
        """Give the port back."""
        with self._lock:
            for socket_ in (*self._fillers, self._listener):
                if socket_ is not None:
                    # Closing alone would go on listening for as long as somebody waits in accept().
                    with contextlib.suppress(OSError):
                        socket_.shutdown(socket.SHUT_RDWR)
                    socket_.close()
            self._fillers, self._listener = [], None

    def _fill(self) -> None:
        for _ in range(_FILLERS):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex((self.host, self.port))
            self._fillers.append(filler)
