"""How a ticket's label is set so that nobody reads it upside down: the same on every kind of paper.

A slip lies on a table any way round, and 68 upside down is 89. A triangle above the label points up, and each 6
and 9 stands on a bar of its own. Lengths are in sizes of the label's type where nothing else is said.
"""

from collections.abc import Callable
from dataclasses import dataclass

from printers.blocks import Label
from printers.direction import base_direction, has_right_to_left, joined, visual

AMBIGUOUS = frozenset("69")

DIGIT_HEIGHT = 0.73  # Of DejaVu Sans Bold, the font of labels in pictures and PDFs.
GAP = 0.09  # Between letter and number: wide enough to be seen, so narrow that readers take it for no space.
AIR = 0.10  # Between triangle and label, and between label and bar.
BAR_HEIGHT = 0.075
BELOW = AIR + BAR_HEIGHT  # From the base line to the lower edge of the bars.
_BAR_INSET = 0.07  # Bars of neighbours do not touch.
_TRIANGLE_WIDTH = 0.16
_TRIANGLE_SLOPE = 0.7  # Its height as a part of its width.


@dataclass(frozen=True, slots=True)
class LabelSetting:
    """A label from left to right.

    Args:
        letters: what stands before the gap, may be empty.
        digits: what stands after it.
        gap: between the two.
        width: of the whole.
        bars: (start, width) of each bar, from the label's left edge.
    """

    letters: str
    digits: str
    gap: float
    width: float
    bars: tuple[tuple[float, float], ...]


def triangle_size(label_size: float, least_width: float) -> tuple[float, float]:
    """Return how wide and high the triangle is.

    Args:
        label_size: of the label's type, in any unit.
        least_width: in the same unit; a long label is small, its triangle still has to be seen.
    """
    width = max(_TRIANGLE_WIDTH * label_size, least_width)
    return width, width * _TRIANGLE_SLOPE


def set_label(label: Label, measure: Callable[[str], float]) -> LabelSetting:
    """Return where the parts of a label stand.

    Args:
        label: the label.
        measure: the width of a piece of text at size 1.
    """
    letters, digits = in_order(label)
    gap = GAP if letters and digits else 0.0
    start = measure(letters) + gap
    bars = []
    for text, left in ((letters, 0.0), (digits, start)):
        for at, letter in enumerate(text):
            if letter in AMBIGUOUS:
                bars.append((left + measure(text[:at]) + _BAR_INSET, measure(letter) - 2 * _BAR_INSET))
    return LabelSetting(letters, digits, gap, start + measure(digits), tuple(bars))


def in_order(label: Label) -> tuple[str, str]:
    """Return what stands left and right of the gap; all of a label with Hebrew or Arabic stands right of it."""
    if not has_right_to_left(label.text):
        return label.parts
    return "", visual(joined(label.text), base_direction(label.text))
