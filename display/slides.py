"""The pages of a PDF as pictures, made once and kept.

Drawing takes seconds and holds the processor, so a process of its own does it; until it is done there are no pages.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pypdfium2

MOST_PAGES = 60
LONGEST_SIDE = 1920
"""Pixels; a 4K screen shows slides beside the calls, so never on all of its width."""

_running: dict[Path, subprocess.Popen[bytes]] = {}


def pages_of(data_dir: Path, pdf: Path) -> list[Path]:
    """Return the pictures of a PDF's pages; none while they are being drawn, and none of a PDF that cannot be read.

    Args:
        data_dir: where pages are kept (`media-pages/`), away from the files people put there.
        pdf: a file in `media/<branch>/<folder>/` of it.
    """
    kept = data_dir / "media-pages" / pdf.parent.parent.name / pdf.parent.name / _name_of(pdf)
    if kept.is_dir():
        if kept in _running and _running[kept].poll() is not None:
            del _running[kept]
        return sorted(kept.glob("*.jpg"))
    if kept not in _running:  # one that ended without a folder broke down, and would do so again
        command = [sys.executable, "-m", "display.slides", str(pdf.resolve()), str(kept.resolve())]
        _running[kept] = subprocess.Popen(command, cwd=_ROOT)
    return []


_ROOT = Path(__file__).parent.parent


def _name_of(pdf: Path) -> str:
    stat = pdf.stat()
    return f"{pdf.name}-{stat.st_mtime_ns:x}-{stat.st_size:x}"


def draw(pdf: Path, kept: Path) -> None:
    """Draw every page into the folder `kept`, which appears when all are there; what was kept of an older file goes.

    Of a file that cannot be read an empty folder is kept: it is not tried again until it changes.
    """
    kept.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(dir=kept.parent))
    with contextlib.suppress(pypdfium2.PdfiumError):
        _draw_pages(pdf, making)
    for older in kept.parent.glob(f"{_escaped(pdf.name)}-*"):
        shutil.rmtree(older, ignore_errors=True)
    try:
        making.rename(kept)
    except OSError:  # another process was faster
        shutil.rmtree(making, ignore_errors=True)


def _escaped(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


def _draw_pages(pdf: Path, folder: Path) -> None:
    document = pypdfium2.PdfDocument(pdf)
    try:
        for number in range(min(len(document), MOST_PAGES)):
            page = document[number]
            scale = LONGEST_SIDE / max(page.get_size())
            picture = page.render(scale=scale).to_pil().convert("RGB")
            picture.save(folder / f"{number + 1:03}.jpg", quality=88)
    finally:
        document.close()


if __name__ == "__main__":
    draw(Path(sys.argv[1]), Path(sys.argv[2]))
