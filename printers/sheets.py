"""The papers of PDFs and pictures, and the sizes of type that suit each."""

from dataclasses import dataclass, replace
from typing import Literal, get_args

from reportlab.lib.units import mm

from printers.blocks import Size
from printers.errors import unknown_profile

Paper = Literal["roll80", "roll58", "a6", "a5", "a4"]
PAPERS: tuple[Paper, ...] = get_args(Paper)

LEADING = 1.32  # From one base line to the next, in font sizes.
ASCENT = 1.0  # From the top of a line to its base line, in font sizes.
MAX_LABEL_GROWTH = 7.5  # A short label such as "7" stops growing here, in sizes of normal text.
LABEL_AIR = 0.16  # Above the label's triangle and below its bars, in sizes of the label's type.
LEAST_TRIANGLE_POINTS = 3 * mm
RULE_POINTS = 4 * mm  # The height of a rule with the air around it.
MIN_MODULE_POINTS = 0.42 * mm  # What a phone's camera needs of a QR code.


@dataclass(frozen=True, slots=True)
class Sheet:
    """A paper and the sizes that suit it, in points; no height means as long as the slip.

    Args:
        width, height, margin: of the paper.
        sizes: of type, by name.
        qr_side: of a QR code.
        scale: how much smaller than usual everything on it is set.
    """

    width: float
    height: float | None
    margin: float
    sizes: dict[Size, float]
    qr_side: float
    scale: float = 1.0

    @property
    def inner_width(self) -> float:
        return self.width - 2 * self.margin

    @property
    def max_label_size(self) -> float:
        return self.sizes["normal"] * MAX_LABEL_GROWTH

    def scaled(self, scale: float) -> "Sheet":
        """Return the same paper with everything on it smaller."""
        sizes = {size: points * scale for size, points in self.sizes.items()}
        return replace(self, sizes=sizes, qr_side=self.qr_side * scale, scale=scale)


# Thermal heads leave about 4 mm of an 80 mm roll and 5 mm of a 58 mm roll white on each side.
_SHEETS: dict[str, Sheet] = {
    "roll80": Sheet(80 * mm, None, 4.5 * mm, {"small": 8.5, "normal": 11.5, "large": 17.0}, 30 * mm),
    "roll58": Sheet(58 * mm, None, 5 * mm, {"small": 7.0, "normal": 9.0, "large": 12.5}, 24 * mm),
    "a6": Sheet(105 * mm, 148 * mm, 9 * mm, {"small": 9.5, "normal": 12.5, "large": 18.5}, 34 * mm),
    "a5": Sheet(148 * mm, 210 * mm, 14 * mm, {"small": 13.0, "normal": 17.0, "large": 25.0}, 46 * mm),
    "a4": Sheet(210 * mm, 297 * mm, 20 * mm, {"small": 18.5, "normal": 24.0, "large": 35.0}, 64 * mm),
}


def get_sheet(paper: str) -> Sheet:
    """Return the sheet of that name.

    Raises:
        PrinterError: `unknown_profile`; the message lists the papers there are.
    """
    try:
        return _SHEETS[paper]
    except KeyError:
        known = ", ".join(PAPERS)
        raise unknown_profile(
            "There is no paper %(paper)s. Known: %(known)s.", paper=repr(paper), known=known
        ) from None
