"""A branch's own colour, kept readable: luminance and contrast as WCAG 2.2 defines them."""

from __future__ import annotations

import re
from functools import cache

BLACK, WHITE = "#000000", "#ffffff"
_HEX = re.compile(r"#[0-9a-fA-F]{6}")


def is_colour(text: str) -> bool:
    """Say whether `text` is a colour like `#0b5d4e`."""
    return _HEX.fullmatch(text) is not None


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 (the same) to 21 (black on white)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def on(colour: str) -> str:
    """Return black or white, whichever is read better on `colour`; in the worst case 4.58 : 1."""
    return max((WHITE, BLACK), key=lambda text: contrast(text, colour))


@cache
def darkened(colour: str, at_least: float) -> str:
    """Return `colour`, darkened in steps of 2 % until its contrast with white is `at_least`, hue kept."""
    parts = _parts(colour)
    for step in range(51):
        candidate = "#" + "".join(f"{round(part * (50 - step) / 50):02x}" for part in parts)
        if contrast(candidate, WHITE) >= at_least:
            return candidate
    return BLACK


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
