"""What plots are drawn with: paths, boxes and words in a box of points, y growing downwards; page and PDF show the same ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin
from typing import Literal

from queue_app.domain.colour import BLACK, darkened, is_colour

INK = "#14181b"
SOFT = "#4c555c"
LINE = "#d9dee2"
SURFACE = "#f4f6f7"
PAPER = "#ffffff"

READABLE = 4.5
"""The accent colour is darkened until its contrast with paper is so much (WCAG 2.2, AA)."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Ink:
    """How something is drawn: the colours of its area and its outline, None for none; width and dashes of that in points."""

    fill: str | None = None
    stroke: str | None = None
    width: float = 0.0
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Path:
    """A line through points, or, where it is closed, the area within; `role` says what it stands for, `tip` its figure."""

    points: Sequence[Point]
    ink: Ink
    role: str
    closed: bool = False
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle from its upper left corner."""

    x: float
    y: float
    width: float
    height: float
    ink: Ink
    role: str
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """One line of words at a point of its baseline; `turned` ones read upwards."""

    x: float
    y: float
    text: str
    size: float
    colour: str = INK
    anchor: Literal["start", "middle", "end"] = "start"
    bold: bool = False
    turned: bool = False
    role: str = "words"


Mark = Path | Box | Words


@dataclass(frozen=True)
class Drawing:
    """A finished plot: `width` × `height` points, a title and a sentence for who cannot see it, and what is drawn, in order."""

    width: float
    height: float
    title: str
    description: str
    marks: Sequence[Mark]


@dataclass(frozen=True)
class Palette:
    """The colours of one branch: ink, greys and one accent, in shades."""

    accent: str

    @classmethod
    def of(cls, accent_colour: str) -> Palette:
        """Return the palette of a branch's own colour, darkened where it could not be seen on paper."""
        return cls(darkened(accent_colour if is_colour(accent_colour) else BLACK, READABLE))

    def area(self, index: int) -> Ink:
        """Return how the area of the series number `index` is filled: shades far enough apart to be told in grey."""
        shades = (0.0, 0.68, 0.35, 0.86)
        return Ink(fill=mixed(self.accent, shades[index % len(shades)]), stroke=self.accent, width=0.6)

    def line(self, index: int, width: float) -> Ink:
        """Return how the line of the series number `index` is drawn: each has its own colour and its own dashes."""
        colours = (self.accent, INK, SOFT, mixed(self.accent, 0.3))
        dashes: tuple[tuple[float, ...], ...] = ((), (5, 2), (1.5, 2), (7, 2, 1.5, 2))
        dash = tuple(part * width for part in dashes[index % len(dashes)])
        return Ink(stroke=colours[index % len(colours)], width=width, dash=dash)

    def band(self) -> Ink:
        """Return how the area between two series is filled: light, so that a line within stands out."""
        return Ink(fill=mixed(self.accent, 0.78), stroke=self.accent, width=0.6)

    def level(self, share: float) -> str:
        """Return the colour of a heat map's cell, for a share from 0 to 1 of the largest value; 0 is not quite paper."""
        return mixed(self.accent, 0.93 * (1 - min(1.0, max(0.0, share))))


def mixed(colour: str, paper: float) -> str:
    """Return `colour` with a share `paper`, 0 to 1, of white in it."""
    parts = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return "#" + "".join(f"{round(part + (255 - part) * paper):02x}" for part in parts)


def marker(index: int, x: float, y: float, radius: float, ink: Ink, role: str, tip: str = "") -> Path:
    """Return the mark of the series number `index` around a point: a disc, a square, a triangle, a diamond."""
    corners, turn = ((16, 0.0), (4, pi / 4), (3, -pi / 2), (4, 0.0))[index % 4]
    reach = radius * (1.0, 1.2, 1.35, 1.35)[index % 4]
    angles = [turn + 2 * pi * corner / corners for corner in range(corners)]
    points = [(x + reach * cos(angle), y + reach * sin(angle)) for angle in angles]
    return Path(points, ink, role, closed=True, tip=tip)
