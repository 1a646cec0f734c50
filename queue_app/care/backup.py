"""Makes a backup while everything runs: copied, packed, tried, and only then called one."""

from __future__ import annotations

import fcntl
import io
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from queue_app.care.archive import DATABASES, FOLDERS, KEYS, Archive, ArchiveWriter, BadArchive
from queue_app.care.checked import flaws_of
from queue_app.care.copies import CannotCopy, Copy, copy_postgres, copy_sqlite, load_postgres, scratch_postgres
from queue_app.clock import Clock
from queue_app.config import Settings
from queue_app.operations.backups import LAST
from queue_app.version import VERSION

UNVERIFIED = ".unverified"
"""Ends the name of a backup that was made, but in which flaws were found."""

_PART = ".part"
_BY_TIME = re.compile(r"queue-\d{8}T\d{6}Z\.zip")


class BackupFailed(Exception):
    """No backup was made, nothing was left; the text says why."""


@dataclass(frozen=True)
class Made:
    """A backup that was made.

    Attributes:
        path: the file.
        bytes: its size.
        facts: its manifest, without the members.
        flaws: what was found wrong when it was restored to try it; None where it was not tried.
    """

    path: Path
    bytes: int
    facts: dict[str, Any]
    flaws: list[str] | None


def make_backup(
    settings: Settings, clock: Clock, target: Path, *, with_keys: bool = False, verify: bool = True
) -> Made:
    """Back up the database and the files that nothing can make again.

    Args:
        settings: the installation's.
        clock: says when it was begun.
        target: the file; a folder gets one that is named by the time.
        with_keys: put the keys into it too: whoever has the file can then read what is encrypted, and sign cookies.
        verify: restore it into a scratch database and check the record.

    Raises:
        BackupFailed: there is no backup; whatever had been written is removed.
    """
    begun = clock.now()
    if target.is_dir():
        target = target / f"queue-{begun:%Y%m%dT%H%M%SZ}.zip"
    if target.exists():
        raise BackupFailed(f"{target} is there already")
    try:
        with _workshop(target) as folder:
            made = _make(settings, begun, clock, target, folder, with_keys, verify)
    except CannotCopy as error:
        raise BackupFailed(str(error)) from error
    except OSError as error:
        raise BackupFailed(f"{target} could not be written: {error.strerror or error}") from error
    if made.flaws is None or not made.flaws:
        _remember(settings, made, clock)
    return made


def _make(
    settings: Settings, begun: datetime, clock: Clock, target: Path, folder: Path, with_keys: bool, verify: bool
) -> Made:
    kind = "sqlite" if settings.url.startswith("sqlite") else "postgresql"
    database = folder / DATABASES[kind]
    copied = (copy_sqlite if kind == "sqlite" else copy_postgres)(settings.url, database)
    facts = _facts(kind, copied, begun, with_keys)
    packed = folder / "archive.zip"
    with packed.open("xb") as stream:
        os.fchmod(stream.fileno(), 0o600)
        _pack(settings, ArchiveWriter(stream), database, facts | {"finished_at": clock.now().isoformat()}, with_keys)
        stream.flush()
        os.fsync(stream.fileno())
    database.unlink()
    flaws = _try(settings.url, packed, folder / "try", copied) if verify else None
    if flaws:
        target = target.with_name(target.name + UNVERIFIED)
    os.replace(packed, target)
    _sync_folder(target.parent)
    return Made(target, target.stat().st_size, facts, flaws)


def _facts(kind: str, copied: Copy, begun: datetime, with_keys: bool) -> dict[str, Any]:
    return {
        "product": VERSION,
        "database": kind,
        "server": copied.server,
        "migration": copied.migration,
        "begun_at": begun.isoformat(),
        "branches": copied.counts,
        "with_keys": with_keys,
    }


def _pack(settings: Settings, writer: ArchiveWriter, database: Path, facts: dict[str, Any], with_keys: bool) -> None:
    with database.open("rb") as file:
        writer.add(database.name, file, squeeze=database.suffix == ".sqlite3")
    for path in sorted(_files(settings.data_dir)):
        try:
            file = path.open("rb")
        except FileNotFoundError:
            continue  # somebody has just taken it away
        with file:
            writer.add(f"files/{path.relative_to(settings.data_dir).as_posix()}", file, squeeze=False)
    if with_keys:
        for name, key in zip(KEYS, (settings.signing_key(), ",".join(settings.sealing_keys())), strict=True):
            writer.add(f"keys/{name}", io.BytesIO(key.encode()), squeeze=False)
    writer.finish(facts)


def _files(data_dir: Path) -> Iterator[Path]:
    for folder in FOLDERS:
        yield from (path for path in (data_dir / folder).rglob("*") if path.is_file())


def _try(url: str, packed: Path, folder: Path, copied: Copy) -> list[str]:
    """Restore what was packed into a scratch database and return its flaws."""
    archive = Archive(packed)
    try:
        for number, name in enumerate(archive.members):
            if name not in DATABASES.values():
                archive.extract(name, folder / str(number))
        database = folder / DATABASES[archive.database_kind]
        archive.extract(database.name, database)
        if archive.database_kind == "sqlite":
            return flaws_of(f"sqlite:///{database.resolve()}", copied.counts)
        with scratch_postgres(url) as scratch:
            load_postgres(database, scratch)
            return flaws_of(scratch, copied.counts)
    except BadArchive as error:
        return [str(error)]
    finally:
        archive.close()


def _remember(settings: Settings, made: Made, clock: Clock) -> None:
    told = {
        "at": made.facts["begun_at"],
        "file": str(made.path.resolve()),
        "bytes": made.bytes,
        "verified": made.flaws is not None,
    }
    part = settings.data_dir / f".{LAST}{_PART}"
    part.write_text(json.dumps(told), "utf-8")
    os.replace(part, settings.data_dir / LAST)


def rotate(folder: Path, keep: int) -> list[Path]:
    """Delete all but the `keep` newest backups that are named by their time, and return what was deleted."""
    found = sorted(path for path in folder.iterdir() if _BY_TIME.fullmatch(path.name))
    old = found[: max(0, len(found) - keep)]
    for path in old:
        path.unlink()
    return old


@contextmanager
def _workshop(target: Path) -> Iterator[Path]:
    """Give a hidden folder beside `target` to work in; what killed processes left of theirs is removed first."""
    target.parent.mkdir(parents=True, exist_ok=True)
    for left in target.parent.glob(f".*{_PART}"):
        if left.is_dir() and _is_left(left):
            shutil.rmtree(left, ignore_errors=True)
    folder = target.parent / f".{target.name}{_PART}"
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError as error:
        raise BackupFailed(f"{target} is being made by another process") from error
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        # Given back by the kernel however the process ends: so others know whether anybody still works here.
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)


def _is_left(folder: Path) -> bool:
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
