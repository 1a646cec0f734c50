"""Pictures, videos and slides beside the calls: the files of one folder, in the order of their names.

A branch's folders lie in `media/<branch>/` of the data folder; whoever runs the server fills them. A PDF is shown as its pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from display.slides import pages_of
from queue_app.domain.screen_layout import FOLDER
from queue_app.operations.media_folders import media_root

KINDS = {
    ".png": "image", ".jpg": "image", ".jpeg": "image", ".webp": "image", ".mp4": "video", ".webm": "video", ".pdf": "slides",
}  # fmt: skip
"""What is shown of which file; nothing else is listed or given out."""

MOST_FILES = 200
"""More than an hour of pictures at the usual pace: what comes after is left out."""


@dataclass(frozen=True)
class Shown:
    """One thing that is shown.

    Attributes:
        file: its name in the folder.
        kind: `image` or `video`.
        version: changes with the file, so that browsers may keep what they have fetched for good.
        page: which page of a PDF, from 1; None for anything else.
    """

    file: str
    kind: str
    version: str
    page: int | None = None


def shown_in(data_dir: Path, branch: str, folder: str | None) -> list[Shown]:
    """Return what is shown of a branch's folder; nothing where there is no such folder."""
    place = _place(data_dir, branch, folder)
    if place is None:
        return []
    found = [each for path in sorted(place.iterdir()) for each in _shown_of(data_dir, path)]
    return found[:MOST_FILES]


def file_in(data_dir: Path, branch: str, folder: str, file: str, page: int | None) -> Path | None:
    """Return the file that is given out under this name, a page of it where it is a PDF; None where there is no such thing.

    Nothing outside the folder is ever returned, whatever the name or a link in the folder says.
    """
    place = _place(data_dir, branch, folder)
    if place is None or Path(file).name != file:
        return None
    path = place / file
    if not _is_ours(path):
        return None
    if KINDS[path.suffix.lower()] != "slides":
        return path if page is None else None
    pages = pages_of(data_dir, path)
    return pages[page - 1] if page is not None and 1 <= page <= len(pages) else None


def _place(data_dir: Path, branch: str, folder: str | None) -> Path | None:
    if folder is None or not FOLDER.fullmatch(folder):
        return None
    place = media_root(data_dir, branch) / folder
    return place if place.is_dir() else None


def _is_ours(path: Path) -> bool:
    if path.name.startswith(".") or path.suffix.lower() not in KINDS or not path.is_file():
        return False
    return path.resolve().is_relative_to(path.parent.resolve())


def _shown_of(data_dir: Path, path: Path) -> Iterator[Shown]:
    if not _is_ours(path):
        return
    kind = KINDS[path.suffix.lower()]
    stat = path.stat()
    version = f"{stat.st_mtime_ns:x}-{stat.st_size:x}"
    if kind == "slides":
        yield from (
            Shown(path.name, "image", version, number) for number in range(1, len(pages_of(data_dir, path)) + 1)
        )
    else:
        yield Shown(path.name, kind, version)
