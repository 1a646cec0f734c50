"""A picture of what a panel shows: seven segments or dots, lit and unlit ones."""

from __future__ import annotations

from PIL import Image, ImageDraw

from queue_app.panels.content import Content, Profile
from queue_app.panels.virtual_letters import DOTS, SEGMENTS

BACKGROUND, UNLIT, LIT = (16, 16, 18), (38, 26, 24), (255, 72, 40)
_WIDTH, _HEIGHT, _GAP, _MARGIN = 70, 120, 26, 30
_THICK = 14
_HALF = _HEIGHT // 2
_PITCH = 14  # from dot to dot of a character of five by seven
_ARROWS = {
    "L": (-1, 0),
    "R": (1, 0),
    "U": (0, -1),
    "D": (0, 1),
    "UL": (-1, -1),
    "UR": (1, -1),
    "DL": (-1, 1),
    "DR": (1, 1),
}


def draw(profile: Profile, content: Content, everything: bool) -> Image.Image:
    """Return the picture of a panel.

    Args:
        profile: its model.
        content: what it shows, its text and its counter aligned to the right.
        everything: all lamps are lit.
    """
    cells = profile.characters + profile.counter + (1 if profile.arrow else 0)
    parts = 1 + (profile.counter > 0) + profile.arrow  # with a wider gap between them
    width = 2 * _MARGIN + cells * (_WIDTH + _GAP) + (parts - 1) * _GAP - _GAP
    image = Image.new("RGB", (width, _HEIGHT + 2 * _MARGIN), BACKGROUND)
    pen = ImageDraw.Draw(image)
    left = _MARGIN
    for character in content.text.rjust(profile.characters):
        _character(pen, left, profile, character, everything)
        left += _WIDTH + _GAP
    if profile.arrow:
        left += _GAP
        _arrow(pen, left, content.arrow, everything)
        left += _WIDTH + _GAP
    if profile.counter:
        left += _GAP
    for character in content.counter.rjust(profile.counter):
        _character(pen, left, profile, character, everything)
        left += _WIDTH + _GAP
    return image


def _character(pen: ImageDraw.ImageDraw, left: int, profile: Profile, character: str, everything: bool) -> None:
    (_dots if profile.dots else _segments)(pen, left, character, everything)


def _segments(pen: ImageDraw.ImageDraw, left: int, character: str, everything: bool) -> None:
    lit = "abcdefg" if everything else SEGMENTS.get(character, "")
    right, middle, low = left + _WIDTH, _MARGIN + _HALF, _MARGIN + _HEIGHT
    ends = {
        "a": ((left, _MARGIN), (right, _MARGIN)), "b": ((right, _MARGIN), (right, middle)),
        "c": ((right, middle), (right, low)), "d": ((left, low), (right, low)),
        "e": ((left, middle), (left, low)), "f": ((left, _MARGIN), (left, middle)), "g": ((left, middle), (right, middle)),
    }  # fmt: skip
    for name in sorted(ends, key=lambda each: each in lit):
        _bar(pen, *ends[name], LIT if name in lit else UNLIT)


def _bar(pen: ImageDraw.ImageDraw, start: tuple[int, int], end: tuple[int, int], colour: tuple[int, int, int]) -> None:
    """Draw one segment: a bar with points at both ends that leaves a thin line to the next."""
    (x1, y1), (x2, y2) = start, end
    half, gap = _THICK // 2, 2
    if y1 == y2:
        x1, x2 = x1 + gap, x2 - gap
        edge = [
            (x1, y1),
            (x1 + half, y1 - half),
            (x2 - half, y1 - half),
            (x2, y1),
            (x2 - half, y1 + half),
            (x1 + half, y1 + half),
        ]
    else:
        y1, y2 = y1 + gap, y2 - gap
        edge = [
            (x1, y1),
            (x1 + half, y1 + half),
            (x1 + half, y2 - half),
            (x1, y2),
            (x1 - half, y2 - half),
            (x1 - half, y1 + half),
        ]
    pen.polygon(edge, fill=colour)


def _dots(pen: ImageDraw.ImageDraw, left: int, character: str, everything: bool) -> None:
    columns = bytes([0x7F] * 5) if everything else DOTS.get(character, bytes(5))
    for column, bits in enumerate(columns):
        for row in range(7):
            x, y = left + column * _PITCH, _MARGIN + 11 + row * _PITCH
            colour = LIT if bits >> row & 1 else UNLIT
            pen.ellipse((x, y, x + _PITCH - 4, y + _PITCH - 4), fill=colour)


def _arrow(pen: ImageDraw.ImageDraw, left: int, arrow: str, everything: bool) -> None:
    x, y = left + _WIDTH // 2, _MARGIN + _HALF
    if everything:
        pen.ellipse((x - 30, y - 30, x + 30, y + 30), fill=LIT)
        return
    pen.ellipse((x - 30, y - 30, x + 30, y + 30), outline=UNLIT, width=3)
    if arrow not in _ARROWS:
        return
    dx, dy = _ARROWS[arrow]
    size = 26 if dx and dy else 36
    tip, tail = (x + dx * size, y + dy * size), (x - dx * size, y - dy * size)
    pen.line((tail, tip), fill=LIT, width=_THICK - 2)
    side, back = size * 0.8, size * 0.3
    wings = [
        (tip[0] - dx * (size - back) + turn * dy * side, tip[1] - dy * (size - back) - turn * dx * side)
        for turn in (1, -1)
    ]
    pen.polygon([(tip[0] + dx * 6, tip[1] + dy * 6), *wings], fill=LIT)
