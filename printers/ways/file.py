"""A device node such as /dev/usb/lp0, a named pipe, or a plain file that grows."""

import contextlib
import fcntl
import os
import stat
import time
import tty
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from printers.deadline import Deadline
from printers.dialogue import TALK_FIELDS, StreamTransport
from printers.errors import PrinterError
from printers.filesystem import file_error, sync
from printers.way import N_, Field, Found, Values, Way, seconds

_CHUNK_BYTES = 4096
_POLL_SECONDS = 0.02
_MAX_STALE_BYTES = 65_536
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class FileLine:
    """An open device node or file.

    Args:
        handle: its descriptor, non-blocking and locked.
        path: what to call it.
        answers: it was opened for reading as well.
    """

    handle: int
    path: Path
    answers: bool

    def write(self, data: bytes, deadline: Deadline) -> None:
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[_until(partial(os.write, self.handle, rest[:_CHUNK_BYTES]), deadline) :]
        except TimeoutError:
            raise _jam(self.path) from None
        except OSError as error:
            raise file_error(error, self.path) from error

    def read(self, deadline: Deadline) -> bytes:
        if not self.answers:
            return b""
        while True:
            try:
                if data := _until(partial(os.read, self.handle, _CHUNK_BYTES), deadline):
                    return data
            except TimeoutError:
                return b""
            except OSError as error:
                raise file_error(error, self.path) from error
            # A printer node says "end of file" while the device has nothing to say.
            if not deadline.left:
                return b""
            time.sleep(_POLL_SECONDS)

    def finish(self) -> None:
        try:
            sync(self.handle)
        except OSError as error:
            raise file_error(error, self.path) from error

    def close(self) -> None:
        os.close(self.handle)


def open_file(path: Path, timeout_seconds: float) -> FileLine:
    """Open a device node or a file, and keep other writers off it.

    Args:
        path: the node or file; a missing file is made, a missing node in /dev is a printer not plugged in.
        timeout_seconds: how long another writer may hold it.

    Raises:
        PrinterError: `unreachable`, `not_writable` or `timed_out`.
    """
    try:
        handle, answers = _open(path)
        try:
            # Two workers would mix their slips on one device.
            _until(partial(fcntl.flock, handle, fcntl.LOCK_EX | fcntl.LOCK_NB), Deadline(timeout_seconds))
            if os.isatty(handle):
                tty.setraw(handle)  # A terminal would change bytes and echo answers.
            if answers:
                _drop_stale(handle)
        except BaseException:
            os.close(handle)
            raise
    except TimeoutError:
        raise _jam(path) from None
    except OSError as error:
        raise file_error(error, path) from error
    return FileLine(handle, path, answers)


def _open(path: Path) -> tuple[int, bool]:
    # Non-blocking, because a printer without paper would otherwise hold the whole process in write().
    flags = os.O_APPEND | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
    # Only a device can answer; who opens a pipe for reading too would read its own slips.
    with contextlib.suppress(OSError):
        if stat.S_ISCHR(path.stat().st_mode):
            return os.open(path, flags | os.O_RDWR), True
    if not path.is_relative_to("/dev"):  # A plain file in the place of an unplugged printer: never.
        flags |= os.O_CREAT
    return os.open(path, flags | os.O_WRONLY, 0o644), False


def _drop_stale(handle: int) -> None:
    """Forget what the device said to somebody before."""
    left = _MAX_STALE_BYTES
    with contextlib.suppress(BlockingIOError):
        while left > 0 and (data := os.read(handle, _CHUNK_BYTES)):
            left -= len(data)


def _until(attempt: Callable[[], Result], deadline: Deadline) -> Result:
    """Repeat an attempt that would block until it succeeds, or raise TimeoutError at the deadline."""
    while True:
        try:
            return attempt()
        except BlockingIOError:
            if not deadline.left:
                raise TimeoutError from None
            time.sleep(_POLL_SECONDS)


def _jam(path: Path) -> PrinterError:
    return PrinterError("timed_out", f"The printer at {path} does not take data. Is it out of paper or jammed?")


def _make(values: Values) -> StreamTransport:
    return StreamTransport.from_values(values, partial(open_file, values["path"], values["write_timeout_seconds"]))


def _discover() -> list[Found]:
    nodes = sorted([*Path("/dev/usb").glob("lp*"), *Path("/dev").glob("lp[0-9]*")])
    return [Found(str(node), {"path": str(node)}) for node in nodes]


WAY = Way(
    kind="file",
    meaning=N_("A device node such as /dev/usb/lp0, a named pipe or a plain file."),
    fields=(
        Field("path", "path", N_("The node or file; a file is made when it is missing."), required=True),
        seconds("write_timeout_seconds", 5, N_("How long handing over a whole slip may take.")),
        *TALK_FIELDS,
    ),
    forms=("escpos", "pdf"),
    make=_make,
    discover=_discover,
)
