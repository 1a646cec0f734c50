"""Bytes to a device node, a pipe, a file or a folder."""

import contextlib
import errno
import fcntl
import hashlib
import os
import re
import secrets
import stat
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from printers.errors import PrinterError

_CHUNK_BYTES = 4096
_POLL_SECONDS = 0.02
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class FileTransport:
    """A device node such as /dev/usb/lp0, a named pipe, or a plain file that grows.

    Args:
        path: the node or file; a missing file is made, a missing node in /dev is a printer not plugged in.
        write_timeout_seconds: for handing over the whole job.
    """

    path: Path
    write_timeout_seconds: float = 5.0

    def send(self, data: bytes, job_name: str) -> None:
        deadline = time.monotonic() + self.write_timeout_seconds
        try:
            handle = self._open()
            try:
                self._lock(handle, deadline)
                self._write(handle, data, deadline)
                _sync(handle)
            finally:
                os.close(handle)
        except TimeoutError:
            raise PrinterError(
                "timed_out", f"The printer at {self.path} does not take data. Is it out of paper or jammed?"
            ) from None
        except OSError as error:
            raise _file_error(error, self.path) from error

    def _open(self) -> int:
        # Non-blocking, because a printer without paper would otherwise hold the whole process in write().
        flags = os.O_WRONLY | os.O_APPEND | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
        if not self.path.is_relative_to("/dev"):  # A plain file in the place of an unplugged printer: never.
            flags |= os.O_CREAT
        return os.open(self.path, flags, 0o644)

    def _lock(self, handle: int, deadline: float) -> None:
        """Keep two workers from mixing their slips on one device."""
        _until(partial(fcntl.flock, handle, fcntl.LOCK_EX | fcntl.LOCK_NB), deadline)

    def _write(self, handle: int, data: bytes, deadline: float) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[_until(partial(os.write, handle, rest[:_CHUNK_BYTES]), deadline) :]


@dataclass(frozen=True, slots=True)
class FolderTransport:
    """A folder that gets one file a job; who watches it never sees half a file.

    Args:
        path: the folder; made when missing.
        suffix: of the files, such as ".bin".
    """

    path: Path
    suffix: str = ".bin"

    def send(self, data: bytes, job_name: str) -> None:
        name = file_name(job_name)
        temporary = self.path / f".{name}.{secrets.token_hex(4)}.part"
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            try:
                self._write(temporary, data)
                temporary.replace(self.path / f"{name}{self.suffix}")
            except OSError:
                with contextlib.suppress(OSError):
                    temporary.unlink(missing_ok=True)
                raise
            self._sync_folder()
        except OSError as error:
            raise _file_error(error, self.path) from error

    def _write(self, temporary: Path, data: bytes) -> None:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            _sync(file.fileno())

    def _sync_folder(self) -> None:
        """Make the new name itself survive a power cut."""
        handle = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            _sync(handle)
        finally:
            os.close(handle)


def file_name(job_name: str) -> str:
    """Return a file name, without suffix, that is safe in any folder and different for different jobs."""
    safe = re.sub(r"[^A-Za-z0-9_-]+", "-", job_name).strip("-")[:80]
    if safe and safe == job_name:
        return safe
    digest = hashlib.sha256(job_name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{safe or 'slip'}-{digest}"


def _until(attempt: Callable[[], Result], deadline: float) -> Result:
    """Repeat an attempt that would block until it succeeds, or raise TimeoutError at the deadline."""
    while True:
        try:
            return attempt()
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise TimeoutError from None
            time.sleep(_POLL_SECONDS)


def _sync(handle: int) -> None:
    """Push the data to the disk; pipes and devices have nothing to push to."""
    if stat.S_ISREG(os.fstat(handle).st_mode) or stat.S_ISDIR(os.fstat(handle).st_mode):
        try:
            os.fsync(handle)
        except OSError as error:
            if error.errno not in {errno.EINVAL, errno.ENOTSUP}:  # Some network folders cannot.
                raise


def _file_error(error: OSError, path: Path) -> PrinterError:
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
            return PrinterError("disk_full", f"There is no room left for slips in {path}.")
        case errno.ENOENT | errno.ENXIO | errno.ENODEV:
            return PrinterError("unreachable", f"There is no printer at {path}. Is it plugged in?")
        case errno.EIO | errno.EPIPE:
            return PrinterError("broken_off", f"The printer at {path} broke off. Check the slip.")
        case _:
            reason = os.strerror(error.errno) if error.errno else str(error)
            return PrinterError("not_writable", f"Slips cannot be written to {path}: {reason}.")
