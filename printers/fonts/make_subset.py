"""Cut the vendored fonts out of DejaVu.

Run it only to change which letters are carried:

    python printers/fonts/make_subset.py /usr/share/fonts/truetype/dejavu

It needs fonttools and DejaVu 2.37 (Debian: fonts-dejavu-core and fonts-dejavu-extra) and overwrites the three
fonts and the licence beside it. DejaVu's licence asks that changed fonts carry another name; ReportLab needs
that too: a subset and the full font under one PostScript name would silently embed the full one.
"""

import sys
from pathlib import Path

from fontTools import subset  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

# (first, last) code points. Latin Extended Additional is there for Vietnamese, a large language of Czech
# offices.
LETTERS = (
    (0x0020, 0x007E),  # Basic Latin
    (0x00A0, 0x024F),  # Latin-1, Latin Extended A and B
    (0x02B0, 0x02FF),  # modifier letters: ˇ ˘ ˝
    (0x0300, 0x036F),  # combining marks
    (0x0370, 0x03FF),  # Greek
    (0x0400, 0x052F),  # Cyrillic
    (0x1E00, 0x1EFF),  # Latin Extended Additional
    (0x2000, 0x206F),  # punctuation: – — „ “ … and the thin spaces
    (0x2070, 0x209F),  # superscripts and subscripts
    (0x20A0, 0x20BF),  # currencies
    (0x2100, 0x214F),  # № ™ ℃
    (0x2190, 0x21FF),  # arrows
    (0x2200, 0x226F),  # − ≈ ≤ ≥
    (0x2500, 0x25FF),  # box drawing, blocks, shapes: the virtual printer draws them
    (0x2600, 0x2606),  # ★ ☎ and their like
    (0x260E, 0x260F),
    (0x267F, 0x267F),  # ♿
    (0x2713, 0x2718),  # ✓ ✗
    (0xFFFD, 0xFFFD),
)

# Only the sans serif carries these: a line from right to left is drawn, never left to a printer's own letters.
# The points and vowel signs are not among them; see `printers/direction.py`.
RIGHT_TO_LEFT = (
    (0x05BE, 0x05BE),  # maqaf
    (0x05C0, 0x05C0),
    (0x05C3, 0x05C3),
    (0x05D0, 0x05F4),  # Hebrew
    (0x0606, 0x060F),  # Arabic punctuation
    (0x061B, 0x061F),
    (0x0620, 0x064A),  # Arabic
    (0x0660, 0x066F),  # its digits
    (0x0671, 0x06D5),  # Persian, Urdu, Kurdish, Uighur
    (0x06EE, 0x06FF),
    (0xFB50, 0xFBFF),  # their joined forms
    (0xFE80, 0xFEFC),  # the joined forms of Arabic
)

# source file, our family, style, PostScript name, one-bit letters: hinted, and without right to left.
# Hinting is what makes one-bit letters of 20 dots crisp, and it is most of the weight of an embedded font:
# the fonts of the PDFs go without it, the one drawn dot by dot keeps it.
CUTS = (
    ("DejaVuSans.ttf", "Queue Sans", "Regular", "QueueSans", False),
    ("DejaVuSans-Bold.ttf", "Queue Sans", "Bold", "QueueSans-Bold", False),
    ("DejaVuSansMono.ttf", "Queue Mono", "Regular", "QueueMono", True),
)


def rename(font: TTFont, family: str, style: str, postscript: str) -> None:
    """Give the font our names; keep its copyright, version and licence address.

    The licence's full text goes into a file beside the fonts: in the font it would travel in every PDF,
    twice.
    """
    texts = {
        1: family,
        2: style,
        3: f"{postscript} (subset of DejaVu 2.37)",
        4: family if style == "Regular" else f"{family} {style}",
        6: postscript,
    }
    names = font["name"]
    names.names = [record for record in names.names if record.platformID == 3 and record.nameID in {0, 5, 14}]
    for name_id, text in texts.items():
        names.setName(text, name_id, 3, 1, 0x409)


def cut(source: Path, target: Path, family: str, style: str, postscript: str, hinting: bool) -> None:
    """Write one subset font."""
    options = subset.Options()
    options.hinting = hinting
    options.layout_features = []
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "kern", "FFTM", "gasp"]
    options.name_IDs = ["*"]
    options.notdef_outline = True
    options.glyph_names = False
    font = subset.load_font(str(source), options)
    ranges = LETTERS if hinting else LETTERS + RIGHT_TO_LEFT
    letters = [code for first, last in ranges for code in range(first, last + 1)]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=letters)
    cutter.subset(font)
    rename(font, family, style, postscript)
    font["head"].modified = font["head"].created  # The same input gives the same file.
    font.recalcTimestamp = False
    subset.save_font(font, str(target), options)


def write_licence(source: Path, target: Path) -> None:
    """Write the licence that the original font carries in its name table."""
    text = TTFont(source)["name"].getDebugName(13)
    head = "QueueSans, QueueSans-Bold and QueueMono are subsets of DejaVu 2.37, renamed as its licence asks."
    lines = [line.rstrip() for line in text.splitlines()]
    target.write_text("\n".join([head, "", *lines, ""]), encoding="utf-8")


def main() -> None:
    """Cut every font of CUTS from the folder given on the command line."""
    if len(sys.argv) != 2:
        raise SystemExit("usage: make_subset.py FOLDER_WITH_DEJAVU_FONTS")
    here = Path(__file__).parent
    write_licence(Path(sys.argv[1]) / CUTS[0][0], here / "LICENSE.txt")
    for file_name, family, style, postscript, hinting in CUTS:
        target = here / f"{postscript}.ttf"
        cut(Path(sys.argv[1]) / file_name, target, family, style, postscript, hinting)
        print(f"{target.name}: {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
