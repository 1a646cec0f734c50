"""The fonts the house carries: DejaVu cut down to the letters it needs (see `fonts/make_subset.py`)."""

from copy import copy
from functools import cache, lru_cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont, TTFontFace, TTFontFile

REGULAR = "QueueSans"
BOLD = "QueueSans-Bold"
MONO = "QueueMono"

_FOLDER = Path(__file__).parent / "fonts"


def path(bold: bool = False) -> Path:
    """Return the TrueType file of the sans serif, for PDFs and charts.

    Args:
        bold: the bold cut instead of the regular one.
    """
    return _FOLDER / f"{BOLD if bold else REGULAR}.ttf"


def mono_path() -> Path:
    """Return the hinted monospaced file that stands in for a printer's own letters."""
    return _FOLDER / f"{MONO}.ttf"


def mono_has(text: str) -> bool:
    """Return whether the monospaced font has every letter; it lacks the Vietnamese ones of the sans serif."""
    return _mono_letters().issuperset(map(ord, text))


@cache
def _mono_letters() -> frozenset[int]:
    return frozenset(TTFontFile(str(mono_path())).charToGlyph)


class _Face(TTFontFace):  # type: ignore[misc]
    """A face that several threads may cut subsets from at once.

    ReportLab reads a font through one cursor that all documents share: two threads finishing their PDFs at
    the same moment spoil each other's letters. A shallow copy has a cursor of its own and shares the data.
    """

    def makeSubset(self, subset: list[int]) -> bytes:
        return _subset(self, tuple(subset))


# The slips of one service differ in their digits alone: with those in every subset, see `begin`, it is one subset.
@lru_cache(maxsize=128)
def _subset(face: _Face, letters: tuple[int, ...]) -> bytes:
    return bytes(TTFontFace.makeSubset(copy(face), list(letters)))


def begin(document: object) -> None:
    """Give a new document the digits before any other letter; a font that is then not used is not embedded.

    Args:
        document: ReportLab's.
    """
    for name in (REGULAR, BOLD):
        pdfmetrics.getFont(name).splitString("0123456789", document)


@cache
def register() -> None:
    """Make `REGULAR` and `BOLD` known to ReportLab; only the first call does any work.

    Call it where a module is imported, not in a request: the import runs once, threads may come in pairs.
    """
    for name, file in ((REGULAR, path()), (BOLD, path(bold=True))):
        font = TTFont(name, str(file), asciiReadable=False)  # Only the letters used: half the size.
        font.face = _Face(str(file))
        pdfmetrics.registerFont(font)
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)
