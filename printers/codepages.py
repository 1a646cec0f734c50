"""Code pages: which letters a printer has built in, and what stands in for the ones it lacks."""

from functools import cache

# What `ESC t n` selects on most Epson-like printers: n → Python's name of the page. 54 is CP852 on NT-5890K
# and POS-5890, where Epson has nothing.
PAGE_OF_NUMBER = {
    0: "cp437",
    2: "cp850",
    3: "cp860",
    4: "cp863",
    5: "cp865",
    13: "cp857",
    14: "cp737",
    15: "iso8859_7",
    16: "cp1252",
    17: "cp866",
    18: "cp852",
    19: "cp858",
    33: "cp775",
    34: "cp855",
    36: "cp862",
    45: "cp1250",
    46: "cp1251",
    47: "cp1253",
    48: "cp1254",
    51: "cp1257",
    54: "cp852",
}

# Typographic characters and plain ones that mean the same. Letters are never replaced: "Zolc" is not "Żółć".
_PLAIN = {
    "–": "-",
    "—": "-",
    "‐": "-",
    "‑": "-",
    "‒": "-",
    "―": "-",
    "−": "-",
    "·": "-",
    "•": "*",
    "…": "...",
    "€": "EUR",
    "„": '"',
    "“": '"',
    "”": '"',
    "‟": '"',
    "″": '"',
    "«": '"',
    "»": '"',
    "‘": "'",
    "’": "'",
    "‚": "'",
    "‛": "'",
    "′": "'",
    "‹": "<",
    "›": ">",
    "→": "->",
    "←": "<-",
    "≤": "<=",
    "≥": ">=",
    "×": "x",
    "№": "No.",
    "™": "(TM)",
    "©": "(c)",
    "®": "(R)",
}
# Every kind of space is an ordinary one on a grid of equal cells. CP852 has a no-break space (0xFF), but some
# printers draw something there.
_SPACES = {code: " " for code in (0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)}
# The same for wrapping: the spaces that hold words together still do.
_NO_BREAK = "\u00a0"
_WRAP_SPACES = _SPACES | dict.fromkeys((0xA0, 0x2007, 0x202F), _NO_BREAK)


@cache
def _table(code_page: str | None) -> dict[int, str]:
    missing = {ord(mark): plain for mark, plain in _PLAIN.items() if not _has(mark, code_page)}
    return missing | _WRAP_SPACES


def _has(letter: str, code_page: str | None) -> bool:
    try:
        letter.encode(code_page or "ascii")
    except UnicodeEncodeError:
        return False
    return True


def transliterate(text: str, code_page: str | None) -> str:
    """Return the text with the typographic characters the page lacks replaced by plain ones.

    Spaces become U+0020, or U+00A0 where they hold words together, so that the result can still be wrapped.

    Args:
        text: cleaned text.
        code_page: Python's name of the page, such as "cp852"; None for a printer that only has ASCII.
    """
    return text if text.isascii() else text.translate(_table(code_page))


def encode(text: str, code_page: str | None) -> bytes | None:
    """Return the text in the page's bytes, or None when the page lacks one of its letters.

    Args:
        text: a line that came from `transliterate`.
        code_page: as for `transliterate`.
    """
    try:
        return text.replace(_NO_BREAK, " ").encode(code_page or "ascii")
    except UnicodeEncodeError:
        return None
