"""The form of a backup: one ZIP file whose manifest names every member, its size and its SHA-256."""

from __future__ import annotations

import hashlib
import json
import re
import stat
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

FORM = 1
"""Of the archive; a later form gets the next number."""

MANIFEST = "manifest.json"
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.pgdump"}
FOLDERS = ("media", "recordings")
"""Folders of the data folder that people have filled and that nothing can make again."""
KEYS = ("secret_key", "data_key")

_NAMES = re.compile(rf"database\.(sqlite3|pgdump)|keys/({'|'.join(KEYS)})|files/({'|'.join(FOLDERS)})(/[^/\\\0]+)+")
_MANIFEST_BYTES = 64 << 20
_CHUNK = 1 << 20


class BadArchive(Exception):
    """The file is no backup, or no longer the one that was made; the text says what is wrong with it."""


@dataclass(frozen=True)
class Member:
    """What the manifest says of one member."""

    bytes: int
    sha256: str


class ArchiveWriter:
    """Writes an archive to a stream that nobody takes for a backup yet."""

    def __init__(self, stream: IO[bytes]) -> None:
        """Begin."""
        self._zip = zipfile.ZipFile(stream, "w", allowZip64=True)
        self.members: dict[str, Member] = {}

    def add(self, name: str, source: IO[bytes], *, squeeze: bool) -> None:
        """Add what `source` gives; `squeeze` what is not small already."""
        entry = zipfile.ZipInfo(name)
        entry.compress_type = zipfile.ZIP_DEFLATED if squeeze else zipfile.ZIP_STORED
        entry.external_attr = (stat.S_IFREG | 0o600) << 16
        digest, size = hashlib.sha256(), 0
        with self._zip.open(entry, "w", force_zip64=True) as target:
            while chunk := source.read(_CHUNK):
                target.write(chunk)
                digest.update(chunk)
                size += len(chunk)
        self.members[name] = Member(size, digest.hexdigest())

    def finish(self, facts: dict[str, Any]) -> None:
        """Write the manifest: `facts` and the members."""
        members = {name: {"bytes": each.bytes, "sha256": each.sha256} for name, each in self.members.items()}
        text = json.dumps({"form": FORM, **facts, "members": members}, ensure_ascii=False, indent=1)
        self._zip.writestr(MANIFEST, text.encode(), zipfile.ZIP_DEFLATED)
        self._zip.close()


class Archive:
    """A finished archive, of which nothing is believed that was not checked."""

    def __init__(self, path: Path) -> None:
        """Open it and check its names against the manifest.

        Raises:
            BadArchive: it is none, not whole, or names what a backup does not hold.
        """
        try:
            self._zip = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile, ValueError) as error:
            raise BadArchive(f"{path} is no whole backup: {error}") from error
        try:
            self.manifest = self._read_manifest()
            self.members = self._checked_members()
        except BadArchive:
            self.close()
            raise

    @property
    def database_kind(self) -> str:
        """Return `sqlite` or `postgresql`."""
        return str(self.manifest["database"])

    def close(self) -> None:
        """Close it."""
        self._zip.close()

    def extract(self, name: str, target: Path) -> None:
        """Write a member to the file `target`, which is made.

        Raises:
            BadArchive: it is not what the manifest says.
        """
        wanted = self.members[name]
        digest, size = hashlib.sha256(), 0
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with self._zip.open(name) as source, target.open("xb") as file:
                while chunk := source.read(_CHUNK):
                    size += len(chunk)
                    if size > wanted.bytes:
                        raise BadArchive(f"{name} is larger than the manifest says")
                    digest.update(chunk)
                    file.write(chunk)
        except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
            raise BadArchive(f"{name} is damaged: {error}") from error
        except Exception as error:
            # What zlib raises has no public class that is caught otherwise.
            if type(error).__module__ == "zlib":
                raise BadArchive(f"{name} is damaged: {error}") from error
            raise
        if size != wanted.bytes or digest.hexdigest() != wanted.sha256:
            raise BadArchive(f"{name} is not what was backed up: its SHA-256 differs")

    def _read_manifest(self) -> dict[str, Any]:
        try:
            if self._zip.getinfo(MANIFEST).file_size > _MANIFEST_BYTES:
                raise BadArchive("the manifest is too large")
            manifest = json.loads(self._zip.read(MANIFEST).decode())
        except (KeyError, ValueError, zipfile.BadZipFile, RecursionError) as error:
            raise BadArchive(f"it has no manifest that can be read: {error}") from error
        known = isinstance(manifest, dict) and manifest.get("database") in DATABASES
        if not known or not isinstance(manifest.get("migration"), str) or not isinstance(manifest.get("members"), dict):
            raise BadArchive("its manifest is not one of a backup")
        if manifest.get("form") != FORM:
            raise BadArchive(f"its form is {manifest.get('form')!r}, this release reads {FORM}")
        return dict(manifest)

    def _checked_members(self) -> dict[str, Member]:
        there = [entry.filename for entry in self._zip.infolist()]
        told = self.manifest["members"]
        if sorted(there) != sorted([*told, MANIFEST]):
            raise BadArchive("its members are not those of the manifest")
        for entry in self._zip.infolist():
            if entry.filename != MANIFEST and not _is_member(entry.filename):
                raise BadArchive(f"a backup holds no {entry.filename!r}")
            if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG):
                raise BadArchive(f"{entry.filename} is not a plain file")
        if DATABASES[self.database_kind] not in told:
            raise BadArchive("it holds no database")
        try:
            return {name: Member(int(each["bytes"]), str(each["sha256"])) for name, each in told.items()}
        except (KeyError, TypeError, ValueError) as error:
            raise BadArchive(f"its manifest is not one of a backup: {error}") from error


def _is_member(name: str) -> bool:
    return bool(_NAMES.fullmatch(name)) and not {".", ".."} & set(name.split("/"))
