"""Where pictures, videos and slides for the lobby's screens lie: `media/<branch>/<folder>/` of the data folder."""

from __future__ import annotations

from pathlib import Path

from queue_app.domain.screen_layout import FOLDER


def media_root(data_dir: Path, branch: str) -> Path:
    """Return the folder that holds a branch's folders; it need not be there."""
    return data_dir / "media" / branch


def media_folders(data_dir: Path, branch: str) -> list[str]:
    """Return the names of the folders that a screen of the branch can show."""
    root = media_root(data_dir, branch)
    if not root.is_dir():
        return []
    return sorted(path.name for path in root.iterdir() if path.is_dir() and FOLDER.fullmatch(path.name))
