"""Puts a backup back: checked, made into a new database, migrated, verified, and only then put in the place of the old one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from alembic.script import ScriptDirectory

from queue_app.care.archive import DATABASES, FOLDERS, KEYS, Archive
from queue_app.care.checked import flaws_of
from queue_app.care.copies import CannotCopy, load_postgres, scratch_postgres, sqlite_path
from queue_app.care.places import Place, PostgresPlace, SqlitePlace
from queue_app.care.sealed import cannot_be_opened
from queue_app.care.settle import settle
from queue_app.clock import Clock
from queue_app.config import Settings
from queue_app.sealing import Sealer
from queue_app.store.migrate import configuration
from queue_app.store.session import Database

SPARE_BYTES = 64 << 20


class RestoreRefused(Exception):
    """Nothing was restored and nothing changed; the text says why."""


@dataclass(frozen=True)
class _Restoring:
    settings: Settings
    clock: Clock
    archive: Archive
    folder: Path
    stamp: str


def restore(
    settings: Settings, clock: Clock, file: Path, *, replace: bool = False, accept_flaws: bool = False
) -> list[str]:
    """Put back what the backup `file` holds.

    Args:
        settings: of the installation that it is put into.
        clock: the moment is part of the names under which the old database and folders are kept.
        file: the backup; of this release or an earlier one.
        replace: put it in the place of a database that is not empty.
        accept_flaws: put it back though the record is not consistent.

    Returns:
        What was done and what is to be done next, a line each.

    Raises:
        BadArchive: the file is no backup or is damaged.
        RestoreRefused: the server runs, there is something already, or what came out is not good.
    """
    now = clock.now()
    archive = Archive(file)
    try:
        _check_fits(settings, archive)
        with _workshop(settings.data_dir) as folder:
            work = _Restoring(settings, clock, archive, folder, f"{now:%Y%m%dT%H%M%SZ}")
            return _restore(work, file, replace, accept_flaws)
    except CannotCopy as error:
        raise RestoreRefused(str(error)) from error
    except OSError as error:
        raise RestoreRefused(f"{error.filename or file}: {error.strerror or error}") from error
    finally:
        archive.close()


def _check_fits(settings: Settings, archive: Archive) -> None:
    kind = "sqlite" if settings.url.startswith("sqlite") else "postgresql"
    if archive.database_kind != kind:
        raise RestoreRefused(f"this is a backup of {archive.database_kind}, QUEUE_DATABASE_URL says {kind}")
    known = {script.revision for script in ScriptDirectory.from_config(configuration()).walk_revisions()}
    if archive.manifest["migration"] not in known:
        raise RestoreRefused(
            f"it was made by a newer release (migration {archive.manifest['migration']}): update first"
        )
    needed = sum(member.bytes for member in archive.members.values()) + SPARE_BYTES
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.data_dir).free
    if free < needed:
        raise RestoreRefused(f"{needed >> 20} MB are needed in {settings.data_dir}, {free >> 20} MB are free")


def _restore(work: _Restoring, file: Path, replace: bool, accept_flaws: bool) -> list[str]:
    with ExitStack() as held:
        place = held.enter_context(_place(work.settings))
        if place.is_used and not replace:
            raise RestoreRefused(
                "there is a database with branches already: --yes replaces it and keeps it under another name"
            )
        for name in work.archive.members:
            work.archive.extract(name, work.folder / name)
        url = _new_database(work, held)
        flaws = flaws_of(url, work.archive.manifest.get("branches"))
        if flaws and not accept_flaws:
            raise RestoreRefused("what came out is not good: " + "; ".join(flaws[:5]))
        database = Database(url)
        try:
            settled = settle(database, work.clock, place.told(), file.name, work.archive.manifest)
        finally:
            database.dispose()
        kept = _put_folders(work)
        keys = _put_keys(work)
        sealed = _sealed(work, url)
        kept_database = place.swap(url, work.stamp)
        return [
            *_first(work),
            *settled,
            *([f"The database that was there is kept: {kept_database}."] if kept_database else []),
            *kept, *keys, *sealed, *flaws,
            "Next: start the server; people sign in again; run flask doctor.",
        ]  # fmt: skip


def _first(work: _Restoring) -> list[str]:
    told = work.archive.manifest
    branches = ", ".join(
        f"{slug} (revision {each['revision']}, {each['tickets']} tickets)" for slug, each in told["branches"].items()
    )
    return [f"Restored what was backed up at {told['begun_at']}: {branches or 'no branches'}."]


def _place(settings: Settings) -> Place:
    return SqlitePlace(sqlite_path(settings.url)) if settings.url.startswith("sqlite") else PostgresPlace(settings.url)


def _new_database(work: _Restoring, held: ExitStack) -> str:
    file = work.folder / DATABASES[work.archive.database_kind]
    if work.archive.database_kind == "sqlite":
        return f"sqlite:///{file.resolve()}"
    url = held.enter_context(scratch_postgres(work.settings.url))
    load_postgres(file, url)
    return url


def _put_folders(work: _Restoring) -> list[str]:
    said = []
    for name in FOLDERS:
        new, there = work.folder / "files" / name, work.settings.data_dir / name
        if not new.is_dir():
            continue
        if there.exists():
            old = there.with_name(f"{name}.before-restore-{work.stamp}")
            os.replace(there, old)
            said.append(f"The folder {name} that was there is kept: {old}.")
        os.replace(new, there)
    return said


def _put_keys(work: _Restoring) -> list[str]:
    said = []
    for name, given in zip(KEYS, (work.settings.secret_key, work.settings.data_key), strict=True):
        new, there = work.folder / "keys" / name, work.settings.data_dir / name
        if not new.is_file():
            continue
        key = new.read_text("ascii").strip()
        if given:
            if given != key:
                said.append(
                    f"QUEUE_{name.upper()} is another than the backup's, and stays; the backup's stands in its keys/{name}."
                )
            continue
        if there.exists() and there.read_text("ascii").strip() != key:
            os.replace(there, there.with_name(f"{name}.before-restore-{work.stamp}"))
        new.chmod(0o600)
        os.replace(new, there)
        said.append(f"The {name} is the backup's.")
    return said


def _sealed(work: _Restoring, url: str) -> list[str]:
    database = Database(url)
    try:
        with database.reading() as connection:
            closed = cannot_be_opened(connection, Sealer(work.settings.sealing_keys()))
    finally:
        database.dispose()
    return [
        f"{number} {what} cannot be read: they were encrypted with another QUEUE_DATA_KEY; set it, or enter them anew."
        for what, number in closed.items()
    ]


@contextmanager
def _workshop(data_dir: Path) -> Iterator[Path]:
    folder = data_dir / ".restore.part"
    shutil.rmtree(folder, ignore_errors=True)  # of one that was killed; the database's own lock keeps two apart
    folder.mkdir(mode=0o700, parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
