"""QR codes as a matrix of modules, made quickly enough for a slip."""

from functools import lru_cache

import segno

# Trying all eight masks takes most of the time of making a code; every reader accepts any of them. Level M
# survives 15 % of dirt and creases.
_MASK = 2
QUIET_MODULES = 4

# Bytes that fit version 1, 2, 3 … at level M (ISO/IEC 18004, table 7).
_CAPACITY_M = (14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412, 450, 504, 560, 624, 666)


@lru_cache(maxsize=64)
def matrix(data: str) -> tuple[bytes, ...]:
    """Return the rows of a QR code, 1 for a dark module, without its quiet zone.

    Args:
        data: what the code says, at most `printers.slip.MAX_QR_BYTES` bytes of UTF-8.
    """
    code = segno.make_qr(data, error="m", mask=_MASK, boost_error=False)
    return tuple(bytes(row) for row in code.matrix)


def modules_across(data: str) -> int:
    """Return how many modules wide a printer draws this at most, without making the code."""
    needed = len(data.encode())
    version = next((at for at, room in enumerate(_CAPACITY_M, 1) if room >= needed), len(_CAPACITY_M))
    return 17 + 4 * version
