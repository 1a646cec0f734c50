"""Slips as files in a folder, as ESC/POS bytes."""

import contextlib
import hashlib
import os
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from printers.filesystem import file_error, sync
from printers.way import N_, Delivered, Field, Way, nothing


@dataclass(frozen=True, slots=True)
class FolderTransport:
    """A folder that gets one file a job; who watches it never sees half a file.

    Args:
        path: the folder; made when missing.
        suffix: of the files, such as ".bin".
    """

    path: Path
    suffix: str

    def send(
        self, data: bytes, job_name: str, ask_first: bool = False, taken: Callable[[], None] = nothing
    ) -> Delivered:
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
            raise file_error(error, self.path) from error
        taken()
        return Delivered()

    def _write(self, temporary: Path, data: bytes) -> None:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            sync(file.fileno())

    def _sync_folder(self) -> None:
        """Make the new name itself survive a power cut."""
        handle = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            sync(handle)
        finally:
            os.close(handle)


def file_name(job_name: str) -> str:
    """Return a file name, without suffix, that is safe in any folder and different for different jobs."""
    safe = re.sub(r"[^A-Za-z0-9_-]+", "-", job_name).strip("-")[:80]
    if safe and safe == job_name:
        return safe
    digest = hashlib.sha256(job_name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{safe or 'slip'}-{digest}"


WAY = Way(
    kind="folder",
    meaning=N_("Files in a folder, for another program to print."),
    fields=(
        Field("path", "path", N_("The folder; it is made when it is missing."), required=True),
        Field(
            "suffix",
            "str",
            N_("The end of the files' names."),
            default=".bin",
            pattern=r"\.[A-Za-z0-9]{1,8}",
            example=".bin",
        ),
    ),
    forms=("escpos",),
    make=lambda values: FolderTransport(values["path"], values["suffix"]),
)
